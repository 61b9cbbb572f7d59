/* shared_options.c - the options that the plugins share, and what is said of them
 *
 * All help texts are here, in logon_options.c, mailbox_options.c and the plugins' own rows, and
 * nowhere else. Numbers in them come from where they are defined. */
#include "config/shared_options.h"

#include <stddef.h>

#include "base/steps.h"
#include "config/mailbox_settings.h"
#include "report/faults.h"

/* ---- what {} in a help text stands for, where it is not the value at the row's offset ---- */

static void show_implicit_port(const void *settings, struct buf *out)
{
	const struct settings *s = settings;

	buf_printf(out, "%u", (unsigned int)s->ports->implicit);
}

static void show_ports(const void *settings, struct buf *out)
{
	const struct settings *s = settings;

	buf_printf(out, "%u, or %u with ssl", (unsigned int)s->ports->plain,
		   (unsigned int)s->ports->implicit);
}

static void show_implicit_ports(const void *settings, struct buf *out)
{
	(void)settings;
	ports_list_implicit(out);
}

static void show_timeout(const void *settings, struct buf *out)
{
	const struct settings *s = settings;

	buf_printf(out, "%g", limit_s(&s->limit));
}

static void show_formats(const void *settings, struct buf *out)
{
	const struct settings *s = settings;

	for (const struct report_format *f = report_formats; f->name; f++)
		buf_printf(out, "%s%s: %s%s", f > report_formats ? "\n" : "", f->name, f->about,
			   f == s->format ? " (default)" : "");
}

static void show_format_names(const void *settings, struct buf *out)
{
	(void)settings;
	for (const struct report_format *f = report_formats; f->name; f++)
		buf_printf(out, "%s%s", f > report_formats ? " " : "", f->name);
}

static void show_faults(const void *settings, struct buf *out)
{
	(void)settings;
	faults_ids(out);
}

static void show_steps(const void *settings, struct buf *out)
{
	const struct settings *s = settings;

	steps_list(steps_parts(s->rules.protocol), out);
}

static void show_few(const void *settings, struct buf *out)
{
	(void)settings;
	buf_printf(out, "%d", PERFDATA_FEW);
}

/* ---- all plugins ---- */

const struct option_def shared_server_options[] = {
	{.group = "Server",
	 .name = "hostname",
	 .letter = 'H',
	 .arg = "ENDPOINT",
	 .help = "server to test, as HOST[:PORT[:TYPE]]; TYPE is SSL (TLS from the first byte), "
		 "TLS (STARTTLS) or PLAIN (no TLS). An IPv6 address with a port needs brackets: "
		 "[2001:db8::1]:{}:SSL. May be given several times: all are tested at once",
	 .kind = OPTION_STRINGS,
	 .offset = offsetof(struct settings, hostnames),
	 .show = show_implicit_port,
	 .repeatable = true,
	 .engine = true},
	{.name = "endpoints",
	 .arg = "FILE",
	 .help = "test those that FILE (- is standard input) lists, too, one a line, such as "
		 "mailflow_discover prints",
	 .kind = OPTION_STRING,
	 .offset = offsetof(struct settings, endpoints_file),
	 .engine = true},
	{.name = "discover",
	 .arg = "SOURCE [OPTION ...]",
	 .optional = true,
	 .help = "test what mailflow_discover finds: what would stand behind its name, such as "
		 "\"ldap --domain-controller=dc1.example.org\"; without SOURCE the servers of this "
		 "host. With --mailboxes behind it each mailbox that is found is tested, as with "
		 "--accounts: its own user logs on, or that of -U, in which %u stands for its "
		 "name, and the password of the options is for all of them",
	 .kind = OPTION_STRING,
	 .offset = offsetof(struct settings, discovery.source),
	 .engine = true},
	{.name = "discover-cache",
	 .arg = "FILE",
	 .help = "keep what was found in FILE, and where nothing can be found test that: WARNING, "
		 "with its age",
	 .kind = OPTION_STRING,
	 .offset = offsetof(struct settings, discovery.cache),
	 .engine = true},
	{.name = "port",
	 .letter = 'p',
	 .arg = "PORT",
	 .help = "port where ENDPOINT names none (default: {})",
	 .kind = OPTION_UINT,
	 .min = 1,
	 .max = 65535,
	 .offset = offsetof(struct settings, port),
	 .show = show_ports,
	 .engine = true},
	{.name = "connection-type",
	 .letter = 'T',
	 .arg = "plaintext|ssl|tls",
	 .help = "where ENDPOINT names no TYPE (default: ssl on the ports {}, else tls); also "
		 "none, implicit or starttls. With tls there is no falling back to plain text",
	 .kind = OPTION_CALL,
	 .call = settings_set_connection_type,
	 .show = show_implicit_ports,
	 .engine = true},
	{.name = "all-addresses",
	 .help = "test each address of each ENDPOINT's host, not only the first that answers",
	 .kind = OPTION_FLAG,
	 .offset = offsetof(struct settings, all_addresses),
	 .engine = true},
	{0},
};

