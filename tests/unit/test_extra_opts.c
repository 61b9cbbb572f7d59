/* test_extra_opts.c - ini files for --extra-opts: what is read, from where, and what is refused */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/xalloc.h"
#include "config/extra_opts.h"

#include "unit.h"

static char dir[40];
static struct buf seen;

static void setup(void)
{
	snprintf(dir, sizeof(dir), "/tmp/mailflow-extra-opts-XXXXXX");
	ck_assert_ptr_nonnull(mkdtemp(dir));
	ck_assert_int_eq(chdir(dir), 0);
	unsetenv("MP_CONFIG_FILE");
	unsetenv("NAGIOS_CONFIG_PATH");
	seen = BUF_INIT(100000);
}

static void teardown(void)
{
	static const char *const files[] = {"t.ini",
					    "a/plugins.ini",
					    "a/nagios-plugins.ini",
					    "b/monitoring-plugins.ini",
					    "b/plugins.ini",
					    "a",
					    "b"};

	for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++)
		remove(files[i]);
	ck_assert_int_eq(chdir("/"), 0);
	ck_assert_int_eq(rmdir(dir), 0);
	buf_free(&seen);
}

static void write_file(const char *path, const char *bytes, size_t len)
{
	FILE *f = fopen(path, "w");

	ck_assert_ptr_nonnull(f);
	ck_assert_uint_eq(fwrite(bytes, 1, len, f), len);
	fclose(f);
}

static void write_text(const char *path, const char *text)
{
	write_file(path, text, strlen(text));
}

/* key=value; or key; for a bare key */
static int note(void *ctx, const char *path, const char *key, const char *value, struct err *err)
{
	(void)ctx, (void)path;
	if (strcmp(key, "refuse") == 0)
		return err_set(err, ERR_USAGE, "refused");
	buf_printf(&seen, "%s%s%s\n", key, value ? "=" : "", value ? value : "");
	return 0;
}

static int read_spec(const char *spec, struct err *err)
{
	*err = (struct err){0};
	buf_clear(&seen);
	return extra_opts_read(spec, "check_x", NULL, note, NULL, err);
}

static const struct {
	const char *file, *spec, *expected;
} good[] = {
	{"[check_x]\nhostname=mail\n", "@t.ini", "hostname=mail\n"},
	{"[check_x]\nhostname=mail", "@t.ini", "hostname=mail\n"},
	{"[check_x]\r\nhostname = mail\r\nlight\r\n", "@t.ini", "hostname=mail\nlight\n"},
	{"\xef\xbb\xbf[check_x]\na=b\n", "@t.ini", "a=b\n"},
	/* order is kept, keys may come again */
	{"[check_x]\nb=1\na=2\nb=3\n", "@t.ini", "b=1\na=2\nb=3\n"},
	/* sections */
	{"[other]\na=1\n[check_x]\na=2\n[more]\na=3\n", "@t.ini", "a=2\n"},
	{"[check_x]\na=1\n[y]\na=2\n[check_x]\na=3\n", "@t.ini", "a=1\na=3\n"},
	{"[check_x]\na=1\n[probe]\na=2\n", "probe@t.ini", "a=2\n"},
	{"[ probe ]\na=2\n", "probe@t.ini", "a=2\n"},
	{"  [probe]\n  a = 2\n", "probe@t.ini", "a=2\n"},
	{"[a probe]\na=2\n", "a probe@t.ini", "a=2\n"},
	{"[check_x]\n", "@t.ini", ""}, /* empty, but there */
	{"[check_x]", "@t.ini", ""},
	{"[CHECK_X]\na=1\n[check_x]\na=2\n", "@t.ini", "a=2\n"},
	/* comments are lines of their own */
	{"# a=0\n; b=0\n[check_x]\n  # c=0\na=1\n;a=2\n", "@t.ini", "a=1\n"},
	/* values are literal but for the blanks around them */
	{"[check_x]\npassword=a;b#c=d\n", "@t.ini", "password=a;b#c=d\n"},
	{"[check_x]\npassword = a ; b # c\n", "@t.ini", "password=a ; b # c\n"},
	{"[check_x]\npassword = ;#\n", "@t.ini", "password=;#\n"},
	{"[check_x]\npassword = \"q\" 'r' \\n %s $x\n", "@t.ini", "password=\"q\" 'r' \\n %s $x\n"},
	{"[check_x]\npassword = =\n", "@t.ini", "password==\n"},
	{"[check_x]\npassword =   a  b  \n", "@t.ini", "password=a  b\n"},
	{"[check_x]\npassword = [a]\n", "@t.ini", "password=[a]\n"},
	{"[check_x]\npassword = gr\xc3\xbc\xc3\x9f"
	 "e\n",
	 "@t.ini",
	 "password=gr\xc3\xbc\xc3\x9f"
	 "e\n"},
	{"[check_x]\nhostname = [::1]:993:SSL\n", "@t.ini", "hostname=[::1]:993:SSL\n"},
	/* bare and empty */
	{"[check_x]\nlight\nsmtp-username=\nv\n", "@t.ini", "light\nsmtp-username=\nv\n"},
	/* an indented line is a line, not the continuation of the value before */
	{"[check_x]\na = 1\n  b = 2\n  light\n", "@t.ini", "a=1\nb=2\nlight\n"},
};

