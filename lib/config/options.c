/* options.c - the command line and the ini files, read by one table.
 *
 * The command line is first only collected (getopt_long), and secrets are wiped from argv while
 * that is done; then the ini files that it names are applied, and then what was collected. Prints
 * nothing. */
#include "config/options.h"

#include <getopt.h>
#include <stdlib.h>
#include <string.h>

#include "base/secret.h"
#include "base/span.h"
#include "base/xalloc.h"
#include "config/extra_opts.h"
#include "config/option_name.h"
#include "config/option_value.h"
#include "config/secret_name.h"

enum {
	LONG_BASE = 256, /* getopt's value for the long names of row i is LONG_BASE + i */
	NAME_MAX_SHOWN = 60,
};

struct given {
	const struct option_def *def;
	char *value;    /* owned; NULL: none */
	const char *at; /* where it stands in argv */
};

struct parser {
	struct option_target to;
	size_t def_count;
	struct given *given;
	size_t given_count;
	char **order; /* argv as it was typed: getopt puts arguments behind options */
	int argc;
};

const char *options_keep(struct options *o, const char *str)
{
	o->strings = xmake_room(o->strings, o->string_count, sizeof(*o->strings));
	o->strings[o->string_count] = xstrdup(str);
	return o->strings[o->string_count++];
}

void options_free(struct options *o)
{
	for (size_t i = 0; i < o->string_count; i++) {
		secret_wipe_str(o->strings[i]);
		free(o->strings[i]);
	}
	free(o->strings);
	*o = (struct options){0};
}

/* extra_opts_fn: one key of an ini file */
static int set_key(void *ctx, const char *path, const char *key, const char *value, struct err *err)
{
	const struct parser *p = ctx;
	size_t len = strlen(key);
	const struct option_def *def = option_find(p->to.defs, key, len);

	if (!def)
		return option_refuse_key(p->to.defs, key, value, err);
	if (option_set_value(&p->to, def, value))
		return err_prefix(err, "%s: ", def->name);
	if (def->secret && !p->to.options->secret_file)
		p->to.options->secret_file = options_keep(p->to.options, path);
	return 0;
}

/* The command line */

/* Of a value that is no secret: the PIN of a token, RFC 7512 section 2.4. */
static void wipe_pin(char *url)
{
	static const char name[] = "pin-value=";
	char *pin = strncmp(url, "pkcs11:", strlen("pkcs11:")) ? NULL : strstr(url, name);

	if (pin)
		secret_wipe_str(pin + strlen(name));
}

static void collect(struct parser *p, const struct option_def *def, char *value)
{
	struct given g = {.def = def, .value = value ? xstrdup(value) : NULL, .at = value};

	p->given = xmake_room(p->given, p->given_count, sizeof(*p->given));
	p->given[p->given_count++] = g;
	if (def->secret && value)
		secret_wipe_str(value);
	else if (value)
		wipe_pin(value);
}

/* "-password=..." would be taken for -p with a strange port, and shown in the message. */
static int refuse_single_dash(const struct parser *p, const char *arg)
{
	size_t len = strcspn(arg, "=");

	if (arg[0] != '-' || arg[1] == '-' || len < 3)
		return 0;
	const struct option_def *def = option_find(p->to.defs, arg + 1, len - 1);
	if (!def)
		return 0;
	return err_set(p->to.err, ERR_USAGE, "%.*s: long options take two dashes: --%.*s", (int)len,
		       arg, (int)len - 1, arg + 1);
}

/* getopt has returned a letter: look at the element that it is from, unless that is its value. */
static int check_dashes(const struct parser *p, int argc, char **argv)
{
	if (optind < argc && refuse_single_dash(p, argv[optind]))
		return -1;
	return argv[optind - 1] == optarg ? 0 : refuse_single_dash(p, argv[optind - 1]);
}

/* getopt has taken a long name for the only one that begins so: "--smtp-password=SECRET" for
 * --smtp-password-file, and would show as a file's name what was meant as a password. */
static int refuse_abbreviation(const struct parser *p, const struct option_def *def, char **argv)
{
	const char *typed = argv[optind - (optarg && optarg == argv[optind - 1] ? 2 : 1)];

	if (def->secret || !secret_name_end(def->name, strlen(def->name)) ||
	    option_has_name(def, typed + 2, strcspn(typed + 2, "=")))
		return 0;
	return option_refuse_long(p->to.defs, typed, p->to.err);
}

/* The row of what getopt returned or left in optopt, NULL if it is unknown. */
static const struct option_def *def_of(const struct parser *p, int c)
{
	char letter = (char)c;

	return c >= LONG_BASE ? &p->to.defs[c - LONG_BASE] : option_find(p->to.defs, &letter, 1);
}

/* getopt has returned '?' or ':'. */
static int refuse(const struct parser *p, char **argv)
{
	const struct option_def *def = optopt ? def_of(p, optopt) : NULL;

	if (!optopt)
		return option_refuse_long(p->to.defs, argv[optind - 1], p->to.err);
	if (!def)
		return err_set(p->to.err, ERR_USAGE, "unknown option -%c (--help lists all)",
			       optopt);
	return err_set(p->to.err, ERR_USAGE, "--%s needs a value: %s", def->name, def->arg);
}

