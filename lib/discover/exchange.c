/* exchange.c - the receive connectors and the IMAP4 and POP3 listeners of Exchange servers */
#include "discover/exchange.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/text.h"
#include "base/xalloc.h"
#include "discover/binding_text.h"
#include "discover/exchange_mailboxes.h"
#include "discover/exchange_servers.h"
#include "discover/remote_ranges.h"

enum { LIST_MAX = 64 << 10 };

struct reading {
	const struct discover_settings *settings;
	const struct exchange_servers *servers;
	struct found *found;
};

/* ---- receive connectors ---- */

/* Two servers may have connectors of one name: the server's is added where it is not in it. */
static char *connector_name(const struct entry *e, const struct exchange_server *server)
{
	char *name = entry_text(e, "cn");

	if (name && strcasestr(name, server->name))
		return name;
	char *full = xasprintf("%s %s", name ? name : "Receive connector", server->name);
	free(name);
	return full;
}

/* What check_smtp_connectors can test by itself, where no more than end points are asked for. */
static void add_smtp_endpoint(struct found *f, const struct endpoint *b, const char *server)
{
	const char *host = binding_text_is_any(b) ? server : b->host;
	const struct found_endpoint e = {.service = FOUND_SMTP,
					 .host = xstrdup(host),
					 .port = b->port,
					 .mode = TLS_MODE_STARTTLS};

	found_add_endpoint(f, &e);
}

static int compare_bindings(const void *a, const void *b)
{
	const struct endpoint *x = a, *y = b;
	int order = (x->port > y->port) - (x->port < y->port);

	return order ? order : strcmp(x->host, y->host);
}

/* The bindings in their order, without those that no connector can have: they are told. */
static char *join_bindings(struct found *f, const struct found_connector *c,
			   const struct values *values)
{
	struct buf list = BUF_INIT(LIST_MAX);
	struct endpoint *b = xcalloc(values->count, sizeof(*b));
	char label[ENDPOINT_LABEL_SIZE];
	size_t count = 0;

	for (size_t i = 0; i < values->count; i++) {
		struct err err = {0};
		if (binding_text_parse(values->item[i], &b[count], &err) == 0)
			count++;
		else
			found_note(f, "connector %s of %s: %s", c->name, c->server, err.text);
	}
	if (count)
		qsort(b, count, sizeof(*b), compare_bindings);
	for (size_t i = 0; i < count; i++) {
		endpoint_label(&b[i], label);
		buf_printf(&list, "%s%s", i ? ", " : "", label);
		if (!c->off)
			add_smtp_endpoint(f, &b[i], c->server);
	}
	free(b);
	return list.data;
}

static bool is_false(const struct entry *e, const char *attribute)
{
	char *text = entry_text(e, attribute);
	bool is = text && text_equal_nocase(text, strlen(text), "FALSE");

	free(text);
	return is;
}

static int note_ranges(const struct entry *e, struct found_connector *c)
{
	struct values ranges;
	int rc = entry_values(e, "msExchSmtpReceiveRemoteIPRanges", &ranges);

	if (rc == 0 && ranges.count && !remote_ranges_admit_us(ranges.item, ranges.count))
		c->remark = xasprintf("this host is in none of its %zu RemoteIPRanges: another "
				      "connector may answer it",
				      ranges.count);
	values_free(&ranges);
	return rc;
}

/* One that no connector can have is told, and left out. */
static char *take_fqdn(struct found *f, const struct found_connector *c, const struct entry *e)
{
	char *fqdn = entry_text(e, "msExchSMTPReceiveConnectorFQDN");

	if (!fqdn || endpoint_is_host(fqdn))
		return fqdn;
	found_note(f, "connector %s of %s: its FQDN \"%.80s\" is no name of a host", c->name,
		   c->server, fqdn);
	free(fqdn);
	return NULL;
}

static int take_connector(struct reading *r, const struct exchange_server *server,
			  const struct entry *e)
{
	struct found_connector c = {.mode = TLS_MODE_STARTTLS}; /* also at port 465 */
	struct values bindings;

	int rc = entry_values(e, "msExchSmtpReceiveBindings", &bindings);
	if (rc == 0) {
		c.name = connector_name(e, server);
		c.server = xstrdup(server->fqdn);
		c.fqdn = take_fqdn(r->found, &c, e);
		c.max_size = entry_number(e, "msExchSmtpReceiveMaxMessageSize", 0);
		if (c.max_size >= INT32_MAX) /* what stands for no limit */
			c.max_size = 0;
		c.off = is_false(e, "msExchSmtpReceiveEnabled")
				? xstrdup("it is switched off in the directory")
				: NULL;
		c.bindings = join_bindings(r->found, &c, &bindings);
		if (!c.bindings && !c.off)
			c.off = xstrdup("it has no binding");
		rc = note_ranges(e, &c);
		found_add_connector(r->found, &c);
	}
	values_free(&bindings);
	return rc;
}

/* ---- IMAP4 and POP3 ---- */

static const struct {
	const struct service_ports *ports;
	uint16_t proxy;
} services[] = {
	[FOUND_IMAP] = {&ports_imap, 1993},
	[FOUND_POP] = {&ports_pop, 1995},
};

/* The first with TLS at once is where its mailboxes are tested, else the first of all. */
static void add_endpoint(struct found *f, struct found_listener *l, const struct endpoint *e)
{
	const struct found_endpoint found = {
		.service = l->service, .host = xstrdup(e->host), .port = e->port, .mode = e->mode};
	bool safer = e->mode == TLS_MODE_IMPLICIT && l->entrance.mode != TLS_MODE_IMPLICIT;

	if (!l->entrance.host[0] || safer)
		l->entrance = *e;
	found_add_endpoint(f, &found);
}

