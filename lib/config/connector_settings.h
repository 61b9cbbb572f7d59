/* connector_settings.h - the options of check_smtp_connectors and the keys of its file, together */
#ifndef MAILFLOW_CONNECTOR_SETTINGS_H
#define MAILFLOW_CONNECTOR_SETTINGS_H

#include "config/connectors.h"
#include "config/settings.h"

/* How somebody logs on. */
struct connector_logon {
	struct credentials who;
	const struct err *no_token; /* why there is none that is needed; NULL: there is no such */
};

struct connector_settings {
	struct settings common;

	/* as given */
	const char *connectors_file;
	bool lmtp, expect_reject;
	enum smtp_through through;
	const char *mailfrom, *rcptto;
	const char *fqdn;
	struct ehlo_rules rules; /* of connectors that have none, and of -H */

	/* made by connector_settings_finish */
	struct connectors connectors;
	struct connector_logon *logons; /* of each connector, in their order, then of -H */
	struct chain_cache *chain_cache;
};

void connector_settings_init(struct connector_settings *c);

/* After parsing: reads the connectors, as settings_finish otherwise. Returns 0 or -1 with
 * ERR_USAGE. */
int connector_settings_finish(struct connector_settings *c, struct err *err);

void connector_settings_free(struct connector_settings *c);

/* What holds for a connector, from its keys, the options and the defaults; k NULL stands for the
 * end points of -H. */
bool connector_is_lmtp(const struct connector_settings *c, const struct connector *k);
const struct service_ports *connector_ports(const struct connector_settings *c,
					    const struct connector *k);
/* NULL: does not log on */
const char *connector_user(const struct connector_settings *c, const struct connector *k);
/* How to log on there, the connector with that number; k is that connector. */
const struct connector_logon *connector_logon(const struct connector_settings *c,
					      const struct connector *k, size_t number);
/* Where nothing is said: as far as --rcptto, --mailfrom or a user name are of use, else "tls", or
 * "ehlo" where the type is plaintext. */
enum smtp_through connector_through(const struct connector_settings *c, const struct connector *k,
				    enum tls_mode mode);

#endif
