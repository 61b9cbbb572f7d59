/* settings.c - what the shared options mean: values checked, end points completed, passwords found.
 *
 * Errors say what is wrong and what would be right; no message shows a password. */
#include "config/settings.h"

#include <arpa/inet.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "base/clock.h"
#include "base/text.h"
#include "base/xalloc.h"
#include "config/shared_options.h"
#include "mail/message.h"
#include "net/trust.h"

enum {
	TIMEOUT_DEFAULT_S = 55, /* Nagios and Icinga end a plugin after 60 s */
	TIMEOUT_MAX_S = 3600,
	CONNECTION_TIMEOUT_DEFAULT_S = 15,
	PARALLEL_DEFAULT = 64,
	MAX_AGE_DEFAULT_H = 24,
	CERTIFICATE_DAYS_MAX = 36500,
};

static const struct service_ports smtp_ports = {.plain = 587, .implicit = 465};

/* Step names that a threshold may be for, by protocol: with or without the leg's prefix. "total"
 * and "delivery" belong to no leg. */
#define DIALOG(leg)                                                                                \
	leg "resolve", leg "connect", leg "tls", leg "greeting", leg "starttls", leg "capability", \
		leg "login", leg "logout"
#define MAILBOX(leg) leg "select", leg "search", leg "fetch", leg "delete", leg "cleanup"

static const struct {
	const char *protocol;
	const char *const *steps;
} known_steps[] = {
	{"imap", (const char *const[]){"total", "delivery", DIALOG(""), MAILBOX(""), "send",
				       DIALOG("imap_"), MAILBOX("imap_"), DIALOG("smtp_"),
				       "smtp_send", NULL}},
	{"pop",
	 (const char *const[]){"total", "delivery", DIALOG(""), MAILBOX(""), "send", DIALOG("pop_"),
			       MAILBOX("pop_"), DIALOG("smtp_"), "smtp_send", NULL}},
	{"smtp", (const char *const[]){"total", DIALOG(""), "mail", "rcpt", DIALOG("smtp_"),
				       "smtp_mail", "smtp_rcpt", NULL}},
};

static void set_limit(struct settings *s, unsigned int seconds)
{
	int64_t begun_us = limit_begun_us(&s->limit);

	s->limit.us = (int64_t)seconds * US_PER_S;
	s->limit.until_us = begun_us + s->limit.us;
}

static int parse_thresholds(struct thresholds *t, const char *value, const char *protocol,
			    struct err *err)
{
	size_t i = sizeof(known_steps) / sizeof(known_steps[0]) - 1;

	while (i && strcmp(known_steps[i].protocol, protocol) != 0)
		i--;
	return thresholds_parse(t, value, known_steps[i].steps, err);
}

void settings_init(struct settings *s, const char *protocol)
{
	*s = (struct settings){
		.family = AF_UNSPEC,
		.connection_timeout_s = CONNECTION_TIMEOUT_DEFAULT_S,
		.limit = {.until_us = clock_us()},
		.rules = {.protocol = protocol},
		.format = report_find("nagios"),
		.parallel = PARALLEL_DEFAULT,
	};
	set_limit(s, TIMEOUT_DEFAULT_S);
}

void mailbox_settings_init(struct mailbox_settings *m, const char *protocol)
{
	*m = (struct mailbox_settings){
		.max_age_h = MAX_AGE_DEFAULT_H, .altered = STATE_WARNING, .mailbox = "INBOX"};
	settings_init(&m->common, protocol);
}

/* The rows' functions: void *settings begins with struct settings. */

int settings_set_connection_type(void *settings, const struct option_def *def, const char *value,
				 struct err *err)
{
	struct settings *s = settings;

	(void)def;
	return tls_mode_parse(value, &s->mode, err);
}

int settings_set_password(void *settings, const struct option_def *def, const char *value,
			  struct err *err)
{
	struct settings *s = settings;

	(void)def;
	return secret_set(&s->password, value, err);
}

int settings_set_ipv4(void *settings, const struct option_def *def, const char *value,
		      struct err *err)
{
	(void)def, (void)value, (void)err;
	((struct settings *)settings)->family = AF_INET;
	return 0;
}

int settings_set_ipv6(void *settings, const struct option_def *def, const char *value,
		      struct err *err)
{
	(void)def, (void)value, (void)err;
	((struct settings *)settings)->family = AF_INET6;
	return 0;
}

int settings_set_warning(void *settings, const struct option_def *def, const char *value,
			 struct err *err)
{
	struct settings *s = settings;

