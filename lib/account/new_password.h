/* new_password.h - a password that nobody can guess, and that a directory's rules let through */
#ifndef MAILFLOW_NEW_PASSWORD_H
#define MAILFLOW_NEW_PASSWORD_H

#include "base/secret.h"

enum { NEW_PASSWORD_LENGTH = 32, NEW_PASSWORD_MAX = 255 };

/* One of length characters, 32 to 255, with capitals, small letters, digits and others among them;
 * six random bits each. It needs no quotation marks anywhere. Returns 0, or -1 with ERR_LOCAL. */
int new_password(struct secret *s, size_t length, struct err *err);

#endif
