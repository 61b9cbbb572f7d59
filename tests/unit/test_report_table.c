/* test_report_table.c - the table for a terminal, byte for byte, and that nothing is wider than
 * that */
#include "report/report.h"

#include <fcntl.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "base/steps.h"
#include "report/table.h"

#include "results.h"
#include "unit.h"

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

struct look {
	int verbosity, width;
	bool utf8, colour;
	bool in_pipe;
	const char *host;
};

static const struct look plain = {.width = 80, .host = "probe"};

static const char *output(struct result *results, size_t count, const struct look *look)
{
	const struct report report = {.service = "IMAP",
				      .protocol = "imap",
				      .rules = &rules,
				      .verbosity = look->verbosity,
				      .site = look->host,
				      .width = look->width,
				      .terminal = !look->in_pipe,
				      .utf8 = look->utf8,
				      .colour = look->colour};

	return result_report(report_table, report, results, count, &out);
}

static void check_width(const char *text, int width)
{
	for (int n = 0; *text; text++) {
		if (*text == '\n')
			n = 0;
		else if (((unsigned char)*text & 0xc0) != 0x80)
			n++;
		ck_assert_msg(n <= width, "wider than %d: %.200s", width, text);
	}
}

START_TEST(test_table__row_and_bars)
{
	struct result r;

	result_ok(&r, "mail.example.org:993");
	ck_assert_str_eq(
		output(&r, 1, &plain),
		"Server               Site  Scenario                Result  Latency(ms) Error\n"
		"------               ----  --------                ------  ----------- -----\n"
		"mail.example.org:993 probe Test IMAP4 connectivity Success       214.0\n"
		"  imap_login ########                                             31.0 ms\n"
		"  smtp_send         ########                                      33.0 ms\n"
		"  delivery                 ###################################   150.0 ms\n");
}
END_TEST

START_TEST(test_table__failure_marks_the_step_and_wraps_the_error)
{
	struct result r;

	result_init(&r, "mail.example.org:143", "");
	result_step_us(&r, "resolve", 412);
	result_step(&r, "connect", 2);
	result_step(&r, "login", 300);
	result_fail(&r, ERR_AUTH, "NO [AUTHENTICATIONFAILED] Authentication failed.",
		    "wrong user or password");
	ck_assert_str_eq(
		output(&r, 1, &plain),
		"Server               Site  Scenario                Result  Latency(ms) Error\n"
		"------               ----  --------                ------  ----------- -----\n"
		"mail.example.org:143 probe Test IMAP4 connectivity Failure       302.4\n"
		"  Error: login: \"NO [AUTHENTICATIONFAILED] Authentication failed.\" (wrong user\n"
		"    or password)\n"
		"  resolve #                                                        0.4 ms\n"
		"  connect #                                                        2.0 ms\n"
		"  login   ####################################################   300.0 ms "
		"failed\n");
}
END_TEST

START_TEST(test_table__wide_terminal_has_room_for_the_error)
{
	struct result r;
	const struct look wide = {.width = 120, .host = "probe"};

	result_init(&r, "mail.example.org:143", "");
	r.timeline.total_us = 1000;
	err_set(&r.err, ERR_CONNECT, "no address answered");
	snprintf(r.err.where, sizeof(r.err.where), "smtp.example.org:587");
	ck_assert_str_eq(
		output(&r, 1, &wide),
		"Server               Site  Scenario                Result  Latency(ms) Error\n"
		"------               ----  --------                ------  ----------- -----\n"
		"mail.example.org:143 probe Test IMAP4 connectivity Failure         1.0 "
		"smtp.example.org:587: no address answered\n");
}
END_TEST

