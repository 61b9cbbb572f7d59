/* account_reset.h - --reset-test-account: mailflow_test_account, of the same package, renews the
 * password that the test logs on with */
#ifndef MAILFLOW_ACCOUNT_RESET_H
#define MAILFLOW_ACCOUNT_RESET_H

#include <stdbool.h>

#include "base/clock.h"
#include "base/err.h"

enum { ACCOUNT_RESET_NOTE_SIZE = 400 };

struct account_reset {
	/* where the administrator's options are, as for --extra-opts of that program; "": its own
	 * section; NULL: it is not asked for */
	const char *section;

	/* what came of it; "": nothing */
	char note[ACCOUNT_RESET_NOTE_SIZE];
	bool has_failed; /* a WARNING: the test goes on with the old password */
};

/* Run the program by the path that ./configure was told, for half of what is left of the limit at
 * most: it does nothing unless the file is old enough. what_if: only a note. In the main thread,
 * before others are started, and before the file is read. Returns 0, also where there is no new
 * password; -1 with ERR_LOCAL where the program is not there, or ERR_ENDED. */
int account_reset_run(struct account_reset *r, const char *username, const char *password_file,
		      const struct limit *limit, bool what_if, struct err *err);

#endif
