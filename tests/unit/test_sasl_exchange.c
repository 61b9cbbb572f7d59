/* test_sasl_exchange.c - what is said to which reply, by a carrier that has its replies from a
 * table */
#include "mail/sasl/exchange.h"

#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/clock.h"
#include "unit.h"

#define PLAIN  "AHUAcGFzc3dvcmQ=" /* u, password */
#define USER64 "dQ=="
#define PASS64 "cGFzc3dvcmQ="

enum { REPLIES = 12 };

static const struct exchange {
	const char *mechanism;
	size_t line_max;
	struct sasl_reply reply[REPLIES];
	const char *sent;
	int rc;
	const char *says; /* part of the error */
} exchanges[] = {
	{"PLAIN", 100, {{SASL_SUCCESS, "", 0}}, "A PLAIN " PLAIN "\r\n", 0, ""},
	{"PLAIN", 100, {{SASL_FAILURE, "", 0}}, "A PLAIN " PLAIN "\r\n", 0, ""},
	{"PLAIN", 100, {{SASL_CANCELLED, "", 0}}, "A PLAIN " PLAIN "\r\n", 0, ""},
	/* the initial response waits for a challenge, whatever that says */
	{"PLAIN",
	 0,
	 {{SASL_CHALLENGE, "", 0}, {SASL_SUCCESS, "", 0}},
	 "A PLAIN\r\n" PLAIN "\r\n",
	 0,
	 ""},
	{"PLAIN",
	 23,
	 {{SASL_CHALLENGE, "go on", 5}, {SASL_SUCCESS, "", 0}},
	 "A PLAIN\r\n" PLAIN "\r\n",
	 0,
	 ""},
	{"PLAIN", 24, {{SASL_SUCCESS, "", 0}}, "A PLAIN " PLAIN "\r\n", 0, ""},
	{"PLAIN", 0, {{SASL_FAILURE, "", 0}}, "A PLAIN\r\n", 0, ""},
	/* it is said once */
	{"PLAIN",
	 100,
	 {{SASL_CHALLENGE, "", 0}, {SASL_FAILURE, "", 0}},
	 "A PLAIN " PLAIN "\r\n*\r\n",
	 0,
	 ""},
	{"PLAIN",
	 0,
	 {{SASL_CHALLENGE, "", 0}, {SASL_CHALLENGE, "", 0}, {SASL_FAILURE, "", 0}},
	 "A PLAIN\r\n" PLAIN "\r\n*\r\n",
	 0,
	 ""},
	{"PLAIN",
	 100,
	 {{SASL_CHALLENGE, "", 0}, {SASL_CHALLENGE, "", 0}, {SASL_FAILURE, "", 0}},
	 "A PLAIN " PLAIN "\r\n*\r\n*\r\n",
	 0,
	 ""},
	/* what is not a failure after "*", or says no more than that */
	{"PLAIN",
	 100,
	 {{SASL_CHALLENGE, "", 0}, {SASL_SUCCESS, "", 0}},
	 "A PLAIN " PLAIN "\r\n*\r\n",
	 -1,
	 "asks for more after the end of AUTH PLAIN"},
	{"PLAIN",
	 100,
	 {{SASL_CHALLENGE, "", 0}, {SASL_CANCELLED, "", 0}},
	 "A PLAIN " PLAIN "\r\n*\r\n",
	 -1,
	 "asks for more after the end of AUTH PLAIN"},
	/* LOGIN has two answers, to prompts of any kind */
	{"LOGIN",
	 100,
	 {{SASL_CHALLENGE, "Username:", 9}, {SASL_CHALLENGE, "", 0}, {SASL_SUCCESS, "", 0}},
	 "A LOGIN\r\n" USER64 "\r\n" PASS64 "\r\n",
	 0,
	 ""},
	{"LOGIN",
	 100,
	 {{SASL_CHALLENGE, "VXNlcm5hbWU6+junk", 12}, {SASL_FAILURE, "", 0}},
	 "A LOGIN\r\n" USER64 "\r\n",
	 0,
	 ""},
	{"LOGIN",
	 100,
	 {{SASL_CHALLENGE, "", 0},
	  {SASL_CHALLENGE, "", 0},
	  {SASL_CHALLENGE, "", 0},
	  {SASL_FAILURE, "", 0}},
	 "A LOGIN\r\n" USER64 "\r\n" PASS64 "\r\n*\r\n",
	 0,
	 ""},
	/* without end */
	{"PLAIN",
	 100,
	 {{SASL_CHALLENGE, "", 0},
	  {SASL_CHALLENGE, "", 0},
	  {SASL_CHALLENGE, "", 0},
	  {SASL_CHALLENGE, "", 0},
	  {SASL_CHALLENGE, "", 0},
	  {SASL_CHALLENGE, "", 0},
	  {SASL_CHALLENGE, "", 0},
	  {SASL_CHALLENGE, "", 0},
	  {SASL_CHALLENGE, "", 0}},
	 "A PLAIN " PLAIN "\r\n*\r\n*\r\n*\r\n*\r\n*\r\n*\r\n*\r\n*\r\n",
	 -1,
	 "AUTH PLAIN without end"},
	/* yes before all was said */
	{"PLAIN",
	 0,
	 {{SASL_SUCCESS, "", 0}},
	 "A PLAIN\r\n",
	 -1,
	 "says yes before the end of AUTH PLAIN"},
	{"LOGIN",
	 0,
	 {{SASL_CHALLENGE, "", 0}, {SASL_SUCCESS, "", 0}},
	 "A LOGIN\r\n" USER64 "\r\n",
	 -1,
	 "says yes before the end of AUTH LOGIN"},
	/* an empty initial response */
	{"EXTERNAL", 100, {{SASL_SUCCESS, "", 0}}, "A EXTERNAL =\r\n", 0, ""},
	{"EXTERNAL",
	 0,
	 {{SASL_CHALLENGE, "", 0}, {SASL_SUCCESS, "", 0}},
	 "A EXTERNAL\r\n\r\n",
	 0,
	 ""},
	/* a challenge that is none, where it matters */
	{"CRAM-MD5",
	 100,
	 {{SASL_CHALLENGE, "Zm9v!", 5}, {SASL_FAILURE, "", 0}},
	 "A CRAM-MD5\r\n*\r\n",
	 -1,
	 "the server's challenge is no base64"},
	{"CRAM-MD5",
	 100,
	 {{SASL_CHALLENGE, "", 0}, {SASL_FAILURE, "", 0}},
	 "A CRAM-MD5\r\n*\r\n",
	 -1,
	 "the server's challenge is empty"},
};

