/* test_logon.c - which way is gone, and what a refusal leads to: a server that answers each way
 * with what a table has for it */
#include "mail/sasl/logon.h"

#include <stdio.h>
#include <string.h>

#include "unit.h"

#define ALL_FORMS (FORM_IMAP_LOGIN | FORM_POP_APOP)

/* One letter a way that is tried: Done, Not so, Refused, Over, Throttled */
static const struct row {
	const char *offered, *auth; /* auth NULL: whatever is the best */
	const char *ends;
	const char *tried; /* in their order */
	const char *says;  /* part of the error; "" where there is none */
	bool clear;        /* without TLS */
	bool token;
} rows[] = {
	{"PLAIN LOGIN", NULL, "D", "PLAIN", "", false, false},
	{"LOGIN", NULL, "D", "LOGIN", "", false, false},
	{"PLAIN SCRAM-SHA-1 CRAM-MD5 SCRAM-SHA-256", NULL, "D", "SCRAM-SHA-256", "", false, false},
	{"CRAM-MD5 PLAIN DIGEST-MD5", NULL, "D", "DIGEST-MD5", "", false, false},
	{"NTLM GSSAPI ANONYMOUS EXTERNAL XOAUTH2", NULL, "D", "LOGIN", "", false, false},
	{"XOAUTH2 PLAIN OAUTHBEARER SCRAM-SHA-1", NULL, "D", "OAUTHBEARER", "", false, true},
	/* no channel: nothing is bound to it */
	{"SCRAM-SHA-256-PLUS PLAIN", NULL, "D", "PLAIN", "", false, false},
	/* not about the password: the next one, as far as there are some */
	{"PLAIN", NULL, "ND", "PLAIN LOGIN", "", false, false},
	{"DIGEST-MD5 CRAM-MD5 PLAIN LOGIN", NULL, "NNNNN", "DIGEST-MD5 CRAM-MD5 PLAIN LOGIN LOGIN",
	 "N by LOGIN", false, false},
	/* it may be: only from what needs a secret of its own to what is plain, and once */
	{"PLAIN", NULL, "R", "PLAIN", "R by PLAIN", false, false},
	{"SCRAM-SHA-256 CRAM-MD5 PLAIN", NULL, "RD", "SCRAM-SHA-256 PLAIN", "", false, false},
	{"SCRAM-SHA-256 CRAM-MD5 PLAIN", NULL, "RR", "SCRAM-SHA-256 PLAIN", "R by PLAIN", false,
	 false},
	{"CRAM-MD5 PLAIN", NULL, "RND", "CRAM-MD5 PLAIN LOGIN", "", false, false},
	{"CRAM-MD5 PLAIN", NULL, "RNN", "CRAM-MD5 PLAIN LOGIN", "R by CRAM-MD5", false, false},
	{"SCRAM-SHA-1 CRAM-MD5 PLAIN", NULL, "NRD", "SCRAM-SHA-1 CRAM-MD5 PLAIN", "", false, false},
	{"XOAUTH2 PLAIN", NULL, "R", "XOAUTH2", "R by XOAUTH2", false, true},
	/* not without TLS */
	{"CRAM-MD5 PLAIN", NULL, "R", "CRAM-MD5", "R by CRAM-MD5", true, false},
	{"CRAM-MD5 PLAIN", NULL, "ND", "CRAM-MD5 PLAIN", "", true, false},
	/* another way would not help */
	{"CRAM-MD5 PLAIN", NULL, "O", "CRAM-MD5", "O by CRAM-MD5", false, false},
	{"CRAM-MD5 PLAIN", NULL, "T", "CRAM-MD5", "T by CRAM-MD5", false, false},
	/* --auth: its order, nothing else, and one more after a refusal, whatever it is */
	{"PLAIN CRAM-MD5", "PLAIN CRAM-MD5", "D", "PLAIN", "", false, false},
	{"PLAIN CRAM-MD5", "PLAIN CRAM-MD5", "RD", "PLAIN CRAM-MD5", "", false, false},
	{"PLAIN CRAM-MD5", "PLAIN CRAM-MD5 LOGIN", "RR", "PLAIN CRAM-MD5", "R by CRAM-MD5", false,
	 false},
	{"PLAIN CRAM-MD5", "CRAM-MD5", "R", "CRAM-MD5", "R by CRAM-MD5", false, false},
	{"PLAIN CRAM-MD5", "CRAM-MD5", "N", "CRAM-MD5", "N by CRAM-MD5", false, false},
	{"PLAIN LOGIN", "LOGIN", "R", "LOGIN", "R by LOGIN", false, false},
	{"PLAIN LOGIN", "LOGIN", "ND", "LOGIN LOGIN", "", false, false},
	{"NTLM PLAIN", "NTLM", "D", "NTLM", "", false, false},
	{"PLAIN", "APOP PLAIN", "D", "APOP", "", false, false},
	{"PLAIN", "NTLM PLAIN", "D", "PLAIN", "", false, false},
	{"PLAIN LOGIN", "SCRAM-SHA-1", "", "", "AUTH SCRAM-SHA-1 is not offered, only PLAIN LOGIN",
	 false, false},
	{"", "SCRAM-SHA-1 PLAIN", "", "", "AUTH SCRAM-SHA-1, PLAIN is not offered, only none",
	 false, false},
};

