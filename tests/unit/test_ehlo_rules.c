/* test_ehlo_rules.c - what EHLO must and must not offer: reading the rules, and holding an answer
 * against them */
#include <string.h>

#include "mail/smtp/ehlo_rules.h"

#include "unit.h"

static const char offer[] =
	"mx.example.org Hello STARTTLS\nPIPELINING\nSIZE 10485760\nAUTH PLAIN login\n"
	"AUTH=NTLM XOLD\n8bitmime \nX-EXPS GSSAPI";

static const struct {
	const char *require, *forbid;
	const char *expected; /* the error; NULL: none */
} checks[] = {
	{"PIPELINING", NULL, NULL},
	{"pipelining,8BITMIME X-EXPS", NULL, NULL},
	{"CHUNKING", NULL, "CHUNKING is required, but not offered"},
	{"PIPE", NULL, "PIPE is required, but not offered"},
	{"PIPELINING,CHUNKING", NULL, "CHUNKING is required, but not offered"},
	{"HELLO", NULL, "HELLO is required, but not offered"}, /* a word of the greeting */
	{"AUTH=LOGIN", NULL, NULL},
	{"AUTH=ntlm", NULL, NULL},
	{"AUTH=PLAI", NULL, "AUTH=PLAI is required, but the server offers \"AUTH=NTLM XOLD\""},
	{"PIPELINING=x", NULL, "PIPELINING=x is required, but the server offers \"PIPELINING\""},
	{"SIZE>=10485760", NULL, NULL},
	{"SIZE>=10485761", NULL,
	 "SIZE of 10485761 is required, but the server offers \"SIZE 10485760\""},
	{"SIZE<=10485760", NULL, NULL},
	{"SIZE<=10485759", NULL,
	 "SIZE<=10485759 is required, but the server offers \"SIZE 10485760\""},
	{"AUTH>=1", NULL, "AUTH of 1 is required, but the server offers \"AUTH=NTLM XOLD\""},
	{NULL, "CHUNKING", NULL},
	{NULL, "AUTH=CRAM-MD5", NULL},
	{NULL, "AUTH=LOGIN", "AUTH=LOGIN is forbidden, but the server offers \"AUTH PLAIN login\""},
	{NULL, "AUTH", "AUTH is forbidden, but the server offers \"AUTH PLAIN login\""},
	{NULL, "SIZE>=20000000", NULL},
	{NULL, "8BITMIME", "8BITMIME is forbidden, but the server offers \"8bitmime\""},
};

START_TEST(test_ehlo_rules_check__offer)
{
	struct ehlo_rules rules = {0};
	struct err err = {0};

	ck_assert(!checks[_i].require || !ehlo_rules_add(&rules, checks[_i].require, false, &err));
	ck_assert(!checks[_i].forbid || !ehlo_rules_add(&rules, checks[_i].forbid, true, &err));
	int rc = ehlo_rules_check(&rules, offer, offer, &err);
	ck_assert_int_eq(rc, checks[_i].expected ? -1 : 0);
	ck_assert_int_eq(err.kind, checks[_i].expected ? ERR_PROTOCOL : ERR_NONE);
	ck_assert_str_eq(err.text, checks[_i].expected ? checks[_i].expected : "");
	ehlo_rules_free(&rules);
}
END_TEST

static const struct {
	const char *text;
	const char *expected;
} malformed[] = {
	{"", "no EHLO keyword in it"},
	{" , ,", "no EHLO keyword in it"},
	{"SIZE>=", "\"SIZE>=\" is not an EHLO keyword, such as 8BITMIME or AUTH=LOGIN (--help "
		   "shows all forms)"},
	{"SIZE>5", "\"SIZE>5\" is not an EHLO keyword, such as 8BITMIME or AUTH=LOGIN (--help "
		   "shows all forms)"},
	{"SIZE>=5x", "\"SIZE>=5x\": \"5x\" is not a whole number"},
	{"SIZE<=-1", "\"SIZE<=-1\": \"-1\" is not a whole number"},
	{"SIZE>=99999999999999999999",
	 "\"SIZE>=99999999999999999999\": \"99999999999999999999\" is not a whole number"},
	{"AUTH=", "\"AUTH=\" is not an EHLO keyword, such as 8BITMIME or AUTH=LOGIN (--help shows "
		  "all forms)"},
	{"=LOGIN", "\"=LOGIN\" is not an EHLO keyword, such as 8BITMIME or AUTH=LOGIN (--help "
		   "shows all forms)"},
	{"-X",
	 "\"-X\" is not an EHLO keyword, such as 8BITMIME or AUTH=LOGIN (--help shows all forms)"},
	{"8BITMIME;SIZE", "\"8BITMIME;SIZE\" is not an EHLO keyword, such as 8BITMIME or "
			  "AUTH=LOGIN (--help shows all forms)"},
};

