/* answer.h - the last that a run does: it says what came of it, within a deadline, on standard
 * output and in the file of --output-file */
#ifndef MAILFLOW_ANSWER_H
#define MAILFLOW_ANSWER_H

#include "run/plugin.h"

/* Write out to standard output, within what is left of limit (NULL: there is none) and a second at
 * least. Returns state, or where that failed STATE_UNKNOWN, with a word on standard error: a
 * verdict that nobody can have seen counts for nothing. */
enum state answer_put(const struct plugin *p, const struct buf *out, enum state state,
		      const struct limit *limit);

/* Write the report of results that are judged. With --output-file the format goes there, and
 * standard output gets the status line for engines; when the file cannot be written, that is the
 * answer. Returns the state that the process ends with. */
enum state answer_report(const struct plugin *p, const struct settings *s,
			 const struct result *results, size_t count);

/* Of a run that ends with err before any test, where events are asked for: append the event's
 * lines, and send it to the journal if it is to go there. */
void answer_event(const struct plugin *p, const struct settings *s, const struct err *err,
		  struct buf *out);

#endif
