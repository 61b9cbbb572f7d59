/* connector_plan.c - connectors and end points become targets: one for each address */
#include "run/connector_plan.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/xalloc.h"
#include "run/lookups.h"
#include "run/plugin.h"
#include "run/what_if.h"

static const char scenario[] = "Test SMTP Connectivity";

/* ---- names ---- */

static bool stands_for_any(const struct connector *k)
{
	bool any = !k->bindings;

	for (size_t i = 0; i < k->bindings; i++)
		any = any || k->binding[i].any;
	return any && !k->disabled;
}

/* Every name that has to be known before the test. */
static void collect_hosts(struct lookups *l, const struct connector_settings *c)
{
	if (c->common.what_if)
		return;
	for (size_t i = 0; c->common.all_addresses && i < c->common.endpoint_count; i++)
		lookups_add(l, c->common.endpoints[i].host);
	for (size_t i = 0; i < c->connectors.count; i++)
		if (stands_for_any(&c->connectors.item[i]))
			lookups_add(l, c->connectors.item[i].server);
}

/* ---- targets ---- */

struct making {
	struct plan *plan;
	struct lookups *names;
	enum err_kind late; /* what it is when one of them is not there in time */
	const struct connector *connector;
	size_t number; /* of it */
	size_t first;  /* its first target */
};

static struct target *add_target(struct making *m, const char *binding, uint16_t port)
{
	struct plan *p = m->plan;
	const struct connector *k = m->connector;

	p->target = xmake_room(p->target, p->count, sizeof(*p->target));
	p->result = xmake_room(p->result, p->count, sizeof(*p->result));
	struct target *t = &p->target[p->count];
	struct result *r = &p->result[p->count++];
	*t = (struct target){.connector = k, .number = m->number, .endpoint = {.port = port}};
	*r = (struct result){0};
	snprintf(t->binding, sizeof(t->binding), "%s", binding);
	if (!k)
		return t;
	t->endpoint.mode = k->mode;
	endpoint_complete(&t->endpoint, p->settings->common.mode, 0,
			  connector_ports(p->settings, k));
	if (k->server || k->fqdn)
		snprintf(t->endpoint.host, sizeof(t->endpoint.host), "%s",
			 k->server ? k->server : k->fqdn);
	return t;
}

static struct result *result_of(struct making *m, const struct target *t)
{
	return &m->plan->result[t - m->plan->target];
}

static void skip(struct making *m, const struct target *t, const char *why)
{
	struct result *r = result_of(m, t);

	r->skipped = true;
	snprintf(r->done, sizeof(r->done), "%s", why);
}

/* It cannot be tested: that is its result. */
static void refuse(struct making *m, const struct target *t, const struct err *err)
{
	struct result *r = result_of(m, t);

	r->err = *err;
	snprintf(r->err.step, sizeof(r->err.step), "smtp_resolve");
}

static void set_address(struct target *t, const struct sockaddr *address, socklen_t len)
{
	memcpy(&t->address, address, len);
	t->address_len = len;
	t->has_address = true;
	address_set_port(&t->address, t->endpoint.port);
}

/* 0.0.0.0:25 beside 10.0.0.7:25: one target for both. */
static bool is_there(const struct making *m, const struct target *t)
{
	for (size_t i = m->first; i < m->plan->count; i++) {
		const struct target *other = &m->plan->target[i];
		if (other != t && other->has_address && other->address_len == t->address_len &&
		    !memcmp(&other->address, &t->address, t->address_len))
			return true;
	}
	return false;
}

static void add_address(struct making *m, const char *binding, uint16_t port,
			const struct endpoint *of, const struct addrinfo *a)
{
	struct target *t = add_target(m, binding, port);

	if (of)
		t->endpoint = *of;
	set_address(t, a->ai_addr, a->ai_addrlen);
	if (is_there(m, t))
		m->plan->count--;
}

static void add_failed(struct making *m, const char *binding, const struct endpoint *of,
		       uint16_t port, const struct err *err)
{
	struct target *t = add_target(m, binding, port);

	if (of)
		t->endpoint = *of;
	refuse(m, t, err);
}

/* ---- connectors ---- */

static const char *family_name(int family)
{
	return family == AF_INET6 ? "IPv6" : "IPv4";
}

/* One for all of them: with --what-if nothing is looked up. */
static void add_every(struct making *m, const char *binding, uint16_t port,
		      const struct endpoint *of, int family)
{
	struct target *t = add_target(m, binding, port);

	if (of)
		t->endpoint = *of;
	t->every_address = true;
	t->family = family;
}

