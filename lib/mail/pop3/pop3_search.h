/* pop3_search.h - the search for the test message in one session */
#ifndef MAILFLOW_POP3_SEARCH_H
#define MAILFLOW_POP3_SEARCH_H

#include "mail/pop3/pop3_delivery.h"

/* "search", and if the message is not there "delivery" again: look for it in a maildrop of which
 * STAT has told the size. last: as widely as is ever done. Returns 0, with delivery->number
 * if it is there; -1. */
int pop3_search(struct pop3 *s, struct pop3_delivery *delivery, bool last);

#endif
