/* found.c - collects what discovery has found, and puts it in order */
#include "discover/found.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/xalloc.h"

enum { ODDITY_MAX = 2000 };

void found_add_connector(struct found *f, const struct found_connector *c)
{
	f->connector = xmake_room(f->connector, f->connectors, sizeof(*f->connector));
	f->connector[f->connectors++] = *c;
}

void found_add_endpoint(struct found *f, const struct found_endpoint *e)
{
	f->endpoint = xmake_room(f->endpoint, f->endpoints, sizeof(*f->endpoint));
	f->endpoint[f->endpoints++] = *e;
}

void found_add_listener(struct found *f, const struct found_listener *l)
{
	f->listener = xmake_room(f->listener, f->listeners, sizeof(*f->listener));
	f->listener[f->listeners++] = *l;
}

void found_add_account(struct found *f, const struct found_account *a)
{
	f->account = xmake_room(f->account, f->accounts, sizeof(*f->account));
	f->account[f->accounts++] = *a;
}

void found_note(struct found *f, const char *fmt, ...)
{
	struct buf text = BUF_INIT(ODDITY_MAX);
	va_list ap;

	va_start(ap, fmt);
	buf_vprintf(&text, fmt, ap);
	va_end(ap);
	f->oddity = xmake_room(f->oddity, f->oddities, sizeof(*f->oddity));
	f->oddity[f->oddities++] = xstrdup(buf_str(&text));
	buf_free(&text);
}

const char *found_service_name(enum found_service service)
{
	static const char *const names[] = {"imap", "pop", "smtp"};

	return names[service];
}

/* ---- order: by names in any case, then such that it never depends on the sorting ---- */

static int compare_text(const char *a, const char *b)
{
	a = a ? a : "";
	b = b ? b : "";
	int order = strcasecmp(a, b);
	return order ? order : strcmp(a, b);
}

static int compare_connectors(const void *a, const void *b)
{
	const struct found_connector *x = a, *y = b;
	int order = compare_text(x->name, y->name);

	if (!order)
		order = compare_text(x->server, y->server);
	return order ? order : compare_text(x->bindings, y->bindings);
}

/* The safest first. */
static int rank(enum tls_mode mode)
{
	return mode == TLS_MODE_IMPLICIT ? 0 : mode == TLS_MODE_PLAINTEXT ? 2 : 1;
}

static int compare_endpoints(const void *a, const void *b)
{
	const struct found_endpoint *x = a, *y = b;
	int order = compare_text(x->host, y->host);

	if (!order)
		order = (int)x->service - (int)y->service;
	if (!order)
		order = rank(x->mode) - rank(y->mode);
	return order ? order : (int)x->port - (int)y->port;
}

static int compare_listeners(const void *a, const void *b)
{
	const struct found_listener *x = a, *y = b;
	int order = compare_text(x->server, y->server);

	return order ? order : (int)x->service - (int)y->service;
}

static int compare_accounts(const void *a, const void *b)
{
	const struct found_account *x = a, *y = b;
	int order = compare_text(x->name, y->name);

	return order ? order : compare_text(x->username, y->username);
}

static int compare_oddities(const void *a, const void *b)
{
	return compare_text(*(char *const *)a, *(char *const *)b);
}

/* ---- what is there twice ---- */

static void free_endpoint(struct found_endpoint *e)
{
	free(e->host);
	free(e->remark);
}

static void free_account(struct found_account *a)
{
	free(a->name);
	free(a->username);
	free(a->mailto);
	free(a->server);
}

static void drop_equal_endpoints(struct found *f)
{
	size_t kept = 0;

	for (size_t i = 0; i < f->endpoints; i++)
		if (kept && !compare_endpoints(&f->endpoint[kept - 1], &f->endpoint[i]))
			free_endpoint(&f->endpoint[i]);
		else
			f->endpoint[kept++] = f->endpoint[i];
	f->endpoints = kept;
}

/* A section is there once. */
static void drop_equal_accounts(struct found *f)
{
	size_t kept = 0;

	for (size_t i = 0; i < f->accounts; i++)
		if (kept && !strcasecmp(f->account[kept - 1].name, f->account[i].name))
			free_account(&f->account[i]);
		else
			f->account[kept++] = f->account[i];
	f->accounts = kept;
}

static void number_equal_names(struct found *f)
{
	size_t first = 0;

	for (size_t i = 1; i < f->connectors; i++) {
		struct found_connector *c = &f->connector[i];
		if (strcmp(c->name, f->connector[first].name) != 0) {
			first = i;
			continue;
		}
		char *name = xasprintf("%s (%zu)", c->name, i - first + 1);
		free(c->name);
		c->name = name;
	}
}

static void sort(void *items, size_t count, size_t size, int (*compare)(const void *, const void *))
{
	if (count)
		qsort(items, count, size, compare);
}

void found_sort(struct found *f)
{
	sort(f->connector, f->connectors, sizeof(*f->connector), compare_connectors);
	sort(f->endpoint, f->endpoints, sizeof(*f->endpoint), compare_endpoints);
	sort(f->listener, f->listeners, sizeof(*f->listener), compare_listeners);
	sort(f->account, f->accounts, sizeof(*f->account), compare_accounts);
	sort(f->oddity, f->oddities, sizeof(*f->oddity), compare_oddities);
	drop_equal_endpoints(f);
	drop_equal_accounts(f);
	number_equal_names(f);
}

const struct found_listener *found_listener_of(const struct found *f, const char *server,
					       enum found_service service)
{
	const struct found_listener wanted = {.server = (char *)(uintptr_t)server,
					      .service = service};

	if (!server || !f->listeners)
		return NULL;
	return bsearch(&wanted, f->listener, f->listeners, sizeof(*f->listener), compare_listeners);
}

/* ---- the end ---- */

static void free_connector(struct found_connector *c)
{
	free(c->name);
	free(c->server);
	free(c->fqdn);
	free(c->bindings);
	free(c->certificate_name);
	free(c->off);
	free(c->remark);
}

static void free_listener(struct found_listener *l)
{
	free(l->server);
	free(l->clear);
	free(l->secure);
	free(l->internal);
	free(l->external);
	free(l->certificate_name);
}

void found_free(struct found *f)
{
	for (size_t i = 0; i < f->connectors; i++)
		free_connector(&f->connector[i]);
	for (size_t i = 0; i < f->endpoints; i++)
		free_endpoint(&f->endpoint[i]);
	for (size_t i = 0; i < f->listeners; i++)
		free_listener(&f->listener[i]);
	for (size_t i = 0; i < f->accounts; i++)
		free_account(&f->account[i]);
	for (size_t i = 0; i < f->oddities; i++)
		free(f->oddity[i]);
	free(f->connector);
	free(f->endpoint);
	free(f->listener);
	free(f->account);
	free(f->oddity);
	*f = (struct found){0};
}
