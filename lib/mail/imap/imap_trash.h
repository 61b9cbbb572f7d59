/* imap_trash.h - deleting where EXPUNGE only takes a label off the message, which stays in All
 * Mail: Gmail (X-GM-EXT-1). It is moved to the folder with \Trash, and expunged there.
 *
 * All return 0, or -1 with the error set. */
#ifndef MAILFLOW_IMAP_TRASH_H
#define MAILFLOW_IMAP_TRASH_H

#include "mail/imap/imap_delivery.h"

/* On such a server: delivery->trash, or no_trash. On others nothing is asked. */
int imap_trash_find(struct imap *s, struct imap_delivery *delivery);

/* Move what is proven there (RFC 6851), and prove that it is gone from here. */
int imap_trash_move(struct imap *s, struct imap_delivery *delivery);

/* "delete": the message of this run, there, after two looks; "cleanup": stale ones (max_age_s 0:
 * none). What COPYUID says of it is not needed. */
int imap_trash_empty(struct imap *s, struct imap_delivery *delivery, long max_age_s);

/* ERR_REFUSED: it was moved, and has not come out there. what: "message". Returns -1. */
int imap_trash_lacks(struct imap *s, const char *what, const char *trash);

#endif
