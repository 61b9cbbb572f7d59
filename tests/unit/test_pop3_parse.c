/* test_pop3_parse.c - POP3 replies, numbers, capabilities, timestamps, and what refusals mean */
#include <stdio.h>
#include <string.h>

#include "mail/pop3/pop3_parse.h"
#include "unit.h"

static void assert_span(struct span s, const char *expected)
{
	ck_assert_msg(s.len == strlen(expected) && (!s.len || !memcmp(s.at, expected, s.len)),
		      "\"%.*s\", not \"%s\"", (int)s.len, s.at, expected);
}

/* ---- replies ---- */

static const struct {
	const char *line;
	enum pop3_status status;
	const char *code, *text;
} replies[] = {
	{"+OK", POP3_OK, "", ""},
	{"+OK ", POP3_OK, "", ""},
	{"+OK POP3 ready", POP3_OK, "", "POP3 ready"},
	{"+OK\tPOP3 ready", POP3_OK, "", "POP3 ready"},
	{"+OK 2 320", POP3_OK, "", "2 320"},
	{"+OK\r", POP3_OK, "", ""},
	{"+OK 2 320\r\r", POP3_OK, "", "2 320"},
	{"-ERR", POP3_ERR, "", ""},
	{"-ERR no such message", POP3_ERR, "", "no such message"},
	{"-ERR [IN-USE] locked", POP3_ERR, "IN-USE", "locked"},
	{"-ERR [SYS/TEMP] try again", POP3_ERR, "SYS/TEMP", "try again"},
	{"-ERR [AUTH]", POP3_ERR, "AUTH", ""},
	{"-ERR [AUTH]wrong", POP3_ERR, "AUTH", "wrong"},
	{"-ERR [] empty", POP3_ERR, "", "empty"},
	{"-ERR [IN-USE locked", POP3_ERR, "", "[IN-USE locked"},
	{"-ERR wrong [AUTH]", POP3_ERR, "", "wrong [AUTH]"},
	{"+", POP3_CONTINUATION, "", ""},
	{"+ ", POP3_CONTINUATION, "", ""},
	{"+ UGFzc3dvcmQ6", POP3_CONTINUATION, "", "UGFzc3dvcmQ6"},
	{"+ [AUTH] is base64 here", POP3_CONTINUATION, "", "[AUTH] is base64 here"},
};

START_TEST(test_pop3_parse_reply)
{
	struct pop3_reply r;
	const char *line = replies[_i].line;

	ck_assert_int_eq(pop3_parse_reply(line, strlen(line), &r), 0);
	ck_assert_int_eq(r.status, replies[_i].status);
	ck_assert_ptr_eq(r.words.at, line);
	ck_assert_uint_eq(r.words.len, strcspn(line, "\r"));
	assert_span(r.code, replies[_i].code);
	assert_span(r.text, replies[_i].text);
}
END_TEST

static const char *const no_replies[] = {
	"",
	" ",
	"OK",
	"ERR",
	"+OKAY",
	"+OK:",
	"-ERROR",
	"-ER",
	"- ERR",
	"+ok",
	"-err",
	"+Ok ready",
	" +OK",
	"* OK ready",
	"220 smtp ready",
	"++",
	"+OK\1",
	".",
	"HTTP/1.1 400 Bad Request",
};

START_TEST(test_pop3_parse_reply__rejects)
{
	struct pop3_reply r;

	ck_assert_int_eq(pop3_parse_reply(no_replies[_i], strlen(no_replies[_i]), &r), -1);
}
END_TEST

/* Nothing behind the end is looked at. */
START_TEST(test_pop3_parse_reply__stops_at_the_end)
{
	struct pop3_reply r;

	ck_assert_int_eq(pop3_parse_reply("+OKAY", 3, &r), 0);
	ck_assert_int_eq(pop3_parse_reply("-ERR [IN-USE] x", strlen("-ERR [IN-USE"), &r), 0);
	ck_assert_uint_eq(r.code.len, 0);
	ck_assert_int_eq(pop3_parse_reply("-ERR", 3, &r), -1);
}
END_TEST

