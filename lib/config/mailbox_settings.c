/* mailbox_settings.c - what the options of the mailbox plugins mean: where the test message is
 * handed in, by whom and for whom
 *
 * Errors say what is wrong and what would be right; no message shows a password. */
#include "config/mailbox_settings.h"

#include <stdlib.h>
#include <string.h>

#include "base/steps.h"
#include "base/xalloc.h"
#include "base/span.h"
#include "config/account_resets.h"
#include "config/back_ends.h"
#include "config/mailbox_secrets.h"
#include "mail/imap/imap_quote.h"

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

static int check_folders(const char *option, const struct string_list *folders, struct err *err)
{
	for (size_t i = 0; i < folders->count; i++)
		if (imap_check_name(folders->item[i], err))
			return err_prefix(err, "--%s: ", option);
	return 0;
}

static int check_inputs(const struct mailbox_settings *m, struct err *err)
{
	const struct input_option options[] = {
		{"accounts", m->accounts_file},
		{"discover", m->common.discovery.source ? "-" : NULL},
		{"endpoints", m->common.endpoints_file},
		{"password-file", m->common.password_file},
		{"oauth-token-file", m->common.logon.token_file},
		{"smtp-password-file", m->smtp_password_file},
		{"smtp-oauth-token-file", m->smtp_token_file},
	};

	return settings_check_inputs(options, sizeof(options) / sizeof(options[0]), err);
}

bool mailbox_settings_open(const struct mailbox_settings *m)
{
	return m->light == LIGHT_OFF || m->light == LIGHT_MAILBOX;
}

bool mailbox_settings_is_smtp_user(const struct mailbox_settings *m, const char *username)
{
	const char *user = m->smtp_username ? m->smtp_username : m->common.username;

	if (m->discovered && !m->smtp_username) /* whoever the mailbox's is */
		return username;
	return username && user && !strcmp(username, user);
}

bool mailbox_settings_lists(const struct mailbox_settings *m)
{
	return m->accounts_file || m->discovered;
}

static const char *smtp_secret_option(const struct mailbox_settings *m)
{
	if (m->smtp_password_file)
		return "--smtp-password-file";
	if (m->smtp_token_file)
		return "--smtp-oauth-token-file";
	if (m->smtp_token_command)
		return "--smtp-oauth-token-command";
	return m->smtp_provider ? "--smtp-provider" : NULL;
}

/* What every mailbox is logged on to by. */
static int check_pattern(const struct settings *s, struct err *err)
{
	const char *user = s->username, *authzid = s->logon.authzid;

	if (!user || strstr(user, "%u") || (authzid && strstr(authzid, "%u")))
		return 0;
	return err_set(err, ERR_USAGE,
		       "-U %.80s would log on to all mailboxes that are found: write %%u for the "
		       "name of each, as in %%u*%.80s",
		       user, user);
}

/* What was said for a user, or for end points, must not be passed over in silence. */
static int check_use(const struct mailbox_settings *m, struct err *err)
{
	const struct settings *s = &m->common;
	bool has_secret = s->password_file || s->password_fd || secret_is_set(&s->password) ||
			  s->logon.token_file;

	if (!m->light && smtp_secret_option(m) && m->smtp_username && !*m->smtp_username)
		return err_set(err, ERR_USAGE, "%s: an empty --smtp-username does not log on",
			       smtp_secret_option(m));
	if (m->discovered)
		return check_pattern(s, err);
	if (m->accounts_file && has_secret && !s->username)
		return err_set(err, ERR_USAGE,
			       "a secret is given without -U USER: that of accounts belongs into "
			       "the section [defaults] of --accounts");
	if (m->accounts_file && !m->light && smtp_secret_option(m) && !m->smtp_username &&
	    !s->username)
		return err_set(err, ERR_USAGE,
			       "%s is given without --smtp-username: that of accounts belongs into "
			       "the section [defaults] of --accounts",
			       smtp_secret_option(m));
	return 0;
}

static bool hands_in(const struct mailbox_settings *m)
{
	for (size_t i = 0; i < m->users.count; i++)
		if (mailbox_settings_is_smtp_user(m, m->users.item[i].smtp_who.username))
			return true;
	return false;
}

static unsigned int tls_parts(enum tls_mode mode, unsigned int tls, unsigned int starttls)
{
	switch (mode) {
	case TLS_MODE_PLAINTEXT:
		return 0;
	case TLS_MODE_IMPLICIT:
		return tls;
	default:
		return tls | starttls;
	}
}

