/* test_mechanisms.c - the list of mechanisms that a server offers */
#include "mail/sasl/mechanisms.h"

#include <stdio.h>
#include <string.h>

#include "unit.h"

static const struct {
	const char *offered, *chosen; /* chosen NULL: none */
} choices[] = {
	{"PLAIN", "PLAIN"},
	{"LOGIN", "LOGIN"},
	{"LOGIN PLAIN", "PLAIN"},
	{"GSSAPI NTLM login", "LOGIN"},
	{"cram-md5 plain", "PLAIN"},
	{"  PLAIN  ", "PLAIN"},
	{"", NULL},
	{"CRAM-MD5 GSSAPI", NULL},
	{"PLAINTEXT XPLAIN PLAIN-CLIENTTOKEN", NULL},
	{"LOGIN-X", NULL},
};

START_TEST(test_sasl_choose)
{
	const char *mechanism = sasl_choose(choices[_i].offered);

	if (choices[_i].chosen)
		ck_assert_str_eq(mechanism, choices[_i].chosen);
	else
		ck_assert_ptr_null(mechanism);
}
END_TEST

static const struct {
	const char *names, *list;
} lists[] = {
	{"", ""},
	{"plain", "PLAIN"},
	{"PLAIN\tLogin  x-oauth_2 ", "PLAIN LOGIN X-OAUTH_2"},
	{"PLAIN LOGIN plain LOGIN", "PLAIN LOGIN"},
	{"PLAINER PLAIN", "PLAINER PLAIN"},
	{"A2345678901234567890 B23456789012345678901", "A2345678901234567890"},
	{"PL\x1b"
	 "AIN \xff A=B LOGIN",
	 "LOGIN"},
};

START_TEST(test_sasl_add_mechanisms__names_in_upper_case_and_once_each)
{
	char list[SASL_MECHANISMS_SIZE] = "";

	sasl_add_mechanisms(list, span_of(lists[_i].names));
	ck_assert_str_eq(list, lists[_i].list);
}
END_TEST

/* however many and long the names: what is kept is whole names, and ends in a NUL */
START_TEST(test_sasl_add_mechanism__keeps_whole_names_as_far_as_there_is_room)
{
	for (size_t len = 3; len <= 20; len++) {
		char list[SASL_MECHANISMS_SIZE] = "", name[32];
		for (int i = 0; i < 200; i++) {
			snprintf(name, sizeof(name), "%0*d", (int)len, i);
			sasl_add_mechanism(list, span_of(name));
		}
		size_t whole = sizeof(list) / (len + 1);
		ck_assert_uint_eq(strlen(list), whole * (len + 1) - 1);
	}
}
END_TEST

UNIT_MAIN_FIXTURE("mechanisms", NULL, NULL, ROWS(test_sasl_choose, choices),
		  ROWS(test_sasl_add_mechanisms__names_in_upper_case_and_once_each, lists),
		  ONCE(test_sasl_add_mechanism__keeps_whole_names_as_far_as_there_is_room))
