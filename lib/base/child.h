/* child.h - another program as a child: started without a shell, heard until it has ended, and not
 * left running
 *
 * To be used in the main thread, while no others are there. It gets nothing on standard input but
 * what it is to be told there, and no password in its environment. */
#ifndef MAILFLOW_CHILD_H
#define MAILFLOW_CHILD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/buf.h"
#include "base/err.h"

/* What becomes of its standard error: nothing, or it comes with what it prints, or it is kept for
 * child_failed. */
enum child_errors { CHILD_ERRORS_DROPPED = 0, CHILD_ERRORS_MIXED, CHILD_ERRORS_APART };

/* From child_start to child_stop; zeroed: none. */
struct child {
	char *const *argv; /* borrowed */
	enum child_errors errors;
	pid_t pid;       /* leader of a process group; 0: not running */
	int fd, told;    /* 0: none, which is standard input's number */
	int in;          /* likewise: what it reads */
	bool is_held;    /* a signal does not keep child_hear from its end */
	bool is_asked;   /* child_stop asks it to end, and does not kill it */
	struct buf said; /* what it has printed so far */
	size_t most;     /* bytes that it may print, for messages */
};

/* Whether there is such a program, without starting it. Returns 0, or -1 with the ERR_LOCAL that
 * child_start would end with. */
int child_find(const char *program, struct err *err);

/* Start it; it may print max bytes. Returns 0, or -1 with ERR_LOCAL that names the program;
 * child_stop is called in both cases. */
int child_start(struct child *c, char *const *argv, enum child_errors errors, size_t max,
		struct err *err);

/* The same with that on its standard input, at most 4,097 bytes, and then the end: a secret, which
 * nobody else sees. */
int child_start_told(struct child *c, char *const *argv, enum child_errors errors, size_t max,
		     const char *input, struct err *err);

/* Hear what it prints, up to its end, until the absolute until_us; begun_us is when it all began.
 * Returns its exit code, or -1: ERR_LOCAL (too late, too much, ended by a signal), ERR_ENDED where
 * a signal has come here. */
int child_hear(struct child *c, int64_t begun_us, int64_t until_us, struct err *err);

/* The first line of what it told on standard error, if that was kept; else "". */
void child_told(const struct child *c, char *text, size_t size);

/* Record that it ended with that exit code, by the first line of what it told on standard error if
 * that was kept. Returns -1. */
int child_failed(const struct child *c, int code, struct err *err);

/* Kill what is still running of it, or ask it to end by SIGTERM, which it may put off until it has
 * done what must not be left half done; wipe what it said. Accepts a zeroed struct. */
void child_stop(struct child *c);

/* All of that: what it prints, to be freed, where it ends with 0. Returns 0, or -1 as above. */
int child_output(char *const *argv, size_t max, int64_t until_us, struct buf *out_r,
		 struct err *err);

#endif
