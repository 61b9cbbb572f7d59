/* test_noise.c - what is left out of a server's words, and what is not */
#include "report/noise.h"

#include <stdio.h>

#include "unit.h"

static const struct {
	const char *before, *after;
} left_out[] = {
	{"RCPT TO \"550 5.1.1 <a@b.example>: Recipient address rejected: User unknown\"",
	 "RCPT TO \"550 5.1.1 User unknown\""},
	{"\"550 5.1.1 <a@b.example>... User unknown\"", "\"550 5.1.1 User unknown\""},
	{"\"NO [NONEXISTENT] Mailbox doesn't exist: x (0.001 + 0.000 secs).\"",
	 "\"NO [NONEXISTENT] Mailbox doesn't exist: x.\""},
	{"\"NO failed (0.001 + 0.000 + 0.002 secs).\"", "\"NO failed.\""},
	{"\"-ERR [AUTH] wrong [mail:fe-12.example]\"", "\"-ERR [AUTH] wrong\""},
	{"host name mail.example.org does not exist", "does not exist"},
	{"host name mail.example.org does not exist, or has no IPv6 address",
	 "does not exist, or has no IPv6 address"},
	{"host name mail.example.org has no address", "has no address"},
	{"resolver does not answer for host name mail.example.org", "resolver does not answer"},
	{"resolver failed for host name mail.example.org: Too many open files",
	 "resolver failed: Too many open files"},
	/* nothing else would be said, or it is not what it looks like */
	{"\"450 4.2.0 Recipient address rejected: \"",
	 "\"450 4.2.0 Recipient address rejected: \""},
	{"\"550 Recipient address rejected\"", "\"550 Recipient address rejected\""},
	{"\"553 <a@b.example> not owned by user\"", "\"553 <a@b.example> not owned by user\""},
	{"\"554 <host>: denied\"", "\"554 <host>: denied\""},
	{"\"554 <a@b.example: denied\"", "\"554 <a@b.example: denied\""},
	{"\"NO (busy) wait (10 secs)\"", "\"NO (busy) wait (10 secs)\""},
	{"\"NO (busy 10 secs)\"", "\"NO (busy 10 secs)\""},
	{"\"NO [mail:\"", "\"NO [mail:\""},
	{"\"550 host name does not match\"", "\"550 host name does not match\""},
	{"\"550 no MX for host name here\"", "\"550 no MX for host name here\""},
	{"", ""},
};

START_TEST(test_noise_leave_out__what_tells_nothing)
{
	char text[128];

	snprintf(text, sizeof(text), "%s", left_out[_i].before);
	noise_leave_out(text);
	ck_assert_str_eq(text, left_out[_i].after);
}
END_TEST

UNIT_MAIN_FIXTURE("noise", NULL, NULL, ROWS(test_noise_leave_out__what_tells_nothing, left_out))
