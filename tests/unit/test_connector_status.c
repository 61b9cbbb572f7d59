/* test_connector_status.c - which status an error is, before and after the server's greeting */
#include <string.h>

#include "judge/verdict.h"

#include "results.h"
#include "unit.h"

static const struct {
	enum err_kind kind;
	const char *failed; /* the step; NULL: none was entered */
	bool greeted;
	enum connector_status status;
	enum state state;
} rows[] = {
	{ERR_NONE, NULL, true, STATUS_SUCCESS, STATE_OK},
	{ERR_USAGE, NULL, false, STATUS_EXTERNAL, STATE_UNKNOWN},
	{ERR_LOCAL, "smtp_resolve", false, STATUS_EXTERNAL, STATE_UNKNOWN},
	{ERR_LOCAL, "smtp_connect", false, STATUS_EXTERNAL, STATE_UNKNOWN},
	{ERR_LOCAL, "smtp_rcpt", true, STATUS_EXTERNAL, STATE_UNKNOWN},
	{ERR_NAME, "smtp_resolve", false, STATUS_UNABLE, STATE_CRITICAL},
	{ERR_CONNECT, "smtp_connect", false, STATUS_UNABLE, STATE_CRITICAL},
	{ERR_UNTESTED, "smtp_resolve", false, STATUS_EXTERNAL, STATE_UNKNOWN},
	{ERR_UNTESTED, "smtp_greeting", false, STATUS_EXTERNAL, STATE_UNKNOWN},
	{ERR_UNTESTED, "smtp_rcpt", true, STATUS_EXTERNAL, STATE_UNKNOWN},
	{ERR_RUN_TIMEOUT, NULL, false, STATUS_EXTERNAL, STATE_UNKNOWN},
	{ERR_RUN_TIMEOUT, "smtp_resolve", false, STATUS_EXTERNAL, STATE_UNKNOWN},
	{ERR_RUN_TIMEOUT, "smtp_greeting", false, STATUS_UNABLE, STATE_CRITICAL},
	{ERR_RUN_TIMEOUT, "smtp_rcpt", true, STATUS_PERMANENT, STATE_CRITICAL},
	{ERR_TIMEOUT, NULL, false, STATUS_EXTERNAL, STATE_UNKNOWN},
	{ERR_TIMEOUT, "smtp_resolve", false, STATUS_EXTERNAL, STATE_UNKNOWN},
	{ERR_TIMEOUT, "smtp_connect", false, STATUS_UNABLE, STATE_CRITICAL},
	{ERR_TIMEOUT, "smtp_tls", false, STATUS_UNABLE, STATE_CRITICAL},
	{ERR_TIMEOUT, "smtp_greeting", false, STATUS_UNABLE, STATE_CRITICAL},
	{ERR_TIMEOUT, "smtp_tls", true, STATUS_PERMANENT, STATE_CRITICAL},
	{ERR_TIMEOUT, "smtp_rcpt", true, STATUS_PERMANENT, STATE_CRITICAL},
	{ERR_CLOSED, "smtp_greeting", false, STATUS_UNABLE, STATE_CRITICAL},
	{ERR_CLOSED, "smtp_capability", true, STATUS_PERMANENT, STATE_CRITICAL},
	{ERR_TRANSIENT, "smtp_greeting", false, STATUS_TRANSIENT, STATE_WARNING},
	{ERR_TRANSIENT, "smtp_rcpt", true, STATUS_TRANSIENT, STATE_WARNING},
	{ERR_THROTTLED, "smtp_rcpt", true, STATUS_TRANSIENT, STATE_WARNING},
	{ERR_REFUSED, "smtp_greeting", false, STATUS_PERMANENT, STATE_CRITICAL},
	{ERR_REFUSED, "smtp_rcpt", true, STATUS_PERMANENT, STATE_CRITICAL},
	{ERR_PROTOCOL, "smtp_greeting", false, STATUS_PERMANENT, STATE_CRITICAL},
	{ERR_TLS, "smtp_tls", false, STATUS_PERMANENT, STATE_CRITICAL},
	{ERR_TLS, "smtp_starttls", true, STATUS_PERMANENT, STATE_CRITICAL},
	{ERR_CERTIFICATE, "smtp_tls", false, STATUS_PERMANENT, STATE_CRITICAL},
	{ERR_AUTH, "smtp_login", true, STATUS_PERMANENT, STATE_CRITICAL},
};

/* A connector's result as far as the row tells. */
static struct result make_result(int i)
{
	struct result r = {.connector = "", .err = {.kind = rows[i].kind}};

	if (rows[i].greeted)
		result_step(&r, "smtp_greeting", 5);
	if (rows[i].failed) {
		result_step(&r, rows[i].failed, 5);
		r.timeline.step[r.timeline.count - 1].outcome = STEP_FAILED;
		snprintf(r.err.step, sizeof(r.err.step), "%s", rows[i].failed);
	}
	return r;
}

START_TEST(test_status_of__error)
{
	struct result r = make_result(_i);

	ck_assert_str_eq(connector_status_name(connector_status_of(&r.err, &r.timeline)),
			 connector_status_name(rows[_i].status));
}
END_TEST

START_TEST(test_status_of__decides_on_the_state)
{
	const struct verdict_rules rules = {.protocol = "smtp"};
	struct result r = make_result(_i);

	verdict_judge(&r, &rules);
	ck_assert_int_eq(r.status, rows[_i].status);
	ck_assert_int_eq(r.state, rows[_i].state);
}
END_TEST

/* -t N:STATE is for what has passed the run's limit, whether it was tested or not. */
START_TEST(test_status_of__the_state_of_the_runs_limit)
{
	static const struct {
		struct err err;
		enum state state;
		enum connector_status status;
	} row[] = {
		{{.kind = ERR_RUN_TIMEOUT, .step = "smtp_greeting"}, STATE_WARNING, STATUS_UNABLE},
		{{.kind = ERR_RUN_TIMEOUT}, STATE_WARNING, STATUS_EXTERNAL},
		{{.kind = ERR_UNTESTED, .step = "smtp_resolve"}, STATE_WARNING, STATUS_EXTERNAL},
		{{.kind = ERR_TIMEOUT, .step = "smtp_greeting"}, STATE_CRITICAL, STATUS_UNABLE},
		{{.kind = ERR_TIMEOUT}, STATE_UNKNOWN, STATUS_EXTERNAL},
		{{.kind = ERR_LOCAL, .step = "smtp_resolve"}, STATE_UNKNOWN, STATUS_EXTERNAL},
	};
	const struct verdict_rules rules = {
		.has_timeout_state = true, .timeout_state = STATE_WARNING, .protocol = "smtp"};

	for (size_t i = 0; i < sizeof(row) / sizeof(row[0]); i++) {
		struct result r = {.connector = "", .err = row[i].err};
		verdict_judge(&r, &rules);
		ck_assert_int_eq(r.state, row[i].state);
		ck_assert_int_eq(r.status, row[i].status);
	}
}
END_TEST

START_TEST(test_status_of__only_connectors_have_one_that_counts)
{
	const struct verdict_rules rules = {.protocol = "imap"};
	struct result r = {.err = {.kind = ERR_TIMEOUT}};

	verdict_judge(&r, &rules);
	ck_assert_int_eq(r.state, STATE_CRITICAL);
}
END_TEST

UNIT_MAIN_FIXTURE("status", NULL, NULL, ROWS(test_status_of__error, rows),
		  ROWS(test_status_of__decides_on_the_state, rows),
		  ONCE(test_status_of__the_state_of_the_runs_limit),
		  ONCE(test_status_of__only_connectors_have_one_that_counts))
