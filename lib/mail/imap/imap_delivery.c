/* imap_delivery.c - the test message in an IMAP mailbox: wait, find, read, delete, and clean up
 * after earlier runs.
 *
 * SEARCH only suggests; the fetched header decides. Nothing here costs more in a large mailbox than
 * in a small one. */
#include "mail/imap/imap_delivery.h"

#include "base/clock.h"
#include "mail/delivery.h"
#include "mail/imap/imap_inquiry.h"
#include "mail/imap/imap_look.h"

static const int64_t POLL_FIRST_US = 10 * US_PER_MS;
static const int64_t IDLE_MAX_US = 60 * US_PER_S;
enum { UNSEARCHED_MAX = 200 };

static const char undone[] = "nothing was deleted";

/* ---- finding ---- */

/* Look at what SEARCH has named, as far as it can be ours. */
static int look_at_candidates(struct imap_look *l)
{
	const struct imap_uids *found = &l->s->uids;
	uint32_t uid[IMAP_COPIES_MAX];
	struct imap_set set = {.uid = uid};
	bool refused;

	for (size_t i = 0; i < found->count; i++) {
		if (found->uid[i] < l->delivery->first_uid)
			continue;
		if (set.count == IMAP_COPIES_MAX)
			l->delivery->more_copies = true;
		else
			uid[set.count++] = found->uid[i];
	}
	return set.count ? imap_look_at(l, &set, &refused, undone) : 0;
}

/* By numbers, where UIDs of what is new cannot be asked for. */
static int look_at_new_numbers(struct imap_look *l)
{
	const struct imap *s = l->s;
	const struct imap_set set = {.number_from = s->old + 1, .number_to = s->exists};
	bool refused;

	return s->exists > s->old ? imap_look_at(l, &set, &refused, undone) : 0;
}

/* Exchange answers SEARCH from an index that can lag behind the mailbox, and others may find what
 * only resembles our message: look at all that is new. While nothing is, some servers take "n:*"
 * for a range that falls, and refuse it; and some tell a UIDNEXT that no new message will have. */
static int look_at_all_new(struct imap_look *l)
{
	const struct imap *s = l->s;
	const struct imap_set set = {.uid_from = l->delivery->first_uid};
	bool refused = !set.uid_from;

	if (s->exists > s->old && s->exists - s->old > UNSEARCHED_MAX)
		return 0;
	l->shown = false;
	if (set.uid_from && imap_look_at(l, &set, &refused, undone))
		return -1;
	return refused || !l->shown ? look_at_new_numbers(l) : 0;
}

static int search(struct imap_look *l)
{
	const struct imap_delivery *d = l->delivery;
	bool refused;

	if (d->first_uid)
		return imap_search(l->s, &refused, "UID %u:* SUBJECT \"%s\"", d->first_uid,
				   d->token);
	return imap_search(l->s, &refused, "SUBJECT \"%s\"", d->token);
}

int imap_delivery_look(struct imap *s, struct imap_delivery *d)
{
	struct imap_look l = {.s = s, .delivery = d};
	size_t before = d->copies;

	s->seen = s->exists;
	if (search(&l) || look_at_candidates(&l))
		return -1;
	return d->copies > before ? 0 : look_at_all_new(&l);
}

/* The same as a step of waiting. */
static int look_once(struct imap *s, struct imap_delivery *delivery)
{
	if (step(s->conn.tl, "search") || imap_delivery_look(s, delivery))
		return -1;
	return delivery->uid ? 0 : step(s->conn.tl, "delivery");
}

/* Wait one interval, then hear from the server whether something has come. */
static int await_news(struct imap *s, int64_t interval_us, int64_t give_up_us)
{
	int64_t until = clock_us() + interval_us;
	bool refused;

	if (until > give_up_us)
		until = give_up_us;
	if (interval_us > DELIVERY_FAST_US && s->caps.idle)
		return imap_idle(s, until);
	return conn_wait(&s->conn, until) < 0 ? -1 : imap_noop(s, &refused);
}

/* Up to DELIVERY_FAST_US it is NOOP that asks, beyond it IDLE that waits, where it is offered. */
static int64_t next_interval(const struct imap *s, int64_t interval, int64_t since_us)
{
	if (!s->caps.idle || interval <= DELIVERY_FAST_US)
		return delivery_next_interval(clock_us() - since_us);
	if (interval < DELIVERY_INTERVAL_MAX_US)
		return DELIVERY_INTERVAL_MAX_US;
	return interval * 2 < IDLE_MAX_US ? interval * 2 : IDLE_MAX_US;
}

