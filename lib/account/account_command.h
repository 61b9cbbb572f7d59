/* account_command.h - programs of the administrator's that set a password, or log on by it
 *
 * In the main thread, while no others are there. */
#ifndef MAILFLOW_ACCOUNT_COMMAND_H
#define MAILFLOW_ACCOUNT_COMMAND_H

#include "base/command.h"

/* Run it, with the password (NULL: nothing) on its standard input, as a line; it must end with 0
 * until the absolute until_us. One that has a password is not ended by a signal: what was half done
 * would be worse than a late end. Returns 0, or -1 with ERR_LOCAL (could not be run, too late) or
 * ERR_REFUSED, which has the first line of what it said, without the password; ERR_ENDED where a
 * signal has come. */
int account_command(const struct command *c, const struct secret *password, int64_t until_us,
		    struct err *err);

#endif
