/* report_openmetrics.c - gauges for Prometheus, and for the textfile collector of its node exporter
 * (OpenMetrics 1.0; what Prometheus' older text format does not know is a comment there).
 *
 * A target's labels are what it was configured by, whatever comes of the test, and no two series
 * are alike. */
#include "report/report.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/decimal.h"
#include "base/xalloc.h"
#include "judge/outcome.h"
#include "judge/sides.h"
#include "report/escape.h"
#include "report/planned.h"
#include "report/report_columns.h"
#include "report/report_sides.h"

enum { LABELS_MAX = 16 << 10, MICROS = 6, MEASURES_MAX = 32 };

/* The targets' labels, in their order. */
struct series {
	const struct report *report;
	struct buf *labels;
};

/* ---- labels ---- */

static void put_label(struct buf *labels, const char *name, const char *value)
{
	if (!value || !*value)
		return;
	buf_printf(labels, "%s%s=\"", labels->len ? "," : "", name);
	escape_label(labels, value);
	buf_append_char(labels, '"');
}

static void put_number(struct buf *labels, const char *name, size_t number)
{
	char text[24];

	snprintf(text, sizeof(text), "%zu", number);
	put_label(labels, name, text);
}

static void make_labels(const struct report *r, const struct result *t, struct buf *labels)
{
	put_label(labels, "plugin", r->program);
	put_label(labels, "server", report_server(t));
	put_number(labels, "port", t->endpoint.port);
	if (t->endpoint.has_twin)
		put_label(labels, "type", tls_mode_name(t->endpoint.mode));
	put_label(labels, "account", t->account);
	put_label(labels, "section", t->section);
	put_label(labels, "connector", t->connector);
	put_label(labels, "binding", t->binding);
	if (!t->binding || strcmp(t->binding, t->one_address) != 0)
		put_label(labels, "address", t->one_address);
}

static int compare_labels(const void *a, const void *b)
{
	const struct buf *const *x = a, *const *y = b;

	return strcmp(buf_str(*x), buf_str(*y));
}

/* A number makes the difference where nothing else does: of a connector that is listed twice. */
static void tell_apart(struct series *s)
{
	size_t count = s->report->count;
	struct buf **sorted = xcalloc(count + 1, sizeof(struct buf *));
	bool *alike = xcalloc(count + 1, sizeof(*alike));

	for (size_t i = 0; i < count; i++)
		sorted[i] = &s->labels[i];
	if (count)
		qsort(sorted, count, sizeof(struct buf *), compare_labels);
	for (size_t i = 1; i < count; i++)
		if (compare_labels(&sorted[i - 1], &sorted[i]) == 0)
			alike[sorted[i - 1] - s->labels] = alike[sorted[i] - s->labels] = true;
	for (size_t i = 0; i < count; i++)
		if (alike[i])
			put_number(&s->labels[i], "target", i + 1);
	free(sorted);
	free(alike);
}

static struct series series_of(const struct report *r)
{
	struct series s = {.report = r, .labels = xcalloc(r->count + 1, sizeof(struct buf))};

	for (size_t i = 0; i < r->count; i++) {
		s.labels[i] = BUF_INIT(LABELS_MAX);
		make_labels(r, &r->results[i], &s.labels[i]);
	}
	tell_apart(&s);
	return s;
}

static void series_free(struct series *s)
{
	for (size_t i = 0; i < s->report->count; i++)
		buf_free(&s->labels[i]);
	free(s->labels);
}

/* ---- samples ---- */

/* What a family's samples have in common. */
struct family {
	const char *name;
	const char *unit; /* the name ends in it; "": none */
	const char *help;
};

static void put_family(const struct family *f, struct buf *out)
{
	buf_printf(out, "# TYPE %s gauge\n", f->name);
	if (*f->unit)
		buf_printf(out, "# UNIT %s %s\n", f->name, f->unit);
	buf_printf(out, "# HELP %s %s\n", f->name, f->help);
}

/* One more label may follow those of the target: its name, or NULL, and its value. */
static void put_sample(const struct family *f, const struct buf *labels, const char *label,
		       const char *is, double value, int decimals, struct buf *out)
{
	char number[DECIMAL_SIZE];

	decimal_format(value, decimals, number);
	buf_printf(out, "%s{%s", f->name, buf_str(labels));
	if (label)
		buf_printf(out, ",%s=\"%s\"", label, is);
	buf_printf(out, "} %s\n", number);
}

typedef void samples_fn(const struct family *f, const struct report *r, const struct result *t,
			const struct buf *labels, struct buf *out);

static void put_up(const struct family *f, const struct report *r, const struct result *t,
		   const struct buf *labels, struct buf *out)
{
	(void)r;
	put_sample(f, labels, NULL, "", t->err.kind == ERR_NONE, 0, out);
}

static void put_state(const struct family *f, const struct report *r, const struct result *t,
		      const struct buf *labels, struct buf *out)
{
	(void)r;
	put_sample(f, labels, NULL, "", t->state, 0, out);
}

static void put_time(const struct family *f, const struct buf *labels, const char *step, int64_t us,
		     struct buf *out)
{
	put_sample(f, labels, "step", step, (double)us / (double)US_PER_S, MICROS, out);
}

static void put_times(const struct family *f, const struct report *r, const struct result *t,
		      const struct buf *labels, struct buf *out)
{
	const struct timeline *tl = &t->timeline;

	(void)r;
	for (size_t i = 0; i < tl->count; i++)
		put_time(f, labels, tl->step[i].name, tl->step[i].duration_us, out);
	put_time(f, labels, "total", tl->total_us, out);
}

