/* pop3_bounce.h - a bounce of the test message that came back into the maildrop
 *
 * A message is taken for one only by the header that it returns, and deleted only when two looks at
 * its text have said the same. */
#ifndef MAILFLOW_POP3_BOUNCE_H
#define MAILFLOW_POP3_BOUNCE_H

#include "mail/pop3/pop3_delivery.h"

/* So many reports are looked at in one session. */
enum { POP3_REPORTS_MAX = 8 };

/* Without the message: look at what the search has found to be reports, and delete those about our
 * message, which ends the session. What they tell is in delivery->bounced and delivery->delayed,
 * what could not be deleted in delivery->refused. Returns 0, or -1 with the error set. */
int pop3_bounce_look(struct pop3 *s, struct pop3_delivery *delivery);

/* Records "bounced: WORDS" as ERR_DELIVERY. Returns -1. */
int pop3_bounce_tell(struct pop3 *s, const struct pop3_delivery *delivery);

#endif
