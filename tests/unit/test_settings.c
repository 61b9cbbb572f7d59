/* test_settings.c - what the shared options come to: end points, trust, limits, passwords,
 * addresses */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/xalloc.h"
#include "config/mailbox_settings.h"
#include "config/options.h"
#include "config/shared_options.h"
#include "run/plugin.h"

#include "unit.h"

static const struct option_def *const tables[] = {
	shared_server_options,
	shared_family_options,
	shared_password_options,
	shared_logon_options,
	mailbox_message_options,
	mailbox_imap_options,
	shared_tls_options,
	shared_time_options,
	mailbox_parallel_option,
	shared_output_options,
	mailbox_confirm_option,
	shared_other_options,
	NULL,
};

static const char ca_pem[] = "-----BEGIN CERTIFICATE-----\n"
			     "MIIBYDCCAQegAwIBAgIBATAKBggqhkjOPQQDAjAXMRUwEwYDVQQDEwxVbml0IFRl\n"
			     "c3QgQ0EwIBcNMjYxMTIxMDczNzIxWhgPOTk5OTEyMzEyMzU5NTlaMBcxFTATBgNV\n"
			     "BAMTDFVuaXQgVGVzdCBDQTBZMBMGByqGSM49AgEGCCqGSM49AwEHA0IABPElKA2e\n"
			     "jSVPIkBdvdXTSXq/uOUIKsMZtFDhKC0gGW6gTtMJQpN1rilhbZcvoUQ9qxWxcmRG\n"
			     "GagX5ssDwQt3V5OjQjBAMA8GA1UdEwEB/wQFMAMBAf8wDgYDVR0PAQH/BAQDAgIE\n"
			     "MB0GA1UdDgQWBBQ7R8hHauvwpF0sk/rBXDP0YcH5+zAKBggqhkjOPQQDAgNHADBE\n"
			     "AiB1qxHixAB3sAP8EoeR6PNNugSrYsPoQXh9jtqDEpS5YAIgRtm1qWrJG5SjxCf8\n"
			     "ANpmGLnnkhWfI6vOjbaJGK1yh1U=\n"
			     "-----END CERTIFICATE-----\n";

static char dir[40];
static struct options options;
static struct mailbox_settings m;
static struct err err;
static char *words;

static void write_file(const char *name, const char *text)
{
	FILE *f = fopen(name, "w");

	ck_assert_ptr_nonnull(f);
	fputs(text, f);
	fclose(f);
}

static void setup(void)
{
	snprintf(dir, sizeof(dir), "/tmp/mailflow-settings-XXXXXX");
	ck_assert_ptr_nonnull(mkdtemp(dir));
	ck_assert_int_eq(chdir(dir), 0);
	write_file("ca.pem", ca_pem);
	write_file("pw", "from-file\n");
	write_file("smtp.pw", "from-smtp-file\n");
	unsetenv("MAILFLOW_PASSWORD");
	unsetenv("MAILFLOW_SMTP_PASSWORD");
	mailbox_settings_init(&m, "imap", &ports_imap);
}

static void teardown(void)
{
	static const char *const files[] = {"ca.pem", "pw", "smtp.pw", "t.ini", "empty.pem"};

	mailbox_settings_free(&m);
	options_free(&options);
	free(words);
	words = NULL;
	for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++)
		unlink(files[i]);
	ck_assert_int_eq(chdir("/"), 0);
	ck_assert_int_eq(rmdir(dir), 0);
}

/* Parse blank-separated words, and finish as a mailbox plugin does. */
static int finish(const char *line)
{
	char *argv[64], *rest;
	int argc = 0;

	err = (struct err){0};
	free(words);
	rest = words = xasprintf("check_x %s", line);
	while ((argv[argc] = strsep(&rest, " ")) != NULL)
		argc += *argv[argc] != '\0';
	if (options_parse(&options, argc, argv, tables, "check_x", &m, &err) != OPTIONS_OK)
		return -1;
	return mailbox_settings_finish(&m, &err);
}

static void finish_ok(const char *line)
{
	int rc = finish(line);

	ck_assert_msg(rc == 0, "%s: %s", line, err.text);
	ck_assert_int_eq(err.kind, ERR_NONE);
}

