/* mailbox_target.c - what the transaction of one target has in common, however the mailbox is read:
 * its limits, handing the message in, and what is noted in its result */
#include "run/mailbox_target.h"

#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "base/xalloc.h"
#include "run/plugin.h"

struct endpoint mailbox_smtp_endpoint(const struct mailbox_user *user,
				      const struct endpoint *target)
{
	struct endpoint e = user->smtp_endpoint;

	if (!e.port) {
		e = *target;
		e.port = ports_submission.plain;
		e.mode = TLS_MODE_STARTTLS;
	}
	return e;
}

int64_t mailbox_leg_limit(const struct mailbox_settings *m)
{
	return (int64_t)m->common.connection_timeout_s * US_PER_S;
}

void mailbox_begin(const struct mailbox_target *t, struct result *r, const char *prefix,
		   int64_t deadline_us)
{
	const struct mailbox_settings *m = t->settings;

	plugin_begin(&m->common, &t->user->who, r, deadline_us);
	timeline_leg(&r->timeline, prefix, mailbox_leg_limit(m));
}

/* Also several servers in one are one host. */
static const struct tls_options *mailbox_tls(const struct mailbox_target *t, const struct result *r)
{
	const struct mailbox_settings *m = t->settings;
	const char *host = r->endpoint.host;

	return endpoint_same_host(host, strlen(host), t->front->host) ? &m->common.tls
								      : &m->back_end_tls;
}

struct mail_account mailbox_account(const struct mailbox_target *t, const struct result *r)
{
	const struct mailbox_settings *m = t->settings;

	return (struct mail_account){
		.endpoint = &r->endpoint,
		.family = m->common.family,
		.address = t->address.ss_family != AF_UNSPEC ? &t->address : NULL,
		.tls = mailbox_tls(t, r),
		.who = t->user->who,
		.limit_us = mailbox_leg_limit(m),
	};
}

struct mail_account mailbox_smtp_account(const struct mailbox_target *t, const struct result *r,
					 struct tls_options *tls)
{
	const struct mailbox_settings *m = t->settings;
	const char *host = r->smtp_endpoint.host;

	*tls = m->common.tls;
	tls->of_submission = true;
	/* --certificate-name, --certificate-file and --sni speak of the host under test */
	if (!endpoint_same_host(host, strlen(host), t->front->host)) {
		tls->certificate_name = tls->sni = NULL;
		tls->renewed = NULL;
	}
	if (m->smtp_certificate_name)
		tls->certificate_name = m->smtp_certificate_name;
	if (m->smtp_sni)
		tls->sni = m->smtp_sni;
	return (struct mail_account){
		.endpoint = &r->smtp_endpoint,
		.family = m->common.family,
		.tls = tls,
		.who = t->user->smtp_who,
		.limit_us = mailbox_leg_limit(m),
	};
}

void mailbox_smtp_init(struct mailbox_smtp *s, const struct mailbox_target *t, struct result *r,
		       struct conn *mailbox)
{
	submission_init(&s->submission, &r->timeline, &r->err,
			r->transcript.max ? &r->transcript : NULL);
	if (t->settings->light)
		return;
	if (r->seen)
		s->submission.smtp.conn.seen = r->smtp_seen = xcalloc(1, sizeof(*r->smtp_seen));
	s->submission.account = mailbox_smtp_account(t, r, &s->tls);
	s->submission.mailfrom = t->user->mailfrom;
	s->submission.mailto = t->user->mailto;
	submission_begin_beside(&s->submission, mailbox);
}

int mailbox_submit(struct mailbox_smtp *s, struct result *r, const char *token,
		   struct submission_receipt *receipt_r)
{
	const struct conn *c = &s->submission.smtp.conn;
	int rc = submit(&s->submission, token, receipt_r);

	snprintf(r->smtp_address, sizeof(r->smtp_address), "%s", c->address);
	snprintf(r->smtp_local, sizeof(r->smtp_local), "%s", c->local);
	snprintf(r->smtp_tried, sizeof(r->smtp_tried), "%s", c->tried);
	r->smtp_tls = receipt_r->tls;
	result_note_renewal(r, &r->smtp_tls, "SMTP ");
	snprintf(r->message_id, sizeof(r->message_id), "%s", receipt_r->message_id);
	if (rc == 0)
		snprintf(r->queue_id, sizeof(r->queue_id), "%s", receipt_r->queue_id);
	result_note_logon(r, &receipt_r->logon, "SMTP ");
	return rc;
}

void mailbox_note_message(const struct mailbox_settings *m, struct result *r, unsigned int changes,
			  size_t copies, bool more)
{
	struct buf words = BUF_INIT(RESULT_TEXT_SIZE);

	if (copies > 1) {
		result_note(r, STATE_WARNING, "delivered %zu%s times", copies,
			    more ? " or more" : "");
		result_note_fault(r, "message-twice");
	}
	message_changes_format(changes, &words);
	if (changes) {
		result_note(r, m->altered, "altered on its way (%s)", buf_str(&words));
		result_note_fault(r, "message-altered");
	}
	buf_free(&words);
}

void mailbox_note_cleanup(struct result *r, unsigned int stale, const char *refused)
{
	if (*refused)
		result_note(r, STATE_OK, "%s", refused);
	else if (stale)
		result_note(r, STATE_OK, "%u stale test message%s deleted", stale,
			    stale == 1 ? "" : "s");
}

/* for the OK line */
static const char *what_is_proven(const struct mailbox_settings *m)
{
	static const char *const proven[] = {
		[LIGHT_OFF] = "delivered and read",
		[LIGHT_GREETING] = "answers",
		[LIGHT_LOGON] = "logged on",
		[LIGHT_MAILBOX] = "logged on and opened the mailbox",
	};

	return proven[m->light];
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
		snprintf(r->done, sizeof(r->done), "%s", what_is_proven(m));
	}
	timeline_leg(&r->timeline, prefix, 0);
}

static void hint_late(struct err *err, int64_t after_s)
{
	const int64_t hour = 3600, day = 24 * hour;

	if (after_s >= 2 * day)
		err_hint(err, "an earlier one came %d days late", (int)(after_s / day));
	else if (after_s >= 2 * hour)
		err_hint(err, "an earlier one came %d h late", (int)(after_s / hour));
	else
		err_hint(err, "an earlier one came %d s late", (int)after_s);
}

void mailbox_blame_delivery(struct result *r, const struct delivery_late *late)
{
	char label[ENDPOINT_LABEL_SIZE];

	if (r->err.kind != ERR_DELIVERY)
		return;
	if (late->came)
		hint_late(&r->err, late->after_s);
	endpoint_label(&r->smtp_endpoint, label);
	err_hint(&r->err, "accepted by %s", label);
}
