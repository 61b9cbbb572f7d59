/* ports.h - the ports that mail is spoken on, each written down once */
#ifndef MAILFLOW_PORTS_H
#define MAILFLOW_PORTS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"

/* The well-known ports of a protocol. */
struct service_ports {
	uint16_t plain;    /* plain text or STARTTLS */
	uint16_t implicit; /* TLS from the first byte */
};

/* submission: where mail clients hand in messages (RFC 6409, RFC 8314) */
extern const struct service_ports ports_imap, ports_pop, ports_smtp, ports_lmtp, ports_submission;
/* of directories, the second what an Edge Transport server keeps its own in */
extern const struct service_ports ports_ldap, ports_edge;

/* Whether it is a mail port, and whether TLS begins with the first byte there. */
bool ports_is_mail(uint16_t port);
bool ports_is_implicit(uint16_t port);
/* Those for people: "465, 993, 995, 1993 and 1995". */
void ports_list_implicit(struct buf *out);

#endif
