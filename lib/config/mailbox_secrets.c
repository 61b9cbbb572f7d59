/* mailbox_secrets.c - what the mailboxes under test, and those who hand in their messages, log on
 * with */
#include "config/mailbox_secrets.h"

#include <string.h>

/* What a leg logs on with, and what it is called in the file: keys begin with that prefix. */
struct leg {
	const char *prefix;
	const struct account_logon *logon;
	struct credentials *who;
	struct token_wanted *token;
	const char *own_auth; /* mechanisms of its own, or ""; else those of the option */
};

/* ---- providers ---- */

static int use_provider(const struct settings *s, struct account_logon *l, const char *prefix,
			struct err *err)
{
	if (!l->provider)
		return 0;
	l->token_command = logon_settings_provider(s, prefix, l->provider, err);
	return l->token_command ? 0 : -1;
}

int mailbox_secrets_begin(const struct settings *s, struct account *a, struct err *err)
{
	if (a->disabled)
		return 0;
	if (use_provider(s, &a->mailbox_logon, "", err))
		return -1;
	return use_provider(s, &a->smtp_logon, "smtp-", err);
}

/* ---- what the options say for SMTP ---- */

static int smtp_password(struct mailbox_settings *m, struct err *err)
{
	struct secret *password = &m->smtp_password;

	if (!m->smtp_password_file)
		return secret_take_environment(password, "MAILFLOW_SMTP_PASSWORD", err) ||
				       settings_credential(&m->common, "smtp-password", password,
							   false, err)
			       ? -1
			       : 0;
	if (settings_fill_secret(&m->common, password, m->smtp_password_file, false, err))
		return err_prefix(err, "--smtp-password-file: ");
	return 0;
}

static int smtp_token(struct mailbox_settings *m, struct err *err)
{
	static const char prefix[] = "--smtp-";

	if (logon_settings_one_token(prefix, m->smtp_token_file, m->smtp_token_command,
				     m->smtp_provider, err))
		return -1;
	if (m->smtp_provider) {
		m->smtp_provider_command =
			logon_settings_provider(&m->common, prefix, m->smtp_provider, err);
		m->smtp_token_command = m->smtp_provider_command;
		return m->smtp_token_command ? 0 : -1;
	}
	if (!m->smtp_token_file)
		return settings_credential(&m->common, "smtp-oauth-token", &m->smtp_token, true,
					   err);
	if (settings_fill_secret(&m->common, &m->smtp_token, m->smtp_token_file, true, err))
		return err_prefix(err, "--smtp-oauth-token-file: ");
	return 0;
}

static bool has_smtp_token(const struct mailbox_settings *m)
{
	return m->smtp_token_command || m->smtp_token_file || secret_is_set(&m->smtp_token);
}

static bool has_smtp_secret(const struct mailbox_settings *m)
{
	return secret_is_set(&m->smtp_password) || has_smtp_token(m);
}

/* Where the user is the mailbox's, none is needed. */
int mailbox_secrets_of_smtp(struct mailbox_settings *m, struct err *err)
{
	const struct settings *s = &m->common;
	const char *auth = m->smtp_auth[0] ? m->smtp_auth : NULL;

	if (smtp_password(m, err) || smtp_token(m, err))
		return -1;
	bool same = !m->smtp_username || logon_settings_is_user(s, m->smtp_username);
	bool has_token = has_smtp_token(m) || s->logon.token_command;
	if (same || secret_is_set(&m->smtp_password) || s->what_if ||
	    !logon_settings_need_password(s, auth, has_token))
		return 0;
	return err_set(err, ERR_USAGE,
		       "--smtp-username needs --smtp-password-file=FILE or MAILFLOW_SMTP_PASSWORD");
}

/* ---- what an account says itself ---- */

static int use_password(struct settings *s, const struct leg *leg, struct err *err)
{
	const struct account_logon *l = leg->logon;

	if (l->password.value)
		leg->who->password = &l->password;
	if (!l->password_file)
		return 0;
	leg->who->password = settings_read_secret(s, l->password_file, false, err);
	return leg->who->password ? 0 : err_prefix(err, "%spassword-file: ", leg->prefix);
}

static int use_token(struct settings *s, const struct leg *leg, struct err *err)
{
	const struct account_logon *l = leg->logon;

	if (!l->token_file)
		return 0;
	leg->who->token = settings_read_secret(s, l->token_file, true, err);
	return leg->who->token ? 0 : err_prefix(err, "%soauth-token-file: ", leg->prefix);
}

static bool has_own_secret(const struct account_logon *l)
{
	return l->token_command || l->token_file || l->password_file || l->password.value;
}

/* Which command gets its token, if any does. */
static struct token_wanted token_wanted(const struct settings *s, const struct leg *leg)
{
	const char *username = leg->who->username;

	if (!has_own_secret(leg->logon))
		return (struct token_wanted){
			.command = s->logon.token_command,
			.username = username,
			.name = "--oauth-token-command",
		};
	return (struct token_wanted){
		.command = leg->logon->token_command,
		.username = username,
		.name = *leg->prefix ? "smtp-oauth-token-command" : "oauth-token-command",
	};
}

static int use_logon(struct settings *s, const struct leg *leg, struct err *err)
{
	if (leg->own_auth[0])
		leg->who->auth = leg->own_auth;
	*leg->token = token_wanted(s, leg);
	return use_password(s, leg, err) || use_token(s, leg, err) ? -1 : 0;
}

/* With --what-if a source is enough: nobody types then. */
static bool has_token(const struct settings *s, const struct leg *leg)
{
	return leg->token->command || leg->logon->token_file ||
	       logon_settings_has_token(s, leg->who);
}

