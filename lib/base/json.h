/* json.h - one member of a small JSON object (RFC 8259), read strictly, where it stands at the top;
 * and strings for those that are written
 *
 * For what a mail server or a token says of itself: an object of strings, numbers and words. What
 * is nested in it is passed over. */
#ifndef MAILFLOW_JSON_H
#define MAILFLOW_JSON_H

#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/span.h"

/* Append the string value of that name to out, in UTF-8, or what stands there if it is a number,
 * true or false. Returns 0, or -1: not an object, malformed up to there, no such member, or one
 * that is null, an array, an object, or too long for out. */
int json_text(struct span object, const char *name, struct buf *out);

/* The same, but nothing else than a string will do. */
int json_string(struct span object, const char *name, struct buf *out);

/* Read a whole number, or a string of one, that is not negative; a fraction is cut off. *value_r
 * stays where there is none. */
int json_number(struct span object, const char *name, uint64_t *value_r);

/* Append str as a string of JSON, with its quotation marks; what is no UTF-8 in it stays as it is.
 * Returns 0, or -1 when out is full. */
int json_quote(struct buf *out, const char *str);

#endif
