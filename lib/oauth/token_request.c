/* token_request.c - a question to a token endpoint */
#include "oauth/token_request.h"

#include <gnutls/crypto.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>

#include "base/base64.h"
#include "base/json.h"
#include "net/client_certificate.h"
#include "oauth/form.h"
#include "oauth/service_account.h"

enum {
	CLAIMS_MAX = 8192,
	ASSERTION_MAX = 32 * 1024,
	ASSERTION_S = 300, /* how long one is good; Google takes an hour at most */
	ID_BYTES = 16,
};

#define ASSERTION_TYPE "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
#define JWT_BEARER     "urn:ietf:params:oauth:grant-type:jwt-bearer"

int token_request_begin(struct token_request *r, struct oauth_settings *s, const char *url,
			struct err *err)
{
	*r = (struct token_request){.settings = s,
				    .url = url,
				    .form = BUF_INIT(FORM_MAX),
				    .authorization = BUF_INIT(FORM_MAX)};
	buf_reserve(&r->form, FORM_MAX); /* growing would leave pieces of secrets behind */
	return http_origin(url, r->origin, err);
}

int token_request_add(struct token_request *r, const char *name, const char *value, struct err *err)
{
	if (form_add(&r->form, name, value))
		return err_set(err, ERR_USAGE, "what is sent becomes longer than %d bytes",
			       FORM_MAX);
	return 0;
}

/* Who quotes the form quotes what stands in it. */
static void hide(struct token_request *r, const char *secret)
{
	struct buf encoded = BUF_INIT(FORM_MAX);

	blot_add(&r->secrets, secret, NULL);
	buf_reserve(&encoded, 3 * strlen(secret)); /* growing would leave pieces behind */
	if (form_encode(&encoded, secret) == 0)
		blot_add(&r->secrets, buf_str(&encoded), NULL);
	buf_wipe(&encoded);
}

int token_request_add_secret(struct token_request *r, const char *name, const char *value,
			     struct err *err)
{
	hide(r, value);
	return token_request_add(r, name, value, err);
}

/* ---- who asks ---- */

/* RFC 6749 section 2.3.1: both are encoded as in a form first. */
static int add_basic(struct token_request *r, struct err *err)
{
	const char *secret = r->settings->client_secret.value;
	struct buf both = BUF_INIT(FORM_MAX / 2);

	buf_reserve(&both, FORM_MAX / 2);
	buf_reserve(&r->authorization, FORM_MAX);
	hide(r, secret);
	int rc = form_encode(&both, r->settings->client_id) || buf_append_char(&both, ':') ||
		 form_encode(&both, secret) || buf_append_str(&r->authorization, "Basic ") ||
		 base64_encode(&r->authorization, both.data, both.len);
	buf_wipe(&both);
	return rc ? err_set(err, ERR_USAGE, "the client's secret is too long") : 0;
}

/* ,"NAME":"VALUE" */
static int add_claim(struct buf *claims, const char *name, const char *value)
{
	return buf_printf(claims, ",\"%s\":", name) || json_quote(claims, value) ? -1 : 0;
}

static int add_id(struct buf *claims)
{
	unsigned char bytes[ID_BYTES];
	char hex[2 * ID_BYTES + 1];

	if (gnutls_rnd(GNUTLS_RND_NONCE, bytes, sizeof(bytes)) < 0)
		return -1;
	for (size_t i = 0; i < sizeof(bytes); i++)
		snprintf(hex + 2 * i, 3, "%02x", bytes[i]);
	return add_claim(claims, "jti", hex);
}

/* Open a set of claims, by its times. */
static int begin_claims(struct buf *claims)
{
	long long now = (long long)time(NULL);

	*claims = BUF_INIT(CLAIMS_MAX);
	return buf_printf(claims, "{\"iat\":%lld,\"exp\":%lld", now, now + ASSERTION_S);
}

/* Sign the claims, close them, and add them to the form. */
static int add_assertion(struct token_request *r, const char *name, const struct jwt_signer *signer,
			 struct buf *claims, struct err *err)
{
	struct buf assertion = BUF_INIT(ASSERTION_MAX);

	int rc = buf_append_char(claims, '}')
			 ? err_set(err, ERR_USAGE, "the assertion becomes too long")
			 : jwt_sign(&assertion, signer, buf_str(claims), err);
	if (rc == 0)
		rc = token_request_add_secret(r, name, buf_str(&assertion), err);
	buf_wipe(&assertion);
	return rc;
}

static int add_certified(struct token_request *r, const struct client_certificate *c,
			 struct err *err)
{
	const struct oauth_settings *s = r->settings;
	const struct jwt_signer signer = {
		.key = c->key, .algorithm = s->algorithm, .certificate = &c->chain[0].cert};
	struct buf claims;

	int rc = begin_claims(&claims) || add_claim(&claims, "iss", s->client_id) ||
		 add_claim(&claims, "sub", s->client_id) ||
		 add_claim(&claims, "aud", s->token_address) || add_id(&claims);
	if (rc)
		err_set(err, ERR_USAGE, "the assertion becomes too long");
	else
		rc = token_request_add(r, "client_assertion_type", ASSERTION_TYPE, err) ||
		     add_assertion(r, "client_assertion", &signer, &claims, err);
	buf_free(&claims);
	return rc ? -1 : 0;
}

/* It has been read: it is at hand, if it is a file. */
static void note_file(struct token_request *r, const char *path)
{
	struct stat st;

	if (stat(path, &st) == 0 && S_ISREG(st.st_mode) && st.st_mode & S_IROTH)
		r->exposed = path;
}

