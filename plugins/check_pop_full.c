/* check_pop_full.c - does POP3 really work: log on, send a test message over SMTP, see it arrive,
 * read it, delete it and the stale ones. Here are its options and the scenario; everything else is
 * in the library. */
#include <stdio.h>

#include "config/accounts.h"
#include "config/shared_options.h"
#include "mail/pop3/pop3.h"
#include "mail/pop3/pop3_delivery.h"
#include "run/mailbox_plugin.h"
#include "run/mailbox_target.h"

static const struct option_def *const options[] = {
	shared_server_options,   shared_family_options, mailbox_accounts_options,
	shared_password_options, mailbox_reset_option,  shared_logon_options,
	mailbox_message_options, shared_tls_options,    shared_time_options,
	mailbox_parallel_option, shared_output_options, mailbox_confirm_option,
	shared_other_options,    options_ending,        NULL,
};

static int log_on(struct pop3 *s, const struct mail_account *account, struct result *r)
{
	int rc = pop3_delivery_log_on(s, account);

	plugin_note_conn(r, &s->conn);
	result_note_logon(r, &s->logon, "");
	return rc;
}

static void note_size(const struct pop3 *s, struct result *r)
{
	result_add_measure(r, "messages", s->messages, "");
	if (s->has_size)
		result_add_measure(r, "size", (double)s->size, "B");
}

/* Why a message is missing this protocol cannot tell, unless it came back or nobody could look; who
 * asks for more is told of that. */
static void note_blindness(const struct pop3 *s, const struct pop3_delivery *delivery,
			   const struct mailbox_settings *m, struct result *r)
{
	bool missing =
		r->err.kind == ERR_DELIVERY && !delivery->bounced[0] && s->refusal != POP3_IN_USE;

	if (m->common.verbosity && missing)
		result_note(r, STATE_OK, "POP3 shows no folders: it may be in one for junk mail");
}

/* two looks at what is to be deleted; all of it again where several commands at once broke it */
static int prove(struct pop3 *s, const struct mailbox_settings *m,
		 const struct mail_account *account, struct pop3_delivery *delivery)
{
	const long max_age_s = (long)m->max_age_h * 3600;
	int rc = pop3_delivery_prove(s, delivery, max_age_s);

	if (rc && pop3_distrust(s))
		rc = pop3_delivery_find_again(s, account, delivery) ||
		     pop3_delivery_prove(s, delivery, max_age_s);
	return rc;
}

/* wait for the message, read it, look for stale ones, and delete them all */
static int receive(struct pop3 *s, const struct mailbox_settings *m,
		   const struct mail_account *account, struct pop3_delivery *delivery,
		   const struct submission_receipt *receipt, struct result *r)
{
	timeline_leg(&r->timeline, "pop_", 0);
	if (pop3_delivery_await(s, account, delivery, receipt->accepted_us)) {
		mailbox_blame_delivery(r, &delivery->late);
		mailbox_note_cleanup(r, 0, delivery->refused.text);
		note_blindness(s, delivery, m, r);
		return -1;
	}
	timeline_cleanup(&r->timeline, mailbox_leg_limit(m));
	if (prove(s, m, account, delivery) || pop3_delivery_delete(s, delivery))
		return -1;
	r->trace = delivery->trace;
	mailbox_note_message(m, r, delivery->changes, delivery->copies, delivery->more_copies);
	mailbox_note_cleanup(r, delivery->stale, delivery->refused.text);
	return 0;
}

static int note(struct pop3 *s, const struct mail_account *account, struct pop3_delivery *delivery)
{
	int rc = pop3_delivery_note(s, delivery);

	if (rc && pop3_distrust(s))
		rc = pop3_delivery_log_on(s, account) || pop3_delivery_note(s, delivery);
	return rc;
}

/* logged on: see what is there, part so that the maildrop is free, send, receive */
static int round_trip(struct pop3 *s, const struct mailbox_settings *m,
		      const struct mail_account *account, struct mailbox_smtp *smtp,
		      struct result *r)
{
	char token[TOKEN_LEN + 1];
	struct submission_receipt receipt = {0};
	struct pop3_delivery delivery = {
		.token = token, .max_age_s = (long)m->max_age_h * 3600, .receipt = receipt.reply};
	int rc = note(s, account, &delivery);

	if (rc == 0) {
		note_size(s, r);
		pop3_delivery_leave(s, &delivery);
		pop3_begin_next(s, account);
		rc = message_new_token(token, &r->err) ||
		     mailbox_submit(smtp, r, token, &receipt) ||
		     receive(s, m, account, &delivery, &receipt, r);
	}
	pop3_delivery_free(&delivery);
	return rc;
}

static int open_maildrop(struct pop3 *s, struct result *r)
{
	if (pop3_stat(s))
		return -1;
	note_size(s, r);
	return 0;
}