/* Whatever is not given: the least that a full test needs. */
#define LEAST "-H mail.example.org -U me@example.org -P s3cret --ca-file ca.pem "

START_TEST(test_settings__defaults)
{
	finish_ok(LEAST);
	ck_assert_uint_eq(m.common.limit.us, 55 * US_PER_S);
	ck_assert_uint_eq(m.common.connection_timeout_s, 15);
	ck_assert(!m.common.rules.has_timeout_state);
	ck_assert_str_eq(m.common.rules.protocol, "imap");
	ck_assert_str_eq(m.common.format->name, "nagios");
	ck_assert_uint_eq(m.common.parallel, 64);
	ck_assert_int_eq(m.common.family, AF_UNSPEC);
	ck_assert_str_eq(m.mailbox, "INBOX");
	ck_assert_uint_eq(m.max_age_h, 24);
	ck_assert_uint_eq(m.common.endpoint_count, 1);
	ck_assert_str_eq(m.common.endpoints[0].host, "mail.example.org");
	ck_assert_uint_eq(m.common.endpoints[0].port, 143);
	ck_assert_int_eq(m.common.endpoints[0].mode, TLS_MODE_STARTTLS);
	ck_assert(!m.common.tls.trust_any);
	ck_assert_ptr_eq(m.common.tls.trust, &m.common.trust);
	ck_assert_uint_eq(m.common.trust.count, 1);
	/* the SMTP leg: the host under test, STARTTLS, the same credentials */
	ck_assert_uint_eq(m.users.item[0].smtp_endpoint.port, 0);
	ck_assert_int_eq(m.users.item[0].smtp_endpoint.mode, TLS_MODE_STARTTLS);
	ck_assert_str_eq(m.users.item[0].smtp_who.username, "me@example.org");
	ck_assert_str_eq(m.users.item[0].smtp_who.password->value, "s3cret");
	ck_assert_str_eq(m.users.item[0].mailto, "me@example.org");
	ck_assert_str_eq(m.users.item[0].mailfrom, "me@example.org");
}
END_TEST

START_TEST(test_settings__takes_every_shared_option)
{
	finish_ok("-H a -p 1143 -T starttls -4 -U me --password-file pw -k --certificate-name n "
		  "--sni s "
		  "-D 30,7 -t 9:unknown --connection-timeout 3 -w 5,delivery=30 -c imap_login=1:2 "
		  "--parallel 2 -o table -vvv -n --confirm --smtp=relay:465 --smtp-username=you "
		  "--smtp-password-file=smtp.pw --mailto=me@example.org --mailfrom=you@example.org "
		  "--max-age=48 --mailbox=Probe");
	ck_assert_uint_eq(m.common.endpoints[0].port, 1143);
	ck_assert_int_eq(m.common.endpoints[0].mode, TLS_MODE_STARTTLS);
	ck_assert_int_eq(m.common.family, AF_INET);
	ck_assert_str_eq(m.common.password.value, "from-file");
	ck_assert(m.common.tls.trust_any);
	ck_assert_str_eq(m.common.tls.certificate_name, "n");
	ck_assert_str_eq(m.common.tls.sni, "s");
	ck_assert(m.common.rules.cert_warning.is_given && m.common.rules.cert_critical.is_given);
	ck_assert_uint_eq(m.common.rules.cert_warning.value, 30);
	ck_assert_uint_eq(m.common.rules.cert_critical.value, 7);
	ck_assert_uint_eq(m.common.limit.us, 9 * US_PER_S);
	ck_assert_int_eq(m.common.rules.timeout_state, STATE_UNKNOWN);
	ck_assert_uint_eq(m.common.connection_timeout_s, 3);
	ck_assert_uint_eq(m.common.rules.warning.count, 2);
	ck_assert_uint_eq(m.common.rules.critical.count, 1);
	ck_assert_str_eq(m.common.rules.critical.item[0].step, "imap_login");
	ck_assert_uint_eq(m.common.parallel, 2);
	ck_assert_str_eq(m.common.format->name, "table");
	ck_assert_int_eq(m.common.verbosity, 3);
	ck_assert(m.common.what_if && m.common.asking == ASKING_BEFORE);
	ck_assert_str_eq(m.users.item[0].smtp_endpoint.host, "relay");
	ck_assert_uint_eq(m.users.item[0].smtp_endpoint.port, 465);
	ck_assert_int_eq(m.users.item[0].smtp_endpoint.mode, TLS_MODE_IMPLICIT);
	ck_assert_str_eq(m.users.item[0].smtp_who.username, "you");
	ck_assert_str_eq(m.users.item[0].smtp_who.password->value, "from-smtp-file");
	ck_assert_str_eq(m.users.item[0].mailto, "me@example.org");
	ck_assert_str_eq(m.users.item[0].mailfrom, "you@example.org");
	ck_assert_uint_eq(m.max_age_h, 48);
	ck_assert_str_eq(m.mailbox, "Probe");
}
END_TEST

