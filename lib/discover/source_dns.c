/* source_dns.c - who takes a domain's mail (MX), and where its users find their mail (SRV) */
#include <stdlib.h>
#include <string.h>

#include "base/xalloc.h"
#include "discover/dns.h"
#include "discover/sources.h"

enum { LIST_MAX = 64 << 10 };

struct looking {
	const struct discover_settings *settings;
	struct found *found;
	struct dns dns;
};

static int begin(struct looking *l, const struct discover_settings *s, struct found *found,
		 struct timeline *tl, struct err *err)
{
	*l = (struct looking){.settings = s, .found = found};
	timeline_leg(tl, "dns_", 0);
	if (step(tl, "resolve"))
		return -1;
	return dns_open(&l->dns, s->resolver, tl->deadline_us, err);
}

/* What no plugin could be told to connect to is told, and left out; "of" is the name that was asked
 * for. The root says that there is no server. */
static bool is_usable(struct looking *l, const struct dns_server *s, const char *of)
{
	if (!*s->name || endpoint_is_host(s->name))
		return *s->name;
	found_note(l->found, "%s, to which %s leads, is no name of a host", s->name, of);
	return false;
}

/* ---- MX (RFC 5321 section 5.1) ---- */

static char *join_addresses(const struct dns_addresses *a, uint16_t port)
{
	struct buf list = BUF_INIT(LIST_MAX);

	for (size_t i = 0; i < a->count; i++) {
		bool ipv6 = strchr(a->item[i], ':');
		buf_printf(&list, "%s%s%s%s:%u", i ? ", " : "", ipv6 ? "[" : "", a->item[i],
			   ipv6 ? "]" : "", (unsigned int)port);
	}
	return list.data;
}

/* One that has no address is odd: mail for it waits. */
static int add_exchanger(struct looking *l, const char *host, const char *remark)
{
	const struct found_endpoint e = {.service = FOUND_SMTP,
					 .host = xstrdup(host),
					 .port = ports_smtp.plain,
					 .mode = TLS_MODE_STARTTLS};
	struct found_connector c = {.mode = TLS_MODE_STARTTLS};
	struct dns_addresses addresses;
	bool is_alias;

	found_add_endpoint(l->found, &e);
	int rc = dns_addresses(&l->dns, host, l->settings->common.family, &addresses, &is_alias);
	if (rc == 0) {
		c.name = xstrdup(host);
		c.server = xstrdup(host);
		c.bindings = join_addresses(&addresses, ports_smtp.plain);
		c.remark = remark ? xstrdup(remark) : NULL;
		c.off = addresses.count ? NULL : xstrdup("it has no address");
		found_add_connector(l->found, &c);
	}
	if (rc == 0 && !addresses.count)
		found_note(l->found, "%s, an exchanger of %s, has no address", host,
			   l->settings->operand);
	if (rc == 0 && is_alias)
		found_note(l->found, "%s, an exchanger of %s, is a CNAME: RFC 5321 forbids that",
			   host, l->settings->operand);
	dns_addresses_free(&addresses);
	return rc;
}

static int add_exchangers(struct looking *l, const struct dns_servers *mx)
{
	for (size_t i = 0; i < mx->count; i++)
		if (is_usable(l, &mx->item[i], l->settings->operand) &&
		    add_exchanger(l, mx->item[i].name, NULL))
			return -1;
	return 0;
}

/* Without an MX it is the domain's own host, if it has an address. */
static int add_itself(struct looking *l, const char *domain)
{
	struct dns_addresses addresses;

	int rc = dns_addresses(&l->dns, domain, l->settings->common.family, &addresses, NULL);
	size_t count = addresses.count;
	dns_addresses_free(&addresses);
	if (rc)
		return -1;
	if (!count)
		return err_set(l->dns.err, ERR_NAME, "%s has neither MX nor address in DNS",
			       domain);
	return add_exchanger(l, domain, "there is no MX: mail goes to the domain's own host");
}

int source_mx(const struct discover_settings *s, struct found *found, struct timeline *tl,
	      struct err *err)
{
	struct dns_servers mx = {0};
	struct looking l;

	int rc = begin(&l, s, found, tl, err) || dns_mx(&l.dns, s->operand, &mx);
	if (rc == 0 && mx.count == 1 && !*mx.item[0].name)
		rc = err_set(err, ERR_USAGE, "%s takes no mail: its MX is null (RFC 7505)",
			     s->operand);
	else if (rc == 0)
		rc = mx.count ? add_exchangers(&l, &mx) : add_itself(&l, s->operand);
	dns_servers_free(&mx);
	dns_close(&l.dns);
	return rc ? -1 : 0;
}

/* ---- SRV (RFC 6186, RFC 8314) ---- */

static const struct {
	const char *label;
	enum found_service service;
	enum tls_mode mode;
} services[] = {
	{"_imaps", FOUND_IMAP, TLS_MODE_IMPLICIT},
	{"_imap", FOUND_IMAP, TLS_MODE_STARTTLS},
	{"_pop3s", FOUND_POP, TLS_MODE_IMPLICIT},
	{"_pop3", FOUND_POP, TLS_MODE_STARTTLS},
	{"_submissions", FOUND_SMTP, TLS_MODE_IMPLICIT},
	{"_submission", FOUND_SMTP, TLS_MODE_STARTTLS},
};

enum { SERVICES = sizeof(services) / sizeof(services[0]) };

/* Where mail is handed in is a connector, too. */
static void add_submission(struct found *f, const struct dns_server *s, enum tls_mode mode)
{
	const struct found_connector c = {
		.name = xasprintf("%s %s:%u",
				  mode == TLS_MODE_IMPLICIT ? "submissions" : "submission", s->name,
				  (unsigned int)s->port),
		.server = xstrdup(s->name),
		.bindings = xasprintf("0.0.0.0:%u, [::]:%u", (unsigned int)s->port,
				      (unsigned int)s->port),
		.mode = mode,
	};

	found_add_connector(f, &c);
}

static int add_service(struct looking *l, size_t i)
{
	char *name = xasprintf("%s._tcp.%s", services[i].label, l->settings->operand);
	struct dns_servers srv;

	int rc = dns_srv(&l->dns, name, &srv);
	for (size_t k = 0; rc == 0 && k < srv.count; k++) {
		const struct dns_server *s = &srv.item[k];
		if (!is_usable(l, s, name))
			continue;
		if (!s->port) {
			found_note(l->found, "%s leads to %s at port 0", name, s->name);
			continue;
		}
		const struct found_endpoint e = {.service = services[i].service,
						 .host = xstrdup(s->name),
						 .port = s->port,
						 .mode = services[i].mode};
		found_add_endpoint(l->found, &e);
		if (services[i].service == FOUND_SMTP)
			add_submission(l->found, s, services[i].mode);
	}
	dns_servers_free(&srv);
	free(name);
	return rc;
}

int source_srv(const struct discover_settings *s, struct found *found, struct timeline *tl,
	       struct err *err)
{
	struct looking l;

	int rc = begin(&l, s, found, tl, err);
	for (size_t i = 0; rc == 0 && i < SERVICES; i++)
		rc = add_service(&l, i);
	if (rc == 0 && !found->endpoints) {
		rc = err_set(err, ERR_USAGE, "%s has no SRV records for mail", s->operand);
		err_hint(err, "RFC 6186: _imaps._tcp.%.60s and its like", s->operand);
	}
	dns_close(&l.dns);
	return rc;
}
