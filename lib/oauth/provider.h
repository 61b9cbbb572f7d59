/* provider.h - whom tokens are gotten from: the addresses and scopes of those that are known by
 * name */
#ifndef MAILFLOW_PROVIDER_H
#define MAILFLOW_PROVIDER_H

#include <stdbool.h>

#include "base/err.h"

/* All constant. */
struct provider {
	const char *name;
	const char *token_url;       /* %s in it stands for the tenant */
	const char *device_url;      /* RFC 8628; NULL: it gives no tokens for mail that way */
	const char *app_scope;       /* of what an application asks for in its own name */
	const char *delegated_scope; /* of what it asks for in a person's name */
	const char *tenant;          /* default of what a person belongs to; NULL: it has none */
};

/* NULL: it is not known. */
const struct provider *provider_find(const char *name);

/* The URL with that tenant in it; to be freed. */
char *provider_url(const char *url, const char *tenant);

#endif
