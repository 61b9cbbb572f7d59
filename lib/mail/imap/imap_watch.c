/* imap_watch.c - what messages have been shown to be, and their numbers followed until they are
 * gone. Touches no socket. */
#include "mail/imap/imap_watch.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/xalloc.h"

void imap_watch_clear(struct imap_watch *w)
{
	free(w->message);
	*w = (struct imap_watch){0};
}

struct imap_message *imap_watch_find(struct imap_watch *w, uint32_t uid)
{
	for (size_t i = 0; i < w->count; i++)
		if (w->message[i].uid == uid)
			return &w->message[i];
	return NULL;
}

static struct imap_message *add(struct imap_watch *w, unsigned int look, uint32_t uid,
				uint32_t number, const char *token)
{
	if (w->count == IMAP_WATCHED_MAX)
		return NULL;
	if (!w->message) /* what is known of one stays where it is */
		w->message = xcalloc(IMAP_WATCHED_MAX, sizeof(*w->message));
	struct imap_message *m = &w->message[w->count++];
	*m = (struct imap_message){.uid = uid, .number = number, .looks = 1, .last_look = look};
	snprintf(m->token, sizeof(m->token), "%s", token);
	return m;
}

struct imap_message *imap_watch_note(struct imap_watch *w, unsigned int look, uint32_t uid,
				     uint32_t number, const char *token)
{
	struct imap_message *m = imap_watch_find(w, uid);

	if (!m)
		m = add(w, look, uid, number, token);
	else if (strcmp(m->token, token) != 0)
		w->contradicted = true;
	else if (look != m->last_look)
		m->looks++;
	if (m)
		m->last_look = look;
	return m;
}

bool imap_watch_want(struct imap_watch *w, struct imap_message *m)
{
	if (!m->wanted && w->wanted == IMAP_WANTED_MAX)
		return false;
	w->wanted += !m->wanted;
	m->wanted = true;
	return true;
}

void imap_watch_expunge(struct imap_watch *w, uint32_t number)
{
	size_t kept = 0;

	for (size_t i = 0; i < w->count; i++) {
		struct imap_message *m = &w->message[i];
		if (!m->gone && m->number == number)
			m->gone = true;
		else if (m->number > number)
			m->number--;
	}
	for (size_t i = 0; i < w->marked_count; i++)
		if (w->marked[i] != number)
			w->marked[kept++] = w->marked[i] - (w->marked[i] > number);
	w->marked_count = kept;
}

void imap_watch_mark(struct imap_watch *w, uint32_t number, bool deleted)
{
	size_t i = 0;

	while (i < w->marked_count && w->marked[i] != number)
		i++;
	if (i < w->marked_count && !deleted)
		w->marked[i] = w->marked[--w->marked_count];
	else if (i == w->marked_count && deleted && i == IMAP_MARKED_MAX)
		w->marked_more = true;
	else if (i == w->marked_count && deleted)
		w->marked[w->marked_count++] = number;
}

bool imap_message_is_proven(const struct imap_message *m)
{
	return m->wanted && m->looks > 1;
}

static bool is_ours(const struct imap_watch *w, uint32_t number)
{
	for (size_t i = 0; i < w->count; i++)
		if (w->message[i].number == number && !w->message[i].gone)
			return imap_message_is_proven(&w->message[i]);
	return false;
}

bool imap_watch_others_marked(const struct imap_watch *w)
{
	for (size_t i = 0; i < w->marked_count; i++)
		if (!is_ours(w, w->marked[i]))
			return true;
	return w->marked_more;
}

void imap_watch_set_gone(struct imap_watch *w)
{
	for (size_t i = 0; i < w->count; i++)
		if (imap_message_is_proven(&w->message[i]))
			w->message[i].gone = true;
}

size_t imap_watch_left(const struct imap_watch *w, bool proven, uint32_t uid_r[IMAP_WANTED_MAX])
{
	size_t count = 0;

	for (size_t i = 0; i < w->count; i++) {
		const struct imap_message *m = &w->message[i];
		if (m->wanted && !m->gone && imap_message_is_proven(m) == proven)
			uid_r[count++] = m->uid;
	}
	return count;
}
