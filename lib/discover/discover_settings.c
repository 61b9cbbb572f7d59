/* discover_settings.c - what the options of mailflow_discover come to */
#include "discover/discover_settings.h"

#include <stdlib.h>

#include "base/file.h"
#include "net/trust.h"

void discover_settings_init(struct discover_settings *s)
{
	*s = (struct discover_settings){.mail_attribute = "mail"};
	settings_init(&s->common, "smtp", &ports_smtp);
	s->common.several = true; /* rules that are tested are never one */
}

/* ---- the directory ---- */

/* 3268 and 3269 are the global catalogue's. */
static bool is_implicit(uint16_t port)
{
	enum { CATALOGUE_TLS = 3269 };

	return port == ports_ldap.implicit || port == ports_edge.implicit || port == CATALOGUE_TLS;
}

static int read_controller(struct discover_settings *s, struct err *err)
{
	struct endpoint *e = &s->controller, domain;

	if (!s->domain_controller && !s->domain)
		return err_set(err, ERR_USAGE,
			       "no directory to ask: give --domain-controller=HOST, or --domain");
	if (s->domain_controller && endpoint_parse(s->domain_controller, e, err))
		return err_prefix(err, "--domain-controller: ");
	if (s->domain && endpoint_parse(s->domain, &domain, err))
		return err_prefix(err, "--domain: ");
	if (e->mode == TLS_MODE_DEFAULT && s->auth == DIRECTORY_GSSAPI && !is_implicit(e->port))
		e->mode = TLS_MODE_PLAINTEXT; /* GSSAPI encrypts */
	endpoint_complete(e, is_implicit(e->port) ? TLS_MODE_IMPLICIT : TLS_MODE_DEFAULT, 0,
			  s->edge ? &ports_edge : &ports_ldap);
	return 0;
}

static int read_logon(struct discover_settings *s, struct err *err)
{
	struct settings *c = &s->common;

	if (s->auth == DIRECTORY_AUTO)
		s->auth = c->username ? DIRECTORY_SIMPLE : DIRECTORY_ANONYMOUS;
	if (s->auth == DIRECTORY_SIMPLE && !c->username)
		return err_set(err, ERR_USAGE, "--auth=simple needs a user: give -U");
	if (s->auth == DIRECTORY_SIMPLE && settings_password(c, c->username, true, err))
		return -1;
	if (s->auth == DIRECTORY_SIMPLE && !secret_is_set(&c->password))
		return err_set(err, ERR_USAGE, "no password for %s: give --password-file",
			       c->username);
	if (!s->keytab)
		return 0;
	int there = file_exists(s->keytab, &c->limit, err);
	if (there < 0)
		return err_prefix(err, "--keytab: ");
	if (!there)
		return err_set(err, ERR_USAGE, "--keytab: there is no %s", s->keytab);
	setenv("KRB5_CLIENT_KTNAME", s->keytab, 1); /* Kerberos reads it for the first ticket */
	return 0;
}

int discover_settings_trust(struct discover_settings *s, struct err *err)
{
	struct settings *c = &s->common;

	c->tls = (struct tls_options){.trust = &c->trust};
	if (!c->ca_file)
		return trust_load(&c->trust, trust_default_path(), &c->limit, err);
	return trust_load(&c->trust, c->ca_file, &c->limit, err) ? err_prefix(err, "--ca-file: ")
								 : 0;
}

static int check(const struct discover_settings *s, struct err *err)
{
	if (s->all_servers && s->site)
		return err_set(err, ERR_USAGE, "--all-servers and --site: only one can be right");
	if (s->identities.count && (s->all_servers || s->site))
		return err_set(err, ERR_USAGE, "--identity names the servers: leave out %s",
			       s->site ? "--site" : "--all-servers");
	if (s->edge && s->site)
		return err_set(err, ERR_USAGE, "--edge: an Edge Transport server knows no sites");
	if (s->edge && (s->mailboxes || s->print == PRINT_ACCOUNTS))
		return err_set(err, ERR_USAGE, "--edge: an Edge Transport server has no mailboxes");
	return 0;
}

int discover_settings_directory(struct discover_settings *s, struct err *err)
{
	if (check(s, err) || read_logon(s, err) || read_controller(s, err))
		return -1;
	if (s->controller.mode != TLS_MODE_PLAINTEXT && discover_settings_trust(s, err))
		return -1;
	s->mailboxes = s->mailboxes || s->print == PRINT_ACCOUNTS;
	if (!s->site)
		s->site = s->common.site;
	return 0;
}

struct directory_options discover_settings_options(const struct discover_settings *s,
						   const struct endpoint *controller)
{
	return (struct directory_options){
		.endpoint = *controller,
		.family = s->common.family,
		.tls = s->common.tls,
		.auth = s->auth,
		.username = s->common.username,
		.password = &s->common.password,
	};
}

int discover_settings_domain(struct discover_settings *s, struct err *err)
{
	struct endpoint e;

	if (endpoint_parse(s->operand, &e, err))
		return -1;
	if (e.port || endpoint_host_is_address(e.host))
		return err_set(err, ERR_USAGE, "\"%.80s\" is no domain, such as example.org",
			       s->operand);
	return 0;
}

int discover_settings_autoconfig(struct discover_settings *s, struct err *err)
{
	if (s->print == PRINT_ACCOUNTS)
		return err_set(err, ERR_USAGE, "--print=accounts: autoconfig has no accounts");
	s->print = PRINT_ENDPOINTS;
	return 0;
}

int discover_settings_local(struct discover_settings *s, struct err *err)
{
	(void)err;
	s->mailboxes = s->mailboxes || s->print == PRINT_ACCOUNTS;
	return 0;
}

void discover_settings_free(struct discover_settings *s)
{
	free(s->identities.item);
	settings_free(&s->common);
}
