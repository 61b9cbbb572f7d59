/* ports.c - the one list of mail ports */
#include "net/ports.h"

#include <stddef.h>

const struct service_ports ports_imap = {.plain = 143, .implicit = 993};
const struct service_ports ports_pop = {.plain = 110, .implicit = 995};
const struct service_ports ports_smtp = {.plain = 25, .implicit = 465};
const struct service_ports ports_lmtp = {.plain = 24, .implicit = 465};
const struct service_ports ports_submission = {.plain = 587, .implicit = 465};
const struct service_ports ports_ldap = {.plain = 389, .implicit = 636};
const struct service_ports ports_edge = {.plain = 50389, .implicit = 50636};

static const uint16_t implicit_ports[] = {
	465, 993, 995, 1993, 1995, /* the last two: Exchange's behind its front end */
};

/* LMTP's by custom; the well-known ones; Exchange's transport (475, 717, 2525) */
static const uint16_t other_ports[] = {24, 25, 110, 143, 475, 587, 717, 2525};

enum {
	IMPLICIT_PORTS = sizeof(implicit_ports) / sizeof(implicit_ports[0]),
	OTHER_PORTS = sizeof(other_ports) / sizeof(other_ports[0]),
};

bool ports_is_implicit(uint16_t port)
{
	for (size_t i = 0; i < IMPLICIT_PORTS; i++)
		if (implicit_ports[i] == port)
			return true;
	return false;
}

bool ports_is_mail(uint16_t port)
{
	for (size_t i = 0; i < OTHER_PORTS; i++)
		if (other_ports[i] == port)
			return true;
	return ports_is_implicit(port);
}

void ports_list_implicit(struct buf *out)
{
	for (size_t i = 0; i < IMPLICIT_PORTS; i++) {
		const char *before = i + 1 < IMPLICIT_PORTS ? ", " : " and ";
		buf_printf(out, "%s%u", i ? before : "", (unsigned int)implicit_ports[i]);
	}
}
