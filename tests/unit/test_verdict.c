/* test_verdict.c - the state of a result, and the words that say which threshold decided */
#include "judge/verdict.h"

#include "base/clock.h"
#include "base/steps.h"
#include "run/mailbox_target.h"
#include "results.h"
#include "unit.h"

static struct verdict_rules rules_for(const char *warning, const char *critical)
{
	struct verdict_rules rules = no_thresholds("imap");
	struct err err = {0};

	ck_assert(!warning ||
		  !thresholds_parse(&rules.warning, warning, steps_parts("imap"), &err));
	ck_assert(!critical ||
		  !thresholds_parse(&rules.critical, critical, steps_parts("imap"), &err));
	return rules;
}

static void days_rules(struct verdict_rules *rules, unsigned int warning, unsigned int critical)
{
	rules->cert_warning = (struct expiry_limit){.is_given = true, .value = warning};
	rules->cert_critical = (struct expiry_limit){.is_given = true, .value = critical};
}

START_TEST(test_verdict_judge__nothing_wrong_is_ok)
{
	struct verdict_rules rules = rules_for("5,delivery=1", "10");
	struct result r;

	result_ok(&r, "mail.example.org:993");
	snprintf(r.alert, sizeof(r.alert), "left from before");
	r.state = STATE_UNKNOWN;
	verdict_judge(&r, &rules);
	ck_assert_int_eq(r.state, STATE_OK);
	ck_assert_str_eq(r.alert, "");
}
END_TEST

START_TEST(test_verdict_judge__thresholds)
{
	static const struct {
		const char *warning, *critical;
		enum state state;
		const char *alert;
	} row[] = {
		/* total 0.214, imap_login 0.031, smtp_send 0.033, delivery 0.150 */
		{"0.2", "10", STATE_WARNING, "total 0.214 s (warning 0.2)"},
		{"0.1", "0.2", STATE_CRITICAL, "total 0.214 s (critical 0.2)"},
		{NULL, "delivery=0.1", STATE_CRITICAL, "delivery 0.150 s (critical 0.1)"},
		{"imap_login=0.03", NULL, STATE_WARNING, "imap_login 0.031 s (warning 0.03)"},
		{"delivery=0.15", NULL, STATE_OK, ""},
		{"delivery=1:", NULL, STATE_WARNING, "delivery 0.150 s (warning 1:)"},
		{"delivery=@0.1:0.2", NULL, STATE_WARNING, "delivery 0.150 s (warning @0.1:0.2)"},
		{"0.2,delivery=0.1", NULL, STATE_WARNING,
		 "delivery 0.150 s (warning 0.1), total 0.214 s (warning 0.2)"},
		{"0.2,delivery=0.1", "delivery=0.14", STATE_CRITICAL,
		 "delivery 0.150 s (critical 0.14)"},
	};

	for (size_t i = 0; i < sizeof(row) / sizeof(row[0]); i++) {
		struct verdict_rules rules = rules_for(row[i].warning, row[i].critical);
		struct result r;
		result_ok(&r, "mail.example.org:993");
		verdict_judge(&r, &rules);
		ck_assert_str_eq(r.alert, row[i].alert);
		ck_assert_int_eq(r.state, row[i].state);
	}
}
END_TEST

START_TEST(test_verdict_judge__a_threshold_without_protocol_meets_the_step_of_each)
{
	struct verdict_rules rules = rules_for("login=0.01", NULL);
	struct result r;

	result_init(&r, "mail.example.org:993", "logged on");
	result_step(&r, "imap_login", 31);
	verdict_judge(&r, &rules);
	ck_assert_int_eq(r.state, STATE_WARNING);
	ck_assert_str_eq(r.alert, "imap_login 0.031 s (warning 0.01)");
}
END_TEST

