/* perfdata.h - performance data to the letter of the monitoring-plugins guidelines */
#ifndef MAILFLOW_PERFDATA_H
#define MAILFLOW_PERFDATA_H

#include "base/buf.h"
#include "judge/threshold.h"

/* label=value[UOM];[warn];[crit];[min];[max] */
struct perf {
	const char *label; /* letters, digits and '_' */
	double value;
	const char *uom;          /* "s", "B", "%", "c" or "" */
	int decimals;             /* digits behind the dot */
	const struct range *warn; /* NULL: none */
	const struct range *crit;
	const char *min, *max; /* NULL: none */
};

/* Append one item, with a blank in front if b is not empty. Trailing semicolons are left off; an
 * item whose value is not finite is left out. Returns 0, or -1 with b unchanged when it is full. */
int perfdata_add(struct buf *b, const struct perf *p);

#endif
