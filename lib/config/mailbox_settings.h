/* mailbox_settings.h - what check_imap_full and check_pop_full add to the shared options */
#ifndef MAILFLOW_MAILBOX_SETTINGS_H
#define MAILFLOW_MAILBOX_SETTINGS_H

#include "config/settings.h"

/* What --light leaves of the test; LIGHT_OFF: all of it. */
enum light { LIGHT_OFF = 0, LIGHT_LOGON, LIGHT_MAILBOX };

/* A mailbox, who logs on to it, and who hands in its test message; borrowed from the settings. */
struct mailbox_user {
	struct credentials who;
	struct credentials smtp_who; /* username NULL: do not log on to SMTP */
	const char *mailbox;         /* IMAP only */
	const char *mailfrom;        /* "": the null sender */
	const char *mailto;
	/* port 0: that of submission on the host under test, with STARTTLS */
	struct endpoint smtp_endpoint;
};

struct mailbox_settings {
	struct settings common;
	enum light light;
	const char *smtp;
	const char *smtp_username; /* "": do not log on to SMTP; NULL: as username */
	const char *smtp_password_file;
	struct secret smtp_password;
	char smtp_auth[SASL_MECHANISMS_SIZE]; /* "": whatever is the best */
	const char *mailfrom, *mailto;
	unsigned int max_age_h;
	enum state altered; /* what a message calls for that was changed on its way */
	/* IMAP only */
	const char *mailbox;
	struct string_list look_in, clean; /* folders, or what they are for: "\Sent" */

	/* made by mailbox_settings_finish */
	struct mailbox_user user;
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

void mailbox_settings_free(struct mailbox_settings *m);

#endif
