/* pki.c - certificates made for a test, by GnuTLS itself */
#include "pki.h"

#include <arpa/inet.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include <gnutls/abstract.h>

enum { DAY_S = 86400, CHAIN_MAX = 32 };

int pki_check(int rc, const char *call)
{
	if (rc >= 0)
		return rc;
	fprintf(stderr, "%s: %s\n", call, gnutls_strerror(rc));
	exit(1);
}

static void make_key(struct pki_cert *c, const struct pki_spec *spec)
{
	PKI_CHECK(gnutls_x509_privkey_init(&c->key));
	if (spec->same_key)
		PKI_CHECK(gnutls_x509_privkey_cpy(c->key, spec->same_key->key));
	else if (spec->rsa_bits)
		PKI_CHECK(gnutls_x509_privkey_generate(c->key, GNUTLS_PK_RSA, spec->rsa_bits, 0));
	else
		PKI_CHECK(gnutls_x509_privkey_generate(
			c->key, GNUTLS_PK_ECDSA, GNUTLS_CURVE_TO_BITS(GNUTLS_ECC_CURVE_SECP256R1),
			0));
}

static void set_subject(gnutls_x509_crt_t crt, const struct pki_spec *spec)
{
	char unit[64];

	if (spec->cn)
		PKI_CHECK(gnutls_x509_crt_set_dn_by_oid(crt, GNUTLS_OID_X520_COMMON_NAME, 0,
							spec->cn, (unsigned int)strlen(spec->cn)));
	for (unsigned int i = 0; i < spec->units; i++) {
		snprintf(unit, sizeof(unit), "Organizational Unit of a Very Long Name, Number %u",
			 i);
		PKI_CHECK(gnutls_x509_crt_set_dn_by_oid(crt,
							GNUTLS_OID_X520_ORGANIZATIONAL_UNIT_NAME, 0,
							unit, (unsigned int)strlen(unit)));
	}
}

static void set_names(gnutls_x509_crt_t crt, const struct pki_spec *spec)
{
	unsigned char address[16];

	if (spec->dns)
		PKI_CHECK(gnutls_x509_crt_set_subject_alt_name(crt, GNUTLS_SAN_DNSNAME, spec->dns,
							       (unsigned int)strlen(spec->dns),
							       GNUTLS_FSAN_APPEND));
	if (spec->ip) {
		unsigned int size = inet_pton(AF_INET, spec->ip, address) == 1 ? 4 : 16;
		if (size == 16 && inet_pton(AF_INET6, spec->ip, address) != 1)
			abort();
		PKI_CHECK(gnutls_x509_crt_set_subject_alt_name(crt, GNUTLS_SAN_IPADDRESS, address,
							       size, GNUTLS_FSAN_APPEND));
	}
}

static void set_constraints(gnutls_x509_crt_t crt, const char *permitted)
{
	gnutls_x509_name_constraints_t constraints;
	gnutls_datum_t name = {(unsigned char *)(uintptr_t)permitted,
			       (unsigned int)strlen(permitted)};

	PKI_CHECK(gnutls_x509_name_constraints_init(&constraints));
	PKI_CHECK(
		gnutls_x509_name_constraints_add_permitted(constraints, GNUTLS_SAN_DNSNAME, &name));
	PKI_CHECK(gnutls_x509_crt_set_name_constraints(crt, constraints, 1));
	gnutls_x509_name_constraints_deinit(constraints);
}

/* RFC 5280 section 4.2.1.1: they tell issuers of equal names apart */
static void set_key_ids(struct pki_cert *c, const struct pki_cert *issuer)
{
	unsigned char id[32];
	size_t size = sizeof(id);

	PKI_CHECK(gnutls_x509_crt_get_key_id(c->crt, GNUTLS_KEYID_USE_SHA1, id, &size));
	PKI_CHECK(gnutls_x509_crt_set_subject_key_id(c->crt, id, size));
	if (!issuer)
		return;
	size = sizeof(id);
	PKI_CHECK(gnutls_x509_crt_get_key_id(issuer->crt, GNUTLS_KEYID_USE_SHA1, id, &size));
	PKI_CHECK(gnutls_x509_crt_set_authority_key_id(c->crt, id, size));
}

static void pad(gnutls_x509_crt_t crt, unsigned int len)
{
	void *zeros = calloc(len, 1);

	PKI_CHECK(gnutls_x509_crt_set_extension_by_oid(crt, "2.25.1", zeros, len, 0));
	free(zeros);
}

