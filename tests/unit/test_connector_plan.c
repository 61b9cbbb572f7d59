/* test_connector_plan.c - from options and a file of connectors to targets: one for each address,
 * and what holds for it */
#include <netdb.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "run/connector_plan.h"

#include "unit.h"

static char dir[40];
static struct connector_settings c;
static struct plan plan;
static struct err err;

static void setup(void)
{
	snprintf(dir, sizeof(dir), "/tmp/mailflow-plan-XXXXXX");
	ck_assert_ptr_nonnull(mkdtemp(dir));
	ck_assert_int_eq(chdir(dir), 0);
	unsetenv("MAILFLOW_PASSWORD");
	connector_settings_init(&c);
	c.common.trust_any = true;
	plan = (struct plan){0};
	err = (struct err){0};
}

static void teardown(void)
{
	plan_free(&plan);
	connector_settings_free(&c);
	remove("c.ini");
	remove("pw");
	ck_assert_int_eq(chdir("/"), 0);
	ck_assert_int_eq(rmdir(dir), 0);
}

static void write_file(const char *name, const char *text)
{
	FILE *f = fopen(name, "w");

	ck_assert_ptr_nonnull(f);
	fputs(text, f);
	fclose(f);
}

static int finish(const char *connectors)
{
	if (connectors) {
		write_file("c.ini", connectors);
		c.connectors_file = "c.ini";
	}
	return connector_settings_finish(&c, &err);
}

static void add_hostname(const char *text)
{
	struct string_list *l = &c.common.hostnames;

	l->item = realloc(l->item, (l->count + 1) * sizeof(*l->item));
	l->item[l->count++] = text;
}

static void make(const char *connectors)
{
	const struct lookup_limit limit = {0, clock_us() + 5 * US_PER_S, ERR_LOCAL};

	ck_assert_msg(!finish(connectors), "%s", err.text);
	ck_assert_msg(!plan_make(&plan, &c, &limit, &err), "%s", err.text);
	ck_assert(!plan.stuck);
}

/* `LABEL BINDING HOST TYPE THROUGH` of each target, a line each; what is not tested says why
 * instead */
static void describe(struct buf *b)
{
	struct plan_room room;

	for (size_t i = 0; i < plan.count; i++) {
		const struct target *t = &plan.target[i];
		const struct result *r = &plan.result[i];
		buf_printf(b, "%s, %s: ", r->label, r->binding);
		if (r->skipped)
			buf_printf(b, "skipped, %s\n", r->done);
		else if (r->err.kind)
			buf_printf(b, "%s, %s\n", r->err.step, r->err.text);
		else
			buf_printf(b, "%s %s %s\n", t->endpoint.host,
				   tls_mode_name(t->endpoint.mode),
				   smtp_through_name(plan_reach(&plan, t, &room).through));
	}
}

