/* certificate.c - what to make of a server's certificates: chain, name, dates and purpose, and the
 * words for what is wrong with them */
#include "net/certificate.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <string.h>

#include <gnutls/x509.h>

#include "base/buf.h"
#include "net/chain.h"
#include "net/endpoint.h"
#include "net/net_hint.h"

enum { NAMES_MAX = 160 };

/* "certificate is for a.example, b.example, not for HOST" */
static void describe_owner(gnutls_x509_crt_t leaf, const char *host, struct err *err)
{
	struct buf names = BUF_INIT(NAMES_MAX);
	bool all = chain_hosts(leaf, &names);

	if (names.len)
		err_set(err, ERR_CERTIFICATE, "certificate is for %s%s, not for %s",
			buf_str(&names), all ? "" : ", ...", host);
	else
		err_set(err, ERR_CERTIFICATE, "certificate is not for %s, and names no host", host);
	err_advise(err, &net_hints[CERT_NAME]);
	buf_free(&names);
}

static void describe_not_activated(gnutls_x509_crt_t leaf, struct err *err)
{
	time_t start = chain_start_of(leaf);
	char date[CHAIN_DATE_SIZE];

	if (!start) {
		err_set(err, ERR_CERTIFICATE, "certificate has a start date that cannot be read");
		return;
	}
	chain_format_date(start, date);
	err_set(err, ERR_CERTIFICATE, "certificate is not valid before %s", date);
	err_advise(err, &net_hints[CERT_NOT_YET]);
}

static void describe_other(unsigned int status, struct err *err)
{
	if (status & GNUTLS_CERT_PURPOSE_MISMATCH) {
		err_set(err, ERR_CERTIFICATE, "certificate is not meant for servers (key purpose)");
		err_advise(err, &net_hints[CERT_PURPOSE]);
	} else if (status & GNUTLS_CERT_REVOKED) {
		err_set(err, ERR_CERTIFICATE, "certificate has been revoked");
		err_advise(err, &net_hints[CERT_REVOKED]);
	} else {
		gnutls_datum_t words = {0};
		gnutls_certificate_verification_status_print(status, GNUTLS_CRT_X509, &words, 0);
		err_set(err, ERR_CERTIFICATE, "certificate not acceptable: %s",
			words.data ? (const char *)words.data : "unknown reason");
		gnutls_free(words.data);
	}
}

/* One text for the most telling of the reasons. GnuTLS sets several bits at once: a wrong name or
 * date is said only when the chain itself is sound. */
static int certificate_error(unsigned int status, const gnutls_datum_t *der, unsigned int der_len,
			     const char *host, struct err *err)
{
	struct chain chain;

	chain_read(&chain, der, der_len);
	gnutls_x509_crt_t leaf = chain.crt[0];
	if (status & GNUTLS_CERT_SIGNER_NOT_FOUND)
		chain_blame_issuer(&chain, err);
	else if (status & GNUTLS_CERT_EXPIRED)
		chain_blame_expired(&chain, err);
	else if (status & GNUTLS_CERT_NOT_ACTIVATED)
		describe_not_activated(leaf, err);
	else if (status & GNUTLS_CERT_UNEXPECTED_OWNER)
		describe_owner(leaf, host, err);
	else if (status & GNUTLS_CERT_INSECURE_ALGORITHM)
		chain_blame_weak(&chain, err);
	else if (status & GNUTLS_CERT_SIGNER_NOT_CA)
		chain_blame_no_ca(&chain, err);
	else if (status & GNUTLS_CERT_SIGNER_CONSTRAINTS_FAILURE)
		chain_blame_constraints(&chain, err);
	else
		describe_other(status, err);
	chain_free(&chain);
	return -1;
}

