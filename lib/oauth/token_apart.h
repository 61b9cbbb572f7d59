/* token_apart.h - token_get, where need be in a process of its own, which may be left behind
 *
 * What waits for a dead mount cannot always be ended (file_reader.h), and the cache may be on one
 * unless it is at hand.
 * That process holds neither standard output nor standard error, unless that is a terminal on which
 * a person has to be told something. */
#ifndef MAILFLOW_TOKEN_APART_H
#define MAILFLOW_TOKEN_APART_H

#include "base/buf.h"
#include "oauth/oauth_settings.h"
#include "oauth/token_answer.h"

/* As token_get, or with --what-if as token_get_describe; of the token only what is printed, and its
 * times. Ends a little after the run's limit at the latest, unless a person signs in who has no
 * limit: ERR_LOCAL then; ERR_ENDED when a signal has come. */
int token_get_apart(struct oauth_settings *s, struct token *token_r, struct buf *notes,
		    struct err *err);

#endif
