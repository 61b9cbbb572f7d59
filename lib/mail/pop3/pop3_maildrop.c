/* pop3_maildrop.c - the POP3 dialog with an open maildrop: STAT, UIDL, LIST, TOP, RETR, DELE.
 *
 * Messages that are refused are passed over: another session may have taken them. */
#include <string.h>

#include "mail/pop3/pop3.h"
#include "mail/pop3/pop3_command.h"

enum {
	READ_MAX = 2 * POP3_TEXT_MAX
}; /* of one message by RETR; the rest may be dot-stuffing and line ends */

static int malformed(struct pop3 *s, const char *what, struct span words)
{
	return conn_err_server(&s->conn, ERR_PROTOCOL, what, words.at, words.len);
}

static int judge_stat(struct pop3 *s)
{
	if (s->reply.status != POP3_OK)
		return pop3_refused(s, ERR_REFUSED);
	s->has_size = pop3_parse_stat(s->reply.text, &s->messages, &s->size) == 0;
	if (s->has_size)
		return 0;
	s->size = 0;
	if (pop3_parse_stat_count(s->reply.text, &s->messages))
		return malformed(s, "impossible answer to STAT:", s->reply.words);
	return 0;
}

int pop3_stat(struct pop3 *s)
{
	if (step(s->conn.tl, "stat") || pop3_command(s, "STAT"))
		return -1;
	return judge_stat(s);
}

static int judge_dele(struct pop3 *s, bool *refused_r)
{
	bool refused = s->reply.status != POP3_OK;
	if (refused && !refused_r)
		return pop3_refused(s, ERR_REFUSED);
	if (refused_r)
		*refused_r = refused;
	s->marked += !refused;
	return 0;
}

int pop3_dele(struct pop3 *s, uint32_t number, bool *refused_r)
{
	return pop3_command(s, "DELE %u", number) ? -1 : judge_dele(s, refused_r);
}

int pop3_dele_and_quit(struct pop3 *s, const uint32_t *number, size_t count)
{
	int rc = 0;

	if (pop3_gather(s))
		return -1;
	for (size_t i = 0; rc == 0 && i < count; i++)
		rc = pop3_put(s, "DELE %u", number[i]);
	rc = rc || pop3_put(s, "QUIT") || pop3_send_gathered(s) ? -1 : 0;
	s->asked = 0; /* to delete takes its time, and nothing is asked again */
	return rc;
}

int pop3_dele_answer(struct pop3 *s, bool *refused_r)
{
	return pop3_read_reply(s, false) ? -1 : judge_dele(s, refused_r);
}

/* ---- one command for each of several messages ---- */

/* Called with each one's reply in s->reply; reads what follows it. Returns 0, -1, or 1: no more is
 * to be asked or read. */
typedef int answer_fn(struct pop3 *s, uint32_t number, void *ctx);

static int put_each(struct pop3 *s, const char *verb, const char *rest, const uint32_t *number,
		    size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (pop3_put(s, "%s %u%s", verb, number[i], rest))
			return -1;
	return 0;
}

static int hear_each(struct pop3 *s, const uint32_t *number, size_t count, answer_fn *fn, void *ctx)
{
	int rc = 0;

	for (size_t i = 0; rc == 0 && i < count; i++)
		rc = pop3_read_reply(s, false) ? -1 : fn(s, number[i], ctx);
	return rc;
}

/* The answers to several commands look alike: one too many or too few, and each would be taken for
 * that to another command. So STAT goes last, whose answer is known and like no other. */
static int hear_last(struct pop3 *s)
{
	uint32_t messages;
	uint64_t size;

	if (pop3_read_reply(s, false))
		return -1;
	if (s->reply.status != POP3_OK ||
	    (pop3_parse_stat(s->reply.text, &messages, &size) &&
	     pop3_parse_stat_count(s->reply.text, &messages)) ||
	    messages != s->messages)
		return malformed(s, "answers out of step:", s->reply.words);
	return 0;
}

