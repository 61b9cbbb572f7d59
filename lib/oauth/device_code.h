/* device_code.h - a person signs in on another device (RFC 8628): told on the terminal what to do,
 * and waited for */
#ifndef MAILFLOW_DEVICE_CODE_H
#define MAILFLOW_DEVICE_CODE_H

#include <stdbool.h>

#include "oauth/oauth_settings.h"
#include "oauth/token_answer.h"

/* Whether somebody sees what is said: standard error is a terminal. */
bool device_code_has_person(void);

/* ERR_AUTH: nobody has signed in, and how to do so. Returns -1. */
int device_code_nobody(const struct oauth_settings *s, struct err *err);

/* Ask for a code, say on standard error what to do with it, and for the token until it is given,
 * refused, or the code has expired; the limit of the run holds only where an option has given it.
 * Returns 0, or -1 as token_answer_take and http_ask; the token is the caller's in both cases. */
int device_code_sign_in(struct oauth_settings *s, struct token *token_r, struct err *err);

#endif
