/* test_plugin.c - what every plugin does before it reads its options */
#include "run/plugin.h"

#include <errno.h>
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

UNIT_MAIN_FIXTURE("plugin", NULL, NULL,
		  ROWS(test_plugin_options__closed_standard_files_are_not_reused, closed))
