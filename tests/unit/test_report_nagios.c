/* test_report_nagios.c - the status line, its performance data and the long lines, byte for byte */
#include "report/report.h"

#include "base/steps.h"
#include "results.h"
#include "unit.h"

enum { OUTPUT_MAX = 4000, TEXT_MAX = 249 };

static struct verdict_rules rules;
static struct buf out;

static void setup(void)
{
	rules = no_thresholds("imap");
	out = BUF_INIT(16 * 1024 * 1024);
}

static void teardown(void)
{
	buf_free(&out);
}

/* -w 5 -c 10 -D 30,7 */
static void usual_rules(void)
{
	struct err err = {0};

	ck_assert_int_eq(thresholds_parse(&rules.warning, "5", LEG_IMAP, &err), 0);
	ck_assert_int_eq(thresholds_parse(&rules.critical, "10", LEG_IMAP, &err), 0);
	rules.cert_warning = (struct expiry_limit){.is_given = true, .value = 30};
	rules.cert_critical = (struct expiry_limit){.is_given = true, .value = 7};
}

static const char *output_to(bool terminal, struct result *results, size_t count, int verbosity)
{
	const struct report report = {.service = "IMAP",
				      .protocol = "imap",
				      .rules = &rules,
				      .verbosity = verbosity,
				      .site = "probe",
				      .width = 80,
				      .terminal = terminal};

	return result_report(report_nagios, report, results, count, &out);
}

static const char *output(struct result *results, size_t count, int verbosity)
{
	return output_to(false, results, count, verbosity);
}

static void ck_assert_starts(const char *text, const char *start)
{
	ck_assert_msg(strncmp(text, start, strlen(start)) == 0, "%s", text);
}

/* What engines need of any output, whatever is in it. */
static void check_form(const char *text)
{
	const char *lf = strchr(text, '\n');
	const char *bar = strchr(text, '|');

	ck_assert_msg(strlen(text) <= OUTPUT_MAX, "%zu bytes", strlen(text));
	ck_assert_ptr_nonnull(lf);
	ck_assert_int_eq(text[strlen(text) - 1], '\n');
	if (bar) {
		ck_assert_msg(bar < lf && !strchr(bar + 1, '|'), "%s", text);
		ck_assert(bar[-1] == ' ' && bar[1] == ' ');
	}
	const char *end = bar ? bar - 1 : lf;
	ck_assert_msg(end - text <= TEXT_MAX, "%.*s", (int)(end - text), text);
	ck_assert_ptr_null(memchr(text, ';', (size_t)(end - text)));
	ck_assert_ptr_null(memmem(text, (size_t)(lf - text), "  ", 2));
	ck_assert_clean(text);
	if (bar) /* an address has "::", no label may */
		ck_assert_ptr_null(memmem(bar, (size_t)(lf - bar), "::", 2));
}

START_TEST(test_nagios_one__delivered)
{
	struct result r;

	usual_rules();
	result_ok(&r, "mail.example.org:993");
	result_tls(&r, 81);
	result_add_measure(&r, "messages", 17, "");
	result_add_measure(&r, "ratio", 0.5, "%");
	ck_assert_str_eq(
		output(&r, 1, 0),
		"IMAP OK - mail.example.org:993 delivered and read in 0.214 s | "
		"total=0.214s;5;10;0;55 imap_login=0.031s smtp_send=0.033s delivery=0.150s "
		"cert_days=81;30;7 messages=17 ratio=0.500%\n");
}
END_TEST

START_TEST(test_nagios_one__light_without_thresholds)
{
	struct result r;

	result_init(&r, "mail.example.org:143", "logged on");
	result_step_us(&r, "imap_resolve", 412);
	result_step_us(&r, "imap_login", 30588);
	ck_assert_str_eq(output(&r, 1, 0),
			 "IMAP OK - mail.example.org:143 logged on in 0.031 s | "
			 "total=0.031s;;;0;55 imap_resolve=0.000412s imap_login=0.031s\n");
}
END_TEST

START_TEST(test_nagios_one__failure_with_hint)
{
	struct result r;

	result_init(&r, "mail.example.org:993", "");
	result_step(&r, "imap_connect", 12);
	result_step(&r, "imap_login", 300);
	result_fail(&r, ERR_AUTH, "NO [AUTHENTICATIONFAILED] Authentication failed.",
		    "wrong user or password");
	ck_assert_str_eq(
		output(&r, 1, 0),
		"IMAP CRITICAL - mail.example.org:993 imap_login: \"NO [AUTHENTICATIONFAILED] "
		"Authentication failed.\" (wrong user or password) | total=0.312s;;;0;55 "
		"imap_connect=0.012s imap_login=0.300s\n");
}
END_TEST

