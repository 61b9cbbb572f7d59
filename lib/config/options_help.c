/* options_help.c - --help and the short usage, made from the table of options.
 *
 * Two columns: names to the left, what they do to the right, wrapped at blanks to lines of less
 * than 80. */
#include <string.h>

#include "base/buf.h"
#include "base/wrap.h"
#include "config/options.h"

enum {
	HELP_COLUMN = 30,
	HELP_MAX = 4096,
};

static void append_default(const struct option_def *def, const void *settings, struct buf *out)
{
	const void *place = (const char *)settings + def->offset;

	if (def->show)
		def->show(settings, out);
	else if (def->kind == OPTION_UINT)
		buf_printf(out, "%u", *(const unsigned int *)place);
	else
		buf_append_str(out, *(const char *const *)place);
}

void options_fill_help(const struct option_def *def, const void *settings, struct buf *out)
{
	const char *text = def->help, *brace;

	for (; (brace = strchr(text, '{')) != NULL; text = strchr(brace, '}') + 1) {
		buf_append(out, text, (size_t)(brace - text));
		if (!strncmp(brace, "{min}", 5))
			buf_printf(out, "%u", def->min);
		else if (!strncmp(brace, "{max}", 5))
			buf_printf(out, "%u", def->max);
		else
			append_default(def, settings, out);
	}
	buf_append_str(out, text);
}

static void append_option(struct buf *out, const struct option_def *d, const void *settings)
{
	struct buf names = BUF_INIT(400), help = BUF_INIT(HELP_MAX);

	if (d->letter)
		buf_printf(&names, "  -%c, --%s", d->letter, d->name);
	else
		buf_printf(&names, "      --%s", d->name);
	if (d->arg)
		buf_printf(&names, "%s=%s%s", d->optional ? "[" : "", d->arg,
			   d->optional ? "]" : "");
	if (names.len + 2 > HELP_COLUMN)
		buf_printf(out, "%s\n%*s", buf_str(&names), HELP_COLUMN, "");
	else
		buf_printf(out, "%-*s", HELP_COLUMN, buf_str(&names));
	options_fill_help(d, settings, &help);
	wrap_text(out, buf_str(&help), HELP_COLUMN);
	buf_free(&help);
	buf_free(&names);
}

static void append_synopsis(struct buf *out, const struct help_text *text)
{
	const char *line = text->synopsis;
	const char *before = "Usage: ";

	for (;;) {
		int len = (int)strcspn(line, "\n");
		buf_printf(out, "%s%s %.*s\n", before, text->program, len, line);
		if (!line[len])
			return;
		line += len + 1;
		before = "       ";
	}
}

void options_help(const struct option_def *const *tables, const struct help_text *text,
		  const void *settings, struct buf *out)
{
	append_synopsis(out, text);
	buf_append_char(out, '\n');
	wrap_text(out, text->about, 0);
	for (; *tables; tables++) {
		for (const struct option_def *d = *tables; d->name; d++) {
			if (d->group)
				buf_printf(out, "\n%s\n", d->group);
			append_option(out, d, settings);
		}
	}
	if (text->epilogue)
		buf_printf(out, "\n%s", text->epilogue);
	if (text->notes)
		buf_printf(out, "\n%s", text->notes);
	buf_printf(out, "\nThe manual: man %s\n", text->program);
}

void options_usage(const struct help_text *text, struct buf *out)
{
	append_synopsis(out, text);
	buf_printf(out, "%s --help explains all options\n", text->program);
}

const struct option_def options_ending[] = {
	{.name = "version", .letter = 'V', .help = "show the version", .kind = OPTION_VERSION},
	{.name = "help",
	 .letter = 'h',
	 .arg = "json",
	 .optional = true,
	 .help = "show this text, or the options for programs; -? shows a short one",
	 .kind = OPTION_HELP},
	{0},
};
