/* extra_opts.h - --extra-opts[=[SECTION][@FILE]]: options from an ini file, as in
 * monitoring-plugins
 *
 *   [check_imap_full]
 *   hostname = mail.example.org:993:SSL    a long option's name without dashes, or a letter
 *   password = it's; "literal" #1          everything behind '=' but the blanks around it
 *   light                                  a flag stands alone
 *   # comment                              and so does "; comment": only on lines of their own
 *
 * Nothing in a value is special: quotes, '#', ';', '=' and '\' belong to it, as in
 * monitoring-plugins. A value with blanks at its ends (a password) cannot be given here: use
 * --password-file. A section may be spread over the file; what other sections hold is not looked
 * at. */
#ifndef MAILFLOW_EXTRA_OPTS_H
#define MAILFLOW_EXTRA_OPTS_H

#include "base/clock.h"
#include "base/err.h"

/* One key of the section in that file: value is NULL where the line has no '='. Returns 0 or -1
 * with the error set, which need not name the place; the first error ends the reading. */
typedef int extra_opts_fn(void *ctx, const char *path, const char *key, const char *value,
			  struct err *err);

/* Read the section of the file and call fn for each key in order. spec as on the command line (NULL
 * or "": defaults). Without @FILE: $MP_CONFIG_FILE, else monitoring-plugins.ini, plugins.ini or
 * nagios-plugins.ini in the directories that $NAGIOS_CONFIG_PATH names, else the first that exists
 * of monitoring-plugins' own places in /usr/local/etc and /etc. FILE "-" is standard input. It is
 * waited for until the limit at most. The file may hold passwords: it is read into one
 * buffer that is wiped, and errors say file and line number, never the line. Returns 0, or -1 with
 * ERR_USAGE: no file, no such section, syntax, or what fn said; else as file_read_all. */
int extra_opts_read(const char *spec, const char *section_default, const struct limit *limit,
		    extra_opts_fn *fn, void *ctx, struct err *err);

#endif
