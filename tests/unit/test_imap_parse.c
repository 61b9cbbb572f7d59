/* test_imap_parse.c - IMAP responses taken apart: kinds, codes, literals' sizes, capabilities,
 * hints */
#include "mail/imap/imap_parse.h"

#include <stdio.h>
#include <string.h>

#include "unit.h"

static void assert_span(struct span span, const char *expected)
{
	ck_assert_ptr_nonnull(span.at);
	ck_assert_msg(span.len == strlen(expected) && !memcmp(span.at, expected, span.len),
		      "span is <%.*s>, not <%s>", (int)span.len, span.at, expected);
}

static int parse(const char *line, struct imap_response *r)
{
	return imap_parse_response(line, strlen(line), r);
}

/* ---- responses ---- */

static const struct {
	const char *line;
	enum imap_kind kind;
	enum imap_status status;
	const char *tag, *words, *code, *text;
} statuses[] = {
	{"* OK ready", IMAP_UNTAGGED, IMAP_OK, "", "OK ready", "", "ready"},
	{"* ok ready", IMAP_UNTAGGED, IMAP_OK, "", "ok ready", "", "ready"},
	{"* OK", IMAP_UNTAGGED, IMAP_OK, "", "OK", "", ""},
	{"* OK ", IMAP_UNTAGGED, IMAP_OK, "", "OK ", "", ""},
	{"* PREAUTH hello", IMAP_UNTAGGED, IMAP_PREAUTH, "", "PREAUTH hello", "", "hello"},
	{"* BYE", IMAP_UNTAGGED, IMAP_BYE, "", "BYE", "", ""},
	{"* NO [ALERT] disk nearly full", IMAP_UNTAGGED, IMAP_NO, "", "NO [ALERT] disk nearly full",
	 "ALERT", "disk nearly full"},
	{"* BAD {5}", IMAP_UNTAGGED, IMAP_BAD, "", "BAD {5}", "", "{5}"},
	{"a1 OK done", IMAP_TAGGED, IMAP_OK, "a1", "OK done", "", "done"},
	{"a1 NO", IMAP_TAGGED, IMAP_NO, "a1", "NO", "", ""},
	{"a1 Bad x", IMAP_TAGGED, IMAP_BAD, "a1", "Bad x", "", "x"},
	{"a.]-1 OK x", IMAP_TAGGED, IMAP_OK, "a.]-1", "OK x", "", "x"},
	{"a1 OK [READ-WRITE] SELECT completed.", IMAP_TAGGED, IMAP_OK, "a1",
	 "OK [READ-WRITE] SELECT completed.", "READ-WRITE", "SELECT completed."},
	{"a1 OK [READ-WRITE]", IMAP_TAGGED, IMAP_OK, "a1", "OK [READ-WRITE]", "READ-WRITE", ""},
	{"a1 OK [X]no blank", IMAP_TAGGED, IMAP_OK, "a1", "OK [X]no blank", "X", "no blank"},
	{"a1 OK []", IMAP_TAGGED, IMAP_OK, "a1", "OK []", "", ""},
	{"a1 OK [] text", IMAP_TAGGED, IMAP_OK, "a1", "OK [] text", "", "text"},
	{"a1 OK [not closed", IMAP_TAGGED, IMAP_OK, "a1", "OK [not closed", "", "[not closed"},
	{"a1 OK text [X]", IMAP_TAGGED, IMAP_OK, "a1", "OK text [X]", "", "text [X]"},
	{"a1 OK [a [b] c", IMAP_TAGGED, IMAP_OK, "a1", "OK [a [b] c", "a [b", "c"},
	{"* OK The Microsoft Exchange IMAP4 service is ready. [QQBNADAAUAA=]", IMAP_UNTAGGED,
	 IMAP_OK, "", "OK The Microsoft Exchange IMAP4 service is ready. [QQBNADAAUAA=]", "",
	 "The Microsoft Exchange IMAP4 service is ready. [QQBNADAAUAA=]"},
	{"a1 NO [Error=ProxyNotAuthenticated Proxy=mbx.example:1993:SSL] LOGIN failed.",
	 IMAP_TAGGED, IMAP_NO, "a1",
	 "NO [Error=ProxyNotAuthenticated Proxy=mbx.example:1993:SSL] LOGIN failed.",
	 "Error=ProxyNotAuthenticated Proxy=mbx.example:1993:SSL", "LOGIN failed."},
	{"+ go on", IMAP_CONTINUATION, IMAP_NO_STATUS, "", "", "", "go on"},
	{"+ ", IMAP_CONTINUATION, IMAP_NO_STATUS, "", "", "", ""},
	{"+", IMAP_CONTINUATION, IMAP_NO_STATUS, "", "", "", ""},
	{"+OK", IMAP_CONTINUATION, IMAP_NO_STATUS, "", "", "", "OK"},
	{"+  two blanks", IMAP_CONTINUATION, IMAP_NO_STATUS, "", "", "", " two blanks"},
};

