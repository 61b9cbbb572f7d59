/* report_columns.c - the cells of a target's row, whatever the format */
#include "report/report_columns.h"

#include <stdint.h>
#include <string.h>

#include "base/clock.h"
#include "base/decimal.h"
#include "base/text.h"
#include "judge/outcome.h"
#include "report/monitoring.h"

const char report_success[] = "Success", report_failure[] = "Failure";

const char *report_result_word(const struct result *t)
{
	if (t->skipped)
		return report_skipped;
	if (t->err.kind != ERR_NONE || t->state == STATE_CRITICAL)
		return report_failure;
	return report_success;
}

const char *report_status_word(const struct result *t)
{
	return t->skipped ? report_skipped : connector_status_name(t->status);
}

const char *report_server(const struct result *t)
{
	return t->server ? t->server : t->endpoint.host;
}

const char *report_endpoint(const struct result *t, char label[ENDPOINT_LABEL_SIZE])
{
	if (t->address[0] || t->binding[0])
		return t->address;
	endpoint_label(&t->endpoint, label);
	return label;
}

static void add_not_verified(const struct result *t, struct buf *text)
{
	if (!result_unverified(t))
		return;
	if (text->len)
		report_put_not_verified(SIZE_MAX, text);
	else
		buf_append_str(text, report_not_verified);
}

void report_connector_details(const struct result *t, struct buf *text)
{
	const char *first = buf_str(&t->details);
	char shown[RESULT_TEXT_SIZE];

	report_error(t, text);
	if (t->skipped) {
		buf_append_str(text, t->done);
	} else if (!text->len) {
		text_show(shown, sizeof(shown), first, strcspn(first, "\n"));
		buf_append_str(text, *shown ? shown : t->done);
	}
	add_not_verified(t, text);
}

typedef const char *word_fn(const struct result *t);

static void put_count(const struct report *r, word_fn *word, const char *counted,
		      const char **before, struct buf *out)
{
	size_t count = 0;

	for (size_t i = 0; i < r->count; i++)
		count += !strcmp(word(&r->results[i]), counted);
	if (!count)
		return;
	buf_printf(out, "%s%zu %s", *before, count, counted);
	*before = ", ";
}

/* Of those that failed. */
static void put_throttled(const struct report *r, struct buf *out)
{
	size_t count = 0;

	for (size_t i = 0; i < r->count; i++)
		count += result_is_throttled(&r->results[i]);
	if (count)
		buf_printf(out, " (%zu throttled)", count);
}

void report_counts(const struct report *r, struct buf *out)
{
	const char *before = ": ";

	buf_printf(out, "%zu end point%s", r->count, r->count == 1 ? "" : "s");
	if (r->count && r->results[0].connector) {
		for (int status = 0; status < CONNECTOR_STATUSES; status++)
			put_count(r, report_status_word,
				  connector_status_name((enum connector_status)status), &before,
				  out);
		put_count(r, report_status_word, report_skipped, &before, out);
		return;
	}
	put_count(r, report_result_word, report_success, &before, out);
	put_count(r, report_result_word, report_failure, &before, out);
	put_throttled(r, out);
	put_count(r, report_result_word, report_skipped, &before, out);
}

/* ---- the cells ---- */

static void put_label(const struct report *r, const struct result *t, struct buf *cell)
{
	(void)r;
	buf_append_str(cell, t->label);
}

static void put_site(const struct report *r, const struct result *t, struct buf *cell)
{
	(void)t;
	buf_append_str(cell, r->site ? r->site : "");
}

static void put_scenario(const struct report *r, const struct result *t, struct buf *cell)
{
	(void)r;
	buf_append_str(cell, t->scenario ? t->scenario : "");
}

static void put_result(const struct report *r, const struct result *t, struct buf *cell)
{
	(void)r;
	buf_append_str(cell, report_result_word(t));
}

static void put_latency(const struct report *r, const struct result *t, struct buf *cell)
{
	char ms[DECIMAL_SIZE];

	(void)r;
	if (t->skipped)
		return;
	decimal_format((double)t->timeline.total_us / (double)US_PER_MS, 1, ms);
	buf_append_str(cell, ms);
}

/* A note that raises the state is the reason for it. */
static void put_error(const struct report *r, const struct result *t, struct buf *cell)
{
	(void)r;
	report_error(t, cell);
	if (t->skipped)
		buf_append_str(cell, t->done);
	else if (t->note_state != STATE_OK)
		buf_printf(cell, "%s%s", cell->len ? ", " : "", t->note);
	add_not_verified(t, cell);
}

static void put_server(const struct report *r, const struct result *t, struct buf *cell)
{
	(void)r;
	buf_append_str(cell, report_server(t));
}

static void put_connector(const struct report *r, const struct result *t, struct buf *cell)
{
	(void)r;
	buf_append_str(cell, t->connector);
}

static void put_binding(const struct report *r, const struct result *t, struct buf *cell)
{
	(void)r;
	buf_append_str(cell, t->binding);
}

static void put_endpoint(const struct report *r, const struct result *t, struct buf *cell)
{
	char label[ENDPOINT_LABEL_SIZE];

	(void)r;
	buf_append_str(cell, report_endpoint(t, label));
}

static void put_status(const struct report *r, const struct result *t, struct buf *cell)
{
	(void)r;
	buf_append_str(cell, report_status_word(t));
}

static void put_details(const struct report *r, const struct result *t, struct buf *cell)
{
	(void)r;
	report_connector_details(t, cell);
}

static void put_source(const struct report *r, const struct result *t, struct buf *cell)
{
	(void)t;
	buf_append_str(cell, monitoring_source(r->protocol));
}

static void put_id(const struct report *r, const struct result *t, struct buf *cell)
{
	(void)r;
	buf_printf(cell, "%u", outcome_id(t));
}

static void put_severity(const struct report *r, const struct result *t, struct buf *cell)
{
	(void)r;
	buf_append_str(cell, outcome_severity(t->state));
}

static void put_fault(const struct report *r, const struct result *t, struct buf *cell)
{
	(void)r;
	buf_append_str(cell, result_fault(t));
}

static void put_counter(const struct report *r, const struct result *t, struct buf *cell)
{
	char ms[DECIMAL_SIZE];

	(void)r;
	if (!monitoring_counters(t))
		return;
	decimal_format(monitoring_counter_ms(t, 0), t->err.kind == ERR_NONE, ms);
	buf_append_str(cell, ms);
}

const struct report_column report_monitoring_columns[] = {
	{"EventSource", .put = put_source},
	{"EventId", .number = true, .put = put_id},
	{"Severity", .put = put_severity},
	{"Instance", .put = monitoring_instance},
	{"Fault", .put = put_fault},
	{"LatencyCounter(MS)", .number = true, .put = put_counter},
	{0},
};

const struct report_column *report_columns(const struct report *r)
{
	static const struct report_column mailbox[] = {
		{"CasServer", .put = put_label},
		{"LocalSite", .put = put_site},
		{"Scenario", .put = put_scenario},
		{"Result", .put = put_result},
		{"Latency(MS)", .number = true, .put = put_latency},
		{"Error", .tells = true, .put = put_error},
		{0},
	};
	static const struct report_column connector[] = {
		{"Server", .put = put_server},
		{"ReceiveConnector", .put = put_connector},
		{"Binding", .put = put_binding},
		{"EndPoint", .put = put_endpoint},
		{"StatusCode", .put = put_status},
		{"Details", .tells = true, .put = put_details},
		{0},
	};

	return r->count && r->results[0].connector ? connector : mailbox;
}
