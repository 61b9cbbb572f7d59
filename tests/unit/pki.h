/* pki.h - certificates made for a test, good ones and all kinds of bad ones */
#ifndef MAILFLOW_UNIT_PKI_H
#define MAILFLOW_UNIT_PKI_H

#include <gnutls/gnutls.h>
#include <gnutls/x509.h>
#include <stdbool.h>

#include "base/buf.h"

struct pki_spec {
	const char *cn;       /* NULL: an empty subject */
	const char *dns;      /* DNS name it is for; NULL: none */
	const char *ip;       /* address it is for; NULL: none */
	int from_day, to_day; /* from now; both 0: since yesterday and for 90 days */
	bool ca;
	bool issues_leaves_only;          /* path length 0 */
	const char *permitted;            /* DNS names below this one only, as a name constraint */
	const char *purpose;              /* OID; NULL: a TLS server's, for what is no CA */
	bool version_1;                   /* X.509v1: no extensions */
	bool no_key_ids;                  /* neither its own nor its issuer's */
	unsigned int units;               /* so many long organizational units in the subject */
	unsigned int padding;             /* bytes of an extension that says nothing */
	unsigned int rsa_bits;            /* 0: an elliptic curve's key */
	gnutls_digest_algorithm_t digest; /* 0: SHA-256 */
	const struct pki_cert *same_key;  /* whose key it has; NULL: one of its own */
};

struct pki_cert {
	gnutls_x509_crt_t crt;
	gnutls_x509_privkey_t key;
	gnutls_datum_t der;
};

/* Make one. issuer NULL: self-signed. Failure ends the program. */
void pki_issue(struct pki_cert *c, const struct pki_spec *spec, const struct pki_cert *issuer);
void pki_free(struct pki_cert *c);

void pki_add_pem(const struct pki_cert *c, struct buf *pem);

/* Credentials of a server that sends just this chain (NULL-terminated), leaf first. */
gnutls_certificate_credentials_t pki_server(const struct pki_cert *const *chain);

/* A file in the temporary directory with this content; its path is kept in path (at least 64
 * bytes). */
void pki_write_file(const char *content, size_t len, char path[64]);

/* Fail the program when a GnuTLS function has. */
#define PKI_CHECK(call) pki_check(call, #call)
int pki_check(int rc, const char *call);

#endif
