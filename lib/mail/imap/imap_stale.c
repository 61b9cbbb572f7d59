/* imap_stale.c - looking for the test messages of earlier runs, named by a SEARCH of their subject
 * and field */
#include "mail/imap/imap_stale.h"

#include <string.h>

#include <gnutls/crypto.h>

#include "mail/delivery.h"

#define SEARCH_SUBJECT "SUBJECT \"" MESSAGE_SUBJECT_PREFIX "\""
#define SEARCH_FIELDS  "OR " SEARCH_SUBJECT " HEADER " MESSAGE_TOKEN_FIELD " \"\""

/* Of two of the three fields one is the subject or X-Mailflow-Probe. Which messages have the latter
 * a server has to read from each of them: among the newest it soon remembers. */
int imap_stale_ask(struct imap *s, uint32_t count)
{
	struct delivery_window w;

	delivery_choose_window(count, IMAP_STALE_WINDOW, &w);
	if (!w.older_from)
		return imap_search_send(s, "%u:%u " SEARCH_FIELDS, w.newest_from, count);
	return imap_search_send(s, "OR (%u:%u " SEARCH_FIELDS ") (%u:%u " SEARCH_SUBJECT ")",
				w.newest_from, count, w.older_from, w.older_to);
}

/* For servers that cannot look for fields. */
static int search_subject(struct imap *s)
{
	struct delivery_window w;

	delivery_choose_window(s->exists, IMAP_STALE_WINDOW, &w);
	if (!w.older_from)
		return imap_search(s, NULL, "%u:%u " SEARCH_SUBJECT, w.newest_from, s->exists);
	return imap_search(s, NULL, "%u:%u,%u:%u " SEARCH_SUBJECT, w.older_from, w.older_to,
			   w.newest_from, s->exists);
}

struct imap_set imap_stale_choose(const struct imap *s, size_t max)
{
	uint32_t random = 0;
	size_t from = 0;

	if (s->uids.count > max) {
		gnutls_rnd(GNUTLS_RND_NONCE, &random, sizeof(random));
		from = random % (s->uids.count - max + 1);
	}
	return (struct imap_set){.uid = s->uids.uid + from,
				 .count = s->uids.count < max ? s->uids.count : max};
}

static void note_candidates(const struct imap *s, struct imap_delivery *d)
{
	const struct imap_set set = imap_stale_choose(s, IMAP_STALE_MAX);

	memcpy(d->candidate, set.uid, set.count * sizeof(set.uid[0]));
	d->candidates = set.count;
	d->searched = true;
}

int imap_stale_note(struct imap *s, struct imap_delivery *d)
{
	bool refused;

	if (imap_search_finish(s, &refused))
		return -1;
	d->search_refused = refused;
	if (!refused)
		note_candidates(s, d);
	return 0;
}

static int search(struct imap *s, struct imap_delivery *d)
{
	if (!d->search_refused && (imap_stale_ask(s, s->exists) || imap_stale_note(s, d)))
		return -1;
	if (!d->search_refused)
		return 0;
	if (search_subject(s))
		return -1;
	note_candidates(s, d);
	return 0;
}

int imap_stale_find(struct imap_look *l, const char *undone)
{
	struct imap_delivery *d = l->delivery;

	if (!l->s->exists)
		return 0;
	if (!d->searched && search(l->s, d))
		return -1;
	d->searched = false; /* once */
	const struct imap_set set = {.uid = d->candidate, .count = d->candidates};
	return set.count && imap_look_at(l, &set, NULL, undone) ? -1 : 0;
}
