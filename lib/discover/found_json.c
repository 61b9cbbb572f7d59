/* found_json.c - all that was found, for programs */
#include "discover/found_print.h"

#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "report/json_library.h"

enum { VERSION = 1, INDENT = 2 };

/* Set while it is written. */
static const struct json_library *j;

static void put(json_t *object, const char *name, json_t *value)
{
	j->json_object_set_new_nocheck(object, name, value);
}

static void put_text(json_t *object, const char *name, const char *text)
{
	if (!text)
		return;
	char *shown = text_shown(text, strlen(text));
	put(object, name, j->json_string_nocheck(shown));
	free(shown);
}

static void put_number(json_t *object, const char *name, uint64_t number)
{
	if (number)
		put(object, name, j->json_integer((json_int_t)number));
}

static json_t *put_list(json_t *object, const char *name)
{
	json_t *list = j->json_array();

	put(object, name, list);
	return list;
}

static json_t *add_object(json_t *list)
{
	json_t *object = j->json_object();

	j->json_array_append_new(list, object);
	return object;
}

static void put_connector(json_t *o, const struct found_connector *c)
{
	put_text(o, "name", c->name);
	put_text(o, "server", c->server);
	put_text(o, "bindings", c->bindings);
	put_text(o, "type", found_type(c->mode));
	put_text(o, "protocol", c->lmtp ? "lmtp" : "smtp");
	put_text(o, "fqdn", c->fqdn);
	put_text(o, "certificate_name", c->certificate_name);
	put_number(o, "max_size", c->max_size);
	put(o, "enabled", c->off ? j->json_false() : j->json_true());
	put_text(o, "reason", c->off);
	put_text(o, "remark", c->remark);
}

static void put_endpoint(json_t *o, const struct found_endpoint *e)
{
	put_text(o, "service", found_service_name(e->service));
	put_text(o, "host", e->host);
	put_number(o, "port", e->port);
	put_text(o, "type", found_type(e->mode));
	put_text(o, "remark", e->remark);
}

static void put_listener(json_t *o, const struct found_listener *l)
{
	put_text(o, "service", found_service_name(l->service));
	put_text(o, "server", l->server);
	put_text(o, "ssl_bindings", l->secure);
	put_text(o, "unencrypted_or_tls_bindings", l->clear);
	put_text(o, "internal_connection_settings", l->internal);
	put_text(o, "external_connection_settings", l->external);
	put_text(o, "x509_certificate_name", l->certificate_name);
	put_number(o, "proxy_target_port", l->proxy_port);
}

static void put_account(json_t *o, const struct found_account *a)
{
	put_text(o, "name", a->name);
	put_text(o, "username", a->username);
	put_text(o, "mailto", a->mailto);
	put_text(o, "server", a->server);
	put_text(o, "imap_off", a->off[FOUND_IMAP]);
	put_text(o, "pop_off", a->off[FOUND_POP]);
}

static void put_all(json_t *root, const struct found *f)
{
	json_t *connectors = put_list(root, "connectors"), *endpoints = put_list(root, "endpoints"),
	       *listeners = put_list(root, "listeners"), *accounts = put_list(root, "accounts"),
	       *oddities = put_list(root, "warnings");

	for (size_t i = 0; i < f->connectors; i++)
		put_connector(add_object(connectors), &f->connector[i]);
	for (size_t i = 0; i < f->endpoints; i++)
		put_endpoint(add_object(endpoints), &f->endpoint[i]);
	for (size_t i = 0; i < f->listeners; i++)
		put_listener(add_object(listeners), &f->listener[i]);
	for (size_t i = 0; i < f->accounts; i++)
		put_account(add_object(accounts), &f->account[i]);
	for (size_t i = 0; i < f->oddities; i++)
		put_text(add_object(oddities), "text", f->oddity[i]);
}

static int write_bytes(const char *bytes, size_t len, void *out)
{
	return buf_append(out, bytes, len);
}

int found_print_json(const struct found *f, const char *source, struct buf *out, struct err *err)
{
	j = json_library(err);
	if (!j)
		return -1;
	json_t *root = j->json_object();
	put(root, "version", j->json_integer(VERSION));
	put_text(root, "source", source);
	put_all(root, f);
	int rc =
		j->json_dump_callback(root, write_bytes, out, JSON_INDENT(INDENT) | JSON_SORT_KEYS);
	j->json_delete(root);
	if (rc == 0)
		rc = buf_append_char(out, '\n');
	return rc ? err_set(err, ERR_LOCAL, "JSON cannot be made: out of memory") : 0;
}
