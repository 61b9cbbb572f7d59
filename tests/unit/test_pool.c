/* test_pool.c - targets on threads: all done, so many at once, and an answer at the deadline
 * whatever they do
 *
 * Linked with --wrap=pthread_create, so that the system can be made to give no more threads. */
#include "base/pool.h"

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/interrupt.h"
#include "in_child.h"
#include "unit.h"

enum { TARGETS = 200, UNLIMITED = 1000000 };

/* ---- a system that runs out of threads ---- */

static int threads_left = UNLIMITED;
static int threads_started;

int __real_pthread_create(pthread_t *thread, const pthread_attr_t *attr, void *(*start)(void *),
			  void *arg);
int __wrap_pthread_create(pthread_t *thread, const pthread_attr_t *attr, void *(*start)(void *),
			  void *arg);

int __wrap_pthread_create(pthread_t *thread, const pthread_attr_t *attr, void *(*start)(void *),
			  void *arg)
{
	if (threads_left == 0)
		return EAGAIN;
	threads_left--;
	threads_started++;
	return __real_pthread_create(thread, attr, start, arg);
}

/* ---- work ---- */

static struct work {
	atomic_int running, most, done[TARGETS];
	int64_t takes_us;
	size_t stuck_from, stuck_to; /* these targets never come back */
} work;

static void test_target(void *ctx, size_t i)
{
	struct work *w = ctx;
	int running = atomic_fetch_add(&w->running, 1) + 1;
	int most = atomic_load(&w->most);

	while (running > most && !atomic_compare_exchange_weak(&w->most, &most, running))
		;
	if (w->takes_us)
		usleep((useconds_t)w->takes_us);
	while (i >= w->stuck_from && i < w->stuck_to)
		pause();
	atomic_fetch_add(&w->done[i], 1);
	atomic_fetch_sub(&w->running, 1);
}

static struct pool pool(size_t count, size_t parallel, int64_t limit_us)
{
	return (struct pool){.count = count,
			     .parallel = parallel,
			     .deadline_us = clock_us() + limit_us,
			     .work = test_target,
			     .ctx = &work};
}

static void assert_each_once(size_t count, const bool *finished)
{
	for (size_t i = 0; i < TARGETS; i++) {
		ck_assert_int_eq(work.done[i], i < count);
		ck_assert_int_eq(finished[i], i < count);
	}
}

/* ---- tests ---- */

static const struct {
	size_t count, parallel;
	int threads;
} sizes[] = {{1, 1, 1},
	     {1, 50, 1},
	     {2, 1, 1},
	     {TARGETS, 1, 1},
	     {TARGETS, 7, 7},
	     {TARGETS, TARGETS, TARGETS},
	     {TARGETS, 1000, TARGETS},
	     {3, 2, 2}};

START_TEST(test_runner_run__each_target_once)
{
	struct pool r = pool(sizes[_i].count, sizes[_i].parallel, 30 * US_PER_S);
	bool finished[TARGETS] = {false};

	ck_assert_int_eq(pool_run(&r, finished), 0);
	assert_each_once(sizes[_i].count, finished);
	ck_assert_int_eq(threads_started, sizes[_i].threads);
	ck_assert_int_le(work.most, sizes[_i].threads);
	ck_assert_int_eq(work.running, 0);
}
END_TEST

START_TEST(test_runner_run__as_many_at_once_as_allowed)
{
	struct pool r = pool(40, 8, 30 * US_PER_S);
	bool finished[TARGETS] = {false};
	int64_t begun = clock_us();

	work.takes_us = 50 * US_PER_MS;
	ck_assert_int_eq(pool_run(&r, finished), 0);
	ck_assert_int_eq(work.most, 8);
	ck_assert_int_ge(clock_us() - begun, 250 * US_PER_MS); /* five rounds */
	assert_each_once(40, finished);
}
END_TEST

