/* imap_probe.c - the test message in an IMAP mailbox: wait, find, read, delete, and clean up after
 * earlier runs.
 *
 * SEARCH only suggests; the fetched header decides. Nothing here costs more in a large mailbox than
 * in a small one. */
#include "mail/imap_probe.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

#include "base/clock.h"
#include "mail/message.h"
#include "mail/probe.h"

static const int64_t POLL_FIRST_US = 10 * US_PER_MS;
static const int64_t IDLE_MAX_US = 60 * US_PER_S;
enum { CANDIDATES_MAX = 16, UNSEARCHED_MAX = 200, READ_MAX = 65536 };

#define HEADER_ITEMS "UID BODY.PEEK[HEADER.FIELDS (" MESSAGE_FIELDS ")]"

/* A set of UIDs as commands take it: "4,7,19" */
static void format_set(const uint32_t *uid, size_t count, struct buf *set)
{
	buf_clear(set);
	for (size_t i = 0; i < count; i++)
		buf_printf(set, "%s%u", i ? "," : "", uid[i]);
}

/* ---- finding ---- */

static int match_header(struct imap *s, void *ctx, const struct imap_fetch *fetch)
{
	struct imap_probe *probe = ctx;
	struct message_header header;

	if (!fetch->has_uid || !fetch->has_body || fetch->uid < probe->first_uid)
		return 0;
	message_header_parse(fetch->body.at, fetch->body.len, &header);
	if (!message_is_ours(&header, probe->token))
		return 0;
	imap_watch(s, fetch);
	if (!probe->uid)
		probe->uid = fetch->uid;
	return 0;
}

/* Fetch the headers of what SEARCH named. "n:*" always holds the last message, also one older than
 * n. */
static int fetch_candidates(struct imap *s, struct imap_probe *probe)
{
	uint32_t uid[CANDIDATES_MAX];
	struct buf set = BUF_INIT(CANDIDATES_MAX * 11);
	size_t n = 0;
	int rc = 0;

	for (size_t i = 0; i < s->uids.count && n < CANDIDATES_MAX; i++)
		if (s->uids.uid[i] >= probe->first_uid)
			uid[n++] = s->uids.uid[i];
	if (n) {
		format_set(uid, n, &set);
		rc = imap_fetch(s, buf_str(&set), HEADER_ITEMS, match_header, probe);
	}
	buf_free(&set);
	return rc;
}

/* Exchange answers SEARCH from an index that can lag behind the mailbox, and others may find what
 * only resembles our message: look at all that is new. */
static int fetch_all_new(struct imap *s, struct imap_probe *probe)
{
	char set[24];

	if (s->exists > probe->first_exists && s->exists - probe->first_exists > UNSEARCHED_MAX)
		return 0;
	snprintf(set, sizeof(set), "%u:*", probe->first_uid);
	return imap_fetch(s, set, HEADER_ITEMS, match_header, probe);
}

static int look(struct imap *s, struct imap_probe *probe)
{
	bool refused;

	if (step(s->conn.tl, "search") ||
	    imap_search(s, &refused, "UID %u:* SUBJECT \"%s\"", probe->first_uid, probe->token) ||
	    fetch_candidates(s, probe))
		return -1;
	if (!probe->uid && fetch_all_new(s, probe))
		return -1;
	if (!probe->uid)
		return step(s->conn.tl, "=delivery");
	return 0;
}

/* Wait one interval, then hear from the server whether something has come. */
static int await_news(struct imap *s, int64_t interval_us, int64_t give_up_us)
{
	int64_t until = clock_us() + interval_us;

	if (until > give_up_us)
		until = give_up_us;
	if (interval_us > PROBE_FAST_US && s->caps.idle)
		return imap_idle(s, until);
	return conn_wait(&s->conn, until) < 0 ? -1 : imap_noop(s);
}

/* Up to PROBE_FAST_US it is NOOP that asks, beyond it IDLE that waits, where it is offered. */
static int64_t next_interval(const struct imap *s, int64_t interval)
{
	if (!s->caps.idle || interval <= PROBE_FAST_US)
		return probe_next_interval(interval);
	if (interval < PROBE_INTERVAL_MAX_US)
		return PROBE_INTERVAL_MAX_US;
	return interval * 2 < IDLE_MAX_US ? interval * 2 : IDLE_MAX_US;
}

int imap_probe_await(struct imap *s, struct imap_probe *probe, int64_t accepted_us)
{
	uint32_t arrivals = s->arrivals;
	int64_t interval = POLL_FIRST_US;
	int64_t give_up = probe_give_up(s->conn.tl);

	if (step(s->conn.tl, "=delivery"))
		return -1;
	timeline_backdate(s->conn.tl, accepted_us);
	while (!probe->uid) {
		if (await_news(s, interval, give_up))
			return -1;
		bool last = clock_us() >= give_up;
		/* beyond the fast polls look in any case: not every server tells of what is new */
		if ((s->arrivals != arrivals || interval > PROBE_FAST_US || last) && look(s, probe))
			return -1;
		if (last && !probe->uid)
			return probe_missing(s->conn.err, accepted_us);
		arrivals = s->arrivals;
		interval = next_interval(s, interval);
	}
	return 0;
}

/* ---- reading ---- */

struct reading {
	struct imap_probe *probe;
	struct err mismatch;
	bool fetched;
};

static int match_message(struct imap *s, void *ctx, const struct imap_fetch *fetch)
{
	struct reading *r = ctx;

	(void)s;
	if (!fetch->has_uid || fetch->uid != r->probe->uid || !fetch->has_body)
		return 0;
	r->fetched = true;
	probe_look_again(fetch->body.at, fetch->body.len, r->probe->token, &r->probe->changes,
			 &r->mismatch);
	return 0;
}

