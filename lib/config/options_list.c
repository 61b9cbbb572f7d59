/* options_list.c - --help=json: the table of options for programs.
 *
 * doc/describe reads it. A member that is renamed or that means something else needs a new
 * version. */
#include "config/options_list.h"

#include <string.h>

#include "report/json_put.h"

enum { VERSION = 1, HELP_MAX = 4096, VALUES_MAX = 16 << 10 };

static void put_true(json_t *object, const char *name, bool value)
{
	if (value)
		json_put_bool(object, name, true);
}

/* What stands between the separators. */
static void put_parts(json_t *object, const char *name, const char *text, const char *separators)
{
	json_t *list = json_put_list(object, name);

	while (*(text += strspn(text, separators))) {
		size_t len = strcspn(text, separators);
		json_put_item_text(list, text, len);
		text += len;
	}
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

static void put_option(json_t *option, const struct option_def *d, const char *group,
		       const void *settings)
{
	char letter[] = {d->letter, '\0'};
	struct buf help = BUF_INIT(HELP_MAX);

	options_fill_help(d, settings, &help);
	json_put_plain(option, "name", d->name);
	json_put_plain(option, "letter", letter);
	json_put_plain(option, "alias", d->alias);
	json_put_plain(option, "group", group);
	json_put_plain(option, "argument", d->arg);
	put_values(option, d, settings);
	json_put_plain(option, "help", buf_str(&help));
	put_true(option, "optional", d->optional);
	put_true(option, "repeatable", d->repeatable);
	put_true(option, "may_be_empty", d->may_be_empty);
	put_true(option, "secret", d->secret);
	put_true(option, "engine", d->engine);
	buf_free(&help);
}

static void put_all(json_t *document, const struct option_def *const *tables,
		    const struct help_text *text, const void *settings)
{
	const char *group = NULL;

	json_put_plain(document, "format", "mailflow-options");
	json_put_integer(document, "version", VERSION);
	json_put_plain(document, "program", text->program);
	json_put_plain(document, "about", text->about);
	json_put_plain(document, "sysconfdir", SYSCONFDIR);
	json_put_plain(document, "bindir", BINDIR);
	put_parts(document, "synopsis", text->synopsis, "\n");
	json_t *options = json_put_list(document, "options");
	for (; *tables; tables++) {
		for (const struct option_def *d = *tables; d->name; d++) {
			group = d->group ? d->group : group;
			put_option(json_put_item(options), d, group, settings);
		}
	}
}

int options_list(const struct option_def *const *tables, const struct help_text *text,
		 const void *settings, struct buf *out, struct err *err)
{
	json_t *document = json_put_begin(err);

	if (!document)
		return -1;
	put_all(document, tables, text, settings);
	json_put_end(document, false, out);
	return 0;
}
