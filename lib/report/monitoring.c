/* monitoring.c - the monitoring events and performance counters of --monitoring-context */
#include "report/monitoring.h"

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/decimal.h"
#include "base/text.h"
#include "judge/outcome.h"
#include "report/report_columns.h"

enum { INSTANCE_MAX = 4096 };

const char *monitoring_source(const char *protocol)
{
	static const struct {
		const char *protocol, *source;
	} sources[] = {
		{"imap", "Mailflow Imap4Connectivity"},
		{"pop", "Mailflow Pop3Connectivity"},
	};

	for (size_t i = 0; i < sizeof(sources) / sizeof(sources[0]); i++)
		if (!strcmp(protocol, sources[i].protocol))
			return sources[i].source;
	return "Mailflow SmtpConnectivity";
}

void monitoring_instance(const struct report *r, const struct result *t, struct buf *out)
{
	struct buf server = BUF_INIT(INSTANCE_MAX);

	report_columns(r)->put(r, t, &server);
	char *shown = text_shown(buf_str(&server), server.len);
	char *site = text_shown(r->site ? r->site : "", r->site ? strlen(r->site) : 0);
	buf_printf(out, "%s|%s", shown, site);
	free(shown);
	free(site);
	buf_free(&server);
}

size_t monitoring_counters(const struct result *t)
{
	return t->skipped ? 0 : 1 + t->timeline.count;
}

const char *monitoring_counter_name(const struct result *t, size_t i)
{
	return i ? t->timeline.step[i - 1].name : "Latency";
}

double monitoring_counter_ms(const struct result *t, size_t i)
{
	const struct timeline *tl = &t->timeline;
	bool failed = i ? tl->step[i - 1].outcome == STEP_FAILED : t->err.kind != ERR_NONE;

	if (failed)
		return -1;
	return (double)(i ? tl->step[i - 1].duration_us : tl->total_us) / (double)US_PER_MS;
}

static void put_counters(const struct result *t, struct buf *out)
{
	for (size_t i = 0; i < monitoring_counters(t); i++) {
		char value[DECIMAL_SIZE];

		decimal_format_shortest(monitoring_counter_ms(t, i), value);
		buf_printf(out, "%s%s %s", i ? ", " : "counters: ", monitoring_counter_name(t, i),
			   value);
	}
	if (monitoring_counters(t))
		buf_append_str(out, " ms\n");
}

void monitoring_lines(const struct report *r, const struct result *t, struct buf *out)
{
	const char *fault = result_fault(t);

	buf_printf(out, "event: %s %u %s, ", monitoring_source(r->protocol), outcome_id(t),
		   outcome_severity(t->state));
	monitoring_instance(r, t, out);
	buf_printf(out, "%s%s\n", *fault ? ", " : "", fault);
	put_counters(t, out);
}
