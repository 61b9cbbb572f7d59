/* test_pop3.c - the POP3 dialog: greeting, replies, what comes unasked, logon, listings, QUIT */
#include "mail/pop3/pop3.h"

#include <stdio.h>

#include "dialog.h"
#include "mail/pop3/pop3_command.h"

static struct pop3 s;

static void begin(const char *script)
{
	int fd = dialog_begin(script);

	pop3_init(&s, &dialog.tl, &dialog.err, NULL);
	s.conn.fd = fd;
	s.greeted = true;
}

static void end(void)
{
	dialog_end();
	pop3_free(&s);
}

/* ---- greeting, CAPA, STLS ---- */

static const struct {
	const char *script;
	enum err_kind kind;
	const char *text;
	const char *timestamp;
} greetings[] = {
	{"+OK ready\r\n", ERR_NONE, "", ""},
	{"+OK\r\n", ERR_NONE, "", ""},
	{"+OK POP3 <1.2@mx.example> hello\r\n", ERR_NONE, "", "<1.2@mx.example>"},
	{"+OK POP3 <1.2@mx.exa\x01mple> hello\r\n", ERR_NONE, "", ""},
	{"-ERR too many connections\r\n", ERR_TRANSIENT, "\"-ERR too many connections\"", ""},
	{"-ERR go away\r\n", ERR_REFUSED, "\"-ERR go away\"", ""},
	{"+ go\r\n", ERR_PROTOCOL, "not a POP3 greeting: \"+ go\"", ""},
	{"* OK IMAP4rev1\r\n", ERR_PROTOCOL, "not a POP3 greeting", ""},
	{"220 mx ESMTP\r\n", ERR_PROTOCOL, "not a POP3 greeting", ""},
	{"+OKAY\r\n", ERR_PROTOCOL, "not a POP3 greeting", ""},
	{"", ERR_CLOSED, "server closed the connection", ""},
};

START_TEST(test_pop3_greeting)
{
	begin(greetings[_i].script);
	dialog_expect(pop3_greeting(&s), greetings[_i].kind, greetings[_i].text);
	ck_assert_str_eq(s.timestamp, greetings[_i].timestamp);
	end();
}
END_TEST

static const struct {
	const char *script;
	enum err_kind kind;
	const char *text;
	bool known, top;
} capas[] = {
	{"+OK\r\nTOP\r\nUIDL\r\n.\r\n", ERR_NONE, "", true, true},
	{"+OK\r\n.\r\n", ERR_NONE, "", true, false},
	{"+OK\n..TOP\nUIDL\n.\n", ERR_NONE, "", true, false},
	{"-ERR what\r\n", ERR_NONE, "", false, false},
	{"+OK\r\nTOP\r\n", ERR_CLOSED, "server closed the connection", false, true},
	{"* BAD\r\n", ERR_PROTOCOL, "not a POP3 reply: \"* BAD\"", false, false},
};

START_TEST(test_pop3_capability)
{
	begin(capas[_i].script);
	dialog_expect(pop3_capability(&s), capas[_i].kind, capas[_i].text);
	ck_assert(s.caps.known == capas[_i].known && s.caps.top == capas[_i].top);
	end();
	ck_assert_str_eq(dialog.sent, "CAPA\r\n");
}
END_TEST

START_TEST(test_pop3_stls__not_offered_or_refused)
{
	begin("-ERR not now\r\n");
	s.caps.known = true;
	dialog_expect(pop3_stls(&s, "h", NULL), ERR_TLS, "does not offer STLS");
	dialog.err = (struct err){0};
	s.caps.known = false; /* then it is tried */
	dialog_expect(pop3_stls(&s, "h", NULL), ERR_TLS, "\"-ERR not now\"");
	end();
	ck_assert_str_eq(dialog.sent, "STLS\r\n");
}
END_TEST

/* ---- replies ---- */

