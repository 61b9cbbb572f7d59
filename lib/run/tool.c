/* tool.c - what the mains of the helper programs have in common */
#include "run/tool.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/interrupt.h"
#include "base/text.h"
#include "run/process.h"

enum { SAID_MAX = 64 << 10, LINE_BYTES = 1024 };

void tool_say(const struct tool *t, const char *lines)
{
	struct buf out = BUF_INIT(SAID_MAX);

	for (size_t len; *lines; lines += len + (lines[len] == '\n')) {
		len = strcspn(lines, "\n");
		buf_printf(&out, "%s: %.*s\n", t->help.program, (int)len, lines);
	}
	interrupt_write(STDERR_FILENO, buf_str(&out), out.len, clock_us() + US_PER_S);
	buf_free(&out);
}

static enum tool_exit exit_of(enum err_kind kind)
{
	switch (kind) {
	case ERR_AUTH:
	case ERR_REFUSED:
		return TOOL_REFUSED;
	case ERR_USAGE:
	case ERR_LOCAL:
	case ERR_ENDED:
		return TOOL_UNKNOWN;
	default:
		return TOOL_FAILED;
	}
}

int tool_error(const struct tool *t, const struct err *err)
{
	char text[sizeof(err->text)], hint[sizeof(err->hint)];
	struct buf line = BUF_INIT(LINE_BYTES);

	text_show(text, sizeof(text), err->text, strlen(err->text));
	text_show(hint, sizeof(hint), err->hint, strlen(err->hint));
	buf_printf(&line, *hint ? "%s (%s)" : "%s", text, hint);
	tool_say(t, buf_str(&line));
	buf_free(&line);
	return exit_of(err->kind);
}

int tool_put(const struct tool *t, const char *bytes, size_t len, int64_t until_us)
{
	int64_t least_us = clock_us() + US_PER_S;

	if (interrupt_write(STDOUT_FILENO, bytes, len, until_us > least_us ? until_us : least_us) ==
	    0)
		return TOOL_OK;
	struct err err = {0};
	err_set(&err, ERR_LOCAL, "cannot write to standard output: %s",
		errno == ETIMEDOUT ? "nobody reads it" : text_errno(errno));
	return tool_error(t, &err);
}

int tool_options(const struct tool *t, int argc, char **argv, struct options *o, void *settings)
{
	struct buf out = BUF_INIT(PROCESS_HELP_MAX);
	struct err err = {0};

	switch (process_options(t->options, &t->help, argc, argv, o, settings, &out, &err)) {
	case OPTIONS_OK:
		return -1;
	case OPTIONS_ERROR:
		return tool_error(t, &err);
	default:
		break;
	}
	tool_put(t, buf_str(&out), out.len, clock_us());
	buf_free(&out);
	return TOOL_UNKNOWN;
}
