/* mailflow_test_account.c - makes, resets, removes and shows the account of the tests. Here are its
 * options, its actions, and what is asked and said; the rest is in lib/account. */
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "account/account_command.h"
#include "account/account_session.h"
#include "account/renewal.h"
#include "base/file_writer.h"
#include "base/interrupt.h"
#include "base/pool.h"
#include "base/prompt.h"
#include "base/secret.h"
#include "config/shared_options.h"
#include "run/tool.h"
#include "run/verb.h"

enum { OUTPUT_MAX = 64 << 10 };

static const struct option_def *const options[] = {
	account_options,
	discover_directory_options,
	discover_trust_options,
	account_directory_options,
	discover_dns_options,
	shared_family_options,
	shared_password_options,
	account_command_options,
	account_other_options,
	discover_limit_options,
	shared_other_options,
	options_ending,
	NULL,
};

static const char synopsis[] = "create|reset --account-file=FILE [OPTION ...]\n"
			       "remove|show [OPTION ...]";

static const char about[] =
	"Makes the account that the plugins log on with, gives it a new password, removes it, or "
	"shows it: in Active Directory, in another directory (RFC 3062), or by a command of the "
	"administrator's. A new password is proved by a logon before it replaces the old one in "
	"the password file of the plugins; where anything fails, all is set back.";

static const char epilogue[] =
	"Examples\n"
	"  mailflow_test_account create --domain-controller=dc1.example.org \\\n"
	"      -U admin@example.org --account-file=/etc/nagios/probe.pw\n"
	"  mailflow_test_account reset --domain-controller=ldap.example.org \\\n"
	"      -U cn=admin,dc=example,dc=org --account=probe \\\n"
	"      --account-file=/etc/nagios/probe.pw --password-max-age=30\n"
	"  mailflow_test_account reset --account=probe --account-file=probe.pw \\\n"
	"      --command='/usr/local/sbin/set-password %u' \\\n"
	"      --prove='check_imap_full --light -H localhost -U %u --password-file -'\n"
	"\n"
	"Passwords\n"
	"  -U and its password are the administrator's, for the directory. It is best\n"
	"  kept in a file (--password-file), or comes from MAILFLOW_PASSWORD, systemd's\n"
	"  credential \"password\", or is asked for on the terminal.\n"
	"\n"
	"Exit code: 0 it is done, or there is nothing to do; 1 it was refused; 2 the\n"
	"directory does not answer as it should; 3 not begun: wrong options, or a reason\n"
	"on this machine\n";

static const struct tool tool = {
	.options = options,
	.help = {"mailflow_test_account", synopsis, about, epilogue, NULL},
};

/* ---- looking ---- */

struct look {
	const struct account_settings *settings;
	struct test_account account;
	struct timeline timeline;
	struct err err;
};

static void look(void *ctx, size_t i)
{
	struct look *l = ctx;

	(void)i;
	account_look(&l->account, l->settings, &l->timeline, &l->err);
}

static int fail(struct err *err)
{
	if (err->step[0] || err->where[0])
		err_prefix(err, "%s%s%s: ", err->where, err->where[0] && err->step[0] ? " " : "",
			   err->step);
	return tool_error(&tool, err);
}

/* The worker has not come back: of what it does only the step is known. */
static void give_up(const struct look *l)
{
	const struct limit *limit = &l->settings->directory.common.limit;
	const char *name = atomic_load(&l->timeline.running);
	struct err err = {0};

	if (interrupt_name())
		interrupt_set_err(&err, "", limit_begun_us(limit));
	else
		err_set(&err, ERR_RUN_TIMEOUT, "timed out after %g s (--timeout)", limit_s(limit));
	if (name)
		err_prefix(&err, "%s: ", name);
	_exit(tool_error(&tool, &err));
}

/* A resolver, or Kerberos, may wait as long as it likes: in a worker. Returns -1 to go on, or the
 * exit code. */
