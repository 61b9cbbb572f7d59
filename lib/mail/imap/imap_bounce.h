/* imap_bounce.h - a bounce of the test message that came back into the mailbox under test
 *
 * A message is taken for one only by the header that it returns, and deleted only when two looks at
 * its text have said the same. All return 0, or -1 with the error set, as in imap.h. */
#ifndef MAILFLOW_IMAP_BOUNCE_H
#define MAILFLOW_IMAP_BOUNCE_H

#include "mail/bounce.h"
#include "mail/imap/imap.h"
#include "mail/imap/imap_delivery.h"

/* So many of the newest of what has come are looked at, and so many reports among them. */
enum { IMAP_BOUNCE_WINDOW = 200, IMAP_REPORTS_MAX = 8 };

struct imap_bounces {
	uint32_t uid[IMAP_REPORTS_MAX]; /* of those about our message, or a stale one */
	size_t count;
	bool ours;            /* one is about our message */
	uint32_t uidvalidity; /* of the mailbox */
	struct bounce worst;  /* what is the worst that they tell; unset where there is none */
};

/* Look for them among what has come since the mailbox was selected: no command where nothing
 * has. */
int imap_bounce_look(struct imap *s, const struct imap_delivery *delivery,
		     struct imap_bounces *found_r);

/* "delete": select the mailbox again, of which all is forgotten, look at them twice, and delete
 * them; where EXPUNGE does not delete by way of the trash, after the same looks there. */
int imap_bounce_remove(struct imap *s, const char *mailbox, const struct imap_delivery *delivery,
		       const struct imap_bounces *found);

#endif