/* With last, STAT goes behind several. */
static int ask_batch(struct pop3 *s, const char *verb, const char *rest, const uint32_t *number,
		     size_t count, bool last, answer_fn *fn, void *ctx)
{
	last = last && count > 1;
	if (pop3_gather(s))
		return -1;
	int rc = put_each(s, verb, rest, number, count) || (last && pop3_put(s, "STAT"));
	if (pop3_send_gathered(s) || rc)
		return -1;
	rc = hear_each(s, number, count, fn, ctx);
	return rc || !last ? rc : hear_last(s);
}

static int ask_each(struct pop3 *s, const char *verb, const char *rest, const uint32_t *number,
		    size_t count, bool last, answer_fn *fn, void *ctx)
{
	size_t batch = s->caps.pipelining ? POP3_BATCH : 1;
	int rc = 0;

	for (size_t i = 0; rc == 0 && i < count; i += batch) {
		size_t n = count - i < batch ? count - i : batch;
		rc = ask_batch(s, verb, rest, number + i, n, last, fn, ctx);
	}
	return rc;
}

/* ---- UIDL ---- */

struct uid_request {
	pop3_uid_fn *fn;
	void *ctx;
};

static int answer_uidl(struct pop3 *s, uint32_t number, void *ctx)
{
	const struct uid_request *r = ctx;
	struct span uid;

	if (s->reply.status != POP3_OK)
		return 0;
	int known = pop3_parse_uidl_answer(s->reply.text, number, &uid);
	if (known < 0)
		return malformed(s, "impossible answer to UIDL:", s->reply.words);
	s->talks = !known; /* servers that overlook the number (Mailpit) send a listing */
	return known ? r->fn(r->ctx, number, uid) : 0;
}

bool pop3_has_uidl(const struct pop3 *s)
{
	return !s->caps.known || s->caps.uidl;
}

int pop3_uidl(struct pop3 *s, const uint32_t *number, size_t count, pop3_uid_fn *fn, void *ctx)
{
	struct uid_request r = {fn, ctx};

	return ask_each(s, "UIDL", "", number, count, false, answer_uidl, &r);
}

int pop3_put_uidl(struct pop3 *s, const uint32_t *number, size_t count)
{
	return put_each(s, "UIDL", "", number, count);
}

int pop3_hear_uidl(struct pop3 *s, const uint32_t *number, size_t count, pop3_uid_fn *fn, void *ctx)
{
	struct uid_request r = {fn, ctx};

	return hear_each(s, number, count, answer_uidl, &r);
}

int pop3_uidl_all(struct pop3 *s, pop3_uid_fn *fn, void *ctx)
{
	struct span line, uid;
	uint32_t number;
	int rc;

	if (pop3_command(s, "UIDL"))
		return -1;
	if (s->reply.status != POP3_OK)
		return 0;
	while ((rc = pop3_next_line(s, POP3_LISTING_MAX, &line)) > 0) {
		if (pop3_parse_uidl(line, &number, &uid) == 0)
			rc = fn(ctx, number, uid);
		else if (pop3_number_impossible(line))
			rc = malformed(s, "impossible line of UIDL:", line);
		if (rc < 0)
			return -1;
	}
	return rc;
}

/* ---- messages ---- */

/* Read a message into s->text up to the lone dot; what does not fit is passed over. 0, -1, or 1:
 * more than max bytes, and not at its end yet. */
static int read_text(struct pop3 *s, uint64_t max)
{
	struct span piece;
	bool starts = true, ends, full = false;

	buf_clear(&s->text);
	for (;;) {
		if (s->conn.bytes_in - s->answer_begun > max)
			return 1;
		if (pop3_await_more(s) || conn_read_piece(&s->conn, &piece.at, &piece.len, &ends))
			return -1;
		if (starts && pop3_line_ends(&piece) && ends)
			return 0;
		full = full || buf_append(&s->text, piece.at, piece.len) ||
		       (ends && buf_append_str(&s->text, "\r\n"));
		starts = ends;
	}
}

