/* sasl_gnu.c - SASL mechanisms by GNU SASL
 *
 * Every copy of a secret that the library hands out, or keeps where it can be reached, is wiped
 * before it is freed. */
#include "mail/sasl/sasl_gnu.h"

#include <stdint.h>
#include <string.h>

#include <gnutls/crypto.h>

#include "base/base64.h"
#include "mail/sasl/scram.h"

enum { SALTED_MAX = 32, FIRST_MAX = 4096, BINDING_TEXT_MAX = TLS_BINDING_MAX / 3 * 4 + 8 };

/* ---- what the library is told ---- */

static void tell(struct sasl_gnu *g, Gsasl_property property, const char *value)
{
	if (value)
		g->library->gsasl_property_set(g->session, property, value);
}

/* Only for -PLUS: the library takes it for a server's lie where it is there without need. */
static void tell_binding(struct sasl_gnu *g, const struct tls_binding *b)
{
	struct buf text = BUF_INIT(BINDING_TEXT_MAX);

	if (!g->mechanism->binds)
		return;
	base64_encode(&text, b->bytes, b->len);
	tell(g, b->is_exporter ? GSASL_CB_TLS_EXPORTER : GSASL_CB_TLS_UNIQUE, buf_str(&text));
	buf_free(&text);
}

static void tell_all(struct sasl_gnu *g, const struct sasl_terms *t)
{
	tell(g, GSASL_AUTHID, t->who->username);
	tell(g, GSASL_AUTHZID, t->who->authzid);
	/* the ticket may be another one's than the mailbox that is to be tested */
	if (g->mechanism->needs == NEEDS_TICKET && !t->who->authzid)
		tell(g, GSASL_AUTHZID, t->who->username);
	tell(g, GSASL_SERVICE, t->service);
	tell(g, GSASL_HOSTNAME, t->host);
	if (g->mechanism->needs == NEEDS_PASSWORD)
		tell(g, GSASL_PASSWORD, t->who->password->value);
	if (g->mechanism->needs == NEEDS_NOTHING)
		tell(g, GSASL_ANONYMOUS_TOKEN, t->who->username);
	tell_binding(g, t->binding);
}

int sasl_gnu_begin(struct sasl_gnu *g, const struct mechanism *mechanism,
		   const struct sasl_terms *terms, struct err *err)
{
	*g = (struct sasl_gnu){
		.library = sasl_library(err), .mechanism = mechanism, .first = BUF_INIT(FIRST_MAX)};
	if (!g->library)
		return -1;
	int rc = g->library->gsasl_init(&g->ctx);
	if (rc == GSASL_OK)
		rc = g->library->gsasl_client_start(g->ctx, mechanism->name, &g->session);
	if (rc != GSASL_OK) {
		err_set(err, ERR_LOCAL, "GNU SASL cannot do %s: %s", mechanism->name,
			g->library->gsasl_strerror(rc));
		sasl_gnu_free(g);
		return -1;
	}
	tell_all(g, terms);
	return 0;
}

/* ---- what it says ---- */

/* bytes from GNU SASL that may hold the password */
static void release(const struct sasl_gnu *g, char *bytes, size_t len)
{
	if (bytes)
		explicit_bzero(bytes, len);
	g->library->gsasl_free(bytes);
}

static int no_ticket(const struct sasl_gnu *g, int rc, struct err *err)
{
	err_set(err, ERR_LOCAL, "AUTH GSSAPI: %s", g->library->gsasl_strerror_name(rc));
	err_hint(err, "no Kerberos ticket, an expired one, or a clock that is off? see klist");
	return err_fault(err, "kerberos-ticket");
}

static int failed(const struct sasl_gnu *g, int rc, struct err *err)
{
	const char *name = g->mechanism->name;

	if (g->mechanism->needs == NEEDS_TICKET && rc >= GSASL_GSSAPI_RELEASE_BUFFER_ERROR &&
	    rc != GSASL_GSSAPI_UNWRAP_ERROR)
		return no_ticket(g, rc, err);
	if (g->answers && (rc == GSASL_AUTHENTICATION_ERROR || rc == GSASL_INTEGRITY_ERROR)) {
		err_set(err, ERR_PROTOCOL,
			"AUTH %s: the server has not proved that it knows the password", name);
		return err_fault(err, "logon-impostor");
	}
	if (g->answers || rc == GSASL_MECHANISM_PARSE_ERROR)
		return err_set(err, ERR_PROTOCOL, "AUTH %s: malformed challenge (%s)", name,
			       g->library->gsasl_strerror(rc));
	return err_set(err, ERR_LOCAL, "AUTH %s: %s", name, g->library->gsasl_strerror(rc));
}

static int step_on(struct sasl_gnu *g, struct span challenge, struct buf *answer, bool *complete_r,
		   struct err *err)
{
	char *response = NULL;
	size_t len = 0;
	int rc = g->library->gsasl_step(g->session, challenge.at, challenge.len, &response, &len);

	*complete_r = rc == GSASL_OK;
	if (rc == GSASL_NEEDS_MORE)
		rc = GSASL_OK;
	int full = rc == GSASL_OK ? buf_append(answer, response, len) : 0;
	release(g, response, len);
	if (rc != GSASL_OK)
		return failed(g, rc, err);
	return full ? err_set(err, ERR_PROTOCOL, "the response is too long") : 0;
}