START_TEST(test_runner_run__nothing_to_do)
{
	struct pool r = pool(0, 10, 30 * US_PER_S);
	int64_t begun = clock_us();

	ck_assert_int_eq(pool_run(&r, NULL), 0);
	ck_assert_int_eq(threads_started, 0);
	ck_assert_int_lt(clock_us() - begun, US_PER_S);
}
END_TEST

/* ---- lanes ---- */

enum { LANE_TARGETS = 60 };

static struct lane_work {
	atomic_int busy[3], most[3];
	int64_t begun_us[LANE_TARGETS];
} lane_work;

static size_t lanes_of[LANE_TARGETS][POOL_LANES_EACH];

static void test_in_lanes(void *ctx, size_t i)
{
	(void)ctx;
	lane_work.begun_us[i] = clock_us();
	for (size_t k = 0; k < POOL_LANES_EACH; k++) {
		size_t lane = lanes_of[i][k];
		if (!lane)
			continue;
		int busy = atomic_fetch_add(&lane_work.busy[lane - 1], 1) + 1;
		int most = atomic_load(&lane_work.most[lane - 1]);
		while (busy > most &&
		       !atomic_compare_exchange_weak(&lane_work.most[lane - 1], &most, busy))
			;
	}
	usleep(2000);
	for (size_t k = 0; k < POOL_LANES_EACH; k++)
		if (lanes_of[i][k])
			atomic_fetch_sub(&lane_work.busy[lanes_of[i][k] - 1], 1);
}

/* Two servers of 4 and 2 at once, a sender who does one thing at a time, and some who need none. */
START_TEST(test_runner_run__no_lane_takes_more_than_it_bears)
{
	static const struct pool_lane lane[] = {{.most = 4}, {.most = 2}, {.most = 1}};
	struct pool r = pool(LANE_TARGETS, 50, 30 * US_PER_S);
	bool finished[TARGETS] = {false};

	for (size_t i = 0; i < LANE_TARGETS; i++) {
		lanes_of[i][0] = i % 3; /* 0: none */
		lanes_of[i][1] = 0;
		lanes_of[i][2] = i % 6 == 1 ? 3 : 0;
	}
	r.lanes = (struct pool_lanes){lane, 3, lanes_of};
	r.work = test_in_lanes;
	ck_assert_int_eq(pool_run(&r, finished), 0);
	for (size_t i = 0; i < LANE_TARGETS; i++)
		ck_assert(finished[i]);
	ck_assert_int_le(lane_work.most[0], 4);
	ck_assert_int_le(lane_work.most[1], 2);
	ck_assert_int_eq(lane_work.most[2], 1);
	ck_assert_int_eq(threads_started, 20 + 4 + 2);
}
END_TEST

START_TEST(test_runner_run__a_lane_keeps_its_gap)
{
	static const struct pool_lane lane[] = {{.most = 9, .gap_us = 20 * US_PER_MS}};
	struct pool r = pool(4, 4, 30 * US_PER_S);
	bool finished[TARGETS] = {false};

	for (size_t i = 0; i < 4; i++)
		lanes_of[i][0] = 1;
	r.lanes = (struct pool_lanes){lane, 1, lanes_of};
	r.work = test_in_lanes;
	ck_assert_int_eq(pool_run(&r, finished), 0);
	ck_assert_int_ge(lane_work.begun_us[3] - lane_work.begun_us[0], 60 * US_PER_MS);
}
END_TEST

/* What waits for room waits no longer than the run. */
static void lane_is_blocked(void)
{
	static const struct pool_lane lane[] = {{.most = 1}};
	struct pool r = pool(3, 3, US_PER_S);
	bool finished[TARGETS] = {false};

	for (size_t i = 0; i < 3; i++)
		lanes_of[i][0] = i < 2;
	r.lanes = (struct pool_lanes){lane, 1, lanes_of};
	work.stuck_to = 1;
	EXPECT(pool_run(&r, finished) == 1);
	EXPECT(!finished[0] && !finished[1] && finished[2]);
}