START_TEST(test_extra_opts_read__reads_the_section)
{
	struct err err;

	write_text("t.ini", good[_i].file);
	ck_assert_msg(!read_spec(good[_i].spec, &err), "%s", err.text);
	ck_assert_int_eq(err.kind, ERR_NONE);
	ck_assert_str_eq(buf_str(&seen), good[_i].expected);
}
END_TEST

static const struct {
	const char *file, *spec, *expected; /* expected: the error */
} bad[] = {
	{"", "@t.ini", "t.ini has no section [check_x]"},
	{"[check_x]\na=1\n", "probe@t.ini", "t.ini has no section [probe], but [check_x]"},
	{"[probes]\na=1\n[Probe]\n[probes]\nb=2\n", "probe@t.ini",
	 "t.ini has no section [probe], but [probes], [Probe]"},
	{"[a]\n[an-even-longer-name-to-fill-a-line-of-text-with-1]\n"
	 "[an-even-longer-name-to-fill-a-line-of-text-with-2]\n"
	 "[an-even-longer-name-to-fill-a-line-of-text-with-3]\n[b]\n",
	 "probe@t.ini",
	 "t.ini has no section [probe], but [a], "
	 "[an-even-longer-name-to-fill-a-line-of-text-with-1], "
	 "[an-even-longer-name-to-fill-a-line-of-text-with-2], ..."},
	{"# [probe]\n", "probe@t.ini", "t.ini has no section [probe]"},
	{"a=1\n[check_x]\na=s3cret\n", "@t.ini", "t.ini line 1: no [section] before it"},
	{"[check_x]\n\n=s3cret\n", "@t.ini", "t.ini line 3: no name before '='"},
	{"[check_x]\na=s3cret\n[probe\n", "@t.ini",
	 "t.ini line 3: neither [section] nor name = value nor comment"},
	{"[check_x]\na=1\nrefuse=s3cret\na=2\n", "@t.ini", "t.ini line 3: refused"},
	{"[check_x]\n", "@missing.ini", "cannot open missing.ini: No such file or directory"},
	{"[check_x]\n", "@/", "cannot read /: Is a directory"},
	{"[check_x]\n", "@",
	 "no ini file: give --extra-opts=[SECTION]@FILE, or set MP_CONFIG_FILE"},
	{"[check_x]\n", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa@t.ini",
	 "the section's name is longer than 48 bytes"},
};

