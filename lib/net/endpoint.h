/* endpoint.h - HOST[:PORT[:TYPE]], the notation of Exchange's ExternalConnectionSettings */
#ifndef MAILFLOW_ENDPOINT_H
#define MAILFLOW_ENDPOINT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "net/ports.h"

enum tls_mode {
	TLS_MODE_DEFAULT = 0, /* not said: the port or --connection-type decides */
	TLS_MODE_PLAINTEXT,   /* PLAIN: no TLS */
	TLS_MODE_IMPLICIT,    /* SSL: TLS from the first byte */
	TLS_MODE_STARTTLS,    /* TLS: STARTTLS or STLS, mandatory */
};

enum { ENDPOINT_HOST_SIZE = 256, ENDPOINT_LABEL_SIZE = ENDPOINT_HOST_SIZE + 16 };

struct endpoint {
	char host[ENDPOINT_HOST_SIZE]; /* name or address, without brackets */
	uint16_t port;                 /* 0: not said */
	bool has_twin; /* among those to be tested is one that differs in mode alone */
	enum tls_mode mode;
};

/* Parse text; IPv6 addresses with a port need brackets: [::1]:993:SSL. A bare IPv6 address is a
 * host, unless its end may be meant for a port ("::1:143"): that is refused. Ports are 1 to 65535,
 * types SSL, TLS or PLAIN, in any case; an empty port or type counts as not said. Host names:
 * letters, digits, '-', '.', '_' and non-ASCII bytes, at most 253 bytes, and not a number at the
 * end. Returns 0, or -1 with ERR_USAGE that says what is wrong and what would be right. */
int endpoint_parse(const char *text, struct endpoint *endpoint_r, struct err *err);

/* Names of a connection type as -T takes them: plaintext|none, ssl|implicit, tls|starttls; any
 * case. Returns 0, or -1 with ERR_USAGE. */
int tls_mode_parse(const char *text, enum tls_mode *mode_r, struct err *err);
/* "plaintext", "ssl", "tls" */
const char *tls_mode_name(enum tls_mode mode);

/* Fill what text left open: the type from mode (TLS_MODE_DEFAULT: implicit where
 * ports_is_implicit() says so, else STARTTLS), the port from port, or if that is 0 the well-known
 * one of the type. */
void endpoint_complete(struct endpoint *e, enum tls_mode mode, uint16_t port,
		       const struct service_ports *ports);

/* HOST:PORT for people, IPv6 in brackets. */
void endpoint_label(const struct endpoint *e, char label[ENDPOINT_LABEL_SIZE]);

bool endpoint_host_is_address(const char *host);
/* Whether text is a host's name or address, with nothing behind it. */
bool endpoint_is_host(const char *text);

/* How much of a host name of len bytes counts where names are compared or sent: not the dot at its
 * end, which only says that it is whole (RFC 1034 section 3.1). The resolver gets it all. */
size_t endpoint_name_len(const char *name, size_t len);
/* The same as a string; what is no host name may be cut. */
void endpoint_name(const char *host, char name[ENDPOINT_HOST_SIZE]);
/* Whether b names the same host as the len bytes at a, in any case, with or without that dot. */
bool endpoint_same_host(const char *a, size_t len, const char *b);

#endif
