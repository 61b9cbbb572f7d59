/* test_options.c - the option table: command line, ini files, errors, secrets, --help */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/secret.h"
#include "base/xalloc.h"
#include "config/options.h"
#include "config/options_list.h"

#include "unit.h"

struct target {
	struct string_list hosts;
	const char *user;
	const char *note;
	unsigned int port;
	bool light;
	int verbosity;
	struct secret password;
	const char *secret_string;
	char calls[200];
	struct limit limit;
};

static option_fn set_password, set_colour, set_shade;

static const struct option_def defs[] = {
	{.group = "First",
	 .name = "hostname",
	 .letter = 'H',
	 .arg = "HOST",
	 .help = "host to test",
	 .kind = OPTION_STRINGS,
	 .offset = offsetof(struct target, hosts)},
	{.name = "port",
	 .letter = 'p',
	 .arg = "PORT",
	 .help = "port",
	 .kind = OPTION_UINT,
	 .min = 1,
	 .max = 65535,
	 .offset = offsetof(struct target, port)},
	{.name = "username",
	 .letter = 'U',
	 .arg = "USER",
	 .help = "user",
	 .kind = OPTION_STRING,
	 .offset = offsetof(struct target, user)},
	{.name = "note",
	 .arg = "TEXT",
	 .help = "may be empty",
	 .kind = OPTION_STRING,
	 .may_be_empty = true,
	 .offset = offsetof(struct target, note)},
	{.name = "password",
	 .letter = 'P',
	 .arg = "PASSWORD",
	 .help = "secret",
	 .kind = OPTION_CALL,
	 .call = set_password,
	 .secret = true},
	{.name = "passphrase",
	 .arg = "TEXT",
	 .help = "another secret",
	 .kind = OPTION_STRING,
	 .secret = true,
	 .offset = offsetof(struct target, secret_string)},
	{.group = "Second",
	 .name = "light",
	 .letter = 'L',
	 .alias = "easy",
	 .help = "less",
	 .kind = OPTION_FLAG,
	 .offset = offsetof(struct target, light)},
	{.name = "colour",
	 .letter = 'c',
	 .arg = "COLOUR",
	 .help = "red or green",
	 .kind = OPTION_CALL,
	 .call = set_colour},
	{.name = "shade",
	 .letter = 's',
	 .arg = "dark|pale",
	 .optional = true,
	 .help = "dark or pale",
	 .kind = OPTION_CALL,
	 .call = set_shade},
	{.name = "extra-opts",
	 .arg = "[SECTION][@FILE]",
	 .optional = true,
	 .help = "ini",
	 .kind = OPTION_EXTRA,
	 .offset = offsetof(struct target, limit)},
	{.name = "verbose",
	 .letter = 'v',
	 .help = "more",
	 .kind = OPTION_COUNT,
	 .offset = offsetof(struct target, verbosity)},
	{.name = "version", .letter = 'V', .help = "version", .kind = OPTION_VERSION},
	{.name = "help",
	 .letter = 'h',
	 .arg = "json",
	 .optional = true,
	 .help = "help",
	 .kind = OPTION_HELP},
	{0},
};

static const struct option_def *const tables[] = {defs, NULL};

static int set_password(void *settings, const struct option_def *def, const char *value,
			struct err *err)
{
	struct target *t = settings;

	ck_assert_str_eq(def->name, "password");
	return secret_set(&t->password, value, err);
}

static int set_colour(void *settings, const struct option_def *def, const char *value,
		      struct err *err)
{
	struct target *t = settings;
	size_t len = strlen(t->calls);

	(void)def;
	if (strcmp(value, "red") && strcmp(value, "green"))
		return err_set(err, ERR_USAGE, "\"%s\" is not red or green", value);
	snprintf(t->calls + len, sizeof(t->calls) - len, "%s ", value);
	return 0;
}

static int set_shade(void *settings, const struct option_def *def, const char *value, struct err *e)
{
	struct target *t = settings;
	size_t len = strlen(t->calls);

	(void)def;
	(void)e;
	snprintf(t->calls + len, sizeof(t->calls) - len, "[%s] ", value ? value : "none");
	return 0;
}

static struct options options;
static struct target target;
static struct err err;
static char *argv[32];
static int argc;
static char ini[40];