static bool is_given(const struct parser *p, const struct option_def *def)
{
	for (size_t i = 0; i < p->given_count; i++)
		if (p->given[i].def == def && !option_is_not_given(def, p->given[i].value))
			return true;
	return false;
}

/* Whether an option can have this value: one of the words parted by '|' if its values are words, of
 * --extra-opts anything. */
static bool can_be_value(const struct option_def *def, const char *arg)
{
	struct span words = span_of(def->arg), word;

	if (def->kind == OPTION_EXTRA)
		return true;
	while (span_next(&words, '|', &word))
		if (span_is(word, arg))
			return true;
	return false;
}

/* The option whose optional value stands apart. NULL: none. */
static const struct option_def *find_apart(const struct parser *p, const char *arg)
{
	for (size_t i = 0; i < p->given_count; i++) {
		const struct given *g = &p->given[i];
		if (g->def->optional && !g->value && can_be_value(g->def, arg))
			return g->def;
	}
	return NULL;
}

/* Whether this element of argv is, or ends in, the value of a secret, which has been wiped. */
static bool holds_secret(const struct parser *p, const char *element)
{
	for (size_t i = 0; i < p->given_count; i++) {
		const struct given *g = &p->given[i];
		if (g->def->secret && g->at >= element && g->at <= element + strlen(element))
			return true;
	}
	return false;
}

/* What was typed right behind a secret may be its rest: one with a blank in it, without quotes; or
 * it is one, behind something like "-passwd". */
static bool may_be_secret(const struct parser *p, const char *arg)
{
	int i = 1;

	while (i < p->argc && p->order[i] != arg)
		i++;
	const char *before = p->order[i - 1];
	return holds_secret(p, before) ||
	       (*before == '-' && secret_name_end(before, strlen(before)));
}

static int refuse_argument(const struct parser *p, const char *arg)
{
	const struct option_def *apart = find_apart(p, arg);

	if (may_be_secret(p, arg))
		return err_set(
			p->to.err, ERR_USAGE,
			"argument that is not an option (a value with a blank needs quotes)");
	if (option_check_macro(arg, p->to.err))
		return -1;
	if (apart)
		return err_set(p->to.err, ERR_USAGE,
			       "\"%.*s\" is not an option, did you mean --%s=%.*s?", NAME_MAX_SHOWN,
			       arg, apart->name, NAME_MAX_SHOWN, arg);
	if (p->to.defs[0].letter && *arg != '-' && !is_given(p, &p->to.defs[0]))
		return err_set(p->to.err, ERR_USAGE,
			       "\"%.*s\" is not an option, did you mean -%c %.*s?", NAME_MAX_SHOWN,
			       arg, p->to.defs[0].letter, NAME_MAX_SHOWN, arg);
	return err_set(p->to.err, ERR_USAGE, "\"%.*s\" is not an option (--help lists all)",
		       NAME_MAX_SHOWN, arg);
}

/* The id may stand apart: all else is of no interest. */
static enum options_result take_fault(const struct parser *p, int argc, char **argv)
{
	struct options *o = p->to.options;
	const char *apart = optind < argc && *argv[optind] != '-' ? argv[optind] : "";

	o->fault = options_keep(o, optarg ? optarg : apart);
	return OPTIONS_EXPLAIN;
}

static enum options_result which_help(const struct parser *p, const struct option_def *def,
				      const char *value)
{
	if (!value || !*value)
		return OPTIONS_HELP;
	if (!strcmp(value, "json"))
		return OPTIONS_LIST;
	err_set(p->to.err, ERR_USAGE, "--%s: \"%.40s\" is not json", def->name, value);
	return OPTIONS_ERROR;
}

static enum options_result read_options(struct parser *p, int argc, char **argv,
					const char *letters, const struct option *names)
{
	opterr = 0;
	optind = 0; /* not 1: glibc, musl and the BSDs then forget the state of an earlier call */
	for (;;) {
		optopt = 0; /* stays so unless a known name or any letter is in error */
		int c = getopt_long(argc, argv, letters, names, NULL);
		if (c == -1)
			break;
		bool bad = c == '?' || c == ':';
		int which = bad ? optopt : c;
		if (which && which < LONG_BASE && check_dashes(p, argc, argv))
			return OPTIONS_ERROR;
		if (which == '?')
			return OPTIONS_USAGE;
		if (bad)
			return refuse(p, argv), OPTIONS_ERROR;
		const struct option_def *def = def_of(p, c);
		if (c >= LONG_BASE && refuse_abbreviation(p, def, argv))
			return OPTIONS_ERROR;
		if (!def->arg && optarg && *optarg) {
			err_set(p->to.err, ERR_USAGE, "--%s takes no value", def->name);
			return OPTIONS_ERROR;
		}
		if (def->kind == OPTION_HELP)
			return which_help(p, def, optarg);
		if (def->kind == OPTION_VERSION)
			return OPTIONS_VERSION;
		if (def->kind == OPTION_EXPLAIN)
			return take_fault(p, argc, argv);
		collect(p, def, optarg);
	}
	while (optind < argc && !*argv[optind])
		optind++; /* a flag that an engine's macro may bring, and has not */
	return optind < argc && refuse_argument(p, argv[optind]) ? OPTIONS_ERROR : OPTIONS_OK;
}

