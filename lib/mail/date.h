/* date.h - the Date field of a message (RFC 5322 section 3.3), independent of locale and
 * time zone */
#ifndef MAILFLOW_DATE_H
#define MAILFLOW_DATE_H

#include <stddef.h>
#include <time.h>

#include "base/buf.h"

/* Read the body of a Date field, unfolded. Comments may stand wherever blanks may; the day of the
 * week may be left out and is not compared with the date; zones are +hhmm, -hhmm, and of the
 * obsolete names UT, UTC, GMT, Z and the North American ones. Years of two digits and military
 * zones are refused, for they are ambiguous. Returns 0, or -1 if it is not a date. */
int date_parse(const char *text, size_t len, time_t *date_r);

/* Append "Mon, 02 Jan 2006 15:04:05 +0000", in UTC. -1 when b is full. */
int date_format(struct buf *b, time_t date);

#endif
