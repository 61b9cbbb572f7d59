/* io.h - the one function that blocks */
#ifndef MAILFLOW_IO_H
#define MAILFLOW_IO_H

#include <stdint.h>

/* Wait until fd is ready for events (POLLIN, POLLOUT of poll(2)) or the absolute deadline
 * (microseconds, clock.h) has passed. Returns 1 when ready (also on hang-up or error: the next read
 * or write tells), 0 at the deadline, -1 with errno if poll failed. fd -1 only sleeps. Interrupted
 * calls are resumed. */
int io_wait(int fd, short events, int64_t deadline_us);

/* The same for a TCP connection; what has come is acknowledged before that, for the peer may wait
 * for it. */
int io_wait_for_peer(int fd, short events, int64_t deadline_us);

#endif
