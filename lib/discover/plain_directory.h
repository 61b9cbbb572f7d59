/* plain_directory.h - mailboxes in a directory without Exchange, such as OpenLDAP */
#ifndef MAILFLOW_PLAIN_DIRECTORY_H
#define MAILFLOW_PLAIN_DIRECTORY_H

#include "discover/discover_settings.h"

/* Add the mailboxes that --mailbox-filter lets through. Returns 0, or -1 with the directory's error
 * set. */
int plain_directory_discover(struct directory *d, const struct discover_settings *s,
			     struct found *found);

#endif
