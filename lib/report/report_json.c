/* report_json.c - every fact that the run has learned, for programs: mailflow-report-1.schema.json
 * says what there is. Times are whole microseconds, texts have passed text_show(), and what is not
 * known is not there. A change that could surprise a reader needs a new version. */
#include "report/report.h"

#include <stdlib.h>
#include <string.h>

#include "base/decimal.h"
#include "base/text.h"
#include "judge/outcome.h"
#include "report/json_library.h"
#include "report/monitoring.h"
#include "report/report_columns.h"

enum { TEXT_MAX = 64 << 10, VERSION = 1, REAL_DIGITS = 15, INDENT = 2, BY_HAND_MAX = 4096 };

/* Set while a report is written, by the main thread alone. */
static const struct json_library *j;

/* ---- values, each put under a name or into a list ---- */

static json_t *text_of(const char *text, size_t len)
{
	char *shown = text_shown(text, len);
	json_t *value = j->json_string_nocheck(shown);
	free(shown);
	return value;
}

static void put(json_t *object, const char *name, json_t *value)
{
	j->json_object_set_new_nocheck(object, name, value);
}

static void put_text(json_t *object, const char *name, const char *text)
{
	if (text && *text)
		put(object, name, text_of(text, strlen(text)));
}

static void put_integer(json_t *object, const char *name, int64_t value)
{
	put(object, name, j->json_integer(value));
}

/* A whole number without a dot. */
static json_t *number_of(double value)
{
	bool whole = value > -1e15 && value < 1e15 && (double)(int64_t)value == value;

	return whole ? j->json_integer((int64_t)value) : j->json_real(value);
}

static void put_bool(json_t *object, const char *name, bool value)
{
	put(object, name, value ? j->json_true() : j->json_false());
}

static void put_time(json_t *object, const char *name, time_t when)
{
	char text[REPORT_TIME_SIZE];

	if (when && report_time(when, text))
		put_text(object, name, text);
}

static json_t *put_object(json_t *object, const char *name)
{
	json_t *value = j->json_object();

	put(object, name, value);
	return value;
}

static json_t *put_list(json_t *object, const char *name)
{
	json_t *value = j->json_array();

	put(object, name, value);
	return value;
}

/* Each line of text, without blanks in front; nothing if there are none. */
static void put_lines(json_t *object, const char *name, const struct buf *text)
{
	const char *at = buf_str(text), *end = at + text->len;
	json_t *list = text->len ? put_list(object, name) : NULL;

	while (at < end) {
		const char *lf = memchr(at, '\n', (size_t)(end - at));
		const char *stop = lf ? lf : end;
		while (at < stop && *at == ' ')
			at++;
		size_t len = (size_t)(stop - at);
		len -= len && at[len - 1] == '\r';
		j->json_array_append_new(list, text_of(at, len));
		at = lf ? lf + 1 : end;
	}
}

/* ---- parts of a target ---- */

static void put_endpoint(json_t *object, const char *name, const struct endpoint *e)
{
	if (!e->host[0])
		return;
	json_t *value = put_object(object, name);
	put_text(value, "host", e->host);
	put_integer(value, "port", e->port);
	put_text(value, "connection_type", tls_mode_name(e->mode));
}

static void put_connector(json_t *object, const struct result *t)
{
	json_t *value = put_object(object, "connector");

	put_text(value, "name", t->connector);
	put_text(value, "server", report_server(t));
	put_text(value, "binding", t->binding);
	put_text(value, "status_code", report_status_word(t));
	put_lines(value, "replies", &t->details);
}

static void put_error(json_t *object, const struct err *e)
{
	if (e->kind == ERR_NONE)
		return;
	json_t *value = put_object(object, "error");
	put_text(value, "kind", err_kind_name(e->kind));
	put_text(value, "text", e->text);
	put_text(value, "hint", e->hint);
	put_text(value, "step", e->step);
	put_text(value, "where", e->where);
}

/* What the thresholds make of a time; nothing where they make nothing of it. */
static void put_time_state(json_t *object, const struct report *r, const char *name, int64_t us)
{
	enum state state = verdict_time(r->rules, name, us);

	if (state != STATE_OK)
		put_text(object, "threshold_passed", state_word(state));
}

static void put_steps(json_t *object, const struct report *r, const struct timeline *tl)
{
	json_t *list = put_list(object, "steps");

	for (size_t i = 0; i < tl->count; i++) {
		const struct timeline_step *s = &tl->step[i];
		json_t *value = j->json_object();

		put_text(value, "name", s->name);
		put_integer(value, "start_us", s->start_us);
		put_integer(value, "duration_us", s->duration_us);
		put_text(value, "outcome", s->outcome == STEP_FAILED ? "failed" : "ok");
		put_time_state(value, r, s->name, s->duration_us);
		j->json_array_append_new(list, value);
	}
}

