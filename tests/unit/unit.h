/* unit.h - the main function of a unit test program: one suite, each test in a process of its own
 */
#ifndef MAILFLOW_UNIT_H
#define MAILFLOW_UNIT_H

#include <check.h>
#include <stdlib.h>

#include "../descriptors.h"

#define UNIT_MAIN(suite, ...) UNIT_MAIN_SETUP(suite, NULL, __VA_ARGS__)

/* The same with a function that is called before each test, which may share its process with the
 * others (CK_FORK=no). */
#define UNIT_MAIN_SETUP(suite, setup, ...)                                                         \
	int main(void)                                                                             \
	{                                                                                          \
		const TTest *const tests[] = {__VA_ARGS__};                                        \
		return unit_run(suite, setup, tests, sizeof(tests) / sizeof(tests[0]));            \
	}

/* The same with fixtures (may be NULL), and with tests that are run several times: ONCE(test),
 * TIMES(test, count), or ROWS(test, table), where the test finds the number of the run, from 0 on,
 * which is the row's index, in _i. */
#define UNIT_MAIN_FIXTURE(suite, setup, teardown, ...)                                             \
	int main(void)                                                                             \
	{                                                                                          \
		const struct unit_case cases[] = {__VA_ARGS__};                                    \
		return unit_run_cases(suite, setup, teardown, cases,                               \
				      sizeof(cases) / sizeof(cases[0]));                           \
	}

#define TIMES(name, count)                                                                         \
	{                                                                                          \
		.test = name, .runs = count                                                        \
	}
#define ONCE(name)        TIMES(name, 1)
#define ROWS(name, table) TIMES(name, sizeof(table) / sizeof((table)[0]))

struct unit_case {
	const TTest *test;
	size_t runs;
};

static int unit_descriptors;

static inline void unit_count_descriptors(void)
{
	unit_descriptors = descriptors_open();
}

/* Fails a test that has left one open. */
static inline void unit_compare_descriptors(void)
{
	ck_assert_int_eq(descriptors_open(), unit_descriptors);
}

static inline int unit_run_cases(const char *suite, SFun setup, SFun teardown,
				 const struct unit_case *cases, size_t count)
{
	Suite *s = suite_create(suite);
	TCase *tc = tcase_create(suite);

	tcase_set_timeout(tc, 60);
	tcase_add_checked_fixture(tc, unit_count_descriptors, unit_compare_descriptors);
	tcase_add_checked_fixture(tc, setup, teardown);
	suite_add_tcase(s, tc);
	for (size_t i = 0; i < count; i++)
		tcase_add_loop_test(tc, cases[i].test, 0, (int)cases[i].runs);
	SRunner *runner = srunner_create(s);
	srunner_run_all(runner, CK_NORMAL);
	int failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}

static inline int unit_run(const char *suite, SFun setup, const TTest *const *tests, size_t count)
{
	struct unit_case *cases = calloc(count, sizeof(*cases));

	for (size_t i = 0; i < count; i++)
		cases[i] = (struct unit_case)ONCE(tests[i]);
	int rc = unit_run_cases(suite, setup, NULL, cases, count);
	free(cases);
	return rc;
}

#endif
