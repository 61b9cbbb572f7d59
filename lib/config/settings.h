/* settings.h - the options that the plugins share, and what they come to
 *
 * A plugin's own settings begin with struct settings, so that the rows of shared_options.h hold in
 * them. */
#ifndef MAILFLOW_SETTINGS_H
#define MAILFLOW_SETTINGS_H

#include "base/clock.h"
#include "base/dictionary.h"
#include "base/secret.h"
#include "config/endpoint_list.h"
#include "config/discovery.h"
#include "config/logon_settings.h"
#include "config/options.h"
#include "judge/verdict.h"
#include "mail/sasl/credentials.h"
#include "net/endpoint.h"
#include "net/tls.h"
#include "report/report.h"

/* When the person at the terminal is asked. */
enum asking {
	ASKING_PASSWORD = 0, /* for a password that nothing else gives */
	ASKING_BEFORE,       /* also before something is sent or deleted */
	ASKING_NEVER,
};

/* --monitoring-context */
enum monitoring { MONITORING_NO = 0, MONITORING_YES, MONITORING_JOURNAL };

/* --exit-codes: what the process ends with */
enum exit_codes { EXIT_CODES_STATE = 0, EXIT_CODES_HEALTH };

struct settings {
	/* as given */
	struct string_list hostnames;
	const char *endpoints_file;
	unsigned int port;
	enum tls_mode mode;
	const char *username, *password_file;
	unsigned int password_fd; /* and 1: 0 is none */
	const char *exposed;      /* a file with a secret that others can read; NULL: none */
	struct secret password;
	struct dictionary secrets, tokens; /* struct secret of each file that was read */
	struct logon_settings logon;
	bool trust_any;
	const char *ca_file, *certificate_name, *sni;
	const char *certificate_file; /* of the renewed certificate; NULL: none is compared */
	int family;                   /* AF_UNSPEC, AF_INET, AF_INET6 */
	bool all_addresses;           /* each address of an end point is a target */
	struct limit limit;           /* of the whole run */
	unsigned int connection_timeout_s;
	struct verdict_rules rules;
	const struct service_ports *ports;
	const struct report_format *format;
	const char *site;        /* NULL: the local host's name */
	const char *output_file; /* NULL: standard output */
	int verbosity;
	bool what_if; /* nobody is asked then, either */
	enum asking asking;
	enum monitoring monitoring;
	enum exit_codes exit_codes;
	unsigned int parallel;
	enum report_perfdata perfdata;
	bool several; /* targets are told apart: more than one -H, or what plugins set it for */
	bool tokens_apart;   /* likewise: a token that does not come is no other target's error */
	bool no_hostname_ok; /* set by plugins whose targets may come from elsewhere */

	struct discovery discovery;

	/* end points of files: what plugins read themselves, then that of --endpoints */
	struct endpoint_list listed;

	/* made by settings_finish */
	struct endpoint *endpoints;
	size_t endpoint_count;
	struct trust trust;
	struct leaf renewed; /* that of certificate_file */
	struct tls_options tls;
};

/* What the rows of shared_options.c call. */
option_fn settings_set_connection_type, settings_set_password, settings_set_password_fd,
	settings_set_certificate;
option_fn settings_set_ipv4, settings_set_ipv6, settings_set_output, settings_set_perfdata;
option_fn settings_set_exit_codes;
option_fn settings_set_confirm, settings_set_monitoring, settings_set_timeout, settings_set_warning,
	settings_set_critical;

/* The defaults, before parsing. protocol is that of struct verdict_rules, "imap", "pop" or "smtp",
 * and decides which steps -w and -c may name; ports are those of -H where it names none. */
void settings_init(struct settings *s, const char *protocol, const struct service_ports *ports);

/* After parsing: endpoints are parsed and completed with the ports (at least one -H is
 * required), the trust store is loaded if any end point (or needs_tls) uses TLS and -k is not
 * given, and contradictions are refused (-4 with an IPv6 literal, -D where nothing uses TLS).
 * Returns 0 or -1 with ERR_USAGE. */
int settings_finish(struct settings *s, bool needs_tls, struct err *err);

/* ERR_USAGE where -w or -c names a step that none of the parts (a set of enum part) has. */
int settings_check_steps(const struct settings *s, unsigned int parts, struct err *err);

/* For settings by which no connection uses TLS: ERR_USAGE where something was said that a
 * certificate must be (-D, --certificate-name), for it would never be looked at. What says how
 * certificates are looked at (-k, --ca-file, --sni) can stay. */
int settings_expect_no_certificate(const struct settings *s, struct err *err);

/* ERR_USAGE where there must be one (no_hostname_ok), and is not. */
int settings_check_hostnames(const struct settings *s, struct err *err);

/* Run --discover, if that is given: for print ("connectors", "endpoints") of this protocol, with up
 * to 2 more arguments, which end with NULL (NULL: none). *file becomes what is to be read; what is
 * there already is given by the option of that name, and refused. */
int settings_discover(struct settings *s, const char *print, const char *const *more,
		      const char **file, struct err *err);

/* Complete one, as -H: with -p and -T, and checked against -4 and -6. */
int settings_complete_endpoint(const struct settings *s, struct endpoint *e, struct err *err);

/* ERR_USAGE where the end point's host is an address of the family that -4 or -6 has ruled out. */
int settings_check_family(const struct settings *s, const struct endpoint *e, struct err *err);

/* Refuse two options that would both read standard input ("-"); what is not given has NULL. */
struct input_option {
	const char *name, *path;
};
int settings_check_inputs(const struct input_option *options, size_t count, struct err *err);

/* The password for username to s->password, in this order: -P / ini, --password-file,
 * --password-fd, $MAILFLOW_PASSWORD, the file "password" in systemd's $CREDENTIALS_DIRECTORY, and
 * where it is needed a prompt on a terminal, unless nobody is to be asked. */
int settings_password(struct settings *s, const char *username, bool needed, struct err *err);

/* The same from systemd's $CREDENTIALS_DIRECTORY alone, if it has a file of that name: "password",
 * "smtp-password", and as is_token "oauth-token", "smtp-oauth-token". */
int settings_credential(struct settings *s, const char *name, struct secret *secret, bool is_token,
			struct err *err);

/* The password or token in that file, to secret; with --what-if nobody waits for what a person
 * would type. Returns 0 or -1 as secret_read_file. */
int settings_fill_secret(struct settings *s, struct secret *secret, const char *path, bool is_token,
			 struct err *err);

/* A secret has been read from that file: the report says so where others can read it. */
void settings_note_secret(struct settings *s, const struct secret *secret, const char *path);

/* The same of a file that has been read otherwise: it is at hand, if it is a file. NULL: none. */
void settings_note_file(struct settings *s, const char *path);

/* The password (or with is_token a token) in that file, which is read once however many ask for it.
 * NULL with the error as secret_read_file. */
const struct secret *settings_read_secret(struct settings *s, const char *path, bool is_token,
					  struct err *err);

void settings_free(struct settings *s);

#endif
