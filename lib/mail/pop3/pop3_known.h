/* pop3_known.h - what is known to be in a POP3 maildrop without the test message: for the waiting
 * and the search */
#ifndef MAILFLOW_POP3_KNOWN_H
#define MAILFLOW_POP3_KNOWN_H

#include "mail/pop3/pop3_delivery.h"

/* What pop3_delivery_leave has asked for, and the end of that session. */
void pop3_known_hear(struct pop3 *s, struct pop3_delivery *delivery);

/* Whether the session shows another number of messages or bytes than is known. */
bool pop3_known_differs(const struct pop3 *s, const struct pop3_delivery *delivery);

/* Whether the maildrop differs from what is known; where unique-ids cannot tell, in_doubt is the
 * answer. */
int pop3_known_changed(struct pop3 *s, const struct pop3_delivery *delivery, bool in_doubt,
		       bool *changed_r);

/* Whether a message with this unique-id was there, where those of all were noted. */
bool pop3_known_has(const struct pop3_delivery *delivery, struct span uid);

/* What is there now is without our message, unless it is one of the newest and was not shown. */
int pop3_known_update(struct pop3 *s, struct pop3_delivery *delivery);

#endif
