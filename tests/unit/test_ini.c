/* test_ini.c - what is read of an ini file, and which lines are none of one */
#include "base/ini.h"

#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/buf.h"
#include "unit.h"

enum { FILE_BYTES = 64 * 1024 };

void *__real_dlopen(const char *name, int flags);
void *__wrap_dlopen(const char *name, int flags);

static bool is_missing;

void *__wrap_dlopen(const char *name, int flags)
{
	ck_assert_int_eq(strncmp(name, "libinih.so.", 11), 0);
	return __real_dlopen(is_missing ? "libinih-that-is-not-there.so.0" : name, flags);
}

/* LINE [SECTION] or LINE SECTION/KEY=VALUE; a key "refused" is. */
static int note(void *ctx, size_t line, const char *section, const char *key, const char *value,
		struct err *err)
{
	struct buf *seen = ctx;

	buf_printf(seen, key ? "%zu %s/" : "%zu [%s]", line, section ? section : "");
	buf_printf(seen, "%s%s%s;", key ? key : "", value ? "=" : "", value ? value : "");
	return key && !strcmp(key, "refused") ? err_set(err, ERR_USAGE, "what it is not") : 0;
}

typedef int read_fn(const char *path, size_t max, const struct limit *limit, ini_fn *fn, void *ctx,
		    size_t *lines_r, struct err *err);

/* What was seen, and behind it what was wrong, and where. */
static void check(read_fn *read, const char *text, const char *expected, size_t lines)
{
	char path[] = "/tmp/mailflow-ini-XXXXXX";
	struct buf seen = BUF_INIT(FILE_BYTES);
	struct err err = {0};
	size_t count = 0;
	int fd = mkstemp(path);

	ck_assert_int_ge(fd, 0);
	ck_assert_int_eq(write(fd, text, strlen(text)), (ssize_t)strlen(text));
	close(fd);
	int rc = read(path, FILE_BYTES, NULL, note, &seen, &count, &err);
	unlink(path);
	ck_assert_int_eq(rc, err.kind == ERR_NONE ? 0 : -1);
	if (rc) {
		ck_assert_int_eq(err.kind, ERR_USAGE);
		ck_assert_msg(!strncmp(err.text, path, strlen(path)), "%s", err.text);
		buf_append_str(&seen, err.text + strlen(path));
	}
	ck_assert_str_eq(buf_str(&seen), expected);
	ck_assert_uint_eq(count, lines);
	buf_free(&seen);
}

static const struct {
	const char *text, *expected;
	size_t lines;
} files[] = {
	{"", "", 0},
	{"\n", "", 1},
	{"[a]\nb = c\n", "1 [a];2 a/b=c;", 2},
	{"[a]\r\nb=c\r\n", "1 [a];2 a/b=c;", 2},
	{"[a]\nb=c", "1 [a];2 a/b=c;", 2},
	{"\xef\xbb\xbf[a]\nb=c\n", "1 [a];2 a/b=c;", 2},
	{"\n\n \t [ a b ] behind\n\v key of it\t:\f value of it \n",
	 "3 [a b];4 a b/key of it=value of it;", 4},
	/* what is no comment, no quote and no end of a value */
	{"[a]\nb = \"c;d\" # 'e\\\n c=d", "1 [a];2 a/b=\"c;d\" # 'e\\;3 a/c=d;", 3},
	{"[a]\nb = c = d : e\n", "1 [a];2 a/b=c = d : e;", 2},
	{"[a]\nb : c = d\n", "1 [a];2 a/b=c = d;", 2},
	{"[a]\nb =\nb\n", "1 [a];2 a/b=;3 a/b;", 3},
	{"# b = c\n ; [a]\n[a]\n# b\n  ;c\n", "3 [a];", 5},
	{"[a]\n[b]\n[a]\n", "1 [a];2 [b];3 [a];", 3},
	{"b = c\n", " line 1: no [section] before it", 1},
	{"b\n", " line 1: no [section] before it", 1},
	{"[ ]\nb = c\n", "1 []; line 2: no [section] before it", 2},
	{"[a]\n = c\n", "1 [a]; line 2: no name before '='", 2},
	{"[a]\n\n [b\nc=d\n", "1 [a]; line 3: neither [section] nor name = value nor comment", 3},
	{"[a]\nrefused = b\nc = d\n", "1 [a];2 a/refused=b; line 2: what it is not", 2},
};

START_TEST(test_ini_read)
{
	check(ini_read, files[_i].text, files[_i].expected, files[_i].lines);
}
END_TEST

START_TEST(test_ini_read__long_names_and_values)
{
	char text[4300], expected[4300];

	snprintf(text, sizeof(text), "[%060d]\n%060d = %04000d\n", 1, 2, 3);
	snprintf(expected, sizeof(expected), "1 [%060d];2 %060d/%060d=%04000d;", 1, 1, 2, 3);
	check(ini_read, text, expected, 2);
}
END_TEST

START_TEST(test_ini_read_bare__lines_before_a_section)
{
	check(ini_read_bare, " a:b \n# c\nd e\n[f]\ng\n", "1 /a:b;3 /d e;4 [f];5 f/g;", 5);
	check(ini_read_bare, "a\nb = c\n", "1 /a; line 2: no [section] before it", 2);
}
END_TEST

START_TEST(test_ini_read__says_what_to_install)
{
	struct err err = {0};

	is_missing = true;
	ck_assert_int_eq(ini_read("/dev/null", FILE_BYTES, NULL, note, NULL, NULL, &err), -1);
	ck_assert_int_eq(err.kind, ERR_LOCAL);
	ck_assert_ptr_nonnull(strstr(err.text, "inih cannot be loaded: "));
	ck_assert_ptr_nonnull(strstr(err.hint, "libinih1"));
	is_missing = false;
}
END_TEST

UNIT_MAIN_FIXTURE("ini", NULL, NULL, ROWS(test_ini_read, files),
		  ONCE(test_ini_read__long_names_and_values),
		  ONCE(test_ini_read__says_what_to_install),
		  ONCE(test_ini_read_bare__lines_before_a_section))