	(void)def;
	return parse_thresholds(&s->rules.warning, value, s->rules.protocol, err);
}

int settings_set_critical(void *settings, const struct option_def *def, const char *value,
			  struct err *err)
{
	struct settings *s = settings;

	(void)def;
	return parse_thresholds(&s->rules.critical, value, s->rules.protocol, err);
}

int settings_set_perfdata(void *settings, const struct option_def *def, const char *value,
			  struct err *err)
{
	struct settings *s = settings;

	(void)def;
	if (!strcmp(value, "all"))
		s->perfdata = PERFDATA_ALL;
	else if (!strcmp(value, "summary"))
		s->perfdata = PERFDATA_SUMMARY;
	else
		return err_set(err, ERR_USAGE, "\"%.40s\" is neither all nor summary", value);
	return 0;
}

int settings_set_output(void *settings, const struct option_def *def, const char *value,
			struct err *err)
{
	struct settings *s = settings;
	const struct report_format *format = report_find(value);

	(void)def;
	if (!format)
		return err_set(err, ERR_USAGE, "\"%.40s\" is not a format: %s", value,
			       report_names());
	s->format = format;
	return 0;
}

int settings_set_altered(void *settings, const struct option_def *def, const char *value,
			 struct err *err)
{
	struct mailbox_settings *m = settings;

	(void)def;
	if (state_parse(value, &m->altered) || m->altered == STATE_UNKNOWN)
		return err_set(err, ERR_USAGE, "\"%.40s\" is none of ok, warning, critical", value);
	return 0;
}

/* N[:STATE]; STATE may be empty */
int settings_set_timeout(void *settings, const struct option_def *def, const char *value,
			 struct err *err)
{
	struct settings *s = settings;
	size_t len = strcspn(value, ":");
	uint64_t seconds;

	(void)def;
	if (text_parse_uint(value, len, TIMEOUT_MAX_S, &seconds) || !seconds)
		return err_set(err, ERR_USAGE,
			       "\"%.*s\" is not a whole number of seconds from 1 to %d",
			       (int)(len < 40 ? len : 40), value, TIMEOUT_MAX_S);
	const char *state = value[len] ? value + len + 1 : "";
	if (*state && state_parse(state, &s->rules.timeout_state))
		return err_set(err, ERR_USAGE,
			       "\"%.40s\" is not a state: ok, warning, critical or unknown", state);
	s->rules.has_timeout_state = *state;
	set_limit(s, (unsigned int)seconds);
	s->limit.is_given = true;
	return 0;
}

/* WARN[,CRIT], days; each may be empty */
int settings_set_certificate(void *settings, const struct option_def *def, const char *value,
			     struct err *err)
{
	struct settings *s = settings;
	size_t len = strcspn(value, ",");
	const char *second = value[len] ? value + len + 1 : "";
	uint64_t warning = 0, critical = 0;

	(void)def;
	if ((len && text_parse_uint(value, len, CERTIFICATE_DAYS_MAX, &warning)) ||
	    (*second && text_parse_uint(second, strlen(second), CERTIFICATE_DAYS_MAX, &critical)))
		return err_set(err, ERR_USAGE,
			       "\"%.40s\" is not WARN[,CRIT] in whole days, such as 30,7", value);
	if (len && warning < critical)
		return err_set(err, ERR_USAGE,
			       "\"%.40s\": WARN must not be less than CRIT, such as %u,%u", value,
			       (unsigned int)critical, (unsigned int)warning);
	s->rules.has_cert_warning = len;
	s->rules.cert_warning_days = (int)warning;
	s->rules.has_cert_critical = *second;
	s->rules.cert_critical_days = (int)critical;
	return 0;
}

/* End points and trust */

static int check_family(const struct endpoint *e, int family, struct err *err)
{
	if (family == AF_UNSPEC || !endpoint_host_is_address(e->host))
		return 0;
	bool is_ipv6 = strchr(e->host, ':') != NULL;
	if (is_ipv6 == (family == AF_INET6))
		return 0;
	return err_set(err, ERR_USAGE, "-%c does not go with %s, which is an IPv%c address",
		       family == AF_INET ? '4' : '6', e->host, is_ipv6 ? '6' : '4');
}

static int compare_services(const struct endpoint *a, const struct endpoint *b)
{
	int order = strcasecmp(a->host, b->host);

	return order ? order : (a->port > b->port) - (a->port < b->port);
}

static int compare_endpoints(const void *a, const void *b)
{
	const struct endpoint *const *x = a, *const *y = b;
	int order = compare_services(*x, *y);

	if (!order)
		order = ((*x)->mode > (*y)->mode) - ((*x)->mode < (*y)->mode);
	return order ? order : (*x > *y) - (*x < *y);
}

