/* mailbox_users.c - the mailboxes to test, from accounts and options */
#include "config/mailbox_users.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/xalloc.h"
#include "config/endpoint_list.h"
#include "config/mailbox_settings.h"
#include "config/provider_command.h"
#include "mail/message.h"

/* ---- errors: an option's name, or an account's place in the file ---- */

int mailbox_user_place(const struct mailbox_settings *m, const struct mailbox_user *u,
		       struct err *err)
{
	const struct section *section = &u->account->section;

	if (!section->name)
		return -1;
	return err_prefix(err, "%s line %zu: [%s] ", m->accounts_file, section->line,
			  section->name);
}

/* The key's or the option's name. */
static const char *dashes(const struct mailbox_user *u)
{
	return u->account->section.name ? "" : "--";
}

/* ---- who they are, and where ---- */

static const char *or_else(const char *first, const char *second)
{
	return first ? first : second;
}

static int make_smtp_endpoint(const struct mailbox_settings *m, struct mailbox_user *u,
			      struct err *err)
{
	struct endpoint *e = &u->smtp_endpoint;

	*e = (struct endpoint){.mode = TLS_MODE_STARTTLS};
	if (u->account->smtp.host[0])
		*e = u->account->smtp;
	else if (!m->smtp)
		return 0;
	else if (endpoint_parse(m->smtp, e, err))
		return err_prefix(err, "--smtp: ");
	endpoint_complete(e, TLS_MODE_DEFAULT, 0, &ports_submission);
	return settings_check_family(&m->common, e, err);
}

static int check_address(const struct mailbox_user *u, const char *option, const char *address,
			 struct err *err)
{
	if (message_address_valid(address))
		return 0;
	return err_set(err, ERR_USAGE, "%s%s: \"%.80s\" is not an address (local@domain)",
		       dashes(u), option, address);
}

/* The first that is an address, or NULL. */
static const char *which_is_address(const char *first, const char *second)
{
	if (first && message_address_valid(first))
		return first;
	return message_address_valid(second) ? second : NULL;
}

static int make_addresses(const struct mailbox_settings *m, struct mailbox_user *u, struct err *err)
{
	const struct account *a = u->account;

	u->mailto = or_else(a->mailto, m->mailto);
	if (!u->mailto)
		u->mailto = which_is_address(a->section.name, u->who.username);
	if (!u->mailto)
		return err_set(err, ERR_USAGE,
			       "the user name is not an address: give %smailto=ADDRESS, whose mail "
			       "arrives in this mailbox (or --light)",
			       dashes(u));
	u->mailfrom = or_else(or_else(a->mailfrom, m->mailfrom), u->mailto);
	if (check_address(u, "mailto", u->mailto, err))
		return -1;
	return *u->mailfrom ? check_address(u, "mailfrom", u->mailfrom, err) : 0;
}

/* Who hands in its message, or NULL. */
static const char *smtp_user(const struct mailbox_settings *m, const struct mailbox_user *u)
{
	const struct account_logon *l = &u->account->smtp_logon;
	const char *name = or_else(or_else(l->username, m->smtp_username), u->who.username);
	bool none = l->auth && !strcasecmp(l->auth, "none");

	return !m->light && !none && *name ? name : NULL;
}

static int parse_auth(const char *key, const char *text, unsigned int forms,
		      char auth[SASL_MECHANISMS_SIZE], struct err *err)
{
	if (!text || mechanisms_parse(auth, text, forms, err) == 0)
		return 0;
	return err_prefix(err, "%s: ", key);
}

static int check_endpoints(const struct mailbox_user *u, struct err *err)
{
	const char *key = u->endpoints > u->front_ends ? "back-end" : "endpoint";

	return endpoint_list_check(u->endpoint, u->endpoints, err)
		       ? err_prefix(err, "%s%s: ", dashes(u), key)
		       : 0;
}

static void add_endpoints(struct mailbox_user *u, const struct endpoint *e, size_t count)
{
	if (!count)
		return;
	u->endpoint = xreallocarray(u->endpoint, u->endpoints + count, sizeof(*u->endpoint));
	memcpy(&u->endpoint[u->endpoints], e, count * sizeof(*e));
	u->endpoints += count;
}

/* Those that it names itself. */
static int make_endpoints(const struct mailbox_settings *m, struct mailbox_user *u, struct err *err)
{
	const struct account *a = u->account;

	if (m->probe == PROBE_DEEP)
		return 0;
	add_endpoints(u, a->front.item, a->front.count);
	u->front_ends = u->endpoints;
	for (size_t i = 0; i < u->endpoints; i++)
		if (settings_complete_endpoint(&m->common, &u->endpoint[i], err))
			return err_prefix(err, "endpoint: ");
	return check_endpoints(u, err);
}

