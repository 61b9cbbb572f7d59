/* test_table.c - cells, wrapped lines and bars, at usual and at narrow widths */
#include "report/table.h"

#include <string.h>

#include "base/clock.h"
#include "results.h"
#include "unit.h"

static struct buf out;

static void setup(void)
{
	out = BUF_INIT(65536);
}

static void teardown(void)
{
	buf_free(&out);
}

/* What has been written since the last time. */
static const char *written(void)
{
	static char text[4096];

	snprintf(text, sizeof(text), "%s", buf_str(&out));
	buf_clear(&out);
	return text;
}

START_TEST(test_table_columns__counts_characters)
{
	ck_assert_int_eq(table_columns(""), 0);
	ck_assert_int_eq(table_columns("mail"), 4);
	ck_assert_int_eq(table_columns("M\xc3\xbcnchen"), 7);
	ck_assert_int_eq(table_columns("\xe2\x96\x88\xf0\x9f\x93\xa7"), 2);
}
END_TEST

START_TEST(test_table_narrow__takes_what_can_be_spared)
{
	int width = 20, excess = 5;

	table_narrow(&width, 10, &excess);
	ck_assert_int_eq(width, 15);
	ck_assert_int_eq(excess, 0);
	table_narrow(&width, 10, &excess);
	ck_assert_int_eq(width, 15);
	excess = 8;
	table_narrow(&width, 10, &excess);
	ck_assert_int_eq(width, 10);
	ck_assert_int_eq(excess, 3);
	width = 4; /* narrower by itself than it need be */
	table_narrow(&width, 10, &excess);
	ck_assert_int_eq(width, 4);
	ck_assert_int_eq(excess, 3);
	excess = -7; /* there is room */
	width = 20;
	table_narrow(&width, 10, &excess);
	ck_assert_int_eq(width, 20);
	ck_assert_int_eq(excess, -7);
}
END_TEST

START_TEST(test_table_taken__a_column_and_the_blank_behind_it)
{
	ck_assert_int_eq(table_taken(7), 8);
	ck_assert_int_eq(table_taken(0), 0);
	ck_assert_int_eq(table_taken_least(20, 8), 9);
	ck_assert_int_eq(table_taken_least(5, 8), 6);
	ck_assert_int_eq(table_taken_least(0, 8), 0);
}
END_TEST

START_TEST(test_table_cell__fills_or_is_cut)
{
	static const struct {
		const char *text;
		int width;
		const char *name, *host, *plain;
	} row[] = {
		{"mail", 6, "mail   ", "mail   ", "mail   "},
		{"mail", 4, "mail ", "mail ", "mail "},
		{"mail", 0, "", "", ""},
		{"", 3, "    ", "    ", "    "},
		{"mail.example.org", 10, "mail...org ", "mail       ", "mail.ex... "},
		{"mail.example.org", 12, "mail.....org ", "mail.example ", "mail.exam... "},
		{"M\xc3\xbcnchen-Ost", 8, "M\xc3\xbcn...st ", "M\xc3\xbcn...st ",
		 "M\xc3\xbcnc...  "},
		{"192.0.2.200", 10, "192....200 ", "192....200 ", "192.0.2... "},
		{"a\033[1m|b", 9, "a?[1m|b   ", "a?[1m|b   ", "a?[1m|b   "},
	};

	for (size_t i = 0; i < sizeof(row) / sizeof(row[0]); i++) {
		table_name_cell(&out, row[i].text, row[i].width);
		ck_assert_str_eq(written(), row[i].name);
		table_host_cell(&out, row[i].text, row[i].width);
		ck_assert_str_eq(written(), row[i].host);
		table_cell(&out, row[i].text, row[i].width);
		ck_assert_str_eq(written(), row[i].plain);
	}
}
END_TEST

START_TEST(test_table_header__names_underlined_without_blanks_at_the_end)
{
	const struct table_column column[] = {{"Server", 8}, {"Site", 0}, {"Result", 7}};

	table_header(&out, column, 3);
	ck_assert_str_eq(written(), "Server   Result\n"
				    "------   ------\n");
}
END_TEST

