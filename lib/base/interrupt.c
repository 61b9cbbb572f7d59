/* interrupt.c - SIGHUP, SIGINT and SIGTERM, noted while the main thread waits */
#include "base/interrupt.h"

#include <errno.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <time.h>
#include <unistd.h>

#include "base/clock.h"

static const struct {
	int number;
	const char *name;
} held[] = {{SIGHUP, "SIGHUP"}, {SIGINT, "SIGINT"}, {SIGTERM, "SIGTERM"}};

enum { HELD = sizeof(held) / sizeof(held[0]) };

static volatile sig_atomic_t noted; /* the first one's number */
static sigset_t waiting;            /* what is blocked while waiting */
static bool is_holding;

static void note(int number)
{
	if (!noted)
		noted = number;
}

void interrupt_hold(void)
{
	struct sigaction action, noting = {.sa_handler = note};
	sigset_t blocked;

	sigemptyset(&noting.sa_mask);
	sigemptyset(&blocked);
	for (size_t i = 0; i < HELD; i++) {
		sigaddset(&blocked, held[i].number);
		if (sigaction(held[i].number, NULL, &action) == 0 && action.sa_handler != SIG_IGN)
			sigaction(held[i].number, &noting, NULL);
	}
	pthread_sigmask(SIG_BLOCK, &blocked, is_holding ? NULL : &waiting);
	for (size_t i = 0; i < HELD; i++)
		sigdelset(&waiting, held[i].number);
	is_holding = true;
}

/* What is ready counts before a signal that is pending. */
int interrupt_poll_last(int fd, short events, int64_t deadline_us)
{
	struct pollfd pfd = {.fd = fd, .events = events};
	int64_t left = deadline_us - clock_us();

	if (left < 0)
		left = 0;
	struct timespec time = {.tv_sec = (time_t)(left / US_PER_S),
				.tv_nsec = (long)(left % US_PER_S) * 1000};
	return ppoll(&pfd, 1, &time, is_holding ? &waiting : NULL);
}

int interrupt_poll(int fd, short events, int64_t deadline_us)
{
	if (noted) {
		errno = EINTR;
		return -1;
	}
	return interrupt_poll_last(fd, events, deadline_us);
}

const char *interrupt_name(void)
{
	for (size_t i = 0; i < HELD; i++)
		if (held[i].number == noted)
			return held[i].name;
	return NULL;
}

int interrupt_set_err(struct err *err, const char *where, int64_t since_us)
{
	double seconds = (double)(clock_us() - since_us) / (double)US_PER_S;
	const char *name = interrupt_name();

	return err_set(err, ERR_ENDED, "ended by %s%s%s after %.*g s", name ? name : "a signal",
		       *where ? " " : "", where, SECONDS_DIGITS(seconds), seconds);
}

/* Some of it, as write(2). */
static ssize_t write_some(int fd, const char *bytes, size_t len, int64_t deadline_us)
{
	int ready = interrupt_poll_last(fd, POLLOUT, deadline_us);

	if (ready == 0)
		errno = ETIMEDOUT;
	/* so much can be written to a pipe that is ready without waiting */
	return ready > 0 ? write(fd, bytes, len < PIPE_BUF ? len : PIPE_BUF) : -1;
}

int interrupt_write(int fd, const char *bytes, size_t len, int64_t deadline_us)
{
	while (len) {
		ssize_t n = write_some(fd, bytes, len, deadline_us);
		if (n < 0 && errno != EAGAIN)
			return -1;
		if (n < 0)
			continue;
		bytes += n;
		len -= (size_t)n;
	}
	return 0;
}