START_TEST(test_imap_parse_response__status)
{
	struct imap_response r;

	ck_assert_int_eq(parse(statuses[_i].line, &r), 0);
	ck_assert_int_eq(r.kind, statuses[_i].kind);
	ck_assert_int_eq(r.status, statuses[_i].status);
	assert_span(r.tag, statuses[_i].tag);
	assert_span(r.words, statuses[_i].words);
	assert_span(r.code, statuses[_i].code);
	assert_span(r.text, statuses[_i].text);
	ck_assert(!r.has_number);
	ck_assert_uint_eq(r.name.len, 0);
}
END_TEST

static const struct {
	const char *line;
	bool has_number;
	uint32_t number;
	const char *name, *rest;
} data[] = {
	{"* 12 EXISTS", true, 12, "EXISTS", ""},
	{"* 0 RECENT", true, 0, "RECENT", ""},
	{"* 007 EXPUNGE", true, 7, "EXPUNGE", ""},
	{"* 4294967295 EXISTS", true, UINT32_MAX, "EXISTS", ""},
	{"* 12 FETCH (UID 4)", true, 12, "FETCH", "(UID 4)"},
	{"* SEARCH", false, 0, "SEARCH", ""},
	{"* SEARCH 1 2", false, 0, "SEARCH", "1 2"},
	{"* CAPABILITY IMAP4rev1", false, 0, "CAPABILITY", "IMAP4rev1"},
	{"* OKAY no status", false, 0, "OKAY", "no status"},
	{"* XYZZY", false, 0, "XYZZY", ""},
	{"* LIST () NIL {3}\r\nabc", false, 0, "LIST", "() NIL {3}\r\nabc"},
	/* no number of messages: data that nobody asks for */
	{"* 4294967296 EXISTS", false, 0, "4294967296", "EXISTS"},
	{"* 99999999999999999999 EXISTS", false, 0, "99999999999999999999", "EXISTS"},
	{"* -1 EXISTS", false, 0, "-1", "EXISTS"},
	{"* +1 EXISTS", false, 0, "+1", "EXISTS"},
	{"* 1x EXISTS", false, 0, "1x", "EXISTS"},
};

START_TEST(test_imap_parse_response__untagged_data)
{
	struct imap_response r;

	ck_assert_int_eq(parse(data[_i].line, &r), 0);
	ck_assert_int_eq(r.kind, IMAP_UNTAGGED);
	ck_assert_int_eq(r.status, IMAP_NO_STATUS);
	ck_assert_int_eq(r.has_number, data[_i].has_number);
	ck_assert_uint_eq(r.number, data[_i].number);
	assert_span(r.name, data[_i].name);
	assert_span(r.rest, data[_i].rest);
}
END_TEST

