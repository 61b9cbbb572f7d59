/* connector_plan.h - what check_smtp_connectors is asked to test: its settings, and the targets
 * that come of them
 *
 * A binding that stands for every address of a server becomes a target for each of them, so names
 * are looked up before the test begins: in workers, and no longer than a part of the run, so that a
 * resolver that hangs costs its own targets only. */
#ifndef MAILFLOW_CONNECTOR_PLAN_H
#define MAILFLOW_CONNECTOR_PLAN_H

#include <sys/socket.h>

#include "judge/result.h"
#include "monitor/connectors.h"
#include "monitor/settings.h"

struct connector_settings {
	struct settings common;

	/* as given */
	const char *connectors_file;
	bool all_addresses, lmtp, expect_reject;
	enum smtp_through through;
	const char *mailfrom, *rcptto;
	const char *fqdn;
	struct ehlo_rules rules; /* of connectors that have none, and of -H */

	/* made by connector_settings_finish */
	struct connectors connectors;
	struct secret *password; /* of each connector, in their order; not set: the common one */
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
/* Where nothing is said: as far as --rcptto, --mailfrom or a user name are of use, else "tls", or
 * "ehlo" where the type is plaintext. */
enum smtp_through connector_through(const struct connector_settings *c, const struct connector *k,
				    enum tls_mode mode);

/* One address to test. */
struct target {
	const struct connector *connector; /* borrowed from the settings; NULL: of -H */
	size_t number;                     /* of the connector among its like */
	char binding[BINDING_TEXT_SIZE];   /* as given; "": of -H */
	struct endpoint endpoint;          /* host: the name that TLS verifies, or the address */
	bool has_address;                  /* else the host is looked up in the test */
	struct sockaddr_storage address;
	socklen_t address_len;
};

struct plan {
	const struct connector_settings *settings;
	struct target *target;
	struct result *result; /* of each target, as by plugin_result_init; with an error where it
				  cannot be tested */
	size_t count;
	bool stuck; /* a lookup has not come back: nothing may be freed, and the process must end
		       with _exit() */
};

/* How long names may be looked up: until deadline_us, absolute; those that take longer fail with
 * kind, ERR_LOCAL or, where it is a part of the run's limit, ERR_UNTESTED. */
struct plan_limit {
	int64_t deadline_us;
	enum err_kind kind;
};

/* Look up what must be looked up, make the targets and their empty results. Returns 0, or -1 with
 * the error set: ERR_LOCAL, or ERR_ENDED when a signal came; stuck holds in both cases. */
int plan_make(struct plan *p, const struct connector_settings *c, const struct plan_limit *limit,
	      struct err *err);

/* What of the settings holds for one target: all of struct smtp_reach but address and details. tls
 * (by the caller) keeps the options that the probe points to. */
struct smtp_reach plan_reach(const struct plan *p, const struct target *t, struct tls_options *tls);

void plan_free(struct plan *p);

#endif
