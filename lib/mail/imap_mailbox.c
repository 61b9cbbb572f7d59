/* imap_mailbox.c - the IMAP dialog with a selected mailbox: SELECT, NOOP, IDLE, SEARCH, FETCH,
 * STORE, EXPUNGE */
#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "mail/imap.h"
#include "mail/imap_command.h"

enum { CRITERIA_MAX = 4096 }; /* a set of all stale messages fits */

/* A mailbox name as an astring: quoted, since configured names are printable ASCII (modified UTF-7
 * for others). */
static int quote_mailbox(struct imap *s, const char *mailbox, struct buf *b)
{
	int full = buf_append_char(b, '"');

	if (!imap_can_quote(mailbox))
		return err_set(
			s->conn.err, ERR_USAGE,
			"--mailbox: write names that are not ASCII in modified UTF-7 (RFC 3501)");
	for (const char *c = mailbox; *c; c++) {
		if (*c == '"' || *c == '\\')
			full |= buf_append_char(b, '\\');
		full |= buf_append_char(b, *c);
	}
	full |= buf_append_char(b, '"');
	return full ? err_set(s->conn.err, ERR_USAGE, "--mailbox: name too long") : 0;
}

static int note_last_uid(struct imap *s, void *ctx, const struct imap_fetch *fetch)
{
	(void)ctx;
	if (fetch->has_uid && fetch->uid >= s->uidnext)
		s->uidnext = fetch->uid == UINT32_MAX ? fetch->uid : fetch->uid + 1;
	return 0;
}

/* UIDNEXT is a SHOULD only: without it, one more than the last message's UID. */
static int learn_uidnext(struct imap *s)
{
	if (s->uidnext)
		return 0;
	if (!s->exists) {
		s->uidnext = 1;
		return 0;
	}
	return imap_fetch(s, "*", "UID", note_last_uid, NULL);
}

int imap_select(struct imap *s, const char *mailbox)
{
	struct buf name = BUF_INIT(1024);

	s->exists = s->uidnext = 0;
	s->watched_count = 0;
	s->read_only = false;
	if (step(s->conn.tl, "select"))
		return -1;
	int rc = quote_mailbox(s, mailbox, &name);
	if (rc == 0)
		rc = conn_printf(&s->conn, "%s SELECT %s", imap_next_tag(s), buf_str(&name)) ||
				     imap_finish(s, ERR_REFUSED)
			     ? -1
			     : 0;
	buf_free(&name);
	if (rc)
		return -1;
	if (s->read_only)
		return err_set(s->conn.err, ERR_REFUSED, "mailbox %s is read-only", mailbox);
	return learn_uidnext(s);
}

int imap_noop(struct imap *s)
{
	return imap_simple(s, "NOOP", ERR_REFUSED);
}

/* In IDLE: read what comes until there is an arrival, or until_us. */
static int idle_watch(struct imap *s, int64_t until_us)
{
	uint32_t before = s->arrivals;
	struct imap_response r;

	while (s->arrivals == before && clock_us() < until_us) {
		int ready = conn_wait(&s->conn, until_us);
		if (ready <= 0)
			return ready;
		if (imap_read(s, &r))
			return -1;
		if (r.kind == IMAP_TAGGED)
			return imap_refused(s, ERR_PROTOCOL, &r);
	}
	return 0;
}

int imap_idle(struct imap *s, int64_t until_us)
{
	struct imap_response r;

	if (conn_printf(&s->conn, "%s IDLE", imap_next_tag(s)) ||
	    imap_await(s, IMAP_CONTINUATION, &r))
		return -1;
	if (r.kind == IMAP_TAGGED) {
		s->caps.idle = false; /* offered, yet refused: poll instead */
		return 0;
	}
	if (idle_watch(s, until_us))
		return -1;
	if (conn_printf(&s->conn, "DONE"))
		return -1;
	return imap_finish(s, ERR_REFUSED);
}

int imap_search(struct imap *s, bool *refused_r, const char *fmt, ...)
{
	struct imap_response r;
	struct buf criteria = BUF_INIT(CRITERIA_MAX);
	va_list ap;

	s->uids.count = 0;
	s->uids.cut = false;
	va_start(ap, fmt);
	int rc = buf_vprintf(&criteria, fmt, ap);
	va_end(ap);
	if (rc)
		err_set(s->conn.err, ERR_LOCAL, "search for more than %d bytes", CRITERIA_MAX);
	else
		rc = conn_printf(&s->conn, "%s UID SEARCH %s", imap_next_tag(s),
				 buf_str(&criteria)) ||
		     imap_await(s, IMAP_TAGGED, &r);
	buf_free(&criteria);
	if (rc)
		return -1;
	bool refused = r.status != IMAP_OK;
	if (refused && !refused_r)
		return imap_refused(s, ERR_REFUSED, &r);
	if (refused)
		s->uids.count = 0;
	if (refused_r)
		*refused_r = refused;
	return 0;
}

int imap_fetch(struct imap *s, const char *set, const char *items, imap_fetch_fn *fn, void *ctx)
{
	s->on_fetch = fn;
	s->on_fetch_ctx = ctx;
	int rc = conn_printf(&s->conn, "%s UID FETCH %s (%s)", imap_next_tag(s), set, items) ||
		 imap_finish(s, ERR_REFUSED);
	s->on_fetch = NULL;
	return rc ? -1 : 0;
}

const struct imap_message *imap_watched(const struct imap *s, uint32_t uid)
{
	for (size_t i = 0; i < s->watched_count; i++)
		if (s->watched[i].uid == uid)
			return &s->watched[i];
	return NULL;
}

void imap_watch(struct imap *s, const struct imap_fetch *fetch)
{
	if (s->watched_count < IMAP_WATCHED_MAX && !imap_watched(s, fetch->uid))
		s->watched[s->watched_count++] =
			(struct imap_message){.uid = fetch->uid, .number = fetch->number};
}

void imap_note_expunge(struct imap *s, uint32_t number)
{
	s->exists -= s->exists > 0;
	for (size_t i = 0; i < s->watched_count; i++) {
		struct imap_message *m = &s->watched[i];
		if (!m->gone && m->number == number)
			m->gone = true;
		else if (m->number > number)
			m->number--;
	}
}

int imap_store_deleted(struct imap *s, const char *set)
{
	if (conn_printf(&s->conn, "%s UID STORE %s +FLAGS.SILENT (\\Deleted)", imap_next_tag(s),
			set))
		return -1;
	return imap_finish(s, ERR_REFUSED);
}

int imap_uid_expunge(struct imap *s, const char *set)
{
	if (conn_printf(&s->conn, "%s UID EXPUNGE %s", imap_next_tag(s), set))
		return -1;
	return imap_finish(s, ERR_REFUSED);
}

int imap_expunge_all(struct imap *s)
{
	return imap_simple(s, "EXPUNGE", ERR_REFUSED);
}