/* Words may take 119 bytes, and a hint stands behind them if all stays within 249. */
START_TEST(test_nagios_one__hint_only_where_all_of_it_fits)
{
	static const char words[] = "IMAP CRITICAL - mailserver.example.org:993 imap_login: \"NO "
				    "[AUTHENTICATIONFAILED] Authentication failed.\"";
	static const char perf[] = "total=0.300s;;;0;55 imap_login=0.300s";
	struct result r;
	char hint[160], expected[1024];

	result_init(&r, "mailserver.example.org:993", "");
	result_step(&r, "imap_login", 300);
	result_fail(&r, ERR_AUTH, "NO [AUTHENTICATIONFAILED] Authentication failed.", "");
	for (size_t i = 0; i < 2; i++) {
		size_t len = TEXT_MAX - strlen(words) - strlen(" ()") + i;
		snprintf(hint, sizeof(hint), "%.*s", (int)len,
			 "it is a long story, which begins where nobody would look for it, and "
			 "goes on until there is no room left for it, and longer than that, "
			 "if need be, as here");
		ck_assert_uint_eq(strlen(hint), len);
		memcpy(r.err.hint, hint, len + 1);
		if (i == 0)
			snprintf(expected, sizeof(expected), "%s (%s) | %s\n", words, hint, perf);
		else
			snprintf(expected, sizeof(expected), "%s | %s\n%s (%s)\n", words, perf,
				 words + strlen("IMAP CRITICAL - "), hint);
		ck_assert_str_eq(output(&r, 1, 0), expected);
	}
}
END_TEST

START_TEST(test_nagios_one__error_elsewhere_names_that_place)
{
	struct result r;

	result_ok(&r, "mail.example.org:993");
	r.timeline.count = 2;
	snprintf(r.timeline.step[1].name, STEP_NAME_SIZE, "smtp_login");
	result_fail(&r, ERR_TRANSIENT, "454 4.7.0 Temporary authentication failure", "");
	snprintf(r.err.where, sizeof(r.err.where), "smtp.example.org:587");
	ck_assert_str_eq(output(&r, 1, 0),
			 "IMAP WARNING - smtp.example.org:587 smtp_login: \"454 4.7.0 Temporary "
			 "authentication failure\" | total=0.214s;;;0;55 imap_login=0.031s "
			 "smtp_login=0.033s\n");
}
END_TEST

START_TEST(test_nagios_one__error_before_any_step)
{
	struct result r;

	result_init(&r, "mail.example.org:993", "");
	err_set(&r.err, ERR_RUN_TIMEOUT, "not begun within 55 s (--timeout)");
	err_hint(&r.err, "see --parallel");
	r.timeline.total_us = 55000000;
	ck_assert_str_eq(output(&r, 1, 0),
			 "IMAP CRITICAL - mail.example.org:993: not begun within 55 s "
			 "(--timeout): see --parallel | total=55.000s;;;0;55\n");
}
END_TEST

START_TEST(test_nagios_one__alert_follows_what_was_proven)
{
	struct result r;

	usual_rules();
	result_ok(&r, "mail.example.org:993");
	r.timeline.total_us = 6100000;
	ck_assert_str_eq(
		output(&r, 1, 0),
		"IMAP WARNING - mail.example.org:993 delivered and read in 6.1 s, total 6.1 s "
		"(warning 5) | total=6.100s;5;10;0;55 imap_login=0.031s smtp_send=0.033s "
		"delivery=0.150s\n");
	result_tls(&r, 6);
	ck_assert_str_eq(
		output(&r, 1, 0),
		"IMAP CRITICAL - mail.example.org:993 delivered and read in 6.1 s, certificate "
		"expires in 6 days (critical below 7) | total=6.100s;5;10;0;55 imap_login=0.031s "
		"smtp_send=0.033s delivery=0.150s cert_days=6;30;7\n");
}
END_TEST

