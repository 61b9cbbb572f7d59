/* report_sides.h - what the way through a front end costs, for people */
#ifndef MAILFLOW_REPORT_SIDES_H
#define MAILFLOW_REPORT_SIDES_H

#include "report/report.h"

/* Of a front end append which side fails, if one does, and beside which back end it is how much
 * slower: `total +12.3 ms, imap_connect +0.4 ms, imap_login +10.1 ms, beside mbx01:1993`. */
void report_proxy(const struct report *r, const struct result *t, struct buf *out);

/* What a front end is compared with, and how much slower it is; NULL: it is none, or nothing. */
const struct result *report_back_end(const struct report *r, const struct result *t, int64_t *us_r);

/* The front end that is slowest beside its back end; NULL if none was compared. */
const struct result *report_slowest_front(const struct report *r, int64_t *us_r);

/* "+12.3 ms" of microseconds. */
void report_put_delay(int64_t us, struct buf *out);

#endif
