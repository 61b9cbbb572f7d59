/* secret.c - passwords: from where they come, and wiped when they are no longer needed */
#include "base/secret.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

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

/* Read up to the first LF, the end, or size bytes. Unbuffered by stdio, so that no copy stays behind. */
static ssize_t read_first_line(int fd, char *line, size_t size)
{
	size_t len = 0;

	while (len < size) {
		ssize_t n = read(fd, line + len, size - len);
		if (n < 0 && errno == EINTR)
			continue;
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

static int set_from_line(struct secret *s, char *line, ssize_t len, const char *path, struct err *err)
{
	if (len < 0)
		return err_set(err, ERR_USAGE, "cannot read password file %s: %s", path,
			       strerrordesc_np(errno));
	if (len && line[len - 1] == '\r')
		len--;
	if (!len)
		return err_set(err, ERR_USAGE, "password file %s: its first line is empty", path);
	if (len > SECRET_MAX)
		return err_set(err, ERR_USAGE, "password file %s: its first line is longer than %d bytes",
			       path, SECRET_MAX);
	if (memchr(line, '\0', (size_t)len))
		return err_set(err, ERR_USAGE, "password file %s: NUL byte in the password", path);
	line[len] = '\0';
	return secret_set(s, line, err);
}

int secret_read_file(struct secret *s, const char *path, struct err *err)
{
	char line[SECRET_MAX + 3];
	int fd = strcmp(path, "-") ? open(path, O_RDONLY | O_CLOEXEC) : STDIN_FILENO;

	if (fd < 0)
		return err_set(err, ERR_USAGE, "cannot open password file %s: %s", path,
			       strerrordesc_np(errno));
	ssize_t len = read_first_line(fd, line, sizeof(line) - 1);
	int rc = set_from_line(s, line, len, path, err);
	explicit_bzero(line, sizeof(line));
	if (fd != STDIN_FILENO)
		close(fd);
	return rc;
}

int secret_prompt(struct secret *s, const char *prompt, struct err *err)
{
	char line[SECRET_MAX + 3];
	struct termios saved, silent;
	int fd = open("/dev/tty", O_RDWR | O_NOCTTY | O_CLOEXEC);

	if (fd < 0 || tcgetattr(fd, &saved)) {
		if (fd >= 0)
			close(fd);
		return err_set(err, ERR_USAGE, "no password given, and no terminal to ask for it");
	}
	silent = saved;
	silent.c_lflag &= ~(tcflag_t)ECHO;
	silent.c_lflag |= ECHONL;
	tcsetattr(fd, TCSAFLUSH, &silent);
	dprintf(fd, "%s", prompt);
	ssize_t len = read_first_line(fd, line, sizeof(line) - 1);
	tcsetattr(fd, TCSAFLUSH, &saved);
	close(fd);
	if (len <= 0)
		return err_set(err, ERR_USAGE, "no password entered");
	int rc = set_from_line(s, line, len, "(terminal)", err);
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
