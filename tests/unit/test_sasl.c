/* test_sasl.c - what each mechanism says, with the vectors of its RFC */
#include "mail/sasl/sasl.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/base64.h"
#include "unit.h"

static struct err err;
static struct secret password, token;
static struct credentials who;
static struct tls_binding binding;

/* LOGIN of SASL, not of IMAP */
static const struct mechanism *find(const char *name)
{
	for (const struct mechanism *m = mechanisms; m->name; m++)
		if (m->form == FORM_SASL && !strcmp(m->name, name))
			return m;
	ck_abort();
}

static struct sasl begin(const char *mechanism, const char *username, const char *value)
{
	struct sasl s;

	err = (struct err){0};
	password.value = (char *)(uintptr_t)value;
	who = (struct credentials){.username = username,
				   .authzid = who.authzid,
				   .password = &password,
				   .token = &token};
	const struct sasl_terms terms = {.who = &who,
					 .service = "imap",
					 .host = "server.example.com",
					 .port = 143,
					 .binding = &binding};
	ck_assert_int_eq(sasl_begin(&s, find(mechanism), &terms, &err), 0);
	return s;
}

static void assert_answer(struct sasl *s, const char *challenge, const char *expected)
{
	char *response = NULL;

	ck_assert_msg(sasl_answer(s, challenge, &response, &err) == 0, "%s", err.text);
	ck_assert_str_eq(response, expected);
	secret_wipe_str(response);
	free(response);
}

/* The same with what is in the base64. */
static void assert_says(struct sasl *s, const char *challenge, const char *expected)
{
	struct buf question = BUF_INIT(1024), answer = BUF_INIT(1024);

	base64_encode(&question, challenge, strlen(challenge));
	base64_encode(&answer, expected, strlen(expected));
	assert_answer(s, buf_str(&question), buf_str(&answer));
	buf_free(&question);
	buf_free(&answer);
}

static void assert_refuses(struct sasl *s, const char *challenge, const char *words)
{
	struct buf question = BUF_INIT(1024);
	char *response = NULL;

	base64_encode(&question, challenge, strlen(challenge));
	ck_assert_int_eq(sasl_answer(s, buf_str(&question), &response, &err), -1);
	ck_assert_ptr_null(response);
	ck_assert_int_eq(err.kind, ERR_PROTOCOL);
	ck_assert_msg(strstr(err.text, words) != NULL, "%s", err.text);
	buf_free(&question);
}

/* ---- PLAIN, LOGIN, EXTERNAL ---- */

static const struct {
	const char *username, *password, *base64;
} plain[] = {
	{"tim", "tanstaaftanstaaf", "AHRpbQB0YW5zdGFhZnRhbnN0YWFm"}, /* RFC 4616 section 4 */
	{"a", "", "AGEA"},
	{"a", " x ", "AGEAIHgg"},
	{"u", "\"\\{3}%s\t\x01\x7f", "AHUAIlx7M30lcwkBfw=="},
	/* byte for byte: neither normalised nor refused */
	{"\xc3\xa4", "p\xc3\xa4ss", "AMOkAHDDpHNz"},
	{"u", "a\xcc\x88", "AHUAYcyI"},
	{"u", "\xff\xe4", "AHUA/+Q="},
};

START_TEST(test_sasl_plain__sends_the_bytes_as_they_are)
{
	struct sasl s = begin("PLAIN", plain[_i].username, plain[_i].password);

	assert_answer(&s, "", plain[_i].base64);
	sasl_free(&s);
}
END_TEST

/* RFC 4616 section 4, the second example */
START_TEST(test_sasl_plain__acts_for_another)
{
	who.authzid = "Ursel";
	struct sasl s = begin("PLAIN", "Kurt", "xipj3plmq");

	assert_answer(&s, "", "VXJzZWwAS3VydAB4aXBqM3BsbXE=");
	sasl_free(&s);
}
END_TEST

START_TEST(test_sasl_plain__has_one_answer)
{
	struct sasl s = begin("PLAIN", "u", "p");

	assert_answer(&s, "", "AHUAcA==");
	assert_refuses(&s, "", "asks for more after the end of AUTH PLAIN");
	sasl_free(&s);
}
END_TEST

static const char *const prompts[][2] = {
	{"VXNlcm5hbWU6", "UGFzc3dvcmQ6"}, /* Username: Password: */
	{"VXNlciBOYW1lAA==", "UGFzc3dvcmQA"}, {"", ""}, {"Username:", "Password:"}, {"%%%", "="},
	{"UGFzc3dvcmQ6", "VXNlcm5hbWU6"},
};

