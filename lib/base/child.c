/* child.c - another program as a child: started, heard, awaited, and ended if need be */
#include "base/child.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/interrupt.h"
#include "base/text.h"
#include "base/xalloc.h"

/* The exit code of a shell that finds no such program, and of posix_spawn where it learns that only
 * in the child. */
enum { NOT_FOUND = 127, TOLD_SIZE = 4096 };

/* How often to look whether a program that says nothing more has ended. */
static const int64_t LOOK_US = 2 * US_PER_MS;

/* How long one that is killed may take to end. */
static const int64_t REAP_US = 200 * US_PER_MS;

static bool is_password(const char *variable)
{
	static const char ours[] = "MAILFLOW_", client[] = "MAILFLOW_CLIENT_";

	return !strncmp(variable, ours, strlen(ours)) &&
	       strncmp(variable, client, strlen(client)) != 0;
}

/* Without the passwords in it. A client's secret (mailflow_oauth_token) is for a command, and for
 * nobody else. */
static char **make_environment(void)
{
	size_t count = 0, kept = 0;

	while (environ[count])
		count++;
	char **copy = xcalloc(count + 1, sizeof(*copy));
	for (size_t i = 0; i < count; i++)
		if (!is_password(environ[i]))
			copy[kept++] = environ[i];
	return copy;
}

/* Signals are held here, and some ignored: not there. */
static int set_attributes(posix_spawnattr_t *attributes)
{
	sigset_t none, all;

	sigemptyset(&none);
	sigfillset(&all);
	int rc = posix_spawnattr_setsigmask(attributes, &none);
	if (rc == 0)
		rc = posix_spawnattr_setsigdefault(attributes, &all);
	if (rc == 0)
		rc = posix_spawnattr_setpgroup(attributes, 0);
	return rc ? rc
		  : posix_spawnattr_setflags(attributes, POSIX_SPAWN_SETSIGMASK |
								 POSIX_SPAWN_SETSIGDEF |
								 POSIX_SPAWN_SETPGROUP);
}

/* Where standard error goes; an error of posix_spawn. */
static int set_errors(const struct child *c, posix_spawn_file_actions_t *files, int out)
{
	switch (c->errors) {
	case CHILD_ERRORS_MIXED:
		return posix_spawn_file_actions_adddup2(files, out, STDERR_FILENO);
	case CHILD_ERRORS_APART:
		return posix_spawn_file_actions_adddup2(files, c->told, STDERR_FILENO);
	default:
		return posix_spawn_file_actions_addopen(files, STDERR_FILENO, "/dev/null", O_WRONLY,
							0);
	}
}

static int set_files(const struct child *c, posix_spawn_file_actions_t *files, int out)
{
	int rc = c->in ? posix_spawn_file_actions_adddup2(files, c->in, STDIN_FILENO)
		       : posix_spawn_file_actions_addopen(files, STDIN_FILENO, "/dev/null",
							  O_RDONLY, 0);

	if (rc == 0)
		rc = posix_spawn_file_actions_adddup2(files, out, STDOUT_FILENO);
	return rc ? rc : set_errors(c, files, out);
}

/* Returns 0 or an errno. */
static int spawn(struct child *c, int out)
{
	posix_spawnattr_t attributes;
	posix_spawn_file_actions_t files;
	char **environment = make_environment();

	posix_spawnattr_init(&attributes);
	posix_spawn_file_actions_init(&files);
	int rc = set_attributes(&attributes);
	if (rc == 0)
		rc = set_files(c, &files, out);
	if (rc == 0)
		rc = posix_spawnp(&c->pid, c->argv[0], &files, &attributes, c->argv, environment);
	if (rc)
		c->pid = 0;
	posix_spawn_file_actions_destroy(&files);
	posix_spawnattr_destroy(&attributes);
	free(environment);
	return rc;
}

/* Whether it can be run: 0 or errno. */
static int look_at(const char *directory, size_t len, const char *program)
{
	char *path = xasprintf("%.*s%s%s", (int)len, directory, len ? "/" : "", program);
	int error = access(path, X_OK) ? errno : 0;

	free(path);
	return error;
}

/* In the directories that posix_spawnp looks into. */
int child_find(const char *program, struct err *err)
{
	const char *path = getenv("PATH");
	bool has_place = strchr(program, '/');
	int error = has_place ? look_at("", 0, program) : ENOENT;

	while (!has_place && path && *path && error) {
		size_t len = strcspn(path, ":");
		error = look_at(path, len, program);
		path += len + (path[len] == ':');
	}
	return error ? err_set(err, ERR_LOCAL, "%s: %s", program, text_errno(error)) : 0;
}

/* Into a pipe, which has room for that much: nobody is waited for. Returns 0 or errno. */
static int tell(struct child *c, const char *input)
{
	int ends[2];
	size_t len = strlen(input);

	if (pipe2(ends, O_CLOEXEC))
		return errno;
	c->in = ends[0];
	fcntl(ends[1], F_SETFL, O_NONBLOCK);
	ssize_t n = write(ends[1], input, len);
	int error = n < 0 ? errno : (size_t)n < len ? E2BIG : 0;
	close(ends[1]);
	return error;
}

