/* pop3_search.h - the search for the test message in one session */
#ifndef MAILFLOW_POP3_SEARCH_H
#define MAILFLOW_POP3_SEARCH_H

#include "mail/pop3/pop3_delivery.h"

/* "stat", of a session just logged on: STAT, and a first look at what would be the next message,
 * in one write where that can be; if the maildrop has another size, "search" begins, else it is all
 * held in the running step. Whether anything has changed: see pop3_known_changed. */
int pop3_search_begin(struct pop3 *s, struct pop3_delivery *delivery, bool in_doubt,
		      bool *changed_r);

/* "search", and if the message is not there "delivery" again: look for it in a maildrop of which
 * STAT has told the size. last: as widely as is ever done. Returns 0, with delivery->number
 * if it is there; -1. */
int pop3_search(struct pop3 *s, struct pop3_delivery *delivery, bool last);

#endif
