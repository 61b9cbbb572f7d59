/* test_jwt.c - assertions are what RFC 7515 and 7518 say, and their signatures hold */
#include "oauth/jwt.h"

#include <string.h>

#include <gnutls/crypto.h>
#include <gnutls/x509.h>

#include "base/base64.h"
#include "base/span.h"
#include "pki.h"
#include "unit.h"

/* base64url without padding */
static void decode(struct span text, struct buf *out)
{
	struct buf plain = BUF_INIT(4096);

	for (; text.len; span_skip(&text, 1)) {
		ck_assert_ptr_null(strchr("+/=", *text.at));
		buf_append_char(&plain, *text.at == '-' ? '+' : *text.at == '_' ? '/' : *text.at);
	}
	while (plain.len % 4)
		buf_append_char(&plain, '=');
	*out = BUF_INIT(4096);
	ck_assert_int_eq(base64_decode(out, buf_str(&plain), plain.len), 0);
	buf_free(&plain);
}

struct parts {
	struct span signed_text;
	struct buf header, claims, signature;
};

static void take_apart(const struct buf *jwt, struct parts *p)
{
	struct span rest = {buf_str(jwt), jwt->len};
	struct span header = span_cut(&rest, '.'), claims = span_cut(&rest, '.');

	p->signed_text = (struct span){header.at, header.len + 1 + claims.len};
	decode(header, &p->header);
	decode(claims, &p->claims);
	decode(rest, &p->signature);
}

static void parts_free(struct parts *p)
{
	buf_free(&p->header);
	buf_free(&p->claims);
	buf_free(&p->signature);
}

/* ES256: two numbers of 32 bytes each */
static void numbers_to_der(struct buf *signature)
{
	unsigned char *both = (unsigned char *)signature->data;
	const gnutls_datum_t r = {both, 32}, s = {both + 32, 32};
	gnutls_datum_t der;

	ck_assert_uint_eq(signature->len, 64);
	PKI_CHECK(gnutls_encode_rs_value(&der, &r, &s));
	buf_clear(signature);
	ck_assert_int_eq(buf_append(signature, der.data, der.size), 0);
	gnutls_free(der.data);
}

static void verify(const struct pki_cert *c, gnutls_sign_algorithm_t how, const struct parts *p)
{
	const gnutls_datum_t text = {(unsigned char *)(uintptr_t)p->signed_text.at,
				     (unsigned int)p->signed_text.len};
	const gnutls_datum_t signature = {(unsigned char *)p->signature.data,
					  (unsigned int)p->signature.len};
	gnutls_pubkey_t public;

	PKI_CHECK(gnutls_pubkey_init(&public));
	PKI_CHECK(gnutls_pubkey_import_x509(public, c->crt, 0));
	PKI_CHECK(gnutls_pubkey_verify_data2(public, how, 0, &text, &signature));
	gnutls_pubkey_deinit(public);
}

static const struct {
	enum jwt_algorithm asked;
	unsigned int rsa_bits;
	gnutls_sign_algorithm_t sign; /* 0: the key does not fit */
	const char *header;
} rows[] = {
	{JWT_BY_KEY, 2048, GNUTLS_SIGN_RSA_SHA256, "{\"alg\":\"RS256\",\"typ\":\"JWT\"}"},
	{JWT_RS256, 2048, GNUTLS_SIGN_RSA_SHA256, "{\"alg\":\"RS256\",\"typ\":\"JWT\"}"},
	{JWT_PS256, 2048, GNUTLS_SIGN_RSA_PSS_RSAE_SHA256, "{\"alg\":\"PS256\",\"typ\":\"JWT\"}"},
	{JWT_BY_KEY, 0, GNUTLS_SIGN_ECDSA_SHA256, "{\"alg\":\"ES256\",\"typ\":\"JWT\"}"},
	{JWT_ES256, 0, GNUTLS_SIGN_ECDSA_SHA256, "{\"alg\":\"ES256\",\"typ\":\"JWT\"}"},
	{JWT_ES256, 2048, 0, NULL},
	{JWT_PS256, 0, 0, NULL},
};