static const struct {
	const char *connectors, *expected;
} files[] = {
	{"[a]\nbindings = 127.0.0.1:25, [::1]:465\n",
	 "a 127.0.0.1:25, 127.0.0.1:25: 127.0.0.1 tls tls\na [::1]:465, [::1]:465: ::1 ssl tls\n"},
	{"[a]\nserver = 127.0.0.1\n", "a 127.0.0.1:25, 0.0.0.0:25: 127.0.0.1 tls tls\na [::]:25, "
				      "[::]:25: skipped, 127.0.0.1 has no IPv6 address\n"},
	{"[a]\nserver = ::1\nconnection-type = ssl\n",
	 "a 0.0.0.0:465, 0.0.0.0:465: skipped, ::1 has no IPv4 address\na [::1]:465, [::]:465: ::1 "
	 "ssl tls\n"},
	{"[a]\nserver = 127.0.0.1\nprotocol = lmtp\nbindings=0.0.0.0:24\n",
	 "a 127.0.0.1:24, 0.0.0.0:24: 127.0.0.1 tls tls\n"},
	/* one target for an address */
	{"[a]\nserver = 127.0.0.1\nbindings = 0.0.0.0:25 127.0.0.1:25 0.0.0.0:587\n",
	 "a 127.0.0.1:25, 0.0.0.0:25: 127.0.0.1 tls tls\na 127.0.0.1:587, 0.0.0.0:587: 127.0.0.1 "
	 "tls tls\n"},
	/* nothing at all to be tested is an error */
	{"[a]\nserver = 127.0.0.1\nbindings = [::]:25\n",
	 "a [::]:25, [::]:25: smtp_resolve, host name 127.0.0.1 has no IPv6 address\n"},
	{"[a]\nbindings = 127.0.0.1:25\nenabled=no\n[b]\nserver = nobody.asks\nenabled = no\n",
	 "a 127.0.0.1:25, 127.0.0.1:25: skipped, disabled\nb 0.0.0.0:25, 0.0.0.0:25: skipped, "
	 "disabled\n"
	 "b [::]:25, [::]:25: skipped, disabled\n"},
	/* whose name TLS verifies */
	{"[a]\nserver = mx.example.org\nbindings = 127.0.0.1:25\nfqdn = other.example.org\n",
	 "a 127.0.0.1:25, 127.0.0.1:25: mx.example.org tls tls\n"},
	{"[a]\nbindings = 127.0.0.1:25\nfqdn = other.example.org\n",
	 "a 127.0.0.1:25, 127.0.0.1:25: other.example.org tls tls\n"},
	/* how far */
	{"[a]\nbindings = 127.0.0.1:25\nconnection-type=none\n",
	 "a 127.0.0.1:25, 127.0.0.1:25: 127.0.0.1 plaintext ehlo\n"},
	{"[a]\nbindings = 127.0.0.1:25\nthrough=banner\n",
	 "a 127.0.0.1:25, 127.0.0.1:25: 127.0.0.1 tls banner\n"},
	{"[a]\nbindings = 127.0.0.1:25\nusername=me\npassword-file=c.ini\n",
	 "a 127.0.0.1:25, 127.0.0.1:25: 127.0.0.1 tls auth\n"},
};

START_TEST(test_plan_make__files)
{
	struct buf b = BUF_INIT(10000);

	make(files[_i].connectors);
	describe(&b);
	ck_assert_str_eq(buf_str(&b), files[_i].expected);
	buf_free(&b);
}
END_TEST

START_TEST(test_plan_make__one_family_only)
{
	struct buf b = BUF_INIT(10000);

	c.common.family = AF_INET;
	make("[a]\nserver = 127.0.0.1\nbindings = 0.0.0.0:25 [::]:25 [::1]:25\n");
	describe(&b);
	ck_assert_str_eq(buf_str(&b), "a 127.0.0.1:25, 0.0.0.0:25: 127.0.0.1 tls tls\n"
				      "a [::]:25, [::]:25: skipped, not IPv4 (-4)\n"
				      "a [::1]:25, [::1]:25: skipped, not IPv4 (-4)\n");
	buf_free(&b);
}
END_TEST

START_TEST(test_plan_make__end_points_beside_connectors)
{
	struct buf b = BUF_INIT(10000);

	add_hostname("mx.example.org");
	add_hostname("mx.example.org:25:PLAIN");
	add_hostname("127.0.0.1:465");
	make("[a]\nbindings = 127.0.0.1:25\n");
	describe(&b);
	ck_assert_str_eq(buf_str(&b),
			 "mx.example.org:25:tls, : mx.example.org tls tls\n"
			 "mx.example.org:25:plaintext, : mx.example.org plaintext ehlo\n"
			 "127.0.0.1:465, : 127.0.0.1 ssl tls\n"
			 "a 127.0.0.1:25, 127.0.0.1:25: 127.0.0.1 tls tls\n");
	ck_assert_str_eq(plan.result[0].connector, "");
	ck_assert_str_eq(plan.result[0].server, "mx.example.org");
	ck_assert(!plan.target[0].has_address && plan.target[3].has_address);
	buf_free(&b);
}
END_TEST

