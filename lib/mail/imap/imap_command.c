/* imap_command.c - commands and their answers, one at a time or several in one write.
 *
 * Responses are read and noted in imap_response.c. */
#include "mail/imap/imap_command.h"

#include <stdio.h>
#include <string.h>

#include <gnutls/crypto.h>

#include "base/clock.h"

enum { IMAP_LINE_MAX = 8192 }; /* a command */

/* How long a server may say nothing at all before it is taken to have lost the second command of a
 * write. */
static const int64_t LOST_US = 3 * US_PER_S;

/* Each tag is random: one that can be guessed can be answered before its command is sent
 * (CVE-2026-42246). */
static int new_tag(struct imap *s)
{
	unsigned char random[4];
	int rc = gnutls_rnd(GNUTLS_RND_RANDOM, random, sizeof(random));

	if (rc < 0)
		return err_set(s->conn.err, ERR_LOCAL, "no random numbers: %s",
			       gnutls_strerror(rc));
	if (s->open_count == IMAP_OPEN_MAX)
		return err_set(s->conn.err, ERR_LOCAL, "too many commands at once");
	struct imap_command *c = &s->open[s->open_count++];
	*c = (struct imap_command){.answer = BUF_INIT(IMAP_RESPONSE_MAX)};
	snprintf(c->tag, sizeof(c->tag), "m%02x%02x%02x%02x%u", random[0], random[1], random[2],
		 random[3], ++s->commands);
	memcpy(s->tag, c->tag, sizeof(s->tag));
	return 0;
}

static int too_much(struct imap *s)
{
	return err_set(s->conn.err, ERR_PROTOCOL, "answer larger than %d bytes", IMAP_COMMAND_MAX);
}

int imap_check_unasked(struct imap *s)
{
	uint64_t begun = s->conn.bytes_in;
	struct imap_response r;
	int waiting;

	while ((waiting = conn_wait(&s->conn, 0)) > 0) {
		if (imap_read(s, &r))
			return -1;
		if (r.kind != IMAP_UNTAGGED)
			return imap_not_a_response(s, "an answer that nothing was asked for:");
		if (s->conn.bytes_in - begun > IMAP_COMMAND_MAX)
			return too_much(s);
	}
	return waiting;
}

int imap_begin(struct imap *s)
{
	if ((!s->conn.gathering && imap_check_unasked(s)) || new_tag(s))
		return -1;
	s->caps_told = false;
	return 0;
}

int imap_send(struct imap *s, const char *fmt, ...)
{
	struct buf line = BUF_INIT(IMAP_LINE_MAX);
	va_list ap;

	if (imap_begin(s))
		return -1;
	va_start(ap, fmt);
	bool full = buf_printf(&line, "%s ", s->tag) || buf_vprintf(&line, fmt, ap) ||
		    buf_append_str(&line, "\r\n");
	va_end(ap);
	int rc = full ? err_set(s->conn.err, ERR_LOCAL, "command longer than %d bytes",
				IMAP_LINE_MAX)
		      : conn_write(&s->conn, line.data, line.len, NULL);
	buf_free(&line);
	return rc;
}

int imap_gather(struct imap *s)
{
	if (imap_check_unasked(s))
		return -1;
	conn_gather(&s->conn);
	return 0;
}

int imap_send_gathered(struct imap *s, int rc)
{
	s->gathered = true;
	return conn_send_gathered(&s->conn) || rc ? -1 : 0;
}

bool imap_broke(struct imap *s)
{
	enum err_kind kind = conn_error(&s->conn);
	bool broken = (kind == ERR_CLOSED && !s->bye) || (kind == ERR_PROTOCOL && s->disorder);

	if (!s->gathered || s->pipelining != IMAP_PIPELINING_UNTRIED || !broken)
		return false;
	s->pipelining = IMAP_PIPELINING_BREAKS;
	*s->conn.err = (struct err){0};
	conn_close(&s->conn);
	return true;
}

static void forsake_commands(struct imap *s)
{
	size_t kept = 0;

	for (size_t i = 0; i < s->open_count; i++) {
		buf_free(&s->open[i].answer);
		s->open[i].forsaken = true;
		if (!s->open[i].answered)
			s->open[kept++] = s->open[i];
	}
	s->open_count = kept;
}

void imap_forsake(struct imap *s)
{
	forsake_commands(s);
	imap_collect_end(&s->collect);
}

/* Its answer was taken, or nobody wants it. */
static void close_command(struct imap *s, struct imap_command *c)
{
	size_t behind = (size_t)(s->open + s->open_count - c) - 1;

	buf_free(&c->answer);
	memmove(c, c + 1, behind * sizeof(*c));
	s->open_count--;
}

void imap_unsend(struct imap *s)
{
	if (s->open_count)
		close_command(s, &s->open[s->open_count - 1]);
}

