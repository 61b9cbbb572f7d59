/* test_imap.c - the IMAP dialog: greeting, tags, what comes unasked, logon, SELECT, SEARCH, FETCH,
 * IDLE, LOGOUT */
#include "config.h"

#include "mail/imap/imap.h"

#include <stdio.h>

#include "dialog.h"

#define TAG "m00000000" /* and the number of the command */

static struct imap s;

static void begin(const char *script)
{
	int fd = dialog_begin(script);

	imap_init(&s, &dialog.tl, &dialog.err, NULL);
	s.conn.fd = fd;
	s.greeted = true;
}

static void end(void)
{
	dialog_end();
	imap_free(&s);
}

/* ---- greeting ---- */

static const struct {
	const char *script;
	bool starttls;
	enum err_kind kind;
	const char *text;
	bool known, preauth;
} greetings[] = {
	{"* OK ready\r\n", true, ERR_NONE, "", false, false},
	{"* ok\r\n", true, ERR_NONE, "", false, false},
	{"* OK [CAPABILITY IMAP4rev1 IDLE] x\r\n", false, ERR_NONE, "", true, false},
	{"* PREAUTH in\r\n", false, ERR_NONE, "", false, true},
	{"* PREAUTH in\r\n", true, ERR_TLS, "logged on before TLS: \"PREAUTH in\"", false, true},
	{"* BYE full\r\n", false, ERR_CLOSED, "server ended the session: \"BYE full\"", false,
	 false},
	{"* NO x\r\n", false, ERR_PROTOCOL, "not an IMAP greeting: \"* NO x\"", false, false},
	{"* 3 EXISTS\r\n", false, ERR_PROTOCOL, "not an IMAP greeting", false, false},
	{"+ go\r\n", false, ERR_PROTOCOL, "not an IMAP greeting", false, false},
	{TAG "1 OK x\r\n", false, ERR_PROTOCOL, "not an IMAP greeting", false, false},
	{"220 mx ESMTP\r\n", false, ERR_PROTOCOL, "not an IMAP greeting: \"220 mx", false, false},
	{"+OK POP3\r\n", false, ERR_PROTOCOL, "not an IMAP greeting: \"+OK", false, false},
	{"\r\n* OK ready\r\n", false, ERR_PROTOCOL, "not an IMAP greeting", false, false},
	{"", false, ERR_CLOSED, "server closed the connection", false, false},
};

START_TEST(test_imap_greeting)
{
	begin(greetings[_i].script);
	dialog_expect(imap_greeting(&s, greetings[_i].starttls), greetings[_i].kind,
		      greetings[_i].text);
	ck_assert_int_eq(s.caps.known, greetings[_i].known);
	ck_assert_int_eq(s.preauth, greetings[_i].preauth);
	end();
}
END_TEST

/* ---- answers ---- */

static const struct {
	const char *script;
	enum err_kind kind;
	const char *text;
	const char *odd; /* what was passed over */
	uint32_t exists;
} answers[] = {
	{TAG "1 OK\r\n", ERR_NONE, "", "", 0},
	{"M000000001 ok done\r\n", ERR_NONE, "", "", 0},
	{TAG "2 OK\r\n", ERR_PROTOCOL, "answer with a wrong tag: \"" TAG "2 OK\"", "", 0},
	{TAG "1 NO no\r\n", ERR_REFUSED, "\"NO no\"", "", 0},
	{TAG "1 BAD what\r\n", ERR_REFUSED, "\"BAD what\"", "", 0},
	{TAG "1 BYE now\r\n", ERR_PROTOCOL, "not an IMAP response", "", 0},
	{TAG "1\r\n", ERR_PROTOCOL, "not an IMAP response", "", 0},
	{"+ go\r\n", ERR_PROTOCOL, "continuation not asked for: \"+ go\"", "", 0},
	{"* BYE shutting down\r\n", ERR_CLOSED, "server ended the session", "", 0},
	{"* 3 EXISTS\r\n" TAG "1 OK\r\n", ERR_NONE, "", "", 3},
	{"* 3 EXISTS\r\n* 1 EXPUNGE\r\n" TAG "1 OK\r\n", ERR_NONE, "", "", 2},
	{"* 3 exists\r\n* 2 RECENT\r\n* FLAGS (\\Seen)\r\n" TAG "1 OK\r\n", ERR_NONE, "", "", 3},
	{"* OK [ALERT] soon down\r\n" TAG "1 OK\r\n", ERR_NONE, "", "", 0},
	{"* NO disk is full\r\n" TAG "1 OK\r\n", ERR_NONE, "", "", 0},
	{"\r\n" TAG "1 OK\r\n", ERR_NONE, "", "", 0},
	{"the rest of a text\r\n" TAG "1 OK\r\n", ERR_NONE, "", "the rest of a text", 0},
	{"* \r\n" TAG "1 OK\r\n", ERR_NONE, "", "* ", 0},
	{"* 4 EXISTS\n" TAG "1 OK\n", ERR_NONE, "", "", 4},
	{"* 4 EXISTS\r\n", ERR_CLOSED, "server closed the connection", "", 4},
	{"* X {99999999}\r\n", ERR_PROTOCOL, "literal of impossible size", "", 0},
	{"* X {5}\r\n* BYE y\r\n" TAG "1 OK\r\n", ERR_NONE, "", "", 0},
};

