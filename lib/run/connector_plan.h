/* connector_plan.h - the targets that come of what check_smtp_connectors is asked to test
 *
 * A binding that stands for every address of a server becomes a target for each of them, so names
 * are looked up before the test begins: in workers, and no longer than a part of the run, so that a
 * resolver that hangs costs its own targets only. */
#ifndef MAILFLOW_CONNECTOR_PLAN_H
#define MAILFLOW_CONNECTOR_PLAN_H

#include <netdb.h>
#include <sys/socket.h>

#include "config/connector_settings.h"
#include "judge/result.h"
#include "run/lookups.h"

/* One address to test. */
struct target {
	const struct connector *connector; /* borrowed from the settings; NULL: of -H */
	size_t number;                     /* of the connector among its like */
	/* with --what-if: each address that the host has of this family would be a target */
	bool every_address;
	int family;
	char binding[BINDING_TEXT_SIZE]; /* as given; "": of -H */
	struct endpoint endpoint;        /* host: the name that TLS verifies, or the address */
	bool has_address;                /* else the host is looked up in the test */
	struct sockaddr_storage address;
	socklen_t address_len;
};

struct plan {
	const struct connector_settings *settings;
	struct target *target;
	/* of each target, as by plugin_result_init; with an error where it cannot be tested */
	struct result *result;
	size_t count;
	/* a lookup has not come back: nothing may be freed, the process must end with _exit() */
	bool stuck;
};

/* Look up what must be looked up (with --what-if nothing), make the targets and their empty
 * results. Returns 0, or -1 with the error set: ERR_LOCAL, or ERR_ENDED when a signal came; stuck
 * holds in both cases. */
int plan_make(struct plan *p, const struct connector_settings *c, const struct lookup_limit *limit,
	      struct err *err);

/* What a target's struct smtp_reach points to, where the settings do not have it. */
struct plan_room {
	struct tls_options tls;
	struct addrinfo address;
	struct sockaddr_storage socket_address;
};

/* How far one target is to be tested, and with what: all of struct smtp_reach but details. room is
 * the caller's, to be kept as long. */
struct smtp_reach plan_reach(const struct plan *p, const struct target *t, struct plan_room *room);

void plan_free(struct plan *p);

#endif