static const struct {
	const char *line, *says;
} bad[] = {
	{"-U me", "no server to test: give -H HOST[:PORT[:TYPE]]"},
	{"-H a:0", "--hostname: \"a:0\": \"0\" is not a port from 1 to 65535"},
	{"-H a -H :1", "--hostname: \":1\": the host is missing"},
	{"-H a -H b -H a", "--hostname: a:143 (tls) is given twice"},
	{"-H b -H a:1 -H a -H b -H a", "--hostname: b:143 (tls) is given twice"},
	{"-H a:993 -H A:993:SSL", "--hostname: A:993 (ssl) is given twice"},
	{"-H a -p 0", "--port: \"0\" is not a whole number from 1 to 65535"},
	{"-H a -T tlsv1", "--connection-type: \"tlsv1\" is not a connection type: plaintext"},
	{"-H ::1 -4", "-4 does not go with ::1, which is an IPv6 address"},
	{"-H 127.0.0.1 -6", "-6 does not go with 127.0.0.1, which is an IPv4 address"},
	{"-H a -4 --smtp [::1]:25", "-4 does not go with ::1, which is an IPv6 address"},
	{"-H a -t 0", "--timeout: \"0\" is not a whole number of seconds from 1 to 3600"},
	{"-H a -t 3601", "--timeout: \"3601\" is not a whole number of seconds from 1 to 3600"},
	{"-H a -t :ok", "--timeout: \"\" is not a whole number of seconds"},
	{"-H a -t 5s", "--timeout: \"5s\" is not a whole number of seconds"},
	{"-H a -t 5:bad", "--timeout: \"bad\" is not a state: ok, warning, critical or unknown"},
	{"-H a --connection-timeout 0", "is not a whole number from 1 to 120"},
	{"-H a --connection-timeout 121", "is not a whole number from 1 to 120"},
	{"-H a --parallel 0", "--parallel: \"0\" is not a whole number from 1 to 1000"},
	{"-H a --max-age 0", "--max-age: \"0\" is not a whole number from 1 to 8760"},
	{"-H a -D 7,30", "--certificate: \"7,30\": WARN must not be less than CRIT, such as 30,7"},
	{"-H a -D 10%,30%",
	 "--certificate: \"10%,30%\": WARN must not be less than CRIT, such as 30%,10%"},
	{"-H a -D 101%", "--certificate: \"101%\" is not WARN[,CRIT] in whole days or per cent of "
			 "the lifetime, such as 30,7 or 30%,10%"},
	{"-H a -D 30%%", "--certificate: \"30%%\" is not WARN[,CRIT] in whole days or per cent"},
	{"-H a -D %", "--certificate: \"%\" is not WARN[,CRIT] in whole days or per cent"},
	{"-H a -D 36501", "--certificate: \"36501\" is not WARN[,CRIT] in whole days or per cent"},
	{"-H a -D x", "--certificate: \"x\" is not WARN[,CRIT] in whole days or per cent"},
	{"-H a -D 30,x", "--certificate: \"30,x\" is not WARN[,CRIT] in whole days"},
	{"-H a -D ,x", "--certificate: \",x\" is not WARN[,CRIT] in whole days"},
	{"-H a -D 30,7,1", "--certificate: \"30,7,1\" is not WARN[,CRIT] in whole days"},
	{"-H a -w 5:1", "--warning: "},
	{"-H a -c bogus=1", "--critical: unknown step \"bogus\""},
	{"-H a -c pop_login=1", "--critical: unknown step \"pop_login\""},
	{"-H a -w imap_delivery=1", "--warning: unknown step \"imap_delivery\""},
	{"-H a -w 1,smtp_select=1", "--warning: unknown step \"smtp_select\""},
	{"-H a -o xml", "--output: \"xml\" is not a format: nagios, table"},
	{"-H a --ca-file=missing.pem", "--ca-file: "},
	{"-H a --ca-file=pw", "--ca-file: "},
	{"--hostname=", "no server to test: give -H HOST[:PORT[:TYPE]]"},
	{"-H a -k", "no user name: give -U USER"},
	{"-H a -k --light", "no user name: give -U USER"},
	{"-H a -k -U me -P pw", "the user name is not an address: give --mailto=ADDRESS"},
	{"-H a -k -U me -P pw --mailto=you", "--mailto: \"you\" is not an address (local@domain)"},
	{"-H a -k -U me@x -P pw --mailfrom=<you>",
	 "--mailfrom: \"you\" is not an address (local@domain)"},
	{"-H a -k -U me@x -P pw --mailfrom=a@<b>",
	 "--mailfrom: \"a@<b>\" is not an address (local@domain)"},
	{"-H a -k -U me@x -P pw --mailto=<>", "--mailto: \"\" is not an address (local@domain)"},
	{"-H a -k -U me@x\r\nRCPT -P pw", "--username: control character in the value"},
	{"-H a -k -U me@x -P pw --mailto=a@b\nX:c", "--mailto: control character in the value"},
	{"-H a -k -U me@x -P pw --mailbox=IN\rBOX", "--mailbox: control character in the value"},
	{"-H a -k -U me@x -P pw --smtp-username=a\tb",
	 "--smtp-username: control character in the value"},
	{"-H a -k -U me@x -P pw --smtp=relay:submission",
	 "--smtp: \"relay:submission\": \"submission\" is not a port"},
	{"-H a -k -U me@x -P pw --smtp-username=you",
	 "--smtp-username needs --smtp-password-file=FILE or MAILFLOW_SMTP_PASSWORD"},
	{"-H a -k -U me@x --password-file=- --smtp-password-file=-",
	 "--password-file and --smtp-password-file cannot both read standard input"},
	{"-H a -k -U me@x --password=", "no password given, and no terminal to ask for it"},
	{"-H a -k -U me@x --password-file=missing",
	 "cannot open password file missing: No such file"},
	{"-H a -k -U me@x -P pw --smtp-password-file=missing",
	 "--smtp-password-file: cannot open password file missing: No such file"},
};