START_TEST(test_imap_noop__answers_and_what_comes_with_them)
{
	begin(answers[_i].script);
	s.logged_on = true;
	dialog_expect(imap_noop(&s, NULL), answers[_i].kind, answers[_i].text);
	ck_assert_str_eq(s.odd, answers[_i].odd);
	ck_assert_uint_eq(s.exists, answers[_i].exists);
	end();
	ck_assert_str_eq(dialog.sent, TAG "1 NOOP\r\n");
}
END_TEST

START_TEST(test_imap_noop__before_the_logon_nothing_odd_is_passed_over)
{
	begin("what is this\r\n" TAG "1 OK\r\n");
	dialog_expect(imap_noop(&s, NULL), ERR_PROTOCOL, "not an IMAP response: \"what is this\"");
	end();
}
END_TEST

/* ahead of the second command: nothing of it is sent */
START_TEST(test_imap_noop__an_answer_ahead_ends_the_session)
{
	begin(TAG "1 OK\r\n* 7 EXISTS\r\n" TAG "2 OK\r\n");
	ck_assert_int_eq(imap_noop(&s, NULL), 0);
	dialog_expect(imap_noop(&s, NULL), ERR_PROTOCOL, "");
	ck_assert_uint_eq(s.exists, 7);
	end();
	ck_assert_str_eq(dialog.sent, TAG "1 NOOP\r\n");
}
END_TEST

START_TEST(test_imap_noop__a_refusal_may_be_no_error)
{
	bool refused = false;

	begin(TAG "1 NO not now\r\n");
	dialog_expect(imap_noop(&s, &refused), ERR_NONE, "");
	ck_assert(refused);
	ck_assert_str_eq(s.odd, "NO not now");
	end();
}
END_TEST

/* ---- capabilities, logon ---- */

static const struct {
	const char *script;
	enum err_kind kind;
	const char *text;
	const char *sent;
} logons[] = {
	{TAG "1 OK [CAPABILITY IMAP4rev1 IDLE] in\r\n", ERR_NONE, "",
	 TAG "1 LOGIN \"me\" \"p\\\"w\"\r\n"},
	/* what the server can do from now on is not asked for before something depends on it */
	{TAG "1 OK in\r\n", ERR_NONE, "", TAG "1 LOGIN \"me\" \"p\\\"w\"\r\n"},
	{TAG "1 NO [AUTHENTICATIONFAILED] no\r\n", ERR_AUTH, "NO [AUTHENTICATIONFAILED] no",
	 TAG "1 LOGIN \"me\" \"p\\\"w\"\r\n"},
	{"* BYE begone\r\n", ERR_CLOSED, "server ended the session",
	 TAG "1 LOGIN \"me\" \"p\\\"w\"\r\n"},
};

START_TEST(test_imap_login__by_login)
{
	begin(logons[_i].script);
	dialog_expect(imap_login(&s, &dialog_user, true), logons[_i].kind, logons[_i].text);
	ck_assert_int_eq(s.logged_on, logons[_i].kind != ERR_AUTH && logons[_i].kind != ERR_CLOSED);
	end();
	ck_assert_str_eq(dialog.sent, logons[_i].sent);
}
END_TEST

