/* command.c - other programs that print one line, a secret */
#include "base/command.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/interrupt.h"
#include "base/percent.h"
#include "base/span.h"
#include "base/text.h"
#include "base/xalloc.h"

enum {
	LINE_MAX_BYTES = 8192,
	SAID_MAX = LINE_MAX_BYTES + 3,
	REMARKS_MAX = 4096, /* what the package's own programs may say besides */
	WORDS_MAX = 64,
	WORD_MAX = 4096,
};

/* The exit code of a shell that finds no such program, and of posix_spawn where it learns that only
 * in the child. */
enum { NOT_FOUND = 127 };

/* How often to look whether a program that says nothing more has ended. */
static const int64_t LOOK_US = 2 * US_PER_MS;

/* ---- the command line ---- */

/* A word, in which quotation marks keep blanks. */
static int take_word(const char **at, const char *user, struct buf *word, struct err *err)
{
	char quote = '\0';

	while (**at && (quote || (**at != ' ' && **at != '\t'))) {
		bool marks = quote ? **at == quote : **at == '"' || **at == '\'';
		if (!marks && percent_take(word, at, user, err))
			return -1;
		if (marks) {
			quote = quote ? '\0' : **at;
			(*at)++;
		}
	}
	return quote ? err_set(err, ERR_USAGE, "a quotation that does not end") : 0;
}

static void skip_blanks(const char **at)
{
	*at += strspn(*at, " \t");
}

int command_parse(struct command *c, const char *text, const char *user, struct err *err)
{
	size_t count = 0;

	*c = (struct command){.argv = xcalloc(WORDS_MAX + 1, sizeof(*c->argv)), .fd = -1};
	for (skip_blanks(&text); *text; skip_blanks(&text)) {
		struct buf word = BUF_INIT(WORD_MAX);
		int rc = take_word(&text, user, &word, err);
		if (rc == 0 && count == WORDS_MAX)
			rc = err_set(err, ERR_USAGE, "more than %d words", WORDS_MAX);
		if (rc == 0)
			c->argv[count++] = xstrdup(buf_str(&word));
		buf_free(&word);
		if (rc)
			return -1;
	}
	return count ? 0 : err_set(err, ERR_USAGE, "there is no command");
}

void command_words(const struct command *c, struct buf *out)
{
	for (size_t i = 0; c->argv[i]; i++)
		buf_printf(out, "%s\n", c->argv[i]);
}

/* ---- running ---- */

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

static int set_files(posix_spawn_file_actions_t *files, int out, bool is_own)
{
	int rc = posix_spawn_file_actions_addopen(files, STDIN_FILENO, "/dev/null", O_RDONLY, 0);

	if (rc == 0)
		rc = posix_spawn_file_actions_adddup2(files, out, STDOUT_FILENO);
	if (rc == 0 && is_own)
		return posix_spawn_file_actions_adddup2(files, out, STDERR_FILENO);
	return rc ? rc
		  : posix_spawn_file_actions_addopen(files, STDERR_FILENO, "/dev/null", O_WRONLY,
						     0);
}

/* Returns 0 or an errno. */
static int spawn(struct command *c, int out)
{
	posix_spawnattr_t attributes;
	posix_spawn_file_actions_t files;
	char **environment = make_environment();

	posix_spawnattr_init(&attributes);
	posix_spawn_file_actions_init(&files);
	int rc = set_attributes(&attributes);
	if (rc == 0)
		rc = set_files(&files, out, c->is_own);
	if (rc == 0)
		rc = posix_spawnp(&c->pid, c->argv[0], &files, &attributes, c->argv, environment);
	if (rc)
		c->pid = 0;
	posix_spawn_file_actions_destroy(&files);
	posix_spawnattr_destroy(&attributes);
	free(environment);
	return rc;
}

static int start(struct command *c, struct err *err)
{
	size_t max = SAID_MAX + (c->is_own ? REMARKS_MAX : 0);
	int ends[2];

	if (pipe2(ends, O_CLOEXEC))
		return err_set(err, ERR_LOCAL, "%s: %s", c->argv[0], text_errno(errno));
	int error = spawn(c, ends[1]);
	close(ends[1]);
	if (error) {
		close(ends[0]);
		return err_set(err, ERR_LOCAL, "%s: %s", c->argv[0], text_errno(error));
	}
	c->fd = ends[0];
	c->said = BUF_INIT(max);
	buf_reserve(&c->said, max); /* growing would leave pieces behind */
	return 0;
}

static int waited(const struct command *c, int rc, int64_t begun_us, struct err *err)
{
	if (rc == 0)
		return err_set(err, ERR_LOCAL, "%s: it did not end in time", c->argv[0]);
	if (rc < 0 && interrupt_name())
		return interrupt_set_err(err, "while a command ran", begun_us);
	return 0;
}

