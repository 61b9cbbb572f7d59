/* provider.c - Microsoft and Google */
#include "oauth/provider.h"

#include <string.h>

#include "base/xalloc.h"

#define MICROSOFT "https://login.microsoftonline.com/%s/oauth2/v2.0/"

static const struct provider providers[] = {
	{.name = "microsoft",
	 .token_url = MICROSOFT "token",
	 .device_url = MICROSOFT "devicecode",
	 .app_scope = "https://outlook.office365.com/.default",
	 .delegated_scope = "https://outlook.office.com/IMAP.AccessAsUser.All "
			    "https://outlook.office.com/POP.AccessAsUser.All "
			    "https://outlook.office.com/SMTP.Send offline_access",
	 .tenant = "organizations"},
	{.name = "google",
	 .token_url = "https://oauth2.googleapis.com/token",
	 .app_scope = "https://mail.google.com/"},
};

const struct provider *provider_find(const char *name)
{
	for (size_t i = 0; i < sizeof(providers) / sizeof(providers[0]); i++)
		if (!strcmp(providers[i].name, name))
			return &providers[i];
	return NULL;
}

char *provider_url(const char *url, const char *tenant)
{
	const char *at = strstr(url, "%s");

	if (!at)
		return xstrdup(url);
	return xasprintf("%.*s%s%s", (int)(at - url), url, tenant, at + 2);
}
