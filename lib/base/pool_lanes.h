/* pool_lanes.h - in what order targets are taken that have something in common which bears only so
 * many of them at once: a server, a sender
 *
 * Not for several threads: the pool has a lock. */
#ifndef MAILFLOW_POOL_LANES_H
#define MAILFLOW_POOL_LANES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct pool_lane {
	size_t most;    /* at once; at least 1 */
	int64_t gap_us; /* from the beginning of one to that of the next; 0: none */
};

enum { POOL_LANES_EACH = 3 };

/* All borrowed. Zeroed: there are none. */
struct pool_lanes {
	const struct pool_lane *lane;
	size_t count;
	/* of each target, those that it takes, as their numbers from 1 on; 0: none */
	size_t (*of)[POOL_LANES_EACH];
};

struct lane_queue;

/* The targets 0 to count - 1, none of them taken. To be freed by lane_queue_free. */
struct lane_queue *lane_queue_new(const struct pool_lanes *lanes, size_t count);
void lane_queue_free(struct lane_queue *q);

/* Take the first target for which all its lanes have room. Returns its number; or count, and
 * *until_us (where it is later than that) becomes when one may have room by itself. */
size_t lane_queue_take(struct lane_queue *q, int64_t now_us, int64_t *until_us);
/* It is done with. */
void lane_queue_leave(struct lane_queue *q, size_t i);
/* Whether all have been taken. */
bool lane_queue_is_empty(const struct lane_queue *q);

/* How many targets can be under way at once at most. */
size_t lane_queue_width(const struct lane_queue *q);

#endif
