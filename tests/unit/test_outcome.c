/* test_outcome.c - what came of a test, by its number: numbers that stay, and no two alike */
#include "judge/outcome.h"

#include "results.h"
#include "unit.h"

static const struct {
	enum err_kind kind;
	unsigned int id;
} kinds[] = {
	{ERR_USAGE, 1101},     {ERR_LOCAL, 1102},       {ERR_NAME, 1103},     {ERR_CONNECT, 1104},
	{ERR_TIMEOUT, 1105},   {ERR_RUN_TIMEOUT, 1106}, {ERR_UNTESTED, 1107}, {ERR_CLOSED, 1108},
	{ERR_TLS, 1109},       {ERR_CERTIFICATE, 1110}, {ERR_AUTH, 1111},     {ERR_TRANSIENT, 1112},
	{ERR_THROTTLED, 1113}, {ERR_REFUSED, 1114},     {ERR_PROTOCOL, 1115}, {ERR_DELIVERY, 1116},
	{ERR_MISPLACED, 1117}, {ERR_ENDED, 1118},
};

_Static_assert(sizeof(kinds) / sizeof(kinds[0]) == ERR_ENDED, "each kind has a number");

START_TEST(test_outcome_id__each_kind_of_error_has_its_own)
{
	struct result r;

	result_ok(&r, "mail.example.org:993");
	result_fail(&r, kinds[_i].kind, "no", "");
	r.state = STATE_OK; /* whatever the state is: -t 10:ok */
	ck_assert_uint_eq(outcome_id(&r), kinds[_i].id);
	r.state = STATE_CRITICAL;
	r.skipped = true;
	ck_assert_uint_eq(outcome_id(&r), kinds[_i].id);
	result_free(&r);
}
END_TEST

START_TEST(test_outcome_id__without_an_error)
{
	struct result r;

	result_ok(&r, "mail.example.org:993");
	ck_assert_uint_eq(outcome_id(&r), 1000);
	r.state = STATE_WARNING;
	ck_assert_uint_eq(outcome_id(&r), 1001);
	r.state = STATE_CRITICAL;
	ck_assert_uint_eq(outcome_id(&r), 1002);
	r.state = STATE_OK;
	r.skipped = true;
	ck_assert_uint_eq(outcome_id(&r), 1003);
	result_free(&r);
}
END_TEST

START_TEST(test_outcome_severity__is_that_of_the_state)
{
	ck_assert_str_eq(outcome_severity(STATE_OK), "Information");
	ck_assert_str_eq(outcome_severity(STATE_WARNING), "Warning");
	ck_assert_str_eq(outcome_severity(STATE_CRITICAL), "Error");
	ck_assert_str_eq(outcome_severity(STATE_UNKNOWN), "Warning");
}
END_TEST

UNIT_MAIN_FIXTURE("outcome", NULL, NULL,
		  ROWS(test_outcome_id__each_kind_of_error_has_its_own, kinds),
		  ONCE(test_outcome_id__without_an_error),
		  ONCE(test_outcome_severity__is_that_of_the_state))
