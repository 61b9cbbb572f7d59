/* credentials.h - who logs on, and with what */
#ifndef MAILFLOW_CREDENTIALS_H
#define MAILFLOW_CREDENTIALS_H

#include <stdatomic.h>
#include <stdbool.h>

#include "base/secret.h"

/* What the logons of one account have shown in this run, wherever they are made. Zeroed:
 * nothing. */
struct logon_history {
	atomic_bool retried;       /* one that was refused has been tried again */
	atomic_bool takes_plain;   /* and the password itself was taken then: servers hold no other
				    secret for it */
	atomic_bool takes_unbound; /* or SCRAM that is not bound to the TLS channel */
};

/* All borrowed. */
struct credentials {
	const char *username;          /* NULL: do not log on */
	const char *authzid;           /* whom to act for, where a mechanism has that; or NULL */
	const struct secret *password; /* NULL, or not set: there is none */
	const struct secret *token;    /* of OAuth; likewise */
	bool has_certificate;          /* TLS has shown one of the client's */
	bool has_ticket;               /* somebody has named Kerberos tickets, or a keytab */
	const char *auth; /* by these alone, the first first: names of mechanisms in upper case,
				with blanks between them; NULL: whatever is the best */
	struct logon_history *history; /* NULL: there is none, and nothing is tried again */
};

/* Whether there is one. */
static inline bool credentials_have(const struct secret *s)
{
	return s && secret_is_set(s);
}

#endif
