/* sasl_gnu.h - SASL mechanisms by GNU SASL, which is loaded for them alone (sasl_library.h) */
#ifndef MAILFLOW_SASL_GNU_H
#define MAILFLOW_SASL_GNU_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/span.h"
#include "mail/sasl/credentials.h"
#include "mail/sasl/mechanisms.h"
#include "mail/sasl/sasl_library.h"
#include "net/tls.h"

/* Who logs on, and where. All borrowed. */
struct sasl_terms {
	const struct credentials *who;
	const char *service; /* "imap", "pop", "smtp": as in the names of Kerberos and DIGEST-MD5 */
	const char *host;    /* that was connected to */
	uint16_t port;
	const struct tls_binding *binding; /* len 0: there is none */
};

/* Zeroed: not begun. */
struct sasl_gnu {
	const struct sasl_library *library;
	const struct mechanism *mechanism;
	Gsasl *ctx;
	Gsasl_session *session;
	unsigned int answers; /* so far */
	struct buf first;     /* SCRAM: what was said first */
	bool bound;           /* SCRAM: the server was told what the TLS channel is */
	bool cannot_bind;     /* SCRAM: it has said that it does not bind in this way */
};

/* Returns 0, or -1 with ERR_LOCAL: the library is not here, or cannot do that. */
int sasl_gnu_begin(struct sasl_gnu *g, const struct mechanism *mechanism,
		   const struct sasl_terms *terms, struct err *err);

/* Append the response to a challenge, which is decoded. *complete_r: nothing more is to be said,
 * and the server has proved what the mechanism has it prove. Returns 0, or -1: ERR_PROTOCOL for
 * what the server does wrong, ERR_LOCAL for what is missing here. */
int sasl_gnu_answer(struct sasl_gnu *g, struct span challenge, struct buf *answer, bool *complete_r,
		    struct err *err);

/* Accepts a zeroed struct. */
void sasl_gnu_free(struct sasl_gnu *g);

#endif
