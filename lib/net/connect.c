/* connect.c - one address after the other is tried, each within its share of the time */
#include "net/connect.h"

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
#include "net/conn_begin.h"
#include "net/io.h"
#include "net/net_hint.h"
#include "net/resolve.h"

/* Beside the errno values: the address's share of the time has passed. */
enum { SHARE_PASSED = -1 };

/* An ICMP answer from a router far away reads the same as no route here. */
static bool is_unreachable(int error)
{
	return error == ENETUNREACH || error == EHOSTUNREACH || error == ENETDOWN ||
	       error == EHOSTDOWN;
}

/* Kinds of connect(2) errors: what lies on this machine is not the server's fault. */
static enum err_kind connect_kind(const struct conn *c, int error)
{
	switch (error) {
	case EMFILE:
	case ENFILE:
	case ENOBUFS:
	case ENOMEM:
	case EAFNOSUPPORT:
	case EADDRNOTAVAIL:
	case EACCES:
	case EPERM:
	case EINVAL: /* a link-local address without a zone */
		return ERR_LOCAL;
	case ETIMEDOUT: /* the system's own limit */
		return ERR_TIMEOUT;
	case SHARE_PASSED:
		return c->tl->limit_kind;
	default:
		return is_unreachable(error) ? ERR_LOCAL : ERR_CONNECT;
	}
}

static const char *connect_words(int error)
{
	if (error == SHARE_PASSED || error == ETIMEDOUT)
		return "timed out";
	return is_unreachable(error) ? "no route" : text_errno(error);
}

int connect_start(const struct addrinfo *a, int *error_r)
{
	int on = 1;
	int fd = socket(a->ai_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);

	if (fd < 0) {
		*error_r = errno;
		return -1;
	}
	/* a dialog of small writes: Nagle's algorithm would wait for acknowledgements */
	setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
	if (connect(fd, a->ai_addr, a->ai_addrlen) == 0 || errno == EINPROGRESS)
		return fd;
	*error_r = errno;
	close(fd);
	return -1;
}

/* What was started is waited for until until_us. Returns the socket, or -1 with *error_r (errno or
 * SHARE_PASSED), and it is closed. */
static int connect_finish(int fd, int64_t until_us, int *error_r)
{
	socklen_t size = sizeof(*error_r);
	int ready = io_wait(fd, POLLOUT, until_us);

	*error_r = SHARE_PASSED;
	if (ready < 0 || (ready > 0 && getsockopt(fd, SOL_SOCKET, SO_ERROR, error_r, &size)))
		*error_r = errno;
	if (*error_r == 0)
		return fd;
	close(fd);
	return -1;
}

/* Connect to one address before until_us; as connect_finish. */
static int connect_one(const struct addrinfo *a, int64_t until_us, int *error_r)
{
	int fd = connect_start(a, error_r);

	return fd < 0 ? -1 : connect_finish(fd, until_us, error_r);
}

static bool closed_without_a_word(int fd)
{
	char byte;
	ssize_t n = recv(fd, &byte, 1, MSG_PEEK | MSG_DONTWAIT);

	return n == 0 || (n < 0 && errno != EAGAIN && errno != EINTR);
}

/* What was begun to this address, or a new connection if that had been there and the server did not
 * keep it: that is no refusal, but its limit for those who say nothing. As connect_one. */
static int connect_begun(struct conn *c, const struct addrinfo *a, int64_t until_us, int *error_r)
{
	struct conn_ahead begun = c->ahead;
	bool waited = io_wait(begun.fd, POLLOUT, 0) == 0;
	int fd = connect_finish(begun.fd, until_us, error_r);

	c->ahead = (struct conn_ahead){0};
	if (fd < 0 && *error_r != ECONNRESET)
		return -1;
	if (fd < 0 || closed_without_a_word(fd)) {
		if (fd >= 0)
			close(fd);
		return connect_one(a, until_us, error_r);
	}
	c->ahead = begun;
	conn_note_begun(c);
	if (waited)
		timeline_backdate(c->tl, begun.since_us);
	else
		timeline_took(c->tl, begun.since_us, c->connect_us);
	return fd;
}

