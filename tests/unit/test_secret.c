/* test_secret.c - passwords: where they come from, what is refused, and the prompt on a terminal,
 * which must never be left without echo */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pty.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

#include "base/clock.h"
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

START_TEST(test_secret_wipe_str__overwrites_in_place)
{
	char str[8] = "s3cret";

	str[7] = 'x';
	secret_wipe_str(str);
	ck_assert_int_eq(memcmp(str, "\0\0\0\0\0\0\0x", 8), 0);
}
END_TEST

/* The prompt. A shell of sorts leads a session on a terminal of its own and runs the prompt as a
 * job in the foreground, so that Ctrl-C and Ctrl-Z do what they do for people. */

enum { PATIENCE_MS = 5000 };

struct session {
	int terminal; /* the other side: what a person sees and types */
	pid_t shell;
	char seen[4096];
};

/* The job: exit code 0 when the password is right. */
static void job(void)
{
	static const int numbers[] = {SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGTSTP};
	struct secret s = {0};
	struct err e = {0};

	/* libcheck has handlers of its own */
	for (size_t i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++)
		signal(numbers[i], SIG_DFL);
	int rc = secret_prompt(&s, "Password: ", &e);
	_exit(rc ? 10 : strcmp(s.value, "s3cret") ? 11 : 0);
}

/* Wait for a change of the job and say so on the terminal: "[exit 0]", "[signal 2]", "[stopped]",
 * each with the state of the echo at that moment; a stopped job is continued. */
static void shell(void)
{
	struct termios t;
	int status;
	pid_t pid = fork();

	if (!pid) {
		setpgid(0, 0);
		signal(SIGTTOU, SIG_IGN);
		tcsetpgrp(STDIN_FILENO, getpid());
		signal(SIGTTOU, SIG_DFL);
		job();
	}
	setpgid(pid, pid);
	while (waitpid(pid, &status, WUNTRACED) == pid) {
		tcgetattr(STDIN_FILENO, &t);
		const char *echo = t.c_lflag & ECHO ? "echo" : "silent";
		if (WIFSTOPPED(status))
			dprintf(STDERR_FILENO, "[stopped %s]", echo);
		else if (WIFSIGNALED(status))
			dprintf(STDERR_FILENO, "[signal %d %s]", WTERMSIG(status), echo);
		else
			dprintf(STDERR_FILENO, "[exit %d %s]", WEXITSTATUS(status), echo);
		if (WIFSTOPPED(status))
			kill(pid, SIGCONT);
	}
	_exit(0);
}

static void start(struct session *s)
{
	*s = (struct session){0};
	s->shell = forkpty(&s->terminal, NULL, NULL, NULL);
	ck_assert_int_ge(s->shell, 0);
	if (!s->shell) {
		/* it writes to the terminal while the job is in the foreground */
		signal(SIGTTOU, SIG_IGN);
		shell();
	}
}

/* Read what appears on the terminal until it holds text; forget all up to its end. */
static void expect(struct session *s, const char *text)
{
	size_t len = strlen(s->seen);
	char *found;

	while (!(found = strstr(s->seen, text))) {
		struct pollfd pfd = {.fd = s->terminal, .events = POLLIN};
		ck_assert_msg(poll(&pfd, 1, PATIENCE_MS) == 1, "no \"%s\" in \"%s\"", text,
			      s->seen);
		ssize_t n = read(s->terminal, s->seen + len, sizeof(s->seen) - 1 - len);
		ck_assert_msg(n > 0, "end before \"%s\" in \"%s\"", text, s->seen);
		len += (size_t)n;
		s->seen[len] = '\0';
		ck_assert_msg(!strstr(s->seen, "s3cret"), "echoed: \"%s\"", s->seen);
	}
	memmove(s->seen, found + strlen(text), strlen(found + strlen(text)) + 1);
}

static void type(struct session *s, const char *keys)
{
	ck_assert_int_eq(write(s->terminal, keys, strlen(keys)), (ssize_t)strlen(keys));
}

static bool echo_is_on(const struct session *s)
{
	struct termios t;

	ck_assert_int_eq(tcgetattr(s->terminal, &t), 0);
	return t.c_lflag & ECHO;
}

static pid_t foreground(const struct session *s)
{
	pid_t group = tcgetpgrp(s->terminal);

	ck_assert_int_gt(group, 1);
	ck_assert_int_ne(group, s->shell);
	return group;
}

