/* threshold.h - ranges of the monitoring-plugins guidelines, and one per step */
#ifndef MAILFLOW_THRESHOLD_H
#define MAILFLOW_THRESHOLD_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"
#include "base/err.h"
#include "judge/state.h"

/* 10 = 0..10, 10: = 10..inf, ~:10 = -inf..10, 10:20; alert outside, with @ inside; ends are
 * included. */
struct range {
	double start, end; /* -INFINITY, INFINITY where open */
	bool inside;       /* @ */
};

/* Exact syntax, decimal numbers with a dot, no exponent, no blank. Returns 0, or -1 with ERR_USAGE:
 * malformed, or start greater than end. text need not be terminated. */
int range_parse(const char *text, size_t len, struct range *range_r, struct err *err);
/* Whether value raises the alert. */
bool range_alerts(const struct range *r, double value);
/* The range as it stands in perfdata, shortest form: "5", "30:", "~:10", "@10:20". Returns 0 or -1
 * (full). */
int range_format(const struct range *r, struct buf *b);

enum { THRESHOLDS_MAX = 32 };

/* [STEP=]RANGE[,...]; a bare RANGE is for "total". STEP is also a number of steps.h. */
struct thresholds {
	struct {
		char step[32];
		struct range range;
	} item[THRESHOLDS_MAX];
	size_t count;
};

/* Parse and add to t; a step given again in a later call replaces the earlier, twice in one text is
 * refused, and so is one that none of the parts (a set of enum part) has. Returns 0 or -1 with
 * ERR_USAGE. */
int thresholds_parse(struct thresholds *t, const char *text, unsigned int parts, struct err *err);

/* ERR_USAGE where a step is named that a test of these parts never comes to: the threshold would
 * never be crossed. */
int thresholds_check(const struct thresholds *t, unsigned int parts, struct err *err);

/* The range for a step's full name: an equal name first, then the name without its "imap_", "pop_"
 * or "smtp_" prefix. NULL if there is none. */
const struct range *thresholds_find(const struct thresholds *t, const char *step);

#endif
