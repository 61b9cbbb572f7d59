/* report_csv.c - a row a target for spreadsheets and scripts (RFC 4180), under the cmdlets' own
 * heads */
#include "report/report.h"

#include "report/escape.h"
#include "report/planned.h"
#include "report/report_columns.h"

enum { CELL_MAX = 64 << 10 };

static void put_heads(const struct report_column *column, const char *before, struct buf *out)
{
	for (const struct report_column *c = column; c->name; c++, before = ",") {
		buf_append_str(out, before);
		escape_csv(out, c->name);
	}
}

static void put_cells(const struct report *r, const struct report_column *column,
		      const struct result *t, const char *before, struct buf *out)
{
	for (const struct report_column *c = column; c->name; c++, before = ",") {
		struct buf cell = BUF_INIT(CELL_MAX);

		c->put(r, t, &cell);
		if (c->tells)
			planned_names(t, &cell);
		buf_append_str(out, before);
		if (c->number)
			buf_append_str(out, buf_str(&cell));
		else
			escape_csv(out, buf_str(&cell));
		buf_free(&cell);
	}
}

void report_csv(const struct report *r, struct buf *out)
{
	static const struct report_column none[] = {{0}};
	const struct report_column *column = report_columns(r);
	const struct report_column *more = r->monitoring ? report_monitoring_columns : none;

	put_heads(column, "", out);
	put_heads(more, ",", out);
	buf_append_str(out, "\r\n");
	for (size_t i = 0; i < r->count; i++) {
		put_cells(r, column, &r->results[i], "", out);
		put_cells(r, more, &r->results[i], ",", out);
		buf_append_str(out, "\r\n");
	}
}
