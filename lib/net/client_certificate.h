/* client_certificate.h - the certificate that this client shows to a server that asks for one, and
 * its key: from files, or on a token (PKCS#11)
 *
 * Loaded once, before any thread is started, and only read from then on. */
#ifndef MAILFLOW_CLIENT_CERTIFICATE_H
#define MAILFLOW_CLIENT_CERTIFICATE_H

#include <gnutls/abstract.h>
#include <stdbool.h>
#include <time.h>

#include "base/clock.h"
#include "base/err.h"

enum { CLIENT_CHAIN_MAX = 8 };

struct client_certificate {
	gnutls_pcert_st chain[CLIENT_CHAIN_MAX];
	unsigned int count; /* 0: there is none */
	gnutls_privkey_t key;
	bool for_clients; /* it says that a TLS client may use it, or nothing */
	time_t expires;
};

/* cert and key are files in PEM form, or URLs ("pkcs11:..."); key NULL: it is in the same place.
 * Returns 0, or -1 with ERR_USAGE, which names the option: what cannot be read, is none, or does
 * not belong together. */
int client_certificate_load(struct client_certificate *c, const char *cert, const char *key,
			    const struct limit *limit, struct err *err);

/* Show it in this session's handshake, where the server asks; it stays until the session has ended.
 * credentials are that session's. */
void client_certificate_use(const struct client_certificate *c, gnutls_session_t session,
			    gnutls_certificate_credentials_t credentials);

/* Accepts a zeroed struct. */
void client_certificate_free(struct client_certificate *c);

#endif
