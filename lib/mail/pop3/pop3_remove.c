/* pop3_remove.c - the test message in a POP3 maildrop, once it is found: reading it, looking for
 * its copies and for what earlier runs left, and deleting them all.
 *
 * Nothing is marked of which not two looks in the same session said that it is a test message. */
#include <string.h>
#include <time.h>

#include "mail/delivery.h"
#include "mail/pop3/pop3_command.h"
#include "mail/pop3/pop3_delivery.h"

enum {
	BATCH = 4,              /* headers asked for at once, whose bytes are counted in between */
	FIRST = POP3_BATCH - 1, /* those asked for in one write with the message */
	NEAREST = 5,            /* of them those nearest to the message; the others are older */
};

struct cleanup {
	struct pop3_delivery *delivery;
	uint32_t number[POP3_CLEANUP_MAX]; /* to be looked at */
	/* FIRST of them; with what was new; with the newest; with the rest */
	size_t first, needed, newest, count;
	size_t behind;  /* so many of these are asked for in one write with the message */
	bool disproved; /* one look has disproved another */
	time_t now;
	long max_age_s;
};

/* ---- which messages to look at ---- */

static bool is_among(uint32_t number, const uint32_t *numbers, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (numbers[i] == number)
			return true;
	return false;
}

/* Add one that is neither there yet nor the message itself. */
static void add_number(struct cleanup *c, uint32_t n)
{
	if (n != c->delivery->number && !is_among(n, c->number, c->count))
		c->number[c->count++] = n;
}

static void add_candidates(struct cleanup *c)
{
	c->first = c->count;
	for (size_t i = 0; i < c->delivery->candidates; i++)
		add_number(c, c->delivery->candidate[i]);
	c->needed = c->count;
}

/* Copies come one behind the other, and others' mail in between: those nearest to the message. */
static void add_nearest(const struct pop3 *s, struct cleanup *c, size_t count)
{
	const uint32_t ours = c->delivery->number, behind = s->messages - ours;

	for (uint32_t i = 1; c->count < count && (i < ours || i <= behind); i++) {
		if (i <= behind)
			add_number(c, ours + i);
		if (i < ours)
			add_number(c, ours - i);
	}
}

/* A message of the window, whose numbers follow the time. */
static void add_of_window(const struct pop3 *s, struct cleanup *c, uint32_t n)
{
	add_number(c, c->delivery->newest_first ? s->messages + 1 - n : n);
}

/* First those that are looked at in any case: some of the window, and what was new, among which
 * there may be copies. */
static void choose_messages(const struct pop3 *s, struct cleanup *c)
{
	struct delivery_window w;

	delivery_choose_window(s->messages, POP3_STALE_WINDOW, &w);
	uint32_t older = w.older_from ? w.older_from : 1;
	add_nearest(s, c, w.older_from ? NEAREST : FIRST);
	while (c->count < FIRST && older <= w.older_to)
		add_of_window(s, c, older++);
	add_candidates(c);
	for (uint32_t n = s->messages; n >= w.newest_from; n--)
		add_of_window(s, c, n);
	c->newest = c->count;
	while (older <= w.older_to)
		add_of_window(s, c, older++);
}

/* ---- two looks ---- */

/* What was seen of that message when ours was looked for; NULL: nothing. */
static const struct pop3_look *earlier_look(const struct pop3_delivery *delivery, uint32_t number)
{
	for (size_t i = 0; i < delivery->looks; i++)
		if (delivery->look[i].number == number)
			return &delivery->look[i];
	return NULL;
}

/* The first look at a message, or the second if it was looked at when ours was found. */
static int find(void *ctx, uint32_t number, const char *text, size_t len)
{
	struct cleanup *c = ctx;
	struct message_header header;
	const struct pop3_look *earlier = earlier_look(c->delivery, number);

	message_header_parse(text, len, &header);
	bool copy = message_is_ours(&header, c->delivery->token);
	bool wanted = copy || message_is_stale(&header, c->now, c->max_age_s);
	bool same = earlier && message_is_ours(&header, earlier->token);
	if (earlier && !same && (wanted || !strcmp(earlier->token, c->delivery->token)))
		c->disproved = true;
	if (!wanted || (copy && c->delivery->copies == POP3_COPIES_MAX))
		return 0;
	c->delivery->copies += copy;
	struct pop3_finding *f = &c->delivery->found[c->delivery->found_count++];
	*f = (struct pop3_finding){.number = number, .copy = copy, .again = same};
	memcpy(f->token, message_token(&header), sizeof(f->token));
	return 0;
}

