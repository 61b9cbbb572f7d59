/* options_list.h - the table of options for programs, which make man pages, completions and
 * definitions for engines of it */
#ifndef MAILFLOW_OPTIONS_LIST_H
#define MAILFLOW_OPTIONS_LIST_H

#include "config/options.h"

/* Append --help=json: what --help says, an object an option, in the order of the tables. What is
 * false or not there is left out. Returns 0, or -1 with ERR_LOCAL where jansson cannot be
 * loaded. */
int options_list(const struct option_def *const *tables, const struct help_text *text,
		 const void *settings, struct buf *out, struct err *err);

#endif
