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

static int make_smtp_endpoint(struct mailbox_settings *m, struct err *err)
{
	struct endpoint *e = &m->smtp_endpoint;

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

static int make_addresses(struct mailbox_settings *m, struct err *err)
{
	const char *username = m->common.username;

	if (!m->mailto && !message_address_valid(username))
		return err_set(err, ERR_USAGE,
			       "the user name is not an address: give --mailto=ADDRESS, whose mail "
			       "arrives in this mailbox (or --light)");
	if (!m->mailto)
		m->mailto = username;
	if (!m->mailfrom)
		m->mailfrom = m->mailto;
	if (check_address("mailto", m->mailto, err))
		return -1;
	return *m->mailfrom ? check_address("mailfrom", m->mailfrom, err) : 0;
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
		if (secret_read_file(&m->smtp_password, m->smtp_password_file, &m->common.limit,
				     err))
			return err_prefix(err, "--smtp-password-file: ");
		settings_note_secret(&m->common, &m->smtp_password, m->smtp_password_file);
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

/* Everything that can be wrong is looked at before a password is asked for. */
int mailbox_settings_finish(struct mailbox_settings *m, struct err *err)
{
	struct settings *s = &m->common;
	bool sends = !m->light;

	if (sends && make_smtp_endpoint(m, err))
		return -1;
	if (settings_finish(s, sends && m->smtp_endpoint.mode != TLS_MODE_PLAINTEXT, err))
		return -1;
	if (!s->username)
		return err_set(err, ERR_USAGE, "no user name: give -U USER");
	if (sends && make_addresses(m, err))
		return -1;
	if (check_folders("look-in", &m->look_in, err) || check_folders("clean", &m->clean, err) ||
	    check_streams(m, err))
		return -1;
	m->smtp_history = xcalloc(1, sizeof(*m->smtp_history));
	if (!m->smtp_username)
		m->smtp_username = s->username;
	if (!*m->smtp_username)
		m->smtp_username = NULL;
	if (sends && !m->smtp_username && m->smtp_password_file)
		return err_set(err, ERR_USAGE,
			       "--smtp-password-file: an empty --smtp-username does not log on");
	bool smtp_logon = sends && m->smtp_username;
	bool same_user = smtp_logon && strcmp(m->smtp_username, s->username) == 0;
	const char *const users[] = {s->username, m->smtp_username};
	if (logon_settings_get_tokens(s, users, smtp_logon ? 2 : 1, err))
		return -1;
	if (smtp_logon && smtp_password(m, same_user, err))
		return -1;
	if (settings_password(s, s->username, err))
		return -1;
	if (same_user && !secret_is_set(&m->smtp_password) && secret_is_set(&s->password))
		return secret_set(&m->smtp_password, s->password.value, err);
	return 0;
}

void mailbox_settings_free(struct mailbox_settings *m)
{
	free(m->look_in.item);
	free(m->clean.item);
	secret_free(&m->smtp_password);
	free(m->smtp_history);
	m->smtp_history = NULL;
	settings_free(&m->common);
}
