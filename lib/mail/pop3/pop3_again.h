/* pop3_again.h - logging on again, for those who wait for a maildrop or for what comes into it */
#ifndef MAILFLOW_POP3_AGAIN_H
#define MAILFLOW_POP3_AGAIN_H

#include "mail/pop3/pop3.h"

/* The first interval between two logons. */
#define POP3_POLL_FIRST_US (30 * US_PER_MS)

/* Whether a logon that was refused may be tried again: only if the time allows it. The first one of
 * a run is not, where the server has a trouble of its own: that is what is to be told. */
bool pop3_may_try_again(const struct pop3 *s, int64_t give_up_us);

/* Sleep between two logons, without a connection, so that it is not us who keep the maildrop
 * locked; until until_us (absolute) at most. */
void pop3_pause(struct pop3 *s, int64_t interval_us, int64_t until_us);

/* The interval that follows this one, for those who have waited since since_us (absolute). */
int64_t pop3_next_interval(const struct pop3 *s, int64_t interval_us, int64_t since_us);

/* A logon that was refused only for now never happened. */
void pop3_forget_refusal(struct pop3 *s);

#endif
