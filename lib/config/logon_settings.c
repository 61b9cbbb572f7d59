/* logon_settings.c - how to log on: by which mechanisms, and with what */
#include "config/logon_settings.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/xalloc.h"
#include "config/settings.h"

/* The protocol's own commands besides SASL. */
static unsigned int forms(const struct settings *s)
{
	if (!strcmp(s->rules.protocol, "imap"))
		return FORM_SASL | FORM_IMAP_LOGIN;
	if (!strcmp(s->rules.protocol, "pop"))
		return FORM_SASL | FORM_POP_USER | FORM_POP_APOP;
	return FORM_SASL;
}

int logon_settings_set_auth(void *settings, const struct option_def *def, const char *value,
			    struct err *err)
{
	struct settings *s = settings;

	(void)def;
	return mechanisms_parse(s->logon.auth, value, forms(s), err);
}

void logon_settings_show_order(const void *settings, struct buf *out)
{
	unsigned int known = forms(settings);
	char names[SASL_MECHANISMS_SIZE] = "";

	for (const struct mechanism *m = mechanisms; m->name; m++)
		if (m->form & known && !m->on_demand)
			sasl_add_mechanism(names, span_of(m->name));
	buf_append_str(out, names);
}

/* ---- what they need ---- */

static int check(const struct settings *s, enum mechanism_needs needs, bool given, const char *what,
		 struct err *err)
{
	if (given || !mechanisms_need(s->logon.auth, needs))
		return 0;
	return err_set(err, ERR_USAGE, "--auth=%s needs %s", s->logon.auth, what);
}

/* Kerberos reads it when it is first asked for a ticket. */
static int name_keytab(struct logon_settings *l, const struct limit *limit, struct err *err)
{
	int there = l->keytab ? file_exists(l->keytab, limit, err) : 1;

	if (there < 0)
		return err_prefix(err, "--keytab: ");
	if (!there)
		return err_set(err, ERR_USAGE, "--keytab: there is no %s", l->keytab);
	if (l->keytab)
		setenv("KRB5_CLIENT_KTNAME", l->keytab, 1);
	l->has_ticket = getenv("KRB5CCNAME") || getenv("KRB5_CLIENT_KTNAME");
	return 0;
}

int logon_settings_finish(struct settings *s, struct err *err)
{
	struct logon_settings *l = &s->logon;

	l->retried = xcalloc(1, sizeof(*l->retried));
	if (l->client_key && !l->client_cert)
		return err_set(err, ERR_USAGE, "--client-key needs its certificate: --client-cert");
	if (name_keytab(l, &s->limit, err))
		return -1;
	if (l->token_file && secret_read_token(&l->token, l->token_file, &s->limit, err))
		return err_prefix(err, "--oauth-token-file: ");
	if (l->client_cert &&
	    client_certificate_load(&l->certificate, l->client_cert, l->client_key, &s->limit, err))
		return -1;
	if (check(s, NEEDS_CERTIFICATE, l->certificate.count,
		  "a certificate: --client-cert=FILE, --client-key=FILE", err))
		return -1;
	return check(s, NEEDS_TOKEN, secret_is_set(&l->token), "a token: --oauth-token-file=FILE",
		     err);
}

bool logon_settings_need_password(const struct settings *s)
{
	if (s->logon.auth[0])
		return mechanisms_need(s->logon.auth, NEEDS_PASSWORD);
	return !secret_is_set(&s->logon.token) && !s->logon.certificate.count && !s->logon.keytab;
}

struct credentials logon_settings_credentials(const struct settings *s, const char *username,
					      const struct secret *password)
{
	return (struct credentials){
		.username = username,
		.authzid = s->logon.authzid,
		.password = password,
		.token = &s->logon.token,
		.has_certificate = s->logon.certificate.count,
		.has_ticket = s->logon.has_ticket,
		.auth = s->logon.auth[0] ? s->logon.auth : NULL,
		.retried = s->logon.retried,
	};
}

void logon_settings_free(struct logon_settings *l)
{
	secret_free(&l->token);
	client_certificate_free(&l->certificate);
	free(l->retried);
	l->retried = NULL;
}