START_TEST(test_table__several_end_points)
{
	static struct result r[4];

	result_ok(&r[0], "mail.example.org:993");
	snprintf(r[0].note, sizeof(r[0].note), "3 stale messages deleted");
	result_init(&r[1], "[::1]:993", "would log on");
	r[1].skipped = true;
	result_init(&r[2], "a.example.org:143", "logged on");
	result_init(&r[3], "a-mail-server-with-a-long-name.department.example.org:993",
		    "logged on");
	r[3].trust_any = r[3].tls.established = true;
	ck_assert_str_eq(
		output(r, 4, &plain),
		"Server               Site  Scenario                Result  Latency(ms) Error\n"
		"------               ----  --------                ------  ----------- -----\n"
		"mail.example.org:993 probe Test IMAP4 connectivity Success       214.0\n"
		"  Note: 3 stale messages deleted\n"
		"  imap_login ########                                             31.0 ms\n"
		"  smtp_send         ########                                      33.0 ms\n"
		"  delivery                 ###################################   150.0 ms\n"
		"\n"
		"[::1]:993            probe Test IMAP4 connectivity Skipped\n"
		"  Skipped: would log on\n"
		"\n"
		"a.example.org:143    probe Test IMAP4 connectivity Success         0.0\n"
		"a-mail-server-with-a-long-name.department.example.org:993\n"
		"                     probe Test IMAP4 connectivity Success         0.0\n"
		"  Note: certificate not verified (-k)\n"
		"\n"
		"4 end points: 3 Success, 1 Skipped\n");
}
END_TEST

/* Several end points on a terminal of that height; the first and the last have failed. */
static const char *on_screen(struct result *r, size_t count, int height)
{
	struct report report = {.service = "IMAP",
				.protocol = "imap",
				.rules = &rules,
				.site = "probe",
				.width = 80,
				.height = height,
				.terminal = true};

	for (size_t i = 0; i < count; i++) {
		result_ok(&r[i], "mail.example.org:993");
		if (i && i + 1 < count)
			continue;
		snprintf(r[i].label, sizeof(r[i].label), "mx%zu.example.org:143", i);
		result_fail(&r[i], ERR_AUTH, "NO [AUTHENTICATIONFAILED] Authentication failed.",
			    "wrong user or password?");
	}
	return result_report(report_table, report, r, count, &out);
}

START_TEST(test_table__longer_than_the_screen_ends_with_what_failed)
{
	static struct result r[3];

	/* 20 lines of the table, two of the summary */
	ck_assert_ptr_nonnull(strstr(on_screen(r, 3, 22),
				     "\n\n3 end points: 1 Success, 2 Failure\n"
				     "  mx0.example.org:143 delivery: \"NO [AUTHENTICATIONFAILED] "
				     "Authentication fa...\"\n"
				     "  mx2.example.org:143 delivery: \"NO [AUTHENTICATIONFAILED] "
				     "Authentication fa...\"\n"));
	const char *whole = strstr(on_screen(r, 3, 23), "\n\n3 end points: ");
	ck_assert_ptr_nonnull(whole);
	ck_assert_str_eq(whole, "\n\n3 end points: 1 Success, 2 Failure\n");
	check_width(on_screen(r, 3, 22), 80);
}
END_TEST

START_TEST(test_table__one_end_point_needs_no_summary)
{
	struct result r;

	ck_assert_ptr_null(strstr(on_screen(&r, 1, 3), "end point"));
}
END_TEST

START_TEST(test_table__thresholds)
{
	struct result r;
	struct err err = {0};

	ck_assert(!thresholds_parse(&rules.warning, "0.2", LEG_IMAP, &err));
	result_init(&r, "mail.example.org:993", "logged on");
	result_step(&r, "login", 214);
	ck_assert_ptr_nonnull(
		strstr(output(&r, 1, &plain),
		       " Success       214.0\n  Warning: total 0.214 s (warning 0.2)\n"));
	ck_assert(!thresholds_parse(&rules.critical, "0.2", LEG_IMAP, &err));
	ck_assert_ptr_nonnull(
		strstr(output(&r, 1, &plain),
		       " Failure       214.0\n  Error: total 0.214 s (critical 0.2)\n"));
}
END_TEST