/* Make getopt's tables from ours, and collect. */
static enum options_result read_command_line(struct parser *p, int argc, char **argv)
{
	struct option *names = xcalloc(2 * p->def_count + 1, sizeof(*names));
	char *letters = xcalloc(2 * p->def_count + 2, 1);
	size_t name_count = 0, letter_count = 0;

	letters[letter_count++] = ':'; /* tell a missing value from an unknown option */
	for (size_t i = 0; i < p->def_count; i++) {
		const struct option_def *d = &p->to.defs[i];
		/* a flag's value may only be empty, which getopt could not say */
		bool required = d->arg && !d->optional;
		int has_arg = required ? required_argument : optional_argument;
		int val = LONG_BASE + (int)i;
		names[name_count++] =
			(struct option){.name = d->name, .has_arg = has_arg, .val = val};
		if (d->alias)
			names[name_count++] =
				(struct option){.name = d->alias, .has_arg = has_arg, .val = val};
		if (d->letter)
			letters[letter_count++] = d->letter;
		if (d->letter && required)
			letters[letter_count++] = ':';
	}
	p->argc = argc;
	p->order = xcalloc((size_t)argc, sizeof(*p->order));
	memcpy(p->order, argv, (size_t)argc * sizeof(*p->order));
	enum options_result result = read_options(p, argc, argv, letters, names);
	free(names);
	free(letters);
	return result;
}

static int apply_given(const struct parser *p, bool only_early)
{
	for (size_t i = 0; i < p->given_count; i++) {
		const struct given *g = &p->given[i];
		if (g->def->kind != OPTION_EXTRA && (g->def->early || !only_early) &&
		    option_set_value(&p->to, g->def, g->value))
			return err_prefix(p->to.err, "--%s: ", g->def->name);
	}
	return 0;
}

static int apply_files(struct parser *p, const char *section_default)
{
	for (size_t i = 0; i < p->given_count; i++) {
		const struct given *g = &p->given[i];
		if (g->def->kind != OPTION_EXTRA)
			continue;
		if (extra_opts_read(g->value, section_default, option_place(&p->to, g->def),
				    set_key, p, p->to.err))
			return err_prefix(p->to.err, "--%s: ", g->def->name);
	}
	return 0;
}

/* What may be a password has no place in the process list, wherever it was put. */
static void wipe_suspects(const struct parser *p)
{
	char *letters = xcalloc(2 * p->def_count + 1, 1);
	size_t count = 0;

	for (const struct option_def *d = p->to.defs; d->name; d++) {
		if (d->secret && d->letter) {
			letters[count++] = d->letter;
			letters[count++] = (char)(d->letter ^ 0x20);
		}
	}
	secret_name_wipe(p->order, p->argc, letters);
	free(letters);
}

static void note_lists(const struct parser *p)
{
	for (const struct option_def *d = p->to.defs; d->name; d++) {
		if (d->kind == OPTION_STRINGS) {
			struct string_list *list = option_place(&p->to, d);
			list->from_files = list->count;
		}
	}
}

static int apply(struct parser *p, const char *section_default)
{
	if (apply_given(p, true) || apply_files(p, section_default))
		return -1;
	note_lists(p);
	return apply_given(p, false);
}

/* How a wrong command line is answered is said by what stands before the error. */
static void apply_before_error(const struct parser *p)
{
	struct err ignored = {0};
	struct parser quiet = *p;

	quiet.to.err = &ignored;
	apply_given(&quiet, true);
}

struct option_def *options_join(const struct option_def *const *tables)
{
	struct option_def *joined = NULL;
	size_t count = 0;

	for (; *tables; tables++) {
		for (const struct option_def *d = *tables; d->name; d++) {
			joined = xmake_room(joined, count, sizeof(*joined));
			joined[count++] = *d;
		}
	}
	joined = xmake_room(joined, count, sizeof(*joined));
	joined[count] = (struct option_def){0};
	return joined;
}

enum options_result options_parse(struct options *o, int argc, char **argv,
				  const struct option_def *const *tables,
				  const char *section_default, void *settings, struct err *err)
{
	struct option_def *defs = options_join(tables);
	struct parser p = {.to = {.options = o, .defs = defs, .settings = settings, .err = err}};

	while (defs[p.def_count].name)
		p.def_count++;
	enum options_result result = read_command_line(&p, argc, argv);
	if (result == OPTIONS_OK && apply(&p, section_default))
		result = OPTIONS_ERROR;
	else if (result == OPTIONS_ERROR)
		apply_before_error(&p);
	if (result == OPTIONS_ERROR)
		wipe_suspects(&p);
	free(p.order);
	for (size_t i = 0; i < p.given_count; i++) {
		if (p.given[i].value)
			secret_wipe_str(p.given[i].value);
		free(p.given[i].value);
	}
	free(p.given);
	free(defs);
	return result;
}
