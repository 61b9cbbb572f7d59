/* io.c - the only place in the suite that sleeps: poll(2) against an absolute deadline */
#include "net/io.h"

#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>

#include "base/clock.h"

int io_wait(int fd, short events, int64_t deadline_us)
{
	struct pollfd pfd = {.fd = fd, .events = events};

	for (;;) {
		int left = deadline_left_ms(deadline_us);
		int n = poll(&pfd, 1, left);
		if (n > 0)
			return 1;
		if (n < 0 && errno != EINTR && errno != EAGAIN)
			return -1;
		if (n == 0 && deadline_left_ms(deadline_us) == 0)
			return 0;
	}
}

/* Linux waits up to 40 ms before it acknowledges, and a server with Nagle's algorithm (Postfix
 * behind its TLS session tickets) waits for that: time that would be counted as the server's. The
 * flag does not last. */
#ifdef TCP_QUICKACK
static void acknowledge(int fd)
{
	setsockopt(fd, IPPROTO_TCP, TCP_QUICKACK, &(int){1}, sizeof(int));
}
#else
static void acknowledge(int fd)
{
	(void)fd;
}
#endif

int io_wait_for_peer(int fd, short events, int64_t deadline_us)
{
	if (events & POLLIN)
		acknowledge(fd);
	return io_wait(fd, events, deadline_us);
}
