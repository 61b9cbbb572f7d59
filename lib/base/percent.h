/* percent.h - %u in what an administrator wrote, which stands for a name; %% is a % */
#ifndef MAILFLOW_PERCENT_H
#define MAILFLOW_PERCENT_H

#include "base/buf.h"
#include "base/err.h"

/* Append the character at *at, or what stands there for it, and move *at on. Returns 0, or -1 with
 * ERR_USAGE: another letter behind %, or no room in out. */
int percent_take(struct buf *out, const char **at, const char *name, struct err *err);

#endif
