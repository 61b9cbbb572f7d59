/* imap_inquiry.c - why the test message is missing.
 *
 * What goes wrong here is no error of the run, which has one already. */
#include "mail/imap/imap_inquiry.h"

#include <string.h>

#include "mail/delivery.h"
#include "mail/imap/imap_bounce.h"
#include "mail/imap/imap_command.h"
#include "mail/imap/imap_deletion.h"
#include "mail/imap/imap_folder.h"
#include "mail/imap/imap_quote.h"
#include "mail/imap/imap_trash.h"

struct inquiry {
	struct imap *s;
	const char *mailbox;
	struct imap_delivery *delivery;
	struct err *err;             /* of the run */
	char folder[IMAP_NAME_SIZE]; /* in which it is, if found */
	uint32_t uidvalidity;        /* of that */
	bool found;
	struct imap_bounces bounces; /* of our message, in the mailbox itself */
};

/* ---- folders ---- */

static int look_into(struct inquiry *q, const char *name)
{
	struct imap_delivery there = {.token = q->delivery->token};

	if (imap_same_folder(name, q->mailbox))
		return 0;
	if (imap_folder_examine(q->s, name) || imap_delivery_look(q->s, &there))
		return -1;
	q->found = there.copies > 0;
	q->uidvalidity = q->s->uidvalidity;
	memcpy(q->folder, name, sizeof(q->folder));
	return 0;
}

/* One that cannot be looked into does not keep others from it. */
static int forgive(struct inquiry *q, const char *wanted)
{
	struct buf what = BUF_INIT(2 * IMAP_NAME_SIZE);

	buf_printf(&what, "folder \"%s\" not looked into", wanted);
	int rc = imap_forgive_refusal(q->s, q->delivery->unknown, buf_str(&what));
	buf_free(&what);
	return rc;
}

static int look_into_all(struct inquiry *q, const char *wanted)
{
	struct imap_alike found;

	if (imap_folder_find(q->s, wanted, &found))
		return forgive(q, wanted);
	for (size_t i = 0; i < found.count && !q->found; i++)
		if (look_into(q, found.name[i]) && forgive(q, wanted))
			return -1;
	return 0;
}

static int look_into_folders(struct inquiry *q)
{
	const struct imap_folders *more = &q->delivery->look_in;

	if (look_into_all(q, "\\Junk"))
		return -1;
	for (size_t i = 0; i < more->count && !q->found; i++)
		if (look_into_all(q, more->name[i]))
			return -1;
	return 0;
}

/* The folder's name is the server's. */
static void say_where(struct inquiry *q)
{
	struct buf folder = BUF_INIT(2 * IMAP_NAME_SIZE), mailbox = BUF_INIT(2 * IMAP_NAME_SIZE);
	size_t len;

	imap_folder_format(q->folder, &folder);
	imap_folder_format(q->mailbox, &mailbox);
	const char *shown = conn_shown(&q->s->conn, buf_str(&folder), folder.len, &len);
	err_set(q->err, ERR_MISPLACED, "message is in the folder \"%.*s\", not in %s", (int)len,
		shown, buf_str(&mailbox));
	buf_free(&folder);
	buf_free(&mailbox);
}

/* ---- bounces ---- */

static bool is_bounced(const struct inquiry *q)
{
	return q->bounces.worst.action == BOUNCE_FAILED;
}

/* In a mailbox anybody can write: without what must not be shown. */
static void shown_words(struct inquiry *q, struct buf *words)
{
	struct buf said = BUF_INIT(sizeof(struct bounce));
	size_t len;

	bounce_format(&q->bounces.worst, &said);
	const char *shown = conn_shown(&q->s->conn, buf_str(&said), said.len, &len);
	buf_append(words, shown, len);
	buf_free(&said);
}