START_TEST(test_table__narrow_columns_are_cut_but_not_the_server)
{
	struct result r;
	const struct look site = {.width = 80, .host = "monitoring01.example.org"};
	const struct look narrow = {.width = 64, .host = "monitoring01.example.org"};

	result_init(&r, "mail.example.org:993", "logged on");
	ck_assert_ptr_nonnull(
		strstr(output(&r, 1, &site),
		       "\nmail.example.org:993 mon...g01 Test IMAP4 connectivity Success "));
	snprintf(r.label, sizeof(r.label), "mail.example:993");
	ck_assert_ptr_nonnull(
		strstr(output(&r, 1, &site),
		       "\nmail.example:993 monitoring01  Test IMAP4 connectivity Success "));
	snprintf(r.label, sizeof(r.label), "mail.example.org:993");
	ck_assert_str_eq(output(&r, 1, &narrow),
			 "Server Site     Scenario               Result  Latency(ms) Error\n"
			 "------ ----     --------               ------  ----------- -----\n"
			 "mail.example.org:993\n"
			 "       mon...01 Test IMAP4 connecti... Success         0.0\n");
}
END_TEST

/* Site, then Scenario are left out; narrower than 40 columns no table is. */
START_TEST(test_table__columns_are_left_out_where_it_is_narrower_still)
{
	static struct result r[2];
	struct look look = {.width = 60, .host = "monitoring01.example.org"};

	result_init(&r[0], "mail.example.org:993", "logged on");
	result_init(&r[1], "mx.example.org:1", "logged on");
	ck_assert_str_eq(output(r, 2, &look),
			 "Server           Scenario          Result  Latency(ms) Error\n"
			 "------           --------          ------  ----------- -----\n"
			 "mail.example.org:993\n"
			 "                 Test IMAP4 con... Success         0.0\n"
			 "\n"
			 "mx.example.org:1 Test IMAP4 con... Success         0.0\n"
			 "\n"
			 "2 end points: 2 Success\n");
	look.width = 42;
	ck_assert_ptr_nonnull(
		strstr(output(r, 2, &look), "mx.example.org:1 Success         0.0\n"));
	for (look.width = 40; look.width >= 1; look.width -= 39)
		ck_assert_str_eq(output(r, 2, &look), "Server Result  Latency(ms) Error\n"
						      "------ ------  ----------- -----\n"
						      "mail.example.org:993\n"
						      "       Success         0.0\n"
						      "\n"
						      "mx.example.org:1\n"
						      "       Success         0.0\n"
						      "\n"
						      "2 end points: 2 Success\n");
	look.width = 51;
	ck_assert_ptr_nonnull(
		strstr(output(r, 2, &look), "\nmail.example.org:993 Success         0.0\n"));
}
END_TEST

START_TEST(test_table__no_line_is_wider_than_a_narrow_terminal)
{
	static struct result r[2];
	struct look look = {.verbosity = 1, .host = "monitoring01.example.org"};

	result_ok(&r[0], "mail.example.org:993");
	result_tls(&r[0], 81);
	result_ok(&r[1], "mx.example.org:25");
	result_step(&r[1], "smtp_capability", 123456);
	result_fail(&r[1], ERR_REFUSED, "554 5.7.1 no mail from here", "ask them");
	for (look.width = 40; look.width < 100; look.width++)
		check_width(output(r, 2, &look), look.width);
}
END_TEST