static void setup(void)
{
	snprintf(ini, sizeof(ini), "/tmp/mailflow-options-XXXXXX");
	int fd = mkstemp(ini);

	target = (struct target){.limit = {.until_us = INT64_MAX}};
	ck_assert_int_ge(fd, 0);
	close(fd);
	unsetenv("MP_CONFIG_FILE");
}

static void teardown(void)
{
	unlink(ini);
	options_free(&options);
	free(target.hosts.item);
	secret_free(&target.password);
	for (int i = 0; i < argc; i++)
		free(argv[i]);
	argc = 0;
}

static void write_ini(const char *text)
{
	FILE *f = fopen(ini, "w");

	ck_assert_ptr_nonnull(f);
	fputs(text, f);
	fclose(f);
}

/* Parse a command line given as blank-separated words; ' stands for a blank in a word, @ for the
 * ini file where it follows "extra-opts=" or a section. */
static enum options_result parse(const char *line)
{
	char *words = xstrdup(line), *rest = words, *word;

	argc = 0;
	argv[argc++] = xstrdup("check_x");
	while ((word = strsep(&rest, " ")) != NULL && argc < 31) {
		for (char *c = word; *c; c++)
			if (*c == '\'')
				*c = ' ';
		size_t len = strlen(word);
		bool names_ini = len && word[len - 1] == '@';
		argv[argc] = names_ini ? xasprintf("%s%s", word, ini) : xstrdup(word);
		argc++;
	}
	argv[argc] = NULL;
	free(words);
	err = (struct err){0};
	return options_parse(&options, argc, argv, tables, "check_x", &target, &err);
}

static void parse_ok(const char *line)
{
	enum options_result result = parse(line);

	ck_assert_msg(result == OPTIONS_OK, "%s: %d %s", line, (int)result, err.text);
	ck_assert_int_eq(err.kind, ERR_NONE);
}

START_TEST(test_options_parse__sets_every_kind)
{
	parse_ok("--hostname=a --port=25 --username=me --note=x --light --colour=red -v --verbose");
	ck_assert_uint_eq(target.hosts.count, 1);
	ck_assert_str_eq(target.hosts.item[0], "a");
	ck_assert_uint_eq(target.port, 25);
	ck_assert_str_eq(target.user, "me");
	ck_assert_str_eq(target.note, "x");
	ck_assert(target.light);
	ck_assert_int_eq(target.verbosity, 2);
	ck_assert_str_eq(target.calls, "red ");
}
END_TEST

START_TEST(test_options_parse__takes_letters_clusters_and_separate_values)
{
	parse_ok("-Ha -H b -p 65535 -LvvUme --colour green -cred");
	ck_assert_uint_eq(target.hosts.count, 2);
	ck_assert_str_eq(target.hosts.item[0], "a");
	ck_assert_str_eq(target.hosts.item[1], "b");
	ck_assert_uint_eq(target.port, 65535);
	ck_assert(target.light);
	ck_assert_int_eq(target.verbosity, 2);
	ck_assert_str_eq(target.user, "me");
	ck_assert_str_eq(target.calls, "green red ");
}
END_TEST

START_TEST(test_options_parse__leaves_unset_what_is_not_given)
{
	target.port = 7;
	parse_ok("-H a");
	ck_assert_uint_eq(target.port, 7);
	ck_assert(!target.light);
	ck_assert_ptr_null(target.user);
}
END_TEST

START_TEST(test_options_parse__takes_aliases_and_unambiguous_abbreviations)
{
	parse_ok("--easy --host=a --passp=x");
	ck_assert(target.light);
	ck_assert_str_eq(target.hosts.item[0], "a");
	ck_assert_str_eq(target.secret_string, "x");
}
END_TEST

/* Engines pass macros so that are not set. */
START_TEST(test_options_parse__an_empty_value_counts_as_not_given)
{
	target.port = 7;
	parse_ok("-H a --hostname= -p  --port= -U  --username me -U  --password= -P  --colour= -c  "
		 "--note= --light= --verbose= -v --verbose=");
	ck_assert_uint_eq(target.hosts.count, 1);
	ck_assert_uint_eq(target.port, 7);
	ck_assert_str_eq(target.user, "me");
	ck_assert(!secret_is_set(&target.password));
	ck_assert_str_eq(target.calls, "");
	/* but for those of which it means something; and flags have no value to be missing */
	ck_assert_str_eq(target.note, "");
	ck_assert(target.light);
	ck_assert_int_eq(target.verbosity, 3);
}
END_TEST

