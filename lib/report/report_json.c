/* report_json.c - every fact that the run has learned, for programs: mailflow-report-1.schema.json
 * says what there is. Times are whole microseconds, texts have passed text_show(), and what is not
 * known is not there. A change that could surprise a reader needs a new version. */
#include "report/report.h"

#include <stdlib.h>
#include <string.h>

#include "base/decimal.h"
#include "base/text.h"
#include "judge/outcome.h"
#include "judge/sides.h"
#include "report/json_put.h"
#include "report/monitoring.h"
#include "report/report_columns.h"
#include "report/report_sides.h"

enum { TEXT_MAX = 64 << 10, VERSION = 1, BY_HAND_MAX = 4096 };

/* ---- values ---- */

static void put_time(json_t *object, const char *name, time_t when)
{
	char text[REPORT_TIME_SIZE];

	if (when && report_time(when, text))
		json_put_text(object, name, text);
}

/* Each line of text, without blanks in front; nothing if there are none. */
static void put_lines(json_t *object, const char *name, const struct buf *text)
{
	const char *at = buf_str(text), *end = at + text->len;
	json_t *list = text->len ? json_put_list(object, name) : NULL;

	while (at < end) {
		const char *lf = memchr(at, '\n', (size_t)(end - at));
		const char *stop = lf ? lf : end;
		while (at < stop && *at == ' ')
			at++;
		size_t len = (size_t)(stop - at);
		len -= len && at[len - 1] == '\r';
		json_put_item_text(list, at, len);
		at = lf ? lf + 1 : end;
	}
}

/* ---- parts of a target ---- */

static void put_endpoint(json_t *object, const char *name, const struct endpoint *e)
{
	if (!e->host[0])
		return;
	json_t *value = json_put_object(object, name);
	json_put_text(value, "host", e->host);
	json_put_integer(value, "port", e->port);
	json_put_text(value, "connection_type", tls_mode_name(e->mode));
}

static void put_connector(json_t *object, const struct result *t)
{
	json_t *value = json_put_object(object, "connector");

	json_put_text(value, "name", t->connector);
	json_put_text(value, "server", report_server(t));
	json_put_text(value, "binding", t->binding);
	json_put_text(value, "status_code", report_status_word(t));
	put_lines(value, "replies", &t->details);
}

static void put_error(json_t *object, const struct err *e)
{
	if (e->kind == ERR_NONE)
		return;
	json_t *value = json_put_object(object, "error");
	json_put_text(value, "kind", err_kind_name(e->kind));
	json_put_text(value, "text", e->text);
	json_put_text(value, "hint", e->hint);
	json_put_text(value, "step", e->step);
	json_put_text(value, "where", e->where);
}

/* What the thresholds make of a time; nothing where they make nothing of it. */
static void put_time_state(json_t *object, const struct report *r, const char *name, int64_t us)
{
	enum state state = verdict_time(r->rules, name, us);

	if (state != STATE_OK)
		json_put_text(object, "threshold_passed", state_word(state));
}

static void put_steps(json_t *object, const struct report *r, const struct timeline *tl)
{
	json_t *list = json_put_list(object, "steps");

	for (size_t i = 0; i < tl->count; i++) {
		const struct timeline_step *s = &tl->step[i];
		json_t *value = json_put_item(list);

		json_put_text(value, "name", s->name);
		json_put_integer(value, "start_us", s->start_us);
		json_put_integer(value, "duration_us", s->duration_us);
		json_put_text(value, "outcome", s->outcome == STEP_FAILED ? "failed" : "ok");
		put_time_state(value, r, s->name, s->duration_us);
	}
}

/* What the way through this front end costs. */
static void put_proxy(json_t *object, const struct report *r, const struct result *t)
{
	int64_t us = 0;
	const struct result *back = report_back_end(r, t, &us);

	if (!back)
		return;
	json_t *value = json_put_object(object, "proxy");
	json_put_text(value, "back_end", back->label);
	json_put_integer(value, "delay_us", us);
	json_t *list = json_put_list(value, "steps");
	for (size_t i = 0; i < t->timeline.count; i++) {
		const char *name = t->timeline.step[i].name;
		if (!sides_step_delay(t, back, name, &us))
			continue;
		json_t *step = json_put_item(list);
		json_put_text(step, "name", name);
		json_put_integer(step, "delay_us", us);
	}
}

/* Which side fails, of all that were tested for its mailbox. */
static void put_sides(json_t *object, const struct report *r, const struct result *t)
{
	struct buf text = BUF_INIT(TEXT_MAX);

	if (t->side == SIDE_NONE)
		return;
	json_put_text(object, "side", t->side == SIDE_BACK ? "back-end" : "front-end");
	sides_tell(r->results, r->count, t, &text);
	json_put_text(object, "sides", buf_str(&text));
	buf_free(&text);
	put_proxy(object, r, t);
}

