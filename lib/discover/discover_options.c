/* discover_options.c - the rows of mailflow_discover's option table, and what is said of them */
#include <stddef.h>

#include "base/span.h"
#include "discover/discover_settings.h"

/* The number of the word among those of the row is put at its offset. */
static int set_choice(void *settings, const struct option_def *def, const char *value,
		      struct err *err)
{
	unsigned int *place = (void *)((char *)settings + def->offset);
	struct span words = span_of(def->arg), word;

	for (unsigned int i = 0; span_next(&words, '|', &word); i++) {
		if (!span_is(word, value))
			continue;
		*place = i;
		return 0;
	}
	return err_set(err, ERR_USAGE, "\"%.40s\" is none of %s", value, def->arg);
}

static void show_timeout(const void *settings, struct buf *out)
{
	const struct settings *s = settings;

	buf_printf(out, "%g", limit_s(&s->limit));
}

static void show_ldap_port(const void *settings, struct buf *out)
{
	(void)settings;
	buf_printf(out, "%u", (unsigned int)ports_ldap.plain);
}

static void show_edge_port(const void *settings, struct buf *out)
{
	(void)settings;
	buf_printf(out, "%u", (unsigned int)ports_edge.plain);
}

const struct option_def discover_output_options[] = {
	{.group = "Output",
	 .name = "print",
	 .arg = "connectors|endpoints|accounts",
	 .help = "what is printed: connectors, for --connectors of check_smtp_connectors (the "
		 "default); endpoints, for --endpoints of the plugins; or accounts, for --accounts",
	 .kind = OPTION_CALL,
	 .call = set_choice,
	 .offset = offsetof(struct discover_settings, print),
	 .engine = true},
	{.name = "service",
	 .arg = "imap|pop|smtp",
	 .help = "whose end points or accounts: imap, pop or smtp (default: imap)",
	 .kind = OPTION_CALL,
	 .call = set_choice,
	 .offset = offsetof(struct discover_settings, service),
	 .engine = true},
	{.name = "output",
	 .letter = 'o',
	 .arg = "text|json",
	 .help = "text: that file (default)\njson: all that was found, for programs",
	 .kind = OPTION_CALL,
	 .call = set_choice,
	 .offset = offsetof(struct discover_settings, format)},
	{.name = "output-file",
	 .arg = "FILE",
	 .help = "write it to FILE, which is replaced as a whole, or stays as it was if anything "
		 "fails; standard output gets a status line. \"-\" is standard output",
	 .kind = OPTION_STRING,
	 .offset = offsetof(struct discover_settings, common.output_file),
	 .engine = true},
	{0},
};

const struct option_def discover_limit_options[] = {
	{.group = "Time limits",
	 .name = "timeout",
	 .letter = 't',
	 .arg = "SECONDS",
	 .help = "limit of the whole run, {min} to {max} (default: {})",
	 .kind = OPTION_CALL,
	 .call = settings_set_timeout,
	 .min = 1,
	 .max = 3600,
	 .show = show_timeout,
	 .early = true,
	 .engine = true},
	{0},
};

const struct option_def discover_dns_options[] = {
	{.group = "DNS",
	 .name = "resolver",
	 .arg = "ADDRESS[:PORT]",
	 .help = "ask this resolver, for the view from elsewhere (default: those of "
		 "/etc/resolv.conf)",
	 .kind = OPTION_STRING,
	 .offset = offsetof(struct discover_settings, resolver),
	 .engine = true},
	{0},
};

const struct option_def discover_local_options[] = {
	{.group = "This host",
	 .name = "config-dir",
	 .arg = "DIRECTORY",
	 .help = "read the configuration in DIRECTORY (default: the server's own)",
	 .kind = OPTION_STRING,
	 .offset = offsetof(struct discover_settings, config_dir),
	 .engine = true},
	{.name = "server",
	 .arg = "NAME",
	 .help = "name of this host in what is printed (default: that by which the server calls "
		 "itself; connectors are tested at localhost)",
	 .kind = OPTION_STRING,
	 .offset = offsetof(struct discover_settings, server),
	 .engine = true},
	{0},
};

