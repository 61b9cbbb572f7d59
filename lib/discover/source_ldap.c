/* source_ldap.c - what a directory has: Exchange's, or mailboxes of another one */
#include "discover/exchange.h"
#include "discover/plain_directory.h"
#include "discover/sources.h"

int source_ldap(const struct discover_settings *s, struct found *found, struct timeline *tl,
		struct err *err)
{
	const struct directory_options options = discover_settings_options(s);
	struct directory d;

	timeline_leg(tl, "ldap_", 0);
	int rc = directory_open(&d, &options, tl, err);
	if (rc == 0 && d.configuration_context)
		rc = exchange_discover(&d, s, found);
	else if (rc == 0)
		rc = plain_directory_discover(&d, s, found);
	if (rc)
		endpoint_label(&s->controller, err->where);
	directory_close(&d);
	return rc;
}
