/* file_lock.h - a lock that one process holds at a time, and others wait for */
#ifndef MAILFLOW_FILE_LOCK_H
#define MAILFLOW_FILE_LOCK_H

#include <stdint.h>

/* Lock the open file (flock(2)) until it is closed, in the main thread. Waits until the absolute
 * until_us at most. Returns 0 or an errno: EWOULDBLOCK when another process still holds it, EINTR
 * when a signal has been noted. */
int file_lock(int fd, int64_t until_us);

#endif
