/* exchange.h - a SASL exchange (RFC 4422 section 3), the same over whatever protocol carries
 * it
 *
 * What the client says first, the server's challenges and their answers, "*" where there is none,
 * and the bounds of it all. */
#ifndef MAILFLOW_EXCHANGE_H
#define MAILFLOW_EXCHANGE_H

#include <stddef.h>

#include "mail/sasl/credentials.h"
#include "net/conn.h"

enum sasl_outcome {
	SASL_CHALLENGE,
	SASL_SUCCESS,
	SASL_FAILURE,
	SASL_CANCELLED, /* a failure that says no more than that "*" was understood */
};

struct sasl_reply {
	enum sasl_outcome outcome;
	const char *challenge; /* in base64, as it came; need not be terminated */
	size_t len;
};

/* What a protocol makes of it. Functions get session, and return 0, or -1 with the error set. */
struct sasl_carrier {
	struct conn *conn;
	void *session;
	const char *command; /* "AUTH": mechanism and initial response are put behind it */
	size_t line_max; /* bytes that all of it may have, without CRLF; 0: none may stand there */
	int (*check)(void *session); /* before something is sent: nothing must be here already */
	int (*read)(void *session, struct sasl_reply *reply_r);
};

/* Log on by that mechanism. Every response is hidden (conn.h) before it is sent. A challenge that
 * cannot be answered, also one after all was said, is answered with "*"; then the final answer is
 * awaited. Returns 0 when the server has given its final answer, which the caller judges (success
 * where the outcome is SASL_SUCCESS), or -1: ERR_PROTOCOL also for challenges without end, and for
 * SASL_SUCCESS or SASL_CANCELLED after "*". */
int sasl_exchange(const struct sasl_carrier *carrier, const char *mechanism,
		  const struct credentials *who);

#endif