START_TEST(test_imap_login__a_name_that_cannot_be_quoted_is_a_literal)
{
	const struct credentials who = {.username = "m\xc3\xbc", .password = &dialog_password};

	begin("+ go\r\n" NEXT TAG "1 OK [CAPABILITY IMAP4rev1] in\r\n");
	dialog_expect(imap_login(&s, &who, true), ERR_NONE, "");
	end();
	ck_assert_str_eq(dialog.sent, TAG "1 LOGIN {3}\r\nm\xc3\xbc \"p\\\"w\"\r\n");
}
END_TEST

START_TEST(test_imap_login__by_authenticate_plain)
{
	begin("+ \r\n" NEXT TAG "1 OK [CAPABILITY IMAP4rev1] in\r\n");
	imap_parse_capabilities(span_of("IMAP4rev1 AUTH=PLAIN"), &s.caps);
	dialog_expect(imap_login(&s, &dialog_user, true), ERR_NONE, "");
	end();
	ck_assert_str_eq(dialog.sent, TAG "1 AUTHENTICATE PLAIN\r\nAG1lAHAidw==\r\n");
}
END_TEST

START_TEST(test_imap_login__sends_nothing_where_it_may_not)
{
	begin("");
	dialog_expect(imap_login(&s, &dialog_user, false), ERR_TLS, "no password is sent");
	end();
	ck_assert_str_eq(dialog.sent, "");
	begin("");
	s.caps.logindisabled = true;
	dialog_expect(imap_login(&s, &dialog_user, true), ERR_AUTH,
		      "without TLS the server allows no password logon");
	end();
	ck_assert_str_eq(dialog.sent, "");
	begin("");
	s.preauth = true;
	dialog_expect(imap_login(&s, &dialog_user, true), ERR_AUTH, "PREAUTH");
	end();
	ck_assert_str_eq(dialog.sent, "");
}
END_TEST

START_TEST(test_imap_starttls__not_offered_or_refused)
{
	begin(TAG "1 NO not now\r\n");
	dialog_expect(imap_starttls(&s, "h", NULL), ERR_TLS, "does not offer STARTTLS");
	dialog.err = (struct err){0};
	s.caps.starttls = true;
	dialog_expect(imap_starttls(&s, "h", NULL), ERR_TLS, "NO not now");
	end();
	ck_assert_str_eq(dialog.sent, TAG "1 STARTTLS\r\n");
}
END_TEST

/* ---- SELECT ---- */

static const struct {
	const char *script;
	enum err_kind kind;
	const char *text;
	uint32_t exists, uidnext;
} selects[] = {
	{"* 3 EXISTS\r\n* OK [UIDVALIDITY 7] x\r\n* OK [UIDNEXT 9] x\r\n" TAG
	 "1 OK [READ-WRITE] x\r\n",
	 ERR_NONE, "", 3, 9},
	{"* 3 EXISTS\r\n* OK [UIDNEXT 9] x\r\n" TAG "1 OK [READ-ONLY] x\r\n", ERR_REFUSED,
	 "mailbox INBOX is read-only", 3, 9},
	{TAG "1 NO [NONEXISTENT] x\r\n", ERR_REFUSED, "NO [NONEXISTENT] x", 0, 0},
	{"* 0 EXISTS\r\n" TAG "1 OK x\r\n", ERR_NONE, "", 0, 1},
	{"* 2 EXISTS\r\n" TAG "1 OK x\r\n" NEXT "* 2 FETCH (UID 41)\r\n" TAG "2 OK x\r\n", ERR_NONE,
	 "", 2, 42},
	{"* 2 EXISTS\r\n" TAG "1 OK x\r\n" NEXT TAG "2 BAD x\r\n" NEXT "* SEARCH 41\r\n" TAG
	 "3 OK x\r\n",
	 ERR_NONE, "", 2, 42},
	{"* OK [UIDVALIDITY 7] x\r\n* OK [UIDVALIDITY 8] x\r\n" TAG "1 OK x\r\n", ERR_PROTOCOL,
	 "renumbered meanwhile (UIDVALIDITY 7 became 8)", 0, 0},
	/* told behind the answer */
	{TAG "1 OK x\r\n* 3 EXISTS\r\n* OK [UIDVALIDITY 7] x\r\n* OK [UIDNEXT 9] x\r\n" NEXT TAG
	     "2 OK x\r\n",
	 ERR_NONE, "", 3, 9},
	{"* OK [UIDVALIDITY 7] x\r\n" TAG "1 OK x\r\n* 3 EXISTS\r\n* OK [UIDVALIDITY 8] x\r\n",
	 ERR_PROTOCOL, "renumbered meanwhile (UIDVALIDITY 7 became 8)", 3, 0},
	/* not told in any way */
	{"* OK [UIDNEXT 9] x\r\n" TAG "1 OK x\r\n" NEXT TAG "2 BAD x\r\n", ERR_NONE, "", 0, 9},
};