START_TEST(test_options_parse__an_empty_value_in_ini_counts_as_not_given)
{
	write_ini("[check_x]\nH=a\nhostname =\nport =\nusername = me\nU =\npassword =\nc=\n"
		  "note =\nlight =\nverbose =\n");
	target.port = 7;
	parse_ok("--extra-opts=@");
	ck_assert_uint_eq(target.hosts.count, 1);
	ck_assert_uint_eq(target.port, 7);
	ck_assert_str_eq(target.user, "me");
	ck_assert(!secret_is_set(&target.password));
	ck_assert_str_eq(target.calls, "");
	ck_assert_str_eq(target.note, "");
	ck_assert(target.light);
	ck_assert_int_eq(target.verbosity, 1);
}
END_TEST

START_TEST(test_options_parse__an_optional_value_stands_behind_an_equals_sign)
{
	parse_ok("--shade -s --shade=dark -sv --shade= --sha=pale -H a");
	ck_assert_str_eq(target.calls, "[none] [none] [dark] [none] [none] [pale] ");
	ck_assert_int_eq(target.verbosity, 1);
	ck_assert_str_eq(target.hosts.item[0], "a");
}
END_TEST

START_TEST(test_options_parse__an_optional_value_in_ini)
{
	write_ini("[check_x]\nshade\nshade =\nshade = dark\ns = pale\n");
	parse_ok("--extra-opts=@");
	ck_assert_str_eq(target.calls, "[none] [none] [dark] [pale] ");
}
END_TEST

START_TEST(test_options_parse__lets_the_last_value_win)
{
	parse_ok("-p 1 -p 2 -U a -U b");
	ck_assert_uint_eq(target.port, 2);
	ck_assert_str_eq(target.user, "b");
}
END_TEST

START_TEST(test_options_parse__takes_values_that_look_like_options)
{
	parse_ok("-U -v --note=--light --note --port");
	ck_assert_str_eq(target.user, "-v");
	ck_assert_str_eq(target.note, "--port");
	ck_assert(!target.light);
	ck_assert_int_eq(target.verbosity, 0);
}
END_TEST

static const char *const no_macros[] = {"-U a$b$c", "-U $5.00", "-U DOMAIN\\host$",
					"-U $$",    "-U $a$b",  "-U {}",
					"-U {a",    "-U $a-b$"};

START_TEST(test_options_parse__takes_what_is_no_macro_of_an_engine)
{
	parse_ok(no_macros[_i]);
	ck_assert_str_eq(target.user, no_macros[_i] + strlen("-U "));
}
END_TEST

START_TEST(test_options_parse__keeps_values_when_argv_is_gone)
{
	parse_ok("-H a -U me");
	memset(argv[2], 'x', strlen(argv[2]));
	memset(argv[4], 'x', strlen(argv[4]));
	ck_assert_str_eq(target.hosts.item[0], "a");
	ck_assert_str_eq(target.user, "me");
}
END_TEST

START_TEST(test_options_parse__can_be_called_again)
{
	parse_ok("-Lv");
	target.verbosity = 0;
	for (int i = 0; i < argc; i++)
		free(argv[i]);
	parse_ok("-v -U x");
	ck_assert_int_eq(target.verbosity, 1);
	ck_assert_str_eq(target.user, "x");
}
END_TEST

static const struct {
	const char *line;
	enum options_result result;
} ends[] = {
	{"-h", OPTIONS_HELP},
	{"--help", OPTIONS_HELP},
	{"-H a --help --bogus", OPTIONS_HELP},
	{"-p 0 -h", OPTIONS_HELP},
	{"-vh", OPTIONS_HELP},
	{"--help=", OPTIONS_HELP},
	{"--help=json", OPTIONS_LIST},
	{"--bogus --help=json", OPTIONS_ERROR},
	{"-V", OPTIONS_VERSION},
	{"--version", OPTIONS_VERSION},
	{"-?", OPTIONS_USAGE},
	{"-v -?", OPTIONS_USAGE},
	{"--bogus --help", OPTIONS_ERROR},
};

START_TEST(test_options_parse__stops_at_help_and_version)
{
	ck_assert_int_eq(parse(ends[_i].line), ends[_i].result);
}
END_TEST

