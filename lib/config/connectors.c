/* connectors.c - the keys of a file of connectors, each read strictly
 *
 * What a connector needs beyond its keys is looked at when all has been read. */
#include "config/connectors.h"

#include <arpa/inet.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "base/text.h"
#include "base/xalloc.h"
#include "config/logon_settings.h"

enum {
	SHOWN_MAX = 60,
	ADDRESS_MAX = BINDING_TEXT_SIZE - 16, /* with a zone */
};

/* ---- values ---- */

static int set_text(char **text, const char *value)
{
	*text = xstrdup(value);
	return 0;
}

static int set_name(char **name, const char *value, struct err *err)
{
	struct endpoint e;

	if (endpoint_parse(value, &e, err))
		return -1;
	if (e.port)
		return err_set(err, ERR_USAGE,
			       "\"%.*s\" is to be a name without a port: ports belong to bindings",
			       SHOWN_MAX, value);
	return set_text(name, e.host);
}

static int set_server(void *item, const char *value, struct err *err)
{
	struct connector *c = item;

	return set_name(&c->server, value, err);
}

static int set_fqdn(void *item, const char *value, struct err *err)
{
	struct connector *c = item;

	return set_name(&c->fqdn, value, err);
}

static int set_certificate_name(void *item, const char *value, struct err *err)
{
	struct connector *c = item;

	return set_name(&c->certificate_name, value, err);
}

static int set_mode(void *item, const char *value, struct err *err)
{
	struct connector *c = item;

	return tls_mode_parse(value, &c->mode, err);
}

static int set_through(void *item, const char *value, struct err *err)
{
	struct connector *c = item;

	return smtp_through_parse(value, &c->through, err);
}

static int set_require(void *item, const char *value, struct err *err)
{
	struct connector *c = item;

	return ehlo_rules_add(&c->rules, value, false, err);
}

static int set_forbid(void *item, const char *value, struct err *err)
{
	struct connector *c = item;

	return ehlo_rules_add(&c->rules, value, true, err);
}

static int set_enabled(void *item, const char *value, struct err *err)
{
	struct connector *c = item;
	bool enabled = false;

	if (section_parse_bool(value, &enabled, err))
		return -1;
	c->disabled = !enabled;
	return 0;
}

static int set_auth(void *item, const char *value, struct err *err)
{
	struct connector *c = item;

	c->no_auth = text_equal_nocase(value, strlen(value), "none");
	if (c->no_auth || mechanisms_parse(c->auth, value, FORM_SASL, err) == 0)
		return 0;
	err_hint(err, "none: do not log on");
	return -1;
}

static int set_protocol(void *item, const char *value, struct err *err)
{
	struct connector *c = item;

	static const char *const words[] = {"smtp", "lmtp", NULL};
	int i = section_find_word(words, value);

	if (i < 0)
		return err_set(err, ERR_USAGE, "\"%.*s\" is neither smtp nor lmtp", SHOWN_MAX,
			       value);
	c->protocol = i == 0 ? CONNECTOR_SMTP : CONNECTOR_LMTP;
	return 0;
}

/* ---- bindings ---- */

static bool is_any(const char *address)
{
	struct in6_addr six;

	return !strcmp(address, "0.0.0.0") ||
	       (inet_pton(AF_INET6, address, &six) == 1 && IN6_IS_ADDR_UNSPECIFIED(&six));
}

static int read_binding(const char *text, struct binding *b, struct err *err)
{
	struct endpoint e;
	char label[ENDPOINT_LABEL_SIZE];

	if (endpoint_parse(text, &e, err))
		return -1;
	if (!endpoint_host_is_address(e.host) || strlen(e.host) > ADDRESS_MAX)
		return err_set(err, ERR_USAGE,
			       "\"%.*s\": a binding is ADDRESS:PORT, names are for server",
			       SHOWN_MAX, text);
	if (!e.port)
		return err_set(err, ERR_USAGE, "\"%.*s\": the port is missing, such as %s%s%s:25",
			       SHOWN_MAX, text, strchr(e.host, ':') ? "[" : "", e.host,
			       strchr(e.host, ':') ? "]" : "");
	if (e.mode != TLS_MODE_DEFAULT)
		return err_set(
			err, ERR_USAGE,
			"\"%.*s\": a binding is ADDRESS:PORT, the type is for connection-type",
			SHOWN_MAX, text);
	endpoint_label(&e, label);
	*b = (struct binding){.port = e.port, .family = strchr(e.host, ':') ? AF_INET6 : AF_INET};
	b->any = is_any(e.host);
	snprintf(b->text, sizeof(b->text), "%s", label);
	snprintf(b->address, sizeof(b->address), "%s", e.host);
	return 0;
}

