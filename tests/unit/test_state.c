/* test_state.c - names, order and origin of the plugin states */
#include "judge/state.h"

#include <string.h>

#include "unit.h"

START_TEST(test_state_name__exit_codes)
{
	ck_assert_str_eq(state_name((enum state)0), "OK");
	ck_assert_str_eq(state_name((enum state)1), "WARNING");
	ck_assert_str_eq(state_name((enum state)2), "CRITICAL");
	ck_assert_str_eq(state_name((enum state)3), "UNKNOWN");
	for (int s = 0; s < STATES; s++)
		ck_assert_int_eq(strcasecmp(state_word((enum state)s), state_name((enum state)s)),
				 0);
}
END_TEST

START_TEST(test_state_parse__names_and_numbers)
{
	static const struct {
		const char *text;
		enum state state;
	} good[] = {
		{"ok", STATE_OK},
		{"OK", STATE_OK},
		{"Warning", STATE_WARNING},
		{"CRITICAL", STATE_CRITICAL},
		{"0", STATE_OK},
		{"unknown", STATE_UNKNOWN},
		{"1", STATE_WARNING},
		{"2", STATE_CRITICAL},
		{"3", STATE_UNKNOWN},
	};

	for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
		enum state s = (enum state)(3 - (int)good[i].state);
		ck_assert_msg(state_parse(good[i].text, &s) == 0, "%s", good[i].text);
		ck_assert_msg(s == good[i].state, "%s", good[i].text);
	}
}
END_TEST

START_TEST(test_state_parse__refuses_the_rest)
{
	static const char *const bad[] = {"", "4", "-1", "00", "okay", "crit", "ok ", " ok", "12"};

	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		enum state s;
		ck_assert_msg(state_parse(bad[i], &s) == -1, "%s", bad[i]);
	}
}
END_TEST

START_TEST(test_state_worst__critical_warning_unknown_ok)
{
	static const enum state order[] = {STATE_CRITICAL, STATE_WARNING, STATE_UNKNOWN, STATE_OK};

	for (int a = 0; a < STATES; a++) {
		ck_assert_int_eq(states_worst_first[a], order[a]);
		for (int b = 0; b < STATES; b++)
			ck_assert_int_eq(state_worst(order[a], order[b]), order[a < b ? a : b]);
	}
}
END_TEST

START_TEST(test_state_of_error__table)
{
	static const struct {
		enum err_kind kind;
		enum state state;
	} row[] = {
		{ERR_NONE, STATE_OK},
		{ERR_USAGE, STATE_UNKNOWN},
		{ERR_LOCAL, STATE_UNKNOWN},
		{ERR_NAME, STATE_CRITICAL},
		{ERR_CONNECT, STATE_CRITICAL},
		{ERR_TIMEOUT, STATE_CRITICAL},
		{ERR_RUN_TIMEOUT, STATE_CRITICAL},
		{ERR_UNTESTED, STATE_UNKNOWN},
		{ERR_CLOSED, STATE_CRITICAL},
		{ERR_TLS, STATE_CRITICAL},
		{ERR_CERTIFICATE, STATE_CRITICAL},
		{ERR_AUTH, STATE_CRITICAL},
		{ERR_TRANSIENT, STATE_WARNING},
		{ERR_THROTTLED, STATE_WARNING},
		{ERR_REFUSED, STATE_CRITICAL},
		{ERR_PROTOCOL, STATE_CRITICAL},
		{ERR_DELIVERY, STATE_CRITICAL},
		{ERR_MISPLACED, STATE_CRITICAL},
	};

	for (size_t i = 0; i < sizeof(row) / sizeof(row[0]); i++)
		ck_assert_msg(state_of_error(row[i].kind) == row[i].state, "kind %d",
			      (int)row[i].kind);
}
END_TEST

UNIT_MAIN("state", test_state_name__exit_codes, test_state_parse__names_and_numbers,
	  test_state_parse__refuses_the_rest, test_state_worst__critical_warning_unknown_ok,
	  test_state_of_error__table)