static const struct {
	const char *line, *error;
} bad[] = {
	{"--hotsname=a", "unknown option --hotsname, did you mean --hostname?"},
	{"--hostnmae a", "unknown option --hostnmae, did you mean --hostname?"},
	{"--HOSTNAME=a", "unknown option --HOSTNAME, did you mean --hostname?"},
	{"--extra_opts", "unknown option --extra_opts, did you mean --extra-opts?"},
	{"--esay", "unknown option --esay, did you mean --easy?"},
	{"--lihgt", "unknown option --lihgt, did you mean --light?"},
	{"--prot=1", "unknown option --prot, did you mean --port?"},
	{"--pasword=s3cret", "unknown option --pasword, did you mean --password?"},
	{"--help=xml", "--help: \"xml\" is not json"},
	{"-H $address$",
	 "--hostname: $address$ is a macro that the engine has not replaced: is it set?"},
	{"-H $_HOSTMAIL$:993:SSL",
	 "--hostname: $_HOSTMAIL$ is a macro that the engine has not replaced: is it set?"},
	{"-U {$PROBE.USER}",
	 "--username: {$PROBE.USER} is a macro that the engine has not replaced: is it set?"},
	{"-U {HOST.CONN}:143",
	 "--username: {HOST.CONN} is a macro that the engine has not replaced: is it set?"},
	{"-p $s3cret$",
	 "--port: not a whole number from 1 to 65535 (not shown, as --password is -P)"},
	{"--shade=$shade$",
	 "--shade: $shade$ is a macro that the engine has not replaced: is it set?"},
	{"-H $:25", "--hostname: $ is what a shell leaves of a macro that the engine has not "
		    "replaced: is it set?"},
	{"-v $",
	 "$ is what a shell leaves of a macro that the engine has not replaced: is it set?"},
	{"-v $_SERVICEX$", "$_SERVICEX$ is a macro that the engine has not replaced: is it set?"},
	{"-P s3cret $", "argument that is not an option (a value with a blank needs quotes)"},
	{"--frobnicate", "unknown option --frobnicate (--help lists all)"},
	{"--frobnicate=s3cret", "unknown option --frobnicate (--help lists all)"},
	{"--=s3cret", "unknown option -- (--help lists all)"},
	{"-x", "unknown option -x (--help lists all)"},
	{"-vx", "unknown option -x (--help lists all)"},
	{"--pass=s3cret", "--pass can mean --password, --passphrase"},
	{"--ver", "--ver can mean --verbose, --version"},
	{"--p=s3cret", "--p can mean --port, --password, --passphrase"},
	{"-p", "--port needs a value: PORT"},
	{"--port", "--port needs a value: PORT"},
	{"-vU", "--username needs a value: USER"},
	{"--light=s3cret", "--light takes no value"},
	{"--shade dark", "\"dark\" is not an option, did you mean --shade=dark?"},
	{"--shade host", "\"host\" is not an option, did you mean -H host?"},
	{"--easy=1", "--light takes no value"},
	{"-light", "-light: long options take two dashes: --light"},
	{"-v -light", "-light: long options take two dashes: --light"},
	{"-password=s3cret", "-password: long options take two dashes: --password"},
	{"-username s3cret", "-username: long options take two dashes: --username"},
	{"-Usomebody -password=s3cret", "-password: long options take two dashes: --password"},
	{"-xlight", "unknown option -x (--help lists all)"},
	{"-p 0", "--port: \"0\" is not a whole number from 1 to 65535"},
	{"-p 65536", "--port: \"65536\" is not a whole number from 1 to 65535"},
	{"-p -1", "--port: \"-1\" is not a whole number from 1 to 65535"},
	{"-p 123456",
	 "--port: not a whole number from 1 to 65535 (not shown, as --password is -P)"},
	{"-p=1x", "--port: not a whole number from 1 to 65535 (not shown, as --password is -P)"},
	{"-U '", ""},
	{"-U a\nb", "--username: control character in the value"},
	{"-H a\rb", "--hostname: control character in the value"},
	{"--colour=r\x1b", "--colour: control character in the value"},
	{"-c blue", "--colour: \"blue\" is not red or green"},
	{"-p =25", "--port: \"=25\" begins with =, expected -p 25 or --port=25"},
	{"-p=25", "--port: \"=25\" begins with =, expected -p 25 or --port=25"},
	{"-U=me", "--username: \"=me\" begins with =, expected -U me or --username=me"},
	{"mail", "\"mail\" is not an option, did you mean -H mail?"},
	{"-v mail", "\"mail\" is not an option, did you mean -H mail?"},
	{"--extra-opts x", "\"x\" is not an option, did you mean --extra-opts=x?"},
	{"--extra-opts -H a x", "\"x\" is not an option, did you mean --extra-opts=x?"},
	{"-", "\"-\" is not an option (--help lists all)"},
	{"-H a b", "\"b\" is not an option (--help lists all)"},
	{"a -H b", "\"a\" is not an option (--help lists all)"},
	{"-H a -- -v", "\"-v\" is not an option (--help lists all)"},
	{"-H a -", "\"-\" is not an option (--help lists all)"},
	/* what may be the rest of a secret is not shown, and all else is */
	{"-P my s3cret", "argument that is not an option (a value with a blank needs quotes)"},
	{"-Pmy s3cret", "argument that is not an option (a value with a blank needs quotes)"},
	{"-vPmy s3cret x", "argument that is not an option (a value with a blank needs quotes)"},
	{"--password my s3cret",
	 "argument that is not an option (a value with a blank needs quotes)"},
	{"--passw=my s3cret -H a",
	 "argument that is not an option (a value with a blank needs quotes)"},
	{"-H a -P s3cret -P my s3cret x",
	 "argument that is not an option (a value with a blank needs quotes)"},
	{"-H a x -P s3cret", "\"x\" is not an option (--help lists all)"},
	{"-H a -P s3cret -v x", "\"x\" is not an option (--help lists all)"},
	{"-P s3cret -H a x", "\"x\" is not an option (--help lists all)"},
	{"x -P s3cret s3cret", "\"x\" is not an option, did you mean -H x?"},
	{"-P s3cret -v x", "\"x\" is not an option, did you mean -H x?"},
	{"--hostname= x", "\"x\" is not an option, did you mean -H x?"},
};

