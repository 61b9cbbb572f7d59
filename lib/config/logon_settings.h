/* logon_settings.h - how to log on: by which mechanisms, and with what */
#ifndef MAILFLOW_LOGON_SETTINGS_H
#define MAILFLOW_LOGON_SETTINGS_H

#include "base/command.h"
#include "base/dictionary.h"
#include "config/options.h"
#include "mail/sasl/credentials.h"
#include "mail/sasl/mechanisms.h"
#include "net/client_certificate.h"

struct settings;

/* A token that a command is to get, for that user; all borrowed. */
struct token_wanted {
	const char *command, *username; /* NULL: none is wanted */
	const char *name;               /* of the option, or the key, that the command stands in */
	const struct secret *token_r;   /* the settings' own */
	const struct err *err_r;        /* why there is none */
};

struct logon_settings {
	/* as given */
	char auth[SASL_MECHANISMS_SIZE]; /* "": whatever is the best */
	const char *authzid;
	const char *token_file;
	const char *token_command; /* with %u for the user; that of the provider, if one is given */
	const char *provider;
	const char *client_cert, *client_key;
	const char *keytab;

	/* made by logon_settings_finish */
	struct secret token; /* of whoever --username names, by the file */
	char *provider_command;
	struct command *commands;
	size_t command_count;
	struct client_certificate certificate; /* count 0: there is none */
	bool has_ticket;
	struct dictionary histories; /* struct logon_history of each user */
};

/* What the rows of shared_options.c call. */
option_fn logon_settings_set_auth;

/* The mechanisms' names in the order of preference, for --help. */
option_show_fn logon_settings_show_order;

/* Read token and certificate, and name the keytab to Kerberos. Before any thread is started. */
int logon_settings_finish(struct settings *s, struct err *err);

/* The forms of logging on that the protocol has. */
unsigned int logon_settings_forms(const struct settings *s);

/* ERR_USAGE where a mechanism in the list (NULL: there is none), which is called so, needs a
 * certificate or a token that is not given. */
int logon_settings_check(const struct settings *s, const char *name, const char *auth,
			 bool has_token, struct err *err);
/* Whether the options give a token, or the command that gets one. */
bool logon_settings_have_token(const struct settings *s);
/* Whether he has a token, or has to get one. */
bool logon_settings_has_token(const struct settings *s, const struct credentials *who);

/* ERR_USAGE where more than one of them is given (not NULL); their names are oauth-token-file,
 * oauth-token-command and provider behind the prefix. */
int logon_settings_one_token(const char *prefix, const char *file, const char *command,
			     const char *provider, struct err *err);

/* The command that gets the token of that provider, to be freed; NULL with ERR_USAGE. */
char *logon_settings_provider(const struct settings *s, const char *prefix, const char *provider,
			      struct err *err);

/* Get these tokens: one program for each command line that differs, all at once, within the limit
 * of a connection. Where tokens are apart (settings.h) one that fails is no error of the run, and
 * all end after half of the time that is left. Once, before any thread is started. */
int logon_settings_get_tokens(struct settings *s, struct token_wanted *wanted, size_t count,
			      struct err *err);

/* What the program has said that got this token, for people; NULL: nothing. */
const char *logon_settings_remark(const struct settings *s, const struct secret *token);

/* Whether a user has to have a password who logs on by these mechanisms: not where they name
 * nothing that needs one; where there are none (NULL), not with something else to log on with. */
bool logon_settings_need_password(const struct settings *s, const char *auth, bool has_token);

/* How to log on as username (NULL: not at all), who has that password and that token, or neither;
 * borrows from s. Not in a worker. */
struct credentials logon_settings_credentials(struct settings *s, const char *username,
					      const struct secret *password,
					      const struct secret *token);

/* Whether it is the user of the options: theirs are the secrets of the options. */
bool logon_settings_is_user(const struct settings *s, const char *username);

void logon_settings_free(struct logon_settings *l);

#endif