START_TEST(test_settings__says_what_is_wrong)
{
	ck_assert_msg(finish(bad[_i].line) == -1, "accepted: %s", bad[_i].line);
	ck_assert_int_eq(err.kind, ERR_USAGE);
	ck_assert_msg(strstr(err.text, bad[_i].says) == err.text ||
			      (bad[_i].says[0] == 'i' && strstr(err.text, bad[_i].says)),
		      "%s: %s", bad[_i].line, err.text);
}
END_TEST

static const struct {
	const char *protocol, *thresholds;
} thresholds[] = {
	{"imap",
	 "total=5,delivery=1,imap_select=1,select=1,smtp_send=1,send=1,smtp_login=1,logout=1"},
	{"pop", "5,delivery=1,pop_fetch=1,cleanup=1,smtp_send=1,pop_login=1"},
	{"imap", "cert_days=30:,smtp_cert_days=14:,imap_starttls=1,tls=1"},
};

START_TEST(test_settings__thresholds_know_the_steps_of_their_protocol)
{
	char *line = xasprintf("-H a -k -U me@x -P pw -w %s", thresholds[_i].thresholds);

	mailbox_settings_init(&m, thresholds[_i].protocol, &ports_imap);
	finish_ok(line);
	ck_assert_uint_ge(m.common.rules.warning.count, 4);
	free(line);
}
END_TEST

