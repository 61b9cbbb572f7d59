/* mailbox_users.c - the mailboxes to test, from accounts and options */
#include "config/mailbox_users.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/percent.h"
#include "base/xalloc.h"
#include "config/endpoint_list.h"
#include "config/mailbox_secrets.h"
#include "config/mailbox_settings.h"
#include "mail/imap/imap_quote.h"
#include "mail/message.h"

enum { PATTERN_MAX = 1024 };

/* ---- errors: an option's name, or an account's place in the file ---- */

int mailbox_user_place(const struct mailbox_settings *m, const struct mailbox_user *u,
		       struct err *err)
{
	const struct section *section = &u->account->section;

	if (!section->name)
		return -1;
	if (m->discovered)
		return err_prefix(err, "--discover: [%s] ", section->name);
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
	const char *own = which_is_address(a->section.name, u->who.username);
	if (!u->mailto && own)
		u->mailto = u->own_address = message_address_ascii(own);
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
	if (u->mailbox && imap_check_name(u->mailbox, err))
		return err_prefix(err, "%smailbox: ", dashes(u));
	u->smtp_who.username = smtp_user(m, u);
	if (parse_auth("auth", l->auth, logon_settings_forms(&m->common), u->auth, err) ||
	    (u->smtp_who.username &&
	     parse_auth("smtp-auth", a->smtp_logon.auth, FORM_SASL, u->smtp_auth, err)))
		return -1;
	return m->light || a->disabled ? 0 : make_addresses(m, u, err);
}

/* *text becomes what the option says for that mailbox; NULL: nothing. */
static int use_pattern(const char *option, const char *pattern, const char *name, char **text,
		       struct err *err)
{
	struct buf out = BUF_INIT(PATTERN_MAX);
	int rc = 0;

	while (pattern && *pattern && rc == 0)
		rc = percent_take(&out, &pattern, name, err);
	if (rc == 0 && out.len) {
		free(*text);
		*text = xstrdup(buf_str(&out));
	}
	buf_free(&out);
	return rc ? err_prefix(err, "--%s: ", option) : 0;
}

/* Of a mailbox that was found: -U and --authzid are for each of them. */
static int use_patterns(const struct settings *s, struct account *a, struct err *err)
{
	const char *name = a->section.name;

	return use_pattern("username", s->username, name, &a->mailbox_logon.username, err) ||
			       use_pattern("authzid", s->logon.authzid, name, &a->authzid, err)
		       ? -1
		       : 0;
}

int mailbox_users_begin(struct mailbox_settings *m, struct err *err)
{
	static const struct account of_options;
	struct mailbox_users *users = &m->users;
	struct accounts *a = &users->accounts;

	if (m->accounts_file &&
	    accounts_read(&users->accounts, m->accounts_file, &m->common.limit, err))
		return err_prefix(err, "--%s: ", m->discovered ? "discover" : "accounts");
	users->item = xcalloc(a->count + 1, sizeof(*users->item));
	users->count = m->accounts_file ? a->count : 1;
	for (size_t i = 0; i < users->count; i++) {
		struct mailbox_user *u = &users->item[i];
		struct account *own = m->accounts_file ? &a->item[i] : NULL;
		u->account = own ? own : &of_options;
		if (m->discovered && use_patterns(&m->common, own, err))
			return -1;
		if (begin(m, u, err) || (own && mailbox_secrets_begin(&m->common, own, err)))
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

/* ---- all of them ---- */

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
		if (mailbox_secrets_find(m, u, &wanted[2 * i], err))
			return mailbox_user_place(m, u, err);
	}
	return 0;
}

int mailbox_users_finish(struct mailbox_settings *m, struct err *err)
{
	struct token_wanted *wanted = xcalloc(2 * m->users.count, sizeof(*wanted));
	int rc =
		finish_users(m, wanted, err) || mailbox_secrets_get_tokens(m, wanted, err) ? -1 : 0;

	free(wanted);
	return rc;
}

void mailbox_users_free(struct mailbox_users *u)
{
	for (size_t i = 0; i < u->count; i++) {
		free(u->item[i].endpoint);
		free(u->item[i].own_address);
		free(u->item[i].reset);
	}
	free(u->item);
	accounts_free(&u->accounts);
	*u = (struct mailbox_users){0};
}
