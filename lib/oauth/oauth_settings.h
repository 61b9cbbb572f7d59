/* oauth_settings.h - what mailflow_oauth_token is told: whom to ask for a token, as whom, and with
 * what */
#ifndef MAILFLOW_OAUTH_SETTINGS_H
#define MAILFLOW_OAUTH_SETTINGS_H

#include <stdbool.h>

#include "base/clock.h"
#include "base/secret.h"
#include "config/options.h"
#include "oauth/jwt.h"
#include "oauth/provider.h"

enum oauth_grant {
	GRANT_BY_WHAT_IS_GIVEN,
	GRANT_CLIENT_CREDENTIALS, /* RFC 6749 section 4.4 */
	GRANT_REFRESH_TOKEN,      /* section 6 */
	GRANT_DEVICE_CODE,        /* RFC 8628 */
	GRANT_JWT_BEARER,         /* RFC 7523 section 2.1: a service account of Google's */
};

enum { PROVIDER_SIZE = 128 };

struct oauth_settings {
	/* as given */
	char section[PROVIDER_SIZE];     /* of provider_file, or the provider's name; "": none */
	const struct provider *provider; /* NULL: none that is known by name */
	const char *provider_file;
	const char *tenant, *token_url, *device_url, *scope;
	enum oauth_grant grant;
	const char *client_id, *client_secret_file;
	unsigned int client_secret_fd; /* and 1: 0 is none */
	bool basic;                    /* the client's secret goes into the header */
	const char *client_cert, *client_key;
	enum jwt_algorithm algorithm;
	const char *key_file, *refresh_token_file, *username;
	const char *ca_file, *cache; /* NULL: the usual ones */
	bool no_cache, renew, what_if;
	int verbosity;
	struct limit limit;

	/* made by oauth_settings_finish, owned */
	char *token_address, *device_address;
	const char *scopes; /* or NULL */
	struct secret client_secret;
};

option_fn oauth_settings_set_provider, oauth_settings_set_grant, oauth_settings_set_secret_fd;
option_fn oauth_settings_set_client_auth, oauth_settings_set_algorithm, oauth_settings_set_timeout;

void oauth_settings_init(struct oauth_settings *s);

/* What a grant is called on the command line. */
const char *oauth_grant_name(enum oauth_grant grant);

/* Whether tokens by that grant are a person's, of whom --username is the name. */
bool oauth_grant_is_personal(enum oauth_grant grant);

/* After parsing: choose the grant, fill in what the provider is known by. Reads no file. Returns 0,
 * or -1 with ERR_USAGE: something is missing, or does not go together. */
int oauth_settings_finish(struct oauth_settings *s, struct err *err);

/* Find the client's secret: --client-secret-file, --client-secret-fd, $MAILFLOW_CLIENT_SECRET,
 * "client-secret" in systemd's $CREDENTIALS_DIRECTORY; it may be that there is none. Returns 0, or
 * -1 as secret_read_file. */
int oauth_settings_read_secret(struct oauth_settings *s, struct err *err);

void oauth_settings_free(struct oauth_settings *s);

#endif
