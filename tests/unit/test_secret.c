/* test_secret.c - passwords: where they come from, and what is refused */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/secret.h"

#include "unit.h"

static char path[40];
static struct secret secret;
static struct err err;

static void setup(void)
{
	snprintf(path, sizeof(path), "/tmp/mailflow-secret-XXXXXX");
	int fd = mkstemp(path);

	err = (struct err){0};
	ck_assert_int_ge(fd, 0);
	close(fd);
}

static void teardown(void)
{
	unlink(path);
	secret_free(&secret);
}

static void write_file(const char *bytes, size_t len)
{
	FILE *f = fopen(path, "w");

	ck_assert_ptr_nonnull(f);
	ck_assert_uint_eq(fwrite(bytes, 1, len, f), len);
	fclose(f);
}

START_TEST(test_secret_set__copies_and_replaces)
{
	char value[] = "one";

	ck_assert(!secret_is_set(&secret));
	ck_assert_int_eq(secret_set(&secret, value, &err), 0);
	value[0] = 'x';
	ck_assert(secret_is_set(&secret));
	ck_assert_str_eq(secret.value, "one");
	ck_assert_int_eq(secret_set(&secret, "two", &err), 0);
	ck_assert_str_eq(secret.value, "two");
	/* also by itself */
	ck_assert_int_eq(secret_set(&secret, secret.value, &err), 0);
	ck_assert_str_eq(secret.value, "two");
	secret_free(&secret);
	ck_assert(!secret_is_set(&secret));
	secret_free(&secret);
}
END_TEST

START_TEST(test_secret_set__bounds_the_length)
{
	char value[4098];

	memset(value, 'x', sizeof(value));
	value[4097] = '\0';
	ck_assert_int_eq(secret_set(&secret, value, &err), -1);
	ck_assert_int_eq(err.kind, ERR_USAGE);
	ck_assert_ptr_null(strstr(err.text, "xxx"));
	ck_assert(!secret_is_set(&secret));
	value[4096] = '\0';
	err.kind = ERR_NONE;
	ck_assert_int_eq(secret_set(&secret, value, &err), 0);
	ck_assert_uint_eq(strlen(secret.value), 4096);
}
END_TEST

static const struct {
	const char *file, *value;
} good[] = {
	{"s3cret\n", "s3cret"},
	{"s3cret", "s3cret"},
	{"s3cret\r\n", "s3cret"},
	{"s3cret\nsecond line\n", "s3cret"},
	{" s3 cret \t\n", " s3 cret \t"},
	{"\"#;=\\\n", "\"#;=\\"},
	{"gr\xc3\xbc\xc3\x9f"
	 "e\n",
	 "gr\xc3\xbc\xc3\x9f"
	 "e"},
	{"latin\xfc\n", "latin\xfc"},
	{"a\rb\r\r\n", "a\rb\r"},
	{"\xef\xbb\xbfs3cret\r\n", "s3cret"},
	{"s3\xef\xbb\xbf", "s3\xef\xbb\xbf"},
};

START_TEST(test_secret_read_file__takes_the_first_line)
{
	write_file(good[_i].file, strlen(good[_i].file));
	ck_assert_int_eq(secret_read_file(&secret, path, NULL, &err), 0);
	ck_assert_str_eq(secret.value, good[_i].value);
	ck_assert_int_eq(err.kind, ERR_NONE);
}
END_TEST

static const struct {
	const char *file;
	size_t len;
	const char *says;
} bad[] = {
	{"", 0, "its first line is empty"},
	{"\n", 1, "its first line is empty"},
	{"\r\n", 2, "its first line is empty"},
	{"\n%s3cret\n", 9, "its first line is empty"},
	{"%s3\0cret\n", 9, "NUL byte in the password"},
	{"\0", 1, "NUL byte in the password"},
	{"\xef\xbb\xbf\n%s3cret\n", 12, "its first line is empty"},
	{"\0\0", 2, "NUL byte in the password"},
	{"\xff\xfe%\0s\0003\0\n\0", 10, " is UTF-16"},
	{"%\0s\0003\0\n\0", 8, " is UTF-16"},
};

START_TEST(test_secret_read_file__says_what_is_wrong)
{
	write_file(bad[_i].file, bad[_i].len);
	ck_assert_int_eq(secret_read_file(&secret, path, NULL, &err), -1);
	ck_assert_int_eq(err.kind, ERR_USAGE);
	ck_assert_ptr_nonnull(strstr(err.text, bad[_i].says));
	ck_assert_ptr_nonnull(strstr(err.text, path));
	ck_assert_ptr_null(strstr(err.text, "%s3")); /* no file name has it */
	ck_assert(!secret_is_set(&secret));
}
END_TEST