START_TEST(test_options_parse__says_what_is_wrong)
{
	enum options_result result = parse(bad[_i].line);

	if (!*bad[_i].error) { /* a blank is a value */
		ck_assert_int_eq(result, OPTIONS_OK);
		return;
	}
	ck_assert_msg(result == OPTIONS_ERROR, "accepted: %s", bad[_i].line);
	ck_assert_int_eq(err.kind, ERR_USAGE);
	ck_assert_str_eq(err.text, bad[_i].error);
	ck_assert_ptr_null(strstr(err.text, "s3cret"));
}
END_TEST

/* As the kernel lays it out: all of argv one behind the other, so that ps can read what was wiped
 * from the middle of an element. */
static char *in_one_block(const char *line)
{
	char *block = xasprintf("check_x %s", line), *rest = block;

	argc = 0;
	while ((argv[argc] = strsep(&rest, " ")) != NULL)
		argc++;
	return block;
}

static const char *const secret_lines[] = {
	"-P s3cret",
	"-Ps3cret",
	"--password=s3cret",
	"--password s3cret",
	"-vvPs3cret",
	"--passw=s3cret",
	"-P other -P s3cret",
	"-P s3cret -H a --port=0",
	"-P s3cret --bogus",
	"-P s3cret --help",
	"x -P s3cret y",
	"--passphrase=s3cret",
	"-P s3cret -P s3cret",
	"-p s3cret",
	"-ps3cret -H a",
	"-p=s3cret",
	"--passwd s3cret",
	"--bogus-tokens3cret",
	"-passwd s3cret",
	"--bogus --secret s3cret",
	"-U pkcs11:token=a?pin-value=s3cret -H a",
};

START_TEST(test_options_parse__wipes_secrets_from_argv)
{
	size_t bytes = strlen("check_x") + 1 + strlen(secret_lines[_i]) + 1;
	char *block = in_one_block(secret_lines[_i]);

	err = (struct err){0};
	options_parse(&options, argc, argv, tables, "check_x", &target, &err);
	ck_assert_ptr_null(memmem(block, bytes, "3cret", 5));
	free(block);
	argc = 0;
	ck_assert_ptr_null(strstr(err.text, "s3cret"));
}
END_TEST

START_TEST(test_options_parse__gives_secrets_whole)
{
	parse_ok("-P a'b=\n;\"#@x --passphrase=p=q");
	ck_assert_str_eq(target.password.value, "a b=\n;\"#@x");
	ck_assert_str_eq(target.secret_string, "p=q");
}
END_TEST

/* ini files */

