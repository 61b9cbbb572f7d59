/* imap_mailbox.c - the IMAP dialog with a selected mailbox: SELECT, NOOP, IDLE, SEARCH, FETCH,
 * STORE, EXPUNGE */
#include "config.h"

#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "mail/imap/imap.h"
#include "mail/imap/imap_command.h"
#include "mail/imap/imap_quote.h"

enum { CRITERIA_MAX = 8000 }; /* a set of all stale messages fits */

/* A mailbox name as an astring: quoted, since configured names are printable ASCII (modified UTF-7
 * for others). */
static int quote_mailbox(struct imap *s, const char *mailbox, struct buf *b)
{
	if (!imap_can_quote(mailbox))
		return err_set(
			s->conn.err, ERR_USAGE,
			"--mailbox: write names that are not ASCII in modified UTF-7 (RFC 3501)");
	if (imap_quote(b, mailbox))
		return err_set(s->conn.err, ERR_USAGE, "--mailbox: name too long");
	return 0;
}

/* RFC 2971. NetEase's servers refuse SELECT to clients that have not said it. Whether they like
 * what it says does not matter. */
static int identify(struct imap *s)
{
	bool refused;

	if (!s->caps.id)
		return 0;
	if (imap_send(s, "ID (\"name\" \"%s\" \"version\" \"%s\")", PACKAGE_NAME, PACKAGE_VERSION))
		return -1;
	return imap_finish_somehow(s, &refused);
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

/* With the command that opens it, SELECT or EXAMINE. */
static int open_mailbox(struct imap *s, const char *verb, const char *mailbox)
{
	struct buf name = BUF_INIT(1024);

	s->exists = s->uidnext = s->uidvalidity = 0;
	s->watch = (struct imap_watch){0};
	s->read_only = s->selected = false;
	if (step(s->conn.tl, "select") || identify(s))
		return -1;
	int rc = quote_mailbox(s, mailbox, &name);
	if (rc == 0)
		rc = imap_send(s, "%s %s", verb, buf_str(&name));
	buf_free(&name);
	if (rc || imap_finish(s, ERR_REFUSED))
		return -1;
	s->selected = true;
	s->old = s->seen = s->exists;
	return 0;
}

int imap_examine(struct imap *s, const char *mailbox)
{
	return open_mailbox(s, "EXAMINE", mailbox);
}

int imap_select(struct imap *s, const char *mailbox)
{
	if (open_mailbox(s, "SELECT", mailbox))
		return -1;
	if (s->read_only)
		return err_set(s->conn.err, ERR_REFUSED, "mailbox %s is read-only", mailbox);
	return learn_uidnext(s);
}

int imap_noop(struct imap *s, bool *refused_r)
{
	if (imap_send(s, "NOOP"))
		return -1;
	return imap_finish_somehow(s, refused_r);
}

/* In IDLE: read what comes until there is an arrival, or until_us. *ended_r: the server has put an
 * end to it with its tagged answer. */
static int idle_watch(struct imap *s, int64_t until_us, bool *ended_r)
{
	uint32_t before = s->arrivals;
	struct imap_response r;

	*ended_r = false;
	while (!*ended_r && s->arrivals == before && clock_us() < until_us) {
		int ready = conn_wait(&s->conn, until_us);
		if (ready <= 0)
			return ready;
		if (imap_read(s, &r))
			return -1;
		*ended_r = r.kind == IMAP_TAGGED;
	}
	return 0;
}

/* Offered, yet refused or ended by the server: it is asked with NOOP instead. */
int imap_idle(struct imap *s, int64_t until_us)
{
	struct imap_response r;
	bool ended, refused = false;

	if (imap_send(s, "IDLE") || imap_await(s, IMAP_CONTINUATION, &r))
		return -1;
	ended = r.kind == IMAP_TAGGED;
	if (ended && r.status != IMAP_OK && imap_limit(r.code, r.text, s->selected))
		return imap_refused(s, ERR_REFUSED, &r);
	if (!ended && idle_watch(s, until_us, &ended))
		return -1;
	if (!ended && (conn_printf(&s->conn, "DONE") || imap_finish_somehow(s, &refused)))
		return -1;
	s->caps.idle = !ended && !refused;
	return 0;
}

int imap_search(struct imap *s, bool *refused_r, const char *fmt, ...)
{
	struct buf criteria = BUF_INIT(CRITERIA_MAX);
	va_list ap;

	s->uids.count = 0;
	s->uids.cut = s->search_malformed = false;
	va_start(ap, fmt);
	int rc = buf_vprintf(&criteria, fmt, ap);
	va_end(ap);
	if (rc)
		err_set(s->conn.err, ERR_LOCAL, "search for more than %d bytes", CRITERIA_MAX);
	else
		rc = imap_send(s, "UID SEARCH %s", buf_str(&criteria)) ||
		     imap_finish_somehow(s, refused_r);
	buf_free(&criteria);
	if (rc)
		return -1;
	if (s->search_malformed && !refused_r)
		return conn_err_server(&s->conn, ERR_REFUSED, "malformed SEARCH response:", s->odd,
				       strlen(s->odd));
	if (refused_r)
		*refused_r = *refused_r || s->search_malformed;
	if (refused_r && *refused_r)
		s->uids.count = 0;
	return 0;
}

/* How each part is asked for, without setting \Seen. */
static const char *const items[] = {
	[IMAP_UID_ALONE] = "UID",
	[IMAP_HEADER] = "UID BODY.PEEK[HEADER.FIELDS (" MESSAGE_FIELDS ")]",
	[IMAP_TEXT] = "UID BODY.PEEK[]<0.65536>", /* IMAP_TEXT_MAX */
	[IMAP_WHOLE] = "UID BODY.PEEK[]",
};

int imap_fetch(struct imap *s, const struct imap_set *set, enum imap_part_kind kind,
	       imap_fetch_fn *fn, void *ctx, bool *refused_r)
{
	bool by_number = !set->count && !set->uid_from;
	struct buf text = BUF_INIT(CRITERIA_MAX);
	int rc;

	s->looks++;
	imap_collect_begin(&s->collect, set, kind, fn, ctx);
	if (imap_set_format(set, &text))
		rc = err_set(s->conn.err, ERR_LOCAL, "set of more than %d bytes", CRITERIA_MAX);
	else
		rc = imap_send(s, "%sFETCH %s (%s)", by_number ? "" : "UID ", buf_str(&text),
			       items[kind]);
	if (rc == 0)
		rc = imap_finish_somehow(s, refused_r);
	imap_collect_end(&s->collect);
	buf_free(&text);
	return rc;
}

int imap_store_deleted(struct imap *s, const char *set)
{
	if (imap_send(s, "UID STORE %s +FLAGS.SILENT (\\Deleted)", set))
		return -1;
	return imap_finish(s, ERR_REFUSED);
}

int imap_uid_expunge(struct imap *s, const char *set)
{
	if (imap_send(s, "UID EXPUNGE %s", set))
		return -1;
	return imap_finish(s, ERR_REFUSED);
}

int imap_expunge_all(struct imap *s)
{
	return imap_simple(s, "EXPUNGE", ERR_REFUSED);
}