static const struct {
	const char *script;
	enum err_kind kind;
	const char *text;
	uint32_t messages;
	uint64_t size;
} stats[] = {
	{"+OK 2 320\r\n", ERR_NONE, "", 2, 320},
	{"+OK 2 320 and more\r\n", ERR_NONE, "", 2, 320},
	{"+OK 2 messages\r\n", ERR_NONE, "", 2, 0},
	{"+OK 2 -5\r\n", ERR_NONE, "", 2, 0},
	{"\r\n.\r\n+OK 2 320\r\n", ERR_NONE, "", 2, 320},
	{"-ERR no\r\n", ERR_REFUSED, "\"-ERR no\"", 0, 0},
	{"+OK none\r\n", ERR_PROTOCOL, "impossible answer to STAT: \"+OK none\"", 0, 0},
	{"+ go\r\n", ERR_PROTOCOL, "not a POP3 reply: \"+ go\"", 0, 0},
	{"2 320\r\n", ERR_PROTOCOL, "not a POP3 reply", 0, 0},
	{"", ERR_CLOSED, "server closed the connection", 0, 0},
};

START_TEST(test_pop3_stat)
{
	begin(stats[_i].script);
	dialog_expect(pop3_stat(&s), stats[_i].kind, stats[_i].text);
	ck_assert_uint_eq(s.messages, stats[_i].messages);
	ck_assert_uint_eq(s.size, stats[_i].size);
	end();
	ck_assert_str_eq(dialog.sent, "STAT\r\n");
}
END_TEST

/* ahead of the second command: nothing of it is sent */
static const struct {
	const char *script;
	enum err_kind kind;
	const char *text;
} ahead[] = {
	{"+OK 2 320\r\n+OK 2 320\r\n", ERR_PROTOCOL, "a reply that nothing was asked for"},
	{"+OK 2 320\r\n-ERR idle too long\r\n", ERR_CLOSED, "server ended the session"},
	{"+OK 2 320\r\nwhat\r\n", ERR_PROTOCOL, "not a POP3 reply: \"what\""},
};

START_TEST(test_pop3_stat__a_reply_ahead_ends_the_session)
{
	begin(ahead[_i].script);
	ck_assert_int_eq(pop3_stat(&s), 0);
	dialog_expect(pop3_stat(&s), ahead[_i].kind, ahead[_i].text);
	end();
	ck_assert_str_eq(dialog.sent, "STAT\r\n");
}
END_TEST

/* ---- logon ---- */

static const struct {
	const char *mechanisms;
	bool known, user;
	const char *auth;
	const char *script;
	enum err_kind kind;
	const char *text;
	const char *sent;
} logons[] = {
	{"", false, false, NULL, "+OK\r\n" NEXT "+OK in\r\n", ERR_NONE, "",
	 "USER me\r\nPASS p\"w\r\n"},
	{"", false, false, NULL, "-ERR no such user\r\n", ERR_AUTH, "\"-ERR no such user\"",
	 "USER me\r\n"},
	{"", false, false, NULL, "+OK\r\n" NEXT "-ERR [AUTH] no\r\n", ERR_AUTH, "[AUTH] no",
	 "USER me\r\nPASS p\"w\r\n"},
	{"", false, false, NULL, "+OK\r\n" NEXT "-ERR [SYS/PERM] no\r\n", ERR_REFUSED, "SYS/PERM",
	 "USER me\r\nPASS p\"w\r\n"},
	{"PLAIN", false, false, NULL, "+ \r\n" NEXT "+OK in\r\n", ERR_NONE, "",
	 "AUTH PLAIN\r\nAG1lAHAidw==\r\n"},
	{"LOGIN", true, false, NULL,
	 "+ VXNlcm5hbWU6\r\n" NEXT "+ UGFzc3dvcmQ6\r\n" NEXT "-ERR no\r\n", ERR_AUTH, "\"-ERR no\"",
	 "AUTH LOGIN\r\nbWU=\r\ncCJ3\r\n"},
	{"LOGIN", true, true, NULL, "-ERR no\r\n" NEXT "-ERR never\r\n", ERR_AUTH, "\"-ERR never\"",
	 "USER me\r\nAUTH LOGIN\r\n"},
	{"LOGIN", true, true, NULL, "-ERR [AUTH] no\r\n", ERR_AUTH, "\"-ERR [AUTH] no\"",
	 "USER me\r\n"},
	{"NTLM", true, false, NULL, "", ERR_AUTH, "without TLS the server allows no password", ""},
	{"PLAIN", true, true, "APOP", "", ERR_AUTH, "does not offer APOP", ""},
};