static const struct {
	const char *line;
	bool ends;
	const char *rest;
} lines[] = {
	{".", true, "."},
	{"", false, ""},
	{".\r", true, "."},
	{"a\r\r", false, "a"},
	{"..\r", false, "."},
	{"\r", false, ""},
	{"..", false, "."},
	{"...", false, ".."},
	{". ", false, " "},
	{".hidden", false, "hidden"},
	{"a.", false, "a."},
	{" .", false, " ."},
	{"-ERR late", false, "-ERR late"},
};

START_TEST(test_pop3_line_ends)
{
	struct span s = span_of(lines[_i].line);

	ck_assert_int_eq(pop3_line_ends(&s), lines[_i].ends);
	assert_span(s, lines[_i].rest);
}
END_TEST

/* ---- numbers ---- */

static const struct {
	const char *text;
	uint32_t messages;
	uint64_t size;
} stats[] = {
	{"0 0", 0, 0},
	{"2 320", 2, 320},
	{"2 320 and more", 2, 320},
	{"2  320", 2, 320},
	{" 2 320 ", 2, 320},
	{"20000 9007199254740992", 20000, UINT64_C(9007199254740992)},
	{"4294967295 1", UINT32_MAX, 1},
};

START_TEST(test_pop3_parse_stat)
{
	uint32_t messages = 7;
	uint64_t size = 7;

	ck_assert_int_eq(pop3_parse_stat(span_of(stats[_i].text), &messages, &size), 0);
	ck_assert_uint_eq(messages, stats[_i].messages);
	ck_assert_uint_eq(size, stats[_i].size);
}
END_TEST

static const char *const no_stats[] = {
	"",
	" ",
	"2",
	"2 ",
	"-1 320",
	"2 -320",
	"+2 320",
	"2 +320",
	"2.0 320",
	"0x2 320",
	"two 320",
	"2 many",
	"2,320",
	"4294967296 1",
	"99999999999999999999 1",
	"1 9007199254740993",
	"1 99999999999999999999",
	"1 18446744073709551616",
	"messages 2 320",
	"2 320B",
};

START_TEST(test_pop3_parse_stat__rejects)
{
	uint32_t messages = 7;
	uint64_t size = 7;

	ck_assert_int_eq(pop3_parse_stat(span_of(no_stats[_i]), &messages, &size), -1);
	ck_assert_uint_eq(messages, 7);
	ck_assert_uint_eq(size, 7);
}
END_TEST

static const struct {
	const char *text;
	int messages; /* -1: it cannot be */
} counts[] = {
	{"3", 3},
	{"3 messages", 3},
	{"3 messages (320 octets)", 3},
	{"20437 -1610612736", 20437},
	{"", -1},
	{"three", -1},
	{"-3", -1},
	{"4294967296", -1},
	{"2 99999999999999999999", -1},
};

START_TEST(test_pop3_parse_stat_count)
{
	uint32_t messages = 7;
	int rc = pop3_parse_stat_count(span_of(counts[_i].text), &messages);

	ck_assert_int_eq(rc, counts[_i].messages < 0 ? -1 : 0);
	ck_assert_int_eq((int)messages, rc ? 7 : counts[_i].messages);
}
END_TEST

START_TEST(test_pop3_parse_list__has_no_message_0)
{
	uint32_t number;
	uint64_t size;

	ck_assert_int_eq(pop3_parse_list(span_of("1 0"), &number, &size), 0);
	ck_assert_int_eq(pop3_parse_list(span_of("0 120"), &number, &size), -1);
}
END_TEST

START_TEST(test_pop3_parse_uidl)
{
	uint32_t number;
	struct span uid;

	ck_assert_int_eq(pop3_parse_uidl(span_of("2 whqtswO00WBw418f9t5JxYwZ"), &number, &uid), 0);
	ck_assert_uint_eq(number, 2);
	assert_span(uid, "whqtswO00WBw418f9t5JxYwZ");
	ck_assert_int_eq(pop3_parse_uidl(span_of("3  a b"), &number, &uid), 0);
	assert_span(uid, "a");
}
END_TEST

