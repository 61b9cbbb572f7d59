/* test_threshold.c - the range syntax of the monitoring-plugins guidelines, and ranges by step */
#include "judge/threshold.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/steps.h"
#include "unit.h"

enum { IMAP = LEG_IMAP | LEG_SUBMISSION };

static struct range parsed(const char *text)
{
	struct range r = {0};
	struct err err = {0};

	ck_assert_msg(range_parse(text, strlen(text), &r, &err) == 0, "%s: %s", text, err.text);
	ck_assert_int_eq(err.kind, ERR_NONE);
	return r;
}

START_TEST(test_range_parse__every_form)
{
	static const struct {
		const char *text;
		double start, end;
		bool inside;
	} row[] = {
		{"10", 0, 10, false},
		{"10:", 10, INFINITY, false},
		{"~:10", -INFINITY, 10, false},
		{"10:20", 10, 20, false},
		{"@10:20", 10, 20, true},
		{"@10", 0, 10, true},
		{"0", 0, 0, false},
		{"-5:5", -5, 5, false},
		{"-10:-5", -10, -5, false},
		{"~:-3", -INFINITY, -3, false},
		{"0.25:0.5", 0.25, 0.5, false},
		{"10:10", 10, 10, false},
		{"@~:0", -INFINITY, 0, true},
		{"~:", -INFINITY, INFINITY, false},
		{"007", 0, 7, false},
		{"123456789012345", 0, 123456789012345.0, false},
	};

	for (size_t i = 0; i < sizeof(row) / sizeof(row[0]); i++) {
		struct range r = parsed(row[i].text);
		ck_assert_msg(r.start == row[i].start && r.end == row[i].end &&
				      r.inside == row[i].inside,
			      "%s is %g:%g", row[i].text, r.start, r.end);
	}
}
END_TEST

START_TEST(test_range_parse__refuses_and_says_what_is_right)
{
	static const struct {
		const char *text, *why;
	} row[] = {
		{"", "empty"},
		{"@", "missing"},
		{":", "missing"},
		{":10", "missing"},
		{"~", "not a plain decimal"},
		{"10:~", "not a plain decimal"},
		{"1:2:3", "more than one colon"},
		{"::", "more than one colon"},
		{"abc", "not a plain decimal"},
		{"10s", "not a plain decimal"},
		{"1e3", "not a plain decimal"},
		{"0x10", "not a plain decimal"},
		{"inf", "not a plain decimal"},
		{"nan", "not a plain decimal"},
		{"+5", "not a plain decimal"},
		{"--5", "not a plain decimal"},
		{"-", "not a plain decimal"},
		{".5", "not a plain decimal"},
		{"5.", "not a plain decimal"},
		{"1.2.3", "not a plain decimal"},
		{"@@10", "not a plain decimal"},
		{"10@", "not a plain decimal"},
		{" 10", "blanks"},
		{"10 :20", "blanks"},
		{"0,5", "the decimal sign is a dot"},
		{"1234567890123456", "too many digits"},
	};

	for (size_t i = 0; i < sizeof(row) / sizeof(row[0]); i++) {
		struct range r = {.start = 77};
		struct err err = {0};
		ck_assert_msg(range_parse(row[i].text, strlen(row[i].text), &r, &err) == -1, "%s",
			      row[i].text);
		ck_assert_int_eq(err.kind, ERR_USAGE);
		ck_assert_msg(strstr(err.text, row[i].why) != NULL, "%s: %s", row[i].text,
			      err.text);
		ck_assert_msg(strstr(err.text, "expected 10, 10:, ~:10, 10:20 or @10:20") != NULL,
			      "%s", err.text);
		ck_assert_msg(r.start == 77, "%s: range was changed", row[i].text);
	}
}
END_TEST

START_TEST(test_range_parse__rejects_reversed)
{
	static const struct {
		const char *text, *expected;
	} row[] = {
		{"20:10",
		 "range \"20:10\": the start 20 is greater than the end 10, expected 10:20"},
		{"@20:10",
		 "range \"@20:10\": the start 20 is greater than the end 10, expected @10:20"},
		{"-5", "range \"-5\": the start 0 is greater than the end -5, expected -5:0"},
		{"0.2:0.1",
		 "range \"0.2:0.1\": the start 0.2 is greater than the end 0.1, expected 0.1:0.2"},
	};

	for (size_t i = 0; i < sizeof(row) / sizeof(row[0]); i++) {
		struct range r;
		struct err err = {0};
		ck_assert_int_eq(range_parse(row[i].text, strlen(row[i].text), &r, &err), -1);
		ck_assert_str_eq(err.text, row[i].expected);
	}
}
END_TEST