START_TEST(test_imap_select)
{
	begin(selects[_i].script);
	s.logged_on = s.caps.known = true;
	dialog_expect(imap_select(&s, "INBOX"), selects[_i].kind, selects[_i].text);
	ck_assert_uint_eq(s.exists, selects[_i].exists);
	ck_assert_uint_eq(s.uidnext, selects[_i].uidnext);
	end();
	ck_assert_ptr_nonnull(strstr(dialog.sent, TAG "1 SELECT \"INBOX\"\r\n"));
}
END_TEST

#define ID     "ID (\"name\" \"" PACKAGE_NAME "\" \"version\" \"" PACKAGE_VERSION "\")\r\n"
#define SELECT "SELECT \"INBOX\"\r\n"
#define OPEN   "* 4 EXISTS\r\n* OK [UIDNEXT 9] x\r\n"

/* what goes along with SELECT, and servers that do not bear it */
static const struct {
	bool known, id;
	const char *script;
	enum err_kind kind;
	const char *text;
	enum imap_pipelining pipelining;
	const char *sent;
} openings[] = {
	{true, true, TAG "1 NO why\r\n" OPEN TAG "2 OK x\r\n", ERR_NONE, "", IMAP_PIPELINING_WORKS,
	 TAG "1 " ID TAG "2 " SELECT},
	{true, true, TAG "1 BAD why\r\n" OPEN TAG "2 OK x\r\n", ERR_NONE, "", IMAP_PIPELINING_WORKS,
	 TAG "1 " ID TAG "2 " SELECT},
	/* answers in another order; each is judged by its own tag */
	{true, true, OPEN TAG "2 OK x\r\n" NEXT TAG "1 NO x\r\n", ERR_NONE, "",
	 IMAP_PIPELINING_WORKS, TAG "1 " ID TAG "2 " SELECT},
	{true, true, TAG "2 NO [NONEXISTENT] x\r\n" TAG "1 OK x\r\n", ERR_REFUSED,
	 "NO [NONEXISTENT] x", IMAP_PIPELINING_WORKS, TAG "1 " ID TAG "2 " SELECT},
	{true, true, TAG "1 OK x\r\n" TAG "1 OK x\r\n" TAG "2 OK x\r\n", ERR_PROTOCOL, "wrong tag",
	 IMAP_PIPELINING_UNTRIED, TAG "1 " ID TAG "2 " SELECT},
	{true, true, TAG "2 OK x\r\n" TAG "2 OK x\r\n" TAG "1 OK x\r\n", ERR_PROTOCOL, "wrong tag",
	 IMAP_PIPELINING_UNTRIED, TAG "1 " ID TAG "2 " SELECT},
	{true, true, TAG "3 OK x\r\n", ERR_PROTOCOL, "wrong tag", IMAP_PIPELINING_UNTRIED,
	 TAG "1 " ID TAG "2 " SELECT},
	/* BAD to the second command: it is sent again, alone */
	{true, true, TAG "1 OK\r\n" TAG "2 BAD x\r\n" NEXT TAG "3 OK\r\n" NEXT OPEN TAG "4 OK\r\n",
	 ERR_NONE, "", IMAP_PIPELINING_BREAKS,
	 TAG "1 " ID TAG "2 " SELECT TAG "3 " ID TAG "4 " SELECT},
	/* capabilities that were not told after the logon */
	{false, false, "* CAPABILITY IDLE\r\n" TAG "1 OK\r\n" OPEN TAG "2 OK\r\n", ERR_NONE, "",
	 IMAP_PIPELINING_WORKS, TAG "1 CAPABILITY\r\n" TAG "2 " SELECT},
	{false, true, "* CAPABILITY ID\r\n" TAG "1 OK\r\n" TAG "2 OK\r\n" OPEN TAG "3 OK\r\n",
	 ERR_NONE, "", IMAP_PIPELINING_WORKS, TAG "1 CAPABILITY\r\n" TAG "2 " ID TAG "3 " SELECT},
	{false, false, TAG "1 OK\r\n" OPEN TAG "2 OK\r\n", ERR_PROTOCOL,
	 "does not tell its capabilities", IMAP_PIPELINING_UNTRIED,
	 TAG "1 CAPABILITY\r\n" TAG "2 " SELECT},
	/* only then the server tells that it wants to know who asks */
	{false, false,
	 "* CAPABILITY ID\r\n" TAG "1 OK\r\n" TAG "2 NO unsafe login\r\n" NEXT TAG
	 "3 OK\r\n" NEXT OPEN TAG "4 OK\r\n",
	 ERR_NONE, "", IMAP_PIPELINING_WORKS,
	 TAG "1 CAPABILITY\r\n" TAG "2 " SELECT TAG "3 " ID TAG "4 " SELECT},
};

