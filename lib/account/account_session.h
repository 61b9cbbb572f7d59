/* account_session.h - what is done in the directory, each in sessions of its own: for a worker
 *
 * All return 0, or -1 with the error set, its step and its place. */
#ifndef MAILFLOW_ACCOUNT_SESSION_H
#define MAILFLOW_ACCOUNT_SESSION_H

#include "account/test_account.h"

/* Find the account. */
int account_look(struct test_account *a, const struct account_settings *s, struct timeline *tl,
		 struct err *err);

/* Change it as the settings say, to that password; *touched_r: something may have been changed. */
int account_change(const struct test_account *a, const struct account_settings *s,
		   const struct secret *password, bool *touched_r, struct timeline *tl,
		   struct err *err);

/* Log on as the account. Where that is refused other servers may not know the password yet: wait,
 * and try once more, unless that could lock the account. */
int account_prove(const struct test_account *a, const struct account_settings *s,
		  const struct secret *password, struct timeline *tl, struct err *err);

/* Set back what account_change has done. */
int account_set_back(const struct test_account *a, const struct account_settings *s,
		     struct timeline *tl, struct err *err);

#endif
