/* oauth_settings.c - what mailflow_oauth_token is told, completed and checked */
#include "oauth/oauth_settings.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "http/http.h"
#include "oauth/provider_section.h"

enum { TIMEOUT_DEFAULT_S = 30 };

static const char *const grants[] = {
	[GRANT_CLIENT_CREDENTIALS] = "client-credentials",
	[GRANT_REFRESH_TOKEN] = "refresh-token",
	[GRANT_DEVICE_CODE] = "device-code",
	[GRANT_JWT_BEARER] = "jwt-bearer",
};

enum { GRANTS = sizeof(grants) / sizeof(grants[0]) };

static void set_limit(struct oauth_settings *s, unsigned int seconds)
{
	int64_t begun_us = limit_begun_us(&s->limit);

	s->limit.us = (int64_t)seconds * US_PER_S;
	s->limit.until_us = begun_us + s->limit.us;
}

void oauth_settings_init(struct oauth_settings *s)
{
	*s = (struct oauth_settings){.limit = {.until_us = clock_us()},
				     .provider_file = provider_section_file()};
	set_limit(s, TIMEOUT_DEFAULT_S);
}

const char *oauth_grant_name(enum oauth_grant grant)
{
	return grants[grant];
}

bool oauth_grant_is_personal(enum oauth_grant grant)
{
	return grant != GRANT_CLIENT_CREDENTIALS;
}

/* ---- options ---- */

/* On the command line it may be a section of the file, which names the provider. */
int oauth_settings_set_provider(void *settings, const struct option_def *def, const char *value,
				struct err *err)
{
	struct oauth_settings *s = settings;
	const struct provider *known = provider_find(value);

	(void)def;
	if ((size_t)snprintf(s->section, sizeof(s->section), "%s", value) >= sizeof(s->section))
		return err_set(err, ERR_USAGE, "longer than %d bytes", PROVIDER_SIZE - 1);
	if (known)
		s->provider = known;
	return 0;
}

int oauth_settings_set_grant(void *settings, const struct option_def *def, const char *value,
			     struct err *err)
{
	struct oauth_settings *s = settings;

	for (size_t i = GRANT_CLIENT_CREDENTIALS; i < GRANTS; i++) {
		if (!strcmp(value, grants[i])) {
			s->grant = (enum oauth_grant)i;
			return 0;
		}
	}
	return err_set(err, ERR_USAGE, "\"%.40s\" is none of %s", value, def->arg);
}

int oauth_settings_set_secret_fd(void *settings, const struct option_def *def, const char *value,
				 struct err *err)
{
	struct oauth_settings *s = settings;
	int fd = secret_parse_descriptor(value, err);

	(void)def;
	if (fd < 0)
		return -1;
	s->client_secret_fd = (unsigned int)fd + 1;
	return 0;
}

int oauth_settings_set_client_auth(void *settings, const struct option_def *def, const char *value,
				   struct err *err)
{
	struct oauth_settings *s = settings;

	s->basic = !strcmp(value, "basic");
	if (s->basic || !strcmp(value, "post"))
		return 0;
	return err_set(err, ERR_USAGE, "\"%.40s\" is none of %s", value, def->arg);
}

int oauth_settings_set_algorithm(void *settings, const struct option_def *def, const char *value,
				 struct err *err)
{
	struct oauth_settings *s = settings;

	(void)def;
	return jwt_algorithm_parse(value, &s->algorithm, err);
}

int oauth_settings_set_timeout(void *settings, const struct option_def *def, const char *value,
			       struct err *err)
{
	struct oauth_settings *s = settings;
	uint64_t seconds;

	if (text_parse_uint(value, strlen(value), def->max, &seconds) || seconds < def->min)
		return err_set(err, ERR_USAGE,
			       "\"%.40s\" is not a whole number of seconds from %u to %u", value,
			       def->min, def->max);
	set_limit(s, (unsigned int)seconds);
	s->limit.is_given = true;
	return 0;
}

/* ---- completed and checked ---- */

/* By what nobody would give for another grant. */
static enum oauth_grant choose_grant(const struct oauth_settings *s, const struct provider *p)
{
	bool has_secret = s->client_secret_file || s->client_secret_fd || s->client_cert ||
			  getenv("MAILFLOW_CLIENT_SECRET");

	if (s->key_file)
		return GRANT_JWT_BEARER;
	if (s->refresh_token_file)
		return GRANT_REFRESH_TOKEN;
	if (!has_secret && (s->device_url || (p && p->device_url)))
		return GRANT_DEVICE_CODE;
	return GRANT_CLIENT_CREDENTIALS;
}

