/* mailflow_discover.c - finds servers, listeners and mailboxes where they are kept, and prints
 * files that the plugins read. Here are its sources with their options, and the run. */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/interrupt.h"
#include "base/pool.h"
#include "base/secret.h"
#include "base/text.h"
#include "config/shared_options.h"
#include "discover/answer_found.h"
#include "discover/published.h"
#include "discover/sources.h"
#include "run/plugin.h"
#include "run/verb.h"

/* ---- sources ---- */

struct source {
	const char *name;
	const char *operand; /* what stands behind the name; NULL: nothing */
	int (*check)(struct discover_settings *s, struct err *err);
	source_fn *look;
	const struct option_def *const *options;
	bool waits; /* for others, who knows how long: in a worker */
	/* what becomes of what was found */
	int (*answer)(const struct plugin *p, const struct discover_settings *s, const char *source,
		      const struct found *found);
	/* what --what-if does instead, where there is that option; or NULL */
	int (*plan)(const struct plugin *p, const struct discover_settings *s);
};

/* What --help without a source shows. */
static const struct option_def *const all_options[] = {
	discover_directory_options, discover_trust_options,   discover_dns_options,
	shared_family_options,      shared_password_options,  discover_exchange_options,
	discover_site_options,      discover_mailbox_options, discover_filter_options,
	discover_local_options,     discover_output_options,  discover_limit_options,
	shared_other_options,       options_ending,           NULL,
};

static const struct option_def *const ldap_options[] = {
	discover_directory_options,
	discover_trust_options,
	discover_dns_options,
	shared_family_options,
	shared_password_options,
	discover_exchange_options,
	discover_site_options,
	discover_mailbox_options,
	discover_filter_options,
	discover_output_options,
	discover_limit_options,
	shared_other_options,
	options_ending,
	NULL,
};

/* The site is what the reports name, too. */
static const struct option_def *const settings_options[] = {
	discover_directory_options,
	discover_trust_options,
	discover_dns_options,
	shared_family_options,
	shared_password_options,
	discover_exchange_options,
	shared_output_options,
	discover_limit_options,
	shared_other_options,
	options_ending,
	NULL,
};

static const struct option_def *const dns_options[] = {
	discover_dns_options,
	shared_family_options,
	discover_output_options,
	discover_limit_options,
	shared_other_options,
	options_ending,
	NULL,
};

static const struct option_def *const autoconfig_options[] = {
	discover_trust_options, discover_output_options, discover_limit_options,
	shared_other_options,   options_ending,          NULL,
};

static const struct option_def *const local_options[] = {
	discover_local_options,
	discover_mailbox_options,
	discover_output_options,
	discover_limit_options,
	shared_other_options,
	options_ending,
	NULL,
};

static const struct source sources[] = {
	{"ldap", NULL, discover_settings_directory, source_ldap, ldap_options, true, answer_found},
	{"mx", "DOMAIN", discover_settings_domain, source_mx, dns_options, true, answer_found},
	{"srv", "DOMAIN", discover_settings_domain, source_srv, dns_options, true, answer_found},
	{"autoconfig", "FILE|DOMAIN|URL", discover_settings_autoconfig, source_autoconfig,
	 autoconfig_options, false, answer_found},
	{"local", NULL, discover_settings_local, source_local, local_options, false, answer_found},
	{"postfix", NULL, discover_settings_local, source_postfix, local_options, false,
	 answer_found},
	{"exim", NULL, discover_settings_local, source_exim, local_options, false, answer_found},
	{"opensmtpd", NULL, discover_settings_local, source_opensmtpd, local_options, false,
	 answer_found},
	{"dovecot", NULL, discover_settings_local, source_dovecot, local_options, false,
	 answer_found},
	{"cyrus", NULL, discover_settings_local, source_cyrus, local_options, false, answer_found},
	{"settings", NULL, discover_settings_directory, source_ldap, settings_options, true,
	 answer_published, published_plan},
	{0},
};

static const char synopsis[] = "ldap --domain-controller=HOST [OPTION ...]\n"
			       "mx DOMAIN [OPTION ...]\n"
			       "srv DOMAIN [OPTION ...]\n"
			       "autoconfig FILE|DOMAIN|URL [OPTION ...]\n"
			       "local|postfix|exim|opensmtpd|dovecot|cyrus [OPTION ...]\n"
			       "settings --domain-controller=HOST [OPTION ...]";

static const char about[] =
	"Finds mail servers, their listeners and mailboxes where they are kept, and prints them as "
	"files that the plugins read: --connectors, --endpoints and --accounts. What is printed is "
	"sorted and has no time in it: a difference between two runs is a change.";

