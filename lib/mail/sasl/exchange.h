/* exchange.h - a SASL exchange (RFC 4422 section 3), the same over whatever protocol carries
 * it
 *
 * What the client says first, the server's challenges and their answers, "*" where there is none,
 * and the bounds of it all. */
#ifndef MAILFLOW_EXCHANGE_H
#define MAILFLOW_EXCHANGE_H

#include <stdbool.h>
#include <stddef.h>

#include "mail/sasl/credentials.h"
#include "mail/sasl/logon.h"
#include "mail/sasl/sasl.h"
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
	const char *service; /* "imap", "pop", "smtp" */
	const char *command; /* "AUTH": mechanism and initial response are put behind it */
	size_t line_max; /* bytes that all of it may have, without CRLF; 0: none may stand there */
	int (*check)(void *session); /* before something is sent: nothing must be here already */
	int (*read)(void *session, struct sasl_reply *reply_r);
};

/* How far it came. */
struct sasl_trace {
	bool begun;                /* the command was sent */
	bool responded;            /* and something of what is secret */
	bool cancelled;            /* by "*" */
	bool bound;                /* the server has heard of the TLS channel */
	bool cannot_bind;          /* it has said that it binds in no such way */
	char told[SASL_TOLD_SIZE]; /* what a challenge has said of a refusal; without what is
				      hidden, but not cleaned */
};

/* Log on by that mechanism. Every response is hidden (conn.h) before it is sent. A challenge that
 * cannot be answered, also one after all was said, is answered with "*"; then the final answer is
 * awaited. Returns 0 when the server has given its final answer, which the caller judges (success
 * where the outcome is SASL_SUCCESS), or -1: ERR_LOCAL for what is missing here; ERR_PROTOCOL also
 * for challenges without end, for SASL_SUCCESS before the exchange was complete or after "*", for
 * SASL_CANCELLED after "*", and for any answer to it where the server has done wrong. */
int sasl_exchange(const struct sasl_carrier *carrier, const struct mechanism *mechanism,
		  const struct credentials *who, struct sasl_trace *trace_r);

/* What the end of an attempt, as the server's answer has it, means after all that was said. */
enum logon_end sasl_end(const struct sasl_trace *trace, enum logon_end end);

/* Put what a challenge has said of the refusal in front of the error, if anything. */
void sasl_note_told(struct err *err, const struct sasl_trace *trace);

#endif
