/* imap_delivery.c - the test message in an IMAP mailbox: wait, find, read, delete, and clean up
 * after earlier runs.
 *
 * SEARCH only suggests; the fetched header decides. Nothing here costs more in a large mailbox than
 * in a small one. */
#include "mail/imap/imap_delivery.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

#include "base/clock.h"
#include "mail/delivery.h"
#include "mail/message.h"

static const int64_t POLL_FIRST_US = 10 * US_PER_MS;
static const int64_t IDLE_MAX_US = 60 * US_PER_S;
enum { UNSEARCHED_MAX = 200, READ_MAX = 65536 };

#define HEADER_ITEMS "UID BODY.PEEK[HEADER.FIELDS (" MESSAGE_FIELDS ")]"

/* ---- finding ---- */

/* What the callbacks of a look need. */
struct look {
	struct imap *s;
	struct imap_delivery *delivery;
	bool shown; /* a header of what is new, ours or not */
};

static int match_header(void *ctx, const struct imap_fetch *fetch)
{
	struct look *l = ctx;
	struct imap_watch *watch = &l->s->watch;
	struct message_header header;

	l->shown = true;
	message_header_parse(fetch->body.at, fetch->body.len, &header);
	if (!message_is_ours(&header, l->delivery->token))
		return 0;
	if (watch->count == IMAP_COPIES_MAX && !imap_watch_find(watch, fetch->uid)) {
		l->delivery->more_copies = true;
		return 0;
	}
	imap_watch_add(watch, fetch->uid, fetch->number);
	if (!l->delivery->uid)
		l->delivery->uid = fetch->uid;
	if (fetch->uid > l->delivery->last_uid)
		l->delivery->last_uid = fetch->uid;
	return 0;
}

static int fetch_headers(struct look *l, const struct imap_set *set, bool *refused_r)
{
	return imap_fetch(l->s, set, HEADER_ITEMS, match_header, l, refused_r);
}

/* Fetch the headers of what SEARCH has named, as far as it can be ours. */
static int fetch_candidates(struct look *l)
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
	return set.count ? fetch_headers(l, &set, &refused) : 0;
}

/* By numbers, where UIDs of what is new cannot be asked for. */
static int fetch_new_numbers(struct look *l)
{
	const struct imap *s = l->s;
	const struct imap_set set = {.number_from = s->old + 1, .number_to = s->exists};
	bool refused;

	return s->exists > s->old ? fetch_headers(l, &set, &refused) : 0;
}

/* Exchange answers SEARCH from an index that can lag behind the mailbox, and others may find what
 * only resembles our message: look at all that is new. While nothing is, some servers take "n:*"
 * for a range that falls, and refuse it; and some tell a UIDNEXT that no new message will have. */
static int fetch_all_new(struct look *l)
{
	const struct imap *s = l->s;
	const struct imap_set set = {.uid_from = l->delivery->first_uid};
	bool refused = !set.uid_from;

	if (s->exists > s->old && s->exists - s->old > UNSEARCHED_MAX)
		return 0;
	l->shown = false;
	if (set.uid_from && fetch_headers(l, &set, &refused))
		return -1;
	return refused || !l->shown ? fetch_new_numbers(l) : 0;
}

static int search(struct look *l)
{
	const struct imap_delivery *delivery = l->delivery;
	bool refused;

	if (delivery->first_uid)
		return imap_search(l->s, &refused, "UID %u:* SUBJECT \"%s\"", delivery->first_uid,
				   delivery->token);
	return imap_search(l->s, &refused, "SUBJECT \"%s\"", delivery->token);
}

static int look(struct imap *s, struct imap_delivery *delivery)
{
	struct look l = {.s = s, .delivery = delivery};

	s->seen = s->exists;
	if (search(&l) || fetch_candidates(&l))
		return -1;
	return delivery->uid ? 0 : fetch_all_new(&l);
}