/* What the tests of all of them come to. */
static unsigned int parts_of(const struct mailbox_settings *m)
{
	const bool imap = !strcmp(m->common.rules.protocol, "imap");
	const unsigned int tls = imap ? PART_IMAP_TLS : PART_POP_TLS;
	const unsigned int starttls = imap ? PART_IMAP_STARTTLS : PART_POP_STARTTLS;
	const unsigned int mailbox = imap ? PART_IMAP_MAILBOX : PART_POP_MAILBOX;
	unsigned int parts = imap ? PART_IMAP : PART_POP;

	if (m->light != LIGHT_GREETING)
		parts |= imap ? PART_IMAP_LOGIN : PART_POP_LOGIN;
	if (mailbox_settings_open(m))
		parts |= mailbox;
	if (!m->light)
		parts |= PART_SUBMISSION | (imap ? PART_IMAP_DELIVERY : PART_POP_DELIVERY);
	for (size_t i = 0; i < m->users.count; i++) {
		const struct mailbox_user *u = &m->users.item[i];
		for (size_t k = 0; k < u->endpoints; k++)
			parts |= tls_parts(u->endpoint[k].mode, tls, starttls);
		if (u->front_ends && u->endpoints > u->front_ends)
			parts |= PART_PROXY;
		if (m->light)
			continue;
		parts |= u->smtp_who.username ? PART_SUBMISSION_LOGIN : 0;
		parts |= tls_parts(u->smtp_endpoint.mode, PART_SUBMISSION_TLS,
				   PART_SUBMISSION_STARTTLS);
	}
	return parts;
}

/* Whether mailboxes are what it is to find. */
static bool wants_mailboxes(const struct discovery *d)
{
	static const char *const options[] = {"--mailboxes", "--mailbox-filter", "--database"};

	for (size_t i = 0; i < sizeof(options) / sizeof(options[0]); i++)
		if (discovery_has_option(d, options[i]))
			return true;
	return false;
}

static int discover_targets(struct mailbox_settings *m, struct err *err)
{
	const char *const more[] = {m->homes ? "--back-ends" : NULL, NULL};
	struct settings *s = &m->common;

	if (m->discovered)
		return settings_discover(s, "accounts", more, &m->accounts_file, err);
	if (m->probe == PROBE_DEEP)
		return 0;
	return settings_discover(s, "endpoints", NULL, &s->endpoints_file, err);
}

/* Everything that can be wrong is looked at before a password is asked for. */
int mailbox_settings_finish(struct mailbox_settings *m, struct err *err)
{
	struct settings *s = &m->common;

	m->discovered = wants_mailboxes(&s->discovery);
	s->no_hostname_ok = mailbox_settings_lists(m) || m->probe == PROBE_DEEP;
	s->several = mailbox_settings_lists(m) || m->back_ends.count;
	s->tokens_apart = mailbox_settings_lists(m);
	if (mailbox_settings_lists(m) && !m->per_server)
		m->per_server = MAILBOX_PER_SERVER_DEFAULT;
	if (probe_apply(m, err) || settings_check_hostnames(s, err) || check_inputs(m, err) ||
	    check_use(m, err) || back_ends_list(m, err) || discover_targets(m, err) ||
	    mailbox_users_begin(m, err) || settings_finish(s, mailbox_users_need_tls(m), err) ||
	    check_folders("look-in", &m->look_in, err) || check_folders("clean", &m->clean, err))
		return -1;
	if (m->accounts_file)
		s->tls.chain_cache = m->chain_cache = chain_cache_new();
	back_ends_finish(m);
	if (account_resets_run(m, err) || (hands_in(m) && mailbox_secrets_of_smtp(m, err)) ||
	    mailbox_users_finish(m, err) || settings_check_steps(s, parts_of(m), err))
		return -1;
	if (accounts_hold_password(&m->users.accounts))
		settings_note_file(s, m->accounts_file);
	return mailbox_secrets_ask(m, err);
}

void mailbox_settings_free(struct mailbox_settings *m)
{
	free(m->back_ends.item);
	free(m->behind.item);
	free(m->look_in.item);
	free(m->clean.item);
	secret_free(&m->smtp_password);
	secret_free(&m->smtp_token);
	free(m->smtp_provider_command);
	m->smtp_provider_command = NULL;
	mailbox_users_free(&m->users);
	chain_cache_free(m->chain_cache);
	m->chain_cache = NULL;
	settings_free(&m->common);
}
