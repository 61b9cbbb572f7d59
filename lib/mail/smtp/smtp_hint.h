/* smtp_hint.h - what a refusal over SMTP means, and what a person can do about it */
#ifndef MAILFLOW_SMTP_HINT_H
#define MAILFLOW_SMTP_HINT_H

#include "base/hint.h"
#include "mail/smtp/smtp_parse.h"

/* By the reply's words where they are well known, its enhanced code (RFC 3463, RFC 5248, and those
 * of Exchange and Gmail), or its code; and by what it answers: "AUTH", "MAIL FROM", "RCPT TO",
 * "DATA", "BDAT", "end of DATA", ... NULL if there is nothing to say. */
const struct hint *smtp_hint(const struct smtp_reply *reply, const char *verb);

/* Whether a refusal limits this account or client for a while: what a person should know of that,
 * or NULL. */
const struct hint *smtp_limit(const struct smtp_reply *reply);

/* The same where the answer to such a command has not come. */
const struct hint *smtp_unanswered(const char *verb);

/* All the rows, one after the other, but for those of smtp_unanswered; NULL behind the last. */
const struct hint *smtp_hint_at(size_t index);

#endif
