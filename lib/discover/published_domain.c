/* published_domain.c - whether a domain tells its users what the servers publish: by SRV records
 * (RFC 6186), and by autoconfig. That it need not tell them anything is no fault. */
#include <stdio.h>
#include <string.h>

#include "discover/autoconfig_fetch.h"
#include "discover/dns.h"
#include "discover/found_print.h"
#include "discover/published.h"

static void set_done(struct result *r, bool any)
{
	snprintf(r->done, sizeof(r->done), "%s",
		 any ? "what is named is published" : "there is none, which is allowed");
}

/* ---- SRV ---- */

static int compare_srv(const struct published *p, struct dns *dns, enum found_service service,
		       const char *label, enum tls_mode mode, size_t *count)
{
	char name[DNS_NAME_SIZE + 16];
	struct dns_servers found;

	snprintf(name, sizeof(name), "%s._tcp.%s", label, p->settings->domain);
	int rc = dns_srv(dns, name, &found);
	for (size_t i = 0; rc == 0 && i < found.count; i++) {
		const struct dns_server *s = &found.item[i];
		struct endpoint e = {.port = s->port, .mode = mode};
		if (!*s->name)
			continue;
		++*count;
		snprintf(e.host, sizeof(e.host), "%s", s->name);
		if (!published_has(p, service, &e))
			rc = err_set(dns->err, ERR_REFUSED,
				     "%s says %.120s:%u, which no setting publishes", name, s->name,
				     (unsigned int)s->port);
	}
	dns_servers_free(&found);
	return rc;
}

int published_test_srv(const struct published *p, const struct published_target *t,
		       struct result *r)
{
	bool imap = t->service == FOUND_IMAP;
	struct dns dns = {0};
	size_t count = 0;

	int rc = step(&r->timeline, "resolve") ||
		 dns_open(&dns, p->settings->resolver, r->timeline.deadline_us, &r->err) ||
		 compare_srv(p, &dns, t->service, imap ? "_imaps" : "_pop3s", TLS_MODE_IMPLICIT,
			     &count) ||
		 compare_srv(p, &dns, t->service, imap ? "_imap" : "_pop3", TLS_MODE_STARTTLS,
			     &count);
	dns_close(&dns);
	set_done(r, count);
	return rc ? -1 : 0;
}

/* ---- autoconfig ---- */

static int compare_servers(const struct published *p, const struct published_target *t,
			   const struct found *found, struct result *r)
{
	size_t count = 0;

	for (size_t i = 0; i < found->endpoints; i++) {
		const struct found_endpoint *s = &found->endpoint[i];
		struct endpoint e = {.port = s->port, .mode = s->mode};
		if (s->service != t->service)
			continue;
		count++;
		snprintf(e.host, sizeof(e.host), "%s", s->host);
		if (!published_has(p, t->service, &e))
			return err_set(&r->err, ERR_REFUSED,
				       "autoconfig of %.80s says %.120s:%u:%s, which no setting "
				       "publishes",
				       p->settings->domain, e.host, (unsigned int)e.port,
				       found_type(e.mode));
	}
	set_done(r, count);
	return 0;
}

/* What clients cannot read keeps nobody from his mail, and makes all of them type. */
int published_test_autoconfig(const struct published *p, const struct published_target *t,
			      struct result *r)
{
	const struct settings *s = &p->settings->common;
	struct found found = {0};
	struct err err = {0};
	int rc = 0;

	timeline_leg(&r->timeline, "http_", (int64_t)s->connection_timeout_s * US_PER_S);
	if (step(&r->timeline, "fetch"))
		return -1;
	const struct http_request how = {
		.ca_file = s->ca_file, .in_worker = true, .until_us = r->timeline.deadline_us};
	switch (autoconfig_fetch(p->settings->domain, how, &found, &err)) {
	case AUTOCONFIG_READ:
		rc = compare_servers(p, t, &found, r);
		break;
	case AUTOCONFIG_NONE:
		set_done(r, false);
		break;
	case AUTOCONFIG_FAILED:
		if (err.kind == ERR_LOCAL) {
			rc = err_set(&r->err, ERR_LOCAL, "%s", err.text);
			break;
		}
		result_note(r, STATE_WARNING, "clients cannot read it: %s", err.text);
		result_note_fault(r, "settings-autoconfig");
		break;
	}
	found_free(&found);
	return rc;
}