/* Mark those that differ in their type alone. Returns the first one that is there again, or NULL.
 */
static const struct endpoint *compare_all(struct endpoint **sorted, size_t count)
{
	const struct endpoint *again = NULL;

	qsort(sorted, count, sizeof(*sorted), compare_endpoints);
	for (size_t i = 1; i < count; i++) {
		struct endpoint *before = sorted[i - 1], *e = sorted[i];
		if (compare_services(before, e) != 0)
			continue;
		before->has_twin = e->has_twin = true;
		if (before->mode == e->mode && (!again || e < again))
			again = e;
	}
	return again;
}

static int check_twice(const struct settings *s, struct err *err)
{
	struct endpoint **sorted = xcalloc(s->endpoint_count, sizeof(*sorted));
	char label[ENDPOINT_LABEL_SIZE];

	for (size_t i = 0; i < s->endpoint_count; i++)
		sorted[i] = &s->endpoints[i];
	const struct endpoint *again = compare_all(sorted, s->endpoint_count);
	free(sorted);
	if (!again)
		return 0;
	endpoint_label(again, label);
	return err_set(err, ERR_USAGE, "--hostname: %s (%s) is given twice", label,
		       tls_mode_name(again->mode));
}

static int make_endpoints(struct settings *s, const struct service_ports *ports, struct err *err)
{
	if (!s->hostnames.count && !s->no_hostname_ok)
		return err_set(err, ERR_USAGE, "no server to test: give -H HOST[:PORT[:TYPE]]");
	s->endpoints = xcalloc(s->hostnames.count, sizeof(*s->endpoints));
	for (size_t i = 0; i < s->hostnames.count; i++) {
		struct endpoint *e = &s->endpoints[i];
		if (endpoint_parse(s->hostnames.item[i], e, err))
			return err_prefix(err, "--hostname: ");
		endpoint_complete(e, s->mode, (uint16_t)s->port, ports);
		if (check_family(e, s->family, err))
			return -1;
		s->endpoint_count++;
	}
	return check_twice(s, err);
}

static bool uses_tls(const struct settings *s)
{
	for (size_t i = 0; i < s->endpoint_count; i++)
		if (s->endpoints[i].mode != TLS_MODE_PLAINTEXT)
			return true;
	return false;
}

int settings_expect_no_certificate(const struct settings *s, struct err *err)
{
	const char *option = s->rules.has_cert_warning ? "certificate"
			     : s->certificate_name     ? "certificate-name"
						       : NULL;

	if (!option)
		return 0;
	return err_set(err, ERR_USAGE, "--%s: no connection uses TLS, and none has a certificate",
		       option);
}

int settings_finish(struct settings *s, const struct service_ports *ports, bool needs_tls,
		    struct err *err)
{
	if (make_endpoints(s, ports, err))
		return -1;
	bool tls = needs_tls || uses_tls(s);
	if (!tls && settings_expect_no_certificate(s, err))
		return -1;
	s->tls = (struct tls_options){
		.trust_any = s->trust_any,
		.trust = &s->trust,
		.certificate_name = s->certificate_name,
		.sni = s->sni,
	};
	if (s->trust_any || !tls)
		return 0;
	if (!s->ca_file)
		return trust_load(&s->trust, trust_default_path(), &s->limit, err);
	if (trust_load(&s->trust, s->ca_file, &s->limit, err))
		return err_prefix(err, "--ca-file: ");
	return 0;
}

/* Passwords */

/* Take the value of an environment variable, and leave nothing of it to be inherited. */
static int take_from_environment(struct secret *password, const char *name, struct err *err)
{
	char *value = getenv(name);

	if (!value || !*value)
		return 0;
	int rc = secret_set(password, value, err);
	secret_wipe_str(value);
	unsetenv(name);
	return rc ? err_prefix(err, "%s: ", name) : 0;
}

int settings_password(struct settings *s, const char *username, struct err *err)
{
	struct secret *password = &s->password;
	char question[300];

	if (secret_is_set(password))
		return 0;
	if (s->password_file)
		return secret_read_file(password, s->password_file, &s->limit, err);
	if (take_from_environment(password, "MAILFLOW_PASSWORD", err))
		return -1;
	if (secret_is_set(password))
		return 0;
	size_t len = text_clean(question, sizeof(question) - 16, username, strlen(username));
	memcpy(question + len, "'s password: ", sizeof("'s password: "));
	if (!secret_prompt(password, question, &s->limit, err))
		return 0;
	if (err->kind == ERR_USAGE)
		err_hint(err, "give --password-file or MAILFLOW_PASSWORD");
	return -1;
}

