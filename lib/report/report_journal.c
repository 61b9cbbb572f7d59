/* report_journal.c - the record of a run for the systemd journal: the status line, and what
 * --monitoring-context adds, in fields that journalctl finds it by
 *
 *   MESSAGE, PRIORITY, SYSLOG_IDENTIFIER   the status line, 3 to 6, the program
 *   MESSAGE_ID                             the same for all records of all programs
 *   MAILFLOW_STATE, _SITE, _EVENT_SOURCE   of the run
 *   MAILFLOW_TARGETS, _TARGETS_OK          how many
 *   MAILFLOW_EVENT_ID, _SEVERITY, _INSTANCE, _TARGET, _RESULT, _LATENCY_MS, and on failure
 *   _ERROR_KIND, _FAULT, _STEP             of each target, the worst first; of many, not of all
 *   MAILFLOW_CONTEXT                       lines: of every target its sentence, event and counters
 */
#include "report/report.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/decimal.h"
#include "base/journal.h"
#include "base/text.h"
#include "judge/outcome.h"
#include "report/monitoring.h"
#include "report/report_columns.h"

enum {
	LINES_MAX = 64 << 20,
	FIELD_MAX = 64 << 10,
	TARGETS_MAX = 64, /* with fields of their own: the journal refuses 1,024 in a record */
};

static const char message_id[] = "a17234233f764cd78d4116484a605661";

static void put(struct buf *out, const char *name, const char *value)
{
	char *shown = text_shown(value, strlen(value));

	if (*shown)
		journal_field(out, name, shown, strlen(shown));
	free(shown);
}

static void put_number(struct buf *out, const char *name, double value)
{
	char text[DECIMAL_SIZE];

	decimal_format_shortest(value, text);
	put(out, name, text);
}

/* As syslog has them: err, warning, info. */
static const char *priority(enum state state)
{
	static const char *const name[STATES] = {
		[STATE_OK] = "6",
		[STATE_WARNING] = "4",
		[STATE_CRITICAL] = "3",
		[STATE_UNKNOWN] = "4",
	};

	return name[state];
}

static void put_run(const struct report *r, struct buf *out)
{
	struct buf line = BUF_INIT(FIELD_MAX);
	enum state state = verdict_worst(r->results, r->count);
	size_t ok = 0;

	for (size_t i = 0; i < r->count; i++)
		ok += !r->results[i].skipped && r->results[i].state == STATE_OK;
	report_status_line(r, &line);
	put(out, "MESSAGE", buf_str(&line));
	put(out, "PRIORITY", priority(state));
	put(out, "MESSAGE_ID", message_id);
	put(out, "SYSLOG_IDENTIFIER", r->program);
	put(out, "MAILFLOW_STATE", state_name(state));
	put(out, "MAILFLOW_SITE", r->site);
	put(out, "MAILFLOW_EVENT_SOURCE", monitoring_source(r->protocol));
	put_number(out, "MAILFLOW_TARGETS", (double)r->count);
	put_number(out, "MAILFLOW_TARGETS_OK", (double)ok);
	buf_free(&line);
}

static void put_target(const struct report *r, const struct result *t, struct buf *out)
{
	struct buf instance = BUF_INIT(FIELD_MAX);

	monitoring_instance(r, t, &instance);
	put_number(out, "MAILFLOW_EVENT_ID", outcome_id(t));
	put(out, "MAILFLOW_SEVERITY", outcome_severity(t->state));
	put(out, "MAILFLOW_INSTANCE", buf_str(&instance));
	put(out, "MAILFLOW_TARGET", t->label);
	put(out, "MAILFLOW_RESULT", t->connector ? report_status_word(t) : report_result_word(t));
	if (monitoring_counters(t))
		put_number(out, "MAILFLOW_LATENCY_MS", monitoring_counter_ms(t, 0));
	put(out, "MAILFLOW_ERROR_KIND", err_kind_name(t->err.kind));
	put(out, "MAILFLOW_FAULT", result_fault(t));
	put(out, "MAILFLOW_STEP", t->err.step);
	buf_free(&instance);
}

void report_journal(const struct report *r, struct buf *out)
{
	struct buf lines = BUF_INIT(LINES_MAX);
	const struct result **ranked = report_rank(r);

	put_run(r, out);
	for (size_t i = 0; i < r->count; i++) {
		if (i < TARGETS_MAX)
			put_target(r, ranked[i], out);
		buf_printf(&lines, "%s - ", state_name(ranked[i]->state));
		report_sentence(ranked[i], &lines);
		buf_append_char(&lines, '\n');
		monitoring_lines(r, ranked[i], &lines);
	}
	journal_field(out, "MAILFLOW_CONTEXT", buf_str(&lines), lines.len);
	buf_free(&lines);
	free(ranked);
}
