/* command.h - other programs that print one line, a secret: started without a shell, all at once,
 * and awaited until one limit
 *
 * To be used in the main thread, before others are started. A program gets nothing on standard
 * input, and what it says on standard error is not passed on, unless it is the package's own: then
 * the first line that begins with "NAME: " is why it failed, or a remark; it has no secrets, and
 * comes before what is printed. */
#ifndef MAILFLOW_COMMAND_H
#define MAILFLOW_COMMAND_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/child.h"
#include "base/err.h"
#include "base/secret.h"

/* Zeroed: none. */
struct command {
	char **argv;        /* owned, ended by NULL */
	const char *name;   /* the caller's, of the option or the key that it stands in */
	bool is_own;        /* of this package: see above */
	struct secret line; /* what it has printed, without its line end; once it has run */
	char *remark;       /* what it has said besides, if it is_own; owned; NULL: nothing */
	struct err err;     /* why it has failed */

	struct child child; /* while it runs */
};

/* Take apart a command line: words are parted by blanks, '...' and "..." keep words together, %u
 * stands for the user, %% for %. Returns 0, or -1 with ERR_USAGE: no word, a quotation that does
 * not end, another letter behind %. */
int command_parse(struct command *c, const char *text, const char *user, struct err *err);

/* Append its words, an LF behind each: the same of two that would do the same. */
void command_words(const struct command *c, struct buf *out);

/* Whether the programs are there, without running them. Returns 0, or -1 with the ERR_LOCAL that
 * commands_run would end with. */
int commands_find(const struct command *commands, size_t count, struct err *err);

/* Run them, and read what they print: one line that may be a token, and exit code 0, before the
 * absolute deadline. Returns 0, or -1 with ERR_LOCAL (ERR_ENDED: a signal has come) that names the
 * program; nothing of any of them is left running then. */
int commands_run(struct command *commands, size_t count, int64_t until_us, struct err *err);

/* The same, but one that fails is no reason to end the others: each has its own error. Returns -1
 * where a signal has come only. */
int commands_run_each(struct command *commands, size_t count, int64_t until_us, struct err *err);

/* Wipe and free; accepts a zeroed one. */
void command_free(struct command *c);

#endif
