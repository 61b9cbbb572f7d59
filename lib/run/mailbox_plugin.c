/* mailbox_plugin.c - the main of check_imap_full and check_pop_full */
#include "run/mailbox_plugin.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/prompt.h"
#include "base/xalloc.h"
#include "run/mailbox_target.h"

/* ---- --what-if and --confirm ---- */

static void describe(const struct mailbox_target *t, struct result *r)
{
	const struct mailbox_settings *m = t->settings;
	const struct mailbox_user *u = t->user;
	char label[ENDPOINT_LABEL_SIZE];

	endpoint_label(&r->smtp_endpoint, label);
	if (m->light)
		snprintf(r->done, sizeof(r->done), "would log on as %s%s", u->who.username,
			 m->light == LIGHT_MAILBOX ? " and open the mailbox" : "");
	else
		snprintf(r->done, sizeof(r->done),
			 "would log on as %s, send to %s through %s, "
			 "read and delete that message and test messages older than %u h",
			 u->who.username, u->mailto, label, m->max_age_h);
}

/* Anything but a yes is a no. */
static int confirm(struct mailbox_settings *m, struct result *r, struct err *err)
{
	char question[sizeof(r->label) + sizeof(r->done) + 24], answer[16];

	snprintf(question, sizeof(question), "%s: %s. Go on? [y/N] ", r->label, r->done);
	int rc = prompt_ask(question, true, &m->common.limit, answer, sizeof(answer), err);
	if (rc == PROMPT_NO_TERMINAL)
		return err_set(err, ERR_USAGE, "--confirm needs a terminal to ask on");
	if (rc)
		return -1;
	r->skipped = answer[0] != 'y' && answer[0] != 'Y';
	if (r->skipped)
		result_note(r, STATE_OK, "not confirmed");
	return 0;
}

/* What is known of a target before the test, and whether it is to be tested at all. */
static int prepare(struct mailbox_settings *m, const struct mailbox_target *t, struct result *r,
		   struct err *err)
{
	r->account = t->user->who.username;
	if (!m->light)
		r->smtp_endpoint = mailbox_smtp_endpoint(t->user, &r->endpoint);
	describe(t, r);
	r->skipped = m->common.what_if;
	if (!m->common.what_if && m->confirm && !m->light && confirm(m, r, err))
		return -1;
	if (!r->skipped)
		r->done[0] = '\0';
	return 0;
}

/* ---- main ---- */

static int run(const struct mailbox_plugin *p, struct mailbox_settings *m)
{
	size_t count = m->common.endpoint_count;
	struct mailbox_target *targets = xcalloc(count, sizeof(*targets));
	struct result *results =
		plugin_results(&m->common, m->light ? p->scenario_light : p->scenario);
	struct err err = {0};
	int code;

	for (size_t i = 0; i < count && !err.kind; i++) {
		targets[i] = (struct mailbox_target){m, &m->user};
		prepare(m, &targets[i], &results[i], &err);
	}
	if (err.kind)
		code = plugin_error(&p->plugin, &err);
	else
		code = plugin_run(&p->plugin, &m->common, results, count, p->test, targets);
	plugin_free(results, count);
	free(targets);
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
			code = plugin_error(&p->plugin, &err);
		else
			code = run(p, &m);
	}
	mailbox_settings_free(&m);
	options_free(&options);
	return code;
}
