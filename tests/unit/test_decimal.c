/* test_decimal.c - decimal numbers: read strictly, rounded as people do, and never by the locale */
#include "base/decimal.h"

#include <float.h>
#include <locale.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "unit.h"

START_TEST(test_decimal_parse__plain_decimals)
{
	static const struct {
		const char *text;
		double value;
	} row[] = {
		{"0", 0},
		{"007", 7},
		{"10", 10},
		{"0.5", 0.5},
		{"-0.1", -0.1},
		{"12345678.9012345", 12345678.9012345},
		{"999999999999999", 999999999999999.0},
		{"0.00000000000001", 1e-14},
		{"-999999999999999", -999999999999999.0},
	};

	for (size_t i = 0; i < sizeof(row) / sizeof(row[0]); i++) {
		double value = NAN;
		ck_assert_msg(!decimal_parse(row[i].text, strlen(row[i].text), &value), "%s",
			      row[i].text);
		ck_assert_msg(value == row[i].value, "%s", row[i].text);
	}
}
END_TEST

START_TEST(test_decimal_parse__refuses_the_rest)
{
	static const char *const bad[] = {"",
					  "-",
					  ".",
					  ".5",
					  "5.",
					  "1.2.3",
					  "1,5",
					  "+1",
					  "1e3",
					  "0x10",
					  "inf",
					  "nan",
					  "--1",
					  "1-",
					  " 1",
					  "1 ",
					  "1\t",
					  "~",
					  "١",
					  "-.5",
					  "1 0",
					  "1'0",
					  "1_000",
					  "1000000000000000",
					  "0.000000000000001"};

	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		double value = 42;
		ck_assert_msg(decimal_parse(bad[i], strlen(bad[i]), &value) == -1, "%s", bad[i]);
		ck_assert_msg(value == 42, "%s", bad[i]);
	}
}
END_TEST

START_TEST(test_decimal_parse__reads_len_bytes_only)
{
	double value;

	ck_assert_int_eq(decimal_parse("12.5,7", 4, &value), 0);
	ck_assert(value == 12.5);
	ck_assert_int_eq(decimal_parse("12.5", 2, &value), 0);
	ck_assert(value == 12);
	ck_assert_int_eq(decimal_parse("1\0"
				       "2",
				       3, &value),
			 -1);
}
END_TEST

START_TEST(test_decimal_parse__zero_has_no_sign)
{
	double value;

	ck_assert_int_eq(decimal_parse("-0.0", 4, &value), 0);
	ck_assert(value == 0 && !signbit(value));
}
END_TEST

START_TEST(test_decimal_format__rounds_to_the_nearest)
{
	static const struct {
		double value;
		int decimals;
		const char *text;
	} row[] = {
		{0, 0, "0"},
		{0, 3, "0.000"},
		{0.5, 0, "1"},
		{0.4999, 0, "0"},
		{1.25, 1, "1.3"},
		{0.9996, 3, "1.000"},
		{99.95, 1, "100.0"},
		{12.3456, 3, "12.346"},
		{-12.3456, 3, "-12.346"},
		{-0.0004, 3, "0.000"}, /* a zero has no sign */
		{-0.0, 1, "0.0"},
		{0.007, 3, "0.007"},
		{1e-300, 6, "0.000000"},
		{DBL_MIN, DECIMAL_DIGITS, "0.000000000000000"},
		{1e-15, DECIMAL_DIGITS, "0.000000000000001"},
		{4503599627370497.0, 0, "4503599627370497"}, /* adding a half is not exact */
		{0.49999999999999994, 0, "0"},
		{8999999999999998976.0, 0, "8999999999999998976"},
		{1e19, 0, "10000000000000000000"},
		{1e19, 3, "10000000000000000000"}, /* too large for digits behind the dot */
		{-1e19, 3, "-10000000000000000000"},
		{1e16, 3, "10000000000000000"},
	};

	for (size_t i = 0; i < sizeof(row) / sizeof(row[0]); i++) {
		char text[DECIMAL_SIZE];
		decimal_format(row[i].value, row[i].decimals, text);
		ck_assert_str_eq(text, row[i].text);
	}
}
END_TEST

START_TEST(test_decimal_format__the_largest_fits)
{
	char text[DECIMAL_SIZE];

	for (int decimals = 0; decimals <= DECIMAL_DIGITS; decimals++) {
		decimal_format(-DBL_MAX, decimals, text);
		ck_assert_uint_eq(strlen(text), 310);
		ck_assert_uint_eq(strspn(text, "-0123456789"), strlen(text));
	}
	decimal_format_shortest(DBL_MAX, text);
	ck_assert_uint_eq(strlen(text), 309);
}
END_TEST