static void put_fingerprint(json_t *object, const unsigned char fingerprint[FINGERPRINT_SIZE])
{
	char text[2 * FINGERPRINT_SIZE + 1];

	fingerprint_format(fingerprint, text);
	json_put_text(object, "sha256", text);
}

static void put_chain(json_t *object, const struct chain_seen *seen)
{
	if (!seen || !seen->sent)
		return;
	json_t *list = json_put_list(object, "sent");
	for (unsigned int i = 0; i < seen->count; i++) {
		const struct chain_link *link = &seen->link[i];
		json_t *value = json_put_item(list);
		json_put_text(value, "subject", link->subject);
		json_put_text(value, "issuer", link->issuer);
		json_put_text(value, "hosts", link->hosts);
		json_put_text(value, "serial", link->serial);
		put_fingerprint(value, link->fingerprint);
		json_put_text(value, "key", link->key);
		json_put_text(value, "signature", link->signature);
		put_time(value, "not_before", link->begins);
		put_time(value, "not_after", link->expires);
	}
	json_put_text(object, "ocsp", seen->staple);
}

static void put_tls(json_t *object, const char *name, const struct report *r,
		    const struct tls_info *tls, const struct chain_seen *seen)
{
	if (!tls->established)
		return;
	json_t *value = json_put_object(object, name);
	json_put_text(value, "description", tls->description);
	json_put_bool(value, "verified", tls->verified);
	json_t *certificate = json_put_object(value, "certificate");
	json_put_text(certificate, "subject", tls->leaf.subject);
	json_put_text(certificate, "renewal", renewal_name(tls->renewal));
	put_time(certificate, "not_before", tls->leaf.begins);
	put_time(certificate, "not_after", tls->leaf.expires);
	if (tls->leaf.expires)
		json_put_integer(certificate, "days_left",
				 tls_days_left(tls->leaf.expires, r->now));
	put_chain(value, seen);
}

static void put_measures(json_t *object, const struct result *t)
{
	json_t *list = t->measures ? json_put_list(object, "measures") : NULL;

	for (size_t i = 0; i < t->measures; i++) {
		const struct measure *m = &t->measure[i];
		json_t *value = json_put_item(list);

		json_put_text(value, "name", m->name);
		json_put_number(value, "value", m->value);
		json_put_text(value, "unit", m->uom);
	}
}

static void put_planned(json_t *object, const struct result *t)
{
	json_t *list = t->planned_count ? json_put_list(object, "planned_steps") : NULL;

	for (size_t i = 0; i < t->planned_count; i++) {
		json_t *value = json_put_item(list);

		json_put_text(value, "name", t->planned[i].name);
		json_put_text(value, "what", t->planned[i].what);
	}
}

static void put_event(json_t *value, const struct report *r, const struct result *t)
{
	struct buf text = BUF_INIT(TEXT_MAX);

	json_put_text(value, "source", monitoring_source(r->protocol));
	json_put_integer(value, "id", outcome_id(t));
	json_put_text(value, "severity", outcome_severity(t->state));
	monitoring_instance(r, t, &text);
	json_put_text(value, "instance", buf_str(&text));
	json_put_text(value, "fault", result_fault(t));
	buf_clear(&text);
	report_sentence(t, &text);
	json_put_text(value, "message", buf_str(&text));
	buf_free(&text);
}

static void put_counter(json_t *value, const struct report *r, const struct result *t, size_t i)
{
	struct buf instance = BUF_INIT(TEXT_MAX);

	monitoring_instance(r, t, &instance);
	json_put_text(value, "object", monitoring_source(r->protocol));
	json_put_text(value, "counter", monitoring_counter_name(t, i));
	json_put_text(value, "instance", buf_str(&instance));
	json_put_number(value, "value_ms", monitoring_counter_ms(t, i));
	buf_free(&instance);
}

static void put_monitoring(json_t *object, const struct report *r, const struct result *t)
{
	if (!r->monitoring)
		return;
	json_t *value = json_put_object(object, "monitoring_context");
	put_event(json_put_item(json_put_list(value, "events")), r, t);
	json_t *counters = json_put_list(value, "performance_counters");
	for (size_t i = 0; i < monitoring_counters(t); i++)
		put_counter(json_put_item(counters), r, t, i);
}