static const char *const no_responses[] = {
	"",
	" ",
	"*",
	"* ",
	"*OK",
	"*  OK two blanks",
	"* 12",
	"* 12 ",
	"a1",
	"a1 ",
	" a1 OK",
	"a1  OK",
	"a1 OKAY",
	"a1 PREAUTH x",
	"a1 BYE x",
	"a1 12 EXISTS",
	"OK",
	"OK ready",
	"220 mx ESMTP",
	"+a1",
	"-ERR nope",
	"SSH-2.0-OpenSSH_9.2",
	"HTTP/1.1 400 Bad Request",
	"a(1 OK x",
	"a{1} OK x",
	"a\"1 OK x",
	"a\\1 OK x",
	"a%1 OK x",
	"a*1 OK x",
	"a+1 OK x",
	"a\t1 OK x",
	"\x80 OK x",
	"a\x7f OK x",
	"** OK x",
	"*\tOK x",
};

START_TEST(test_imap_parse_response__rejects)
{
	struct imap_response r;
	const char *line = no_responses[_i];
	bool continuation = line[0] == '+'; /* anything behind a plus is one */

	ck_assert_int_eq(parse(line, &r), continuation ? 0 : -1);
	if (continuation)
		ck_assert_int_eq(r.kind, IMAP_CONTINUATION);
}
END_TEST

START_TEST(test_imap_parse_response__stays_within_its_length)
{
	struct imap_response r;

	ck_assert_int_eq(imap_parse_response("* OK [X] text", 7, &r), 0);
	assert_span(r.code, "");
	assert_span(r.text, "[X");
	ck_assert_int_eq(imap_parse_response("* 12 EXISTS", 4, &r), -1);
	ck_assert_int_eq(imap_parse_response("* 12 EXISTS", 8, &r), 0);
	assert_span(r.name, "EXI");
	ck_assert_int_eq(imap_parse_response("a1 OK", 4, &r), -1);
	ck_assert_int_eq(imap_parse_response("", 0, &r), -1);
}
END_TEST

/* ---- literals ---- */

enum { LIMIT = 1000 };

static const struct {
	const char *line;
	int rc;
	uint32_t size;
} literals[] = {
	{"* 1 FETCH (BODY[] {3}", 1, 3},
	{"* 1 FETCH (BODY[] {0}", 1, 0},
	{"* 1 FETCH (BODY[] {1000}", 1, 1000},
	{"* 1 FETCH (BODY[] {0003}", 1, 3},
	{"{5}", 1, 5},
	{"* LIST () \"/\" {5}", 1, 5},
	{"* X \"a\\\"{1}\" {2}", 1, 2},
	{"* X \"a\\\\\" {2}", 1, 2},
	{"* X {1}{2}", 1, 2},
	{"* BINARY ~{4}", 1, 4},
	/* none at the end of the line */
	{"", 0, 0},
	{"}", 0, 0},
	{"* 1 FETCH (BODY[] {3} ", 0, 0},
	{"* 1 FETCH (BODY[] {3} UID 4)", 0, 0},
	{"* X {3})", 0, 0},
	{"* X {3", 0, 0},
	{"* X 3}", 0, 0},
	/* inside of a quoted string */
	{"* X \"{3}", 0, 0},
	{"* X \"\\\"{3}", 0, 0},
	{"* X \"{3}\"", 0, 0},
	{"* X \"{3\" 4}", 0, 0},
	{"* X \"a\" \"{3}", 0, 0},
	/* sizes that are none */
	{"* X {}", -1, 0},
	{"* X {-1}", -1, 0},
	{"* X {+1}", -1, 0},
	{"* X {3+}", 1, 3},
	{"* X {+}", -1, 0},
	{"* X {3++}", -1, 0},
	{"* X { 3}", -1, 0},
	{"* X {3 }", -1, 0},
	{"* X {0x3}", -1, 0},
	{"* X {three}", -1, 0},
	{"* X {1.5}", -1, 0},
	{"* X {1001}", -1, 0},
	{"* X {2147483648}", -1, 0},
	{"* X {4294967295}", -1, 0},
	{"* X {4294967296}", -1, 0},
	{"* X {4294967299}", -1, 0},
	{"* X {18446744073709551616}", -1, 0},
	{"* X {18446744073709551619}", -1, 0},
	{"* X {99999999999999999999999999999999999999999}", -1, 0},
	{"* X {{3}}", -1, 0},
};

