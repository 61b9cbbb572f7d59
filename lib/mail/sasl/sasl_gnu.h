/* sasl_gnu.h - SASL mechanisms by GNU SASL, which is loaded for them alone (sasl_library.h) */
#ifndef MAILFLOW_SASL_GNU_H
#define MAILFLOW_SASL_GNU_H

#include <stdbool.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/span.h"
#include "mail/sasl/credentials.h"
#include "mail/sasl/sasl_library.h"

/* Zeroed: not begun. */
struct sasl_gnu {
	const struct sasl_library *library;
	Gsasl *ctx;
	Gsasl_session *session;
};

/* Returns 0, or -1 with ERR_LOCAL: the library is not here, or cannot do that. */
int sasl_gnu_begin(struct sasl_gnu *g, const char *mechanism, const struct credentials *who,
		   struct err *err);

/* Append the response to a challenge, which is decoded. *complete_r: nothing more is to be said.
 * Returns 0, or -1 with ERR_PROTOCOL. */
int sasl_gnu_answer(struct sasl_gnu *g, struct span challenge, struct buf *answer, bool *complete_r,
		    struct err *err);

/* Accepts a zeroed struct. */
void sasl_gnu_free(struct sasl_gnu *g);

#endif
