/* option_value.h - the values of options: whether one can be taken, and where it is put */
#ifndef MAILFLOW_OPTION_VALUE_H
#define MAILFLOW_OPTION_VALUE_H

#include <stdbool.h>

#include "base/err.h"
#include "config/options.h"

/* Where values go; all of it borrowed. */
struct option_target {
	struct options *options; /* keeps the strings */
	const struct option_def *defs;
	void *settings;
	struct err *err;
};

/* Where this option's value is. */
void *option_place(const struct option_target *to, const struct option_def *def);

/* The address in what may be a path, <a@b.example>, as message_address_ascii has it; the caller's
 * to free. */
char *option_address(const char *value);

/* Whether such a value counts as none: engines pass macros so that are not set. */
bool option_is_not_given(const struct option_def *def, const char *value);

/* Refuse what is a macro that an engine has not replaced, or what a shell leaves of one. Returns 0,
 * or -1 with ERR_USAGE. */
int option_check_macro(const char *value, struct err *err);

/* Take one value, from the command line or a file (NULL: the option stands alone). An empty one
 * counts as not given, unless empty means something. Returns 0, or -1 with ERR_USAGE; the option's
 * name is for the caller to add. */
int option_set_value(const struct option_target *to, const struct option_def *def,
		     const char *value);

#endif
