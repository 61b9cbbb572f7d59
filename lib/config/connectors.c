/* connectors.c - the file of connectors: each key read strictly, each error with its line.
 *
 * What a connector needs beyond its keys is looked at when all has been read. */
#include "config/connectors.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "base/buf.h"
#include "base/ini.h"
#include "base/text.h"
#include "base/xalloc.h"
#include "config/secret_name.h"

enum {
	FILE_BYTES = 16 << 20,
	SHOWN_MAX = 60,
	NAMES_MAX = 200,
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

static int set_server(struct connector *c, const char *value, struct err *err)
{
	return set_name(&c->server, value, err);
}

static int set_fqdn(struct connector *c, const char *value, struct err *err)
{
	return set_name(&c->fqdn, value, err);
}

static int set_certificate_name(struct connector *c, const char *value, struct err *err)
{
	return set_name(&c->certificate_name, value, err);
}

static int set_mode(struct connector *c, const char *value, struct err *err)
{
	return tls_mode_parse(value, &c->mode, err);
}

static int set_through(struct connector *c, const char *value, struct err *err)
{
	return smtp_through_parse(value, &c->through, err);
}

static int set_require(struct connector *c, const char *value, struct err *err)
{
	return ehlo_rules_add(&c->rules, value, false, err);
}

static int set_forbid(struct connector *c, const char *value, struct err *err)
{
	return ehlo_rules_add(&c->rules, value, true, err);
}

static int set_username(struct connector *c, const char *value, struct err *err)
{
	(void)err;
	return set_text(&c->username, value);
}

static int set_password_file(struct connector *c, const char *value, struct err *err)
{
	(void)err;
	return set_text(&c->password_file, value);
}

/* The row whose name is value, any case; -1 if there is none. */
static int find_word(const char *const *words, const char *value)
{
	for (int i = 0; words[i]; i++)
		if (text_equal_nocase(value, strlen(value), words[i]))
			return i;
	return -1;
}

static int set_enabled(struct connector *c, const char *value, struct err *err)
{
	static const char *const words[] = {"no", "yes", "false", "true", "off",
					    "on", "0",   "1",     NULL};
	int i = find_word(words, value);

	if (i < 0)
		return err_set(err, ERR_USAGE, "\"%.*s\" is neither yes nor no", SHOWN_MAX, value);
	c->disabled = i % 2 == 0;
	return 0;
}

static int set_auth(struct connector *c, const char *value, struct err *err)
{
	c->no_auth = text_equal_nocase(value, strlen(value), "none");
	if (c->no_auth || mechanisms_parse(c->auth, value, FORM_SASL, err) == 0)
		return 0;
	err_hint(err, "none: do not log on");
	return -1;
}

static int set_protocol(struct connector *c, const char *value, struct err *err)
{
	static const char *const words[] = {"smtp", "lmtp", NULL};
	int i = find_word(words, value);

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

static int add_binding(struct connector *c, const char *text, struct err *err)
{
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

static int set_bindings(struct connector *c, const char *value, struct err *err)
{
	static const char separators[] = ", \t";

	for (value += strspn(value, separators); *value; value += strspn(value, separators)) {
		size_t len = strcspn(value, separators);
		char *text = xstrndup(value, len);
		int rc = add_binding(c, text, err);
		free(text);
		if (rc)
			return -1;
		value += len;
	}
	return 0;
}

/* ---- the file ---- */

static const struct key {
	const char *name;
	int (*set)(struct connector *c, const char *value, struct err *err);
	bool again; /* may be given several times */
} keys[] = {
	{"server", set_server, false},
	{"bindings", set_bindings, true},
	{"connection-type", set_mode, false},
	{"protocol", set_protocol, false},
	{"enabled", set_enabled, false},
	{"fqdn", set_fqdn, false},
	{"certificate-name", set_certificate_name, false},
	{"require", set_require, true},
	{"forbid", set_forbid, true},
	{"auth", set_auth, false},
	{"username", set_username, false},
	{"password-file", set_password_file, false},
	{"through", set_through, false},
};

enum { KEYS = sizeof(keys) / sizeof(keys[0]) };

static int unknown_key(const char *key, const char *value, struct err *err)
{
	struct buf names = BUF_INIT(NAMES_MAX);
	size_t shown = secret_name_shown(key, strlen(key));

	if (!value || strpbrk(key, " \t"))
		return secret_name_refuse_line(key, err);

	for (size_t i = 0; i < KEYS; i++)
		buf_printf(&names, "%s%s", i ? ", " : "", keys[i].name);
	err_set(err, ERR_USAGE, "unknown key \"%.*s\", there are: %s",
		(int)(shown < SHOWN_MAX ? shown : SHOWN_MAX), key, buf_str(&names));
	buf_free(&names);
	return -1;
}

static int use_key(struct connector *c, const char *text, const char *value, struct err *err)
{
	size_t i = 0;

	while (i < KEYS && !text_equal_nocase(text, strlen(text), keys[i].name))
		i++;
	if (i == KEYS)
		return unknown_key(text, value, err);
	const char *key = keys[i].name;
	if (!value || !*value)
		return err_set(err, ERR_USAGE, "%s has no value", key);
	if (!keys[i].again && (c->keys & 1U << i))
		return err_set(err, ERR_USAGE, "%s is given twice", key);
	c->keys |= 1U << i;
	for (const char *p = value; *p; p++)
		if ((unsigned char)*p < 0x20 && *p != '\t')
			return err_set(err, ERR_USAGE, "%s: control character in the value", key);
	return keys[i].set(c, value, err) ? err_prefix(err, "%s: ", key) : 0;
}

static int add_connector(struct connectors *c, size_t line, const char *name, struct err *err)
{
	if (!*name)
		return err_set(err, ERR_USAGE, "the connector has no name");
	if (strlen(name) > CONNECTOR_NAME_MAX)
		return err_set(err, ERR_USAGE, "the connector's name is longer than %d bytes",
			       CONNECTOR_NAME_MAX);
	if (c->count == c->room) {
		c->room = c->room ? 2 * c->room : 16;
		c->item = xreallocarray(c->item, c->room, sizeof(*c->item));
	}
	c->item[c->count++] = (struct connector){.name = xstrdup(name), .line = line};
	return 0;
}

/* ini_fn */
static int use_line(void *ctx, size_t line, const char *section, const char *key, const char *value,
		    struct err *err)
{
	struct connectors *c = ctx;

	return key ? use_key(&c->item[c->count - 1], key, value, err)
		   : add_connector(c, line, section, err);
}

/* ---- what belongs together ---- */

static int check(const struct connector *c, struct err *err)
{
	bool any = !c->bindings;

	for (size_t i = 0; i < c->bindings; i++)
		any = any || c->binding[i].any;
	if (!c->bindings && !c->server)
		return err_set(err, ERR_USAGE, "[%s] has neither bindings nor server", c->name);
	if (any && !c->server)
		return err_set(err, ERR_USAGE,
			       "[%s] needs server, whose addresses its binding stands for",
			       c->name);
	if (c->rules.count && c->through == SMTP_THROUGH_BANNER)
		return err_set(err, ERR_USAGE,
			       "[%s] requires EHLO keywords, but goes through=banner only",
			       c->name);
	if (c->through == SMTP_THROUGH_TLS && c->mode == TLS_MODE_PLAINTEXT)
		return err_set(err, ERR_USAGE,
			       "[%s] cannot go through=tls with connection-type=plaintext",
			       c->name);
	if (c->no_auth && c->through == SMTP_THROUGH_AUTH)
		return err_set(err, ERR_USAGE, "[%s] cannot go through=auth with auth=none",
			       c->name);
	if (c->no_auth && (c->username || c->password_file))
		return err_set(err, ERR_USAGE, "[%s] has a user or password file, but auth=none",
			       c->name);
	return 0;
}

static int compare_names(const void *a, const void *b)
{
	const struct connector *const *x = a, *const *y = b;
	int order = strcmp((*x)->name, (*y)->name);

	return order ? order : ((*x)->line > (*y)->line) - ((*x)->line < (*y)->line);
}

/* Of all names that are there again, the one that comes first in the file. */
static int check_names(const struct connectors *c, const char *path, struct err *err)
{
	const struct connector **sorted = xcalloc(c->count, sizeof(*sorted)), *first = NULL,
			       *again = NULL;

	for (size_t i = 0; i < c->count; i++)
		sorted[i] = &c->item[i];
	qsort(sorted, c->count, sizeof(*sorted), compare_names);
	for (size_t i = 1; i < c->count; i++) {
		if (strcmp(sorted[i - 1]->name, sorted[i]->name) != 0 ||
		    (again && again->line < sorted[i]->line))
			continue;
		first = sorted[i - 1];
		again = sorted[i];
	}
	free(sorted);
	if (!again)
		return 0;
	return err_set(err, ERR_USAGE, "%s line %zu: [%s] is in line %zu already", path,
		       again->line, again->name, first->line);
}

static int check_all(const struct connectors *c, const char *path, size_t lines, struct err *err)
{
	if (!c->count)
		return err_set(err, ERR_USAGE, "%s line %zu: the file ends without a [connector]",
			       path, lines ? lines : 1);
	for (size_t i = 0; i < c->count; i++)
		if (check(&c->item[i], err))
			return err_prefix(err, "%s line %zu: ", path, c->item[i].line);
	return check_names(c, path, err);
}

int connectors_read(struct connectors *c, const char *path, const struct limit *limit,
		    struct err *err)
{
	size_t lines = 0;

	return ini_read(path, FILE_BYTES, limit, use_line, c, &lines, err) ||
			       check_all(c, path, lines, err)
		       ? -1
		       : 0;
}

void connectors_free(struct connectors *c)
{
	for (size_t i = 0; i < c->count; i++) {
		struct connector *item = &c->item[i];
		free(item->name);
		free(item->server);
		free(item->fqdn);
		free(item->certificate_name);
		free(item->username);
		free(item->password_file);
		free(item->binding);
		ehlo_rules_free(&item->rules);
	}
	free(c->item);
	*c = (struct connectors){0};
}
