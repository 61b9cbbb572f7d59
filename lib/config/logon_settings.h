/* logon_settings.h - how to log on: by which mechanisms, and with what */
#ifndef MAILFLOW_LOGON_SETTINGS_H
#define MAILFLOW_LOGON_SETTINGS_H

#include "base/command.h"
#include "config/options.h"
#include "mail/sasl/credentials.h"
#include "mail/sasl/mechanisms.h"
#include "net/client_certificate.h"

struct settings;

/* A user, and the command that gives his token. */
struct token_of {
	const char *username; /* borrowed */
	size_t command;
};

struct logon_settings {
	/* as given */
	char auth[SASL_MECHANISMS_SIZE]; /* "": whatever is the best */
	const char *authzid;
	const char *token_file;
	const char *token_command; /* with %u for the user */
	const char *client_cert, *client_key;
	const char *keytab;

	/* made by logon_settings_finish */
	struct secret token; /* of whoever --username names, by the file */
	struct command *commands;
	size_t command_count;
	struct token_of *tokens; /* what each user got by a command */
	size_t token_count;
	struct client_certificate certificate; /* count 0: there is none */
	bool has_ticket;
	struct logon_history *history; /* owned; of the account */
};

/* What the rows of shared_options.c call. */
option_fn logon_settings_set_auth;

/* The mechanisms' names in the order of preference, for --help. */
option_show_fn logon_settings_show_order;

/* Read token and certificate, and name the keytab to Kerberos; ERR_USAGE where --auth names what
 * needs something that is not given. Before any thread is started. */
int logon_settings_finish(struct settings *s, struct err *err);

/* ERR_USAGE where a mechanism in the list needs what is not given. */
int logon_settings_check(const struct settings *s, const char *auth, struct err *err);

/* Get the tokens of these users by --oauth-token-command, if that is given: one program for each
 * command line that differs, all at once, within the limit of a connection. Before any thread is
 * started. */
int logon_settings_get_tokens(struct settings *s, const char *const *users, size_t count,
			      struct err *err);

/* The token of that user, which may not be set. */
const struct secret *logon_settings_token(const struct settings *s, const char *username);

/* Whether a password has to be there: it is not where --auth names nothing that needs one, or
 * something else to log on with is given, and --auth names nothing. */
bool logon_settings_need_password(const struct settings *s);

/* How to log on as username, who has that password; borrows from s. */
struct credentials logon_settings_credentials(const struct settings *s, const char *username,
					      const struct secret *password);

void logon_settings_free(struct logon_settings *l);

#endif
