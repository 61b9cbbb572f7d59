/* imap_mailbox.c - the IMAP dialog with a selected mailbox: NOOP, IDLE, SEARCH, FETCH, STORE,
 * EXPUNGE */
#include <string.h>

#include "base/clock.h"
#include "mail/imap/imap.h"
#include "mail/imap/imap_command.h"

enum { CRITERIA_MAX = 8000 }; /* a set of all stale messages fits */

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
	s->pushes = s->pushes || s->arrivals != before;
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

__attribute__((format(printf, 2, 0))) static int send_search(struct imap *s, const char *fmt,
							     va_list ap)
{
	struct buf criteria = BUF_INIT(CRITERIA_MAX);
	int rc;

	s->uids.count = 0;
	s->uids.cut = s->search_told = s->search_malformed = false;
	if (buf_vprintf(&criteria, fmt, ap))
		rc = err_set(s->conn.err, ERR_LOCAL, "search for more than %d bytes", CRITERIA_MAX);
	else
		rc = imap_send(s, "UID SEARCH %s", buf_str(&criteria));
	memcpy(s->search_tag, s->tag, sizeof(s->tag));
	buf_free(&criteria);
	return rc;
}

int imap_search_send(struct imap *s, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	int rc = send_search(s, fmt, ap);
	va_end(ap);
	return rc;
}

int imap_search_finish(struct imap *s, bool *refused_r)
{
	if (imap_finish_somehow(s, refused_r))
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

int imap_search(struct imap *s, bool *refused_r, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	int rc = send_search(s, fmt, ap);
	va_end(ap);
	return rc ? -1 : imap_search_finish(s, refused_r);
}

/* How each part is asked for, without setting \Seen. */
static const char *const items[] = {
	[IMAP_UID_ALONE] = "UID",
	[IMAP_HEADER] = "UID BODY.PEEK[HEADER.FIELDS (" MESSAGE_FIELDS ")]",
	[IMAP_TYPE] = "UID BODY.PEEK[HEADER.FIELDS (CONTENT-TYPE)]",
	[IMAP_TEXT] = "UID BODY.PEEK[]<0.65536>", /* IMAP_TEXT_MAX */
	[IMAP_WHOLE] = "UID BODY.PEEK[]",
};

/* What s->collect says. */
static int send_fetch(struct imap *s)
{
	const struct imap_set *set = s->collect.set;
	bool by_number = !set->count && !set->uid_from;
	struct buf text = BUF_INIT(CRITERIA_MAX);
	int rc;

	if (imap_set_format(set, &text))
		rc = err_set(s->conn.err, ERR_LOCAL, "set of more than %d bytes", CRITERIA_MAX);
	else
		rc = imap_send(s, "%sFETCH %s (%s)", by_number ? "" : "UID ", buf_str(&text),
			       items[s->collect.kind]);
	buf_free(&text);
	return rc;
}

int imap_fetch_send(struct imap *s, const struct imap_set *set, enum imap_part_kind kind,
		    imap_fetch_fn *fn, void *ctx)
{
	s->looks++;
	imap_collect_begin(&s->collect, set, kind, fn, ctx);
	return send_fetch(s);
}

/* Alone, where it got lost behind another command. Refused once more it is not the server's way of
 * taking several commands that is to blame. */
static int fetch_again(struct imap *s, bool *refused_r)
{
	if (send_fetch(s) || imap_finish_somehow(s, refused_r))
		return -1;
	if (refused_r && *refused_r)
		s->pipelining = IMAP_PIPELINING_WORKS;
	return 0;
}

static int finish_fetch(struct imap *s, bool *refused_r)
{
	struct imap_response r;
	bool lost;

	if (imap_await_behind(s, &r, &lost))
		return -1;
	return lost ? fetch_again(s, refused_r) : imap_judge(s, &r, refused_r);
}

int imap_fetch_finish(struct imap *s, bool *refused_r)
{
	int rc = finish_fetch(s, refused_r);

	imap_collect_end(&s->collect);
	return rc;
}

int imap_fetch(struct imap *s, const struct imap_set *set, enum imap_part_kind kind,
	       imap_fetch_fn *fn, void *ctx, bool *refused_r)
{
	int rc = imap_fetch_send(s, set, kind, fn, ctx);

	if (rc == 0)
		rc = imap_finish_somehow(s, refused_r);
	imap_collect_end(&s->collect);
	return rc;
}

int imap_store_send(struct imap *s, const char *set)
{
	return imap_send(s, "UID STORE %s +FLAGS.SILENT (\\Deleted)", set);
}

int imap_store_deleted(struct imap *s, const char *set)
{
	return imap_store_send(s, set) ? -1 : imap_finish(s, ERR_REFUSED);
}

int imap_uid_expunge_send(struct imap *s, const char *set)
{
	return imap_send(s, "UID EXPUNGE %s", set);
}

int imap_uid_expunge(struct imap *s, const char *set)
{
	return imap_uid_expunge_send(s, set) ? -1 : imap_finish(s, ERR_REFUSED);
}

int imap_expunge_all(struct imap *s)
{
	return imap_simple(s, "EXPUNGE", ERR_REFUSED);
}
