/* clock.h - the monotonic clock and absolute deadlines, both in microseconds */
#ifndef MAILFLOW_CLOCK_H
#define MAILFLOW_CLOCK_H

#include <stdbool.h>
#include <stdint.h>

#define US_PER_MS INT64_C(1000)
#define US_PER_S  INT64_C(1000000)

/* Digits with which "%.*g" shows up to 9,999 seconds in words: neither 52.4998 nor 1e+03. */
#define SECONDS_DIGITS(seconds) ((seconds) < 100 ? 3 : 4)

/* A limit that was set for all of a run. */
struct limit {
	int64_t until_us; /* absolute */
	int64_t us;       /* how long it is, for messages */
	bool is_given;    /* by an option */
};

/* When the run began, absolute. */
static inline int64_t limit_begun_us(const struct limit *l)
{
	return l->until_us - l->us;
}

static inline double limit_s(const struct limit *l)
{
	return (double)l->us / (double)US_PER_S;
}

/* Now on CLOCK_MONOTONIC, in microseconds. */
int64_t clock_us(void);

/* Now on the wall's clock, in microseconds since 1970: to be shown, and never to be waited by. */
int64_t clock_wall_us(void);

/* Milliseconds until an absolute deadline (microseconds), rounded up; 0 when it has passed. Fits
 * poll(2). */
int deadline_left_ms(int64_t deadline_us);

#endif
