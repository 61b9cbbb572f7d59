/* threshold.c - ranges, read strictly: what would be taken for something else than its writer meant
 * is refused */
#include "judge/threshold.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/decimal.h"
#include "base/steps.h"

/* "RANGE": why (what would be right) */
static int malformed(const char *text, size_t len, const char *why, struct err *err)
{
	return err_set(err, ERR_USAGE,
		       "range \"%.*s\": %s, expected 10, 10:, ~:10, 10:20 or @10:20",
		       len > 60 ? 60 : (int)len, text, why);
}

static const char *number_fault(const char *text, size_t len)
{
	if (!len)
		return "a number is missing";
	if (memchr(text, ',', len))
		return "the decimal sign is a dot";
	if (memchr(text, ' ', len) || memchr(text, '\t', len))
		return "blanks are not allowed";
	for (size_t i = 0; i < len; i++) /* text need not be terminated */
		if (!text[i] || !strchr("-0123456789.", text[i]))
			return "not a plain decimal number";
	return len > DECIMAL_DIGITS ? "too many digits" : "not a plain decimal number";
}

static int reversed(const struct range *r, const char *text, size_t len, struct err *err)
{
	char low[DECIMAL_SIZE], high[DECIMAL_SIZE];

	decimal_format_shortest(r->end, low);
	decimal_format_shortest(r->start, high);
	return err_set(err, ERR_USAGE,
		       "range \"%.*s\": the start %s is greater than the end %s, expected %s%s:%s",
		       (int)len, text, high, low, r->inside ? "@" : "", low, high);
}

int range_parse(const char *text, size_t len, struct range *range_r, struct err *err)
{
	struct range r = {.start = 0, .end = INFINITY};
	const char *at = text, *stop = text + len;

	if (!len)
		return malformed(text, len, "it is empty", err);
	if (*at == '@') {
		r.inside = true;
		at++;
	}
	const char *colon = memchr(at, ':', (size_t)(stop - at));
	if (colon && memchr(colon + 1, ':', (size_t)(stop - colon - 1)))
		return malformed(text, len, "it has more than one colon", err);
	if (colon) {
		if (colon - at == 1 && *at == '~')
			r.start = -INFINITY;
		else if (decimal_parse(at, (size_t)(colon - at), &r.start))
			return malformed(text, len, number_fault(at, (size_t)(colon - at)), err);
		at = colon + 1;
	}
	if ((!colon || at < stop) && decimal_parse(at, (size_t)(stop - at), &r.end))
		return malformed(text, len, number_fault(at, (size_t)(stop - at)), err);
	if (r.start > r.end)
		return reversed(&r, text, len, err);
	*range_r = r;
	return 0;
}

bool range_alerts(const struct range *r, double value)
{
	bool within = value >= r->start && value <= r->end;

	return within == r->inside;
}

int range_format(const struct range *r, struct buf *b)
{
	char start[DECIMAL_SIZE] = "~", end[DECIMAL_SIZE] = "";
	bool from_zero = r->start >= 0 && r->start <= 0 && isfinite(r->end);

	if (isfinite(r->start))
		decimal_format_shortest(r->start, start);
	if (isfinite(r->end))
		decimal_format_shortest(r->end, end);
	return buf_printf(b, "%s%s%s%s", r->inside ? "@" : "", from_zero ? "" : start,
			  from_zero ? "" : ":", end);
}

static int unknown_step(const char *step, size_t len, unsigned int parts, struct err *err)
{
	struct buf names = BUF_INIT(sizeof(err->text));

	steps_list(parts, &names);
	err_set(err, ERR_USAGE, "unknown step \"%.*s\", expected one of: %s",
		len > 40 ? 40 : (int)len, step, buf_str(&names));
	buf_free(&names);
	return -1;
}

/* The index of the item for a step, a new one if there is none; -1 when all are taken. */
static int place(struct thresholds *t, const char *step, size_t len)
{
	size_t i = 0;

	while (i < t->count &&
	       !(strlen(t->item[i].step) == len && !memcmp(t->item[i].step, step, len)))
		i++;
	if (i == THRESHOLDS_MAX || len >= sizeof(t->item[i].step))
		return -1;
	if (i == t->count)
		snprintf(t->item[t->count++].step, sizeof(t->item[i].step), "%.*s", (int)len, step);
	return (int)i;
}

int thresholds_parse(struct thresholds *t, const char *text, unsigned int parts, struct err *err)
{
	bool given[THRESHOLDS_MAX] = {false};

	for (;;) {
		size_t len = strcspn(text, ",");
		const char *equals = memchr(text, '=', len);
		const char *step = equals ? text : "total";
		size_t step_len = equals ? (size_t)(equals - text) : strlen(step);
		const char *at = equals ? equals + 1 : text;
		struct range range;

		if (!steps_have(parts, step, step_len))
			return unknown_step(step, step_len, parts, err);
		if (range_parse(at, len - (size_t)(at - text), &range, err))
			return -1;
		int i = place(t, step, step_len);
		if (i < 0)
			return err_set(err, ERR_USAGE, "more than %d thresholds", THRESHOLDS_MAX);
		if (given[i]) /* 0,5 is more likely half a second than two ranges */
			return err_set(err, ERR_USAGE,
				       "two ranges for %s (the decimal sign is a dot)",
				       t->item[i].step);
		given[i] = true;
		t->item[i].range = range;
		if (!text[len])
			return 0;
		text += len + 1;
	}
}

int thresholds_check(const struct thresholds *t, unsigned int parts, struct err *err)
{
	struct buf names = BUF_INIT(sizeof(err->text));
	size_t i = 0;

	while (i < t->count && steps_have(parts, t->item[i].step, strlen(t->item[i].step)))
		i++;
	if (i == t->count)
		return 0;
	steps_list(parts, &names);
	err_set(err, ERR_USAGE, "this test has no step \"%s\", expected one of: %s",
		t->item[i].step, buf_str(&names));
	buf_free(&names);
	return -1;
}

static const struct range *find(const struct thresholds *t, const char *step)
{
	for (size_t i = 0; i < t->count; i++)
		if (!strcmp(t->item[i].step, step))
			return &t->item[i].range;
	return NULL;
}

const struct range *thresholds_find(const struct thresholds *t, const char *step)
{
	const struct range *r = find(t, step);

	return r ? r : find(t, step_bare(step));
}
