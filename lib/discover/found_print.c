/* found_print.c - files of connectors, end points and accounts
 *
 * Names come from directories and configurations: what would mean something in an ini file does not
 * get there. */
#include "discover/found_print.h"

#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "config/connectors.h"

enum { VALUE_SIZE = 4096 };

const char *found_type(enum tls_mode mode)
{
	return mode == TLS_MODE_IMPLICIT ? "SSL" : mode == TLS_MODE_PLAINTEXT ? "PLAIN" : "TLS";
}

static void put_section(struct buf *out, const char *name)
{
	char text[CONNECTOR_NAME_MAX + 1];

	text_show(text, sizeof(text), name, strlen(name));
	for (char *c = text; *c; c++)
		*c = (char)(*c == '[' ? '(' : *c == ']' ? ')' : *c);
	buf_printf(out, "%s[%s]\n", out->len ? "\n" : "", text);
}

static void put_key(struct buf *out, const char *key, const char *value)
{
	char text[VALUE_SIZE];

	if (!value || !*value)
		return;
	text_show(text, sizeof(text), value, strlen(value));
	buf_printf(out, "%s = %s\n", key, text);
}

static void put_comment(struct buf *out, const char *remark)
{
	char text[VALUE_SIZE];

	if (!remark)
		return;
	text_show(text, sizeof(text), remark, strlen(remark));
	buf_printf(out, "# %s\n", text);
}

static void put_disabled(struct buf *out, const char *reason)
{
	if (!reason)
		return;
	put_key(out, "enabled", "no");
	put_key(out, "reason", reason);
}

void found_print_connectors(const struct found *f, struct buf *out)
{
	for (size_t i = 0; i < f->connectors; i++) {
		const struct found_connector *c = &f->connector[i];
		put_section(out, c->name);
		put_comment(out, c->remark);
		put_disabled(out, c->off);
		put_key(out, "server", c->server);
		put_key(out, "bindings", c->bindings);
		put_key(out, "connection-type", tls_mode_name(c->mode));
		put_key(out, "protocol", c->lmtp ? "lmtp" : NULL);
		put_key(out, "fqdn", c->fqdn);
		put_key(out, "certificate-name", c->certificate_name);
		if (c->max_size)
			buf_printf(out, "require = SIZE>=%llu\n", (unsigned long long)c->max_size);
	}
}

void found_print_endpoints(const struct found *f, enum found_service service, struct buf *out)
{
	for (size_t i = 0; i < f->endpoints; i++) {
		const struct found_endpoint *e = &f->endpoint[i];
		struct endpoint named = {.port = e->port};
		char label[ENDPOINT_LABEL_SIZE];
		if (e->service != service)
			continue;
		text_show(named.host, sizeof(named.host), e->host, strlen(e->host));
		endpoint_label(&named, label);
		put_comment(out, e->remark);
		buf_printf(out, "%s:%s\n", label, found_type(e->mode));
	}
}

/* Where a server of no name, which is this host, has the service: SSL comes first. */
static const struct found_endpoint *only_endpoint(const struct found *f, enum found_service service)
{
	for (size_t i = 0; i < f->endpoints; i++)
		if (f->endpoint[i].service == service)
			return &f->endpoint[i];
	return NULL;
}

/* Where the mailbox is logged on to. */
static void put_endpoint(const struct found *f, const struct found_account *a,
			 enum found_service service, struct buf *out)
{
	const struct found_listener *l = found_listener_of(f, a->server, service);
	const struct found_endpoint *e = a->server ? NULL : only_endpoint(f, service);
	struct endpoint at = l ? l->entrance : (struct endpoint){0};
	char label[ENDPOINT_LABEL_SIZE];

	if (e) {
		text_show(at.host, sizeof(at.host), e->host, strlen(e->host));
		at.port = e->port;
		at.mode = e->mode;
	}
	if (!at.host[0])
		return;
	endpoint_label(&at, label);
	buf_printf(out, "endpoint = %s:%s\n", label, found_type(at.mode));
}

/* What the section's name says already. */
static void put_unless_name(struct buf *out, const char *key, const char *value, const char *name)
{
	if (value && strcmp(value, name) != 0)
		put_key(out, key, value);
}

/* TLS begins with the first byte there. */
static void put_back_end(const struct found *f, const struct found_account *a,
			 enum found_service service, struct buf *out)
{
	const struct found_listener *l = found_listener_of(f, a->server, service);

	if (l && l->proxy_port)
		buf_printf(out, "back-end = %s:%u:SSL\n", l->server, (unsigned int)l->proxy_port);
}

void found_print_accounts(const struct found *f, enum found_service service, bool back_ends,
			  struct buf *out)
{
	for (size_t i = 0; i < f->accounts; i++) {
		const struct found_account *a = &f->account[i];
		put_section(out, a->name);
		put_disabled(out, a->off[service]);
		put_unless_name(out, "username", a->username, a->name);
		put_unless_name(out, "mailto", a->mailto, a->name);
		put_endpoint(f, a, service, out);
		if (back_ends)
			put_back_end(f, a, service, out);
	}
}
