/* smtp_send.c - sender, recipient and message, in as few writes as the server takes
 *
 * What belongs to the message is sent behind 354, or behind BDAT with its length, and never before:
 * a server that takes it for commands would be none the wiser. A message is given out of hand once;
 * whoever tries again must know that it was not accepted. */
#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "base/text.h"
#include "mail/message.h"
#include "mail/smtp/smtp_command.h"
#include "mail/smtp/smtp_hint.h"

enum {
	MESSAGE_MAX = 1 << 20,
	/* replies before the one to RSET: more than our message has lines */
	SYNCHRONISE_MAX = 64,
};

/* What a server may take for the rest of its answers, once it has refused. */
static const int64_t REST_US = 2 * US_PER_S;

/* ---- sender and recipient ---- */

bool smtp_recipient_valid(const char *address, bool lmtp)
{
	size_t len = strlen(address);

	return message_address_valid(address) || text_equal_nocase(address, len, "postmaster") ||
	       (lmtp && message_local_part_valid(address, len));
}

/* An address that would break out of its angle brackets is never sent. */
static int not_an_address(struct smtp *s, const char *address)
{
	return err_set(s->conn.err, ERR_USAGE, "not a mail address: %s", address);
}

static int check_sender(struct smtp *s, const char *from, bool utf8)
{
	if (*from && !message_address_valid(from))
		return not_an_address(s, from);
	if (utf8 && !s->caps.smtputf8)
		return err_set(s->conn.err, ERR_REFUSED,
			       "the server does not take non-ASCII addresses (no SMTPUTF8)");
	return 0;
}

static int check_recipient(struct smtp *s, const char *to)
{
	return smtp_recipient_valid(to, s->lmtp) ? 0 : not_an_address(s, to);
}

static int say_mail(struct smtp *s, const char *from, uint64_t size, bool utf8)
{
	char parameter[32] = "";

	if (size && s->caps.size)
		snprintf(parameter, sizeof(parameter), " SIZE=%llu", (unsigned long long)size);
	return smtp_say(s, "MAIL FROM:<%s>%s%s", from, parameter, utf8 ? " SMTPUTF8" : "");
}

static const char after_mail[] = "MAIL FROM", after_rcpt[] = "RCPT TO", after_data[] = "DATA",
		  after_text[] = "end of DATA", after_chunk[] = "BDAT";

/* Behind which command there was no answer, or none that is one. */
static int unanswered(struct smtp *s, const char *verb)
{
	if (s->conn.err->kind != ERR_PROTOCOL)
		err_advise(s->conn.err, smtp_unanswered(verb));
	return err_prefix(s->conn.err, "after %s: ", verb);
}

static int read_answer(struct smtp *s, const char *verb)
{
	return smtp_read_reply(s) ? unanswered(s, verb) : 0;
}

static int judge_mail(struct smtp *s)
{
	return smtp_expect(s, 250, after_mail);
}

static int judge_rcpt(struct smtp *s)
{
	/* 251: it forwards; 252: it does not know, but tries */
	if (s->reply.code == 251 || s->reply.code == 252)
		return 0;
	return smtp_expect(s, 250, after_rcpt);
}

int smtp_mail(struct smtp *s, const char *from, uint64_t size, bool utf8)
{
	if (check_sender(s, from, utf8) || say_mail(s, from, size, utf8) || smtp_read_reply(s))
		return -1;
	return judge_mail(s);
}

int smtp_rcpt(struct smtp *s, const char *to)
{
	if (check_recipient(s, to) || smtp_say(s, "RCPT TO:<%s>", to) || smtp_read_reply(s))
		return -1;
	return judge_rcpt(s);
}

/* ---- the message, one command after the other ---- */

struct letter {
	const char *from, *to;
	const struct buf *message;
	bool utf8;
};