/* The same as a step of waiting. */
static int look_once(struct imap *s, struct imap_delivery *delivery)
{
	if (step(s->conn.tl, "search") || look(s, delivery))
		return -1;
	return delivery->uid ? 0 : step(s->conn.tl, "=delivery");
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
static int64_t next_interval(const struct imap *s, int64_t interval)
{
	if (!s->caps.idle || interval <= DELIVERY_FAST_US)
		return delivery_next_interval(interval);
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
		rc = look(s, delivery);
	timeline_hold(tl, false);
	conn_set_err(&s->conn, err);
	delivery->blind = rc == 0 && delivery->uid;
	return delivery->blind ? step(tl, "search") : -1;
}

static int missing(const struct imap *s)
{
	delivery_missing(s->conn.tl);
	if (s->odd[0])
		err_hint(s->conn.err, "server said: %s", s->odd);
	return -1;
}

int imap_delivery_await(struct imap *s, const struct mail_account *account, const char *mailbox,
			struct imap_delivery *delivery, int64_t accepted_us)
{
	uint32_t arrivals = s->arrivals;
	int64_t interval = POLL_FIRST_US;
	int64_t give_up = delivery_give_up(s->conn.tl);

	if (step(s->conn.tl, "=delivery"))
		return -1;
	timeline_backdate(s->conn.tl, accepted_us);
	while (!delivery->uid) {
		if (await_news(s, interval, give_up))
			return -1;
		bool last = clock_us() >= give_up;
		/* beyond the fast polls look in any case: not every server tells of what is new */
		if ((s->arrivals != arrivals || interval > DELIVERY_FAST_US || last) &&
		    look_once(s, delivery))
			return -1;
		if (last && !delivery->uid && look_afresh(s, account, mailbox, delivery))
			return missing(s);
		arrivals = s->arrivals;
		interval = next_interval(s, interval);
	}
	return 0;
}

/* ---- the second look ---- */

struct second_look {
	struct imap_watch *watch;
	struct imap_delivery *delivery; /* NULL: stale messages */
	time_t now;
	long max_age_s;
	bool disproved;
};

/* The whole message of this run. */
static int confirm_text(void *ctx, const struct imap_fetch *fetch)
{
	struct second_look *l = ctx;
	struct imap_message *m = imap_watch_find(l->watch, fetch->uid);
	struct err ignored = {0};

	if (m && fetch->body.len == 0) /* NIL, or nothing of it: not shown */
		return 0;
	if (!m || delivery_look_again(fetch->body.at, fetch->body.len, l->delivery->token,
				      &l->delivery->changes, &ignored))
		l->disproved = true;
	else
		m->proven = true;
	return 0;
}

static int confirm_header(void *ctx, const struct imap_fetch *fetch)
{
	struct second_look *l = ctx;
	struct imap_message *m = imap_watch_find(l->watch, fetch->uid);
	struct message_header header;

	message_header_parse(fetch->body.at, fetch->body.len, &header);
	bool same = l->delivery ? message_is_ours(&header, l->delivery->token)
				: message_is_stale(&header, l->now, l->max_age_s);
	if (m && same)
		m->proven = true;
	else
		l->disproved = true;
	return 0;
}

/* The headers of exactly those watched messages that were shown once, skipping the first ones. What
 * is not shown again stays unproven, and is left alone. */
static int confirm_headers(struct imap *s, struct second_look *l, size_t from)
{
	uint32_t uid[IMAP_WATCHED_MAX];
	struct imap_set set = {.uid = uid};
	bool refused;

	for (size_t i = from; i < s->watch.count; i++)
		if (!s->watch.message[i].gone)
			uid[set.count++] = s->watch.message[i].uid;
	if (set.count && imap_fetch(s, &set, HEADER_ITEMS, confirm_header, l, &refused))
		return -1;
	return l->disproved ? delivery_two_messages(s->conn.err) : 0;
}

/* As much of it as matters; whole, where a part is refused. */
static int fetch_text(struct imap *s, struct second_look *l)
{
	const struct imap_set set = {.uid = &l->delivery->uid, .count = 1};
	char items[40];
	bool refused;

	snprintf(items, sizeof(items), "UID BODY.PEEK[]<0.%d>", READ_MAX);
	if (imap_fetch(s, &set, items, confirm_text, l, &refused))
		return -1;
	return refused ? imap_fetch(s, &set, "UID BODY.PEEK[]", confirm_text, l, NULL) : 0;
}

int imap_delivery_read(struct imap *s, struct imap_delivery *delivery)
{
	struct second_look l = {.watch = &s->watch, .delivery = delivery};

	if (step(s->conn.tl, "fetch") || fetch_text(s, &l))
		return -1;
	if (l.disproved)
		return delivery_two_messages(s->conn.err);
	if (!s->watch.message[0].proven)
		return err_set(s->conn.err, ERR_DELIVERY,
			       "test message arrived, but cannot be read");
	return confirm_headers(s, &l, 1);
}

/* ---- deleting ---- */

static bool was_found(const struct imap_uids *uids, uint32_t uid)
{
	for (size_t i = 0; i < uids->count; i++)
		if (uids->uid[i] == uid)
			return true;
	return false;
}

/* Whether what SEARCH DELETED has found is ours alone, and all of it. An answer that does not know
 * of our own mark comes from an index that lags behind, and may lack others' too. */
static bool is_ours_alone(struct imap *s, const uint32_t *left, size_t count)
{
	if (s->uids.cut)
		return false;
	for (size_t i = 0; i < s->uids.count; i++) {
		const struct imap_message *m = imap_watch_find(&s->watch, s->uids.uid[i]);
		if (!m || !m->proven)
			return false;
	}
	for (size_t i = 0; i < count; i++)
		if (!was_found(&s->uids, left[i]))
			return false;
	return true;
}

/* Plain EXPUNGE takes all that is marked, by whomever. */
static int expunge_without_uidplus(struct imap *s, bool *marked_r)
{
	uint32_t uid[IMAP_WATCHED_MAX];
	bool refused;

	if (imap_search(s, &refused, "DELETED"))
		return -1;
	size_t count = imap_watch_left(&s->watch, uid);
	if (!count)
		return 0;
	*marked_r = refused || !is_ours_alone(s, uid, count);
	return *marked_r ? 0 : imap_expunge_all(s);
}

/* Servers answer OK to an EXPUNGE that did nothing; one that does not report all of ours is asked
 * whether they are gone. */
static int prove_gone(struct imap *s, const char *set)
{
	bool refused;

	if (imap_search(s, &refused, "UID %s", set))
		return -1;
	if (refused)
		return err_set(s->conn.err, ERR_REFUSED,
			       "server said OK, but does not tell whether the message is gone");
	if (s->uids.count || s->uids.cut)
		return err_set(s->conn.err, ERR_REFUSED,
			       "server said OK, but the message is still there");
	return 0;
}

/* What is left to delete, as commands take it. Returns whether there is anything: others may have
 * deleted it meanwhile. */
static bool format_left(const struct imap *s, struct buf *set)
{
	uint32_t uid[IMAP_WATCHED_MAX];
	const struct imap_set left = {.uid = uid, .count = imap_watch_left(&s->watch, uid)};

	buf_clear(set);
	return left.count && imap_set_format(&left, set) == 0;
}

static int remove_watched(struct imap *s, struct imap_delivery *delivery)
{
	struct buf set = BUF_INIT(IMAP_WATCHED_MAX * 11);
	bool marked = false;
	int rc = 0;

	if (format_left(s, &set))
		rc = imap_store_deleted(s, buf_str(&set));
	if (rc == 0 && format_left(s, &set))
		rc = s->caps.uidplus ? imap_uid_expunge(s, buf_str(&set))
				     : expunge_without_uidplus(s, &marked);
	if (rc == 0 && !marked && format_left(s, &set))
		rc = prove_gone(s, buf_str(&set));
	delivery->left_marked = delivery->left_marked || marked;
	buf_free(&set);
	return rc;
}

int imap_delivery_delete(struct imap *s, struct imap_delivery *delivery)
{
	delivery->copies += s->watch.count;
	if (step(s->conn.tl, "delete"))
		return -1;
	return remove_watched(s, delivery);
}

/* A refusal (a number beyond the end after somebody's expunge, no SEARCH of subjects, a lock) costs
 * only that part of the clean-up: by now all is proven, and the next run comes. */
static int forgive_refusal(struct imap *s, struct imap_delivery *delivery, const char *undone)
{
	struct err *err = s->conn.err;

	if (err->kind != ERR_REFUSED)
		return -1;
	err_prefix(err, "%s: ", undone);
	delivery->refused = *err;
	*err = (struct err){0};
	return 0;
}

int imap_delivery_delete_late(struct imap *s, struct imap_delivery *delivery)
{
	struct second_look l = {.watch = &s->watch, .delivery = delivery};

	/* of those that are only marked, each would be found again */
	if (s->exists <= s->seen || delivery->left_marked || delivery->more_copies)
		return 0;
	if (delivery->first_uid)
		delivery->first_uid = delivery->last_uid + 1;
	s->watch.count = 0;
	delivery->uid = 0;
	if (step(s->conn.tl, "delete") || look(s, delivery) || confirm_headers(s, &l, 0))
		return -1;
	delivery->copies += s->watch.count;
	return remove_watched(s, delivery) ? forgive_refusal(s, delivery, "late copies not deleted")
					   : 0;
}

/* ---- cleaning up ---- */

static int match_stale(void *ctx, const struct imap_fetch *fetch)
{
	struct second_look *l = ctx;
	struct message_header header;

	message_header_parse(fetch->body.at, fetch->body.len, &header);
	if (message_is_stale(&header, l->now, l->max_age_s))
		imap_watch_add(l->watch, fetch->uid, fetch->number);
	return 0;
}

#define SEARCH_SUBJECT "SUBJECT \"" MESSAGE_SUBJECT_PREFIX "\""
#define SEARCH_FIELDS  "OR " SEARCH_SUBJECT " HEADER " MESSAGE_TOKEN_FIELD " \"\""

/* Of two of the three fields one is the subject or X-Mailflow-Probe. Which messages have the latter
 * a server has to read from each of them: among the newest it soon remembers. */
static int search_fields(struct imap *s, const struct delivery_window *w, bool *refused_r)
{
	if (!w->older_from)
		return imap_search(s, refused_r, "%u:%u " SEARCH_FIELDS, w->newest_from, s->exists);
	return imap_search(s, refused_r, "OR (%u:%u " SEARCH_FIELDS ") (%u:%u " SEARCH_SUBJECT ")",
			   w->newest_from, s->exists, w->older_from, w->older_to);
}

/* For servers that cannot look for fields. */
static int search_subject(struct imap *s, const struct delivery_window *w)
{
	if (!w->older_from)
		return imap_search(s, NULL, "%u:%u " SEARCH_SUBJECT, w->newest_from, s->exists);
	return imap_search(s, NULL, "%u:%u,%u:%u " SEARCH_SUBJECT, w->older_from, w->older_to,
			   w->newest_from, s->exists);
}

static int search_stale(struct imap *s)
{
	struct delivery_window w;
	bool refused;

	delivery_choose_window(s->exists, IMAP_STALE_WINDOW, &w);
	if (search_fields(s, &w, &refused))
		return -1;
	return refused ? search_subject(s, &w) : 0;
}

static int find_stale(struct imap *s, struct second_look *l)
{
	if (!s->exists)
		return 0;
	if (search_stale(s))
		return -1;
	const struct imap_set set = {.uid = s->uids.uid,
				     .count = s->uids.count < IMAP_STALE_MAX ? s->uids.count
									     : IMAP_STALE_MAX};
	if (set.count && imap_fetch(s, &set, HEADER_ITEMS, match_stale, l, NULL))
		return -1;
	return confirm_headers(s, l, 0);
}

static int count_test_message(void *ctx, const struct imap_fetch *fetch)
{
	unsigned int *count = ctx;
	struct message_header header;

	message_header_parse(fetch->body.at, fetch->body.len, &header);
	*count += message_token(&header) != NULL;
	return 0;
}

/* How many test messages, of this run or others, only carry \Deleted. */
static int count_left_marked(struct imap *s, struct imap_delivery *delivery)
{
	bool refused;

	if (!delivery->left_marked)
		return 0;
	if (imap_search(s, &refused, "DELETED " SEARCH_SUBJECT))
		return -1;
	const struct imap_set set = {.uid = s->uids.uid,
				     .count = s->uids.count < IMAP_STALE_MAX ? s->uids.count
									     : IMAP_STALE_MAX};
	return set.count ? imap_fetch(s, &set, HEADER_ITEMS, count_test_message, &delivery->marked,
				      &refused)
			 : 0;
}

int imap_delivery_cleanup(struct imap *s, struct imap_delivery *delivery, long max_age_s)
{
	struct second_look l = {.watch = &s->watch, .now = time(NULL), .max_age_s = max_age_s};
	uint32_t uid[IMAP_WATCHED_MAX];

	if (step(s->conn.tl, "cleanup"))
		return -1;
	s->watch.count = 0;
	if (find_stale(s, &l) && forgive_refusal(s, delivery, "stale test messages not looked for"))
		return -1;
	size_t count = delivery->refused.kind ? 0 : imap_watch_left(&s->watch, uid);
	if (count && remove_watched(s, delivery)) {
		count = 0;
		if (forgive_refusal(s, delivery, "stale test messages not deleted"))
			return -1;
	}
	delivery->stale = (unsigned int)count;
	return count_left_marked(s, delivery);
}