START_TEST(test_secret_read_token)
{
	static const char *const none[] = {"a b\n", " \n", "a\001b\n", "t\xc3\xb6k\n", "tok \n"};

	for (size_t i = 0; i < sizeof(none) / sizeof(*none); i++) {
		err = (struct err){0};
		write_file(none[i], strlen(none[i]));
		ck_assert_int_eq(secret_read_token(&secret, path, NULL, &err), -1);
		ck_assert_ptr_nonnull(strstr(err.text, "its first line is no token"));
		ck_assert(!secret_is_set(&secret));
	}
	write_file("ya29.a-_~+/=\r\n", 14);
	ck_assert_int_eq(secret_read_token(&secret, path, NULL, &(struct err){0}), 0);
	ck_assert_str_eq(secret.value, "ya29.a-_~+/=");
}
END_TEST

START_TEST(test_secret_read_file__bounds_the_line)
{
	char line[5000];

	memset(line, 'x', sizeof(line));
	write_file(line, 4096);
	ck_assert_int_eq(secret_read_file(&secret, path, NULL, &err), 0);
	ck_assert_uint_eq(strlen(secret.value), 4096);
	line[4096] = '\r', line[4097] = '\n';
	write_file(line, 4098);
	ck_assert_int_eq(secret_read_file(&secret, path, NULL, &err), 0);
	ck_assert_uint_eq(strlen(secret.value), 4096);
	memset(line, 'x', sizeof(line));
	for (size_t len = 4097; len < 4102; len++) {
		err.kind = ERR_NONE;
		write_file(line, len);
		ck_assert_int_eq(secret_read_file(&secret, path, NULL, &err), -1);
		ck_assert_ptr_nonnull(strstr(err.text, "longer than 4096 bytes"));
	}
	ck_assert_uint_eq(strlen(secret.value), 4096);
}
END_TEST

START_TEST(test_secret_read_file__names_the_file_that_cannot_be_read)
{
	ck_assert_int_eq(secret_read_file(&secret, "/nonexistent/pw", NULL, &err), -1);
	ck_assert_str_eq(err.text,
			 "cannot open password file /nonexistent/pw: No such file or directory");
	err.kind = ERR_NONE;
	ck_assert_int_eq(secret_read_file(&secret, "/tmp", NULL, &err), -1);
	ck_assert_str_eq(err.text, "cannot read password file /tmp: Is a directory");
	ck_assert_int_eq(err.kind, ERR_USAGE);
}
END_TEST

START_TEST(test_secret_read_file__reads_standard_input)
{
	write_file("s3cret\n", 7);
	ck_assert_ptr_nonnull(freopen(path, "r", stdin));
	ck_assert_int_eq(secret_read_file(&secret, "-", NULL, &err), 0);
	ck_assert_str_eq(secret.value, "s3cret");
	ck_assert_int_ge(fcntl(STDIN_FILENO, F_GETFD), 0); /* not closed */
}
END_TEST

START_TEST(test_secret_take_environment__nobody_inherits_it)
{
	ck_assert_int_eq(setenv("MAILFLOW_PASSWORD", "s3cret", 1), 0);
	const char *value = getenv("MAILFLOW_PASSWORD");
	ck_assert_int_eq(secret_take_environment(&secret, "MAILFLOW_PASSWORD", &err), 0);
	ck_assert_str_eq(secret.value, "s3cret");
	ck_assert_str_eq(value, "");
	ck_assert_ptr_null(getenv("MAILFLOW_PASSWORD"));
}
END_TEST

START_TEST(test_secret_forget_environment__what_nobody_took)
{
	static const char *const names[] = {"MAILFLOW_PASSWORD", "MAILFLOW_SMTP_PASSWORD"};

	secret_forget_environment(); /* none is set */
	for (size_t i = 0; i < 2; i++) {
		ck_assert_int_eq(setenv(names[i], "s3cret", 1), 0);
		const char *value = getenv(names[i]);
		secret_forget_environment();
		ck_assert_str_eq(value, "");
		ck_assert_ptr_null(getenv(names[i]));
	}
}
END_TEST

START_TEST(test_secret_wipe_str__overwrites_in_place)
{
	char str[8] = "s3cret";

	str[7] = 'x';
	secret_wipe_str(str);
	ck_assert_int_eq(memcmp(str, "\0\0\0\0\0\0\0x", 8), 0);
}
END_TEST

UNIT_MAIN_FIXTURE("secret", setup, teardown, ONCE(test_secret_set__copies_and_replaces),
		  ONCE(test_secret_set__bounds_the_length),
		  ROWS(test_secret_read_file__takes_the_first_line, good),
		  ROWS(test_secret_read_file__says_what_is_wrong, bad),
		  ONCE(test_secret_read_token), ONCE(test_secret_read_file__bounds_the_line),
		  ONCE(test_secret_read_file__names_the_file_that_cannot_be_read),
		  ONCE(test_secret_read_file__reads_standard_input),
		  ONCE(test_secret_take_environment__nobody_inherits_it),
		  ONCE(test_secret_forget_environment__what_nobody_took),
		  ONCE(test_secret_wipe_str__overwrites_in_place))