START_TEST(test_pop3_login)
{
	begin(logons[_i].script);
	sasl_add_mechanisms(s.caps.mechanisms, span_of(logons[_i].mechanisms));
	s.caps.known = logons[_i].known;
	s.caps.user = logons[_i].user;
	struct credentials who = dialog_user;
	who.auth = logons[_i].auth;
	dialog_expect(pop3_login(&s, &who, true), logons[_i].kind, logons[_i].text);
	end();
	ck_assert_str_eq(dialog.sent, logons[_i].sent);
}
END_TEST

/* RFC 1939 section 7 has this example */
START_TEST(test_pop3_login__by_apop)
{
	static char secret[] = "tanstaaf";
	const struct secret password = {secret};
	const struct credentials who = {.username = "mrose", .password = &password, .auth = "APOP"};

	begin("+OK in\r\n");
	snprintf(s.timestamp, sizeof(s.timestamp), "%s", "<1896.697170952@dbc.mtview.ca.us>");
	dialog_expect(pop3_login(&s, &who, true), ERR_NONE, "");
	end();
	ck_assert_str_eq(dialog.sent, "APOP mrose c4c9334bac560ecc979e58001b3e22fb\r\n");
}
END_TEST

START_TEST(test_pop3_login__sends_nothing_without_tls)
{
	begin("");
	dialog_expect(pop3_login(&s, &dialog_user, false), ERR_TLS, "no password is sent");
	end();
	ck_assert_str_eq(dialog.sent, "");
}
END_TEST

/* ---- listings and messages ---- */

static int note_uid(void *ctx, uint32_t number, struct span uid)
{
	return buf_printf(ctx, "%u=%.*s ", number, (int)uid.len, uid.at);
}

static int note_header(void *ctx, uint32_t number, const char *header, size_t len)
{
	return buf_printf(ctx, "%u=%.*s ", number, (int)strcspn(header, "\r\n"), len ? header : "");
}

static const struct {
	bool pipelining;
	const char *script, *seen, *sent;
} uidls[] = {
	{false, "+OK 1 a\r\n" NEXT "+OK 2 b\r\n", "1=a 2=b ", "UIDL 1\r\nUIDL 2\r\n"},
	{true, "+OK 1 a\r\n+OK 2 b\r\n", "1=a 2=b ", "UIDL 1\r\nUIDL 2\r\n"},
	{true, "-ERR gone\r\n+OK b\r\n", "2=b ", "UIDL 1\r\nUIDL 2\r\n"},
};

START_TEST(test_pop3_uidl)
{
	const uint32_t number[] = {1, 2};
	struct buf seen = BUF_INIT(100);

	begin(uidls[_i].script);
	s.caps.pipelining = uidls[_i].pipelining;
	dialog_expect(pop3_uidl(&s, number, 2, note_uid, &seen), ERR_NONE, "");
	ck_assert_str_eq(buf_str(&seen), uidls[_i].seen);
	end();
	ck_assert_str_eq(dialog.sent, uidls[_i].sent);
	buf_free(&seen);
}
END_TEST

static const struct {
	const char *script;
	enum err_kind kind;
	const char *text, *seen;
} listings[] = {
	{"+OK\r\n1 a\r\n2 b\r\n.\r\n", ERR_NONE, "", "1=a 2=b "},
	{"+OK\r\n1 a\r\n\r\n2\r\n3 c\r\n.\r\n", ERR_NONE, "", "1=a 3=c "},
	{"+OK\r\n0 a\r\n.\r\n", ERR_PROTOCOL, "impossible line of UIDL: \"0 a\"", ""},
	{"-ERR no\r\n", ERR_NONE, "", ""},
};

START_TEST(test_pop3_uidl_all)
{
	struct buf seen = BUF_INIT(100);

	begin(listings[_i].script);
	dialog_expect(pop3_uidl_all(&s, note_uid, &seen), listings[_i].kind, listings[_i].text);
	ck_assert_str_eq(buf_str(&seen), listings[_i].seen);
	end();
	buf_free(&seen);
}
END_TEST

