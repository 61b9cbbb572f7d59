/* discover_settings.h - the options of mailflow_discover, and what they come to */
#ifndef MAILFLOW_DISCOVER_SETTINGS_H
#define MAILFLOW_DISCOVER_SETTINGS_H

#include "config/settings.h"
#include "discover/directory.h"
#include "discover/found.h"

enum discover_print { PRINT_CONNECTORS = 0, PRINT_ENDPOINTS, PRINT_ACCOUNTS };
enum discover_view { VIEW_INTERNAL = 0, VIEW_EXTERNAL, VIEW_BACK_END };
enum discover_format { DISCOVER_TEXT = 0, DISCOVER_JSON };

struct discover_settings {
	struct settings common; /* of which user, secrets, CA certificates and limits are used */
	const char *operand;    /* behind the source's name: a domain, a file; NULL: none */

	/* as given */
	enum discover_print print;
	enum found_service service;
	enum discover_format format;
	const char *domain_controller, *domain;
	enum directory_auth auth;
	const char *keytab;
	struct string_list identities;
	const char *site;
	bool all_servers, edge;
	enum discover_view view;
	bool mailboxes, back_ends;
	const char *resolver, *config_dir, *server;
	const char *database, *mailbox_filter, *mail_attribute, *base;

	/* made by discover_settings_finish */
	struct endpoint controller; /* host "": DNS has to be asked for those of the domain */
};

void discover_settings_init(struct discover_settings *s);

/* After parsing, for a source that reads a directory: secrets and CA certificates are read, and
 * what cannot be together is refused. Returns 0, or -1 with ERR_USAGE. */
int discover_settings_directory(struct discover_settings *s, struct err *err);

/* Read the CA certificates: for TLS where the type of the end point does not ask for it. Returns 0,
 * or -1 with ERR_USAGE. */
int discover_settings_trust(struct discover_settings *s, struct err *err);

/* How to open the directory at that end point; borrows from s. */
struct directory_options discover_settings_options(const struct discover_settings *s,
						   const struct endpoint *controller);

/* For a source that asks DNS: ERR_USAGE where the operand is no domain. */
int discover_settings_domain(struct discover_settings *s, struct err *err);

/* For one that publishes end points alone: they are what is printed, unless something else is said.
 */
int discover_settings_autoconfig(struct discover_settings *s, struct err *err);

/* For a source that reads this host's configuration. */
int discover_settings_local(struct discover_settings *s, struct err *err);

void discover_settings_free(struct discover_settings *s);

/* The groups of rows, for lists of tables (options.h). */
extern const struct option_def discover_output_options[], discover_limit_options[];
extern const struct option_def discover_local_options[], discover_dns_options[],
	discover_directory_options[], discover_trust_options[], discover_exchange_options[],
	discover_site_options[], discover_mailbox_options[], discover_filter_options[];

#endif
