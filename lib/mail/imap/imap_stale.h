/* imap_stale.h - which messages may be stale test messages: for imap_delivery.c and
 * imap_deletion.c */
#ifndef MAILFLOW_IMAP_STALE_H
#define MAILFLOW_IMAP_STALE_H

#include "mail/imap/imap_look.h"

/* Ask for those among the messages 1 to count (not 0), with another command behind it: it speaks of
 * numbers. */
int imap_stale_ask(struct imap *s, uint32_t count);
/* Its answer: what may be stale is noted in delivery. */
int imap_stale_note(struct imap *s, struct imap_delivery *delivery);

/* Look at what may be stale; asks first, in all of the mailbox, where that has not been done yet,
 * or was refused. Refused again it is ERR_REFUSED. */
int imap_stale_find(struct imap_look *l, const char *undone);

/* Of what SEARCH has found as many as one run looks at, drawn anew in each: what only resembles
 * them does not stand before the others for ever. Borrows from s->uids. */
struct imap_set imap_stale_choose(const struct imap *s, size_t max);

#endif
