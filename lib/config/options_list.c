/* options_list.c - --help=json: the table of options for programs.
 *
 * doc/describe reads it. A member that is renamed or that means something else needs a new
 * version. */
#include "config/options_list.h"

#include <string.h>

#include "report/json_library.h"

enum { VERSION = 1, INDENT = 2, HELP_MAX = 4096, VALUES_MAX = 16 << 10, PART_MAX = 1024 };

/* Set while a list is written, by the main thread alone. */
static const struct json_library *j;

static void put(json_t *object, const char *name, json_t *value)
{
	j->json_object_set_new_nocheck(object, name, value);
}

static void put_text(json_t *object, const char *name, const char *text)
{
	if (text && *text)
		put(object, name, j->json_string_nocheck(text));
}

static void put_true(json_t *object, const char *name, bool value)
{
	if (value)
		put(object, name, j->json_true());
}

/* What stands between the separators. */
static void put_parts(json_t *object, const char *name, const char *text, const char *separators)
{
	json_t *list = j->json_array();
	struct buf part = BUF_INIT(PART_MAX);

	while (*(text += strspn(text, separators))) {
		size_t len = strcspn(text, separators);
		buf_clear(&part);
		buf_append(&part, text, len);
		j->json_array_append_new(list, j->json_string_nocheck(buf_str(&part)));
		text += len;
	}
	put(object, name, list);
	buf_free(&part);
}

static bool is_of_words(const char *arg)
{
	return !strchr(arg, '[') && (strchr(arg, '|') || (*arg >= 'a' && *arg <= 'z'));
}

/* What the value can be, where that can be listed. */
static void put_values(json_t *object, const struct option_def *d, const void *settings)
{
	struct buf words = BUF_INIT(VALUES_MAX);

	if (d->values) {
		d->values(settings, &words);
		put_parts(object, "values", buf_str(&words), " ,");
	} else if (d->arg && is_of_words(d->arg)) {
		put_parts(object, "values", d->arg, "|");
	}
	buf_free(&words);
}

static json_t *option_of(const struct option_def *d, const char *group, const void *settings)
{
	json_t *option = j->json_object();
	char letter[] = {d->letter, '\0'};
	struct buf help = BUF_INIT(HELP_MAX);

	options_fill_help(d, settings, &help);
	put_text(option, "name", d->name);
	put_text(option, "letter", letter);
	put_text(option, "alias", d->alias);
	put_text(option, "group", group);
	put_text(option, "argument", d->arg);
	put_values(option, d, settings);
	put_text(option, "help", buf_str(&help));
	put_true(option, "optional", d->optional);
	put_true(option, "repeatable", d->repeatable);
	put_true(option, "may_be_empty", d->may_be_empty);
	put_true(option, "secret", d->secret);
	put_true(option, "engine", d->engine);
	buf_free(&help);
	return option;
}

static json_t *list_of(const struct option_def *const *tables, const struct help_text *text,
		       const void *settings)
{
	json_t *value = j->json_object();
	json_t *options = j->json_array();
	const char *group = NULL;

	put_text(value, "format", "mailflow-options");
	put(value, "version", j->json_integer(VERSION));
	put_text(value, "program", text->program);
	put_text(value, "about", text->about);
	put_text(value, "sysconfdir", SYSCONFDIR);
	put_text(value, "bindir", BINDIR);
	put_parts(value, "synopsis", text->synopsis, "\n");
	put(value, "options", options);
	for (; *tables; tables++) {
		for (const struct option_def *d = *tables; d->name; d++) {
			group = d->group ? d->group : group;
			j->json_array_append_new(options, option_of(d, group, settings));
		}
	}
	return value;
}

static int append(const char *bytes, size_t len, void *out)
{
	return buf_append(out, bytes, len);
}

int options_list(const struct option_def *const *tables, const struct help_text *text,
		 const void *settings, struct buf *out, struct err *err)
{
	j = json_library(err);
	if (!j)
		return -1;
	json_t *value = list_of(tables, text, settings);
	j->json_dump_callback(value, append, out, JSON_INDENT(INDENT));
	buf_append_char(out, '\n');
	j->json_delete(value); /* nobody else refers to it */
	return 0;
}
