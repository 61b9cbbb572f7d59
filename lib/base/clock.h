/* clock.h - the monotonic clock and absolute deadlines, both in microseconds */
#ifndef MAILFLOW_CLOCK_H
#define MAILFLOW_CLOCK_H

#include <stdint.h>

#define US_PER_MS INT64_C(1000)
#define US_PER_S  INT64_C(1000000)

/* Digits with which "%.*g" shows up to 9,999 seconds in words: neither 52.4998 nor 1e+03. */
#define SECONDS_DIGITS(seconds) ((seconds) < 100 ? 3 : 4)

/* Now on CLOCK_MONOTONIC, in microseconds. */
int64_t clock_us(void);

/* Milliseconds until an absolute deadline (microseconds), rounded up; 0 when it has passed. Fits
 * poll(2). */
int deadline_left_ms(int64_t deadline_us);

#endif
