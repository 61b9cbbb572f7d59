/* pool.h - targets on a bounded pool of threads, and an answer at the deadline whatever they do */
#ifndef MAILFLOW_POOL_H
#define MAILFLOW_POOL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/pool_lanes.h"

/* Test target i. Runs in a worker; touches nothing of other targets. */
typedef void pool_fn(void *ctx, size_t i);
/* Called by the waiting thread about every 0.2 s with the number of finished targets, and once at
 * the end with SIZE_MAX to tidy up; may be NULL. */
typedef void pool_progress_fn(void *ctx, size_t finished);

struct pool {
	size_t count;
	size_t parallel;         /* at most so many at once; at least 1 */
	struct pool_lanes lanes; /* that some targets share */
	int64_t deadline_us;     /* absolute; after it pool_run returns whatever the workers do */
	pool_fn *work;
	pool_progress_fn *progress;
	void *ctx;
};

/* Run all targets, in their order but for those whose lanes are full. finished_r (count elements,
 * by the caller, zeroed) tells which of them are done: only their results may be read. Returns 0
 * when all are done and every worker is joined; 1 at the deadline, or when a signal was noted
 * (interrupt_name()): workers may still run, so ctx must stay and the caller must end the process
 * with _exit(); -1 if not one thread could be started (errno is set). Fewer threads than asked for
 * is not an error. */
int pool_run(const struct pool *r, bool *finished_r);

#endif
