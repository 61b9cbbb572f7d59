/* unit.h - the main function of a unit test program: one suite, each test in a process of its own
 */
#ifndef MAILFLOW_UNIT_H
#define MAILFLOW_UNIT_H

#include <check.h>
#include <stdlib.h>

#define UNIT_MAIN(suite, ...)                                                                      \
	int main(void)                                                                             \
	{                                                                                          \
		const TTest *const tests[] = {__VA_ARGS__};                                        \
		return unit_run(suite, tests, sizeof(tests) / sizeof(tests[0]));                   \
	}

static inline int unit_run(const char *suite, const TTest *const *tests, size_t count)
{
	Suite *s = suite_create(suite);
	TCase *tc = tcase_create(suite);

	tcase_set_timeout(tc, 60);
	suite_add_tcase(s, tc);
	for (size_t i = 0; i < count; i++)
		tcase_add_test(tc, tests[i]);
	SRunner *runner = srunner_create(s);
	srunner_run_all(runner, CK_NORMAL);
	int failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}

#endif
