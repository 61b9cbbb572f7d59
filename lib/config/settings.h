/* settings.h - the options that the plugins share, and what they come to
 *
 * A plugin's own settings struct begins with struct settings; its option table lists the shared
 * rows by the macros below, so that every shared option is written once. */
#ifndef MAILFLOW_SETTINGS_H
#define MAILFLOW_SETTINGS_H

#include "base/clock.h"
#include "base/secret.h"
#include "config/options.h"
#include "judge/verdict.h"
#include "mail/sasl/credentials.h"
#include "net/endpoint.h"
#include "net/tls.h"
#include "report/report.h"

struct settings {
	/* as given */
	struct string_list hostnames;
	unsigned int port;
	enum tls_mode mode;
	const char *username, *password_file;
	struct secret password;
	bool trust_any;
	const char *ca_file, *certificate_name, *sni;
	int family;         /* AF_UNSPEC, AF_INET, AF_INET6 */
	struct limit limit; /* of the whole run */
	unsigned int connection_timeout_s;
	struct verdict_rules rules;
	const struct report_format *format;
	int verbosity;
	bool what_if;
	unsigned int parallel;
	enum report_perfdata perfdata;
	bool no_hostname_ok; /* set by plugins whose targets may come from elsewhere */

	/* made by settings_finish */
	struct endpoint *endpoints;
	size_t endpoint_count;
	struct trust trust;
	struct tls_options tls;
};

/* Mailbox plugins: what check_imap_full and check_pop_full add. */
struct mailbox_settings {
	struct settings common;
	bool light, confirm;
	const char *smtp;
	const char *smtp_username; /* after mailbox_settings_finish NULL: do not log on to SMTP */
	const char *smtp_password_file;
	struct secret smtp_password;
	const char *mailfrom; /* "": the null sender */
	const char *mailto;
	unsigned int max_age_h;
	enum state altered;  /* what a message calls for that was changed on its way */
	const char *mailbox; /* IMAP only */
	bool apop;           /* POP3 only */

	/* made by mailbox_settings_finish; port 0: the host under test, port 587 (mode is
	 * TLS_MODE_STARTTLS) */
	struct endpoint smtp_endpoint;
};

/* The rows of the option table that every plugin has. Before the plugin's own rows:
 *   static const struct option_def options[] = { SETTINGS_OPTIONS_SERVER, ..., {0} };
 * Defined in shared_options.h (macros), so that each plugin can place its own rows between the
 * groups. */

/* Defaults before parsing: 55 s, 15 s, CRITICAL, nagios, parallel 64; mailboxes: INBOX, 24 hours.
 * protocol is that of struct verdict_rules, "imap", "pop" or "smtp", and decides which steps -w and
 * -c may name. */
void settings_init(struct settings *s, const char *protocol);
void mailbox_settings_init(struct mailbox_settings *m, const char *protocol);

/* After parsing: endpoints are parsed and completed with the protocol's ports (at least one -H is
 * required), the trust store is loaded if any end point (or needs_tls) uses TLS and -k is not
 * given, and contradictions are refused (-4 with an IPv6 literal, -D where nothing uses TLS).
 * Returns 0 or -1 with ERR_USAGE. */
int settings_finish(struct settings *s, const struct service_ports *ports, bool needs_tls,
		    struct err *err);

/* For settings by which no connection uses TLS: ERR_USAGE where something was said that a
 * certificate must be (-D, --certificate-name), for it would never be looked at. What says how
 * certificates are looked at (-k, --ca-file, --sni) can stay. */
int settings_expect_no_certificate(const struct settings *s, struct err *err);

/* The password for username to s->password, in this order: -P / ini, --password-file,
 * $MAILFLOW_PASSWORD, a prompt on a terminal. */
int settings_password(struct settings *s, const char *username, struct err *err);

/* Also checks --mailto/--mailfrom/--smtp, and gets the passwords. light: no SMTP settings are
 * looked at. */
int mailbox_settings_finish(struct mailbox_settings *m, const struct service_ports *ports,
			    struct err *err);

void settings_free(struct settings *s);
void mailbox_settings_free(struct mailbox_settings *m);

#endif