START_TEST(test_plan_make__lookup_that_fails_costs_its_own_targets)
{
	struct buf b = BUF_INIT(10000);

	make("[a]\nserver = nowhere.example\nbindings = 0.0.0.0:25, 127.0.0.1:26\n"
	     "[b]\nserver = silent.example\nbindings = [::]:25\n"
	     "[c]\nserver = FOUR.example\n");
	describe(&b);
	ck_assert_str_eq(
		buf_str(&b),
		"a 0.0.0.0:25, 0.0.0.0:25: smtp_resolve, host name nowhere.example does not exist\n"
		"a 127.0.0.1:26, 127.0.0.1:26: nowhere.example tls tls\n"
		"b [::]:25, [::]:25: smtp_resolve, resolver does not answer for host name "
		"silent.example\n"
		"c 127.0.0.4:25, 0.0.0.0:25: FOUR.example tls tls\n"
		"c [::]:25, [::]:25: skipped, FOUR.example has no IPv6 address\n");
	ck_assert_int_eq(plan.result[0].err.kind, ERR_NAME);
	ck_assert_int_eq(plan.result[2].err.kind, ERR_LOCAL);
	buf_free(&b);
}
END_TEST

START_TEST(test_plan_make__each_address_of_a_server_is_a_target)
{
	struct buf b = BUF_INIT(10000);

	make("[a]\nserver = several.example\nbindings = 0.0.0.0:25 [::]:465\n");
	describe(&b);
	ck_assert_str_eq(buf_str(&b), "a 127.0.0.1:25, 0.0.0.0:25: several.example tls tls\n"
				      "a 127.0.0.2:25, 0.0.0.0:25: several.example tls tls\n"
				      "a [::1]:465, [::]:465: several.example ssl tls\n");
	buf_free(&b);
}
END_TEST

static const struct {
	int family;
	const char *expected;
} all_addresses[] = {
	{AF_UNSPEC, "several.example 127.0.0.1:25, : several.example tls tls\n"
		    "several.example 127.0.0.2:25, : several.example tls tls\n"
		    "several.example [::1]:25, : several.example tls tls\n"},
	{AF_INET, "several.example 127.0.0.1:25, : several.example tls tls\n"
		  "several.example 127.0.0.2:25, : several.example tls tls\n"},
	{AF_INET6, "several.example [::1]:25, : several.example tls tls\n"},
};

START_TEST(test_plan_make__all_addresses)
{
	struct buf b = BUF_INIT(10000);

	c.common.all_addresses = true;
	c.common.family = all_addresses[_i].family;
	add_hostname("several.example");
	make(NULL);
	describe(&b);
	ck_assert_str_eq(buf_str(&b), all_addresses[_i].expected);
	buf_free(&b);
}
END_TEST

START_TEST(test_plan_make__all_addresses_of_two_types_have_labels_of_their_own)
{
	struct buf b = BUF_INIT(10000);

	c.common.all_addresses = true;
	add_hostname("four.example:25:TLS");
	add_hostname("four.example:25:PLAIN");
	make(NULL);
	describe(&b);
	ck_assert_str_eq(buf_str(&b),
			 "four.example 127.0.0.4:25:tls, : four.example tls tls\n"
			 "four.example 127.0.0.4:25:plaintext, : four.example plaintext ehlo\n");
	buf_free(&b);
}
END_TEST

static const enum err_kind late_kinds[] = {ERR_LOCAL, ERR_UNTESTED};

START_TEST(test_plan_make__a_resolver_that_hangs_costs_its_own_targets)
{
	int64_t begun = clock_us();
	const struct lookup_limit limit = {begun, begun + US_PER_S / 2, late_kinds[_i]};

	ck_assert_int_eq(finish("[a]\nserver = hung.example\nbindings = 0.0.0.0:25\n"
				"[b]\nserver = four.example\nbindings = 0.0.0.0:25\n"),
			 0);
	ck_assert_int_eq(plan_make(&plan, &c, &limit, &err), 0);
	ck_assert_int_lt(clock_us() - begun, 600 * US_PER_S);
	ck_assert(plan.stuck);
	unit_descriptors += 2; /* of the pool, which a stuck worker keeps */
	ck_assert_uint_eq(plan.count, 2);
	ck_assert_int_eq(plan.result[0].err.kind, late_kinds[_i]);
	ck_assert_str_eq(plan.result[0].err.text,
			 "resolver does not answer for host name hung.example");
	ck_assert_int_eq(plan.result[1].err.kind, ERR_NONE);
}
END_TEST

