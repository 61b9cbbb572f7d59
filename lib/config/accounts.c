/* accounts.c - the keys of a file of accounts, each read strictly
 *
 * What depends on the protocol or the options is looked at by who uses it. */
#include "config/accounts.h"

#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "base/xalloc.h"
#include "config/logon_settings.h"
#include "config/option_value.h"

/* ---- values ---- */

static int set_enabled(void *item, const char *value, struct err *err)
{
	struct account *a = item;
	bool enabled = false;

	if (section_parse_bool(value, &enabled, err))
		return -1;
	a->disabled = !enabled;
	return 0;
}

static int set_password(void *item, const char *value, struct err *err)
{
	struct account *a = item;

	return secret_set(&a->mailbox_logon.password, value, err);
}

static int set_smtp_password(void *item, const char *value, struct err *err)
{
	struct account *a = item;

	return secret_set(&a->smtp_logon.password, value, err);
}

static int add_endpoint(void *list, const char *text, struct err *err)
{
	struct endpoint_list *l = list;

	if (endpoint_list_add(l, text, err))
		return -1;
	if (l->count > ACCOUNT_ENDPOINTS_MAX)
		return err_set(err, ERR_USAGE, "more than %d of one account",
			       ACCOUNT_ENDPOINTS_MAX);
	return 0;
}

static int set_endpoints(void *item, const char *value, struct err *err)
{
	struct account *a = item;

	return section_each_word(value, add_endpoint, &a->front, err);
}

static int set_back_ends(void *item, const char *value, struct err *err)
{
	struct account *a = item;

	return section_each_word(value, add_endpoint, &a->behind, err);
}

static int set_smtp(void *item, const char *value, struct err *err)
{
	struct account *a = item;

	return endpoint_parse(value, &a->smtp, err);
}

static int set_mailto(void *item, const char *value, struct err *err)
{
	struct account *a = item;

	(void)err;
	a->mailto = option_address(value);
	return 0;
}

static int set_mailfrom(void *item, const char *value, struct err *err)
{
	struct account *a = item;

	(void)err;
	a->mailfrom = option_address(value);
	return 0;
}

/* ---- the file ---- */

#define AT(member) .offset = offsetof(struct account, member)

static const char username[] = "username", smtp_username[] = "smtp-username";

static const struct section_key keys[] = {
	{.name = "endpoint", .set = set_endpoints, .again = true},
	{.name = "back-end", .set = set_back_ends, .again = true},
	{.name = username, AT(mailbox_logon.username)},
	{.name = "password-file", AT(mailbox_logon.password_file), .owner = username},
	{.name = "password", .set = set_password, .owner = username, .literal = true},
	{.name = "oauth-token-file", AT(mailbox_logon.token_file), .owner = username},
	{.name = "oauth-token-command",
	 AT(mailbox_logon.token_command),
	 .owner = username,
	 .literal = true},
	{.name = "provider", AT(mailbox_logon.provider), .owner = username},
	{.name = "auth", AT(mailbox_logon.auth)},
	{.name = "authzid", AT(authzid)},
	{.name = "mailbox", AT(mailbox)},
	{.name = "mailto", .set = set_mailto},
	{.name = "mailfrom", .set = set_mailfrom},
	{.name = "smtp", .set = set_smtp},
	{.name = smtp_username, AT(smtp_logon.username)},
	{.name = "smtp-password-file", AT(smtp_logon.password_file), .owner = smtp_username},
	{.name = "smtp-password",
	 .set = set_smtp_password,
	 .owner = smtp_username,
	 .literal = true},
	{.name = "smtp-oauth-token-file", AT(smtp_logon.token_file), .owner = smtp_username},
	{.name = "smtp-oauth-token-command",
	 AT(smtp_logon.token_command),
	 .owner = smtp_username,
	 .literal = true},
	{.name = "smtp-provider", AT(smtp_logon.provider), .owner = smtp_username},
	{.name = "smtp-auth", AT(smtp_logon.auth)},
	{.name = "enabled", .set = set_enabled},
	{.name = "reason", AT(reason)},
	{0},
};

static const struct section_kind kind = {
	.what = "account",
	.size = sizeof(struct account),
	.name_max = ACCOUNT_NAME_MAX,
	.keys = keys,
};

static int check_logon(const struct account_logon *l, const char *smtp, struct err *err)
{
	if (l->password_file && l->password.value)
		return err_set(err, ERR_USAGE,
			       "%spassword-file and %spassword: only one can be right", smtp, smtp);
	return logon_settings_one_token(smtp, l->token_file, l->token_command, l->provider, err);
}

static int check(const struct accounts *a, const char *path, struct err *err)
{
	for (size_t i = 0; i < a->count; i++) {
		const struct account *one = &a->item[i];
		if (check_logon(&one->mailbox_logon, "", err) ||
		    check_logon(&one->smtp_logon, "smtp-", err))
			return err_prefix(err, "%s line %zu: [%s] ", path, one->section.line,
					  one->section.name);
	}
	return 0;
}

int accounts_read(struct accounts *a, const char *path, const struct limit *limit, struct err *err)
{
	struct sections read = {0};
	int rc = sections_read(&read, &kind, NULL, path, limit, err);

	*a = (struct accounts){read.item, read.count};
	return rc ? rc : check(a, path, err);
}

bool account_has_smtp_secret(const struct account *a)
{
	return section_has_secret(&kind, &a->section, smtp_username);
}

bool accounts_hold_password(const struct accounts *a)
{
	for (size_t i = 0; i < a->count; i++)
		if (a->item[i].mailbox_logon.password.value || a->item[i].smtp_logon.password.value)
			return true;
	return false;
}

void accounts_free(struct accounts *a)
{
	struct sections read = {a->item, a->count};

	for (size_t i = 0; i < a->count; i++) {
		struct account *one = &a->item[i];
		secret_free(&one->mailbox_logon.password);
		secret_free(&one->smtp_logon.password);
		free(one->front.item);
		free(one->behind.item);
		free(one->mailto);
		free(one->mailfrom);
	}
	sections_free(&read, &kind);
	*a = (struct accounts){0};
}
