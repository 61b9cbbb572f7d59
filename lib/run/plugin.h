/* plugin.h - what the plugins' mains have in common: from argv to targets, from results to the exit
 * code */
#ifndef MAILFLOW_PLUGIN_H
#define MAILFLOW_PLUGIN_H

#include <stddef.h>
#include <stdint.h>

#include "base/pool_lanes.h"
#include "config/options.h"
#include "config/settings.h"
#include "judge/result.h"
#include "net/conn.h"

struct plugin {
	const char *service;                     /* "IMAP": first word of the status line */
	const char *protocol;                    /* "imap": prefix of its steps */
	const struct option_def *const *options; /* as for options_parse */
	struct help_text help;
	bool prints_data; /* standard output is for what it makes: errors go to standard error */
};

/* Test target i and fill its result (zeroed, end point and label set) before the absolute deadline.
 * Runs in a worker: settings are read only. */
typedef void plugin_test_fn(const void *settings, size_t i, struct result *r, int64_t deadline_us);

/* To be called first: it sees to it that no later file or socket becomes standard input, output or
 * error, where one of them is closed, and holds the signals that would end the process without an
 * answer. Then read the options into settings, which begin with struct settings. Returns -1 to go
 * on, or the exit code when --help, --version or an error has been printed. */
int plugin_options(const struct plugin *p, int argc, char **argv, struct options *o,
		   void *settings);

/* Print the one line for an error before any test. Returns the exit code: where standard output
 * cannot be written, that is said on standard error, and UNKNOWN. */
int plugin_error(const struct plugin *p, const struct err *err);

/* The same of a run with these settings, with its event where --monitoring-context asks for one. */
int plugin_refuse(const struct plugin *p, const struct settings *s, const struct err *err);

/* A result of which nothing is known yet: end point, scenario, room for the dialog. r is
 * overwritten as far as that. */
void plugin_result_init(const struct settings *s, const struct endpoint *e, const char *scenario,
			struct result *r);

/* Begin the target's timeline; a tenth of what is left, 2 s at most, is kept for the end. who is to
 * log on. */
void plugin_begin(const struct settings *s, const struct credentials *who, struct result *r,
		  int64_t deadline_us);

/* What the connection to the end point has shown: TLS, the address that answered (none: it stays as
 * it was), and those that did not. */
void plugin_note_conn(struct result *r, const struct conn *c);

/* HOST:PORT, or HOST ADDRESS:PORT of a name's one_address ("": it may be any); where another end
 * point is the same but for its type (143:TLS and 143:PLAIN), with the type behind it. */
void plugin_place(const struct endpoint *e, const char *one_address, char place[RESULT_PLACE_SIZE]);

/* Whether there is a target that is not skipped. */
bool plugin_has_work(const struct result *results, size_t count);

/* Test all results' targets at once (those not already skipped or failed), judge them, print the
 * report. lanes: what the targets share (NULL: nothing). Returns the exit code; when workers had to
 * be left behind, at the limit or for a signal, ends the process instead. */
int plugin_run(const struct plugin *p, const struct settings *s, struct result *results,
	       size_t count, const struct pool_lanes *lanes, plugin_test_fn *test,
	       const void *settings);

#endif