static void add_own(struct found *f, struct found_listener *l, uint16_t port, enum tls_mode mode)
{
	struct endpoint e = {.port = port, .mode = mode};

	snprintf(e.host, sizeof(e.host), "%s", l->server);
	add_endpoint(f, l, &e);
}

/* HOST:PORT:TYPE, as Set-ImapSettings takes it; an empty type is TLS, or SSL by its port. */
static void add_setting(struct found *f, struct found_listener *l, const char *server,
			const char *setting)
{
	struct endpoint e;
	struct err err = {0};

	if (endpoint_parse(setting, &e, &err)) {
		found_note(f, "%s settings of %s: %s", found_service_name(l->service), server,
			   err.text);
		return;
	}
	endpoint_complete(&e, TLS_MODE_DEFAULT, 0, services[l->service].ports);
	add_endpoint(f, l, &e);
}

static void add_view(struct reading *r, const struct exchange_server *server,
		     struct found_listener *l, const struct values *internal,
		     const struct values *external)
{
	const struct service_ports *ports = services[l->service].ports;
	enum discover_view view = r->settings->view;
	const struct values *settings = view == VIEW_EXTERNAL ? external : internal;

	if (view == VIEW_BACK_END) {
		add_own(r->found, l, l->proxy_port, TLS_MODE_IMPLICIT);
		return;
	}
	for (size_t i = 0; i < settings->count; i++)
		add_setting(r->found, l, server->name, settings->item[i]);
	if (view == VIEW_INTERNAL && !internal->count) {
		add_own(r->found, l, ports->implicit, TLS_MODE_IMPLICIT);
		add_own(r->found, l, ports->plain, TLS_MODE_STARTTLS);
	}
}

static int take_list(const struct entry *e, const char *attribute, char **list_r)
{
	struct values values;
	int rc = entry_values(e, attribute, &values);

	*list_r = rc ? NULL : values_join(&values);
	values_free(&values);
	return rc;
}

static int take_listener(struct reading *r, const struct exchange_server *server,
			 const struct entry *e, enum found_service service)
{
	struct found_listener l = {.service = service};
	struct values internal, external = {0};

	int rc = entry_values(e, "msExchPOPIMAPInternalConnectionSettings", &internal) ||
		 entry_values(e, "msExchPOPIMAPExternalConnectionSettings", &external) ||
		 take_list(e, "msExchServerBindings", &l.clear) ||
		 take_list(e, "msExchSecureBindings", &l.secure);
	if (rc == 0) {
		l.server = xstrdup(server->fqdn);
		l.certificate_name = entry_text(e, "msExchPopImapX509CertificateName");
		l.proxy_port = (uint16_t)entry_number(e, "portNumber", services[service].proxy);
		add_view(r, server, &l, &internal, &external);
		l.internal = values_join(&internal);
		l.external = values_join(&external);
	}
	found_add_listener(r->found, &l);
	values_free(&internal);
	values_free(&external);
	return rc ? -1 : 0;
}

/* ---- all of them ---- */

static bool has_class(const struct entry *e, const char *class)
{
	struct values classes;
	bool has = false;

	if (entry_values(e, "objectClass", &classes) == 0)
		for (size_t i = 0; i < classes.count && !has; i++)
			has = !strcasecmp(classes.item[i], class);
	values_free(&classes);
	return has;
}

/* entry_fn */
static int take_object(void *ctx, const struct entry *e)
{
	struct reading *r = ctx;
	const struct exchange_server *server = exchange_servers_above(r->servers, e->dn);

	if (!server || !strcasestr(e->dn, ",CN=Protocols,CN="))
		return 0;
	if (has_class(e, "msExchSmtpReceiveConnector"))
		return take_connector(r, server, e);
	return take_listener(r, server, e,
			     has_class(e, "protocolCfgIMAPServer") ? FOUND_IMAP : FOUND_POP);
}

static int read_objects(struct directory *d, struct reading *r)
{
	static const char *const attributes[] = {"objectClass",
						 "cn",
						 "msExchSmtpReceiveBindings",
						 "msExchSMTPReceiveConnectorFQDN",
						 "msExchSmtpReceiveEnabled",
						 "msExchSmtpReceiveRemoteIPRanges",
						 "msExchSmtpReceiveMaxMessageSize",
						 "msExchServerBindings",
						 "msExchSecureBindings",
						 "msExchPOPIMAPInternalConnectionSettings",
						 "msExchPOPIMAPExternalConnectionSettings",
						 "msExchPopImapX509CertificateName",
						 "portNumber",
						 NULL};
	char *base = r->servers->count == 1 ? xstrdup(r->servers->item[0].dn) : exchange_base(d);

	int rc = directory_search(d, base, LDAP_SCOPE_SUBTREE,
				  "(|(objectClass=msExchSmtpReceiveConnector)"
				  "(objectClass=protocolCfgIMAPServer)"
				  "(objectClass=protocolCfgPOPServer))",
				  attributes, take_object, r);
	free(base);
	return rc;
}

int exchange_discover(struct directory *d, const struct discover_settings *s, struct found *found)
{
	struct exchange_servers servers = {0};
	struct reading r = {.settings = s, .servers = &servers, .found = found};

	int rc = step(d->conn.tl, "search") || exchange_servers_read(&servers, d, s) ||
		 read_objects(d, &r) ||
		 (s->mailboxes && exchange_mailboxes_read(d, s, &servers, found));
	exchange_servers_free(&servers);
	return rc ? -1 : 0;
}