/* A binding of all addresses. */
static void add_any(struct making *m, const struct binding *b, uint16_t port)
{
	const char *server = m->connector->server;
	struct err err = {0};
	char why[RESULT_TEXT_SIZE];

	if (m->plan->settings->common.what_if) {
		add_every(m, b->text, port, NULL, b->family);
		return;
	}
	const struct addrinfo *a = lookups_addresses(m->names, server, m->late, &err);
	if (!a) {
		add_failed(m, b->text, NULL, port, &err);
		return;
	}
	bool found = false;
	for (; a; a = a->ai_next) {
		if (a->ai_family != b->family)
			continue;
		found = true;
		add_address(m, b->text, port, NULL, a);
	}
	if (found)
		return;
	snprintf(why, sizeof(why), "%s has no %s address", server, family_name(b->family));
	skip(m, add_target(m, b->text, port), why);
}

static void add_literal(struct making *m, const struct binding *b)
{
	struct addrinfo *a;
	struct err err = {0};
	struct endpoint e = {.port = b->port};
	struct target *t = add_target(m, b->text, b->port);

	if (!t->endpoint.host[0])
		snprintf(t->endpoint.host, sizeof(t->endpoint.host), "%s", b->address);
	e = t->endpoint;
	if (resolve(b->address, 0, AF_UNSPEC, &a, &err)) {
		refuse(m, t, &err);
		return;
	}
	m->plan->count--;
	add_address(m, b->text, b->port, &e, a);
	freeaddrinfo(a);
}

static void add_binding(struct making *m, const struct binding *b, uint16_t port)
{
	int family = m->plan->settings->common.family;

	if (m->connector->disabled)
		skip(m, add_target(m, b->text, port),
		     m->connector->reason ? m->connector->reason : "disabled");
	else if (family != AF_UNSPEC && family != b->family)
		skip(m, add_target(m, b->text, port),
		     family == AF_INET ? "not IPv4 (-4)" : "not IPv6 (-6)");
	else if (b->any)
		add_any(m, b, port);
	else
		add_literal(m, b);
}

/* No bindings: all addresses, the usual port. */
static void add_default_bindings(struct making *m)
{
	struct endpoint e = {.mode = m->connector->mode};

	endpoint_complete(&e, m->plan->settings->common.mode, 0,
			  connector_ports(m->plan->settings, m->connector));
	struct binding any[] = {
		{.address = "0.0.0.0", .port = e.port, .family = AF_INET, .any = true},
		{.address = "::", .port = e.port, .family = AF_INET6, .any = true}};
	snprintf(any[0].text, sizeof(any[0].text), "0.0.0.0:%u", (unsigned int)e.port);
	snprintf(any[1].text, sizeof(any[1].text), "[::]:%u", (unsigned int)e.port);
	add_binding(m, &any[0], e.port);
	add_binding(m, &any[1], e.port);
}

/* A server that lacks one kind of address is none the worse for it, but one of which nothing can be
 * tested is. */
static void refuse_nothing(struct making *m)
{
	struct plan *p = m->plan;

	if (m->connector->disabled || p->settings->common.family != AF_UNSPEC)
		return;
	for (size_t i = m->first; i < p->count; i++)
		if (!p->result[i].skipped)
			return;
	for (size_t i = m->first; i < p->count; i++) {
		p->result[i].skipped = false;
		struct err err = {0};
		err_set(&err, ERR_NAME, "host name %s", p->result[i].done);
		refuse(m, &p->target[i], &err);
		p->result[i].done[0] = '\0';
	}
}

static void add_connector(struct making *m)
{
	const struct connector *k = m->connector;

	m->first = m->plan->count;
	if (!k->bindings)
		add_default_bindings(m);
	for (size_t i = 0; i < k->bindings; i++)
		add_binding(m, &k->binding[i], k->binding[i].port);
	refuse_nothing(m);
}

/* ---- end points ---- */

static void add_endpoint(struct making *m, const struct endpoint *e)
{
	const struct addrinfo *a;
	struct err err = {0};

	m->first = m->plan->count;
	if (!m->plan->settings->common.all_addresses) {
		add_target(m, "", e->port)->endpoint = *e;
		return;
	}
	if (m->plan->settings->common.what_if) {
		add_every(m, "", e->port, e, m->plan->settings->common.family);
		return;
	}
	a = lookups_addresses(m->names, e->host, m->late, &err);
	if (!a)
		add_failed(m, "", e, e->port, &err);
	for (; a; a = a->ai_next)
		add_address(m, "", e->port, e, a);
}

/* ---- results ---- */