static void set_extensions(gnutls_x509_crt_t crt, const struct pki_spec *spec)
{
	if (spec->ca) {
		PKI_CHECK(gnutls_x509_crt_set_basic_constraints(crt, 1,
								spec->issues_leaves_only ? 0 : -1));
		PKI_CHECK(gnutls_x509_crt_set_key_usage(crt, GNUTLS_KEY_KEY_CERT_SIGN));
	} else {
		PKI_CHECK(gnutls_x509_crt_set_basic_constraints(crt, 0, -1));
		PKI_CHECK(gnutls_x509_crt_set_key_usage(crt, GNUTLS_KEY_DIGITAL_SIGNATURE));
		PKI_CHECK(gnutls_x509_crt_set_key_purpose_oid(
			crt, spec->purpose ? spec->purpose : GNUTLS_KP_TLS_WWW_SERVER, 0));
	}
	set_names(crt, spec);
	if (spec->permitted)
		set_constraints(crt, spec->permitted);
	if (spec->padding)
		pad(crt, spec->padding);
}

void pki_issue(struct pki_cert *c, const struct pki_spec *spec, const struct pki_cert *issuer)
{
	static unsigned int serial = 1000;
	time_t now = time(NULL);
	char number[8];
	bool usual = !spec->from_day && !spec->to_day;

	make_key(c, spec);
	PKI_CHECK(gnutls_x509_crt_init(&c->crt));
	PKI_CHECK(gnutls_x509_crt_set_version(c->crt, spec->version_1 ? 1 : 3));
	snprintf(number, sizeof(number), "%u", ++serial);
	PKI_CHECK(gnutls_x509_crt_set_serial(c->crt, number, strlen(number)));
	PKI_CHECK(gnutls_x509_crt_set_activation_time(c->crt,
						      now + (usual ? -1 : spec->from_day) * DAY_S));
	PKI_CHECK(gnutls_x509_crt_set_expiration_time(c->crt,
						      now + (usual ? 90 : spec->to_day) * DAY_S));
	PKI_CHECK(gnutls_x509_crt_set_key(c->crt, c->key));
	set_subject(c->crt, spec);
	if (!spec->version_1)
		set_extensions(c->crt, spec);
	if (!spec->version_1 && !spec->no_key_ids)
		set_key_ids(c, issuer);
	PKI_CHECK(gnutls_x509_crt_sign2(c->crt, issuer ? issuer->crt : c->crt,
					issuer ? issuer->key : c->key,
					spec->digest ? spec->digest : GNUTLS_DIG_SHA256, 0));
	PKI_CHECK(gnutls_x509_crt_export2(c->crt, GNUTLS_X509_FMT_DER, &c->der));
}

void pki_free(struct pki_cert *c)
{
	gnutls_x509_crt_deinit(c->crt);
	gnutls_x509_privkey_deinit(c->key);
	gnutls_free(c->der.data);
}

void pki_add_pem(const struct pki_cert *c, struct buf *pem)
{
	gnutls_datum_t text;

	PKI_CHECK(gnutls_x509_crt_export2(c->crt, GNUTLS_X509_FMT_PEM, &text));
	if (buf_append(pem, text.data, text.size))
		abort();
	gnutls_free(text.data);
}

gnutls_certificate_credentials_t pki_server(const struct pki_cert *const *chain)
{
	gnutls_certificate_credentials_t credentials;
	gnutls_pcert_st pcert[CHAIN_MAX];
	gnutls_privkey_t key;
	int count = 0;

	PKI_CHECK(gnutls_certificate_allocate_credentials(&credentials));
	PKI_CHECK(gnutls_privkey_init(&key));
	PKI_CHECK(gnutls_privkey_import_x509(key, chain[0]->key, GNUTLS_PRIVKEY_IMPORT_COPY));
	for (; chain[count] && count < CHAIN_MAX; count++)
		PKI_CHECK(gnutls_pcert_import_x509(&pcert[count], chain[count]->crt, 0));
	/* takes over what pcert and the key hold, and does not put the chain in order */
	PKI_CHECK(gnutls_certificate_set_key(credentials, NULL, 0, pcert, count, key));
	return credentials;
}

void pki_write_file(const char *content, size_t len, char path[64])
{
	snprintf(path, 64, "/tmp/mailflow-pki.XXXXXX");
	int fd = mkstemp(path);

	if (fd < 0 || write(fd, content, len) != (ssize_t)len || close(fd)) {
		perror(path);
		exit(1);
	}
}
