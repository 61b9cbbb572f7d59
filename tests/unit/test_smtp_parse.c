/* test_smtp_parse.c - replies, enhanced codes and EHLO keywords */
#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "mail/smtp/smtp_parse.h"

/* ---- lines ---- */

static const struct {
	const char *line;
	int code;
	bool last;
	const char *text;
} good_lines[] = {
	{"250 OK", 250, true, "OK"},
	{"250-OK", 250, false, "OK"},
	{"250", 250, true, ""},
	{"250 ", 250, true, ""},
	{"250-", 250, false, ""},
	{"354 Start mail input", 354, true, "Start mail input"},
	{"220  two blanks", 220, true, " two blanks"},
	{"599 -", 599, true, "-"},
	{"250-STARTTLS\r", 250, false, "STARTTLS"},
	{"250 ok\r\r", 250, true, "ok"},
	{"250\r", 250, true, ""},
	{"200 lowest", 200, true, "lowest"},
};

START_TEST(test_smtp_parse_line__accepts)
{
	struct smtp_line l;
	const char *line = good_lines[_i].line;

	ck_assert_int_eq(smtp_parse_line(line, strlen(line), &l), 0);
	ck_assert_int_eq(l.code, good_lines[_i].code);
	ck_assert_int_eq(l.last, good_lines[_i].last);
	ck_assert_uint_eq(l.len, strlen(good_lines[_i].text));
	ck_assert_mem_eq(l.text, good_lines[_i].text, l.len);
}
END_TEST

static const char *const bad_lines[] = {
	"",
	"2",
	"25",
	"25 ",
	" 250 OK",
	"2500 OK",
	"250x",
	"250\tOK",
	"25O OK",
	"OK",
	"+OK",
	"* OK",
	"199 low",
	"100 low",
	"600 up",
	"999 up",
	"000 nil",
	"-50 x",
	"2 50",
	"2.0 OK",
	"250_OK.",
	"\xff\xfe\xfd",
	"050 x",
	"250.1 x",
	"SSH-2.0-OpenSSH_9.2",
};

START_TEST(test_smtp_parse_line__rejects)
{
	struct smtp_line l;

	ck_assert_int_eq(smtp_parse_line(bad_lines[_i], strlen(bad_lines[_i]), &l), -1);
}
END_TEST

START_TEST(test_smtp_parse_line__stays_within_its_length)
{
	struct smtp_line l;

	ck_assert_int_eq(smtp_parse_line("250 OK", 2, &l), -1);
	ck_assert_int_eq(smtp_parse_line("250-OK", 3, &l), 0);
	ck_assert(l.last);
	ck_assert_uint_eq(l.len, 0);
	ck_assert_int_eq(smtp_parse_line("250-OK", 4, &l), 0);
	ck_assert(!l.last);
	ck_assert_uint_eq(l.len, 0);
}
END_TEST

/* ---- replies ---- */

static int add(struct smtp_reply *r, const char *line)
{
	return smtp_reply_add(r, line, strlen(line));
}

START_TEST(test_smtp_reply__joins_lines)
{
	struct smtp_reply r = SMTP_REPLY_INIT;

	ck_assert_int_eq(add(&r, "535-5.7.8 Bad credentials"), 0);
	ck_assert_int_eq(add(&r, "535 5.7.8 see help"), 1);
	ck_assert_int_eq(r.code, 535);
	ck_assert_str_eq(r.enhanced, "5.7.8");
	ck_assert_uint_eq(r.lines, 2);
	ck_assert_str_eq(buf_str(&r.text), "5.7.8 Bad credentials\n5.7.8 see help");
	smtp_reply_clear(&r);
	ck_assert_int_eq(r.code, 0);
	ck_assert_str_eq(r.enhanced, "");
	ck_assert_int_eq(add(&r, "250"), 1);
	ck_assert_str_eq(buf_str(&r.text), "");
	smtp_reply_free(&r);
}
END_TEST

START_TEST(test_smtp_reply__keeps_empty_lines)
{
	struct smtp_reply r = SMTP_REPLY_INIT;

	ck_assert_int_eq(add(&r, "250-"), 0);
	ck_assert_int_eq(add(&r, "250-AUTH PLAIN"), 0);
	ck_assert_int_eq(add(&r, "250"), 1);
	ck_assert_str_eq(buf_str(&r.text), "\nAUTH PLAIN\n");
	smtp_reply_free(&r);
}
END_TEST