START_TEST(test_jwt_sign)
{
	struct pki_cert c;
	struct jwt_signer signer = {.algorithm = rows[_i].asked};
	struct buf jwt = BUF_INIT(4096);
	struct parts p;
	struct err err = {0};

	pki_issue(&c, &(struct pki_spec){.cn = "app", .rsa_bits = rows[_i].rsa_bits}, NULL);
	PKI_CHECK(gnutls_privkey_init(&signer.key));
	PKI_CHECK(gnutls_privkey_import_x509(signer.key, c.key, 0));
	int rc = jwt_sign(&jwt, &signer, "{\"iss\":\"joe\"}", &err);
	ck_assert_int_eq(rc, rows[_i].sign ? 0 : -1);
	ck_assert_int_eq(err.kind, rows[_i].sign ? ERR_NONE : ERR_USAGE);
	if (rc == 0) {
		take_apart(&jwt, &p);
		ck_assert_str_eq(buf_str(&p.header), rows[_i].header);
		ck_assert_str_eq(buf_str(&p.claims), "{\"iss\":\"joe\"}");
		if (rows[_i].sign == GNUTLS_SIGN_ECDSA_SHA256)
			numbers_to_der(&p.signature);
		verify(&c, rows[_i].sign, &p);
		parts_free(&p);
	}
	buf_free(&jwt);
	gnutls_privkey_deinit(signer.key);
	pki_free(&c);
}
END_TEST

/* One in 128 has a number that is shorter than its place. */
START_TEST(test_jwt_sign__short_numbers)
{
	struct pki_cert c;
	struct jwt_signer signer = {0};
	struct err err = {0};

	pki_issue(&c, &(struct pki_spec){.cn = "app"}, NULL);
	PKI_CHECK(gnutls_privkey_init(&signer.key));
	PKI_CHECK(gnutls_privkey_import_x509(signer.key, c.key, 0));
	for (int i = 0; i < 600; i++) {
		struct buf jwt = BUF_INIT(4096);
		struct parts p;
		ck_assert_int_eq(jwt_sign(&jwt, &signer, "{}", &err), 0);
		take_apart(&jwt, &p);
		numbers_to_der(&p.signature);
		verify(&c, GNUTLS_SIGN_ECDSA_SHA256, &p);
		parts_free(&p);
		buf_free(&jwt);
	}
	gnutls_privkey_deinit(signer.key);
	pki_free(&c);
}
END_TEST

START_TEST(test_jwt_sign__header)
{
	static const char start[] =
		"{\"alg\":\"ES256\",\"typ\":\"JWT\",\"kid\":\"a\\\"b\",\"x5t\":\"";
	struct pki_cert c;
	struct jwt_signer signer = {.key_id = "a\"b"};
	struct buf jwt = BUF_INIT(4096), small = BUF_INIT(100);
	struct parts p;
	struct err err = {0};

	pki_issue(&c, &(struct pki_spec){.cn = "app"}, NULL);
	PKI_CHECK(gnutls_privkey_init(&signer.key));
	PKI_CHECK(gnutls_privkey_import_x509(signer.key, c.key, 0));
	signer.certificate = &c.der;
	ck_assert_int_eq(jwt_sign(&jwt, &signer, "{}", &err), 0);
	take_apart(&jwt, &p);
	/* thumbprints of 20 and 32 bytes */
	const char *sha256 = strstr(buf_str(&p.header), "\",\"x5t#S256\":\"");
	ck_assert_ptr_nonnull(sha256);
	ck_assert_int_eq(strncmp(buf_str(&p.header), start, strlen(start)), 0);
	ck_assert_uint_eq(strlen(sha256), strlen("\",\"x5t#S256\":\"") + 43 + strlen("\"}"));
	parts_free(&p);
	ck_assert_int_eq(jwt_sign(&small, &signer, "{}", &err), -1);
	ck_assert_int_eq(err.kind, ERR_USAGE);
	buf_free(&jwt);
	buf_free(&small);
	gnutls_privkey_deinit(signer.key);
	pki_free(&c);
}
END_TEST

UNIT_MAIN_FIXTURE("jwt", NULL, NULL, ROWS(test_jwt_sign, rows), ONCE(test_jwt_sign__short_numbers),
		  ONCE(test_jwt_sign__header))
