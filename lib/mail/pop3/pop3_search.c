/* pop3_search.c - the search for the test message in one session: at both ends of the maildrop, and
 * where its order cannot be relied on, among all that is new
 *
 * What STAT, numbers and unique-ids say only suggests; the fetched header decides. Nothing here
 * costs more in a large maildrop than in a small one, unless its order is one that cannot be relied
 * on. */
#include "mail/pop3/pop3_search.h"

#include <string.h>

#include "mail/pop3/pop3_known.h"

enum {
	LOOK_SHRUNK = 8, /* messages looked at from each end of a maildrop that has changed without
			    growing; if it has grown, up to POP3_LOOK_MAX */
};

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

static void note_look(struct pop3_delivery *delivery, uint32_t number,
		      const struct message_header *header)
{
	const char *token = message_token(header);

	if (delivery->looks == sizeof(delivery->look) / sizeof(delivery->look[0]))
		return;
	struct pop3_look *look = &delivery->look[delivery->looks++];
	*look = (struct pop3_look){.number = number, .report = header->report && !token};
	if (token)
		memcpy(look->token, token, sizeof(look->token));
}

static int match_header(void *ctx, uint32_t number, const char *text, size_t len)
{
	struct pop3_delivery *delivery = ctx;
	struct message_header header;

	message_header_parse(text, len, &header);
	note_look(delivery, number, &header);
	if (number > delivery->before)
		delivery_note_late(&delivery->late, &header, delivery->token);
	if (message_is_ours(&header, delivery->token))
		delivery->number = number;
	return 0;
}

static bool was_looked_at(const struct pop3_delivery *delivery, uint32_t number)
{
	for (size_t i = 0; i < delivery->looks; i++)
		if (delivery->look[i].number == number)
			return true;
	return false;
}

/* The next of the candidates, from *at on, that have not been looked at. Returns how many. */
static size_t next_batch(const struct pop3_delivery *delivery, size_t *at,
			 uint32_t number[POP3_BATCH])
{
	size_t count = 0;

	for (; *at < delivery->candidates && count < POP3_BATCH; ++*at)
		if (!was_looked_at(delivery, delivery->candidate[*at]))
			number[count++] = delivery->candidate[*at];
	return count;
}

/* Look at the candidates. If the message is not among them, there are none left. */
static int look_at(struct pop3 *s, struct pop3_delivery *delivery)
{
	uint32_t number[POP3_BATCH];
	size_t at = 0, count;

	while (!delivery->number && !s->cut_off && (count = next_batch(delivery, &at, number)) > 0)
		if (pop3_headers(s, number, count, match_header, delivery))
			return -1;
	if (!delivery->number)
		delivery->candidates = 0;
	return 0;
}

static int add_unknown(void *ctx, uint32_t number, struct span uid)
{
	struct pop3_delivery *delivery = ctx;

	if (!pop3_known_has(delivery, uid))
		add_candidate(delivery, number);
	return 0;
}

/* The messages that are from to to places away from the front. Those less than to places away from
 * the end are left out. */
static void add_front(const struct pop3 *s, struct pop3_delivery *delivery, uint32_t from,
		      uint32_t to)
{
	for (uint32_t i = from; i < to && i + to < s->messages; i++)
		add_candidate(delivery, 1 + i);
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
	if (delivery->number && to - from > 1) /* its copies may be at the front all the same */
		add_front(s, delivery, from, to);
	if (delivery->number)
		return 0;
	add_front(s, delivery, from, to);
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

/* TOP is announced, but has been refused whenever it was asked for, though the maildrop has
 * changed: that all those messages are gone is not likely. */
static bool has_useless_top(const struct pop3 *s, const struct pop3_delivery *delivery)
{
	return pop3_known_differs(s, delivery) && s->caps.top && s->top_refused && !s->top_works &&
	       !s->no_top;
}

static int look_without_top(struct pop3 *s, struct pop3_delivery *delivery, uint32_t width)
{
	s->no_top = true;
	return look_everywhere(s, delivery, width);
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

int pop3_search_begin(struct pop3 *s, struct pop3_delivery *delivery, bool in_doubt,
		      bool *changed_r)
{
	struct timeline *tl = s->conn.tl;
	uint32_t next = delivery->messages < UINT32_MAX ? delivery->messages + 1 : 0;

	delivery->number = 0;
	delivery->looks = delivery->candidates = 0;
	if (pop3_stat_ahead(s, delivery->avoided ? 0 : next))
		return -1;
	forget_avoided(s, delivery);
	if (pop3_known_differs(s, delivery)) {
		timeline_hold(tl, false);
		if (step(tl, "search"))
			return -1;
	}
	if (pop3_header_ahead(s, match_header, delivery))
		return -1;
	*changed_r = s->cut_off != 0;
	return *changed_r ? 0 : pop3_known_changed(s, delivery, in_doubt, changed_r);
}

int pop3_search(struct pop3 *s, struct pop3_delivery *delivery, bool last)
{
	uint32_t width =
		s->messages > delivery->messages ? s->messages - delivery->messages : LOOK_SHRUNK;

	if (last || width > POP3_LOOK_MAX)
		width = POP3_LOOK_MAX;
	if (width > s->messages)
		width = s->messages;
	if (step(s->conn.tl, "search") || look_everywhere(s, delivery, width))
		return -1;
	if (!delivery->number && has_useless_top(s, delivery) &&
	    look_without_top(s, delivery, width))
		return -1;
	if (delivery->number && !s->cut_off)
		return 0;
	if (s->cut_off ? avoid_message(s, delivery) : !last && pop3_known_update(s, delivery))
		return -1;
	return step(s->conn.tl, "delivery");
}
