/* shared_options.h - the rows of the option table that the plugins share, each written once
 *
 * Every macro is a comma-separated list of struct option_def initialisers. A plugin's settings
 * struct begins with struct settings (or struct mailbox_settings), so that the offsets below hold
 * in it:
 *
 *   static const struct option_def options[] = {
 *           SETTINGS_OPTIONS_SERVER("143, or 993 with ssl", "993"), SETTINGS_OPTIONS_LOGON,
 *           SETTINGS_OPTIONS_TLS, ..., SETTINGS_OPTIONS_MISC, {0},
 *   };
 *
 * All help texts are here and nowhere else: --help, the manual and the engines' definitions are
 * made from them. */
#ifndef MAILFLOW_SHARED_OPTIONS_H
#define MAILFLOW_SHARED_OPTIONS_H

#include <stddef.h>

#include "config/mailbox_settings.h"
#include "config/options.h"

/* What the rows call; settings.c. */
option_fn settings_set_connection_type, settings_set_password, settings_set_certificate;
option_fn settings_set_ipv4, settings_set_ipv6, settings_set_output, settings_set_altered;
option_fn settings_set_perfdata, settings_set_timeout, settings_set_warning, settings_set_critical;

/* ports: the service's own ports, and its_ssl: that for ssl, for the help text */
#define SETTINGS_OPTIONS_SERVER(ports, its_ssl)                                                    \
	{.group = "Server",                                                                        \
	 .name = "hostname",                                                                       \
	 .letter = 'H',                                                                            \
	 .arg = "ENDPOINT",                                                                        \
	 .help = "server to test, as HOST[:PORT[:TYPE]]; TYPE is SSL (TLS from the first byte), "  \
		 "TLS (STARTTLS) or PLAIN (no TLS). IPv6 addresses with a port in brackets: "      \
		 "[2001:db8::1]:" its_ssl                                                          \
		 ":SSL. May be given several times: all are tested at once",                       \
	 .kind = OPTION_STRINGS,                                                                   \
	 .offset = offsetof(struct settings, hostnames)},                                          \
		{.name = "port",                                                                   \
		 .letter = 'p',                                                                    \
		 .arg = "PORT",                                                                    \
		 .help = "port where ENDPOINT names none (default: " ports ")",                    \
		 .kind = OPTION_UINT,                                                              \
		 .min = 1,                                                                         \
		 .max = 65535,                                                                     \
		 .offset = offsetof(struct settings, port)},                                       \
		{.name = "connection-type",                                                        \
		 .letter = 'T',                                                                    \
		 .arg = "TYPE",                                                                    \
		 .help = "plaintext (or none), ssl (or implicit), tls (or starttls), where "       \
			 "ENDPOINT names none (default: ssl on the ports 465, 993, 995, 1993 and " \
			 "1995, else tls). With tls nothing is ever sent in the clear instead",    \
		 .kind = OPTION_CALL,                                                              \
		 .call = settings_set_connection_type},                                            \
		{.name = "ipv4",                                                                   \
		 .letter = '4',                                                                    \
		 .help = "use IPv4 only",                                                          \
		 .kind = OPTION_CALL,                                                              \
		 .call = settings_set_ipv4},                                                       \
	{                                                                                          \
		.name = "ipv6", .letter = '6', .help = "use IPv6 only", .kind = OPTION_CALL,       \
		.call = settings_set_ipv6                                                          \
	}

#define SETTINGS_OPTIONS_LOGON                                                                     \
	{.group = "Logon",                                                                         \
	 .name = "username",                                                                       \
	 .letter = 'U',                                                                            \
	 .arg = "USER",                                                                            \
	 .help = "name to log on with",                                                            \
	 .kind = OPTION_STRING,                                                                    \
	 .offset = offsetof(struct settings, username)},                                           \
		{.name = "password-file",                                                          \
		 .arg = "FILE",                                                                    \
		 .help = "read the password from the first line of FILE; \"-\" is standard input", \
		 .kind = OPTION_STRING,                                                            \
		 .offset = offsetof(struct settings, password_file)},                              \
	{                                                                                          \
		.name = "password", .letter = 'P', .arg = "PASSWORD",                              \
		.help = "the password itself. It is wiped from the process list at once, but may " \
			"be seen before, and in the shell's history: see \"Passwords\" below",     \
		.kind = OPTION_CALL, .call = settings_set_password, .secret = true                 \
	}

