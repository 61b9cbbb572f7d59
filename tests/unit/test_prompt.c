/* test_prompt.c - questions on a terminal: what is read, in which time, and that it is never left
 * without echo */
#include "base/prompt.h"

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

#include "base/interrupt.h"
#include "unit.h"

/* The prompt. A shell of sorts leads a session on a terminal of its own and runs the prompt as a
 * job in the foreground, so that Ctrl-C and Ctrl-Z do what they do for people. */

enum { PATIENCE_MS = 5000 };

struct session {
	int terminal; /* the other side: what a person sees and types */
	pid_t shell;
	char seen[4096];
};

/* What the job asks, so many times. */
static struct {
	bool echo;
	int questions;
	struct limit limit;
} asked;

static void setup(void)
{
	asked.echo = false;
	asked.questions = 1;
	asked.limit = (struct limit){.until_us = clock_us() + 20 * US_PER_S, .us = 20 * US_PER_S};
}

/* What became of a question, "<right>" standing for the password. */
static void tell(int rc, const char *answer, const struct err *e)
{
	if (rc == PROMPT_NO_TERMINAL)
		dprintf(STDERR_FILENO, "<no terminal>");
	else if (rc)
		dprintf(STDERR_FILENO, "<%s>", e->text);
	else
		dprintf(STDERR_FILENO, "<%s>", strcmp(answer, "s3cret") ? answer : "right");
}

static void job(void)
{
	static const int numbers[] = {SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGTSTP};

	/* libcheck has handlers of its own */
	for (size_t i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++)
		signal(numbers[i], SIG_DFL);
	interrupt_hold();
	for (int i = 0; i < asked.questions; i++) {
		struct err e = {0};
		char answer[16];
		int rc = prompt_ask("Password: ", asked.echo, &asked.limit, answer, sizeof(answer),
				    &e);
		tell(rc, answer, &e);
	}
	_exit(0);
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

START_TEST(test_prompt_ask__reads_without_echo)
{
	struct session s;

	start(&s);
	expect(&s, "Password: ");
	ck_assert(!echo_is_on(&s));
	type(&s, "s3cret\r");
	expect(&s, "<right>");
	expect(&s, "[exit 0 echo]");
	end(&s);
}
END_TEST

START_TEST(test_prompt_ask__reads_with_echo)
{
	struct session s;

	asked.echo = true;
	start(&s);
	expect(&s, "Password: ");
	ck_assert(echo_is_on(&s));
	type(&s, "yes\r");
	expect(&s, "yes\r\n<yes>");
	expect(&s, "[exit 0 echo]");
	end(&s);
}
END_TEST

static const char *const nothing[] = {"\r", "\004"};

START_TEST(test_prompt_ask__empty_line_and_end_of_input)
{
	struct session s;

	start(&s);
	expect(&s, "Password: ");
	type(&s, nothing[_i]);
	expect(&s, "<>");
	expect(&s, "[exit 0 echo]");
	end(&s);
}
END_TEST

START_TEST(test_prompt_ask__takes_one_line_for_each_question)
{
	struct session s;

	asked.questions = 3;
	start(&s);
	expect(&s, "Password: ");
	type(&s, "one\rtwo\rthree");
	expect(&s, "<one>");
	expect(&s, "Password: ");
	type(&s, "four\r\004");
	expect(&s, "<four>");
	expect(&s, "Password: ");
	type(&s, "five\r");
	expect(&s, "<five>");
	expect(&s, "[exit 0 echo]");
	end(&s);
}
END_TEST

START_TEST(test_prompt_ask__drops_what_does_not_fit)
{
	struct session s;
	char line[1001];

	asked.questions = 2;
	memset(line, 'x', sizeof(line) - 1);
	memcpy(line + sizeof(line) - 2, "\r", 2);
	start(&s);
	expect(&s, "Password: ");
	type(&s, line);
	expect(&s, "<xxxxxxxxxxxxxxx>");
	expect(&s, "Password: ");
	type(&s, "y\r");
	expect(&s, "<y>");
	end(&s);
}
END_TEST

static const struct {
	const char *keys; /* NULL: the signal is sent from elsewhere */
	int number;
	const char *text; /* of the error; NULL: the signal ends the job */
} ends[] = {
	{"\003", SIGINT, "<ended by SIGINT at the prompt after "},
	{"half\003", SIGINT, "<ended by SIGINT at the prompt after "},
	{"\034", SIGQUIT, NULL},
	{NULL, SIGTERM, "<ended by SIGTERM at the prompt after "},
	{NULL, SIGHUP, "<ended by SIGHUP at the prompt after "},
	{NULL, SIGINT, "<ended by SIGINT at the prompt after "},
};

START_TEST(test_prompt_ask__restores_echo_when_ended)
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
	if (ends[_i].text)
		expect(&s, ends[_i].text);
	expect(&s, ends[_i].text ? "[exit 0 echo]" : report);
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

START_TEST(test_prompt_ask__restores_echo_while_stopped_and_asks_again)
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
	expect(&s, "<right>");
	expect(&s, "[exit 0 echo]");
	end(&s);
}
END_TEST

