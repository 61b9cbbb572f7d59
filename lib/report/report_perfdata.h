/* report_perfdata.h - which numbers of a report become performance data, and under which labels */
#ifndef MAILFLOW_REPORT_PERFDATA_H
#define MAILFLOW_REPORT_PERFDATA_H

#include "base/buf.h"
#include "report/report.h"

/* Append them to perf, which is as long as they need. A step that failed has the time until then;
 * what was not reached, and a target that was skipped, has none.
 *
 * One target: the total, the steps, days of the certificates, measures.
 *
 * Several (r->several): how many, and how many of them are well (ok); of the total and each step
 * the slowest, and with "_median" behind the name the median; the days of the certificate that ends
 * first. Then by r->perfdata of each target, with its label in front, all that one has, or its
 * total where they are PERFDATA_FEW at most whose labels leave room for it, or nothing. */
void report_perfdata(const struct report *r, size_t ok, struct buf *perf);

/* The target that took longest; NULL if none was tested. */
const struct result *report_slowest(const struct report *r);

#endif