#define SETTINGS_OPTIONS_TLS                                                                       \
	{.group = "TLS and certificates",                                                          \
	 .name = "trust-any-certificate",                                                          \
	 .letter = 'k',                                                                            \
	 .help = "verify nothing about the server's certificate; the result says so",              \
	 .kind = OPTION_FLAG,                                                                      \
	 .offset = offsetof(struct settings, trust_any)},                                          \
		{.name = "ca-file",                                                                \
		 .arg = "FILE",                                                                    \
		 .help = "trust the CA certificates in FILE (PEM) instead of the system's",        \
		 .kind = OPTION_STRING,                                                            \
		 .offset = offsetof(struct settings, ca_file)},                                    \
		{.name = "certificate-name",                                                       \
		 .arg = "NAME",                                                                    \
		 .help = "name that the certificate of the host under test must carry "            \
			 "(default: that host)",                                                   \
		 .kind = OPTION_STRING,                                                            \
		 .offset = offsetof(struct settings, certificate_name)},                           \
		{.name = "sni",                                                                    \
		 .arg = "NAME",                                                                    \
		 .help = "server name to ask for in the TLS handshake (default: the host "         \
			 "connected to, unless it is an address)",                                 \
		 .kind = OPTION_STRING,                                                            \
		 .offset = offsetof(struct settings, sni)},                                        \
	{                                                                                          \
		.name = "certificate", .letter = 'D', .arg = "WARN[,CRIT]",                        \
		.help = "WARNING when the certificate ends in less than WARN days, CRITICAL in "   \
			"less than CRIT days, such as 30,7",                                       \
		.kind = OPTION_CALL, .call = settings_set_certificate                              \
	}

#define SETTINGS_OPTIONS_TIME SETTINGS_OPTIONS_LIMITS, SETTINGS_OPTION_PARALLEL("64", 1000)

#define SETTINGS_OPTIONS_LIMITS                                                                    \
	{.group = "Time limits and thresholds",                                                    \
	 .name = "timeout",                                                                        \
	 .letter = 't',                                                                            \
	 .arg = "SECONDS[:STATE]",                                                                 \
	 .help = "limit of the whole run, 1 to 3600 (default: 55), and the state when it is "      \
		 "reached: warning, critical, unknown or ok (default: critical, but unknown "      \
		 "while a host name is looked up)",                                                \
	 .kind = OPTION_CALL,                                                                      \
	 .call = settings_set_timeout,                                                             \
	 .early = true},                                                                           \
		{.name = "connection-timeout",                                                     \
		 .arg = "SECONDS",                                                                 \
		 .help = "limit of each connection, 1 to 120 (default: 15); waiting for the "      \
			 "delivery of a message is bounded by --timeout only",                     \
		 .kind = OPTION_UINT,                                                              \
		 .min = 1,                                                                         \
		 .max = 120,                                                                       \
		 .offset = offsetof(struct settings, connection_timeout_s)},                       \
		{.name = "warning",                                                                \
		 .letter = 'w',                                                                    \
		 .arg = "[STEP=]RANGE[,...]",                                                      \
		 .help = "WARNING when a step takes seconds outside RANGE; without STEP the "      \
			 "total. RANGE is 5 (from 0 to 5), 1:5, 5:, ~:5 or @1:5 (inside). Steps "  \
			 "have the names that the performance data show, without or with their "   \
			 "protocol.\nExample: 5,delivery=30,imap_login=2",                         \
		 .kind = OPTION_CALL,                                                              \
		 .call = settings_set_warning},                                                    \
	{                                                                                          \
		.name = "critical", .letter = 'c', .arg = "[STEP=]RANGE[,...]",                    \
		.help = "CRITICAL likewise", .kind = OPTION_CALL, .call = settings_set_critical    \
	}

