/* test_new_password.c - random passwords keep the rules of directories, and no two are the same;
 * and what Active Directory is sent */
#include "account/new_password.h"

#include <string.h>

#include "discover/directory_write.h"
#include "unit.h"

static const struct {
	size_t wanted, length;
} lengths[] = {{0, 32}, {32, 32}, {40, 40}, {255, 255}, {256, 255}};

START_TEST(test_new_password__has_all_kinds_of_characters)
{
	struct secret s = {0}, other = {0};
	struct err err = {0};

	for (int run = 0; run < 200; run++) {
		ck_assert_int_eq(new_password(&s, lengths[_i].wanted, &err), 0);
		ck_assert_uint_eq(strlen(s.value), lengths[_i].length);
		ck_assert_ptr_nonnull(strpbrk(s.value, "ABCDEFGHIJKLMNOPQRSTUVWXYZ"));
		ck_assert_ptr_nonnull(strpbrk(s.value, "abcdefghijklmnopqrstuvwxyz"));
		ck_assert_ptr_nonnull(strpbrk(s.value, "0123456789"));
		ck_assert_ptr_nonnull(strpbrk(s.value, "-_"));
		ck_assert_int_ne(s.value[0], '-');
	}
	ck_assert_int_eq(new_password(&other, lengths[_i].wanted, &err), 0);
	ck_assert_str_ne(s.value, other.value);
	secret_free(&s);
	secret_free(&other);
}
END_TEST

static const struct {
	const char *text, *sent; /* sent "": it is no UTF-8 */
	size_t len;
} passwords[] = {
	{"aB", "\"\0a\0B\0\"", 8},
	{"\xc3\xbc\xe2\x82\xac", "\"\0\xfc\0\xac\x20\"", 8},
	{"\xf0\x9f\x8c\xb2", "\"\0\x3c\xd8\x32\xdf\"", 8},
	{"", "\"\0\"", 4},
	{"\xff", "", 0},
	{"a\xc3", "", 0},
	{"\xe2\x82", "", 0},
	{"\x80", "", 0},
};

START_TEST(test_directory_unicode_password)
{
	struct err err = {0};
	struct buf out;

	int rc = directory_unicode_password(passwords[_i].text, &out, &err);
	ck_assert_int_eq(rc, passwords[_i].len ? 0 : -1);
	if (passwords[_i].len) {
		ck_assert_uint_eq(out.len, passwords[_i].len);
		ck_assert_mem_eq(out.data, passwords[_i].sent, out.len - 1);
		ck_assert_int_eq(out.data[out.len - 1], 0);
	} else {
		ck_assert_int_eq(err.kind, ERR_USAGE);
	}
	buf_wipe(&out);
}
END_TEST

UNIT_MAIN_FIXTURE("new_password", NULL, NULL,
		  ROWS(test_new_password__has_all_kinds_of_characters, lengths),
		  ROWS(test_directory_unicode_password, passwords))