static const struct {
	const char *text;
	int width;
	const char *name, *host;
} cut[] = {
	{"mbx01", 5, "mbx01 ", "mbx01 "},
	{"mbx01", 7, "mbx01   ", "mbx01   "},
	{"mbx01.example.org", 16, "mbx01.e...le.org ", "mbx01.example    "},
	{"mbx01.example.org", 8, "mbx...rg ", "mbx01    "},
	{"mailbox01.example", 8, "mai...le ", "mai...01 "},
	{"mail.box01", 9, "mai...x01 ", "mail      "},
	{"192.168.100.101", 10, "192....101 ", "192....101 "},
	{"2001:db8::192.0.2.1", 11, "2001....2.1 ", "2001....2.1 "},
	{"fe80::1:2:3:4%eth0.100", 12, "fe80:....100 ", "fe80:....100 "},
	{"\xc3\xa4\xc3\xb6\xc3\xbc\xc3\xa4\xc3\xb6\xc3\xbc", 5, "\xc3\xa4...\xc3\xbc ",
	 "\xc3\xa4...\xc3\xbc "},
	{"\xc3\xa4\xc3\xb6\xc3\xbc\xc3\xa4\xc3\xb6\xc3\xbc", 6,
	 "\xc3\xa4\xc3\xb6\xc3\xbc\xc3\xa4\xc3\xb6\xc3\xbc ",
	 "\xc3\xa4\xc3\xb6\xc3\xbc\xc3\xa4\xc3\xb6\xc3\xbc "},
	{"a\x1b[31mb|\xff", 9, "a?[31mb|? ", "a?[31mb|? "},
	{"", 4, "     ", "     "},
};

START_TEST(test_table__names_are_cut_in_the_middle_and_hosts_from_their_domain)
{
	table_name_cell(&out, cut[_i].text, cut[_i].width);
	ck_assert_str_eq(buf_str(&out), cut[_i].name);
	buf_clear(&out);
	table_host_cell(&out, cut[_i].text, cut[_i].width);
	ck_assert_str_eq(buf_str(&out), cut[_i].host);
}
END_TEST

START_TEST(test_table__no_bars_in_a_pipe)
{
	const struct look pipe = {.width = 80, .host = "probe", .in_pipe = true};
	struct result r;

	result_ok(&r, "mail.example.org:993");
	ck_assert_str_eq(strstr(output(&r, 1, &pipe), "  imap_login"),
			 "  imap_login     31.0 ms\n"
			 "  smtp_send      33.0 ms\n"
			 "  delivery      150.0 ms\n");
}
END_TEST

/* Colours take no columns. */
START_TEST(test_table__colours_of_states)
{
	const struct look painted = {.width = 80, .host = "probe", .colour = true};
	struct result r;

	result_ok(&r, "mail.example.org:993");
	ck_assert_ptr_nonnull(strstr(output(&r, 1, &painted),
				     "connectivity \033[32mSuccess\033[0m       214.0\n"
				     "  imap_login ########   "));
	result_fail(&r, ERR_AUTH, "no", "");
	verdict_judge(&r, &rules);
	ck_assert_ptr_nonnull(strstr(output(&r, 1, &painted), "\033[31mFailure\033[0m "));
	ck_assert_ptr_nonnull(strstr(buf_str(&out), "#\033[0m   150.0 ms \033[31mfailed\033[0m\n"));
	r.skipped = true;
	ck_assert_ptr_null(strstr(output(&r, 1, &painted), "Skipped\033"));
}
END_TEST

START_TEST(test_table__bars_of_overlapping_and_tiny_steps)
{
	struct result r;

	result_init(&r, "mail.example.org:993", "delivered and read");
	result_step_us(&r, "resolve", 0);
	result_step(&r, "send", 100);
	result_step_us(&r, "logout", 0);         /* begins where the whole ends */
	r.timeline.step[0].duration_us = 400000; /* more than the whole */
	ck_assert_str_eq(
		strstr(output(&r, 1, &plain), "  resolve"),
		"  resolve ####################################################   400.0 ms\n"
		"  send    ####################################################   100.0 ms\n"
		"  logout                                                     #     0.0 ms\n");
	r.timeline.total_us = 0;
	check_width(output(&r, 1, &plain), 80);
}
END_TEST

