/* token_answer.c - what a token endpoint answers */
#include "oauth/token_answer.h"

#include <stdio.h>
#include <string.h>

#include "base/json.h"
#include "base/text.h"
#include "mail/sasl/sasl.h"

enum {
	NAME_MAX_LEN = 80,
	WORDS_MAX = 4096,
	ASSUMED_S = 300, /* how long a token is good that says nothing of that */
	OK_STATUS = 200,
	REDIRECTIONS = 300,
	BAD_STATUS = 400,
	UNAUTHORIZED = 401,
	TOO_MANY = 429,
	SERVER_ERROR = 500,
};

static const struct hint not_an_endpoint = {"token-no-endpoint",
					    "is --token-url right, or a proxy in the way?"};

static struct span body_of(const struct http_answer *a)
{
	return (struct span){buf_str(&a->body), a->body.len};
}

void token_free(struct token *t)
{
	secret_free(&t->access);
	secret_free(&t->refresh);
	*t = (struct token){0};
}

/* ---- errors ---- */

void token_answer_error(const struct http_answer *a, char *name, size_t size)
{
	struct buf text = BUF_INIT(NAME_MAX_LEN);

	json_text(body_of(a), "error", &text);
	snprintf(name, size, "%s", buf_str(&text));
	buf_free(&text);
}

/* invalid_client: "AADSTS7000215: Invalid client secret provided." */
static int set_refused(const struct http_answer *a, const char *origin, const char *name,
		       struct blot *secrets, struct err *err)
{
	struct buf words = BUF_INIT(WORDS_MAX);
	size_t len;

	json_text(body_of(a), "error_description", &words);
	const struct hint *hint =
		token_hint(span_of(name), (struct span){buf_str(&words), words.len});
	len = strcspn(buf_str(&words), "\r\n"); /* Microsoft's go on with numbers of the request */
	struct buf all = BUF_INIT(WORDS_MAX + NAME_MAX_LEN + 8);
	buf_printf(&all, len ? "%s: \"%.*s\"" : "%s", name, (int)len, buf_str(&words));
	blot_heard(secrets, buf_str(&all), all.len);
	const char *shown = blot_text(secrets, buf_str(&all), all.len, false, &len);
	err_set(err, ERR_AUTH, "%s: %.*s", origin, (int)(len < 200 ? len : 200), shown);
	err_advise(err, hint);
	buf_free(&all);
	buf_free(&words);
	return -1;
}

static void add_wait(const struct http_answer *a, struct err *err)
{
	if (a->retry_after_s)
		err_hint(err, "it asks to wait %lld s", (long long)a->retry_after_s);
}

/* "text/html" instead of JSON */
static int set_no_json(const struct http_answer *a, const char *origin, struct err *err)
{
	err_set(err, ERR_PROTOCOL, "%s: it answered %ld with %s, not with JSON", origin, a->status,
		a->type[0] ? a->type : "what has no type");
	err_advise(err, &not_an_endpoint);
	return -1;
}

int token_answer_refuse(const struct http_answer *a, const char *origin, struct blot *secrets,
			struct err *err)
{
	char name[NAME_MAX_LEN + 1];

	token_answer_error(a, name, sizeof(name));
	if (a->status >= SERVER_ERROR || a->status == TOO_MANY) {
		err_set(err, a->status == TOO_MANY ? ERR_THROTTLED : ERR_TRANSIENT,
			"%s: it answered %ld%s", origin, a->status,
			a->status == TOO_MANY ? ", too many requests" : "");
		add_wait(a, err);
		return -1;
	}
	if (*name)
		return set_refused(a, origin, name, secrets, err);
	if (a->status >= REDIRECTIONS && a->status < BAD_STATUS) {
		err_set(err, ERR_PROTOCOL, "%s: it answered %ld and leads to %s: not followed",
			origin, a->status, a->leads_to[0] ? a->leads_to : "nowhere");
		err_advise(err, &not_an_endpoint);
		return -1;
	}
	if (a->status == UNAUTHORIZED)
		return err_set(err, ERR_AUTH, "%s: it answered 401, and does not say why", origin);
	return set_no_json(a, origin, err);
}

/* ---- the token ---- */

static int take_secret(struct span json, const char *name, struct secret *secret)
{
	struct buf text = BUF_INIT(json.len);
	struct err ignored = {0};

	buf_reserve(&text, json.len); /* growing would leave pieces behind */
	int rc = json_string(json, name, &text);
	if (rc == 0)
		rc = secret_set_token(secret, buf_str(&text), &ignored);
	buf_wipe(&text);
	return rc;
}

static int check_type(struct span json, const char *origin, struct err *err)
{
	char shown[NAME_MAX_LEN];
	struct buf type = BUF_INIT(NAME_MAX_LEN);

	int rc = json_text(json, "token_type", &type);
	bool is_bearer = rc || text_equal_nocase(buf_str(&type), type.len, "Bearer");
	if (!is_bearer) {
		text_show(shown, sizeof(shown), buf_str(&type), type.len);
		err_set(err, ERR_PROTOCOL, "%s: its token is of type \"%s\", not Bearer", origin,
			shown);
	}
	buf_free(&type);
	return is_bearer ? 0 : -1;
}

/* What the answer says, or the token itself, or what may be assumed. */
static int64_t expires(struct span json, const char *access, int64_t now)
{
	uint64_t seconds;

	if (json_number(json, "expires_in", &seconds) == 0 && seconds < INT32_MAX)
		return now + (int64_t)seconds;
	uint64_t own = sasl_token_expires(access);
	return own && own < INT64_MAX ? (int64_t)own : now + ASSUMED_S;
}

int token_answer_take(const struct http_answer *a, const char *origin, int64_t now,
		      struct blot *secrets, struct token *t, struct err *err)
{
	struct span json = body_of(a);
	char name[NAME_MAX_LEN + 1];

	*t = (struct token){.issued = now};
	token_answer_error(a, name, sizeof(name));
	if (a->status != OK_STATUS || *name || !span_starts(span_trim(json), "{"))
		return token_answer_refuse(a, origin, secrets, err);
	if (take_secret(json, "access_token", &t->access))
		return err_set(err, ERR_PROTOCOL, "%s: its answer has no access_token of use",
			       origin);
	take_secret(json, "refresh_token", &t->refresh);
	t->expires = expires(json, t->access.value, now);
	return check_type(json, origin, err);
}
