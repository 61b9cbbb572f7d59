/* provider_command.c - the command that gets a token for --provider */
#include "config/provider_command.h"

#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/xalloc.h"

static const char program[] = BINDIR "/mailflow_oauth_token";

bool provider_command_runs(const char *other)
{
	return !strcmp(other, program);
}

bool provider_command_is_there(void)
{
	return access(program, X_OK) == 0;
}

char *provider_command(const char *provider, int64_t limit_us, struct err *err)
{
	static const char allowed[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
				      "0123456789-._";
	int64_t seconds = (limit_us - US_PER_S / 2) / US_PER_S;

	if (provider[strspn(provider, allowed)]) {
		err_set(err, ERR_USAGE, "\"%.80s\" is no name of a provider", provider);
		return NULL;
	}
	return xasprintf("'%s' --provider=%s --username=%%u --timeout=%d", program, provider,
			 seconds > 1 ? (int)seconds : 1);
}
