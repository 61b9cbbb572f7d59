/* trust.h - a CA bundle of which only the needed certificates are parsed
 *
 * Parsing all the system's CA certificates is most of the cost of a one-shot TLS check. A store
 * reads the bundle and decodes of each certificate as much as tells its subject; a verification
 * then reads and imports the certificates whose subject is an issuer or a subject in the chain that
 * the server sent. Read-only once loaded: threads share it. */
#ifndef MAILFLOW_TRUST_H
#define MAILFLOW_TRUST_H

#include <gnutls/gnutls.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/err.h"

/* A certificate: its base64 in the bundle, and a hash of its subject. */
struct trust_anchor {
	size_t at, len;
	uint64_t subject;
};

/* Zero-initialised. */
struct trust {
	bool open;       /* the bundle can be read again, */
	int fd;          /* from here; */
	struct buf text; /* else here it is, from its start */
	struct trust_anchor *anchor;
	size_t count, room;
};

/* Read a PEM bundle: all "CERTIFICATE" and "X509 CERTIFICATE" blocks; other blocks, and such that
 * hold no certificate, are passed over. Waits for the file until the limit at most. Returns 0, or
 * -1: ERR_USAGE for a file without a certificate, else as file_read_all. */
int trust_load(struct trust *t, const char *path, const struct limit *limit, struct err *err);

/* The CA bundle of this system, found at configure time. */
const char *trust_default_path(void);

/* Import into credentials what a verification of chain (DER, leaf first) can need. Returns the
 * number of anchors imported (0 is legal: the verification
 * will fail). */
int trust_add_anchors(const struct trust *t, const gnutls_datum_t *chain, unsigned int chain_len,
		      gnutls_certificate_credentials_t credentials);

/* Find the subject and issuer Names (whole DER elements, pointing into der) of a certificate, of
 * which only the start need be there. Returns 0, or -1 if it is not shaped like one (RFC 5280
 * section 4.1) or too short. */
int trust_parse_names(const gnutls_datum_t *der, gnutls_datum_t *subject_r,
		      gnutls_datum_t *issuer_r);

/* Accepts a zeroed struct. */
void trust_free(struct trust *t);

#endif
