/* report_connectors.c - the table of connector tests: a row an address, with the columns of
 * Test-SmtpConnectivity.
 *
 * No row is wider than the terminal or $COLUMNS: what went wrong goes on below where it has no
 * room. Where nobody says how wide that is, a row is a line, however long, so that grep finds all
 * of it. */
#include "report/report.h"

#include <string.h>

#include "report/report_columns.h"
#include "report/table.h"

enum {
	STATUS_WIDTH = 17, /* "Unable to connect" */
	/* columns are not made narrower than that */
	SERVER_MIN = 10,
	CONNECTOR_MIN = 16,
	ENDPOINT_MIN = 21,
	BINDING_MIN = 21,
	DETAILS_MIN = 8,
	UNLIMITED = TABLE_TEXT_SIZE - 1,
};

struct layout {
	struct table table;
	int server, connector, binding, endpoint, details;
};

static int wider(int width, const char *text)
{
	char clean[TABLE_TEXT_SIZE];

	table_clean(clean, sizeof(clean), text);
	return table_max(width, table_columns(clean));
}

/* At their narrowest, without Details. */
static int least(const struct layout *l)
{
	return table_taken_least(l->server, SERVER_MIN) +
	       table_taken_least(l->connector, CONNECTOR_MIN) +
	       table_taken_least(l->binding, BINDING_MIN) +
	       table_taken_least(l->endpoint, ENDPOINT_MIN) + STATUS_WIDTH;
}

/* Where even the narrowest columns have no room, leave some out: what the connector's name says, or
 * -v, can be spared; what has no connector is known by its end point. */
static void leave_out(struct layout *l, bool has_connectors)
{
	if (least(l) > l->table.width && !has_connectors)
		l->connector = 0;
	if (least(l) > l->table.width) {
		l->endpoint = table_max(l->endpoint, l->binding); /* shown where there is none */
		l->binding = 0;
	}
	if (least(l) > l->table.width)
		l->server = 0;
	if (least(l) > l->table.width)
		l->endpoint = 0;
}

/* How much more the columns before Details take than there is room for. */
static int excess_of(const struct layout *l)
{
	return table_taken(l->server) + table_taken(l->connector) + table_taken(l->binding) +
	       table_taken(l->endpoint) + table_taken(STATUS_WIDTH) - l->table.width;
}

static void fit(struct layout *l, bool has_connectors)
{
	leave_out(l, has_connectors);
	int excess = excess_of(l) + DETAILS_MIN;
	table_narrow(&l->connector, CONNECTOR_MIN, &excess);
	table_narrow(&l->server, SERVER_MIN, &excess);
	excess -= DETAILS_MIN;
	table_narrow(&l->endpoint, ENDPOINT_MIN, &excess);
	table_narrow(&l->binding, BINDING_MIN, &excess);
	l->details = table_max(0, -excess_of(l));
	if (l->details < (int)strlen("Details"))
		l->details = 0;
}

static struct layout make_layout(const struct report *r)
{
	struct layout l = {.table = table_init(r)};
	char label[ENDPOINT_LABEL_SIZE];
	bool has_connectors = false;

	l.server = (int)strlen("Server");
	l.connector = (int)strlen("ReceiveConnector");
	l.binding = (int)strlen("Binding");
	l.endpoint = (int)strlen("EndPoint");
	l.details = UNLIMITED;
	for (size_t i = 0; i < r->count; i++) {
		const struct result *t = &r->results[i];
		l.server = wider(l.server, report_server(t));
		l.connector = wider(l.connector, t->connector);
		has_connectors = has_connectors || *t->connector;
		l.binding = wider(l.binding, t->binding);
		l.endpoint = wider(l.endpoint, report_endpoint(t, label));
	}
	if (r->width)
		fit(&l, has_connectors);
	return l;
}

static void put_header(const struct layout *l, struct buf *out)
{
	const struct table_column column[] = {
		{"Server", l->server},
		{"ReceiveConnector", l->connector},
		{"Binding", l->binding},
		{"EndPoint", l->endpoint},
		{"StatusCode", STATUS_WIDTH},
		{"Details", table_min(l->details, (int)strlen("Details"))},
	};

	table_header(out, column, sizeof(column) / sizeof(column[0]));
}

/* What the server said when all was well can be cut. */
static bool can_be_cut(const struct result *t)
{
	return t->state == STATE_OK && !t->skipped;
}

static void put_row(const struct layout *l, const struct result *t, struct buf *out)
{
	struct buf details = BUF_INIT(TABLE_TEXT_SIZE - 1);
	char label[ENDPOINT_LABEL_SIZE];

	report_connector_details(t, &details);
	const char *endpoint = report_endpoint(t, label);
	bool fits = table_columns(buf_str(&details)) <= l->details;
	table_host_cell(out, report_server(t), l->server);
	table_name_cell(out, *t->connector || l->endpoint ? t->connector : endpoint, l->connector);
	table_name_cell(out, t->binding, l->binding);
	table_name_cell(out, *endpoint || l->binding ? endpoint : t->binding, l->endpoint);
	table_painted_cell(out, report_status_word(t), STATUS_WIDTH,
			   t->skipped ? paint_none : paint_of(l->table.report, t->state));
	if (fits || (can_be_cut(t) && l->details >= DETAILS_MIN))
		table_cell(out, buf_str(&details), l->details);
	table_end_line(out);
	if (!fits && !can_be_cut(t))
		table_wrapped(out, buf_str(&details), 2, l->table.width);
	buf_free(&details);
}

static void put_target(const struct report *r, const struct layout *l, const struct result *t,
		       struct buf *out)
{
	put_row(l, t, out);
	table_planned(out, &l->table, t);
	if (r->verbosity >= 1)
		table_details(out, &l->table, t, r->verbosity);
	table_monitoring(out, &l->table, r, t);
	if (r->verbosity >= 1)
		table_steps(out, &l->table, &t->timeline);
	if (r->verbosity >= 3)
		report_transcript(t, out);
}

void report_connectors(const struct report *r, struct buf *out)
{
	struct layout l = make_layout(r);

	put_header(&l, out);
	for (size_t i = 0; i < r->count; i++)
		put_target(r, &l, &r->results[i], out);
	if (r->count > 1)
		table_summary(out, r, &l.table);
	table_warnings(out, r, &l.table);
}