START_TEST(test_imap_line_literal__only_a_number_at_the_end_of_the_line)
{
	uint32_t size = 0;
	const char *line = literals[_i].line;

	ck_assert_int_eq(imap_line_literal(line, strlen(line), LIMIT, &size), literals[_i].rc);
	ck_assert_uint_eq(size, literals[_i].size);
}
END_TEST

START_TEST(test_imap_line_is_data__not_where_free_text_stands)
{
	static const char *const yes[] = {"* 1 FETCH (BODY[] {3}", "* LIST () NIL {1}", "* X",
					  "* 12", "* OKAY {3}"};
	static const char *const no[] = {
		"* OK {3}", "* no {3}", "* BAD {3}", "* BYE {3}", "* PREAUTH {3}", "a1 OK {3}",
		"+ {3}",    "",         "*",         "{3}",       "*OK {3}"};

	for (size_t i = 0; i < sizeof(yes) / sizeof(yes[0]); i++)
		ck_assert_msg(imap_line_is_data(yes[i], strlen(yes[i])), "%s", yes[i]);
	for (size_t i = 0; i < sizeof(no) / sizeof(no[0]); i++)
		ck_assert_msg(!imap_line_is_data(no[i], strlen(no[i])), "%s", no[i]);
}
END_TEST

/* ---- capabilities ---- */

static const struct {
	const char *text;
	const char *set; /* one letter for each flag, in the order of the struct */
	const char *mechanisms;
} capabilities[] = {
	{"IMAP4rev1", "", ""},
	{"", "", ""},
	{"   ", "", ""},
	{"IMAP4rev1 IMAP4rev2 STARTTLS LOGINDISABLED SASL-IR IDLE UIDPLUS AUTH=PLAIN", "sliup+",
	 "PLAIN"},
	{"imap4REV1 StartTLS auth=plain Auth=login idle", "si+", "PLAIN LOGIN"},
	{"  IMAP4rev1   AUTH=PLAIN  IDLE  ", "i+", "PLAIN"},
	{"IMAP4 IMAP4rev1 AUTH=PLAIN AUTH=NTLM AUTH=GSSAPI STARTTLS UIDPLUS MOVE ID CHILDREN IDLE "
	 "NAMESPACE LITERAL+",
	 "siu+", "PLAIN NTLM GSSAPI"},
	{"IMAP4 IMAP4rev1 AUTH=XOAUTH2 LOGINDISABLED SASL-IR UIDPLUS ID UNSELECT CHILDREN IDLE "
	 "NAMESPACE "
	 "LITERAL+",
	 "lpiu+", "XOAUTH2"},
	/* only whole words count */
	{"IMAP4 XIDLE IDLEX XSTARTTLS STARTTLS2 NO-LOGINDISABLED SASL-IRX \"IDLE\"", "", ""},
	{"AUTH= AUTH AUTHPLAIN XAUTH=PLAIN", "", ""},
	{"IMAP4rev1\tIDLE", "", ""},
	{"IDLE\r\nUIDPLUS", "", ""},
};

START_TEST(test_imap_parse_capabilities__whole_words_in_any_case)
{
	struct imap_capabilities c = {0};
	const char *text = capabilities[_i].text, *set = capabilities[_i].set;

	imap_parse_capabilities(span_of(text), &c);
	ck_assert(c.known);
	ck_assert_int_eq(c.starttls, strchr(set, 's') != NULL);
	ck_assert_int_eq(c.logindisabled, strchr(set, 'l') != NULL);
	ck_assert_int_eq(c.idle, strchr(set, 'i') != NULL);
	ck_assert_int_eq(c.uidplus, strchr(set, 'u') != NULL);
	ck_assert_str_eq(c.mechanisms, capabilities[_i].mechanisms);
	ck_assert_int_eq(strchr(set, '+') != NULL, c.mechanisms[0] != '\0');
}
END_TEST