/* `Default Frontend 10.0.0.7:25`, `mx.example.org:25`, and with --all-addresses
 * `mx.example.org 10.0.0.7:25`. */
static void set_label(const struct plan *p, const struct target *t, struct result *r)
{
	char place[RESULT_PLACE_SIZE];

	if (t->connector) {
		snprintf(r->label, sizeof(r->label), "%s %s", t->connector->section.name,
			 r->one_address[0] ? r->one_address : t->binding);
		return;
	}
	plugin_place(&p->settings->common.endpoints[t->number], r->one_address, place);
	snprintf(r->label, sizeof(r->label), "%s", place);
}

static void describe(const struct plan *p, const struct target *t, struct result *r)
{
	struct plan_room room;
	struct smtp_reach reach = plan_reach(p, t, &room);

	if (t->every_address)
		reach.account.family = t->family;
	what_if_connector(&p->settings->common, &reach,
			  connector_is_lmtp(p->settings, t->connector), t->every_address, r);
}

static void finish_result(const struct plan *p, const struct target *t, struct result *r)
{
	const struct connector_settings *c = p->settings;

	plugin_result_init(&c->common, &t->endpoint, scenario, r);
	if (connector_is_lmtp(c, t->connector))
		r->protocol = "lmtp";
	r->account = connector_user(c, t->connector);
	r->connector = t->connector ? t->connector->section.name : "";
	r->server = t->connector ? t->connector->server : t->endpoint.host;
	r->binding = t->binding;
	r->details = BUF_INIT(c->common.verbosity ? 65536 : 512);
	if (t->has_address)
		address_text((const struct sockaddr *)&t->address, t->address_len, r->address);
	memcpy(r->one_address, r->address, sizeof(r->address));
	set_label(p, t, r);
	const struct err *no_token = connector_logon(c, t->connector, t->number)->no_token;
	if (no_token && !r->skipped && r->err.kind == ERR_NONE)
		r->err = *no_token;
	if (c->common.what_if && !r->skipped && r->err.kind == ERR_NONE)
		describe(p, t, r);
}

int plan_make(struct plan *p, const struct connector_settings *c, const struct lookup_limit *limit,
	      struct err *err)
{
	struct lookups *names = lookups_new(c->common.family);
	struct making m = {.plan = p, .names = names, .late = limit->kind};

	*p = (struct plan){.settings = c};
	collect_hosts(names, c);
	int rc = lookups_run(names, c->common.parallel, limit, err);
	for (m.number = 0; rc >= 0 && m.number < c->common.endpoint_count; m.number++)
		add_endpoint(&m, &c->common.endpoints[m.number]);
	for (m.number = 0; rc >= 0 && m.number < c->connectors.count; m.number++) {
		m.connector = &c->connectors.item[m.number];
		add_connector(&m);
	}
	for (size_t i = 0; i < p->count; i++)
		finish_result(p, &p->target[i], &p->result[i]);
	p->stuck = rc > 0;
	if (!p->stuck)
		lookups_free(names);
	return err->kind ? -1 : 0;
}

struct smtp_reach plan_reach(const struct plan *p, const struct target *t, struct plan_room *room)
{
	const struct connector_settings *c = p->settings;
	const struct connector *k = t->connector;

	*room = (struct plan_room){.tls = c->common.tls,
				   .socket_address = t->address,
				   .address = {.ai_family = t->address.ss_family,
					       .ai_socktype = SOCK_STREAM,
					       .ai_addr = (struct sockaddr *)&room->socket_address,
					       .ai_addrlen = t->address_len}};
	if (k && k->certificate_name)
		room->tls.certificate_name = k->certificate_name;
	return (struct smtp_reach){
		.account =
			{
				.endpoint = &t->endpoint,
				.family = c->common.family,
				.tls = &room->tls,
				.who = connector_logon(c, k, t->number)->who,
				.limit_us = (int64_t)c->common.connection_timeout_s * US_PER_S,
			},
		.tls_host = t->endpoint.host,
		.address = t->has_address ? &room->address : NULL,
		.through = connector_through(c, k, t->endpoint.mode),
		.fqdn = k && k->fqdn ? k->fqdn : c->fqdn,
		.rules = k && k->rules.count ? &k->rules : &c->rules,
		.mailfrom = c->mailfrom ? c->mailfrom : "",
		.rcptto = c->rcptto,
		.expect_reject = c->expect_reject,
	};
}

void plan_free(struct plan *p)
{
	for (size_t i = 0; i < p->count; i++)
		result_free(&p->result[i]);
	free(p->target);
	free(p->result);
	*p = (struct plan){0};
}
