/* account_resets.h - --reset-test-account for each mailbox of a run: which user's password is in
 * which file
 *
 * A password that is renewed is written to one file: nobody else has it, and no other file. */
#ifndef MAILFLOW_ACCOUNT_RESETS_H
#define MAILFLOW_ACCOUNT_RESETS_H

#include "config/mailbox_settings.h"

/* Where it is asked for, renew what is old enough, one after the other, for half of what is left of
 * the limit at most, and leave a remark with each user. After mailbox_users_begin, and before any
 * password is read. Returns 0, or -1 with ERR_USAGE where it makes no sense for one of them, before
 * anything is changed; ERR_LOCAL or ERR_ENDED as account_reset_run. */
int account_resets_run(struct mailbox_settings *m, struct err *err);

#endif
