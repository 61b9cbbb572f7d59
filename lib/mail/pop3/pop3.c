/* pop3.c - the POP3 dialog: replies and commands, greeting to TLS, and QUIT.
 *
 * A reply that nothing was asked for ends the session, as it would be taken for the answer to the
 * next command. */
#include "mail/pop3/pop3.h"

#include <string.h>

#include "base/clock.h"
#include "mail/pop3/pop3_command.h"

enum { COMMAND_MAX = 1024, TALK_MAX = 65536 };

void pop3_init(struct pop3 *s, struct timeline *tl, struct err *err, struct buf *transcript)
{
	memset(s, 0, sizeof(*s));
	s->conn = CONN_INIT(tl, err, transcript, "pop");
	s->line = BUF_INIT(CONN_LINE_MAX);
	s->text = BUF_INIT(POP3_TEXT_MAX);
}

void pop3_free(struct pop3 *s)
{
	conn_close(&s->conn);
	buf_wipe(&s->line); /* servers quote secrets */
	buf_free(&s->text);
}

/* ---- replies and commands ---- */

/* The next line becomes s->line. */
static int read_line(struct pop3 *s)
{
	const char *line;
	size_t len;

	s->answer_begun = s->conn.bytes_in;
	buf_clear(&s->line);
	if (conn_read_line(&s->conn, &line, &len))
		return -1;
	return buf_append(&s->line, line, len); /* no line is longer than what it goes to */
}

static int not_a_reply(struct pop3 *s, const char *what)
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
	return read_line(s) ? -1 : is_passed_over(s);
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

int pop3_read_reply(struct pop3 *s, bool continuation_ok)
{
	if (read_reply_line(s))
		return -1;
	if (pop3_parse_reply(buf_str(&s->line), s->line.len, &s->reply) == 0 &&
	    (continuation_ok || s->reply.status != POP3_CONTINUATION))
		return 0;
	return not_a_reply(s, "not a POP3 reply:");
}

int pop3_refused(struct pop3 *s, enum err_kind kind)
{
	conn_err_server(&s->conn, kind, "", s->reply.words.at, s->reply.words.len);
	err_hint(s->conn.err, "%s", pop3_hint(&s->reply));
	return -1;
}

/* Whether a line is here that cannot be passed over: 1, with the line, or 0; -1 for an error. */
static int next_unasked(struct pop3 *s)
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
	int waiting = next_unasked(s);

	if (waiting <= 0)
		return waiting;
	if (pop3_parse_reply(buf_str(&s->line), s->line.len, &s->reply))
		return not_a_reply(s, "not a POP3 reply:");
	bool parting = s->reply.status == POP3_ERR;
	return conn_err_server(&s->conn, parting ? ERR_CLOSED : ERR_PROTOCOL,
			       parting ? "server ended the session:"
				       : "a reply that nothing was asked for:",
			       s->reply.words.at, s->reply.words.len);
}

int pop3_send(struct pop3 *s, const struct buf *commands)
{
	if (pop3_check_unasked(s))
		return -1;
	return conn_write(&s->conn, commands->data, commands->len, NULL);
}

