/* test_command.c - command lines, and what programs print */
#include "base/command.h"

#include <string.h>
#include <sys/resource.h>

#include "base/clock.h"
#include "in_child.h"
#include "unit.h"

static const struct {
	const char *text, *words; /* words NULL: not accepted */
} lines[] = {
	{"true", "true"},
	{"  a\tb  c ", "a|b|c"},
	{"a 'b c' \"d 'e\" f'g'h", "a|b c|d 'e|fgh"},
	{"a %u 'x%u' %%u", "a|me@x y|xme@x y|%u"},
	{"a '' \"\"", "a||"},
	{"a $HOME;b|c>d", "a|$HOME;b|c>d"},
	{"", NULL},
	{"  ", NULL},
	{"a 'b", NULL},
	{"a \"b'", NULL},
	{"a %d", NULL},
	{"a %", NULL},
};

START_TEST(test_command_parse)
{
	struct command c;
	struct err err = {0};
	struct buf words = BUF_INIT(256);

	int rc = command_parse(&c, lines[_i].text, "me@x y", &err);
	ck_assert_int_eq(rc, lines[_i].words ? 0 : -1);
	for (size_t i = 0; rc == 0 && c.argv[i]; i++)
		buf_printf(&words, "%s%s", i ? "|" : "", c.argv[i]);
	ck_assert_str_eq(buf_str(&words), lines[_i].words ? lines[_i].words : "");
	ck_assert_int_eq(err.kind, rc ? ERR_USAGE : ERR_NONE);
	buf_free(&words);
	command_free(&c);
}
END_TEST

static const struct {
	const char *text, *line, *says;
} runs[] = {
	{"echo token", "token", ""},
	{"printf token", "token", ""},
	{"printf 'token\\r\\n'", "token", ""},
	{"sh -c 'echo oops >&2; echo \"$0\"' %u", "me", ""},
	{"cat", NULL, "cat: it prints nothing"}, /* nothing on standard input */
	{"echo", NULL, "it prints nothing"},
	{"printf '1\\n2\\n'", NULL, "it prints more than one line"},
	{"printf '1\\n\\n'", NULL, "it prints more than one line"},
	{"sh -c 'echo token; exit 3'", NULL, "it failed with exit code 3"},
	{"sh -c 'kill -TERM $$'", NULL, "it was ended by signal 15"},
	{"/no/such/program", NULL, "/no/such/program: "},
	{"head -c 9000 /dev/zero", NULL, "it prints more than 8192 bytes"},
	{"printf 'a\\000b'", NULL, "what it prints is no token"},
	{"printf 'a\\001b'", NULL, "what it prints is no token"},
	{"echo ' '", NULL, "what it prints is no token"},
	{"echo token and more", NULL, "what it prints is no token"},
	{"sh -c 'echo token; exec >&-; sleep 60'", NULL, "it did not end in time"},
	{"sh -c 'sleep 60; echo token'", NULL, "it did not end in time"},
	{"sh -c 'test -z \"$MAILFLOW_PASSWORD\" && echo token'", "token", ""},
	{"sh -c 'echo \"$MAILFLOW_CLIENT_SECRET\"'", "of-the-client", ""},
};

START_TEST(test_commands_run)
{
	struct command c;
	struct err err = {0};
	int64_t begun_us = clock_us();
	bool hangs = strstr(runs[_i].text, "sleep") != NULL;

	ck_assert_int_eq(setenv("MAILFLOW_PASSWORD", "geheim", 1), 0);
	ck_assert_int_eq(setenv("MAILFLOW_CLIENT_SECRET", "of-the-client", 1), 0);
	ck_assert_int_eq(command_parse(&c, runs[_i].text, "me", &err), 0);
	int rc = commands_run(&c, 1, begun_us + (hangs ? 1 : 20) * US_PER_S, &err);
	ck_assert_msg(rc == (runs[_i].line ? 0 : -1), "%s", err.text);
	ck_assert_msg(strstr(err.text, runs[_i].says) != NULL, "%s", err.text);
	if (runs[_i].line)
		ck_assert_str_eq(c.line.value, runs[_i].line);
	else
		ck_assert_int_eq(err.kind, ERR_LOCAL);
	ck_assert_int_lt(clock_us() - begun_us, 20 * US_PER_S);
	command_free(&c);
}
END_TEST

