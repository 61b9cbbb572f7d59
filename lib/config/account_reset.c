/* account_reset.c - runs mailflow_test_account, and hears what came of it */
#include "config/account_reset.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/child.h"
#include "base/span.h"
#include "base/text.h"
#include "base/xalloc.h"

enum { OUTPUT_MAX = 64 << 10, WORDS = 8 };

/* Its own limit is a second at least. */
static const int64_t LEAST_US = 3 * US_PER_S / 2;

static const char program[] = BINDIR "/mailflow_test_account";
static const char said_before[] = "mailflow_test_account: ";

/* ---- its words ---- */

static void make_words(const struct account_reset *r, int64_t seconds, char *words[WORDS])
{
	char **at = words;

	*at++ = xstrdup(program);
	*at++ = xstrdup("reset");
	*at++ = xasprintf("--account=%s", r->username);
	*at++ = xasprintf("--account-file=%s", r->password_file);
	*at++ = xstrdup("--confirm=no");
	*at++ = xasprintf("--timeout=%lld", (long long)(seconds > 1 ? seconds : 1));
	*at++ = *r->section ? xasprintf("--extra-opts=%s", r->section) : xstrdup("--extra-opts");
	*at = NULL;
}

static void free_words(char *words[WORDS])
{
	for (size_t i = 0; words[i]; i++)
		free(words[i]);
}

/* ---- what it says ---- */

static void not_renewed(struct remark *remark_r, const char *why)
{
	remark_set(remark_r, STATE_WARNING, "password-not-renewed",
		   "the password was not renewed%s%s", *why ? ": " : "", why);
}

/* Why it failed, and what became of the password then: lines with its name in front. */
static void note_failure(const struct child *c, struct remark *remark_r)
{
	struct span rest = {buf_str(&c->said), c->said.len}, line;
	struct buf why = BUF_INIT(sizeof(remark_r->text) - 1);

	while (span_next(&rest, '\n', &line)) {
		if (!span_starts(line, said_before))
			continue;
		span_skip(&line, strlen(said_before));
		buf_printf(&why, "%s%.*s", why.len ? ": " : "", (int)line.len, line.at);
	}
	not_renewed(remark_r, buf_str(&why));
	buf_free(&why);
}

static int hear(struct child *c, char *const *words, int64_t until_us, struct remark *remark_r,
		struct err *err)
{
	static const char done[] = "has a new password";
	int64_t begun_us = clock_us();

	int code = child_start(c, words, CHILD_ERRORS_MIXED, OUTPUT_MAX, err);
	c->is_asked = true;
	if (code == 0)
		code = child_hear(c, begun_us, until_us, err);
	if (code < 0)
		return -1;
	if (code)
		note_failure(c, remark_r);
	else if (strstr(buf_str(&c->said), done))
		remark_set(remark_r, STATE_OK, NULL, "the password was renewed");
	return 0;
}

/* ---- all ---- */

/* Until when it is waited for. */
static int64_t end_of(const struct account_reset *r, int64_t now_us, int64_t until_us)
{
	int64_t least_us = now_us + LEAST_US;

	until_us = until_us > least_us ? until_us : least_us;
	return until_us < r->limit->until_us ? until_us : r->limit->until_us;
}

static int run(const struct account_reset *r, int64_t until_us, struct remark *remark_r,
	       struct err *err)
{
	int64_t now_us = clock_us(), end_us = end_of(r, now_us, until_us);
	char *words[WORDS];
	struct child c = {0};

	if (now_us >= until_us) {
		not_renewed(remark_r, "no time was left for it: see --timeout");
		return 0;
	}
	/* it is to have said what became of it by then */
	make_words(r, (end_us - now_us) / US_PER_S - 1, words);
	int rc = hear(&c, words, end_us, remark_r, err);
	if (rc && err->kind == ERR_LOCAL) {
		not_renewed(remark_r, err->text);
		*err = (struct err){0};
		rc = 0;
	}
	child_stop(&c);
	free_words(words);
	return rc;
}

int account_reset_run(const struct account_reset *r, int64_t until_us, struct remark *remark_r,
		      struct err *err)
{
	if (access(program, X_OK)) {
		err_set(err, ERR_LOCAL, "--reset-test-account: %s: %s", program, text_errno(errno));
		err_hint(err, "install mailflow-tools");
		return -1;
	}
	if (!r->what_if)
		return run(r, until_us, remark_r, err);
	remark_set(remark_r, STATE_OK, NULL,
		   "would renew the password in %s first, where that is old enough",
		   r->password_file);
	return 0;
}
