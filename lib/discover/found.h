/* found.h - what discovery has found: connectors, end points and accounts, and what was odd
 *
 * Sources add; what is printed is sorted, and depends on nothing but what was found. */
#ifndef MAILFLOW_FOUND_H
#define MAILFLOW_FOUND_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "net/endpoint.h"

enum found_service { FOUND_IMAP = 0, FOUND_POP, FOUND_SMTP, FOUND_SERVICES };

/* All strings are owned by struct found once they are added; NULL is what is not known. */
struct found_connector {
	char *name;
	char *server, *fqdn; /* server may be NULL where bindings are addresses of this host */
	char *bindings;      /* "0.0.0.0:25, [::]:25" */
	enum tls_mode mode;
	bool lmtp;
	uint64_t max_size; /* bytes; 0: no limit is known */
	char *certificate_name;
	char *off;    /* why it is off; NULL: it is on */
	char *remark; /* for people */
};

struct found_endpoint {
	enum found_service service;
	char *host;
	uint16_t port;
	enum tls_mode mode;
	char *remark;
};

/* What a server says of its IMAP or POP3 service; lists are parted by ", ". */
struct found_listener {
	enum found_service service;
	char *server;
	char *clear, *secure;      /* bindings: in the clear or STARTTLS, and TLS at once */
	char *internal, *external; /* HOST:PORT:TYPE, as they are published */
	char *certificate_name;
	uint16_t proxy_port;      /* of the back end */
	struct endpoint entrance; /* where clients are sent, the safest of it; host "": nowhere */
};

struct found_account {
	char *name; /* of its section */
	char *username, *mailto;
	char *server;                /* where the mailbox is */
	const char *off[FOUND_SMTP]; /* why IMAP, or POP, is off; constant, NULL: it is on */
};

/* Zero-initialised. */
struct found {
	struct found_connector *connector;
	size_t connectors;
	struct found_endpoint *endpoint;
	size_t endpoints;
	struct found_listener *listener;
	size_t listeners;
	struct found_account *account;
	size_t accounts;
	char **oddity; /* what was odd, a sentence each; each makes the answer a WARNING */
	size_t oddities;
};

/* Take over the strings of what is added. */
void found_add_connector(struct found *f, const struct found_connector *c);
void found_add_endpoint(struct found *f, const struct found_endpoint *e);
void found_add_listener(struct found *f, const struct found_listener *l);
void found_add_account(struct found *f, const struct found_account *a);
void found_note(struct found *f, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

/* Sort all, and drop end points and accounts that are there twice; connectors of one name get
 * " (2)" and so on behind it. */
void found_sort(struct found *f);

/* What that server says of the service, once all is sorted; NULL: nothing. */
const struct found_listener *found_listener_of(const struct found *f, const char *server,
					       enum found_service service);

/* "imap", "pop", "smtp" */
const char *found_service_name(enum found_service service);

/* Accepts a zeroed struct. */
void found_free(struct found *f);

#endif