/* One fails: none of the others is left. */
START_TEST(test_commands_run__all_at_once)
{
	static const char *const good[] = {"sh -c 'sleep 0.3; echo one'",
					   "sh -c 'sleep 0.3; echo two'"};
	static const char *const bad[] = {"false", "sleep 60"};
	struct command c[2];
	struct err err = {0};
	int64_t begun_us = clock_us();

	for (int i = 0; i < 2; i++)
		ck_assert_int_eq(command_parse(&c[i], good[i], "me", &err), 0);
	ck_assert_int_eq(commands_run(c, 2, begun_us + 20 * US_PER_S, &err), 0);
	ck_assert_str_eq(c[0].line.value, "one");
	ck_assert_str_eq(c[1].line.value, "two");
	for (int i = 0; i < 2; i++) {
		command_free(&c[i]);
		ck_assert_int_eq(command_parse(&c[i], bad[i], "me", &err), 0);
	}
	ck_assert_int_eq(commands_run(c, 2, clock_us() + 20 * US_PER_S, &err), -1);
	ck_assert_int_lt(clock_us() - begun_us, 20 * US_PER_S);
	command_free(&c[0]);
	command_free(&c[1]);
}
END_TEST

/* More than there are descriptors for: some wait for the others. */
static void run_many_with_few_descriptors(void)
{
	enum { MANY = 60, FILES = 24 };
	struct command c[MANY];
	struct err err = {0};
	struct rlimit files;

	EXPECT(getrlimit(RLIMIT_NOFILE, &files) == 0);
	files.rlim_cur = FILES;
	EXPECT(setrlimit(RLIMIT_NOFILE, &files) == 0);
	for (int i = 0; i < MANY; i++)
		EXPECT(command_parse(&c[i], "echo token", "me", &err) == 0);
	EXPECT(commands_run(c, MANY, clock_us() + 60 * US_PER_S, &err) == 0);
	for (int i = 0; i < MANY; i++) {
		EXPECT(!strcmp(c[i].line.value, "token"));
		command_free(&c[i]);
	}
}

START_TEST(test_commands_run__few_descriptors)
{
	assert_in_child(run_many_with_few_descriptors);
}
END_TEST

/* What the package's own program says for people is why it failed, or a remark. */
static const struct {
	const char *text, *line, *remark, *says;
} own[] = {
	{"sh -c 'echo sh: why not >&2; echo sh: more >&2; exit 1'", NULL, NULL, "sh: why not"},
	{"sh -c 'echo token; echo why; echo sh: why >&2; exit 1'", NULL, NULL, "sh: why"},
	{"sh -c 'printf sh:why >&2; exit 1'", NULL, NULL, "sh:why"},
	{"sh -c 'echo why >&2; exit 1'", NULL, NULL, "sh: it failed with exit code 1"},
	{"/bin/sh -c 'echo sh: why >&2; exit 1'", NULL, NULL, "sh: why"},
	{"sh -c 'echo sh: a >&2; echo sh: b >&2; echo token'", "token", "sh: a", ""},
	{"sh -c 'echo token'", "token", NULL, ""},
	{"sh -c 'echo sh: a >&2'", NULL, "sh: a", "sh: it prints nothing"},
	{"sh -c 'echo token; echo sh: a >&2'", NULL, NULL, "sh: it prints more than one line"},
	{"sh -c 'echo other; echo token'", NULL, NULL, "sh: it prints more than one line"},
};

START_TEST(test_commands_run__own)
{
	struct command c;
	struct err err = {0};

	ck_assert_int_eq(command_parse(&c, own[_i].text, "me", &err), 0);
	c.is_own = true;
	int rc = commands_run(&c, 1, clock_us() + 20 * US_PER_S, &err);
	ck_assert_str_eq(err.text, own[_i].says);
	ck_assert_int_eq(rc, own[_i].line ? 0 : -1);
	ck_assert_int_eq(c.err.kind != ERR_NONE, rc != 0);
	ck_assert_pstr_eq(c.line.value, own[_i].line);
	ck_assert_pstr_eq(c.remark, own[_i].remark);
	command_free(&c);
}
END_TEST

UNIT_MAIN_FIXTURE("command", NULL, NULL, ROWS(test_command_parse, lines),
		  ROWS(test_commands_run, runs), ONCE(test_commands_run__all_at_once),
		  ONCE(test_commands_run__few_descriptors), ROWS(test_commands_run__own, own))