static void put_result(json_t *object, const struct result *t)
{
	json_put_text(object, "result", report_result_word(t));
	json_put_text(object, "state", state_name(t->state));
	json_put_text(object, t->skipped ? "skipped_because" : "done", t->done);
	json_put_text(object, "alert", t->alert);
	json_put_text(object, "note", t->note);
	if (t->note_state != STATE_OK)
		json_put_text(object, "note_state", state_name(t->note_state));
	json_put_text(object, "fault", result_fault(t));
	put_error(object, &t->err);
}

static void put_began(json_t *object, int64_t wall_us)
{
	char text[REPORT_TIME_SIZE];

	if (report_moment(wall_us, text))
		json_put_text(object, "began", text);
}

static void put_target(json_t *value, const struct report *r, const struct result *t)
{
	struct buf by_hand = BUF_INIT(BY_HAND_MAX);

	json_put_text(value, "label", t->label);
	json_put_text(value, "scenario", t->scenario);
	put_endpoint(value, "endpoint", &t->endpoint);
	put_endpoint(value, "smtp_endpoint", &t->smtp_endpoint);
	json_put_text(value, "account", t->account);
	json_put_text(value, "section", t->section);
	put_sides(value, r, t);
	json_put_text(value, "message_id", t->message_id);
	json_put_text(value, "queue_id", t->queue_id);
	if (t->connector)
		put_connector(value, t);
	put_result(value, t);
	put_planned(value, t);
	put_monitoring(value, r, t);
	put_began(value, t->timeline.wall_us);
	json_put_text(value, "address", t->address);
	json_put_text(value, "local_address", t->local);
	json_put_text(value, "no_answer_from", t->tried);
	json_put_text(value, "smtp_address", t->smtp_address);
	json_put_text(value, "smtp_local_address", t->smtp_local);
	json_put_text(value, "smtp_no_answer_from", t->smtp_tried);
	json_put_text(value, "mechanism", t->mechanism);
	json_put_text(value, "smtp_mechanism", t->smtp_mechanism);
	if (!t->skipped) {
		json_put_integer(value, "duration_us", t->timeline.total_us);
		put_time_state(value, r, "total", t->timeline.total_us);
		put_steps(value, r, &t->timeline);
	}
	json_put_bool(value, "trust_any_certificate", t->trust_any);
	put_tls(value, "tls", r, &t->tls, t->seen);
	put_tls(value, "smtp_tls", r, &t->smtp_tls, t->smtp_seen);
	report_by_hand(t, &by_hand);
	json_put_text(value, "by_hand", buf_str(&by_hand));
	buf_free(&by_hand);
	put_measures(value, t);
	put_lines(value, "dialog", &t->transcript);
}

/* ---- the run ---- */

static void put_thresholds(json_t *object, const char *name, const struct thresholds *t,
			   const struct expiry_limit *end)
{
	json_t *value = json_put_object(object, name);

	for (size_t i = 0; i < t->count; i++) {
		struct buf range = BUF_INIT(DECIMAL_SIZE * 2);
		range_format(&t->item[i].range, &range);
		json_put_text(value, t->item[i].step, buf_str(&range));
		buf_free(&range);
	}
	if (end->is_given)
		json_put_integer(value, end->is_share ? "certificate_percent" : "certificate_days",
				 end->value);
}

static void put_report(json_t *value, const struct report *r)
{
	struct buf warnings = BUF_INIT(TEXT_MAX);
	enum state worst = verdict_worst(r->results, r->count);

	json_put_text(value, "format", "mailflow-report");
	json_put_integer(value, "version", VERSION);
	json_put_text(value, "program", r->program);
	json_put_text(value, "program_version", r->program_version);
	json_put_text(value, "protocol", r->protocol);
	json_put_text(value, "site", r->site);
	put_time(value, "time", r->now);
	json_put_text(value, "state", state_name(worst));
	json_put_integer(value, "exit_code", worst);
	put_thresholds(value, "warning", &r->rules->warning, &r->rules->cert_warning);
	put_thresholds(value, "critical", &r->rules->critical, &r->rules->cert_critical);
	report_warnings(r, &warnings);
	put_lines(value, "warnings", &warnings);
	buf_free(&warnings);
	json_t *targets = json_put_list(value, "targets");
	for (size_t i = 0; i < r->count; i++)
		put_target(json_put_item(targets), r, &r->results[i]);
}

int report_json_ready(struct err *err)
{
	return json_library(err) ? 0 : -1;
}

void report_json(const struct report *r, struct buf *out)
{
	struct err err = {0};

	json_t *document = json_put_begin(&err);
	if (!document) /* report_json_ready has said so before */
		return;
	put_report(document, r);
	json_put_end(document, false, out);
}
