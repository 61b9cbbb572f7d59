/* provider_command.c - the command that gets a token for --provider */
#include "config/provider_command.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "base/text.h"
#include "base/xalloc.h"

static const char program[] = BINDIR "/mailflow_oauth_token";

bool provider_command_runs(const char *other)
{
	return !strcmp(other, program);
}

char *provider_command(const char *provider, unsigned int seconds, struct err *err)
{
	static const char allowed[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
				      "0123456789-._";

	if (provider[strspn(provider, allowed)]) {
		err_set(err, ERR_USAGE, "\"%.80s\" is no name of a provider", provider);
		return NULL;
	}
	if (access(program, X_OK)) {
		err_set(err, ERR_LOCAL, "%s: %s", program, text_errno(errno));
		err_hint(err, "install mailflow-tools");
		return NULL;
	}
	return xasprintf("'%s' --provider=%s --username=%%u --timeout=%u", program, provider,
			 seconds > 1 ? seconds - 1 : 1);
}
