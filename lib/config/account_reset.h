/* account_reset.h - --reset-test-account: mailflow_test_account, of the same package, renews a
 * password that the test logs on with */
#ifndef MAILFLOW_ACCOUNT_RESET_H
#define MAILFLOW_ACCOUNT_RESET_H

#include <stdbool.h>

#include "base/clock.h"
#include "base/err.h"
#include "judge/result.h"

struct account_reset {
	/* where the administrator's options are, as for --extra-opts of that program; "": its own
	 * section */
	const char *section;
	const char *username, *password_file;
	const struct limit *limit; /* of the whole run */
	bool what_if;              /* only say what would be done */
};

/* Run the program by the path that ./configure was told, until the absolute until_us (a little
 * later where that is near): it does nothing unless the file is old enough. One that does not
 * come back is asked to end, and left to what it cannot leave half done. remark_r is what came of
 * it, "" where there is nothing to say; a failure is a WARNING, for the old password is still
 * there. In the main thread, before others are started, and before the file is read. Returns 0,
 * also where there is no new password; -1 with ERR_LOCAL where the program is not there, or
 * ERR_ENDED. */
int account_reset_run(const struct account_reset *r, int64_t until_us, struct remark *remark_r,
		      struct err *err);

#endif
