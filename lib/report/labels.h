/* labels.h - what a target is called in the performance data
 *
 * A label comes from the configuration alone, whatever the test shows, and holds letters, digits
 * and '_' only: a dot makes a level in Graphite, blanks and colons break Checkmk, "::" Icinga. */
#ifndef MAILFLOW_LABELS_H
#define MAILFLOW_LABELS_H

#include "report/report.h"

/* The labels of the report's targets, in their order: host and port of an end point, behind the
 * section of an account; name and binding of a connector; with '_' for every other character. Of
 * those that become equal the second gets "_2" behind it, the third "_3". To be freed by
 * labels_free. */
char **labels_of(const struct report *r);

void labels_free(char **labels, size_t count);

#endif
