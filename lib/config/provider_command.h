/* provider_command.h - the command that gets a token for --provider: mailflow_oauth_token, of the
 * same package, where ./configure was told to install it */
#ifndef MAILFLOW_PROVIDER_COMMAND_H
#define MAILFLOW_PROVIDER_COMMAND_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"

/* A command line as for command_parse, with %u for the user; to be freed. The program is to give up
 * before the limit is over, half a second at least where that is longer than 1.5 seconds, and to
 * say why. Returns NULL with ERR_USAGE for a name with other characters than letters, digits and
 * "-._". */
char *provider_command(const char *provider, int64_t limit_us, struct err *err);

/* Whether that is the program that it runs. */
bool provider_command_runs(const char *program);

/* Whether it is installed. */
bool provider_command_is_there(void);

#endif
