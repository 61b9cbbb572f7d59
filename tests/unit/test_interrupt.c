/* test_interrupt.c - signals that ask for the end: kept until the main thread waits, and what they
 * end then */
#include "base/interrupt.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "in_child.h"
#include "unit.h"

enum { SOON_US = 50000, LATER_US = 20000000 };

static void *send_soon(void *arg)
{
	usleep(SOON_US);
	kill(getpid(), *(int *)arg);
	return NULL;
}

static void send_from_a_thread(int number)
{
	static int kept;
	pthread_t thread;

	kept = number;
	EXPECT(pthread_create(&thread, NULL, send_soon, &kept) == 0);
	pthread_detach(thread);
}

static const struct {
	int number;
	const char *name;
} signals[] = {{SIGHUP, "SIGHUP"}, {SIGINT, "SIGINT"}, {SIGTERM, "SIGTERM"}};

static int row;

static void waits_until_a_signal_comes(void)
{
	int64_t begun = clock_us();

	interrupt_hold();
	EXPECT(interrupt_poll(-1, 0, begun + SOON_US) == 0);
	EXPECT(clock_us() >= begun + SOON_US);
	EXPECT(interrupt_name() == NULL);
	send_from_a_thread(signals[row].number);
	EXPECT(interrupt_poll(-1, 0, INT64_MAX) == -1 && errno == EINTR);
	EXPECT(strcmp(interrupt_name(), signals[row].name) == 0);
	EXPECT(clock_us() < begun + LATER_US);
	/* and for good */
	EXPECT(interrupt_poll(-1, 0, INT64_MAX) == -1 && errno == EINTR);
}

START_TEST(test_interrupt_poll__ends_when_a_signal_comes)
{
	row = _i;
	assert_in_child(waits_until_a_signal_comes);
}
END_TEST

static void keeps_what_came_before(void)
{
	interrupt_hold();
	raise(SIGTERM);
	raise(SIGTERM);
	EXPECT(interrupt_name() == NULL);
	EXPECT(interrupt_poll(-1, 0, INT64_MAX) == -1 && errno == EINTR);
	EXPECT(strcmp(interrupt_name(), "SIGTERM") == 0);
}

START_TEST(test_interrupt_poll__knows_of_signals_that_came_before)
{
	assert_in_child(keeps_what_came_before);
}
END_TEST

static void first_is_told(void)
{
	interrupt_hold();
	raise(SIGINT);
	EXPECT(interrupt_poll(-1, 0, INT64_MAX) == -1);
	raise(SIGTERM);
	EXPECT(interrupt_poll(-1, 0, INT64_MAX) == -1);
	EXPECT(strcmp(interrupt_name(), "SIGINT") == 0);
}

START_TEST(test_interrupt_name__is_the_first)
{
	assert_in_child(first_is_told);
}
END_TEST

static void ignored_ones_stay_ignored(void)
{
	signal(SIGHUP, SIG_IGN);
	interrupt_hold();
	raise(SIGHUP);
	EXPECT(interrupt_poll(-1, 0, clock_us() + SOON_US) == 0);
	EXPECT(interrupt_name() == NULL);
}

START_TEST(test_interrupt_hold__leaves_ignored_signals_alone)
{
	assert_in_child(ignored_ones_stay_ignored);
}
END_TEST

static void descriptor_becomes_ready(void)
{
	int fds[2];

	interrupt_hold();
	EXPECT(pipe(fds) == 0);
	EXPECT(interrupt_poll(fds[0], POLLIN, clock_us()) == 0);
	EXPECT(write(fds[1], "x", 1) == 1);
	EXPECT(interrupt_poll(fds[0], POLLIN, clock_us() - 1) == 1);
	EXPECT(interrupt_poll(fds[0], POLLIN, INT64_MAX) == 1);
}

START_TEST(test_interrupt_poll__tells_what_is_ready)
{
	assert_in_child(descriptor_becomes_ready);
}
END_TEST

static void says_where(void)
{
	struct err err = {0};

	interrupt_hold();
	raise(SIGTERM);
	interrupt_poll(-1, 0, INT64_MAX);
	EXPECT(interrupt_set_err(&err, "in imap_login", clock_us() - 59 * US_PER_S) == -1);
	EXPECT(err.kind == ERR_ENDED);
	EXPECT(strcmp(err.text, "ended by SIGTERM in imap_login after 59 s") == 0);
	err = (struct err){0};
	interrupt_set_err(&err, "", clock_us() - 3600 * US_PER_S);
	EXPECT(strcmp(err.text, "ended by SIGTERM after 3600 s") == 0);
}