int pop3_command(struct pop3 *s, const char *fmt, ...)
{
	struct buf line = BUF_INIT(COMMAND_MAX);
	va_list ap;

	va_start(ap, fmt);
	int rc = buf_vprintf(&line, fmt, ap);
	va_end(ap);
	if (rc || buf_append_str(&line, "\r\n"))
		rc = err_set(s->conn.err, ERR_USAGE, "POP3 command longer than %d bytes",
			     COMMAND_MAX);
	else
		rc = pop3_send(s, &line) || pop3_read_reply(s, false);
	buf_free(&line);
	return rc ? -1 : 0;
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

/* ---- greeting to TLS ---- */

int pop3_greeting(struct pop3 *s)
{
	if (step(s->conn.tl, "greeting") || read_line(s))
		return -1;
	if (pop3_parse_reply(buf_str(&s->line), s->line.len, &s->reply) ||
	    s->reply.status == POP3_CONTINUATION)
		return not_a_reply(s, "not a POP3 greeting:");
	if (s->reply.status != POP3_OK)
		return pop3_refused(s, ERR_REFUSED);
	s->greeted = true;
	s->talks = true; /* some go on with whom they will let in */
	struct span stamp = pop3_parse_timestamp(s->reply.words);
	memcpy(s->timestamp, stamp.at, stamp.len); /* shorter than what it goes to */
	s->timestamp[stamp.len] = '\0';
	return 0;
}

int pop3_capability(struct pop3 *s)
{
	struct span line;
	int rc;

	s->caps = (struct pop3_capabilities){0};
	if (step(s->conn.tl, "capability") || pop3_command(s, "CAPA"))
		return -1;
	if (s->reply.status != POP3_OK)
		return 0;
	while ((rc = pop3_next_line(s, POP3_CAPA_MAX, &line)) > 0)
		pop3_parse_capability(line, &s->caps);
	s->caps.known = rc == 0;
	return rc;
}

int pop3_stls(struct pop3 *s, const char *host, const struct tls_options *tls)
{
	if (step(s->conn.tl, "starttls"))
		return -1;
	if (s->caps.known && !s->caps.stls) {
		err_set(s->conn.err, ERR_TLS, "server does not offer STLS");
		err_hint(s->conn.err, "-T ssl for TLS from the first byte, -T plaintext for none");
		return -1;
	}
	if (pop3_command(s, "STLS"))
		return -1;
	if (s->reply.status != POP3_OK)
		return pop3_refused(s, ERR_TLS);
	/* what was learnt in the clear may have been made up by anybody (RFC 2595 section 4) */
	s->timestamp[0] = '\0';
	s->caps = (struct pop3_capabilities){0};
	if (conn_start_tls(&s->conn, host, tls))
		return -1;
	return pop3_capability(s);
}

/* ---- the end ---- */

static void close_session(struct pop3 *s)
{
	conn_close(&s->conn);
	s->greeted = s->talks = false;
	s->marked = 0;
}

/* QUIT, and its answer only if it can be expected to come. What is marked is in doubt, or QUIT
 * would have been sent by pop3_quit: RSET takes the marks back, and the server obeys in
 * that order. */
static void say_goodbye(struct pop3 *s, int64_t limit_us)
{
	/* if it did not answer before, do not wait for it again */
	bool await = !err_is_timeout(conn_error(&s->conn)) && !s->marked;
	struct err ignored = {0}, *err = conn_set_err(&s->conn, &ignored);

	timeline_leg(s->conn.tl, s->conn.tl->prefix, limit_us);
	if (step(s->conn.tl, "logout") == 0 && await)
		conn_part(&s->conn, pop3_command(s, "QUIT") == 0);
	else if (!s->marked || conn_printf(&s->conn, "RSET") == 0)
		conn_printf(&s->conn, "QUIT");
	conn_set_err(&s->conn, err);
}

static void part(struct pop3 *s, int64_t limit_us)
{
	if (s->greeted && conn_can_speak(&s->conn))
		say_goodbye(s, limit_us);
	close_session(s);
}

void pop3_part(struct pop3 *s)
{
	part(s, CONN_GOODBYE_US);
}

void pop3_part_for_good(struct pop3 *s)
{
	part(s, conn_patience(&s->conn, CONN_GOODBYE_US));
}

/* Whether an answer follows the one that was taken for that to QUIT. */
static bool says_more(struct pop3 *s)
{
	struct err ignored = {0}, *err = conn_set_err(&s->conn, &ignored);
	bool more = next_unasked(s) > 0;

	conn_set_err(&s->conn, err);
	return more;
}

int pop3_quit(struct pop3 *s)
{
	int rc = step(s->conn.tl, "logout") || pop3_command(s, "QUIT");

	if (rc == 0 && s->reply.status != POP3_OK)
		rc = pop3_refused(s, ERR_REFUSED);
	s->talks = true;
	if (rc == 0 && says_more(s))
		rc = err_set(s->conn.err, ERR_PROTOCOL, "more than one answer to QUIT");
	if (rc)
		err_prefix(s->conn.err, "deletion not confirmed: ");
	else
		conn_part(&s->conn, true);
	close_session(s);
	return rc ? -1 : 0;
}
