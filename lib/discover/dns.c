/* dns.c - asks by libunbound, whose worker is a thread of its own: this one waits for it in
 * io_wait */
#include "discover/dns.h"

#include <arpa/inet.h>
#include <arpa/nameser.h>
#include <netinet/in.h>
#include <poll.h>
#include <resolv.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unbound.h>

#include "base/clock.h"
#include "base/xalloc.h"
#include "net/idna.h"
#include "net/io.h"

enum { CLASS_IN = 1, TYPE_A = 1, TYPE_CNAME = 5, TYPE_MX = 15, TYPE_AAAA = 28, TYPE_SRV = 33 };

static int failed(const struct dns *d, int rc)
{
	return err_set(d->err, ERR_LOCAL, "DNS cannot be asked: %s", ub_strerror(rc));
}

static int set_resolver(struct dns *d, const char *resolver)
{
	enum { DOMAIN_PORT = 53 };
	struct endpoint e;

	if (endpoint_parse(resolver, &e, d->err))
		return err_prefix(d->err, "--resolver: ");
	char *address = xasprintf("%s@%u", e.host, e.port ? (unsigned int)e.port : DOMAIN_PORT);
	int rc = endpoint_host_is_address(e.host) ? ub_ctx_set_fwd(d->context, address) : -1;
	free(address);
	return rc ? err_set(d->err, ERR_USAGE,
			    "--resolver: \"%.60s\" is no address, such as 192.0.2.53", resolver)
		  : 0;
}

int dns_open(struct dns *d, const char *resolver, int64_t until_us, struct err *err)
{
	*d = (struct dns){.context = ub_ctx_create(),
			  .resolver = resolver ? resolver : "of /etc/resolv.conf",
			  .until_us = until_us,
			  .err = err};
	if (!d->context)
		return err_set(err, ERR_LOCAL, "DNS cannot be asked: no memory or entropy");
	/* a resolver on this machine is as good as any; what it says has been validated there */
	ub_ctx_set_option(d->context, "do-not-query-localhost:", "no");
	ub_ctx_set_option(d->context, "module-config:", "iterator");
	ub_ctx_async(d->context, 1);
	if (resolver)
		return set_resolver(d, resolver);
	int rc = ub_ctx_resolvconf(d->context, NULL);
	return rc ? failed(d, rc) : 0;
}

/* ---- one question ---- */

struct answer {
	bool there;
	int rc;
	struct ub_result *result;
};

static void take_answer(void *ctx, int rc, struct ub_result *result)
{
	struct answer *a = ctx;

	*a = (struct answer){.there = true, .rc = rc, .result = result};
}

static int await(struct dns *d, const char *name, const struct answer *a)
{
	while (!a->there) {
		int ready = io_wait(ub_fd(d->context), POLLIN, d->until_us);
		if (ready <= 0)
			return err_set(d->err, ERR_LOCAL, "the resolver %s does not answer for %s",
				       d->resolver, name);
		ub_process(d->context);
	}
	return 0;
}

static int judge(struct dns *d, const char *name, const struct ub_result *r)
{
	static const char *const codes[] = {"NOERROR",  "FORMERR", "SERVFAIL",
					    "NXDOMAIN", "NOTIMP",  "REFUSED"};
	const char *code =
		(size_t)r->rcode < sizeof(codes) / sizeof(codes[0]) ? codes[r->rcode] : "an error";

	if (r->rcode == ns_r_noerror || r->rcode == ns_r_nxdomain)
		return 0;
	err_set(d->err, ERR_LOCAL, "the resolver %s answers %s for %s", d->resolver, code, name);
	err_hint(d->err, "are the domain's servers down, or is there a loop of CNAMEs?");
	return -1;
}

/* To be freed by ub_resolve_free; NULL: the error is set. */
static struct ub_result *ask(struct dns *d, const char *name, int type)
{
	struct answer a = {0};
	char ascii[ENDPOINT_HOST_SIZE];
	int id;

	if (idna_ascii(name, ascii)) {
		err_set(d->err, ERR_USAGE, "\"%.80s\" can be no name in DNS", name);
		return NULL;
	}
	a.rc = ub_resolve_async(d->context, ascii, type, CLASS_IN, &a, take_answer, &id);
	if (a.rc == 0 && await(d, name, &a)) {
		ub_cancel(d->context, id);
		return NULL;
	}
	if (a.rc)
		failed(d, a.rc);
	else if (judge(d, name, a.result) == 0)
		return a.result;
	ub_resolve_free(a.result);
	return NULL;
}

/* ---- MX and SRV ---- */