/* how_many: the default, which settings_init or the plugin sets */
#define SETTINGS_OPTION_PARALLEL(how_many, most)                                                   \
	{                                                                                          \
		.name = "parallel", .arg = "N",                                                    \
		.help = "test at most N end points at the same time, 1 to " #most                  \
			" (default: " how_many ")",                                                \
		.kind = OPTION_UINT, .min = 1, .max = most,                                        \
		.offset = offsetof(struct settings, parallel)                                      \
	}

#define SETTINGS_OPTIONS_OUTPUT                                                                    \
	{.group = "Output",                                                                        \
	 .name = "output",                                                                         \
	 .letter = 'o',                                                                            \
	 .arg = "FORMAT",                                                                          \
	 .help = "nagios: status line and performance data for monitoring engines (default); "     \
		 "table: for people, with the time that each step took; as wide as the terminal, " \
		 "or as COLUMNS says",                                                             \
	 .kind = OPTION_CALL,                                                                      \
	 .call = settings_set_output},                                                             \
		{.name = "verbose",                                                                \
		 .letter = 'v',                                                                    \
		 .help = "say more; -vvv shows the whole dialog, passwords masked",                \
		 .kind = OPTION_COUNT,                                                             \
		 .offset = offsetof(struct settings, verbosity)},                                  \
	{                                                                                          \
		.name = "what-if", .letter = 'n', .alias = "dry-run",                              \
		.help = "only say what would be done (also --dry-run)", .kind = OPTION_FLAG,       \
		.offset = offsetof(struct settings, what_if)                                       \
	}

/* The last group of every table. */
#define SETTINGS_OPTIONS_MISC                                                                      \
	{.group = "Other",                                                                         \
	 .name = "extra-opts",                                                                     \
	 .arg = "[SECTION][@FILE]",                                                                \
	 .help = "read options from a section of an ini file, before those of the command line: "  \
		 "one a line, without dashes: hostname = mail.example.org. The default section "   \
		 "is the plugin's name, the default file that of monitoring-plugins: "             \
		 "$MP_CONFIG_FILE, or the first that exists, such as /etc/monitoring-plugins.ini", \
	 .kind = OPTION_EXTRA,                                                                     \
	 .offset = offsetof(struct settings, limit)},                                              \
		{.name = "version",                                                                \
		 .letter = 'V',                                                                    \
		 .help = "show the version",                                                       \
		 .kind = OPTION_VERSION},                                                          \
	{                                                                                          \
		.name = "help", .letter = 'h', .help = "show this text; -? shows a short one",     \
		.kind = OPTION_HELP                                                                \
	}

/* What check_imap_full and check_pop_full add to those; their settings begin with mailbox_settings.
 */
