/* certificate.h - whether what a server has shown in the handshake proves that it is the one that
 * was meant */
#ifndef MAILFLOW_CERTIFICATE_H
#define MAILFLOW_CERTIFICATE_H

#include "base/err.h"
#include "net/tls.h"

/* Verify the chain that the session's peer has sent for host, or for options->certificate_name:
 * chain, name, dates, purpose; nothing but that there is a certificate with options->trust_any.
 * What the leaf says goes to tls->info in any case. Returns 0, or -1 with ERR_CERTIFICATE or
 * ERR_LOCAL. */
int certificate_check(struct tls *tls, const char *host, const struct tls_options *options,
		      struct err *err);

#endif
