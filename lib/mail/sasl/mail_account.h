/* mail_account.h - all that is needed to log on to a mail server, also again: what imap_log_on,
 * pop3_log_on and smtp_log_on are given */
#ifndef MAILFLOW_MAIL_ACCOUNT_H
#define MAILFLOW_MAIL_ACCOUNT_H

#include <stdint.h>
#include <sys/socket.h>

#include "mail/sasl/credentials.h"
#include "net/endpoint.h"
#include "net/tls.h"

/* All borrowed. */
struct mail_account {
	const struct endpoint *endpoint;
	int family; /* as in resolve() */
	/* the one address of the host to connect to, with room for any kind; NULL: those that it
	 * has, until one answers */
	const struct sockaddr_storage *address;
	const struct tls_options *tls;
	struct credentials who;
	int64_t limit_us; /* of one connection, from the beginning on */
};

#endif
