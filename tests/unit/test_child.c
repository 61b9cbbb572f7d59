/* test_child.c - what a program is told on its standard input, and nothing besides */
#include "base/child.h"

#include <string.h>

#include "base/clock.h"
#include "unit.h"

/* What "cat" has heard then, to be wiped by child_stop. */
static void hear(struct child *c, const char *input)
{
	char *const argv[] = {(char[]){"cat"}, NULL};
	int64_t now_us = clock_us();
	struct err err = {0};

	ck_assert_int_eq(child_start_told(c, argv, CHILD_ERRORS_DROPPED, 8192, input, &err), 0);
	ck_assert_int_eq(child_hear(c, now_us, now_us + 20 * US_PER_S, &err), 0);
}

START_TEST(test_child_start_told__all_of_it_and_the_end)
{
	char most[4096 + 1] = "";
	const char *const inputs[] = {"secret\n", "", most};
	struct child c;

	memset(most, 'x', sizeof(most) - 1);
	for (size_t i = 0; i < 3; i++) {
		hear(&c, inputs[i]);
		ck_assert_str_eq(buf_str(&c.said), inputs[i]);
		child_stop(&c);
	}
	hear(&c, NULL);
	ck_assert_uint_eq(c.said.len, 0);
	child_stop(&c);
}
END_TEST

/* It may end without having read anything: that is its own affair. */
START_TEST(test_child_start_told__nobody_has_to_read_it)
{
	char *const argv[] = {(char[]){"true"}, NULL};
	int64_t now_us = clock_us();
	struct err err = {0};
	struct child c;

	ck_assert_int_eq(child_start_told(&c, argv, CHILD_ERRORS_DROPPED, 1, "secret", &err), 0);
	ck_assert_int_eq(child_hear(&c, now_us, now_us + 20 * US_PER_S, &err), 0);
	child_stop(&c);
}
END_TEST

UNIT_MAIN("child", test_child_start_told__all_of_it_and_the_end,
	  test_child_start_told__nobody_has_to_read_it)
