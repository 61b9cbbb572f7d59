/* published.c - the rules of published settings, and which of them there are to test */
#include "discover/published.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/span.h"
#include "base/xalloc.h"
#include "discover/binding_text.h"

enum { SETTING_MAX = 400 };

static const struct {
	const char *name;
	const struct service_ports *ports;
} services[] = {
	[FOUND_IMAP] = {"IMAP", &ports_imap},
	[FOUND_POP] = {"POP", &ports_pop},
};

static const char *const rule_names[] = {
	[RULE_BINDING] = "binding",         [RULE_DNS] = "DNS",
	[RULE_ANSWER] = "answer",           [RULE_CERTIFICATE] = "certificate",
	[RULE_BACK_END] = "back end",       [RULE_FRONT_END] = "front end",
	[RULE_SRV] = "SRV records",         [RULE_AUTOCONFIG] = "autoconfig",
	[RULE_HTTPS] = "HTTPS certificate",
};

/* The next that is one; false at the end. */
static bool next_binding(struct span *list, struct endpoint *binding_r)
{
	struct span item;

	while (span_next(list, ',', &item)) {
		struct err err = {0};
		item = span_trim(item);
		char *text = xstrndup(item.at, item.len);
		int rc = binding_text_parse(text, binding_r, &err);
		free(text);
		if (rc == 0)
			return true;
	}
	return false;
}

bool published_has_port(const char *bindings, uint16_t port)
{
	struct span list = span_of(bindings ? bindings : "");
	struct endpoint b;

	while (next_binding(&list, &b))
		if (b.port == port)
			return true;
	return false;
}

bool published_has(const struct published *p, enum found_service service, const struct endpoint *e)
{
	for (size_t i = 0; i < p->count; i++) {
		const struct published_target *t = &p->target[i];
		if (t->rule == RULE_BINDING && t->service == service &&
		    t->endpoint.port == e->port && t->endpoint.mode == e->mode &&
		    endpoint_same_host(e->host, strlen(e->host), t->endpoint.host))
			return true;
	}
	return false;
}

/* ---- targets ---- */

static struct published_target *add_rule(struct published *p, enum published_rule rule,
					 enum found_service service, const char *view,
					 const struct endpoint *e)
{
	p->target = xmake_room(p->target, p->count, sizeof(*p->target));
	struct published_target *t = &p->target[p->count++];
	*t = (struct published_target){.rule = rule, .service = service, .endpoint = *e};
	t->scenario = xasprintf("%s%s%s: %s", services[service].name, *view ? " " : "", view,
				rule_names[rule]);
	return t;
}

static struct published_target *add(struct published *p, enum published_rule rule,
				    const struct found_listener *l, const char *view,
				    const struct endpoint *e)
{
	struct published_target *t = add_rule(p, rule, l->service, view, e);

	t->listener = l;
	return t;
}

static void add_setting(struct published *p, const struct found_listener *l, const char *view,
			const char *setting)
{
	struct endpoint e;
	struct err err = {0};

	if (endpoint_parse(setting, &e, &err)) {
		e = (struct endpoint){0};
		snprintf(e.host, sizeof(e.host), "%s", l->server);
		add(p, RULE_BINDING, l, view, &e)->setting = xstrdup(setting);
		return;
	}
	endpoint_complete(&e, TLS_MODE_DEFAULT, 0, services[l->service].ports);
	add(p, RULE_BINDING, l, view, &e);
	add(p, RULE_DNS, l, view, &e);
	add(p, RULE_ANSWER, l, view, &e);
	if (e.mode == TLS_MODE_PLAINTEXT)
		return;
	add(p, RULE_CERTIFICATE, l, view, &e);
	if (e.mode == TLS_MODE_IMPLICIT)
		add(p, RULE_HTTPS, l, view, &e);
}

static void add_settings(struct published *p, const struct found_listener *l, const char *view,
			 const char *settings)
{
	struct span list = span_of(settings ? settings : ""), item;

	while (settings && span_next(&list, ',', &item)) {
		item = span_trim(item);
		char *text = xstrndup(item.at, item.len < SETTING_MAX ? item.len : SETTING_MAX);
		add_setting(p, l, view, text);
		free(text);
	}
}

/* Where the server itself listens, by its first binding with TLS at once, or of the others. */
static bool find_front_end(const struct found_listener *l, struct endpoint *e)
{
	struct span secure = span_of(l->secure ? l->secure : "");
	struct span clear = span_of(l->clear ? l->clear : "");

	if (next_binding(&secure, e))
		e->mode = TLS_MODE_IMPLICIT;
	else if (next_binding(&clear, e))
		e->mode = TLS_MODE_STARTTLS;
	else
		return false;
	if (binding_text_is_any(e))
		snprintf(e->host, sizeof(e->host), "%s", l->server);
	return true;
}

