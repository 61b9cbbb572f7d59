/* test_sasl_vectors.c - the whole exchanges of those RFCs where the client's nonce is a part of it:
 * GNU SASL is given the one that stands there */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/base64.h"
#include "mail/sasl/sasl.h"
#include "unit.h"

enum { LINES = 6 };

static const struct vector {
	const char *mechanism, *service, *host;
	const char *username, *password, *nonce;
	/* server and client by turns, decoded; what the client says first has an empty challenge */
	const char *said[LINES];
} vectors[] = {
	/* RFC 5802 section 5 */
	{"SCRAM-SHA-1",
	 "imap",
	 "localhost",
	 "user",
	 "pencil",
	 "fyko+d2lbbFgONRv9qkxdawL",
	 {"", "n,,n=user,r=fyko+d2lbbFgONRv9qkxdawL",
	  "r=fyko+d2lbbFgONRv9qkxdawL3rfcNHYJY1ZVvWVs7j,s=QSXCR+Q6sek8bf92,i=4096",
	  "c=biws,r=fyko+d2lbbFgONRv9qkxdawL3rfcNHYJY1ZVvWVs7j,p=v0X8v3Bz2T0CJGbJQyF0X+HI4Ts=",
	  "v=rmF9pqV8S7suAoZWja4dJRkFsKQ=", ""}},
	/* RFC 7677 section 3 */
	{"SCRAM-SHA-256",
	 "imap",
	 "localhost",
	 "user",
	 "pencil",
	 "rOprNGfwEbeRWgbNEkqO",
	 {"", "n,,n=user,r=rOprNGfwEbeRWgbNEkqO",
	  "r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096",
	  "c=biws,r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,"
	  "p=dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ=",
	  "v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=", ""}},
	/* RFC 2831 section 4, for IMAP and ACAP; the order of what the client says is the library's
	 */
	{"DIGEST-MD5",
	 "imap",
	 "elwood.innosoft.com",
	 "chris",
	 "secret",
	 "OA6MHXh6VqTrRk",
	 {"realm=\"elwood.innosoft.com\",nonce=\"OA6MG9tEQGm2hh\",qop=\"auth\","
	  "algorithm=md5-sess,charset=utf-8",
	  "username=\"chris\", realm=\"elwood.innosoft.com\", nonce=\"OA6MG9tEQGm2hh\", "
	  "cnonce=\"OA6MHXh6VqTrRk\", nc=00000001, qop=auth, "
	  "digest-uri=\"imap/elwood.innosoft.com\", response=d388dad90d4bbd760a152321f2143af7, "
	  "charset=utf-8",
	  "rspauth=ea40f60335c427b5527b84dbabcdfffd", ""}},
	{"DIGEST-MD5",
	 "acap",
	 "elwood.innosoft.com",
	 "chris",
	 "secret",
	 "OA9BSuZWMSpW8m",
	 {"realm=\"elwood.innosoft.com\",nonce=\"OA9BSXrbuRhWay\",qop=\"auth\","
	  "algorithm=md5-sess,charset=utf-8",
	  "username=\"chris\", realm=\"elwood.innosoft.com\", nonce=\"OA9BSXrbuRhWay\", "
	  "cnonce=\"OA9BSuZWMSpW8m\", nc=00000001, qop=auth, "
	  "digest-uri=\"acap/elwood.innosoft.com\", response=6084c6db3fede7352c551284490fd0fc, "
	  "charset=utf-8",
	  "rspauth=2f0b3d7c3c2e486600ef710726aa2eae", ""}},
};

/* ---- the library's nonces ---- */

static const char *nonce;
static const char *nonce_bytes;

/* These two stand before the library's own. What it wants random bytes for is text in the end:
 * there, the vector's is put in. */
int gsasl_nonce(char *data, size_t len)
{
	memset(data, 'x', len);
	nonce_bytes = data;
	return GSASL_OK;
}

int gsasl_base64_to(const char *in, size_t len, char **out, size_t *len_r)
{
	struct buf text = BUF_INIT(2 * len + 64);

	if (in == nonce_bytes)
		buf_append_str(&text, nonce);
	else
		base64_encode(&text, in, len);
	if (len_r)
		*len_r = text.len;
	*out = strdup(buf_str(&text));
	buf_free(&text);
	return GSASL_OK;
}

/* ---- the exchanges ---- */

static void assert_says(struct sasl *s, const char *challenge, const char *expected)
{
	struct buf question = BUF_INIT(1024), answer = BUF_INIT(1024);
	struct err err = {0};
	char *response = NULL;

	base64_encode(&question, challenge, strlen(challenge));
	ck_assert_msg(sasl_answer(s, buf_str(&question), &response, &err) == 0, "%s", err.text);
	ck_assert_int_eq(base64_decode(&answer, response, strlen(response)), 0);
	ck_assert_str_eq(buf_str(&answer), expected);
	free(response);
	buf_free(&question);
	buf_free(&answer);
}

START_TEST(test_sasl__says_what_the_rfc_says)
{
	const struct vector *v = &vectors[_i];
	const struct secret password = {(char *)(uintptr_t)v->password};
	const struct credentials who = {.username = v->username, .password = &password};
	const struct tls_binding unbound = {0};
	const struct sasl_terms terms = {
		.who = &who, .service = v->service, .host = v->host, .binding = &unbound};
	struct sasl s;
	struct err err = {0};

	nonce = v->nonce;
	nonce_bytes = NULL;
	ck_assert_int_eq(sasl_begin(&s, mechanism_find(span_of(v->mechanism)), &terms, &err), 0);
	for (int i = 0; i < LINES && v->said[i]; i += 2) {
		ck_assert(!s.complete);
		assert_says(&s, v->said[i], v->said[i + 1]);
	}
	ck_assert(s.complete);
	sasl_free(&s);
}
END_TEST

UNIT_MAIN_FIXTURE("sasl_vectors", NULL, NULL, ROWS(test_sasl__says_what_the_rfc_says, vectors))