#define MAILBOX_OPTIONS                                                                            \
	{.group = "Test message",                                                                  \
	 .name = "light",                                                                          \
	 .letter = 'L',                                                                            \
	 .alias = "light-mode",                                                                    \
	 .help = "only log on; no message is sent, read or deleted",                               \
	 .kind = OPTION_FLAG,                                                                      \
	 .offset = offsetof(struct mailbox_settings, light)},                                      \
		{.name = "smtp",                                                                   \
		 .arg = "ENDPOINT",                                                                \
		 .help = "where the test message is handed in, as HOST[:PORT[:TYPE]] (default: "   \
			 "the host under test, port 587, STARTTLS)",                               \
		 .kind = OPTION_STRING,                                                            \
		 .offset = offsetof(struct mailbox_settings, smtp)},                               \
		{.name = "smtp-username",                                                          \
		 .arg = "USER",                                                                    \
		 .help = "name to log on to SMTP with (default: that of --username); empty: do "   \
			 "not log on to SMTP",                                                     \
		 .kind = OPTION_STRING,                                                            \
		 .may_be_empty = true,                                                             \
		 .offset = offsetof(struct mailbox_settings, smtp_username)},                      \
		{.name = "smtp-password-file",                                                     \
		 .arg = "FILE",                                                                    \
		 .help = "its password, if it is another one than the mailbox's; or put it into "  \
			 "MAILFLOW_SMTP_PASSWORD",                                                 \
		 .kind = OPTION_STRING,                                                            \
		 .offset = offsetof(struct mailbox_settings, smtp_password_file)},                 \
		{.name = "mailto",                                                                 \
		 .arg = "ADDRESS",                                                                 \
		 .help = "address whose mail arrives in the mailbox (default: the user name, if "  \
			 "it is an address)",                                                      \
		 .kind = OPTION_ADDRESS,                                                           \
		 .offset = offsetof(struct mailbox_settings, mailto)},                             \
		{.name = "mailfrom",                                                               \
		 .arg = "ADDRESS",                                                                 \
		 .help = "sender of the test message (default: that of --mailto); \"<>\" is the "  \
			 "null sender",                                                            \
		 .kind = OPTION_ADDRESS,                                                           \
		 .offset = offsetof(struct mailbox_settings, mailfrom)},                           \
		{.name = "altered",                                                                \
		 .arg = "STATE",                                                                   \
		 .help = "state of a message that was changed on its way (subject tagged, a "      \
			 "field lost, text rewritten): ok, warning or critical (default: "         \
			 "warning)",                                                               \
		 .kind = OPTION_CALL,                                                              \
		 .call = settings_set_altered},                                                    \
	{                                                                                          \
		.name = "max-age", .arg = "HOURS",                                                 \
		.help = "delete test messages of earlier runs that are older than this, 1 to "     \
			"8760 (default: 24)",                                                      \
		.kind = OPTION_UINT, .min = 1, .max = 8760,                                        \
		.offset = offsetof(struct mailbox_settings, max_age_h)                             \
	}

/* In the group of SETTINGS_OPTIONS_OUTPUT. */
#define MAILBOX_OPTION_CONFIRM                                                                     \
	{                                                                                          \
		.name = "confirm",                                                                 \
		.help = "ask on the terminal before a message is sent or deleted",                 \
		.kind = OPTION_FLAG, .offset = offsetof(struct mailbox_settings, confirm)          \
	}

/* IMAP only. */
#define MAILBOX_OPTION_MAILBOX                                                                     \
	{                                                                                          \
		.name = "mailbox", .arg = "NAME",                                                  \
		.help = "mailbox that the test message arrives in (default: INBOX)",               \
		.kind = OPTION_STRING, .offset = offsetof(struct mailbox_settings, mailbox)        \
	}

/* POP3 only. */
#define MAILBOX_OPTION_APOP                                                                        \
	{                                                                                          \
		.name = "apop",                                                                    \
		.help = "log on with APOP: for servers that take nothing else. Its MD5 is no "     \
			"protection any more, TLS is; not to be had after STLS",                   \
		.kind = OPTION_FLAG, .offset = offsetof(struct mailbox_settings, apop)             \
	}

/* The end of every epilogue of --help. */
#define SETTINGS_HELP_NOTES                                                                        \
	"Passwords\n"                                                                              \
	"  Everybody on this machine can read the command line of a running program.\n"            \
	"  Safer, the best first:\n"                                                               \
	"  1. a file that only the monitoring user may read: --password-file=FILE\n"               \
	"  2. a line \"password = ...\" in an ini file, read by --extra-opts\n"                    \
	"  3. the environment variable MAILFLOW_PASSWORD\n"                                        \
	"  On a terminal the password is asked for if none of these gives it; the answer\n"        \
	"  may take its time, unless --timeout is given.\n"                                        \
	"\n"                                                                                       \
	"Time limits of the engines\n"                                                             \
	"  Nagios and Icinga end a plugin after 60 seconds; the default of --timeout is\n"         \
	"  below that. Zabbix ends an external check after 3 seconds, unless Timeout is\n"         \
	"  raised in the configuration of its server or proxy (to 30 at most): raise it,\n"        \
	"  and give a --timeout that is a second shorter.\n"                                       \
	"\n"                                                                                       \
	"Exit code: 0 OK, 1 WARNING, 2 CRITICAL, 3 UNKNOWN\n"

#endif