/* What its mechanisms need. */
static int check_auth(const struct settings *s, const struct leg *leg, struct err *err)
{
	const char *option = *leg->prefix ? "--smtp-auth" : "--auth";
	const char *name = leg->own_auth[0] ? option + strlen("--") : option;

	return logon_settings_check(s, name, leg->who->auth, has_token(s, leg), err);
}

/* For a user whom the options do not know. */
static int check_secret(const struct settings *s, const struct leg *leg, struct err *err)
{
	if (leg->who->password ||
	    !logon_settings_need_password(s, leg->who->auth, has_token(s, leg)))
		return 0;
	err_set(err, ERR_USAGE, "has %s of its own and no secret",
		*leg->prefix ? "an SMTP user" : "a user");
	err_hint(err, "give it %spassword-file, or [defaults] if all have the same", leg->prefix);
	return -1;
}

/* ---- both legs ---- */

/* The secrets of the options are for all mailboxes that are found. */
static int find_mailbox(struct settings *s, struct mailbox_user *u, bool discovered,
			struct token_wanted *token, struct err *err)
{
	bool same = discovered || logon_settings_is_user(s, u->who.username);
	struct leg leg = {"", &u->account->mailbox_logon, &u->who, token, u->auth};

	u->who = logon_settings_credentials(s, u->who.username, same ? &s->password : NULL,
					    same ? &s->logon.token : NULL);
	if (u->account->authzid)
		u->who.authzid = u->account->authzid;
	if (use_logon(s, &leg, err) || check_auth(s, &leg, err))
		return -1;
	return same ? 0 : check_secret(s, &leg, err);
}

/* Where the account says nothing. */
static void borrow_secret(struct mailbox_settings *m, const struct mailbox_user *u,
			  const struct token_wanted *mailbox_token, struct leg *leg)
{
	const char *username = leg->who->username;

	if (mailbox_settings_is_smtp_user(m, username) && has_smtp_secret(m)) {
		leg->who->password = &m->smtp_password;
		leg->who->token = has_smtp_token(m) ? &m->smtp_token : NULL;
		leg->token->command = m->smtp_token_command;
		leg->token->name = "--smtp-oauth-token-command";
	} else if (!strcmp(username, u->who.username)) {
		leg->who->password = u->who.password;
		leg->who->token = u->who.token;
		leg->token->command = mailbox_token->command;
		leg->token->name = mailbox_token->name;
	}
}

static int find_smtp(struct mailbox_settings *m, struct mailbox_user *u, struct token_wanted *token,
		     struct err *err)
{
	const char *username = u->smtp_who.username;
	struct leg leg = {"smtp-", &u->account->smtp_logon, &u->smtp_who, &token[1], u->smtp_auth};

	u->smtp_who = logon_settings_credentials(&m->common, username, NULL, NULL);
	u->smtp_who.authzid = NULL;
	u->smtp_who.auth = m->smtp_auth[0] ? m->smtp_auth : NULL;
	if (!username)
		return 0;
	if (use_logon(&m->common, &leg, err))
		return -1;
	if (!account_has_smtp_secret(u->account))
		borrow_secret(m, u, &token[0], &leg);
	if (check_auth(&m->common, &leg, err))
		return -1;
	/* of the others it has been looked for where they are named */
	return u->account->smtp_logon.username ? check_secret(&m->common, &leg, err) : 0;
}

int mailbox_secrets_find(struct mailbox_settings *m, struct mailbox_user *u,
			 struct token_wanted wanted[2], struct err *err)
{
	if (find_mailbox(&m->common, u, m->discovered, &wanted[0], err))
		return -1;
	return find_smtp(m, u, wanted, err);
}

/* ---- tokens, and the password of the options ---- */

int mailbox_secrets_get_tokens(struct mailbox_settings *m, struct token_wanted *wanted,
			       struct err *err)
{
	struct mailbox_users *users = &m->users;

	if (logon_settings_get_tokens(&m->common, wanted, 2 * users->count, err))
		return -1;
	for (size_t i = 0; i < users->count; i++) {
		struct mailbox_user *u = &users->item[i];
		for (size_t k = 2 * i; k < 2 * i + 2; k++)
			if (wanted[k].err_r && !u->no_token)
				u->no_token = wanted[k].err_r->kind ? wanted[k].err_r : NULL;
		if (wanted[2 * i].token_r)
			u->who.token = wanted[2 * i].token_r;
		if (wanted[2 * i + 1].token_r)
			u->smtp_who.token = wanted[2 * i + 1].token_r;
	}
	return 0;
}

static bool has_password(const struct settings *s, const struct credentials *who)
{
	return who->username && who->password == &s->password;
}

static bool needs_password(const struct settings *s, const struct credentials *who)
{
	return has_password(s, who) &&
	       logon_settings_need_password(s, who->auth, logon_settings_has_token(s, who));
}

int mailbox_secrets_ask(struct mailbox_settings *m, struct err *err)
{
	struct settings *s = &m->common;
	bool wanted = false, needed = false;

	for (size_t i = 0; i < m->users.count; i++) {
		const struct mailbox_user *u = &m->users.item[i];
		wanted = wanted || has_password(s, &u->who) || has_password(s, &u->smtp_who);
		needed = needed || needs_password(s, &u->who) || needs_password(s, &u->smtp_who);
	}
	const char *whose = m->discovered ? "everybody" : s->username;
	return wanted ? settings_password(s, whose, needed, err) : 0;
}
