/* mailbox_options.c - the further options of the mailbox plugins, and what is said of them */
#include <stddef.h>

#include "config/mailbox_settings.h"
#include "config/shared_options.h"

static void show_submission_port(const void *settings, struct buf *out)
{
	(void)settings;
	buf_printf(out, "%u", (unsigned int)ports_submission.plain);
}

static void show_per_server(const void *settings, struct buf *out)
{
	(void)settings;
	buf_printf(out, "%d", MAILBOX_PER_SERVER_DEFAULT);
}

const struct option_def mailbox_accounts_options[] = {
	{.name = "accounts",
	 .arg = "FILE",
	 .help = "test the mailboxes that FILE (- is standard input) lists, each at its end "
		 "points: see \"File of accounts\" below. -H is for those that name none",
	 .kind = OPTION_STRING,
	 .offset = offsetof(struct mailbox_settings, accounts_file),
	 .engine = true},
	{.name = "back-end",
	 .arg = "ENDPOINT",
	 .help = "server that the front end (-H) passes sessions on to, as HOST[:PORT[:TYPE]]: the "
		 "same account is tested there, too, side by side, and the result says which of "
		 "both fails, or by how much the way through the front end is slower. With "
		 "--discover=ldap also a server's name, FQDN, DN or GUID, all (of the site) or "
		 "home (which holds the mailbox). May be given several times",
	 .kind = OPTION_STRINGS,
	 .offset = offsetof(struct mailbox_settings, back_ends),
	 .repeatable = true,
	 .engine = true},
	{.name = "per-server",
	 .arg = "N",
	 .help = "test at most N at a time on one host, {min} to {max} (default: {} of --accounts, "
		 "else all): providers limit accounts that are in haste. Of --accounts one message "
		 "at a time is sent for one sender, up to 2 s apart",
	 .show = show_per_server,
	 .kind = OPTION_UINT,
	 .min = 1,
	 .max = 1000,
	 .offset = offsetof(struct mailbox_settings, per_server),
	 .engine = true},
	{0},
};

const struct option_def mailbox_reset_option[] = {
	{.name = "reset-test-account",
	 .arg = "[SECTION][@FILE]",
	 .optional = true,
	 .help = "give the account of -U, or each of --accounts, a new password first, in its "
		 "password file, if the old one is older than a week: by mailflow_test_account, "
		 "whose options are read from that section of an ini file, as --extra-opts does "
		 "(default: [mailflow_test_account]). Where that fails it is a WARNING, and the "
		 "old password is used",
	 .kind = OPTION_STRING,
	 .offset = offsetof(struct mailbox_settings, reset_section)},
	{0},
};

