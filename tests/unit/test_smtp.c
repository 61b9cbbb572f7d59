/* test_smtp.c - the pure parts of the dialog: dot-stuffing and the EHLO name */
#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "mail/smtp/smtp.h"

#define COUNT(a) ((int)(sizeof(a) / sizeof((a)[0])))

static const struct {
	const char *message, *sent;
} stuffed[] = {
	{"", ".\r\n"},
	{"a\r\n", "a\r\n.\r\n"},
	{"a", "a\r\n.\r\n"},
	{"a\r", "a\r\r\n.\r\n"},
	{".\r\n", "..\r\n.\r\n"},
	{"..\r\n", "...\r\n.\r\n"},
	{"a\r\n.\r\nb\r\n", "a\r\n..\r\nb\r\n.\r\n"},
	{"a.b\r\n.c\r\n", "a.b\r\n..c\r\n.\r\n"},
	{"a\r\n\r\n.", "a\r\n\r\n..\r\n.\r\n"},
	/* a server that ends lines at LF alone must not see the end either */
	{"a\n.\nb\r\n", "a\n..\nb\r\n.\r\n"},
};

START_TEST(test_smtp_dot_stuff)
{
	struct buf b = BUF_INIT(100);

	ck_assert_int_eq(smtp_dot_stuff(&b, stuffed[_i].message, strlen(stuffed[_i].message)), 0);
	ck_assert_str_eq(buf_str(&b), stuffed[_i].sent);
	buf_free(&b);
}
END_TEST

START_TEST(test_smtp_dot_stuff__fails_when_full)
{
	for (size_t max = 0; max < strlen("..\r\n.\r\n"); max++) {
		struct buf b = BUF_INIT(max);
		ck_assert_int_eq(smtp_dot_stuff(&b, ".\r\n", 3), -1);
		buf_free(&b);
	}
}
END_TEST

static const char *const usable[] = {
	"mx.example.org", "a.b",      "host-1.example",
	"1.example",      "3com.com", "xn--mnchen-3ya.example",
};

START_TEST(test_smtp_name_usable__accepts)
{
	ck_assert(smtp_name_usable(usable[_i]));
}
END_TEST

static const char *const unusable[] = {
	"",
	"localhost",
	"myhost",
	".",
	".example",
	"example.",
	"a..b",
	"-a.example",
	"a-.example",
	"my_host.example",
	"my host.example",
	"192.0.2.1",
	"[192.0.2.1]",
	"m\xc3\xbcnchen.example",
	"a.example\r\nRSET",
	"a234567890123456789012345678901234567890123456789012345678901234.example",
};

START_TEST(test_smtp_name_usable__rejects)
{
	ck_assert(!smtp_name_usable(unusable[_i]));
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("smtp");
	TCase *t = tcase_create("all");

	tcase_add_loop_test(t, test_smtp_dot_stuff, 0, COUNT(stuffed));
	tcase_add_test(t, test_smtp_dot_stuff__fails_when_full);
	tcase_add_loop_test(t, test_smtp_name_usable__accepts, 0, COUNT(usable));
	tcase_add_loop_test(t, test_smtp_name_usable__rejects, 0, COUNT(unusable));
	suite_add_tcase(suite, t);

	SRunner *runner = srunner_create(suite);
	srunner_run_all(runner, CK_ENV);
	int failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