START_TEST(test_options_parse__applies_ini_before_command_line)
{
	write_ini("[check_x]\nport = 1\nhostname = a\nusername = me\nlight\n[other]\nport = 9\n");
	parse_ok("-H b -p 2 --extra-opts=@ -v");
	ck_assert_uint_eq(target.port, 2);
	ck_assert_str_eq(target.user, "me");
	ck_assert(target.light);
	ck_assert_uint_eq(target.hosts.count, 2);
	ck_assert_str_eq(target.hosts.item[0], "a");
	ck_assert_str_eq(target.hosts.item[1], "b");
}
END_TEST

START_TEST(test_options_parse__reads_several_sections_in_order)
{
	write_ini("[one]\nport=1\ncolour=red\n[two]\nport=2\ncolour=green\n");
	parse_ok("--extra-opts=two@ --extra-opts=one@");
	ck_assert_uint_eq(target.port, 1);
	ck_assert_str_eq(target.calls, "green red ");
}
END_TEST

START_TEST(test_options_parse__takes_letters_aliases_and_flags_in_ini)
{
	write_ini("[check_x]\nH = a\nH = b\neasy =\nv\nverbose\nv\np=3\nnote=\n");
	parse_ok("--extra-opts=@");
	ck_assert_uint_eq(target.hosts.count, 2);
	ck_assert(target.light);
	ck_assert_int_eq(target.verbosity, 3);
	ck_assert_uint_eq(target.port, 3);
	ck_assert_str_eq(target.note, "");
}
END_TEST

START_TEST(test_options_parse__finds_default_file_and_section)
{
	write_ini("[check_x]\nport=5\n[probe]\nport=6\n");
	setenv("MP_CONFIG_FILE", ini, 1);
	parse_ok("--extra-opts");
	ck_assert_uint_eq(target.port, 5);
	for (int i = 0; i < argc; i++)
		free(argv[i]);
	parse_ok("--extra-opts=probe");
	ck_assert_uint_eq(target.port, 6);
}
END_TEST

START_TEST(test_options_parse__takes_password_from_ini)
{
	write_ini("[check_x]\npassword = a ; b # \"c\"\n");
	parse_ok("--extra-opts=@");
	ck_assert_str_eq(target.password.value, "a ; b # \"c\"");
}
END_TEST

static const struct {
	const char *ini, *error; /* error: what follows "--extra-opts: FILE " */
} bad_ini[] = {
	{"[check_x]\n\nhotsname = s3cret\n",
	 "line 3: unknown option \"hotsname\", did you mean hostname?"},
	{"[check_x]\nfrobnicate = s3cret\n", "line 2: unknown option \"frobnicate\""},
	{"[check_x]\n--port = 1\n", "line 2: unknown option \"--port\", did you mean port?"},
	{"[check_x]\nhost = s3cret\n", "line 2: unknown option \"host\", did you mean hostname?"},
	{"[check_x]\nx = s3cret\n", "line 2: unknown option \"x\""},
	{"[check_x]\nport = 0\n", "line 2: port: \"0\" is not a whole number from 1 to 65535"},
	{"[check_x]\nport\n", "line 2: port: needs a value: PORT"},
	{"[check_x]\npassword\n", "line 2: password: needs a value: PASSWORD"},
	{"[check_x]\nlight = yes\n", "line 2: light: takes no value"},
	{"[check_x]\nc = blue\n", "line 2: colour: \"blue\" is not red or green"},
	{"[check_x]\nusername = a\tb\n", "line 2: username: control character in the value"},
	{"[check_x]\nextra-opts = other\n", "line 2: extra-opts: only works on the command line"},
	{"[check_x]\nhelp\n", "line 2: help: only works on the command line"},
	{"[check_x]\nV\n", "line 2: version: only works on the command line"},
	{"[other]\n", "has no section [check_x], but [other]"},
};

START_TEST(test_options_parse__names_file_line_and_key)
{
	char *expected = xasprintf("--extra-opts: %s %s", ini, bad_ini[_i].error);

	write_ini(bad_ini[_i].ini);
	ck_assert_int_eq(parse("-H a --extra-opts=@"), OPTIONS_ERROR);
	ck_assert_str_eq(err.text, expected);
	ck_assert_int_eq(err.kind, ERR_USAGE);
	free(expected);
}
END_TEST

/* --help */

static void show_light(const void *settings, struct buf *out)
{
	const struct target *t = settings;

	buf_printf(out, "none with %s", t->user);
}