static int add_binding(void *item, const char *text, struct err *err)
{
	struct connector *c = item;
	struct binding b;

	if (read_binding(text, &b, err))
		return -1;
	for (size_t i = 0; i < c->bindings; i++)
		if (!strcmp(c->binding[i].text, b.text))
			return err_set(err, ERR_USAGE, "%s is given twice", b.text);
	if (c->bindings == CONNECTOR_BINDINGS_MAX)
		return err_set(err, ERR_USAGE, "more than %d of one connector",
			       CONNECTOR_BINDINGS_MAX);
	c->binding = xreallocarray(c->binding, c->bindings + 1, sizeof(*c->binding));
	c->binding[c->bindings++] = b;
	return 0;
}

static int set_bindings(void *item, const char *value, struct err *err)
{
	return section_each_word(value, add_binding, item, err);
}

/* ---- the file ---- */

static const char username[] = "username";

static const struct section_key keys[] = {
	{.name = "server", .set = set_server},
	{.name = "bindings", .set = set_bindings, .again = true},
	{.name = "connection-type", .set = set_mode},
	{.name = "protocol", .set = set_protocol},
	{.name = "enabled", .set = set_enabled},
	{.name = "reason", .offset = offsetof(struct connector, reason)},
	{.name = "fqdn", .set = set_fqdn},
	{.name = "certificate-name", .set = set_certificate_name},
	{.name = "require", .set = set_require, .again = true},
	{.name = "forbid", .set = set_forbid, .again = true},
	{.name = "auth", .set = set_auth},
	{.name = username, .offset = offsetof(struct connector, username)},
	{.name = "password-file",
	 .offset = offsetof(struct connector, password_file),
	 .owner = username},
	{.name = "oauth-token-file",
	 .offset = offsetof(struct connector, token_file),
	 .owner = username},
	{.name = "oauth-token-command",
	 .offset = offsetof(struct connector, token_command),
	 .owner = username,
	 .literal = true},
	{.name = "provider", .offset = offsetof(struct connector, provider), .owner = username},
	{.name = "through", .set = set_through},
	{0},
};

static const struct section_kind kind = {
	.what = "connector",
	.size = sizeof(struct connector),
	.name_max = CONNECTOR_NAME_MAX,
	.keys = keys,
};

/* ---- what belongs together ---- */

static int check(const struct connector *c, struct err *err)
{
	bool any = !c->bindings;

	for (size_t i = 0; i < c->bindings; i++)
		any = any || c->binding[i].any;
	if (!c->bindings && !c->server)
		return err_set(err, ERR_USAGE, "[%s] has neither bindings nor server",
			       c->section.name);
	if (any && !c->server)
		return err_set(err, ERR_USAGE,
			       "[%s] needs server, whose addresses its binding stands for",
			       c->section.name);
	if (c->rules.count && c->through == SMTP_THROUGH_BANNER)
		return err_set(err, ERR_USAGE,
			       "[%s] requires EHLO keywords, but goes through=banner only",
			       c->section.name);
	if (c->through == SMTP_THROUGH_TLS && c->mode == TLS_MODE_PLAINTEXT)
		return err_set(err, ERR_USAGE,
			       "[%s] cannot go through=tls with connection-type=plaintext",
			       c->section.name);
	if (c->no_auth && c->through == SMTP_THROUGH_AUTH)
		return err_set(err, ERR_USAGE, "[%s] cannot go through=auth with auth=none",
			       c->section.name);
	if (c->no_auth &&
	    (section_has_own(&kind, &c->section, username) || connector_has_secret(c)))
		return err_set(err, ERR_USAGE, "[%s] has a user or a secret, but auth=none",
			       c->section.name);
	if (logon_settings_one_token("", c->token_file, c->token_command, c->provider, err))
		return err_prefix(err, "[%s] ", c->section.name);
	return 0;
}

static int check_all(const struct connectors *c, const char *path, struct err *err)
{
	for (size_t i = 0; i < c->count; i++)
		if (check(&c->item[i], err))
			return err_prefix(err, "%s line %zu: ", path, c->item[i].section.line);
	return 0;
}

static int add_bare(void *bare, const char *line, struct err *err)
{
	return endpoint_list_add(bare, line, err);
}

int connectors_read(struct connectors *c, struct endpoint_list *bare, const char *path,
		    const struct limit *limit, struct err *err)
{
	const struct section_bare rest = {add_bare, bare};
	struct sections read = {0};
	int rc = sections_read(&read, &kind, &rest, path, limit, err);

	*c = (struct connectors){read.item, read.count};
	return rc ? rc : check_all(c, path, err);
}

bool connector_lacks_secret(const struct connector *k)
{
	return section_has(&kind, &k->section, username) &&
	       !section_has_secret(&kind, &k->section, username);
}

bool connector_has_secret(const struct connector *k)
{
	return section_has_own_secret(&kind, &k->section, username);
}

void connectors_free(struct connectors *c)
{
	for (size_t i = 0; i < c->count; i++) {
		struct connector *item = &c->item[i];
		free(item->server);
		free(item->fqdn);
		free(item->certificate_name);
		free(item->binding);
		ehlo_rules_free(&item->rules);
	}
	struct sections read = {c->item, c->count};
	sections_free(&read, &kind);
	*c = (struct connectors){0};
}
