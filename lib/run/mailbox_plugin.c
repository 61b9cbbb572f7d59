/* mailbox_plugin.c - the main of check_imap_full and check_pop_full, and what their transactions
 * share */
#include "run/mailbox_plugin.h"

#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "base/prompt.h"

/* The SMTP end point for one target: the one that was named, or the host under test. */
static struct endpoint smtp_endpoint(const struct mailbox_settings *m,
				     const struct endpoint *target)
{
	struct endpoint e = m->smtp_endpoint;

	if (!e.port) {
		e = *target;
		e.port = 587;
		e.mode = TLS_MODE_STARTTLS;
	}
	return e;
}

/* ---- --what-if and --confirm ---- */

static void describe(const struct mailbox_settings *m, struct result *r)
{
	char label[ENDPOINT_LABEL_SIZE];

	endpoint_label(&r->smtp_endpoint, label);
	if (m->light)
		snprintf(r->done, sizeof(r->done), "would log on as %s", m->common.username);
	else
		snprintf(r->done, sizeof(r->done),
			 "would log on as %s, send to %s through %s, read and delete that message "
			 "and test "
			 "messages older than %u h",
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
		if (!m->light)
			r->smtp_endpoint = smtp_endpoint(m, &r->endpoint);
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

	mailbox_settings_init(&m, p->plugin.protocol);
	int code = plugin_options(&p->plugin, argc, argv, &options, &m);
	if (code < 0) {
		if (mailbox_settings_finish(&m, &p->ports, &err) == 0) {
			results = plugin_results(&m.common,
						 m.light ? p->scenario_light : p->scenario);
			prepare(&m, results, &err);
		}
		code = err.kind ? plugin_error(&p->plugin, &err)
				: plugin_run(&p->plugin, &m.common, results,
					     m.common.endpoint_count, p->test, &m);
	}
	if (results)
		plugin_free(results, m.common.endpoint_count);
	mailbox_settings_free(&m);
	options_free(&options);
	return code;
}

/* ---- one target ---- */

int64_t mailbox_leg_limit(const struct mailbox_settings *m)
{
	return (int64_t)m->common.connection_timeout_s * US_PER_S;
}

void mailbox_begin(const struct mailbox_settings *m, struct result *r, const char *prefix,
		   int64_t deadline_us)
{
	int64_t left = deadline_us - clock_us();

	timeline_begin(&r->timeline, &r->err, m->common.limit.us, deadline_us,
		       left / 10 < 2 * US_PER_S ? left / 10 : 2 * US_PER_S);
	timeline_leg(&r->timeline, m->light ? "" : prefix, mailbox_leg_limit(m));
}

int mailbox_submit(const struct mailbox_settings *m, struct result *r, const char *token,
		   struct submission_receipt *receipt_r)
{
	struct tls_options tls = m->common.tls;
	struct submission s = {
		.endpoint = r->smtp_endpoint,
		.family = m->common.family,
		.tls = &tls,
		.who = {.username = m->smtp_username, .password = &m->smtp_password},
		.mailfrom = m->mailfrom,
		.mailto = m->mailto,
		.limit_us = mailbox_leg_limit(m),
	};

	/* --certificate-name and --sni speak of the host under test */
	if (!endpoint_same_host(s.endpoint.host, strlen(s.endpoint.host), r->endpoint.host))
		tls.certificate_name = tls.sni = NULL;
	int rc = submit(&s, token, &r->timeline, &r->err, r->transcript.max ? &r->transcript : NULL,
			receipt_r);
	r->smtp_tls = receipt_r->tls;
	return rc;
}

void mailbox_note_conn(struct result *r, const struct conn *c)
{
	r->tls = c->tls.info;
	snprintf(r->address, sizeof(r->address), "%s", c->address);
	snprintf(r->tried, sizeof(r->tried), "%s", c->tried);
}

void mailbox_note_message(const struct mailbox_settings *m, struct result *r, unsigned int changes,
			  size_t copies, bool more)
{
	struct buf words = BUF_INIT(RESULT_TEXT_SIZE);

	if (copies > 1)
		result_note(r, STATE_WARNING, "delivered %zu%s times", copies,
			    more ? " or more" : "");
	message_changes_format(changes, &words);
	if (changes)
		result_note(r, m->altered, "altered on its way (%s)", buf_str(&words));
	buf_free(&words);
}

void mailbox_note_cleanup(struct result *r, unsigned int stale, const struct err *refused)
{
	if (refused->kind)
		result_note(r, STATE_OK, "%s", refused->text);
	else if (stale)
		result_note(r, STATE_OK, "%u stale test message%s deleted", stale,
			    stale == 1 ? "" : "s");
}

void mailbox_conclude(const struct mailbox_settings *m, struct result *r, int rc,
		      const char *prefix)
{
	if (rc) {
		/* does nothing where an error is recorded; without one it would be told as a
		 * success */
		err_set(&r->err, ERR_LOCAL, "failed without a reason: please report this");
		timeline_fail(&r->timeline);
	} else {
		snprintf(r->done, sizeof(r->done), m->light ? "logged on" : "delivered and read");
	}
	timeline_leg(&r->timeline, m->light ? "" : prefix, 0);
}

void mailbox_blame_delivery(struct result *r, const struct submission_receipt *receipt)
{
	char label[ENDPOINT_LABEL_SIZE];

	if (r->err.kind != ERR_DELIVERY)
		return;
	endpoint_label(&r->smtp_endpoint, label);
	err_hint(&r->err, "%s said: %s", label, receipt->reply);
}
