/* sides.h - front ends and the back ends behind them: which of both fails, and what the way through
 * the front end costs
 *
 * Results of the same mailbox stand in a row and have the same number (pair). */
#ifndef MAILFLOW_SIDES_H
#define MAILFLOW_SIDES_H

#include "judge/result.h"

/* Before verdict_judge of any: how much longer each front end takes (has_delay, delay_us), for
 * thresholds. */
void sides_measure(struct result *results, size_t count);

/* After verdict_judge of all: where a front end has refused a logon that a back end took, it is not
 * the password that is wrong, and the hint does not say so. */
void sides_judge(struct result *results, size_t count);

/* Append which side fails, by all results of this one's mailbox: "the back end answers: look at
 * the front end/proxy"; nothing where none has failed, or there are no sides. A failure of the
 * SMTP leg is of neither, and of what could not be tested for a local reason nothing is known. */
void sides_tell(const struct result *results, size_t count, const struct result *of,
		struct buf *out);

/* What this front end is compared with: of the back ends of its mailbox that were tested the one
 * that has got furthest, of several the fastest. NULL: none, or it is no front end. */
const struct result *sides_behind(const struct result *results, size_t count,
				  const struct result *front);

/* How much longer the step took through the front end, in microseconds; less than 0: it was faster.
 * False where not both have done it, or it is the SMTP leg's, which is the same server's. */
bool sides_step_delay(const struct result *front, const struct result *back, const char *name,
		      int64_t *us_r);

/* The same of the whole up to the end of what both have done; false where that is nothing. */
bool sides_delay(const struct result *front, const struct result *back, int64_t *us_r);

#endif
