/* connector_secrets.c - what the connectors, and the end points of -H, are logged on to with */
#include "config/connector_secrets.h"

#include <stdlib.h>

#include "base/xalloc.h"

/* k NULL stands for the end points of -H. */
static bool logs_on(const struct connector_settings *c, const struct connector *k)
{
	bool is_tested = k ? !k->disabled : c->common.endpoint_count > 0;

	return is_tested && connector_user(c, k) &&
	       connector_through(c, k, TLS_MODE_STARTTLS) >= SMTP_THROUGH_AUTH;
}

static struct connector *connector_at(struct connector_settings *c, size_t i)
{
	return i < c->connectors.count ? &c->connectors.item[i] : NULL;
}

/* As the options say. */
static void begin(struct connector_settings *c, const struct connector *k, struct credentials *who)
{
	struct settings *s = &c->common;
	const char *user = connector_user(c, k);
	bool same = logon_settings_is_user(s, user);

	*who = logon_settings_credentials(s, user, same ? &s->password : NULL,
					  same ? &s->logon.token : NULL);
}

/* ---- what a connector says itself ---- */

static int use_password(struct settings *s, const struct connector *k, struct credentials *who,
			struct err *err)
{
	if (!k->password_file)
		return 0;
	who->password = settings_read_secret(s, k->password_file, false, err);
	return who->password ? 0 : err_prefix(err, "password-file: ");
}

static int use_token(struct settings *s, struct connector *k, struct credentials *who,
		     struct err *err)
{
	if (k->provider) {
		k->token_command = logon_settings_provider(s, "", k->provider, err);
		return k->token_command ? 0 : -1;
	}
	if (!k->token_file)
		return 0;
	who->token = settings_read_secret(s, k->token_file, true, err);
	return who->token ? 0 : err_prefix(err, "oauth-token-file: ");
}

static struct token_wanted token_wanted(const struct settings *s, const struct connector *k,
					const struct credentials *who)
{
	bool own = k && (k->token_command || k->token_file || k->password_file);

	return (struct token_wanted){
		.command = own ? k->token_command : s->logon.token_command,
		.username = who->username,
		.name = own ? "oauth-token-command" : "--oauth-token-command",
	};
}

static bool has_token(const struct settings *s, const struct credentials *who,
		      const struct token_wanted *wanted)
{
	return wanted->command || logon_settings_has_token(s, who);
}

/* The password of the options is for the user of the options. */
static int check_owner(const struct settings *s, const struct connector *k,
		       const struct credentials *who, bool has_token, struct err *err)
{
	if (!connector_lacks_secret(k) || logon_settings_is_user(s, k->username) ||
	    !logon_settings_need_password(s, who->auth, has_token))
		return 0;
	err_set(err, ERR_USAGE, "has a user of its own and no secret");
	err_hint(err, "give it password-file, or [defaults] if all have the same");
	return -1;
}

static int find_own(struct settings *s, struct connector *k, struct credentials *who,
		    struct token_wanted *wanted, struct err *err)
{
	if (k->auth[0])
		who->auth = k->auth;
	if (use_password(s, k, who, err) || use_token(s, k, who, err))
		return -1;
	*wanted = token_wanted(s, k, who);
	bool token = has_token(s, who, wanted);
	if (logon_settings_check(s, k->auth[0] ? "auth" : "--auth", who->auth, token, err))
		return -1;
	return check_owner(s, k, who, token, err);
}

static int find_all(struct connector_settings *c, struct token_wanted *wanted, struct err *err)
{
	struct settings *s = &c->common;
	size_t count = c->connectors.count;

	for (size_t i = 0; i < count; i++) {
		struct connector *k = &c->connectors.item[i];
		if (logs_on(c, k) && find_own(s, k, &c->logons[i].who, &wanted[i], err))
			return err_prefix(err, "%s line %zu: [%s] ", c->connectors_file,
					  k->section.line, k->section.name);
	}
	if (!logs_on(c, NULL))
		return 0;
	const struct credentials *who = &c->logons[count].who;
	wanted[count] = token_wanted(s, NULL, who);
	return logon_settings_check(s, "--auth", who->auth, has_token(s, who, &wanted[count]), err);
}

/* ---- tokens, and the password of the options ---- */

static int get_tokens(struct connector_settings *c, struct token_wanted *wanted, struct err *err)
{
	size_t count = c->connectors.count + 1;

	if (logon_settings_get_tokens(&c->common, wanted, count, err))
		return -1;
	for (size_t i = 0; i < count; i++) {
		struct connector_logon *l = &c->logons[i];
		if (wanted[i].token_r)
			l->who.token = wanted[i].token_r;
		if (wanted[i].err_r && wanted[i].err_r->kind != ERR_NONE)
			l->no_token = wanted[i].err_r;
	}
	return 0;
}

static int ask(struct connector_settings *c, struct err *err)
{
	struct settings *s = &c->common;
	bool wanted = false, needed = false;

	for (size_t i = 0; i <= c->connectors.count; i++) {
		const struct credentials *who = &c->logons[i].who;
		if (!logs_on(c, connector_at(c, i)) || who->password != &s->password)
			continue;
		wanted = true;
		needed = needed || logon_settings_need_password(s, who->auth,
								logon_settings_has_token(s, who));
	}
	if (wanted)
		return settings_password(s, s->username, needed, err);
	if (!c->connectors_file && (s->password_file || secret_is_set(&s->password)))
		return err_set(
			err, ERR_USAGE,
			"a password is given, but no user name to log on with: give -U USER");
	return 0;
}

int connector_secrets_find(struct connector_settings *c, struct err *err)
{
	size_t count = c->connectors.count + 1;
	struct token_wanted *wanted = xcalloc(count, sizeof(*wanted));

	c->logons = xcalloc(count, sizeof(*c->logons));
	for (size_t i = 0; i < count; i++)
		begin(c, connector_at(c, i), &c->logons[i].who);
	int rc = find_all(c, wanted, err) || get_tokens(c, wanted, err) || ask(c, err) ? -1 : 0;
	free(wanted);
	return rc;
}
