/* mailbox_plugin.c - the main of check_imap_full and check_pop_full */
#include "run/mailbox_plugin.h"

#include <stdbool.h>
#include <stdio.h>
#include <unistd.h>

#include "base/prompt.h"
#include "run/what_if.h"

/* ---- --what-if and --confirm ---- */

static bool begins_with(const char *answer, char letter)
{
	return (answer[0] | 0x20) == letter;
}

/* Anything but a yes is a no; all is a yes to those that are still to come, too. */
static int confirm(struct mailbox_settings *m, const struct mailbox_plan *plan, size_t i,
		   struct err *err)
{
	struct result *r = &plan->result[i];
	bool is_last = i + 1 == plan->count;
	char question[sizeof(r->label) + sizeof(r->done) + 32], answer[16];

	what_if_describe_mailbox(&plan->target[i], r);
	snprintf(question, sizeof(question), "%s: %s. Go on? [y/N%s] ", r->label, r->done,
		 is_last ? "" : "/all");
	int rc = prompt_ask(question, true, &m->common.limit, answer, sizeof(answer), err);
	if (rc == PROMPT_NO_TERMINAL)
		return err_set(err, ERR_USAGE, "--confirm needs a terminal to ask on");
	if (rc)
		return -1;
	if (!is_last && begins_with(answer, 'a'))
		m->common.asking = ASKING_PASSWORD;
	else
		r->skipped = !begins_with(answer, 'y');
	if (r->skipped)
		result_note(r, STATE_OK, "not confirmed");
	else
		r->done[0] = '\0';
	return 0;
}

/* What is said or asked before any test. */
static int prepare(struct mailbox_settings *m, const struct mailbox_plan *plan, size_t i,
		   struct err *err)
{
	const struct result *r = &plan->result[i];

	if (r->skipped || r->err.kind != ERR_NONE)
		return 0;
	if (m->common.what_if)
		what_if_mailbox(&plan->target[i], &plan->result[i]);
	else if (m->common.asking == ASKING_BEFORE && !m->light)
		return confirm(m, plan, i, err);
	return 0;
}

/* ---- main ---- */

static int prepare_all(struct mailbox_settings *m, struct mailbox_plan *plan, struct err *err)
{
	if (!m->common.what_if && !plugin_has_work(plan->result, plan->count))
		return err_set(err, ERR_USAGE, "nothing was tested: every account %s%s is skipped",
			       m->discovered ? "that was found" : "in ",
			       m->discovered ? "" : m->accounts_file);
	for (size_t i = 0; i < plan->count; i++)
		if (prepare(m, plan, i, err))
			return -1;
	return 0;
}

static int run(const struct mailbox_plugin *p, struct mailbox_settings *m)
{
	struct mailbox_plan plan;
	struct err err = {0};
	int code;

	if (mailbox_plan_make(&plan, m, &p->scenarios, &err) || prepare_all(m, &plan, &err))
		code = plugin_refuse(&p->plugin, &m->common, &err);
	else
		code = plugin_run(&p->plugin, &m->common, plan.result, plan.count, &plan.lanes,
				  p->test, plan.target);
	if (plan.stuck)
		_exit(code);
	mailbox_plan_free(&plan);
	return code;
}

int mailbox_plugin_main(const struct mailbox_plugin *p, int argc, char **argv)
{
	struct options options = {0};
	struct mailbox_settings m;
	struct err err = {0};

	mailbox_settings_init(&m, p->plugin.protocol, p->ports);
	int code = plugin_options(&p->plugin, argc, argv, &options, &m);
	if (code < 0) {
		if (mailbox_settings_finish(&m, &err))
			code = plugin_refuse(&p->plugin, &m.common, &err);
		else
			code = run(p, &m);
	}
	mailbox_settings_free(&m);
	options_free(&options);
	return code;
}