static struct session {
	struct conn conn;
	struct timeline tl;
	struct err err;
	struct buf transcript;
	int peer;
	const struct sasl_reply *next;
	struct sasl_trace trace;
	int checks, fail_check_at;
	bool fail_read;
} s;

static int check(void *session)
{
	ck_assert_ptr_eq(session, &s);
	return ++s.checks == s.fail_check_at ? err_set(&s.err, ERR_PROTOCOL, "unasked") : 0;
}

static int read_reply(void *session, struct sasl_reply *reply_r)
{
	ck_assert_ptr_eq(session, &s);
	if (s.fail_read)
		return err_set(&s.err, ERR_CLOSED, "gone");
	*reply_r = *s.next++;
	return 0;
}

static void setup(void)
{
	int fds[2];

	ck_assert_int_eq(socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, fds), 0);
	memset(&s, 0, sizeof(s));
	s.transcript = BUF_INIT(4096);
	timeline_begin(&s.tl, &s.err, 10 * US_PER_S, clock_us() + 10 * US_PER_S, 0);
	s.conn = CONN_INIT(&s.tl, &s.err, &s.transcript, "test");
	s.conn.fd = fds[0];
	s.peer = fds[1];
}

static void teardown(void)
{
	conn_close(&s.conn);
	buf_free(&s.transcript);
	close(s.peer);
}