static const char *const no_uidls[] = {"", "2", "2 ", "0 x", "-1 x", "x 2", "4294967296 x", "2x y"};

START_TEST(test_pop3_parse_uidl__rejects)
{
	uint32_t number;
	struct span uid;

	ck_assert_int_eq(pop3_parse_uidl(span_of(no_uidls[_i]), &number, &uid), -1);
}
END_TEST

START_TEST(test_pop3_parse_uidl__bounds_the_length)
{
	char line[300];
	uint32_t number;
	struct span uid;

	snprintf(line, sizeof(line), "1 %0255d", 1);
	ck_assert_int_eq(pop3_parse_uidl(span_of(line), &number, &uid), 0);
	snprintf(line, sizeof(line), "1 %0256d", 1);
	ck_assert_int_eq(pop3_parse_uidl(span_of(line), &number, &uid), -1);
}
END_TEST

/* Answers to "LIST 4" */
static const struct {
	const char *text;
	int rc;
	uint64_t size;
} list_answers[] = {
	{"4 120", 1, 120},
	{"4 120 octets", 1, 120},
	{"120", 1, 120},
	{"", 0, 0},
	{"5 messages (320 octets)", 0, 0},
	{"message 4 has 120 octets", 0, 0},
	{"scan listing follows", 0, 0},
	{"3 120", -1, 0},
	{"4 -5", -1, 0},
	{"4 99999999999999999999", -1, 0},
	{"99999999999999999999", -1, 0},
	{"0 120", -1, 0},
};

START_TEST(test_pop3_parse_list_answer)
{
	uint64_t size = 0;

	ck_assert_int_eq(pop3_parse_list_answer(span_of(list_answers[_i].text), 4, &size),
			 list_answers[_i].rc);
	if (list_answers[_i].rc > 0)
		ck_assert_uint_eq(size, list_answers[_i].size);
}
END_TEST

/* Answers to "UIDL 4" */
static const struct {
	const char *text;
	int rc;
	const char *uid;
} uidl_answers[] = {
	{"4 abc", 1, "abc"},
	{"4  abc def", 1, "abc"},
	{"abc", 1, "abc"},
	{"4711", 1, "4711"},
	{"", 0, NULL},
	{"unique-id listing follows", 0, NULL},
	{"3 abc", -1, NULL},
	{"4", -1, NULL},
	{"4294967296 abc", -1, NULL},
	{"0 abc", -1, NULL},
};

START_TEST(test_pop3_parse_uidl_answer)
{
	struct span uid;

	ck_assert_int_eq(pop3_parse_uidl_answer(span_of(uidl_answers[_i].text), 4, &uid),
			 uidl_answers[_i].rc);
	if (uidl_answers[_i].rc > 0)
		assert_span(uid, uidl_answers[_i].uid);
}
END_TEST

START_TEST(test_pop3_number_impossible)
{
	static const char *const odd[] = {"", "x 1", "1", "1 a", "4294967295 a", "-1 a"};
	static const char *const impossible[] = {"0 a", "4294967296 a", "99999999999999999999"};

	for (size_t i = 0; i < sizeof(odd) / sizeof(odd[0]); i++)
		ck_assert_msg(!pop3_number_impossible(span_of(odd[i])), "%s", odd[i]);
	for (size_t i = 0; i < sizeof(impossible) / sizeof(impossible[0]); i++)
		ck_assert_msg(pop3_number_impossible(span_of(impossible[i])), "%s", impossible[i]);
}
END_TEST

START_TEST(test_pop3_uid_compare__follows_counters)
{
	static const char *const ascending[] = {"1",  "9",  "0a",      "10",
						"11", "1a", "UID9-17", "UID10-17"};
	const size_t count = sizeof(ascending) / sizeof(ascending[0]);

	for (size_t i = 0; i < count; i++)
		for (size_t k = 0; k < count; k++) {
			int order = pop3_uid_compare(span_of(ascending[i]), span_of(ascending[k]));
			ck_assert_msg(i < k   ? order < 0
				      : i > k ? order > 0
					      : order == 0,
				      "%s and %s", ascending[i], ascending[k]);
		}
}
END_TEST