/* ---- NTLM ---- */

/* The library looks at nothing of the server's message (MS-NLMP section 2.2.1.2, 32 bytes at
 * least). */
static int check_ntlm(const struct sasl_gnu *g, struct span challenge, struct err *err)
{
	static const char begin[] = "NTLMSSP\0\2\0\0";
	enum { LEAST = 32 };

	if (!g->answers || (challenge.len >= LEAST && !memcmp(challenge.at, begin, sizeof(begin))))
		return 0;
	return err_set(err, ERR_PROTOCOL, "AUTH NTLM: malformed challenge");
}

/* ---- SCRAM ---- */

/* GnuTLS calculates that five times as fast as the library, which takes the result in hexadecimal
 * digits. What cannot be done here is left to it. */
static void tell_salted_password(struct sasl_gnu *g, const struct scram_work *work)
{
	static const char digits[] = "0123456789abcdef";
	bool is_sha1 = !strncmp(g->mechanism->name, "SCRAM-SHA-1", strlen("SCRAM-SHA-1")) &&
		       g->mechanism->name[strlen("SCRAM-SHA-1")] != '2';
	gnutls_mac_algorithm_t mac = is_sha1 ? GNUTLS_MAC_SHA1 : GNUTLS_MAC_SHA256;
	unsigned char salted[SALTED_MAX];
	char hex[2 * SALTED_MAX + 1] = "", *prepared = NULL;
	struct buf salt = BUF_INIT(work->salt.len);
	size_t len = gnutls_hmac_get_len(mac);
	const char *password = g->library->gsasl_property_fast(g->session, GSASL_PASSWORD);

	if (base64_decode(&salt, work->salt.at, work->salt.len) == 0 &&
	    g->library->gsasl_saslprep(password, 0, &prepared, NULL) == GSASL_OK) {
		const gnutls_datum_t key = {(unsigned char *)prepared,
					    (unsigned int)strlen(prepared)};
		const gnutls_datum_t bytes = {(unsigned char *)salt.data, (unsigned int)salt.len};
		if (gnutls_pbkdf2(mac, &key, &bytes, work->iterations, salted, len) == 0)
			for (size_t i = 0; i < len; i++) {
				hex[2 * i] = digits[salted[i] >> 4];
				hex[2 * i + 1] = digits[salted[i] & 15];
			}
		release(g, prepared, strlen(prepared));
	}
	if (*hex)
		tell(g, GSASL_SCRAM_SALTED_PASSWORD, hex);
	explicit_bzero(salted, sizeof(salted));
	explicit_bzero(hex, sizeof(hex));
	buf_free(&salt);
}

/* A refusal in the exchange is answered as if it were none: the server says no then, in the words
 * of the protocol. */
static int answer_refusal(struct sasl_gnu *g, struct span why, struct err *err)
{
	g->cannot_bind = scram_refuses_binding(why);
	if (!span_is(why, "channel-bindings-dont-match"))
		return 0;
	err_set(err, ERR_PROTOCOL,
		"AUTH %s: the server is at the end of another TLS channel: somebody is in between",
		g->mechanism->name);
	return err_fault(err, "logon-impostor");
}

static int answer_scram(struct sasl_gnu *g, struct span challenge, struct buf *answer,
			bool *complete_r, struct err *err)
{
	struct span first = {buf_str(&g->first), g->first.len};

	struct scram_work work;
	struct span why = scram_refusal(challenge);
	if (g->answers && why.len)
		return answer_refusal(g, why, err);
	if (g->answers == 1) {
		if (scram_check_first(challenge, scram_nonce(first), &work, err))
			return -1;
		tell_salted_password(g, &work);
	}
	if (step_on(g, challenge, answer, complete_r, err))
		return -1;
	if (g->answers == 0)
		buf_append(&g->first, answer->data, answer->len);
	g->bound = g->mechanism->binds && g->answers > 0;
	return 0;
}

int sasl_gnu_answer(struct sasl_gnu *g, struct span challenge, struct buf *answer, bool *complete_r,
		    struct err *err)
{
	if (!challenge.len && !g->mechanism->client_first && !g->answers)
		return err_set(err, ERR_PROTOCOL, "AUTH %s: the server's challenge is empty",
			       g->mechanism->name);
	if (!strcmp(g->mechanism->name, "NTLM") && check_ntlm(g, challenge, err))
		return -1;
	int rc = mechanism_is_scram(g->mechanism)
			 ? answer_scram(g, challenge, answer, complete_r, err)
			 : step_on(g, challenge, answer, complete_r, err);
	g->answers++;
	return rc;
}

/* The library frees its copy as it is; it hands it out as const. */
static void wipe(const struct sasl_gnu *g, Gsasl_property property)
{
	const char *value = g->library->gsasl_property_fast(g->session, property);

	if (value)
		explicit_bzero((char *)(uintptr_t)value, strlen(value));
}

void sasl_gnu_free(struct sasl_gnu *g)
{
	if (g->session) {
		wipe(g, GSASL_PASSWORD);
		wipe(g, GSASL_SCRAM_SALTED_PASSWORD);
		g->library->gsasl_finish(g->session);
	}
	if (g->ctx)
		g->library->gsasl_done(g->ctx);
	buf_free(&g->first);
	*g = (struct sasl_gnu){0};
}
