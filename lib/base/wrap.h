/* wrap.h - text in lines that a terminal of 80 columns shows whole */
#ifndef MAILFLOW_WRAP_H
#define MAILFLOW_WRAP_H

#include <stddef.h>

#include "base/buf.h"

/* Append text, broken at blanks, and a line end: out ends at that column already, where the further
 * lines begin as well. LF breaks a line; a word that is too long for one stays whole. */
void wrap_text(struct buf *out, const char *text, size_t column);

#endif
