/* extra_opts.h - --extra-opts[=[SECTION][@FILE]]: options from an ini file, as in monitoring-plugins */
#ifndef MAILFLOW_EXTRA_OPTS_H
#define MAILFLOW_EXTRA_OPTS_H

#include "base/err.h"
#include "monitor/options.h"

/* One key of the section: value is NULL where the line has no '='. Returns 0 or -1 with the error set. */
typedef int extra_opts_fn(void *ctx, const char *key, const char *value, struct err *err);

/* Read the section of the file and call fn for each key in order. spec as on the command line (NULL or "":
 * defaults). Without @FILE: $MP_CONFIG_FILE, then monitoring-plugins.ini and plugins.ini in the directories that
 * NAGIOS_CONFIG_PATH names, then in the usual ones of /etc. The file may hold passwords: errors say file and line
 * number, never the line. Returns 0 or -1 with ERR_USAGE: no file, no such section, syntax. */
int extra_opts_read(const char *spec, const char *section_default, extra_opts_fn *fn, void *ctx,
		    struct err *err);

#endif
