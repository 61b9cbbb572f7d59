/* test_io.c - the clock, deadlines, and the one function that waits for them */
#include "net/io.h"

#include <limits.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include "base/clock.h"
#include "unit.h"

/* ---- the clock ---- */

START_TEST(test_clock_us__goes_on_in_microseconds)
{
	int64_t before = clock_us();

	usleep(20000);
	int64_t took = clock_us() - before;
	ck_assert_int_ge(took, 20000);
	ck_assert_int_lt(took, 5 * US_PER_S);
}
END_TEST

START_TEST(test_deadline_left_ms__rounds_up_and_fits_poll)
{
	int64_t now = clock_us();

	ck_assert_int_eq(deadline_left_ms(now), 0);
	ck_assert_int_eq(deadline_left_ms(now - 1), 0);
	ck_assert_int_eq(deadline_left_ms(0), 0);
	ck_assert_int_eq(deadline_left_ms(INT64_MAX), INT_MAX);
	ck_assert_int_eq(deadline_left_ms(now + (int64_t)INT_MAX * 2 * US_PER_MS), INT_MAX);
	int left = deadline_left_ms(clock_us() + 10 * US_PER_S);
	ck_assert_int_le(left, 10000);
	ck_assert_int_gt(left, 9000);
	/* a fraction of a millisecond is one, or the last of it would be spent spinning */
	for (int64_t deadline = clock_us() + 900, left_us; (left_us = deadline - clock_us()) > 100;)
		ck_assert_int_eq(deadline_left_ms(deadline), 1);
}
END_TEST

/* ---- io_wait ---- */

static int pair[2];

static void make_pair(void)
{
	ck_assert_int_eq(socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, pair), 0);
}

static void close_pair(void)
{
	close(pair[0]);
	close(pair[1]);
}

static const int64_t waits_us[] = {0, -US_PER_S, 1, 500, 1500, 50 * US_PER_MS, 120 * US_PER_MS};

START_TEST(test_io_wait__not_before_the_deadline_and_not_long_after)
{
	int64_t begun = clock_us(), wait = waits_us[_i];

	ck_assert_int_eq(io_wait(pair[0], POLLIN, begun + wait), 0);
	int64_t took = clock_us() - begun;
	ck_assert_int_ge(took, wait > 0 ? wait : 0);
	ck_assert_int_lt(took, (wait > 0 ? wait : 0) + US_PER_S);
}
END_TEST

START_TEST(test_io_wait__ready_at_once)
{
	int64_t begun = clock_us();

	ck_assert_int_eq(io_wait(pair[0], POLLOUT, begun + 10 * US_PER_S), 1);
	ck_assert_int_eq(write(pair[1], "x", 1), 1);
	ck_assert_int_eq(io_wait(pair[0], POLLIN, begun + 10 * US_PER_S), 1);
	/* what is ready is ready, even when the time is over */
	ck_assert_int_eq(io_wait(pair[0], POLLIN, 0), 1);
	ck_assert_int_lt(clock_us() - begun, US_PER_S);
}
END_TEST

START_TEST(test_io_wait__hang_up_is_ready)
{
	shutdown(pair[1], SHUT_WR);
	ck_assert_int_eq(io_wait(pair[0], POLLIN, clock_us() + 10 * US_PER_S), 1);
	close(pair[1]);
	ck_assert_int_eq(io_wait(pair[0], POLLIN, clock_us() + 10 * US_PER_S), 1);
}
END_TEST

static void *write_later(void *arg)
{
	(void)arg;
	usleep(100000);
	return write(pair[1], "x", 1) == 1 ? pair : NULL;
}

START_TEST(test_io_wait__wakes_up_when_ready)
{
	pthread_t thread;
	int64_t begun = clock_us();

	ck_assert_int_eq(pthread_create(&thread, NULL, write_later, NULL), 0);
	ck_assert_int_eq(io_wait(pair[0], POLLIN, begun + 10 * US_PER_S), 1);
	ck_assert_int_ge(clock_us() - begun, 90 * US_PER_MS);
	ck_assert_int_lt(clock_us() - begun, 5 * US_PER_S);
	pthread_join(thread, NULL);
}
END_TEST

START_TEST(test_io_wait__without_a_socket_sleeps)
{
	int64_t begun = clock_us();

	ck_assert_int_eq(io_wait(-1, POLLIN, begun + 50 * US_PER_MS), 0);
	ck_assert_int_ge(clock_us() - begun, 50 * US_PER_MS);
}
END_TEST

static volatile sig_atomic_t interrupted;

static void note_signal(int number)
{
	(void)number;
	interrupted++;
}

/* A signal every 5 ms: each interrupts poll, and none ends the wait or makes it longer. */
START_TEST(test_io_wait__interruptions_change_nothing)
{
	struct sigaction action = {.sa_handler = note_signal};
	const struct itimerval often = {{0, 5000}, {0, 5000}}, never = {{0, 0}, {0, 0}};
	int64_t begun = clock_us();

	sigaction(SIGALRM, &action, NULL);
	setitimer(ITIMER_REAL, &often, NULL);
	int rc = io_wait(pair[0], POLLIN, begun + 200 * US_PER_MS);
	int64_t took = clock_us() - begun;
	setitimer(ITIMER_REAL, &never, NULL);
	ck_assert_int_eq(rc, 0);
	ck_assert_int_ge(interrupted, 5);
	ck_assert_int_ge(took, 200 * US_PER_MS);
	ck_assert_int_lt(took, 2 * US_PER_S);
}
END_TEST

UNIT_MAIN_FIXTURE("io", make_pair, close_pair, ONCE(test_clock_us__goes_on_in_microseconds),
		  ONCE(test_deadline_left_ms__rounds_up_and_fits_poll),
		  ROWS(test_io_wait__not_before_the_deadline_and_not_long_after, waits_us),
		  ONCE(test_io_wait__ready_at_once), ONCE(test_io_wait__hang_up_is_ready),
		  ONCE(test_io_wait__wakes_up_when_ready),
		  ONCE(test_io_wait__without_a_socket_sleeps),
		  ONCE(test_io_wait__interruptions_change_nothing))