static int begin(const struct mailbox_settings *m, struct mailbox_user *u, struct err *err)
{
	const struct account *a = u->account;
	const struct account_logon *l = &a->mailbox_logon;

	if (m->light != LIGHT_GREETING)
		u->who.username =
			or_else(or_else(l->username, m->common.username), a->section.name);
	if (!m->light && !a->disabled && make_smtp_endpoint(m, u, err))
		return -1;
	if (!u->who.username) /* nobody logs on; or what else is wrong is said first */
		return 0;
	if (make_endpoints(m, u, err))
		return -1;
	u->mailbox = or_else(a->mailbox, m->mailbox);
	u->smtp_who.username = smtp_user(m, u);
	if (parse_auth("auth", l->auth, logon_settings_forms(&m->common), u->auth, err) ||
	    (u->smtp_who.username &&
	     parse_auth("smtp-auth", a->smtp_logon.auth, FORM_SASL, u->smtp_auth, err)))
		return -1;
	return m->light || a->disabled ? 0 : make_addresses(m, u, err);
}

/* The command that its provider means. */
static int use_provider(const struct settings *s, struct account_logon *l, const char *prefix,
			struct err *err)
{
	if (!l->provider)
		return 0;
	l->token_command = provider_command(l->provider, s->connection_timeout_s, err);
	return l->token_command ? 0 : err_prefix(err, "%sprovider: ", prefix);
}

static int use_providers(const struct settings *s, struct account *a, struct err *err)
{
	if (a->disabled || use_provider(s, &a->mailbox_logon, "", err))
		return a->disabled ? 0 : -1;
	return use_provider(s, &a->smtp_logon, "smtp-", err);
}

int mailbox_users_begin(struct mailbox_settings *m, struct err *err)
{
	static const struct account of_options;
	struct mailbox_users *users = &m->users;
	struct accounts *a = &users->accounts;

	if (m->accounts_file &&
	    accounts_read(&users->accounts, m->accounts_file, &m->common.limit, err))
		return err_prefix(err, "--accounts: ");
	users->item = xcalloc(a->count + 1, sizeof(*users->item));
	users->count = m->accounts_file ? a->count : 1;
	for (size_t i = 0; i < users->count; i++) {
		struct mailbox_user *u = &users->item[i];
		struct account *own = m->accounts_file ? &a->item[i] : NULL;
		u->account = own ? own : &of_options;
		if (begin(m, u, err) || (own && use_providers(&m->common, own, err)))
			return mailbox_user_place(m, u, err);
	}
	return 0;
}

/* ---- end points ---- */

/* Back ends are as they were written. */
static bool may_use_tls(const struct endpoint_list *l)
{
	for (size_t i = 0; i < l->count; i++)
		if (l->item[i].mode != TLS_MODE_PLAINTEXT)
			return true;
	return false;
}

bool mailbox_users_need_tls(const struct mailbox_settings *m)
{
	if (may_use_tls(&m->behind))
		return true;
	for (size_t i = 0; i < m->users.count; i++) {
		const struct mailbox_user *u = &m->users.item[i];
		if (!m->light && u->smtp_endpoint.mode != TLS_MODE_PLAINTEXT)
			return true;
		if (may_use_tls(&u->account->behind))
			return true;
		for (size_t k = 0; k < u->endpoints; k++)
			if (u->endpoint[k].mode != TLS_MODE_PLAINTEXT)
				return true;
	}
	return false;
}

/* Where it has none of its own. */
static int borrow_endpoints(const struct mailbox_settings *m, struct mailbox_user *u,
			    struct err *err)
{
	const struct settings *s = &m->common;

	if (u->endpoints || m->probe == PROBE_DEEP)
		return 0;
	if (!s->endpoint_count)
		return err_set(err, ERR_USAGE, "has no endpoint, and no -H is given");
	add_endpoints(u, s->endpoints, s->endpoint_count);
	u->front_ends = u->endpoints;
	return 0;
}

/* What -p and -T say is meant for the front end. */
static int add_back_ends(const struct mailbox_settings *m, struct mailbox_user *u, struct err *err)
{
	const struct endpoint_list *own = &u->account->behind;
	const struct endpoint_list *all = own->count ? own : &m->behind;

	if (!all->count && m->probe == PROBE_DEEP)
		return err_set(err, ERR_USAGE, "has no back-end, and no --back-end is given");
	add_endpoints(u, all->item, all->count);
	for (size_t i = u->front_ends; i < u->endpoints; i++) {
		endpoint_complete(&u->endpoint[i], TLS_MODE_DEFAULT, 0, m->common.ports);
		if (settings_check_family(&m->common, &u->endpoint[i], err))
			return err_prefix(err, "%sback-end: ", dashes(u));
	}
	return all->count ? check_endpoints(u, err) : 0;
}

/* ---- secrets ---- */

