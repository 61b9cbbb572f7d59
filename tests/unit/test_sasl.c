/* test_sasl.c - PLAIN and LOGIN as they go over the wire */
#include <check.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "mail/sasl/sasl.h"

#define COUNT(a) ((int)(sizeof(a) / sizeof((a)[0])))

START_TEST(test_sasl_client_first)
{
	ck_assert(sasl_client_first("PLAIN"));
	ck_assert(!sasl_client_first("LOGIN"));
}
END_TEST

static struct err err;

static struct sasl begin(const char *mechanism, const char *username, const char *value)
{
	static struct secret password;
	static struct credentials who;
	struct sasl s;

	err = (struct err){0};
	password.value = (char *)(uintptr_t)value;
	who = (struct credentials){.username = username, .password = &password};
	ck_assert_int_eq(sasl_begin(&s, mechanism, &who, &err), 0);
	return s;
}

static void assert_answer(struct sasl *s, const char *challenge, const char *expected)
{
	char *response = NULL;

	ck_assert_int_eq(sasl_answer(s, challenge, &response, &err), 0);
	ck_assert_str_eq(response, expected);
	secret_wipe_str(response);
	free(response);
}

static const struct {
	const char *username, *password, *base64;
} plain[] = {
	{"tim", "tanstaaftanstaaf", "AHRpbQB0YW5zdGFhZnRhbnN0YWFm"}, /* RFC 4616 without authzid */
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

START_TEST(test_sasl_plain__has_one_answer)
{
	struct sasl s = begin("PLAIN", "u", "p");
	char *response = NULL;

	assert_answer(&s, "", "AHUAcA==");
	ck_assert_int_eq(sasl_answer(&s, "", &response, &err), -1);
	ck_assert_int_eq(err.kind, ERR_PROTOCOL);
	ck_assert_ptr_null(response);
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
	char *response = NULL;

	assert_answer(&s, prompts[_i][0], "YWxpY2U=");
	assert_answer(&s, prompts[_i][1], "cMOkc3MgdyJyZA==");
	ck_assert_int_eq(sasl_answer(&s, prompts[_i][0], &response, &err), -1);
	ck_assert_int_eq(err.kind, ERR_PROTOCOL);
	ck_assert_ptr_null(response);
	sasl_free(&s);
}
END_TEST

START_TEST(test_sasl_begin__fails_for_an_unknown_mechanism)
{
	struct secret password = {0};
	struct credentials who = {.username = "u", .password = &password};
	struct sasl s;

	err = (struct err){0};
	ck_assert_int_eq(secret_set(&password, "p", &err), 0);
	ck_assert_int_eq(sasl_begin(&s, "NO-SUCH", &who, &err), -1);
	ck_assert_int_eq(err.kind, ERR_LOCAL);
	ck_assert_ptr_null(s.gnu.ctx);
	ck_assert_ptr_null(s.gnu.session);
	secret_free(&password);
}
END_TEST

START_TEST(test_sasl_free__accepts_a_zeroed_struct)
{
	struct sasl s = {0};

	sasl_free(&s);
	sasl_free(&s);
	ck_assert_ptr_null(s.gnu.ctx);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("sasl");
	TCase *t = tcase_create("all");

	tcase_add_test(t, test_sasl_client_first);
	tcase_add_loop_test(t, test_sasl_plain__sends_the_bytes_as_they_are, 0, COUNT(plain));
	tcase_add_test(t, test_sasl_plain__has_one_answer);
	tcase_add_loop_test(t, test_sasl_login__takes_any_prompt, 0, COUNT(prompts));
	tcase_add_test(t, test_sasl_begin__fails_for_an_unknown_mechanism);
	tcase_add_test(t, test_sasl_free__accepts_a_zeroed_struct);
	suite_add_tcase(suite, t);

	SRunner *runner = srunner_create(suite);
	srunner_run_all(runner, CK_ENV);
	int failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