START_TEST(test_smtp_reply__rejects_a_change_of_code)
{
	struct smtp_reply r = SMTP_REPLY_INIT;

	ck_assert_int_eq(add(&r, "250-one"), 0);
	ck_assert_int_eq(add(&r, "251 two"), -1);
	ck_assert_int_eq(r.code, 250);
	ck_assert_uint_eq(r.lines, 1);
	smtp_reply_free(&r);
}
END_TEST

START_TEST(test_smtp_reply__rejects_junk_within)
{
	struct smtp_reply r = SMTP_REPLY_INIT;

	ck_assert_int_eq(add(&r, "250-one"), 0);
	ck_assert_int_eq(add(&r, "two"), -1);
	smtp_reply_free(&r);
}
END_TEST

START_TEST(test_smtp_reply__ends_a_flood_of_lines)
{
	struct smtp_reply r = SMTP_REPLY_INIT;

	for (int i = 0; i < SMTP_REPLY_LINES_MAX; i++)
		ck_assert_int_eq(add(&r, "220-x"), 0);
	ck_assert_int_eq(add(&r, "220 x"), -1);
	smtp_reply_free(&r);
}
END_TEST

START_TEST(test_smtp_reply__ends_a_flood_of_bytes)
{
	struct smtp_reply r = SMTP_REPLY_INIT;
	char line[4100];
	int added = 0;

	memset(line, 'x', sizeof(line));
	memcpy(line, "220-", 4);
	while (added < 100 && !smtp_reply_add(&r, line, sizeof(line)))
		added++;
	ck_assert_int_eq(added, 15);
	ck_assert_uint_le(r.text.len, SMTP_REPLY_MAX);
	smtp_reply_free(&r);
}
END_TEST

START_TEST(test_smtp_reply__ignores_an_enhanced_code_of_another_class)
{
	struct smtp_reply r = SMTP_REPLY_INIT;

	ck_assert_int_eq(add(&r, "550 2.1.5 mocked"), 1);
	ck_assert_str_eq(r.enhanced, "");
	smtp_reply_free(&r);
}
END_TEST

START_TEST(test_smtp_reply__takes_the_enhanced_code_of_the_first_line)
{
	struct smtp_reply r = SMTP_REPLY_INIT;

	ck_assert_int_eq(add(&r, "550-no code here"), 0);
	ck_assert_int_eq(add(&r, "550 5.7.1 but here"), 1);
	ck_assert_str_eq(r.enhanced, "");
	smtp_reply_free(&r);
}
END_TEST

/* ---- enhanced codes ---- */

static const struct {
	const char *text, *code; /* code NULL: none */
} enhanced[] = {
	{"5.7.8 Bad", "5.7.8"},
	{"2.0.0", "2.0.0"},
	{"4.3.2 x", "4.3.2"},
	{"5.7.139 x", "5.7.139"},
	{"5.2.252 SendAsDenied; x", "5.2.252"},
	{"5.999.999 x", "5.999.999"},
	{"5.7.1: x", "5.7.1"},
	{"5.7.1\nnext", "5.7.1"},
	{"5.7.1.example.org", NULL},
	{"5.7.1-x", NULL},
	{"5.7.1x", NULL},
	{"5.7. x", NULL},
	{"5..1 x", NULL},
	{"5.7", NULL},
	{"5.7.", NULL},
	{"5", NULL},
	{"", NULL},
	{"1.7.1 x", NULL},
	{"3.7.1 x", NULL},
	{"55.7.1 x", NULL},
	{"5.1234.1 x", NULL},
	{"5.7.1234 x", NULL},
	{" 5.7.1 x", NULL},
	{"5,7,1 x", NULL},
};

START_TEST(test_smtp_parse_enhanced)
{
	char code[12] = "untouched";
	size_t len = smtp_parse_enhanced(enhanced[_i].text, strlen(enhanced[_i].text), code);

	if (enhanced[_i].code) {
		ck_assert_uint_eq(len, strlen(enhanced[_i].code));
		ck_assert_str_eq(code, enhanced[_i].code);
	} else {
		ck_assert_uint_eq(len, 0);
		ck_assert_str_eq(code, "untouched");
	}
}
END_TEST

START_TEST(test_smtp_parse_enhanced__stays_within_its_length)
{
	char code[12];

	ck_assert_uint_eq(smtp_parse_enhanced("5.7.89", 4, code), 0);
	ck_assert_uint_eq(smtp_parse_enhanced("5.7.89", 5, code), 5);
	ck_assert_str_eq(code, "5.7.8");
}
END_TEST

/* ---- EHLO ---- */

static struct smtp_capabilities capabilities(const char *text)
{
	struct smtp_capabilities caps;