/* ---- capabilities ---- */

static void parse_all(struct pop3_capabilities *caps, const char *const *line)
{
	*caps = (struct pop3_capabilities){0};
	for (; *line; line++)
		pop3_parse_capability(span_of(*line), caps);
}

START_TEST(test_pop3_parse_capability)
{
	static const char *const dovecot[] = {
		"CAPA",           "TOP",  "UIDL", "RESP-CODES",       "PIPELINING",
		"AUTH-RESP-CODE", "STLS", "USER", "SASL PLAIN LOGIN", NULL};
	static const char *const gmail[] = {
		"USER",      "EXPIRE 0", "LOGIN-DELAY 300", "X-GOOGLE-RICO", "SASL PLAIN XOAUTH2",
		"UTF8 USER", NULL};
	struct pop3_capabilities caps;

	parse_all(&caps, dovecot);
	ck_assert(caps.top && caps.uidl && caps.pipelining && caps.auth_resp_code && caps.stls &&
		  caps.user);
	ck_assert(!caps.utf8);
	ck_assert_str_eq(caps.mechanisms, "PLAIN LOGIN");
	parse_all(&caps, gmail);
	ck_assert(caps.user && caps.utf8 && !caps.top && !caps.stls && !caps.pipelining);
	ck_assert_uint_eq(caps.login_delay_s, 300);
	ck_assert_str_eq(caps.mechanisms, "PLAIN XOAUTH2");
}
END_TEST

START_TEST(test_pop3_parse_capability__in_any_case_and_whole_words)
{
	static const char *const odd[] = {
		"stls",    " top", "sasl plain",       "SASL", "SASL login", "UIDLX",
		"NO USER", "",     "LOGIN-DELAY soon", NULL};
	struct pop3_capabilities caps;

	parse_all(&caps, odd);
	ck_assert(caps.stls && caps.top && !caps.uidl && !caps.user);
	ck_assert_uint_eq(caps.login_delay_s, 0);
	ck_assert_str_eq(caps.mechanisms, "PLAIN LOGIN");
}
END_TEST

/* ---- APOP ---- */

static const struct {
	const char *greeting, *timestamp;
} timestamps[] = {
	{"+OK POP3 server ready <1896.697170952@dbc.mtview.ca.us>",
	 "<1896.697170952@dbc.mtview.ca.us>"},
	{"+OK <1@[192.0.2.1]> ready", "<1@[192.0.2.1]>"},
	{"+OK ready", ""},
	{"+OK <>", ""},
	{"+OK <@>", ""},
	{"+OK <@b>", ""},
	{"+OK <a@>", ""},
	{"+OK <ab>", ""},
	{"+OK <a@b@c>", ""},
	{"+OK <a@b", ""},
	{"+OK a@b>", ""},
	{"+OK <a b@c>", ""},
	{"+OK <a<b@c>", ""},
	{"+OK <a\x80@c>", ""},
	{"+OK <a\x01@c>", ""},
	{"+OK <a\"@c>", ""},
};

START_TEST(test_pop3_parse_timestamp)
{
	assert_span(pop3_parse_timestamp(span_of(timestamps[_i].greeting)),
		    timestamps[_i].timestamp);
}
END_TEST

START_TEST(test_pop3_parse_timestamp__bounds_the_length)
{
	char greeting[300];

	snprintf(greeting, sizeof(greeting), "+OK <%0245d@b>", 1);
	ck_assert_uint_eq(pop3_parse_timestamp(span_of(greeting)).len, 249);
	snprintf(greeting, sizeof(greeting), "+OK <%0247d@b>", 1);
	ck_assert_uint_eq(pop3_parse_timestamp(span_of(greeting)).len, 0);
}
END_TEST

/* ---- refusals ---- */

enum { IN_USE = 1, TOO_SOON = 2, BUSY = 4, SYSTEM = 8 };