/* The one whose answer is waited for, or NULL. */
static struct imap_command *next_in_turn(struct imap *s)
{
	for (size_t i = 0; i < s->open_count; i++)
		if (!s->open[i].forsaken)
			return &s->open[i];
	return NULL;
}

static struct imap_command *find_unanswered(struct imap *s, struct span tag)
{
	for (size_t i = 0; i < s->open_count; i++)
		if (!s->open[i].answered && span_is(tag, s->open[i].tag))
			return &s->open[i];
	return NULL;
}

int imap_take_answer(struct imap *s, struct imap_response *r)
{
	struct imap_command *c = find_unanswered(s, r->tag);

	if (!c)
		return imap_not_a_response(s, "answer with a wrong tag:");
	c->answered = true;
	if (c == next_in_turn(s)) {
		close_command(s, c);
		return 0;
	}
	if (c->forsaken)
		close_command(s, c);
	else if (buf_append(&c->answer, buf_str(&s->response), s->response.len))
		return imap_not_a_response(s, "answer too long:");
	*r = (struct imap_response){.kind = IMAP_UNTAGGED};
	return 0;
}

/* The answer that came before its turn: it becomes the newest response again. Returns whether there
 * is one. */
static bool take_kept(struct imap *s, struct imap_response *r)
{
	struct imap_command *c = next_in_turn(s);

	if (!c || !c->answered)
		return false;
	buf_clear(&s->response);
	buf_append(&s->response, buf_str(&c->answer), c->answer.len);
	close_command(s, c);
	return imap_parse_response(buf_str(&s->response), s->response.len, r) == 0;
}

/* Read on until the answer is here (1), or nothing at all has come for that long (0; silence_us 0:
 * until the deadline). */
static int await_within(struct imap *s, enum imap_kind kind, int64_t silence_us,
			struct imap_response *r)
{
	uint64_t begun = s->conn.bytes_in - s->passed_over;

	if (take_kept(s, r))
		return 1;
	for (;;) {
		int ready = silence_us ? conn_wait(&s->conn, clock_us() + silence_us) : 1;
		if (ready == 0 && clock_us() < s->conn.tl->deadline_us)
			return 0;
		if (ready < 0 || imap_read(s, r))
			return -1;
		if (r->kind == IMAP_TAGGED || r->kind == kind)
			return 1;
		if (r->kind == IMAP_CONTINUATION)
			return imap_not_a_response(s, "continuation not asked for:");
		if (s->conn.bytes_in - s->passed_over - begun > IMAP_COMMAND_MAX)
			return too_much(s);
	}
}

int imap_await(struct imap *s, enum imap_kind kind, struct imap_response *r)
{
	return await_within(s, kind, 0, r) < 0 ? -1 : 0;
}

int imap_await_behind(struct imap *s, struct imap_response *r, bool *lost_r)
{
	*lost_r = false;
	if (s->pipelining != IMAP_PIPELINING_UNTRIED)
		return imap_await(s, IMAP_TAGGED, r);
	int rc = await_within(s, IMAP_TAGGED, LOST_US, r);
	if (rc < 0)
		return -1;
	/* where it is the account that is limited nothing is asked again */
	*lost_r = rc == 0 || (r->status == IMAP_BAD && !imap_limit(r->code, r->text, s->selected));
	s->pipelining = *lost_r ? IMAP_PIPELINING_BREAKS : IMAP_PIPELINING_WORKS;
	if (rc == 0)
		forsake_commands(s); /* what is collected is asked for again */
	return 0;
}

int imap_refused(struct imap *s, enum err_kind kind, const struct imap_response *r)
{
	const struct hint *limit = imap_limit(r->code, r->text, s->selected);

	conn_err_server(&s->conn, limit ? ERR_THROTTLED : kind, "", r->words.at, r->words.len);
	err_advise(s->conn.err, limit ? limit : imap_hint(r->code, r->text));
	return -1;
}

int imap_finish(struct imap *s, enum err_kind kind)
{
	struct imap_response r;

	if (imap_await(s, IMAP_TAGGED, &r))
		return -1;
	return r.status == IMAP_OK ? 0 : imap_refused(s, kind, &r);
}

int imap_judge(struct imap *s, const struct imap_response *r, bool *refused_r)
{
	bool refused = r->status != IMAP_OK;

	if (refused && (!refused_r || imap_limit(r->code, r->text, s->selected)))
		return imap_refused(s, ERR_REFUSED, r);
	if (refused)
		imap_note_odd(s, r->words);
	if (refused_r)
		*refused_r = refused;
	return 0;
}

int imap_finish_somehow(struct imap *s, bool *refused_r)
{
	struct imap_response r;

	return imap_await(s, IMAP_TAGGED, &r) ? -1 : imap_judge(s, &r, refused_r);
}

int imap_simple(struct imap *s, const char *command, enum err_kind kind)
{
	if (imap_send(s, "%s", command))
		return -1;
	return imap_finish(s, kind);
}