	memset(&caps, 0xff, sizeof(caps));
	smtp_parse_capabilities(text, &caps);
	ck_assert(caps.known);
	return caps;
}

START_TEST(test_smtp_parse_capabilities__reads_exchange)
{
	struct smtp_capabilities caps =
		capabilities("mail1.fabrikam.com Hello [10.0.0.1]\nSIZE 37748736\nPIPELINING\nDSN\n"
			     "ENHANCEDSTATUSCODES\nSTARTTLS\nX-ANONYMOUSTLS\nAUTH NTLM "
			     "LOGIN\nX-EXPS GSSAPI NTLM\n"
			     "8BITMIME\nBINARYMIME\nCHUNKING\nSMTPUTF8\nXRDST");

	ck_assert(caps.starttls && caps.smtputf8 && caps.size);
	ck_assert(caps.pipelining && caps.chunking);
	ck_assert_str_eq(caps.mechanisms, "NTLM LOGIN");
}
END_TEST

START_TEST(test_smtp_parse_capabilities__passes_over_the_greeting)
{
	struct smtp_capabilities caps = capabilities("STARTTLS greets you\nAUTH PLAIN");

	ck_assert(!caps.starttls);
	ck_assert_str_eq(caps.mechanisms, "PLAIN");
	ck_assert(!capabilities("STARTTLS\nPIPELINING").starttls);
}
END_TEST

START_TEST(test_smtp_parse_capabilities__reads_a_lone_line)
{
	ck_assert(capabilities("STARTTLS").starttls);
	ck_assert(!capabilities("mx.example.org").starttls);
	ck_assert(!capabilities("").starttls);
}
END_TEST

START_TEST(test_smtp_parse_capabilities__ignores_case_and_outer_blanks)
{
	struct smtp_capabilities caps =
		capabilities("mx\n starttls \nsize 10 \naUtH plain\tLogin\nPIPELINING ");

	ck_assert(caps.starttls && caps.size && caps.pipelining && !caps.chunking);
	ck_assert_str_eq(caps.mechanisms, "PLAIN LOGIN");
}
END_TEST

START_TEST(test_smtp_parse_capabilities__joins_both_spellings_of_auth)
{
	ck_assert_str_eq(capabilities("mx\nAUTH PLAIN LOGIN\nAUTH=LOGIN PLAIN CRAM-MD5").mechanisms,
			 "PLAIN LOGIN CRAM-MD5");
	ck_assert_str_eq(capabilities("mx\nAUTH=LOGIN").mechanisms, "LOGIN");
}
END_TEST

#define COUNT(a) ((int)(sizeof(a) / sizeof((a)[0])))

int main(void)
{
	Suite *suite = suite_create("smtp_parse");
	TCase *t = tcase_create("all");

	tcase_add_loop_test(t, test_smtp_parse_line__accepts, 0, COUNT(good_lines));
	tcase_add_loop_test(t, test_smtp_parse_line__rejects, 0, COUNT(bad_lines));
	tcase_add_test(t, test_smtp_parse_line__stays_within_its_length);
	tcase_add_test(t, test_smtp_reply__joins_lines);
	tcase_add_test(t, test_smtp_reply__keeps_empty_lines);
	tcase_add_test(t, test_smtp_reply__rejects_a_change_of_code);
	tcase_add_test(t, test_smtp_reply__rejects_junk_within);
	tcase_add_test(t, test_smtp_reply__ends_a_flood_of_lines);
	tcase_add_test(t, test_smtp_reply__ends_a_flood_of_bytes);
	tcase_add_test(t, test_smtp_reply__ignores_an_enhanced_code_of_another_class);
	tcase_add_test(t, test_smtp_reply__takes_the_enhanced_code_of_the_first_line);
	tcase_add_loop_test(t, test_smtp_parse_enhanced, 0, COUNT(enhanced));
	tcase_add_test(t, test_smtp_parse_enhanced__stays_within_its_length);
	tcase_add_test(t, test_smtp_parse_capabilities__reads_exchange);
	tcase_add_test(t, test_smtp_parse_capabilities__passes_over_the_greeting);
	tcase_add_test(t, test_smtp_parse_capabilities__reads_a_lone_line);
	tcase_add_test(t, test_smtp_parse_capabilities__ignores_case_and_outer_blanks);
	tcase_add_test(t, test_smtp_parse_capabilities__joins_both_spellings_of_auth);
	suite_add_tcase(suite, t);

	SRunner *runner = srunner_create(suite);
	srunner_run_all(runner, CK_ENV);
	int failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
