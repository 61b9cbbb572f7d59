/* test_timeline.c - steps, their names and times, and whose deadline holds */
#include "base/timeline.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

#include "base/clock.h"
#include "unit.h"

static void pause_ms(int ms)
{
	const struct timespec ts = {.tv_sec = 0, .tv_nsec = ms * 1000000L};

	nanosleep(&ts, NULL);
}

/* 60 s for all, 10 of them for the cleanup */
static void begin(struct timeline *tl, struct err *err)
{
	*tl = (struct timeline){0};
	*err = (struct err){0};
	timeline_begin(tl, err, 62 * US_PER_S, clock_us() + 60 * US_PER_S, 10 * US_PER_S);
}

static double seconds_left(const struct timeline *tl)
{
	return (double)(tl->deadline_us - clock_us()) / (double)US_PER_S;
}

START_TEST(test_step__names_carry_the_prefix_of_the_leg)
{
	struct timeline tl;
	struct err err;

	begin(&tl, &err);
	ck_assert_ptr_null(atomic_load(&tl.running));
	ck_assert_int_eq(step(&tl, "resolve"), 0);
	timeline_leg(&tl, "imap_", 0);
	ck_assert_int_eq(step(&tl, "login"), 0);
	ck_assert_str_eq(atomic_load(&tl.running), "imap_login");
	ck_assert_int_eq(step(&tl, "delivery"), 0);
	timeline_leg(&tl, "smtp_", 0);
	ck_assert_int_eq(step(&tl, "login"), 0);
	timeline_end(&tl);

	static const char *const names[] = {"resolve", "imap_login", "delivery", "smtp_login"};
	ck_assert_uint_eq(tl.count, 4);
	for (size_t i = 0; i < 4; i++)
		ck_assert_str_eq(tl.step[i].name, names[i]);
	ck_assert_ptr_eq(timeline_find(&tl, "delivery"), &tl.step[2]);
	ck_assert_ptr_null(timeline_find(&tl, "login"));
	ck_assert_int_eq(err.kind, ERR_NONE);
}
END_TEST

START_TEST(test_step__times_add_up)
{
	struct timeline tl;
	struct err err;
	int64_t sum = 0;

	begin(&tl, &err);
	step(&tl, "a");
	int64_t began = clock_us() - tl.begin_us;
	pause_ms(20);
	step(&tl, "b");
	pause_ms(5);
	step(&tl, "a");
	pause_ms(20);
	timeline_end(&tl);

	ck_assert_uint_eq(tl.count, 2);
	ck_assert_int_ge(tl.step[0].duration_us, 40000);
	ck_assert_int_ge(tl.step[1].duration_us, 5000);
	ck_assert_int_le(tl.step[0].start_us, began);
	ck_assert_int_ge(tl.step[1].start_us, 20000);
	for (size_t i = 0; i < tl.count; i++)
		sum += tl.step[i].duration_us;
	ck_assert_int_le(sum, tl.total_us);
	ck_assert_int_ge(sum, tl.total_us - tl.step[0].start_us);
}
END_TEST

START_TEST(test_step__ended_timeline_stands_still)
{
	struct timeline tl;
	struct err err;

	begin(&tl, &err);
	step(&tl, "a");
	timeline_end(&tl);
	int64_t before = tl.step[0].duration_us;
	pause_ms(5);
	timeline_end(&tl);
	ck_assert_int_eq(tl.step[0].duration_us, before);
}
END_TEST

START_TEST(test_step__more_names_than_there_is_room_for)
{
	struct timeline tl;
	struct err err;
	char name[20];

	begin(&tl, &err);
	for (int i = 0; i < 3 * TIMELINE_STEPS; i++) {
		snprintf(name, sizeof(name), "step%d", i);
		ck_assert_int_eq(step(&tl, name), 0);
	}
	timeline_end(&tl);
	ck_assert_uint_eq(tl.count, TIMELINE_STEPS);
	ck_assert_str_eq(tl.step[TIMELINE_STEPS - 1].name, "step31");
	step(&tl, "a_name_that_is_far_longer_than_any_step_of_any_dialog_has");
	ck_assert_uint_eq(tl.count, TIMELINE_STEPS);
}
END_TEST

START_TEST(test_timeline_leg__the_earlier_deadline_holds)
{
	struct timeline tl;
	struct err err;

	begin(&tl, &err);
	ck_assert(seconds_left(&tl) > 49 && seconds_left(&tl) <= 50);
	ck_assert_str_eq(tl.limit_name, "--timeout");
	timeline_leg(&tl, "imap_", 15 * US_PER_S);
	ck_assert(seconds_left(&tl) > 14 && seconds_left(&tl) <= 15);
	ck_assert_str_eq(tl.limit_name, "--connection-timeout");
	step(&tl, "login");
	ck_assert(seconds_left(&tl) > 14 && seconds_left(&tl) <= 15);
	timeline_leg(&tl, "imap_", 0);
	ck_assert(seconds_left(&tl) > 49);
	timeline_leg(&tl, "smtp_", 500 * US_PER_S);
	ck_assert(seconds_left(&tl) > 49 && seconds_left(&tl) <= 50);
	ck_assert_str_eq(tl.limit_name, "--timeout");
}
END_TEST

