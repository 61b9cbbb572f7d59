/* verb.h - the word in front of the options, which says what a program is to do */
#ifndef MAILFLOW_VERB_H
#define MAILFLOW_VERB_H

#include "base/err.h"

struct verbs {
	const char *const *names; /* end with NULL */
	/* what is said in front of all names: of a word that is none of them, and where there is no
	 * word */
	const char *unknown, *missing;
};

/* Which of them the command line begins with. Returns its index, or -1: with ERR_USAGE where
 * another word stands there, with the one that was probably meant, or where the word stands behind
 * the options; without an error where there are only options, which may ask for help. */
int verb_take(const struct verbs *v, int argc, char **argv, struct err *err);

/* There is none. Returns -1 with ERR_USAGE. */
int verb_missing(const struct verbs *v, struct err *err);

#endif