static int start(struct child *c, const char *input, size_t max, struct err *err)
{
	char *const *argv = c->argv;
	int ends[2];

	int error = input ? tell(c, input) : 0;
	if (error)
		return err_set(err, ERR_LOCAL, "%s: %s", argv[0], text_errno(error));
	if (pipe2(ends, O_CLOEXEC))
		return err_set(err, ERR_LOCAL, "%s: %s", argv[0], text_errno(errno));
	/* a file, so that the child never waits for somebody to read it */
	if (c->errors == CHILD_ERRORS_APART)
		c->told = memfd_create("stderr", MFD_CLOEXEC);
	error = c->told < 0 ? errno : spawn(c, ends[1]);
	close(ends[1]);
	c->fd = ends[0];
	if (error)
		return err_set(err, ERR_LOCAL, "%s: %s", argv[0], text_errno(error));
	c->said = BUF_INIT(max);
	return 0;
}

int child_start_told(struct child *c, char *const *argv, enum child_errors errors, size_t max,
		     const char *input, struct err *err)
{
	*c = (struct child){.argv = argv, .errors = errors, .most = max};
	return start(c, input, max, err);
}

int child_start(struct child *c, char *const *argv, enum child_errors errors, size_t max,
		struct err *err)
{
	return child_start_told(c, argv, errors, max, NULL, err);
}

static int wait_for(const struct child *c, int fd, int64_t until_us)
{
	return c->is_held ? interrupt_poll_last(fd, POLLIN, until_us)
			  : interrupt_poll(fd, POLLIN, until_us);
}

static int waited(const struct child *c, int rc, int64_t begun_us, struct err *err)
{
	if (rc == 0)
		return err_set(err, ERR_LOCAL, "%s: it did not end in time", c->argv[0]);
	if (rc < 0 && interrupt_name() && !c->is_held)
		return interrupt_set_err(err, "while a command ran", begun_us);
	return 0;
}

static int hear(struct child *c, int64_t begun_us, int64_t until_us, struct err *err)
{
	enum { AT_ONCE = 4096 };

	for (;;) {
		int rc = wait_for(c, c->fd, until_us);
		if (waited(c, rc, begun_us, err))
			return -1;
		if (rc < 0)
			continue;
		size_t room = c->said.max - c->said.len;
		if (!room)
			return err_set(err, ERR_LOCAL, "%s: it prints more than %zu bytes",
				       c->argv[0], c->most);
		room = room < AT_ONCE ? room : AT_ONCE;
		buf_reserve(&c->said, room);
		ssize_t n = read(c->fd, c->said.data + c->said.len, room);
		if (n < 0 && errno != EINTR)
			return err_set(err, ERR_LOCAL, "%s: %s", c->argv[0], text_errno(errno));
		if (n == 0)
			return 0;
		c->said.len += n > 0 ? (size_t)n : 0;
		c->said.data[c->said.len] = '\0';
	}
}

static int await_code(struct child *c, int64_t begun_us, int64_t until_us, struct err *err)
{
	int status;

	while (waitpid(c->pid, &status, WNOHANG) == 0) {
		int rc = wait_for(c, -1, clock_us() + LOOK_US);
		if (waited(c, clock_us() >= until_us ? 0 : rc < 0 ? rc : 1, begun_us, err))
			return -1;
	}
	c->pid = 0;
	if (WIFSIGNALED(status))
		return err_set(err, ERR_LOCAL, "%s: it was ended by signal %d", c->argv[0],
			       WTERMSIG(status));
	return WEXITSTATUS(status);
}

int child_hear(struct child *c, int64_t begun_us, int64_t until_us, struct err *err)
{
	if (hear(c, begun_us, until_us, err))
		return -1;
	return await_code(c, begun_us, until_us, err);
}

void child_told(const struct child *c, char *text, size_t size)
{
	ssize_t n = !c->told ? 0 : pread(c->told, text, size - 1, 0);

	text[n > 0 ? n : 0] = '\0';
	text[strcspn(text, "\r\n")] = '\0';
}

int child_failed(const struct child *c, int code, struct err *err)
{
	char told[TOLD_SIZE];

	child_told(c, told, sizeof(told));
	const char *slash = strrchr(c->argv[0], '/'), *name = slash ? slash + 1 : c->argv[0];
	if (*told && !strncmp(told, name, strlen(name))) /* it says by itself who speaks */
		return err_set(err, ERR_LOCAL, "%s", told);
	if (*told)
		return err_set(err, ERR_LOCAL, "%s: %s", name, told);
	return err_set(err, ERR_LOCAL, "%s: it failed with exit code %d%s", c->argv[0], code,
		       code == NOT_FOUND ? " (not found)" : "");
}

/* One that waits for a dead mount may not even be ended by SIGKILL: it is left behind. */
static void reap(pid_t pid)
{
	int64_t until_us = clock_us() + REAP_US;

	while (waitpid(pid, NULL, WNOHANG) == 0 && clock_us() < until_us)
		interrupt_poll_last(-1, 0, clock_us() + LOOK_US);
}

void child_stop(struct child *c)
{
	if (c->pid > 0) {
		kill(-c->pid, c->is_asked ? SIGTERM : SIGKILL);
		reap(c->pid);
	}
	if (c->fd > 0)
		close(c->fd);
	if (c->told > 0)
		close(c->told);
	if (c->in > 0)
		close(c->in);
	buf_wipe(&c->said);
	*c = (struct child){0};
}

int child_output(char *const *argv, size_t max, int64_t until_us, struct buf *out_r,
		 struct err *err)
{
	int64_t begun_us = clock_us();
	struct child c;

	*out_r = BUF_INIT(max);
	int code = child_start(&c, argv, CHILD_ERRORS_APART, max, err);
	if (code == 0)
		code = child_hear(&c, begun_us, until_us, err);
	if (code > 0)
		child_failed(&c, code, err);
	if (code == 0) {
		*out_r = c.said;
		c.said = (struct buf){0};
	}
	child_stop(&c);
	return code ? -1 : 0;
}
