/* interrupt.h - signals that ask the process to end, so that it can give its answer first
 *
 * They are blocked in all threads, and delivered only while the main thread waits here: none is
 * missed, and none interrupts anything that is not prepared for it. */
#ifndef MAILFLOW_INTERRUPT_H
#define MAILFLOW_INTERRUPT_H

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

/* From now on SIGHUP, SIGINT and SIGTERM are noted instead of ending the process. Those that are
 * ignored (nohup, jobs in the background) stay so. To be called before threads are started. */
void interrupt_hold(void);

/* Wait in the main thread until fd (-1: none) is ready for events (those of poll(2)) or the
 * absolute deadline has passed. Returns 1 when ready (also on hang-up or error: the next read or
 * write tells), 0 at the deadline, or -1 with errno: EINTR when a signal has been noted, also
 * before, or another one was caught meanwhile. */
int interrupt_poll(int fd, short events, int64_t deadline_us);

/* The same for the last that is to be done: a signal that was noted before does not count. */
int interrupt_poll_last(int fd, short events, int64_t deadline_us);

/* The first signal that was noted, as "SIGTERM", or NULL. */
const char *interrupt_name(void);

/* Record "ended by SIGTERM WHERE after N s" as ERR_ENDED; where may be "", since_us is when the run
 * began. Returns -1. */
int interrupt_set_err(struct err *err, const char *where, int64_t since_us);

/* Write all of it in the main thread, for a reader who may be slow until the absolute deadline, or
 * until a signal that comes while he is waited for. Returns 0, or -1 with errno: ETIMEDOUT at the
 * deadline, EINTR after such a signal. */
int interrupt_write(int fd, const char *bytes, size_t len, int64_t deadline_us);

#endif
