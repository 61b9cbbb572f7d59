/* mailbox_settings.c - what the options of the mailbox plugins mean: where the test message is
 * handed in, by whom and for whom
 *
 * Errors say what is wrong and what would be right; no message shows a password. */
#include "config/mailbox_settings.h"

#include <stdlib.h>
#include <string.h>

#include "base/xalloc.h"
#include "base/span.h"
#include "base/text.h"
#include "mail/imap/imap_list.h"
#include "mail/message.h"

enum { MAX_AGE_DEFAULT_H = 24 };

void mailbox_settings_init(struct mailbox_settings *m, const char *protocol,
			   const struct service_ports *ports)
{
	*m = (struct mailbox_settings){
		.max_age_h = MAX_AGE_DEFAULT_H, .altered = STATE_WARNING, .mailbox = "INBOX"};
	settings_init(&m->common, protocol, ports);
}

int mailbox_settings_set_altered(void *settings, const struct option_def *def, const char *value,
				 struct err *err)
{
	struct mailbox_settings *m = settings;

	(void)def;
	if (state_parse(value, &m->altered) || m->altered == STATE_UNKNOWN)
		return err_set(err, ERR_USAGE, "\"%.40s\" is none of ok, warning, critical", value);
	return 0;
}

int mailbox_settings_set_light(void *settings, const struct option_def *def, const char *value,
			       struct err *err)
{
	struct mailbox_settings *m = settings;

	(void)def;
	if (!value || span_is(span_of(value), "logon"))
		m->light = LIGHT_LOGON;
	else if (span_is(span_of(value), "mailbox"))
		m->light = LIGHT_MAILBOX;
	else
		return err_set(err, ERR_USAGE, "\"%.40s\" is none of logon, mailbox", value);
	return 0;
}

int mailbox_settings_set_junk(void *settings, const struct option_def *def, const char *value,
			      struct err *err)
{
	struct mailbox_settings *m = settings;
	enum state state;

	(void)def;
	if (state_parse(value, &state) || (state != STATE_WARNING && state != STATE_CRITICAL))
		return err_set(err, ERR_USAGE, "\"%.40s\" is none of warning, critical", value);
	m->common.rules.misplaced_warns = state == STATE_WARNING;
	return 0;
}

int mailbox_settings_set_smtp_auth(void *settings, const struct option_def *def, const char *value,
				   struct err *err)
{
	struct mailbox_settings *m = settings;

	(void)def;
	return mechanisms_parse(m->smtp_auth, value, FORM_SASL, err);
}

static int make_smtp_endpoint(const struct mailbox_settings *m, struct endpoint *e, struct err *err)
{
	*e = (struct endpoint){.mode = TLS_MODE_STARTTLS};
	if (!m->smtp)
		return 0;
	if (endpoint_parse(m->smtp, e, err))
		return err_prefix(err, "--smtp: ");
	endpoint_complete(e, TLS_MODE_DEFAULT, 0, &ports_submission);
	return settings_check_family(&m->common, e, err);
}

static int check_address(const char *option, const char *address, struct err *err)
{
	if (message_address_valid(address))
		return 0;
	return err_set(err, ERR_USAGE, "--%s: \"%.80s\" is not an address (local@domain)", option,
		       address);
}

static int make_addresses(const struct mailbox_settings *m, struct mailbox_user *u, struct err *err)
{
	const char *username = m->common.username;

	if (!m->mailto && !message_address_valid(username))
		return err_set(err, ERR_USAGE,
			       "the user name is not an address: give --mailto=ADDRESS, whose mail "
			       "arrives in this mailbox (or --light)");
	u->mailto = m->mailto ? m->mailto : username;
	u->mailfrom = m->mailfrom ? m->mailfrom : u->mailto;
	if (check_address("mailto", u->mailto, err))
		return -1;
	return *u->mailfrom ? check_address("mailfrom", u->mailfrom, err) : 0;
}

static int check_folders(const char *option, const struct string_list *folders, struct err *err)
{
	for (size_t i = 0; i < folders->count; i++)
		if (!text_is_ascii(folders->item[i]))
			return err_set(err, ERR_USAGE,
				       "--%s: write names that are not ASCII in modified UTF-7 "
				       "(RFC 3501)",
				       option);
		else if (strlen(folders->item[i]) >= IMAP_NAME_SIZE)
			return err_set(err, ERR_USAGE, "--%s: name too long", option);
	return 0;
}

