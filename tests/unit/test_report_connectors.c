/* test_report_connectors.c - the table of connectors, their replies, and the numbers of all of them
 * together */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "judge/verdict.h"

#include "results.h"
#include "unit.h"

static struct verdict_rules rules;
static struct buf out;

static void setup(void)
{
	rules = no_thresholds("smtp");
	out = BUF_INIT(8 << 20);
}

static void teardown(void)
{
	buf_free(&out);
}

static void make(struct result *r, const char *connector, const char *binding, const char *address)
{
	*r = (struct result){
		.connector = connector, .binding = binding, .server = "mbx01.example.org"};
	snprintf(r->label, sizeof(r->label), "%s %s", connector, address);
	snprintf(r->address, sizeof(r->address), "%s", address);
	snprintf(r->done, sizeof(r->done), "TLS ok");
	r->details = BUF_INIT(1000);
	buf_append_str(&r->details,
		       "220 mbx01.example.org ready\n250-mbx01.example.org\n250 SIZE\n");
	result_step(r, "smtp_connect", 10);
	result_step(r, "smtp_greeting", 20);
}

static void refuse(struct result *r, enum err_kind kind, const char *words)
{
	result_fail(r, kind, words, "");
	buf_clear(&r->details);
}

static const char *output(report_fn *write, struct result *results, size_t count, int width,
			  int verbosity, enum report_perfdata perfdata)
{
	struct report report = {.service = "SMTP",
				.protocol = "smtp",
				.rules = &rules,
				.verbosity = verbosity,
				.perfdata = perfdata,
				.several = *results[0].connector,
				.site = "here",
				.terminal = width > 0,
				.width = width};

	result_report(write, report, results, count, &out);
	for (size_t i = 0; i < count; i++)
		result_free(&results[i]);
	return buf_str(&out);
}

/* a well one, a failed one, a skipped one */
static void three(struct result r[3])
{
	make(&r[0], "Default Frontend", "0.0.0.0:25", "10.0.0.7:25");
	make(&r[1], "Client Frontend", "10.0.0.7:587", "10.0.0.7:587");
	refuse(&r[1], ERR_REFUSED, "554 5.7.1 no mail from here, and this is a long refusal");
	make(&r[2], "Old", "10.0.0.8:25", "");
	r[2].skipped = true;
	r[2].timeline = (struct timeline){0};
	snprintf(r[2].label, sizeof(r[2].label), "Old 10.0.0.8:25");
	snprintf(r[2].done, sizeof(r[2].done), "disabled");
}

START_TEST(test_report_table__connectors_a_line_each_where_it_is_no_terminal)
{
	struct result r[3];

	three(r);
	ck_assert_str_eq(
		output(report_table, r, 3, 0, 0, PERFDATA_AUTO),
		"Server            ReceiveConnector Binding      EndPoint     StatusCode        "
		"Details\n"
		"------            ---------------- -------      --------     ----------        "
		"-------\n"
		"mbx01.example.org Default Frontend 0.0.0.0:25   10.0.0.7:25  Success           "
		"220 mbx01.example.org ready\n"
		"mbx01.example.org Client Frontend  10.0.0.7:587 10.0.0.7:587 Permanent error   "
		"smtp_greeting: \"554 5.7.1 no mail from here, and this is a long refusal\"\n"
		"mbx01.example.org Old              10.0.0.8:25               Skipped           "
		"disabled\n"
		"\n3 end points: 1 Success, 1 Permanent error, 1 Skipped\n");
}
END_TEST

START_TEST(test_report_table__connectors_fit_a_terminal)
{
	struct result r[3];

	three(r);
	ck_assert_str_eq(
		output(report_table, r, 3, 92, 0, PERFDATA_AUTO),
		"Server            ReceiveConnector Binding      EndPoint     StatusCode        "
		"Details\n"
		"------            ---------------- -------      --------     ----------        "
		"-------\n"
		"mbx01.example.org Default Frontend 0.0.0.0:25   10.0.0.7:25  Success           "
		"220 mbx01....\n"
		"mbx01.example.org Client Frontend  10.0.0.7:587 10.0.0.7:587 Permanent error\n"
		"  smtp_greeting: \"554 5.7.1 no mail from here, and this is a long refusal\"\n"
		"mbx01.example.org Old              10.0.0.8:25               Skipped           "
		"disabled\n"
		"\n3 end points: 1 Success, 1 Permanent error, 1 Skipped\n");
}
END_TEST