/* A new session beside the old one, in which numbers and UIDs mean what they meant before only if
 * the mailbox is still the same. */
static int open_again(struct imap *s, const struct mail_account *account, const char *mailbox,
		      struct imap_delivery *delivery)
{
	uint32_t uidvalidity = s->uidvalidity, old = s->old;

	imap_set_aside(s);
	if (imap_log_on(s, account) || imap_select(s, mailbox))
		return -1;
	if (s->uidvalidity != uidvalidity)
		delivery->first_uid = 0;
	if (s->old > old)
		s->old = old;
	return 0;
}

/* mailutils shows nothing new to a session after another one has changed the mailbox, and it is not
 * alone: what is missing is looked for once more with a new session. If that fails, the message is
 * missing. The old session must not end before: mailutils would write over what is there what that
 * session takes to be there. */
static int look_afresh(struct imap *s, const struct mail_account *account, const char *mailbox,
		       struct imap_delivery *delivery)
{
	struct timeline *tl = s->conn.tl;
	struct err failed = {0}, *err = conn_set_err(&s->conn, &failed);

	timeline_hold(tl, true);
	int rc = open_again(s, account, mailbox, delivery);
	timeline_leg(tl, tl->prefix, 0);
	if (rc == 0)
		rc = imap_delivery_look(s, delivery);
	timeline_hold(tl, false);
	conn_set_err(&s->conn, err);
	delivery->blind = rc == 0 && delivery->uid;
	return delivery->blind ? step(tl, "search") : -1;
}

static int missing(struct imap *s, const struct mail_account *account, const char *mailbox,
		   struct imap_delivery *delivery)
{
	bool odd = s->odd[0]; /* so far: what the inquiry was told explains nothing */

	imap_inquire(s, account, mailbox, delivery);
	if (odd)
		err_hint(s->conn.err, "server said: %s", s->odd);
	return -1;
}

int imap_delivery_await(struct imap *s, const struct mail_account *account, const char *mailbox,
			struct imap_delivery *delivery, int64_t accepted_us)
{
	uint32_t arrivals = s->arrivals;
	int64_t interval = POLL_FIRST_US;

	if (delivery_begin(s->conn.tl, accepted_us))
		return -1;
	int64_t give_up = delivery_give_up(s->conn.tl);
	while (!delivery->uid) {
		if (await_news(s, interval, give_up))
			return -1;
		bool last = clock_us() >= give_up;
		/* beyond the fast polls look in any case: not every server tells of what is new */
		if ((s->arrivals != arrivals || interval > DELIVERY_FAST_US || last) &&
		    look_once(s, delivery))
			return -1;
		if (last && !delivery->uid && look_afresh(s, account, mailbox, delivery))
			return missing(s, account, mailbox, delivery);
		arrivals = s->arrivals;
		interval = next_interval(s, interval, accepted_us);
	}
	return 0;
}

/* ---- reading ---- */

/* The whole message of this run: the second look at it. */
static int note_text(void *ctx, const struct imap_fetch *fetch)
{
	struct imap_look *l = ctx;
	struct message_header header;
	struct err ignored = {0};

	if (!fetch->body.len) /* NIL, or nothing of it: not shown */
		return 0;
	message_header_parse(fetch->body.at, fetch->body.len, &header);
	imap_look_note(l->s, fetch, &header);
	delivery_look_again(fetch->body.at, fetch->body.len, l->delivery->token,
			    &l->delivery->changes, &ignored);
	return 0;
}

/* As much of it as matters; whole, where a part is refused. */
static int fetch_text(struct imap_look *l)
{
	const struct imap_set set = {.uid = &l->delivery->uid, .count = 1};
	bool refused;

	if (imap_fetch(l->s, &set, IMAP_TEXT, note_text, l, &refused))
		return -1;
	return refused ? imap_fetch(l->s, &set, IMAP_WHOLE, note_text, l, NULL) : 0;
}

int imap_delivery_read(struct imap *s, struct imap_delivery *delivery)
{
	struct imap_look l = {.s = s, .delivery = delivery};

	if (step(s->conn.tl, "fetch") || fetch_text(&l))
		return -1;
	if (s->watch.contradicted)
		return delivery_two_messages(s->conn.err, undone);
	const struct imap_message *m = imap_watch_find(&s->watch, delivery->uid);
	if (!m || !imap_message_is_proven(m))
		return err_set(s->conn.err, ERR_DELIVERY,
			       "test message arrived, but cannot be read");
	return imap_look_again(&l, undone);
}