static void put_fingerprint(json_t *object, const unsigned char fingerprint[FINGERPRINT_SIZE])
{
	char text[2 * FINGERPRINT_SIZE + 1];

	fingerprint_format(fingerprint, text);
	put_text(object, "sha256", text);
}

static void put_chain(json_t *object, const struct chain_seen *seen)
{
	if (!seen || !seen->sent)
		return;
	json_t *list = put_list(object, "sent");
	for (unsigned int i = 0; i < seen->count; i++) {
		const struct chain_link *link = &seen->link[i];
		json_t *value = j->json_object();
		put_text(value, "subject", link->subject);
		put_text(value, "issuer", link->issuer);
		put_text(value, "hosts", link->hosts);
		put_text(value, "serial", link->serial);
		put_fingerprint(value, link->fingerprint);
		put_text(value, "key", link->key);
		put_text(value, "signature", link->signature);
		put_time(value, "not_before", link->begins);
		put_time(value, "not_after", link->expires);
		j->json_array_append_new(list, value);
	}
	put_text(object, "ocsp", seen->staple);
}

static void put_tls(json_t *object, const char *name, const struct report *r,
		    const struct tls_info *tls, const struct chain_seen *seen)
{
	if (!tls->established)
		return;
	json_t *value = put_object(object, name);
	put_text(value, "description", tls->description);
	put_bool(value, "verified", tls->verified);
	json_t *certificate = put_object(value, "certificate");
	put_text(certificate, "subject", tls->leaf.subject);
	put_text(certificate, "renewal", renewal_name(tls->renewal));
	put_time(certificate, "not_before", tls->leaf.begins);
	put_time(certificate, "not_after", tls->leaf.expires);
	if (tls->leaf.expires)
		put_integer(certificate, "days_left", tls_days_left(tls->leaf.expires, r->now));
	put_chain(value, seen);
}

static void put_measures(json_t *object, const struct result *t)
{
	json_t *list = t->measures ? put_list(object, "measures") : NULL;

	for (size_t i = 0; i < t->measures; i++) {
		const struct measure *m = &t->measure[i];
		json_t *value = j->json_object();

		put_text(value, "name", m->name);
		put(value, "value", number_of(m->value));
		put_text(value, "unit", m->uom);
		j->json_array_append_new(list, value);
	}
}

static void put_planned(json_t *object, const struct result *t)
{
	json_t *list = t->planned_count ? put_list(object, "planned_steps") : NULL;

	for (size_t i = 0; i < t->planned_count; i++) {
		json_t *value = j->json_object();

		put_text(value, "name", t->planned[i].name);
		put_text(value, "what", t->planned[i].what);
		j->json_array_append_new(list, value);
	}
}

static json_t *event_of(const struct report *r, const struct result *t)
{
	json_t *value = j->json_object();
	struct buf text = BUF_INIT(TEXT_MAX);

	put_text(value, "source", monitoring_source(r->protocol));
	put_integer(value, "id", outcome_id(t));
	put_text(value, "severity", outcome_severity(t->state));
	monitoring_instance(r, t, &text);
	put_text(value, "instance", buf_str(&text));
	put_text(value, "fault", result_fault(t));
	buf_clear(&text);
	report_sentence(t, &text);
	put_text(value, "message", buf_str(&text));
	buf_free(&text);
	return value;
}

static json_t *counter_of(const struct report *r, const struct result *t, size_t i)
{
	json_t *value = j->json_object();
	struct buf instance = BUF_INIT(TEXT_MAX);

	monitoring_instance(r, t, &instance);
	put_text(value, "object", monitoring_source(r->protocol));
	put_text(value, "counter", monitoring_counter_name(t, i));
	put_text(value, "instance", buf_str(&instance));
	put(value, "value_ms", number_of(monitoring_counter_ms(t, i)));
	buf_free(&instance);
	return value;
}

static void put_monitoring(json_t *object, const struct report *r, const struct result *t)
{
	if (!r->monitoring)
		return;
	json_t *value = put_object(object, "monitoring_context");
	j->json_array_append_new(put_list(value, "events"), event_of(r, t));
	json_t *counters = put_list(value, "performance_counters");
	for (size_t i = 0; i < monitoring_counters(t); i++)
		j->json_array_append_new(counters, counter_of(r, t, i));
}

