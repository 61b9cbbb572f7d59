/* listener.h - a server's socket on loopback */
#ifndef MAILFLOW_UNIT_LISTENER_H
#define MAILFLOW_UNIT_LISTENER_H

#include <arpa/inet.h>
#include <stdint.h>
#include <sys/socket.h>

#include "unit.h"

/* A socket bound to *port of 127.0.0.1 (0: a free one, which is in *port then); it listens unless
 * backlog is negative. */
static inline int listener(uint16_t *port, int backlog)
{
	struct sockaddr_in sa = {.sin_family = AF_INET,
				 .sin_port = htons(*port),
				 .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	socklen_t size = sizeof(sa);
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	ck_assert_int_eq(bind(fd, (struct sockaddr *)&sa, sizeof(sa)), 0);
	if (backlog >= 0)
		ck_assert_int_eq(listen(fd, backlog), 0);
	ck_assert_int_eq(getsockname(fd, (struct sockaddr *)&sa, &size), 0);
	*port = ntohs(sa.sin_port);
	return fd;
}

#endif
