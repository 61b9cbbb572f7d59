/* exchange_servers.h - which Exchange servers are meant: by identity, by site, or all */
#ifndef MAILFLOW_EXCHANGE_SERVERS_H
#define MAILFLOW_EXCHANGE_SERVERS_H

#include "discover/discover_settings.h"

struct exchange_server {
	char *dn;
	char *name; /* MBX01 */
	char *fqdn; /* the name where the directory has no other */
};

/* Sorted by their DNs. Zero-initialised. */
struct exchange_servers {
	struct exchange_server *item;
	size_t count;
	size_t matches; /* of the last search, with those that were known */
};

/* Below this all of Exchange is: CN=Microsoft Exchange,CN=Services,...; to be freed. */
char *exchange_base(const struct directory *d);

/* The DN of that site, or (NULL) of the server's own, to be freed. NULL: the directory's error is
 * set. */
char *exchange_site(struct directory *d, const char *site);

/* Returns 0, or -1 with the directory's error set, also where there are none. */
int exchange_servers_read(struct exchange_servers *v, struct directory *d,
			  const struct discover_settings *s);

/* The server whose object this DN's is below, or is; NULL if none of these. */
const struct exchange_server *exchange_servers_above(const struct exchange_servers *v,
						     const char *dn);

void exchange_servers_free(struct exchange_servers *v);

#endif