START_TEST(test_runner_run__a_blocked_lane_does_not_beat_the_deadline)
{
	assert_in_child(lane_is_blocked);
}
END_TEST

/* ---- stuck workers: in a process of their own, which ends with _exit() as the contract asks for
 * ---- */

static void two_of_ten_are_stuck(void)
{
	struct pool r = pool(10, 10, US_PER_S);
	bool finished[TARGETS] = {false};

	work.stuck_from = 3;
	work.stuck_to = 5;
	EXPECT(pool_run(&r, finished) == 1);
	int64_t late = clock_us() - r.deadline_us;
	EXPECT(late >= 0);
	EXPECT(late < 2 * US_PER_S);
	for (size_t i = 0; i < 10; i++)
		EXPECT(finished[i] == (i != 3 && i != 4));
}

/* At the deadline it is told which is which. */
START_TEST(test_runner_run__stuck_worker_does_not_beat_the_deadline)
{
	assert_in_child(two_of_ten_are_stuck);
}
END_TEST

static void all_but_the_first_are_stuck(void)
{
	struct pool r = pool(TARGETS, 2, US_PER_S);
	bool finished[TARGETS] = {false};

	work.stuck_from = 1;
	work.stuck_to = TARGETS;
	EXPECT(pool_run(&r, finished) == 1);
	for (size_t i = 0; i < TARGETS; i++) {
		EXPECT(finished[i] == (i == 0));
		EXPECT(work.done[i] == (i == 0));
	}
	EXPECT(work.running == 2);
}

/* With all workers stuck, what is behind them in the queue is not begun. */
START_TEST(test_runner_run__what_was_not_begun_is_not_finished)
{
	assert_in_child(all_but_the_first_are_stuck);
}
END_TEST

static void no_time_is_left(void)
{
	struct pool r = pool(5, 5, -US_PER_S);
	bool finished[TARGETS] = {false};
	int64_t begun = clock_us();

	work.stuck_to = 5;
	EXPECT(pool_run(&r, finished) == 1);
	EXPECT(clock_us() - begun < US_PER_S);
}

START_TEST(test_runner_run__deadline_that_has_passed)
{
	assert_in_child(no_time_is_left);
}
END_TEST

static void *end_soon(void *arg)
{
	(void)arg;
	usleep(100 * US_PER_MS);
	kill(getpid(), SIGTERM);
	return NULL;
}

static void signal_comes(void)
{
	struct pool r = pool(3, 3, 60 * US_PER_S);
	bool finished[TARGETS] = {false};
	pthread_t thread;
	int64_t begun = clock_us();

	signal(SIGTERM, SIG_DFL); /* libcheck has a handler of its own */
	interrupt_hold();
	work.stuck_from = 1;
	work.stuck_to = 2;
	EXPECT(pthread_create(&thread, NULL, end_soon, NULL) == 0);
	EXPECT(pool_run(&r, finished) == 1);
	EXPECT(clock_us() - begun < 30 * US_PER_S);
	EXPECT(strcmp(interrupt_name(), "SIGTERM") == 0);
	EXPECT(finished[0] && !finished[1] && finished[2]);
}

START_TEST(test_runner_run__signal_ends_the_waiting)
{
	assert_in_child(signal_comes);
}
END_TEST

static const struct {
	int threads;
	int most;
} shortages[] = {{1, 1}, {3, 3}, {49, 49}};

START_TEST(test_runner_run__fewer_threads_are_no_failure)
{
	struct pool r = pool(TARGETS, 50, 30 * US_PER_S);
	bool finished[TARGETS] = {false};

	threads_left = shortages[_i].threads;
	work.takes_us = US_PER_MS;
	ck_assert_int_eq(pool_run(&r, finished), 0);
	ck_assert_int_le(work.most, shortages[_i].most);
	assert_each_once(TARGETS, finished);
}
END_TEST