/* Its own sources; where the user is the mailbox's, none is needed. */
static int smtp_password(struct mailbox_settings *m, bool same_user, struct err *err)
{
	if (m->smtp_password_file) {
		if (secret_read_file(&m->smtp_password, m->smtp_password_file, &m->common.limit,
				     err))
			return err_prefix(err, "--smtp-password-file: ");
		return 0;
	}
	if (take_from_environment(&m->smtp_password, "MAILFLOW_SMTP_PASSWORD", err))
		return -1;
	if (same_user || secret_is_set(&m->smtp_password))
		return 0;
	return err_set(err, ERR_USAGE,
		       "--smtp-username needs --smtp-password-file=FILE or MAILFLOW_SMTP_PASSWORD");
}

/* Mailbox plugins */

static int make_smtp_endpoint(struct mailbox_settings *m, struct err *err)
{
	struct endpoint *e = &m->smtp_endpoint;

	*e = (struct endpoint){.mode = TLS_MODE_STARTTLS};
	if (!m->smtp)
		return 0;
	if (endpoint_parse(m->smtp, e, err))
		return err_prefix(err, "--smtp: ");
	endpoint_complete(e, TLS_MODE_DEFAULT, 0, &smtp_ports);
	return check_family(e, m->common.family, err);
}

static int check_address(const char *option, const char *address, struct err *err)
{
	if (message_address_valid(address))
		return 0;
	return err_set(err, ERR_USAGE, "--%s: \"%.80s\" is not an address (local@domain)", option,
		       address);
}

static int make_addresses(struct mailbox_settings *m, struct err *err)
{
	const char *username = m->common.username;

	if (!m->mailto && !message_address_valid(username))
		return err_set(err, ERR_USAGE,
			       "the user name is not an address: give --mailto=ADDRESS, whose mail "
			       "arrives in this mailbox (or --light)");
	if (!m->mailto)
		m->mailto = username;
	if (!m->mailfrom)
		m->mailfrom = m->mailto;
	if (check_address("mailto", m->mailto, err))
		return -1;
	return *m->mailfrom ? check_address("mailfrom", m->mailfrom, err) : 0;
}

static int check_streams(const struct mailbox_settings *m, struct err *err)
{
	const char *one = m->common.password_file, *other = m->smtp_password_file;

	if (one && other && !strcmp(one, "-") && !strcmp(other, "-"))
		return err_set(err, ERR_USAGE,
			       "--password-file and --smtp-password-file cannot both read standard "
			       "input");
	return 0;
}

/* Everything that can be wrong is looked at before a password is asked for. */
int mailbox_settings_finish(struct mailbox_settings *m, const struct service_ports *ports,
			    struct err *err)
{
	struct settings *s = &m->common;
	bool sends = !m->light;

	if (sends && make_smtp_endpoint(m, err))
		return -1;
	if (settings_finish(s, ports, sends && m->smtp_endpoint.mode != TLS_MODE_PLAINTEXT, err))
		return -1;
	if (!s->username)
		return err_set(err, ERR_USAGE, "no user name: give -U USER");
	if (sends && make_addresses(m, err))
		return -1;
	if (check_streams(m, err))
		return -1;
	if (!m->smtp_username)
		m->smtp_username = s->username;
	if (!*m->smtp_username)
		m->smtp_username = NULL;
	if (sends && !m->smtp_username && m->smtp_password_file)
		return err_set(err, ERR_USAGE,
			       "--smtp-password-file: an empty --smtp-username does not log on");
	bool smtp_logon = sends && m->smtp_username;
	bool same_user = smtp_logon && strcmp(m->smtp_username, s->username) == 0;
	if (smtp_logon && smtp_password(m, same_user, err))
		return -1;
	if (settings_password(s, s->username, err))
		return -1;
	if (same_user && !secret_is_set(&m->smtp_password))
		return secret_set(&m->smtp_password, s->password.value, err);
	return 0;
}

void settings_free(struct settings *s)
{
	free(s->hostnames.item);
	free(s->endpoints);
	secret_free(&s->password);
	trust_free(&s->trust);
	s->hostnames = (struct string_list){0};
	s->endpoints = NULL;
	s->endpoint_count = 0;
}

void mailbox_settings_free(struct mailbox_settings *m)
{
	secret_free(&m->smtp_password);
	settings_free(&m->common);
}