START_TEST(test_extra_opts_read__says_what_is_wrong)
{
	struct err err;

	write_text("t.ini", bad[_i].file);
	ck_assert_int_eq(read_spec(bad[_i].spec, &err), -1);
	ck_assert_int_eq(err.kind, ERR_USAGE);
	ck_assert_str_eq(err.text, bad[_i].expected);
}
END_TEST

START_TEST(test_extra_opts_read__calls_nothing_after_an_error)
{
	struct err err;

	write_text("t.ini", "[check_x]\na=1\nrefuse\na=2\n");
	ck_assert_int_eq(read_spec("@t.ini", &err), -1);
	ck_assert_str_eq(buf_str(&seen), "a=1\n");
}
END_TEST

/* Modes of its folder: whose the file is can be seen only where that can be entered. */
static const mode_t folders[] = {0755, 0600};

START_TEST(test_extra_opts_read__refuses_unreadable_file)
{
	struct err err;
	char hint[160];

	write_text("t.ini", "[check_x]\n");
	ck_assert_int_eq(chmod("t.ini", 0) | chmod(dir, folders[_i]), 0);
	if (!geteuid()) /* root may read everything: be nobody for a while */
		ck_assert_int_eq(seteuid(65534), 0);
	unsigned int user = (unsigned int)geteuid();
	int rc = read_spec("@t.ini", &err);
	if (!getuid())
		ck_assert_int_eq(seteuid(0), 0);
	ck_assert_int_eq(chmod(dir, 0755), 0);
	ck_assert_int_eq(rc, -1);
	ck_assert_str_eq(err.text, "cannot open t.ini: Permission denied");
	snprintf(hint, sizeof(hint), "this runs as user id %u: see namei -l, chown, chmod", user);
	if (_i == 0)
		snprintf(hint, sizeof(hint),
			 "this runs as user id %u, the file is of user id %u and group id %u with "
			 "mode 0000: see chown, chmod",
			 user, (unsigned int)getuid(), (unsigned int)getgid());
	ck_assert_str_eq(err.hint, hint);
}
END_TEST

START_TEST(test_extra_opts_read__refuses_nul_byte)
{
	static const char text[] = "[check_x]\npassword=s3\0cret\n";
	struct err err;

	write_file("t.ini", text, sizeof(text) - 1);
	ck_assert_int_eq(read_spec("@t.ini", &err), -1);
	ck_assert_str_eq(err.text, "t.ini line 2: NUL byte");
	ck_assert_str_eq(buf_str(&seen), "");
}
END_TEST

/* "[check_x]\na=" and len bytes */
static void write_long_line(size_t len)
{
	char *text = xasprintf("[check_x]\na=%*s\nb=1\n", (int)len, "x");

	memset(text + 12, 'x', len);
	write_text("t.ini", text);
	free(text);
}

START_TEST(test_extra_opts_read__bounds_the_line)
{
	struct err err;

	write_long_line(8192 - 2);
	ck_assert_int_eq(read_spec("@t.ini", &err), 0);
	ck_assert_uint_eq(seen.len, 8192 + 1 + 4);
	write_long_line(8192 - 1);
	ck_assert_int_eq(read_spec("@t.ini", &err), -1);
	ck_assert_str_eq(err.text, "t.ini line 2: longer than 8192 bytes");
}
END_TEST

/* An ini file of that size; its last line is an option. */
static void write_large(size_t size)
{
	char *text = xmalloc(size);

	memset(text, '\n', size);
	memcpy(text, "[check_x]", 9);
	memcpy(text + size - 3, "a=1", 3);
	write_file("t.ini", text, size);
	free(text);
}

START_TEST(test_extra_opts_read__bounds_the_file)
{
	struct err err;

	write_large((1 << 20) + 1);
	ck_assert_int_eq(read_spec("@t.ini", &err), -1);
	ck_assert_str_eq(err.text, "t.ini is larger than 1048576 bytes");
	write_large(1 << 20);
	ck_assert_msg(read_spec("@t.ini", &err) == 0, "%s", err.text);
	ck_assert_str_eq(buf_str(&seen), "a=1\n");
}
END_TEST

