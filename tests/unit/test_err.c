/* test_err.c - the first error is kept, server text is data, everything is bounded */
#include "base/err.h"

#include <string.h>

#include "unit.h"

START_TEST(test_err_set__returns_minus_one_and_keeps_the_first)
{
	struct err e = {0};

	ck_assert_int_eq(err_set(&e, ERR_TLS, "handshake %d", 1), -1);
	ck_assert_int_eq(err_set(&e, ERR_CLOSED, "connection closed"), -1);
	ck_assert_int_eq(e.kind, ERR_TLS);
	ck_assert_str_eq(e.text, "handshake 1");
}
END_TEST

START_TEST(test_err_set__cuts_long_texts)
{
	struct err e = {0};

	err_set(&e, ERR_PROTOCOL, "%0*d", 5000, 1);
	ck_assert_uint_eq(strlen(e.text), sizeof(e.text) - 1);
}
END_TEST

START_TEST(test_err_set_server__quotes_behind_the_prefix)
{
	struct err e = {0}, bare = {0}, empty = {0};

	ck_assert_int_eq(err_set_server(&e, ERR_REFUSED, "greeting", "554 no service here", 6), -1);
	ck_assert_str_eq(e.text, "greeting \"554 no\"");
	ck_assert_int_eq(e.kind, ERR_REFUSED);
	err_set_server(&bare, ERR_REFUSED, "", "554 no", 6);
	ck_assert_str_eq(bare.text, "\"554 no\"");
	err_set_server(&empty, ERR_REFUSED, "greeting", "", 0);
	ck_assert_str_eq(empty.text, "greeting \"\"");
}
END_TEST

START_TEST(test_err_set_server__words_are_no_format)
{
	struct err e = {0};
	const char *words = "%s%n%d 100%";

	err_set_server(&e, ERR_REFUSED, "", words, strlen(words));
	ck_assert_str_eq(e.text, "\"%s%n%d 100%\"");
}
END_TEST

START_TEST(test_err_set_server__long_words_keep_their_start_and_the_quotes)
{
	struct err e = {0};
	char words[10240];

	memset(words, 'x', sizeof(words));
	words[0] = 'A';
	err_set_server(&e, ERR_REFUSED, "greeting", words, sizeof(words));
	ck_assert_uint_lt(strlen(e.text), sizeof(e.text) - 1);
	ck_assert(strncmp(e.text, "greeting \"Axxx", 14) == 0);
	ck_assert_str_eq(e.text + strlen(e.text) - 5, "x...\"");
}
END_TEST

START_TEST(test_err_hint__only_to_an_error_and_only_once)
{
	struct err e = {0};

	err_hint(&e, "too early");
	ck_assert_str_eq(e.hint, "");
	err_set(&e, ERR_AUTH, "no");
	err_hint(&e, "wrong user or %s", "password");
	err_hint(&e, "something else");
	ck_assert_str_eq(e.hint, "wrong user or password");
}
END_TEST

START_TEST(test_err_kind_name__every_kind_has_one)
{
	ck_assert_str_eq(err_kind_name(ERR_NONE), "");
	for (int kind = ERR_NONE + 1; kind <= ERR_ENDED; kind++)
		ck_assert_msg(err_kind_name((enum err_kind)kind) &&
				      *err_kind_name((enum err_kind)kind),
			      "kind %d", kind);
}
END_TEST

START_TEST(test_err_id__is_the_hints_or_the_calls_or_that_of_the_kind)
{
	static const struct hint hint = {"of-a-hint", "do this"};
	struct err e = {0};

	err_fault(&e, "too-early");
	ck_assert_str_eq(err_id(&e), "");
	for (int kind = ERR_NONE + 1; kind <= ERR_ENDED; kind++)
		ck_assert_str_ne(err_id(&(struct err){.kind = (enum err_kind)kind}), "");
	err_set(&e, ERR_AUTH, "no");
	ck_assert_str_eq(err_id(&e), "logon-refused");
	err_advise(&e, &hint);
	ck_assert_str_eq(err_id(&e), "of-a-hint");
	ck_assert_int_eq(err_fault(&e, "better-known"), -1);
	ck_assert_str_eq(err_id(&e), "better-known");
	err_unhint(&e);
	ck_assert_str_eq(err_id(&e), "logon-refused");
	err_hint(&e, "30 s between two logons");
	err_advise(&e, &hint);
	ck_assert_str_eq(err_id(&e), "of-a-hint");
	ck_assert_str_eq(e.hint, "30 s between two logons");
}
END_TEST

UNIT_MAIN("err", test_err_set__returns_minus_one_and_keeps_the_first, test_err_set__cuts_long_texts,
	  test_err_set_server__quotes_behind_the_prefix, test_err_set_server__words_are_no_format,
	  test_err_set_server__long_words_keep_their_start_and_the_quotes,
	  test_err_hint__only_to_an_error_and_only_once, test_err_kind_name__every_kind_has_one,
	  test_err_id__is_the_hints_or_the_calls_or_that_of_the_kind)
