/* pop3_known.c - what is known to be in a POP3 maildrop without the test message, and whether that
 * has changed
 *
 * Unique-ids only suggest, as STAT and numbers do. Those of all messages are asked for only where
 * the maildrop's order is one that cannot be relied on. */
#include "mail/pop3/pop3_known.h"

#include <stdlib.h>
#include <string.h>

#include "base/xalloc.h"
#include "mail/pop3/pop3_command.h"

/* FNV-1a; from is HASH_EMPTY or another one's hash */
static const uint64_t HASH_EMPTY = UINT64_C(14695981039346656037);

static uint64_t hash_uid(uint64_t from, struct span uid)
{
	for (size_t i = 0; i < uid.len; i++)
		from = (from ^ (unsigned char)uid.at[i]) * UINT64_C(1099511628211);
	return from;
}

static int compare_hashes(const void *a, const void *b)
{
	uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

	return x < y ? -1 : x > y;
}

static int add_to_hash(void *ctx, uint32_t number, struct span uid)
{
	uint64_t *hash = ctx;

	(void)number;
	*hash = hash_uid(*hash, uid);
	return 0;
}

/* What tells a maildrop from another one of as many messages and bytes: test messages are all of
 * one size, and of two runs at the same time one may delete its own as that of the other comes. */
static int read_ends(struct pop3 *s, uint64_t *ends_r)
{
	const uint32_t number[] = {1, s->messages};
	size_t count = s->messages < 2 ? s->messages : 2;

	*ends_r = HASH_EMPTY;
	return pop3_has_uidl(s) ? pop3_uidl(s, number, count, add_to_hash, ends_r) : 0;
}

/* Whether unique-ids rise or fall with the numbers; and the ends, as by read_ends. */
struct order {
	uint32_t end;
	uint64_t ends;
	char last[256];
	size_t last_len, count;
	bool rising, falling;
};

static int note_order(void *ctx, uint32_t number, struct span uid)
{
	struct order *o = ctx;
	int direction = pop3_uid_compare((struct span){o->last, o->last_len}, uid);

	if (number == 1 || number == o->end)
		o->ends = hash_uid(o->ends, uid);
	if (o->count++) {
		o->rising = o->rising && direction < 0;
		o->falling = o->falling && direction > 0;
	}
	memcpy(o->last, uid.at, uid.len); /* pop3_parse_uidl takes no longer ones */
	o->last_len = uid.len;
	return 0;
}

static int add_known(void *ctx, uint32_t number, struct span uid)
{
	struct pop3_delivery *delivery = ctx;

	(void)number;
	if (delivery->known_count < delivery->messages)
		delivery->known[delivery->known_count++] = hash_uid(HASH_EMPTY, uid);
	return 0;
}

static struct order unknown_order(uint32_t messages)
{
	return (struct order){.rising = true, .falling = true, .end = messages, .ends = HASH_EMPTY};
}

/* Messages from the first to the last. Returns how many: fewer where there are no more. */
static size_t choose_sample(uint32_t messages, uint32_t number[POP3_SAMPLE])
{
	uint32_t size = messages < POP3_SAMPLE ? messages : POP3_SAMPLE;

	for (uint32_t i = 0; i < size; i++)
		number[i] =
			1 + (uint32_t)((uint64_t)(messages - 1) * i / (size > 1 ? size - 1 : 1));
	return size;
}

/* The unique-ids of a few messages tell whether those of all are needed. */
static int note_unique_ids(struct pop3 *s, struct pop3_delivery *delivery)
{
	struct order order = unknown_order(s->messages);
	uint32_t number[POP3_SAMPLE];

	size_t size = choose_sample(s->messages, number);
	if (pop3_uidl(s, number, size, note_order, &order))
		return -1;
	delivery->ends = order.ends;
	if (order.rising || order.falling || s->messages > POP3_LISTED_MAX)
		return 0;
	delivery->known = xcalloc(s->messages, sizeof(*delivery->known));
	if (pop3_uidl_all(s, add_known, delivery))
		return -1;
	qsort(delivery->known, delivery->known_count, sizeof(*delivery->known), compare_hashes);
	return 0;
}

int pop3_delivery_note(struct pop3 *s, struct pop3_delivery *delivery)
{
	if (pop3_stat(s))
		return -1;
	delivery->messages = s->messages;
	delivery->size = s->size;
	delivery->answer_us = s->conn.quickest_us;
	delivery->ends = HASH_EMPTY;
	/* of a smaller maildrop all messages are looked at */
	if (s->messages > POP3_LOOK_MAX && pop3_has_uidl(s))
		return note_unique_ids(s, delivery);
	/* what only tells one state from another may come later */
	delivery->sampled = s->caps.pipelining && pop3_has_uidl(s)
				    ? choose_sample(s->messages, delivery->sample)
				    : 0;
	return delivery->sampled ? 0 : read_ends(s, &delivery->ends);
}

void pop3_delivery_leave(struct pop3 *s, const struct pop3_delivery *delivery)
{
	struct err ignored = {0}, *err = conn_set_err(&s->conn, &ignored);

	int rc = pop3_gather(s) || pop3_put_uidl(s, delivery->sample, delivery->sampled);
	conn_set_err(&s->conn, err);
	if (rc == 0)
		pop3_say_quit(s);
}

void pop3_known_hear(struct pop3 *s, struct pop3_delivery *delivery)
{
	struct err ignored = {0}, *err = conn_set_err(&s->conn, &ignored);
	struct order order = unknown_order(delivery->messages);

	timeline_leg(s->conn.tl, s->conn.tl->prefix, pop3_goodbye_limit(s));
	if (s->quit_sent && step(s->conn.tl, "logout") == 0 &&
	    pop3_hear_uidl(s, delivery->sample, delivery->sampled, note_order, &order) == 0)
		delivery->ends = order.ends;
	conn_set_err(&s->conn, err);
	pop3_part(s);
}

void pop3_delivery_free(struct pop3_delivery *delivery)
{
	free(delivery->known);
	delivery->known = NULL;
}

bool pop3_known_differs(const struct pop3 *s, const struct pop3_delivery *delivery)
{
	return s->messages != delivery->messages || s->size != delivery->size;
}

bool pop3_known_has(const struct pop3_delivery *delivery, struct span uid)
{
	uint64_t hash = hash_uid(HASH_EMPTY, uid);

	return bsearch(&hash, delivery->known, delivery->known_count, sizeof(hash), compare_hashes);
}

int pop3_known_changed(struct pop3 *s, const struct pop3_delivery *delivery, bool in_doubt,
		       bool *changed_r)
{
	uint64_t ends;

	*changed_r = pop3_known_differs(s, delivery);
	if (*changed_r)
		return 0;
	if (read_ends(s, &ends))
		return -1;
	*changed_r = ends != delivery->ends || (ends == HASH_EMPTY && in_doubt);
	return 0;
}

int pop3_known_update(struct pop3 *s, struct pop3_delivery *delivery)
{
	if (delivery->unseen)
		return 0;
	delivery->messages = s->messages;
	delivery->size = s->size;
	return read_ends(s, &delivery->ends);
}
