/* imap_bounce.c - a bounce of the test message that came back into the mailbox under test */
#include "mail/imap/imap_bounce.h"

#include <string.h>
#include <time.h>

#include "mail/delivery.h"
#include "mail/imap/imap_deletion.h"
#include "mail/imap/imap_folder.h"
#include "mail/imap/imap_trash.h"

struct look {
	struct imap *s;
	const struct imap_delivery *delivery;
	time_t now;
	struct imap_bounces *found; /* of the first look; NULL at the later ones */
};

/* ---- looking ---- */

/* Of many reports the newest, which come last. */
static int note_type(void *ctx, const struct imap_fetch *fetch)
{
	struct imap_bounces *found = ctx;
	struct message_header header;

	message_header_parse(fetch->body.at, fetch->body.len, &header);
	if (!header.report)
		return 0;
	if (found->count == IMAP_REPORTS_MAX)
		memmove(found->uid, found->uid + 1, --found->count * sizeof(found->uid[0]));
	found->uid[found->count++] = fetch->uid;
	return 0;
}

/* Whether a text is a bounce that is to be deleted: of this run, or a stale one. */
static bool is_wanted(const struct look *l, const struct imap_fetch *fetch, struct bounce *b_r)
{
	return bounce_parse(fetch->body.at, fetch->body.len, b_r) == 0 &&
	       bounce_is_wanted(b_r, l->delivery->token, l->now, l->delivery->max_age_s);
}

static int note_text(void *ctx, const struct imap_fetch *fetch)
{
	struct look *l = ctx;
	struct imap_bounces *found = l->found;
	struct bounce b;

	if (!is_wanted(l, fetch, &b))
		return 0;
	bool ours = message_is_ours(&b.returned, l->delivery->token);
	if (ours && (!found->ours || b.action > found->worst.action))
		found->worst = b;
	found->ours = found->ours || ours;
	if (found->count < IMAP_REPORTS_MAX)
		found->uid[found->count++] = fetch->uid;
	return 0;
}

/* As much of it as matters; whole, where a part is refused. */
static int fetch_text(struct look *l, const struct imap_set *set, imap_fetch_fn *fn)
{
	bool refused;

	if (imap_fetch(l->s, set, IMAP_TEXT, fn, l, &refused))
		return -1;
	return refused ? imap_fetch(l->s, set, IMAP_WHOLE, fn, l, NULL) : 0;
}

int imap_bounce_look(struct imap *s, const struct imap_delivery *delivery,
		     struct imap_bounces *found_r)
{
	uint32_t from = s->exists > IMAP_BOUNCE_WINDOW ? s->exists - IMAP_BOUNCE_WINDOW : 0;
	const struct imap_set new = {.number_from = (from > s->old ? from : s->old) + 1,
				     .number_to = s->exists};
	struct imap_bounces reports = {0};
	struct look l = {.s = s, .delivery = delivery, .now = time(NULL), .found = found_r};
	bool refused;

	*found_r = (struct imap_bounces){.uidvalidity = s->uidvalidity};
	if (s->exists <= s->old)
		return 0;
	if (imap_fetch(s, &new, IMAP_TYPE, note_type, &reports, &refused))
		return -1;
	const struct imap_set set = {.uid = reports.uid, .count = reports.count};
	return set.count ? fetch_text(&l, &set, note_text) : 0;
}

/* ---- deleting ---- */

/* Every look counts, as at headers: imap_watch.h. */
static int note_again(void *ctx, const struct imap_fetch *fetch)
{
	struct look *l = ctx;
	struct imap_watch *w = &l->s->watch;
	struct bounce b;
	bool wanted = is_wanted(l, fetch, &b);
	struct imap_message *m = imap_watch_note(w, l->s->looks, fetch->uid, fetch->number,
						 wanted ? bounce_token(&b) : "");

	if (m && wanted)
		imap_watch_want(w, m);
	return 0;
}

/* In the folder that is selected: two looks more, and what both have shown is deleted. */
static int remove_found(struct imap *s, const struct imap_delivery *delivery,
			const struct imap_bounces *found, struct imap_delivery *there)
{
	const struct imap_set set = {.uid = found->uid, .count = found->count};
	struct look l = {.s = s, .delivery = delivery, .now = time(NULL)};

	if (fetch_text(&l, &set, note_again) || fetch_text(&l, &set, note_again))
		return -1;
	if (s->watch.contradicted)
		return delivery_two_messages(s->conn.err, "nothing was deleted");
	return imap_remove_proven(s, there);
}

/* What was moved to the trash is among its newest, and has to prove itself there anew. */
static int empty_trash(struct imap *s, const struct imap_delivery *delivery, const char *trash)
{
	struct imap_delivery there = {.token = delivery->token};
	struct imap_bounces moved;

	if (imap_folder_select(s, trash, 0) || imap_bounce_look(s, delivery, &moved))
		return -1;
	if (!moved.count)
		return imap_trash_lacks(s, "bounce", trash);
	return remove_found(s, delivery, &moved, &there) ? -1 : imap_check_left(s, &there);
}

int imap_bounce_remove(struct imap *s, const char *mailbox, const struct imap_delivery *delivery,
		       const struct imap_bounces *found)
{
	struct imap_delivery there = {.token = delivery->token};

	if (step(s->conn.tl, "delete") || imap_trash_find(s, &there) ||
	    imap_folder_select(s, mailbox, found->uidvalidity) ||
	    remove_found(s, delivery, found, &there))
		return -1;
	return there.trashed ? empty_trash(s, delivery, there.trash) : imap_check_left(s, &there);
}