START_TEST(test_plan_make__what_if_tests_nothing)
{
	struct buf b = BUF_INIT(10000);

	c.common.what_if = true;
	make("[a]\nbindings = 127.0.0.1:25\n[b]\nbindings = 127.0.0.1:25\nenabled = no\n");
	describe(&b);
	ck_assert_str_eq(buf_str(&b),
			 "a 127.0.0.1:25, 127.0.0.1:25: skipped, would test through tls (tls)\n"
			 "b 127.0.0.1:25, 127.0.0.1:25: skipped, disabled\n");
	buf_free(&b);
}
END_TEST

START_TEST(test_plan_probe__keys_count_before_options)
{
	struct plan_room room;

	c.fqdn = "option.example.org";
	c.common.username = "option";
	c.common.certificate_name = "option.example.org";
	write_file("pw", "of the file\n");
	ck_assert_int_eq(ehlo_rules_add(&c.rules, "OPTION", false, &err), 0);
	ck_assert_int_eq(secret_set(&c.common.password, "of the option", &err), 0);
	make("[a]\nbindings = 127.0.0.1:25\nfqdn = key.example.org\nusername = key\npassword-file "
	     "= pw\n"
	     "certificate-name = cert.example.org\nrequire = KEY\n"
	     "[b]\nbindings = 127.0.0.1:25\n"
	     "[c]\nbindings = 127.0.0.1:25\nauth = none\n");
	struct smtp_reach a = plan_reach(&plan, &plan.target[0], &room);
	ck_assert_str_eq(room.tls.certificate_name, "cert.example.org");
	ck_assert_str_eq(a.fqdn, "key.example.org");
	ck_assert_str_eq(a.account.who.username, "key");
	ck_assert_str_eq(a.account.who.password->value, "of the file");
	ck_assert_str_eq(a.rules->item[0].text, "KEY");
	struct smtp_reach b = plan_reach(&plan, &plan.target[1], &room);
	ck_assert_str_eq(room.tls.certificate_name, "option.example.org");
	ck_assert_str_eq(b.fqdn, "option.example.org");
	ck_assert_str_eq(b.account.who.username, "option");
	ck_assert_str_eq(b.account.who.password->value, "of the option");
	ck_assert_str_eq(b.rules->item[0].text, "OPTION");
	struct smtp_reach n = plan_reach(&plan, &plan.target[2], &room);
	ck_assert_ptr_null(n.account.who.username);
	ck_assert_int_eq(n.through, SMTP_THROUGH_TLS);
}
END_TEST

START_TEST(test_plan_probe__through_follows_what_is_given)
{
	struct plan_room room;

	c.mailfrom = "";
	make("[a]\nbindings = 127.0.0.1:25\n");
	ck_assert_int_eq(plan_reach(&plan, &plan.target[0], &room).through, SMTP_THROUGH_MAIL);
	c.rcptto = "a@example.org";
	ck_assert_int_eq(plan_reach(&plan, &plan.target[0], &room).through, SMTP_THROUGH_RCPT);
	c.through = SMTP_THROUGH_EHLO;
	ck_assert_int_eq(plan_reach(&plan, &plan.target[0], &room).through, SMTP_THROUGH_EHLO);
}
END_TEST

