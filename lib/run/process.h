/* process.h - what every program does first: it makes itself safe, and reads its options */
#ifndef MAILFLOW_PROCESS_H
#define MAILFLOW_PROCESS_H

#include "config/options.h"

enum { PROCESS_HELP_MAX = 64 << 10 };

/* Begin the process: leave no core with secrets in it; see to it that no later file or socket
 * becomes standard input, output or error, where one of them is closed; hold the signals that would
 * end it without an answer (interrupt_hold), and let write(2) tell what others would. Then read the
 * options into settings, as options_parse. Returns OPTIONS_OK to go on, OPTIONS_ERROR with the
 * error set, or OPTIONS_HELP: out is what to print then. */
enum options_result process_options(const struct option_def *const *tables,
				    const struct help_text *help, int argc, char **argv,
				    struct options *o, void *settings, struct buf *out,
				    struct err *err);

#endif