/* Binding, then Server, then EndPoint; a binding without address takes the end point's place */
START_TEST(test_report_table__connectors_columns_are_left_out_where_it_is_narrow)
{
	struct result r[3];

	three(r);
	ck_assert_str_eq(output(report_table, r, 3, 70, 0, PERFDATA_AUTO),
			 "Server        ReceiveConnector EndPoint     StatusCode        Details\n"
			 "------        ---------------- --------     ----------        -------\n"
			 "mbx01.example Default Frontend 10.0.0.7:25  Success           220 m...\n"
			 "mbx01.example Client Frontend  10.0.0.7:587 Permanent error\n"
			 "  smtp_greeting: \"554 5.7.1 no mail from here, and this is a long\n"
			 "    refusal\"\n"
			 "mbx01.example Old              10.0.0.8:25  Skipped           disabled\n"
			 "\n3 end points: 1 Success, 1 Permanent error, 1 Skipped\n");
	three(r);
	ck_assert_ptr_nonnull(strstr(output(report_table, r, 3, 50, 0, PERFDATA_AUTO),
				     "\nClient Frontend  10.0.0.7:587 Permanent error\n"
				     "  smtp_greeting: \"554 5.7.1 no mail from here, and\n"
				     "    this is a long refusal\"\n"
				     "Old              10.0.0.8:25  Skipped\n"
				     "  disabled\n"));
	three(r);
	ck_assert_ptr_nonnull(strstr(output(report_table, r, 3, 42, 0, PERFDATA_AUTO),
				     "\nClient Frontend  Permanent error\n"));
	three(r);
	ck_assert_str_eq(output(report_table, r, 3, 40, 0, PERFDATA_AUTO),
			 "ReceiveConnector StatusCode\n"
			 "---------------- ----------\n"
			 "Default Frontend Success\n"
			 "Client Frontend  Permanent error\n"
			 "  smtp_greeting: \"554 5.7.1 no mail from\n"
			 "    here, and this is a long refusal\"\n"
			 "Old              Skipped\n"
			 "  disabled\n"
			 "\n3 end points: 1 Success, 1 Permanent\n"
			 "  error, 1 Skipped\n");
}
END_TEST

/* An end point of -H has no connector by whose name it would be known. */
START_TEST(test_report_table__end_points_without_connectors_where_it_is_narrow)
{
	struct result r[2];

	make(&r[0], "", "", "10.0.0.7:25");
	make(&r[1], "", "", "[2001:db8::1]:25");
	ck_assert_str_eq(output(report_table, r, 2, 40, 0, PERFDATA_AUTO),
			 "EndPoint         StatusCode\n"
			 "--------         ----------\n"
			 "10.0.0.7:25      Success\n"
			 "[2001:db8::1]:25 Success\n"
			 "\n2 end points: 2 Success\n");
	make(&r[0], "", "", "10.0.0.7:25");
	make(&r[1], "Default Frontend", "10.0.0.8:25", "10.0.0.8:25");
	ck_assert_str_eq(output(report_table, r, 2, 40, 0, PERFDATA_AUTO),
			 "ReceiveConnector StatusCode\n"
			 "---------------- ----------\n"
			 "10.0.0.7:25      Success\n"
			 "Default Frontend Success\n"
			 "\n2 end points: 2 Success\n");
}
END_TEST

START_TEST(test_report_table__connectors_no_line_is_wider_than_the_terminal)
{
	for (int width = 40; width < 140; width++) {
		struct result r[3];

		three(r);
		snprintf(r[0].address, sizeof(r[0].address), "[2001:db8:0:1:2:3:4:1]:25");
		r[1].connector = "Default Frontend of a long name";
		const char *text = output(report_table, r, 3, width, 1, PERFDATA_AUTO);
		for (const char *line = text; *line;) {
			size_t len = strcspn(line, "\n");
			ck_assert_msg(len <= (size_t)width, "%zu > %d: %.*s", len, width, (int)len,
				      line);
			line += len + (line[len] == '\n');
		}
	}
}
END_TEST

/* what tells names apart is at their end, and of hosts at their beginning */
START_TEST(test_report_table__connectors_are_told_apart_where_it_is_narrow)
{
	struct result r[3];

	make(&r[0], "Default Frontend mbx0050", "0.0.0.0:25", "[2001:db8:0:1:2:3:4:1]:25");
	make(&r[1], "Default Frontend mbx0051", "0.0.0.0:25", "[2001:db8:0:1:2:3:4:2]:25");
	make(&r[2], "Default Frontend \xc3\xa4\xc3\xb6\xc3\xbc\xc3\xa4\xc3\xb6", "0.0.0.0:25",
	     "10.0.0.7:25");
	r[1].server = "mbx02.example.org";
	r[2].server = "a-server-of-a-long-name-03.example.org";
	const char *text = output(report_table, r, 3, 80, 0, PERFDATA_AUTO);
	ck_assert_ptr_nonnull(strstr(text, "\nmbx01      Default...bx0050 0.0.0.0:25 "
					   "[2001:db8:...3:4:1]:25 Success\n"));
	ck_assert_ptr_nonnull(strstr(text, "\nmbx02      Default...bx0051 0.0.0.0:25 "
					   "[2001:db8:...3:4:2]:25 Success\n"));
	ck_assert_ptr_nonnull(strstr(
		text, "\na-se...-03 Default... \xc3\xa4\xc3\xb6\xc3\xbc\xc3\xa4\xc3\xb6 0.0.0.0:25 "
		      "10.0.0.7:25            Success\n"));
}
END_TEST

