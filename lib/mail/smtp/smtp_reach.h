/* smtp_reach.h - how far an SMTP or LMTP server lets a client go, and what it says on the way
 *
 * Nothing is ever sent: MAIL and RCPT are taken back by RSET. */
#ifndef MAILFLOW_SMTP_REACH_H
#define MAILFLOW_SMTP_REACH_H

#include <netdb.h>

#include "mail/smtp/ehlo_rules.h"
#include "mail/smtp/smtp.h"

/* Each includes those before it; SMTP_THROUGH_TLS the TLS that the end point's type wants. */
enum smtp_through {
	SMTP_THROUGH_DEFAULT = 0, /* not said */
	SMTP_THROUGH_BANNER,
	SMTP_THROUGH_EHLO,
	SMTP_THROUGH_TLS,
	SMTP_THROUGH_AUTH,
	SMTP_THROUGH_MAIL,
	SMTP_THROUGH_RCPT,
};

/* "banner", "ehlo", "tls", "auth", "mail", "rcpt", any case. Returns 0, or -1 with ERR_USAGE. */
int smtp_through_parse(const char *text, enum smtp_through *through_r, struct err *err);
const char *smtp_through_name(enum smtp_through through);

/* All borrowed. */
struct smtp_reach {
	struct mail_account account;
	const struct addrinfo *address; /* the one address to test; NULL: those that the host has,
					   until one answers */
	const char *tls_host;           /* the name that TLS verifies, unless account.tls says
					   another */
	enum smtp_through through;      /* not SMTP_THROUGH_DEFAULT */
	const char *fqdn;               /* name that greeting and EHLO must carry; NULL: any */
	const struct ehlo_rules *rules; /* NULL: none */
	const char *mailfrom;           /* "": the null sender */
	const char *rcptto;
	bool expect_reject;  /* that the recipient is refused for good is what is wanted */
	struct buf *details; /* out: the server's replies, a line each: the greeting and the newest
				one; after an error the one that is at fault, if any. Cut at the
				buffer's maximum */
};

/* Steps "resolve", "connect", "tls", "greeting", "capability", "starttls", "login", "mail", "rcpt".
 * s is initialised, with lmtp and mechanism set. Returns 0, or -1 with the error set. */
int smtp_reach(struct smtp *s, const struct smtp_reach *p);

/* What can be said of a success, in few words: "recipient accepted". Of an expected rejection the
 * words are s->reply. */
const char *smtp_reach_done(const struct smtp_reach *p);

/* "logout": RSET where MAIL was given, and QUIT, as smtp_quit. */
void smtp_reach_leave(struct smtp *s, const struct smtp_reach *p);

#endif
