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
	[RULE_BACK_END] = "back end",       [RULE_SRV] = "SRV records",
	[RULE_HTTPS] = "HTTPS certificate",
};

bool published_has_port(const char *bindings, uint16_t port)
{
	struct span list = span_of(bindings ? bindings : ""), item;

	while (span_next(&list, ',', &item)) {
		struct endpoint b;
		struct err err = {0};
		item = span_trim(item);
		char *text = xstrndup(item.at, item.len);
		bool has = binding_text_parse(text, &b, &err) == 0 && b.port == port;
		free(text);
		if (has)
			return true;
	}
	return false;
}

/* ---- targets ---- */

static struct published_target *add(struct published *p, enum published_rule rule,
				    const struct found_listener *l, const char *view,
				    const struct endpoint *e)
{
	p->target = xmake_room(p->target, p->count, sizeof(*p->target));
	struct published_target *t = &p->target[p->count++];
	*t = (struct published_target){.rule = rule, .listener = l, .endpoint = *e};
	t->scenario = xasprintf("%s%s%s: %s", services[l->service].name, *view ? " " : "", view,
				rule_names[rule]);
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
		add(p, RULE_BINDING, l, view, &e);
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

static void add_listener(struct published *p, const struct found_listener *l)
{
	struct endpoint e = {.port = l->proxy_port, .mode = TLS_MODE_IMPLICIT};

	add_settings(p, l, "external", l->external);
	add_settings(p, l, "internal", l->internal);
	snprintf(e.host, sizeof(e.host), "%s", l->server);
	if (l->proxy_port)
		add(p, RULE_BACK_END, l, "", &e);
	if (p->settings->domain)
		add(p, RULE_SRV, l, "", &e);
}

void published_make(struct published *p, const struct discover_settings *s,
		    const struct found *found)
{
	*p = (struct published){.settings = s, .found = found};
	for (size_t i = 0; i < found->listeners; i++)
		add_listener(p, &found->listener[i]);
	p->result = xcalloc(p->count + 1, sizeof(*p->result));
	for (size_t i = 0; i < p->count; i++) {
		const struct published_target *t = &p->target[i];
		struct result *r = &p->result[i];
		plugin_result_init(&s->common, &t->endpoint, t->scenario, r);
		plugin_place(&t->endpoint, "", r->label);
		r->skipped = s->common.what_if;
	}
}

void published_free(struct published *p)
{
	for (size_t i = 0; i < p->count; i++) {
		free(p->target[i].scenario);
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