START_TEST(test_table_wrapped__breaks_at_blanks)
{
	static const struct {
		const char *text;
		int indent, width;
		const char *lines;
	} row[] = {
		{"", 2, 20, "  \n"},
		{"one two", 0, 20, "one two\n"},
		{"one two three", 0, 13, "one two three\n"},
		{"one two three", 0, 12, "one two\n  three\n"},
		{"one two three four", 2, 9, "  one two\n    three\n    four\n"},
		{"one   two  ", 0, 20, "one two\n"},
		/* a word that has no room even on a line of its own */
		{"abcdefghijkl", 0, 8, "abcdefgh\n  ijkl\n"},
		{"abcdefghijklmnopq", 0, 8, "abcdefgh\n  ijklmn\n  opq\n"},
		{"x abcdefghijkl y", 0, 8, "x\n  abcdef\n  ghijkl\n  y\n"},
		/* which is broken behind a dot, a hyphen or a colon, if it has one there */
		{"at mail-01.example.test:993 x", 0, 12,
		 "at\n  mail-01.\n  example.\n  test:993 x\n"},
		/* characters are counted, and never torn apart */
		{"\xc3\xa4\xc3\xb6\xc3\xbc \xc3\x9f\xc3\x9f", 0, 6,
		 "\xc3\xa4\xc3\xb6\xc3\xbc \xc3\x9f\xc3\x9f\n"},
		{"\xc3\xa4\xc3\xb6\xc3\xbc\xe2\x82\xac\xe2\x82\xac", 0, 4,
		 "\xc3\xa4\xc3\xb6\xc3\xbc\xe2\x82\xac\n  \xe2\x82\xac\n"},
	};

	for (size_t i = 0; i < sizeof(row) / sizeof(row[0]); i++) {
		table_wrapped(&out, row[i].text, row[i].indent, row[i].width);
		ck_assert_str_eq(written(), row[i].lines);
	}
}
END_TEST

START_TEST(test_table_wrapped__loses_nothing_of_a_very_long_word)
{
	static char word[3 * TABLE_TEXT_SIZE];
	size_t shown = 0;

	memset(word, 'x', sizeof(word) - 1);
	table_wrapped(&out, word, 0, 80);
	for (size_t i = 0; i < out.len; i++)
		shown += out.data[i] == 'x';
	ck_assert_uint_eq(shown, sizeof(word) - 1);
}
END_TEST

START_TEST(test_table_labelled__says_nothing_of_nothing)
{
	const struct table t = {.width = 40};

	table_labelled(&out, &t, "Note", "");
	ck_assert_str_eq(written(), "");
	table_labelled(&out, &t, "Note", "certificate not verified, and more than that");
	ck_assert_str_eq(written(), "  Note: certificate not verified, and\n"
				    "    more than that\n");
}
END_TEST

START_TEST(test_table_init__width_is_the_reports_or_usual)
{
	struct result one;
	struct report r = {.results = &one, .count = 1, .terminal = true};

	result_ok(&one, "mail.example.org:993");
	ck_assert_int_eq(table_init(&r).width, 80);
	r.width = 20; /* less than lines of steps need */
	ck_assert_int_eq(table_init(&r).width, 40);
	r.width = 132;
	struct table t = table_init(&r);
	ck_assert_int_eq(t.width, 132);
	ck_assert_int_eq(t.name, (int)strlen("imap_login"));
	ck_assert_int_eq(2 + t.name + 1 + t.bar + (int)strlen("12345.6 ms") + 1 +
				 (int)strlen(" failed"),
			 132);
	result_free(&one);
}
END_TEST

