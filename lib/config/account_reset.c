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

static const char program[] = BINDIR "/mailflow_test_account";
static const char said_before[] = "mailflow_test_account: ";

/* ---- its words ---- */

static void make_words(const struct account_reset *r, const char *username,
		       const char *password_file, int64_t seconds, char *words[WORDS])
{
	char **at = words;

	*at++ = xstrdup(program);
	*at++ = xstrdup("reset");
	*at++ = xasprintf("--account=%s", username);
	*at++ = xasprintf("--account-file=%s", password_file);
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

/* Why it failed, and what became of the password then: lines with its name in front. */
static void note_failure(struct account_reset *r, const struct child *c)
{
	struct span rest = {buf_str(&c->said), c->said.len}, line;
	struct buf note = BUF_INIT(sizeof(r->note) - 1);

	r->has_failed = true;
	buf_append_str(&note, "the password was not renewed");
	while (span_next(&rest, '\n', &line)) {
		if (!span_starts(line, said_before))
			continue;
		span_skip(&line, strlen(said_before));
		buf_printf(&note, ": %.*s", (int)line.len, line.at);
	}
	snprintf(r->note, sizeof(r->note), "%s", buf_str(&note));
	buf_free(&note);
}

static int hear(struct account_reset *r, struct child *c, char *const *words, int64_t until_us,
		struct err *err)
{
	static const char done[] = "has a new password";
	int64_t begun_us = clock_us();
	int code = 0;

	if (child_start(c, words, CHILD_ERRORS_MIXED, OUTPUT_MAX, err) ||
	    child_hear(c, begun_us, until_us, err) ||
	    child_await(c, begun_us, until_us, &code, err))
		return -1;
	if (code)
		note_failure(r, c);
	else if (strstr(buf_str(&c->said), done))
		snprintf(r->note, sizeof(r->note), "the password was renewed");
	return 0;
}

/* ---- all ---- */

int account_reset_run(struct account_reset *r, const char *username, const char *password_file,
		      const struct limit *limit, bool what_if, struct err *err)
{
	int64_t now_us = clock_us(), until_us = now_us + (limit->until_us - now_us) / 2;
	char *words[WORDS];
	struct child c = {0};

	if (access(program, X_OK)) {
		err_set(err, ERR_LOCAL, "--reset-test-account: %s: %s", program, text_errno(errno));
		err_hint(err, "install mailflow-tools");
		return -1;
	}
	if (what_if) {
		snprintf(r->note, sizeof(r->note),
			 "would renew the password in %s first, where that is old enough",
			 password_file);
		return 0;
	}
	/* it is to have said what became of it by then */
	make_words(r, username, password_file, (until_us - now_us) / US_PER_S - 1, words);
	int rc = hear(r, &c, words, until_us, err);
	if (rc && err->kind == ERR_LOCAL) {
		r->has_failed = true;
		snprintf(r->note, sizeof(r->note), "the password was not renewed: %s", err->text);
		*err = (struct err){0};
		rc = 0;
	}
	child_stop(&c);
	free_words(words);
	return rc ? -1 : 0;
}
