/* renewal.c - the steps of a new password, and the way back */
#include "account/renewal.h"

#include <stdio.h>
#include <string.h>

#include "account/account_command.h"
#include "account/account_session.h"
#include "account/new_password.h"
#include "base/file_writer.h"
#include "base/prompt.h"
#include "net/io.h"

enum { LINE_MAX_BYTES = 4200 };

struct renewing {
	const struct account_settings *s;
	const struct test_account *account;
	struct secret password;
	bool touched;     /* it may be in force */
	bool taken;       /* the directory, or the command, has said so */
	int64_t until_us; /* what is left of the limit is for the way back */
	struct timeline timeline;
	struct err *err;
};

static const struct limit *limit_of(const struct renewing *r)
{
	return &r->s->directory.common.limit;
}

static const char *user(const struct renewing *r)
{
	return account_settings_by_command(r->s) ? r->s->account : r->account->logon;
}

/* ---- forwards ---- */

static int choose(struct renewing *r)
{
	const struct secret *given = &r->s->given;

	if (secret_is_set(given))
		return secret_set(&r->password, given->value, r->err);
	return new_password(&r->password, r->account->policy.least_length, r->err);
}

typedef int write_fn(const char *path, const char *bytes, size_t len, int64_t until_us,
		     struct err *err);

static int write_file(const struct renewing *r, write_fn *fn, struct err *err)
{
	struct buf line = BUF_INIT(LINE_MAX_BYTES);

	buf_reserve(&line, LINE_MAX_BYTES); /* growing would leave pieces behind */
	buf_printf(&line, "%s\n", r->password.value);
	int rc = fn(r->s->account_file, line.data, line.len, limit_of(r)->until_us, err);
	buf_wipe(&line);
	return rc ? err_prefix(err, "--account-file: ") : 0;
}

static int set(struct renewing *r)
{
	int rc;

	if (account_settings_by_command(r->s)) {
		rc = account_command(&r->s->command, &r->password, r->until_us, r->err);
		r->touched = rc == 0 || r->err->kind != ERR_REFUSED;
		err_prefix(r->err, "--command: ");
	} else {
		rc = account_change(r->account, r->s, &r->password, &r->touched, &r->timeline,
				    r->err);
	}
	r->taken = rc == 0;
	return rc;
}

/* Twice, as account_prove. */
static int run_prove(struct renewing *r)
{
	for (unsigned int i = 1; account_command(&r->s->prove, &r->password, r->until_us, r->err);
	     i++) {
		int64_t again_us = clock_us() + (int64_t)r->s->replication_wait_s * US_PER_S;
		if (r->err->kind != ERR_REFUSED || i == TRIES || again_us > r->until_us)
			return err_prefix(r->err, "--prove: ");
		*r->err = (struct err){0};
		io_wait(-1, 0, again_us);
	}
	return 0;
}

static int prove(struct renewing *r)
{
	if (!account_settings_by_command(r->s) &&
	    account_prove(r->account, r->s, &r->password, &r->timeline, r->err))
		return -1;
	return r->s->prove.argv ? run_prove(r) : 0;
}

/* Where the answer is lost a logon tells whether it was done. */
static int set_or_learn(struct renewing *r)
{
	if (set(r) == 0)
		return 0;
	if (!r->touched || account_settings_by_command(r->s))
		return -1;
	struct err lost = *r->err;
	*r->err = (struct err){0};
	r->taken = prove(r) == 0;
	if (!r->taken)
		*r->err = lost;
	return r->taken ? 0 : -1;
}

/* ---- backwards ---- */

static int undo(struct renewing *r)
{
	struct timeline tl = {0};
	struct err err = {0};
	int rc;

	if (account_settings_by_command(r->s)) {
		rc = account_command(&r->s->command, &r->s->old, limit_of(r)->until_us, &err);
	} else {
		timeline_begin(&tl, &err, limit_of(r)->us, limit_of(r)->until_us, 0);
		rc = account_set_back(r->account, r->s, &tl, &err);
		timeline_end(&tl);
	}
	return rc;
}

static bool can_undo(const struct renewing *r)
{
	bool by_command = account_settings_by_command(r->s);

	return secret_is_set(&r->s->old) || (r->s->action == ACCOUNT_CREATE && !by_command);
}

static int tell_person(const struct renewing *r)
{
	struct buf line = BUF_INIT(LINE_MAX_BYTES + 400);

	buf_reserve(&line, line.max);
	buf_printf(&line, "The new password of %.300s, which is written nowhere: %s\n", user(r),
		   r->password.value);
	int rc = prompt_tell(buf_str(&line));
	buf_wipe(&line);
	return rc;
}

static void save(struct renewing *r, char told_r[RENEWAL_TOLD_SIZE])
{
	bool is_new = r->s->action == ACCOUNT_CREATE && !account_settings_by_command(r->s);
	struct err err = {0};

	/* a policy may forbid what was used before */
	if (can_undo(r) && undo(r) == 0)
		snprintf(told_r, RENEWAL_TOLD_SIZE,
			 is_new ? "%.300s was removed again" : "%.300s has its old password again",
			 user(r));
	else if (r->taken && write_file(r, file_replace_secret, &err) == 0)
		snprintf(told_r, RENEWAL_TOLD_SIZE,
			 "the new password of %.200s is in %.100s, though not proved", user(r),
			 r->s->account_file);
	else if (tell_person(r) == 0)
		snprintf(told_r, RENEWAL_TOLD_SIZE,
			 "the new password of %.300s was printed on the terminal: keep it",
			 user(r));
	else
		snprintf(told_r, RENEWAL_TOLD_SIZE,
			 "%.300s may have a password now that nobody knows: reset it once more",
			 user(r));
}

/* ---- all ---- */

int renewal_run(const struct account_settings *s, const struct test_account *a,
		char told_r[RENEWAL_TOLD_SIZE], struct err *err)
{
	const struct limit *limit = &s->directory.common.limit;
	int64_t left_us = limit->until_us - clock_us();
	struct renewing r = {
		.s = s, .account = a, .until_us = limit->until_us - left_us / 4, .err = err};

	told_r[0] = '\0';
	timeline_begin(&r.timeline, err, limit->us, r.until_us, 0);
	int rc = choose(&r) || write_file(&r, file_try_secret, err) || set_or_learn(&r) ||
		 prove(&r) || write_file(&r, file_replace_secret, err);
	timeline_end(&r.timeline);
	if (rc && r.touched)
		save(&r, told_r);
	secret_free(&r.password);
	return rc ? -1 : 0;
}