static int look_in_worker(struct look *l)
{
	const struct limit *limit = &l->settings->directory.common.limit;
	int64_t margin = limit->us / 10 < US_PER_S / 2 ? limit->us / 10 : US_PER_S / 2;
	struct pool pool = {
		.count = 1, .parallel = 1, .deadline_us = limit->until_us, .work = look, .ctx = l};
	bool finished = false;

	timeline_begin(&l->timeline, &l->err, limit->us, limit->until_us - margin, 0);
	if (pool_run(&pool, &finished))
		give_up(l);
	timeline_end(&l->timeline);
	if (l->err.kind || test_account_check(&l->account, l->settings, &l->err))
		return fail(&l->err);
	return -1;
}

/* ---- saying and asking ---- */

static int put(const struct account_settings *s, const struct buf *out)
{
	return tool_put(&tool, buf_str(out), out->len, s->directory.common.limit.until_us);
}

static int say(const struct account_settings *s, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));

static int say(const struct account_settings *s, const char *fmt, ...)
{
	struct buf out = BUF_INIT(OUTPUT_MAX);
	va_list ap;

	va_start(ap, fmt);
	buf_vprintf(&out, fmt, ap);
	va_end(ap);
	int code = put(s, &out);
	buf_free(&out);
	return code;
}

static void plan(const struct account_settings *s, const struct test_account *a, struct buf *out)
{
	if (!account_settings_by_command(s)) {
		test_account_plan(a, s, out);
		return;
	}
	buf_printf(out, "# at this host\n# run: %s\n", s->command_line);
	test_account_plan_file(s, out);
}

/* What is destroyed is asked for by itself, where there is somebody. */
static bool must_ask(const struct account_settings *s)
{
	enum asking asking = s->directory.common.asking;

	return asking == ASKING_BEFORE || (asking != ASKING_NEVER && s->action != ACCOUNT_CREATE);
}

/* Returns -1 to go on, or the exit code. */
static int ask(struct account_settings *s, const struct test_account *a)
{
	static const char *const becomes[] = {"is made", "gets a new password", "is removed"};
	char question[256], answer[16];
	struct err err = {0};

	snprintf(question, sizeof(question), "%.200s %s. Go on? [y/N] ", a->dn ? a->dn : s->account,
		 becomes[s->action]);
	int rc = prompt_ask(question, true, &s->directory.common.limit, answer, sizeof(answer),
			    &err);
	if (rc == PROMPT_NO_TERMINAL && s->directory.common.asking != ASKING_BEFORE)
		return -1;
	if (rc == PROMPT_NO_TERMINAL)
		err_set(&err, ERR_USAGE, "--confirm needs a terminal to ask on");
	if (err.kind)
		return tool_error(&tool, &err);
	if ((answer[0] | 0x20) == 'y')
		return -1;
	return say(s, "not confirmed: nothing was changed\n");
}

/* ---- actions ---- */

/* What is left to do when the password is kept. */
static int then(const struct account_settings *s, const struct test_account *a)
{
	const char *name = a->logon ? a->logon : s->account;
	struct command c = {0};
	struct err err = {0};

	if (!s->then_line && s->action == ACCOUNT_CREATE && a->is_ad)
		return say(s, "to do, in Exchange: Enable-Mailbox -Identity %s\n", name);
	if (!s->then_line)
		return TOOL_OK;
	int rc = command_parse(&c, s->then_line, name, &err) ||
		 account_command(&c, NULL, s->directory.common.limit.until_us, &err);
	command_free(&c);
	if (!rc)
		return TOOL_OK;
	err_prefix(&err, "all is done but --then: ");
	return tool_error(&tool, &err);
}

static int renew(const struct account_settings *s, const struct test_account *a)
{
	const char *name = a->logon ? a->logon : s->account;
	char told[RENEWAL_TOLD_SIZE];
	struct err err = {0};

	if (renewal_run(s, a, told, &err)) {
		int code = fail(&err);
		if (told[0])
			tool_say(&tool, told);
		return code;
	}
	int code =
		s->action == ACCOUNT_CREATE && !account_settings_by_command(s)
			? say(s, "%s is made, and its password is in %s\n", name, s->account_file)
			: say(s, "%s has a new password, which is in %s\n", name, s->account_file);
	int then_code = then(s, a); /* also where nobody reads what is said */
	return code ? code : then_code;
}

