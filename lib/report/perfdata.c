/* perfdata.c - one item of performance data: label=value[UOM];[warn];[crit];[min];[max]
 *
 * The grammar is that of the monitoring-plugins guidelines, narrowed to what all readers agree on:
 * they differ in what they make of a quote or a blank in a label, and of values that are not
 * numbers. */
#include "report/perfdata.h"

#include <math.h>
#include <string.h>

#include "base/decimal.h"

static int put_range(struct buf *b, const struct range *r)
{
	return r ? range_format(r, b) : 0;
}

static int put_limits(struct buf *b, const struct perf *p)
{
	size_t mark = b->len;
	size_t used = 0; /* up to the last field that is not empty */

	if (buf_append_char(b, ';') || put_range(b, p->warn))
		return -1;
	used = p->warn ? b->len : mark;
	if (buf_append_char(b, ';') || put_range(b, p->crit))
		return -1;
	used = p->crit ? b->len : used;
	if (buf_printf(b, ";%s", p->min ? p->min : ""))
		return -1;
	used = p->min ? b->len : used;
	if (buf_printf(b, ";%s", p->max ? p->max : ""))
		return -1;
	used = p->max ? b->len : used;
	buf_truncate(b, used);
	return 0;
}

static int put_item(struct buf *b, const struct perf *p)
{
	char value[DECIMAL_SIZE];

	decimal_format(p->value, p->decimals, value);
	if (buf_printf(b, "%s%s=%s%s", b->len ? " " : "", p->label, value, p->uom))
		return -1;
	return put_limits(b, p);
}

int perfdata_add(struct buf *b, const struct perf *p)
{
	size_t before = b->len;

	if (!isfinite(p->value)) /* there is no legal way to write it */
		return 0;
	if (put_item(b, p)) {
		buf_truncate(b, before);
		return -1;
	}
	return 0;
}
