/* token_apart.c - token_get in a process of its own; what comes of it stands in memory that both
 * share */
#include "oauth/token_apart.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/interrupt.h"
#include "base/text.h"
#include "oauth/device_code.h"
#include "oauth/token_cache.h"
#include "oauth/token_get.h"

enum { NOTES_MAX = 8192, ACCESS_MAX = 8192 };

/* It says itself first why it is late. */
static const int64_t GRACE_US = US_PER_S / 2;

struct outcome {
	atomic_bool is_done;
	struct err err;
	int64_t issued, expires;
	char access[ACCESS_MAX + 1]; /* "": none */
	char notes[NOTES_MAX];
};

static int get(struct oauth_settings *s, struct token *token_r, struct buf *notes, struct err *err)
{
	if (!s->what_if)
		return token_get(s, token_r, notes, err);
	token_get_describe(s, notes);
	return 0;
}

/* ---- in the child ---- */

/* Whoever reads these must not wait for this process. */
static void leave_outputs(void)
{
	int null = open("/dev/null", O_WRONLY | O_CLOEXEC);

	dup2(null, STDOUT_FILENO);
	if (!device_code_has_person())
		dup2(null, STDERR_FILENO);
	close(null);
}

static void work(struct oauth_settings *s, struct outcome *o)
{
	struct buf notes = BUF_INIT(NOTES_MAX - 1);
	struct token token = {0};

	get(s, &token, &notes, &o->err);
	if (token.access.value)
		snprintf(o->access, sizeof(o->access), "%s", token.access.value);
	o->issued = token.issued;
	o->expires = token.expires;
	snprintf(o->notes, sizeof(o->notes), "%s", buf_str(&notes));
	token_free(&token);
	buf_free(&notes);
	o->is_done = true;
}

/* ---- in the parent ---- */

/* The other end is closed when it ends. */
static int await(const struct oauth_settings *s, int from, struct err *err)
{
	bool is_free =
		s->grant == GRANT_DEVICE_CODE && !s->limit.is_given && device_code_has_person();
	int64_t until_us = is_free ? INT64_MAX : s->limit.until_us + GRACE_US;
	int ready;

	do
		ready = interrupt_poll(from, POLLIN, until_us);
	while (ready < 0 && !interrupt_name());
	if (ready > 0)
		return 0;
	if (ready < 0)
		return interrupt_set_err(err, "while a token was got", limit_begun_us(&s->limit));
	err_set(err, ERR_LOCAL, "no answer within %g s (--timeout)", limit_s(&s->limit));
	err_hint(err, "does the file system with the cache hang?");
	return -1;
}

static int take(const struct outcome *o, struct token *token_r, struct buf *notes, struct err *err)
{
	if (!o->is_done)
		return err_set(err, ERR_LOCAL, "the process that gets the token was ended");
	buf_append_str(notes, o->notes);
	*token_r = (struct token){.issued = o->issued, .expires = o->expires};
	*err = o->err;
	if (err->kind)
		return -1;
	return o->access[0] ? secret_set_token(&token_r->access, o->access, err) : 0;
}

static int run(struct oauth_settings *s, struct outcome *o, struct err *err)
{
	int ends[2];

	if (pipe2(ends, O_CLOEXEC))
		return err_set(err, ERR_LOCAL, "%s", text_errno(errno));
	pid_t pid = fork();
	if (pid == 0) {
		close(ends[0]);
		leave_outputs();
		work(s, o);
		_exit(0);
	}
	int rc = pid < 0 ? err_set(err, ERR_LOCAL, "%s", text_errno(errno)) : 0;
	close(ends[1]);
	if (rc == 0)
		rc = await(s, ends[0], err);
	close(ends[0]);
	if (pid > 0) {
		kill(pid, SIGKILL);
		waitpid(pid, NULL, WNOHANG); /* it may be stuck */
	}
	return rc;
}

static int get_apart(struct oauth_settings *s, struct token *token_r, struct buf *notes,
		     struct err *err)
{
	struct outcome *o =
		mmap(NULL, sizeof(*o), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);

	if (o == MAP_FAILED)
		return err_set(err, ERR_LOCAL, "%s", text_errno(errno));
	int rc = run(s, o, err);
	if (rc == 0)
		rc = take(o, token_r, notes, err);
	explicit_bzero(o->access, sizeof(o->access));
	munmap(o, sizeof(*o));
	return rc;
}

int token_get_apart(struct oauth_settings *s, struct token *token_r, struct buf *notes,
		    struct err *err)
{
	*token_r = (struct token){0};
	if (s->no_cache || token_cache_is_at_hand(s->cache))
		return get(s, token_r, notes, err);
	return get_apart(s, token_r, notes, err);
}
