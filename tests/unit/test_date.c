/* test_date.c - the Date field, read and written */
#include <check.h>
#include <locale.h>
#include <stdlib.h>
#include <string.h>

#include "mail/date.h"

#define COUNT(a) ((int)(sizeof(a) / sizeof((a)[0])))

static const struct {
	const char *text;
	time_t date;
} dates[] = {
	{"Mon, 02 Jan 2006 15:04:05 +0000", 1136214245},
	{"Mon, 2 Jan 2006 15:04:05 +0000", 1136214245},
	{"2 Jan 2006 15:04:05 +0000", 1136214245},
	{"Mon, 02 Jan 2006 16:04:05 +0100", 1136214245},
	{"Mon, 02 Jan 2006 10:34:05 -0430", 1136214245},
	{"Tue, 03 Jan 2006 01:04:05 +1000", 1136214245},
	{"Mon, 02 Jan 2006 15:04:05 GMT", 1136214245},
	{"Mon, 02 Jan 2006 15:04:05 UT", 1136214245},
	{"Mon, 02 Jan 2006 15:04:05 Z", 1136214245},
	{"Mon, 02 Jan 2006 10:04:05 EST", 1136214245},
	{"Mon, 02 Jan 2006 08:04:05 pdt", 1136214245},
	{"Mon, 02 Jan 2006 15:04 +0000", 1136214240},
	{"Mon, 02 Jan 2006 15:04:05 +0000 (UTC)", 1136214245},
	{"Mon, 02 Jan 2006 15:04:05 +0000 (a (nested \\) one) b)", 1136214245},
	{"(x)Mon(x),(x)02(x)Jan(x)2006(x)15(x):(x)04(x):(x)05(x)-0000(x)", 1136214245},
	{"  Mon,  02\tJan  2006  15:04:05  +0000  ", 1136214245},
	{"mon, 02 JAN 2006 15:04:05 +0000", 1136214245},
	{"Thu, 01 Jan 1970 00:00:00 +0000", 0},
	{"Thu, 29 Feb 2024 00:00:00 +0000", 1709164800},
	{"Sat, 31 Dec 2016 23:59:60 +0000", 1483228800},
	{"Tue, 19 Jan 2038 03:14:08 +0000", 2147483648},
	{"Mon, 01 Jan 1900 00:00:00 +0000", -2208988800},
};

START_TEST(test_date_parse__reads)
{
	time_t date = 42;

	ck_assert_int_eq(date_parse(dates[_i].text, strlen(dates[_i].text), &date), 0);
	ck_assert_int_eq(date, dates[_i].date);
}
END_TEST

static const char *const no_dates[] = {
	"",
	" ",
	"(",
	"(\\",
	"Mon",
	"Mon,",
	"Mon, 02 Jan 2006",
	"Mon, 02 Jan 2006 15:04:05",
	"Mon, 02 Jan 06 15:04:05 +0000",
	"Mon, 02 Jan 106 15:04:05 +0000",
	"Mon, 02 Jan 12006 15:04:05 +0000",
	"Mon, 02 Jan 1899 15:04:05 +0000",
	"Mon, 32 Jan 2006 15:04:05 +0000",
	"Mon, 00 Jan 2006 15:04:05 +0000",
	"Mon, 002 Jan 2006 15:04:05 +0000",
	"Wed, 31 Apr 2024 00:00:00 +0000",
	"Wed, 29 Feb 2023 00:00:00 +0000",
	"Mon, 02 Foo 2006 15:04:05 +0000",
	"Mon, 02 January 2006 15:04:05 +0000",
	"Mon, 02 Ja 2006 15:04:05 +0000",
	"Mon, 02 01 2006 15:04:05 +0000",
	"Mon, -2 Jan 2006 15:04:05 +0000",
	"Foo, 02 Jan 2006 15:04:05 +0000",
	"Montag, 02 Jan 2006 15:04:05 +0000",
	"Mon 02 Jan 2006 15:04:05 +0000",
	"Mon, 02 Jan 2006 24:00:00 +0000",
	"Mon, 02 Jan 2006 15:60:00 +0000",
	"Mon, 02 Jan 2006 15:04:61 +0000",
	"Mon, 02 Jan 2006 1:04:05 +0000",
	"Mon, 02 Jan 2006 15:4:05 +0000",
	"Mon, 02 Jan 2006 15:04: +0000",
	"Mon, 02 Jan 2006 15:04:05 +000",
	"Mon, 02 Jan 2006 15:04:05 +00000",
	"Mon, 02 Jan 2006 15:04:05 +0060",
	"Mon, 02 Jan 2006 15:04:05 +2400",
	"Mon, 02 Jan 2006 15:04:05 0000",
	"Mon, 02 Jan 2006 15:04:05 A",
	"Mon, 02 Jan 2006 15:04:05 CEST",
	"Mon, 02 Jan 2006 15:04:05 +0000 junk",
	"Mon, 02 Jan 2006 15:04:05 +0000 (open",
	"Mon, 02 Jan 2006 15:04:05 +0000 )",
	"Mon, 02 Jan 2006 15:04:05 +0000 ()\\",
	"2006-01-02T15:04:05Z",
	"1136214245",
	"99999999999999999999 Jan 2006 15:04:05 +0000",
};