START_TEST(test_prompt_ask__ends_at_a_limit_that_was_given)
{
	struct session s;
	int64_t begun = clock_us();

	asked.limit = (struct limit){
		.until_us = begun + 300 * US_PER_MS, .us = 300 * US_PER_MS, .is_given = true};
	start(&s);
	expect(&s, "Password: ");
	type(&s, "half");
	expect(&s, "<no answer at the prompt within 0.3 s (--timeout)>");
	expect(&s, "[exit 0 echo]");
	end(&s);
	ck_assert_int_ge(clock_us() - begun, 300 * US_PER_MS);
}
END_TEST

START_TEST(test_prompt_ask__needs_a_terminal)
{
	int status;
	pid_t pid = fork();

	if (!pid) {
		struct err e = {0};
		char answer[16];
		setsid(); /* no controlling terminal any more */
		_exit(prompt_ask("", true, &asked.limit, answer, sizeof(answer), &e) !=
			      PROMPT_NO_TERMINAL ||
		      e.kind != ERR_NONE);
	}
	ck_assert_int_eq(waitpid(pid, &status, 0), pid);
	ck_assert(WIFEXITED(status));
	ck_assert_int_eq(WEXITSTATUS(status), 0);
}
END_TEST

/* ---- time ---- */

/* The job's exit code: whether the limit has moved by the time that the answer took, and no
 * more. */
static void ask_and_look(void)
{
	struct limit *limit = &asked.limit;
	int64_t before_us = limit->until_us, begun_us = clock_us();
	struct err e = {0};
	char answer[16];

	interrupt_hold();
	prompt_ask("Password: ", false, limit, answer, sizeof(answer), &e);
	int64_t took_us = clock_us() - begun_us, moved_us = limit->until_us - before_us;
	_exit(moved_us < 200 * US_PER_MS || moved_us > took_us);
}

static const bool given[] = {false, true};

START_TEST(test_prompt_ask__adds_a_persons_time_to_the_limit)
{
	int terminal, status;

	asked.limit.is_given = given[_i];
	pid_t pid = forkpty(&terminal, NULL, NULL, NULL);
	ck_assert_int_ge(pid, 0);
	if (!pid)
		ask_and_look();
	struct session s = {.terminal = terminal};
	expect(&s, "Password: ");
	usleep(250000);
	type(&s, "s3cret\r");
	ck_assert_int_eq(waitpid(pid, &status, 0), pid);
	ck_assert_int_eq(status, 0);
	close(terminal);
}
END_TEST

UNIT_MAIN_FIXTURE("prompt", setup, NULL, ONCE(test_prompt_ask__reads_without_echo),
		  ONCE(test_prompt_ask__reads_with_echo),
		  ROWS(test_prompt_ask__empty_line_and_end_of_input, nothing),
		  ONCE(test_prompt_ask__takes_one_line_for_each_question),
		  ONCE(test_prompt_ask__drops_what_does_not_fit),
		  ROWS(test_prompt_ask__restores_echo_when_ended, ends),
		  ONCE(test_prompt_ask__restores_echo_while_stopped_and_asks_again),
		  ONCE(test_prompt_ask__ends_at_a_limit_that_was_given),
		  ONCE(test_prompt_ask__needs_a_terminal),
		  ROWS(test_prompt_ask__adds_a_persons_time_to_the_limit, given))
