/* imap_deletion.c - the test message in an IMAP mailbox: deleting it with its copies, and the stale
 * ones of earlier runs.
 *
 * Only what two looks have proven is marked, and only by its UID. */
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "mail/delivery.h"
#include "mail/imap/imap_command.h"
#include "mail/imap/imap_deletion.h"
#include "mail/imap/imap_stale.h"
#include "mail/imap/imap_trash.h"

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
	if (s->uids.cut || imap_watch_others_marked(&s->watch))
		return false;
	for (size_t i = 0; i < s->uids.count; i++) {
		const struct imap_message *m = imap_watch_find(&s->watch, s->uids.uid[i]);
		if (!m || !imap_message_is_proven(m))
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
	uint32_t uid[IMAP_WANTED_MAX];
	bool refused;

	if (imap_search(s, &refused, "DELETED"))
		return -1;
	size_t count = imap_watch_left(&s->watch, true, uid);
	if (!count)
		return 0;
	*marked_r = refused || !is_ours_alone(s, uid, count);
	return *marked_r ? 0 : imap_expunge_all(s);
}

/* What is left to delete, as commands take it. Returns whether there is anything: others may have
 * deleted it meanwhile. */
bool imap_format_left(const struct imap *s, struct buf *set)
{
	uint32_t uid[IMAP_WANTED_MAX];
	const struct imap_set left = {.uid = uid, .count = imap_watch_left(&s->watch, true, uid)};

	buf_clear(set);
	return left.count && imap_set_format(&left, set) == 0;
}

/* Servers answer OK to an EXPUNGE that did nothing; one that has not reported all of ours is asked
 * whether they are gone. */
int imap_prove_gone(struct imap *s, struct buf *set)
{
	bool refused;

	if (!imap_format_left(s, set))
		return 0;
	if (imap_search(s, &refused, "UID %s", buf_str(set)))
		return -1;
	if (refused || !s->search_told)
		err_set(s->conn.err, ERR_REFUSED,
			"server said OK, but does not tell whether the message is gone");
	else if (s->uids.count || s->uids.cut)
		err_set(s->conn.err, ERR_REFUSED, "server said OK, but the message is still there");
	else
		return 0;
	return err_fault(s->conn.err, "not-deleted");
}

/* Behind a refusal the other answers of the write are to be read all the same. */
static bool may_read_on(const struct imap *s, int rc)
{
	enum err_kind kind = conn_error(&s->conn);

	return rc == 0 || kind == ERR_REFUSED || kind == ERR_THROTTLED;
}

/* In one write: UID EXPUNGE takes none but these, whatever became of STORE, and only if they are
 * marked. */
static int remove_at_once(struct imap *s, struct buf *set)
{
	const char *uids = buf_str(set);
	bool refused = true;

	if (imap_gather(s) ||
	    imap_send_gathered(s, imap_store_send(s, uids) || imap_uid_expunge_send(s, uids) ||
					  imap_search_send(s, "UID %s", uids)))
		return -1;
	int rc = imap_finish(s, ERR_REFUSED);
	if (may_read_on(s, rc))
		rc |= imap_finish(s, ERR_REFUSED);
	if (may_read_on(s, rc))
		rc |= imap_search_finish(s, &refused);
	if (rc)
		return -1;
	/* Dovecot searches before it expunges: what it then does not report is asked for again */
	bool none_left = !refused && s->search_told && !s->uids.count && !s->uids.cut;
	return none_left ? 0 : imap_prove_gone(s, set);
}

/* One after the other, and each for what is left by then. */
static int remove_in_turn(struct imap *s, struct buf *set, bool *marked_r)
{
	if (imap_store_deleted(s, buf_str(set)))
		return -1;
	if (imap_format_left(s, set) && (s->caps.uidplus ? imap_uid_expunge(s, buf_str(set))
							 : expunge_without_uidplus(s, marked_r)))
		return -1;
	if (*marked_r)
		return 0;
	return imap_prove_gone(s, set);
}

int imap_remove_proven(struct imap *s, struct imap_delivery *delivery)
{
	struct buf set = BUF_INIT(IMAP_WANTED_MAX * 11);
	bool marked = false;
	int rc = 0;

	if (delivery->trash[0])
		return imap_trash_move(s, delivery);
	if (imap_format_left(s, &set))
		rc = s->caps.uidplus && s->pipelining == IMAP_PIPELINING_WORKS
			     ? remove_at_once(s, &set)
			     : remove_in_turn(s, &set, &marked);
	if (rc == 0 && !marked)
		imap_watch_set_gone(&s->watch);
	delivery->left_marked = marked;
	buf_free(&set);
	return rc;
}