START_TEST(test_table_steps__bars_on_the_scale_of_the_whole)
{
	struct result one;
	const struct verdict_rules rules = no_thresholds("imap");
	struct report report = {.rules = &rules};
	const struct table t = {.report = &report, .width = 40, .name = 10, .bar = 10};

	result_init(&one, "mail.example.org:993", "");
	result_step(&one, "imap_login", 100);
	result_step_us(&one, "imap_idle", 0); /* still to be seen */
	result_step(&one, "delivery", 900);
	one.timeline.step[2].outcome = STEP_FAILED;
	table_steps(&out, &t, &one.timeline);
	ck_assert_str_eq(written(), "  imap_login #            100.0 ms\n"
				    "  imap_idle   #             0.0 ms\n"
				    "  delivery    #########   900.0 ms failed\n");
	report.utf8 = true;
	one.timeline.count = 1;
	table_steps(&out, &t, &one.timeline);
	ck_assert_str_eq(written(), "  imap_login \xe2\x96\x88            100.0 ms\n");
	result_free(&one);
}
END_TEST

START_TEST(test_table_steps__bars_stay_within_the_scale)
{
	struct result one;
	const struct verdict_rules rules = no_thresholds("imap");
	const struct report report = {.rules = &rules};
	const struct table t = {.report = &report, .width = 40, .name = 1, .bar = 4};

	result_init(&one, "mail.example.org:993", "");
	result_step(&one, "a", 10);
	one.timeline.step[0].start_us = 50 * US_PER_MS; /* later than the end */
	one.timeline.step[0].duration_us = US_PER_S;
	table_steps(&out, &t, &one.timeline);
	ck_assert_str_eq(written(), "  a    #  1000.0 ms\n");
	one.timeline.total_us = 0;
	one.timeline.step[0] = (struct timeline_step){.name = "a"};
	table_steps(&out, &t, &one.timeline);
	ck_assert_str_eq(written(), "  a #        0.0 ms\n");
	result_free(&one);
}
END_TEST

START_TEST(test_table_summary__worst_first_when_the_screen_is_full)
{
	static const enum err_kind kind[] = {ERR_LOCAL, ERR_NONE, ERR_TRANSIENT, ERR_AUTH};
	struct verdict_rules rules = no_thresholds("imap");
	struct result r[4];
	struct report report = {
		.results = r, .count = 4, .rules = &rules, .width = 80, .height = 3};
	struct table t;

	for (size_t i = 0; i < 4; i++) {
		char label[8];
		snprintf(label, sizeof(label), "mx%zu:25", i);
		result_init(&r[i], label, "answered");
		result_step(&r[i], "smtp_connect", 5);
		if (kind[i] != ERR_NONE)
			result_fail(&r[i], kind[i], "no", "");
		verdict_judge(&r[i], &rules);
	}
	t = table_init(&report);
	table_summary(&out, &report, &t);
	ck_assert_str_eq(written(), "\n4 end points: 1 Success, 3 Failure\n");
	report.height = 2;
	table_summary(&out, &report, &t);
	ck_assert_str_eq(written(), "\n4 end points: 1 Success, 3 Failure\n"
				    "  mx3:25 smtp_connect: \"no\"\n"
				    "  mx2:25 smtp_connect: \"no\"\n"
				    "  mx0:25 smtp_connect: \"no\"\n");
	for (size_t i = 0; i < 4; i++)
		result_free(&r[i]);
}
END_TEST

UNIT_MAIN_FIXTURE("table", setup, teardown, ONCE(test_table_columns__counts_characters),
		  ONCE(test_table_narrow__takes_what_can_be_spared),
		  ONCE(test_table_taken__a_column_and_the_blank_behind_it),
		  ONCE(test_table_cell__fills_or_is_cut),
		  ONCE(test_table_header__names_underlined_without_blanks_at_the_end),
		  ONCE(test_table_wrapped__breaks_at_blanks),
		  ONCE(test_table_wrapped__loses_nothing_of_a_very_long_word),
		  ONCE(test_table_labelled__says_nothing_of_nothing),
		  ONCE(test_table_init__width_is_the_reports_or_usual),
		  ONCE(test_table_steps__bars_on_the_scale_of_the_whole),
		  ONCE(test_table_steps__bars_stay_within_the_scale),
		  ONCE(test_table_summary__worst_first_when_the_screen_is_full))
