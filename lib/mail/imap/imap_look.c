/* imap_look.c - what headers say, noted for the whole session */
#include "mail/imap/imap_look.h"

#include <string.h>

#include "mail/delivery.h"

struct imap_message *imap_look_note(struct imap *s, const struct imap_fetch *fetch,
				    const struct message_header *header)
{
	const char *token = message_token(header);

	return imap_watch_note(&s->watch, s->looks, fetch->uid, fetch->number, token ? token : "");
}

/* A message of this run: the first of them, or a copy. */
static void want_ours(struct imap_look *l, struct imap_message *m)
{
	struct imap_delivery *d = l->delivery;

	if (m->wanted)
		return;
	if (d->copies == IMAP_COPIES_MAX || !imap_watch_want(&l->s->watch, m)) {
		d->more_copies = true;
		return;
	}
	d->copies++;
	if (!d->uid)
		d->uid = m->uid;
	if (m->uid > d->last_uid)
		d->last_uid = m->uid;
}

static int note_header(void *ctx, const struct imap_fetch *fetch)
{
	struct imap_look *l = ctx;
	struct message_header header;

	l->shown++;
	message_header_parse(fetch->body.at, fetch->body.len, &header);
	if (!header.any) /* nothing is told of it, or it is not there as a whole */
		return 0;
	l->tests += message_token(&header) != NULL;
	if (l->delivery->first_uid && fetch->uid >= l->delivery->first_uid)
		delivery_note_late(&l->delivery->late, &header, l->delivery->token);
	l->foreign = l->foreign || !message_token(&header);
	struct imap_message *m = imap_look_note(l->s, fetch, &header);
	if (!m || !m->token[0])
		return 0;
	if (!strcmp(m->token, l->delivery->token))
		want_ours(l, m);
	else if (l->any_test_wanted || (l->now && message_is_stale(&header, l->now, l->max_age_s)))
		imap_watch_want(&l->s->watch, m);
	return 0;
}

static int judge(const struct imap *s, const char *undone)
{
	return s->watch.contradicted ? delivery_two_messages(s->conn.err, undone) : 0;
}

int imap_look_at(struct imap_look *l, const struct imap_set *set, bool *refused_r,
		 const char *undone)
{
	if (imap_fetch(l->s, set, IMAP_HEADER, note_header, l, refused_r))
		return -1;
	return judge(l->s, undone);
}

int imap_look_send(struct imap_look *l, const struct imap_set *set)
{
	return imap_fetch_send(l->s, set, IMAP_HEADER, note_header, l);
}

int imap_look_finish(struct imap_look *l, bool *refused_r, const char *undone)
{
	return imap_fetch_finish(l->s, refused_r) ? -1 : judge(l->s, undone);
}

int imap_look_again(struct imap_look *l, const char *undone)
{
	uint32_t uid[IMAP_WANTED_MAX];
	const struct imap_set set = {.uid = uid,
				     .count = imap_watch_left(&l->s->watch, false, uid)};
	bool refused;

	return set.count ? imap_look_at(l, &set, &refused, undone) : 0;
}
