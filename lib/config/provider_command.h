/* provider_command.h - the command that gets a token for --provider: mailflow_oauth_token, of the
 * same package, where ./configure was told to install it */
#ifndef MAILFLOW_PROVIDER_COMMAND_H
#define MAILFLOW_PROVIDER_COMMAND_H

#include <stdbool.h>

#include "base/err.h"

/* A command line as for command_parse, with %u for the user; to be freed. The program is to give up
 * a second before seconds are over, and to say why. Returns NULL with the error set: ERR_USAGE for
 * a name with other characters than letters, digits and "-._", ERR_LOCAL where the program is not
 * installed. */
char *provider_command(const char *provider, unsigned int seconds, struct err *err);

/* Whether that is the program that it runs. */
bool provider_command_runs(const char *program);

#endif
