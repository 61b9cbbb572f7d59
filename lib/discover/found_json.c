/* found_json.c - all that was found, for programs */
#include "discover/found_print.h"

#include "report/json_put.h"

enum { VERSION = 1 };

static void put_number(json_t *object, const char *name, uint64_t number)
{
	if (number)
		json_put_integer(object, name, (int64_t)number);
}

static void put_connector(json_t *o, const struct found_connector *c)
{
	json_put_text(o, "name", c->name);
	json_put_text(o, "server", c->server);
	json_put_text(o, "bindings", c->bindings);
	json_put_text(o, "type", found_type(c->mode));
	json_put_text(o, "protocol", c->lmtp ? "lmtp" : "smtp");
	json_put_text(o, "fqdn", c->fqdn);
	json_put_text(o, "certificate_name", c->certificate_name);
	put_number(o, "max_size", c->max_size);
	json_put_bool(o, "enabled", !c->off);
	json_put_text(o, "reason", c->off);
	json_put_text(o, "remark", c->remark);
}

static void put_endpoint(json_t *o, const struct found_endpoint *e)
{
	json_put_text(o, "service", found_service_name(e->service));
	json_put_text(o, "host", e->host);
	put_number(o, "port", e->port);
	json_put_text(o, "type", found_type(e->mode));
	json_put_text(o, "remark", e->remark);
}

static void put_listener(json_t *o, const struct found_listener *l)
{
	json_put_text(o, "service", found_service_name(l->service));
	json_put_text(o, "server", l->server);
	json_put_text(o, "ssl_bindings", l->secure);
	json_put_text(o, "unencrypted_or_tls_bindings", l->clear);
	json_put_text(o, "internal_connection_settings", l->internal);
	json_put_text(o, "external_connection_settings", l->external);
	json_put_text(o, "x509_certificate_name", l->certificate_name);
	put_number(o, "proxy_target_port", l->proxy_port);
}

static void put_account(json_t *o, const struct found_account *a)
{
	json_put_text(o, "name", a->name);
	json_put_text(o, "username", a->username);
	json_put_text(o, "mailto", a->mailto);
	json_put_text(o, "server", a->server);
	json_put_text(o, "imap_off", a->off[FOUND_IMAP]);
	json_put_text(o, "pop_off", a->off[FOUND_POP]);
}

static void put_all(json_t *root, const struct found *f)
{
	json_t *connectors = json_put_list(root, "connectors"),
	       *endpoints = json_put_list(root, "endpoints"),
	       *listeners = json_put_list(root, "listeners"),
	       *accounts = json_put_list(root, "accounts"),
	       *oddities = json_put_list(root, "warnings");

	for (size_t i = 0; i < f->connectors; i++)
		put_connector(json_put_item(connectors), &f->connector[i]);
	for (size_t i = 0; i < f->endpoints; i++)
		put_endpoint(json_put_item(endpoints), &f->endpoint[i]);
	for (size_t i = 0; i < f->listeners; i++)
		put_listener(json_put_item(listeners), &f->listener[i]);
	for (size_t i = 0; i < f->accounts; i++)
		put_account(json_put_item(accounts), &f->account[i]);
	for (size_t i = 0; i < f->oddities; i++)
		json_put_text(json_put_item(oddities), "text", f->oddity[i]);
}

int found_print_json(const struct found *f, const char *source, struct buf *out, struct err *err)
{
	json_t *root = json_put_begin(err);
	if (!root)
		return -1;
	json_put_integer(root, "version", VERSION);
	json_put_text(root, "source", source);
	put_all(root, f);
	return json_put_end(root, true, out)
		       ? err_set(err, ERR_LOCAL, "JSON cannot be made: out of memory")
		       : 0;
}
