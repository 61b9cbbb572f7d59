/* report_perfdata.h - which numbers of a result become performance data, and under which labels */
#ifndef MAILFLOW_REPORT_PERFDATA_H
#define MAILFLOW_REPORT_PERFDATA_H

#include "base/buf.h"
#include "report/report.h"

/* Total, steps, days of the certificate, measures of one target, labelled PREFIX_NAME (prefix NULL:
 * NAME). A skipped target has none, nor has a step that failed. Returns 0, or -1 when perf is
 * full. */
int perf_target(const struct report *r, const struct result *t, const char *prefix,
		struct buf *perf);

/* The number of targets, and of those that are ok. */
void perf_counts(const struct report *r, size_t ok, struct buf *perf);

/* For several: the number of targets, of those that are ok, and the slowest total; then each target
 * in full if all of them fit, else the totals of as many as fit. Returns the number of targets
 * whose data are not all there. Of connectors, the slowest and the median of each step come before
 * the targets' own data, which r->perfdata may rule out. */
size_t perf_targets(const struct report *r, size_t ok, struct buf *perf);

/* The target that took longest; NULL if none was tested. */
const struct result *report_slowest(const struct report *r);

#endif