START_TEST(test_nagios_one__unverified_certificate_is_never_passed_over)
{
	struct result r;

	result_init(&r, "mail.example.org:993", "logged on");
	result_step(&r, "imap_login", 31);
	result_tls(&r, 81);
	r.tls.verified = false;
	r.trust_any = true;
	ck_assert_str_eq(
		output(&r, 1, 0),
		"IMAP OK - mail.example.org:993 logged on in 0.031 s, certificate not verified "
		"(-k) | total=0.031s;;;0;55 imap_login=0.031s cert_days=81\n");
	snprintf(r.label, sizeof(r.label),
		 "a-mail-server-with-a-very-long-name.department.example.org:993");
	ck_assert_str_eq(
		output(&r, 1, 0),
		"IMAP OK - a-mail-server-with-a-very-long-name.department.example.org:993 "
		"logged on in "
		"0.031 s, unverified (-k) | total=0.031s;;;0;55 imap_login=0.031s cert_days=81\n"
		"a-mail-server-with-a-very-long-name.department.example.org:993 logged "
		"on in 0.031 s, certificate not verified (-k)\n");
	r.tls = (struct tls_info){0}; /* no TLS, nothing to verify */
	ck_assert_str_eq(output(&r, 1, 0),
			 "IMAP OK - a-mail-server-with-a-very-long-name.department.example.org:993 "
			 "logged on in "
			 "0.031 s | total=0.031s;;;0;55 imap_login=0.031s\n");
}
END_TEST

START_TEST(test_nagios_one__note_and_semicolon)
{
	struct result r;

	result_init(&r, "mail.example.org:993", "delivered and read");
	result_step(&r, "imap_login", 31);
	snprintf(r.note, sizeof(r.note), "3 stale messages deleted; 1 kept");
	ck_assert_str_eq(
		output(&r, 1, 0),
		"IMAP OK - mail.example.org:993 delivered and read in 0.031 s, 3 stale messages "
		"deleted, 1 kept | total=0.031s;;;0;55 imap_login=0.031s\n");
}
END_TEST

START_TEST(test_nagios_one__skipped_has_no_performance_data)
{
	struct result r;

	result_init(&r, "mail.example.org:993", "would log on, send a message and delete it");
	r.skipped = true;
	ck_assert_str_eq(output(&r, 1, 0),
			 "IMAP OK - mail.example.org:993 skipped: would log on, send a "
			 "message and delete it\n");
}
END_TEST

START_TEST(test_nagios_one__long_host_gives_way_before_words_do)
{
	struct result r;
	const char *label = "a.really.long.name.of.a.mail.server.somewhere.in.the.example.org:993";

	result_init(&r, label, "");
	result_step(&r, "imap_login", 1);
	result_fail(&r, ERR_AUTH, "NO [AUTHENTICATIONFAILED] Authentication failed.",
		    "wrong password");
	const char *text = output(&r, 1, 0);
	check_form(text);
	ck_assert_str_eq(
		text,
		"IMAP CRITICAL - a.really.long.name.of.a.mail.serv...:993 imap_login: \"NO "
		"[AUTHENTICATIONFAILED] Authentication failed.\" (wrong password) | "
		"total=0.001000s;;;0;55 imap_login=0.001000s\n"
		"a.really.long.name.of.a.mail.server.somewhere.in.the.example.org:993 imap_login: "
		"\"NO [AUTHENTICATIONFAILED] Authentication failed.\" (wrong password)\n");
}
END_TEST

/* What says nothing goes first, then the host, then the end of the words. */
START_TEST(test_nagios_one__what_is_left_out_and_in_which_order)
{
	static const char words[] = "RCPT TO \"550 5.1.1 <a.probe@mail.example>: Recipient address "
				    "rejected: User unknown in virtual mailbox table, %s\"";
	static const struct {
		const char *more, *line;
	} row[] = {
		{"a", "IMAP CRITICAL - mail-frontend-01.example.org:587 delivery: RCPT TO \"550 "
		      "5.1.1 User unknown in virtual mailbox table, a\" | "},
		{"https://a.example/help",
		 "IMAP CRITICAL - mail-frontend-01....:587 delivery: RCPT TO \"550 "
		 "5.1.1 User unknown in virtual mailbox table, https:..."},
	};
	struct result r;

	for (size_t i = 0; i < sizeof(row) / sizeof(row[0]); i++) {
		result_init(&r, "mail-frontend-01.example.org:587", "");
		result_step(&r, "delivery", 1);
		result_fail(&r, ERR_REFUSED, "", "");
		snprintf(r.err.text, sizeof(r.err.text), words, row[i].more);
		ck_assert_starts(output(&r, 1, 0), row[i].line);
		ck_assert_ptr_nonnull(
			strstr(buf_str(&out),
			       "\nmail-frontend-01.example.org:587 delivery: RCPT TO \"550 5.1.1 "
			       "(a.probe@mail.example): Recipient address rejected: "));
	}
}
END_TEST

