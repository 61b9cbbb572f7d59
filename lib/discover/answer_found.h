/* answer_found.h - the last that mailflow_discover does: what was found goes to standard output or
 * into a file, and a status line where it can be seen */
#ifndef MAILFLOW_ANSWER_FOUND_H
#define MAILFLOW_ANSWER_FOUND_H

#include "discover/discover_settings.h"
#include "run/plugin.h"

/* Print what was found, sorted by then; nothing at all where that is nothing of what was asked for.
 * Returns the exit code: 0, 1 where something was odd, or that of the error. */
int answer_found(const struct plugin *p, const struct discover_settings *s, const char *source,
		 const struct found *found);

#endif
