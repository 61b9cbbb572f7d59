/* scram.h - what a server says in SCRAM (RFC 5802, 7677), looked at before GNU SASL is given it:
 * the library cannot be told how much to calculate, and has one word for all that is wrong
 *
 * Pure. */
#ifndef MAILFLOW_SCRAM_H
#define MAILFLOW_SCRAM_H

#include <stdbool.h>

#include "base/err.h"
#include "base/span.h"

/* RFC 7677 section 4 wants the former at least. What takes seconds to calculate ends no sooner for
 * a passed deadline. */
enum { SCRAM_ITERATIONS_MIN = 4096, SCRAM_ITERATIONS_MAX = 1000000 };

/* The nonce in what the client says first: "n,,n=user,r=nonce". Empty if there is none. */
struct span scram_nonce(struct span client_first);

/* What the server wants to be calculated. */
struct scram_work {
	struct span salt; /* in base64 */
	unsigned int iterations;
};

/* The server's first message, "r=nonce,s=salt,i=4096": it must extend the client's nonce, and bear
 * a salt and a number of iterations within the bounds. Returns 0, or -1 with ERR_PROTOCOL, and
 * nothing to be calculated. */
int scram_check_first(struct span message, struct span nonce, struct scram_work *work_r,
		      struct err *err);

/* Whether the server's last message is "e=...", a refusal (else it should be "v=..."), and why;
 * empty if not. */
struct span scram_refusal(struct span message);

/* Whether that is about how the logon binds to the channel, not about who logs on (RFC 5802 section
 * 7). */
bool scram_refuses_binding(struct span why);

#endif
