/* pop3_delivery.c - the test message in a POP3 maildrop: what is there before, waiting for it,
 * finding it.
 *
 * What STAT, numbers and unique-ids say only suggests; the fetched header decides. Nothing here
 * costs more in a large maildrop than in a small one, unless its order is one that cannot be relied
 * on. */
#include "mail/pop3/pop3_delivery.h"

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/xalloc.h"
#include "mail/delivery.h"
#include "net/io.h"

static const int64_t POLL_FIRST_US = 30 * US_PER_MS;

enum {
	LOOK_SHRUNK = 8, /* messages looked at from each end of a maildrop that has changed without
			    growing; if it has grown, up to POP3_LOOK_MAX */
	SAMPLE = 5,      /* messages whose unique-ids tell whether the numbers follow the time */
};

/* ---- logging on, and again ---- */

/* How long a server is left alone at first that wants fewer logons, but does not say how few. */
static const int64_t PATIENCE_US = US_PER_S;

/* Whether a logon that was refused may be tried again: only if the time allows it. The first one of
 * a run is not, where the server has a trouble of its own: that is what is to be told. */
static bool may_try_again(const struct pop3 *s, int64_t give_up_us)
{
	if (clock_us() >= give_up_us || s->not_before_us >= give_up_us)
		return false;
	switch (s->refusal) {
	case POP3_IN_USE:
	case POP3_TOO_SOON:
		return true;
	case POP3_BUSY:
		return s->logged_on_us != 0;
	case POP3_FOR_GOOD:
		break;
	}
	return false;
}

/* Sleep between two logons, without a connection, so that it is not us who keep the maildrop
 * locked. */
static void pause_for(struct pop3 *s, int64_t interval_us, int64_t until_us)
{
	struct timeline *tl = s->conn.tl;
	int64_t next = clock_us() + interval_us;

	timeline_leg(tl, tl->prefix, 0);
	if (s->not_before_us > next)
		next = s->not_before_us;
	io_wait(-1, 0, next < until_us ? next : until_us);
}

static int64_t next_interval(const struct pop3 *s, int64_t interval_us, int64_t since_us)
{
	bool unsaid = s->refusal == POP3_TOO_SOON && !s->login_delay_s;

	if (!unsaid && s->refusal != POP3_BUSY)
		return delivery_next_interval(clock_us() - since_us);
	return interval_us < PATIENCE_US ? PATIENCE_US : 2 * interval_us;
}

/* A logon that was refused only for now never happened. */
static void forget_refusal(struct pop3 *s)
{
	*s->conn.err = (struct err){0};
	pop3_part(s);
}

int pop3_delivery_log_on(struct pop3 *s, const struct mail_account *account)
{
	struct timeline *tl = s->conn.tl;
	int64_t interval = POLL_FIRST_US, begun = clock_us();

	timeline_leg(tl, tl->prefix, 0);
	int64_t give_up = delivery_give_up(tl);
	bool locked = false;
	int rc = pop3_log_on(s, account);
	while (rc && may_try_again(s, give_up)) {
		locked = s->refusal == POP3_IN_USE;
		timeline_hold(tl, true);
		forget_refusal(s);
		interval = next_interval(s, interval, begun);
		pause_for(s, interval, give_up);
		rc = pop3_log_on(s, account);
	}
	timeline_hold(tl, false);
	double waited_s = (double)(clock_us() - begun) / (double)US_PER_S;
	if (rc && (locked || s->refusal == POP3_IN_USE))
		err_hint(s->conn.err, "another session has had the maildrop for %.*g s",
			 SECONDS_DIGITS(waited_s), waited_s);
	return rc;
}

/* ---- what is there before ---- */

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

/* The unique-ids of a few messages tell whether those of all are needed. */
static int note_unique_ids(struct pop3 *s, struct pop3_delivery *delivery)
{
	struct order order = {
		.rising = true, .falling = true, .end = s->messages, .ends = HASH_EMPTY};
	uint32_t number[SAMPLE];

	for (uint32_t i = 0; i < SAMPLE; i++)
		number[i] = 1 + (uint32_t)((uint64_t)(s->messages - 1) * i / (SAMPLE - 1));
	if (pop3_uidl(s, number, SAMPLE, note_order, &order))
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
	/* of a smaller maildrop all messages are looked at */
	if (s->messages > POP3_LOOK_MAX && pop3_has_uidl(s))
		return note_unique_ids(s, delivery);
	return read_ends(s, &delivery->ends);
}

void pop3_delivery_free(struct pop3_delivery *delivery)
{
	free(delivery->known);
	delivery->known = NULL;
}

/* ---- finding ---- */

static bool is_avoided(const struct pop3_delivery *delivery, uint32_t number)
{
	for (size_t i = 0; i < delivery->avoided; i++)
		if (delivery->avoid[i] == number)
			return true;
	return false;
}

static void add_candidate(struct pop3_delivery *delivery, uint32_t number)
{
	if (delivery->candidates < POP3_LOOK_MAX && !is_avoided(delivery, number))
		delivery->candidate[delivery->candidates++] = number;
}

