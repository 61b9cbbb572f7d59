/* jwt.h - a signed assertion (RFC 7515, 7519): who asks for a token, instead of a secret */
#ifndef MAILFLOW_JWT_H
#define MAILFLOW_JWT_H

#include <gnutls/abstract.h>

#include "base/buf.h"
#include "base/err.h"

enum jwt_algorithm {
	JWT_BY_KEY, /* RS256 for an RSA key, ES256 for one on P-256 */
	JWT_RS256,
	JWT_PS256,
	JWT_ES256,
};

/* One of RS256, PS256, ES256; in any case of its letters. Returns 0, or -1 with ERR_USAGE. */
int jwt_algorithm_parse(const char *name, enum jwt_algorithm *algorithm_r, struct err *err);

/* What signs. */
struct jwt_signer {
	gnutls_privkey_t key;
	enum jwt_algorithm algorithm;
	const char *key_id;                /* header "kid"; or NULL */
	const gnutls_datum_t *certificate; /* DER; its thumbprints go into the header; or NULL */
};

/* Append HEADER.CLAIMS.SIGNATURE, of claims in JSON. Returns 0, or -1 with ERR_USAGE: not the key
 * for that algorithm; or ERR_LOCAL. */
int jwt_sign(struct buf *out, const struct jwt_signer *signer, const char *claims, struct err *err);

#endif