enum { MANY = 30 };

/* The last lines of the table of MANY, of which those failed whose bit is set. */
static const char *summary_of(unsigned int failed, int height)
{
	static struct result r[MANY];
	const struct report report = {.service = "SMTP",
				      .protocol = "smtp",
				      .rules = &rules,
				      .terminal = height > 0,
				      .height = height,
				      .width = 80};

	for (size_t i = 0; i < MANY; i++) {
		make(&r[i], "c", "", "10.0.0.7:25");
		snprintf(r[i].label, sizeof(r[i].label), "c%zu 10.0.0.7:25", i);
		if (failed & 1U << i)
			refuse(&r[i], i % 2 ? ERR_REFUSED : ERR_TRANSIENT, "no");
	}
	r[0].skipped = true;
	result_report(report_table, report, r, MANY, &out);
	for (size_t i = 0; i < MANY; i++)
		result_free(&r[i]);
	const char *summary = strstr(buf_str(&out), "\n30 end points: ");
	return summary ? summary : buf_str(&out);
}

static const struct {
	unsigned int failed;
	int height;
	const char *summary;
} summaries[] = {
	{0, 24, "\n30 end points: 29 Success, 1 Skipped\n"},
	{0x14, 0, "\n30 end points: 27 Success, 2 Transient error, 1 Skipped\n"},
	{0x14, 60, "\n30 end points: 27 Success, 2 Transient error, 1 Skipped\n"},
	{0x34, 24,
	 "\n30 end points: 26 Success, 2 Transient error, 1 Permanent error, 1 Skipped\n"
	 "  c5 10.0.0.7:25 smtp_greeting: \"no\"\n"
	 "  c2 10.0.0.7:25 smtp_greeting: \"no\"\n"
	 "  c4 10.0.0.7:25 smtp_greeting: \"no\"\n"},
	{0x3ffffffe, 24,
	 "\n30 end points: 14 Transient error, 15 Permanent error, 1 Skipped\n"
	 "  c1 10.0.0.7:25 smtp_greeting: \"no\"\n  c3 10.0.0.7:25 smtp_greeting: \"no\"\n"
	 "  c5 10.0.0.7:25 smtp_greeting: \"no\"\n  c7 10.0.0.7:25 smtp_greeting: \"no\"\n"
	 "  c9 10.0.0.7:25 smtp_greeting: \"no\"\n  c11 10.0.0.7:25 smtp_greeting: \"no\"\n"
	 "  c13 10.0.0.7:25 smtp_greeting: \"no\"\n  c15 10.0.0.7:25 smtp_greeting: \"no\"\n"
	 "  c17 10.0.0.7:25 smtp_greeting: \"no\"\n  c19 10.0.0.7:25 smtp_greeting: \"no\"\n"
	 "  and 19 more\n"},
};

/* the worst first; not where all is still on the screen, and not where it is none */
START_TEST(test_report_table__connectors_longer_than_the_screen_end_with_what_failed)
{
	ck_assert_str_eq(summary_of(summaries[_i].failed, summaries[_i].height),
			 summaries[_i].summary);
}
END_TEST

START_TEST(test_report_nagios__connectors_name_the_worst)
{
	struct result r[3];

	three(r);
	const char *text = output(report_nagios, r, 3, 0, 0, PERFDATA_SUMMARY);
	ck_assert_str_eq(
		text,
		"SMTP CRITICAL - 1 of 3 end points ok, 1 skipped, Client Frontend 10.0.0.7:587 "
		"smtp_greeting: "
		"\"554 5.7.1 no mail fro...\" | "
		"targets=3;;;0 targets_ok=1;;;0 total=0.030s;;;0;55 total_median=0.030s "
		"smtp_connect=0.010s smtp_connect_median=0.010s smtp_greeting=0.020s "
		"smtp_greeting_median=0.020s\n"
		"CRITICAL - Client Frontend 10.0.0.7:587 smtp_greeting: \"554 5.7.1 no mail from "
		"here, and this is a long refusal\"\n"
		"OK - Default Frontend 10.0.0.7:25 TLS ok in 0.030 s\n"
		"OK - Old 10.0.0.8:25 skipped: disabled\n");
}
END_TEST

