/* option_name.h - which option a name stands for, and what to say where it is none: a password that
 * was meant for another option is not shown */
#ifndef MAILFLOW_OPTION_NAME_H
#define MAILFLOW_OPTION_NAME_H

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"
#include "config/options.h"

/* Whether it is the whole of the option's name or alias. */
bool option_has_name(const struct option_def *d, const char *name, size_t len);

/* The option with that name or alias, in full, or with that letter; NULL if there is none. defs end
 * with a name of NULL. */
const struct option_def *option_find(const struct option_def *defs, const char *name, size_t len);

/* Refuse an element of the command line that begins with two dashes and is no option; the nearest
 * one is named, or all that it can mean. Returns -1 with ERR_USAGE. */
int option_refuse_long(const struct option_def *defs, const char *arg, struct err *err);

/* The same for a line of an ini file; value is NULL where it has no '='. */
int option_refuse_key(const struct option_def *defs, const char *key, const char *value,
		      struct err *err);

#endif
