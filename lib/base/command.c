/* command.c - other programs that print one line, a secret */
#include "base/command.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/descriptors.h"
#include "base/percent.h"
#include "base/span.h"
#include "base/xalloc.h"

enum {
	LINE_MAX_BYTES = 8192,
	SAID_MAX = LINE_MAX_BYTES + 3,
	REMARKS_MAX = 4096, /* what the package's own programs may say besides */
	WORDS_MAX = 64,
	WORD_MAX = 4096,
};

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

	*c = (struct command){.argv = xcalloc(WORDS_MAX + 1, sizeof(*c->argv))};
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
	struct span rest = {buf_str(&c->child.said), c->child.said.len}, line;

	while (span_next(&rest, '\n', &line))
		if (is_remark(c, line))
			return line;
	return (struct span){"", 0};
}

int commands_find(const struct command *commands, size_t count, struct err *err)
{
	for (size_t i = 0; i < count; i++)
		if (child_find(commands[i].argv[0], err))
			return -1;
	return 0;
}

static int start(struct command *c, struct err *err)
{
	size_t max = SAID_MAX + (c->is_own ? REMARKS_MAX : 0);

	if (c->is_own && child_find(c->argv[0], err)) /* whose absence is told as such */
		return -1;
	if (child_start(&c->child, c->argv, c->is_own ? CHILD_ERRORS_MIXED : CHILD_ERRORS_DROPPED,
			max, err))
		return -1;
	c->child.most = LINE_MAX_BYTES;
	buf_reserve(&c->child.said, max); /* growing would leave pieces behind */
	return 0;
}

static int hear(struct command *c, int64_t begun_us, int64_t until_us, struct err *err)
{
	int code = child_hear(&c->child, begun_us, until_us, err);

	if (code < 0)
		return -1;
	struct span reason = find_remark(c);
	if (code && reason.len)
		return err_set(err, ERR_LOCAL, "%.*s", (int)reason.len, reason.at);
	return code ? child_failed(&c->child, code, err) : 0;
}

/* What it has printed, behind its remarks. */
static struct span behind_remarks(struct command *c)
{
	struct span printed = {c->child.said.data, c->child.said.len}, rest = printed, line;

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
	if (!secret_may_be_token(line.at, line.len))
		return err_set(err, ERR_LOCAL, "%s: what it prints is no token", c->argv[0]);
	c->line.value = xstrndup(line.at, line.len);
	return 0;
}

/* Whether to go on after rc: what a command fails by is noted, and with each that is all. */
static int note_failure(struct command *c, int rc, bool each, struct err *err)
{
	if (rc)
		c->err = *err;
	if (!rc || !each || err->kind == ERR_ENDED)
		return rc;
	child_stop(&c->child);
	*err = (struct err){0};
	return 0;
}

static int run_at_once(struct command *commands, size_t count, int64_t until_us, bool each,
		       struct err *err)
{
	int64_t begun_us = clock_us();
	int rc = 0;

	for (size_t i = 0; i < count && rc == 0; i++)
		rc = note_failure(&commands[i], start(&commands[i], err), each, err);
	for (size_t i = 0; i < count && rc == 0; i++) {
		struct command *c = &commands[i];
		if (c->err.kind == ERR_NONE)
			rc = note_failure(c, hear(c, begun_us, until_us, err) || take_line(c, err),
					  each, err);
	}
	for (size_t i = 0; i < count; i++)
		child_stop(&commands[i].child);
	return rc ? -1 : 0;
}

/* All at once, unless there are fewer descriptors than that: a pipe each. */
static int run(struct command *commands, size_t count, int64_t until_us, bool each, struct err *err)
{
	size_t most = descriptors_afford(count, 1);
	int rc = 0;

	for (size_t at = 0; at < count && rc == 0; at += most) {
		size_t some = count - at < most ? count - at : most;
		rc = run_at_once(commands + at, some, until_us, each, err);
	}
	return rc;
}

int commands_run(struct command *commands, size_t count, int64_t until_us, struct err *err)
{
	return run(commands, count, until_us, false, err);
}

int commands_run_each(struct command *commands, size_t count, int64_t until_us, struct err *err)
{
	return run(commands, count, until_us, true, err);
}

void command_free(struct command *c)
{
	for (size_t i = 0; c->argv && c->argv[i]; i++)
		free(c->argv[i]);
	free(c->argv);
	secret_free(&c->line);
	free(c->remark);
	*c = (struct command){0};
}