START_TEST(test_table__utf8_bars)
{
	struct result r;
	const struct look look = {.width = 64, .host = "probe", .utf8 = true};

	result_init(&r, "m:1", "logged on");
	result_step(&r, "login", 1);
	const char *bar = strstr(output(&r, 1, &look), "  login ");
	ck_assert_ptr_nonnull(bar);
	ck_assert(strncmp(bar + 8, "\xe2\x96\x88\xe2\x96\x88", 6) == 0);
	check_width(bar, 64);
}
END_TEST

START_TEST(test_table__verbose)
{
	struct result r;
	const struct look v1 = {.verbosity = 1, .width = 80, .host = "probe"};
	const struct look v3 = {.verbosity = 3, .width = 80, .host = "probe"};
	char days[32];

	result_init(&r, "mail.example.org:993", "logged on");
	result_step(&r, "login", 31);
	result_tls(&r, 81);
	r.tls.leaf.expires = 4102444800;
	snprintf(days, sizeof(days), "%d days", tls_days_left(r.tls.leaf.expires, time(NULL)));
	snprintf(r.address, sizeof(r.address), "192.0.2.1");
	snprintf(r.tried, sizeof(r.tried),
		 "2001:db8::1 (No route to host), 2001:db8::2 (No route to host)");
	buf_append_str(&r.transcript, "     0 imap+tls S: * OK\n    31 imap+tls C: a1 LOGOUT\n");
	char expected[1000];
	snprintf(
		expected, sizeof(expected),
		"  address: 192.0.2.1\n"
		"  no answer from: 2001:db8::1 (No route to host), 2001:db8::2 (No route to host)\n"
		"  TLS: TLS1.3 ECDHE-SECP256R1 AES-256-GCM, certificate verified\n"
		"  certificate: CN=mail.example.org, expires in %s (2100-01-01)\n"
		"  login ######################################################    31.0 ms\n",
		days);
	ck_assert_str_eq(strstr(output(&r, 1, &v1), "  address"), expected);
	const char *text = output(&r, 1, &v3);
	ck_assert_ptr_nonnull(strstr(text, "\n  connection type: ssl\n"));
	ck_assert_ptr_nonnull(
		strstr(text, " ms\n     0 imap+tls S: * OK\n    31 imap+tls C: a1 LOGOUT\n"));
	result_free(&r);
}
END_TEST

START_TEST(test_table__hostile_server_text_is_cleaned_and_bounded)
{
	struct result r;
	const char *hostile;

	for (size_t i = 0; (hostile = result_hostile(&r, i)) != NULL; i++) {
		for (int width = 64; width <= 200; width += 17) {
			const struct look look = {.verbosity = 1, .width = width, .host = hostile};
			const char *text = output(&r, 1, &look);
			check_width(text, width);
			ck_assert_shown(text);
			ck_assert_ptr_null(
				strstr(strstr(text, "\nmail.example") + 1, "\nmail.example"));
		}
		result_free(&r);
	}
}
END_TEST

START_TEST(test_table__words_longer_than_a_line_are_broken)
{
	struct result r;
	char words[10240];

	memset(words, 'x', sizeof(words) - 1);
	words[sizeof(words) - 1] = '\0';
	result_init(&r, "mail.example.org:993", "");
	result_step(&r, "greeting", 1);
	result_fail(&r, ERR_PROTOCOL, words, "");
	const char *text = output(&r, 1, &plain);
	check_width(text, 80);
	size_t shown = 0;
	for (const char *c = strstr(text, "Error: "); *c; c++)
		shown += *c == 'x';
	ck_assert_uint_eq(shown, 240);
}
END_TEST

/* stdout is a terminal of that many columns (0: it does not say), or none (-1) */
static const struct {
	int terminal;
	const char *variable;
	int width;
} widths[] = {
	{100, NULL, 100},   {100, "70", 100}, {0, NULL, 80},
	{0, "70", 70},      {0, "none", 80},  {-1, NULL, 0},
	{-1, "70", 70},     {-1, "", 0},      {-1, "0", 0},
	{-1, "-70", 0},     {-1, "70x", 0},   {-1, " 70", 0},
	{-1, "1000", 1000}, {-1, "1001", 0},  {-1, "99999999999999999999", 0},
};