/* Name or address as GnuTLS wants it. address is where a binary address is kept meanwhile. */
static gnutls_typed_vdata_st expected_owner(const char *name, unsigned char address[16])
{
	gnutls_typed_vdata_st data = {.type = GNUTLS_DT_DNS_HOSTNAME};
	char host[INET6_ADDRSTRLEN];

	/* the zone (fe80::1%eth0) is this machine's affair */
	snprintf(host, sizeof(host), "%.*s", (int)strcspn(name, "%"), name);
	if (inet_pton(AF_INET, name, address) == 1)
		data = (gnutls_typed_vdata_st){
			.type = GNUTLS_DT_IP_ADDRESS, .data = address, .size = 4};
	else if (strlen(host) == strcspn(name, "%") && inet_pton(AF_INET6, host, address) == 1)
		data = (gnutls_typed_vdata_st){
			.type = GNUTLS_DT_IP_ADDRESS, .data = address, .size = 16};
	else
		data.data = (unsigned char *)(uintptr_t)name; /* only read */
	return data;
}

static bool has_dns_name(gnutls_x509_crt_t leaf)
{
	char name[256];
	int rc = 0;

	for (unsigned int i = 0; rc >= 0 || rc == GNUTLS_E_SHORT_MEMORY_BUFFER; i++) {
		size_t size = sizeof(name);
		rc = gnutls_x509_crt_get_subject_alt_name(leaf, i, name, &size, NULL);
		if (rc == GNUTLS_SAN_DNSNAME)
			return true;
	}
	return false;
}

/* The server's own certificate, and what is asked of it. */
struct own {
	const gnutls_datum_t *der;
	bool by_name;  /* it has to carry a DNS name */
	bool is_known; /* what follows is */
	bool lacks_name;
	struct leaf leaf;
};

static void read_own(struct own *own, gnutls_x509_crt_t crt)
{
	own->is_known = true;
	own->lacks_name = own->by_name && !has_dns_name(crt);
	leaf_read(&own->leaf, crt);
}

/* GnuTLS decodes certificates to verify them, and shows each when that is done: to decode one here
 * once more would take a twentieth of a logon. Its function has no argument of ours. */
static _Thread_local struct own *verified_own;

static int note_verified(gnutls_x509_crt_t crt, gnutls_x509_crt_t issuer, gnutls_x509_crl_t crl,
			 unsigned int status)
{
	(void)issuer;
	(void)crl;
	(void)status;
	if (gnutls_x509_crt_equals2(crt, verified_own->der))
		read_own(verified_own, crt);
	return 0;
}

/* Where it has not been shown: nothing is verified, the chain breaks above it, or it is trusted
 * itself. Returns 0 or a negative GnuTLS error. */
static int decode_own(struct own *own)
{
	gnutls_x509_crt_t crt;
	int rc = gnutls_x509_crt_init(&crt);

	if (rc < 0)
		return rc;
	rc = gnutls_x509_crt_import(crt, own->der, GNUTLS_X509_FMT_DER);
	if (rc >= 0)
		read_own(own, crt);
	gnutls_x509_crt_deinit(crt);
	return rc;
}

/* What is wrong with the chain goes to *status_r. Returns 0 or a negative GnuTLS error. */
static int verify_chain(struct tls *tls, gnutls_typed_vdata_st *owner, const struct trust *trust,
			const gnutls_datum_t *chain, unsigned int chain_len, struct own *own,
			unsigned int *status_r)
{
	gnutls_typed_vdata_st data[] = {
		*owner,
		{.type = GNUTLS_DT_KEY_PURPOSE_OID,
		 .data = (unsigned char *)(uintptr_t)GNUTLS_KP_TLS_WWW_SERVER},
	};

	int rc = trust_add_anchors(trust, chain, chain_len, tls->credentials);
	if (rc < 0)
		return rc;
	verified_own = own;
	gnutls_session_set_verify_output_function(tls->session, note_verified);
	rc = gnutls_certificate_verify_peers(tls->session, data, 2, status_r);
	gnutls_session_set_verify_output_function(tls->session, NULL);
	verified_own = NULL;
	return rc;
}