START_TEST(test_imap_parse_capabilities__sasl_ir)
{
	struct imap_capabilities c = {0};

	imap_parse_capabilities((struct span){"SASL-IR", 6}, &c);
	ck_assert(!c.sasl_ir);
	imap_parse_capabilities(span_of("sasl-ir"), &c);
	ck_assert(c.sasl_ir);
}
END_TEST

START_TEST(test_imap_parse_capabilities__several_lists_add_up)
{
	static const char *const lists[] = {"IMAP4rev1 LOGINDISABLED AUTH=PLAIN", "",
					    "IDLE auth=plain AUTH=XOAUTH2 AUTH=PLAINER"};
	struct imap_capabilities c = {0};

	for (size_t i = 0; i < sizeof(lists) / sizeof(lists[0]); i++)
		imap_parse_capabilities(span_of(lists[i]), &c);
	ck_assert(c.known && c.logindisabled && c.idle && !c.starttls);
	ck_assert_str_eq(c.mechanisms, "PLAIN XOAUTH2 PLAINER");
}
END_TEST

/* ---- response codes ---- */

static const struct {
	const char *code, *name;
	int rc;
	uint32_t number;
} numbers[] = {
	{"UIDNEXT 12", "UIDNEXT", 0, 12}, {"uidnext 4294967295", "UIDNEXT", 0, UINT32_MAX},
	{"UIDNEXT 0", "UIDNEXT", 0, 0},   {"UIDNEXT 4294967296", "UIDNEXT", -1, 0},
	{"UIDNEXT", "UIDNEXT", -1, 0},    {"UIDNEXT ", "UIDNEXT", -1, 0},
	{"UIDNEXT -1", "UIDNEXT", -1, 0}, {"UIDNEXT 1 2", "UIDNEXT", -1, 0},
	{"UIDNEXT  1", "UIDNEXT", -1, 0}, {"UIDNEXTX 1", "UIDNEXT", -1, 0},
	{"UIDNEX 1", "UIDNEXT", -1, 0},   {"UIDVALIDITY 1", "UIDNEXT", -1, 0},
	{"", "UIDNEXT", -1, 0},
};

START_TEST(test_imap_code_number__one_whole_number)
{
	uint32_t number = 0;

	ck_assert_int_eq(imap_code_number(span_of(numbers[_i].code), numbers[_i].name, &number),
			 numbers[_i].rc);
	ck_assert_uint_eq(number, numbers[_i].number);
}
END_TEST

START_TEST(test_imap_code_is__the_first_word)
{
	ck_assert(imap_code_is(span_of("CAPABILITY IMAP4rev1"), "CAPABILITY"));
	ck_assert(imap_code_is(span_of("capability"), "CAPABILITY"));
	ck_assert(!imap_code_is(span_of("CAPABILITYX"), "CAPABILITY"));
	ck_assert(!imap_code_is(span_of("X CAPABILITY"), "CAPABILITY"));
	ck_assert(!imap_code_is(span_of(""), "CAPABILITY"));
	ck_assert(!imap_code_is((struct span){NULL, 0}, "CAPABILITY"));
}
END_TEST

/* ---- hints ---- */

