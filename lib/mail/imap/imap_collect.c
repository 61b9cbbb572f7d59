/* imap_collect.c - FETCH responses held against what was asked for, halves put together. Touches no
 * socket. */
#include "mail/imap/imap_collect.h"

#include "base/text.h"

int imap_set_format(const struct imap_set *set, struct buf *b)
{
	if (!set->count && set->uid_from)
		return buf_printf(b, "%u:*", set->uid_from);
	if (!set->count && set->number_from == set->number_to)
		return buf_printf(b, "%u", set->number_from);
	if (!set->count)
		return buf_printf(b, "%u:%u", set->number_from, set->number_to);
	for (size_t i = 0; i < set->count; i++)
		if (buf_printf(b, "%s%u", i ? "," : "", set->uid[i]))
			return -1;
	return 0;
}

static bool was_asked_for(const struct imap_set *set, const struct imap_fetch *fetch)
{
	if (!set->count && set->uid_from) /* "n:*" holds the last message, also one older than n */
		return fetch->uid >= set->uid_from;
	if (!set->count)
		return fetch->number >= set->number_from && fetch->number <= set->number_to;
	for (size_t i = 0; i < set->count; i++)
		if (set->uid[i] == fetch->uid)
			return true;
	return false;
}

void imap_collect_begin(struct imap_collect *c, const struct imap_set *set,
			enum imap_part_kind kind, imap_fetch_fn *fn, void *ctx)
{
	c->set = set;
	c->kind = kind;
	c->fn = fn;
	c->ctx = ctx;
	c->parts = 0;
	c->bodies = BUF_INIT(IMAP_PARTS_SIZE);
}

static struct imap_part *find_part(struct imap_collect *c, uint32_t number)
{
	for (size_t i = 0; i < c->parts; i++)
		if (c->part[i].number == number)
			return &c->part[i];
	return NULL;
}

/* Keep the half that is here; what finds no room is passed over. */
static void keep(struct imap_collect *c, const struct imap_fetch *fetch)
{
	struct imap_part *p = find_part(c, fetch->number);
	size_t at = c->bodies.len;

	if (!p && c->parts == IMAP_PARTS_MAX)
		return;
	if (fetch->has_body && buf_append(&c->bodies, fetch->body.at, fetch->body.len))
		return;
	if (!p) {
		p = &c->part[c->parts++];
		*p = (struct imap_part){.number = fetch->number};
	}
	if (fetch->has_uid)
		p->uid = fetch->uid;
	if (fetch->has_body) {
		p->has_body = true;
		p->at = at;
		p->len = fetch->body.len;
	}
}

/* Add to fetch what an earlier response has said of the message. */
static void complete(struct imap_collect *c, struct imap_fetch *fetch)
{
	const struct imap_part *p = find_part(c, fetch->number);

	if (p && !fetch->has_uid && p->uid) {
		fetch->has_uid = true;
		fetch->uid = p->uid;
	}
	/* the UID that comes later belongs to the text only if no other one came before it */
	if (p && !fetch->has_body && p->has_body && (!p->uid || p->uid == fetch->uid)) {
		fetch->has_body = true;
		fetch->body = (struct span){buf_str(&c->bodies) + p->at, p->len};
	}
}

/* Whether the text is the one that was asked for, and not that of a message within it. */
static bool is_asked_part(const struct imap_collect *c, const struct imap_fetch *fetch)
{
	if (!fetch->has_body || !fetch->from_start)
		return false;
	if (c->kind == IMAP_HEADER || c->kind == IMAP_TYPE)
		return text_starts_nocase(fetch->section.at, fetch->section.len, "HEADER");
	return c->kind != IMAP_UID_ALONE && fetch->section.len == 0;
}

int imap_collect_add(struct imap_collect *c, const struct imap_fetch *fetch)
{
	struct imap_fetch half = *fetch;
	bool alone = c->kind == IMAP_UID_ALONE;

	half.has_body = is_asked_part(c, fetch);
	if (!c->set || (!half.has_uid && !half.has_body))
		return 0;
	struct imap_fetch whole = half;
	if (!half.has_uid || (!half.has_body && !alone)) {
		complete(c, &whole);
		keep(c, &half);
	}
	if (!whole.has_uid || (!whole.has_body && !alone) || !was_asked_for(c->set, &whole))
		return 0;
	return c->fn(c->ctx, &whole);
}

void imap_collect_expunge(struct imap_collect *c, uint32_t number)
{
	size_t kept = 0;

	for (size_t i = 0; i < c->parts; i++) {
		struct imap_part p = c->part[i];
		if (p.number == number)
			continue;
		p.number -= p.number > number;
		c->part[kept++] = p;
	}
	c->parts = kept;
}

void imap_collect_end(struct imap_collect *c)
{
	c->set = NULL;
	c->parts = 0;
	buf_free(&c->bodies);
}
