/* prompt.c - questions on the terminal, which is left as it was, however they end */
#include "base/prompt.h"

#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

#include "base/interrupt.h"

/* While the echo is off a signal that stops or ends the process must not leave the terminal silent:
 * the handler only notes it, the terminal is put right, and then it is raised again. Those that
 * interrupt.h holds need no such care. */
static const int watched[] = {SIGTSTP, SIGQUIT};

enum { WATCHED = sizeof(watched) / sizeof(watched[0]) };

static volatile sig_atomic_t caught;

static void note_signal(int number)
{
	caught = number;
}

/* Blocked at any time but in interrupt_poll, so that none is missed before it. */
static void watch_signals(struct sigaction old[WATCHED], sigset_t *old_mask)
{
	struct sigaction note = {.sa_handler = note_signal};
	sigset_t blocked;

	sigemptyset(&note.sa_mask);
	sigemptyset(&blocked);
	caught = 0;
	for (size_t i = 0; i < WATCHED; i++)
		sigaddset(&blocked, watched[i]);
	pthread_sigmask(SIG_BLOCK, &blocked, old_mask);
	for (size_t i = 0; i < WATCHED; i++) {
		sigaction(watched[i], NULL, &old[i]);
		if (old[i].sa_handler != SIG_IGN)
			sigaction(watched[i], &note, NULL);
	}
}

static void unwatch_signals(const struct sigaction old[WATCHED], const sigset_t *old_mask)
{
	for (size_t i = 0; i < WATCHED; i++)
		sigaction(watched[i], &old[i], NULL);
	pthread_sigmask(SIG_SETMASK, old_mask, NULL);
	if (caught)
		raise(caught);
}

/* One line, as much of it as fits. Returns 0, also at the end of input, or -1 when the time is over
 * or a signal came. */
static int read_line(int fd, int64_t until_us, char *answer, size_t size)
{
	char piece[256];
	size_t len = 0;
	char *lf = NULL;
	int rc = -1;

	while (!lf && (rc = interrupt_poll(fd, POLLIN, until_us) > 0 ? 0 : -1) == 0) {
		ssize_t n = read(fd, piece, sizeof(piece));
		if (n <= 0)
			break;
		lf = memchr(piece, '\n', (size_t)n);
		size_t kept = lf ? (size_t)(lf - piece) : (size_t)n;
		if (kept > size - 1 - len)
			kept = size - 1 - len;
		memcpy(answer + len, piece, kept);
		len += kept;
	}
	answer[len] = '\0';
	explicit_bzero(piece, sizeof(piece));
	return rc;
}

/* Ask once. Returns as read_line. */
static int ask(int fd, const char *question, bool echo, int64_t until_us, char *answer, size_t size)
{
	struct sigaction old[WATCHED];
	sigset_t old_mask;
	struct termios saved;
	bool is_silent = !echo && tcgetattr(fd, &saved) == 0;

	watch_signals(old, &old_mask);
	if (is_silent) {
		struct termios silent = saved;
		silent.c_lflag &= ~(tcflag_t)ECHO;
		silent.c_lflag |= ECHONL;
		tcsetattr(fd, TCSANOW, &silent);
	}
	tcflush(fd, TCIFLUSH);
	dprintf(fd, "%s", question);
	int rc = read_line(fd, until_us, answer, size);
	if (rc)
		dprintf(fd, "\n");
	tcflush(fd, TCIFLUSH); /* it would be the next program's, or the shell's */
	if (is_silent)
		tcsetattr(fd, TCSANOW, &saved);
	unwatch_signals(old, &old_mask);
	return rc;
}

static int set_unanswered(const struct limit *limit, struct err *err)
{
	double seconds = limit_s(limit);

	if (interrupt_name())
		return interrupt_set_err(err, "at the prompt", limit_begun_us(limit));
	return err_set(err, ERR_LOCAL, "no answer at the prompt within %.*g s (--timeout)",
		       SECONDS_DIGITS(seconds), seconds);
}

int prompt_ask(const char *question, bool echo, struct limit *limit, char *answer, size_t size,
	       struct err *err)
{
	int64_t begun_us = clock_us(), until_us = limit->is_given ? limit->until_us : INT64_MAX;
	int fd = open("/dev/tty", O_RDWR | O_NOCTTY | O_CLOEXEC);
	int rc;

	if (fd < 0)
		return PROMPT_NO_TERMINAL;
	do
		rc = ask(fd, question, echo, until_us, answer, size);
	while (rc && caught && !interrupt_name());
	close(fd);
	if (rc)
		return set_unanswered(limit, err);
	limit->until_us += clock_us() - begun_us;
	return 0;
}

int prompt_tell(const char *text)
{
	int fd = open("/dev/tty", O_WRONLY | O_NOCTTY | O_CLOEXEC);

	if (fd < 0)
		return PROMPT_NO_TERMINAL;
	int rc = interrupt_write(fd, text, strlen(text), clock_us() + US_PER_S);
	close(fd);
	return rc ? PROMPT_NO_TERMINAL : 0;
}