START_TEST(test_nagios_one__a_quote_is_closed_where_it_was_opened)
{
	static const char *const note[] = {
		"message stays in All Mail (no folder with \\Trash is shown), folder \"\\Sent\" "
		"not cleaned up: \"NO [NOPERM] not for you\"",
		"folder \"\\Sent\" not cleaned up, nor any other of those that were named for "
		"that, since: \"NO [NOPERM] no\"",
		"folder not cleaned up: \"NO [NOPERM] it is not for you, and not for anybody else "
		"either, nor will it ever be\"",
	};

	for (size_t i = 0; i < sizeof(note) / sizeof(note[0]); i++) {
		struct result r;
		size_t quotes = 0;
		result_init(&r, "mail.example.org:993", "");
		result_note(&r, STATE_OK, "%s", note[i]);
		const char *text = output(&r, 1, 0), *end = strstr(text, " | ");
		for (const char *c = text; c < end; c++)
			quotes += *c == '"';
		ck_assert_msg(end && quotes % 2 == 0 && !memcmp(end - 4, "...", 3) == (i == 2) &&
				      !memcmp(end - 3, "...", 3) == (i < 2),
			      "%s", text);
	}
}
END_TEST

START_TEST(test_nagios_one__words_are_cut_at_a_character)
{
	struct result r;
	char words[400];
	const char *euro = "\xe2\x82\xac";

	for (size_t shift = 0; shift < 4; shift++) {
		words[0] = '\0';
		for (size_t i = 0; i < shift; i++)
			snprintf(words + strlen(words), sizeof(words) - strlen(words), "x");
		for (size_t i = 0; i < 60; i++)
			snprintf(words + strlen(words), sizeof(words) - strlen(words), "%s", euro);
		result_init(&r, "mail.example.org:993", "");
		result_step(&r, "imap_login", 1);
		result_fail(&r, ERR_AUTH, words, "");
		const char *text = output(&r, 1, 0);
		const char *cut = strstr(text, "...\" | ");
		ck_assert_ptr_nonnull(cut);
		ck_assert_msg(memcmp(cut - 3, euro, 3) == 0, "%s", text);
		ck_assert_ptr_null(strchr(text, '?'));
		ck_assert_int_le(cut + 4 - text, REPORT_LINE_MAX);
		ck_assert_int_gt(cut + 4 - text, REPORT_LINE_MAX - 4);
	}
}
END_TEST

START_TEST(test_nagios_one__hostile_server_text)
{
	struct result r;

	for (size_t i = 0; result_hostile(&r, i); i++) {
		for (int verbosity = 0; verbosity <= 3; verbosity++) {
			const char *text = output(&r, 1, verbosity);
			check_form(text);
			/* the dialog has lines of its own */
			ck_assert(verbosity == 3 || !strstr(text, "\nIMAP OK"));
		}
		result_free(&r);
	}
}
END_TEST

START_TEST(test_nagios_one__ten_kilobytes_of_words)
{
	struct result r;
	char words[10240];

	memset(words, 'x', sizeof(words) - 1);
	words[sizeof(words) - 1] = '\0';
	result_init(&r, "mail.example.org:993", "");
	result_step(&r, "imap_greeting", 1);
	result_fail(&r, ERR_PROTOCOL, words, "");
	const char *text = output(&r, 1, 0);
	check_form(text);
	ck_assert_ptr_eq(strstr(text, " | ") - REPORT_LINE_MAX, text);
	ck_assert(strncmp(strstr(text, " | ") - 5, "x...\"", 5) == 0);
}
END_TEST