START_TEST(test_timeline_leg__a_later_step_does_not_get_more_time)
{
	struct timeline tl;
	struct err err;

	begin(&tl, &err);
	timeline_leg(&tl, "imap_", 15 * US_PER_S);
	step(&tl, "greeting");
	int64_t before = tl.deadline_us;
	pause_ms(5);
	step(&tl, "login");
	ck_assert_int_eq(tl.deadline_us, before);
}
END_TEST

START_TEST(test_timeline_cleanup__may_use_the_reserve)
{
	struct timeline tl;
	struct err err;

	begin(&tl, &err);
	timeline_leg(&tl, "imap_", 0);
	timeline_cleanup(&tl, 0);
	ck_assert(seconds_left(&tl) > 59 && seconds_left(&tl) <= 60);
	timeline_cleanup(&tl, 2 * US_PER_S);
	ck_assert(seconds_left(&tl) > 1 && seconds_left(&tl) <= 2);
	step(&tl, "logout");
	ck_assert_str_eq(tl.step[0].name, "imap_logout");
}
END_TEST

START_TEST(test_step__past_deadline_is_a_timeout_that_names_its_limit)
{
	struct timeline tl = {0};
	struct err err = {0};

	timeline_begin(&tl, &err, 13 * US_PER_S, clock_us() + 12 * US_PER_S, 2 * US_PER_S);
	timeline_leg(&tl, "imap_", 1);
	pause_ms(1);
	ck_assert_int_eq(step(&tl, "login"), -1);
	ck_assert_int_eq(err.kind, ERR_TIMEOUT);
	ck_assert_ptr_nonnull(strstr(err.text, "(--connection-timeout)"));
	timeline_fail(&tl);
	ck_assert_str_eq(err.step, "imap_login");
	ck_assert_int_eq(tl.step[0].outcome, STEP_FAILED);

	struct timeline all = {0};
	struct err late = {0};
	timeline_begin(&all, &late, 13 * US_PER_S, clock_us() + 12 * US_PER_S, 2 * US_PER_S);
	ck_assert_int_eq(timeline_timed_out(&all, "no answer"), -1);
	ck_assert_int_eq(late.kind, ERR_RUN_TIMEOUT);
	/* by the option, whatever was kept of it for other things */
	ck_assert_str_eq(late.text, "no answer, timed out after 13 s (--timeout)");
	late = (struct err){0};
	timeline_cleanup(&all, 0);
	timeline_timed_out(&all, "no answer");
	ck_assert_str_eq(late.text, "no answer, timed out after 13 s (--timeout)");
}
END_TEST

START_TEST(test_timeline_timed_out__says_long_limits_in_plain_digits)
{
	struct timeline tl = {0};
	struct err err = {0};

	timeline_begin(&tl, &err, 3600 * US_PER_S, clock_us() + 3600 * US_PER_S, 0);
	timeline_timed_out(&tl, "no answer");
	ck_assert_str_eq(err.text, "no answer, timed out after 3600 s (--timeout)");
}
END_TEST

START_TEST(test_timeline_fail__marks_the_running_step_once)
{
	struct timeline tl;
	struct err err;

	begin(&tl, &err);
	timeline_fail(&tl);
	ck_assert_str_eq(err.step, "");
	step(&tl, "greeting");
	step(&tl, "login");
	err_set(&err, ERR_AUTH, "no");
	timeline_fail(&tl);
	step(&tl, "logout");
	timeline_fail(&tl);
	timeline_end(&tl);
	ck_assert_str_eq(err.step, "login");
	ck_assert_int_eq(tl.step[0].outcome, STEP_OK);
	ck_assert_int_eq(tl.step[1].outcome, STEP_FAILED);
	ck_assert_int_eq(tl.step[2].outcome, STEP_OK);
}
END_TEST

START_TEST(test_timeline_backdate__moves_the_running_steps_start)
{
	struct timeline tl;
	struct err err;

	begin(&tl, &err);
	timeline_backdate(&tl, clock_us()); /* nothing runs: nothing happens */
	ck_assert_uint_eq(tl.count, 0);
	pause_ms(2);
	int64_t accepted = clock_us();
	step(&tl, "quit");
	pause_ms(20);
	step(&tl, "delivery");
	timeline_backdate(&tl, accepted);
	timeline_backdate(&tl, clock_us() + US_PER_S); /* never forward */
	timeline_end(&tl);
	ck_assert_int_eq(tl.step[1].start_us, accepted - tl.begin_us);
	ck_assert_int_ge(tl.step[1].duration_us, 20000);
	ck_assert_int_eq(tl.step[1].start_us + tl.step[1].duration_us, tl.total_us);
}
END_TEST

