/* test_buf.c - the growing buffer, above all its maximum */
#include "base/buf.h"

#include <stdint.h>
#include <string.h>

#include "unit.h"

START_TEST(test_buf__empty_is_an_empty_string)
{
	struct buf b = BUF_INIT(10);
	struct buf zeroed = {0};

	ck_assert_str_eq(buf_str(&b), "");
	ck_assert_ptr_null(b.data);
	ck_assert_int_eq(buf_append_char(&zeroed, 'x'), -1);
	buf_clear(&zeroed);
	buf_consume(&zeroed, 3);
	buf_truncate(&zeroed, 0);
	buf_wipe(&zeroed);
	buf_free(&zeroed);
	ck_assert_uint_eq(zeroed.len, 0);
}
END_TEST

START_TEST(test_buf_append__terminated_after_every_byte)
{
	struct buf b = BUF_INIT(1000);

	for (size_t i = 0; i < 1000; i++) {
		ck_assert_int_eq(buf_append_char(&b, (char)('a' + i % 26)), 0);
		ck_assert_uint_eq(b.len, i + 1);
		ck_assert_uint_eq(strlen(b.data), i + 1);
	}
	ck_assert_int_eq(b.data[999], 'a' + 999 % 26);
	buf_free(&b);
}
END_TEST

START_TEST(test_buf_append__beyond_the_maximum_changes_nothing)
{
	struct buf b = BUF_INIT(5);

	ck_assert_int_eq(buf_append_str(&b, "abc"), 0);
	ck_assert_int_eq(buf_append_str(&b, "def"), -1);
	ck_assert_int_eq(buf_printf(&b, "%d", 123), -1);
	ck_assert_int_eq(buf_reserve(&b, 3), -1);
	ck_assert_int_eq(buf_reserve(&b, SIZE_MAX), -1);
	ck_assert_str_eq(buf_str(&b), "abc");
	ck_assert_int_eq(buf_append_str(&b, "de"), 0);
	ck_assert_int_eq(buf_append_char(&b, 'f'), -1);
	ck_assert_int_eq(buf_append(&b, "", 0), 0);
	ck_assert_str_eq(buf_str(&b), "abcde");
	buf_free(&b);
}
END_TEST

START_TEST(test_buf_append__keeps_nul_bytes)
{
	struct buf b = BUF_INIT(10);

	ck_assert_int_eq(buf_append(&b, "a\0b", 3), 0);
	ck_assert_uint_eq(b.len, 3);
	ck_assert_mem_eq(b.data, "a\0b", 4);
	buf_free(&b);
}
END_TEST

START_TEST(test_buf_printf__longer_than_what_is_allocated)
{
	struct buf b = BUF_INIT(100000);

	ck_assert_int_eq(buf_printf(&b, "%s", "x"), 0);
	ck_assert_int_eq(buf_printf(&b, "%0*d", 50000, 7), 0);
	ck_assert_uint_eq(b.len, 50001);
	ck_assert_int_eq(b.data[0], 'x');
	ck_assert_int_eq(b.data[50000], '7');
	ck_assert_int_eq(b.data[50001], '\0');
	buf_free(&b);
}
END_TEST

START_TEST(test_buf_consume__from_the_front)
{
	struct buf b = BUF_INIT(100);

	buf_append_str(&b, "hello world");
	buf_consume(&b, 6);
	ck_assert_str_eq(buf_str(&b), "world");
	buf_consume(&b, 0);
	ck_assert_str_eq(buf_str(&b), "world");
	buf_consume(&b, 99);
	ck_assert_str_eq(buf_str(&b), "");
	ck_assert_uint_eq(b.len, 0);
	buf_append_str(&b, "again");
	ck_assert_str_eq(buf_str(&b), "again");
	buf_free(&b);
}
END_TEST

START_TEST(test_buf_truncate__from_the_end)
{
	struct buf b = BUF_INIT(100);

	buf_append_str(&b, "hello");
	buf_truncate(&b, 9);
	ck_assert_str_eq(buf_str(&b), "hello");
	buf_truncate(&b, 2);
	ck_assert_str_eq(buf_str(&b), "he");
	ck_assert_uint_eq(b.len, 2);
	buf_free(&b);
}
END_TEST

START_TEST(test_buf_clear__keeps_the_memory)
{
	struct buf b = BUF_INIT(100);

	buf_append_str(&b, "secret");
	char *before = b.data;
	buf_clear(&b);
	ck_assert_uint_eq(b.len, 0);
	ck_assert_str_eq(buf_str(&b), "");
	buf_append_str(&b, "x");
	ck_assert_ptr_eq(b.data, before);
	buf_wipe(&b);
	ck_assert_ptr_null(b.data);
	ck_assert_uint_eq(b.max, 100);
}
END_TEST

UNIT_MAIN("buf", test_buf__empty_is_an_empty_string, test_buf_append__terminated_after_every_byte,
	  test_buf_append__beyond_the_maximum_changes_nothing, test_buf_append__keeps_nul_bytes,
	  test_buf_printf__longer_than_what_is_allocated, test_buf_consume__from_the_front,
	  test_buf_truncate__from_the_end, test_buf_clear__keeps_the_memory)