static void put_result(json_t *object, const struct result *t)
{
	put_text(object, "result", report_result_word(t));
	put_text(object, "state", state_name(t->state));
	put_text(object, t->skipped ? "skipped_because" : "done", t->done);
	put_text(object, "alert", t->alert);
	put_text(object, "note", t->note);
	if (t->note_state != STATE_OK)
		put_text(object, "note_state", state_name(t->note_state));
	put_text(object, "fault", result_fault(t));
	put_error(object, &t->err);
}

static void put_began(json_t *object, int64_t wall_us)
{
	char text[REPORT_TIME_SIZE];

	if (report_moment(wall_us, text))
		put_text(object, "began", text);
}

static json_t *target_of(const struct report *r, const struct result *t)
{
	json_t *value = j->json_object();
	struct buf by_hand = BUF_INIT(BY_HAND_MAX);

	put_text(value, "label", t->label);
	put_text(value, "scenario", t->scenario);
	put_endpoint(value, "endpoint", &t->endpoint);
	put_endpoint(value, "smtp_endpoint", &t->smtp_endpoint);
	put_text(value, "account", t->account);
	put_text(value, "section", t->section);
	put_text(value, "message_id", t->message_id);
	put_text(value, "queue_id", t->queue_id);
	if (t->connector)
		put_connector(value, t);
	put_result(value, t);
	put_planned(value, t);
	put_monitoring(value, r, t);
	put_began(value, t->timeline.wall_us);
	put_text(value, "address", t->address);
	put_text(value, "local_address", t->local);
	put_text(value, "no_answer_from", t->tried);
	put_text(value, "smtp_address", t->smtp_address);
	put_text(value, "smtp_local_address", t->smtp_local);
	put_text(value, "smtp_no_answer_from", t->smtp_tried);
	put_text(value, "mechanism", t->mechanism);
	put_text(value, "smtp_mechanism", t->smtp_mechanism);
	if (!t->skipped) {
		put_integer(value, "duration_us", t->timeline.total_us);
		put_time_state(value, r, "total", t->timeline.total_us);
		put_steps(value, r, &t->timeline);
	}
	put_bool(value, "trust_any_certificate", t->trust_any);
	put_tls(value, "tls", r, &t->tls, t->seen);
	put_tls(value, "smtp_tls", r, &t->smtp_tls, t->smtp_seen);
	report_by_hand(t, &by_hand);
	put_text(value, "by_hand", buf_str(&by_hand));
	buf_free(&by_hand);
	put_measures(value, t);
	put_lines(value, "dialog", &t->transcript);
	return value;
}

/* ---- the run ---- */

static void put_thresholds(json_t *object, const char *name, const struct thresholds *t,
			   const struct expiry_limit *end)
{
	json_t *value = put_object(object, name);

	for (size_t i = 0; i < t->count; i++) {
		struct buf range = BUF_INIT(DECIMAL_SIZE * 2);
		range_format(&t->item[i].range, &range);
		put_text(value, t->item[i].step, buf_str(&range));
		buf_free(&range);
	}
	if (end->is_given)
		put_integer(value, end->is_share ? "certificate_percent" : "certificate_days",
			    end->value);
}

static json_t *report_of(const struct report *r)
{
	json_t *value = j->json_object();
	struct buf warnings = BUF_INIT(TEXT_MAX);
	enum state worst = verdict_worst(r->results, r->count);

	put_text(value, "format", "mailflow-report");
	put_integer(value, "version", VERSION);
	put_text(value, "program", r->program);
	put_text(value, "program_version", r->program_version);
	put_text(value, "protocol", r->protocol);
	put_text(value, "site", r->site);
	put_time(value, "time", r->now);
	put_text(value, "state", state_name(worst));
	put_integer(value, "exit_code", worst);
	put_thresholds(value, "warning", &r->rules->warning, &r->rules->cert_warning);
	put_thresholds(value, "critical", &r->rules->critical, &r->rules->cert_critical);
	report_warnings(r, &warnings);
	put_lines(value, "warnings", &warnings);
	buf_free(&warnings);
	json_t *targets = put_list(value, "targets");
	for (size_t i = 0; i < r->count; i++)
		j->json_array_append_new(targets, target_of(r, &r->results[i]));
	return value;
}

static int append(const char *bytes, size_t len, void *out)
{
	return buf_append(out, bytes, len);
}

int report_json_ready(struct err *err)
{
	return json_library(err) ? 0 : -1;
}

void report_json(const struct report *r, struct buf *out)
{
	struct err err = {0};

	j = json_library(&err);
	if (!j) /* report_json_ready has said so before */
		return;
	json_t *value = report_of(r);
	j->json_dump_callback(value, append, out,
			      JSON_INDENT(INDENT) | JSON_REAL_PRECISION(REAL_DIGITS));
	buf_append_char(out, '\n');
	j->json_delete(value); /* nobody else refers to it */
}
