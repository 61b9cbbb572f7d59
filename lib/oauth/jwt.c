/* jwt.c - signed assertions, by GnuTLS */
#include "oauth/jwt.h"

#include <gnutls/crypto.h>
#include <stdio.h>
#include <string.h>

#include "base/base64.h"
#include "base/json.h"
#include "base/text.h"

enum {
	HEADER_MAX = 1024,
	DIGEST_MAX = 32,
	P256_BYTES = 32, /* of each of the two numbers of a signature (RFC 7518 section 3.4) */
};

static const struct {
	const char *name;
	gnutls_sign_algorithm_t sign;
	gnutls_pk_algorithm_t key;
} algorithms[] = {
	[JWT_RS256] = {"RS256", GNUTLS_SIGN_RSA_SHA256, GNUTLS_PK_RSA},
	[JWT_PS256] = {"PS256", GNUTLS_SIGN_RSA_PSS_RSAE_SHA256, GNUTLS_PK_RSA},
	[JWT_ES256] = {"ES256", GNUTLS_SIGN_ECDSA_SHA256, GNUTLS_PK_ECDSA},
};

enum { ALGORITHMS = sizeof(algorithms) / sizeof(algorithms[0]) };

int jwt_algorithm_parse(const char *name, enum jwt_algorithm *algorithm_r, struct err *err)
{
	for (size_t i = JWT_RS256; i < ALGORITHMS; i++) {
		if (text_equal_nocase(name, strlen(name), algorithms[i].name)) {
			*algorithm_r = (enum jwt_algorithm)i;
			return 0;
		}
	}
	return err_set(err, ERR_USAGE, "\"%.40s\" is none of RS256, PS256, ES256", name);
}

/* base64url without padding (RFC 7515 section 2) */
static int add_encoded(struct buf *out, const void *bytes, size_t len)
{
	size_t at = out->len;

	if (base64_encode(out, bytes, len))
		return -1;
	for (; at < out->len && out->data[at] != '='; at++) {
		if (out->data[at] == '+')
			out->data[at] = '-';
		else if (out->data[at] == '/')
			out->data[at] = '_';
	}
	buf_truncate(out, at);
	return 0;
}

/* The header "x5t" is by SHA-1, and what older servers look a certificate up by. */
static int add_thumbprint(struct buf *header, const char *name, gnutls_digest_algorithm_t digest,
			  const gnutls_datum_t *certificate)
{
	unsigned char bytes[DIGEST_MAX];
	size_t len = sizeof(bytes);

	if (gnutls_fingerprint(digest, certificate, bytes, &len) < 0 ||
	    buf_printf(header, ",\"%s\":\"", name) || add_encoded(header, bytes, len))
		return -1;
	return buf_append_char(header, '"');
}

static int add_header(struct buf *out, const struct jwt_signer *s, enum jwt_algorithm algorithm)
{
	struct buf header = BUF_INIT(HEADER_MAX);

	int rc = buf_printf(&header, "{\"alg\":\"%s\",\"typ\":\"JWT\"", algorithms[algorithm].name);
	if (rc == 0 && s->key_id)
		rc = buf_append_str(&header, ",\"kid\":") || json_quote(&header, s->key_id);
	if (rc == 0 && s->certificate)
		rc = add_thumbprint(&header, "x5t", GNUTLS_DIG_SHA1, s->certificate) ||
		     add_thumbprint(&header, "x5t#S256", GNUTLS_DIG_SHA256, s->certificate);
	if (rc == 0)
		rc = buf_append_char(&header, '}') || add_encoded(out, header.data, header.len);
	buf_free(&header);
	return rc ? -1 : 0;
}

/* GnuTLS gives the two numbers in DER, and maybe shorter or longer by a zero than JOSE wants. */
static int add_numbers(struct buf *out, const gnutls_datum_t *signature)
{
	unsigned char both[2 * P256_BYTES] = {0};
	gnutls_datum_t number[2];

	int rc = gnutls_decode_rs_value(signature, &number[0], &number[1]);
	if (rc < 0)
		return rc;
	for (size_t i = 0; i < 2; i++) {
		unsigned int extra = number[i].size > P256_BYTES ? number[i].size - P256_BYTES : 0;
		size_t len = number[i].size - extra;
		memcpy(both + (i + 1) * P256_BYTES - len, number[i].data + extra, len);
		gnutls_free(number[i].data);
	}
	return add_encoded(out, both, sizeof(both));
}

static int add_signature(struct buf *out, const struct jwt_signer *s, enum jwt_algorithm algorithm,
			 size_t start)
{
	const gnutls_datum_t text = {(unsigned char *)out->data + start,
				     (unsigned int)(out->len - start)};
	gnutls_datum_t signature;

	int rc =
		gnutls_privkey_sign_data2(s->key, algorithms[algorithm].sign, 0, &text, &signature);
	if (rc < 0)
		return rc;
	rc = buf_append_char(out, '.');
	if (rc == 0)
		rc = algorithm == JWT_ES256 ? add_numbers(out, &signature)
					    : add_encoded(out, signature.data, signature.size);
	gnutls_free(signature.data);
	return rc;
}

static int choose(const struct jwt_signer *s, enum jwt_algorithm *algorithm_r, struct err *err)
{
	unsigned int bits;
	int kind = gnutls_privkey_get_pk_algorithm(s->key, &bits);

	*algorithm_r = s->algorithm ? s->algorithm : kind == GNUTLS_PK_RSA ? JWT_RS256 : JWT_ES256;
	bool fits = kind == (int)algorithms[*algorithm_r].key &&
		    (kind == GNUTLS_PK_RSA || bits == 8 * P256_BYTES);
	if (fits)
		return 0;
	return err_set(err, ERR_USAGE, "the key (%s, %u bits) is none for %s",
		       gnutls_pk_get_name((gnutls_pk_algorithm_t)kind), bits,
		       algorithms[*algorithm_r].name);
}

int jwt_sign(struct buf *out, const struct jwt_signer *s, const char *claims, struct err *err)
{
	enum jwt_algorithm algorithm;
	size_t start = out->len;

	if (choose(s, &algorithm, err))
		return -1;
	int rc = add_header(out, s, algorithm);
	if (rc == 0)
		rc = buf_append_char(out, '.') || add_encoded(out, claims, strlen(claims)) ? -1 : 0;
	if (rc == 0)
		rc = add_signature(out, s, algorithm, start);
	if (rc < -1)
		return err_set(err, ERR_LOCAL, "the key does not sign: %s", gnutls_strerror(rc));
	return rc ? err_set(err, ERR_USAGE, "the assertion becomes too long") : 0;
}
