/* check_smtp_connectors.c - does every binding of every receive connector answer as it should: all
 * are tested at once. Here are its options and the test of one target; everything else is in the
 * library. */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "config/shared_options.h"
#include "run/connector_plan.h"
#include "run/plugin.h"

/* ---- options ---- */

static int set_through(void *settings, const struct option_def *def, const char *value,
		       struct err *err)
{
	struct connector_settings *c = settings;

	(void)def;
	return smtp_through_parse(value, &c->through, err);
}

static int set_require(void *settings, const struct option_def *def, const char *value,
		       struct err *err)
{
	struct connector_settings *c = settings;

	return ehlo_rules_add(&c->rules, value, !strcmp(def->name, "forbid"), err);
}

static void show_lmtp_port(const void *settings, struct buf *out)
{
	(void)settings;
	buf_printf(out, "%u", (unsigned int)ports_lmtp.plain);
}

static const struct option_def target_options[] = {
	{.name = "connectors",
	 .arg = "FILE",
	 .help = "test what FILE (- is standard input) lists: see \"File of connectors\" below, or "
		 "bare end points, one a line. Goes together with -H",
	 .kind = OPTION_STRING,
	 .offset = offsetof(struct connector_settings, connectors_file),
	 .engine = true},
	{.name = "lmtp",
	 .help = "speak LMTP (RFC 2033); then the default of --port is {}",
	 .kind = OPTION_FLAG,
	 .offset = offsetof(struct connector_settings, lmtp),
	 .show = show_lmtp_port,
	 .engine = true},
	{0},
};

static const struct option_def scope_options[] = {
	{.group = "What to test",
	 .name = "through",
	 .arg = "banner|ehlo|tls|auth|mail|rcpt",
	 .help = "how far to go, each with those before it. "
		 "No message is ever sent: mail and rcpt end with RSET. Default: rcpt with "
		 "--rcptto, mail with --mailfrom, auth with a user name, else tls, or ehlo where "
		 "the connection type is plaintext",
	 .kind = OPTION_CALL,
	 .call = set_through,
	 .engine = true},
	{.name = "mailfrom",
	 .arg = "ADDRESS",
	 .help = "sender for MAIL (default: the null sender, \"<>\")",
	 .kind = OPTION_ADDRESS,
	 .offset = offsetof(struct connector_settings, mailfrom),
	 .engine = true},
	{.name = "rcptto",
	 .arg = "ADDRESS",
	 .help = "recipient for RCPT. \"postmaster\" needs no domain, and neither does a user of "
		 "LMTP",
	 .kind = OPTION_ADDRESS,
	 .offset = offsetof(struct connector_settings, rcptto),
	 .engine = true},
	{.name = "expect-reject",
	 .help = "the recipient must be refused, for good (5xx): with an address elsewhere this is "
		 "the test for an open relay. Accepted is CRITICAL; so is a refusal of something "
		 "else, of the sender, of this client, or until there is a logon or TLS: it leaves "
		 "open what would have become of the recipient. Refused for now (4xx) is WARNING",
	 .kind = OPTION_FLAG,
	 .offset = offsetof(struct connector_settings, expect_reject),
	 .engine = true},
	{.name = "fqdn",
	 .arg = "NAME",
	 .help = "name that the server's greeting and its answer to EHLO must begin with",
	 .kind = OPTION_STRING,
	 .offset = offsetof(struct connector_settings, fqdn),
	 .engine = true},
	{.name = "require",
	 .arg = "KEYWORD[,...]",
	 .help = "EHLO keywords that must be offered, after TLS where there is TLS (STARTTLS and "
		 "X-ANONYMOUSTLS: before it); also with a parameter, AUTH=LOGIN, or a number, "
		 "SIZE>=10485760. May be given several times",
	 .kind = OPTION_CALL,
	 .call = set_require,
	 .repeatable = true,
	 .engine = true},
	{.name = "forbid",
	 .arg = "KEYWORD[,...]",
	 .help = "EHLO keywords that must not be offered, written as those of --require",
	 .kind = OPTION_CALL,
	 .call = set_require,
	 .repeatable = true,
	 .engine = true},
	{0},
};

static const struct option_def *const options[] = {
	shared_server_options,
	shared_family_options,
	target_options,
	scope_options,
	shared_password_options,
	shared_logon_options,
	shared_tls_options,
	shared_time_options,
	connector_parallel_option,
	shared_output_options,
	shared_other_options,
	options_ending,
	NULL,
};

static const char synopsis[] = "-H ENDPOINT [-H ENDPOINT ...] [OPTION ...]\n"
			       "--connectors=FILE [OPTION ...]";

static const char about[] =
	"Proves that every listener of SMTP or LMTP servers answers as it should: connects to "
	"each, reads its greeting, says EHLO, starts TLS and verifies it, and goes on as far as it "
	"is asked to. All are tested at once; every step is timed. No message is ever sent.";

