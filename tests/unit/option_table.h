/* option_table.h - what holds for the option table of every program
 *
 * Included by a test behind the program's source, whose table is called options, and behind what
 * the test itself defines: settings, which begin with struct settings common; settings_begin() and
 * settings_end(), which set and free them; and count_own(), which tells how many values an option
 * has that only this program has. */
#ifndef MAILFLOW_OPTION_TABLE_H
#define MAILFLOW_OPTION_TABLE_H

#include <stdio.h>
#include <string.h>

#include "base/xalloc.h"
#include "config/options.h"
#include "config/settings.h"

#include "unit.h"

static struct option_def *rows;
static struct options given;

static void setup(void)
{
	rows = options_join(options);
	settings_begin();
}

static void teardown(void)
{
	settings_end();
	options_free(&given);
	free(rows);
}

static enum options_result parse(int argc, char **argv)
{
	struct err err = {0};

	return options_parse(&given, argc, argv, options, "check_x", &settings, &err);
}

/* Give an option the values one after the other. */
static void give(const struct option_def *d, const char *first, const char *second)
{
	char program[] = "check_x";
	char *one = xasprintf("--%s=%s", d->name, first);
	char *two = xasprintf("--%s=%s", d->name, second);
	char *argv[] = {program, one, two, NULL};

	ck_assert_msg(parse(3, argv) == OPTIONS_OK, "%s", d->name);
	free(one);
	free(two);
}

START_TEST(test_option_table__names_and_letters_are_unique)
{
	for (const struct option_def *a = rows; a->name; a++) {
		ck_assert(!a->alias || strcmp(a->alias, a->name));
		for (const struct option_def *b = a + 1; b->name; b++) {
			ck_assert_str_ne(a->name, b->name);
			ck_assert(!a->letter || a->letter != b->letter);
			ck_assert(!a->alias || strcmp(a->alias, b->name));
			ck_assert(!b->alias || strcmp(b->alias, a->name));
			ck_assert(!a->alias || !b->alias || strcmp(a->alias, b->alias));
		}
	}
}
END_TEST

/* Nothing stays in braces, and nothing is a sentence with its full stop in a list of phrases. */
START_TEST(test_option_table__helps)
{
	ck_assert_ptr_nonnull(rows[0].group);
	for (const struct option_def *d = rows; d->name; d++) {
		struct buf help = BUF_INIT(4096);
		options_fill_help(d, &settings, &help);
		const char *text = buf_str(&help);
		ck_assert_msg(*text && !strpbrk(text, "{}"), "%s: %s", d->name, text);
		ck_assert_msg(text[strlen(text) - 1] != '.', "%s: %s", d->name, text);
		buf_free(&help);
	}
}
END_TEST

START_TEST(test_option_table__help_tells_bounds_and_formats)
{
	for (const struct option_def *d = rows; d->name; d++) {
		bool is_port = d->max == UINT16_MAX;
		if (d->kind == OPTION_UINT && !is_port)
			ck_assert_msg(strstr(d->help, "{min} to {max}") != NULL, "%s", d->name);
		struct buf help = BUF_INIT(4096);
		options_fill_help(d, &settings, &help);
		for (const struct report_format *f = report_formats;
		     f->name && !strcmp(d->name, "output"); f++)
			ck_assert_msg(strstr(buf_str(&help), f->name) != NULL, "%s", f->name);
		buf_free(&help);
	}
}
END_TEST

START_TEST(test_option_table__every_kind_has_what_it_needs)
{
	for (const struct option_def *d = rows; d->name; d++) {
		bool has_value = d->kind == OPTION_STRING || d->kind == OPTION_STRINGS ||
				 d->kind == OPTION_ADDRESS || d->kind == OPTION_UINT;
		ck_assert_msg(!has_value || d->arg, "%s", d->name);
		ck_assert_msg((d->kind == OPTION_CALL) == (d->call != NULL), "%s", d->name);
		ck_assert_msg(d->kind != OPTION_UINT || d->min < d->max, "%s", d->name);
		ck_assert_msg(!d->secret || d->arg, "%s", d->name);
	}
}
END_TEST

static size_t count_values(const struct option_def *d)
{
	const struct verdict_rules *rules = &settings.common.rules;

	if (d->kind == OPTION_COUNT)
		return (size_t)settings.common.verbosity;
	if (d->kind == OPTION_STRINGS)
		return ((const struct string_list *)((const char *)&settings + d->offset))->count;
	if (!strcmp(d->name, "warning") || !strcmp(d->name, "critical"))
		return (*d->name == 'w' ? &rules->warning : &rules->critical)->count;
	return count_own(d);
}