/* What the leaf says, for the reports; and all is verified. */
static int read_chain(struct tls *tls, const char *name, const struct tls_options *options,
		      const gnutls_datum_t *chain, unsigned int chain_len, struct err *err)
{
	unsigned char address[16];
	gnutls_typed_vdata_st owner = expected_owner(name, address);
	bool by_name = !options->trust_any && owner.type == GNUTLS_DT_DNS_HOSTNAME;
	struct own own = {.der = &chain[0], .by_name = by_name};
	unsigned int status = options->trust_any ? 0 : GNUTLS_CERT_INVALID;
	int rc = 0, unread = 0;

	if (!options->trust_any)
		rc = verify_chain(tls, &owner, options->trust, chain, chain_len, &own, &status);
	if (!own.is_known)
		unread = decode_own(&own);
	tls->info.leaf = own.leaf;
	if (unread < 0)
		return err_set(err, ERR_CERTIFICATE, "server's certificate cannot be read: %s",
			       gnutls_strerror(unread));
	if (rc < 0)
		return err_set(err, ERR_CERTIFICATE, "certificate could not be verified: %s",
			       gnutls_strerror(rc));
	/* RFC 9525 section 2: the common name, where GnuTLS looks in the end, is not a name to go
	 * by */
	if (status == 0 && own.lacks_name)
		status = GNUTLS_CERT_UNEXPECTED_OWNER;
	return status ? certificate_error(status, chain, chain_len, name, err) : 0;
}

/* As read_chain, but a chain that has been found good in this run is not read again. */
static int check_chain(struct tls *tls, const char *name, const struct tls_options *options,
		       const gnutls_datum_t *chain, unsigned int chain_len, struct err *err)
{
	unsigned char key[CHAIN_KEY_SIZE];

	if (!options->chain_cache || options->trust_any ||
	    chain_cache_key(tls->session, name, key) != 0)
		return read_chain(tls, name, options, chain, chain_len, err);
	if (chain_cache_find(options->chain_cache, key, &tls->info.leaf))
		return 0;
	if (read_chain(tls, name, options, chain, chain_len, err))
		return -1;
	chain_cache_add(options->chain_cache, key, &tls->info.leaf);
	return 0;
}

static bool advised(const struct err *err, enum net_fault what)
{
	return err->id && err->id == net_hints[what].id;
}

/* A fault that another certificate of the server's own does not have. */
static bool is_of_leaf(const struct err *err)
{
	static const enum net_fault faults[] = {CERT_SELF_SIGNED, CERT_EXPIRED, CERT_NOT_YET,
						CERT_NAME,        CERT_WEAK,    CERT_PURPOSE};

	for (size_t i = 0; i < sizeof(faults) / sizeof(faults[0]); i++)
		if (advised(err, faults[i]))
			return true;
	return false;
}

/* The hint, seen with what else is known. */
static void advise_better(const struct tls *tls, const struct tls_options *options, struct err *err)
{
	enum net_fault what = NET_FAULTS;

	if (tls->info.renewal == RENEWAL_NOT_LOADED && is_of_leaf(err))
		what = CERT_NOT_LOADED;
	else if (options->of_submission && advised(err, CERT_NAME))
		what = CERT_NAME_SMTP;
	if (what == NET_FAULTS)
		return;
	err_unhint(err);
	err_advise(err, &net_hints[what]);
}

int certificate_check(struct tls *tls, const char *host, const struct tls_options *options,
		      struct err *err)
{
	char name[ENDPOINT_HOST_SIZE];
	unsigned int chain_len = 0;
	const gnutls_datum_t *chain = gnutls_certificate_get_peers(tls->session, &chain_len);

	if (!chain || !chain_len)
		return err_set(err, ERR_CERTIFICATE, "server sent no certificate");
	endpoint_name(options->certificate_name ? options->certificate_name : host, name);
	int rc = check_chain(tls, name, options, chain, chain_len, err);
	if (options->renewed)
		tls->info.renewal = leaf_compare(options->renewed, &tls->info.leaf, time(NULL));
	if (rc)
		advise_better(tls, options, err);
	tls->info.verified = rc == 0 && !options->trust_any;
	return rc;
}
