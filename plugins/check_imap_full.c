/* check_imap_full.c - does IMAP really work: log on, send a test message over SMTP, see it arrive,
 * read it, delete it and the stale ones. Here are its options and the scenario; everything else is
 * in the library. */
#include <stdio.h>

#include "config/accounts.h"
#include "config/shared_options.h"
#include "mail/imap/imap.h"
#include "mail/imap/imap_delivery.h"
#include "mail/imap/imap_folder.h"
#include "run/mailbox_plugin.h"
#include "run/mailbox_target.h"

static const struct option_def *const options[] = {
	shared_server_options,    shared_family_options,
	mailbox_accounts_options, shared_password_options,
	mailbox_reset_option,     shared_logon_options,
	mailbox_message_options,  mailbox_imap_options,
	shared_tls_options,       shared_time_options,
	mailbox_parallel_option,  shared_output_options,
	mailbox_confirm_option,   shared_other_options,
	options_ending,           NULL,
};

/* more of ours that are left marked are a mailbox that fills up */
enum { MARKED_MAX = 3 };

static void note_marked(struct result *r, const struct imap_delivery *delivery)
{
	if (delivery->marked > MARKED_MAX) {
		result_note(r, STATE_WARNING,
			    "%u test messages are left, marked \\Deleted (no UIDPLUS)",
			    delivery->marked);
		result_note_fault(r, "marked-left");
	} else if (delivery->left_marked) {
		result_note(r, STATE_OK,
			    "test message only marked \\Deleted (no UIDPLUS, and others' mail may "
			    "be marked too)");
	}
}

static void note_message(const struct mailbox_settings *m, struct result *r,
			 const struct imap_delivery *delivery)
{
	r->trace = delivery->trace;
	mailbox_note_message(m, r, delivery->changes, delivery->copies, delivery->more_copies);
	note_marked(r, delivery);
	if (delivery->no_trash)
		result_note(r, STATE_OK,
			    "message stays in All Mail (no folder with \\Trash is shown)");
	if (delivery->blind)
		result_note(r, STATE_OK,
			    "session was blind: the message showed only after a new logon");
	mailbox_note_cleanup(r, delivery->left_marked ? 0 : delivery->stale, delivery->refused);
}

/* with the mailbox open: send, wait, read, delete, clean up */
static int round_trip(struct imap *s, const struct mailbox_target *t,
		      const struct mail_account *account, struct mailbox_smtp *smtp,
		      struct result *r)
{
	const struct mailbox_settings *m = t->settings;
	const char *mailbox = t->user->mailbox;
	char token[TOKEN_LEN + 1];
	struct submission_receipt receipt = {0};
	long max_age_s = (long)m->max_age_h * 3600;
	struct imap_delivery delivery = {
		.token = token,
		.max_age_s = max_age_s,
		.receipt = receipt.reply,
		.look_in = {m->look_in.item, m->look_in.count},
		.clean = {m->clean.item, m->clean.count},
	};

	if (imap_open_mailbox(s, account, mailbox))
		return -1;
	delivery.first_uid = s->uidnext;
	if (message_new_token(token, &r->err) || mailbox_submit(smtp, r, token, &receipt))
		return -1;
	timeline_leg(&r->timeline, "imap_", 0);
	if (imap_delivery_await(s, account, mailbox, &delivery, receipt.accepted_us)) {
		mailbox_blame_delivery(r, &delivery.late);
		if (delivery.unknown[0])
			result_note(r, STATE_OK, "%s", delivery.unknown);
		return -1;
	}
	timeline_cleanup(&r->timeline, mailbox_leg_limit(m));
	if (imap_delivery_read(s, &delivery) || imap_delivery_delete(s, &delivery) ||
	    imap_delivery_cleanup(s, &delivery, max_age_s) ||
	    imap_delivery_delete_late(s, &delivery) || imap_folders_clean(s, &delivery, max_age_s))
		return -1;
	note_message(m, r, &delivery);
	return 0;
}