static const struct option_def help_defs[] = {
	{.group = "Server",
	 .name = "hostname",
	 .letter = 'H',
	 .arg = "ENDPOINT",
	 .help = "server to test, and a text that is long enough to be wrapped into a second line",
	 .kind = OPTION_STRINGS},
	{.name = "ca-file",
	 .arg = "FILE",
	 .help = "one line\nand one that was asked for (default: {})",
	 .kind = OPTION_STRING,
	 .offset = offsetof(struct target, user)},
	{.name = "port",
	 .arg = "PORT",
	 .help = "{min} to {max}, if not {}",
	 .kind = OPTION_UINT,
	 .min = 1,
	 .max = 9,
	 .offset = offsetof(struct target, port)},
	{.name = "light", .help = "{}", .kind = OPTION_FLAG, .show = show_light},
	{.group = "Other",
	 .name = "extra-opts",
	 .arg = "[SECTION][@FILE]",
	 .optional = true,
	 .help = "too long a name",
	 .kind = OPTION_EXTRA},
	{.name = "abcdefghijklmnop",
	 .letter = 'a',
	 .arg = "BCD",
	 .help = "http://example.org/a/word/that/does/not/fit/into/one/line/stays/whole/anyway",
	 .kind = OPTION_STRING},
	{.name = "help", .letter = 'h', .help = "help", .kind = OPTION_HELP},
	{0},
};

static const struct help_text help = {
	.program = "check_x",
	.synopsis = "-H ENDPOINT [OPTION ...]\n--help",
	.about = "Does a thing, and says so in a text that does not fit into a single line of "
		 "eighty columns.",
	.epilogue = "Examples\n  check_x -H a\n",
	.notes = "Notes\n  none\n",
};

START_TEST(test_options_help__is_laid_out_in_columns)
{
	struct buf text = BUF_INIT(4096);

	target.user = "me";
	target.port = 7;
	options_help((const struct option_def *const[]){help_defs, NULL}, &help, &target, &text);
	ck_assert_str_eq(
		buf_str(&text),
		"Usage: check_x -H ENDPOINT [OPTION ...]\n"
		"       check_x --help\n"
		"\n"
		"Does a thing, and says so in a text that does not fit into a single line of\n"
		"eighty columns.\n"
		"\n"
		"Server\n"
		"  -H, --hostname=ENDPOINT     server to test, and a text that is long enough to\n"
		"                              be wrapped into a second line\n"
		"      --ca-file=FILE          one line\n"
		"                              and one that was asked for (default: me)\n"
		"      --port=PORT             1 to 9, if not 7\n"
		"      --light                 none with me\n"
		"\n"
		"Other\n"
		"      --extra-opts[=[SECTION][@FILE]]\n"
		"                              too long a name\n"
		"  -a, --abcdefghijklmnop=BCD  "
		"http://example.org/a/word/that/does/not/fit/into/one/line/stays/whole/anyway\n"
		"  -h, --help                  help\n"
		"\n"
		"Examples\n"
		"  check_x -H a\n"
		"\n"
		"Notes\n"
		"  none\n"
		"\n"
		"The manual: man check_x\n");
	buf_free(&text);
}
END_TEST

START_TEST(test_options_usage__is_short)
{
	struct buf text = BUF_INIT(4096);

	options_usage(&help, &text);
	ck_assert_str_eq(buf_str(&text), "Usage: check_x -H ENDPOINT [OPTION ...]\n"
					 "       check_x --help\n"
					 "check_x --help explains all options\n");
	buf_free(&text);
}
END_TEST

static void show_colours(const void *settings, struct buf *out)
{
	(void)settings;
	buf_append_str(out, "red, green");
}

static const struct option_def list_defs[] = {
	{.group = "Server",
	 .name = "hostname",
	 .letter = 'H',
	 .arg = "HOST",
	 .help = "host, \"{}\"",
	 .kind = OPTION_STRINGS,
	 .show = show_light,
	 .repeatable = true,
	 .engine = true},
	{.name = "colour", .arg = "COLOUR", .help = "which", .values = show_colours},
	{.group = "Other",
	 .name = "shade",
	 .alias = "hue",
	 .arg = "dark|pale",
	 .help = "how",
	 .optional = true},
	{.name = "password", .arg = "PASSWORD", .help = "none", .secret = true},
	{0},
};

