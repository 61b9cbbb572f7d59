/* imap_inquiry.h - why the test message is missing: is it in another folder, is the mailbox full */
#ifndef MAILFLOW_IMAP_INQUIRY_H
#define MAILFLOW_IMAP_INQUIRY_H

#include "mail/imap/imap_delivery.h"

/* In the time that is kept for it, the most telling first: the folders for junk mail, those of
 * delivery->look_in, the quota. What is found out becomes the error: ERR_MISPLACED where the
 * message is in another folder, from which it is deleted then ("delete"), or ERR_DELIVERY; else it
 * is that of delivery_missing. What could not be done is in delivery->unknown. Returns -1. */
int imap_inquire(struct imap *s, const struct mail_account *account, const char *mailbox,
		 struct imap_delivery *delivery);

#endif