const struct option_def shared_family_options[] = {
	{.name = "ipv4",
	 .letter = '4',
	 .help = "use IPv4 only",
	 .kind = OPTION_CALL,
	 .call = settings_set_ipv4,
	 .engine = true},
	{.name = "ipv6",
	 .letter = '6',
	 .help = "use IPv6 only",
	 .kind = OPTION_CALL,
	 .call = settings_set_ipv6,
	 .engine = true},
	{0},
};

const struct option_def shared_tls_options[] = {
	{.group = "TLS and certificates",
	 .name = "trust-any-certificate",
	 .letter = 'k',
	 .help = "do not verify the server's certificate; the result says so",
	 .kind = OPTION_FLAG,
	 .offset = offsetof(struct settings, trust_any),
	 .engine = true},
	{.name = "ca-file",
	 .arg = "FILE",
	 .help = "trust the CA certificates in FILE (PEM) instead of the system's",
	 .kind = OPTION_STRING,
	 .offset = offsetof(struct settings, ca_file),
	 .engine = true},
	{.name = "certificate-name",
	 .arg = "NAME",
	 .help = "name that the certificate of the host under test must carry (default: that "
		 "host)",
	 .kind = OPTION_STRING,
	 .offset = offsetof(struct settings, certificate_name),
	 .engine = true},
	{.name = "sni",
	 .arg = "NAME",
	 .help = "server name to ask for in the TLS handshake (default: the host connected to, "
		 "unless it is an address)",
	 .kind = OPTION_STRING,
	 .offset = offsetof(struct settings, sni),
	 .engine = true},
	{.name = "certificate",
	 .letter = 'D',
	 .arg = "WARN[%][,CRIT[%]]",
	 .help = "WARNING when the certificate expires in less than WARN days, CRITICAL in less "
		 "than CRIT days, such as 30,7; with % they are shares of its lifetime, such as "
		 "30%,10%",
	 .kind = OPTION_CALL,
	 .call = settings_set_certificate,
	 .engine = true},
	{.name = "certificate-file",
	 .arg = "FILE",
	 .help = "WARNING when the host under test serves another certificate than that of FILE "
		 "(PEM; chain and key may stand in it, too): renewed, but the server was not "
		 "reloaded. The SMTP server of a test message is looked at where it is the same "
		 "host",
	 .kind = OPTION_STRING,
	 .offset = offsetof(struct settings, certificate_file),
	 .engine = true},
	{0},
};

const struct option_def shared_time_options[] = {
	{.group = "Time limits and thresholds",
	 .name = "timeout",
	 .letter = 't',
	 .arg = "SECONDS[:STATE]",
	 .help = "limit of the whole run, {min} to {max} (default: {}), and the state when it is "
		 "reached: warning, critical, unknown or ok (default: critical, but unknown while "
		 "a host name is looked up)",
	 .kind = OPTION_CALL,
	 .call = settings_set_timeout,
	 .min = 1,
	 .max = 3600,
	 .show = show_timeout,
	 .early = true,
	 .engine = true},
	{.name = "connection-timeout",
	 .arg = "SECONDS",
	 .help = "limit of each connection, {min} to {max} (default: {}); waiting for the delivery "
		 "of a message is bounded by --timeout only",
	 .kind = OPTION_UINT,
	 .min = 1,
	 .max = 120,
	 .offset = offsetof(struct settings, connection_timeout_s),
	 .engine = true},
	{.name = "warning",
	 .letter = 'w',
	 .arg = "[STEP=]RANGE[,...]",
	 .help = "WARNING when the seconds that a step takes are outside RANGE; without STEP those "
		 "of the whole run. RANGE is 5 (from 0 to 5), 1:5, 5:, ~:5 or @1:5 (inside). Steps "
		 "have the names that the performance data show, with or without their protocol; "
		 "cert_days (30: is what -D 30 says) and of POP3 messages and size are numbers; "
		 "proxy is how much longer a front end takes than its --back-end.\n"
		 "Example: 5,delivery=30,imap_login=2",
	 .kind = OPTION_CALL,
	 .call = settings_set_warning,
	 .values = show_steps,
	 .repeatable = true,
	 .engine = true},
	{.name = "critical",
	 .letter = 'c',
	 .arg = "[STEP=]RANGE[,...]",
	 .help = "the same for CRITICAL",
	 .kind = OPTION_CALL,
	 .call = settings_set_critical,
	 .values = show_steps,
	 .repeatable = true,
	 .engine = true},
	{0},
};

static const char parallel_help[] =
	"test at most N end points at the same time, {min} to {max} (default: {})";

const struct option_def mailbox_parallel_option[] = {
	{.name = "parallel",
	 .arg = "N",
	 .help = parallel_help,
	 .kind = OPTION_UINT,
	 .min = 1,
	 .max = 1000,
	 .offset = offsetof(struct settings, parallel),
	 .engine = true},
	{0},
};

const struct option_def connector_parallel_option[] = {
	{.name = "parallel",
	 .arg = "N",
	 .help = parallel_help,
	 .kind = OPTION_UINT,
	 .min = 1,
	 .max = 4096,
	 .offset = offsetof(struct settings, parallel),
	 .engine = true},
	{0},
};

