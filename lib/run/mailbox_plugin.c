/* mailbox_plugin.c - the main of check_imap_full and check_pop_full */
#include "run/mailbox_plugin.h"

#include <stdio.h>
#include <string.h>

#include "base/prompt.h"
#include "run/mailbox_target.h"

/* ---- --what-if and --confirm ---- */

static void describe(const struct mailbox_settings *m, struct result *r)
{
	char label[ENDPOINT_LABEL_SIZE];

	endpoint_label(&r->smtp_endpoint, label);
	if (m->light)
		snprintf(r->done, sizeof(r->done), "would log on as %s%s", m->common.username,
			 m->light == LIGHT_MAILBOX ? " and open the mailbox" : "");
	else
		snprintf(r->done, sizeof(r->done),
			 "would log on as %s, send to %s through %s, "
			 "read and delete that message and test messages older than %u h",
			 m->common.username, m->mailto, label, m->max_age_h);
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

static int prepare(struct mailbox_settings *m, struct result *results, struct err *err)
{
	for (size_t i = 0; i < m->common.endpoint_count; i++) {
		struct result *r = &results[i];
		r->account = m->common.username;
		if (!m->light)
			r->smtp_endpoint = mailbox_smtp_endpoint(m, &r->endpoint);
		describe(m, r);
		r->skipped = m->common.what_if;
		if (!m->common.what_if && m->confirm && !m->light && confirm(m, r, err))
			return -1;
		if (!r->skipped)
			r->done[0] = '\0';
	}
	return 0;
}

/* ---- main ---- */

int mailbox_plugin_main(const struct mailbox_plugin *p, int argc, char **argv)
{
	struct options options = {0};
	struct mailbox_settings m;
	struct err err = {0};
	struct result *results = NULL;

	mailbox_settings_init(&m, p->plugin.protocol, p->ports);
	int code = plugin_options(&p->plugin, argc, argv, &options, &m);
	if (code < 0) {
		if (mailbox_settings_finish(&m, &err) == 0) {
			results = plugin_results(&m.common,
						 m.light ? p->scenario_light : p->scenario);
			prepare(&m, results, &err);
		}
		if (err.kind)
			code = plugin_error(&p->plugin, &err);
		else
			code = plugin_run(&p->plugin, &m.common, results, m.common.endpoint_count,
					  p->test, &m);
	}
	if (results)
		plugin_free(results, m.common.endpoint_count);
	mailbox_settings_free(&m);
	options_free(&options);
	return code;
}
