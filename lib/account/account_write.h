/* account_write.h - makes, changes and removes the test account in a directory, and undoes it */
#ifndef MAILFLOW_ACCOUNT_WRITE_H
#define MAILFLOW_ACCOUNT_WRITE_H

#include "account/test_account.h"
#include "discover/directory_write.h"

/* The description of accounts that were made here. */
extern const char account_mark[];

enum { ACCOUNT_ATTRIBUTES = 8 };

/* What create adds, or reset replaces; password: with that, NULL: it is set by an operation of its
 * own, as everywhere but in Active Directory. Borrows from a. */
void account_attributes(const struct test_account *a, enum account_action action,
			const struct attribute *password,
			struct attribute list[ACCOUNT_ATTRIBUTES]);

/* Do it, in a session of the administrator's. *touched_r: the directory may have changed. Return 0,
 * or -1 with the directory's error set. */
int account_write(const struct test_account *a, struct directory *d, enum account_action action,
		  const struct secret *password, bool *touched_r);
/* As it was before: no account, or the old password. */
int account_undo(const struct test_account *a, struct directory *d, enum account_action action,
		 const struct secret *old);

#endif