START_TEST(test_verdict_judge__delay_through_a_front_end)
{
	static const struct {
		int64_t delay_us;
		const char *warning, *critical, *alert;
	} row[] = {
		{250000, "proxy=0.2", NULL, "proxy 0.250 s (warning 0.2)"},
		{250000, "proxy=0.1", "proxy=0.2", "proxy 0.250 s (critical 0.2)"},
		{200000, "proxy=0.2", NULL, ""},
		{-250000, "proxy=0.2", NULL, ""},
		{250000, "0.1", "proxy=1", "total 0.214 s (warning 0.1)"},
	};

	for (size_t i = 0; i < sizeof(row) / sizeof(row[0]); i++) {
		struct verdict_rules rules = rules_for(row[i].warning, row[i].critical);
		struct result r;
		result_ok(&r, "mail.example.org:993");
		r.has_delay = true;
		r.delay_us = row[i].delay_us;
		verdict_judge(&r, &rules);
		ck_assert_str_eq(r.alert, row[i].alert);
		r.has_delay = false; /* of what is no front end nothing is known */
		verdict_judge(&r, &rules);
		ck_assert_ptr_null(strstr(r.alert, "proxy"));
	}
}
END_TEST

START_TEST(test_verdict_judge__days_of_the_certificate)
{
	static const struct {
		int days;
		enum state state;
		const char *alert;
	} row[] = {
		{81, STATE_OK, ""},
		{30, STATE_OK, ""},
		{29, STATE_WARNING, "certificate expires in 29 days (warning below 30)"},
		{7, STATE_WARNING, "certificate expires in 7 days (warning below 30)"},
		{6, STATE_CRITICAL, "certificate expires in 6 days (critical below 7)"},
		{1, STATE_CRITICAL, "certificate expires in 1 day (critical below 7)"},
		{0, STATE_CRITICAL, "certificate expires in less than a day (critical below 7)"},
		{-3, STATE_CRITICAL, "certificate expired 3 days ago (critical below 7)"},
		{-1, STATE_CRITICAL, "certificate expired 1 day ago (critical below 7)"},
	};
	struct verdict_rules rules = rules_for(NULL, NULL);

	days_rules(&rules, 30, 7);
	for (size_t i = 0; i < sizeof(row) / sizeof(row[0]); i++) {
		struct result r;
		result_ok(&r, "mail.example.org:993");
		result_tls(&r, row[i].days);
		verdict_judge(&r, &rules);
		ck_assert_str_eq(r.alert, row[i].alert);
		ck_assert_int_eq(r.state, row[i].state);
	}
}
END_TEST

START_TEST(test_verdict_judge__expired_an_hour_ago_is_below_every_limit)
{
	struct verdict_rules rules = rules_for(NULL, NULL);
	struct result r;

	days_rules(&rules, 0, 0);
	result_ok(&r, "mail.example.org:993");
	result_tls(&r, 0);
	verdict_judge(&r, &rules);
	ck_assert_int_eq(r.state, STATE_OK);
	r.tls.leaf.expires -= 7200;
	verdict_judge(&r, &rules);
	ck_assert_int_eq(r.state, STATE_CRITICAL);
	ck_assert_str_eq(r.alert, "certificate expired less than a day ago (critical below 0)");
}
END_TEST

/* What is not proven is not OK. */
START_TEST(test_verdict_judge__an_end_that_cannot_be_read_is_below_every_limit)
{
	struct verdict_rules rules = rules_for(NULL, NULL);
	struct result r;

	result_ok(&r, "mail.example.org:993");
	result_tls(&r, 80);
	r.tls.leaf.expires = 0;
	verdict_judge(&r, &rules);
	ck_assert_int_eq(r.state, STATE_OK);
	days_rules(&rules, 30, 7);
	verdict_judge(&r, &rules);
	ck_assert_int_eq(r.state, STATE_CRITICAL);
	ck_assert_str_eq(r.alert,
			 "certificate has an end date that cannot be read (critical below 7)");
}
END_TEST

START_TEST(test_verdict_judge__certificate_of_the_smtp_leg_counts_too)
{
	struct verdict_rules rules = {.cert_critical = {.is_given = true, .value = 7}};
	struct result r;

	result_ok(&r, "mail.example.org:993");
	result_tls(&r, 3);
	r.smtp_tls = r.tls;
	result_tls(&r, 80);
	verdict_judge(&r, &rules);
	ck_assert_int_eq(r.state, STATE_CRITICAL);
	ck_assert_str_eq(r.alert, "SMTP certificate expires in 3 days (critical below 7)");
}
END_TEST

