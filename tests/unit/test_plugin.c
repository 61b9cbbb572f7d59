/* test_plugin.c - what every plugin does before it reads its options */
#include "run/plugin.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "unit.h"

static const struct option_def *const none[] = {NULL};
static const struct plugin plugin = {.service = "TEST",
				     .protocol = "imap",
				     .options = none,
				     .help = {.program = "test", .synopsis = "", .about = ""}};

/* In a process of its own, for it closes what the test program needs. Returns 0 if all is as it
 * should be. */
static int with_closed(unsigned int closed)
{
	char name[] = "test", *argv[] = {name, NULL};
	struct options o = {0};
	char byte;

	for (int fd = 0; fd <= 2; fd++)
		if (closed & 1u << fd)
			close(fd);
	if (plugin_options(&plugin, 1, argv, &o, NULL) != -1)
		return 1;
	int next = dup(STDERR_FILENO);
	if (next <= 2)
		return 2;
	/* nobody is there: that must not look like success */
	if (closed & 1u && (read(STDIN_FILENO, &byte, 1) != -1 || errno != EBADF))
		return 3;
	if (closed & 2u && (write(STDOUT_FILENO, "x", 1) != -1 || errno != EBADF))
		return 4;
	return 0;
}

static const unsigned int closed[] = {0, 1, 2, 4, 3, 5, 6, 7};

START_TEST(test_plugin_options__closed_standard_files_are_not_reused)
{
	int status = -1;
	pid_t child = fork();

	if (child == 0)
		_exit(with_closed(closed[_i]));
	ck_assert_int_eq(waitpid(child, &status, 0), child);
	ck_assert(WIFEXITED(status));
	ck_assert_int_eq(WEXITSTATUS(status), 0);
}
END_TEST

static const char *password = "not looked at";

static void look_for_password(const void *settings, size_t i, struct result *r, int64_t deadline_us)
{
	(void)settings, (void)i, (void)r, (void)deadline_us;
	password = getenv("MAILFLOW_PASSWORD");
}

START_TEST(test_plugin_run__leaves_no_password_in_the_environment)
{
	struct settings s;
	struct err err = {0};

	settings_init(&s, "imap", &ports_imap);
	s.trust_any = true;
	s.no_hostname_ok = true;
	ck_assert_msg(!settings_finish(&s, false, &err), "%s", err.text);
	ck_assert_int_eq(setenv("MAILFLOW_PASSWORD", "of another source", 1), 0);
	struct result r = {0};
	plugin_run(&plugin, &s, &r, 1, NULL, look_for_password, NULL);
	ck_assert_ptr_null(password);
	result_free(&r);
	settings_free(&s);
}
END_TEST

UNIT_MAIN_FIXTURE("plugin", NULL, NULL,
		  ONCE(test_plugin_run__leaves_no_password_in_the_environment),
		  ROWS(test_plugin_options__closed_standard_files_are_not_reused, closed))