struct header_request {
	pop3_header_fn *fn;
	void *ctx;
	size_t lines; /* of the text, that TOP is asked for */
};

/* How many lines of a message's text are in s->text, without blank ones; 3 stands for more. */
static size_t count_lines(const struct pop3 *s)
{
	const char *at = buf_str(&s->text), *end = at + s->text.len;
	bool in_header = true;
	size_t lines = 0;

	while (at < end && lines < 3) {
		const char *lf = memchr(at, '\n', (size_t)(end - at));
		bool blank = *at == '\r' || *at == '\n';
		lines += !in_header && !blank;
		in_header = in_header && !blank;
		at = lf ? lf + 1 : end;
	}
	return lines;
}

/* Servers that answer TOP with whole messages: where no line of the text is asked for (Stalwart up
 * to 0.16), or always. One line too many is only a slip. */
static void note_lines(struct pop3 *s, const struct header_request *r)
{
	bool whole = count_lines(s) > r->lines + 1;

	s->top_works = true;
	s->top_line = s->top_line || whole;
	s->no_top = s->no_top || (whole && r->lines);
}

/* A message that is larger than it may be cannot be stopped but by closing the connection. */
static int cut_off(struct pop3 *s, uint32_t number)
{
	s->cut_off = number;
	conn_close(&s->conn);
	return 1;
}

static int answer_top(struct pop3 *s, uint32_t number, void *ctx)
{
	const struct header_request *r = ctx;

	bool known = number <= s->messages;

	if (s->reply.status != POP3_OK) {
		s->top_refused = s->top_refused || known;
		s->unseen = s->unseen || known;
		return 0;
	}
	int rc = read_text(s, POP3_HEADER_MAX);
	if (rc < 0)
		return -1;
	note_lines(s, r);
	if (rc && count_lines(s))
		return cut_off(s, number);
	if (rc)
		return err_set(s->conn.err, ERR_PROTOCOL,
			       "header of message %u larger than %d bytes", number,
			       POP3_HEADER_MAX);
	return known ? r->fn(r->ctx, number, buf_str(&s->text), s->text.len) : 0;
}

/* 1 if the message is there and, as far as the server says, small enough to be read whole;
 * else 0. */
static int is_small(struct pop3 *s, uint32_t number)
{
	uint64_t size;

	if (pop3_command(s, "LIST %u", number))
		return -1;
	if (s->reply.status != POP3_OK) {
		s->unseen = true;
		return 0;
	}
	int known = pop3_parse_list_answer(s->reply.text, number, &size);
	if (known < 0)
		return malformed(s, "impossible answer to LIST:", s->reply.words);
	s->talks = !known; /* as at UIDL */
	return !known || size <= POP3_TEXT_MAX;
}

/* 1 if it was read, 0 if it is gone, too large or refused. */
static int read_small(struct pop3 *s, uint32_t number, const struct header_request *r)
{
	int small = is_small(s, number);

	if (small <= 0)
		return small;
	if (pop3_command(s, "RETR %u", number))
		return -1;
	if (s->reply.status != POP3_OK) {
		s->unseen = true;
		return 0;
	}
	int rc = read_text(s, POP3_HEADER_MAX);
	if (rc > 0)
		return cut_off(s, number);
	return rc || r->fn(r->ctx, number, buf_str(&s->text), s->text.len) ? -1 : 1;
}

/* The way around a missing TOP. */
static int header_by_retr(struct pop3 *s, uint32_t number, const struct header_request *r)
{
	int rc = read_small(s, number, r);

	s->no_top = s->no_top || rc > 0;
	return rc < 0 ? -1 : s->cut_off != 0;
}

static const char *top_rest(const struct pop3 *s)
{
	return s->top_line ? " 1" : " 0";
}