static const struct {
	const char *protocol, *line, *name;
} never[] = {
	{"imap", "--light -w 5,select=1", "select"},
	{"imap", "--light=mailbox -w select=1 -c delivery=1", "delivery"},
	{"imap", "--light -w smtp_cert_days=1:", "smtp_cert_days"},
	{"imap", "-T ssl -w imap_starttls=1", "imap_starttls"},
	{"imap", "-T plaintext -w imap_tls=1", "imap_tls"},
	{"imap", "--light -T plaintext -w cert_days=30:", "cert_days"},
	{"imap", "--smtp=b:25:PLAIN -w smtp_tls=1", "smtp_tls"},
	{"imap", "--smtp-username= -w smtp_login=1", "smtp_login"},
	{"pop", "--light -c size=1000", "size"},
	{"pop", "--light -w messages=10", "messages"},
	{"imap", "--light -c proxy=1", "proxy"},
};

START_TEST(test_settings__steps_that_the_test_never_comes_to)
{
	char *line = xasprintf("-H a -k -U me@x -P pw %s", never[_i].line);
	char *says = xasprintf(": this test has no step \"%s\", expected one of: total, resolve, ",
			       never[_i].name);

	mailbox_settings_init(&m, never[_i].protocol, &ports_imap);
	ck_assert_msg(finish(line) == -1, "accepted: %s", line);
	ck_assert_int_eq(err.kind, ERR_USAGE);
	ck_assert_msg(strstr(err.text, says) != NULL, "%s: %s", line, err.text);
	free(line);
	free(says);
}
END_TEST

static const struct {
	const char *line, *host;
	uint16_t port;
	enum tls_mode mode;
} endpoints[] = {
	{"-H a", "a", 143, TLS_MODE_STARTTLS},
	{"-H a -p 993", "a", 993, TLS_MODE_IMPLICIT},
	{"-H a: -p 993", "a", 993, TLS_MODE_IMPLICIT},
	{"-H a:144: --connection-type=", "a", 144, TLS_MODE_STARTTLS},
	{"-H a -T ssl", "a", 993, TLS_MODE_IMPLICIT},
	{"-H a -T plaintext", "a", 143, TLS_MODE_PLAINTEXT},
	{"-H a:993 -T tls", "a", 993, TLS_MODE_STARTTLS},
	{"-H a:144:PLAIN -T ssl -p 5", "a", 144, TLS_MODE_PLAINTEXT},
	{"-H [::1]:993:SSL -6", "::1", 993, TLS_MODE_IMPLICIT},
	{"-H ::1 -6 -T ssl", "::1", 993, TLS_MODE_IMPLICIT},
	{"-H 127.0.0.1 -4", "127.0.0.1", 143, TLS_MODE_STARTTLS},
	{"-H a -6 -4", "a", 143, TLS_MODE_STARTTLS},
};

/* As of engines whose macros are not set. */
START_TEST(test_settings__empty_values_count_as_not_given)
{
	finish_ok(LEAST "--hostname= --port= --connection-type= --username= --password= "
			"--password-file= --ca-file= --certificate-name= --sni= --certificate= "
			"--timeout= --connection-timeout= --warning= --critical= --parallel= "
			"--output= --smtp= --smtp-password-file= --mailto= --mailfrom= --max-age= "
			"--mailbox= --altered=");
	ck_assert_uint_eq(m.common.endpoint_count, 1);
	ck_assert_str_eq(m.common.username, "me@example.org");
	ck_assert_str_eq(m.common.password.value, "s3cret");
	ck_assert_uint_eq(m.common.endpoints[0].port, 143);
	ck_assert_int_eq(m.common.endpoints[0].mode, TLS_MODE_STARTTLS);
	ck_assert_ptr_null(m.common.tls.certificate_name);
	ck_assert_ptr_null(m.common.tls.sni);
	ck_assert(!m.common.rules.cert_warning.is_given && !m.common.rules.cert_critical.is_given);
	ck_assert_int_eq(m.common.limit.us, 55 * US_PER_S);
	ck_assert_uint_eq(m.common.connection_timeout_s, 15);
	ck_assert_uint_eq(m.common.rules.warning.count + m.common.rules.critical.count, 0);
	ck_assert_uint_eq(m.common.parallel, 64);
	ck_assert_str_eq(m.common.format->name, "nagios");
	ck_assert_uint_eq(m.users.item[0].smtp_endpoint.port, 0);
	ck_assert_str_eq(m.users.item[0].smtp_who.password->value, "s3cret");
	ck_assert_str_eq(m.users.item[0].mailto, "me@example.org");
	ck_assert_str_eq(m.users.item[0].mailfrom, "me@example.org");
	ck_assert_uint_eq(m.max_age_h, 24);
	ck_assert_str_eq(m.mailbox, "INBOX");
}
END_TEST

