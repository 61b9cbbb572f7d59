/* secret_name.h - names of options that speak of a secret: what stands behind one that is not known
 * may be a password that was meant for another */
#ifndef MAILFLOW_SECRET_NAME_H
#define MAILFLOW_SECRET_NAME_H

#include <stddef.h>

#include "base/err.h"

/* The end of the word in name ("smtp-password-x" has one at 13) by which it speaks of a secret, in
 * whatever case; 0 if it does not. */
size_t secret_name_end(const char *name, size_t len);

/* How much of a name that is not known may be shown: all of it, but nothing behind such a word. */
size_t secret_name_shown(const char *name, size_t len);

/* Refuse a line of an ini file that has no '=' and is no option: of "password SECRET" and
 * "-P SECRET" its first word is named, if more follows that word. Returns -1 with ERR_USAGE. */
int secret_name_refuse_line(const char *line, struct err *err);

/* Wipe from the arguments whatever may be a secret in a command line that is refused: what stands
 * in or behind an element with such a name, or with one of those letters ("-pSECRET",
 * "-p SECRET"). */
void secret_name_wipe(char *const *argv, int argc, const char *letters);

#endif