START_TEST(test_range_parse__reads_len_bytes_only)
{
	struct range r;
	struct err err = {0};

	ck_assert_int_eq(range_parse("10:20,30", 5, &r, &err), 0);
	ck_assert(r.start == 10 && r.end == 20);
	ck_assert_int_eq(range_parse("10:2", 3, &r, &err), 0);
	ck_assert(r.start == 10 && isinf(r.end));
}
END_TEST

START_TEST(test_range_alerts__ends_are_inside_the_range)
{
	static const struct {
		const char *range;
		double value;
		bool alert;
	} row[] = {
		{"10", -0.001, true},  {"10", 0, false},      {"10", 10, false},
		{"10", 10.001, true},  {"10:", 9.999, true},  {"10:", 10, false},
		{"10:", 1e9, false},   {"~:10", -1e9, false}, {"~:10", 10, false},
		{"~:10", 10.1, true},  {"10:20", 9, true},    {"10:20", 10, false},
		{"10:20", 20, false},  {"10:20", 20.1, true}, {"@10:20", 9, false},
		{"@10:20", 10, true},  {"@10:20", 15, true},  {"@10:20", 20, true},
		{"@10:20", 21, false}, {"0", 0, false},       {"0", 0.1, true},
		{"~:", 1e300, false},  {"@~:", 0, true},
	};

	for (size_t i = 0; i < sizeof(row) / sizeof(row[0]); i++) {
		struct range r = parsed(row[i].range);
		ck_assert_msg(range_alerts(&r, row[i].value) == row[i].alert, "%s at %g",
			      row[i].range, row[i].value);
	}
}
END_TEST

START_TEST(test_range_format__shortest_form)
{
	static const struct {
		const char *range, *formatted;
	} row[] = {
		{"5", "5"},
		{"30:", "30:"},
		{"~:10", "~:10"},
		{"@10:20", "@10:20"},
		{"0:5", "5"},
		{"0:", "0:"},
		{"5.50", "5.5"},
		{"0.1:0.3", "0.1:0.3"},
		{"-5:0", "-5:0"},
		{"@0:5", "@5"},
		{"~:", "~:"},
		{"007", "7"},
		{"-0:3", "3"},
		{"0", "0"},
		{"0.000001", "0.000001"},
		{"12345678.9012345", "12345678.9012345"},
		{"999999999999999", "999999999999999"},
	};

	for (size_t i = 0; i < sizeof(row) / sizeof(row[0]); i++) {
		struct range r = parsed(row[i].range);
		struct buf b = BUF_INIT(100);
		ck_assert_int_eq(range_format(&r, &b), 0);
		ck_assert_str_eq(buf_str(&b), row[i].formatted);
		buf_free(&b);
	}
}
END_TEST

START_TEST(test_thresholds_parse__bare_range_is_total)
{
	struct thresholds t = {0};
	struct err err = {0};

	ck_assert_int_eq(thresholds_parse(&t, "5,delivery=30,imap_login=@1:2", IMAP, &err), 0);
	ck_assert_uint_eq(t.count, 3);
	ck_assert(thresholds_find(&t, "total")->end == 5);
	ck_assert(thresholds_find(&t, "delivery")->end == 30);
	ck_assert(thresholds_find(&t, "imap_login")->inside);
	ck_assert_ptr_null(thresholds_find(&t, "logout"));
	ck_assert_ptr_null(thresholds_find(&t, "smtp_login"));
}
END_TEST

START_TEST(test_thresholds_parse__later_call_replaces)
{
	struct thresholds t = {0};
	struct err err = {0};

	ck_assert_int_eq(thresholds_parse(&t, "5,delivery=30", IMAP, &err), 0);
	ck_assert_int_eq(thresholds_parse(&t, "total=7", IMAP, &err), 0);
	ck_assert_uint_eq(t.count, 2);
	ck_assert(thresholds_find(&t, "total")->end == 7);
}
END_TEST

START_TEST(test_thresholds_parse__refuses)
{
	static const struct {
		const char *text, *why;
	} row[] = {
		{"", "range \"\": it is empty"},
		{"5,", "range \"\": it is empty"},
		{",5", "range \"\": it is empty"},
		{"login=", "range \"\": it is empty"},
		{"=5", "unknown step \"\", expected one of: total, resolve, connect, tls, "},
		{"logn=5",
		 "unknown step \"logn\", expected one of: total, resolve, connect, tls, "},
		{"Login=5", "unknown step \"Login\""},
		{"login=5=6", "range \"5=6\": not a plain decimal number"},
		{"login=20:10", "the start 20 is greater than the end 10"},
		{"0,5", "two ranges for total (the decimal sign is a dot)"},
		{"login=1,login=2", "two ranges for login"},
	};

	for (size_t i = 0; i < sizeof(row) / sizeof(row[0]); i++) {
		struct thresholds t = {0};
		struct err err = {0};
		ck_assert_msg(thresholds_parse(&t, row[i].text, IMAP, &err) == -1, "%s",
			      row[i].text);
		ck_assert_int_eq(err.kind, ERR_USAGE);
		ck_assert_msg(strstr(err.text, row[i].why) != NULL, "%s: %s", row[i].text,
			      err.text);
	}
}
END_TEST