static const struct {
	const char *line;
	int is;
	const char *hint; /* a word of it */
} refusals[] = {
	{"-ERR [AUTH] Authentication failed.", 0, "wrong user or password"},
	{"-ERR [IN-USE] Do you have another POP session running?", IN_USE, "another session"},
	{"-ERR [in-use] locked", IN_USE, "another session"},
	{"-ERR maildrop already locked", IN_USE, "another session"},
	{"-ERR Can't get lock.  Mailbox in use", IN_USE, "another session"},
	{"-ERR /var/mail/x.lock busy!  Is another session active? (11)", IN_USE, "another session"},
	{"-ERR [LOGIN-DELAY] minimum time between mail checks violation", TOO_SOON, "more time"},
	{"-ERR [SYS/TEMP] Mailbox is locked by maintenance", BUSY | SYSTEM, "pass"},
	{"-ERR [SYS/PERM] no home", SYSTEM, "administrator"},
	{"-ERR account is locked", 0, "locked"},
	{"-ERR Account locked", 0, "locked"},
	{"-ERR Your account has been locked", 0, "locked"},
	{"-ERR [AUTH] Password expired", 0, "expired"},
	{"-ERR Your password has expired", 0, "expired"},
	{"-ERR [AUTH] Account is disabled", 0, "disabled on the server"},
	{"-ERR Account disabled", 0, "disabled on the server"},
	{"-ERR [SYS/PERM] Your account is not enabled for POP access", SYSTEM, "POP3 is off"},
	{"-ERR POP access is disabled", 0, "POP3 is off"},
	{"-ERR POP3 access is disabled", 0, "POP3 is off"},
	{"-ERR POP3 access disabled", 0, "POP3 is off"},
	{"-ERR Basic authentication is disabled.", 0, "OAuth"},
	{"-ERR user and mailbox are in different Active Directory sites.", 0, "holds the mailbox"},
	{"-ERR [Error=ProxyNotAuthenticated Proxy=m.example:1995:SSL] Logon failure", 0,
	 "cannot log on to that back end"},
	{"-ERR Server Unavailable. 21", 0, "MSExchangePOP3BE"},
	{"-ERR [SYS/TEMP] Temporary authentication failure.", BUSY | SYSTEM, "checks passwords"},
	{"-ERR Authentication failure: unknown user name or bad password.", 0, "wrong user"},
	{"-ERR Username and password not accepted", 0, "wrong user"},
	{"-ERR [UTF8] no", 0, "UTF-8"},
	{"-ERR Logon failure: unknown user name or bad password.", 0, "wrong user"},
	{"-ERR Command is not valid in this state.", 0, "TLS"},
	{"-ERR [AUTH] Plaintext authentication disallowed on non-secure (SSL/TLS) connections.", 0,
	 "TLS"},
	{"-ERR [AUTH] Application-specific password required", 0, "application password"},
	{"-ERR", 0, ""},
	{"-ERR Exceeded the login limit for a 15 minute period.", BUSY, "limits this account"},
	{"-ERR Request is throttled.", BUSY, "limits this account"},
	{"-ERR Too many logins, come back", BUSY, "pass"},
	{"-ERR [AUTH] too many logins", 0, "wrong user"},
	{"-ERR too many failed attempts", 0, ""},
	{"-ERR Minimum time between mail checks violation", TOO_SOON, "more time"},
	{"-ERR Attempt to log in within the minimum login delay interval", TOO_SOON, "more time"},
	{"-ERR Logins must be at least 2 minutes apart", TOO_SOON, "more time"},
	{"-ERR [AUTH] Login failed. Login delay?", 0, "wrong user or password"},
	{"-ERR Login failed.", 0, "wrong user or password"},
	{"-ERR [AUTH] Bad login", 0, "wrong user or password"},
	{"-ERR authorization failed", 0, "wrong user or password"},
	{"-ERR Invalid user name or password.", 0, "wrong user or password"},
	/* the better reason */
	{"-ERR Login failed: too many connections", BUSY, "limit on connections"},
	{"-ERR [SYS/TEMP] Authentication failed", BUSY | SYSTEM, "pass"},
	{"-ERR Login failed, mailbox is locked", IN_USE, "another session"},
	{"-ERR Login failed: account is throttled", BUSY, "limits this account"},
};

