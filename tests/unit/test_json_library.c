/* test_json_library.c - a machine without jansson: -o json is refused before any test */
#include "unit.h"

#include <dlfcn.h>
#include <string.h>

#include "report/report.h"

void *__real_dlopen(const char *name, int flags);
void *__wrap_dlopen(const char *name, int flags);

static bool is_missing;

void *__wrap_dlopen(const char *name, int flags)
{
	ck_assert_int_eq(strncmp(name, "libjansson.so.", 14), 0);
	return __real_dlopen(is_missing ? "libjansson-that-is-not-there.so.0" : name, flags);
}

START_TEST(test_report_json_ready__says_what_to_install)
{
	const struct report_format *format = report_find("json");
	struct err err = {0};

	is_missing = true;
	ck_assert_int_eq(format->ready(&err), -1);
	ck_assert_int_eq(err.kind, ERR_LOCAL);
	ck_assert_ptr_nonnull(strstr(err.text, "jansson cannot be loaded: "));
	ck_assert_ptr_nonnull(strstr(err.hint, "libjansson4"));
	is_missing = false;
	err = (struct err){0};
	ck_assert_int_eq(format->ready(&err), 0);
	ck_assert_int_eq(format->ready(&err), 0);
}
END_TEST

UNIT_MAIN("json_library", test_report_json_ready__says_what_to_install)
