/* progress.h - a sign of life for a person who waits at a terminal: one line on standard error,
 * overwritten in place, and wiped at the end */
#ifndef MAILFLOW_PROGRESS_H
#define MAILFLOW_PROGRESS_H

#include <stdbool.h>

/* Whether standard error is a terminal that a line can be wiped on. */
bool progress_can_be_seen(void);

/* What the line says now, cut to one line of the terminal in its middle; "" wipes it. */
void progress_show(const char *text);

#endif