/* What a leg logs on with, and what it is called in the file: keys begin with that prefix. */
struct leg {
	const char *prefix;
	const struct account_logon *logon;
	struct credentials *who;
	struct token_wanted *token;
	const char *auth; /* of its own; or "" */
};

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

/* Which command gets its token, if any does. */
static const char *token_command(const struct settings *s, const struct account_logon *l)
{
	if (l->token_command || l->token_file || l->password_file || l->password.value)
		return l->token_command;
	return s->logon.token_command;
}

static int use_logon(struct settings *s, const struct leg *leg, struct err *err)
{
	const char *username = leg->who->username;

	if (leg->auth[0])
		leg->who->auth = leg->auth;
	*leg->token = (struct token_wanted){.command = token_command(s, leg->logon),
					    .username = username};
	return use_password(s, leg, err) || use_token(s, leg, err) ? -1 : 0;
}

/* With --what-if a source is enough: nobody types then. */
static bool has_token(const struct leg *leg)
{
	return leg->token->command || leg->logon->token_file || credentials_have(leg->who->token);
}

/* For a user whom the options do not know. */
static int check_secret(const struct settings *s, const struct leg *leg, struct err *err)
{
	if (leg->who->password || !logon_settings_need_password(s, leg->auth, has_token(leg)))
		return 0;
	err_set(err, ERR_USAGE, "has %s of its own and no secret",
		*leg->prefix ? "an SMTP user" : "a user");
	err_hint(err, "give it %spassword-file, or [defaults] if all have the same", leg->prefix);
	return -1;
}

static int finish_mailbox(struct settings *s, struct mailbox_user *u, struct token_wanted *token,
			  struct err *err)
{
	bool same = logon_settings_is_user(s, u->who.username);
	bool has_options_token = same && logon_settings_have_token(s);
	struct leg leg = {"", &u->account->mailbox_logon, &u->who, token, u->auth};

	u->who = logon_settings_credentials(s, u->who.username, same ? &s->password : NULL,
					    same ? &s->logon.token : NULL);
	u->who.authzid = or_else(u->account->authzid, u->who.authzid);
	if (use_logon(s, &leg, err) ||
	    logon_settings_check(s, u->auth, has_token(&leg) || has_options_token, err))
		return -1;
	return same ? 0 : check_secret(s, &leg, err);
}

/* Where the account says nothing, the options' user has what they say, and the mailbox's what the
 * mailbox is logged on to with. */
static void borrow_secret(struct mailbox_settings *m, const struct mailbox_user *u,
			  const struct token_wanted *mailbox_token, struct leg *leg)
{
	const char *username = leg->who->username;

	if (mailbox_settings_is_smtp_user(m, username) && secret_is_set(&m->smtp_password)) {
		leg->who->password = &m->smtp_password;
	} else if (!strcmp(username, u->who.username)) {
		leg->who->password = u->who.password;
		leg->who->token = u->who.token;
		leg->token->command = mailbox_token->command;
	}
}

static int finish_smtp(struct mailbox_settings *m, struct mailbox_user *u,
		       struct token_wanted *token, struct err *err)
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
	/* of the others it has been looked for where they are named */
	return u->account->smtp_logon.username ? check_secret(&m->common, &leg, err) : 0;
}

/* Two for each user: the mailbox's, and SMTP's. */
static int get_tokens(struct mailbox_settings *m, struct token_wanted *wanted, struct err *err)
{
	struct mailbox_users *users = &m->users;

	if (logon_settings_get_tokens(&m->common, wanted, 2 * users->count,
				      m->accounts_file != NULL, err))
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

static int finish_users(struct mailbox_settings *m, struct token_wanted *wanted, struct err *err)
{
	for (size_t i = 0; i < m->users.count; i++) {
		struct mailbox_user *u = &m->users.item[i];
		if (!u->who.username && m->light != LIGHT_GREETING)
			return err_set(err, ERR_USAGE, "no user name: give -U USER");
		if (borrow_endpoints(m, u, err) || add_back_ends(m, u, err))
			return mailbox_user_place(m, u, err);
		if (u->account->disabled || !u->who.username)
			continue;
		if (finish_mailbox(&m->common, u, &wanted[2 * i], err) ||
		    finish_smtp(m, u, &wanted[2 * i], err))
			return mailbox_user_place(m, u, err);
	}
	return 0;
}

int mailbox_users_finish(struct mailbox_settings *m, struct err *err)
{
	struct token_wanted *wanted = xcalloc(2 * m->users.count, sizeof(*wanted));
	int rc = finish_users(m, wanted, err) || get_tokens(m, wanted, err) ? -1 : 0;

	free(wanted);
	return rc;
}

void mailbox_users_free(struct mailbox_users *u)
{
	for (size_t i = 0; i < u->count; i++) {
		free(u->item[i].endpoint);
		free(u->item[i].reset);
	}
	free(u->item);
	accounts_free(&u->accounts);
	*u = (struct mailbox_users){0};
}