static const struct {
	const char *connectors;
	const char *mailfrom, *rcptto, *username, *password_file, *expected;
	enum smtp_through through;
	bool expect_reject;
} refusals[] = {
	{"[a]\nserver=a\n", .mailfrom = "x",
	 .expected = "--mailfrom: \"x\" is not an address (local@domain)"},
	{"[l]\nserver=l\nprotocol=lmtp\n[a]\nserver=a\n", .rcptto = "x",
	 .expected = "c.ini line 4: --rcptto: \"x\" is not an address (local@domain)"},
	{"[l]\nserver=l\nprotocol=lmtp\n", .rcptto = "x y",
	 .expected = "--rcptto: \"x y\" is not an address (local@domain)"},
	{"[a]\nserver=a\n", .rcptto = "",
	 .expected = "--rcptto: \"\" is not an address (local@domain)"},
	{"[a]\nserver=a\n", .expect_reject = true,
	 .expected = "--expect-reject needs the recipient that is to be rejected: --rcptto"},
	{"[a]\nserver=a\n", .rcptto = "x@y", .through = SMTP_THROUGH_TLS,
	 .expected = "--rcptto needs --through=rcpt, not tls"},
	{"[a]\nserver=a\n", .mailfrom = "x@y", .through = SMTP_THROUGH_EHLO,
	 .expected = "--mailfrom needs --through=mail or rcpt, not ehlo"},
	{"[a]\nserver=a\n", .username = "me", .through = SMTP_THROUGH_EHLO,
	 .expected = "--username needs --through=auth, mail or rcpt, not ehlo"},
	{"\n[a]\nserver=a\nthrough=rcpt\n",
	 .expected = "c.ini line 2: [a] cannot be tested through rcpt without a recipient: "
		     "--rcptto=ADDRESS"},
	{"[a]\nserver=a\n", .through = SMTP_THROUGH_AUTH,
	 .expected = "c.ini line 1: [a] cannot be tested through auth without a user name"},
	{"[a]\nserver=a\nconnection-type=plaintext\n", .through = SMTP_THROUGH_TLS,
	 .expected = "c.ini line 1: [a] cannot be tested through tls: its connection type is "
		     "plaintext"},
	{"[a]\nserver=a\nrequire=SIZE\n", .through = SMTP_THROUGH_BANNER,
	 .expected = "c.ini line 1: [a]: EHLO keywords cannot be tested through banner"},
	{"[a]\nserver=a\nusername=b\npassword-file=nowhere\n",
	 .expected =
		 "c.ini line 1: [a] password-file: cannot open password file nowhere: No such file "
		 "or directory"},
};

START_TEST(test_connector_settings_finish__refuses)
{
	c.mailfrom = refusals[_i].mailfrom;
	c.rcptto = refusals[_i].rcptto;
	c.common.username = refusals[_i].username;
	c.through = refusals[_i].through;
	c.expect_reject = refusals[_i].expect_reject;
	ck_assert_int_eq(finish(refusals[_i].connectors), -1);
	ck_assert_int_eq(err.kind, ERR_USAGE);
	ck_assert_str_eq(err.text, refusals[_i].expected);
}
END_TEST

START_TEST(test_connector_settings_finish__standard_input_is_read_once)
{
	c.connectors_file = "-";
	c.common.password_file = "-";
	ck_assert_int_eq(connector_settings_finish(&c, &err), -1);
	ck_assert_str_eq(err.text,
			 "--connectors and --password-file cannot both read standard input");
}
END_TEST

START_TEST(test_connector_settings_finish__a_disabled_connector_asks_for_nothing)
{
	ck_assert_msg(!finish("[a]\nserver=a\nenabled=no\nthrough=rcpt\nusername=b\npassword-file="
			      "nowhere\n"),
		      "%s", err.text);
}
END_TEST

UNIT_MAIN_FIXTURE("connector_plan", setup, teardown, ROWS(test_plan_make__files, files),
		  ONCE(test_plan_make__one_family_only),
		  ONCE(test_plan_make__end_points_beside_connectors),
		  ONCE(test_plan_make__lookup_that_fails_costs_its_own_targets),
		  ONCE(test_plan_make__each_address_of_a_server_is_a_target),
		  ROWS(test_plan_make__all_addresses, all_addresses),
		  ONCE(test_plan_make__all_addresses_of_two_types_have_labels_of_their_own),
		  ROWS(test_plan_make__a_resolver_that_hangs_costs_its_own_targets, late_kinds),
		  ONCE(test_plan_make__what_if_tests_nothing),
		  ONCE(test_plan_probe__keys_count_before_options),
		  ONCE(test_plan_probe__through_follows_what_is_given),
		  ROWS(test_connector_settings_finish__refuses, refusals),
		  ONCE(test_connector_settings_finish__standard_input_is_read_once),
		  ONCE(test_connector_settings_finish__a_disabled_connector_asks_for_nothing))
