/* imap_folder.c - other folders than the mailbox under test.
 *
 * What LIST says only names a folder: what is ours in it is decided by headers, as everywhere. */
#include "mail/imap/imap_folder.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

#include "mail/imap/imap_command.h"
#include "mail/imap/imap_deletion.h"
#include "mail/imap/imap_quote.h"
#include "mail/imap/imap_stale.h"
#include "mail/imap/imap_trash.h"

static const char undone[] = "nothing was deleted";

/* ---- finding ---- */

static int list(struct imap *s, struct imap_sought *sought, const char *options, bool *refused_r)
{
	s->sought = sought;
	int rc = imap_send(s, "LIST %s\"\" \"*\"", options) || imap_finish_somehow(s, refused_r);
	s->sought = NULL;
	return rc ? -1 : 0;
}

/* Where it can be asked for, the answer is short however many folders there are. */
static int find_by_use(struct imap *s, struct imap_sought *sought)
{
	bool refused;

	if (s->caps.special_use && s->caps.list_extended &&
	    list(s, sought, "(SPECIAL-USE) ", &refused))
		return -1;
	return sought->by_use.count ? 0 : list(s, sought, "", NULL);
}

int imap_folder_find(struct imap *s, const char *wanted, struct imap_alike *found_r)
{
	struct imap_sought sought = {.use = wanted};

	*found_r = (struct imap_alike){.count = 0};
	if (*wanted != '\\') {
		snprintf(found_r->name[found_r->count++], IMAP_NAME_SIZE, "%s", wanted);
		return 0;
	}
	if (find_by_use(s, &sought))
		return -1;
	*found_r = sought.by_use.count ? sought.by_use : sought.by_name;
	return 0;
}

/* ---- opening ---- */

/* In quotes also where the name is not ASCII: who lists it so takes it so (RFC 9051). */
static int send_name(struct imap *s, const char *command, const char *name)
{
	struct buf quoted = BUF_INIT(2 * IMAP_NAME_SIZE + 2);

	imap_quote(&quoted, name);
	int rc = imap_send(s, "%s %s", command, buf_str(&quoted));
	buf_free(&quoted);
	return rc;
}

static int open_folder(struct imap *s, const char *command, const char *name)
{
	if (imap_forget_mailbox(s))
		return -1;
	uint32_t before = s->arrivals;
	if (send_name(s, command, name) || imap_finish(s, ERR_REFUSED))
		return -1;
	s->selected = true;
	if (imap_hear_late(s, s->arrivals != before))
		return -1;
	s->seen = s->exists;
	s->old = s->exists > IMAP_NEWEST ? s->exists - IMAP_NEWEST : 0;
	return 0;
}

int imap_folder_examine(struct imap *s, const char *name)
{
	return open_folder(s, "EXAMINE", name);
}

int imap_folder_select(struct imap *s, const char *name, uint32_t uidvalidity)
{
	if (open_folder(s, "SELECT", name))
		return -1;
	if (s->read_only)
		return err_set(s->conn.err, ERR_REFUSED, "folder is read-only");
	if (imap_hear_late(s, !uidvalidity || s->uidvalidity))
		return -1;
	if (uidvalidity && s->uidvalidity != uidvalidity)
		return err_set(s->conn.err, ERR_REFUSED,
			       "folder was renumbered meanwhile (UIDVALIDITY %u became %u)",
			       uidvalidity, s->uidvalidity);
	return 0;
}

/* ---- deleting ---- */

int imap_check_left(struct imap *s, const struct imap_delivery *there)
{
	if (there->left_marked)
		return err_set(s->conn.err, ERR_REFUSED, "only marked \\Deleted (no UIDPLUS)");
	if (there->no_trash)
		return err_set(s->conn.err, ERR_REFUSED,
			       "it stays in All Mail (no folder with \\Trash is shown)");
	return 0;
}

/* What only one look has shown stays. */
static int check_all_proven(struct imap *s)
{
	uint32_t uid[IMAP_WANTED_MAX];

	return imap_watch_left(&s->watch, false, uid)
		       ? err_set(s->conn.err, ERR_REFUSED, "not shown at the second look")
		       : 0;
}

int imap_folder_remove_ours(struct imap *s, struct imap_delivery *there)
{
	struct imap_look l = {.s = s, .delivery = there};

	if (imap_delivery_look(s, there) || imap_look_again(&l, undone))
		return -1;
	return imap_remove_proven(s, there) || check_all_proven(s) ? -1 : 0;
}

/* ---- cleaning up ---- */

/* Ours is among the newest, and the stale ones anywhere. */
static int look_for_all(struct imap_look *l)
{
	const struct imap_set newest = {.number_from = l->s->old + 1, .number_to = l->s->exists};
	bool refused;

	if (l->s->exists && imap_look_at(l, &newest, &refused, undone))
		return -1;
	return imap_stale_find(l, undone);
}

static int clean_folder(struct imap *s, struct imap_delivery *there, const char *name,
			long max_age_s)
{
	struct imap_look l = {.s = s, .delivery = there, .now = time(NULL), .max_age_s = max_age_s};

	if (imap_folder_examine(s, name) || look_for_all(&l))
		return -1;
	if (!s->watch.wanted)
		return 0;
	if (imap_folder_select(s, name, s->uidvalidity) || look_for_all(&l) ||
	    imap_look_again(&l, undone))
		return -1;
	there->stale = imap_count_stale(s, there);
	if (imap_remove_proven(s, there) || imap_check_left(s, there))
		return -1;
	return check_all_proven(s);
}

/* Whatever the server refuses of it costs that folder only. */
static int forgive(struct imap *s, struct imap_delivery *delivery, const char *wanted)
{
	struct buf what = BUF_INIT(2 * IMAP_NAME_SIZE);

	buf_printf(&what, "folder \"%s\" not cleaned up", wanted);
	int rc = imap_forgive_refusal(s, delivery->refused, buf_str(&what));
	buf_free(&what);
	return rc;
}

static int clean(struct imap *s, struct imap_delivery *delivery, const char *wanted,
		 const char *name, long max_age_s)
{
	struct imap_delivery there = {.token = delivery->token};

	memcpy(there.trash, delivery->trash, sizeof(there.trash));
	int rc = clean_folder(s, &there, name, max_age_s);
	delivery->trashed = delivery->trashed || there.trashed;
	if (rc)
		return forgive(s, delivery, wanted);
	delivery->stale += there.stale;
	return 0;
}

static int clean_all(struct imap *s, struct imap_delivery *delivery, const char *wanted,
		     long max_age_s)
{
	struct imap_alike found;

	int rc = imap_folder_find(s, wanted, &found);
	if (rc == 0 && !found.count)
		rc = err_set(s->conn.err, ERR_REFUSED, "there is none");
	if (rc)
		return forgive(s, delivery, wanted);
	for (size_t i = 0; i < found.count; i++)
		if (clean(s, delivery, wanted, found.name[i], max_age_s))
			return -1;
	return 0;
}

int imap_folders_clean(struct imap *s, struct imap_delivery *delivery, long max_age_s)
{
	for (size_t i = 0; i < delivery->clean.count; i++)
		if (step(s->conn.tl, "cleanup") ||
		    clean_all(s, delivery, delivery->clean.name[i], max_age_s))
			return -1;
	return delivery->trashed ? imap_trash_empty(s, delivery, max_age_s) : 0;
}
