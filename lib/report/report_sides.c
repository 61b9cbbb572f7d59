/* report_sides.c - what the way through a front end costs, for people */
#include "report/report_sides.h"

#include <string.h>

#include "base/decimal.h"
#include "base/text.h"
#include "judge/sides.h"

void report_put_delay(int64_t us, struct buf *out)
{
	char text[DECIMAL_SIZE];

	milliseconds_format(us, text);
	buf_printf(out, "%s%s", *text == '-' ? "" : "+", text);
}

static void put_steps(const struct result *t, const struct result *back, struct buf *out)
{
	int64_t us = 0;

	for (size_t i = 0; i < t->timeline.count; i++) {
		const char *name = t->timeline.step[i].name;
		if (!sides_step_delay(t, back, name, &us))
			continue;
		buf_printf(out, ", %s ", name);
		report_put_delay(us, out);
	}
}

const struct result *report_back_end(const struct report *r, const struct result *t, int64_t *us_r)
{
	const struct result *back = sides_behind(r->results, r->count, t);

	return back && sides_delay(t, back, us_r) ? back : NULL;
}

void report_proxy(const struct report *r, const struct result *t, struct buf *out)
{
	char label[sizeof(t->label)];
	size_t before = out->len;
	int64_t us = 0;

	if (t->side == SIDE_FRONT)
		sides_tell(r->results, r->count, t, out);
	const struct result *back = report_back_end(r, t, &us);
	if (!back)
		return;
	buf_printf(out, "%stotal ", out->len > before ? ", " : "");
	report_put_delay(us, out);
	put_steps(t, back, out);
	text_show(label, sizeof(label), back->label, strlen(back->label));
	buf_printf(out, ", beside %s", label);
}

const struct result *report_slowest_front(const struct report *r, int64_t *us_r)
{
	const struct result *slowest = NULL;

	for (size_t i = 0; i < r->count; i++) {
		int64_t us = 0;
		if (!report_back_end(r, &r->results[i], &us) || (slowest && us <= *us_r))
			continue;
		slowest = &r->results[i];
		*us_r = us;
	}
	return slowest;
}