static const struct {
	bool top;
	const char *script, *seen, *sent;
} headers[] = {
	{true, "+OK\r\nA: 1\r\n\r\n.\r\n" NEXT "+OK\r\nA: 2\r\n\r\n.\r\n", "1=A: 1 2=A: 2 ",
	 "TOP 1 0\r\nTOP 2 0\r\n"},
	{true, "-ERR gone\r\n" NEXT "+OK\r\n..A: 2\r\n\r\n.\r\n", "2=.A: 2 ",
	 "TOP 1 0\r\nTOP 2 0\r\n"},
	/* TOP is not known: by RETR, if it is small */
	{false, "+OK 1 700\r\n" NEXT "+OK\r\nA: 1\r\n\r\nx\r\n.\r\n" NEXT "+OK 2 70000\r\n",
	 "1=A: 1 ", "LIST 1\r\nRETR 1\r\nLIST 2\r\n"},
};

START_TEST(test_pop3_headers)
{
	const uint32_t number[] = {1, 2};
	struct buf seen = BUF_INIT(100);

	begin(headers[_i].script);
	s.caps.known = true;
	s.caps.top = headers[_i].top;
	s.messages = 2;
	dialog_expect(pop3_headers(&s, number, 2, note_header, &seen), ERR_NONE, "");
	ck_assert_str_eq(buf_str(&seen), headers[_i].seen);
	end();
	ck_assert_str_eq(dialog.sent, headers[_i].sent);
	buf_free(&seen);
}
END_TEST

START_TEST(test_pop3_retr__takes_the_doubled_dots_off)
{
	begin("+OK\r\nA: 1\r\n\r\n..x\r\n.\r\n");
	dialog_expect(pop3_retr(&s, 3, NULL, 0), ERR_NONE, "");
	ck_assert_str_eq(buf_str(&s.text), "A: 1\r\n\r\n.x\r\n");
	end();
	ck_assert_str_eq(dialog.sent, "RETR 3\r\n");
}
END_TEST

START_TEST(test_pop3_dele__a_refusal_may_be_no_error)
{
	bool refused = false;

	begin("-ERR no\r\n" NEXT "+OK\r\n" NEXT "-ERR no\r\n");
	ck_assert_int_eq(pop3_dele(&s, 1, &refused), 0);
	ck_assert(refused && s.marked == 0);
	ck_assert_int_eq(pop3_dele(&s, 2, &refused), 0);
	ck_assert(!refused && s.marked == 1);
	dialog_expect(pop3_dele(&s, 3, NULL), ERR_REFUSED, "\"-ERR no\"");
	end();
}
END_TEST

/* ---- several commands in one write ---- */

static void begin_pipelined(const char *script, uint32_t messages)
{
	begin(script);
	s.caps = (struct pop3_capabilities){
		.known = true, .top = true, .uidl = true, .user = true, .pipelining = true};
	s.messages = messages;
}

static const struct {
	const char *script;
	enum err_kind kind;
	const char *text;
} at_once[] = {
	{"+OK\r\n+OK in\r\n", ERR_NONE, ""},
	{"-ERR no such user\r\n-ERR USER first\r\n", ERR_AUTH, "\"-ERR no such user\""},
	{"-ERR no such user\r\n+OK in\r\n", ERR_AUTH, "\"-ERR no such user\""},
	{"-ERR [SYS/PERM] closed\r\n" NEXT "-ERR [AUTH] no\r\n", ERR_REFUSED, "SYS/PERM"},
	{"-ERR no such user\r\n", ERR_AUTH, "\"-ERR no such user\""},
	{"+OK\r\n-ERR [AUTH] no\r\n", ERR_AUTH, "[AUTH] no"},
	{"+OK\r\n", ERR_CLOSED, "server closed the connection"},
};

START_TEST(test_pop3_login__user_and_pass_at_once)
{
	begin_pipelined(at_once[_i].script, 0);
	dialog_expect(pop3_login(&s, &dialog_user, true), at_once[_i].kind, at_once[_i].text);
	end();
	ck_assert_str_eq(dialog.sent, "USER me\r\nPASS p\"w\r\n");
}
END_TEST