/* A server without CAPA may or may not know TOP: a refusal may mean that, or that the message is
 * gone. */
static int header_somehow(struct pop3 *s, uint32_t number, struct header_request *r)
{
	if (s->no_top || (s->caps.known && !s->caps.top))
		return header_by_retr(s, number, r);
	if (pop3_command(s, "TOP %u%s", number, top_rest(s)))
		return -1;
	if (s->reply.status == POP3_OK)
		return answer_top(s, number, r);
	return header_by_retr(s, number, r);
}

int pop3_headers(struct pop3 *s, const uint32_t *number, size_t count, pop3_header_fn *fn,
		 void *ctx)
{
	struct header_request r = {fn, ctx, s->top_line};
	int rc = 0;

	s->cut_off = 0;
	if (s->caps.top && !s->no_top)
		rc = ask_each(s, "TOP", top_rest(s), number, count, true, answer_top, &r);
	else
		for (size_t i = 0; rc == 0 && i < count; i++) {
			r.lines = s->top_line;
			rc = header_somehow(s, number[i], &r);
		}
	return rc < 0 ? -1 : 0;
}

int pop3_texts(struct pop3 *s, const uint32_t *number, size_t count, pop3_header_fn *fn, void *ctx)
{
	const struct header_request r = {fn, ctx, 0};
	int rc = 0;

	s->cut_off = 0;
	for (size_t i = 0; rc >= 0 && !s->cut_off && i < count; i++)
		rc = read_small(s, number[i], &r);
	return rc < 0 ? -1 : 0;
}

bool pop3_tops_at_once(const struct pop3 *s)
{
	return s->caps.pipelining && s->caps.top && !s->no_top;
}

int pop3_stat_ahead(struct pop3 *s, uint32_t number)
{
	s->ahead = number && pop3_tops_at_once(s) ? number : 0;
	if (!s->ahead)
		return pop3_stat(s);
	if (step(s->conn.tl, "stat") || pop3_gather(s))
		return -1;
	int rc = pop3_put(s, "STAT") || pop3_put(s, "TOP %u%s", number, top_rest(s));
	if (pop3_send_gathered(s) || rc || pop3_read_reply(s, false))
		return -1;
	return judge_stat(s);
}

int pop3_header_ahead(struct pop3 *s, pop3_header_fn *fn, void *ctx)
{
	struct header_request r = {fn, ctx, s->top_line};

	s->cut_off = 0;
	if (!s->ahead)
		return 0;
	return hear_each(s, &s->ahead, 1, answer_top, &r) < 0 ? -1 : 0;
}

int pop3_headers_behind(struct pop3 *s, const uint32_t *others, size_t count, pop3_header_fn *fn,
			void *ctx)
{
	struct header_request r = {fn, ctx, s->top_line};

	s->cut_off = 0;
	if (!count)
		return 0;
	int rc = hear_each(s, others, count, answer_top, &r);
	if (rc == 0)
		rc = hear_last(s);
	return rc < 0 ? -1 : 0;
}

int pop3_retr(struct pop3 *s, uint32_t number, const uint32_t *others, size_t count)
{
	if (pop3_gather(s))
		return -1;
	int rc = pop3_put(s, "RETR %u", number) || put_each(s, "TOP", top_rest(s), others, count) ||
		 (count && pop3_put(s, "STAT"));
	if (pop3_send_gathered(s) || rc || pop3_read_reply(s, false))
		return -1;
	if (s->reply.status != POP3_OK)
		return pop3_refused(s, ERR_REFUSED);
	rc = read_text(s, READ_MAX);
	if (rc <= 0)
		return rc;
	conn_close(&s->conn);
	err_set(s->conn.err, ERR_DELIVERY,
		"test message arrived, but has grown to more than %d bytes", READ_MAX);
	return err_fault(s->conn.err, "message-unreadable");
}
