/* settings.c - what the shared options mean: values checked, end points completed, passwords found.
 *
 * Errors say what is wrong and what would be right; no message shows a password. */
#include "config/settings.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/steps.h"
#include "base/text.h"
#include "base/xalloc.h"
#include "net/trust.h"

enum {
	TIMEOUT_DEFAULT_S = 55, /* Nagios and Icinga end a plugin after 60 s */
	CONNECTION_TIMEOUT_DEFAULT_S = 15,
	PARALLEL_DEFAULT = 64,
};

static void set_limit(struct settings *s, unsigned int seconds)
{
	int64_t begun_us = limit_begun_us(&s->limit);

	s->limit.us = (int64_t)seconds * US_PER_S;
	s->limit.until_us = begun_us + s->limit.us;
}

void settings_init(struct settings *s, const char *protocol, const struct service_ports *ports)
{
	*s = (struct settings){
		.family = AF_UNSPEC,
		.connection_timeout_s = CONNECTION_TIMEOUT_DEFAULT_S,
		.limit = {.until_us = clock_us()},
		.rules = {.protocol = protocol},
		.ports = ports,
		.format = report_formats,
		.parallel = PARALLEL_DEFAULT,
	};
	set_limit(s, TIMEOUT_DEFAULT_S);
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

int settings_set_password_fd(void *settings, const struct option_def *def, const char *value,
			     struct err *err)
{
	struct settings *s = settings;
	int fd = secret_parse_descriptor(value, err);

	(void)def;
	if (fd < 0)
		return -1;
	s->password_fd = (unsigned int)fd + 1;
	return 0;
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
	return thresholds_parse(&s->rules.warning, value, steps_parts(s->rules.protocol), err);
}

int settings_set_critical(void *settings, const struct option_def *def, const char *value,
			  struct err *err)
{
	struct settings *s = settings;

	(void)def;
	return thresholds_parse(&s->rules.critical, value, steps_parts(s->rules.protocol), err);
}

/* N[:STATE]; STATE may be empty */
int settings_set_timeout(void *settings, const struct option_def *def, const char *value,
			 struct err *err)
{
	struct settings *s = settings;
	size_t len = strcspn(value, ":");
	uint64_t seconds;

	if (text_parse_uint(value, len, def->max, &seconds) || seconds < def->min)
		return err_set(err, ERR_USAGE,
			       "\"%.*s\" is not a whole number of seconds from %u to %u",
			       (int)(len < 40 ? len : 40), value, def->min, def->max);
	const char *state = value[len] ? value + len + 1 : "";
	if (*state && state_parse(state, &s->rules.timeout_state))
		return err_set(err, ERR_USAGE,
			       "\"%.40s\" is not a state: ok, warning, critical or unknown", state);
	s->rules.has_timeout_state = *state;
	set_limit(s, (unsigned int)seconds);
	s->limit.is_given = true;
	return 0;
}

/* WARN[,CRIT], days or shares of the lifetime; each may be empty */
int settings_set_certificate(void *settings, const struct option_def *def, const char *value,
			     struct err *err)
{
	struct settings *s = settings;
	struct expiry_limit *warning = &s->rules.cert_warning, *critical = &s->rules.cert_critical;
	size_t len = strcspn(value, ",");
	const char *second = value[len] ? value + len + 1 : "";

	(void)def;
	if (expiry_limit_parse(value, len, warning) ||
	    expiry_limit_parse(second, strlen(second), critical))
		return err_set(err, ERR_USAGE,
			       "\"%.40s\" is not WARN[,CRIT] in whole days or per cent of the "
			       "lifetime, such as 30,7 or 30%%,10%%",
			       value);
	if (len && warning->is_share == critical->is_share && warning->value < critical->value)
		return err_set(err, ERR_USAGE,
			       "\"%.40s\": WARN must not be less than CRIT, such as %s,%.*s", value,
			       second, (int)len, value);
	return 0;
}

/* End points and trust */

int settings_check_family(const struct settings *s, const struct endpoint *e, struct err *err)
{
	if (s->family == AF_UNSPEC || !endpoint_host_is_address(e->host))
		return 0;
	bool is_ipv6 = strchr(e->host, ':') != NULL;
	if (is_ipv6 == (s->family == AF_INET6))
		return 0;
	return err_set(err, ERR_USAGE, "-%c does not go with %s, which is an IPv%c address",
		       s->family == AF_INET ? '4' : '6', e->host, is_ipv6 ? '6' : '4');
}

int settings_complete_endpoint(const struct settings *s, struct endpoint *e, struct err *err)
{
	endpoint_complete(e, s->mode, (uint16_t)s->port, s->ports);
	return settings_check_family(s, e, err);
}

/* Whether a site is not the directory's affair, or has been chosen otherwise. */
static bool names_servers(const struct discovery *d, const char *const *more)
{
	static const char *const options[] = {"--site", "--identity", "--all-servers", "--edge"};

	for (size_t i = 0; i < sizeof(options) / sizeof(options[0]); i++)
		if (discovery_has_option(d, options[i]))
			return true;
	for (; more && *more; more++)
		if (!strncmp(*more, "--identity", strlen("--identity")))
			return true;
	return strncmp(d->source, "ldap", strlen("ldap")) != 0;
}

int settings_discover(struct settings *s, const char *print, const char *const *more,
		      const char **file, struct err *err)
{
	char what[40], service[40], *site = NULL;
	const char *arguments[6] = {what, service};
	size_t count = 2;

	if (!s->discovery.source)
		return 0;
	if (*file)
		return err_set(err, ERR_USAGE, "--discover and --%s: only one can be right", print);
	snprintf(what, sizeof(what), "--print=%s", print);
	snprintf(service, sizeof(service), "--service=%s", s->rules.protocol);
	for (size_t i = 0; more && more[i]; i++)
		arguments[count++] = more[i];
	if (s->site && !names_servers(&s->discovery, more))
		arguments[count] = site = xasprintf("--site=%s", s->site);
	int rc = discovery_run(&s->discovery, arguments, &s->limit, s->what_if, file, err);
	free(site);
	s->several = true;
	return rc;
}

int settings_check_hostnames(const struct settings *s, struct err *err)
{
	if (s->hostnames.count || s->endpoints_file || s->discovery.source || s->no_hostname_ok)
		return 0;
	return err_set(err, ERR_USAGE, "no server to test: give -H HOST[:PORT[:TYPE]]");
}

/* Those of -H first. */
static int list_endpoints(struct settings *s, struct endpoint_list *all, struct err *err)
{
	for (size_t i = 0; i < s->hostnames.count; i++)
		if (endpoint_list_add(all, s->hostnames.item[i], err))
			return err_prefix(err, "--hostname: ");
	if (s->endpoints_file && endpoint_list_read(&s->listed, s->endpoints_file, &s->limit, err))
		return err_prefix(err, "--endpoints: ");
	for (size_t i = 0; i < s->listed.count; i++) {
		all->item = xmake_room(all->item, all->count, sizeof(*all->item));
		all->item[all->count++] = s->listed.item[i];
	}
	return 0;
}

static int make_endpoints(struct settings *s, struct err *err)
{
	struct endpoint_list all = {0};
	int rc = settings_check_hostnames(s, err) || list_endpoints(s, &all, err) ? -1 : 0;

	for (size_t i = 0; i < all.count && rc == 0; i++)
		rc = settings_complete_endpoint(s, &all.item[i], err);
	if (rc == 0)
		endpoint_list_drop_again(&all, s->hostnames.from_files,
					 s->hostnames.count - s->hostnames.from_files);
	s->endpoints = all.item;
	s->endpoint_count = all.count;
	s->several |= all.count > 1 || s->endpoints_file || s->all_addresses;
	if (rc == 0 && endpoint_list_check(all.item, all.count, err))
		rc = err_prefix(err, s->listed.count ? "" : "--hostname: ");
	return rc;
}

static bool uses_tls(const struct settings *s)
{
	for (size_t i = 0; i < s->endpoint_count; i++)
		if (s->endpoints[i].mode != TLS_MODE_PLAINTEXT)
			return true;
	return false;
}

int settings_check_steps(const struct settings *s, unsigned int parts, struct err *err)
{
	if (thresholds_check(&s->rules.warning, parts, err))
		return err_prefix(err, "--warning: ");
	if (thresholds_check(&s->rules.critical, parts, err))
		return err_prefix(err, "--critical: ");
	return 0;
}

int settings_expect_no_certificate(const struct settings *s, struct err *err)
{
	bool has_limit = s->rules.cert_warning.is_given || s->rules.cert_critical.is_given;
	const char *option = has_limit             ? "certificate"
			     : s->certificate_name ? "certificate-name"
			     : s->certificate_file ? "certificate-file"
						   : NULL;

	if (!option)
		return 0;
	return err_set(err, ERR_USAGE, "--%s: no connection uses TLS, and none has a certificate",
		       option);
}

static int load_trust(struct settings *s, struct err *err)
{
	if (!s->ca_file)
		return trust_load(&s->trust, trust_default_path(), &s->limit, err);
	if (trust_load(&s->trust, s->ca_file, &s->limit, err))
		return err_prefix(err, "--ca-file: ");
	return 0;
}

int settings_finish(struct settings *s, bool needs_tls, struct err *err)
{
	if (make_endpoints(s, err) || logon_settings_finish(s, err))
		return -1;
	bool tls = needs_tls || uses_tls(s);
	if (!tls && settings_expect_no_certificate(s, err))
		return -1;
	s->tls = (struct tls_options){
		.trust_any = s->trust_any,
		.trust = &s->trust,
		.certificate_name = s->certificate_name,
		.renewed = s->certificate_file ? &s->renewed : NULL,
		.sni = s->sni,
		.client = s->logon.certificate.count ? &s->logon.certificate : NULL,
	};
	if (s->certificate_file && leaf_read_file(&s->renewed, s->certificate_file, &s->limit, err))
		return err_prefix(err, "--certificate-file: ");
	return s->trust_any || !tls ? 0 : load_trust(s, err);
}

/* Passwords */

void settings_note_secret(struct settings *s, const struct secret *secret, const char *path)
{
	if (secret->exposed && !s->exposed)
		s->exposed = path;
}

static bool is_typed(const struct settings *s, int fd)
{
	return s->what_if && isatty(fd);
}

int settings_fill_secret(struct settings *s, struct secret *secret, const char *path, bool is_token,
			 struct err *err)
{
	if (!strcmp(path, "-") && is_typed(s, STDIN_FILENO))
		return 0;
	int rc = is_token ? secret_read_token(secret, path, &s->limit, err)
			  : secret_read_file(secret, path, &s->limit, err);
	settings_note_secret(s, secret, path);
	return rc;
}

void settings_note_file(struct settings *s, const char *path)
{
	struct stat st;

	if (path && !s->exposed && stat(path, &st) == 0 && S_ISREG(st.st_mode) &&
	    st.st_mode & S_IROTH)
		s->exposed = path;
}

const struct secret *settings_read_secret(struct settings *s, const char *path, bool is_token,
					  struct err *err)
{
	struct dictionary *read = is_token ? &s->tokens : &s->secrets;
	struct secret *secret = dictionary_get(read, path, sizeof(*secret));

	if (secret_is_set(secret))
		return secret;
	return settings_fill_secret(s, secret, path, is_token, err) ? NULL : secret;
}

int settings_credential(struct settings *s, const char *name, struct secret *secret, bool is_token,
			struct err *err)
{
	return secret_read_credential(secret, name, is_token, &s->limit, err);
}

int settings_check_inputs(const struct input_option *options, size_t count, struct err *err)
{
	const char *first = NULL;

	for (size_t i = 0; i < count; i++) {
		if (!options[i].path || strcmp(options[i].path, "-") != 0)
			continue;
		if (first)
			return err_set(err, ERR_USAGE,
				       "--%s and --%s cannot both read standard input", first,
				       options[i].name);
		first = options[i].name;
	}
	return 0;
}

/* Ask for it on the terminal. */
static int ask_password(struct settings *s, const char *username, struct err *err)
{
	char question[300];
	size_t len = text_clean(question, sizeof(question) - 16, username, strlen(username));

	memcpy(question + len, "'s password: ", sizeof("'s password: "));
	if (s->asking == ASKING_NEVER)
		err_set(err, ERR_USAGE, "no password given, and nobody is asked (--confirm=no)");
	else if (!secret_prompt(&s->password, question, &s->limit, err))
		return 0;
	if (err->kind == ERR_USAGE && s->logon.has_ticket) { /* that may do */
		*err = (struct err){0};
		return 0;
	}
	if (err->kind == ERR_USAGE)
		err_hint(err, "give --password-file or MAILFLOW_PASSWORD");
	return -1;
}

int settings_password(struct settings *s, const char *username, bool needed, struct err *err)
{
	struct secret *password = &s->password;

	if (secret_is_set(password))
		return 0;
	if (s->password_file)
		return settings_fill_secret(s, password, s->password_file, false, err);
	if (s->password_fd && !is_typed(s, (int)s->password_fd - 1) &&
	    secret_read_descriptor(password, (int)s->password_fd - 1, &s->limit, err))
		return err_prefix(err, "--password-fd: ");
	if (!secret_is_set(password) &&
	    (secret_take_environment(password, "MAILFLOW_PASSWORD", err) ||
	     settings_credential(s, "password", password, false, err)))
		return -1;
	if (secret_is_set(password) || s->what_if || !needed)
		return 0;
	return ask_password(s, username, err);
}

static void empty_secret(void *value)
{
	secret_free(value);
}

void settings_free(struct settings *s)
{
	free(s->hostnames.item);
	free(s->endpoints);
	free(s->listed.item);
	secret_free(&s->password);
	dictionary_free(&s->secrets, empty_secret);
	dictionary_free(&s->tokens, empty_secret);
	logon_settings_free(&s->logon);
	trust_free(&s->trust);
	s->hostnames = (struct string_list){0};
	s->endpoints = NULL;
	s->listed = (struct endpoint_list){0};
	s->endpoint_count = 0;
}
