/* lookups.h - host names looked up before a test begins, all at once and each of them once: in
 * workers, so that a resolver that hangs keeps nobody */
#ifndef MAILFLOW_LOOKUPS_H
#define MAILFLOW_LOOKUPS_H

#include <netdb.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "config/settings.h"

/* How long names may be looked up: until deadline_us, absolute; those that take longer fail with
 * kind, ERR_LOCAL or, where it is a part of the run's limit, ERR_UNTESTED. */
struct lookup_limit {
	int64_t begun_us; /* when the run began, absolute, for messages */
	int64_t deadline_us;
	enum err_kind kind;
};

/* As long as one connection may take, but half of the run at most: what is not looked up by then
 * costs its own targets, not those of the others. */
struct lookup_limit lookup_limit(const struct settings *s);

/* What the workers share. */
struct lookups;

/* family: AF_UNSPEC, AF_INET, AF_INET6 */
struct lookups *lookups_new(int family);

/* host is borrowed. */
void lookups_add(struct lookups *l, const char *host);

/* Look them up, parallel at a time. Returns 0, 1 if one has not come back, and then none of it may
 * ever be freed (with the error set, ERR_ENDED, when a signal came), or -1 with ERR_LOCAL. */
int lookups_run(struct lookups *l, size_t parallel, const struct lookup_limit *limit,
		struct err *err);

/* What was found for the name, IPv4 first and in the order of the addresses themselves; NULL: why
 * nothing was is in *err_r, of kind late where it has not come back. Lives as long as l. */
const struct addrinfo *lookups_addresses(const struct lookups *l, const char *host,
					 enum err_kind late, struct err *err_r);

void lookups_free(struct lookups *l);

#endif
