/* secret.c - passwords: from where they come, and wiped when they are no longer needed */
#include "base/secret.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

#include "base/file.h"
#include "base/xalloc.h"

enum { SECRET_MAX = 4096 };

int secret_set(struct secret *s, const char *str, struct err *err)
{
	size_t len = strlen(str);

	if (len > SECRET_MAX)
		return err_set(err, ERR_USAGE, "password longer than %d bytes", SECRET_MAX);
	char *copy = xstrndup(str, len);
	secret_free(s);
	s->value = copy;
	return 0;
}

/* Read up to the first LF, the end, or size bytes. Unbuffered by stdio, so that no copy stays
 * behind. */
static ssize_t read_first_line(struct file *f, char *line, size_t size, struct err *err)
{
	size_t len = 0;

	while (len < size) {
		ssize_t n = file_read(f, line + len, size - len, err);
		if (n < 0)
			return -1;
		if (n == 0)
			break;
		char *lf = memchr(line + len, '\n', (size_t)n);
		if (lf)
			return lf - line;
		len += (size_t)n;
	}
	return (ssize_t)len;
}

/* Editors of Windows put a byte order mark in front of UTF-8. */
static int set_from_line(struct secret *s, char *line, size_t len, const char *path,
			 struct err *err)
{
	static const char mark[] = "\xef\xbb\xbf";

	if (file_refuse_utf16("password file ", path, line, len, err))
		return -1;
	if (len >= strlen(mark) && memcmp(line, mark, strlen(mark)) == 0) {
		line += strlen(mark);
		len -= strlen(mark);
	}
	if (len && line[len - 1] == '\r')
		len--;
	if (!len)
		return err_set(err, ERR_USAGE, "password file %s: its first line is empty", path);
	if (len > SECRET_MAX)
		return err_set(err, ERR_USAGE,
			       "password file %s: its first line is longer than %d bytes", path,
			       SECRET_MAX);
	if (memchr(line, '\0', len))
		return err_set(err, ERR_USAGE, "password file %s: NUL byte in the password", path);
	line[len] = '\0';
	return secret_set(s, line, err);
}

int secret_read_file(struct secret *s, const char *path, const struct limit *limit, struct err *err)
{
	char line[SECRET_MAX + 3];
	struct file f;

	if (file_open(&f, "password file ", path, limit, err))
		return -1;
	ssize_t len = read_first_line(&f, line, sizeof(line) - 1, err);
	int rc = len < 0 ? -1 : set_from_line(s, line, (size_t)len, path, err);
	explicit_bzero(line, sizeof(line));
	file_close(&f);
	return rc;
}

/* While the echo is off a signal that ends or stops the process must not leave the terminal silent:
 * the handler only notes it, ask() puts the terminal right, and then the signal is raised again. */
static const int watched[] = {SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGTSTP};

enum { WATCHED = sizeof(watched) / sizeof(watched[0]) };

static volatile sig_atomic_t caught;

static void note_signal(int number)
{
	caught = number;
}

/* Catch the watched signals, but only inside ppoll with *old_mask: blocked at any other time, so
 * that none is missed between the look at caught and the wait. Ignored ones (nohup) stay ignored.
 */
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
}

/* The next piece of what is typed: 1 when some came, 0 at the end, on an error or a signal. */
static int read_typed(int fd, char *line, size_t size, size_t *len, const sigset_t *mask)
{
	struct pollfd pfd = {.fd = fd, .events = POLLIN};

	while (ppoll(&pfd, 1, NULL, mask) < 0)
		if (errno != EINTR || caught)
			return 0;
	ssize_t n = read(fd, line + *len, size - *len);
	if (n <= 0)
		return 0;
	*len += (size_t)n;
	return 1;
}

/* Ask once. Returns the length of the line, -1 without one, -2 when a signal came that did not end
 * the process (stopped, and now continued): ask again. */
static ssize_t ask(int fd, const char *prompt, char *line, size_t size)
{
	struct termios saved, silent;
	struct sigaction old[WATCHED];
	sigset_t old_mask;
	size_t len = 0;
	char *lf = NULL;

	if (tcgetattr(fd, &saved))
		return -1;
	silent = saved;
	silent.c_lflag &= ~(tcflag_t)ECHO;
	silent.c_lflag |= ECHONL;
	watch_signals(old, &old_mask);
	tcsetattr(fd, TCSAFLUSH, &silent);
	dprintf(fd, "%s", prompt);
	while (!lf && len < size && read_typed(fd, line, size, &len, &old_mask))
		lf = memchr(line, '\n', len);
	tcsetattr(fd, TCSAFLUSH, &saved);
	int number = caught;
	unwatch_signals(old, &old_mask);
	if (number) {
		dprintf(fd, "\n");
		raise(number);
		return -2;
	}
	return lf ? lf - line : len ? (ssize_t)len : -1;
}

int secret_prompt(struct secret *s, const char *prompt, struct err *err)
{
	char line[SECRET_MAX + 3];
	int fd = open("/dev/tty", O_RDWR | O_NOCTTY | O_CLOEXEC);
	int rc = -1;
	ssize_t len;

	if (fd < 0)
		return err_set(err, ERR_USAGE, "no password given, and no terminal to ask for it");
	do
		len = ask(fd, prompt, line, sizeof(line) - 1);
	while (len == -2);
	close(fd);
	if (len <= 0)
		err_set(err, ERR_USAGE, "no password entered");
	else
		rc = set_from_line(s, line, (size_t)len, "(terminal)", err);
	explicit_bzero(line, sizeof(line));
	return rc;
}

bool secret_is_set(const struct secret *s)
{
	return s->value != NULL;
}

void secret_free(struct secret *s)
{
	if (s->value) {
		secret_wipe_str(s->value);
		free(s->value);
	}
	s->value = NULL;
}

void secret_wipe_str(char *str)
{
	explicit_bzero(str, strlen(str));
}