int imap_probe_read(struct imap *s, struct imap_probe *probe)
{
	struct reading r = {.probe = probe};
	char set[16], items[40];

	snprintf(set, sizeof(set), "%u", probe->uid);
	snprintf(items, sizeof(items), "UID BODY.PEEK[]<0.%d>", READ_MAX);
	if (step(s->conn.tl, "fetch") || imap_fetch(s, set, items, match_message, &r))
		return -1;
	if (!r.fetched)
		return err_set(s->conn.err, ERR_DELIVERY,
			       "test message arrived, but cannot be read");
	if (r.mismatch.kind == ERR_NONE)
		return 0;
	*s->conn.err = r.mismatch;
	return -1;
}

/* ---- deleting ---- */

/* UIDs of the watched messages that are not known to be gone, as commands take them. Returns
 * whether there are any. */
static bool format_left(const struct imap *s, struct buf *set)
{
	uint32_t uid[IMAP_WATCHED_MAX];
	size_t n = 0;

	for (size_t i = 0; i < s->watched_count; i++)
		if (!s->watched[i].gone)
			uid[n++] = s->watched[i].uid;
	format_set(uid, n, set);
	return n > 0;
}

static bool was_found(const struct imap_uids *uids, uint32_t uid)
{
	for (size_t i = 0; i < uids->count; i++)
		if (uids->uid[i] == uid)
			return true;
	return false;
}

/* Plain EXPUNGE takes all that is marked, by whomever. Only if that is ours alone; an answer that
 * does not know of our own mark comes from an index that lags behind, and may lack others' too. */
static int expunge_without_uidplus(struct imap *s, bool *marked_r)
{
	bool refused, left = false;

	if (imap_search(s, &refused, "DELETED"))
		return -1;
	bool alone = !refused && !s->uids.cut;
	for (size_t i = 0; i < s->uids.count; i++)
		alone = alone && imap_watched(s, s->uids.uid[i]);
	for (size_t i = 0; i < s->watched_count; i++)
		if (!s->watched[i].gone) {
			left = true;
			alone = alone && was_found(&s->uids, s->watched[i].uid);
		}
	if (!left)
		return 0;
	*marked_r = !alone;
	return alone ? imap_expunge_all(s) : 0;
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

/* Nothing is left to do of what others have deleted meanwhile. */
static int remove_watched(struct imap *s, bool *left_marked)
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
	*left_marked = *left_marked || marked;
	buf_free(&set);
	return rc;
}

int imap_probe_delete(struct imap *s, struct imap_probe *probe)
{
	probe->copies = s->watched_count;
	if (step(s->conn.tl, "delete"))
		return -1;
	return remove_watched(s, &probe->left_marked);
}

/* ---- cleaning up ---- */

struct stale {
	time_t now;
	long max_age_s;
};

static int match_stale(struct imap *s, void *ctx, const struct imap_fetch *fetch)
{
	const struct stale *stale = ctx;
	struct message_header header;

	if (!fetch->has_uid || !fetch->has_body)
		return 0;
	message_header_parse(fetch->body.at, fetch->body.len, &header);
	if (message_is_stale(&header, stale->now, stale->max_age_s))
		imap_watch(s, fetch);
	return 0;
}

/* Sequence numbers to look at */
static void format_window(uint32_t exists, char *window, size_t size)
{
	struct probe_window w;

	probe_choose_window(exists, IMAP_STALE_WINDOW, &w);
	if (w.older_from)
		snprintf(window, size, "%u:%u,%u:%u", w.older_from, w.older_to, w.newest_from,
			 exists);
	else
		snprintf(window, size, "%u:%u", w.newest_from, exists);
}

static int find_stale(struct imap *s, struct stale *stale)
{
	struct buf set = BUF_INIT(IMAP_STALE_MAX * 11);
	char window[64];

	if (!s->exists)
		return 0;
	format_window(s->exists, window, sizeof(window));
	if (imap_search(s, NULL, "%s SUBJECT \"" MESSAGE_SUBJECT_PREFIX "\"", window))
		return -1;
	size_t n = s->uids.count < IMAP_STALE_MAX ? s->uids.count : IMAP_STALE_MAX;
	format_set(s->uids.uid, n, &set);
	int rc = n ? imap_fetch(s, buf_str(&set), HEADER_ITEMS, match_stale, stale) : 0;
	buf_free(&set);
	return rc;
}

/* A refusal (a number beyond the end after somebody's expunge, no SEARCH of subjects, a lock) costs
 * only this run's clean-up: by now all is proven, and the next run comes. */
static int forgive_refusal(struct imap *s, struct imap_probe *probe, const char *undone)
{
	struct err *err = s->conn.err;

	if (err->kind != ERR_REFUSED)
		return -1;
	err_prefix(err, "stale test messages not %s: ", undone);
	probe->refused = *err;
	*err = (struct err){0};
	return 0;
}

int imap_probe_cleanup(struct imap *s, struct imap_probe *probe, long max_age_s)
{
	struct stale stale = {.now = time(NULL), .max_age_s = max_age_s};

	if (step(s->conn.tl, "cleanup"))
		return -1;
	s->watched_count = 0;
	if (find_stale(s, &stale))
		return forgive_refusal(s, probe, "looked for");
	if (remove_watched(s, &probe->left_marked))
		return forgive_refusal(s, probe, "deleted");
	probe->stale = (unsigned int)s->watched_count;
	return 0;
}
