/* connector_settings.c - what the options of check_smtp_connectors and the keys of its file come
 * to, together
 *
 * A connector's own key counts before an option; everything that can be wrong is looked at before
 * anything is tested. */
#include "config/connector_settings.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/steps.h"
#include "base/xalloc.h"
#include "config/connector_secrets.h"
#include "mail/message.h"

enum { PARALLEL_DEFAULT = 256 };

void connector_settings_init(struct connector_settings *c)
{
	*c = (struct connector_settings){0};
	settings_init(&c->common, "smtp", &ports_smtp);
	c->common.parallel = PARALLEL_DEFAULT;
}

/* ---- what holds for one connector; NULL stands for the end points of -H ---- */

bool connector_is_lmtp(const struct connector_settings *c, const struct connector *k)
{
	return k && k->protocol != CONNECTOR_DEFAULT ? k->protocol == CONNECTOR_LMTP : c->lmtp;
}

const struct service_ports *connector_ports(const struct connector_settings *c,
					    const struct connector *k)
{
	return connector_is_lmtp(c, k) ? &ports_lmtp : &ports_smtp;
}

const char *connector_user(const struct connector_settings *c, const struct connector *k)
{
	if (k && k->no_auth)
		return NULL;
	return k && k->username ? k->username : c->common.username;
}

const struct connector_logon *connector_logon(const struct connector_settings *c,
					      const struct connector *k, size_t number)
{
	return &c->logons[k ? number : c->connectors.count];
}

enum smtp_through connector_through(const struct connector_settings *c, const struct connector *k,
				    enum tls_mode mode)
{
	if (k && k->through)
		return k->through;
	if (c->through)
		return c->through;
	if (c->rcptto)
		return SMTP_THROUGH_RCPT;
	if (c->mailfrom)
		return SMTP_THROUGH_MAIL;
	if (connector_user(c, k))
		return SMTP_THROUGH_AUTH;
	return mode == TLS_MODE_PLAINTEXT ? SMTP_THROUGH_EHLO : SMTP_THROUGH_TLS;
}

/* ---- checks ---- */

static int not_an_address(const char *rcptto, struct err *err)
{
	return err_set(err, ERR_USAGE, "--rcptto: \"%.80s\" is not an address (local@domain)",
		       rcptto);
}

static int check_addresses(const struct connector_settings *c, struct err *err)
{
	if (c->mailfrom && *c->mailfrom && !message_address_valid(c->mailfrom))
		return err_set(err, ERR_USAGE,
			       "--mailfrom: \"%.80s\" is not an address (local@domain)",
			       c->mailfrom);
	if (c->rcptto && !smtp_recipient_valid(c->rcptto, true))
		return not_an_address(c->rcptto, err);
	if (c->expect_reject && !c->rcptto)
		return err_set(
			err, ERR_USAGE,
			"--expect-reject needs the recipient that is to be rejected: --rcptto");
	return 0;
}

/* Where no server is named at all it is this host's. */
static int discover(struct connector_settings *c, struct err *err)
{
	struct settings *s = &c->common;
	bool named = c->connectors_file || s->hostnames.count || s->endpoints_file ||
		     s->discovery.source;

	if (!named)
		s->discovery.source = "";
	if (!settings_discover(s, "connectors", NULL, &c->connectors_file, err))
		return 0;
	return named ? -1 : err_prefix(err, "no -H or --connectors, and on this host: ");
}

/* What was said for end points must not be passed over in silence. */
static int check_endpoints(const struct connector_settings *c, struct err *err)
{
	const struct settings *s = &c->common;

	if (s->hostnames.count || s->endpoints_file || s->listed.count ||
	    !(s->port || s->all_addresses))
		return 0;
	return err_set(err, ERR_USAGE, "--%s is for -H: a connector has its bindings",
		       s->port ? "port" : "all-addresses");
}

/* What does not go with any file is said even if this one cannot be read. */
static int read_connectors(struct connector_settings *c, struct err *err)
{
	struct err not_read = {0};

	if (c->connectors_file)
		connectors_read(&c->connectors, &c->common.listed, c->connectors_file,
				&c->common.limit, &not_read);
	if (check_endpoints(c, err))
		return -1;
	*err = not_read;
	return err->kind ? err_prefix(err, "--connectors: ") : 0;
}

static int check_inputs(const struct connector_settings *c, struct err *err)
{
	const struct input_option options[] = {
		{"connectors", c->connectors_file},
		{"discover", c->common.discovery.source ? "-" : NULL},
		{"endpoints", c->common.endpoints_file},
		{"password-file", c->common.password_file},
		{"oauth-token-file", c->common.logon.token_file},
	};

	return settings_check_inputs(options, sizeof(options) / sizeof(options[0]), err);
}

/* What all of them come to. */
struct reach {
	enum smtp_through farthest; /* SMTP_THROUGH_DEFAULT: nothing is tested */
	unsigned int parts;         /* of all the tests */
};

static unsigned int parts_of(enum smtp_through through, enum tls_mode mode, bool logs_on)
{
	unsigned int parts = PART_CONNECTOR;

	if (through >= SMTP_THROUGH_EHLO)
		parts |= PART_CONNECTOR_EHLO;
	if (mode == TLS_MODE_IMPLICIT)
		parts |= PART_CONNECTOR_TLS;
	if (mode == TLS_MODE_STARTTLS && through >= SMTP_THROUGH_TLS)
		parts |= PART_CONNECTOR_TLS | PART_CONNECTOR_STARTTLS;
	if (logs_on && through >= SMTP_THROUGH_AUTH)
		parts |= PART_CONNECTOR_LOGIN;
	if (through >= SMTP_THROUGH_MAIL)
		parts |= PART_CONNECTOR_MAIL;
	return through >= SMTP_THROUGH_RCPT ? parts | PART_CONNECTOR_RCPT : parts;
}