static const struct {
	const char *script;
	enum err_kind kind;
	const char *text, *seen;
} tops[] = {
	{"+OK\r\nA: 1\r\n\r\n.\r\n-ERR gone\r\n+OK 2 9\r\n", ERR_NONE, "", "1=A: 1 "},
	{"+OK\r\nA: 1\r\n\r\n.\r\n+OK\r\nA: 2\r\n.\r\n+OK 2 messages\r\n", ERR_NONE, "",
	 "1=A: 1 2=A: 2 "},
	/* one too many, one too few, and what is not known to be the last one */
	{"-ERR x\r\n-ERR y\r\n+OK\r\nA: 2\r\n.\r\n+OK 2 9\r\n", ERR_PROTOCOL,
	 "answers out of step: \"+OK\"", ""},
	{"-ERR x\r\n+OK 2 9\r\n", ERR_CLOSED, "server closed the connection", ""},
	{"-ERR x\r\n-ERR y\r\n+OK 3 9\r\n", ERR_PROTOCOL, "answers out of step", ""},
	{"-ERR x\r\n-ERR y\r\n-ERR what?\r\n", ERR_PROTOCOL, "answers out of step", ""},
};

START_TEST(test_pop3_headers__end_with_a_known_answer)
{
	const uint32_t number[] = {1, 2};
	struct buf seen = BUF_INIT(100);

	begin_pipelined(tops[_i].script, 2);
	dialog_expect(pop3_headers(&s, number, 2, note_header, &seen), tops[_i].kind,
		      tops[_i].text);
	ck_assert_str_eq(buf_str(&seen), tops[_i].seen);
	end();
	ck_assert_str_eq(dialog.sent, "TOP 1 0\r\nTOP 2 0\r\nSTAT\r\n");
	buf_free(&seen);
}
END_TEST

START_TEST(test_pop3_retr__with_headers_behind)
{
	const uint32_t number[] = {1, 2};
	struct buf seen = BUF_INIT(100);

	begin_pipelined("+OK\r\nA: 3\r\n\r\nx\r\n.\r\n+OK\r\nA: 1\r\n\r\n.\r\n-ERR gone\r\n"
			"+OK 3 9\r\n",
			3);
	ck_assert(pop3_tops_at_once(&s));
	dialog_expect(pop3_retr(&s, 3, number, 2), ERR_NONE, "");
	ck_assert_str_eq(buf_str(&s.text), "A: 3\r\n\r\nx\r\n");
	dialog_expect(pop3_headers_behind(&s, number, 2, note_header, &seen), ERR_NONE, "");
	ck_assert_str_eq(buf_str(&seen), "1=A: 1 ");
	end();
	ck_assert_str_eq(dialog.sent, "RETR 3\r\nTOP 1 0\r\nTOP 2 0\r\nSTAT\r\n");
	buf_free(&seen);
}
END_TEST

static const struct {
	const char *script, *seen;
	bool refused; /* for one of those that are there */
} nexts[] = {
	{"+OK 4 9\r\n+OK\r\nA: 4\r\n\r\n.\r\n", "4=A: 4 ", false},
	{"+OK 4 9\r\n-ERR not yet\r\n", "", true},
	{"+OK 3 9\r\n-ERR no such message\r\n", "", false},
	{"+OK 3 9\r\n+OK\r\nA: 4\r\n\r\n.\r\n", "", false},
};

START_TEST(test_pop3_stat_ahead__shows_what_is_there)
{
	struct buf seen = BUF_INIT(100);

	begin_pipelined(nexts[_i].script, 0);
	dialog_expect(pop3_stat_ahead(&s, 4), ERR_NONE, "");
	dialog_expect(pop3_header_ahead(&s, note_header, &seen), ERR_NONE, "");
	ck_assert_str_eq(buf_str(&seen), nexts[_i].seen);
	ck_assert(s.unseen == nexts[_i].refused && s.top_refused == nexts[_i].refused);
	end();
	ck_assert_str_eq(dialog.sent, "STAT\r\nTOP 4 0\r\n");
	buf_free(&seen);
}
END_TEST

START_TEST(test_pop3_dele_and_quit__each_answer_by_its_own_command)
{
	const uint32_t number[] = {4, 2};
	bool refused = false;

	begin_pipelined("+OK\r\n-ERR locked\r\n+OK bye\r\n", 4);
	dialog_expect(pop3_dele_and_quit(&s, number, 2), ERR_NONE, "");
	dialog_expect(pop3_dele_answer(&s, NULL), ERR_NONE, "");
	dialog_expect(pop3_dele_answer(&s, &refused), ERR_NONE, "");
	ck_assert(refused);
	dialog_expect(pop3_quit_answer(&s), ERR_NONE, "");
	end();
	ck_assert_str_eq(dialog.sent, "DELE 4\r\nDELE 2\r\nQUIT\r\n");
}
END_TEST

