/* secret.c - passwords: from where they come, and wiped when they are no longer needed */
#include "base/secret.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "base/interrupt.h"
#include "base/prompt.h"
#include "base/text.h"
#include "base/xalloc.h"

enum { SECRET_MAX = 4096, TOKEN_MAX = 8192, DESCRIPTOR_MAX = 65535 };

static void take_copy(struct secret *s, const char *str, size_t len)
{
	char *copy = xstrndup(str, len);

	secret_free(s);
	s->value = copy;
}

int secret_set(struct secret *s, const char *str, struct err *err)
{
	size_t len = strlen(str);

	if (len > SECRET_MAX)
		return err_set(err, ERR_USAGE, "password longer than %d bytes", SECRET_MAX);
	take_copy(s, str, len);
	return 0;
}

bool secret_may_be_token(const char *str, size_t len)
{
	for (size_t i = 0; i < len; i++)
		if (str[i] <= ' ' || str[i] > '~')
			return false;
	return len > 0 && len <= TOKEN_MAX;
}

int secret_set_token(struct secret *s, const char *str, struct err *err)
{
	size_t len = strlen(str);

	if (!secret_may_be_token(str, len))
		return err_set(err, ERR_USAGE, "that is no token");
	take_copy(s, str, len);
	return 0;
}

/* What a secret is read from. */
struct source {
	const char *path;
	const char *what; /* "password": of such a file */
	size_t max;
	bool is_token;
};

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
static int set_from_line(struct secret *s, char *line, size_t len, const struct source *from,
			 struct err *err)
{
	static const char mark[] = "\xef\xbb\xbf";
	char what[32];

	snprintf(what, sizeof(what), "%s file ", from->what);
	if (file_refuse_utf16(what, from->path, line, len, err))
		return -1;
	if (len >= strlen(mark) && memcmp(line, mark, strlen(mark)) == 0) {
		line += strlen(mark);
		len -= strlen(mark);
	}
	if (len && line[len - 1] == '\r')
		len--;
	if (!len)
		err_set(err, ERR_USAGE, "%s%s: its first line is empty", what, from->path);
	else if (len > from->max)
		err_set(err, ERR_USAGE, "%s%s: its first line is longer than %zu bytes", what,
			from->path, from->max);
	else if (memchr(line, '\0', len))
		err_set(err, ERR_USAGE, "%s%s: NUL byte in the %s", what, from->path, from->what);
	else if (from->is_token && !secret_may_be_token(line, len))
		err_set(err, ERR_USAGE, "%s%s: its first line is no token", what, from->path);
	else
		return take_copy(s, line, len), 0;
	return err_fault(err, "file-malformed");
}

static bool others_can_read(const struct file *f)
{
	struct err err = {0};
	struct stat st;

	return file_stat(f, &st, &err) && S_ISREG(st.st_mode) && st.st_mode & S_IROTH;
}

static int read_file(struct secret *s, const struct source *from, const struct limit *limit,
		     struct err *err)
{
	char line[TOKEN_MAX + 3], what[32];
	struct file f;

	snprintf(what, sizeof(what), "%s file ", from->what);
	if (file_open(&f, what, from->path, limit, err))
		return -1;
	ssize_t len = read_first_line(&f, line, from->max + 2, err);
	int rc = len < 0 ? -1 : set_from_line(s, line, (size_t)len, from, err);
	explicit_bzero(line, sizeof(line));
	s->exposed = rc == 0 && others_can_read(&f);
	file_close(&f);
	return rc;
}

/* Unbuffered, and no more than the line: what follows it is for whoever reads on. */
static ssize_t read_line_of(int fd, char *line, size_t size, const struct limit *limit,
			    struct err *err)
{
	size_t len = 0;