/* LOGIN of SASL, not of IMAP */
static const struct mechanism *find(const char *name)
{
	for (const struct mechanism *m = mechanisms; m->name; m++)
		if (m->form == FORM_SASL && !strcmp(m->name, name))
			return m;
	ck_abort();
}

static int log_on(const char *mechanism, size_t line_max, const struct sasl_reply *replies)
{
	static char value[] = "password";
	const struct secret password = {value};
	const struct credentials who = {.username = "u", .password = &password};
	const struct sasl_carrier carrier = {.conn = &s.conn,
					     .session = &s,
					     .service = "imap",
					     .command = "A",
					     .line_max = line_max,
					     .check = check,
					     .read = read_reply};

	s.next = replies;
	return sasl_exchange(&carrier, find(mechanism), &who, &s.trace);
}

static void assert_sent(const char *expected)
{
	char sent[1024];
	ssize_t n = recv(s.peer, sent, sizeof(sent) - 1, 0);

	sent[n < 0 ? 0 : n] = '\0';
	ck_assert_str_eq(sent, expected);
}

START_TEST(test_sasl_exchange__says_what_it_has_to_say)
{
	const struct exchange *x = &exchanges[_i];

	ck_assert_int_eq(log_on(x->mechanism, x->line_max, x->reply), x->rc);
	assert_sent(x->sent);
	ck_assert_int_eq(s.err.kind != ERR_NONE, x->rc != 0);
	ck_assert_msg(strstr(s.err.text, x->says) != NULL, "%s", s.err.text);
	/* no secret is in the transcript, and all of them are hidden */
	ck_assert_ptr_null(strstr(buf_str(&s.transcript), PLAIN));
	ck_assert_ptr_null(strstr(buf_str(&s.transcript), PASS64));
	bool secret = strstr(x->sent, PLAIN) || strstr(x->sent, USER64);
	ck_assert_int_eq(blot_is_empty(&s.conn.hidden), !secret);
}
END_TEST

START_TEST(test_sasl_exchange__bounds_a_challenge)
{
	static char much[12290];
	struct sasl_reply replies[] = {{SASL_CHALLENGE, much, 12289}, {SASL_CANCELLED, "", 0}};

	memset(much, 'A', sizeof(much));
	ck_assert_int_eq(log_on("PLAIN", 0, replies), -1);
	ck_assert_int_eq(s.err.kind, ERR_PROTOCOL);
	assert_sent("A PLAIN\r\n*\r\n");
	s.err = (struct err){0};
	replies[0].len--;
	replies[1].outcome = SASL_SUCCESS;
	ck_assert_int_eq(log_on("PLAIN", 0, replies), 0);
	assert_sent("A PLAIN\r\n" PLAIN "\r\n");
}
END_TEST

/* Nothing is said where an answer is here already, and nothing more where none comes. */
START_TEST(test_sasl_exchange__ends_with_an_error)
{
	static const struct sasl_reply ask[] = {{SASL_CHALLENGE, "", 0}, {SASL_CHALLENGE, "", 0}};
	static const char *const sent[] = {"", "A PLAIN\r\n", "A PLAIN\r\n" PLAIN "\r\n"};

	for (int i = 1; i <= 3; i++) {
		s.err = (struct err){0};
		s.checks = 0;
		s.fail_check_at = i;
		ck_assert_int_eq(log_on("PLAIN", 0, ask), -1);
		ck_assert_str_eq(s.err.text, "unasked");
		assert_sent(sent[i - 1]);
	}
	s.err = (struct err){0};
	s.fail_check_at = 0;
	s.fail_read = true;
	ck_assert_int_eq(log_on("PLAIN", 100, ask), -1);
	ck_assert_str_eq(s.err.text, "gone");
	assert_sent("A PLAIN " PLAIN "\r\n");
}
END_TEST

UNIT_MAIN_FIXTURE("sasl_exchange", setup, teardown,
		  ROWS(test_sasl_exchange__says_what_it_has_to_say, exchanges),
		  ONCE(test_sasl_exchange__bounds_a_challenge),
		  ONCE(test_sasl_exchange__ends_with_an_error))
