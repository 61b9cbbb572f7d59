/* report_perfdata.c - which numbers of a report become performance data, and under which labels
 *
 * The same question has the same labels, whatever the answer: nothing is left out for being long,
 * and what "several" are is decided by the options. */
#include "report/report_perfdata.h"

#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/xalloc.h"
#include "report/labels.h"
#include "report/perfdata.h"
#include "report/report_sides.h"

enum {
	LABEL_SIZE = 512,  /* of a target and a step */
	TOTALS_MAX = 2000, /* bytes of the targets' own, beside those of all together */
};

static double seconds(int64_t us)
{
	return (double)us / (double)US_PER_S;
}

const struct result *report_slowest(const struct report *r)
{
	const struct result *found = NULL;

	for (size_t i = 0; i < r->count; i++)
		if (!r->results[i].skipped &&
		    (!found || r->results[i].timeline.total_us > found->timeline.total_us))
			found = &r->results[i];
	return found;
}

/* ---- of one target; label is its own, "" where there is but one ---- */

static void put_perf(const char *label, const char *name, struct perf p, struct buf *perf)
{
	char whole[LABEL_SIZE];

	snprintf(whole, sizeof(whole), "%s%s%s", label, *label ? "_" : "", name);
	p.label = whole;
	perfdata_add(perf, &p);
}

static struct perf time_of(const struct report *r, const char *name, int64_t us)
{
	return (struct perf){
		.value = seconds(us),
		.uom = "s",
		.decimals = us < 10 * US_PER_MS && us > -10 * US_PER_MS ? 6 : 3,
		.warn = thresholds_find(&r->rules->warning, name),
		.crit = thresholds_find(&r->rules->critical, name),
	};
}

static void put_total(const struct report *r, const char *label, int64_t us, struct buf *perf)
{
	char limit[24];
	struct perf p = time_of(r, "total", us);

	snprintf(limit, sizeof(limit), "%lld", (long long)(r->limit_us / US_PER_S));
	p.min = "0";
	p.max = limit;
	put_perf(label, "total", p, perf);
}

/* The limits are plain numbers: no engine judges by them, and who draws them reads no ranges.
 * Returns room with the one that -D sets for it, or the start of the range, if that comes earlier;
 * else that of the range; NULL where there is none. */
static const struct range *plain_limit(const struct expiry_limit *limit, const struct leaf *leaf,
				       const struct range *range, struct range *room)
{
	double days = limit->is_given ? expiry_limit_days(limit, leaf) : -1;

	if (range && isfinite(range->start) && !isfinite(range->end))
		days = range->start > days ? range->start : days;
	else if (days < 0 && range)
		days = range->end;
	*room = (struct range){.end = days};
	return days >= 0 && isfinite(days) ? room : NULL;
}

static void put_certificate(const struct report *r, const char *label, const char *name,
			    const struct tls_info *tls, struct buf *perf)
{
	const struct verdict_rules *rules = r->rules;
	const struct range *warning = thresholds_find(&rules->warning, name);
	const struct range *critical = thresholds_find(&rules->critical, name);
	struct range warn, crit;
	const struct perf p = {
		.value = tls_days_left(tls->leaf.expires, time(NULL)),
		.uom = "",
		.warn = plain_limit(&rules->cert_warning, &tls->leaf, warning, &warn),
		.crit = plain_limit(&rules->cert_critical, &tls->leaf, critical, &crit),
	};

	if (tls->established && tls->leaf.expires)
		put_perf(label, name, p, perf);
}

static void put_measures(const struct report *r, const struct result *t, const char *label,
			 struct buf *perf)
{
	for (size_t i = 0; i < t->measures; i++) {
		const struct measure *m = &t->measure[i];
		bool whole = m->value >= -1e15 && m->value <= 1e15 &&
			     (double)(int64_t)m->value == m->value;
		struct perf p = {.value = m->value,
				 .uom = m->uom,
				 .decimals = whole ? 0 : 3,
				 .warn = thresholds_find(&r->rules->warning, m->name),
				 .crit = thresholds_find(&r->rules->critical, m->name)};

		put_perf(label, m->name, p, perf);
	}
}

/* What the way through it costs, if it is a front end. */
static void put_proxy(const struct report *r, const struct result *t, const char *label,
		      struct buf *perf)
{
	int64_t us = 0;

	if (report_back_end(r, t, &us))
		put_perf(label, "proxy", time_of(r, "proxy", us), perf);
}

static void put_target(const struct report *r, const struct result *t, const char *label,
		       struct buf *perf)
{
	const struct timeline *tl = &t->timeline;

	if (t->skipped)
		return;
	put_total(r, label, tl->total_us, perf);
	for (size_t i = 0; i < tl->count; i++)
		put_perf(label, tl->step[i].name,
			 time_of(r, tl->step[i].name, tl->step[i].duration_us), perf);
	put_certificate(r, label, "cert_days", &t->tls, perf);
	put_certificate(r, label, "smtp_cert_days", &t->smtp_tls, perf);
	put_measures(r, t, label, perf);
	put_proxy(r, t, label, perf);
}

