/* test_imap_quota.c - whether a mailbox is full, by what QUOTA responses say */
#include "mail/imap/imap_quota.h"

#include "unit.h"

static const struct {
	const char *rest;
	int rc;
	const char *words; /* NULL: not full */
} rows[] = {
	{"\"\" (STORAGE 10240 10240)", 0, "mailbox is over its quota: 10,240 of 10,240 KiB"},
	{"\"User quota\" (STORAGE 7 512)", 0, NULL},
	{"root (STORAGE 508 512)", 0, NULL},
	{"root (STORAGE 510 512)", 0, "mailbox is full: 510 of 512 KiB"},
	{"root (storage 7 512 MESSAGE 1000 1000)", 0,
	 "mailbox is over its quota: 1,000 of 1,000 messages"},
	{"root (MESSAGE 999 1000)", 0, NULL},
	{"{4}\r\nroot (STORAGE 9223372036854775807 1)", 0,
	 "mailbox is over its quota: 9,223,372,036,854,775,807 of 1 KiB"},
	{"root (STORAGE 0 0)", 0, NULL},
	{"root (MAILBOX 9 1)", 0, NULL},
	{"root ()", 0, NULL},
	{"root (STORAGE 1000005 1000000)", 0,
	 "mailbox is over its quota: 1,000,005 of 1,000,000 KiB"},
	{"", -1, NULL},
	{"root", -1, NULL},
	{"root (", -1, NULL},
	{"root (STORAGE", -1, NULL},
	{"root (STORAGE 5 5", -1, "mailbox is over its quota: 5 of 5 KiB"},
	{"root (STORAGE -1 5)", -1, NULL},
	{"root (STORAGE 9223372036854775808 1)", -1, NULL},
	{"root (\"STORAGE\" 5 5)", -1, NULL},
	{"root ((STORAGE 5 5))", -1, NULL},
};

START_TEST(test_imap_parse_quota__full_or_not)
{
	struct imap_quota quota = {0};
	struct buf b = BUF_INIT(100);

	ck_assert_int_eq(imap_parse_quota(span_of(rows[_i].rest), &quota), rows[_i].rc);
	ck_assert_int_eq(quota.full, rows[_i].words != NULL);
	if (quota.full) {
		ck_assert_int_eq(imap_quota_format(&quota, &b), 0);
		ck_assert_str_eq(buf_str(&b), rows[_i].words);
	}
	buf_free(&b);
}
END_TEST

START_TEST(test_imap_parse_quota__the_first_that_is_full_stays)
{
	struct imap_quota quota = {0};

	ck_assert_int_eq(imap_parse_quota(span_of("a (STORAGE 5 5 MESSAGE 9 9)"), &quota), 0);
	ck_assert_int_eq(imap_parse_quota(span_of("b (STORAGE 8 8)"), &quota), 0);
	ck_assert(quota.full && !quota.messages);
	ck_assert_uint_eq(quota.limit, 5);
}
END_TEST

UNIT_MAIN_FIXTURE("imap_quota", NULL, NULL, ROWS(test_imap_parse_quota__full_or_not, rows),
		  ONCE(test_imap_parse_quota__the_first_that_is_full_stays))