START_TEST(test_pop3_distrust__only_where_several_were_sent)
{
	const uint32_t number[] = {1, 2};

	begin_pipelined("+OK 2 9\r\n", 2);
	ck_assert_int_eq(pop3_stat(&s), 0);
	ck_assert_int_eq(pop3_stat(&s), -1); /* the server hangs up */
	ck_assert(!pop3_distrust(&s) && dialog.err.kind == ERR_CLOSED);
	end();
	begin_pipelined("-ERR x\r\n", 2);
	ck_assert_int_eq(pop3_headers(&s, number, 2, note_header, NULL), -1);
	ck_assert(pop3_distrust(&s) && dialog.err.kind == ERR_NONE);
	ck_assert(s.no_pipelining && !s.caps.pipelining && s.conn.fd < 0);
	ck_assert(!pop3_distrust(&s));
	end();
}
END_TEST

/* ---- QUIT ---- */

static const struct {
	const char *script;
	enum err_kind kind;
	const char *text;
} quits[] = {
	{"+OK bye\r\n", ERR_NONE, ""},
	{"-ERR not removed\r\n", ERR_REFUSED, "deletion not confirmed: \"-ERR not removed\""},
	{"+OK bye\r\n-ERR not removed\r\n", ERR_PROTOCOL, "more than one answer to QUIT"},
	{"", ERR_CLOSED, "deletion not confirmed: server closed the connection"},
};

START_TEST(test_pop3_quit__counts_only_when_it_is_confirmed)
{
	begin(quits[_i].script);
	dialog_expect(pop3_quit(&s), quits[_i].kind, quits[_i].text);
	end();
	ck_assert_str_eq(dialog.sent, "QUIT\r\n");
}
END_TEST

START_TEST(test_pop3_part__reads_the_answer_to_what_was_said)
{
	begin("+OK 1 a\r\n+OK bye\r\n");
	s.caps.pipelining = true;
	ck_assert_int_eq(pop3_gather(&s) || pop3_put(&s, "UIDL 1"), 0);
	pop3_say_quit(&s);
	ck_assert(s.quit_sent);
	pop3_part(&s);
	dialog_expect(0, ERR_NONE, "");
	ck_assert(!s.no_pipelining && !s.quit_sent);
	end();
	ck_assert_str_eq(dialog.sent, "UIDL 1\r\nQUIT\r\n");
}
END_TEST

START_TEST(test_pop3_part__takes_marks_back)
{
	begin("");
	s.marked = 1;
	pop3_part(&s);
	dialog_expect(0, ERR_NONE, "");
	end();
	ck_assert_str_eq(dialog.sent, "RSET\r\nQUIT\r\n");
}
END_TEST

UNIT_MAIN_FIXTURE("pop3", NULL, NULL, ROWS(test_pop3_greeting, greetings),
		  ROWS(test_pop3_capability, capas), ONCE(test_pop3_stls__not_offered_or_refused),
		  ROWS(test_pop3_stat, stats),
		  ROWS(test_pop3_stat__a_reply_ahead_ends_the_session, ahead),
		  ROWS(test_pop3_login, logons), ONCE(test_pop3_login__by_apop),
		  ONCE(test_pop3_login__sends_nothing_without_tls), ROWS(test_pop3_uidl, uidls),
		  ROWS(test_pop3_uidl_all, listings), ROWS(test_pop3_headers, headers),
		  ONCE(test_pop3_retr__takes_the_doubled_dots_off),
		  ONCE(test_pop3_dele__a_refusal_may_be_no_error),
		  ROWS(test_pop3_login__user_and_pass_at_once, at_once),
		  ROWS(test_pop3_headers__end_with_a_known_answer, tops),
		  ONCE(test_pop3_retr__with_headers_behind),
		  ROWS(test_pop3_stat_ahead__shows_what_is_there, nexts),
		  ONCE(test_pop3_dele_and_quit__each_answer_by_its_own_command),
		  ONCE(test_pop3_distrust__only_where_several_were_sent),
		  ONCE(test_pop3_part__reads_the_answer_to_what_was_said),
		  ROWS(test_pop3_quit__counts_only_when_it_is_confirmed, quits),
		  ONCE(test_pop3_part__takes_marks_back))