/* ---- of all together ---- */

static void put_count(const char *label, size_t count, struct buf *perf)
{
	put_perf("", label, (struct perf){.value = (double)count, .uom = "", .min = "0"}, perf);
}

/* Each step that any of them has, once. */
static size_t collect_steps(const struct report *r, const char *names[TIMELINE_STEPS])
{
	size_t count = 0, k;

	for (size_t i = 0; i < r->count; i++) {
		const struct timeline *tl = &r->results[i].timeline;
		for (size_t n = 0; n < tl->count; n++) {
			for (k = 0; k < count && strcmp(names[k], tl->step[n].name) != 0;)
				k++;
			if (k == count && count < TIMELINE_STEPS)
				names[count++] = tl->step[n].name;
		}
	}
	return count;
}

static int compare_times(const void *a, const void *b)
{
	const int64_t *x = a, *y = b;

	return (*x > *y) - (*x < *y);
}

/* Sorts them. */
static int64_t median(int64_t *us, size_t count)
{
	qsort(us, count, sizeof(*us), compare_times);
	return (us[(count - 1) / 2] + us[count / 2]) / 2;
}

static void put_median(const char *name, int64_t us, struct buf *perf)
{
	put_perf(name, "median",
		 (struct perf){
			 .value = seconds(us), .uom = "s", .decimals = us < 10 * US_PER_MS ? 6 : 3},
		 perf);
}

/* Room for us is that of all targets. */
static void put_totals_summary(const struct report *r, int64_t *us, struct buf *perf)
{
	size_t count = 0;

	for (size_t i = 0; i < r->count; i++)
		if (!r->results[i].skipped)
			us[count++] = r->results[i].timeline.total_us;
	if (!count)
		return;
	int64_t middle = median(us, count);
	put_total(r, "", us[count - 1], perf);
	put_median("total", middle, perf);
}

static void put_step_summary(const struct report *r, const char *name, int64_t *us,
			     struct buf *perf)
{
	size_t count = 0;

	for (size_t i = 0; i < r->count; i++) {
		const struct timeline_step *s = timeline_find(&r->results[i].timeline, name);
		if (s)
			us[count++] = s->duration_us;
	}
	int64_t middle = median(us, count);
	put_perf("", name, time_of(r, name, us[count - 1]), perf);
	put_median(name, middle, perf);
}

/* The certificate that ends first. */
static void put_first_expiry(const struct report *r, struct buf *perf)
{
	const struct tls_info *first = NULL;

	for (size_t i = 0; i < r->count; i++) {
		const struct tls_info *tls = &r->results[i].tls;
		if (tls->established && tls->leaf.expires &&
		    (!first || tls->leaf.expires < first->leaf.expires))
			first = tls;
	}
	if (first)
		put_certificate(r, "", "cert_days", first, perf);
}

static void put_summary(const struct report *r, size_t ok, struct buf *perf)
{
	const char *names[TIMELINE_STEPS];
	size_t steps = collect_steps(r, names);
	int64_t *us = xcalloc(r->count, sizeof(*us)), delay = 0;

	put_count("targets", r->count, perf);
	put_count("targets_ok", ok, perf);
	put_totals_summary(r, us, perf);
	for (size_t i = 0; i < steps; i++)
		put_step_summary(r, names[i], us, perf);
	if (report_slowest_front(r, &delay))
		put_perf("", "proxy", time_of(r, "proxy", delay), perf);
	put_first_expiry(r, perf);
	free(us);
}

/* ---- of each of several ---- */

/* Whether the totals of all fit, were they as long as they can be: that is the configuration's
 * affair alone. */
static bool totals_fit(const struct report *r, char *const *labels)
{
	struct buf longest = BUF_INIT(PERFDATA_FEW * LABEL_SIZE * 2);

	if (r->count > PERFDATA_FEW)
		return false;
	for (size_t i = 0; i < r->count; i++)
		put_total(r, labels[i], r->limit_us, &longest);
	bool fit = longest.len <= TOTALS_MAX;
	buf_free(&longest);
	return fit;
}

static void put_each(const struct report *r, struct buf *perf)
{
	char **labels = labels_of(r);
	bool totals = r->perfdata == PERFDATA_AUTO && totals_fit(r, labels);

	for (size_t i = 0; i < r->count; i++) {
		const struct result *t = &r->results[i];
		if (r->perfdata == PERFDATA_ALL)
			put_target(r, t, labels[i], perf);
		else if (totals && !t->skipped)
			put_total(r, labels[i], t->timeline.total_us, perf);
	}
	labels_free(labels, r->count);
}

void report_perfdata(const struct report *r, size_t ok, struct buf *perf)
{
	if (r->several) {
		put_summary(r, ok, perf);
		put_each(r, perf);
	} else {
		put_target(r, &r->results[0], "", perf);
	}
}