/* name is what to call it in an error */
static int check_through(const struct connector_settings *c, const struct connector *k,
			 enum tls_mode mode, const char *name, struct reach *reach, struct err *err)
{
	enum smtp_through through = connector_through(c, k, mode);

	if (through > reach->farthest)
		reach->farthest = through;
	reach->parts |= parts_of(through, mode, connector_user(c, k));
	if (through == SMTP_THROUGH_TLS && mode == TLS_MODE_PLAINTEXT)
		return err_set(err, ERR_USAGE,
			       "%s cannot be tested through tls: its connection type is plaintext",
			       name);
	if (through == SMTP_THROUGH_AUTH && !connector_user(c, k))
		return err_set(err, ERR_USAGE,
			       "%s cannot be tested through auth without a user name", name);
	if (through == SMTP_THROUGH_RCPT && !c->rcptto)
		return err_set(
			err, ERR_USAGE,
			"%s cannot be tested through rcpt without a recipient: --rcptto=ADDRESS",
			name);
	if (through == SMTP_THROUGH_RCPT &&
	    !smtp_recipient_valid(c->rcptto, connector_is_lmtp(c, k)))
		return not_an_address(c->rcptto, err);
	if (through == SMTP_THROUGH_BANNER && (c->rules.count || (k && k->rules.count)))
		return err_set(err, ERR_USAGE, "%s: EHLO keywords cannot be tested through banner",
			       name);
	return 0;
}

static enum tls_mode mode_at(const struct connector_settings *c, const struct connector *k,
			     uint16_t port)
{
	struct endpoint e = {.port = port, .mode = k->mode};

	endpoint_complete(&e, c->common.mode, 0, connector_ports(c, k));
	return e.mode;
}

static int check_connector(const struct connector_settings *c, const struct connector *k,
			   struct reach *reach, struct err *err)
{
	char name[CONNECTOR_NAME_MAX + 3];

	snprintf(name, sizeof(name), "[%s]", k->section.name);
	if (connector_has_secret(k) && !connector_user(c, k))
		return err_set(err, ERR_USAGE, "%s has a secret, but no user name to log on with",
			       name);
	if (!k->bindings)
		return check_through(c, k, mode_at(c, k, 0), name, reach, err);
	for (size_t i = 0; i < k->bindings; i++)
		if (check_through(c, k, mode_at(c, k, k->binding[i].port), name, reach, err))
			return -1;
	return 0;
}

/* What was said for a step, or for end points, must not be passed over in silence. */
static int check_reach(const struct connector_settings *c, const struct reach *reach,
		       struct err *err)
{
	const char *through = smtp_through_name(reach->farthest);

	if (c->rcptto && reach->farthest < SMTP_THROUGH_RCPT)
		return err_set(err, ERR_USAGE, "--rcptto needs --through=rcpt, not %s", through);
	if (c->mailfrom && reach->farthest < SMTP_THROUGH_MAIL)
		return err_set(err, ERR_USAGE, "--mailfrom needs --through=mail or rcpt, not %s",
			       through);
	if (c->common.username && reach->farthest < SMTP_THROUGH_AUTH)
		return err_set(err, ERR_USAGE,
			       "--username needs --through=auth, mail or rcpt, not %s", through);
	if (!(reach->parts & PART_CONNECTOR_TLS) && settings_expect_no_certificate(&c->common, err))
		return -1;
	return settings_check_steps(&c->common, reach->parts, err);
}

static int check_all(const struct connector_settings *c, struct err *err)
{
	struct reach reach = {0};
	char label[ENDPOINT_LABEL_SIZE];

	for (size_t i = 0; i < c->common.endpoint_count; i++) {
		const struct endpoint *e = &c->common.endpoints[i];
		endpoint_label(e, label);
		if (check_through(c, NULL, e->mode, label, &reach, err))
			return -1;
	}
	for (size_t i = 0; i < c->connectors.count; i++) {
		const struct connector *k = &c->connectors.item[i];
		if (!k->disabled && check_connector(c, k, &reach, err))
			return err_prefix(err, "%s line %zu: ", c->connectors_file,
					  k->section.line);
	}
	return reach.farthest ? check_reach(c, &reach, err) : 0;
}

static bool uses_tls(const struct connector_settings *c)
{
	for (size_t i = 0; i < c->connectors.count; i++) {
		const struct connector *k = &c->connectors.item[i];
		enum tls_mode mode = k->mode ? k->mode : c->common.mode;
		if (!k->disabled && mode != TLS_MODE_PLAINTEXT)
			return true;
	}
	return false;
}

int connector_settings_finish(struct connector_settings *c, struct err *err)
{
	if (check_addresses(c, err) || check_inputs(c, err) || discover(c, err))
		return -1;
	if (read_connectors(c, err))
		return -1;
	c->common.no_hostname_ok = c->connectors_file != NULL;
	c->common.several = c->common.tokens_apart = c->connectors_file != NULL;
	c->common.ports = connector_ports(c, NULL);
	if (settings_finish(&c->common, uses_tls(c), err))
		return -1;
	c->common.tls.chain_cache = c->chain_cache = chain_cache_new();
	return check_all(c, err) || connector_secrets_find(c, err) ? -1 : 0;
}

void connector_settings_free(struct connector_settings *c)
{
	free(c->logons);
	c->logons = NULL;
	chain_cache_free(c->chain_cache);
	c->chain_cache = NULL;
	ehlo_rules_free(&c->rules);
	connectors_free(&c->connectors);
	settings_free(&c->common);
}