START_TEST(test_nagios_one__verbose_lines)
{
	struct result r;

	result_ok(&r, "mail.example.org:993");
	result_tls(&r, 81);
	r.tls.leaf.expires = 4102444800; /* 2100-01-01: only the days are not known beforehand */
	snprintf(r.address, sizeof(r.address), "192.0.2.1");
	snprintf(r.tried, sizeof(r.tried), "2001:db8::1 (Connection refused)");
	result_add_measure(&r, "messages", 17, "");
	buf_append_str(&r.transcript,
		       "     0 imap S: * OK ready\r\n    12 imap C: a1 LOGIN u ****\n");
	const char *text = output(&r, 1, 1);
	char days[32];
	snprintf(days, sizeof(days), "%d", tls_days_left(r.tls.leaf.expires, time(NULL)));
	char expected[2000];
	snprintf(expected, sizeof(expected),
		 "IMAP OK - mail.example.org:993 delivered and read in 0.214 s | "
		 "total=0.214s;;;0;55 imap_login=0.031s smtp_send=0.033s delivery=0.150s "
		 "cert_days=%s messages=17\n"
		 "address: 192.0.2.1\n"
		 "no answer from: 2001:db8::1 (Connection refused)\n"
		 "TLS: TLS1.3 ECDHE-SECP256R1 AES-256-GCM, certificate verified\n"
		 "certificate: CN=mail.example.org, expires in %s days (2100-01-01)\n"
		 "steps: imap_login 31.0 ms, smtp_send 33.0 ms, delivery 150.0 ms\n",
		 days, days);
	ck_assert_str_eq(text, expected);
	ck_assert_str_eq(strstr(output(&r, 1, 2), "\nscenario"),
			 "\nscenario: Test IMAP4 connectivity\n"
			 "connection type: ssl\n"
			 "messages: 17\n"
			 "step imap_login: began at 0.0 ms, took 31.0 ms\n"
			 "step smtp_send: began at 31.0 ms, took 33.0 ms\n"
			 "step delivery: began at 64.0 ms, took 150.0 ms\n");
	ck_assert_str_eq(strstr(output(&r, 1, 3), "\nstep delivery"),
			 "\nstep delivery: began at 64.0 ms, took 150.0 ms\n"
			 "     0 imap S: * OK ready\n"
			 "    12 imap C: a1 LOGIN u ****\n");
	result_free(&r);
}
END_TEST

START_TEST(test_nagios_one__long_transcript_keeps_its_end)
{
	struct result r;

	result_ok(&r, "mail.example.org:993");
	for (int i = 0; i < 1000; i++)
		buf_printf(&r.transcript, "line %d\n", i);
	const char *text = output(&r, 1, 3);
	check_form(text);
	ck_assert_ptr_nonnull(strstr(text, "\nline 999\nleft out: "));
	ck_assert_ptr_null(strstr(text, "\nline 0\n"));
	ck_assert_uint_gt(strlen(text), OUTPUT_MAX - 200);
	size_t shown = 0;
	for (const char *at = text; (at = strstr(at, "\nline ")); at++)
		shown++;
	char left_out[100];
	snprintf(left_out, sizeof(left_out), "\nleft out: %zu lines (--output=table shows all)\n",
		 1000 - shown);
	ck_assert_msg(strstr(text, left_out) != NULL, "%s", text);
	/* a person at a terminal gets all of it */
	text = output_to(true, &r, 1, 3);
	ck_assert_ptr_nonnull(strstr(text, "\nline 0\n"));
	ck_assert_str_eq(text + strlen(text) - 10, "\nline 999\n");
	result_free(&r);
}
END_TEST

START_TEST(test_nagios_several__all_ok)
{
	static struct result r[3];

	usual_rules();
	result_ok(&r[0], "mail.example.org:993");
	result_ok(&r[1], "mail.example.org:143");
	result_init(&r[2], "[2001:db8::1]:993", "logged on");
	result_step(&r[2], "imap_login", 31);
	r[1].timeline.total_us = 300000;
	ck_assert_str_eq(
		output(r, 3, 0),
		"IMAP OK - 3 end points ok, slowest mail.example.org:143 0.300 s | "
		"targets=3;;;0 targets_ok=3;;;0 total=0.300s;5;10;0;55 "
		"total_median=0.214s imap_login=0.031s imap_login_median=0.031s smtp_send=0.033s "
		"smtp_send_median=0.033s delivery=0.150s delivery_median=0.150s "
		"mail_example_org_993_total=0.214s;5;10;0;55 "
		"mail_example_org_143_total=0.300s;5;10;0;55 "
		"2001_db8__1_993_total=0.031s;5;10;0;55\n"
		"OK - mail.example.org:993 delivered and read in 0.214 s\n"
		"OK - mail.example.org:143 delivered and read in 0.300 s\n"
		"OK - [2001:db8::1]:993 logged on in 0.031 s\n");
}
END_TEST

