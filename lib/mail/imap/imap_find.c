/* imap_find.c - looking for the test message among what is new in an IMAP mailbox.
 *
 * SEARCH only suggests; the fetched header decides. Nothing here costs more in a large mailbox than
 * in a small one. */
#include "base/clock.h"
#include "mail/imap/imap_command.h"
#include "mail/imap/imap_look.h"

/* Of more new messages than these not all headers are fetched. */
enum { UNSEARCHED_MAX = 200 };

/* So long a server may take to hear a command before it hears the next one. */
static const int64_t MOMENT_US = 3 * US_PER_MS;

static const char undone[] = "nothing was deleted";

static uint32_t count_new(const struct imap *s)
{
	return s->exists > s->old ? s->exists - s->old : 0;
}

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

/* By numbers, where UIDs of what is new cannot be asked for: the newest. */
static int look_at_new_numbers(struct imap_look *l)
{
	const struct imap *s = l->s;
	uint32_t count = count_new(s) < UNSEARCHED_MAX ? count_new(s) : UNSEARCHED_MAX;
	const struct imap_set set = {.number_from = s->exists - count + 1, .number_to = s->exists};
	bool refused;

	return count ? imap_look_at(l, &set, &refused, undone) : 0;
}

/* While nothing is new, some servers take "n:*" for a range that falls, and refuse it; and some
 * tell a UIDNEXT that no new message will have. */
static int look_at_all_new(struct imap_look *l)
{
	const struct imap_set set = {.uid_from = l->delivery->first_uid};
	bool refused;

	if (imap_look_at(l, &set, &refused, undone))
		return -1;
	return refused || !l->shown ? look_at_new_numbers(l) : 0;
}

/* Of very many new messages, or where it is not known which are new, those that SEARCH names; it
 * may lag behind the mailbox (Exchange), and others may find what only resembles ours. */
static int look_by_search(struct imap_look *l)
{
	const struct imap_delivery *d = l->delivery;
	size_t before = d->copies;
	bool refused;
	int rc = d->first_uid ? imap_search(l->s, &refused, "UID %u:* SUBJECT \"%s\"", d->first_uid,
					    d->token)
			      : imap_search(l->s, &refused, "SUBJECT \"%s\"", d->token);

	if (rc || look_at_candidates(l))
		return -1;
	return d->copies > before ? 0 : look_at_new_numbers(l);
}

int imap_delivery_look(struct imap *s, struct imap_delivery *d)
{
	struct imap_look l = {.s = s, .delivery = d};

	s->seen = s->exists;
	return !d->first_uid || count_new(s) > UNSEARCHED_MAX ? look_by_search(&l)
							      : look_at_all_new(&l);
}

/* What NOOP tells of is to be seen in the look behind it, which is the one that shows it then. */
static int note_news(struct imap *s, uint32_t arrivals)
{
	bool refused;

	if (imap_finish_somehow(s, &refused))
		return -1;
	return s->arrivals != arrivals ? step(s->conn.tl, "search") : 0;
}

/* NOOP, and the look behind it without waiting for its answer, unless that comes at once: Dovecot
 * puts off what it has to tell as long as another command is there, and would show nothing new. */
static int send_question(struct imap_look *l, const struct imap_set *set)
{
	struct imap *s = l->s;

	if (imap_send(s, "NOOP") || conn_wait(&s->conn, clock_us() + MOMENT_US) < 0)
		return -1;
	conn_gather(&s->conn);
	return imap_send_gathered(s, imap_look_send(l, set));
}

static int ask_at_once(struct imap_look *l)
{
	struct imap *s = l->s;
	const struct imap_set set = {.uid_from = l->delivery->first_uid};
	uint32_t arrivals = s->arrivals;
	bool refused;

	if (send_question(l, &set) || note_news(s, arrivals) ||
	    imap_look_finish(l, &refused, undone))
		return -1;
	bool all = l->shown >= count_new(s);
	s->seen = all ? s->exists : s->old + l->shown;
	if (all || l->delivery->uid)
		return 0;
	/* some show what they have told of only to the next command, or by its number */
	return s->arrivals != arrivals || !l->shown ? imap_delivery_look(s, l->delivery) : 0;
}

/* One after the other, where UIDs of what is new are not known, or the server does not take several
 * commands. */
static int ask_in_turn(struct imap_look *l, bool look)
{
	struct imap *s = l->s;
	uint32_t arrivals = s->arrivals;
	bool refused;

	if (imap_noop(s, &refused))
		return -1;
	if (s->arrivals == arrivals && !look)
		return 0;
	return step(s->conn.tl, "search") || imap_delivery_look(s, l->delivery) ? -1 : 0;
}

int imap_delivery_ask(struct imap *s, struct imap_delivery *d, bool look)
{
	struct imap_look l = {.s = s, .delivery = d};
	bool at_once = s->pipelining != IMAP_PIPELINING_BREAKS && d->first_uid &&
		       count_new(s) <= UNSEARCHED_MAX;

	if (at_once ? ask_at_once(&l) : ask_in_turn(&l, look))
		return -1;
	return step(s->conn.tl, d->uid ? "search" : "delivery");
}
