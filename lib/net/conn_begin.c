/* conn_begin.c - connections that are begun before they are needed
 *
 * Nothing here waits, and nothing is said. What became of a connection while nobody looked is asked
 * of the kernel when it is taken over. */
#include "config.h"

#include "net/conn_begin.h"

#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/text.h"
#include "net/connect.h"
#include "net/io.h"

/* ---- addresses ---- */

void conn_know(struct conn *c, const char *host, int family, const struct addrinfo *addresses)
{
	struct conn_known *k = &c->known;

	*k = (struct conn_known){.family = family};
	snprintf(k->host, sizeof(k->host), "%s", host);
	for (const struct addrinfo *a = addresses; a; a = a->ai_next) {
		if (k->count == CONN_KNOWN_MAX || a->ai_addrlen > sizeof(k->at[0])) {
			k->count = 0; /* a part of them would be another answer */
			return;
		}
		memcpy(&k->at[k->count++], a->ai_addr, a->ai_addrlen);
	}
}

static bool knows(const struct conn_known *k, const struct endpoint *e, int family)
{
	return k->count && k->family == family &&
	       text_equal_nocase(k->host, strlen(k->host), e->host);
}

const struct addrinfo *conn_known_addresses(const struct conn *c, const struct endpoint *e,
					    int family, struct conn_addresses *room)
{
	const struct conn_known *k = &c->known;

	if (!knows(k, e, family))
		return NULL;
	for (size_t i = 0; i < k->count; i++) {
		struct sockaddr *sa = (struct sockaddr *)&room->at[i];
		bool v6 = k->at[i].sin6_family == AF_INET6;
		room->at[i] = k->at[i];
		/* at the same place in both kinds of addresses */
		room->at[i].sin6_port = htons(e->port);
		room->list[i] = (struct addrinfo){
			.ai_family = v6 ? AF_INET6 : AF_INET,
			.ai_socktype = SOCK_STREAM,
			.ai_addrlen = v6 ? sizeof(struct sockaddr_in6) : sizeof(struct sockaddr_in),
			.ai_addr = sa,
			.ai_next = i + 1 < k->count ? &room->list[i + 1] : NULL,
		};
	}
	return room->list;
}

/* An address is known by being read. */
static void know_numeric(struct conn *c, const struct endpoint *e, int family)
{
	struct addrinfo *addresses;
	struct err ignored = {0};

	if (knows(&c->known, e, family) || !endpoint_host_is_address(e->host) ||
	    resolve(e->host, e->port, family, &addresses, &ignored))
		return;
	conn_know(c, e->host, family, addresses);
	freeaddrinfo(addresses);
}

/* ---- beginning ---- */

void conn_begin(struct conn *c, const struct endpoint *endpoint, int family)
{
	struct conn_addresses room;
	int error;

	conn_drop_begun(c);
	know_numeric(c, endpoint, family);
	const struct addrinfo *first = conn_known_addresses(c, endpoint, family, &room);
	int fd = first ? connect_start(first, &error) : -1;
	if (fd < 0)
		return;
	c->ahead = (struct conn_ahead){.pending = true, .fd = fd, .port = endpoint->port};
	c->ahead.since_us = clock_us();
}

void conn_begin_beside(struct conn *c, struct conn *first, const struct endpoint *endpoint,
		       int family)
{
	first->beside = (struct conn_beside){c, endpoint, family};
}

void conn_begin_waiting(struct conn *c)
{
	struct conn_beside b = c->beside;

	if (!b.conn)
		return;
	c->beside = (struct conn_beside){0};
	if (knows(&c->known, b.endpoint, b.family))
		b.conn->known = c->known;
	conn_begin(b.conn, b.endpoint, b.family);
}

void conn_drop_begun(struct conn *c)
{
	if (c->ahead.pending)
		close(c->ahead.fd);
	c->ahead = (struct conn_ahead){0};
}

bool conn_has_begun(const struct conn *c, const struct endpoint *endpoint, int family)
{
	return c->ahead.pending && c->ahead.port == endpoint->port &&
	       knows(&c->known, endpoint, family);
}

/* ---- taking over ---- */

#ifdef HAVE_STRUCT_TCP_INFO_TCPI_LAST_ACK_RECV
/* When the connection was there, and when the newest bytes came (0: none), as the kernel knows
 * them: the round trip of the SYN to a microsecond, unless it had to be sent again; the rest to the
 * tick of its clock. */
static void ask_kernel(struct conn_ahead *a, int64_t now)
{
	struct tcp_info info;
	socklen_t size = sizeof(info);
	char byte;

	if (getsockopt(a->fd, IPPROTO_TCP, TCP_INFO, &info, &size))
		return;
	int64_t newest_us = now - info.tcpi_last_ack_recv * US_PER_MS;
	a->connected_us = info.tcpi_total_retrans ? newest_us : a->since_us + info.tcpi_rtt;
	if (recv(a->fd, &byte, 1, MSG_PEEK | MSG_DONTWAIT) > 0)
		a->heard_us = now - info.tcpi_last_data_recv * US_PER_MS;
}
#else
static void ask_kernel(struct conn_ahead *a, int64_t now)
{
	(void)a;
	(void)now;
}
#endif

static int64_t within(int64_t at, int64_t from, int64_t to)
{
	return at < from ? from : at > to ? to : at;
}

void conn_note_begun(struct conn *c)
{
	struct conn_ahead *a = &c->ahead;
	int64_t now = clock_us();

	/* where nobody tells: it was there when somebody looked */
	a->pending = false;
	a->connected_us = now;
	ask_kernel(a, now);
	a->connected_us = within(a->connected_us, a->since_us, now);
	if (a->heard_us)
		a->heard_us = within(a->heard_us, a->connected_us, now);
	c->connect_us = a->connected_us - a->since_us;
}

bool conn_claim(struct conn *c)
{
	int error = 0;
	socklen_t size = sizeof(error);

	if (!c->ahead.pending)
		return false;
	if (io_wait(c->ahead.fd, POLLOUT, 0) != 1 ||
	    getsockopt(c->ahead.fd, SOL_SOCKET, SO_ERROR, &error, &size) || error) {
		conn_drop_begun(c);
		return false;
	}
	conn_note_begun(c);
	c->fd = c->ahead.fd;
	return true;
}

bool conn_was_ahead(const struct conn *c)
{
	return c->ahead.since_us && !c->ahead.pending && !c->has_spoken && !c->tls_on;
}

void conn_note_greeting(struct conn *c)
{
	const struct conn_ahead *a = &c->ahead;

	if (!conn_was_ahead(c))
		return;
	if (a->heard_us)
		timeline_took(c->tl, a->connected_us, a->heard_us - a->connected_us);
	else
		timeline_backdate(c->tl, a->connected_us);
}