/* what is done of it once logged on */
static int go_on(struct pop3 *s, const struct mailbox_settings *m,
		 const struct mail_account *account, struct mailbox_smtp *smtp, struct result *r)
{
	switch (m->light) {
	case LIGHT_GREETING:
	case LIGHT_LOGON:
		return 0;
	case LIGHT_MAILBOX:
		return open_maildrop(s, r);
	case LIGHT_OFF:
		break;
	}
	return round_trip(s, m, account, smtp, r);
}

static void test(const void *settings, size_t i, struct result *r, int64_t deadline_us)
{
	const struct mailbox_target *t = &((const struct mailbox_target *)settings)[i];
	const struct mailbox_settings *m = t->settings;
	const struct mail_account account = mailbox_account(t, r);
	struct pop3 s;
	struct mailbox_smtp smtp;

	mailbox_begin(t, r, "pop_", deadline_us);
	pop3_init(&s, &r->timeline, &r->err, r->transcript.max ? &r->transcript : NULL);
	s.conn.seen = r->seen;
	mailbox_smtp_init(&smtp, t, r, &s.conn);
	int rc = log_on(&s, &account, r) || go_on(&s, m, &account, &smtp, r);
	mailbox_conclude(m, r, rc, "pop_");
	timeline_cleanup(&r->timeline, 0);
	pop3_part_for_good(&s);
	pop3_leave_next(&s, &account);
	submission_end(&smtp.submission);
	pop3_free(&s);
	timeline_end(&r->timeline);
}

static const char synopsis[] = "-H ENDPOINT [-H ENDPOINT ...] -U USER [OPTION ...]\n"
			       "-H ENDPOINT -U USER --light[=mailbox] [OPTION ...]\n"
			       "-H ENDPOINT --back-end=ENDPOINT -U USER [OPTION ...]\n"
			       "-H ENDPOINT --probe=self [OPTION ...]\n"
			       "--accounts=FILE [-H ENDPOINT ...] [OPTION ...]";

static const char about[] =
	"Proves that a maildrop works: logs on over POP3, sends a test message over SMTP, logs on "
	"again until it is there, reads it, deletes it, and deletes stale ones of earlier runs. "
	"Every step is timed; TLS is verified. Only messages are deleted whose header proves that "
	"this program sent them.";

static const char epilogue[] =
	"Examples\n"
	"  check_pop_full -H mail.example.org -U probe@example.org \\\n"
	"      --password-file /etc/nagios/probe.pw\n"
	"  check_pop_full -H mail.example.org:995:SSL -H mail.example.org:110:TLS \\\n"
	"      --extra-opts=probe -w 5,delivery=30 -c 10,delivery=60 -D 30,7\n"
	"  check_pop_full -H mail.example.org -U probe@example.org --light=mailbox \\\n"
	"      -o table\n"
	"  check_pop_full -H mail.example.org:995 --back-end=mbx01.example.org:1995 \\\n"
	"      --extra-opts=probe\n"
	"  check_pop_full --accounts=/etc/nagios/accounts.ini --light=mailbox\n"
	"\n" ACCOUNTS_HELP "\n"
	"Other mail in the maildrop\n"
	"  is never touched. The test message is looked for by TOP among what is\n"
	"  new, at both ends of the maildrop; only where a server's numbers do not\n"
	"  follow the time, its list of unique-ids is compared (up to 10,000\n"
	"  messages). A maildrop that another session has locked is waited for, and\n"
	"  so is a server that refuses a logon so soon after the last one: a run\n"
	"  needs two sessions at least. A LOGIN-DELAY that a server only announces, but\n"
	"  does not insist on, costs no time.\n"
	"\n"
	"Copies and stale test messages\n"
	"  All copies of the test message that are there when it is found are deleted\n"
	"  and told of; what comes later is deleted once it is stale. Both are looked for\n"
	"  among the 5 messages nearest to it, and among 2 older ones that are drawn\n"
	"  anew in each run: the cost stays the same in any maildrop. Where other mail\n"
	"  has come or gone meanwhile, the newest 16 are looked at, and where a stale\n"
	"  one is found 16 older ones, too, until 24 KiB of headers were read. Each\n"
	"  header is looked at twice; if a server shows two messages under one number,\n"
	"  nothing is deleted. A deletion counts only when the server has confirmed it\n"
	"  at the end of the session.\n";

_Static_assert(POP3_BATCH == 8 && POP3_STALE_WINDOW == 16 && POP3_STALE_BYTES == 24 * 1024 &&
		       POP3_LISTED_MAX == 10000,
	       "the epilogue says so");

/* one row of data: check_imap_full has its own, of the same shape */
static const struct mailbox_plugin plugin = {
	.plugin =
		{
			.service = "POP",
			.protocol = "pop",
			.options = options,
			.help = {"check_pop_full", synopsis, about, epilogue, shared_help_notes},
		},
	.ports = &ports_pop,
	.scenarios = MAILBOX_SCENARIOS("POP3"),
	.test = test,
};

int main(int argc, char **argv)
{
	return mailbox_plugin_main(&plugin, argc, argv);
}