START_TEST(test_report_nagios__connectors_slowest_and_median)
{
	struct result r[4];
	static const int ms[] = {400, 100, 300, 200};

	for (size_t i = 0; i < 4; i++) {
		make(&r[i], "c", "", "127.0.0.1:25");
		r[i].timeline = (struct timeline){0};
		result_step(&r[i], "smtp_connect", ms[i]);
	}
	result_tls(&r[1], 50);
	result_tls(&r[2], 20);
	ck_assert_ptr_nonnull(
		strstr(output(report_nagios, r, 4, 0, 0, PERFDATA_SUMMARY),
		       " | targets=4;;;0 targets_ok=4;;;0 total=0.400s;;;0;55 total_median=0.250s "
		       "smtp_connect=0.400s smtp_connect_median=0.250s cert_days=20\n"));
}
END_TEST

START_TEST(test_report_nagios__perfdata_of_each_by_the_mode_and_their_number)
{
	enum { SOME = PERFDATA_FEW + 1 };
	struct result *r = calloc(SOME, sizeof(*r));

	for (size_t count = 2; count <= SOME; count += SOME - 2)
		for (enum report_perfdata mode = PERFDATA_AUTO; mode <= PERFDATA_SUMMARY; mode++) {
			for (size_t i = 0; i < count; i++) {
				char address[40];
				snprintf(address, sizeof(address), "10.0.0.%zu:25", i);
				make(&r[i], "c c", "10.0.0.7:25", address);
			}
			bool all = mode == PERFDATA_ALL;
			bool each = all || (mode == PERFDATA_AUTO && count <= PERFDATA_FEW);
			const char *text = output(report_nagios, r, count, 0, 0, mode);
			ck_assert_msg(each == (strstr(text, " c_c_10_0_0_7_25_2_total=") != NULL),
				      "%zu %d: %s", count, mode, text);
			ck_assert(all == (strstr(text, " c_c_10_0_0_7_25_smtp_connect=") != NULL));
		}
	free(r);
}
END_TEST

START_TEST(test_report_nagios__a_file_of_one_connector_is_several)
{
	struct result r;

	make(&r, "c", "0.0.0.0:25", "127.0.0.1:25");
	ck_assert_str_eq(
		output(report_nagios, &r, 1, 0, 0, PERFDATA_AUTO),
		"SMTP OK - c 127.0.0.1:25 TLS ok in 0.030 s | targets=1;;;0 targets_ok=1;;;0 "
		"total=0.030s;;;0;55 total_median=0.030s smtp_connect=0.010s "
		"smtp_connect_median=0.010s smtp_greeting=0.020s smtp_greeting_median=0.020s "
		"c_0_0_0_0_25_total=0.030s;;;0;55\n");
	make(&r, "", "", "127.0.0.1:25");
	snprintf(r.endpoint.host, sizeof(r.endpoint.host), "127.0.0.1");
	ck_assert_str_eq(output(report_nagios, &r, 1, 0, 0, PERFDATA_ALL),
			 "SMTP OK - 127.0.0.1:25 TLS ok in 0.030 s | total=0.030s;;;0;55 "
			 "smtp_connect=0.010s smtp_greeting=0.020s\n");
}
END_TEST

START_TEST(test_report_nagios__connector_replies_with_v)
{
	struct result r;

	make(&r, "c", "", "127.0.0.1:25");
	buf_append_str(&r.details, "250 \x1b[31m|\xff<b>\n");
	const char *text = output(report_nagios, &r, 1, 0, 1, PERFDATA_AUTO);
	ck_assert_ptr_nonnull(
		strstr(text, "\naddress: 127.0.0.1:25\nstatus code: Success\n"
			     "server: 220 mbx01.example.org ready\nserver: 250-mbx01.example.org\n"
			     "server: 250 SIZE\nserver: 250 ?[31m/?(b)\n"));
}
END_TEST

UNIT_MAIN_FIXTURE("report_connectors", setup, teardown,
		  ONCE(test_report_table__connectors_a_line_each_where_it_is_no_terminal),
		  ONCE(test_report_table__connectors_fit_a_terminal),
		  ONCE(test_report_table__connectors_columns_are_left_out_where_it_is_narrow),
		  ONCE(test_report_table__end_points_without_connectors_where_it_is_narrow),
		  ONCE(test_report_table__connectors_no_line_is_wider_than_the_terminal),
		  ONCE(test_report_table__connectors_are_told_apart_where_it_is_narrow),
		  ROWS(test_report_table__connectors_longer_than_the_screen_end_with_what_failed,
		       summaries),
		  ONCE(test_report_nagios__connectors_name_the_worst),
		  ONCE(test_report_nagios__connectors_slowest_and_median),
		  ONCE(test_report_nagios__perfdata_of_each_by_the_mode_and_their_number),
		  ONCE(test_report_nagios__a_file_of_one_connector_is_several),
		  ONCE(test_report_nagios__connector_replies_with_v))