static const struct {
	const char *value;
	struct expiry_limit warning, critical;
} days[] = {
	{"30,7", {true, false, 30}, {true, false, 7}},
	{"30", {true, false, 30}, {0}},
	{"30,", {true, false, 30}, {0}},
	{",7", {0}, {true, false, 7}},
	{",", {0}, {0}},
	{"30%,10%", {true, true, 30}, {true, true, 10}},
	{"30%", {true, true, 30}, {0}},
	{",10%", {0}, {true, true, 10}},
	{"10%,30", {true, true, 10}, {true, false, 30}},
	{"7,10%", {true, false, 7}, {true, true, 10}},
	{"100%,0%", {true, true, 100}, {true, true, 0}},
};

static void expect_limit(const struct expiry_limit *is, const struct expiry_limit *wanted)
{
	ck_assert_int_eq(is->is_given, wanted->is_given);
	ck_assert_int_eq(is->is_share, wanted->is_share);
	ck_assert_uint_eq(is->value, wanted->value);
}

START_TEST(test_settings__either_of_the_days_may_be_left_out)
{
	char *line = xasprintf(LEAST "-D %s", days[_i].value);

	finish_ok(line);
	expect_limit(&m.common.rules.cert_warning, &days[_i].warning);
	expect_limit(&m.common.rules.cert_critical, &days[_i].critical);
	free(line);
}
END_TEST

START_TEST(test_settings__completes_end_points)
{
	char *line = xasprintf("%s -k -U me@x -P pw", endpoints[_i].line);

	finish_ok(line);
	ck_assert_str_eq(m.common.endpoints[0].host, endpoints[_i].host);
	ck_assert_uint_eq(m.common.endpoints[0].port, endpoints[_i].port);
	ck_assert_int_eq(m.common.endpoints[0].mode, endpoints[_i].mode);
	free(line);
}
END_TEST

START_TEST(test_settings__tells_end_points_apart_by_port_and_type)
{
	finish_ok("-H a -H a:993 -H a:143:PLAIN -H b -k -U me@x -P pw");
	ck_assert_uint_eq(m.common.endpoint_count, 4);
	ck_assert_int_eq(m.common.endpoints[2].mode, TLS_MODE_PLAINTEXT);
	ck_assert_str_eq(m.common.endpoints[3].host, "b");
}
END_TEST

/* in a time that grows as their number does, not as its square */
START_TEST(test_settings__takes_as_many_end_points_as_an_ini_file_holds)
{
	enum { MANY = 90000 };
	FILE *f = fopen("t.ini", "w");
	char label[RESULT_PLACE_SIZE];

	ck_assert_ptr_nonnull(f);
	fputs("[check_x]\n", f);
	for (int i = 0; i < MANY; i++)
		fprintf(f, "H=n%x\n", i);
	fputs("H=n0:143:PLAIN\n", f);
	fclose(f);
	finish_ok("--extra-opts=@t.ini --light -k -U me -P pw");
	ck_assert_uint_eq(m.common.endpoint_count, MANY + 1);
	for (size_t i = 0; i < MANY + 1; i++)
		plugin_place(&m.common.endpoints[i], "", label);
	ck_assert_str_eq(label, "n0:143:plaintext");
	plugin_place(&m.common.endpoints[0], "", label);
	ck_assert_str_eq(label, "n0:143:tls");
	plugin_place(&m.common.endpoints[1], "", label);
	ck_assert_str_eq(label, "n1:143");
}
END_TEST

static const struct {
	const char *line;
	size_t anchors;
} trusts[] = {
	{"-H a --light", 1},
	{"-H a:143:PLAIN -H b --light", 1},
	{"-H a:143:PLAIN", 1}, /* the SMTP leg has STARTTLS */
	{"-H a:143:PLAIN --smtp=b:25:PLAIN", 0},
	{"-H a:143:PLAIN --light", 0},
	{"-H a:143:PLAIN --smtp=b:25 --light", 0},
	{"-H a -k", 0},
};