START_TEST(test_thresholds_parse__long_lists_and_names_are_cut)
{
	struct buf text = BUF_INIT(4000);
	struct thresholds t = {0};
	struct err err = {0};

	ck_assert_int_eq(thresholds_parse(&t, "no_such_step_and_a_name_far_too_long_for_any_line=1",
					  IMAP, &err),
			 -1);
	ck_assert_ptr_nonnull(strstr(err.text, "\"no_such_step_and_a_name_far_too_long_for\""));
	ck_assert_msg(strlen(err.text) < sizeof(err.text) - 1, "%s", err.text);
	ck_assert_str_eq(err.text + strlen(err.text) - strlen(", smtp_cert_days"),
			 ", smtp_cert_days");

	for (const struct step_def *s = steps_all; s->name; s++) {
		if (s->parts & IMAP)
			buf_printf(&text, "%s%s=1", text.len ? "," : "", s->name);
		if (s->parts & LEG_IMAP && !s->alone)
			buf_printf(&text, ",imap_%s=1", s->name);
		if (s->parts & LEG_SUBMISSION && !s->alone)
			buf_printf(&text, ",smtp_%s=1", s->name);
	}
	err = (struct err){0};
	ck_assert_int_eq(thresholds_parse(&t, buf_str(&text), IMAP, &err), -1);
	ck_assert_str_eq(err.text, "more than 32 thresholds");
	buf_free(&text);
}
END_TEST

START_TEST(test_thresholds_parse__knows_the_steps_of_the_legs_alone)
{
	struct thresholds t = {0};
	struct err err = {0};

	ck_assert_int_eq(thresholds_parse(&t, "select=1,imap_select=1,smtp_send=1", IMAP, &err), 0);
	ck_assert_int_eq(thresholds_parse(&t, "imap_login=1", LEG_IMAP_LIGHT, &err), 0);
	ck_assert_int_eq(thresholds_parse(&t, "imap_fetch=1", LEG_IMAP_LIGHT, &err), -1);
	ck_assert_str_eq(
		err.text,
		"unknown step \"imap_fetch\", expected one of: total, resolve, connect, tls, "
		"greeting, capability, starttls, login, select, logout, cert_days");
}
END_TEST

START_TEST(test_thresholds_check__names_what_the_test_has)
{
	const unsigned int login = PART_IMAP | PART_IMAP_LOGIN;
	struct thresholds t = {0};
	struct err err = {0};

	ck_assert_int_eq(thresholds_parse(&t, "5,login=1,smtp_tls=1", IMAP, &err), 0);
	ck_assert_int_eq(thresholds_check(&t, login | PART_SUBMISSION_TLS, &err), 0);
	ck_assert_int_eq(thresholds_check(&t, login | PART_IMAP_TLS, &err), -1);
	ck_assert_int_eq(err.kind, ERR_USAGE);
	ck_assert_str_eq(err.text, "this test has no step \"smtp_tls\", expected one of: total, "
				   "resolve, connect, tls, greeting, capability, login, logout, "
				   "cert_days");
}
END_TEST

START_TEST(test_thresholds_find__prefixes)
{
	struct thresholds t = {0};
	struct err err = {0};

	ck_assert_int_eq(thresholds_parse(&t, "login=1,smtp_login=2", IMAP, &err), 0);
	ck_assert(thresholds_find(&t, "imap_login")->end == 1);
	ck_assert(thresholds_find(&t, "smtp_login")->end == 2);
	t.count = 0;
	ck_assert_int_eq(thresholds_parse(&t, "imap_login=4,smtp_tls=2", IMAP, &err), 0);
	ck_assert(thresholds_find(&t, "imap_login")->end == 4);
	ck_assert_ptr_null(thresholds_find(&t, "smtp_login"));
	ck_assert_ptr_null(thresholds_find(&t, "imap_tls"));
}
END_TEST

UNIT_MAIN("threshold", test_range_parse__every_form,
	  test_range_parse__refuses_and_says_what_is_right, test_range_parse__rejects_reversed,
	  test_range_parse__reads_len_bytes_only, test_range_alerts__ends_are_inside_the_range,
	  test_range_format__shortest_form, test_thresholds_parse__bare_range_is_total,
	  test_thresholds_parse__later_call_replaces, test_thresholds_parse__refuses,
	  test_thresholds_parse__long_lists_and_names_are_cut,
	  test_thresholds_parse__knows_the_steps_of_the_legs_alone,
	  test_thresholds_check__names_what_the_test_has, test_thresholds_find__prefixes)