START_TEST(test_timeline_took__leaves_out_what_was_not_waited_for)
{
	struct timeline tl;
	struct err err;

	begin(&tl, &err);
	timeline_took(&tl, clock_us(), 1); /* nothing runs: nothing happens */
	int64_t since = clock_us();
	step(&tl, "login");
	pause_ms(50);
	int64_t looked = clock_us();
	step(&tl, "connect");
	timeline_took(&tl, since, 3000);
	step(&tl, "greeting");
	timeline_hold(&tl, true); /* the step of another dialog */
	timeline_took(&tl, since, US_PER_S);
	timeline_backdate(&tl, since);
	timeline_end(&tl);
	looked = clock_us() - looked;
	ck_assert_int_eq(tl.step[1].start_us, since - tl.begin_us);
	ck_assert_int_ge(tl.step[1].duration_us, 3000);
	ck_assert_int_le(tl.step[1].duration_us, 3000 + looked);
	ck_assert_int_gt(tl.step[2].start_us, tl.step[1].start_us + 50000 - 1);
	ck_assert_int_le(tl.step[2].duration_us, looked);
}
END_TEST

START_TEST(test_timeline_hold__keeps_the_running_step)
{
	struct timeline tl;
	struct err err;

	begin(&tl, &err);
	timeline_hold(&tl, true); /* nothing runs: nothing to be held */
	int64_t login = clock_us();
	step(&tl, "login");
	step(&tl, "delivery");
	login = clock_us() - login;
	timeline_hold(&tl, true);
	pause_ms(20);
	ck_assert_int_eq(step(&tl, "login"), 0);
	ck_assert_int_eq(step(&tl, "stat"), 0);
	ck_assert_str_eq(atomic_load(&tl.running), "delivery");
	pause_ms(20);
	timeline_hold(&tl, false);
	step(&tl, "search");
	timeline_end(&tl);
	ck_assert_uint_eq(tl.count, 3);
	ck_assert_ptr_null(timeline_find(&tl, "stat"));
	ck_assert_int_ge(timeline_find(&tl, "delivery")->duration_us, 40000);
	ck_assert_int_le(timeline_find(&tl, "login")->duration_us, login);
}
END_TEST

START_TEST(test_timeline_hold__deadlines_still_pass)
{
	struct timeline tl;
	struct err err;

	begin(&tl, &err);
	step(&tl, "delivery");
	timeline_hold(&tl, true);
	timeline_leg(&tl, "", 1000);
	pause_ms(5);
	ck_assert_int_eq(step(&tl, "login"), -1);
	ck_assert_int_eq(err.kind, ERR_TIMEOUT);
	timeline_fail(&tl);
	ck_assert_str_eq(err.step, "delivery");
}
END_TEST

START_TEST(test_timeline_look__shows_the_running_step_as_if_it_had_ended)
{
	struct timeline tl, seen;
	struct err err;

	begin(&tl, &err);
	step(&tl, "connect");
	pause_ms(10);
	step(&tl, "login");
	pause_ms(20);
	timeline_look(&tl, &seen);
	ck_assert_uint_eq(seen.count, 2);
	ck_assert_int_eq(timeline_find(&seen, "connect")->outcome, STEP_OK);
	ck_assert_int_eq(timeline_find(&seen, "login")->outcome, STEP_FAILED);
	ck_assert_int_ge(timeline_find(&seen, "login")->duration_us, 20000);
	ck_assert_int_ge(seen.total_us, 30000);
	/* and it goes on */
	ck_assert_int_eq(timeline_find(&tl, "login")->outcome, STEP_OK);
	step(&tl, "login");
	timeline_end(&tl);
	ck_assert_int_ge(timeline_find(&tl, "login")->duration_us,
			 timeline_find(&seen, "login")->duration_us);
	timeline_look(&tl, &seen);
	ck_assert_int_eq(timeline_find(&seen, "login")->outcome, STEP_OK);
}
END_TEST

UNIT_MAIN("timeline", test_step__names_carry_the_prefix_of_the_leg, test_step__times_add_up,
	  test_step__ended_timeline_stands_still, test_step__more_names_than_there_is_room_for,
	  test_timeline_leg__the_earlier_deadline_holds,
	  test_timeline_leg__a_later_step_does_not_get_more_time,
	  test_timeline_cleanup__may_use_the_reserve,
	  test_step__past_deadline_is_a_timeout_that_names_its_limit,
	  test_timeline_timed_out__says_long_limits_in_plain_digits,
	  test_timeline_fail__marks_the_running_step_once,
	  test_timeline_backdate__moves_the_running_steps_start,
	  test_timeline_took__leaves_out_what_was_not_waited_for,
	  test_timeline_hold__keeps_the_running_step, test_timeline_hold__deadlines_still_pass,
	  test_timeline_look__shows_the_running_step_as_if_it_had_ended)
