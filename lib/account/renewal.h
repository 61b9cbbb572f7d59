/* renewal.h - a new password for the test account: proved and kept, or all is as it was
 *
 * In the main thread, while no others are there; the server's name was looked up before. Signals
 * are held meanwhile: nothing is left half done. */
#ifndef MAILFLOW_RENEWAL_H
#define MAILFLOW_RENEWAL_H

#include "account/test_account.h"

enum { RENEWAL_TOLD_SIZE = 400 };

/* Make a password, give it to the account (create: make that), log on by it, and write it to the
 * file. Where one of these fails after something was changed, set that back; where that cannot be
 * done, write the password to the file all the same, or print it to the terminal, and nowhere else.
 * told_r says which of it was done, and is "" where nothing was. a is not used where a command does
 * it. Returns 0, or -1 with the error set. */
int renewal_run(const struct account_settings *s, const struct test_account *a,
		char told_r[RENEWAL_TOLD_SIZE], struct err *err);

#endif
