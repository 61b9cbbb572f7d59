/* discovery.c - runs mailflow_discover, and keeps its last good result */
#include "config/discovery.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/child.h"
#include "base/command.h"
#include "base/file_writer.h"
#include "base/span.h"
#include "base/text.h"
#include "base/xalloc.h"

enum { OUTPUT_MAX = 64 << 20, TOLD_SIZE = 300, ODD = 1 };

static const char program[] = BINDIR "/mailflow_discover";

/* ---- the program ---- */

/* Its words, and those that it gets from here; argv is the command's. */
static int make_command(const struct discovery *d, const char *const *arguments, int64_t seconds,
			struct command *c, struct err *err)
{
	struct buf line = BUF_INIT(64 << 10);

	buf_printf(&line, "'%s' %s", program, *d->source ? d->source : "local");
	for (; *arguments; arguments++)
		buf_printf(&line, " '%s'", *arguments);
	buf_printf(&line, " --timeout=%lld", (long long)(seconds > 1 ? seconds : 1));
	int rc = command_parse(c, buf_str(&line), "", err);
	buf_free(&line);
	return rc ? err_prefix(err, "--discover: ") : 0;
}

/* "DISCOVER UNKNOWN - ldap_login: ..." */
static const char *without_state(const char *told)
{
	static const char dash[] = " - ";
	const char *behind =
		!strncmp(told, "DISCOVER ", strlen("DISCOVER ")) ? strstr(told, dash) : NULL;

	return behind ? behind + strlen(dash) : told;
}

static int judge(struct discovery *d, const struct child *c, int code, struct err *err)
{
	char told[TOLD_SIZE];

	child_told(c, told, sizeof(told));
	if (code == ODD && c->said.len)
		remark_set(&d->remark, STATE_WARNING, "discovery-odd", "mailflow_discover: %s",
			   without_state(told));
	else if (code || !c->said.len)
		return err_set(err, ERR_LOCAL, "mailflow_discover: %s",
			       *told ? without_state(told) : "it failed, and does not say why");
	return 0;
}

static int run(struct discovery *d, char *const *argv, int64_t until_us, struct buf *out_r,
	       struct err *err)
{
	int64_t begun_us = clock_us();
	struct child c = {0};

	if (access(program, X_OK)) {
		err_set(err, ERR_LOCAL, "%s: %s", program, text_errno(errno));
		err_hint(err, "install mailflow-tools");
		return -1;
	}
	int rc = child_start(&c, argv, CHILD_ERRORS_APART, OUTPUT_MAX, err);
	if (rc == 0)
		rc = child_hear(&c, begun_us, until_us, err);
	if (rc >= 0)
		rc = judge(d, &c, rc, err);
	if (rc == 0) {
		*out_r = c.said;
		c.said = (struct buf){0};
	}
	child_stop(&c);
	return rc;
}

/* ---- what it has found ---- */

static int become_input(const struct buf *out, struct err *err)
{
	int fd = memfd_create("discovered", MFD_CLOEXEC);
	int error = fd < 0 ? errno : file_write_all(fd, buf_str(out), out->len);

	if (!error && (lseek(fd, 0, SEEK_SET) < 0 || dup2(fd, STDIN_FILENO) < 0))
		error = errno;
	if (fd >= 0)
		close(fd);
	return error ? err_set(err, ERR_LOCAL, "what mailflow_discover found: %s",
			       text_errno(error))
		     : 0;
}

/* "3 h", "20 min" */
static void put_age(time_t then, char *text, size_t size)
{
	enum { MINUTE = 60, HOUR = 3600, DAY = 86400 };
	long long seconds = (long long)time(NULL) - (long long)then;

	if (seconds >= 2 * DAY)
		snprintf(text, size, "%lld days", seconds / DAY);
	else if (seconds >= 2 * HOUR)
		snprintf(text, size, "%lld h", seconds / HOUR);
	else
		snprintf(text, size, "%lld min", seconds > 0 ? seconds / MINUTE : 0);
}

/* The last good result in its place, and a note of why and how old it is. */
static int use_cache(struct discovery *d, const char **file_r, struct err *err)
{
	struct stat st;
	char age[32];

	if (!d->cache || err->kind != ERR_LOCAL || stat(d->cache, &st) || !S_ISREG(st.st_mode))
		return -1;
	put_age(st.st_mtime, age, sizeof(age));
	remark_set(&d->remark, STATE_WARNING, "discovery-stale",
		   "what was found %s ago is tested, for %s", age, err->text);
	*err = (struct err){0};
	*file_r = d->cache;
	return 0;
}

static int keep(const struct discovery *d, const struct buf *out, int64_t until_us, struct err *err)
{
	if (!d->cache)
		return 0;
	return file_replace(d->cache, buf_str(out), out->len, until_us, err)
		       ? err_prefix(err, "--discover-cache: ")
		       : 0;
}

bool discovery_has_option(const struct discovery *d, const char *option)
{
	struct span rest = span_of(d->source ? d->source : ""), word;

	while ((word = span_next_word(&rest)).len)
		if (span_is(span_cut(&word, '='), option))
			return true;
	return false;
}

/* Whether nobody but this machine is asked, by its files and programs. */
static bool is_local(const char *source)
{
	static const char *const local[] = {"",          "local",   "postfix", "exim",
					    "opensmtpd", "dovecot", "cyrus"};
	struct span rest = span_of(source), name = span_next_word(&rest);
	struct span argument = span_next_word(&rest);

	for (size_t i = 0; i < sizeof(local) / sizeof(local[0]); i++)
		if (span_is(name, local[i]))
			return true;
	/* of a file, not of a domain */
	return span_is(name, "autoconfig") && argument.len &&
	       (*argument.at == '/' || *argument.at == '.');
}

int discovery_run(struct discovery *d, const char *const *arguments, const struct limit *limit,
		  bool what_if, const char **file_r, struct err *err)
{
	int64_t now_us = clock_us(), until_us = now_us + (limit->until_us - now_us) / 2;
	struct command command = {0};
	struct buf out = {0};

	*file_r = "-";
	int rc = make_command(d, arguments, (until_us - now_us) / US_PER_S, &command, err);
	if (rc == 0 && what_if && !is_local(d->source))
		rc = err_set(
			err, ERR_LOCAL,
			"--what-if asks no server, and so does not know what --discover finds");
	else if (rc == 0)
		rc = run(d, command.argv, until_us, &out, err);
	if (rc)
		rc = use_cache(d, file_r, err);
	else if (what_if || keep(d, &out, limit->until_us, err) == 0)
		rc = become_input(&out, err);
	else
		rc = -1;
	buf_free(&out);
	command_free(&command);
	return rc;
}
