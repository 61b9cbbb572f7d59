/* local_parse.h - configurations of servers, as text: what they say of listeners is added to struct
 * local
 *
 * They ask nobody but /etc/services and, of OpenSMTPD, the names of this host's interfaces. */
#ifndef MAILFLOW_LOCAL_PARSE_H
#define MAILFLOW_LOCAL_PARSE_H

#include "base/span.h"
#include "discover/local.h"

/* What "doveconf -a" prints. */
void local_parse_dovecot(struct local *l, struct span text);

/* What "exim -bP NAME..." prints. */
void local_parse_exim(struct local *l, struct span text);

/* What "postconf -M", "postconf -P" and "postconf -x NAME..." print: services, what each of them
 * has of its own, and what holds for all. */
void local_parse_postfix(struct local *l, struct span services, struct span overrides,
			 struct span main);

/* cyrus.conf, and imapd.conf, which says whether there is a certificate. */
void local_parse_cyrus(struct local *l, struct span services, struct span options);

/* smtpd.conf; lines that go on in the next one are joined in place. */
void local_parse_opensmtpd(struct local *l, char *text);

#endif