static const char wanted_list[] = "{\n"
				  "  \"format\": \"mailflow-options\",\n"
				  "  \"version\": 1,\n"
				  "  \"program\": \"check_x\",\n"
				  "  \"about\": \"Does it.\",\n"
				  "  \"sysconfdir\": \"" SYSCONFDIR "\",\n"
				  "  \"bindir\": \"" BINDIR "\",\n"
				  "  \"synopsis\": [\n"
				  "    \"-H HOST\",\n"
				  "    \"--help\"\n"
				  "  ],\n"
				  "  \"options\": [\n"
				  "    {\n"
				  "      \"name\": \"hostname\",\n"
				  "      \"letter\": \"H\",\n"
				  "      \"group\": \"Server\",\n"
				  "      \"argument\": \"HOST\",\n"
				  "      \"help\": \"host, \\\"none with me\\\"\",\n"
				  "      \"repeatable\": true,\n"
				  "      \"engine\": true\n"
				  "    },\n"
				  "    {\n"
				  "      \"name\": \"colour\",\n"
				  "      \"group\": \"Server\",\n"
				  "      \"argument\": \"COLOUR\",\n"
				  "      \"values\": [\n"
				  "        \"red\",\n"
				  "        \"green\"\n"
				  "      ],\n"
				  "      \"help\": \"which\"\n"
				  "    },\n"
				  "    {\n"
				  "      \"name\": \"shade\",\n"
				  "      \"alias\": \"hue\",\n"
				  "      \"group\": \"Other\",\n"
				  "      \"argument\": \"dark|pale\",\n"
				  "      \"values\": [\n"
				  "        \"dark\",\n"
				  "        \"pale\"\n"
				  "      ],\n"
				  "      \"help\": \"how\",\n"
				  "      \"optional\": true\n"
				  "    },\n"
				  "    {\n"
				  "      \"name\": \"password\",\n"
				  "      \"group\": \"Other\",\n"
				  "      \"argument\": \"PASSWORD\",\n"
				  "      \"help\": \"none\",\n"
				  "      \"secret\": true\n"
				  "    }\n"
				  "  ]\n"
				  "}\n";

START_TEST(test_options_list__has_all_that_is_known_of_an_option)
{
	const struct help_text text = {
		.program = "check_x", .synopsis = "-H HOST\n--help", .about = "Does it."};
	struct buf out = BUF_INIT(4096);

	target.user = "me";
	ck_assert_int_eq(options_list((const struct option_def *const[]){list_defs, NULL}, &text,
				      &target, &out, &err),
			 0);
	ck_assert_str_eq(buf_str(&out), wanted_list);
	buf_free(&out);
}
END_TEST

UNIT_MAIN_FIXTURE("options", setup, teardown, ONCE(test_options_parse__sets_every_kind),
		  ONCE(test_options_parse__takes_letters_clusters_and_separate_values),
		  ONCE(test_options_parse__leaves_unset_what_is_not_given),
		  ONCE(test_options_parse__takes_aliases_and_unambiguous_abbreviations),
		  ONCE(test_options_parse__an_empty_value_counts_as_not_given),
		  ONCE(test_options_parse__an_empty_value_in_ini_counts_as_not_given),
		  ONCE(test_options_parse__an_optional_value_stands_behind_an_equals_sign),
		  ONCE(test_options_parse__an_optional_value_in_ini),
		  ONCE(test_options_parse__lets_the_last_value_win),
		  ONCE(test_options_parse__takes_values_that_look_like_options),
		  ROWS(test_options_parse__takes_what_is_no_macro_of_an_engine, no_macros),
		  ONCE(test_options_parse__keeps_values_when_argv_is_gone),
		  ONCE(test_options_parse__can_be_called_again),
		  ROWS(test_options_parse__stops_at_help_and_version, ends),
		  ROWS(test_options_parse__says_what_is_wrong, bad),
		  ROWS(test_options_parse__wipes_secrets_from_argv, secret_lines),
		  ONCE(test_options_parse__gives_secrets_whole),
		  ONCE(test_options_parse__applies_ini_before_command_line),
		  ONCE(test_options_parse__reads_several_sections_in_order),
		  ONCE(test_options_parse__takes_letters_aliases_and_flags_in_ini),
		  ONCE(test_options_parse__finds_default_file_and_section),
		  ONCE(test_options_parse__takes_password_from_ini),
		  ROWS(test_options_parse__names_file_line_and_key, bad_ini),
		  ONCE(test_options_help__is_laid_out_in_columns),
		  ONCE(test_options_usage__is_short),
		  ONCE(test_options_list__has_all_that_is_known_of_an_option))