START_TEST(test_nagios_several__the_worst_is_named_and_comes_first)
{
	static struct result r[3];

	result_init(&r[0], "a.example.org:993", "logged on");
	result_step(&r[0], "imap_login", 31);
	result_init(&r[1], "b.example.org:993", "");
	result_step(&r[1], "imap_login", 31);
	result_fail(&r[1], ERR_TRANSIENT, "NO [UNAVAILABLE] later", "");
	result_init(&r[2], "c.example.org:143", "");
	result_step(&r[2], "imap_login", 31);
	result_fail(&r[2], ERR_AUTH, "NO", "wrong user or password");
	ck_assert_str_eq(
		output(r, 3, 0),
		"IMAP CRITICAL - 1 of 3 end points ok, c.example.org:143 imap_login: \"NO\" (wrong "
		"user or password) | targets=3;;;0 targets_ok=1;;;0 total=0.031s;;;0;55 "
		"total_median=0.031s imap_login=0.031s imap_login_median=0.031s "
		"a_example_org_993_total=0.031s;;;0;55 b_example_org_993_total=0.031s;;;0;55 "
		"c_example_org_143_total=0.031s;;;0;55\n"
		"CRITICAL - c.example.org:143 imap_login: \"NO\" (wrong user or password)\n"
		"WARNING - b.example.org:993 imap_login: \"NO [UNAVAILABLE] later\"\n"
		"OK - a.example.org:993 logged on in 0.031 s\n");
}
END_TEST

START_TEST(test_nagios_several__skipped_are_counted_apart)
{
	static struct result r[3];

	for (size_t i = 0; i < 3; i++) {
		result_init(&r[i], "a.example.org:993", "would log on");
		snprintf(r[i].label, sizeof(r[i].label), "%c.example.org:993", (char)('a' + i));
		r[i].skipped = true;
	}
	ck_assert_str_eq(output(r, 3, 0), "IMAP OK - 3 end points skipped | targets=3;;;0 "
					  "targets_ok=0;;;0\n"
					  "OK - a.example.org:993 skipped: would log on\n"
					  "OK - b.example.org:993 skipped: would log on\n"
					  "OK - c.example.org:993 skipped: would log on\n");
	r[0].skipped = false;
	result_step(&r[0], "imap_login", 31);
	ck_assert_starts(output(r, 3, 0), "IMAP OK - 1 end point ok, 2 skipped, slowest "
					  "a.example.org:993 0.031 s | ");
	result_fail(&r[0], ERR_AUTH, "NO", "");
	ck_assert_starts(output(r, 3, 0), "IMAP CRITICAL - 0 of 3 end points ok, 2 skipped, "
					  "a.example.org:993 imap_login: \"NO\" | ");
}
END_TEST

START_TEST(test_nagios_several__unverified_is_said_of_all)
{
	static struct result r[2];

	for (size_t i = 0; i < 2; i++) {
		result_init(&r[i], i ? "a.example.org:993" : "b.example.org:993", "logged on");
		result_step(&r[i], "imap_login", 31);
	}
	r[1].trust_any = true;
	result_tls(&r[1], 80);
	const char *text = output(r, 2, 0);
	check_form(text);
	ck_assert_ptr_nonnull(strstr(text, "2 end points ok, slowest b.example.org:993 0.031 s, "
					   "certificate not verified (-k) | "));
}
END_TEST

START_TEST(test_nagios_several__verbose_lines_stand_below_their_end_point)
{
	static struct result r[2];

	result_init(&r[0], "a.example.org:993", "logged on");
	result_step(&r[0], "imap_login", 31);
	result_init(&r[1], "b.example.org:993", "logged on");
	result_step(&r[1], "imap_login", 32);
	buf_append_str(&r[1].transcript, "S: * OK\n");
	ck_assert_str_eq(strchr(output(r, 2, 1), '\n'),
			 "\nOK - a.example.org:993 logged on in 0.031 s\n"
			 "steps: imap_login 31.0 ms\n"
			 "OK - b.example.org:993 logged on in 0.032 s\n"
			 "steps: imap_login 32.0 ms\n");
	ck_assert_ptr_nonnull(strstr(output(r, 2, 3), "\nS: * OK\n"));
	result_free(&r[1]);
}
END_TEST

