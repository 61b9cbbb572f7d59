/* source_ldap.c - what a directory has: Exchange's, or mailboxes of another one */
#include "discover/controllers.h"
#include "discover/exchange.h"
#include "discover/plain_directory.h"
#include "discover/sources.h"

static int read_all(struct directory *d, const struct discover_settings *s, struct found *found,
		    struct timeline *tl)
{
	timeline_leg(tl, "ldap_", 0);
	int rc = d->configuration_context ? exchange_discover(d, s, found)
					  : plain_directory_discover(d, s, found);
	if (rc)
		endpoint_label(&d->conn.peer, d->err->where);
	return rc;
}

int source_ldap(const struct discover_settings *s, struct found *found, struct timeline *tl,
		struct err *err)
{
	struct directory d = {0};

	int rc = controllers_open(&d, s, tl, err) || read_all(&d, s, found, tl);
	directory_close(&d);
	return rc ? -1 : 0;
}
