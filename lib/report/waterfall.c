/* waterfall.c - where the time of a target went, as SVG */
#include "report/waterfall.h"

#include <math.h>
#include <stdint.h>
#include <string.h>

#include "base/clock.h"
#include "base/decimal.h"
#include "report/escape.h"

enum {
	LINE = 24,     /* height of one, in pixels */
	TEXT_AT = 14,  /* base line of its text */
	BAR_AT = 18,   /* its bar: from here */
	BAR = 5,       /* so thick */
	MARK = 4,      /* a mark goes beyond it, on both sides */
	AXIS = 18,     /* height of the axis' text */
	TICKS_MAX = 5, /* so many are legible where it is narrow */
};

/* what is narrower cannot be seen */
static const double bar_min = 0.4;

struct axis {
	struct buf *out;
	const struct report *report;
	int64_t us;   /* its whole length */
	size_t lines; /* of the steps, and of the total */
	size_t at;    /* the one that is being drawn */
};

static void put_decimal(struct buf *out, double value, int decimals)
{
	char text[DECIMAL_SIZE];

	decimal_format(value, decimals, text);
	buf_append_str(out, text);
}

static double share(const struct axis *a, int64_t us)
{
	return 100.0 * (double)us / (double)a->us;
}

static void put_milliseconds(struct buf *out, int64_t us)
{
	char text[DECIMAL_SIZE];

	decimal_format_shortest((double)us / (double)US_PER_MS, text);
	buf_printf(out, "%s ms", text);
}

/* ---- the axis ---- */

/* 1, 2 or 5 times a power of ten, so that no more than TICKS_MAX of them fit. */
static int64_t tick_of(int64_t us)
{
	static const int factor[] = {1, 2, 5};

	for (int64_t power = 1;; power *= 10)
		for (size_t i = 0; i < sizeof(factor) / sizeof(factor[0]); i++)
			if (us / (factor[i] * power) < TICKS_MAX)
				return factor[i] * power;
}

static void put_tick(const struct axis *a, int64_t us)
{
	size_t height = a->lines * LINE;
	const char *class = !us ? "s" : share(a, us) > 90 ? "e" : "m";

	buf_append_str(a->out, "<line class=\"g\" x1=\"");
	put_decimal(a->out, share(a, us), 2);
	buf_append_str(a->out, "%\" x2=\"");
	put_decimal(a->out, share(a, us), 2);
	buf_printf(a->out, "%%\" y1=\"0\" y2=\"%zu\"/><text class=\"%s g\" x=\"", height, class);
	put_decimal(a->out, share(a, us), 2);
	buf_printf(a->out, "%%\" y=\"%zu\">", height + AXIS - 4);
	put_milliseconds(a->out, us);
	buf_append_str(a->out, "</text>\n");
}

static void put_axis(const struct axis *a)
{
	int64_t tick = tick_of(a->us);

	for (int64_t us = 0; us <= a->us; us += tick)
		put_tick(a, us);
}

/* ---- a line ---- */

/* `, warning 0.1`, and a mark at each end of the range that is on the axis. */
static void say_threshold(const struct axis *a, const struct thresholds *t, enum state level,
			  const char *name)
{
	const struct range *range = thresholds_find(t, name);

	if (!range)
		return;
	buf_printf(a->out, ", %s ", state_word(level));
	struct buf text = BUF_INIT(2 * DECIMAL_SIZE);
	range_format(range, &text);
	buf_append_str(a->out, buf_str(&text));
	buf_free(&text);
}

static void put_mark(const struct axis *a, double seconds, int64_t start_us, const char *class)
{
	double us = (double)start_us + seconds * (double)US_PER_S;

	if (!isfinite(us) || seconds <= 0 || us > (double)a->us)
		return;
	buf_printf(a->out, "<line class=\"%s\" x1=\"", class);
	put_decimal(a->out, share(a, (int64_t)us), 2);
	buf_append_str(a->out, "%\" x2=\"");
	put_decimal(a->out, share(a, (int64_t)us), 2);
	buf_printf(a->out, "%%\" y1=\"%zu\" y2=\"%zu\"/>", a->at * LINE + BAR_AT - MARK,
		   a->at * LINE + BAR_AT + BAR + MARK);
}

static void mark_threshold(const struct axis *a, const struct thresholds *t, const char *class,
			   const char *name, int64_t start_us)
{
	const struct range *range = thresholds_find(t, name);

	if (!range)
		return;
	put_mark(a, range->start, start_us, class);
	put_mark(a, range->end, start_us, class);
}

static void put_bar(const struct axis *a, int64_t start_us, int64_t us, const char *class)
{
	double from = share(a, start_us), width = share(a, us);

	width = width < bar_min ? bar_min : width;
	from = from + width > 100 ? 100 - width : from;
	buf_printf(a->out, "<rect class=\"%s\" x=\"", class);
	put_decimal(a->out, from, 2);
	buf_printf(a->out, "%%\" y=\"%zu\" width=\"", a->at * LINE + BAR_AT);
	put_decimal(a->out, width, 2);
	buf_printf(a->out, "%%\" height=\"%d\"/>", BAR);
}

static const char *class_of(enum state state, bool failed)
{
	if (failed || state == STATE_CRITICAL)
		return "c";
	return state == STATE_WARNING ? "w" : "b";
}

static void put_line(struct axis *a, const char *name, int64_t start_us, int64_t us, bool failed)
{
	const struct verdict_rules *rules = a->report->rules;
	size_t y = a->at * LINE + TEXT_AT;

	buf_printf(a->out, "<text y=\"%zu\">", y);
	escape_html(a->out, name);
	buf_printf(a->out, "</text><text class=\"e\" x=\"100%%\" y=\"%zu\">%s", y,
		   failed ? "failed after " : "");
	put_milliseconds(a->out, us);
	say_threshold(a, &rules->warning, STATE_WARNING, name);
	say_threshold(a, &rules->critical, STATE_CRITICAL, name);
	buf_append_str(a->out, "</text>");
	put_bar(a, start_us, us, class_of(verdict_time(rules, name, us), failed));
	mark_threshold(a, &rules->warning, "w", name, start_us);
	mark_threshold(a, &rules->critical, "c", name, start_us);
	buf_append_char(a->out, '\n');
	a->at++;
}

/* Clocks that are read one after the other may let a step end behind the whole. */
static int64_t length_of(const struct timeline *tl)
{
	int64_t us = tl->total_us > 0 ? tl->total_us : 1;

	for (size_t i = 0; i < tl->count; i++)
		if (tl->step[i].start_us + tl->step[i].duration_us > us)
			us = tl->step[i].start_us + tl->step[i].duration_us;
	return us;
}

void waterfall_put(struct buf *out, const struct report *r, const struct result *t)
{
	const struct timeline *tl = &t->timeline;
	struct axis a = {.out = out, .report = r, .us = length_of(tl), .lines = tl->count + 1};

	if (!tl->count)
		return;
	buf_printf(out, "<svg role=\"group\" aria-label=\"%zu steps in ", tl->count);
	put_milliseconds(out, tl->total_us);
	buf_printf(out, "\" width=\"100%%\" height=\"%zu\">\n", a.lines * LINE + AXIS);
	put_axis(&a);
	for (size_t i = 0; i < tl->count; i++)
		put_line(&a, tl->step[i].name, tl->step[i].start_us, tl->step[i].duration_us,
			 tl->step[i].outcome == STEP_FAILED);
	put_line(&a, "total", 0, tl->total_us, false);
	buf_append_str(out, "</svg>\n");
}