static void make_many(struct result *r, size_t count, size_t bad)
{
	char label[60];

	for (size_t i = 0; i < count; i++) {
		snprintf(label, sizeof(label), "mail%03zu.example.org:993", i);
		result_ok(&r[i], label);
		if (i == bad)
			result_fail(&r[i], ERR_AUTH, "NO [AUTHENTICATIONFAILED] no",
				    "wrong password");
	}
}

START_TEST(test_nagios_several__ten_have_shorter_lines_and_each_its_total)
{
	static struct result r[10];

	make_many(r, 10, 4);
	for (size_t i = 0; i < 10; i++) {
		result_tls(&r[i], 81);
		snprintf(r[i].note, sizeof(r[i].note),
			 "a remark that takes up room, in every line of the %s",
			 "ten, and goes on for longer than anybody would want to read it here, in "
			 "fact");
	}
	for (int verbosity = 0; verbosity <= 3; verbosity++) {
		const char *text = output(r, 10, verbosity);
		check_form(text);
		ck_assert_ptr_nonnull(strstr(text, "mail000_example_org_993_total="));
		ck_assert_ptr_nonnull(strstr(text, "mail009_example_org_993_total="));
		ck_assert_ptr_nonnull(
			strstr(text, "\nCRITICAL - mail004.example.org:993 delivery: "));
		ck_assert_ptr_nonnull(strstr(text, "\nOK - mail009.example.org:993 "));
	}
}
END_TEST

START_TEST(test_nagios_several__two_hundred_stay_below_the_limit)
{
	static struct result r[200];

	usual_rules();
	make_many(r, 200, 150);
	for (int verbosity = 0; verbosity <= 3; verbosity++) {
		const char *text = output(r, 200, verbosity);
		check_form(text);
		ck_assert_starts(
			text,
			"IMAP CRITICAL - 199 of 200 end points ok, mail150.example.org:993 "
			"delivery: \"NO [AUTHENTICATIONFAILED] no\" (wrong password) | "
			"targets=200;;;0 targets_ok=199;;;0 total=0.214s;5;10;0;55 "
			"total_median=0.214s imap_login=0.031s imap_login_median=0.031s "
			"smtp_send=0.033s smtp_send_median=0.033s delivery=0.150s "
			"delivery_median=0.150s\nCRITICAL - mail150.example.org:993 delivery: ");
		ck_assert_ptr_nonnull(strstr(text, "\nleft out: "));
		ck_assert_uint_gt(strlen(text), OUTPUT_MAX - 400);
	}
	const char *all = output_to(true, r, 200, 0);
	ck_assert_ptr_nonnull(strstr(all, "\nOK - mail199.example.org:993 "));
	ck_assert_ptr_null(strstr(all, "left out"));
}
END_TEST

/* The labels' length decides, and nothing that comes of the test. */
START_TEST(test_nagios_several__long_labels_leave_no_room_for_the_totals)
{
	static struct result r[PERFDATA_FEW];

	for (size_t count = 2; count <= PERFDATA_FEW; count += PERFDATA_FEW - 2) {
		for (size_t i = 0; i < count; i++) {
			char label[ENDPOINT_LABEL_SIZE];
			snprintf(label, sizeof(label), "m%zu.%0200d.example:993", i, 0);
			result_ok(&r[i], label);
		}
		const char *text = output(r, count, 0);
		check_form(text);
		ck_assert((count == 2) == (strstr(text, "_example_993_total=") != NULL));
	}
}
END_TEST

START_TEST(test_nagios_several__the_second_line_says_all_of_the_worst)
{
	static struct result r[200];

	for (size_t count = 2; count <= 200; count += 198) {
		make_many(r, count, 1);
		snprintf(r[1].err.text, sizeof(r[1].err.text), "\"%0200d\"", 1);
		const char *text = output(r, count, 0);
		check_form(text);
		ck_assert_ptr_null(memmem(text, strcspn(text, "\n"), r[1].err.text, 202));
		const char *second = strchr(text, '\n') + 1;
		ck_assert_starts(second, "CRITICAL - mail001.example.org:993 delivery: \"");
		ck_assert_ptr_nonnull(memmem(second, strcspn(second, "\n"), r[1].err.text, 202));
	}
}
END_TEST

