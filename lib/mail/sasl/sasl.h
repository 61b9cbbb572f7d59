/* sasl.h - what a SASL mechanism has to say: PLAIN (RFC 4616) and LOGIN are done here, all others
 * by GNU SASL
 *
 * One struct sasl serves one exchange of one thread. */
#ifndef MAILFLOW_SASL_H
#define MAILFLOW_SASL_H

#include <stdbool.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/span.h"
#include "mail/sasl/credentials.h"
#include "mail/sasl/sasl_gnu.h"

struct sasl;

/* Answer a challenge, decoded. Returns 0 and the response in answer, whose room is reserved, or -1
 * with ERR_PROTOCOL or ERR_LOCAL. */
typedef int sasl_answer_fn(struct sasl *s, struct span challenge, struct buf *answer,
			   struct err *err);

struct sasl {
	const char *mechanism;         /* borrowed */
	const struct credentials *who; /* borrowed */
	sasl_answer_fn *answer;
	unsigned int answers; /* so far */
	bool complete;        /* everything the mechanism has to say was said */
	struct sasl_gnu gnu;
};

/* Begin an exchange; mechanism and credentials are borrowed until sasl_free. User name and password
 * go to the server byte for byte as they are. Returns 0, or -1 with ERR_LOCAL. */
int sasl_begin(struct sasl *s, const char *mechanism, const struct credentials *who,
	       struct err *err);

/* Whether the mechanism lets the client speak first (PLAIN: yes, LOGIN: no). */
bool sasl_client_first(const char *mechanism);

/* Answer a challenge (base64 as it came, "" for an empty or an initial one; what is not base64
 * counts as empty). *response_r is base64, to be wiped with secret_wipe_str and freed. Returns 0,
 * or -1 with ERR_PROTOCOL: the server asks for more than the mechanism has. */
int sasl_answer(struct sasl *s, const char *challenge, char **response_r, struct err *err);

/* Accepts a zeroed struct. */
void sasl_free(struct sasl *s);

#endif