/* What it prints, up to its end. */
static int hear(struct command *c, int64_t begun_us, int64_t until_us, struct err *err)
{
	for (;;) {
		int rc = interrupt_poll(c->fd, POLLIN, until_us);
		if (waited(c, rc, begun_us, err))
			return -1;
		if (rc < 0)
			continue;
		if (c->said.len == c->said.max)
			return err_set(err, ERR_LOCAL, "%s: it prints more than %d bytes",
				       c->argv[0], LINE_MAX_BYTES);
		ssize_t n = read(c->fd, c->said.data + c->said.len, c->said.max - c->said.len);
		if (n < 0 && errno != EINTR)
			return err_set(err, ERR_LOCAL, "%s: %s", c->argv[0], text_errno(errno));
		if (n == 0)
			return 0;
		c->said.len += n > 0 ? (size_t)n : 0;
	}
}

/* Whether it is for people: what the package's own program says. */
static bool is_remark(const struct command *c, struct span line)
{
	const char *slash = strrchr(c->argv[0], '/');
	const char *name = slash ? slash + 1 : c->argv[0];
	size_t len = strlen(name);

	return c->is_own && line.len > len && !memcmp(line.at, name, len) && line.at[len] == ':';
}

/* The first of these; empty if there is none. */
static struct span find_remark(const struct command *c)
{
	struct span rest = {buf_str(&c->said), c->said.len}, line;

	while (span_next(&rest, '\n', &line))
		if (is_remark(c, line))
			return line;
	return (struct span){"", 0};
}

static int await_end(struct command *c, int64_t begun_us, int64_t until_us, struct err *err)
{
	int status;

	while (waitpid(c->pid, &status, WNOHANG) == 0) {
		int rc = interrupt_poll(-1, 0, clock_us() + LOOK_US);
		if (waited(c, rc < 0 ? rc : clock_us() < until_us, begun_us, err))
			return -1;
	}
	c->pid = 0;
	if (WIFSIGNALED(status))
		return err_set(err, ERR_LOCAL, "%s: it was ended by signal %d", c->argv[0],
			       WTERMSIG(status));
	struct span reason = find_remark(c);
	if (WEXITSTATUS(status) && reason.len)
		return err_set(err, ERR_LOCAL, "%.*s", (int)reason.len, reason.at);
	if (WEXITSTATUS(status))
		return err_set(err, ERR_LOCAL, "%s: it failed with exit code %d%s", c->argv[0],
			       WEXITSTATUS(status),
			       WEXITSTATUS(status) == NOT_FOUND ? " (not found)" : "");
	return 0;
}

/* What it has printed, behind its remarks. */
static struct span behind_remarks(struct command *c)
{
	struct span printed = {c->said.data, c->said.len}, rest = printed, line;

	while (span_next(&rest, '\n', &line) && is_remark(c, line)) {
		if (!c->remark)
			c->remark = xstrndup(line.at, line.len);
		printed = rest;
	}
	return printed;
}

/* One line, with or without its end. */
static int take_line(struct command *c, struct err *err)
{
	struct span rest = behind_remarks(c), line = span_cut(&rest, '\n');

	if (rest.len)
		return err_set(err, ERR_LOCAL, "%s: it prints more than one line", c->argv[0]);
	line.len -= line.len && line.at[line.len - 1] == '\r';
	if (!line.len)
		return err_set(err, ERR_LOCAL, "%s: it prints nothing", c->argv[0]);
	if (line.len > LINE_MAX_BYTES || memchr(line.at, '\0', line.len))
		return err_set(err, ERR_LOCAL, "%s: what it prints is no token", c->argv[0]);
	c->line.value = xstrndup(line.at, line.len);
	return 0;
}

static void stop(struct command *c)
{
	if (c->pid > 0) {
		kill(-c->pid, SIGKILL);
		waitpid(c->pid, NULL, 0);
	}
	if (c->fd >= 0)
		close(c->fd);
	buf_wipe(&c->said);
	c->pid = 0;
	c->fd = -1;
}

int commands_run(struct command *commands, size_t count, int64_t until_us, struct err *err)
{
	int64_t begun_us = clock_us();
	int rc = 0;

	for (size_t i = 0; i < count && rc == 0; i++) {
		rc = start(&commands[i], err);
		commands[i].failed = rc;
	}
	for (size_t i = 0; i < count && rc == 0; i++) {
		struct command *c = &commands[i];
		rc = hear(c, begun_us, until_us, err) || await_end(c, begun_us, until_us, err) ||
		     take_line(c, err);
		c->failed = rc;
	}
	for (size_t i = 0; i < count; i++)
		stop(&commands[i]);
	return rc ? -1 : 0;
}

void command_free(struct command *c)
{
	for (size_t i = 0; c->argv && c->argv[i]; i++)
		free(c->argv[i]);
	free(c->argv);
	secret_free(&c->line);
	free(c->remark);
	*c = (struct command){.fd = -1};
}