int smtp_dot_stuff(struct buf *b, const char *bytes, size_t len)
{
	const char *end = bytes + len;

	for (const char *line = bytes; line < end;) {
		const char *lf = memchr(line, '\n', (size_t)(end - line));
		const char *next = lf ? lf + 1 : end;
		if ((*line == '.' && buf_append_char(b, '.')) ||
		    buf_append(b, line, (size_t)(next - line)))
			return -1;
		line = next;
	}
	if (len && (len < 2 || memcmp(end - 2, "\r\n", 2)) && buf_append_str(b, "\r\n"))
		return -1;
	return buf_append_str(b, ".\r\n");
}

static int say_message(struct smtp *s, const struct buf *bytes)
{
	char shown[64];

	snprintf(shown, sizeof(shown), "(the message, %zu bytes)", bytes->len);
	return smtp_send_bytes(s, bytes->data, bytes->len, shown);
}

static int judge_data(struct smtp *s)
{
	return smtp_expect(s, 354, after_data);
}

/* After 354. */
static int send_text(struct smtp *s, const struct buf *message)
{
	struct buf stuffed = BUF_INIT(MESSAGE_MAX);
	int rc = smtp_dot_stuff(&stuffed, buf_str(message), message->len);

	if (rc)
		err_set(s->conn.err, ERR_LOCAL, "message larger than %d bytes", MESSAGE_MAX);
	else
		rc = say_message(s, &stuffed);
	buf_free(&stuffed);
	if (rc || read_answer(s, after_text))
		return -1;
	return smtp_expect(s, 250, after_text);
}

static int send_one_by_one(struct smtp *s, const struct letter *l)
{
	if (smtp_mail(s, l->from, l->message->len, l->utf8))
		return s->reply.complete ? -1 : unanswered(s, after_mail);
	if (smtp_rcpt(s, l->to))
		return s->reply.complete ? -1 : unanswered(s, after_rcpt);
	if (smtp_say(s, "DATA") || read_answer(s, after_data) || judge_data(s))
		return -1;
	return send_text(s, l->message);
}

/* ---- all in one write (RFC 2920) ---- */

/* A reply like smtp_read_reply, by until_us. Passing it is the error of a passed deadline. */
static int read_by(struct smtp *s, int64_t until_us)
{
	if (conn_wait(&s->conn, until_us) != 0 || clock_us() >= s->conn.tl->deadline_us)
		return smtp_read_reply(s);
	s->ended = true;
	smtp_reply_clear(&s->reply);
	return timeline_timed_out(s->conn.tl, "no answer");
}

/* The server did not understand a command, or not what came before it. */
static bool is_lost(int code)
{
	return code == 500 || code == 502 || code == 503;
}

/* Read the answers to MAIL, RCPT and a third command, the first by until_us, and judge each by its
 * own: the first that is none or refuses is the error, and the rest is read all the same, for the
 * next command to get its own. Returns 0, or which of the three is at fault, from 1 on; out_of_step
 * is set where answers are lost, or are those to other commands. s->reply is the third, or none. */
static int read_answers(struct smtp *s, int (*judge_third)(struct smtp *), int64_t until_us)
{
	int (*const judge[])(struct smtp *) = {judge_mail, judge_rcpt, judge_third};
	const char *const verbs[] = {after_mail, after_rcpt,
				     judge_third == judge_data ? after_data : after_chunk};
	struct err rest = {0}, *err = s->conn.err;
	int fault = 0;

	for (int i = 0; i < 3 && !s->ended; i++) {
		bool lost = read_by(s, until_us) != 0;
		if (i == 1)
			s->no_recipient = !lost && s->reply.code >= 400;
		if (fault || (!lost && judge[i](s) == 0))
			continue;
		if (lost)
			unanswered(s, verbs[i]);
		fault = i + 1;
		s->out_of_step = lost || s->reply.code < 400 || (i > 0 && is_lost(s->reply.code));
		conn_set_err(&s->conn, &rest);
		until_us = clock_us() + REST_US;
	}
	conn_set_err(&s->conn, err);
	return fault;
}

/* The server waits for text in spite of a refusal: it gets none (RFC 2920 section 3.1). If there
 * may be a recipient, its end is not said either: that would be an empty message, which nobody
 * could tell to be ours. */
