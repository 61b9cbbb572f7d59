/* pop3.c - the POP3 dialog: greeting to TLS, and QUIT */
#include "mail/pop3/pop3.h"

#include <string.h>

#include "base/clock.h"
#include "mail/pop3/pop3_command.h"
#include "net/net_hint.h"
#include "net/spoken.h"

void pop3_init(struct pop3 *s, struct timeline *tl, struct err *err, struct buf *transcript)
{
	memset(s, 0, sizeof(*s));
	s->conn = CONN_INIT(tl, err, transcript, "pop");
	s->next = s->conn;
	s->line = BUF_INIT(CONN_LINE_MAX);
	s->text = BUF_INIT(POP3_TEXT_MAX);
}

void pop3_free(struct pop3 *s)
{
	conn_close(&s->conn);
	conn_close(&s->next);
	buf_wipe(&s->line); /* servers quote secrets */
	buf_free(&s->text);
}

/* ---- greeting to TLS ---- */

int pop3_greeting(struct pop3 *s)
{
	if (step(s->conn.tl, "greeting"))
		return -1;
	conn_note_greeting(&s->conn);
	if (pop3_read_line(s))
		return -1;
	if (pop3_parse_reply(buf_str(&s->line), s->line.len, &s->reply) ||
	    s->reply.status == POP3_CONTINUATION) {
		pop3_not_a_reply(s, "not a POP3 greeting:");
		err_advise(s->conn.err, spoken_other_hint(buf_str(&s->line), s->line.len));
		return -1;
	}
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
	s->caps.pipelining = s->caps.pipelining && !s->no_pipelining;
	return rc;
}

int pop3_stls(struct pop3 *s, const char *host, const struct tls_options *tls)
{
	if (step(s->conn.tl, "starttls"))
		return -1;
	if (s->caps.known && !s->caps.stls && !s->caps_last) {
		err_set(s->conn.err, ERR_TLS, "server does not offer STLS");
		err_advise(s->conn.err, &net_hints[NET_NO_STARTTLS]);
		return -1;
	}
	if (pop3_command(s, "STLS"))
		return -1;
	if (s->reply.status != POP3_OK)
		return pop3_refused(s, ERR_TLS);
	/* what was learnt in the clear may have been made up by anybody (RFC 2595 section 4) */
	s->timestamp[0] = '\0';
	if (!s->caps_last)
		s->caps = (struct pop3_capabilities){0};
	if (conn_start_tls(&s->conn, host, tls))
		return -1;
	return s->caps_last ? 0 : pop3_capability(s);
}

/* ---- the end ---- */

void pop3_close(struct pop3 *s)
{
	conn_close(&s->conn);
	s->greeted = s->talks = s->pipelined = s->quit_sent = false;
	s->marked = s->asked = s->owed = 0;
}

bool pop3_distrust(struct pop3 *s)
{
	enum err_kind kind = conn_error(&s->conn);

	if (!s->pipelined || (kind != ERR_CLOSED && kind != ERR_PROTOCOL && kind != ERR_REFUSED))
		return false;
	s->no_pipelining = true;
	s->caps.pipelining = false;
	*s->conn.err = (struct err){0};
	if (kind == ERR_REFUSED)
		pop3_part(s);
	pop3_close(s);
	return true;
}

/* QUIT, and its answer only if it can be expected to come. What is marked is in doubt, or QUIT
 * would have been sent by pop3_quit: RSET takes the marks back, and the server obeys in
 * that order. */
static void say_goodbye(struct pop3 *s, int64_t limit_us)
{
	/* if it did not answer before, do not wait for it again */
	bool await = !err_is_timeout(conn_error(&s->conn)) && !s->marked && !s->owed;
	struct err ignored = {0}, *err = conn_set_err(&s->conn, &ignored);

	timeline_leg(s->conn.tl, s->conn.tl->prefix, limit_us);
	if (step(s->conn.tl, "logout") == 0 && await)
		conn_part(&s->conn, pop3_command(s, "QUIT") == 0);
	else if (!s->marked || conn_printf(&s->conn, "RSET") == 0)
		conn_printf(&s->conn, "QUIT");
	conn_set_err(&s->conn, err);
}

void pop3_say_quit(struct pop3 *s)
{
	struct err ignored = {0}, *err = conn_set_err(&s->conn, &ignored);

	timeline_leg(s->conn.tl, s->conn.tl->prefix, CONN_GOODBYE_US);
	int rc = step(s->conn.tl, "logout") ? -1 : pop3_put(s, "QUIT");
	s->quit_sent = pop3_send_gathered(s) == 0 && rc == 0;
	conn_set_err(&s->conn, err);
}

/* The answer to what pop3_say_quit has sent. */
static void hear_goodbye(struct pop3 *s, int64_t limit_us)
{
	timeline_leg(s->conn.tl, s->conn.tl->prefix, limit_us);
	step(s->conn.tl, "logout");
	pop3_skip_replies(s);
	bool answered = !s->owed && s->reply.status == POP3_OK;
	/* that QUIT alone is not answered tells of nothing else */
	if (s->owed > 1 || (!s->owed && !answered))
		s->no_pipelining = true;
	s->caps.pipelining = s->caps.pipelining && !s->no_pipelining;
	conn_part(&s->conn, answered);
}

static void part(struct pop3 *s, int64_t limit_us)
{
	if (s->quit_sent)
		hear_goodbye(s, limit_us);
	else if (s->greeted && conn_can_speak(&s->conn))
		say_goodbye(s, limit_us);
	pop3_close(s);
}

int64_t pop3_goodbye_limit(const struct pop3 *s)
{
	int64_t half_us = (s->conn.tl->work_us - clock_us()) / 2;

	if (half_us > CONN_GOODBYE_US)
		return CONN_GOODBYE_US;
	return half_us > 0 ? half_us : 1; /* 0 is no limit */
}

void pop3_part(struct pop3 *s)
{
	part(s, pop3_goodbye_limit(s));
}

void pop3_part_for_good(struct pop3 *s)
{
	part(s, conn_patience(&s->conn, CONN_GOODBYE_US));
}

/* Whether an answer follows the one that was taken for that to QUIT. */
static bool says_more(struct pop3 *s)
{
	struct err ignored = {0}, *err = conn_set_err(&s->conn, &ignored);
	bool more = pop3_next_unasked(s) > 0;

	conn_set_err(&s->conn, err);
	return more;
}

static int read_quit_answer(struct pop3 *s)
{
	int rc = pop3_read_reply(s, false);

	if (rc == 0 && s->reply.status != POP3_OK)
		rc = pop3_refused(s, ERR_REFUSED);
	s->talks = true;
	if (rc == 0 && says_more(s))
		rc = err_set(s->conn.err, ERR_PROTOCOL, "more than one answer to QUIT");
	return rc;
}

int pop3_quit_answer(struct pop3 *s)
{
	int rc = step(s->conn.tl, "logout") || read_quit_answer(s);

	if (rc)
		err_prefix(s->conn.err, "deletion not confirmed: ");
	else
		conn_part(&s->conn, true);
	pop3_close(s);
	return rc ? -1 : 0;
}

int pop3_quit(struct pop3 *s)
{
	if (step(s->conn.tl, "logout") || pop3_gather(s) || pop3_put(s, "QUIT") ||
	    pop3_send_gathered(s)) {
		err_prefix(s->conn.err, "deletion not confirmed: ");
		pop3_close(s);
		return -1;
	}
	return pop3_quit_answer(s);
}
