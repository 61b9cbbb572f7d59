/* pop3_command.c - POP3 commands and their replies.
 *
 * A reply that nothing was asked for ends the session, as it would be taken for the answer to the
 * next command. */
#include "mail/pop3/pop3_command.h"

#include <string.h>

#include "base/clock.h"

enum { COMMAND_MAX = 1024, TALK_MAX = 65536 };

/* How long one waits for the next reply of several. A server that is only slow loses nothing
 * by it: it is asked again, one command at a time. */
static const int64_t BETWEEN_REPLIES_US = 3 * US_PER_S;

int pop3_read_line(struct pop3 *s)
{
	const char *line;
	size_t len;

	s->answer_begun = s->conn.bytes_in;
	buf_clear(&s->line);
	if (conn_read_line(&s->conn, &line, &len))
		return -1;
	return buf_append(&s->line, line, len); /* no line is longer than what it goes to */
}

int pop3_not_a_reply(struct pop3 *s, const char *what)
{
	return conn_err_server(&s->conn, ERR_PROTOCOL, what, buf_str(&s->line), s->line.len);
}

static bool is_meant_as_reply(const struct buf *line)
{
	return *buf_str(line) == '+' || *buf_str(line) == '-';
}

/* Blank lines and dots are what some servers leave before a reply (Exchange Online, at DELE) and
 * behind a message (hMailServer, for a lone dot that it has not doubled); text, where one knows
 * that it may be there. None of these answers anything. */
static bool is_passed_over(const struct pop3 *s)
{
	const char *line = buf_str(&s->line);

	return !is_meant_as_reply(&s->line) && (s->talks || !line[strspn(line, " \t\r.")]);
}

/* Read a line. 1: to be passed over, 0: not so, -1: error, also after too many of them. */
static int read_and_weigh(struct pop3 *s, uint64_t begun)
{
	if (s->conn.bytes_in - begun > TALK_MAX)
		return err_set(s->conn.err, ERR_PROTOCOL, "no reply in more than %d bytes",
			       TALK_MAX);
	return pop3_read_line(s) ? -1 : is_passed_over(s);
}

/* The next line that cannot be passed over becomes s->line. */
static int read_reply_line(struct pop3 *s)
{
	const uint64_t begun = s->conn.bytes_in;
	int rc;

	while ((rc = read_and_weigh(s, begun)) > 0)
		;
	s->talks = false;
	return rc;
}

int pop3_await_more(struct pop3 *s)
{
	if (s->asked < 2 || s->owed == s->asked)
		return 0;
	int waiting = conn_wait(&s->conn, clock_us() + BETWEEN_REPLIES_US);
	if (waiting || clock_us() >= s->conn.tl->deadline_us)
		return waiting < 0 ? -1 : 0;
	return err_set(s->conn.err, ERR_PROTOCOL, "no answer to one of %u commands sent at once",
		       s->asked);
}

int pop3_read_reply(struct pop3 *s, bool continuation_ok)
{
	if (pop3_await_more(s) || read_reply_line(s))
		return -1;
	if (s->owed)
		s->owed--;
	if (pop3_parse_reply(buf_str(&s->line), s->line.len, &s->reply) == 0 &&
	    (continuation_ok || s->reply.status != POP3_CONTINUATION))
		return 0;
	return pop3_not_a_reply(s, "not a POP3 reply:");
}

int pop3_refused(struct pop3 *s, enum err_kind kind)
{
	conn_err_server(&s->conn, pop3_refusal_kind(&s->reply, kind), "", s->reply.words.at,
			s->reply.words.len);
	err_advise(s->conn.err, pop3_hint(&s->reply));
	return -1;
}

int pop3_next_unasked(struct pop3 *s)
{
	const uint64_t begun = s->conn.bytes_in;
	int rc;

	do {
		int waiting = conn_wait(&s->conn, 0);
		if (waiting <= 0)
			return waiting;
		rc = read_and_weigh(s, begun);
	} while (rc > 0);
	return rc ? -1 : 1;
}

/* A server that gives up says so unasked, and closes. */
int pop3_check_unasked(struct pop3 *s)
{
	int waiting = pop3_next_unasked(s);

	if (waiting <= 0)
		return waiting;
	if (pop3_parse_reply(buf_str(&s->line), s->line.len, &s->reply))
		return pop3_not_a_reply(s, "not a POP3 reply:");
	bool parting = s->reply.status == POP3_ERR;
	return conn_err_server(&s->conn, parting ? ERR_CLOSED : ERR_PROTOCOL,
			       parting ? "server ended the session:"
				       : "a reply that nothing was asked for:",
			       s->reply.words.at, s->reply.words.len);
}

__attribute__((format(printf, 2, 0))) static int write_command(struct pop3 *s, const char *fmt,
							       va_list ap)
{
	struct buf line = BUF_INIT(COMMAND_MAX);

	int rc = buf_vprintf(&line, fmt, ap);
	if (rc || buf_append_str(&line, "\r\n"))
		rc = err_set(s->conn.err, ERR_USAGE, "POP3 command longer than %d bytes",
			     COMMAND_MAX);
	else
		rc = conn_write(&s->conn, line.data, line.len, NULL);
	buf_free(&line);
	return rc;
}

int pop3_gather(struct pop3 *s)
{
	if (pop3_check_unasked(s))
		return -1;
	conn_gather(&s->conn);
	s->asked = 0;
	return 0;
}

int pop3_put(struct pop3 *s, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	int rc = write_command(s, fmt, ap);
	va_end(ap);
	s->asked += rc == 0;
	return rc;
}

int pop3_put_secret(struct pop3 *s, const char *before, const char *secret)
{
	int rc = conn_write_secret(&s->conn, before, secret);

	s->asked += rc == 0;
	return rc;
}

int pop3_send_gathered(struct pop3 *s)
{
	s->owed = s->asked;
	s->pipelined = s->pipelined || s->asked > 1;
	return conn_send_gathered(&s->conn);
}

void pop3_skip_replies(struct pop3 *s)
{
	struct err ignored = {0}, *err = conn_set_err(&s->conn, &ignored);

	while (s->owed && pop3_read_reply(s, false) == 0)
		;
	conn_set_err(&s->conn, err);
}

int pop3_command(struct pop3 *s, const char *fmt, ...)
{
	va_list ap;

	if (pop3_check_unasked(s))
		return -1;
	s->asked = s->owed = 1;
	va_start(ap, fmt);
	int rc = write_command(s, fmt, ap);
	va_end(ap);
	return rc || pop3_read_reply(s, false) ? -1 : 0;
}

int pop3_next_line(struct pop3 *s, uint64_t max, struct span *line_r)
{
	if (s->conn.bytes_in - s->answer_begun > max)
		return err_set(s->conn.err, ERR_PROTOCOL, "answer larger than %llu bytes",
			       (unsigned long long)max);
	if (conn_read_line(&s->conn, &line_r->at, &line_r->len))
		return -1;
	return pop3_line_ends(line_r) ? 0 : 1;
}