START_TEST(test_sasl_login__takes_any_prompt)
{
	struct sasl s = begin("LOGIN", "alice", "p\xc3\xa4ss w\"rd");

	assert_answer(&s, prompts[_i][0], "YWxpY2U=");
	ck_assert(!s.complete);
	assert_answer(&s, prompts[_i][1], "cMOkc3MgdyJyZA==");
	assert_refuses(&s, prompts[_i][0], "asks for more");
	sasl_free(&s);
}
END_TEST

START_TEST(test_sasl_external)
{
	struct sasl s = begin("EXTERNAL", "u", "p");

	assert_says(&s, "", "");
	sasl_free(&s);
	who.authzid = "fred@example.com"; /* RFC 4422 appendix A */
	s = begin("EXTERNAL", "u", "p");
	assert_says(&s, "", "fred@example.com");
	sasl_free(&s);
}
END_TEST

/* ---- OAuth ---- */

START_TEST(test_sasl_oauthbearer) /* RFC 7628 sections 4.1 and 4.3 */
{
	token.value = (char *)(uintptr_t) "vF9dft4qmTc2Nvb3RlckBhbHRhdmlzdGEuY29tCg==";
	struct sasl s = begin("OAUTHBEARER", "user@example.com", NULL);

	assert_answer(&s, "",
		      "bixhPXVzZXJAZXhhbXBsZS5jb20sAWhvc3Q9c2VydmVyLmV4YW1wbGUuY29tAXBvcnQ9MTQzAWF1"
		      "dGg9QmVhcmVyIHZGOWRmdDRxbVRjMk52YjNSbGNrQmhiSFJoZG1semRHRXVZMjl0Q2c9PQEB");
	assert_answer(
		&s,
		"eyJzdGF0dXMiOiJpbnZhbGlkX3Rva2VuIiwic2NvcGUiOiJleGFtcGxlX3Njb3BlIiwib3BlbmlkLW"
		"NvbmZpZ3VyYXRpb24iOiJodHRwczovL2V4YW1wbGUuY29tLy53ZWxsLWtub3duL29wZW5pZC1jb25m"
		"aWd1cmF0aW9uIn0=",
		"AQ==");
	ck_assert_str_eq(s.told, "status invalid_token, scope example_scope");
	ck_assert(!s.complete);
	assert_refuses(&s, "", "asks for more after the end of AUTH OAUTHBEARER");
	sasl_free(&s);
	s = begin("OAUTHBEARER", "a=b,c", NULL);
	assert_says(&s, "",
		    "n,a=a=3Db=2Cc,\1host=server.example.com\1port=143\1auth=Bearer "
		    "vF9dft4qmTc2Nvb3RlckBhbHRhdmlzdGEuY29tCg==\1\1");
	ck_assert(s.complete);
	sasl_free(&s);
}
END_TEST

START_TEST(test_sasl_xoauth2) /* developers.google.com/gmail/imap/xoauth2-protocol */
{
	token.value = (char *)(uintptr_t) "ya29.vF9dft4qmTc2Nvb3RlckBhdHRhdmlzdGEuY29tCg";
	struct sasl s = begin("XOAUTH2", "someuser@example.com", NULL);

	assert_answer(
		&s, "",
		"dXNlcj1zb21ldXNlckBleGFtcGxlLmNvbQFhdXRoPUJlYXJlciB5YTI5LnZGOWRmdDRxbVRjMk52Yj"
		"NSbGNrQmhkSFJoZG1semRHRXVZMjl0Q2cBAQ==");
	assert_answer(
		&s,
		"eyJzdGF0dXMiOiI0MDEiLCJzY2hlbWVzIjoiYmVhcmVyIG1hYyIsInNjb3BlIjoiaHR0cHM6Ly9tYW"
		"lsLmdvb2dsZS5jb20vIn0K",
		"");
	ck_assert_str_eq(s.told, "status 401, scope https://mail.google.com/, schemes bearer mac");
	sasl_free(&s);
}
END_TEST

static const struct {
	const char *token;
	uint64_t expires;
} tokens[] = {
	/* RFC 7519 section 3.1 */
	{"eyJ0eXAiOiJKV1QiLA0KICJhbGciOiJIUzI1NiJ9."
	 "eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290"
	 "Ijp0cnVlfQ.dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk",
	 1300819380},
	{"a.eyJleHAiOjEuNX0.c", 1}, /* 1.5 */
	{"a.eyJleHAiOi0xfQ.c", 0},
	{"a.e30.c", 0},
	{"a.b", 0},
	{"ya29.vF9dft4qmTc2Nvb3", 0},
	{"a..c", 0},
	{"", 0},
};