static struct err err;
static struct conn conn;
static const char *end;
static char tried[256];

static enum logon_end attempt(void *session, const struct mechanism *m,
			      const struct credentials *who)
{
	ck_assert_ptr_eq(session, tried);
	ck_assert_ptr_nonnull(who);
	ck_assert_int_eq(err.kind, ERR_NONE);
	snprintf(tried + strlen(tried), sizeof(tried) - strlen(tried), "%s%s", *tried ? " " : "",
		 m->name);
	char c = *end++;
	if (c != 'D')
		err_set(&err, c == 'T' ? ERR_THROTTLED : ERR_AUTH, "%c by %s", c, m->name);
	switch (c) {
	case 'D':
		return LOGON_DONE;
	case 'N':
		return LOGON_NOT_SO;
	case 'O':
		return LOGON_OVER;
	default:
		ck_assert_msg(c == 'R' || c == 'T', "tried too often: %s", tried);
		return LOGON_REFUSED;
	}
}

static int no_way(void *session)
{
	(void)session;
	return err_set(&err, ERR_AUTH, "no way");
}

static int run(const struct row *row, struct logon_memory *memory, struct logon_history *history)
{
	static char value[] = "p";
	static const struct secret secret = {value}, none = {0};
	const struct credentials who = {.username = "u",
					.password = &secret,
					.token = row->token ? &secret : &none,
					.auth = row->auth,
					.history = history};
	const struct logon l = {.conn = &conn,
				.session = tried,
				.offered = row->offered,
				.forms = ALL_FORMS,
				.attempt = attempt,
				.no_way = no_way};

	err = (struct err){0};
	tried[0] = '\0';
	end = row->ends;
	conn = CONN_INIT(NULL, &err, NULL, "test");
	conn.tls_on = !row->clear;
	int rc = logon_run(&l, &who, memory);
	conn_close(&conn);
	return rc;
}

START_TEST(test_logon_run)
{
	const struct row *row = &rows[_i];
	struct logon_memory memory = {0};
	struct logon_history history = {0};
	int rc = run(row, &memory, &history);

	ck_assert_str_eq(tried, row->tried);
	ck_assert_msg(strstr(err.text, row->says) != NULL, "%s", err.text);
	ck_assert_int_eq(rc ? -1 : 0, *row->says ? -1 : 0);
	ck_assert_int_eq(err.kind != ERR_NONE, *row->says != '\0');
	ck_assert_int_eq(memory.worked != NULL, rc == 0);
	/* what is named is what the error is about */
	if (strstr(row->says, " by "))
		ck_assert_str_eq(logon_name(&memory), strstr(row->says, " by ") + strlen(" by "));
}
END_TEST