static void end_at_once(struct smtp *s)
{
	struct err ignored = {0}, *err = conn_set_err(&s->conn, &ignored);

	s->ended = !s->no_recipient;
	if (!s->ended && smtp_say(s, ".") == 0)
		read_by(s, clock_us() + REST_US);
	conn_set_err(&s->conn, err);
}

/* Half of the time is kept for a new connection. */
static int64_t half_time(const struct smtp *s)
{
	int64_t now = clock_us();

	return now + (s->conn.tl->deadline_us - now) / 2;
}

static int say_envelope(struct smtp *s, const struct letter *l)
{
	if (say_mail(s, l->from, l->message->len, l->utf8))
		return -1;
	return smtp_say(s, "RCPT TO:<%s>", l->to);
}

/* What was gathered goes out, if all of it could be. */
static int send_gathered(struct smtp *s, int gathered)
{
	if (conn_send_gathered(&s->conn) == 0 && gathered == 0)
		return 0;
	s->ended = true;
	return -1;
}

static int send_pipelined(struct smtp *s, const struct letter *l)
{
	conn_gather(&s->conn);
	if (send_gathered(s, say_envelope(s, l) || smtp_say(s, "DATA")))
		return -1;
	if (read_answers(s, judge_data, half_time(s))) {
		if (s->reply.code == 354 && !s->ended)
			end_at_once(s);
		return -1;
	}
	if (smtp_check_unasked(s)) {
		s->out_of_step = s->reply.code != 421;
		return -1;
	}
	return send_text(s, l->message);
}

/* ---- and the message with it (RFC 3030) ---- */

static int judge_chunk(struct smtp *s)
{
	return smtp_expect(s, 250, after_chunk);
}

/* Returns as read_answers, or -1. Unless the last answer is a refusal, nobody knows whether the
 * message was accepted. */
static int offer_chunk(struct smtp *s, const struct letter *l)
{
	conn_gather(&s->conn);
	if (send_gathered(s, say_envelope(s, l) || smtp_say(s, "BDAT %zu LAST", l->message->len) ||
				     say_message(s, l->message)))
		return -1;
	int fault = read_answers(s, judge_chunk, s->conn.tl->deadline_us);
	s->out_of_step = s->out_of_step && s->reply.complete && s->reply.code >= 400;
	return fault;
}

/* A server that does not know BDAT may take each line of the message for a command, and refuse it.
 * Whatever it refuses: RSET it does not. */
static int synchronise(struct smtp *s)
{
	int64_t until_us = half_time(s);
	int rc = conn_printf(&s->conn, "RSET");

	s->reply.code = 0;
	for (int i = 0; i < SYNCHRONISE_MAX && rc == 0 && s->reply.code != 250; i++)
		rc = s->ended ? -1 : read_by(s, until_us);
	if (rc == 0 && s->reply.code == 250 && smtp_check_unasked(s) == 0)
		return 0;
	s->ended = true;
	return -1;
}

static bool is_unknown(int code)
{
	return code >= 500 && code <= 504;
}

static int send_chunked(struct smtp *s, const struct letter *l)
{
	struct err refused = {0}, ignored = {0}, *err = conn_set_err(&s->conn, &refused);
	int fault = offer_chunk(s, l);

	s->no_chunking = fault == 3 && is_unknown(s->reply.code);
	if (s->no_chunking) {
		conn_set_err(&s->conn, &ignored);
		s->out_of_step = synchronise(s) != 0;
	}
	conn_set_err(&s->conn, err);
	if (s->no_chunking && !s->out_of_step)
		return send_pipelined(s, l);
	if (fault)
		*err = refused;
	return fault ? -1 : 0;
}

int smtp_send(struct smtp *s, const char *from, const char *to, const struct buf *message)
{
	struct letter l = {from, to, message, !text_is_ascii(from) || !text_is_ascii(to)};

	s->out_of_step = s->no_recipient = false;
	if (step(s->conn.tl, "send") || check_sender(s, from, l.utf8) || check_recipient(s, to))
		return -1;
	if (s->one_by_one || !s->caps.pipelining)
		return send_one_by_one(s, &l);
	if (s->no_chunking || !s->caps.chunking)
		return send_pipelined(s, &l);
	return send_chunked(s, &l);
}