START_TEST(test_settings__loads_trust_only_where_tls_is_verified)
{
	char *line = xasprintf("%s -U me@x -P pw --ca-file ca.pem", trusts[_i].line);

	finish_ok(line);
	ck_assert_uint_eq(m.common.trust.count, trusts[_i].anchors);
	free(line);
}
END_TEST

static const struct {
	const char *line, *host;
	uint16_t port;
	enum tls_mode mode;
} smtps[] = {
	{"", "", 0, TLS_MODE_STARTTLS},
	{"-T plaintext", "", 0, TLS_MODE_STARTTLS}, /* secure unless told otherwise */
	{"-p 993", "", 0, TLS_MODE_STARTTLS},
	{"--smtp relay", "relay", 587, TLS_MODE_STARTTLS},
	{"--smtp relay -T ssl -p 993", "relay", 587, TLS_MODE_STARTTLS},
	{"--smtp relay:25", "relay", 25, TLS_MODE_STARTTLS},
	{"--smtp relay:465", "relay", 465, TLS_MODE_IMPLICIT},
	{"--smtp relay:465:", "relay", 465, TLS_MODE_IMPLICIT},
	{"--smtp relay:25:", "relay", 25, TLS_MODE_STARTTLS},
	{"--smtp relay::", "relay", 587, TLS_MODE_STARTTLS},
	{"--smtp relay:587:PLAIN", "relay", 587, TLS_MODE_PLAINTEXT},
	{"--smtp [::1]:2465:SSL", "::1", 2465, TLS_MODE_IMPLICIT},
};

START_TEST(test_settings__completes_the_smtp_end_point)
{
	char *line = xasprintf(LEAST "%s", smtps[_i].line);

	finish_ok(line);
	ck_assert_str_eq(m.users.item[0].smtp_endpoint.host, smtps[_i].host);
	ck_assert_uint_eq(m.users.item[0].smtp_endpoint.port, smtps[_i].port);
	ck_assert_int_eq(m.users.item[0].smtp_endpoint.mode, smtps[_i].mode);
	free(line);
}
END_TEST

static const struct {
	const char *line;
	const char *env, *smtp_env; /* NULL: not set */
	const char *password;
	const char *smtp_username, *smtp_password; /* NULL: none */
} passwords[] = {
	/* the mailbox's: -P, file, environment */
	{"-P a --password-file pw", "b", NULL, "a", "me@x", "a"},
	{"--password-file pw", "b", NULL, "from-file", "me@x", "from-file"},
	{"-v", "b c", NULL, "b c", "me@x", "b c"},
	{"--extra-opts=@t.ini --password-file pw", "b", NULL, "from ini", "me@x", "from ini"},
	{"--extra-opts=@t.ini -P a", NULL, NULL, "a", "me@x", "a"},
	/* SMTP's: file, environment, the mailbox's */
	{"-P a", NULL, "b", "a", "me@x", "b"},
	{"-P a --smtp-password-file smtp.pw", NULL, "b", "a", "me@x", "from-smtp-file"},
	{"-P a --smtp-username you", NULL, "b", "a", "you", "b"},
	{"-P a --smtp-username me@x", NULL, NULL, "a", "me@x", "a"},
	{"-P a --smtp-username=", NULL, "b", "a", NULL, NULL},
	{"-P a --light --smtp-username you", NULL, NULL, "a", NULL, NULL},
};

START_TEST(test_settings__finds_passwords_in_order)
{
	char *line = xasprintf("-H a -k -U me@x %s", passwords[_i].line);

	write_file("t.ini", "[check_x]\npassword = from ini\n");
	if (passwords[_i].env)
		setenv("MAILFLOW_PASSWORD", passwords[_i].env, 1);
	if (passwords[_i].smtp_env)
		setenv("MAILFLOW_SMTP_PASSWORD", passwords[_i].smtp_env, 1);
	finish_ok(line);
	ck_assert_str_eq(m.common.password.value, passwords[_i].password);
	ck_assert_pstr_eq(m.users.item[0].smtp_who.username, passwords[_i].smtp_username);
	const struct secret *smtp = m.users.item[0].smtp_who.password;
	ck_assert_pstr_eq(smtp ? smtp->value : NULL, passwords[_i].smtp_password);
	free(line);
}
END_TEST

