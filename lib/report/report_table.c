/* report_table.c - the format for a terminal: a row an end point with the columns of
 * Test-ImapConnectivity, and below it where the time went. Nothing is wider than the terminal but
 * the dialog of -vvv. */
#include "report/report.h"

#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "base/decimal.h"
#include "base/text.h"
#include "report/report_columns.h"
#include "report/report_sides.h"
#include "report/table.h"

enum {
	/* columns are not made narrower; but Server is, where no other is left */
	SITE_MIN = 8,
	SCENARIO_MIN = 12,
	SERVER_MIN = 16,
	ERROR_MIN = 5,
	RESULT_WIDTH = 7,
	LATENCY_WIDTH = 11,
};

struct layout {
	struct table table;
	int server, site, scenario, error; /* widths of the columns */
};

/* As wide as the longest name that leaves room for the other columns; a longer one gets a line of
 * its own. */
static int server_width(const struct report *r, int limit)
{
	int width = (int)strlen("Server");
	char text[TABLE_TEXT_SIZE];

	for (size_t i = 0; i < r->count; i++) {
		table_clean(text, sizeof(text), r->results[i].label);
		if (table_columns(text) <= limit)
			width = table_max(width, table_columns(text));
	}
	return width;
}

/* What all columns but Server take, Error at its narrowest. */
static int others(int site, int scenario)
{
	return table_taken(site) + table_taken(scenario) + table_taken(RESULT_WIDTH) +
	       table_taken(LATENCY_WIDTH) + ERROR_MIN;
}

/* Where even the narrowest columns have no room, leave out what is the same in every row. */
static void leave_out(struct layout *l)
{
	int room = l->table.width - table_taken(SERVER_MIN) - others(0, 0);

	if (table_taken_least(l->site, SITE_MIN) + table_taken_least(l->scenario, SCENARIO_MIN) >
	    room)
		l->site = 0;
	if (table_taken_least(l->site, SITE_MIN) + table_taken_least(l->scenario, SCENARIO_MIN) >
	    room)
		l->scenario = 0;
}

static struct layout make_layout(const struct report *r)
{
	struct layout l = {.table = table_init(r)};
	char text[TABLE_TEXT_SIZE];

	table_clean(text, sizeof(text), r->site ? r->site : "");
	l.site = table_max((int)strlen("Site"), table_columns(text));
	l.scenario = (int)strlen("Scenario");
	for (size_t i = 0; i < r->count; i++) {
		const char *scenario = r->results[i].scenario;
		l.scenario = table_max(l.scenario, table_columns(scenario ? scenario : ""));
	}
	leave_out(&l);
	int limit = l.table.width - 1 - others(l.site ? SITE_MIN : 0, l.scenario);
	int most = l.table.width - 1 - others(0, 0);
	l.server = server_width(r, table_min(table_max(SERVER_MIN, limit), most));
	int excess = table_taken(l.server) + others(l.site, l.scenario) - l.table.width;
	table_narrow(&l.site, SITE_MIN, &excess);
	table_narrow(&l.scenario, SCENARIO_MIN, &excess);
	l.error = ERROR_MIN + table_max(0, -excess);
	return l;
}

static void put_header(const struct layout *l, struct buf *out)
{
	const struct table_column column[] = {
		{"Server", l->server},          {"Site", l->site},
		{"Scenario", l->scenario},      {"Result", RESULT_WIDTH},
		{"Latency(ms)", LATENCY_WIDTH}, {"Error", ERROR_MIN},
	};

	table_header(out, column, sizeof(column) / sizeof(column[0]));
}

/* The row. Returns whether the error had room in it. */
static bool put_row(const struct report *r, const struct layout *l, const struct result *t,
		    const char *error, struct buf *out)
{
	char label[sizeof(t->label)];
	char latency[DECIMAL_SIZE] = "";
	bool has_room = table_columns(error) <= l->error;

	table_clean(label, sizeof(label), t->label);
	if (table_columns(label) > l->server) { /* never cut: it gets a line of its own */
		table_wrapped(out, label, 0, l->table.width);
		label[0] = '\0';
	}
	if (!t->skipped)
		decimal_format((double)t->timeline.total_us / (double)US_PER_MS, 1, latency);
	table_cell(out, label, l->server);
	table_host_cell(out, r->site ? r->site : "", l->site);
	table_cell(out, t->scenario ? t->scenario : "", l->scenario);
	table_painted_cell(out, report_result_word(t), RESULT_WIDTH,
			   t->skipped ? paint_none : paint_of(r, t->state));
	table_blanks(out, LATENCY_WIDTH - table_columns(latency));
	buf_printf(out, "%s %s", latency, has_room ? error : "");
	table_end_line(out);
	return has_room;
}

static void put_target(const struct report *r, const struct layout *l, const struct result *t,
		       struct buf *out)
{
	struct buf error = BUF_INIT(TABLE_TEXT_SIZE), proxy = BUF_INIT(TABLE_TEXT_SIZE);
	bool failed = t->err.kind != ERR_NONE || t->state != STATE_WARNING;

	report_error(t, &error);
	if (!put_row(r, l, t, buf_str(&error), out))
		table_labelled(out, &l->table, failed ? "Error" : "Warning", buf_str(&error));
	buf_free(&error);
	if (t->skipped)
		table_labelled(out, &l->table, report_skipped, t->done);
	table_planned(out, &l->table, t);
	table_labelled(out, &l->table, "Note", t->note);
	report_proxy(r, t, &proxy);
	table_labelled(out, &l->table, "Proxy", buf_str(&proxy));
	buf_free(&proxy);
	if (result_unverified(t))
		table_labelled(out, &l->table, "Note", report_not_verified);
	if (r->verbosity >= 1)
		table_details(out, &l->table, t, r->verbosity);
	table_monitoring(out, &l->table, r, t);
	table_steps(out, &l->table, &t->timeline);
	if (r->verbosity >= 3)
		report_transcript(t, out);
}

void report_table(const struct report *r, struct buf *out)
{
	if (r->count && r->results[0].connector) {
		report_connectors(r, out);
		return;
	}
	struct layout l = make_layout(r);

	put_header(&l, out);
	for (size_t i = 0; i < r->count; i++) {
		size_t row = out->len;
		put_target(r, &l, &r->results[i], out);
		const char *lf = memchr(out->data + row, '\n', out->len - row);
		bool more = lf && lf + 1 < out->data + out->len;
		if (more && i + 1 < r->count) /* rows alone stand close together */
			buf_append_char(out, '\n');
	}
	if (r->count > 1)
		table_summary(out, r, &l.table);
	table_warnings(out, r, &l.table);
}
