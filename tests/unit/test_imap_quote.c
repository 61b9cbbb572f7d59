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
		  ROWS(test_imap_quote__escapes_quotes_and_backslashes, quoted),
		  ONCE(test_imap_quote__fails_when_full))
