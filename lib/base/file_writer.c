/* file_writer.c - a child that writes a file beside another one, and puts it in that one's place */
#include "base/file_writer.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/interrupt.h"
#include "base/text.h"

/* What the child says where there is no errno for it. */
enum { NO_REGULAR_FILE = -1 };

struct task {
	enum { REPLACE, REPLACE_SECRET, TRY_SECRET, REMOVE } kind;
	const char *path, *beside;
	const char *bytes;
	size_t len;
};

/* ---- in the child: only what is safe behind fork(2) with threads; all return 0 or errno ---- */

int file_write_all(int fd, const char *bytes, size_t len)
{
	while (len) {
		ssize_t n = write(fd, bytes, len);
		if (n < 0 && errno != EINTR)
			return errno;
		bytes += n > 0 ? n : 0;
		len -= n > 0 ? (size_t)n : 0;
	}
	return 0;
}

/* What may be read by others is no secret: its group is not trusted, either. */
static mode_t secret_mode(mode_t mode)
{
	return mode & S_IRWXO ? S_IRUSR | S_IWUSR : mode & (S_IRUSR | S_IWUSR | S_IRGRP);
}

/* As the old file: who may read it goes on to. Only root can give a file away. */
static int inherit(int fd, const struct stat *old, bool is_secret)
{
	mode_t mode = old->st_mode & 0777;

	if (fchown(fd, old->st_uid, old->st_gid) && errno != EPERM)
		return errno;
	return fchmod(fd, is_secret ? secret_mode(mode) : mode) ? errno : 0;
}

/* fsync(2) is where some file systems say that there is no room. */
static int fill(int fd, const struct stat *old, const struct task *t)
{
	int error = old ? inherit(fd, old, t->kind != REPLACE) : 0;

	if (!error)
		error = file_write_all(fd, t->bytes, t->len);
	if (!error && fsync(fd))
		error = errno;
	if (close(fd) && !error)
		error = errno;
	return error;
}

/* old is NULL where there is no such file yet. */
static int replace(const struct task *t, const struct stat *old)
{
	mode_t mode = t->kind == REPLACE ? 0666 : S_IRUSR | S_IWUSR;

	int fd = open(t->beside, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, mode);
	if (fd < 0)
		return errno;
	int error = fill(fd, old, t);
	if (!error && t->kind != TRY_SECRET && rename(t->beside, t->path))
		error = errno;
	if (error || t->kind == TRY_SECRET)
		unlink(t->beside);
	return error;
}

static int perform(const struct task *t)
{
	struct stat old;
	bool is_there = lstat(t->path, &old) == 0;

	if (!is_there && errno != ENOENT)
		return errno;
	if (is_there && !S_ISREG(old.st_mode))
		return NO_REGULAR_FILE;
	if (t->kind != REMOVE)
		return replace(t, is_there ? &old : NULL);
	return is_there && unlink(t->path) ? errno : 0;
}

/* ---- in the parent ---- */

/* A name in the same directory that nobody can know before. */
static int name_beside(const char *path, char beside[PATH_MAX])
{
	const char *slash = strrchr(path, '/');
	int directory = slash ? (int)(slash - path) + 1 : 0;
	uint64_t number;

	if (getrandom(&number, sizeof(number), 0) != sizeof(number))
		return errno;
	int len = snprintf(beside, PATH_MAX, "%.*s.mailflow-%016llx", directory, path,
			   (unsigned long long)number);
	return len < PATH_MAX ? 0 : ENAMETOOLONG;
}

/* What the child says before it ends. */
static int await(int from, int64_t until_us)
{
	int error = EIO; /* it was killed */
	int ready = interrupt_poll_last(from, POLLIN, until_us);

	if (ready > 0 && read(from, &error, sizeof(error)) < 0)
		return errno;
	return ready > 0 ? error : ready < 0 ? errno : ETIMEDOUT;
}

static int in_child(const struct task *t, int64_t until_us)
{
	int ends[2];

	if (pipe2(ends, O_CLOEXEC))
		return errno;
	pid_t pid = fork();
	if (pid == 0) {
		/* whoever reads these must not wait for this process */
		close(STDOUT_FILENO);
		close(STDERR_FILENO);
		int error = perform(t);
		file_write_all(ends[1], (const char *)&error, sizeof(error));
		_exit(0);
	}
	int error = pid < 0 ? errno : 0;
	close(ends[1]);
	if (!error)
		error = await(ends[0], until_us);
	close(ends[0]);
	if (pid > 0) {
		kill(pid, SIGKILL);
		waitpid(pid, NULL, WNOHANG); /* it may be stuck */
	}
	return error;
}

static const char *reason(int error)
{
	if (error == NO_REGULAR_FILE)
		return "it is there, and no regular file";
	if (error == ETIMEDOUT)
		return "the file system does not answer";
	return text_errno(error);
}

/* What file_replace and the like have in common. */
static int let(struct task t, int64_t until_us, struct err *err)
{
	char beside[PATH_MAX];
	int error = name_beside(t.path, beside);

	t.beside = beside;
	if (!error)
		error = in_child(&t, until_us);
	if (!error)
		return 0;
	err_set(err, ERR_LOCAL, "cannot %s %s: %s", t.kind == REMOVE ? "remove" : "write", t.path,
		reason(error));
	return err_fault(err, "output-failed");
}

int file_replace(const char *path, const char *bytes, size_t len, int64_t until_us, struct err *err)
{
	const struct task t = {.kind = REPLACE, .path = path, .bytes = bytes, .len = len};

	return let(t, until_us, err);
}

int file_replace_secret(const char *path, const char *bytes, size_t len, int64_t until_us,
			struct err *err)
{
	const struct task t = {.kind = REPLACE_SECRET, .path = path, .bytes = bytes, .len = len};

	return let(t, until_us, err);
}

int file_try_secret(const char *path, const char *bytes, size_t len, int64_t until_us,
		    struct err *err)
{
	const struct task t = {.kind = TRY_SECRET, .path = path, .bytes = bytes, .len = len};

	return let(t, until_us, err);
}

int file_remove(const char *path, int64_t until_us, struct err *err)
{
	const struct task t = {.kind = REMOVE, .path = path};

	return let(t, until_us, err);
}