/* what is done of it once logged on */
static int go_on(struct imap *s, const struct mailbox_target *t, const struct mail_account *account,
		 struct mailbox_smtp *smtp, struct result *r)
{
	switch (t->settings->light) {
	case LIGHT_GREETING:
	case LIGHT_LOGON:
		return 0;
	case LIGHT_MAILBOX:
		return imap_examine(s, t->user->mailbox);
	case LIGHT_OFF:
		break;
	}
	return round_trip(s, t, account, smtp, r);
}

static void test(const void *settings, size_t i, struct result *r, int64_t deadline_us)
{
	const struct mailbox_target *t = &((const struct mailbox_target *)settings)[i];
	const struct mailbox_settings *m = t->settings;
	const struct mail_account account = mailbox_account(t, r);
	struct imap s;
	struct mailbox_smtp smtp;

	mailbox_begin(t, r, "imap_", deadline_us);
	imap_init(&s, &r->timeline, &r->err, r->transcript.max ? &r->transcript : NULL);
	s.conn.seen = r->seen;
	mailbox_smtp_init(&smtp, t, r, &s.conn);
	int rc = imap_log_on(&s, &account) || go_on(&s, t, &account, &smtp, r);
	plugin_note_conn(r, &s.conn);
	result_note_logon(r, &s.logon, "");
	if (s.slowed) {
		result_note(r, STATE_WARNING, "server throttles this account ([THROTTLED])");
		result_note_fault(r, "throttled");
	}
	mailbox_conclude(m, r, rc, "imap_");
	timeline_cleanup(&r->timeline, 0);
	imap_logout(&s);
	submission_end(&smtp.submission);
	imap_free(&s);
	timeline_end(&r->timeline);
}

static const char synopsis[] = "-H ENDPOINT [-H ENDPOINT ...] -U USER [OPTION ...]\n"
			       "-H ENDPOINT -U USER --light[=mailbox] [OPTION ...]\n"
			       "-H ENDPOINT --back-end=ENDPOINT -U USER [OPTION ...]\n"
			       "-H ENDPOINT --probe=self [OPTION ...]\n"
			       "--accounts=FILE [-H ENDPOINT ...] [OPTION ...]";

static const char about[] =
	"Proves that a mailbox works: logs on over IMAP, sends a test message over SMTP, waits "
	"until it is there, reads it, deletes it, and deletes stale ones of earlier runs. Every "
	"step is timed; TLS is verified. Only messages are deleted whose header proves that this "
	"program sent them.";

static const char epilogue[] =
	"Examples\n"
	"  check_imap_full -H mail.example.org -U probe@example.org \\\n"
	"      --password-file /etc/nagios/probe.pw\n"
	"  check_imap_full -H mail.example.org:993:SSL -H mail.example.org:143:TLS \\\n"
	"      --extra-opts=probe -w 5,delivery=30 -c 10,delivery=60 -D 30,7\n"
	"  check_imap_full -H mail.example.org -U probe@example.org --light=mailbox \\\n"
	"      -o table\n"
	"  check_imap_full -H mail.example.org:993 --back-end=mbx01.example.org:1993 \\\n"
	"      --extra-opts=probe\n"
	"  check_imap_full --accounts=/etc/nagios/accounts.ini --light=mailbox\n"
	"\n" ACCOUNTS_HELP "\n"
	"Stale test messages\n"
	"  are looked for among the newest 250 messages, and among 250 older ones that\n"
	"  are drawn anew in each run: the cost stays the same in any mailbox.\n";

_Static_assert(IMAP_STALE_WINDOW == 250, "the epilogue says so");

/* one row of data: check_pop_full has its own, of the same shape */
static const struct mailbox_plugin plugin = {
	.plugin =
		{
			.service = "IMAP",
			.protocol = "imap",
			.options = options,
			.help = {"check_imap_full", synopsis, about, epilogue, shared_help_notes},
		},
	.ports = &ports_imap,
	.scenarios = MAILBOX_SCENARIOS("IMAP4"),
	.test = test,
};

int main(int argc, char **argv)
{
	return mailbox_plugin_main(&plugin, argc, argv);
}