START_TEST(test_imap_select__with_what_comes_before_it_in_one_write)
{
	begin(openings[_i].script);
	s.logged_on = true;
	s.caps = (struct imap_capabilities){.known = openings[_i].known, .id = openings[_i].id};
	dialog_expect(imap_select(&s, "INBOX"), openings[_i].kind, openings[_i].text);
	ck_assert_int_eq(s.pipelining, openings[_i].pipelining);
	if (openings[_i].kind == ERR_NONE)
		ck_assert_uint_eq(s.uidnext, 9);
	end();
	ck_assert_str_eq(dialog.sent, openings[_i].sent);
}
END_TEST

/* ---- SEARCH, FETCH ---- */

static const struct {
	const char *script;
	bool refused;
	size_t count;
	uint32_t last;
} searches[] = {
	{"* SEARCH\r\n" TAG "1 OK\r\n", false, 0, 0},
	{"* SEARCH 4 7\r\n" TAG "1 OK\r\n", false, 2, 7},
	{"* SEARCH 4\r\n* SEARCH 5 9\r\n" TAG "1 OK\r\n", false, 3, 9},
	{"* ESEARCH (TAG \"" TAG "1\") UID ALL 2:3,8\r\n" TAG "1 OK\r\n", false, 3, 8},
	{"* ESEARCH (TAG \"x\") UID ALL 2:3,8\r\n" TAG "1 OK\r\n", false, 0, 0},
	{"* SEARCH 4 x\r\n" TAG "1 OK\r\n", true, 0, 0},
	{"* SEARCH 4\r\n" TAG "1 NO x\r\n", true, 0, 0},
	{TAG "1 OK\r\n", false, 0, 0},
};

START_TEST(test_imap_search)
{
	bool refused = false;

	begin(searches[_i].script);
	s.logged_on = true;
	dialog_expect(imap_search(&s, &refused, "UID %u:*", 4u), ERR_NONE, "");
	ck_assert_int_eq(refused, searches[_i].refused);
	ck_assert_uint_eq(s.uids.count, searches[_i].count);
	if (s.uids.count)
		ck_assert_uint_eq(s.uids.uid[s.uids.count - 1], searches[_i].last);
	end();
	ck_assert_str_eq(dialog.sent, TAG "1 UID SEARCH UID 4:*\r\n");
}
END_TEST

static const struct {
	const char *script;
	const char *seen; /* UID=text of each message that was passed on */
} fetches[] = {
	{"* 1 FETCH (UID 4 BODY[] {2}\r\nab)\r\n" TAG "1 OK\r\n", "4=ab "},
	{"* 1 FETCH (BODY[] \"ab\" UID 4)\r\n" TAG "1 OK\r\n", "4=ab "},
	/* in two responses, either first */
	{"* 1 FETCH (UID 4)\r\n* 1 FETCH (BODY[] \"ab\")\r\n" TAG "1 OK\r\n", "4=ab "},
	{"* 1 FETCH (BODY[] \"ab\")\r\n* 1 FETCH (UID 4)\r\n" TAG "1 OK\r\n", "4=ab "},
	/* the numbers shift between the halves */
	{"* 2 FETCH (UID 4)\r\n* 1 EXPUNGE\r\n* 1 FETCH (BODY[] \"ab\")\r\n" TAG "1 OK\r\n",
	 "4=ab "},
	{"* 2 FETCH (UID 4)\r\n* 2 EXPUNGE\r\n* 2 FETCH (BODY[] \"ab\")\r\n" TAG "1 OK\r\n", ""},
	/* not asked for, without one half, malformed */
	{"* 9 FETCH (UID 5 BODY[] \"no\")\r\n* 1 FETCH (UID 4 BODY[] \"ab\")\r\n" TAG "1 OK\r\n",
	 "4=ab "},
	{"* 1 FETCH (FLAGS (\\Seen) UID 4)\r\n" TAG "1 OK\r\n", ""},
	{"* 1 FETCH (UID 4 BODY[] \"ab\"\r\n" TAG "1 OK\r\n", ""},
	{"* 1 FETCH (UID 4 BODY[] {2}\r\nab\r\n)\r\n" TAG "1 OK\r\n", "4=ab "},
	{"* 1 FETCH (UID 4 BODY[] NIL)\r\n* 2 FETCH (UID 6 BODY[] \"\")\r\n" TAG "1 OK\r\n",
	 "4= 6= "},
};