static uint16_t number_at(const char *bytes)
{
	const unsigned char *b = (const unsigned char *)bytes;

	return (uint16_t)(b[0] << 8 | b[1]);
}

/* A name that ends the record; libunbound has undone the compression. */
static int read_name(const char *bytes, int len, char name[DNS_NAME_SIZE])
{
	const unsigned char *at = (const unsigned char *)bytes;

	return dn_expand(at, at + len, at, name, DNS_NAME_SIZE) < 0 ? -1 : 0;
}

static int read_mx(const char *bytes, int len, struct dns_server *s)
{
	enum { FIXED = 2 };

	if (len <= FIXED)
		return -1;
	s->priority = number_at(bytes);
	return read_name(bytes + FIXED, len - FIXED, s->name);
}

static int read_srv(const char *bytes, int len, struct dns_server *s)
{
	enum { FIXED = 6 };

	if (len <= FIXED)
		return -1;
	s->priority = number_at(bytes);
	s->weight = number_at(bytes + 2);
	s->port = number_at(bytes + 4);
	return read_name(bytes + FIXED, len - FIXED, s->name);
}

static int compare_servers(const void *a, const void *b)
{
	const struct dns_server *x = a, *y = b;

	if (x->priority != y->priority)
		return x->priority < y->priority ? -1 : 1;
	if (x->weight != y->weight)
		return x->weight > y->weight ? -1 : 1;
	return strcmp(x->name, y->name);
}

static int find_servers(struct dns *d, const char *name, int type, struct dns_servers *s)
{
	struct ub_result *r = ask(d, name, type);

	*s = (struct dns_servers){0};
	if (!r)
		return -1;
	for (size_t i = 0; r->havedata && r->data[i]; i++) {
		struct dns_server server = {0};
		if (type == TYPE_MX ? read_mx(r->data[i], r->len[i], &server)
				    : read_srv(r->data[i], r->len[i], &server))
			continue;
		s->item = xmake_room(s->item, s->count, sizeof(*s->item));
		s->item[s->count++] = server;
	}
	ub_resolve_free(r);
	if (s->count)
		qsort(s->item, s->count, sizeof(*s->item), compare_servers);
	return 0;
}

int dns_mx(struct dns *d, const char *name, struct dns_servers *found_r)
{
	return find_servers(d, name, TYPE_MX, found_r);
}

int dns_srv(struct dns *d, const char *name, struct dns_servers *found_r)
{
	return find_servers(d, name, TYPE_SRV, found_r);
}

void dns_servers_free(struct dns_servers *s)
{
	free(s->item);
	*s = (struct dns_servers){0};
}

/* ---- addresses ---- */

static void add_address(struct dns_addresses *a, int family, const char *bytes)
{
	a->item = xmake_room(a->item, a->count, sizeof(*a->item));
	inet_ntop(family, bytes, a->item[a->count++], sizeof(*a->item));
}

static int compare_addresses(const void *a, const void *b)
{
	return strcmp(a, b);
}

static int add_addresses(struct dns *d, const char *name, int family, struct dns_addresses *a,
			 bool *is_alias_r)
{
	size_t size = family == AF_INET ? sizeof(struct in_addr) : sizeof(struct in6_addr);
	size_t before = a->count;
	struct ub_result *r = ask(d, name, family == AF_INET ? TYPE_A : TYPE_AAAA);

	if (!r)
		return -1;
	if (r->canonname && is_alias_r)
		*is_alias_r = !endpoint_same_host(r->canonname, strlen(r->canonname), r->qname);
	for (size_t i = 0; r->havedata && r->data[i]; i++)
		if ((size_t)r->len[i] == size)
			add_address(a, family, r->data[i]);
	ub_resolve_free(r);
	if (a->count > before)
		qsort(a->item + before, a->count - before, sizeof(*a->item), compare_addresses);
	return 0;
}

int dns_addresses(struct dns *d, const char *name, int family, struct dns_addresses *found_r,
		  bool *is_alias_r)
{
	*found_r = (struct dns_addresses){0};
	if (is_alias_r)
		*is_alias_r = false;
	if (family != AF_INET6 && add_addresses(d, name, AF_INET, found_r, is_alias_r))
		return -1;
	return family == AF_INET ? 0 : add_addresses(d, name, AF_INET6, found_r, is_alias_r);
}

void dns_addresses_free(struct dns_addresses *a)
{
	free(a->item);
	*a = (struct dns_addresses){0};
}

void dns_close(struct dns *d)
{
	if (d->context)
		ub_ctx_delete(d->context);
	*d = (struct dns){0};
}