static const char epilogue[] =
	"Sources\n"
	"  ldap      a directory: the Exchange servers in Active Directory, their receive\n"
	"            connectors, IMAP4 and POP3 settings and mailboxes; or the mailboxes\n"
	"            of another directory (--mailbox-filter)\n"
	"  mx        the exchangers of a domain, with every address of each\n"
	"  srv       where a domain's users find their mail, and hand it in: its SRV\n"
	"            records (RFC 6186, RFC 8314)\n"
	"  autoconfig\n"
	"            what a domain publishes for Thunderbird and others, or such a file\n"
	"  postfix, exim, opensmtpd, dovecot, cyrus\n"
	"            the listeners of this host's own server, by its configuration\n"
	"  local     whichever of these are here\n"
	"  settings  is no source, but a check, with the formats (-o) of the plugins:\n"
	"            what Exchange publishes for IMAP4 and POP3 against what is there\n"
	"\n"
	"Examples\n"
	"  mailflow_discover ldap --domain-controller dc1.example.org \\\n"
	"      -U probe@example.org --password-file /etc/nagios/probe.pw \\\n"
	"      --output-file /etc/nagios/connectors.ini\n"
	"  mailflow_discover ldap --domain-controller dc1.example.org --auth gssapi \\\n"
	"      --identity MBX01 | check_smtp_connectors --connectors=-\n"
	"  mailflow_discover ldap --domain-controller ldap.example.org --print=accounts \\\n"
	"      --mailbox-filter '(objectClass=inetOrgPerson)'\n"
	"\n"
	"A line on standard error, or with --output-file on standard output, says what\n"
	"was odd (exit code 1: the rest is printed) or wrong (2, 3: nothing is printed).\n";

static struct plugin plugin = {
	.service = "DISCOVER",
	.protocol = "smtp",
	.options = all_options,
	.help = {"mailflow_discover", synopsis, about, epilogue, shared_help_notes},
	.prints_data = true,
};

/* ---- the run ---- */

struct run {
	const struct source *source;
	const struct discover_settings *settings;
	struct found found;
	struct timeline timeline;
	struct err err;
};

/* A resolver, or Kerberos, may wait as long as it likes: in a worker. */
static void look(void *ctx, size_t i)
{
	struct run *run = ctx;

	(void)i;
	if (run->source->look(run->settings, &run->found, &run->timeline, &run->err)) {
		if (run->err.kind != ERR_USAGE)
			timeline_fail(&run->timeline);
	} else {
		found_sort(&run->found);
	}
}

/* The worker has not come back: of what it does only the step is known. */
static int give_up(const struct run *run)
{
	const char *name = atomic_load(&run->timeline.running);
	const struct limit *limit = &run->settings->common.limit;
	struct err err = {0};

	if (interrupt_name())
		interrupt_set_err(&err, "", limit_begun_us(limit));
	else
		err_set(&err, ERR_RUN_TIMEOUT, "timed out after %g s (--timeout)", limit_s(limit));
	if (name)
		err_prefix(&err, "%s: ", name);
	_exit(plugin_error(&plugin, &err));
}

static int discover(const struct source *source, const struct discover_settings *s)
{
	const struct limit *limit = &s->common.limit;
	int64_t margin = limit->us / 10 < US_PER_S / 2 ? limit->us / 10 : US_PER_S / 2;
	struct run run = {.source = source, .settings = s};
	struct pool pool = {.count = 1,
			    .parallel = 1,
			    .deadline_us = limit->until_us,
			    .work = look,
			    .ctx = &run};
	bool finished = false;
	int code;

	timeline_begin(&run.timeline, &run.err, limit->us, limit->until_us - margin, 0);
	if (!source->waits)
		look(&run, 0);
	else if (pool_run(&pool, &finished))
		return give_up(&run);
	if (run.err.step[0])
		err_prefix(&run.err, "%s%s%s: ", run.err.where, run.err.where[0] ? " " : "",
			   run.err.step);
	code = run.err.kind ? plugin_error(&plugin, &run.err)
			    : source->answer(&plugin, s, source->name, &run.found);
	timeline_end(&run.timeline);
	found_free(&run.found);
	return code;
}

/* ---- all ---- */

static int run_source(const struct source *source, struct discover_settings *s, struct err *err)
{
	if (source->operand && (!s->operand || !*s->operand))
		err_set(err, ERR_USAGE, "%s needs a %s behind it", source->name, source->operand);
	else
		source->check(s, err);
	if (err->kind != ERR_NONE)
		return plugin_error(&plugin, err);
	secret_forget_environment();
	return s->common.what_if ? source->plan(&plugin, s) : discover(source, s);
}

static int refuse_missing(const struct verbs *verbs)
{
	struct err err = {0};

	verb_missing(verbs, &err);
	return plugin_error(&plugin, &err);
}

int main(int argc, char **argv)
{
	const char *names[sizeof(sources) / sizeof(sources[0])];
	const struct verbs verbs = {names, "is no source", "no source is named"};
	struct options given = {0};
	struct discover_settings s;
	struct err err = {0};
	int skipped = 0;

	for (size_t i = 0; i < sizeof(sources) / sizeof(sources[0]); i++)
		names[i] = sources[i].name;
	int named = verb_take(&verbs, argc, argv, &err);
	if (err.kind)
		return plugin_error(&plugin, &err);
	const struct source *source = named < 0 ? NULL : &sources[named];
	discover_settings_init(&s);
	if (source) {
		plugin.options = source->options;
		skipped = 1;
		if (source->operand && argc > 2 && argv[2][0] != '-') {
			s.operand = argv[2];
			skipped = 2;
		}
	}
	argv[skipped] = argv[0];
	int code = plugin_options(&plugin, argc - skipped, argv + skipped, &given, &s);
	if ((source && source->answer != answer_found) ||
	    (s.common.output_file && strcmp(s.common.output_file, "-") != 0))
		plugin.prints_data = false;
	if (code < 0)
		code = source ? run_source(source, &s, &err) : refuse_missing(&verbs);
	discover_settings_free(&s);
	options_free(&given);
	return code;
}