/* The master side is open as long as the terminal is there. */
static int open_output(int terminal, int *master_r)
{
	struct winsize size = {.ws_col = (unsigned short)table_max(terminal, 0),
			       .ws_row = terminal > 0 ? 50 : 0};
	int master = terminal < 0 ? -1 : posix_openpt(O_RDWR | O_NOCTTY);

	if (terminal < 0)
		return open("/dev/null", O_WRONLY);
	ck_assert_int_ge(master, 0);
	ck_assert(!grantpt(master) && !unlockpt(master));
	int fd = open(ptsname(master), O_RDWR | O_NOCTTY);
	ck_assert_int_eq(ioctl(fd, TIOCSWINSZ, &size), 0);
	*master_r = master;
	return fd;
}

START_TEST(test_report_terminal__size)
{
	struct report report = {0};
	int master = -1, before = dup(STDOUT_FILENO);
	int fd = open_output(widths[_i].terminal, &master);

	if (widths[_i].variable)
		setenv("COLUMNS", widths[_i].variable, 1);
	else
		unsetenv("COLUMNS");
	ck_assert_int_ge(fd, 0);
	dup2(fd, STDOUT_FILENO);
	report_terminal(&report);
	dup2(before, STDOUT_FILENO);
	close(before);
	close(fd);
	if (master >= 0)
		close(master);
	ck_assert_int_eq(report.width, widths[_i].width);
	ck_assert_int_eq(report.terminal, widths[_i].terminal >= 0);
	ck_assert_int_eq(report.height, widths[_i].terminal > 0    ? 50
					: widths[_i].terminal == 0 ? 24
								   : 0);
}
END_TEST

START_TEST(test_report_find__names)
{
	struct buf names = BUF_INIT(200);

	ck_assert_ptr_eq(report_find("nagios")->write, report_nagios);
	ck_assert_ptr_eq(report_find("TABLE")->write, report_table);
	ck_assert_ptr_null(report_find("xml"));
	ck_assert_ptr_null(report_find(""));
	for (const struct report_format *f = report_formats; f->name; f++) {
		ck_assert_ptr_eq(report_find(f->name), f);
		ck_assert_ptr_nonnull(f->write);
		ck_assert_ptr_nonnull(f->about);
	}
	report_names(&names);
	ck_assert_str_eq(buf_str(&names), "nagios, table, csv, json, html, openmetrics");
	buf_free(&names);
}
END_TEST

UNIT_MAIN_FIXTURE("report_table", setup, teardown, ONCE(test_table__row_and_bars),
		  ONCE(test_table__failure_marks_the_step_and_wraps_the_error),
		  ONCE(test_table__wide_terminal_has_room_for_the_error),
		  ONCE(test_table__several_end_points),
		  ONCE(test_table__longer_than_the_screen_ends_with_what_failed),
		  ONCE(test_table__one_end_point_needs_no_summary), ONCE(test_table__thresholds),
		  ONCE(test_table__narrow_columns_are_cut_but_not_the_server),
		  ONCE(test_table__columns_are_left_out_where_it_is_narrower_still),
		  ONCE(test_table__no_line_is_wider_than_a_narrow_terminal),
		  ROWS(test_table__names_are_cut_in_the_middle_and_hosts_from_their_domain, cut),
		  ONCE(test_table__no_bars_in_a_pipe), ONCE(test_table__colours_of_states),
		  ONCE(test_table__bars_of_overlapping_and_tiny_steps), ONCE(test_table__utf8_bars),
		  ONCE(test_table__verbose),
		  ONCE(test_table__hostile_server_text_is_cleaned_and_bounded),
		  ONCE(test_table__words_longer_than_a_line_are_broken),
		  ROWS(test_report_terminal__size, widths), ONCE(test_report_find__names))