static void end(struct session *s)
{
	ck_assert_int_eq(waitpid(s->shell, NULL, 0), s->shell);
	close(s->terminal);
}

START_TEST(test_secret_prompt__reads_without_echo)
{
	struct session s;

	start(&s);
	expect(&s, "Password: ");
	ck_assert(!echo_is_on(&s));
	type(&s, "s3cret\r");
	expect(&s, "[exit 0 echo]");
	end(&s);
}
END_TEST

START_TEST(test_secret_prompt__fails_at_end_of_input)
{
	struct session s;

	start(&s);
	expect(&s, "Password: ");
	type(&s, "\004");
	expect(&s, "[exit 10 echo]");
	end(&s);
}
END_TEST

START_TEST(test_secret_prompt__fails_on_empty_line)
{
	struct session s;

	start(&s);
	expect(&s, "Password: ");
	type(&s, "\r");
	expect(&s, "[exit 10 echo]");
	end(&s);
}
END_TEST

static const struct {
	const char *keys; /* NULL: the signal is sent from elsewhere */
	int number;
} ends[] = {
	{"\003", SIGINT}, {"half\003", SIGINT}, {"\034", SIGQUIT},
	{NULL, SIGTERM},  {NULL, SIGHUP},       {NULL, SIGINT},
};

START_TEST(test_secret_prompt__restores_echo_when_ended)
{
	struct session s;
	char report[40];

	start(&s);
	expect(&s, "Password: ");
	ck_assert(!echo_is_on(&s));
	if (ends[_i].keys)
		type(&s, ends[_i].keys);
	else
		ck_assert_int_eq(kill(foreground(&s), ends[_i].number), 0);
	snprintf(report, sizeof(report), "[signal %d echo]", ends[_i].number);
	expect(&s, report);
	end(&s);
}
END_TEST

/* valgrind lets its client run on where a signal stops it: then only the second question is seen */
static void expect_stopped(struct session *s)
{
	const char *preload = getenv("LD_PRELOAD");

	if (!preload || !strstr(preload, "vgpreload"))
		expect(s, "[stopped echo]");
}

START_TEST(test_secret_prompt__restores_echo_while_stopped_and_asks_again)
{
	struct session s;

	start(&s);
	expect(&s, "Password: ");
	type(&s, "half\032");
	expect_stopped(&s);
	expect(&s, "Password: ");
	ck_assert(!echo_is_on(&s));
	type(&s, "\032");
	expect_stopped(&s);
	expect(&s, "Password: ");
	type(&s, "s3cret\r");
	expect(&s, "[exit 0 echo]");
	end(&s);
}
END_TEST

START_TEST(test_secret_prompt__needs_a_terminal)
{
	int status;
	pid_t pid = fork();

	if (!pid) {
		struct err e = {0};
		setsid(); /* no controlling terminal any more */
		int rc = secret_prompt(&secret, "Password: ", &e);
		_exit(rc == -1 && e.kind == ERR_USAGE && strstr(e.text, "no terminal") ? 0 : 1);
	}
	ck_assert_int_eq(waitpid(pid, &status, 0), pid);
	ck_assert(WIFEXITED(status));
	ck_assert_int_eq(WEXITSTATUS(status), 0);
}
END_TEST

UNIT_MAIN_FIXTURE("secret", setup, teardown, ONCE(test_secret_set__copies_and_replaces),
		  ONCE(test_secret_set__bounds_the_length),
		  ROWS(test_secret_read_file__takes_the_first_line, good),
		  ROWS(test_secret_read_file__says_what_is_wrong, bad),
		  ONCE(test_secret_read_file__bounds_the_line),
		  ONCE(test_secret_read_file__names_the_file_that_cannot_be_read),
		  ONCE(test_secret_read_file__reads_standard_input),
		  ONCE(test_secret_wipe_str__overwrites_in_place),
		  ONCE(test_secret_prompt__reads_without_echo),
		  ONCE(test_secret_prompt__fails_at_end_of_input),
		  ONCE(test_secret_prompt__fails_on_empty_line),
		  ROWS(test_secret_prompt__restores_echo_when_ended, ends),
		  ONCE(test_secret_prompt__restores_echo_while_stopped_and_asks_again),
		  ONCE(test_secret_prompt__needs_a_terminal))