static int add_certificate(struct token_request *r, struct err *err)
{
	const struct oauth_settings *s = r->settings;
	struct client_certificate certificate;

	if (client_certificate_load(&certificate, s->client_cert, s->client_key, &s->limit, err))
		return -1;
	note_file(r, s->client_key ? s->client_key : s->client_cert);
	int rc = add_certified(r, &certificate, err);
	client_certificate_free(&certificate);
	return rc;
}

int token_request_add_client(struct token_request *r, struct err *err)
{
	struct oauth_settings *s = r->settings;

	if (oauth_settings_read_secret(s, err))
		return -1;
	if (s->client_secret.exposed)
		r->exposed = s->client_secret_file;
	if (secret_is_set(&s->client_secret) && s->basic)
		return add_basic(r, err);
	if (token_request_add(r, "client_id", s->client_id, err))
		return -1;
	if (secret_is_set(&s->client_secret))
		return token_request_add_secret(r, "client_secret", s->client_secret.value, err);
	return s->client_cert ? add_certificate(r, err) : 0;
}

/* ---- the grants ---- */

static int add_scope(struct token_request *r, struct err *err)
{
	const char *scopes = r->settings->scopes;

	return scopes ? token_request_add(r, "scope", scopes, err) : 0;
}

static int add_client_credentials(struct token_request *r, struct err *err)
{
	struct oauth_settings *s = r->settings;

	if (token_request_add(r, "grant_type", "client_credentials", err) || add_scope(r, err) ||
	    token_request_add_client(r, err))
		return -1;
	if (secret_is_set(&s->client_secret) || s->client_cert)
		return 0;
	return err_set(err, ERR_USAGE,
		       "--grant=client-credentials needs a secret or a certificate: "
		       "--client-secret-file, or --client-cert");
}

static int add_refresh_token(struct token_request *r, const struct secret *refresh, struct err *err)
{
	return token_request_add(r, "grant_type", "refresh_token", err) ||
			       token_request_add_secret(r, "refresh_token", refresh->value, err) ||
			       add_scope(r, err) || token_request_add_client(r, err)
		       ? -1
		       : 0;
}

/* In the name of --username, where the account may act for all of a domain. */
static int add_account(struct token_request *r, const struct service_account *a, struct err *err)
{
	const struct oauth_settings *s = r->settings;
	const struct jwt_signer signer = {.key = a->key,
					  .algorithm = s->algorithm,
					  .key_id = a->key_id.len ? buf_str(&a->key_id) : NULL};
	struct buf claims;

	int rc = begin_claims(&claims) || add_claim(&claims, "iss", buf_str(&a->email)) ||
		 add_claim(&claims, "aud", r->url) ||
		 (s->username && add_claim(&claims, "sub", s->username)) ||
		 (s->scopes && add_claim(&claims, "scope", s->scopes));
	if (rc)
		err_set(err, ERR_USAGE, "the assertion becomes too long");
	else
		rc = token_request_add(r, "grant_type", JWT_BEARER, err) ||
		     add_assertion(r, "assertion", &signer, &claims, err);
	buf_free(&claims);
	return rc ? -1 : 0;
}

/* ---- sending ---- */

int token_request_send(struct token_request *r, int64_t until_us, struct http_answer *answer_r,
		       struct err *err)
{
	const struct http_request request = {
		.url = r->url,
		.form = buf_str(&r->form),
		.authorization = r->authorization.len ? buf_str(&r->authorization) : NULL,
		.ca_file = r->settings->ca_file,
		.answer_max = TOKEN_ANSWER_MAX,
		.until_us = until_us,
	};

	return http_ask(&request, answer_r, err);
}

static int ask(struct token_request *r, struct token *token_r, int64_t *retry_after_r,
	       struct err *err)
{
	struct http_answer answer = {0};
	int64_t now = (int64_t)time(NULL); /* before it is asked: the token is younger */

	int rc = token_request_send(r, r->settings->limit.until_us, &answer, err);
	if (rc == 0)
		rc = token_answer_take(&answer, r->origin, now, &r->secrets, token_r, err);
	if (rc && answer.retry_after_s)
		*retry_after_r = answer.retry_after_s;
	http_answer_free(&answer);
	return rc;
}

/* Its key file may say where to ask. */
static int begin_for_account(struct token_request *r, struct oauth_settings *s,
			     struct service_account *a, struct err *err)
{
	if (service_account_load(a, s->key_file, &s->limit, err))
		return -1;
	bool is_said = a->token_url.len && !s->token_url;
	const char *url = is_said ? buf_str(&a->token_url) : s->token_address;
	int rc = token_request_begin(r, s, url, err);
	if (a->exposed)
		r->exposed = s->key_file;
	return rc ? err_prefix(err, "--key-file: token_uri: ") : add_account(r, a, err);
}

int token_request(struct oauth_settings *s, enum oauth_grant grant, const struct secret *refresh,
		  struct token *token_r, const char **exposed_r, int64_t *retry_after_r,
		  struct err *err)
{
	struct service_account account = {0};
	struct token_request r = {0};
	int rc;

	*token_r = (struct token){0};
	if (grant == GRANT_JWT_BEARER) {
		rc = begin_for_account(&r, s, &account, err);
	} else {
		rc = token_request_begin(&r, s, s->token_address, err);
		if (rc == 0)
			rc = grant == GRANT_REFRESH_TOKEN ? add_refresh_token(&r, refresh, err)
							  : add_client_credentials(&r, err);
	}
	if (rc == 0)
		rc = ask(&r, token_r, retry_after_r, err);
	if (r.exposed)
		*exposed_r = r.exposed;
	token_request_free(&r);
	service_account_free(&account);
	return rc;
}

void token_request_free(struct token_request *r)
{
	buf_wipe(&r->form);
	buf_wipe(&r->authorization);
	blot_free(&r->secrets);
	*r = (struct token_request){0};
}