static void say_bounced(struct inquiry *q)
{
	struct buf words = BUF_INIT(1024);
	size_t len;

	shown_words(q, &words);
	err_set(q->err, ERR_DELIVERY, "bounced: %s", buf_str(&words));
	const char *remote = q->bounces.worst.remote;
	const char *shown = conn_shown(&q->s->conn, remote, strlen(remote), &len);
	if (len)
		err_hint(q->err, "said by %.*s", (int)len, shown);
	err_fault(q->err, "bounced");
	buf_free(&words);
}

/* Not lost yet: some server goes on trying. */
static void say_delayed(struct inquiry *q)
{
	struct buf words = BUF_INIT(1024);

	shown_words(q, &words);
	err_hint(q->err, "still tried: %s", buf_str(&words));
	buf_free(&words);
}

static int remove_bounces(struct inquiry *q)
{
	return imap_bounce_remove(q->s, q->mailbox, q->delivery, &q->bounces);
}

/* ---- quota ---- */

static int ask_quota(struct inquiry *q)
{
	struct imap *s = q->s;
	struct imap_quota quota = {0};
	struct buf text = BUF_INIT(2 * IMAP_NAME_SIZE);
	bool refused;

	if (!s->caps.quota)
		return 0;
	imap_quote(&text, q->mailbox);
	s->quota = &quota;
	int rc =
		imap_send(s, "GETQUOTAROOT %s", buf_str(&text)) || imap_finish_somehow(s, &refused);
	s->quota = NULL;
	buf_clear(&text);
	if (quota.full) {
		imap_quota_format(&quota, &text);
		err_set(q->err, ERR_DELIVERY, "%s", buf_str(&text));
		err_fault(q->err, "over-quota");
	}
	buf_free(&text);
	return rc ? -1 : 0;
}

/* ---- all of it ---- */

static int ask(struct inquiry *q)
{
	if (!q->s->logged_on || !q->s->selected) /* the last look has not got so far */
		return 0;
	if (imap_bounce_look(q->s, q->delivery, &q->bounces))
		return -1;
	if (is_bounced(q))
		return 0;
	if (look_into_folders(q))
		return -1;
	return q->found ? 0 : ask_quota(q);
}

/* The verdict stands: this is the clean-up. */
static int remove_from_there(struct inquiry *q)
{
	struct imap *s = q->s;
	struct imap_delivery there = {.token = q->delivery->token};

	if (step(s->conn.tl, "delete") || imap_trash_find(s, &there) ||
	    imap_folder_select(s, q->folder, q->uidvalidity) || imap_folder_remove_ours(s, &there))
		return -1;
	if (!there.copies)
		return err_set(s->conn.err, ERR_REFUSED, "it is not there any more");
	if (there.trashed && imap_trash_empty(s, &there, 0))
		return -1;
	return imap_check_left(s, &there);
}

/* With an error of its own. */
static void attempt(struct inquiry *q, int (*part)(struct inquiry *q), const char *undone)
{
	struct err problem = {0};

	q->err = conn_set_err(&q->s->conn, &problem);
	if (part(q))
		err_prefix(&problem, "%s: ", undone);
	conn_set_err(&q->s->conn, q->err);
	imap_note_undone(q->delivery->unknown, problem.text);
}

int imap_inquire(struct imap *s, const struct mail_account *account, const char *mailbox,
		 struct imap_delivery *delivery)
{
	struct timeline *tl = s->conn.tl;
	struct inquiry q = {.s = s, .mailbox = mailbox, .delivery = delivery};

	delivery_inquire(tl);
	attempt(&q, ask, "not found out why");
	if (q.found)
		say_where(&q);
	else if (is_bounced(&q))
		say_bounced(&q);
	delivery_missing(tl, delivery->receipt);
	if (q.bounces.worst.action == BOUNCE_DELAYED)
		say_delayed(&q);
	if (!q.found && !q.bounces.count)
		return -1;
	timeline_fail(tl);
	timeline_cleanup(tl, account->limit_us);
	if (q.found)
		attempt(&q, remove_from_there, "not deleted there");
	if (q.bounces.count)
		attempt(&q, remove_bounces, "bounce not deleted");
	return -1;
}
