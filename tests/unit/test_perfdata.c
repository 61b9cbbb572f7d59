/* test_perfdata.c - items of performance data, byte for byte */
#include "report/perfdata.h"

#include <float.h>
#include <locale.h>
#include <math.h>
#include <string.h>

#include "unit.h"

static const char *item(const struct perf *p)
{
	static char text[2048];
	struct buf b = BUF_INIT(sizeof(text) - 1);

	ck_assert_int_eq(perfdata_add(&b, p), 0);
	memcpy(text, buf_str(&b), b.len + 1);
	buf_free(&b);
	return text;
}

static const char *valued(double value, int decimals)
{
	return item(&(struct perf){.label = "v", .value = value, .uom = "", .decimals = decimals});
}

START_TEST(test_perfdata_value__plain_decimals)
{
	ck_assert_str_eq(valued(0, 0), "v=0");
	ck_assert_str_eq(valued(0, 3), "v=0.000");
	ck_assert_str_eq(valued(-0.0, 3), "v=0.000");
	ck_assert_str_eq(valued(-0.0004, 3), "v=0.000");
	ck_assert_str_eq(valued(-0.0006, 3), "v=-0.001");
	ck_assert_str_eq(valued(-7, 0), "v=-7");
	ck_assert_str_eq(valued(0.214, 3), "v=0.214");
	ck_assert_str_eq(valued(0.2146, 3), "v=0.215");
	ck_assert_str_eq(valued(9.9996, 3), "v=10.000");
	ck_assert_str_eq(valued(0.000412, 6), "v=0.000412");
	ck_assert_str_eq(valued(1e15, 0), "v=1000000000000000");
	ck_assert_str_eq(valued(1e22, 0), "v=10000000000000000000000");
	ck_assert_str_eq(valued(1e22, 3), "v=10000000000000000000000");
	ck_assert_str_eq(valued(-1e22, 3), "v=-10000000000000000000000");
	ck_assert_str_eq(valued(18446744073709551615.0, 0), "v=18446744073709551616");
}
END_TEST

START_TEST(test_perfdata_value__largest_double_has_no_exponent)
{
	const char *text = valued(DBL_MAX, 3);

	ck_assert_uint_eq(strlen(text), 2 + 309);
	ck_assert_uint_eq(strspn(text + 2, "0123456789"), 309);
	ck_assert_str_eq(valued(DBL_MIN, 6), "v=0.000000");
}
END_TEST

START_TEST(test_perfdata_value__not_finite_is_left_out)
{
	ck_assert_str_eq(valued(NAN, 3), "");
	ck_assert_str_eq(valued(INFINITY, 3), "");
	ck_assert_str_eq(valued(-INFINITY, 0), "");
}
END_TEST

/* Some of these are installed nearly everywhere; where none is, the C locale is what remains to be
 * tested. */
START_TEST(test_perfdata_value__dot_in_every_locale)
{
	static const char *const names[] = {"C",           "de_DE.UTF-8", "de_DE",
					    "fr_FR.UTF-8", "ps_AF",       "ru_RU.UTF-8"};
	const struct range warn = {.start = 0, .end = 0.5};

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		setlocale(LC_ALL, names[i]);
		ck_assert_str_eq(item(&(struct perf){.label = "v",
						     .value = 1234567.25,
						     .uom = "s",
						     .decimals = 2,
						     .warn = &warn}),
				 "v=1234567.25s;0.5");
		ck_assert_str_eq(valued(1e22, 3), "v=10000000000000000000000");
	}
}
END_TEST

START_TEST(test_perfdata_add__trailing_semicolons_left_off)
{
	const struct range w = {.start = 0, .end = 5}, c = {.start = 7, .end = INFINITY};
	struct perf p = {.label = "total", .value = 0.214, .uom = "s", .decimals = 3};

	ck_assert_str_eq(item(&p), "total=0.214s");
	p.min = "0";
	ck_assert_str_eq(item(&p), "total=0.214s;;;0");
	p.warn = &w;
	ck_assert_str_eq(item(&p), "total=0.214s;5;;0");
	p.crit = &c;
	ck_assert_str_eq(item(&p), "total=0.214s;5;7:;0");
	p.max = "60";
	ck_assert_str_eq(item(&p), "total=0.214s;5;7:;0;60");
	p.min = NULL;
	ck_assert_str_eq(item(&p), "total=0.214s;5;7:;;60");
	p.max = NULL;
	ck_assert_str_eq(item(&p), "total=0.214s;5;7:");
	p.crit = NULL;
	ck_assert_str_eq(item(&p), "total=0.214s;5");
	p.warn = NULL, p.crit = &c;
	ck_assert_str_eq(item(&p), "total=0.214s;;7:");
	p.uom = "%", p.crit = NULL;
	ck_assert_str_eq(item(&p), "total=0.214%");
}
END_TEST

START_TEST(test_perfdata_add__one_blank_between_items)
{
	struct buf b = BUF_INIT(100);
	const struct perf p = {.label = "a", .value = 1, .uom = "c"};

	ck_assert_int_eq(perfdata_add(&b, &p), 0);
	ck_assert_int_eq(perfdata_add(&b, &(struct perf){.label = "n", .value = NAN, .uom = ""}),
			 0);
	ck_assert_int_eq(perfdata_add(&b, &p), 0);
	ck_assert_str_eq(buf_str(&b), "a=1c a=1c");
	buf_free(&b);
}
END_TEST

START_TEST(test_perfdata_add__full_buffer_is_unchanged)
{
	const struct range w = {.start = 0, .end = 5};
	const struct perf p = {.label = "abc",
			       .value = 1,
			       .uom = "s",
			       .warn = &w,
			       .crit = &w,
			       .min = "0",
			       .max = "9"};
	const size_t len = strlen(item(&p));

	for (size_t max = 0; max < len; max++) {
		struct buf b = BUF_INIT(max);
		ck_assert_int_eq(perfdata_add(&b, &p), -1);
		ck_assert_str_eq(buf_str(&b), "");
		buf_free(&b);
	}
	for (size_t max = len; max < 2 * len + 1; max++) {
		struct buf b = BUF_INIT(max);
		ck_assert_int_eq(perfdata_add(&b, &p), 0);
		ck_assert_int_eq(perfdata_add(&b, &p), -1);
		ck_assert_str_eq(buf_str(&b), "abc=1s;5;5;0;9");
		buf_free(&b);
	}
}
END_TEST

UNIT_MAIN("perfdata", test_perfdata_value__plain_decimals,
	  test_perfdata_value__largest_double_has_no_exponent,
	  test_perfdata_value__not_finite_is_left_out, test_perfdata_value__dot_in_every_locale,
	  test_perfdata_add__trailing_semicolons_left_off,
	  test_perfdata_add__one_blank_between_items, test_perfdata_add__full_buffer_is_unchanged)
