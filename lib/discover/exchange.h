/* exchange.h - Exchange's servers, their receive connectors, IMAP4 and POP3 listeners and
 * mailboxes, as Active Directory has them */
#ifndef MAILFLOW_EXCHANGE_H
#define MAILFLOW_EXCHANGE_H

#include "discover/discover_settings.h"

/* Add what the settings ask for, of a directory that is open. Returns 0, or -1 with the directory's
 * error set. */
int exchange_discover(struct directory *d, const struct discover_settings *s, struct found *found);

#endif