static void add_listener(struct published *p, const struct found_listener *l)
{
	struct endpoint back = {.port = l->proxy_port, .mode = TLS_MODE_IMPLICIT}, front;

	add_settings(p, l, "external", l->external);
	add_settings(p, l, "internal", l->internal);
	snprintf(back.host, sizeof(back.host), "%s", l->server);
	if (l->proxy_port)
		add(p, RULE_BACK_END, l, "", &back);
	if (find_front_end(l, &front))
		add(p, RULE_FRONT_END, l, "", &front);
}

/* Once for all servers. */
static void add_domain(struct published *p, enum found_service service, const char *domain)
{
	struct endpoint e = {0};

	snprintf(e.host, sizeof(e.host), "%s", domain);
	add_rule(p, RULE_SRV, service, "", &e);
	add_rule(p, RULE_AUTOCONFIG, service, "", &e);
}

static void add_all(struct published *p)
{
	bool has[FOUND_SERVICES] = {false};

	for (size_t i = 0; i < p->found->listeners; i++) {
		add_listener(p, &p->found->listener[i]);
		has[p->found->listener[i].service] = true;
	}
	for (int i = 0; i < FOUND_SERVICES && p->settings->domain; i++)
		if (has[i])
			add_domain(p, (enum found_service)i, p->settings->domain);
}

void published_make(struct published *p, const struct discover_settings *s,
		    const struct found *found)
{
	*p = (struct published){.settings = s, .found = found};
	add_all(p);
	p->result = xcalloc(p->count + 1, sizeof(*p->result));
	for (size_t i = 0; i < p->count; i++) {
		const struct published_target *t = &p->target[i];
		struct result *r = &p->result[i];
		plugin_result_init(&s->common, &t->endpoint, t->scenario, r);
		r->section = t->scenario; /* several rules have one end point */
		if (t->endpoint.port)
			plugin_place(&t->endpoint, "", r->label);
		else
			snprintf(r->label, sizeof(r->label), "%s", t->endpoint.host);
	}
}

void published_free(struct published *p)
{
	for (size_t i = 0; i < p->count; i++) {
		free(p->target[i].scenario);
		free(p->target[i].setting);
		result_free(&p->result[i]);
	}
	free(p->target);
	free(p->result);
	*p = (struct published){0};
}

int answer_published(const struct plugin *plugin, const struct discover_settings *s,
		     const char *source, const struct found *found)
{
	struct published p;
	struct err err = {0};
	int code;

	(void)source;
	published_make(&p, s, found);
	if (p.count) {
		code = plugin_run(plugin, &s->common, p.result, p.count, NULL, published_test, &p);
	} else {
		err_set(&err, ERR_USAGE, "these servers publish no settings for IMAP4 or POP3");
		err_hint(&err, "other servers: --all-servers, --identity");
		code = plugin_error(plugin, &err);
	}
	published_free(&p);
	return code;
}

/* ---- --what-if ---- */

static void plan_all(const struct discover_settings *s, struct result *r)
{
	const char *user = s->common.username;

	if (!s->controller.host[0])
		result_plan(r, "ldap_resolve", "look up the domain controllers of %s", s->domain);
	result_plan(r, "ldap_connect", "connect to %s",
		    s->controller.host[0] ? r->label : "one of them, or the next one");
	result_plan(r, "ldap_login", "log on%s%s", user ? " as " : "", user ? user : "");
	result_plan(r, "ldap_search", "read what the servers publish for IMAP4 and POP3");
	result_plan(r, "dns_resolve", "look up the name of each setting");
	result_plan(r, "imap_connect", "connect to each setting, each front end and each back end");
	if (s->domain)
		result_plan(r, "http_fetch", "fetch what %s publishes for mail clients", s->domain);
}

int published_plan(const struct plugin *plugin, const struct discover_settings *s)
{
	struct result r = {0};

	plugin_result_init(&s->common, &s->controller, "Published settings", &r);
	if (s->controller.host[0])
		plugin_place(&s->controller, "", r.label);
	else
		snprintf(r.label, sizeof(r.label), "%s", s->domain);
	r.skipped = true;
	snprintf(r.done, sizeof(r.done), "would read what is published, and test each setting");
	plan_all(s, &r);
	int code = plugin_run(plugin, &s->common, &r, 1, NULL, published_test, NULL);
	result_free(&r);
	return code;
}
