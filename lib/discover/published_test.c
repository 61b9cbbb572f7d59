/* published_test.c - whether one rule of published settings is kept */
#include <stdio.h>
#include <string.h>

#include "discover/dns.h"
#include "discover/published.h"
#include "mail/imap/imap.h"
#include "mail/pop3/pop3.h"

static void set_done(struct result *r, const char *text)
{
	snprintf(r->done, sizeof(r->done), "%s", text);
}

/* ---- without a connection ---- */

static int test_binding(const struct published_target *t, struct result *r)
{
	const struct found_listener *l = t->listener;
	bool implicit = t->endpoint.mode == TLS_MODE_IMPLICIT;
	const char *list = implicit ? l->secure : l->clear;
	const char *name = implicit ? "SSLBindings" : "UnencryptedOrTLSBindings";

	if (!t->endpoint.port)
		return err_set(&r->err, ERR_REFUSED,
			       "a setting is no HOST:PORT:TYPE, TYPE SSL or TLS: %.200s",
			       t->setting);
	if (!published_has_port(list, t->endpoint.port))
		return err_set(&r->err, ERR_REFUSED, "%s of %.100s have no port %u: %.100s", name,
			       l->server, (unsigned int)t->endpoint.port, list ? list : "none");
	snprintf(r->done, sizeof(r->done), "is in %s of %.100s", name, l->server);
	return 0;
}

static int test_dns(const struct published *p, const struct published_target *t, struct result *r)
{
	struct dns_addresses found = {0};
	struct dns dns = {0};

	if (endpoint_host_is_address(t->endpoint.host))
		return err_set(&r->err, ERR_REFUSED, "an address is published, not a name");
	int rc = step(&r->timeline, "resolve") ||
		 dns_open(&dns, p->settings->resolver, r->timeline.deadline_us, &r->err) ||
		 dns_addresses(&dns, t->endpoint.host, p->settings->common.family, &found, NULL);
	if (rc == 0 && !found.count)
		rc = err_set(&r->err, ERR_NAME, "%s has no address in DNS", t->endpoint.host);
	for (size_t i = 0, len = 0; rc == 0 && i < found.count && len < sizeof(r->done); i++)
		len += (size_t)snprintf(r->done + len, sizeof(r->done) - len, "%s%s",
					i ? ", " : "is ", found.item[i]);
	dns_addresses_free(&found);
	dns_close(&dns);
	return rc ? -1 : 0;
}

/* ---- connections ---- */

static int open_imap(const struct endpoint *e, int family, const struct tls_options *tls,
		     struct result *r)
{
	bool starttls = e->mode == TLS_MODE_STARTTLS;
	struct imap s;

	imap_init(&s, &r->timeline, &r->err, r->transcript.max ? &r->transcript : NULL);
	int rc = conn_open(&s.conn, e, family, tls) || imap_greeting(&s, starttls);
	if (rc == 0 && starttls)
		rc = imap_capability(&s) || imap_starttls(&s, e->host, tls);
	plugin_note_conn(r, &s.conn);
	if (rc)
		timeline_fail(&r->timeline);
	imap_logout(&s);
	imap_free(&s);
	return rc ? -1 : 0;
}

static int open_pop(const struct endpoint *e, int family, const struct tls_options *tls,
		    struct result *r)
{
	bool starttls = e->mode == TLS_MODE_STARTTLS;
	struct pop3 s;

	pop3_init(&s, &r->timeline, &r->err, r->transcript.max ? &r->transcript : NULL);
	int rc = conn_open(&s.conn, e, family, tls) || pop3_greeting(&s);
	if (rc == 0 && starttls)
		rc = pop3_capability(&s) || pop3_stls(&s, e->host, tls);
	plugin_note_conn(r, &s.conn);
	if (rc)
		timeline_fail(&r->timeline);
	pop3_part_for_good(&s);
	pop3_free(&s);
	return rc ? -1 : 0;
}

/* As far as TLS; what the certificate is good for is another rule's, unless verified is asked for.
 */