static int remove_account(const struct account_settings *s, const struct test_account *a)
{
	const struct limit *limit = &s->directory.common.limit;
	const char *name = a->logon ? a->logon : s->account;
	struct timeline timeline = {0};
	struct err err = {0};
	bool touched;
	int rc;

	timeline_begin(&timeline, &err, limit->us, limit->until_us, 0);
	if (account_settings_by_command(s))
		rc = account_command(&s->command, NULL, limit->until_us, &err);
	else
		rc = account_change(a, s, NULL, &touched, &timeline, &err);
	timeline_end(&timeline);
	if (rc == 0 && s->account_file)
		rc = file_remove(s->account_file, limit->until_us, &err);
	return rc ? fail(&err) : say(s, "%s is removed\n", name);
}

static int show(const struct account_settings *s, const struct test_account *a)
{
	struct buf out = BUF_INIT(OUTPUT_MAX);

	if (a->dn)
		test_account_show(a, &out);
	else
		buf_printf(&out, "account = %s\n", s->account);
	if (s->has_file)
		buf_printf(&out, "password-file = %s\npassword-days = %.1f\n", s->account_file,
			   s->file_days);
	int code = put(s, &out);
	buf_free(&out);
	return code;
}

/* What is written is shown first. */
static int change(struct account_settings *s, const struct test_account *a)
{
	struct buf out = BUF_INIT(OUTPUT_MAX);

	plan(s, a, &out);
	int code = put(s, &out);
	buf_free(&out);
	if (code || s->what_if)
		return code;
	code = must_ask(s) ? ask(s, a) : -1;
	if (code >= 0)
		return code;
	return s->action == ACCOUNT_REMOVE ? remove_account(s, a) : renew(s, a);
}

static int act(struct account_settings *s)
{
	struct look l = {.settings = s};
	int code = account_settings_by_command(s) ? -1 : look_in_worker(&l);

	if (code < 0)
		code = s->action == ACCOUNT_SHOW ? show(s, &l.account) : change(s, &l.account);
	test_account_free(&l.account);
	return code;
}

/* ---- all ---- */

static int run(struct account_settings *s)
{
	struct err err = {0};
	int rc = account_settings_finish(s, &err);

	if (rc < 0)
		return tool_error(&tool, &err);
	if (rc > 0)
		return say(s, "nothing to do: %s is %.1f days old (--password-max-age=%u)\n",
			   s->account_file, s->file_days > 0 ? s->file_days : 0.0, s->max_age_days);
	secret_forget_environment();
	return act(s);
}

int main(int argc, char **argv)
{
	static const char *const names[] = {
		[ACCOUNT_CREATE] = "create", [ACCOUNT_RESET] = "reset", [ACCOUNT_REMOVE] = "remove",
		[ACCOUNT_SHOW] = "show",     [ACCOUNT_SHOW + 1] = NULL,
	};
	static const struct verbs verbs = {names, "is no action", "what is to be done"};
	struct options given = {0};
	struct account_settings s;
	struct err err = {0};

	account_settings_init(&s);
	int action = verb_take(&verbs, argc, argv, &err), skipped = action < 0 ? 0 : 1;
	if (err.kind)
		return tool_error(&tool, &err);
	argv[skipped] = argv[0];
	int code = tool_options(&tool, argc - skipped, argv + skipped, &given, &s);
	if (code < 0 && action < 0) {
		verb_missing(&verbs, &err);
		code = tool_error(&tool, &err);
	} else if (code < 0) {
		s.action = (enum account_action)action;
		code = run(&s);
	}
	account_settings_free(&s);
	options_free(&given);
	return code;
}