static const char epilogue[] =
	"File of connectors\n"
	"  An ini file, one section a connector; each of its bindings is tested.\n"
	"    [Default Frontend MBX01]\n"
	"    server = mbx01.example.org         0.0.0.0 and [::] are all its addresses\n"
	"    bindings = 0.0.0.0:25, [::]:25     ADDRESS:PORT (default: these two)\n"
	"    connection-type = tls              plaintext, ssl or tls\n"
	"    protocol = smtp                    or lmtp\n"
	"    enabled = yes                      no: skipped\n"
	"    reason = out of service            and why\n"
	"    fqdn = mx.example.org              name in greeting and EHLO\n"
	"    certificate-name = mx.example.org  default: server, fqdn or the address\n"
	"    require = 8BITMIME, SIZE>=1000000  EHLO keywords\n"
	"    forbid = AUTH=LOGIN\n"
	"    auth = scram-sha-256, plain        mechanisms, or none\n"
	"    username = probe@example.org\n"
	"    password-file = /etc/nagios/pw     or oauth-token-file,\n"
	"                                       oauth-token-command, provider\n"
	"    through = tls\n"
	"  Keys may be written in any case. bindings, require and forbid may be given\n"
	"  again. What a connector does not say is taken from the section [defaults], in\n"
	"  which %u stands for the connector's name, else from the options. A user in\n"
	"  the file does not get the password of the options. A connector whose token\n"
	"  cannot be got has failed, and the others are tested.\n"
	"\n"
	"Status codes\n"
	"  Success            OK        all steps done\n"
	"  Unable to connect  CRITICAL  no such name; refused, silent or cut off before\n"
	"                               the greeting\n"
	"  Transient error    WARNING   the server refuses for now (4xx)\n"
	"  Permanent error    CRITICAL  it refuses (5xx), or breaks the protocol, TLS or\n"
	"                               what is required of it; or is silent or cut off\n"
	"                               later on\n"
	"  External error     UNKNOWN   the test could not be carried out: the resolver\n"
	"                               does not answer, there is no route, the time\n"
	"                               was over before it began\n"
	"\n"
	"Examples\n"
	"  check_smtp_connectors -H mx.example.org --all-addresses\n"
	"  check_smtp_connectors --connectors connectors.ini -D 30,7 -o table\n"
	"  check_smtp_connectors -H mx.example.org --rcptto someone@elsewhere.example \\\n"
	"      --expect-reject\n"
	"  check_smtp_connectors -H mail.example.org:587 -U probe@example.org \\\n"
	"      --password-file /etc/nagios/probe.pw --require 8BITMIME,SIZE\\>=10485760\n";

static const struct plugin plugin = {
	.service = "SMTP",
	.protocol = "smtp",
	.options = options,
	.help = {"check_smtp_connectors", synopsis, about, epilogue, shared_help_notes},
};

/* ---- one target ---- */

/* A server that got only what others had left of the time has not failed: it was not tested. */
static void excuse_late(const struct connector_settings *c, struct result *r, int64_t deadline_us)
{
	int64_t half = c->common.limit.us / 2;
	int64_t fair = (int64_t)c->common.connection_timeout_s * US_PER_S;
	int64_t had = deadline_us - r->timeline.begin_us;

	if (r->err.kind != ERR_RUN_TIMEOUT || had >= (fair < half ? fair : half))
		return;
	r->err.kind = ERR_UNTESTED;
	snprintf(r->err.hint, sizeof(r->err.hint),
		 "begun only %.3g s before the end of --timeout: see --parallel",
		 (double)had / (double)US_PER_S);
}

static void note_done(const struct smtp *s, const struct smtp_reach *p, struct result *r)
{
	struct buf words = BUF_INIT(2 * SMTP_REPLY_MAX);
	bool rejected = p->expect_reject && p->through >= SMTP_THROUGH_RCPT;

	snprintf(r->done, sizeof(r->done), "%s", smtp_reach_done(p));
	if (rejected) {
		smtp_reply_join(&s->reply, &words);
		snprintf(r->done, sizeof(r->done), "%s: \"%.240s\"", smtp_reach_done(p),
			 buf_str(&words));
	}
	buf_free(&words);
}

static void test(const void *settings, size_t i, struct result *r, int64_t deadline_us)
{
	const struct plan *plan = settings;
	const struct target *t = &plan->target[i];
	struct plan_room room;
	struct smtp_reach reach = plan_reach(plan, t, &room);
	struct smtp s;

	reach.details = &r->details;
	plugin_begin(&plan->settings->common, &reach.account.who, r, deadline_us);
	timeline_leg(&r->timeline, "smtp_", 0);
	s = SMTP_INIT(&r->timeline, &r->err, r->transcript.max ? &r->transcript : NULL);
	s.conn.seen = r->seen;
	s.lmtp = connector_is_lmtp(plan->settings, t->connector);
	if (smtp_reach(&s, &reach)) {
		timeline_fail(&r->timeline);
		excuse_late(plan->settings, r, deadline_us);
	} else {
		note_done(&s, &reach, r);
	}
	plugin_note_conn(r, &s.conn);
	result_note_logon(r, &s.logon, "");
	timeline_cleanup(&r->timeline, 0);
	smtp_reach_leave(&s, &reach);
	smtp_free(&s);
	timeline_end(&r->timeline);
}

/* ---- all ---- */

static int run(const struct connector_settings *c)
{
	const struct lookup_limit limit = lookup_limit(&c->common);
	struct plan plan;
	struct err err = {0};
	int code;

	if (plan_make(&plan, c, &limit, &err) == 0 && !c->common.what_if &&
	    !plugin_has_work(plan.result, plan.count))
		err_set(&err, ERR_USAGE, "nothing was tested: every connector in %s is skipped",
			c->connectors_file);
	if (err.kind)
		code = plugin_refuse(&plugin, &c->common, &err);
	else
		code = plugin_run(&plugin, &c->common, plan.result, plan.count, NULL, test, &plan);
	if (plan.stuck)
		_exit(code);
	plan_free(&plan);
	return code;
}

int main(int argc, char **argv)
{
	struct options given = {0};
	struct connector_settings c;
	struct err err = {0};

	connector_settings_init(&c);
	int code = plugin_options(&plugin, argc, argv, &given, &c);
	if (code < 0) {
		if (connector_settings_finish(&c, &err))
			code = plugin_refuse(&plugin, &c.common, &err);
		else
			code = run(&c);
	}
	connector_settings_free(&c);
	options_free(&given);
	return code;
}
