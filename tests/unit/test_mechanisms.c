/* test_mechanisms.c - the list of mechanisms that a server offers */
#include "mail/sasl/mechanisms.h"

#include <stdio.h>
#include <string.h>

#include "unit.h"

static const struct {
	const char *text;
	unsigned int forms;
	const char *list; /* NULL: not accepted */
	const char *says;
} lists_given[] = {
	{"plain", FORM_SASL, "PLAIN", ""},
	{"SCRAM-SHA-256, Plain", FORM_SASL, "SCRAM-SHA-256 PLAIN", ""},
	{"login,LOGIN", FORM_SASL | FORM_IMAP_LOGIN, "LOGIN", ""},
	{"apop", FORM_SASL | FORM_POP_APOP, "APOP", ""},
	{"apop", FORM_SASL, NULL, "\"apop\" is none of EXTERNAL GSSAPI OAUTHBEARER"},
	{"user", FORM_SASL | FORM_IMAP_LOGIN, NULL, "\"user\" is none of "},
	{"", FORM_SASL, NULL, "\"\" is none of "},
	{"PLAIN,", FORM_SASL, NULL, "\"\" is none of "},
	{"PLAIN LOGIN", FORM_SASL, NULL, "\"PLAIN LOGIN\" is none of "},
};

START_TEST(test_mechanisms_parse)
{
	char list[SASL_MECHANISMS_SIZE];
	struct err err = {0};
	int rc = mechanisms_parse(list, lists_given[_i].text, lists_given[_i].forms, &err);

	ck_assert_int_eq(rc, lists_given[_i].list ? 0 : -1);
	if (lists_given[_i].list)
		ck_assert_str_eq(list, lists_given[_i].list);
	ck_assert_msg(strstr(err.text, lists_given[_i].says) != NULL, "%s", err.text);
}
END_TEST

START_TEST(test_mechanisms__in_the_order_of_the_manual)
{
	static const char *const order[] = {"EXTERNAL",
					    "GSSAPI",
					    "OAUTHBEARER",
					    "XOAUTH2",
					    "SCRAM-SHA-256-PLUS",
					    "SCRAM-SHA-1-PLUS",
					    "SCRAM-SHA-256",
					    "SCRAM-SHA-1",
					    "DIGEST-MD5",
					    "CRAM-MD5",
					    "PLAIN",
					    "LOGIN",
					    "USER",
					    "LOGIN"};

	for (size_t i = 0; i < sizeof(order) / sizeof(order[0]); i++)
		ck_assert_str_eq(mechanisms[i].name, order[i]);
	/* by name only */
	for (const struct mechanism *m = mechanisms; m->name; m++)
		ck_assert_int_eq(m->on_demand, !strcmp(m->name, "NTLM") ||
						       !strcmp(m->name, "APOP") ||
						       !strcmp(m->name, "ANONYMOUS"));
}
END_TEST

START_TEST(test_mechanisms_need)
{
	ck_assert(mechanisms_need("XOAUTH2 PLAIN", NEEDS_PASSWORD));
	ck_assert(mechanisms_need("XOAUTH2 PLAIN", NEEDS_TOKEN));
	ck_assert(!mechanisms_need("EXTERNAL ANONYMOUS", NEEDS_PASSWORD));
	ck_assert(!mechanisms_need("", NEEDS_NOTHING));
	ck_assert_ptr_null(mechanism_find(span_of("SCRAM")));
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

UNIT_MAIN_FIXTURE("mechanisms", NULL, NULL, ROWS(test_mechanisms_parse, lists_given),
		  ONCE(test_mechanisms__in_the_order_of_the_manual), ONCE(test_mechanisms_need),
		  ROWS(test_sasl_add_mechanisms__names_in_upper_case_and_once_each, lists),
		  ONCE(test_sasl_add_mechanism__keeps_whole_names_as_far_as_there_is_room))
