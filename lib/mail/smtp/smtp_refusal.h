/* smtp_refusal.h - what a refusal in answer to RCPT refuses
 *
 * A server need not mean the recipient: many hold back what they have against the sender or the
 * client until then, want TLS or a logon first, or are full. Whether it would have relayed stays
 * open in all these cases. */
#ifndef MAILFLOW_SMTP_REFUSAL_H
#define MAILFLOW_SMTP_REFUSAL_H

#include "mail/smtp/smtp_parse.h"

enum smtp_refused {
	SMTP_REFUSED_RECIPIENT, /* for good: it is unknown, or the server does not relay to it */
	SMTP_REFUSED_SENDER,
	SMTP_REFUSED_CLIENT,  /* its address, its name, or how often it comes */
	SMTP_REFUSED_LOGON,   /* until there is a logon or TLS */
	SMTP_REFUSED_DOMAIN,  /* the recipient's domain does not exist or takes no mail anywhere: to
				 one that does it might be relayed */
	SMTP_REFUSED_SPACE,   /* mailbox full, message too large */
	SMTP_REFUSED_COMMAND, /* not understood, or not in this order */
	SMTP_REFUSED_FOR_NOW, /* 4xx: greylisting, and all that passes */
	SMTP_REFUSED_OTHER,   /* anything else, also without a word */
};

/* From code, enhanced code and words of a 4xx or 5xx reply to RCPT. The recipient is refused only
 * by what speaks of it (its address, "recipient", "user", "mailbox", 5.1.1, ...) or of relaying;
 * what speaks of sender, client, logon or TLS refuses that, unless it says that the server does not
 * relay. from ("": the null sender) and to are the addresses that were given, by which servers name
 * what they refuse. Pure. */
enum smtp_refused smtp_refused_what(const struct smtp_reply *reply, const char *from,
				    const char *to);

/* "sender refused", ... */
const char *smtp_refused_name(enum smtp_refused what);

#endif
