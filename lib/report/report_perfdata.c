/* report_perfdata.c - which numbers of a result become performance data, and under which labels */
#include "report/report_perfdata.h"

#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/xalloc.h"
#include "report/perfdata.h"

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

/* a step's time or the total; prefix is the target's name, NULL for none */
static int perf_time(const struct report *r, const char *prefix, const char *name, int64_t us,
		     const char *min, struct buf *perf)
{
	char label[ENDPOINT_LABEL_SIZE + 64];
	const struct perf p = {
		.label = label,
		.value = seconds(us),
		.uom = "s",
		.decimals = us < 10 * US_PER_MS ? 6 : 3,
		.warn = thresholds_find(&r->rules->warning, name),
		.crit = thresholds_find(&r->rules->critical, name),
		.min = min,
	};

	snprintf(label, sizeof(label), "%s%s%s", prefix ? prefix : "", prefix ? "_" : "", name);
	return perfdata_add(perf, &p);
}

static int perf_certificate(const struct report *r, const char *prefix, const char *name,
			    const struct tls_info *tls, struct buf *perf)
{
	char label[ENDPOINT_LABEL_SIZE + 64];
	const struct expiry_limit *warning = &r->rules->cert_warning;
	const struct expiry_limit *critical = &r->rules->cert_critical;
	const struct range warn = {.start = expiry_limit_days(warning, &tls->leaf),
				   .end = INFINITY};
	const struct range crit = {.start = expiry_limit_days(critical, &tls->leaf),
				   .end = INFINITY};
	const struct perf p = {
		.label = label,
		.value = tls_days_left(tls->leaf.expires, time(NULL)),
		.uom = "",
		.warn = warning->is_given && warn.start >= 0 ? &warn : NULL,
		.crit = critical->is_given && crit.start >= 0 ? &crit : NULL,
	};

	snprintf(label, sizeof(label), "%s%s%s", prefix ? prefix : "", prefix ? "_" : "", name);
	return tls->established && tls->leaf.expires ? perfdata_add(perf, &p) : 0;
}

static int perf_measures(const struct result *t, const char *prefix, struct buf *perf)
{
	char label[ENDPOINT_LABEL_SIZE + 64];

	for (size_t i = 0; i < t->measures; i++) {
		const struct measure *m = &t->measure[i];
		bool whole = m->value >= -1e15 && m->value <= 1e15 &&
			     (double)(int64_t)m->value == m->value;
		const struct perf p = {.label = label,
				       .value = m->value,
				       .uom = m->uom,
				       .decimals = whole ? 0 : 3};

		snprintf(label, sizeof(label), "%s%s%s", prefix ? prefix : "", prefix ? "_" : "",
			 m->name);
		if (perfdata_add(perf, &p))
			return -1;
	}
	return 0;
}

int perf_target(const struct report *r, const struct result *t, const char *prefix,
		struct buf *perf)
{
	const struct timeline *tl = &t->timeline;

	if (t->skipped)
		return 0;
	if (perf_time(r, prefix, "total", tl->total_us, "0", perf))
		return -1;
	for (size_t i = 0; i < tl->count; i++)
		if (tl->step[i].outcome == STEP_OK && /* a failed one's time measures nothing */
		    perf_time(r, prefix, tl->step[i].name, tl->step[i].duration_us, NULL, perf))
			return -1;
	if (perf_certificate(r, prefix, "cert_days", &t->tls, perf) ||
	    perf_certificate(r, prefix, "smtp_cert_days", &t->smtp_tls, perf))
		return -1;
	return perf_measures(t, prefix, perf);
}

static void perf_count(const char *label, size_t count, struct buf *perf)
{
	perfdata_add(perf,
		     &(struct perf){.label = label, .value = (double)count, .uom = "", .min = "0"});
}

void perf_counts(const struct report *r, size_t ok, struct buf *perf)
{
	perf_count("endpoints", r->count, perf);
	perf_count("endpoints_ok", ok, perf);
}

/* ---- all connectors together ---- */

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

/* NAME is the slowest, NAME_median the median of those who got through the step. */
static void perf_times(const struct report *r, const char *name, int64_t *us, size_t count,
		       struct buf *perf)
{
	char median[STEP_NAME_SIZE + sizeof("_median")];

	if (!count)
		return;
	qsort(us, count, sizeof(*us), compare_times);
	perf_time(r, NULL, name, us[count - 1], strcmp(name, "total") ? NULL : "0", perf);
	snprintf(median, sizeof(median), "%s_median", name);
	perf_time(r, NULL, median, (us[(count - 1) / 2] + us[count / 2]) / 2, NULL, perf);
}

static void perf_step_summary(const struct report *r, const char *name, int64_t *us,
			      struct buf *perf)
{
	size_t count = 0;

	for (size_t i = 0; i < r->count; i++) {
		const struct timeline_step *s = timeline_find(&r->results[i].timeline, name);
		if (s && s->outcome == STEP_OK)
			us[count++] = s->duration_us;
	}
	perf_times(r, name, us, count, perf);
}

/* The certificate that ends first. */
static void perf_first_expiry(const struct report *r, struct buf *perf)
{
	const struct tls_info *first = NULL;

	for (size_t i = 0; i < r->count; i++) {
		const struct tls_info *tls = &r->results[i].tls;
		if (tls->established && tls->leaf.expires &&
		    (!first || tls->leaf.expires < first->leaf.expires))
			first = tls;
	}
	if (first)
		perf_certificate(r, NULL, "cert_days", first, perf);
}

static void put_connectors(const struct report *r, struct buf *perf)
{
	const char *names[TIMELINE_STEPS];
	size_t steps = collect_steps(r, names), count = 0;
	int64_t *us = xcalloc(r->count, sizeof(*us));

	for (size_t i = 0; i < r->count; i++)
		if (!r->results[i].skipped)
			us[count++] = r->results[i].timeline.total_us;
	perf_times(r, "total", us, count, perf);
	for (size_t i = 0; i < steps; i++)
		perf_step_summary(r, names[i], us, perf);
	perf_first_expiry(r, perf);
	free(us);
}

static void put_aggregate(const struct report *r, size_t ok, struct buf *perf)
{
	const struct result *slow = report_slowest(r);

	perf_counts(r, ok, perf);
	if (r->results[0].connector)
		put_connectors(r, perf);
	else if (slow)
		perf_time(r, NULL, "total", slow->timeline.total_us, "0", perf);
}

static bool only_aggregate(const struct report *r)
{
	return r->perfdata == PERFDATA_SUMMARY ||
	       (r->perfdata == PERFDATA_AUTO && r->count > PERFDATA_FEW);
}

size_t perf_targets(const struct report *r, size_t ok, struct buf *perf)
{
	size_t i = 0;

	put_aggregate(r, ok, perf);
	if (only_aggregate(r))
		return 0;
	size_t aggregate = perf->len;
	while (i < r->count && !perf_target(r, &r->results[i], r->results[i].label, perf))
		i++;
	if (i == r->count)
		return 0;
	buf_truncate(perf, aggregate);
	for (i = 0; i < r->count; i++) {
		const struct result *t = &r->results[i];
		if (!t->skipped && perf_time(r, t->label, "total", t->timeline.total_us, "0", perf))
			break;
	}
	return r->count;
}
