/* dns.h - records of the DNS by libunbound: asked of one resolver, until one deadline
 *
 * The system's own resolver (net/resolve.h) knows addresses only, and not whom it asks. */
#ifndef MAILFLOW_DNS_H
#define MAILFLOW_DNS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "net/endpoint.h"
#include "net/resolve.h"

struct ub_ctx;

enum { DNS_NAME_SIZE = ENDPOINT_HOST_SIZE };

/* Zero-initialised. */
struct dns {
	struct ub_ctx *context;
	const char *resolver; /* for people; borrowed */
	int64_t until_us;     /* absolute */
	struct err *err;      /* borrowed */
};

/* Of MX and SRV. */
struct dns_server {
	char name[DNS_NAME_SIZE]; /* without the final dot; "": the root, which means "none" */
	uint16_t priority, weight, port;
};

struct dns_servers {
	struct dns_server *item; /* by priority, heavier ones first, then by name */
	size_t count;
};

/* Ask resolver, ADDRESS[:PORT] (NULL: those of /etc/resolv.conf). Returns 0, or -1 with
 * the error set: ERR_USAGE, ERR_LOCAL. dns_close is called in both cases. */
int dns_open(struct dns *d, const char *resolver, int64_t until_us, struct err *err);

/* Records of that name, which may have letters beyond ASCII. There may be none, or no such name:
 * that is no error. Returns 0, or -1 with ERR_USAGE: it can be no name; or ERR_LOCAL: the resolver
 * does not answer, or cannot say (SERVFAIL, REFUSED, a loop of CNAMEs).
 * What is found is to be freed in both cases. */
int dns_mx(struct dns *d, const char *name, struct dns_servers *found_r);
int dns_srv(struct dns *d, const char *name, struct dns_servers *found_r);
void dns_servers_free(struct dns_servers *s);

struct dns_addresses {
	char (*item)[ADDRESS_TEXT_SIZE];
	size_t count;
};

/* Its addresses in family (AF_UNSPEC: IPv4 ones first), sorted, as text; *is_alias_r (may be NULL)
 * says whether the name is a CNAME. */
int dns_addresses(struct dns *d, const char *name, int family, struct dns_addresses *found_r,
		  bool *is_alias_r);
void dns_addresses_free(struct dns_addresses *a);

/* Accepts a zeroed struct. */
void dns_close(struct dns *d);

#endif