static int note(void *ctx, const struct imap_fetch *fetch)
{
	return buf_printf(ctx, "%u=%.*s ", fetch->uid, (int)fetch->body.len, fetch->body.at);
}

START_TEST(test_imap_fetch__halves_are_put_together)
{
	const uint32_t uid[] = {4, 6};
	const struct imap_set set = {.uid = uid, .count = 2};
	struct buf seen = BUF_INIT(100);

	begin(fetches[_i].script);
	s.logged_on = true;
	dialog_expect(imap_fetch(&s, &set, IMAP_WHOLE, note, &seen, NULL), ERR_NONE, "");
	ck_assert_str_eq(buf_str(&seen), fetches[_i].seen);
	end();
	ck_assert_str_eq(dialog.sent, TAG "1 UID FETCH 4,6 (UID BODY.PEEK[])\r\n");
	buf_free(&seen);
}
END_TEST

/* ---- IDLE, LOGOUT ---- */

START_TEST(test_imap_idle__ends_when_something_has_come)
{
	begin("+ idling\r\n" NEXT "* 4 EXISTS\r\n" NEXT TAG "1 OK\r\n");
	s.caps.idle = true;
	dialog_expect(imap_idle(&s, clock_us() + US_PER_S), ERR_NONE, "");
	ck_assert(s.exists == 4 && s.arrivals == 1 && s.caps.idle);
	end();
	ck_assert_str_eq(dialog.sent, TAG "1 IDLE\r\nDONE\r\n");
}
END_TEST

START_TEST(test_imap_idle__refused_it_is_offered_no_more)
{
	begin(TAG "1 NO x\r\n");
	s.caps.idle = true;
	dialog_expect(imap_idle(&s, clock_us() + US_PER_S), ERR_NONE, "");
	ck_assert(!s.caps.idle);
	end();
}
END_TEST

START_TEST(test_imap_logout__bye_is_welcome_and_no_error)
{
	begin("* BYE see you\r\n" TAG "1 OK\r\n");
	imap_logout(&s);
	dialog_expect(0, ERR_NONE, "");
	end();
	ck_assert_str_eq(dialog.sent, TAG "1 LOGOUT\r\n");
}
END_TEST

UNIT_MAIN_FIXTURE("imap", NULL, NULL, ROWS(test_imap_greeting, greetings),
		  ROWS(test_imap_noop__answers_and_what_comes_with_them, answers),
		  ONCE(test_imap_noop__before_the_logon_nothing_odd_is_passed_over),
		  ONCE(test_imap_noop__an_answer_ahead_ends_the_session),
		  ONCE(test_imap_noop__a_refusal_may_be_no_error),
		  ROWS(test_imap_login__by_login, logons),
		  ONCE(test_imap_login__a_name_that_cannot_be_quoted_is_a_literal),
		  ONCE(test_imap_login__by_authenticate_plain),
		  ONCE(test_imap_login__sends_nothing_where_it_may_not),
		  ONCE(test_imap_starttls__not_offered_or_refused), ROWS(test_imap_select, selects),
		  ROWS(test_imap_select__with_what_comes_before_it_in_one_write, openings),
		  ROWS(test_imap_search, searches),
		  ROWS(test_imap_fetch__halves_are_put_together, fetches),
		  ONCE(test_imap_idle__ends_when_something_has_come),
		  ONCE(test_imap_idle__refused_it_is_offered_no_more),
		  ONCE(test_imap_logout__bye_is_welcome_and_no_error))