const struct option_def mailbox_message_options[] = {
	{.group = "Test message",
	 .name = "light",
	 .letter = 'L',
	 .alias = "light-mode",
	 .arg = "logon|mailbox",
	 .optional = true,
	 .help = "only log on (logon, the default), or also open the mailbox without changing it "
		 "(mailbox): some servers let a user log on whose mailbox they cannot open. No "
		 "message is sent, read or deleted",
	 .kind = OPTION_CALL,
	 .call = mailbox_settings_set_light,
	 .engine = true},
	{.name = "probe",
	 .arg = "self|proxy|deep|ctp",
	 .help = "how far to go, by the probes of Exchange: self is the front end's greeting, TLS "
		 "and capabilities, and needs no user; proxy a logon through it (as --light); "
		 "deep a logon straight to --back-end, where the mailbox is opened (as "
		 "--light=mailbox; -H is not needed, nor tested); ctp the whole round trip of a "
		 "customer (as without --light)",
	 .kind = OPTION_CALL,
	 .call = mailbox_settings_set_probe,
	 .engine = true},
	{.name = "smtp",
	 .arg = "ENDPOINT",
	 .help = "where the test message is handed in, as HOST[:PORT[:TYPE]] (default: the host "
		 "under test, port {}, STARTTLS)",
	 .kind = OPTION_STRING,
	 .offset = offsetof(struct mailbox_settings, smtp),
	 .show = show_submission_port,
	 .engine = true},
	{.name = "smtp-username",
	 .arg = "USER",
	 .help = "name to log on to SMTP with (default: that of --username); empty: do not log on "
		 "to SMTP",
	 .kind = OPTION_STRING,
	 .may_be_empty = true,
	 .offset = offsetof(struct mailbox_settings, smtp_username),
	 .engine = true},
	{.name = "smtp-password-file",
	 .arg = "FILE",
	 .help = "read the password for SMTP from the first line of FILE, where it is not the "
		 "mailbox's; or put it into MAILFLOW_SMTP_PASSWORD",
	 .kind = OPTION_STRING,
	 .offset = offsetof(struct mailbox_settings, smtp_password_file),
	 .engine = true},
	{.name = "smtp-oauth-token-file",
	 .arg = "FILE",
	 .help = "as --oauth-token-file, for SMTP, where its token is not the mailbox's",
	 .kind = OPTION_STRING,
	 .offset = offsetof(struct mailbox_settings, smtp_token_file),
	 .engine = true},
	{.name = "smtp-oauth-token-command",
	 .arg = "COMMAND",
	 .help = "as --oauth-token-command, for SMTP; %u is its user",
	 .kind = OPTION_STRING,
	 .offset = offsetof(struct mailbox_settings, smtp_token_command)},
	{.name = "smtp-provider",
	 .arg = "NAME",
	 .help = "as --provider, for SMTP",
	 .kind = OPTION_STRING,
	 .offset = offsetof(struct mailbox_settings, smtp_provider),
	 .engine = true},
	{.name = "smtp-auth",
	 .arg = "MECH[,...]",
	 .help = "as --auth, for SMTP (default: the best that both sides have)",
	 .kind = OPTION_CALL,
	 .call = mailbox_settings_set_smtp_auth,
	 .values = logon_settings_show_order,
	 .engine = true},
	{.name = "smtp-certificate-name",
	 .arg = "NAME",
	 .help = "as --certificate-name, for SMTP (default: that, where it is the same host, else "
		 "its host)",
	 .kind = OPTION_STRING,
	 .offset = offsetof(struct mailbox_settings, smtp_certificate_name),
	 .engine = true},
	{.name = "smtp-sni",
	 .arg = "NAME",
	 .help = "as --sni, for SMTP, with the same default",
	 .kind = OPTION_STRING,
	 .offset = offsetof(struct mailbox_settings, smtp_sni),
	 .engine = true},
	{.name = "mailto",
	 .arg = "ADDRESS",
	 .help = "address whose mail arrives in the mailbox (default: the user name, if it is an "
		 "address)",
	 .kind = OPTION_ADDRESS,
	 .offset = offsetof(struct mailbox_settings, mailto),
	 .engine = true},
	{.name = "mailfrom",
	 .arg = "ADDRESS",
	 .help = "sender of the test message (default: that of --mailto); \"<>\" is the null "
		 "sender",
	 .kind = OPTION_ADDRESS,
	 .offset = offsetof(struct mailbox_settings, mailfrom),
	 .engine = true},
	{.name = "altered",
	 .arg = "ok|warning|critical",
	 .help = "state when the message was changed on its way: subject tagged, a field lost, "
		 "text rewritten (default: warning)",
	 .kind = OPTION_CALL,
	 .call = mailbox_settings_set_altered,
	 .engine = true},
	{.name = "max-age",
	 .arg = "HOURS",
	 .help = "delete test messages of earlier runs that are older than this, {min} to {max} "
		 "(default: {})",
	 .kind = OPTION_UINT,
	 .min = 1,
	 .max = 8760,
	 .offset = offsetof(struct mailbox_settings, max_age_h),
	 .engine = true},
	{0},
};

const struct option_def mailbox_imap_options[] = {
	{.name = "mailbox",
	 .arg = "NAME",
	 .help = "mailbox that the test message arrives in (default: {})",
	 .kind = OPTION_STRING,
	 .offset = offsetof(struct mailbox_settings, mailbox),
	 .engine = true},
	{.name = "look-in",
	 .arg = "NAME",
	 .help = "folder to look into, too, when the message is missing, besides those for junk "
		 "mail: by its name, or by what it is for, such as \\Archive. May be given several "
		 "times",
	 .kind = OPTION_STRINGS,
	 .offset = offsetof(struct mailbox_settings, look_in),
	 .repeatable = true,
	 .engine = true},
	{.name = "junk",
	 .arg = "warning|critical",
	 .help = "state when the message is in one of these (default: critical)",
	 .kind = OPTION_CALL,
	 .call = mailbox_settings_set_junk,
	 .engine = true},
	{.name = "clean",
	 .arg = "NAME",
	 .help = "delete the message and those of earlier runs in this folder, too, as in "
		 "--look-in: \\Sent at Exchange Online and others that file what is submitted. "
		 "May be given several times",
	 .kind = OPTION_STRINGS,
	 .offset = offsetof(struct mailbox_settings, clean),
	 .repeatable = true,
	 .engine = true},
	{0},
};

const struct option_def mailbox_confirm_option[] = {
	{.name = "confirm",
	 .arg = "yes|no",
	 .optional = true,
	 .help = "ask on the terminal before a message is sent or deleted; with no, ask nothing at "
		 "all, not even for a password that is not given",
	 .kind = OPTION_CALL,
	 .call = settings_set_confirm},
	{0},
};