int imap_delivery_delete(struct imap *s, struct imap_delivery *delivery)
{
	if (step(s->conn.tl, "delete") || imap_trash_find(s, delivery))
		return -1;
	return imap_remove_proven(s, delivery);
}

/* As many as find room whole. */
void imap_note_undone(char notes[IMAP_UNDONE_SIZE], const char *note)
{
	size_t len = strlen(notes);

	if (*note && len + strlen(note) + 2 < IMAP_UNDONE_SIZE)
		snprintf(notes + len, IMAP_UNDONE_SIZE - len, "%s%s", len ? ", " : "", note);
}

/* A refusal (a number beyond the end after somebody's expunge, no SEARCH of subjects, a lock) costs
 * only that part of the clean-up: by now all is proven, and the next run comes. */
int imap_forgive_refusal(struct imap *s, char notes[IMAP_UNDONE_SIZE], const char *undone)
{
	struct err *err = s->conn.err;

	if (err->kind != ERR_REFUSED)
		return -1;
	err_prefix(err, "%s: ", undone);
	imap_note_undone(notes, err->text);
	*err = (struct err){0};
	return 0;
}

/* ---- cleaning up ---- */

static const char undone[] = "no stale message was deleted";

/* Where ours could only be marked: test messages that are marked already, of this run or another,
 * are no others' mail. If all that is marked is such, it can go (*alone_r); else it is counted. */
static int adopt_marked(const struct imap_look *l, bool *alone_r)
{
	struct imap_look marked = {.s = l->s, .delivery = l->delivery};
	bool refused;

	if (imap_search(l->s, &refused, "DELETED"))
		return -1;
	const struct imap_set set = imap_stale_choose(l->s, IMAP_WANTED_MAX / 2);
	if (set.count && imap_look_at(&marked, &set, &refused, undone))
		return -1;
	l->delivery->marked = marked.tests;
	*alone_r = set.count && !marked.foreign && !l->s->uids.cut && set.count == l->s->uids.count;
	marked.any_test_wanted = true;
	return *alone_r ? imap_look_at(&marked, &set, &refused, undone) : 0;
}

/* How many there are that can be deleted, and are not of this run. */
unsigned int imap_count_stale(struct imap *s, const struct imap_delivery *delivery)
{
	unsigned int count = 0;

	for (size_t i = 0; i < s->watch.count; i++) {
		const struct imap_message *m = &s->watch.message[i];
		count += imap_message_is_proven(m) && !m->gone &&
			 strcmp(m->token, delivery->token) != 0;
	}
	return count;
}

int imap_delivery_cleanup(struct imap *s, struct imap_delivery *delivery, long max_age_s)
{
	struct imap_look l = {
		.s = s, .delivery = delivery, .now = time(NULL), .max_age_s = max_age_s};
	bool alone = true;

	if (step(s->conn.tl, "cleanup") || (delivery->left_marked && adopt_marked(&l, &alone)))
		return -1;
	if (imap_stale_find(&l, undone) || imap_look_again(&l, undone))
		return imap_forgive_refusal(s, delivery->refused,
					    "stale test messages not looked for");
	delivery->stale = imap_count_stale(s, delivery);
	if (!delivery->stale && !alone)
		return 0; /* what is left stays marked */
	if (imap_remove_proven(s, delivery)) {
		delivery->stale = 0;
		return imap_forgive_refusal(s, delivery->refused,
					    "stale test messages not deleted");
	}
	return 0;
}

int imap_delivery_delete_late(struct imap *s, struct imap_delivery *delivery)
{
	struct imap_look l = {.s = s, .delivery = delivery};

	/* of those that are only marked, each would be found again */
	if (s->exists <= s->seen || delivery->left_marked || delivery->more_copies)
		return 0;
	if (delivery->first_uid)
		delivery->first_uid = delivery->last_uid + 1;
	if (step(s->conn.tl, "delete") || imap_delivery_look(s, delivery) ||
	    imap_look_again(&l, "late copies are left"))
		return -1;
	return imap_remove_proven(s, delivery)
		       ? imap_forgive_refusal(s, delivery->refused, "late copies not deleted")
		       : 0;
}
