/* tool.h - what the mains of the helper programs have in common
 *
 * Their standard output is for what they make; what a person has to know goes to standard error,
 * and the exit code tells programs. */
#ifndef MAILFLOW_TOOL_H
#define MAILFLOW_TOOL_H

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "config/options.h"

/* Exit codes. */
enum tool_exit {
	TOOL_OK = 0,
	TOOL_REFUSED = 1, /* whoever was asked has said no: somebody has to do something */
	TOOL_FAILED = 2,  /* whoever was asked did not answer, or not for now */
	TOOL_UNKNOWN = 3, /* not asked: wrong usage, a local reason, a signal; also --help */
};

struct tool {
	const struct option_def *const *options; /* as for options_parse */
	struct help_text help;
};

/* To be called first, as plugin_options: begin the process, and read the options into settings.
 * Returns -1 to go on, or the exit code when --help, --version or an error has been printed. */
int tool_options(const struct tool *t, int argc, char **argv, struct options *o, void *settings);

/* Say on standard error, in a line that begins with the program's name, what went wrong. Returns
 * the exit code. */
int tool_error(const struct tool *t, const struct err *err);

/* Say lines on standard error, as they are, behind the program's name each. */
void tool_say(const struct tool *t, const char *lines);

/* Write all of it to standard output, within the limit or a second. Returns TOOL_OK, or
 * TOOL_UNKNOWN after a word on standard error. */
int tool_put(const struct tool *t, const char *bytes, size_t len, int64_t until_us);

#endif
