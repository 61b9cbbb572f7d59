/* token_get.h - the token that is asked for: from the cache as long as it is good, else from the
 * provider */
#ifndef MAILFLOW_TOKEN_GET_H
#define MAILFLOW_TOKEN_GET_H

#include "base/buf.h"
#include "oauth/oauth_settings.h"
#include "oauth/token_answer.h"

/* Get it to *token_r, which is the caller's to free in both cases. What a person should know
 * besides is appended to notes, a line each: a cache that is not used, a file that others can read,
 * a refresh that failed though the old token is still good. Returns 0, or -1 with the error set. */
int token_get(struct oauth_settings *s, struct token *token_r, struct buf *notes, struct err *err);

/* Append what would be done, a line each (--what-if): nobody is asked, and no token is written. */
void token_get_describe(struct oauth_settings *s, struct buf *lines);

#endif
