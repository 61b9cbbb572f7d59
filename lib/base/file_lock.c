/* file_lock.c - waits for a lock, by looking whether it is free: flock(2) knows no deadline */
#include "base/file_lock.h"

#include <errno.h>
#include <sys/file.h>

#include "base/clock.h"
#include "base/interrupt.h"

/* How often to look. */
static const int64_t LOOK_US = 10 * US_PER_MS;

int file_lock(int fd, int64_t until_us)
{
	while (flock(fd, LOCK_EX | LOCK_NB)) {
		int error = errno;
		if (error != EWOULDBLOCK || clock_us() >= until_us)
			return error;
		if (interrupt_poll(-1, 0, clock_us() + LOOK_US) && interrupt_name())
			return EINTR;
	}
	return 0;
}
