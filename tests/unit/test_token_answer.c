/* test_token_answer.c - tokens, their times, and hints out of what an endpoint answers
 *
 * tests/check-tokens has what is said of bad answers. */
#include "oauth/token_answer.h"

#include <string.h>

#include "oauth/form.h"
#include "oauth/provider.h"
#include "unit.h"

static int take(const char *body, struct token *t, struct err *err)
{
	struct http_answer a = {.status = 200, .body = BUF_INIT(4096)};
	struct blot secrets = {0};

	ck_assert_int_eq(buf_append_str(&a.body, body), 0);
	int rc = token_answer_take(&a, "https://a", 1000, &secrets, t, err);
	http_answer_free(&a);
	return rc;
}

/* Where the answer does not say it, the token does (RFC 7519), or five minutes are assumed. */
static const struct {
	const char *body;
	int64_t expires;
} times[] = {
	{"{\"access_token\":\"t\",\"expires_in\":60}", 1060},
	{"{\"access_token\":\"t\",\"expires_in\":\"60\"}", 1060},
	{"{\"access_token\":\"t\",\"expires_in\":60.9}", 1060},
	{"{\"access_token\":\"t\",\"expires_in\":0}", 1000},
	{"{\"access_token\":\"t\",\"expires_in\":-5}", 1300},
	{"{\"access_token\":\"t\",\"expires_in\":99999999999}", 1300},
	{"{\"access_token\":\"t\",\"expires_in\":null}", 1300},
	{"{\"access_token\":\"t\"}", 1300},
	{" {\"access_token\":\"e30.eyJleHAiOjEzMDA4MTkzODB9.s\"}", 1300819380},
	{"{\"access_token\":\"e30.eyJleHAiOjEzMDA4MTkzODB9.s\",\"expires_in\":60}", 1060},
};

START_TEST(test_token_answer_take__time)
{
	struct token t;
	struct err err = {0};

	ck_assert_int_eq(take(times[_i].body, &t, &err), 0);
	ck_assert_int_eq(t.issued, 1000);
	ck_assert_int_eq(t.expires, times[_i].expires);
	token_free(&t);
}
END_TEST

START_TEST(test_token_answer_take__refresh_token)
{
	struct token t;
	struct err err = {0};

	ck_assert_int_eq(take("{\"access_token\":\"a\",\"refresh_token\":\"r\"}", &t, &err), 0);
	ck_assert_str_eq(t.refresh.value, "r");
	token_free(&t);
	ck_assert_int_eq(take("{\"access_token\":\"a\",\"refresh_token\":\"r r\"}", &t, &err), 0);
	ck_assert_ptr_null(t.refresh.value);
	token_free(&t);
}
END_TEST

static const struct {
	const char *name, *description, *id; /* NULL: none */
} hints[] = {
	{"invalid_client", "", "token-client"},
	{"invalid_client", "AADSTS7000215: Invalid client secret provided.", "token-client-secret"},
	{"invalid_client", "AADSTS7000222: The provided client secret keys are expired.",
	 "token-client-expired"},
	{"invalid_client", "AADSTS700027: The certificate is not registered",
	 "token-client-certificate"},
	{"unauthorized_client", "AADSTS700016: Application not found", "token-no-client"},
	{"invalid_request", "AADSTS90002: Tenant not found", "token-no-tenant"},
	{"invalid_client", "AADSTS7000218: client_assertion or client_secret", "token-not-public"},
	{"invalid_grant", "AADSTS65001: The user or administrator has not consented",
	 "token-no-consent"},
	{"invalid_resource", "AADSTS500011: The resource principal", "token-scope"},
	{"invalid_grant", "AADSTS53003: Access has been blocked", "token-conditional-access"},
	{"unauthorized_client",
	 "Client is unauthorized to retrieve access tokens using this method, or client not "
	 "authorized for any of the scopes requested.",
	 "token-no-delegation"},
	{"invalid_grant", "Invalid email or User ID", "token-no-user"},
	{"invalid_grant", "Invalid JWT: Token must be a short-lived token (60 minutes)",
	 "token-clock"},
	{"invalid_client", "AADSTS700024: Client assertion is not within its valid time range.",
	 "token-clock"},
	{"authorization_declined", "", "token-denied"},
	{"invalid_grant", "AADSTS700082: The refresh token has expired", "token-grant"},
	{"unauthorized_client", "", "token-client-not-allowed"},
	{"unsupported_grant_type", "", "token-grant-unknown"},
	{"invalid_scope", "", "token-scope"},
	{"access_denied", "", "token-denied"},
	{"expired_token", "", "token-nobody"},
	{"server_error", "", NULL},
	{"", "", NULL},
};

START_TEST(test_token_hint)
{
	const struct hint *hint =
		token_hint(span_of(hints[_i].name), span_of(hints[_i].description));

	ck_assert_str_eq(hint ? hint->id : "", hints[_i].id ? hints[_i].id : "");
}
END_TEST

START_TEST(test_form_add)
{
	struct buf form = BUF_INIT(64);

	ck_assert_int_eq(form_add(&form, "a", "x y&z=%\xc3\xa4"), 0);
	ck_assert_int_eq(form_add(&form, "b-._~", ""), 0);
	ck_assert_str_eq(buf_str(&form), "a=x%20y%26z%3D%25%C3%A4&b-._~=");
	ck_assert_int_eq(form_add(&form, "c", "0123456789012345678901234567890123456789"), -1);
	buf_free(&form);
}
END_TEST

START_TEST(test_provider_url)
{
	const struct provider *p = provider_find("microsoft");
	char *url = provider_url(p->token_url, "contoso.example");

	ck_assert_str_eq(url,
			 "https://login.microsoftonline.com/contoso.example/oauth2/v2.0/token");
	free(url);
	url = provider_url("https://a/?b=%41", "x");
	ck_assert_str_eq(url, "https://a/?b=%41");
	free(url);
	ck_assert_ptr_nonnull(provider_find("google"));
	ck_assert_ptr_null(provider_find("Google"));
	ck_assert_ptr_null(provider_find(""));
}
END_TEST

UNIT_MAIN_FIXTURE("token_answer", NULL, NULL, ROWS(test_token_answer_take__time, times),
		  ONCE(test_token_answer_take__refresh_token), ROWS(test_token_hint, hints),
		  ONCE(test_form_add), ONCE(test_provider_url))