static int check_streams(const struct mailbox_settings *m, struct err *err)
{
	const char *one = m->common.password_file, *other = m->smtp_password_file;

	if (one && other && !strcmp(one, "-") && !strcmp(other, "-"))
		return err_set(err, ERR_USAGE,
			       "--password-file and --smtp-password-file cannot both read standard "
			       "input");
	return 0;
}

/* Its own sources; where the user is the mailbox's, none is needed. */
static int smtp_password(struct mailbox_settings *m, bool same_user, struct err *err)
{
	if (m->smtp_password_file) {
		if (settings_fill_secret(&m->common, &m->smtp_password, m->smtp_password_file,
					 false, err))
			return err_prefix(err, "--smtp-password-file: ");
		return 0;
	}
	if (secret_take_environment(&m->smtp_password, "MAILFLOW_SMTP_PASSWORD", err) ||
	    settings_credential(&m->common, "smtp-password", &m->smtp_password, err))
		return -1;
	bool needed = m->smtp_auth[0] ? mechanisms_need(m->smtp_auth, NEEDS_PASSWORD)
				      : !m->common.logon.token_command;
	if (same_user || !needed || secret_is_set(&m->smtp_password))
		return 0;
	return err_set(err, ERR_USAGE,
		       "--smtp-username needs --smtp-password-file=FILE or MAILFLOW_SMTP_PASSWORD");
}

/* Who logs on to SMTP, or NULL. */
static const char *smtp_user(const struct mailbox_settings *m)
{
	const char *name = m->smtp_username ? m->smtp_username : m->common.username;

	return !m->light && *name ? name : NULL;
}

static int get_tokens(struct mailbox_settings *m, struct err *err)
{
	struct mailbox_user *u = &m->user;
	const char *command = m->common.logon.token_command;
	struct token_wanted wanted[] = {{command, u->who.username, NULL},
					{command, u->smtp_who.username, NULL}};

	if (logon_settings_get_tokens(&m->common, wanted, 2, err))
		return -1;
	if (command) {
		u->who.token = wanted[0].token_r;
		u->smtp_who.token = wanted[1].token_r;
	}
	return 0;
}

static int find_credentials(struct mailbox_settings *m, struct err *err)
{
	struct settings *s = &m->common;
	struct mailbox_user *u = &m->user;
	const char *smtp_username = smtp_user(m);
	bool same_user = logon_settings_is_user(s, smtp_username);
	const struct secret *token = &s->logon.token;

	u->who = logon_settings_credentials(s, s->username, &s->password, token);
	u->smtp_who = logon_settings_credentials(s, smtp_username, &m->smtp_password,
						 same_user ? token : NULL);
	u->smtp_who.authzid = NULL;
	u->smtp_who.auth = m->smtp_auth[0] ? m->smtp_auth : NULL;
	if (get_tokens(m, err) || (smtp_username && smtp_password(m, same_user, err)) ||
	    settings_password(s, s->username, err))
		return -1;
	if (same_user && !secret_is_set(&m->smtp_password))
		u->smtp_who.password = &s->password;
	return 0;
}

/* Everything that can be wrong is looked at before a password is asked for. */
int mailbox_settings_finish(struct mailbox_settings *m, struct err *err)
{
	struct settings *s = &m->common;
	struct mailbox_user *u = &m->user;
	bool sends = !m->light;

	if (sends && make_smtp_endpoint(m, &u->smtp_endpoint, err))
		return -1;
	if (settings_finish(s, sends && u->smtp_endpoint.mode != TLS_MODE_PLAINTEXT, err))
		return -1;
	if (!s->username)
		return err_set(err, ERR_USAGE, "no user name: give -U USER");
	if (sends && make_addresses(m, u, err))
		return -1;
	if (check_folders("look-in", &m->look_in, err) || check_folders("clean", &m->clean, err) ||
	    check_streams(m, err))
		return -1;
	u->mailbox = m->mailbox;
	if (sends && m->smtp_password_file && !smtp_user(m))
		return err_set(err, ERR_USAGE,
			       "--smtp-password-file: an empty --smtp-username does not log on");
	return find_credentials(m, err);
}

void mailbox_settings_free(struct mailbox_settings *m)
{
	free(m->look_in.item);
	free(m->clean.item);
	secret_free(&m->smtp_password);
	settings_free(&m->common);
}
