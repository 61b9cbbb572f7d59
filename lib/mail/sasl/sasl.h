/* sasl.h - what a SASL mechanism has to say: PLAIN (RFC 4616), LOGIN, EXTERNAL (RFC 4422),
 * OAUTHBEARER (RFC 7628) and XOAUTH2 are done here, all others by GNU SASL
 *
 * One struct sasl serves one exchange of one thread. */
#ifndef MAILFLOW_SASL_H
#define MAILFLOW_SASL_H

#include <stdbool.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/span.h"
#include "mail/sasl/credentials.h"
#include "mail/sasl/mechanisms.h"
#include "mail/sasl/sasl_gnu.h"

struct sasl;

/* Answer a challenge, decoded: "" also for what the client says first. Returns 0 and the response
 * in answer, whose room is reserved, or -1 with the error set. */
typedef int sasl_answer_fn(struct sasl *s, struct span challenge, struct buf *answer,
			   struct err *err);

enum { SASL_TOLD_SIZE = 200 };

struct sasl {
	const struct mechanism *mechanism;
	struct sasl_terms terms;
	sasl_answer_fn *answer;
	unsigned int answers; /* so far */
	bool complete;        /* the server may say yes: all was said, and it has proved what it has
				 to prove */
	bool reason_may_follow;    /* but it may say first why it says no */
	bool over;                 /* there is nothing more to say */
	char told[SASL_TOLD_SIZE]; /* what a challenge has said of a refusal; not cleaned */
	struct sasl_gnu gnu;
};

/* Begin an exchange; what is in terms is borrowed until sasl_free. User name and password go to the
 * server byte for byte as they are. Returns 0, or -1 with ERR_LOCAL. */
int sasl_begin(struct sasl *s, const struct mechanism *mechanism, const struct sasl_terms *terms,
	       struct err *err);

/* Answer a challenge (base64 as it came, "" for an empty or an initial one; where challenges do not
 * matter, what is not base64 counts as empty). *response_r is base64, to be wiped with
 * secret_wipe_str and freed. Returns 0, or -1: ERR_PROTOCOL where the server asks for more than the
 * mechanism has, or for what cannot be answered; ERR_LOCAL for what is missing here. */
int sasl_answer(struct sasl *s, const char *challenge, char **response_r, struct err *err);

/* Accepts a zeroed struct. */
void sasl_free(struct sasl *s);

/* ---- the mechanisms of OAuth (sasl_oauth.c) ---- */

sasl_answer_fn sasl_answer_oauthbearer, sasl_answer_xoauth2;

/* Since when the token has expired, in seconds since 1970, if it is a JWT (RFC 7519) that says so;
 * else 0. Whether that is over is the caller's to judge. */
uint64_t sasl_token_expires(const char *token);

#endif
