/* form.h - the body of a question to a token endpoint: application/x-www-form-urlencoded */
#ifndef MAILFLOW_FORM_H
#define MAILFLOW_FORM_H

#include "base/buf.h"

enum { FORM_MAX = 64 * 1024 };

/* Append str so that it can stand in a form, or in a URL: all but letters, digits and "-._~" as %XX
 * (RFC 3986 section 2.3). Returns 0, or -1 when out is full. */
int form_encode(struct buf *out, const char *str);

/* Append "NAME=VALUE", behind a "&" if there is something already. Returns 0, or -1 when out is
 * full. */
int form_add(struct buf *form, const char *name, const char *value);

#endif
