/* token_answer.h - what a token endpoint answers: a token, or why there is none (RFC 6749 section
 * 5) */
#ifndef MAILFLOW_TOKEN_ANSWER_H
#define MAILFLOW_TOKEN_ANSWER_H

#include <stdint.h>

#include "base/blot.h"
#include "base/err.h"
#include "base/hint.h"
#include "base/secret.h"
#include "base/span.h"
#include "http/http.h"

enum { TOKEN_ANSWER_MAX = 65536 }; /* bytes of an answer */

/* What was given. */
struct token {
	struct secret access;
	struct secret refresh;   /* not set: none came with it */
	int64_t issued, expires; /* seconds since 1970 */
};

/* What an error of that name (RFC 6749 section 5.2, RFC 8628 section 3.5) with that description
 * calls for, or NULL. */
const struct hint *token_hint(struct span name, struct span description);

/* The name of the error in an answer ("slow_down"), "" if there is none. */
void token_answer_error(const struct http_answer *a, char *name, size_t size);

/* Take the token from an answer that came at now. Returns 0, or -1 with an error that begins with
 * the origin and has none of the secrets in it: ERR_AUTH (refused), ERR_THROTTLED (429),
 * ERR_TRANSIENT (5xx), ERR_PROTOCOL (no such answer). */
int token_answer_take(const struct http_answer *a, const char *origin, int64_t now,
		      struct blot *secrets, struct token *token_r, struct err *err);

/* Say what is wrong with an answer that is no object of JSON with status 200; likewise. Returns
 * -1. */
int token_answer_refuse(const struct http_answer *a, const char *origin, struct blot *secrets,
			struct err *err);

/* Wipe and free; accepts a zeroed one. */
void token_free(struct token *t);

#endif