START_TEST(test_logon_run__tries_again_once_for_an_account)
{
	static const struct row row = {"CRAM-MD5 PLAIN", NULL, "RR", "", "", false, false};
	struct logon_history history = {0};
	struct logon_memory first = {0}, second = {0}, third = {0};

	ck_assert_int_eq(run(&row, &first, &history), -1);
	ck_assert_str_eq(tried, "CRAM-MD5 PLAIN");
	ck_assert_int_eq(run(&row, &second, &history), -1);
	ck_assert_str_eq(tried, "CRAM-MD5");
	ck_assert_int_eq(run(&row, &third, NULL), -1);
	ck_assert_str_eq(tried, "CRAM-MD5");
}
END_TEST

/* On the other leg: the server has no secret for CRAM-MD5, as has been seen. */
START_TEST(test_logon_run__knows_an_account_that_has_but_a_password)
{
	static const struct row first = {"CRAM-MD5 PLAIN", NULL, "RD", "", "", false, false};
	static const struct row plain = {"CRAM-MD5 PLAIN", NULL, "D", "", "", false, false};
	static const struct row clear = {"CRAM-MD5 PLAIN", NULL, "D", "", "", true, false};
	static const struct row named = {"CRAM-MD5 PLAIN", "CRAM-MD5", "D", "", "", false, false};
	struct logon_history history = {0};
	struct logon_memory memory = {0};

	ck_assert_int_eq(run(&first, &memory, &history), 0);
	ck_assert_str_eq(tried, "CRAM-MD5 PLAIN");
	ck_assert(atomic_load(&history.takes_plain));
	ck_assert_int_eq(run(&plain, &(struct logon_memory){0}, &history), 0);
	ck_assert_str_eq(tried, "PLAIN");
	ck_assert_int_eq(run(&clear, &(struct logon_memory){0}, &history), 0);
	ck_assert_str_eq(tried, "CRAM-MD5");
	ck_assert_int_eq(run(&named, &(struct logon_memory){0}, &history), 0);
	ck_assert_str_eq(tried, "CRAM-MD5");
}
END_TEST

START_TEST(test_logon_run__keeps_to_what_worked)
{
	static const struct row first = {"CRAM-MD5 PLAIN", NULL, "RD", "", "", false, false};
	static const struct row again = {"CRAM-MD5 PLAIN", NULL, "D", "", "", false, false};
	static const struct row gone = {"CRAM-MD5", NULL, "D", "", "", false, false};
	struct logon_history history = {0};
	struct logon_memory memory = {0};

	ck_assert_int_eq(run(&first, &memory, &history), 0);
	ck_assert_str_eq(tried, "CRAM-MD5 PLAIN");
	ck_assert_int_eq(run(&again, &memory, &history), 0);
	ck_assert_str_eq(tried, "PLAIN");
	ck_assert_int_eq(run(&gone, &memory, &history), 0);
	ck_assert_str_eq(tried, "LOGIN");
}
END_TEST

START_TEST(test_logon_run__does_not_go_back_behind_a_bound_channel)
{
	static const struct row row = {"SCRAM-SHA-256 PLAIN", NULL, "", "", "", false, false};
	struct logon_memory memory = {.worked = mechanism_find(span_of("SCRAM-SHA-256-PLUS"))};

	ck_assert_int_eq(run(&row, &memory, NULL), -1);
	ck_assert_str_eq(tried, "");
	ck_assert_str_eq(err.text, "SCRAM-SHA-256-PLUS was offered before, now only SCRAM-SHA-256 "
				   "PLAIN");
}
END_TEST

UNIT_MAIN_FIXTURE("logon", NULL, NULL, ROWS(test_logon_run, rows),
		  ONCE(test_logon_run__tries_again_once_for_an_account),
		  ONCE(test_logon_run__knows_an_account_that_has_but_a_password),
		  ONCE(test_logon_run__keeps_to_what_worked),
		  ONCE(test_logon_run__does_not_go_back_behind_a_bound_channel))