START_TEST(test_pop3_hint)
{
	struct pop3_reply r;
	const char *line = refusals[_i].line, *hint = refusals[_i].hint;

	ck_assert_int_eq(pop3_parse_reply(line, strlen(line), &r), 0);
	int is = (pop3_is_in_use(&r) ? IN_USE : 0) | (pop3_is_too_soon(&r) ? TOO_SOON : 0) |
		 (pop3_is_busy(&r) ? BUSY : 0) | (pop3_is_system(&r) ? SYSTEM : 0);
	ck_assert_int_eq(is, refusals[_i].is);
	const struct hint *found = pop3_hint(&r);
	if (*hint)
		ck_assert_msg(found && strstr(found->text, hint), "%s", found ? found->text : "");
	else
		ck_assert_ptr_null(found);
}
END_TEST

static bool is_tested(const struct hint *row)
{
	for (size_t i = 0; i < sizeof(refusals) / sizeof(refusals[0]); i++) {
		const char *line = refusals[i].line;
		struct pop3_reply r;
		if (pop3_parse_reply(line, strlen(line), &r) == 0 && pop3_hint(&r) == row)
			return true;
	}
	return false;
}

START_TEST(test_pop3_hint__each_row_is_reached)
{
	const struct hint *row;

	for (size_t n = 0; (row = pop3_hint_at(n)); n++)
		ck_assert_msg(is_tested(row), "row %zu: %s", n, row->id);
}
END_TEST

static const struct {
	const char *line;
	enum err_kind kind;
} kinds[] = {
	{"-ERR [LOGIN-DELAY] wait", ERR_THROTTLED},
	{"-ERR Logins must be at least 2 minutes apart", ERR_THROTTLED},
	{"-ERR Exceeded the login limit for a 15 minute period.", ERR_THROTTLED},
	{"-ERR [SYS/TEMP] Account exceeded command or bandwidth limits.", ERR_THROTTLED},
	{"-ERR [SYS/TEMP] server busy", ERR_TRANSIENT},
	{"-ERR Too many logins, come back", ERR_TRANSIENT},
	{"-ERR [AUTH] request is throttled", ERR_AUTH},
	{"-ERR [SYS/PERM] no home", ERR_AUTH},
	{"-ERR [IN-USE] locked", ERR_AUTH},
	{"-ERR", ERR_AUTH},
};

START_TEST(test_pop3_refusal_kind)
{
	struct pop3_reply r;

	ck_assert_int_eq(pop3_parse_reply(kinds[_i].line, strlen(kinds[_i].line), &r), 0);
	ck_assert_int_eq(pop3_refusal_kind(&r, ERR_AUTH), kinds[_i].kind);
}
END_TEST

UNIT_MAIN_FIXTURE("pop3_parse", NULL, NULL, ROWS(test_pop3_parse_reply, replies),
		  ROWS(test_pop3_parse_reply__rejects, no_replies),
		  ONCE(test_pop3_parse_reply__stops_at_the_end), ROWS(test_pop3_line_ends, lines),
		  ROWS(test_pop3_parse_stat, stats), ROWS(test_pop3_parse_stat__rejects, no_stats),
		  ROWS(test_pop3_parse_stat_count, counts),
		  ONCE(test_pop3_parse_list__has_no_message_0), ONCE(test_pop3_parse_uidl),
		  ROWS(test_pop3_parse_list_answer, list_answers),
		  ROWS(test_pop3_parse_uidl_answer, uidl_answers),
		  ONCE(test_pop3_number_impossible), ROWS(test_pop3_parse_uidl__rejects, no_uidls),
		  ONCE(test_pop3_parse_uidl__bounds_the_length),
		  ONCE(test_pop3_uid_compare__follows_counters), ONCE(test_pop3_parse_capability),
		  ONCE(test_pop3_parse_capability__in_any_case_and_whole_words),
		  ROWS(test_pop3_parse_timestamp, timestamps),
		  ONCE(test_pop3_parse_timestamp__bounds_the_length),
		  ROWS(test_pop3_hint, refusals), ONCE(test_pop3_hint__each_row_is_reached),
		  ROWS(test_pop3_refusal_kind, kinds))