/* That a message has turned out to be another one is told once all that was asked for is read. */
static int confirm(void *ctx, uint32_t number, const char *text, size_t len)
{
	struct cleanup *c = ctx;
	struct message_header header;

	message_header_parse(text, len, &header);
	for (size_t i = 0; i < c->delivery->found_count; i++) {
		struct pop3_finding *f = &c->delivery->found[i];
		if (f->number != number)
			continue;
		f->again = message_is_ours(&header, f->token) &&
			   (f->copy || message_is_stale(&header, c->now, c->max_age_s));
		c->disproved = c->disproved || !f->again;
	}
	return 0;
}

static int check_sizes(struct pop3 *s)
{
	if (!s->cut_off)
		return 0;
	return err_set(s->conn.err, ERR_PROTOCOL, "message %u is larger than the server says",
		       s->cut_off);
}

static int look_at(struct pop3 *s, const uint32_t *number, size_t count, pop3_header_fn *fn,
		   struct cleanup *c)
{
	return pop3_headers(s, number, count, fn, c) || check_sizes(s) ? -1 : 0;
}

/* The message itself. What is looked at anyway is asked for in the same write. */
static int read_itself(struct pop3 *s, struct cleanup *c)
{
	struct pop3_delivery *delivery = c->delivery;

	if (pop3_tops_at_once(s))
		c->behind = c->needed < POP3_BATCH ? c->needed : POP3_BATCH;
	if (step(s->conn.tl, "fetch") || pop3_retr(s, delivery->number, c->number, c->behind))
		return -1;
	size_t len;
	const char *shown = conn_shown(&s->conn, buf_str(&s->text), s->text.len, &len);
	trace_parse(shown, len, &delivery->trace);
	return delivery_look_again(buf_str(&s->text), s->text.len, delivery->token,
				   &delivery->changes, s->conn.err);
}

/* Whatever has come of it, the answers to the rest are read, so that one can part in good order. */
static int read_message(struct pop3 *s, struct cleanup *c)
{
	struct err ignored = {0};

	if (read_itself(s, c) == 0)
		return 0;
	if (c->behind && conn_can_speak(&s->conn) && !err_is_timeout(conn_error(&s->conn))) {
		struct err *err = conn_set_err(&s->conn, &ignored);
		pop3_headers_behind(s, c->number, c->behind, find, c);
		conn_set_err(&s->conn, err);
	}
	return -1;
}

/* At those from from to to, until so many bytes were read. */
static int look_on(struct pop3 *s, struct cleanup *c, size_t from, size_t to, uint64_t bytes_max)
{
	size_t batch = s->caps.top && !s->no_top ? BATCH : 1;
	uint64_t begun = s->conn.bytes_in;

	for (size_t i = from; i < to && s->conn.bytes_in - begun < bytes_max; i += batch) {
		size_t n = to - i < batch ? to - i : batch;
		if (look_at(s, c->number + i, n, find, c))
			return -1;
	}
	return 0;
}

static bool has_stale(const struct pop3_delivery *delivery)
{
	for (size_t i = 0; i < delivery->found_count; i++)
		if (!delivery->found[i].copy)
			return true;
	return false;
}

/* How many are looked at: all of the window where something of earlier runs was found, and all of
 * the newest, for copies, where more has happened in the maildrop than that one message came. */
static size_t choose_end(const struct pop3 *s, const struct cleanup *c)
{
	if (has_stale(c->delivery))
		return c->count;
	return s->messages == c->delivery->before + 1 ? c->needed : c->newest;
}

static int look_around(struct pop3 *s, struct cleanup *c)
{
	const size_t next = c->behind > c->first ? c->behind : c->first;

	if (step(s->conn.tl, "cleanup") || pop3_headers_behind(s, c->number, c->behind, find, c) ||
	    check_sizes(s) || look_on(s, c, c->behind, c->first, POP3_STALE_BYTES) ||
	    look_on(s, c, next, c->needed, UINT64_MAX))
		return -1;
	return look_on(s, c, c->needed, choose_end(s, c), POP3_STALE_BYTES);
}

