/* resolve.h - host name to addresses, by the system's resolver */
#ifndef MAILFLOW_RESOLVE_H
#define MAILFLOW_RESOLVE_H

#include <netdb.h>
#include <stdint.h>

#include "base/err.h"

/* A name without an address: FreeBSD tells it as one that does not exist. */
#ifndef EAI_NODATA
#define EAI_NODATA (-1001)
#endif
#ifndef EAI_ADDRFAMILY
#define EAI_ADDRFAMILY (-1002)
#endif

enum { ADDRESS_TEXT_SIZE = 64 };

/* Stream addresses of host in the resolver's order (RFC 6724), each once. family: AF_UNSPEC,
 * AF_INET or AF_INET6. May block beyond any deadline (NSS): pool.h deals with that; an address is
 * only read, and never does. Returns 0 and a list to be freed with freeaddrinfo, or -1: ERR_NAME if
 * the name (or an address of that family) does not exist, ERR_LOCAL if the resolver does not answer
 * or cannot work, and for a zone (fe80::1%eth0) that is not to be had here. */
int resolve(const char *host, uint16_t port, int family, struct addrinfo **addresses_r,
	    struct err *err);

/* Record that the resolver does not answer for host, as ERR_LOCAL, or as ERR_UNTESTED where the
 * run's limit has passed. Returns -1. */
int resolve_silent(const char *host, enum err_kind kind, struct err *err);

/* Of an IPv4 or IPv6 address. */
void address_set_port(struct sockaddr_storage *address, uint16_t port);

/* 192.0.2.1:25 or [2001:db8::1]:25 */
void address_text(const struct sockaddr *sa, socklen_t len, char text[ADDRESS_TEXT_SIZE]);
/* 192.0.2.1 or 2001:db8::1 */
void address_host_text(const struct sockaddr *sa, socklen_t len, char text[ADDRESS_TEXT_SIZE]);

#endif
