/* conn_begin.h - what conn.c needs of connections that are begun ahead; others use conn.h */
#ifndef MAILFLOW_CONN_BEGIN_H
#define MAILFLOW_CONN_BEGIN_H

#include "net/conn.h"

/* Room for a list of addresses. */
struct conn_addresses {
	struct addrinfo list[CONN_KNOWN_MAX];
	struct sockaddr_in6 at[CONN_KNOWN_MAX];
};

/* Remember what host was resolved to in that family: nothing if it has more than CONN_KNOWN_MAX. */
void conn_know(struct conn *c, const char *host, int family, const struct addrinfo *addresses);

/* The addresses of the end point's host, in their order and with its port, if they are known. The
 * list is in room. */
const struct addrinfo *conn_known_addresses(const struct conn *c, const struct endpoint *endpoint,
					    int family, struct conn_addresses *room);

/* Whether the first of these has been begun with, and not been taken over. */
bool conn_has_begun(const struct conn *c, const struct endpoint *endpoint, int family);

/* c is connected: begin what was to be begun then. */
void conn_begin_waiting(struct conn *c);

/* What was begun is connected: note since when, and when the server has spoken first. */
void conn_note_begun(struct conn *c);

/* Close what was begun and not taken over, without a word, and forget it. */
void conn_drop_begun(struct conn *c);

#endif