	while (len < size) {
		int rc = interrupt_poll(fd, POLLIN, limit->until_us);
		if (rc < 0 && interrupt_name())
			return interrupt_set_err(err, "while reading a password",
						 limit_begun_us(limit));
		if (rc == 0)
			return err_set(err, ERR_USAGE, "nobody has written to descriptor %d", fd);
		ssize_t n = rc < 0 ? -1 : read(fd, line + len, 1);
		if (n < 0 && errno != EINTR && errno != EAGAIN)
			return err_set(err, ERR_USAGE, "cannot read descriptor %d: %s", fd,
				       text_errno(errno));
		if (n == 0 || (n > 0 && line[len] == '\n'))
			break;
		len += n > 0;
	}
	return (ssize_t)len;
}

int secret_read_descriptor(struct secret *s, int fd, const struct limit *limit, struct err *err)
{
	char line[SECRET_MAX + 3], path[32];

	snprintf(path, sizeof(path), "on descriptor %d", fd);
	ssize_t len = read_line_of(fd, line, sizeof(line) - 1, limit, err);
	int rc =
		len < 0 ? -1
			: set_from_line(s, line, (size_t)len,
					&(struct source){path, "password", SECRET_MAX, false}, err);
	explicit_bzero(line, sizeof(line));
	if (fd > STDERR_FILENO)
		close(fd);
	return rc;
}

int secret_read_file(struct secret *s, const char *path, const struct limit *limit, struct err *err)
{
	return read_file(s, &(struct source){path, "password", SECRET_MAX, false}, limit, err);
}

int secret_read_token(struct secret *s, const char *path, const struct limit *limit,
		      struct err *err)
{
	return read_file(s, &(struct source){path, "token", TOKEN_MAX, true}, limit, err);
}

int secret_read_credential(struct secret *s, const char *name, bool is_token,
			   const struct limit *limit, struct err *err)
{
	const char *directory = getenv("CREDENTIALS_DIRECTORY");

	if (!directory || !*directory || secret_is_set(s))
		return 0;
	char *path = xasprintf("%s/%s", directory, name);
	int there = file_exists(path, limit, err);
	int rc = there <= 0 ? there
		 : is_token ? secret_read_token(s, path, limit, err)
			    : secret_read_file(s, path, limit, err);
	free(path);
	return rc ? err_prefix(err, "$CREDENTIALS_DIRECTORY: ") : 0;
}

int secret_parse_descriptor(const char *text, struct err *err)
{
	uint64_t fd;

	if (text_parse_uint(text, strlen(text), DESCRIPTOR_MAX, &fd) || fd == STDOUT_FILENO ||
	    fd == STDERR_FILENO)
		return err_set(err, ERR_USAGE,
			       "no descriptor to read from: 0, or 3 and up (what was given may be "
			       "a secret, and is not shown)");
	if (fcntl((int)fd, F_GETFD) < 0)
		return err_set(err, ERR_USAGE, "descriptor %d is not open", (int)fd);
	fcntl((int)fd, F_SETFD, FD_CLOEXEC);
	return (int)fd;
}

int secret_take_environment(struct secret *s, const char *name, struct err *err)
{
	char *value = getenv(name);

	if (!value || !*value)
		return 0;
	int rc = secret_set(s, value, err);
	secret_wipe_environment(name);
	return rc ? err_prefix(err, "%s: ", name) : 0;
}

void secret_wipe_environment(const char *name)
{
	char *value = getenv(name);

	if (!value)
		return;
	secret_wipe_str(value);
	unsetenv(name);
}

void secret_forget_environment(void)
{
	secret_wipe_environment("MAILFLOW_PASSWORD");
	secret_wipe_environment("MAILFLOW_SMTP_PASSWORD");
}

int secret_prompt(struct secret *s, const char *question, struct limit *limit, struct err *err)
{
	char line[SECRET_MAX + 3];
	int rc = prompt_ask(question, false, limit, line, sizeof(line), err);

	if (rc == PROMPT_NO_TERMINAL) {
		err_set(err, ERR_USAGE, "no password given, and no terminal to ask for it");
		return err_fault(err, "no-password");
	}
	if (rc == 0 && !*line)
		rc = err_set(err, ERR_USAGE, "no password entered");
	if (rc == 0)
		rc = set_from_line(s, line, strlen(line),
				   &(struct source){"(terminal)", "password", SECRET_MAX, false},
				   err);
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
