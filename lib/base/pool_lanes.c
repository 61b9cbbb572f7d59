/* pool_lanes.c - targets in their order, but for those whose lanes are full */
#include "base/pool_lanes.h"

#include <stdlib.h>

#include "base/xalloc.h"

/* What a lane is like at present. */
struct traffic {
	size_t busy;
	int64_t next_us; /* no target may begin before */
};

struct lane_queue {
	struct pool_lanes lanes;
	struct traffic *traffic; /* of each lane */
	size_t count;
	bool *taken;
	size_t first; /* all before it are taken */
};

struct lane_queue *lane_queue_new(const struct pool_lanes *lanes, size_t count)
{
	struct lane_queue *q = xcalloc(1, sizeof(*q));

	q->lanes = *lanes;
	q->traffic = xcalloc(lanes->count, sizeof(*q->traffic));
	q->count = count;
	q->taken = xcalloc(count, sizeof(*q->taken));
	return q;
}

void lane_queue_free(struct lane_queue *q)
{
	free(q->traffic);
	free(q->taken);
	free(q);
}

/* The number of a target's k-th lane, or SIZE_MAX. */
static size_t lane_of(const struct lane_queue *q, size_t i, size_t k)
{
	return q->lanes.of && q->lanes.of[i][k] ? q->lanes.of[i][k] - 1 : SIZE_MAX;
}

static bool has_room(const struct lane_queue *q, size_t i, int64_t now_us, int64_t *until_us)
{
	int64_t open_us = now_us;

	for (size_t k = 0; k < POOL_LANES_EACH; k++) {
		size_t lane = lane_of(q, i, k);
		if (lane == SIZE_MAX)
			continue;
		if (q->traffic[lane].busy == q->lanes.lane[lane].most)
			return false;
		if (q->traffic[lane].next_us > open_us)
			open_us = q->traffic[lane].next_us;
	}
	if (open_us > now_us && open_us < *until_us)
		*until_us = open_us;
	return open_us == now_us;
}

static void enter(struct lane_queue *q, size_t i, int64_t now_us)
{
	for (size_t k = 0; k < POOL_LANES_EACH; k++) {
		size_t lane = lane_of(q, i, k);
		if (lane == SIZE_MAX)
			continue;
		q->traffic[lane].busy++;
		q->traffic[lane].next_us = now_us + q->lanes.lane[lane].gap_us;
	}
	q->taken[i] = true;
	while (q->first < q->count && q->taken[q->first])
		q->first++;
}

size_t lane_queue_take(struct lane_queue *q, int64_t now_us, int64_t *until_us)
{
	for (size_t i = q->first; i < q->count; i++)
		if (!q->taken[i] && has_room(q, i, now_us, until_us)) {
			enter(q, i, now_us);
			return i;
		}
	return q->count;
}

void lane_queue_leave(struct lane_queue *q, size_t i)
{
	for (size_t k = 0; k < POOL_LANES_EACH; k++) {
		size_t lane = lane_of(q, i, k);
		if (lane != SIZE_MAX)
			q->traffic[lane].busy--;
	}
}

bool lane_queue_is_empty(const struct lane_queue *q)
{
	return q->first == q->count;
}

/* By the first lane of each. */
size_t lane_queue_width(const struct lane_queue *q)
{
	size_t *room = xcalloc(q->lanes.count, sizeof(*room)), width = 0;

	for (size_t i = 0; i < q->lanes.count; i++)
		room[i] = q->lanes.lane[i].most;
	for (size_t i = 0; i < q->count; i++) {
		size_t lane = lane_of(q, i, 0);
		if (lane == SIZE_MAX)
			width++;
		else if (room[lane] && room[lane]--)
			width++;
	}
	free(room);
	return width;
}