START_TEST(test_date_parse__refuses)
{
	time_t date = 42;

	ck_assert_int_eq(date_parse(no_dates[_i], strlen(no_dates[_i]), &date), -1);
	ck_assert_int_eq(date, 42);
}
END_TEST

START_TEST(test_date_parse__stays_within_its_length)
{
	static const char text[] = "Mon, 02 Jan 2006 15:04:05 +0000";
	time_t date;

	for (size_t len = 0; len < sizeof(text) - 1; len++) {
		char *exact = malloc(len + 1); /* a read beyond it shows under valgrind and ASan */
		memcpy(exact, text, len);
		ck_assert_int_eq(date_parse(exact, len, &date), -1);
		free(exact);
	}
}
END_TEST

START_TEST(test_date_parse__refuses_a_nul)
{
	static const char text[] = "Mon, 02 Jan 2006 15:04:05 +0000\0";
	time_t date;

	ck_assert_int_eq(date_parse(text, sizeof(text) - 1, &date), -1);
}
END_TEST

START_TEST(test_date_format__writes_what_date_parse_reads)
{
	static const time_t times[] = {0, 1136214245, 1709164800, 2147483648, 4102444799};
	time_t again;

	setenv("TZ", "Asia/Kathmandu", 1);
	setlocale(LC_ALL, "");
	for (int i = 0; i < COUNT(times); i++) {
		struct buf b = BUF_INIT(100);
		ck_assert_int_eq(date_format(&b, times[i]), 0);
		ck_assert_int_eq(date_parse(buf_str(&b), b.len, &again), 0);
		ck_assert_int_eq(again, times[i]);
		buf_free(&b);
	}
}
END_TEST

START_TEST(test_date_format__is_exact)
{
	struct buf b = BUF_INIT(100);

	date_format(&b, 1136214245);
	ck_assert_str_eq(buf_str(&b), "Mon, 02 Jan 2006 15:04:05 +0000");
	buf_free(&b);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("date");
	TCase *t = tcase_create("all");

	tcase_add_loop_test(t, test_date_parse__reads, 0, COUNT(dates));
	tcase_add_loop_test(t, test_date_parse__refuses, 0, COUNT(no_dates));
	tcase_add_test(t, test_date_parse__stays_within_its_length);
	tcase_add_test(t, test_date_parse__refuses_a_nul);
	tcase_add_test(t, test_date_format__writes_what_date_parse_reads);
	tcase_add_test(t, test_date_format__is_exact);
	suite_add_tcase(suite, t);

	SRunner *runner = srunner_create(suite);
	srunner_run_all(runner, CK_ENV);
	int failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
