/* answer_found.c - writes the file that was asked for, whole or not at all
 *
 * Where the file is standard output, the status line goes to standard error, and only if there is
 * something to tell. */
#include "discover/answer_found.h"

#include <string.h>
#include <unistd.h>

#include "base/file_writer.h"
#include "base/interrupt.h"
#include "base/text.h"
#include "discover/found_print.h"
#include "run/answer.h"

enum { OUTPUT_MAX = 1 << 30, LINES_MAX = 1 << 20, LINE_SIZE = 512 };

static size_t count_endpoints(const struct found *f, enum found_service service)
{
	size_t count = 0;

	for (size_t i = 0; i < f->endpoints; i++)
		count += f->endpoint[i].service == service;
	return count;
}

/* "11 connectors" */
static size_t count_printed(const struct discover_settings *s, const struct found *f,
			    const char **what_r)
{
	size_t count = s->print == PRINT_CONNECTORS ? f->connectors
		       : s->print == PRINT_ACCOUNTS ? f->accounts
						    : count_endpoints(f, s->service);
	static const char *const one[] = {"connector", "end point", "account"};
	static const char *const several[] = {"connectors", "end points", "accounts"};

	*what_r = count == 1 ? one[s->print] : several[s->print];
	return count;
}

static int print(const struct discover_settings *s, const char *source, const struct found *f,
		 struct buf *out, struct err *err)
{
	const char *what;

	if (s->format == DISCOVER_JSON)
		return found_print_json(f, source, out, err);
	if (s->print == PRINT_CONNECTORS)
		found_print_connectors(f, out);
	else if (s->print == PRINT_ENDPOINTS)
		found_print_endpoints(f, s->service, out);
	else
		found_print_accounts(f, s->service, s->back_ends, out);
	if (out->len)
		return 0;
	count_printed(s, f, &what);
	return err_set(err, ERR_USAGE, "there are no %s%s%s", what, f->oddities ? ": " : "",
		       f->oddities ? f->oddity[0] : "");
}

static void status(const struct plugin *p, const struct discover_settings *s, const struct found *f,
		   enum state state, struct buf *out)
{
	char line[LINE_SIZE];
	const char *what;
	size_t count = count_printed(s, f, &what);

	buf_printf(out, "%s %s - %zu %s found", p->service, state_name(state), count, what);
	for (size_t i = 0; i < f->oddities; i++) {
		text_clean(line, sizeof(line), f->oddity[i], strlen(f->oddity[i]));
		buf_printf(out, "%s%s", i ? "\n" : "; ", line);
	}
	buf_append_char(out, '\n');
}

static int put(const struct plugin *p, const struct discover_settings *s, const struct buf *file,
	       const struct buf *words, enum state state, struct err *err)
{
	const char *path = s->common.output_file;
	int64_t until_us = s->common.limit.until_us;

	if (!path || !strcmp(path, "-")) {
		state = answer_put(p, file, state, &s->common.limit);
		if (state != STATE_OK)
			interrupt_write(STDERR_FILENO, words->data, words->len, clock_us());
		return (int)state;
	}
	if (file_replace(path, buf_str(file), file->len, until_us, err)) {
		err_prefix(err, "--output-file: ");
		return plugin_error(p, err);
	}
	return (int)answer_put(p, words, state, &s->common.limit);
}

int answer_found(const struct plugin *p, const struct discover_settings *s, const char *source,
		 const struct found *f)
{
	struct buf file = BUF_INIT(OUTPUT_MAX), words = BUF_INIT(LINES_MAX);
	enum state state = f->oddities ? STATE_WARNING : STATE_OK;
	struct err err = {0};
	int code;

	if (print(s, source, f, &file, &err)) {
		code = plugin_error(p, &err);
	} else {
		status(p, s, f, state, &words);
		code = put(p, s, &file, &words, state, &err);
	}
	buf_free(&file);
	buf_free(&words);
	return code;
}
