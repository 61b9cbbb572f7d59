/* clock.c - the monotonic clock and absolute deadlines */
#include "base/clock.h"

#include <limits.h>
#include <time.h>

static int64_t read_clock(clockid_t clock)
{
	struct timespec ts;

	clock_gettime(clock, &ts);
	return (int64_t)ts.tv_sec * US_PER_S + ts.tv_nsec / 1000;
}

int64_t clock_us(void)
{
	return read_clock(CLOCK_MONOTONIC);
}

int64_t clock_wall_us(void)
{
	return read_clock(CLOCK_REALTIME);
}

int deadline_left_ms(int64_t deadline_us)
{
	int64_t left = deadline_us - clock_us();

	if (left <= 0)
		return 0;
	left = (left + US_PER_MS - 1) / US_PER_MS;
	return left > INT_MAX ? INT_MAX : (int)left;
}