START_TEST(test_extra_opts_read__finds_file_by_mp_config_file)
{
	struct err err;

	write_text("t.ini", "[check_x]\na=1\n[probe]\na=2\n");
	setenv("MP_CONFIG_FILE", "t.ini", 1);
	ck_assert_int_eq(read_spec(NULL, &err), 0);
	ck_assert_str_eq(buf_str(&seen), "a=1\n");
	ck_assert_int_eq(read_spec("", &err), 0);
	ck_assert_str_eq(buf_str(&seen), "a=1\n");
	ck_assert_int_eq(read_spec("probe", &err), 0);
	ck_assert_str_eq(buf_str(&seen), "a=2\n");
	setenv("MP_CONFIG_FILE", "nowhere.ini", 1);
	ck_assert_int_eq(read_spec("probe", &err), -1);
	ck_assert_str_eq(err.text, "cannot open nowhere.ini: No such file or directory");
}
END_TEST

START_TEST(test_extra_opts_read__finds_file_by_nagios_config_path)
{
	struct err err;

	ck_assert_int_eq(mkdir("a", 0700) | mkdir("b", 0700), 0);
	setenv("NAGIOS_CONFIG_PATH", "::missing:a:b:", 1);
	write_text("b/monitoring-plugins.ini", "[check_x]\nfile=b/monitoring-plugins\n");
	ck_assert_int_eq(read_spec(NULL, &err), 0);
	ck_assert_str_eq(buf_str(&seen), "file=b/monitoring-plugins\n");
	/* the directories' order counts before that of the names */
	write_text("a/nagios-plugins.ini", "[check_x]\nfile=a/nagios-plugins\n");
	ck_assert_int_eq(read_spec(NULL, &err), 0);
	ck_assert_str_eq(buf_str(&seen), "file=a/nagios-plugins\n");
	write_text("a/plugins.ini", "[check_x]\nfile=a/plugins\n");
	ck_assert_int_eq(read_spec(NULL, &err), 0);
	ck_assert_str_eq(buf_str(&seen), "file=a/plugins\n");
	/* and MP_CONFIG_FILE before both, if it is not empty */
	setenv("MP_CONFIG_FILE", "", 1);
	ck_assert_int_eq(read_spec(NULL, &err), 0);
	ck_assert_str_eq(buf_str(&seen), "file=a/plugins\n");
	setenv("MP_CONFIG_FILE", "b/monitoring-plugins.ini", 1);
	ck_assert_int_eq(read_spec(NULL, &err), 0);
	ck_assert_str_eq(buf_str(&seen), "file=b/monitoring-plugins\n");
}
END_TEST

START_TEST(test_extra_opts_read__reads_standard_input)
{
	struct err err;

	write_text("t.ini", "[check_x]\na=1\n");
	ck_assert_ptr_nonnull(freopen("t.ini", "r", stdin));
	ck_assert_int_eq(read_spec("@-", &err), 0);
	ck_assert_str_eq(buf_str(&seen), "a=1\n");
	ck_assert_int_eq(read(STDIN_FILENO, &(char){0}, 1), 0); /* still open */
}
END_TEST

UNIT_MAIN_FIXTURE("extra_opts", setup, teardown,
		  ROWS(test_extra_opts_read__reads_the_section, good),
		  ROWS(test_extra_opts_read__says_what_is_wrong, bad),
		  ONCE(test_extra_opts_read__calls_nothing_after_an_error),
		  ROWS(test_extra_opts_read__refuses_unreadable_file, folders),
		  ONCE(test_extra_opts_read__refuses_nul_byte),
		  ONCE(test_extra_opts_read__bounds_the_line),
		  ONCE(test_extra_opts_read__bounds_the_file),
		  ONCE(test_extra_opts_read__finds_file_by_mp_config_file),
		  ONCE(test_extra_opts_read__finds_file_by_nagios_config_path),
		  ONCE(test_extra_opts_read__reads_standard_input))
