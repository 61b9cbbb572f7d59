/* test_steps.c - which step belongs to which leg, by which names (that every dialog's steps are in
 * the table is for tests/lint and for the fuzzed dialogs to see) */
#include "base/steps.h"

#include <string.h>

#include "base/timeline.h"
#include "unit.h"

static const struct {
	const char *legs; /* for the reader */
	unsigned int set;
	const char *names;
} row[] = {
	{"check_imap_full --light", LEG_IMAP_LIGHT,
	 "total, resolve, connect, tls, greeting, capability, starttls, login, select, logout, "
	 "cert_days"},
	{"check_pop_full --light", LEG_POP_LIGHT,
	 "total, resolve, connect, tls, greeting, capability, starttls, login, stat, logout, "
	 "cert_days, messages, size"},
	{"the mailbox of check_imap_full", LEG_IMAP,
	 "total, resolve, connect, tls, greeting, capability, starttls, login, select, delivery, "
	 "search, fetch, delete, cleanup, logout, cert_days"},
	{"the mailbox of check_pop_full", LEG_POP,
	 "total, resolve, connect, tls, greeting, capability, starttls, login, stat, delivery, "
	 "search, fetch, delete, cleanup, logout, cert_days, messages, size"},
	{"their SMTP", LEG_SUBMISSION,
	 "total, resolve, connect, tls, greeting, capability, starttls, login, send, logout, "
	 "cert_days, smtp_cert_days"},
	{"check_smtp_connectors", LEG_CONNECTOR,
	 "total, resolve, connect, tls, greeting, capability, starttls, login, mail, rcpt, logout, "
	 "cert_days"},
	{"check_smtp_connectors --through=banner", PART_CONNECTOR,
	 "total, resolve, connect, greeting, logout"},
	{"check_imap_full --light, no TLS", PART_IMAP | PART_IMAP_LOGIN,
	 "total, resolve, connect, greeting, capability, login, logout"},
	{"check_pop_full --probe=self, no TLS", PART_POP,
	 "total, resolve, connect, greeting, capability, logout"},
};

START_TEST(test_steps_list__of_each_leg)
{
	struct buf names = BUF_INIT(400);

	steps_list(row[_i].set, &names);
	ck_assert_msg(!strcmp(buf_str(&names), row[_i].names), "%s: %s", row[_i].legs,
		      buf_str(&names));
	buf_free(&names);
}
END_TEST

static bool has(unsigned int legs, const char *name)
{
	return steps_have(legs, name, strlen(name));
}

START_TEST(test_steps_have__with_the_protocol_in_front_or_without)
{
	unsigned int imap = steps_parts("imap"), pop = steps_parts("pop"),
		     smtp = steps_parts("smtp");

	ck_assert(has(imap, "login") && has(imap, "imap_login") && has(imap, "smtp_login"));
	ck_assert(!has(imap, "pop_login") && !has(pop, "imap_login") && has(pop, "pop_login"));
	ck_assert(has(imap, "send") && has(imap, "smtp_send") && !has(imap, "imap_send"));
	ck_assert(has(pop, "pop_stat") && has(pop, "stat") && !has(pop, "smtp_stat"));
	ck_assert(!has(pop, "select") && !has(pop, "pop_select"));
	ck_assert(has(smtp, "rcpt") && has(smtp, "smtp_rcpt") && !has(imap, "smtp_rcpt"));
	ck_assert(!has(smtp, "send") && !has(smtp, "delivery") && !has(smtp, "smtp_select"));
	ck_assert(!has(PART_IMAP | PART_SUBMISSION_TLS, "imap_tls"));
	ck_assert_uint_eq(steps_parts("nntp"), 0);
}
END_TEST

START_TEST(test_steps_have__numbers_besides_the_steps)
{
	unsigned int imap = steps_parts("imap"), pop = steps_parts("pop");

	ck_assert(has(imap, "cert_days") && has(imap, "smtp_cert_days") && has(pop, "size"));
	ck_assert(has(pop, "messages") && !has(imap, "messages") && !has(pop, "pop_messages"));
	ck_assert(!has(imap, "imap_cert_days") && !has(PART_IMAP, "cert_days"));
	ck_assert(!has(LEG_IMAP, "smtp_cert_days") && has(PART_SUBMISSION_TLS, "cert_days"));
}
END_TEST

START_TEST(test_steps_have__what_stands_alone_has_nothing_in_front)
{
	unsigned int imap = steps_parts("imap");

	ck_assert(has(imap, "delivery") && has(imap, "total"));
	ck_assert(!has(imap, "imap_delivery") && !has(imap, "smtp_total"));
	ck_assert(step_stands_alone("delivery") && step_stands_alone("total"));
	ck_assert(!step_stands_alone("login") && !step_stands_alone("imap_delivery"));
	ck_assert(!step_stands_alone("nothing"));
}
END_TEST

START_TEST(test_steps_have__whole_names_only)
{
	ck_assert(!has(~0u, "") && !has(~0u, "imap_") && !has(~0u, "logi") && !has(~0u, "logins"));
	ck_assert(!has(~0u, "Login") && !has(~0u, "imap_imap_login") && !has(~0u, "imap-login"));
	ck_assert(steps_have(~0u, "login=5", 5));
}
END_TEST

START_TEST(test_step_bare__name_without_protocol)
{
	ck_assert_str_eq(step_bare("imap_login"), "login");
	ck_assert_str_eq(step_bare("pop_stat"), "stat");
	ck_assert_str_eq(step_bare("smtp_send"), "send");
	ck_assert_str_eq(step_bare("delivery"), "delivery");
	ck_assert_str_eq(step_bare("imap"), "imap");
}
END_TEST

/* A target of a mailbox test has steps of two legs: all of them have room in its timeline. */
START_TEST(test_steps__have_room_in_a_timeline)
{
	size_t count = 0;

	for (const struct step_def *s = steps_all; s->name; s++) {
		ck_assert_uint_lt(strlen("smtp_") + strlen(s->name), STEP_NAME_SIZE);
		count += (s->parts & LEG_IMAP) != 0;
		count += (s->parts & LEG_SUBMISSION) != 0;
	}
	ck_assert_uint_le(count, TIMELINE_STEPS);
}
END_TEST

UNIT_MAIN_FIXTURE("steps", NULL, NULL, ROWS(test_steps_list__of_each_leg, row),
		  ONCE(test_steps_have__with_the_protocol_in_front_or_without),
		  ONCE(test_steps_have__numbers_besides_the_steps),
		  ONCE(test_steps_have__what_stands_alone_has_nothing_in_front),
		  ONCE(test_steps_have__whole_names_only),
		  ONCE(test_step_bare__name_without_protocol),
		  ONCE(test_steps__have_room_in_a_timeline))