START_TEST(test_settings__leaves_no_password_in_the_environment)
{
	setenv("MAILFLOW_PASSWORD", "s3cret", 1);
	const char *where = getenv("MAILFLOW_PASSWORD");
	finish_ok("-H a -k -U me@x");
	ck_assert_str_eq(m.common.password.value, "s3cret");
	ck_assert_ptr_null(getenv("MAILFLOW_PASSWORD"));
	ck_assert_int_eq(memcmp(where, "\0\0\0\0\0\0", 6), 0);
}
END_TEST

START_TEST(test_settings__says_how_to_give_a_password)
{
	int status;
	pid_t pid = fork();

	if (!pid) {
		setsid(); /* no terminal to ask on */
		_exit(finish("-H a -k -U me@x") == -1 && err.kind == ERR_USAGE &&
				      strstr(err.text, "no password given") &&
				      strstr(err.hint, "--password-file")
			      ? 0
			      : 1);
	}
	ck_assert_int_eq(waitpid(pid, &status, 0), pid);
	ck_assert(WIFEXITED(status));
	ck_assert_int_eq(WEXITSTATUS(status), 0);
}
END_TEST

START_TEST(test_settings__light_needs_no_addresses)
{
	finish_ok("-H a -k -U me -P pw --light");
	ck_assert(m.light);
	ck_assert_ptr_null(m.users.item[0].smtp_who.username);
}
END_TEST

static const struct {
	const char *value;
	bool given;
	enum state state;
} states[] = {
	{"9:OK", true, STATE_OK},
	{"9:warning", true, STATE_WARNING},
	{"9:Critical", true, STATE_CRITICAL},
	{"9:unknown", true, STATE_UNKNOWN},
	{"9:1", true, STATE_WARNING},
	{"9", false, STATE_OK},
	{"9:", false, STATE_OK},
	{"8:warning -t 9", false, STATE_OK}, /* the last value wins, and has none */
};

START_TEST(test_settings__timeout_has_a_state)
{
	char *line = xasprintf(LEAST "-t %s", states[_i].value);

	finish_ok(line);
	ck_assert_uint_eq(m.common.limit.us, 9 * US_PER_S);
	ck_assert(m.common.rules.has_timeout_state == states[_i].given);
	if (states[_i].given)
		ck_assert_int_eq(m.common.rules.timeout_state, states[_i].state);
	free(line);
}
END_TEST

START_TEST(test_settings__without_a_ca_file_the_systems_is_used)
{
	struct err missing = {0};
	struct trust trust = {0};
	int rc = trust_load(&trust, trust_default_path(), NULL, &missing);

	ck_assert_int_eq(finish("-H a -U me@x -P pw"), rc);
	ck_assert_str_eq(err.text, missing.text);
	ck_assert_uint_eq(m.common.trust.count, trust.count);
	trust_free(&trust);
}
END_TEST

UNIT_MAIN_FIXTURE("settings", setup, teardown, ONCE(test_settings__defaults),
		  ONCE(test_settings__takes_every_shared_option),
		  ROWS(test_settings__says_what_is_wrong, bad),
		  ROWS(test_settings__thresholds_know_the_steps_of_their_protocol, thresholds),
		  ROWS(test_settings__steps_that_the_test_never_comes_to, never),
		  ONCE(test_settings__empty_values_count_as_not_given),
		  ROWS(test_settings__either_of_the_days_may_be_left_out, days),
		  ROWS(test_settings__completes_end_points, endpoints),
		  ONCE(test_settings__tells_end_points_apart_by_port_and_type),
		  ONCE(test_settings__takes_as_many_end_points_as_an_ini_file_holds),
		  ROWS(test_settings__loads_trust_only_where_tls_is_verified, trusts),
		  ROWS(test_settings__completes_the_smtp_end_point, smtps),
		  ROWS(test_settings__finds_passwords_in_order, passwords),
		  ONCE(test_settings__leaves_no_password_in_the_environment),
		  ONCE(test_settings__says_how_to_give_a_password),
		  ONCE(test_settings__light_needs_no_addresses),
		  ROWS(test_settings__timeout_has_a_state, states),
		  ONCE(test_settings__without_a_ca_file_the_systems_is_used))