START_TEST(test_verdict_judge__certificate_counts_only_where_there_is_one)
{
	struct verdict_rules rules = rules_for(NULL, NULL);
	struct result r;

	days_rules(&rules, 30, 7);
	result_ok(&r, "mail.example.org:143");
	r.tls.leaf.expires = 1;
	verdict_judge(&r, &rules);
	ck_assert_int_eq(r.state, STATE_OK);

	result_tls(&r, 1);
	r.tls.verified = false; /* -k: its end is still told */
	r.trust_any = true;
	verdict_judge(&r, &rules);
	ck_assert_int_eq(r.state, STATE_CRITICAL);

	rules.cert_warning.is_given = rules.cert_critical.is_given = false;
	verdict_judge(&r, &rules);
	ck_assert_int_eq(r.state, STATE_OK);
}
END_TEST

START_TEST(test_verdict_judge__errors)
{
	static const struct {
		enum err_kind kind;
		enum state state;
	} row[] = {
		{ERR_AUTH, STATE_CRITICAL},     {ERR_TRANSIENT, STATE_WARNING},
		{ERR_LOCAL, STATE_UNKNOWN},     {ERR_USAGE, STATE_UNKNOWN},
		{ERR_NAME, STATE_CRITICAL},     {ERR_TIMEOUT, STATE_CRITICAL},
		{ERR_UNTESTED, STATE_UNKNOWN},  {ERR_RUN_TIMEOUT, STATE_CRITICAL},
		{ERR_DELIVERY, STATE_CRITICAL}, {ERR_MISPLACED, STATE_CRITICAL},
	};
	struct verdict_rules rules = rules_for(NULL, NULL);

	for (size_t i = 0; i < sizeof(row) / sizeof(row[0]); i++) {
		struct result r;
		result_ok(&r, "mail.example.org:993");
		result_fail(&r, row[i].kind, "NO", "");
		verdict_judge(&r, &rules);
		ck_assert_msg(r.state == row[i].state, "kind %d", (int)row[i].kind);
	}
}
END_TEST

START_TEST(test_verdict_judge__junk_may_be_a_warning)
{
	struct verdict_rules rules = rules_for(NULL, NULL);
	struct result r;

	rules.misplaced_warns = true;
	result_ok(&r, "mail.example.org:993");
	result_fail(&r, ERR_MISPLACED, "in Junk", "");
	verdict_judge(&r, &rules);
	ck_assert_int_eq(r.state, STATE_WARNING);
	result_ok(&r, "mail.example.org:993");
	result_fail(&r, ERR_DELIVERY, "nowhere", "");
	verdict_judge(&r, &rules);
	ck_assert_int_eq(r.state, STATE_CRITICAL);
}
END_TEST

/* -t N:STATE: it is not for a leg's limit, nor for what else went wrong. */
START_TEST(test_verdict_judge__the_state_of_the_runs_limit)
{
	static const enum err_kind others[] = {
		ERR_LOCAL, ERR_NAME,      ERR_CONNECT, ERR_TIMEOUT,  ERR_CLOSED,  ERR_TLS,
		ERR_AUTH,  ERR_TRANSIENT, ERR_REFUSED, ERR_PROTOCOL, ERR_DELIVERY};
	static const enum err_kind limits[] = {ERR_RUN_TIMEOUT, ERR_UNTESTED};
	struct result r;

	for (int state = STATE_OK; state <= STATE_UNKNOWN; state++) {
		struct verdict_rules rules = rules_for(NULL, NULL);
		rules.has_timeout_state = true;
		rules.timeout_state = (enum state)state;
		for (size_t i = 0; i < sizeof(limits) / sizeof(limits[0]); i++) {
			result_ok(&r, "mail.example.org:993");
			result_fail(&r, limits[i], "late", "");
			verdict_judge(&r, &rules);
			ck_assert_int_eq((int)r.state, state);
		}
		for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++) {
			result_ok(&r, "mail.example.org:993");
			result_fail(&r, others[i], "NO", "");
			verdict_judge(&r, &rules);
			ck_assert_int_eq(r.state, state_of_error(others[i]));
		}
	}
}
END_TEST

