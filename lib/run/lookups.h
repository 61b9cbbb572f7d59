/* lookups.h - host names looked up before a test begins, all at once and each of them once: in
 * workers, so that a resolver that hangs keeps nobody */
#ifndef MAILFLOW_LOOKUPS_H
#define MAILFLOW_LOOKUPS_H

#include <netdb.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

struct lookup {
	const char *host;
	struct addrinfo *addresses; /* NULL: see err */
	struct err err;
};

/* What the workers share. */
struct lookups;

/* family: AF_UNSPEC, AF_INET, AF_INET6 */
struct lookups *lookups_new(int family);

/* host is borrowed. */
void lookups_add(struct lookups *l, const char *host);

/* Look them up, parallel at a time, until the absolute deadline. Returns 0, 1 if one has not come
 * back, and then none of it may ever be freed, or -1 with ERR_LOCAL. */
int lookups_run(struct lookups *l, size_t parallel, int64_t deadline_us, struct err *err);

/* What came of it; NULL: it has not come back, or was never added. */
const struct lookup *lookups_find(const struct lookups *l, const char *host);

void lookups_free(struct lookups *l);

#endif