START_TEST(test_nagios_several__limit_holds_for_every_count_and_length)
{
	static struct result r[64];

	for (size_t count = 2; count <= 64; count++) {
		for (size_t i = 0; i < count; i++) {
			char label[ENDPOINT_LABEL_SIZE];
			snprintf(label, sizeof(label), "%0*zu.org:993", (int)(count * 37 % 60 + 1),
				 i);
			result_ok(&r[i], label);
			snprintf(r[i].done, sizeof(r[i].done), "%0*d", (int)(i * 53 % 300 + 1), 1);
		}
		check_form(output(r, count, (int)(count % 4)));
	}
}
END_TEST

START_TEST(test_nagios_one__longest_of_everything_stays_below_the_limit)
{
	struct result r;
	char label[250];

	memset(label, 'h', sizeof(label) - 1);
	label[sizeof(label) - 1] = '\0';
	result_init(&r, label, "");
	for (int i = 0; i < TIMELINE_STEPS; i++)
		result_step(&r, "a_step_with_the_longest_name_12", 1);
	for (int i = 0; i < 20; i++)
		result_add_measure(&r, "measure", 1e15, "B");
	memset(r.err.text, 't', sizeof(r.err.text) - 1);
	memset(r.err.hint, 'h', sizeof(r.err.hint) - 1);
	memset(r.note, 'n', sizeof(r.note) - 1);
	memset(r.tried, 'a', sizeof(r.tried) - 1);
	memset(r.tls.leaf.subject, 's', sizeof(r.tls.leaf.subject) - 1);
	r.err.kind = ERR_PROTOCOL;
	r.tls.established = true;
	r.tls.leaf.expires = 4102444800;
	ck_assert_uint_eq(r.measures, RESULT_MEASURES);
	for (int verbosity = 0; verbosity <= 3; verbosity++) {
		const char *text = output(&r, 1, verbosity);
		ck_assert_uint_le(strlen(text), OUTPUT_MAX);
		ck_assert(!verbosity || strstr(text, "left out: "));
		ck_assert_ptr_nonnull(strstr(text, "hhhhhhhhhhhhhhhhh...: t")); /* some of it */
	}
}
END_TEST

UNIT_MAIN_FIXTURE("report_nagios", setup, teardown, ONCE(test_nagios_one__delivered),
		  ONCE(test_nagios_one__light_without_thresholds),
		  ONCE(test_nagios_one__failure_with_hint),
		  ONCE(test_nagios_one__hint_only_where_all_of_it_fits),
		  ONCE(test_nagios_one__error_elsewhere_names_that_place),
		  ONCE(test_nagios_one__error_before_any_step),
		  ONCE(test_nagios_one__alert_follows_what_was_proven),
		  ONCE(test_nagios_one__unverified_certificate_is_never_passed_over),
		  ONCE(test_nagios_one__note_and_semicolon),
		  ONCE(test_nagios_one__skipped_has_no_performance_data),
		  ONCE(test_nagios_one__long_host_gives_way_before_words_do),
		  ONCE(test_nagios_one__what_is_left_out_and_in_which_order),
		  ONCE(test_nagios_one__a_quote_is_closed_where_it_was_opened),
		  ONCE(test_nagios_one__words_are_cut_at_a_character),
		  ONCE(test_nagios_one__hostile_server_text),
		  ONCE(test_nagios_one__ten_kilobytes_of_words),
		  ONCE(test_nagios_one__verbose_lines),
		  ONCE(test_nagios_one__long_transcript_keeps_its_end),
		  ONCE(test_nagios_several__all_ok),
		  ONCE(test_nagios_several__the_worst_is_named_and_comes_first),
		  ONCE(test_nagios_several__skipped_are_counted_apart),
		  ONCE(test_nagios_several__unverified_is_said_of_all),
		  ONCE(test_nagios_several__verbose_lines_stand_below_their_end_point),
		  ONCE(test_nagios_several__ten_have_shorter_lines_and_each_its_total),
		  ONCE(test_nagios_several__long_labels_leave_no_room_for_the_totals),
		  ONCE(test_nagios_several__two_hundred_stay_below_the_limit),
		  ONCE(test_nagios_several__the_second_line_says_all_of_the_worst),
		  ONCE(test_nagios_several__limit_holds_for_every_count_and_length),
		  ONCE(test_nagios_one__longest_of_everything_stays_below_the_limit))