START_TEST(test_decimal_format_shortest__no_needless_digit)
{
	static const struct {
		double value;
		const char *text;
	} row[] = {
		{0, "0"},
		{-0.0, "0"},
		{5, "5"},
		{5.5, "5.5"},
		{0.1, "0.1"},
		{0.3, "0.3"},
		{-0.25, "-0.25"},
		{0.000001, "0.000001"},
		{1e-14, "0.00000000000001"},
		{1e-16, "0.000000000000000"}, /* less than can be said */
		{1.0 / 3, "0.333333333333333"},
		{1e15, "1000000000000000"},
		{1e300 / 1e281, "10000000000000000000"},
	};

	for (size_t i = 0; i < sizeof(row) / sizeof(row[0]); i++) {
		char text[DECIMAL_SIZE];
		decimal_format_shortest(row[i].value, text);
		ck_assert_str_eq(text, row[i].text);
	}
}
END_TEST

START_TEST(test_decimal__every_written_number_comes_back)
{
	char text[DECIMAL_SIZE], again[DECIMAL_SIZE];

	for (uint64_t n = 1, k = 0; k < 20000;
	     k++, n = n * 6364136223846793005u + 1442695040888963407u) {
		uint64_t digits =
			(n >> 11) % 100000000000000u; /* 14, so that no zero is at the end */
		int behind = (int)(n % 12);
		uint64_t one = 1;
		double value;

		for (int i = 0; i < behind; i++)
			one *= 10;
		digits += digits % 10 == 0;
		if (behind)
			snprintf(text, sizeof(text), "%llu.%0*llu",
				 (unsigned long long)(digits / one), behind,
				 (unsigned long long)(digits % one));
		else
			snprintf(text, sizeof(text), "%llu", (unsigned long long)digits);
		ck_assert_msg(decimal_parse(text, strlen(text), &value) == 0, "%s", text);
		decimal_format_shortest(value, again);
		ck_assert_str_eq(again, text);
	}
}
END_TEST

START_TEST(test_seconds_format__as_precise_as_it_is_of_use)
{
	static const struct {
		double seconds;
		const char *text;
	} row[] = {
		{0, "0 s"},
		{0.0000004, "0 s"},
		{0.0000006, "0.000001 s"},
		{0.00012, "0.000120 s"},
		{0.0005, "0.001 s"},
		{0.2144, "0.214 s"},
		{0.9999, "1.000 s"},
		{1, "1 s"},
		{6.1, "6.1 s"},
		{6.126, "6.13 s"},
		{9.999, "10 s"},
		{31.24, "31.2 s"},
		{100, "100 s"},
		{3600.04, "3600 s"},
		{1e9, "1000000000 s"},
	};

	for (size_t i = 0; i < sizeof(row) / sizeof(row[0]); i++) {
		char text[DECIMAL_SIZE];
		seconds_format(row[i].seconds, text);
		ck_assert_str_eq(text, row[i].text);
	}
}
END_TEST

START_TEST(test_milliseconds_format__all_look_alike)
{
	static const struct {
		int64_t us;
		const char *text;
	} row[] = {
		{0, "0.0 ms"},      {49, "0.0 ms"},        {50, "0.1 ms"},
		{31449, "31.4 ms"}, {999950, "1000.0 ms"}, {3600 * US_PER_S, "3600000.0 ms"},
	};

	for (size_t i = 0; i < sizeof(row) / sizeof(row[0]); i++) {
		char text[DECIMAL_SIZE];
		milliseconds_format(row[i].us, text);
		ck_assert_str_eq(text, row[i].text);
	}
}
END_TEST

/* With a decimal comma, as a library may have set it; where no such locale is installed, this is
 * the test of the C locale once more. */
START_TEST(test_decimal__is_not_the_locales)
{
	static const char *const comma[] = {"de_DE.UTF-8", "de_DE", "fr_FR.UTF-8", "fr_FR"};
	char text[DECIMAL_SIZE];
	double value;

	for (size_t i = 0; i < sizeof(comma) / sizeof(comma[0]); i++)
		if (setlocale(LC_ALL, comma[i]))
			break;
	decimal_format(1234567.891, 3, text);
	ck_assert_str_eq(text, "1234567.891");
	decimal_format_shortest(0.25, text);
	ck_assert_str_eq(text, "0.25");
	decimal_format(1e20, 2, text);
	ck_assert_str_eq(text, "100000000000000000000");
	seconds_format(6.12, text);
	ck_assert_str_eq(text, "6.12 s");
	ck_assert_int_eq(decimal_parse("0.5", 3, &value), 0);
	ck_assert(value == 0.5);
	ck_assert_int_eq(decimal_parse("0,5", 3, &value), -1);
	setlocale(LC_ALL, "C");
}
END_TEST

UNIT_MAIN("decimal", test_decimal_parse__plain_decimals, test_decimal_parse__refuses_the_rest,
	  test_decimal_parse__reads_len_bytes_only, test_decimal_parse__zero_has_no_sign,
	  test_decimal_format__rounds_to_the_nearest, test_decimal_format__the_largest_fits,
	  test_decimal_format_shortest__no_needless_digit,
	  test_decimal__every_written_number_comes_back,
	  test_seconds_format__as_precise_as_it_is_of_use, test_milliseconds_format__all_look_alike,
	  test_decimal__is_not_the_locales)