/* Who was run by a plugin has no other place to give it. */
static int needs(const struct oauth_settings *s, const char *what, const char *missing,
		 struct err *err)
{
	err_set(err, ERR_USAGE, "%s needs %s", what, missing);
	if (s->section[0])
		err_hint(err, "it may stand in section [%.40s] of %s", s->section,
			 s->provider_file);
	return -1;
}

static int check_grant(const struct oauth_settings *s, struct err *err)
{
	const char *missing = NULL;
	char what[40];

	snprintf(what, sizeof(what), "--grant=%s", grants[s->grant]);
	if (s->grant == GRANT_JWT_BEARER)
		missing = s->key_file ? NULL : "--key-file";
	else if (!s->client_id)
		missing = "--client-id";
	else if (s->grant == GRANT_REFRESH_TOKEN)
		missing = s->refresh_token_file ? NULL : "--refresh-token-file";
	else if (s->grant == GRANT_DEVICE_CODE)
		missing = s->device_address ? NULL : "--device-url";
	if (missing)
		return needs(s, what, missing, err);
	if (s->client_key && !s->client_cert)
		return err_set(err, ERR_USAGE, "--client-key needs its certificate: --client-cert");
	return 0;
}

static int check_url(const char *option, const char *url, struct err *err)
{
	char origin[HTTP_ORIGIN_SIZE];

	return url && http_origin(url, origin, err) ? err_prefix(err, "--%s: ", option) : 0;
}

/* An application belongs to one tenant; a person may be asked for his. */
static int check_tenant(const struct oauth_settings *s, const struct provider *p, struct err *err)
{
	if (!p || !p->tenant || s->tenant || s->token_url || s->grant != GRANT_CLIENT_CREDENTIALS)
		return 0;
	return needs(s, "--provider=microsoft", "--tenant, the application's: its domain or id",
		     err);
}

static const char *default_scopes(const struct oauth_settings *s, const struct provider *p)
{
	bool is_app = s->grant == GRANT_CLIENT_CREDENTIALS || s->grant == GRANT_JWT_BEARER;

	return !p ? NULL : is_app ? p->app_scope : p->delegated_scope;
}

int oauth_settings_finish(struct oauth_settings *s, struct err *err)
{
	/* key files are Google's */
	const struct provider *p =
		!s->provider && s->key_file ? provider_find("google") : s->provider;

	if (!p && !s->token_url)
		return err_set(err, ERR_USAGE,
			       "nobody to ask: give --provider=microsoft|google, or --token-url");
	if (!s->grant)
		s->grant = choose_grant(s, p);
	if (check_tenant(s, p, err))
		return -1;
	const char *tenant = s->tenant ? s->tenant : p ? p->tenant : NULL;
	if (tenant && strpbrk(tenant, "/?#%"))
		return err_set(err, ERR_USAGE, "--tenant: \"%.80s\" is neither a domain nor an id",
			       tenant);
	const char *token_url = s->token_url ? s->token_url : p ? p->token_url : NULL;
	const char *device_url = s->device_url ? s->device_url : p ? p->device_url : NULL;
	s->token_address = token_url ? provider_url(token_url, tenant) : NULL;
	s->device_address = device_url ? provider_url(device_url, tenant) : NULL;
	s->scopes = s->scope ? s->scope : default_scopes(s, p);
	if (check_grant(s, err) || check_url("token-url", s->token_address, err))
		return -1;
	return check_url("device-url", s->device_address, err);
}

static int find_secret(struct oauth_settings *s, struct err *err)
{
	if (s->client_secret_file) {
		int rc = secret_read_file(&s->client_secret, s->client_secret_file, &s->limit, err);
		return rc ? err_prefix(err, "--client-secret-file: ") : 0;
	}
	if (s->client_secret_fd &&
	    secret_read_descriptor(&s->client_secret, (int)s->client_secret_fd - 1, &s->limit, err))
		return err_prefix(err, "--client-secret-fd: ");
	if (secret_is_set(&s->client_secret) || s->client_cert)
		return 0;
	if (secret_take_environment(&s->client_secret, "MAILFLOW_CLIENT_SECRET", err))
		return -1;
	return secret_read_credential(&s->client_secret, "client-secret", false, &s->limit, err);
}

int oauth_settings_read_secret(struct oauth_settings *s, struct err *err)
{
	int rc = find_secret(s, err);

	secret_wipe_environment("MAILFLOW_CLIENT_SECRET");
	return rc;
}

void oauth_settings_free(struct oauth_settings *s)
{
	free(s->token_address);
	free(s->device_address);
	s->token_address = s->device_address = NULL;
	secret_free(&s->client_secret);
}
