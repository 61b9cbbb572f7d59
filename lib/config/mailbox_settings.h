/* mailbox_settings.h - what check_imap_full and check_pop_full add to the shared options */
#ifndef MAILFLOW_MAILBOX_SETTINGS_H
#define MAILFLOW_MAILBOX_SETTINGS_H

#include "config/mailbox_users.h"
#include "config/probe.h"
#include "config/settings.h"

/* What --light or --probe leaves of the test; LIGHT_OFF: all of it, LIGHT_GREETING: what comes
 * before a logon. */
enum light { LIGHT_OFF = 0, LIGHT_LOGON, LIGHT_MAILBOX, LIGHT_GREETING };

enum { MAILBOX_PER_SERVER_DEFAULT = 8 }; /* of a file of accounts */

struct mailbox_settings {
	struct settings common;
	const char *accounts_file;
	/* --reset-test-account: where the administrator's options are, as for --extra-opts of
	 * mailflow_test_account; "": its own section; NULL: no password is renewed */
	const char *reset_section;
	struct string_list back_ends;
	unsigned int per_server; /* targets on one host at once; 0: all */
	enum light light;
	enum probe probe;
	const char *smtp;
	const char *smtp_username; /* "": do not log on to SMTP; NULL: as username */
	const char *smtp_password_file;
	const char *smtp_token_file, *smtp_token_command, *smtp_provider;
	struct secret smtp_password, smtp_token;
	char smtp_auth[SASL_MECHANISMS_SIZE];         /* "": whatever is the best */
	const char *smtp_certificate_name, *smtp_sni; /* NULL: not given */
	const char *mailfrom, *mailto;
	unsigned int max_age_h;
	enum state altered; /* what a message calls for that was changed on its way */
	/* IMAP only */
	const char *mailbox;
	struct string_list look_in, clean; /* folders, or what they are for: "\Sent" */

	/* made by mailbox_settings_finish */
	bool discovered; /* accounts_file is what --discover has found: mailboxes */
	bool homes;      /* with the back end of each */
	struct mailbox_users users;
	struct endpoint_list behind;     /* back_ends as written: what was left open is so */
	struct tls_options back_end_tls; /* where it is not the host under test */
	struct chain_cache *chain_cache;
	char *smtp_provider_command;
};

/* What a row of shared_options.c calls. */
option_fn mailbox_settings_set_altered, mailbox_settings_set_junk, mailbox_settings_set_light;
option_fn mailbox_settings_set_smtp_auth;

/* The defaults, before parsing, as settings_init. */
void mailbox_settings_init(struct mailbox_settings *m, const char *protocol,
			   const struct service_ports *ports);

/* After parsing, as settings_finish; also checks --mailto, --mailfrom and --smtp, and gets the
 * passwords. light: no SMTP settings are looked at. */
int mailbox_settings_finish(struct mailbox_settings *m, struct err *err);

/* Whether the test opens the mailbox. */
bool mailbox_settings_open(const struct mailbox_settings *m);

/* Whether mailboxes are listed, by a file or by what is found: not that of the options alone. */
bool mailbox_settings_lists(const struct mailbox_settings *m);

/* Whether it is the user for whom --smtp-password-file and the like are. */
bool mailbox_settings_is_smtp_user(const struct mailbox_settings *m, const char *username);

void mailbox_settings_free(struct mailbox_settings *m);

#endif