static const struct {
	const char *line;
	const char *hint; /* words that it holds; "" for none at all */
} hints[] = {
	/* RFC 5530, all of them */
	{"NO [UNAVAILABLE] User's backend down for maintenance", "behind the server"},
	{"NO [AUTHENTICATIONFAILED] Authentication failed", "user or password"},
	{"NO [AUTHORIZATIONFAILED] No such authorization-ID", "may not act"},
	{"NO [EXPIRED] That password isn't valid any more", "expired"},
	{"NO [PRIVACYREQUIRED] Connection offers no privacy", "TLS"},
	{"NO [CONTACTADMIN] Account locked", "locked"},
	{"NO [CONTACTADMIN] no", "administrator"},
	{"NO [NOPERM] Access denied", "no right"},
	{"NO [INUSE] Mailbox in use", "locked"},
	{"NO [EXPUNGEISSUED] Someone already deleted that", "already deleted"},
	{"NO [CORRUPTION] Cannot open mailbox", "damaged"},
	{"NO [SERVERBUG] This should not happen", "fault in the server"},
	{"BAD [CLIENTBUG] You can't do that", "client"},
	{"NO [CANNOT] \"/\" is not allowed in a mailbox name", "cannot"},
	{"NO [LIMIT] At most 32 flags in one mailbox supported", "limit"},
	{"NO [OVERQUOTA] Sorry", "full"},
	{"NO [ALREADYEXISTS] Mailbox \"that\" already exists", "exists"},
	{"NO [NONEXISTENT] No such mailbox", "--mailbox"},
	{"NO [TRYCREATE] No such mailbox", "--mailbox"},
	/* any case, and with arguments */
	{"NO [authenticationfailed] x", "user or password"},
	{"NO [LIMIT 32] x", "limit"},
	/* Exchange and Exchange Online */
	{"NO LOGIN failed.", "user or password"},
	{"NO AUTHENTICATE failed.", "user or password"},
	{"NO [Error=ProxyNotAuthenticated Proxy=mbx.example:1993:SSL] LOGIN failed.",
	 "cannot log on to that back end"},
	{"NO user and mailbox are in different Active Directory sites.", "that holds the mailbox"},
	{"BAD Command received in Invalid state.", "TLS"},
	{"BAD User is authenticated but not connected.", "IMAP is off"},
	{"NO User is authenticated but not connected.", "IMAP is off"},
	{"NO Server Unavailable. 15", "MSExchangeIMAP4BE"},
	{"BAD Request is throttled. Suggested Backoff Time: 92415 milliseconds",
	 "limits this account"},
	{"NO Basic authentication is disabled.", "OAuth"},
	/* Gmail */
	{"NO [AUTHENTICATIONFAILED] Invalid credentials (Failure)", "user or password"},
	{"NO [ALERT] Invalid credentials (Failure)", "user or password"},
	{"NO [ALERT] Application-specific password required: https://support.example (Failure)",
	 "application password"},
	{"NO [ALERT] Too many simultaneous connections. (Failure)", "too many"},
	/* Courier, Cyrus, hMailServer */
	{"NO Login failed.", "wrong user or password"},
	{"NO Login failed: authentication failure", "wrong user or password"},
	{"NO Authentication failed.", "wrong user or password"},
	{"NO Invalid user name or password.", "wrong user or password"},
	/* more in words than in a code */
	{"NO [UNAVAILABLE] Temporary authentication failure.", "checks passwords"},
	{"NO [AUTHENTICATIONFAILED] Password expired", "expired"},
	{"NO [AUTHENTICATIONFAILED] Your password has expired.", "expired"},
	{"NO [AUTHENTICATIONFAILED] account is locked", "locked"},
	{"NO Account locked", "locked"},
	{"NO [ALERT] Your account has been locked", "locked"},
	{"NO Mailbox temporarily locked", "locked"},
	{"NO [AUTHENTICATIONFAILED] Account is disabled", "disabled on the server"},
	{"NO Account disabled", "disabled on the server"},
	{"NO [ALERT] Your account is not enabled for IMAP use.", "IMAP is off"},
	{"NO IMAP access is disabled for your domain", "IMAP is off"},
	{"NO IMAP access disabled", "IMAP is off"},
	{"NO IMAP is disabled for this user", "IMAP is off"},
	{"NO [UNAVAILABLE] Maximum number of connections exceeded", "limit on connections"},
	{"NO Too many connections, come back later", "limit on connections"},
	{"NO [UNAVAILABLE] Maximum number of connections from user+IP exceeded",
	 "too many sessions"},
	{"NO [LIMIT] LOGIN Rate limit hit.", "limits this account"},
	{"NO [ALERT] Account exceeded command or bandwidth limits. (Failure)", "moved too much"},
	/* older ones */
	{"NO Mailbox doesn't exist: x", "--mailbox"},
	{"NO Authentication failure", "wrong user or password"},
	{"NO Invalid credentials", "wrong user or password"},
	{"NO Mailbox is over quota", "full"},
	/* nothing to say */
	{"BAD Command Argument Error. 12", ""},
	{"NO no", ""},
	{"NO", ""},
	{"NO [X-AUTHENTICATIONFAILED] x", ""},
	{"NO [AUTHENTICATIONFAILEDX] x", ""},
	{"NO []", ""},
};

