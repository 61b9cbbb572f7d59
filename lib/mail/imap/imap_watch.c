/* imap_watch.c - messages whose numbers are followed until they are gone. Touches no socket. */
#include "mail/imap/imap_watch.h"

struct imap_message *imap_watch_find(struct imap_watch *w, uint32_t uid)
{
	for (size_t i = 0; i < w->count; i++)
		if (w->message[i].uid == uid)
			return &w->message[i];
	return NULL;
}

struct imap_message *imap_watch_add(struct imap_watch *w, uint32_t uid, uint32_t number)
{
	struct imap_message *known = imap_watch_find(w, uid);

	if (known || w->count == IMAP_WATCHED_MAX)
		return known;
	w->message[w->count] = (struct imap_message){.uid = uid, .number = number};
	return &w->message[w->count++];
}

void imap_watch_expunge(struct imap_watch *w, uint32_t number)
{
	for (size_t i = 0; i < w->count; i++) {
		struct imap_message *m = &w->message[i];
		if (!m->gone && m->number == number)
			m->gone = true;
		else if (m->number > number)
			m->number--;
	}
}

size_t imap_watch_left(const struct imap_watch *w, uint32_t uid_r[IMAP_WATCHED_MAX])
{
	size_t count = 0;

	for (size_t i = 0; i < w->count; i++)
		if (w->message[i].proven && !w->message[i].gone)
			uid_r[count++] = w->message[i].uid;
	return count;
}
