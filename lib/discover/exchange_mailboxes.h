/* exchange_mailboxes.h - the mailboxes on Exchange servers, and which of them IMAP and POP are
 * switched off for */
#ifndef MAILFLOW_EXCHANGE_MAILBOXES_H
#define MAILFLOW_EXCHANGE_MAILBOXES_H

#include "discover/exchange_servers.h"

/* Add those whose database belongs to one of the servers. Returns 0, or -1 with the directory's
 * error set. */
int exchange_mailboxes_read(struct directory *d, const struct discover_settings *s,
			    const struct exchange_servers *servers, struct found *found);

/* Whether the value of protocolSettings ("POP3\u00a70\u00a71...") switches that protocol off. */
bool exchange_switched_off(const char *setting, const char *protocol);

/* Whether it is one of those with which Exchange watches itself, by its DN. */
bool exchange_mailbox_is_own(const char *dn);

#endif
