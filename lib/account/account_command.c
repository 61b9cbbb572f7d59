/* account_command.c - runs a program that is told a password, and hears why it failed */
#include "account/account_command.h"

#include <string.h>

#include "base/blot.h"
#include "base/clock.h"
#include "base/span.h"
#include "base/xalloc.h"

enum { SAID_MAX = 64 << 10, LINE_MAX_BYTES = 4098, WORDS_MAX = 200 };

/* What it says first is why. */
static int refused(const struct child *c, const struct secret *password, int code, struct err *err)
{
	struct span rest = {buf_str(&c->said), c->said.len}, line = span_cut(&rest, '\n');
	struct blot blot = {0};
	size_t len;

	if (password)
		blot_add(&blot, password->value, NULL);
	blot_heard(&blot, line.at, line.len);
	const char *words = blot_text(&blot, line.at, line.len, false, &len);
	if (len)
		err_set(err, ERR_REFUSED, "%s: %.*s", c->argv[0],
			(int)(len < WORDS_MAX ? len : WORDS_MAX), words);
	else
		err_set(err, ERR_REFUSED, "%s: it failed with exit code %d", c->argv[0], code);
	blot_free(&blot);
	return -1;
}

int account_command(const struct command *command, const struct secret *password, int64_t until_us,
		    struct err *err)
{
	int64_t begun_us = clock_us();
	struct buf line = BUF_INIT(LINE_MAX_BYTES);
	struct child c = {0};

	buf_reserve(&line, LINE_MAX_BYTES); /* growing would leave pieces behind */
	if (password)
		buf_printf(&line, "%s\n", password->value);
	int rc = child_start_told(&c, command->argv, CHILD_ERRORS_MIXED, SAID_MAX,
				  password ? buf_str(&line) : NULL, err);
	c.is_held = password != NULL;
	if (rc == 0)
		rc = child_hear(&c, begun_us, until_us, err);
	if (rc > 0)
		rc = refused(&c, password, rc, err);
	child_stop(&c);
	buf_wipe(&line);
	return rc;
}
