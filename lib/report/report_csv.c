/* report_csv.c - a row a target for spreadsheets and scripts (RFC 4180), under the cmdlets' own
 * heads */
#include "report/report.h"

#include "report/escape.h"
#include "report/planned.h"
#include "report/report_columns.h"

enum { CELL_MAX = 64 << 10 };

static void put_heads(const struct report_column *column, struct buf *out)
{
	for (const struct report_column *c = column; c->name; c++) {
		buf_append_str(out, c > column ? "," : "");
		escape_csv(out, c->name);
	}
	buf_append_str(out, "\r\n");
}

static void put_row(const struct report *r, const struct report_column *column,
		    const struct result *t, struct buf *out)
{
	for (const struct report_column *c = column; c->name; c++) {
		struct buf cell = BUF_INIT(CELL_MAX);

		c->put(r, t, &cell);
		if (c->tells)
			planned_names(t, &cell);
		buf_append_str(out, c > column ? "," : "");
		escape_csv(out, buf_str(&cell));
		buf_free(&cell);
	}
	buf_append_str(out, "\r\n");
}

void report_csv(const struct report *r, struct buf *out)
{
	const struct report_column *column = report_columns(r);

	put_heads(column, out);
	for (size_t i = 0; i < r->count; i++)
		put_row(r, column, &r->results[i], out);
}