static void note_tried(struct conn *c, const struct addrinfo *a, int error)
{
	size_t used = strlen(c->tried);
	char host[ADDRESS_TEXT_SIZE];

	address_host_text(a->ai_addr, a->ai_addrlen, host);
	snprintf(c->tried + used, sizeof(c->tried) - used, "%s%s (%s)", used ? ", " : "", host,
		 connect_words(error));
}

static void advise(struct conn *c, int error)
{
	bool imap = !strcmp(c->leg, "imap"), pop = !strcmp(c->leg, "pop");

	if (error == SHARE_PASSED || error == ETIMEDOUT)
		err_advise(c->err, &net_hints[NET_DROPPED]);
	else if (is_unreachable(error))
		err_advise(c->err, &net_hints[NET_NO_ROUTE]);
	else if (error == ECONNREFUSED)
		err_advise(c->err, &net_hints[imap  ? NET_REFUSED_IMAP
					      : pop ? NET_REFUSED_POP
						    : NET_REFUSED]);
	else if (error == ECONNRESET)
		err_advise(c->err, &net_hints[NET_CLOSED_AT_ONCE]);
	else if (error == EINVAL)
		err_advise(c->err, &net_hints[NET_ZONE]);
	else if (error == EMFILE || error == ENFILE)
		err_advise(c->err, &net_hints[NET_FILES]);
	else if (error == EACCES || error == EPERM)
		err_advise(c->err, &net_hints[NET_LOCAL_RULES]);
}

/* The only address did not answer. */
static void set_failed(struct conn *c, const struct addrinfo *a, int error, bool by_name)
{
	char host[ADDRESS_TEXT_SIZE], what[ADDRESS_TEXT_SIZE + 16];
	enum err_kind kind = connect_kind(c, error);
	bool at = by_name && kind != ERR_LOCAL;

	address_host_text(a->ai_addr, a->ai_addrlen, host);
	snprintf(what, sizeof(what), "no answer%s%s", by_name ? " from " : "", by_name ? host : "");
	if (is_unreachable(error))
		err_set(c->err, ERR_LOCAL, "no route to %s", host);
	else if (error == SHARE_PASSED)
		timeline_timed_out(c->tl, what);
	else
		err_set(c->err, kind, "%s%s%s", text_errno(error), at ? " at " : "",
			at ? host : "");
}

/* The server's refusal weighs more than a local reason: an IPv6 address without a route beside a
 * refusing IPv4 one is a refusal. */
static int rank(enum err_kind kind)
{
	return kind == ERR_CONNECT ? 2 : err_is_timeout(kind) ? 1 : 0;
}

static int try_address(struct conn *c, const struct addrinfo *a, int64_t until_us, int *error_r)
{
	int64_t now = clock_us();
	int fd = c->ahead.pending ? connect_begun(c, a, until_us, error_r)
				  : connect_one(a, until_us, error_r);

	if (fd >= 0 && !c->ahead.since_us)
		c->connect_us = clock_us() - now;
	return fd;
}

static void note_local(struct conn *c)
{
	struct sockaddr_storage at;
	socklen_t len = sizeof(at);

	if (getsockname(c->fd, (struct sockaddr *)&at, &len) == 0)
		address_text((const struct sockaddr *)&at, len, c->local);
}

int connect_any(struct conn *c, const struct addrinfo *addresses, bool by_name)
{
	unsigned int left = 0;
	enum err_kind worst = ERR_LOCAL;
	int error = 0, telling = 0;

	c->tried[0] = c->local[0] = '\0';
	for (const struct addrinfo *a = addresses; a; a = a->ai_next)
		left++;
	for (const struct addrinfo *a = addresses; a; a = a->ai_next, left--) {
		int64_t now = clock_us();
		address_text(a->ai_addr, a->ai_addrlen, c->address);
		c->fd = try_address(c, a, now + (c->tl->deadline_us - now) / left, &error);
		if (c->fd >= 0) {
			note_local(c);
			return 0;
		}
		note_tried(c, a, error);
		if (rank(connect_kind(c, error)) >= rank(worst)) {
			worst = connect_kind(c, error);
			telling = error;
		}
	}
	c->address[0] = '\0';
	if (addresses->ai_next)
		err_set(c->err, worst, "no address answered: %s", c->tried);
	else
		set_failed(c, addresses, error, by_name);
	advise(c, telling);
	return -1;
}