START_TEST(test_sasl_token_expires)
{
	ck_assert_uint_eq(sasl_token_expires(tokens[_i].token), tokens[_i].expires);
}
END_TEST

/* ---- GNU SASL ---- */

START_TEST(test_sasl_cram_md5) /* RFC 2195 section 2 */
{
	struct sasl s = begin("CRAM-MD5", "tim", "tanstaaftanstaaf");

	assert_answer(&s, "PDE4OTYuNjk3MTcwOTUyQHBvc3RvZmZpY2UucmVzdG9uLm1jaS5uZXQ+",
		      "dGltIGI5MTNhNjAyYzdlZGE3YTQ5NWI0ZTZlNzMzNGQzODkw");
	ck_assert(s.complete);
	sasl_free(&s);
	s = begin("CRAM-MD5", "tim", "tanstaaftanstaaf");
	assert_refuses(&s, "", "challenge is empty");
	sasl_free(&s);
}
END_TEST

/* The client's nonce is random: what comes back is what has to come with it. */
START_TEST(test_sasl_digest_md5)
{
	struct sasl s = begin("DIGEST-MD5", "chris", "secret");
	char *response = NULL;

	ck_assert_int_eq(
		sasl_answer(&s,
			    "cmVhbG09ImVsd29vZC5pbm5vc29mdC5jb20iLG5vbmNlPSJPQTZNRzl0RVFHbTJoaCIsc"
			    "W9wPSJh"
			    "dXRoIixhbGdvcml0aG09bWQ1LXNlc3MsY2hhcnNldD11dGYtOA==",
			    &response, &err),
		0); /* RFC 2831 section 4 */
	struct buf text = BUF_INIT(4096);
	ck_assert_int_eq(base64_decode(&text, response, strlen(response)), 0);
	ck_assert_ptr_nonnull(strstr(text.data, "username=\"chris\""));
	ck_assert_ptr_nonnull(strstr(text.data, "realm=\"elwood.innosoft.com\""));
	ck_assert_ptr_nonnull(strstr(text.data, "nonce=\"OA6MG9tEQGm2hh\""));
	ck_assert_ptr_nonnull(strstr(text.data, "digest-uri=\"imap/server.example.com\""));
	ck_assert(!s.complete);
	assert_refuses(&s, "rspauth=ea40f60335c427b5527b84dbabcdfffd",
		       "AUTH DIGEST-MD5: the server has not proved that it knows the password");
	buf_free(&text);
	free(response);
	sasl_free(&s);
}
END_TEST

static void begin_scram(struct sasl *s, const char *mechanism, char *nonce, size_t size)
{
	char *response = NULL;
	struct buf text = BUF_INIT(4096);

	*s = begin(mechanism, "user", "pencil");
	ck_assert_int_eq(sasl_answer(s, "", &response, &err), 0);
	ck_assert_int_eq(base64_decode(&text, response, strlen(response)), 0);
	snprintf(nonce, size, "%s", strstr(text.data, ",r=") + 3);
	buf_free(&text);
	free(response);
}

static const struct {
	const char *before, *behind; /* the client's nonce */
	const char *says;
} firsts[] = {
	{"r=", "X,s=QSXCR+Q6sek8bf92,i=4096", NULL},
	{"r=", ",s=QSXCR+Q6sek8bf92,i=4096", "nonce does not extend"},
	{"r=X", ",s=QSXCR+Q6sek8bf92,i=4096", "nonce does not extend"},
	{"r=", "X,s=QSXCR+Q6sek8bf92,i=1", "wants 1 iterations, fewer than 4096"},
	{"r=", "X,s=QSXCR+Q6sek8bf92,i=0", "wants 0 iterations, fewer than 4096"},
	{"r=", "X,s=QSXCR+Q6sek8bf92,i=2147483648",
	 "wants 2147483648 iterations, more than 1000000"},
	{"r=", "X,s=QSXCR+Q6sek8bf92,i=99999999999999999999999", "more than 1000000"},
	{"r=", "X,s=QSXCR+Q6sek8bf92,i=-1", "\"-1\" is no number of iterations"},
	{"r=", "X,s=QSXCR+Q6sek8bf92,i=", "is no number of iterations"},
	{"r=", "X,s=QSXCR+Q6sek8bf92", "malformed challenge"},
	{"r=", "X,s=,i=4096", "salt is no base64"},
	{"r=", "X,s=QSX!,i=4096", "salt is no base64"},
	{"m=x,r=", "X,s=QSXCR+Q6sek8bf92,i=4096", "wants an extension"},
	{"s=QSXCR+Q6sek8bf92,r=", "X,i=4096", "malformed challenge"},
	{"hello ", "", "malformed challenge"},
};