START_TEST(test_runner_run__not_one_thread)
{
	struct pool r = pool(5, 5, 30 * US_PER_S);
	bool finished[TARGETS] = {false};

	threads_left = 0;
	errno = 0;
	ck_assert_int_eq(pool_run(&r, finished), -1);
	ck_assert_int_eq(errno, EAGAIN);
	assert_each_once(0, finished);
}
END_TEST

/* ---- progress ---- */

static size_t progress_calls, progress_last;
static size_t progress_greatest;

static void note_progress(void *ctx, size_t finished)
{
	EXPECT(ctx == &work);
	EXPECT(progress_last != SIZE_MAX); /* not after the end */
	progress_calls++;
	progress_last = finished;
	if (finished != SIZE_MAX)
		progress_greatest = finished;
}

START_TEST(test_runner_run__progress_and_an_end_to_it)
{
	struct pool r = pool(8, 2, 30 * US_PER_S);
	bool finished[TARGETS] = {false};

	r.progress = note_progress;
	work.takes_us = 250 * US_PER_MS;
	ck_assert_int_eq(pool_run(&r, finished), 0);
	ck_assert_uint_eq(progress_last, SIZE_MAX);
	ck_assert_uint_ge(progress_calls, 3);
	ck_assert_uint_le(progress_calls, 30);
	ck_assert_uint_ge(progress_greatest, 2);
	ck_assert_uint_le(progress_greatest, 8);
}
END_TEST

/* However often targets are finished, the sign of life comes. */
START_TEST(test_runner_run__progress_while_targets_come_thick_and_fast)
{
	struct pool r = pool(TARGETS, 4, 30 * US_PER_S);
	bool finished[TARGETS] = {false};

	r.progress = note_progress;
	work.takes_us = 20 * US_PER_MS; /* one every 5 ms, for a second */
	ck_assert_int_eq(pool_run(&r, finished), 0);
	ck_assert_uint_ge(progress_calls, 3);
	ck_assert_uint_le(progress_calls, 100);
}
END_TEST

static void one_of_two_is_stuck(void)
{
	struct pool r = pool(2, 2, US_PER_S);
	bool finished[TARGETS] = {false};

	r.progress = note_progress;
	work.stuck_to = 1;
	EXPECT(pool_run(&r, finished) == 1);
	EXPECT(progress_last == SIZE_MAX);
	EXPECT(progress_greatest == 1);
	EXPECT(!finished[0]);
	EXPECT(finished[1]);
}

START_TEST(test_runner_run__progress_ends_at_the_deadline_too)
{
	assert_in_child(one_of_two_is_stuck);
}
END_TEST

/* also without a process for each test */
static void reset(void)
{
	threads_left = UNLIMITED;
	threads_started = 0;
	memset(&work, 0, sizeof(work));
	memset(&lane_work, 0, sizeof(lane_work));
	memset(lanes_of, 0, sizeof(lanes_of));
	progress_calls = progress_last = progress_greatest = 0;
}

UNIT_MAIN_FIXTURE("runner", reset, NULL, ROWS(test_runner_run__each_target_once, sizes),
		  ONCE(test_runner_run__as_many_at_once_as_allowed),
		  ONCE(test_runner_run__nothing_to_do),
		  ONCE(test_runner_run__no_lane_takes_more_than_it_bears),
		  ONCE(test_runner_run__a_lane_keeps_its_gap),
		  ONCE(test_runner_run__a_blocked_lane_does_not_beat_the_deadline),
		  ONCE(test_runner_run__stuck_worker_does_not_beat_the_deadline),
		  ONCE(test_runner_run__what_was_not_begun_is_not_finished),
		  ONCE(test_runner_run__deadline_that_has_passed),
		  ONCE(test_runner_run__signal_ends_the_waiting),
		  ROWS(test_runner_run__fewer_threads_are_no_failure, shortages),
		  ONCE(test_runner_run__not_one_thread),
		  ONCE(test_runner_run__progress_and_an_end_to_it),
		  ONCE(test_runner_run__progress_while_targets_come_thick_and_fast),
		  ONCE(test_runner_run__progress_ends_at_the_deadline_too))