const struct option_def discover_directory_options[] = {
	{.group = "Directory",
	 .name = "domain-controller",
	 .arg = "ENDPOINT",
	 .help = "server to ask, as HOST[:PORT[:TYPE]]; TYPE is SSL (LDAPS), TLS (StartTLS) or "
		 "PLAIN (default: port {}, StartTLS; SSL on the ports 636 and 3269)",
	 .kind = OPTION_STRING,
	 .offset = offsetof(struct discover_settings, domain_controller),
	 .show = show_ldap_port,
	 .engine = true},
	{.name = "domain",
	 .arg = "DOMAIN",
	 .help = "ask a domain controller of this domain, found by its SRV records; with --site "
		 "one of that site. With settings also the mail domain whose SRV records and "
		 "autoconfig are compared",
	 .kind = OPTION_STRING,
	 .offset = offsetof(struct discover_settings, domain),
	 .engine = true},
	{.name = "auth",
	 .arg = "auto|anonymous|simple|gssapi",
	 .help = "how to log on: simple, with -U and a password; gssapi, with a Kerberos ticket, "
		 "which encrypts by itself where there is no TLS; anonymous; or auto: simple with "
		 "-U, else anonymous (the default)",
	 .kind = OPTION_CALL,
	 .call = set_choice,
	 .offset = offsetof(struct discover_settings, auth),
	 .engine = true},
	{.name = "keytab",
	 .arg = "FILE",
	 .help = "get Kerberos tickets by the key in FILE (default: what KRB5_CLIENT_KTNAME and "
		 "KRB5CCNAME name)",
	 .kind = OPTION_STRING,
	 .offset = offsetof(struct discover_settings, keytab),
	 .engine = true},
	{0},
};

const struct option_def discover_trust_options[] = {
	{.name = "ca-file",
	 .arg = "FILE",
	 .help = "trust the CA certificates in FILE (PEM) instead of the system's",
	 .kind = OPTION_STRING,
	 .offset = offsetof(struct discover_settings, common.ca_file),
	 .engine = true},
	{0},
};

const struct option_def discover_exchange_options[] = {
	{.group = "Exchange",
	 .name = "identity",
	 .arg = "SERVER",
	 .help = "only this server: by its name, FQDN, DN, ExchangeLegacyDN or GUID. May be given "
		 "several times",
	 .kind = OPTION_STRINGS,
	 .offset = offsetof(struct discover_settings, identities),
	 .repeatable = true,
	 .engine = true},
	{.name = "all-servers",
	 .help = "the servers of all sites",
	 .kind = OPTION_FLAG,
	 .offset = offsetof(struct discover_settings, all_servers),
	 .engine = true},
	{.name = "edge",
	 .help = "an Edge Transport server's own directory (AD LDS), port {}, which knows no sites",
	 .kind = OPTION_FLAG,
	 .offset = offsetof(struct discover_settings, edge),
	 .show = show_edge_port,
	 .engine = true},
	{0},
};

const struct option_def discover_site_options[] = {
	{.name = "site",
	 .arg = "NAME",
	 .help = "the servers of this site (default: that of the domain controller)",
	 .kind = OPTION_STRING,
	 .offset = offsetof(struct discover_settings, site),
	 .engine = true},
	{.name = "view",
	 .arg = "internal|external|back-end",
	 .help = "end points as they are published for clients inside (internal, the default), or "
		 "outside (external); or where the front end finds its back end (back-end)",
	 .kind = OPTION_CALL,
	 .call = set_choice,
	 .offset = offsetof(struct discover_settings, view),
	 .engine = true},
	{0},
};

const struct option_def discover_mailbox_options[] = {
	{.group = "Mailboxes",
	 .name = "mailboxes",
	 .help = "look for mailboxes, too, of Dovecot those that \"doveadm user\" lists (also by "
		 "--print=accounts)",
	 .kind = OPTION_FLAG,
	 .offset = offsetof(struct discover_settings, mailboxes),
	 .engine = true},
	{0},
};

const struct option_def discover_filter_options[] = {
	{.name = "back-ends",
	 .help = "with --print=accounts: of each mailbox also the port where the front end finds "
		 "it (back-end), which the plugins test beside it",
	 .kind = OPTION_FLAG,
	 .offset = offsetof(struct discover_settings, back_ends),
	 .engine = true},
	{.name = "database",
	 .arg = "NAME",
	 .help = "only those in this mailbox database",
	 .kind = OPTION_STRING,
	 .offset = offsetof(struct discover_settings, database),
	 .engine = true},
	{.name = "mailbox-filter",
	 .arg = "FILTER",
	 .help = "only those that this filter of LDAP lets through; of a directory without "
		 "Exchange whatever it lets through, such as (objectClass=inetOrgPerson)",
	 .kind = OPTION_STRING,
	 .offset = offsetof(struct discover_settings, mailbox_filter),
	 .engine = true},
	{.name = "mail-attribute",
	 .arg = "NAME",
	 .help = "attribute with the address, in a directory without Exchange (default: {})",
	 .kind = OPTION_STRING,
	 .offset = offsetof(struct discover_settings, mail_attribute),
	 .engine = true},
	{.name = "base",
	 .arg = "DN",
	 .help = "where to look for mailboxes (default: what the server names)",
	 .kind = OPTION_STRING,
	 .offset = offsetof(struct discover_settings, base),
	 .engine = true},
	{0},
};
