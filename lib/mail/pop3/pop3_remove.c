/* pop3_remove.c - the test message in a POP3 maildrop, once it is found: reading it, deleting it
 * with its copies, and cleaning up after earlier runs.
 *
 * Nothing is marked of which not two looks in the same session said that it is a test message. */
#include <string.h>
#include <time.h>

#include "mail/delivery.h"
#include "mail/pop3/pop3_delivery.h"

enum {
	BATCH = 4, /* headers asked for at once, whose bytes are counted in between */
	NUMBERS_MAX = 2 * POP3_STALE_WINDOW + POP3_LOOK_MAX,
};

/* ---- reading and deleting ---- */

int pop3_delivery_read(struct pop3 *s, struct pop3_delivery *delivery)
{
	if (step(s->conn.tl, "fetch") || pop3_retr(s, delivery->number))
		return -1;
	return delivery_look_again(buf_str(&s->text), s->text.len, delivery->token,
				   &delivery->changes, s->conn.err);
}

int pop3_delivery_delete(struct pop3 *s, const struct pop3_delivery *delivery)
{
	return step(s->conn.tl, "delete") ? -1 : pop3_dele(s, delivery->number, NULL);
}

int pop3_delivery_commit(struct pop3 *s)
{
	int rc = pop3_quit(s);

	if (rc)
		err_hint(s->conn.err,
			 "the test message may still be there, a later run deletes it");
	return rc;
}

/* ---- which messages to look at ---- */

static bool is_among(uint32_t number, const uint32_t *numbers, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (numbers[i] == number)
			return true;
	return false;
}

/* Add one that is neither there yet nor the message itself. */
static size_t add_number(const struct pop3_delivery *delivery, uint32_t n, uint32_t *number,
			 size_t count)
{
	if (n != delivery->number && !is_among(n, number, count))
		number[count++] = n;
	return count;
}

/* The newest, and older ones; and what was new, among which there may be copies. */
static size_t choose_messages(const struct pop3 *s, const struct pop3_delivery *delivery,
			      uint32_t number[NUMBERS_MAX])
{
	const uint32_t turned = s->messages + 1;
	struct delivery_window w;
	size_t count = 0;

	delivery_choose_window(s->messages, POP3_STALE_WINDOW, &w);
	for (uint32_t n = s->messages; n >= w.newest_from; n--)
		count = add_number(delivery, delivery->newest_first ? turned - n : n, number,
				   count);
	for (uint32_t n = w.older_from; n && n <= w.older_to; n++)
		count = add_number(delivery, delivery->newest_first ? turned - n : n, number,
				   count);
	for (size_t i = 0; i < delivery->candidates; i++)
		count = add_number(delivery, delivery->candidate[i], number, count);
	return count;
}

/* Of these numbers keep those that were new. */
static size_t keep_new(const struct pop3_delivery *delivery, uint32_t *number, size_t count)
{
	size_t kept = 0;

	for (size_t i = 0; i < count; i++)
		if (is_among(number[i], delivery->candidate, delivery->candidates))
			number[kept++] = number[i];
	return kept;
}

/* ---- two looks ---- */

/* Messages to be deleted once two looks have said the same. */
struct finding {
	uint32_t number;
	char token[TOKEN_LEN + 1];
	bool copy;  /* of this run's message; else stale */
	bool again; /* the second look has said so, too */
};

struct cleanup {
	struct pop3_delivery *delivery;
	struct finding found[NUMBERS_MAX];
	size_t count;
	size_t copies;  /* with the message itself */
	bool disproved; /* one look has disproved another */
	time_t now;
	long max_age_s;
};

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
	if (!wanted || (copy && c->copies == POP3_COPIES_MAX))
		return 0;
	c->copies += copy;
	struct finding *f = &c->found[c->count++];
	*f = (struct finding){.number = number, .copy = copy, .again = same};
	memcpy(f->token, message_token(&header), sizeof(f->token));
	return 0;
}

/* That a message has turned out to be another one is told once all that was asked for is read. */
static int confirm(void *ctx, uint32_t number, const char *text, size_t len)
{
	struct cleanup *c = ctx;
	struct message_header header;

	message_header_parse(text, len, &header);
	for (size_t i = 0; i < c->count; i++) {
		struct finding *f = &c->found[i];
		if (f->number != number)
			continue;
		f->again = message_is_ours(&header, f->token) &&
			   (f->copy || message_is_stale(&header, c->now, c->max_age_s));
		c->disproved = c->disproved || !f->again;
	}
	return 0;
}

static int look_at(struct pop3 *s, const uint32_t *number, size_t count, pop3_header_fn *fn,
		   struct cleanup *c)
{
	if (pop3_headers(s, number, count, fn, c))
		return -1;
	if (s->cut_off)
		return err_set(s->conn.err, ERR_PROTOCOL,
			       "message %u is larger than the server says", s->cut_off);
	return 0;
}

/* Stale ones are looked for until so many bytes were read, copies among all that was new. */
static int look_around(struct pop3 *s, struct cleanup *c)
{
	uint32_t number[NUMBERS_MAX];
	size_t count = choose_messages(s, c->delivery, number);
	size_t batch = s->caps.top && !s->no_top ? BATCH : 1;
	uint64_t begun = s->conn.bytes_in;

	for (size_t i = 0; i < count; i += batch) {
		if (s->conn.bytes_in - begun >= POP3_STALE_BYTES)
			count = i + keep_new(c->delivery, number + i, count - i);
		size_t n = count - i < batch ? count - i : batch;
		if (n && look_at(s, number + i, n, find, c))
			return -1;
	}
	return 0;
}

static int look_again(struct pop3 *s, struct cleanup *c)
{
	uint32_t number[NUMBERS_MAX];
	size_t count = 0;

	for (size_t i = 0; i < c->count; i++)
		if (!c->found[i].again)
			number[count++] = c->found[i].number;
	if (count && !c->disproved && look_at(s, number, count, confirm, c))
		return -1;
	return c->disproved ? delivery_two_messages(s->conn.err, "nothing was deleted") : 0;
}

static int mark(struct pop3 *s, struct pop3_delivery *delivery, const struct finding *f)
{
	bool refused;

	if (pop3_dele(s, f->number, &refused))
		return -1;
	delivery->stale += !f->copy && !refused;
	if (!refused)
		return 0;
	struct err *err = conn_set_err(&s->conn, &delivery->refused);
	conn_err_server(&s->conn, ERR_REFUSED,
			f->copy ? "copy not deleted:" : "stale test messages not deleted:",
			s->reply.words.at, s->reply.words.len);
	conn_set_err(&s->conn, err);
	return 0;
}

int pop3_delivery_cleanup(struct pop3 *s, struct pop3_delivery *delivery, long max_age_s)
{
	struct cleanup c = {
		.delivery = delivery, .copies = 1, .now = time(NULL), .max_age_s = max_age_s};

	if (step(s->conn.tl, "cleanup") || look_around(s, &c) || look_again(s, &c))
		return -1;
	for (size_t i = 0; i < c.count; i++)
		if (c.found[i].again && mark(s, delivery, &c.found[i]))
			return -1;
	delivery->copies = c.copies;
	delivery->more_copies = c.copies == POP3_COPIES_MAX;
	return 0;
}