START_TEST(test_verdict_judge__a_failed_run_takes_the_worst)
{
	struct verdict_rules rules = rules_for(NULL, "0.2");
	struct result r;

	result_ok(&r, "mail.example.org:993");
	result_fail(&r, ERR_TRANSIENT, "451 later", "");
	verdict_judge(&r, &rules);
	ck_assert_int_eq(r.state, STATE_CRITICAL);
	ck_assert_str_eq(r.alert, "total 0.214 s (critical 0.2)");
}
END_TEST

START_TEST(test_verdict_judge__skipped_is_ok)
{
	struct verdict_rules rules = rules_for("1:", "1:");
	struct result r;

	result_init(&r, "mail.example.org:993", "would log on");
	r.skipped = true;
	verdict_judge(&r, &rules);
	ck_assert_int_eq(r.state, STATE_OK);
	ck_assert_str_eq(r.alert, "");
}
END_TEST

START_TEST(test_verdict_judge__more_alerts_than_the_text_holds)
{
	struct verdict_rules rules = rules_for("login=@0:1,delivery=@0:1,0:0", NULL);
	struct result r;

	result_init(&r, "mail.example.org:993", "logged on");
	for (int i = 0; i < TIMELINE_STEPS; i++)
		result_step(&r, i % 2 ? "imap_login" : "delivery", 10);
	verdict_judge(&r, &rules);
	ck_assert_int_eq(r.state, STATE_WARNING);
	ck_assert(strncmp(r.alert, "delivery 0.010 s (warning @1), imap_login", 41) == 0);
	ck_assert_int_eq(r.alert[strlen(r.alert) - 1], ')');
}
END_TEST

/* What failed is never OK, even where no reason was recorded. */
START_TEST(test_mailbox_conclude__a_failure_without_reason_is_unknown)
{
	struct verdict_rules rules = rules_for(NULL, NULL);
	const struct mailbox_settings m = {0};
	struct result r;

	result_init(&r, "mail.example.org:993", "");
	timeline_begin(&r.timeline, &r.err, US_PER_S, INT64_MAX, 0);
	mailbox_conclude(&m, &r, -1, "imap_");
	verdict_judge(&r, &rules);
	ck_assert_int_eq(r.state, STATE_UNKNOWN);
}
END_TEST

START_TEST(test_verdict_worst__of_several)
{
	static struct result r[3];

	r[0].state = STATE_OK, r[1].state = STATE_UNKNOWN, r[2].state = STATE_OK;
	ck_assert_int_eq(verdict_worst(r, 3), STATE_UNKNOWN);
	r[2].state = STATE_WARNING;
	ck_assert_int_eq(verdict_worst(r, 3), STATE_WARNING);
	r[0].state = STATE_CRITICAL;
	ck_assert_int_eq(verdict_worst(r, 3), STATE_CRITICAL);
	ck_assert_int_eq(verdict_worst(r, 0), STATE_OK);
}
END_TEST

UNIT_MAIN("verdict", test_verdict_judge__nothing_wrong_is_ok, test_verdict_judge__thresholds,
	  test_verdict_judge__a_threshold_without_protocol_meets_the_step_of_each,
	  test_verdict_judge__delay_through_a_front_end,
	  test_verdict_judge__days_of_the_certificate,
	  test_verdict_judge__expired_an_hour_ago_is_below_every_limit,
	  test_verdict_judge__an_end_that_cannot_be_read_is_below_every_limit,
	  test_verdict_judge__certificate_of_the_smtp_leg_counts_too,
	  test_verdict_judge__certificate_counts_only_where_there_is_one,
	  test_verdict_judge__errors, test_verdict_judge__junk_may_be_a_warning,
	  test_verdict_judge__the_state_of_the_runs_limit,
	  test_verdict_judge__a_failed_run_takes_the_worst, test_verdict_judge__skipped_is_ok,
	  test_verdict_judge__more_alerts_than_the_text_holds,
	  test_mailbox_conclude__a_failure_without_reason_is_unknown,
	  test_verdict_worst__of_several)