START_TEST(test_interrupt_set_err__says_where_and_when)
{
	assert_in_child(says_where);
}
END_TEST

/* ---- writing ---- */

enum { MUCH = 1 << 20 };

static char bytes[MUCH];

static void *read_slowly(void *arg)
{
	char piece[10000];
	const int *fd = arg;

	usleep(SOON_US);
	while (read(*fd, piece, sizeof(piece)) > 0)
		;
	return NULL;
}

static void slow_reader_gets_all(void)
{
	pthread_t thread;
	int fds[2];

	interrupt_hold();
	/* what came before does not keep the report back */
	raise(SIGTERM);
	EXPECT(interrupt_poll(-1, 0, INT64_MAX) == -1);
	EXPECT(pipe(fds) == 0);
	EXPECT(pthread_create(&thread, NULL, read_slowly, &fds[0]) == 0);
	EXPECT(interrupt_write(fds[1], bytes, sizeof(bytes), INT64_MAX) == 0);
}

START_TEST(test_interrupt_write__waits_for_a_slow_reader)
{
	assert_in_child(slow_reader_gets_all);
}
END_TEST

static void nobody_reads(void)
{
	int fds[2];

	interrupt_hold();
	EXPECT(pipe(fds) == 0);
	send_from_a_thread(SIGTERM);
	EXPECT(interrupt_write(fds[1], bytes, sizeof(bytes), INT64_MAX) == -1 && errno == EINTR);
}

START_TEST(test_interrupt_write__a_signal_ends_the_waiting)
{
	assert_in_child(nobody_reads);
}
END_TEST

/* A pipe that waits in write(2), and one that does not. */
static void time_passes(void)
{
	int fds[2];

	EXPECT(pipe(fds) == 0);
	EXPECT(interrupt_write(fds[1], bytes, sizeof(bytes), clock_us() + SOON_US) == -1);
	EXPECT(errno == ETIMEDOUT);
	EXPECT(fcntl(fds[1], F_SETFL, O_NONBLOCK) == 0);
	EXPECT(interrupt_write(fds[1], bytes, sizeof(bytes), clock_us() + SOON_US) == -1);
	EXPECT(errno == ETIMEDOUT);
}

START_TEST(test_interrupt_write__waits_until_the_deadline)
{
	assert_in_child(time_passes);
}
END_TEST

static void signal_is_pending(void)
{
	char piece[10];
	int fds[2];

	interrupt_hold();
	EXPECT(pipe(fds) == 0);
	raise(SIGTERM);
	EXPECT(interrupt_write(fds[1], "verdict\n", 8, 0) == 0);
	EXPECT(read(fds[0], piece, sizeof(piece)) == 8);
}

START_TEST(test_interrupt_write__a_signal_does_not_keep_from_what_need_not_wait)
{
	assert_in_child(signal_is_pending);
}
END_TEST

static void reader_has_gone(void)
{
	int fds[2];

	signal(SIGPIPE, SIG_IGN);
	EXPECT(pipe(fds) == 0);
	close(fds[0]);
	EXPECT(interrupt_write(fds[1], "verdict\n", 8, INT64_MAX) == -1 && errno == EPIPE);
}

START_TEST(test_interrupt_write__tells_of_errors)
{
	assert_in_child(reader_has_gone);
}
END_TEST

UNIT_MAIN_FIXTURE("interrupt", NULL, NULL,
		  ROWS(test_interrupt_poll__ends_when_a_signal_comes, signals),
		  ONCE(test_interrupt_poll__knows_of_signals_that_came_before),
		  ONCE(test_interrupt_name__is_the_first),
		  ONCE(test_interrupt_hold__leaves_ignored_signals_alone),
		  ONCE(test_interrupt_poll__tells_what_is_ready),
		  ONCE(test_interrupt_set_err__says_where_and_when),
		  ONCE(test_interrupt_write__waits_for_a_slow_reader),
		  ONCE(test_interrupt_write__a_signal_ends_the_waiting),
		  ONCE(test_interrupt_write__waits_until_the_deadline),
		  ONCE(test_interrupt_write__a_signal_does_not_keep_from_what_need_not_wait),
		  ONCE(test_interrupt_write__tells_of_errors))