START_TEST(test_imap_hint__says_what_a_person_can_do)
{
	char line[256];
	struct imap_response r;

	snprintf(line, sizeof(line), "a1 %s", hints[_i].line);
	ck_assert_int_eq(parse(line, &r), 0);
	const struct hint *hint = imap_hint(r.code, r.text);
	if (*hints[_i].hint)
		ck_assert_msg(hint && strstr(hint->text, hints[_i].hint), "%s: %s", line,
			      hint ? hint->text : "");
	else
		ck_assert_ptr_null(hint);
}
END_TEST

static bool is_tested(const struct hint *row)
{
	for (size_t i = 0; i < sizeof(hints) / sizeof(hints[0]); i++) {
		char line[256];
		struct imap_response r;
		snprintf(line, sizeof(line), "a1 %s", hints[i].line);
		if (parse(line, &r) == 0 && imap_hint(r.code, r.text) == row)
			return true;
	}
	return false;
}

START_TEST(test_imap_hint__each_row_is_reached)
{
	const struct hint *row;

	for (size_t n = 0; (row = imap_hint_at(n)); n++)
		ck_assert_msg(is_tested(row), "row %zu: %s", n, row->id);
}
END_TEST

/* Whether a mailbox is open only matters for OVERQUOTA. */
static const struct {
	const char *line;
	bool limits, limits_opened;
} limits[] = {
	{"BAD Request is throttled. Suggested Backoff Time: 92415 milliseconds", true, true},
	{"NO [THROTTLED] slow down", true, true},
	{"NO Some messages could not be FETCHed (Failure) [THROTTLED]", true, true},
	{"NO [OVERQUOTA] Account exceeded command or bandwidth limits.", true, true},
	{"NO [ALERT] Account exceeded command or bandwidth limits. (Failure)", true, true},
	{"NO [ALERT] Too many simultaneous connections. (Failure)", true, true},
	{"NO [LIMIT] LOGIN Rate limit hit.", true, true},
	{"NO [OVERQUOTA] no", true, false},
	{"NO [OVERQUOTAS] no", false, false},
	{"NO [LIMIT] too many flags", false, false},
	{"NO [UNAVAILABLE] later", false, false},
	{"NO Mailbox is over quota", false, false},
	{"NO", false, false},
};

START_TEST(test_imap_limit__of_the_account)
{
	char line[256];
	struct imap_response r;

	snprintf(line, sizeof(line), "a1 %s", limits[_i].line);
	ck_assert_int_eq(parse(line, &r), 0);
	ck_assert_int_eq(imap_limit(r.code, r.text, false) != NULL, limits[_i].limits);
	ck_assert_int_eq(imap_limit(r.code, r.text, true) != NULL, limits[_i].limits_opened);
}
END_TEST

UNIT_MAIN_FIXTURE("imap_parse", NULL, NULL, ROWS(test_imap_parse_response__status, statuses),
		  ROWS(test_imap_parse_response__untagged_data, data),
		  ROWS(test_imap_parse_response__rejects, no_responses),
		  ONCE(test_imap_parse_response__stays_within_its_length),
		  ROWS(test_imap_line_literal__only_a_number_at_the_end_of_the_line, literals),
		  ONCE(test_imap_line_is_data__not_where_free_text_stands),
		  ROWS(test_imap_parse_capabilities__whole_words_in_any_case, capabilities),
		  ONCE(test_imap_parse_capabilities__sasl_ir),
		  ONCE(test_imap_parse_capabilities__several_lists_add_up),
		  ROWS(test_imap_code_number__one_whole_number, numbers),
		  ONCE(test_imap_code_is__the_first_word),
		  ROWS(test_imap_hint__says_what_a_person_can_do, hints),
		  ONCE(test_imap_hint__each_row_is_reached),
		  ROWS(test_imap_limit__of_the_account, limits))
