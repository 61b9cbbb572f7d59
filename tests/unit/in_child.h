/* in_child.h - a part of a test in a process of its own: what it does to signals or threads, and an
 * end by _exit(), touch nothing else */
#ifndef MAILFLOW_UNIT_IN_CHILD_H
#define MAILFLOW_UNIT_IN_CHILD_H

#include <signal.h>
#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>

#include "unit.h"

/* As ck_assert, in the child. */
#define EXPECT(condition)                                                                          \
	do {                                                                                       \
		if (!(condition)) {                                                                \
			fprintf(stderr, "line %d: %s\n", __LINE__, #condition);                    \
			_exit(1);                                                                  \
		}                                                                                  \
	} while (0)

/* Run body in a child, which must come to its end. libcheck has handlers of its own for SIGINT and
 * SIGTERM, and under nohup SIGHUP is ignored: there they end the process again. */
static inline void assert_in_child(void (*body)(void))
{
	int status = -1;
	pid_t pid = fork();

	if (pid == 0) {
		signal(SIGHUP, SIG_DFL);
		signal(SIGINT, SIG_DFL);
		signal(SIGTERM, SIG_DFL);
		body();
		_exit(0);
	}
	ck_assert_int_eq(waitpid(pid, &status, 0), pid);
	ck_assert_msg(status == 0, "%d", status);
}

#endif