START_TEST(test_option_table__what_is_repeatable_is)
{
	for (const struct option_def *d = rows; d->name; d++) {
		bool by_kind = d->kind == OPTION_STRINGS || d->kind == OPTION_COUNT ||
			       d->kind == OPTION_EXTRA;
		ck_assert_msg(!by_kind || d->repeatable, "%s", d->name);
		if (!d->repeatable || d->kind == OPTION_EXTRA) /* that in test_options.c */
			continue;
		bool takes_ranges = d->arg && *d->arg == '[';
		bool takes_value = d->arg && d->kind != OPTION_COUNT;
		give(d,
		     takes_ranges  ? "1"
		     : takes_value ? "A"
				   : "",
		     takes_ranges  ? "connect=2"
		     : takes_value ? "B"
				   : "");
		ck_assert_msg(count_values(d) == 2, "%s", d->name);
	}
}
END_TEST

START_TEST(test_option_table__what_has_a_list_is_repeatable)
{
	static const char *const names[] = {"hostname", "verbose", "warning",    "critical",
					    "require",  "forbid",  "extra-opts", "look-in",
					    "clean",    "back-end"};

	for (const struct option_def *d = rows; d->name; d++) {
		bool has_list = false;
		for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
			has_list = has_list || !strcmp(d->name, names[i]);
		ck_assert_msg(d->repeatable == has_list, "%s", d->name);
	}
}
END_TEST

START_TEST(test_option_table__of_the_others_the_last_value_counts)
{
	for (const struct option_def *d = rows; d->name; d++) {
		const void *place = (const char *)&settings + d->offset;
		if (d->repeatable)
			continue;
		if (d->kind == OPTION_UINT) {
			give(d, "2", "3");
			ck_assert_uint_eq(*(const unsigned int *)place, 3);
		} else if (d->kind == OPTION_STRING || d->kind == OPTION_ADDRESS) {
			give(d, "A", "B");
			ck_assert_str_eq(*(const char *const *)place, "B");
		}
	}
}
END_TEST

START_TEST(test_option_table__secrets_are_wiped)
{
	size_t secrets = 0;

	for (const struct option_def *d = rows; d->name; d++) {
		char program[] = "check_x", letter[] = {'-', d->letter, '\0'}, apart[] = "s3cret";
		char *joined = xasprintf("--%s=s3cret", d->name);
		char *argv[] = {program, joined, letter, apart, NULL};
		if (d->secret) {
			secrets++;
			ck_assert_int_eq(parse(d->letter ? 4 : 2, argv), OPTIONS_OK);
			ck_assert_msg(!strstr(joined, "3cret"), "%s", joined);
			ck_assert_msg(!d->letter || !strstr(apart, "3cret"), "%s", apart);
		}
		free(joined);
	}
	ck_assert_uint_ge(secrets, 1);
}
END_TEST

/* What has a password as its value must be known to be a secret. */
START_TEST(test_option_table__values_that_are_passwords_are_secrets)
{
	for (const struct option_def *d = rows; d->name; d++)
		ck_assert_msg(!d->arg || strcmp(d->arg, "PASSWORD") || d->secret, "%s", d->name);
}
END_TEST

static bool engine_takes(const char *name)
{
	const struct option_def *d = rows;

	while (d->name && strcmp(d->name, name))
		d++;
	ck_assert_msg(!strcmp(name, "confirm") || d->name, "%s", name);
	return d->name && d->engine;
}

START_TEST(test_option_table__engines_pass_what_is_for_them)
{
	static const char *const are[] = {"hostname", "username", "password-file", "timeout",
					  "warning",  "critical", "verbose"};
	static const char *const are_not[] = {"confirm", "what-if", "output"};

	for (size_t i = 0; i < sizeof(are) / sizeof(are[0]); i++)
		ck_assert_msg(engine_takes(are[i]), "%s", are[i]);
	for (size_t i = 0; i < sizeof(are_not) / sizeof(are_not[0]); i++)
		ck_assert_msg(!engine_takes(are_not[i]), "%s", are_not[i]);
	for (const struct option_def *d = rows; d->name; d++) {
		bool never = d->secret || d->kind == OPTION_HELP || d->kind == OPTION_VERSION ||
			     d->kind == OPTION_EXTRA;
		ck_assert_msg(!never || !d->engine, "%s", d->name);
	}
}
END_TEST

UNIT_MAIN_FIXTURE("option table", setup, teardown,
		  ONCE(test_option_table__names_and_letters_are_unique),
		  ONCE(test_option_table__helps),
		  ONCE(test_option_table__help_tells_bounds_and_formats),
		  ONCE(test_option_table__every_kind_has_what_it_needs),
		  ONCE(test_option_table__what_is_repeatable_is),
		  ONCE(test_option_table__what_has_a_list_is_repeatable),
		  ONCE(test_option_table__of_the_others_the_last_value_counts),
		  ONCE(test_option_table__secrets_are_wiped),
		  ONCE(test_option_table__values_that_are_passwords_are_secrets),
		  ONCE(test_option_table__engines_pass_what_is_for_them))

#endif
