/* mechanisms.c - the ways to log on that are known here, and those that a server offers */
#include "mail/sasl/mechanisms.h"

#include <stdio.h>
#include <string.h>

/* SHA-1 bound to the channel is better than SHA-256 that is not. NTLM of GNU SASL is version 1,
 * which is as good as none. */
const struct mechanism mechanisms[] = {
	{.name = "EXTERNAL", FORM_SASL, NEEDS_CERTIFICATE, .client_first = true},
	{.name = "GSSAPI", FORM_SASL, NEEDS_TICKET, .client_first = true},
	{.name = "OAUTHBEARER", FORM_SASL, NEEDS_TOKEN, .plain = true, .client_first = true},
	{.name = "XOAUTH2", FORM_SASL, NEEDS_TOKEN, .plain = true, .client_first = true},
	{.name = "SCRAM-SHA-256-PLUS",
	 FORM_SASL,
	 NEEDS_PASSWORD,
	 .client_first = true,
	 .binds = true},
	{.name = "SCRAM-SHA-1-PLUS",
	 FORM_SASL,
	 NEEDS_PASSWORD,
	 .client_first = true,
	 .binds = true},
	{.name = "SCRAM-SHA-256", FORM_SASL, NEEDS_PASSWORD, .client_first = true},
	{.name = "SCRAM-SHA-1", FORM_SASL, NEEDS_PASSWORD, .client_first = true},
	{.name = "DIGEST-MD5", FORM_SASL, NEEDS_PASSWORD},
	{.name = "CRAM-MD5", FORM_SASL, NEEDS_PASSWORD},
	{.name = "PLAIN",
	 FORM_SASL,
	 NEEDS_PASSWORD,
	 .plain = true,
	 .client_first = true,
	 .lenient = true},
	{.name = "LOGIN", FORM_IMAP_LOGIN, NEEDS_PASSWORD, .plain = true},
	{.name = "USER", FORM_POP_USER, NEEDS_PASSWORD, .plain = true},
	{.name = "LOGIN", FORM_SASL, NEEDS_PASSWORD, .plain = true, .lenient = true},
	{.name = "APOP", FORM_POP_APOP, NEEDS_PASSWORD, .on_demand = true},
	{.name = "NTLM", FORM_SASL, NEEDS_PASSWORD, .client_first = true, .on_demand = true},
	{.name = "ANONYMOUS", FORM_SASL, NEEDS_NOTHING, .client_first = true, .on_demand = true},
	{.name = NULL},
};

const struct mechanism *mechanism_find(struct span name)
{
	for (const struct mechanism *m = mechanisms; m->name; m++)
		if (span_is(name, m->name))
			return m;
	return NULL;
}

bool mechanism_is_challenge(const struct mechanism *m)
{
	return m->needs == NEEDS_PASSWORD && m->form == FORM_SASL && !m->plain && !m->on_demand;
}

bool mechanism_is_scram(const struct mechanism *m)
{
	return !strncmp(m->name, "SCRAM-", strlen("SCRAM-"));
}

bool mechanisms_need(const char *list, enum mechanism_needs needs)
{
	struct span names = span_of(list), name;

	while ((name = span_next_word(&names)).len) {
		const struct mechanism *m = mechanism_find(name);
		if (m && m->needs == needs)
			return true;
	}
	return false;
}

/* ---- --auth ---- */

/* The first one of that name that has one of the forms, or NULL. */
static const struct mechanism *find_form(struct span name, unsigned int forms)
{
	for (const struct mechanism *m = mechanisms; m->name; m++)
		if (span_is(name, m->name) && m->form & forms)
			return m;
	return NULL;
}

static int not_known(struct span name, unsigned int forms, struct err *err)
{
	enum { NAMES_SIZE = 256 };
	char names[NAMES_SIZE] = "";
	size_t len = 0;

	for (const struct mechanism *m = mechanisms; m->name; m++)
		if (m->form & forms && !sasl_offers(names, m->name))
			len += (size_t)snprintf(names + len, sizeof(names) - len, "%s%s",
						len ? " " : "", m->name);
	return err_set(err, ERR_USAGE, "\"%.*s\" is none of %s",
		       (int)(name.len < 40 ? name.len : 40), name.at, names);
}

int mechanisms_parse(char list[SASL_MECHANISMS_SIZE], const char *text, unsigned int forms,
		     struct err *err)
{
	struct span names = span_of(text), name;

	list[0] = '\0';
	while (span_next(&names, ',', &name)) {
		name = span_trim(name);
		if (!find_form(name, forms))
			return not_known(name, forms, err);
		sasl_add_mechanism(list, name);
	}
	return 0;
}

/* ---- what a server offers ---- */

/* Copy a mechanism's name (RFC 4422 section 3.1) in upper case. -1 if it is not one. */
static int read_name(struct span name, char upper_r[SASL_NAME_MAX + 1])
{
	if (!name.len || name.len > SASL_NAME_MAX)
		return -1;
	for (size_t i = 0; i < name.len; i++) {
		char c = name.at[i];
		if (c >= 'a' && c <= 'z')
			c = (char)(c - 'a' + 'A');
		if ((c < '0' || c > '9') && (c < 'A' || c > 'Z') && c != '-' && c != '_')
			return -1;
		upper_r[i] = c;
	}
	upper_r[name.len] = '\0';
	return 0;
}

void sasl_add_mechanism(char list[SASL_MECHANISMS_SIZE], struct span name)
{
	char upper[SASL_NAME_MAX + 1];
	size_t used = strlen(list);

	if (read_name(name, upper) || sasl_offers(list, upper))
		return;
	if (used + 1 + name.len >= SASL_MECHANISMS_SIZE)
		return;
	if (used)
		list[used++] = ' ';
	memcpy(list + used, upper, name.len + 1);
}

void sasl_add_mechanisms(char list[SASL_MECHANISMS_SIZE], struct span names)
{
	struct span name;

	while ((name = span_next_word(&names)).len)
		sasl_add_mechanism(list, name);
}

bool sasl_offers(const char *list, const char *wanted)
{
	return span_has_word(span_of(list), wanted);
}
