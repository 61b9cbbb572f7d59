/* queue_id.h - what a server calls a message that it has accepted: the name by which its log and
 * its queue know it */
#ifndef MAILFLOW_QUEUE_ID_H
#define MAILFLOW_QUEUE_ID_H

#include "base/span.h"

/* The identifier in the words of an answer to the end of DATA, as Postfix, Exim, Exchange,
 * Sendmail, OpenSMTPD, Gmail, qmail, Stalwart and Dovecot's LMTP put it; len 0 where none is told.
 * Borrowed from words. */
struct span smtp_queue_id(struct span words);

#endif
