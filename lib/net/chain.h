/* chain.h - the certificates that a server has sent, and which of them is to blame */
#ifndef MAILFLOW_CHAIN_H
#define MAILFLOW_CHAIN_H

#include <gnutls/x509.h>
#include <time.h>

#include "base/buf.h"
#include "base/err.h"

enum { CHAIN_MAX = 16, CHAIN_NAME_SIZE = 128, CHAIN_DATE_SIZE = 16 };

/* Leaf first. */
struct chain {
	gnutls_x509_crt_t crt[CHAIN_MAX];
	unsigned int count;
};

/* Those of the DER that can be read, up to the first that cannot, and no more than CHAIN_MAX. */
void chain_read(struct chain *c, const gnutls_datum_t *der, unsigned int count);
void chain_free(struct chain *c);

/* When a certificate begins to be valid, and when it ends; 0 where that cannot be read. */
time_t chain_start_of(gnutls_x509_crt_t crt);
time_t chain_end_of(gnutls_x509_crt_t crt);
/* 2026-11-25 */
void chain_format_date(time_t when, char date[CHAIN_DATE_SIZE]);

/* Names for people, "CN=..., O=..."; where there are none they say so. Return name. */
const char *chain_subject(gnutls_x509_crt_t crt, char name[CHAIN_NAME_SIZE]);
const char *chain_issuer(gnutls_x509_crt_t crt, char name[CHAIN_NAME_SIZE]);
/* The hosts that a certificate is for: "a.example, 192.0.2.1". Returns false where out has no room
 * for all of them. */
bool chain_hosts(gnutls_x509_crt_t crt, struct buf *out);

/* Each records what GnuTLS has found to be wrong as ERR_CERTIFICATE, with the name of the
 * certificate that it is, and a hint. */
void chain_blame_issuer(const struct chain *c, struct err *err);      /* no issuer is trusted */
void chain_blame_expired(const struct chain *c, struct err *err);     /* one has expired */
void chain_blame_weak(const struct chain *c, struct err *err);        /* key or signature */
void chain_blame_no_ca(const struct chain *c, struct err *err);       /* an issuer is no CA */
void chain_blame_constraints(const struct chain *c, struct err *err); /* an issuer may not do so */

#endif