static int look_again(struct pop3 *s, struct cleanup *c)
{
	const struct pop3_delivery *delivery = c->delivery;
	uint32_t number[POP3_CLEANUP_MAX];
	size_t count = 0;

	for (size_t i = 0; i < delivery->found_count; i++)
		if (!delivery->found[i].again)
			number[count++] = delivery->found[i].number;
	if (count && !c->disproved && look_at(s, number, count, confirm, c))
		return -1;
	return c->disproved ? delivery_two_messages(s->conn.err, "nothing was deleted") : 0;
}

int pop3_delivery_prove(struct pop3 *s, struct pop3_delivery *delivery, long max_age_s)
{
	struct cleanup c = {.delivery = delivery, .now = time(NULL), .max_age_s = max_age_s};

	delivery->found_count = 0;
	delivery->copies = 1;
	choose_messages(s, &c);
	if (read_message(s, &c) || look_around(s, &c) || look_again(s, &c))
		return -1;
	delivery->more_copies = delivery->copies == POP3_COPIES_MAX;
	return 0;
}

/* ---- deleting ---- */

static void note_mark(struct pop3 *s, struct pop3_delivery *delivery, const struct pop3_finding *f,
		      bool refused)
{
	delivery->stale += !f->copy && !refused;
	if (!refused)
		return;
	struct err *err = conn_set_err(&s->conn, &delivery->refused);
	conn_err_server(&s->conn, ERR_REFUSED,
			f->copy ? "copy not deleted:" : "stale test messages not deleted:",
			s->reply.words.at, s->reply.words.len);
	conn_set_err(&s->conn, err);
}

/* Of the others those that both looks said to be test messages. */
static void keep_proven(struct pop3_delivery *delivery)
{
	size_t kept = 0;

	for (size_t i = 0; i < delivery->found_count; i++)
		if (delivery->found[i].again)
			delivery->found[kept++] = delivery->found[i];
	delivery->found_count = kept;
}

static int unconfirmed(struct pop3 *s)
{
	err_hint(s->conn.err, "the test message may still be there, a later run deletes it");
	return err_fault(s->conn.err, "not-deleted");
}

static int delete_one_by_one(struct pop3 *s, struct pop3_delivery *delivery)
{
	bool refused;

	if (pop3_dele(s, delivery->number, NULL))
		return -1;
	for (size_t i = 0; i < delivery->found_count; i++) {
		if (pop3_dele(s, delivery->found[i].number, &refused))
			return -1;
		note_mark(s, delivery, &delivery->found[i], refused);
	}
	return pop3_quit(s) ? unconfirmed(s) : 0;
}

static int hear_marks(struct pop3 *s, struct pop3_delivery *delivery)
{
	bool refused;

	if (pop3_dele_answer(s, NULL))
		return -1;
	for (size_t i = 0; i < delivery->found_count; i++) {
		if (pop3_dele_answer(s, &refused))
			return -1;
		note_mark(s, delivery, &delivery->found[i], refused);
	}
	return 0;
}

/* Whatever the answers are, QUIT is said, and deletes what is marked: nothing else than was
 * proven. */
static int delete_at_once(struct pop3 *s, struct pop3_delivery *delivery)
{
	uint32_t number[1 + POP3_CLEANUP_MAX] = {delivery->number};

	for (size_t i = 0; i < delivery->found_count; i++)
		number[1 + i] = delivery->found[i].number;
	int rc =
		pop3_dele_and_quit(s, number, 1 + delivery->found_count) || hear_marks(s, delivery);
	if (rc == 0)
		return pop3_quit_answer(s) ? unconfirmed(s) : 0;
	pop3_skip_replies(s);
	pop3_close(s);
	if (conn_error(&s->conn) == ERR_REFUSED)
		return -1;
	err_prefix(s->conn.err, "deletion not confirmed: ");
	return unconfirmed(s);
}

int pop3_delivery_delete(struct pop3 *s, struct pop3_delivery *delivery)
{
	keep_proven(delivery);
	if (step(s->conn.tl, "delete"))
		return -1;
	return s->caps.pipelining ? delete_at_once(s, delivery) : delete_one_by_one(s, delivery);
}