static void note_look(struct pop3_delivery *delivery, uint32_t number, const char *token)
{
	if (delivery->looks == sizeof(delivery->look) / sizeof(delivery->look[0]))
		return;
	struct pop3_look *look = &delivery->look[delivery->looks++];
	*look = (struct pop3_look){.number = number};
	if (token)
		memcpy(look->token, token, sizeof(look->token));
}

static int match_header(void *ctx, uint32_t number, const char *text, size_t len)
{
	struct pop3_delivery *delivery = ctx;
	struct message_header header;

	message_header_parse(text, len, &header);
	note_look(delivery, number, message_token(&header));
	if (message_is_ours(&header, delivery->token))
		delivery->number = number;
	return 0;
}

/* Look at the candidates. If the message is not among them, there are none left. */
static int look_at(struct pop3 *s, struct pop3_delivery *delivery)
{
	for (size_t i = 0; i < delivery->candidates && !delivery->number && !s->cut_off;
	     i += POP3_BATCH) {
		size_t left = delivery->candidates - i;
		if (pop3_headers(s, delivery->candidate + i, left < POP3_BATCH ? left : POP3_BATCH,
				 match_header, delivery))
			return -1;
	}
	if (!delivery->number)
		delivery->candidates = 0;
	return 0;
}

static int add_unknown(void *ctx, uint32_t number, struct span uid)
{
	struct pop3_delivery *delivery = ctx;
	uint64_t hash = hash_uid(HASH_EMPTY, uid);

	if (!bsearch(&hash, delivery->known, delivery->known_count, sizeof(hash), compare_hashes))
		add_candidate(delivery, number);
	return 0;
}

/* At the messages that are from to to places away from the end, where new messages are; then at
 * those as far from the front, where some servers (Exchange, if so configured) have them. Those
 * less than from places away have been looked at. */
static int look_at_ends(struct pop3 *s, struct pop3_delivery *delivery, uint32_t from, uint32_t to)
{
	uint32_t end = s->messages;

	for (uint32_t i = from; i < to && i + from < end; i++)
		add_candidate(delivery, end - i);
	s->unseen = false;
	if (look_at(s, delivery))
		return -1;
	if (from == 0) /* what seems to be new */
		delivery->unseen = s->unseen;
	if (delivery->number)
		return 0;
	for (uint32_t i = from; i < to && i + to < end; i++)
		add_candidate(delivery, 1 + i);
	if (look_at(s, delivery))
		return -1;
	delivery->newest_first = delivery->number != 0;
	return 0;
}

/* First at the newest, as many as have come by the count. If ours is not among them the count has
 * misled, for others have gone meanwhile, or new messages are at neither end: then farther away
 * from both ends, or where unique-ids were noted at those that are new. */
static int look_everywhere(struct pop3 *s, struct pop3_delivery *delivery, uint32_t width)
{
	if (look_at_ends(s, delivery, 0, width))
		return -1;
	if (delivery->number || s->cut_off)
		return 0;
	if (!delivery->known || s->messages <= POP3_LOOK_MAX)
		return look_at_ends(s, delivery, width, POP3_LOOK_MAX);
	if (pop3_uidl_all(s, add_unknown, delivery))
		return -1;
	return look_at(s, delivery);
}

static bool differs(const struct pop3 *s, const struct pop3_delivery *delivery)
{
	return s->messages != delivery->messages || s->size != delivery->size;
}

/* TOP is announced, but has been refused whenever it was asked for, though the maildrop has
 * changed: that all those messages are gone is not likely. */
static bool has_useless_top(const struct pop3 *s, const struct pop3_delivery *delivery)
{
	return differs(s, delivery) && s->caps.top && s->top_refused && !s->top_works && !s->no_top;
}

static int look_without_top(struct pop3 *s, struct pop3_delivery *delivery, uint32_t width)
{
	s->no_top = true;
	return look_everywhere(s, delivery, width);
}

/* What is there now is without our message, unless it is one of the newest and was not shown. */
static int note_state(struct pop3 *s, struct pop3_delivery *delivery)
{
	if (delivery->unseen)
		return 0;
	delivery->messages = s->messages;
	delivery->size = s->size;
	return read_ends(s, &delivery->ends);
}

/* A message that is larger than announced ended the session, also if ours was found in it; it is
 * not ours, and not asked for again. */
static int avoid_message(struct pop3 *s, struct pop3_delivery *delivery)
{
	delivery->number = 0;
	delivery->candidates = 0;
	if (delivery->cut_offs++ == POP3_AVOID_MAX)
		return err_set(s->conn.err, ERR_PROTOCOL, "server tells wrong sizes of messages");
	delivery->avoid[delivery->avoided++] = s->cut_off;
	delivery->avoid_messages = s->messages;
	delivery->avoid_size = s->size;
	return 0;
}