static void put_failed(const struct family *f, const struct report *r, const struct result *t,
		       const struct buf *labels, struct buf *out)
{
	(void)r;
	for (size_t i = 0; i < t->timeline.count; i++) {
		const struct timeline_step *s = &t->timeline.step[i];
		put_sample(f, labels, "step", s->name, s->outcome == STEP_FAILED, 0, out);
	}
}

static void put_expiry(const struct family *f, const struct report *r, const struct result *t,
		       const struct buf *labels, struct buf *out)
{
	if (t->tls.established && t->tls.leaf.expires)
		put_sample(f, labels, "leg", r->protocol, (double)t->tls.leaf.expires, 0, out);
	if (t->smtp_tls.established && t->smtp_tls.leaf.expires)
		put_sample(f, labels, "leg", "smtp", (double)t->smtp_tls.leaf.expires, 0, out);
}

static const struct {
	struct family family;
	samples_fn *put;
} all[] = {
	{{"mailflow_up", "", "Whether all steps of the test were done (1) or one has failed (0)."},
	 put_up},
	{{"mailflow_state", "", "Verdict: 0 OK, 1 WARNING, 2 CRITICAL, 3 UNKNOWN."}, put_state},
	{{"mailflow_step_seconds", "seconds",
	  "Time that a step took, or after which it failed; total is that of the whole test."},
	 put_times},
	{{"mailflow_step_failed", "", "Whether the step has failed (1) or was done (0)."},
	 put_failed},
	{{"mailflow_certificate_expiry_timestamp_seconds", "seconds",
	  "When the certificate of the server ends, by the protocol that showed it."},
	 put_expiry},
};

/* ---- measures: a family each ---- */

/* The names of all, each once. */
static size_t collect_measures(const struct report *r, const struct measure *found[MEASURES_MAX])
{
	size_t count = 0, k;

	for (size_t i = 0; i < r->count; i++) {
		const struct result *t = &r->results[i];
		for (size_t n = 0; n < t->measures; n++) {
			for (k = 0; k < count && strcmp(found[k]->name, t->measure[n].name) != 0;)
				k++;
			if (k == count && count < MEASURES_MAX)
				found[count++] = &t->measure[n];
		}
	}
	return count;
}

static void put_measure(const struct series *s, const struct measure *m, struct buf *out)
{
	char name[64], help[96];
	const char *unit = !strcmp(m->uom, "B") ? "bytes" : "";
	const struct family f = {name, unit, help};

	snprintf(name, sizeof(name), "mailflow_%s%s%s", m->name, *unit ? "_" : "", unit);
	snprintf(help, sizeof(help), "Told by the server before the test: %s.", m->name);
	put_family(&f, out);
	for (size_t i = 0; i < s->report->count; i++) {
		const struct result *t = &s->report->results[i];
		for (size_t n = 0; !t->skipped && n < t->measures; n++)
			if (!strcmp(t->measure[n].name, m->name))
				put_sample(&f, &s->labels[i], NULL, "", t->measure[n].value, 0,
					   out);
	}
}

/* ---- the monitoring context ---- */

/* Of its counters there are the steps' times already, and what has failed. */
static void put_events(const struct series *s, struct buf *out)
{
	static const struct family f = {"mailflow_event_id", "",
					"What came of the test, by the number of its event."};
	const struct report *r = s->report;

	if (!r->monitoring)
		return;
	put_family(&f, out);
	for (size_t i = 0; i < r->count; i++)
		put_sample(&f, &s->labels[i], NULL, "", outcome_id(&r->results[i]), 0, out);
}

/* ---- front ends and back ends ---- */

static void put_delays(const struct series *s, struct buf *out)
{
	static const struct family f = {"mailflow_proxy_delay_seconds", "seconds",
					"How much longer the step took through this front end than "
					"at its back end; total is that of the whole."};
	const struct report *r = s->report;
	int64_t us = 0;

	if (report_slowest_front(r, &us))
		put_family(&f, out);
	for (size_t i = 0; i < r->count; i++) {
		const struct result *t = &r->results[i], *back = report_back_end(r, t, &us);
		if (!back)
			continue;
		put_time(&f, &s->labels[i], "total", us, out);
		for (size_t n = 0; n < t->timeline.count; n++)
			if (sides_step_delay(t, back, t->timeline.step[n].name, &us))
				put_time(&f, &s->labels[i], t->timeline.step[n].name, us, out);
	}
}

/* ---- what would be done ---- */

static void put_planned(const struct series *s, struct buf *out)
{
	static const struct family f = {"mailflow_step_planned", "",
					"A step that --what-if only tells of."};
	const struct report *r = s->report;

	if (planned_any(r))
		put_family(&f, out);
	for (size_t i = 0; i < r->count; i++)
		for (size_t n = 0; n < r->results[i].planned_count; n++)
			put_sample(&f, &s->labels[i], "step", r->results[i].planned[n].name, 1, 0,
				   out);
}

/* What was skipped has no other series: nothing is known of it. */
void report_openmetrics(const struct report *r, struct buf *out)
{
	const struct measure *measure[MEASURES_MAX];
	size_t measures = collect_measures(r, measure);
	struct series s = series_of(r);

	for (size_t k = 0; k < sizeof(all) / sizeof(all[0]); k++) {
		put_family(&all[k].family, out);
		for (size_t i = 0; i < r->count; i++)
			if (!r->results[i].skipped)
				all[k].put(&all[k].family, r, &r->results[i], &s.labels[i], out);
	}
	for (size_t k = 0; k < measures; k++)
		put_measure(&s, measure[k], out);
	put_events(&s, out);
	put_delays(&s, out);
	put_planned(&s, out);
	buf_append_str(out, "# EOF\n");
	series_free(&s);
}