static int open_server(const struct published *p, const struct published_target *t,
		       const struct endpoint *e, bool verified, struct result *r)
{
	const struct settings *s = &p->settings->common;
	struct tls_options tls = s->tls;
	bool imap = t->service == FOUND_IMAP;

	tls.trust_any = !verified;
	tls.certificate_name = t->listener->certificate_name;
	timeline_leg(&r->timeline, imap ? "imap_" : "pop_",
		     (int64_t)s->connection_timeout_s * US_PER_S);
	return imap ? open_imap(e, s->family, &tls, r) : open_pop(e, s->family, &tls, r);
}

static int test_answer(const struct published *p, const struct published_target *t,
		       struct result *r)
{
	if (open_server(p, t, &t->endpoint, false, r))
		return -1;
	snprintf(r->done, sizeof(r->done), "answers with %s", tls_mode_name(t->endpoint.mode));
	return 0;
}

static int test_certificate(const struct published *p, const struct published_target *t,
			    struct result *r)
{
	const char *name = t->listener->certificate_name;

	if (open_server(p, t, &t->endpoint, true, r))
		return -1;
	snprintf(r->done, sizeof(r->done), "certificate is for %.200s",
		 name ? name : t->endpoint.host);
	return 0;
}

/* Nobody publishes one certificate for mail and another for the web without need: most are meant to
 * be the same, and renewed together. No HTTPS is no fault. */
static int test_https(const struct published *p, const struct published_target *t, struct result *r)
{
	enum { HTTPS_PORT = 443 };
	const struct settings *s = &p->settings->common;
	struct endpoint web = t->endpoint;
	struct tls_options tls = s->tls;
	struct err web_err = {0};

	if (open_server(p, t, &t->endpoint, false, r)) { /* another rule's */
		r->err = (struct err){0};
		set_done(r, "there is no certificate to compare");
		return 0;
	}
	struct conn c = CONN_INIT(&r->timeline, &web_err, NULL, "https");
	timeline_leg(&r->timeline, "https_", (int64_t)s->connection_timeout_s * US_PER_S);
	web.port = HTTPS_PORT;
	web.mode = TLS_MODE_IMPLICIT;
	tls.trust_any = true;
	if (conn_open(&c, &web, s->family, &tls))
		set_done(r, "there is no HTTPS to compare with");
	else if (!memcmp(c.tls.info.leaf.fingerprint, r->tls.leaf.fingerprint,
			 sizeof(r->tls.leaf.fingerprint)))
		set_done(r, "certificate is that of HTTPS");
	else {
		result_note(r, STATE_WARNING,
			    "the certificate is not that of HTTPS: one for both is recommended");
		result_note_fault(r, "settings-two-certificates");
	}
	conn_close(&c);
	r->err = (struct err){0}; /* limits that pass are recorded there: they are of the web */
	return 0;
}

static int test_side(const struct published *p, const struct published_target *t, struct result *r)
{
	if (open_server(p, t, &t->endpoint, false, r))
		return -1;
	set_done(r, t->rule == RULE_BACK_END ? "back end answers" : "front end answers");
	return 0;
}

static int test_rule(const struct published *p, const struct published_target *t, struct result *r)
{
	switch (t->rule) {
	case RULE_BINDING:
		return test_binding(t, r);
	case RULE_DNS:
		return test_dns(p, t, r);
	case RULE_ANSWER:
		return test_answer(p, t, r);
	case RULE_CERTIFICATE:
		return test_certificate(p, t, r);
	case RULE_BACK_END:
	case RULE_FRONT_END:
		return test_side(p, t, r);
	case RULE_SRV:
		return published_test_srv(p, t, r);
	case RULE_AUTOCONFIG:
		return published_test_autoconfig(p, t, r);
	default:
		return test_https(p, t, r);
	}
}

void published_test(const void *settings, size_t i, struct result *r, int64_t deadline_us)
{
	const struct published *p = settings;
	const struct credentials nobody = {0};

	plugin_begin(&p->settings->common, &nobody, r, deadline_us);
	timeline_leg(&r->timeline, "dns_", 0);
	if (test_rule(p, &p->target[i], r))
		timeline_fail(&r->timeline);
	timeline_end(&r->timeline);
}
