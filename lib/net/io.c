/* io.c - the only place in the suite that sleeps: poll(2) against an absolute deadline */
#include "net/io.h"

#include <errno.h>
#include <poll.h>

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
