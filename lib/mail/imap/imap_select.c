/* imap_select.c - opening a mailbox: SELECT, and in one write with it what has to come before */
#include "config.h"

#include "mail/imap/imap.h"
#include "mail/imap/imap_command.h"
#include "mail/imap/imap_quote.h"

/* A mailbox name as an astring: quoted, since configured names are printable ASCII (modified UTF-7
 * for others). */
static int quote_mailbox(struct imap *s, const char *mailbox, struct buf *b)
{
	if (imap_check_name(mailbox, s->conn.err))
		return err_prefix(s->conn.err, "mailbox: ");
	return imap_quote(b, mailbox);
}

static int note_last_uid(void *ctx, const struct imap_fetch *fetch)
{
	uint32_t *uidnext = ctx;

	*uidnext = fetch->uid == UINT32_MAX ? fetch->uid : fetch->uid + 1;
	return 0;
}

/* UIDNEXT is a SHOULD only: without it, one more than the last message's UID, which a server tells
 * in one way or another. */
static int learn_uidnext(struct imap *s)
{
	const struct imap_set last = {.number_from = s->exists, .number_to = s->exists};
	bool refused;

	if (s->uidnext)
		return 0;
	if (!s->exists) {
		s->uidnext = 1;
		return 0;
	}
	if (imap_fetch(s, &last, IMAP_UID_ALONE, note_last_uid, &s->uidnext, &refused))
		return -1;
	if (s->uidnext)
		return 0;
	if (imap_search(s, &refused, "%u", s->exists))
		return -1;
	if (s->uids.count == 1 && s->uids.uid[0] < UINT32_MAX)
		s->uidnext = s->uids.uid[0] + 1;
	return 0;
}

/* The command that opens a mailbox, and what is sent before it. */
struct opening {
	bool capability;     /* the server did not tell after the logon what it can do */
	bool id;             /* RFC 2971: NetEase's servers refuse SELECT to clients that have not
				said it. Whether they like what it says does not matter. */
	const char *command; /* SELECT or EXAMINE, with the name */
};

static int send_first(struct imap *s, const struct opening *o)
{
	if (o->capability && imap_send(s, "CAPABILITY"))
		return -1;
	return o->id ? imap_send(s, "ID (\"name\" \"%s\" \"version\" \"%s\")", PACKAGE_NAME,
				 PACKAGE_VERSION)
		     : 0;
}

static int finish_capability(struct imap *s, const struct opening *o)
{
	if (!o->capability)
		return 0;
	return imap_finish_capability(s) || step(s->conn.tl, "select") ? -1 : 0;
}

static int open_alone(struct imap *s, const struct opening *o, struct imap_response *r)
{
	const struct opening first = {.capability = o->capability}, second = {.id = o->id};
	bool refused;

	if (send_first(s, &first) || finish_capability(s, &first) || send_first(s, &second) ||
	    (o->id && imap_finish_somehow(s, &refused)))
		return -1;
	return imap_send(s, "%s", o->command) || imap_await(s, IMAP_TAGGED, r) ? -1 : 0;
}

/* BAD is an answer as any other. */
static int finish_id(struct imap *s, const struct opening *o, bool *lost_r)
{
	struct imap_response r = {0};
	enum imap_pipelining before = s->pipelining;
	bool refused;

	*lost_r = false;
	if (!o->id)
		return 0;
	if (!o->capability)
		return imap_finish_somehow(s, &refused);
	if (imap_await_behind(s, &r, lost_r))
		return -1;
	if (r.status == IMAP_BAD) {
		*lost_r = false;
		s->pipelining = before;
	}
	return *lost_r ? 0 : imap_judge(s, &r, &refused);
}

/* In one write; *lost_r as in imap_await_behind. */
static int open_at_once(struct imap *s, const struct opening *o, struct imap_response *r,
			bool *lost_r)
{
	if (imap_gather(s) ||
	    imap_send_gathered(s, send_first(s, o) || imap_send(s, "%s", o->command)) ||
	    finish_capability(s, o) || finish_id(s, o, lost_r))
		return -1;
	return *lost_r ? 0 : imap_await_behind(s, r, lost_r);
}

static int send_opening(struct imap *s, const struct opening *o)
{
	struct opening late = {.id = true, .command = o->command};
	struct imap_response r = {0};
	bool lost = true;

	if (s->pipelining != IMAP_PIPELINING_BREAKS && (o->capability || o->id) &&
	    open_at_once(s, o, &r, &lost))
		return -1;
	if (lost && open_alone(s, o, &r))
		return -1;
	/* only now the server has told that it wants to know who asks */
	if (r.status == IMAP_NO && s->caps.id && !o->id && open_alone(s, &late, &r))
		return -1;
	return r.status == IMAP_OK ? 0 : imap_refused(s, ERR_REFUSED, &r);
}

int imap_forget_mailbox(struct imap *s)
{
	if (imap_check_unasked(s))
		return -1;
	s->exists = s->uidnext = s->uidvalidity = 0;
	imap_watch_clear(&s->watch);
	s->read_only = s->selected = false;
	return 0;
}

int imap_hear_late(struct imap *s, bool told)
{
	bool refused;

	return told ? 0 : imap_noop(s, &refused);
}

/* With the command that opens it. */
static int open_mailbox(struct imap *s, struct opening *o, const char *verb, const char *mailbox)
{
	struct buf command = BUF_INIT(sizeof("EXAMINE ") + 2 * IMAP_NAME_SIZE + 2);

	buf_printf(&command, "%s ", verb);
	int rc = step(s->conn.tl, o->capability ? "capability" : "select") ||
		 imap_forget_mailbox(s) || quote_mailbox(s, mailbox, &command);
	o->command = buf_str(&command);
	rc = rc || send_opening(s, o);
	buf_free(&command);
	if (rc)
		return -1;
	s->selected = true;
	return 0;
}

int imap_examine(struct imap *s, const char *mailbox)
{
	struct opening o = {.id = s->caps.id};

	return open_mailbox(s, &o, "EXAMINE", mailbox);
}

static int read_only(struct imap *s, const char *mailbox)
{
	err_set(s->conn.err, ERR_REFUSED, "mailbox %s is read-only", mailbox);
	err_hint(s->conn.err, "the account lacks the right to change it: see its ACL");
	return err_fault(s->conn.err, "imap-read-only");
}

int imap_select(struct imap *s, const char *mailbox)
{
	struct opening o = {.id = s->caps.id, .capability = !s->caps.known};
	uint32_t before = s->arrivals;

	if (open_mailbox(s, &o, "SELECT", mailbox))
		return -1;
	if (s->read_only)
		return read_only(s, mailbox);
	if (imap_hear_late(s, s->arrivals != before))
		return -1;
	s->old = s->seen = s->exists;
	return learn_uidnext(s);
}

int imap_open_mailbox(struct imap *s, const struct mail_account *account, const char *mailbox)
{
	if (imap_select(s, mailbox) == 0)
		return 0;
	return imap_broke(s) && imap_log_on(s, account) == 0 ? imap_select(s, mailbox) : -1;
}
