/* found_print.h - what was found, as the files that the plugins read, and as JSON
 *
 * There is no time in any of them: what differs between two runs has changed. */
#ifndef MAILFLOW_FOUND_PRINT_H
#define MAILFLOW_FOUND_PRINT_H

#include "base/err.h"
#include "discover/found.h"

/* For --connectors of check_smtp_connectors. */
void found_print_connectors(const struct found *f, struct buf *out);
/* For --endpoints: a HOST:PORT:TYPE a line. */
void found_print_endpoints(const struct found *f, enum found_service service, struct buf *out);
/* For --accounts; those whose service is off are disabled. back_ends: also where the front end
 * finds each mailbox. */
void found_print_accounts(const struct found *f, enum found_service service, bool back_ends,
			  struct buf *out);

/* All of it. Returns 0, or -1 with ERR_LOCAL where jansson is not installed. */
int found_print_json(const struct found *f, const char *source, struct buf *out, struct err *err);

/* "SSL", "TLS" or "PLAIN" */
const char *found_type(enum tls_mode mode);

#endif
