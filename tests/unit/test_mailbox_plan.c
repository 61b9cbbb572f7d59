/* test_mailbox_plan.c - from options and accounts to targets: one for each end point, or with
 * --all-addresses for each address of its host */
#include "run/mailbox_plan.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/xalloc.h"
#include "config/shared_options.h"
#include "net/resolve.h"

#include "unit.h"

static const struct option_def *const tables[] = {shared_server_options,    shared_family_options,
						  shared_password_options,  shared_logon_options,
						  mailbox_accounts_options, mailbox_message_options,
						  shared_tls_options,       shared_time_options,
						  shared_output_options,    NULL};

static const struct mailbox_scenarios scenarios = MAILBOX_SCENARIOS("IMAP4");
static struct mailbox_settings m;
static struct mailbox_plan plan;
static struct options options;
static struct err err;
static char *words;

static void setup(void)
{
	unsetenv("MAILFLOW_PASSWORD");
	mailbox_settings_init(&m, "imap", &ports_imap);
}

static void teardown(void)
{
	if (!plan.stuck)
		mailbox_plan_free(&plan);
	mailbox_settings_free(&m);
	options_free(&options);
	free(words);
}

/* The plan of these options, behind what each of them needs. */
static void make(const char *line)
{
	char *argv[32], *rest;
	int argc = 0;

	rest = words = xasprintf("check_x -k -U a@b.example -P x --all-addresses %s", line);
	while ((argv[argc] = strsep(&rest, " ")) != NULL)
		argc++;
	ck_assert_msg(options_parse(&options, argc, argv, tables, "check_x", &m, &err) == 0 &&
			      mailbox_settings_finish(&m, &err) == 0 &&
			      mailbox_plan_make(&plan, &m, &scenarios, &err) == 0,
		      "%s", err.text);
}

static void expect(const char *expected)
{
	struct buf b = BUF_INIT(10000);

	for (size_t i = 0; i < plan.count; i++) {
		const struct sockaddr *at = (const struct sockaddr *)&plan.target[i].address;
		const struct result *r = &plan.result[i];
		char address[ADDRESS_TEXT_SIZE] = "any";

		if (at->sa_family != AF_UNSPEC)
			address_text(at, sizeof(plan.target[i].address), address);
		buf_printf(&b, "%s, %s%s%s\n", r->label, address, r->err.kind ? ", " : "",
			   r->err.text);
	}
	ck_assert_str_eq(buf_str(&b), expected);
	buf_free(&b);
}

static const struct {
	const char *line, *expected;
} plans[] = {
	{"-H several.example:143", "several.example 127.0.0.1:143, 127.0.0.1:143\n"
				   "several.example 127.0.0.2:143, 127.0.0.2:143\n"
				   "several.example [::1]:143, [::1]:143\n"},
	{"-H several.example:143 -6", "several.example [::1]:143, [::1]:143\n"},
	{"-H several.example -p 993 -4", "several.example 127.0.0.1:993, 127.0.0.1:993\n"
					 "several.example 127.0.0.2:993, 127.0.0.2:993\n"},
	{"-H [::1]:143 -H four.example",
	 "[::1]:143, [::1]:143\nfour.example 127.0.0.4:143, 127.0.0.4:143\n"},
	{"-H four.example:143:TLS -H four.example:143:PLAIN",
	 "four.example 127.0.0.4:143:tls, 127.0.0.4:143\n"
	 "four.example 127.0.0.4:143:plaintext, 127.0.0.4:143\n"},
	{"-H nowhere.example -H four.example:1",
	 "nowhere.example:143, any, host name nowhere.example does not exist\n"
	 "four.example 127.0.0.4:1, 127.0.0.4:1\n"},
	{"-H four.example:143 --back-end=several.example:1993 -4",
	 "four.example 127.0.0.4:143, 127.0.0.4:143\n"
	 "several.example 127.0.0.1:1993, 127.0.0.1:1993\n"
	 "several.example 127.0.0.2:1993, 127.0.0.2:1993\n"},
	/* what it would do is told without looking anything up */
	{"-H hung.example --what-if", "hung.example:143, any\n"},
};

START_TEST(test_mailbox_plan_make__all_addresses)
{
	make(plans[_i].line);
	expect(plans[_i].expected);
}
END_TEST

START_TEST(test_mailbox_plan_make__a_resolver_that_hangs_costs_its_own_targets)
{
	int64_t begun = clock_us();

	make("-H hung.example -H four.example --connection-timeout 1");
	ck_assert_int_lt(clock_us() - begun, 600 * US_PER_S);
	ck_assert(plan.stuck);
	unit_descriptors += 2; /* of the pool, which a stuck worker keeps */
	expect("hung.example:143, any, resolver does not answer for host name hung.example\n"
	       "four.example 127.0.0.4:143, 127.0.0.4:143\n");
	ck_assert_str_eq(plan.result[0].err.step, "imap_resolve");
}
END_TEST

UNIT_MAIN_FIXTURE("mailbox_plan", setup, teardown,
		  ROWS(test_mailbox_plan_make__all_addresses, plans),
		  ONCE(test_mailbox_plan_make__a_resolver_that_hangs_costs_its_own_targets))