START_TEST(test_ehlo_rules_add__rejects)
{
	struct ehlo_rules rules = {0};
	struct err err = {0};

	ck_assert_int_eq(ehlo_rules_add(&rules, malformed[_i].text, false, &err), -1);
	ck_assert_int_eq(err.kind, ERR_USAGE);
	ck_assert_str_eq(err.text, malformed[_i].expected);
	ehlo_rules_free(&rules);
}
END_TEST

START_TEST(test_ehlo_rules_check__starttls_is_looked_for_before_tls)
{
	struct ehlo_rules rules = {0};
	struct err err = {0};

	ck_assert_int_eq(ehlo_rules_add(&rules, "starttls", false, &err), 0);
	ck_assert_int_eq(ehlo_rules_check(&rules, "mx\nSTARTTLS", "mx\nSIZE", &err), 0);
	ck_assert_int_eq(ehlo_rules_check(&rules, "mx\nSIZE", "mx\nSTARTTLS", &err), -1);
	ehlo_rules_free(&rules);
	err = (struct err){0};
	ck_assert_int_eq(ehlo_rules_add(&rules, "X-AnonymousTLS", false, &err), 0);
	ck_assert_int_eq(ehlo_rules_check(&rules, "mx\nX-ANONYMOUSTLS", "mx\nSIZE", &err), 0);
	ck_assert_int_eq(ehlo_rules_check(&rules, "mx\nSIZE", "mx\nX-ANONYMOUSTLS", &err), -1);
	ehlo_rules_free(&rules);
}
END_TEST

START_TEST(test_ehlo_rules_check__all_else_is_looked_for_in_the_last_answer)
{
	struct ehlo_rules rules = {0};
	struct err err = {0};

	ck_assert_int_eq(ehlo_rules_add(&rules, "AUTH", false, &err), 0);
	ck_assert_int_eq(ehlo_rules_check(&rules, "mx\nSIZE", "mx\nAUTH PLAIN", &err), 0);
	ck_assert_int_eq(ehlo_rules_check(&rules, "mx\nAUTH PLAIN", "mx\nSIZE", &err), -1);
	ehlo_rules_free(&rules);
}
END_TEST

START_TEST(test_ehlo_rules_check__size_0_is_no_limit)
{
	struct ehlo_rules rules = {0};
	struct err err = {0};

	ck_assert_int_eq(ehlo_rules_add(&rules, "SIZE>=10", false, &err), 0);
	ck_assert_int_eq(ehlo_rules_check(&rules, "", "mx\nSIZE 0", &err), 0);
	ck_assert_int_eq(ehlo_rules_check(&rules, "", "mx\nSIZE", &err),
			 -1); /* says nothing of a limit */
	ehlo_rules_free(&rules);
}
END_TEST

START_TEST(test_ehlo_rules_check__an_answer_to_helo_offers_nothing)
{
	struct ehlo_rules rules = {0};
	struct err err = {0};

	ck_assert_int_eq(ehlo_rules_add(&rules, "SIZE", true, &err), 0);
	ck_assert_int_eq(ehlo_rules_check(&rules, "", "", &err), 0);
	ck_assert_int_eq(ehlo_rules_add(&rules, "8BITMIME", false, &err), 0);
	ck_assert_int_eq(ehlo_rules_check(&rules, "", "", &err), -1);
	ehlo_rules_free(&rules);
}
END_TEST

UNIT_MAIN_FIXTURE("ehlo_rules", NULL, NULL, ROWS(test_ehlo_rules_check__offer, checks),
		  ROWS(test_ehlo_rules_add__rejects, malformed),
		  ONCE(test_ehlo_rules_check__starttls_is_looked_for_before_tls),
		  ONCE(test_ehlo_rules_check__all_else_is_looked_for_in_the_last_answer),
		  ONCE(test_ehlo_rules_check__size_0_is_no_limit),
		  ONCE(test_ehlo_rules_check__an_answer_to_helo_offers_nothing))