/* In a maildrop that has changed since, the numbers may be those of other messages. */
static void forget_avoided(const struct pop3 *s, struct pop3_delivery *delivery)
{
	if (s->messages != delivery->avoid_messages || s->size != delivery->avoid_size)
		delivery->avoided = 0;
}

static int look(struct pop3 *s, struct pop3_delivery *delivery, bool last)
{
	uint32_t width =
		s->messages > delivery->messages ? s->messages - delivery->messages : LOOK_SHRUNK;

	if (last || width > POP3_LOOK_MAX)
		width = POP3_LOOK_MAX;
	if (width > s->messages)
		width = s->messages;
	forget_avoided(s, delivery);
	delivery->looks = 0;
	if (step(s->conn.tl, "search") || look_everywhere(s, delivery, width))
		return -1;
	if (!delivery->number && has_useless_top(s, delivery) &&
	    look_without_top(s, delivery, width))
		return -1;
	if (delivery->number && !s->cut_off)
		return 0;
	if (s->cut_off ? avoid_message(s, delivery) : !last && note_state(s, delivery))
		return -1;
	return step(s->conn.tl, "delivery");
}

/* Whether the maildrop differs from what is known to be without our message; where unique-ids
 * cannot tell, whether expected taken for that. */
static int has_changed(struct pop3 *s, const struct pop3_delivery *delivery, bool in_doubt,
		       bool *changed_r)
{
	uint64_t ends;

	*changed_r = differs(s, delivery);
	if (*changed_r)
		return 0;
	if (read_ends(s, &ends))
		return -1;
	*changed_r = ends != delivery->ends || (ends == HASH_EMPTY && in_doubt);
	return 0;
}

struct waiting {
	const struct mail_account *account;
	struct pop3_delivery *delivery;
	int64_t interval_us;
	bool last;          /* as far as is known there is no time for another visit */
	struct err refused; /* the newest logon, for now; kind ERR_NONE: it was not */
};

/* One logon, and a look if anything has changed. */
static int visit(struct pop3 *s, struct waiting *w)
{
	struct timeline *tl = s->conn.tl;
	struct pop3_delivery *delivery = w->delivery;
	/* to look without need costs more than to ask, so not as long as it is done often */
	bool in_doubt = w->interval_us > DELIVERY_FAST_US, changed = false;

	w->refused = (struct err){0};
	timeline_hold(tl, true);
	int rc = pop3_log_on(s, w->account);
	if (rc && s->refusal != POP3_FOR_GOOD) {
		w->refused = *s->conn.err;
		forget_refusal(s);
	} else if (rc == 0) {
		rc = pop3_stat(s) || has_changed(s, delivery, in_doubt, &changed);
	}
	timeline_hold(tl, false);
	if (w->refused.kind)
		return 0;
	if (rc)
		return err_prefix(s->conn.err, "logging on again: ");
	if ((changed || w->last) && look(s, delivery, w->last))
		return -1;
	if (!delivery->number) {
		timeline_hold(tl, true);
		pop3_part(s);
		timeline_hold(tl, false);
	}
	return 0;
}

/* No logon is left: the time is up, or the server wants more of it. With its words. */
static int not_seen(struct pop3 *s, const struct err *refused)
{
	bool in_use = s->refusal == POP3_IN_USE;

	err_set(s->conn.err, ERR_DELIVERY, "test message not seen: %s%s%s",
		in_use ? "another session has the maildrop (" : "", refused->text,
		in_use ? ")" : "");
	if (refused == &s->insists && s->login_delay_s) /* it may have changed since */
		err_hint(s->conn.err, "%u s between two logons", s->login_delay_s);
	if (refused->hint[0])
		err_hint(s->conn.err, "%s", refused->hint);
	return -1;
}

/* Whether the server has insisted on so long a delay that a logon now is the last one. */
static bool delay_bars_next(const struct pop3 *s, int64_t give_up_us)
{
	int64_t delay_us = s->login_delay_s * US_PER_S;

	return s->insists.kind && clock_us() + delay_us >= give_up_us;
}

int pop3_delivery_await(struct pop3 *s, const struct mail_account *account,
			struct pop3_delivery *delivery, int64_t accepted_us)
{
	struct timeline *tl = s->conn.tl;
	struct waiting w = {.account = account, .delivery = delivery, .interval_us = POLL_FIRST_US};

	if (delivery_begin(tl, accepted_us))
		return -1;
	int64_t give_up = delivery_give_up(tl);
	for (;; w.interval_us = next_interval(s, w.interval_us, accepted_us)) {
		if (s->not_before_us >= give_up)
			return not_seen(s, &s->insists);
		pause_for(s, w.interval_us, give_up);
		bool over = clock_us() >= give_up;
		w.last = over || delay_bars_next(s, give_up);
		if (visit(s, &w))
			return -1;
		if (delivery->number)
			return 0;
		if (w.refused.kind && !may_try_again(s, give_up))
			return not_seen(s, &w.refused);
		if (over) {
			delivery_inquire(tl);
			return delivery_missing(tl);
		}
	}
}