START_TEST(test_sasl_scram__looks_at_the_servers_first_message)
{
	struct sasl s;
	char nonce[128], challenge[512];

	/* a channel that could be bound to does not matter to what does not bind */
	binding = (struct tls_binding){.is_exporter = true, .len = 32};
	begin_scram(&s, _i % 2 ? "SCRAM-SHA-1" : "SCRAM-SHA-256", nonce, sizeof(nonce));
	snprintf(challenge, sizeof(challenge), "%s%s%s", firsts[_i].before, nonce,
		 firsts[_i].behind);
	if (firsts[_i].says) {
		assert_refuses(&s, challenge, firsts[_i].says);
	} else {
		char *response = NULL;
		struct buf text = BUF_INIT(1024);
		base64_encode(&text, challenge, strlen(challenge));
		ck_assert_int_eq(sasl_answer(&s, buf_str(&text), &response, &err), 0);
		ck_assert(!s.complete);
		free(response);
		buf_free(&text);
		assert_refuses(&s, "v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=",
			       "has not proved that it knows the password");
	}
	sasl_free(&s);
}
END_TEST

static const struct {
	const char *mechanism, *salt, *salted;
} salted[] = {
	/* what leads to the proofs of RFC 5802 section 5 and RFC 7677 section 3 */
	{"SCRAM-SHA-1", "QSXCR+Q6sek8bf92", "1d96ee3a529b5a5f9e47c01f229a2cb8a6e15f7d"},
	{"SCRAM-SHA-256", "W22ZaJ0SNY7soEsUEjb6gQ==",
	 "c4a49510323ab4f952cac1fa99441939e78ea74d6be81ddf7096e87513dc615d"},
};

START_TEST(test_sasl_scram__salts_the_password)
{
	struct sasl s;
	char nonce[128], challenge[512], *response = NULL;
	struct buf text = BUF_INIT(1024);

	begin_scram(&s, salted[_i].mechanism, nonce, sizeof(nonce));
	snprintf(challenge, sizeof(challenge), "r=%sX,s=%s,i=4096", nonce, salted[_i].salt);
	base64_encode(&text, challenge, strlen(challenge));
	ck_assert_int_eq(sasl_answer(&s, buf_str(&text), &response, &err), 0);
	ck_assert_str_eq(
		s.gnu.library->gsasl_property_fast(s.gnu.session, GSASL_SCRAM_SALTED_PASSWORD),
		salted[_i].salted);
	free(response);
	buf_free(&text);
	sasl_free(&s);
}
END_TEST

/* What the server refuses it says in the exchange: the answer is nothing, and it says no. */
START_TEST(test_sasl_scram__refused)
{
	struct sasl s;
	char nonce[128], challenge[512], *response = NULL;
	struct buf text = BUF_INIT(1024);

	begin_scram(&s, "SCRAM-SHA-1", nonce, sizeof(nonce));
	snprintf(challenge, sizeof(challenge), "r=%sX,s=QSXCR+Q6sek8bf92,i=4096", nonce);
	base64_encode(&text, challenge, strlen(challenge));
	ck_assert_int_eq(sasl_answer(&s, buf_str(&text), &response, &err), 0);
	free(response);
	assert_says(&s, "e=invalid-proof", "");
	ck_assert(!s.complete);
	buf_free(&text);
	sasl_free(&s);
}
END_TEST

static void reset(void)
{
	who = (struct credentials){0};
	binding = (struct tls_binding){0};
}

UNIT_MAIN_FIXTURE("sasl", reset, NULL, ROWS(test_sasl_plain__sends_the_bytes_as_they_are, plain),
		  ONCE(test_sasl_plain__acts_for_another), ONCE(test_sasl_plain__has_one_answer),
		  ROWS(test_sasl_login__takes_any_prompt, prompts), ONCE(test_sasl_external),
		  ONCE(test_sasl_oauthbearer), ONCE(test_sasl_xoauth2),
		  ROWS(test_sasl_token_expires, tokens), ONCE(test_sasl_cram_md5),
		  ONCE(test_sasl_digest_md5),
		  ROWS(test_sasl_scram__looks_at_the_servers_first_message, firsts),
		  ROWS(test_sasl_scram__salts_the_password, salted), ONCE(test_sasl_scram__refused))
