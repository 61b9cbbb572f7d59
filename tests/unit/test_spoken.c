/* test_spoken.c - what the first bytes of a server tell of what it speaks */
#include "net/spoken.h"

#include <string.h>

#include "unit.h"

static const struct {
	const char *bytes;
	size_t len;
	bool tls;
} rows[] = {
	{"", 0, true},
	{"\x16", 1, true},
	{"\x16\x03", 2, true},
	{"\x15\x03\x00\x00\x02\x02\x28", 7, true}, /* SSL 3.0: an alert of an old server */
	{"\x16\x03\x03\x00\x7a", 5, true},
	{"\x17\x03\x04", 3, true},
	{"\x16\x03\x05", 3, false},
	{"\x16\x03\xff", 3, false},
	{"\x16\x02", 2, false},
	{"\x13\x03", 2, false},
	{"\x19\x03", 2, false},
	{"\x80\x2e\x01", 3, false},
	{"* OK ready", 10, false},
	{"+", 1, false},
};

START_TEST(test_spoken_is_tls__looks_at_type_and_version)
{
	/* no byte behind the end is looked at */
	char bytes[16];

	memset(bytes, 'x', sizeof(bytes));
	memcpy(bytes, rows[_i].bytes, rows[_i].len);
	ck_assert(spoken_is_tls(bytes, rows[_i].len) == rows[_i].tls);
}
END_TEST

static const struct {
	const char *bytes, *hint;
} hints[] = {
	{"* OK [CAPABILITY IMAP4rev1] ready", "plain text or STARTTLS port: -T tls"},
	{"* BYE too many", "plain text or STARTTLS port: -T tls"},
	{"* PREAUTH hello", "plain text or STARTTLS port: -T tls"},
	{"+OK POP3", "plain text or STARTTLS port: -T tls"},
	{"-ERR busy", "plain text or STARTTLS port: -T tls"},
	{"220 mx ESMTP", "plain text or STARTTLS port: -T tls"},
	{"220-mx ESMTP", "plain text or STARTTLS port: -T tls"},
	{"554 no", "plain text or STARTTLS port: -T tls"},
	{"HTTP/1.1 400 Bad Request", "a web server's port"},
	{"<html>", "a web server's port"},
	{"SSH-2.0-OpenSSH_9.2", "an SSH server's port"},
	{"2200 mx", "does this port want plain text or STARTTLS first? see -T"},
	{"220", "does this port want plain text or STARTTLS first? see -T"},
	{"\xff\xfb\x01", "does this port want plain text or STARTTLS first? see -T"},
	{"", "does this port want plain text or STARTTLS first? see -T"},
};

START_TEST(test_spoken_hint__knows_greetings)
{
	ck_assert_str_eq(spoken_hint(hints[_i].bytes, strlen(hints[_i].bytes))->text,
			 hints[_i].hint);
}
END_TEST

START_TEST(test_spoken_other_hint__knows_what_is_no_greeting_of_ours)
{
	static const struct {
		const char *bytes, *id;
	} row[] = {
		{"SSH-2.0-OpenSSH_9.2", "port-of-ssh"},
		{"HTTP/1.1 400 x", "port-of-web"},
		{"<html>", "port-of-web"},
		{"+OK ready", "port-of-another"},
		{"* OK ready", "port-of-another"},
		{"220 mx ESMTP", "port-of-another"},
		{"hello", NULL},
		{"", NULL},
	};

	for (size_t i = 0; i < sizeof(row) / sizeof(row[0]); i++) {
		const struct hint *hint = spoken_other_hint(row[i].bytes, strlen(row[i].bytes));
		ck_assert(row[i].id ? hint && !strcmp(hint->id, row[i].id) : !hint);
	}
}
END_TEST

UNIT_MAIN_FIXTURE("spoken", NULL, NULL, ROWS(test_spoken_is_tls__looks_at_type_and_version, rows),
		  ROWS(test_spoken_hint__knows_greetings, hints),
		  ONCE(test_spoken_other_hint__knows_what_is_no_greeting_of_ours))