/* An engine reads the format and the exit codes that are the default, and is misled by
 * --what-if. */
const struct option_def shared_output_options[] = {
	{.group = "Output",
	 .name = "output",
	 .letter = 'o',
	 .arg = "FORMAT",
	 .help = "{}",
	 .kind = OPTION_CALL,
	 .call = settings_set_output,
	 .show = show_formats,
	 .values = show_format_names},
	{.name = "output-file",
	 .arg = "FILE",
	 .help = "write that to FILE, which is replaced as a whole or stays as it was; standard "
		 "output gets the status line. \"-\" is standard output",
	 .kind = OPTION_STRING,
	 .offset = offsetof(struct settings, output_file),
	 .engine = true},
	{.name = "site",
	 .arg = "NAME",
	 .help = "what the reports name as the site (default: the name of this machine)",
	 .kind = OPTION_STRING,
	 .offset = offsetof(struct settings, site),
	 .engine = true},
	{.name = "perfdata",
	 .arg = "auto|all|summary",
	 .help = "performance data of several end points (more than one -H, or where options bring "
		 "others): auto is their number, of each step the slowest and the median, and for "
		 "up to {} of them the total of each; all is every step of each, however long; "
		 "summary has nothing of each (default: auto)",
	 .kind = OPTION_CALL,
	 .call = settings_set_perfdata,
	 .show = show_few,
	 .engine = true},
	{.name = "verbose",
	 .letter = 'v',
	 .arg = "N",
	 .optional = true,
	 .help = "say more, N times (0 to {max}; without N once more): -vv shows the "
		 "certificates as they were sent, -vvv the whole dialog, passwords masked",
	 .kind = OPTION_COUNT,
	 .max = 3,
	 .offset = offsetof(struct settings, verbosity),
	 .repeatable = true,
	 .engine = true},
	{.name = "monitoring-context",
	 .arg = "no|yes|journal",
	 .optional = true,
	 .may_be_empty = true,
	 .help = "add the monitoring event of each target and its performance counters to the long "
		 "output, json, html and csv, and the event's number to openmetrics; with journal "
		 "also send them to the systemd journal, as one record. No value is yes, an empty "
		 "one no",
	 .kind = OPTION_CALL,
	 .call = settings_set_monitoring,
	 .engine = true},
	{.name = "exit-codes",
	 .arg = "state|health",
	 .help = "what to end with: the state (0 to 3), or as containers want it 0 for OK and "
		 "WARNING, 1 for the others (default: state)",
	 .kind = OPTION_CALL,
	 .call = settings_set_exit_codes,
	 .early = true},
	{.name = "what-if",
	 .letter = 'n',
	 .alias = "dry-run",
	 .help = "only say what would be done, step by step (also --dry-run): files are read, "
		 "and servers of this host discovered, but no name is looked up, no connection "
		 "made, no token got, and nobody asked",
	 .kind = OPTION_FLAG,
	 .offset = offsetof(struct settings, what_if)},
	{0},
};

const struct option_def shared_other_options[] = {
	{.group = "Other",
	 .name = "extra-opts",
	 .arg = "[SECTION][@FILE]",
	 .help = "read options from a section of an ini file, before those of the command line: "
		 "one a line, without dashes: hostname = mail.example.org. The default section is "
		 "the plugin's name, the default file that of monitoring-plugins: "
		 "$MP_CONFIG_FILE, or the first that exists, such as /etc/monitoring-plugins.ini",
	 .kind = OPTION_EXTRA,
	 .optional = true,
	 .offset = offsetof(struct settings, limit),
	 .repeatable = true},
	{.name = "explain",
	 .arg = "FAULT",
	 .optional = true,
	 .help = "explain the fault of that name, which -v shows: its usual causes, how to confirm "
		 "it, and what to do; without a name list them all",
	 .kind = OPTION_EXPLAIN,
	 .values = show_faults},
	{0},
};

/* ---- notes ---- */

const char shared_help_notes[] =
	"Passwords\n"
	"  Everybody on this machine can read the command line of a running program.\n"
	"  Safer, the best first:\n"
	"  1. a file that only the monitoring user may read: --password-file=FILE\n"
	"  2. a line \"password = ...\" in an ini file, read by --extra-opts\n"
	"  3. the environment variable MAILFLOW_PASSWORD\n"
	"  4. in a unit of systemd, LoadCredential=password:FILE; likewise smtp-password\n"
	"     and oauth-token\n"
	"  On a terminal the password is asked for if none of these gives it; the answer\n"
	"  may take its time, unless --timeout is given.\n"
	"\n"
	"Time limits of the engines\n"
	"  Nagios and Icinga end a plugin after 60 seconds; the default of --timeout is\n"
	"  below that. Zabbix ends an external check after 3 seconds, unless Timeout is\n"
	"  raised in the configuration of its server or proxy (to 30 at most): raise it,\n"
	"  and give a --timeout that is a second shorter.\n"
	"\n"
	"Exit code: 0 OK, 1 WARNING, 2 CRITICAL, 3 UNKNOWN\n";
