/* test_imap_quote.c - strings as IMAP commands take them */
#include "mail/imap/imap_quote.h"

#include <string.h>

#include "unit.h"

START_TEST(test_imap_can_quote__printable_ascii_only)
{
	ck_assert(imap_can_quote(""));
	ck_assert(imap_can_quote("a b\"c\\d~!"));
	ck_assert(!imap_can_quote("a\rb"));
	ck_assert(!imap_can_quote("a\nb"));
	ck_assert(!imap_can_quote("a\tb"));
	ck_assert(!imap_can_quote("a\x7f"));
	ck_assert(!imap_can_quote("\xc3\xa4"));
	ck_assert(!imap_can_quote("\x80"));
}
END_TEST

START_TEST(test_imap_check_name__what_a_command_can_carry)
{
	char name[IMAP_NAME_SIZE + 1];
	struct err err = {0};

	memset(name, '\\', IMAP_NAME_SIZE);
	name[IMAP_NAME_SIZE - 1] = '\0';
	ck_assert_int_eq(imap_check_name(name, &err), 0);
	name[IMAP_NAME_SIZE - 1] = 'x';
	name[IMAP_NAME_SIZE] = '\0';
	ck_assert_int_eq(imap_check_name(name, &err), -1);
	ck_assert_str_eq(err.text, "name too long");
	ck_assert_int_eq(imap_check_name("Entw\xc3\xbcrfe", &err), -1);
	ck_assert_int_eq(err.kind, ERR_USAGE);
}
END_TEST

static const struct {
	const char *text, *quoted;
} quoted[] = {
	{"", "\"\""},       {"INBOX", "\"INBOX\""},       {"a b", "\"a b\""},
	{"\"", "\"\\\"\""}, {"a\\b\"", "\"a\\\\b\\\"\""},
};

START_TEST(test_imap_quote__escapes_quotes_and_backslashes)
{
	struct buf b = BUF_INIT(32);

	ck_assert_int_eq(imap_quote(&b, quoted[_i].text), 0);
	ck_assert_str_eq(buf_str(&b), quoted[_i].quoted);
	buf_free(&b);
}
END_TEST

START_TEST(test_imap_quote__fails_when_full)
{
	for (size_t max = 0; max < strlen("\"\\\"x\""); max++) {
		struct buf b = BUF_INIT(max);
		ck_assert_int_eq(imap_quote(&b, "\"x"), -1);
		buf_free(&b);
	}
}
END_TEST

UNIT_MAIN_FIXTURE("imap_quote", NULL, NULL, ONCE(test_imap_can_quote__printable_ascii_only),
		  ONCE(test_imap_check_name__what_a_command_can_carry),
		  ROWS(test_imap_quote__escapes_quotes_and_backslashes, quoted),
		  ONCE(test_imap_quote__fails_when_full))
