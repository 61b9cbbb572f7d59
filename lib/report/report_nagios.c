/* report_nagios.c - the format of monitoring plugins: one line that stands alone, performance data
 * behind its '|', long lines below.
 *
 * What the engines make of it decides its form (measured on Icinga 2.13, Nagios 4.4 and
 * Zabbix 6.0): all performance data on the first line, one '|' in all, no ';' in its text, and no
 * more than Nagios keeps for sure. */
#include "report/report.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/decimal.h"
#include "base/text.h"
#include "base/xalloc.h"
#include "judge/sides.h"
#include "report/long_lines.h"
#include "report/monitoring.h"
#include "report/planned.h"
#include "report/paint.h"
#include "report/report_perfdata.h"
#include "report/report_sides.h"

enum {
	OUTPUT_MAX = 4000, /* Nagios loses what lies beyond 4,096 now and then */
	LEFT_OUT_MAX = 60, /* the line that says what was left out */
	BUFFER_MAX = 64 << 20,
};

struct ranking {
	const struct result **result; /* the worst first */
	size_t ok, skipped, throttled;
};

static void rank(const struct report *r, struct ranking *ranking_r)
{
	*ranking_r = (struct ranking){.result = report_rank(r)};
	for (size_t i = 0; i < r->count; i++) {
		ranking_r->skipped += r->results[i].skipped;
		ranking_r->ok += !r->results[i].skipped && r->results[i].state == STATE_OK;
		ranking_r->throttled += result_is_throttled(&r->results[i]);
	}
}

static double seconds(int64_t us)
{
	return (double)us / (double)US_PER_S;
}

static void put_slowest_front(const struct report *r, struct buf *text)
{
	int64_t delay = 0;

	if (!report_slowest_front(r, &delay))
		return;
	buf_append_str(text, ", proxy ");
	report_put_delay(delay, text);
}

static void summarize_ok(const struct report *r, const struct ranking *all, struct buf *text)
{
	const struct result *slow = report_slowest(r);
	char total[DECIMAL_SIZE], label[sizeof(slow->label)];
	struct buf proxy = BUF_INIT(REPORT_LINE_MAX);
	size_t unverified = 0;

	if (all->ok)
		buf_printf(text, "%zu end point%s ok", all->ok, all->ok == 1 ? "" : "s");
	if (all->skipped)
		buf_printf(text, "%s%zu%s skipped", all->ok ? ", " : "", all->skipped,
			   all->ok ? "" : " end points");
	if (!slow)
		return;
	seconds_format(seconds(slow->timeline.total_us), total);
	text_show(label, sizeof(label), slow->label, strlen(slow->label));
	put_slowest_front(r, &proxy);
	size_t used = text->len + strlen(", slowest  ") + strlen(total) + proxy.len;
	report_shorten_label(label, used < REPORT_LINE_MAX ? REPORT_LINE_MAX - used : 0);
	buf_printf(text, ", slowest %s %s%s", label, total, buf_str(&proxy));
	buf_free(&proxy);
	for (size_t i = 0; i < r->count; i++)
		unverified += result_unverified(&r->results[i]);
	if (unverified)
		report_put_not_verified(
			text->len < REPORT_LINE_MAX ? REPORT_LINE_MAX - text->len : 0, text);
}

static void summarize(const struct report *r, const struct ranking *all, struct buf *text)
{
	if (all->ok + all->skipped == r->count) {
		summarize_ok(r, all, text);
		return;
	}
	buf_printf(text, "%zu of %zu end points ok, ", all->ok, r->count);
	if (all->skipped)
		buf_printf(text, "%zu skipped, ", all->skipped);
	if (all->throttled > result_is_throttled(all->result[0])) /* more than it is said of */
		buf_printf(text, "%zu throttled, ", all->throttled);
	struct buf sides = BUF_INIT(BUFFER_MAX);
	sides_tell(r->results, r->count, all->result[0], &sides);
	report_sentence_fit(all->result[0], REPORT_LINE_MAX - text->len,
			    REPORT_HINT_MORE - sides.len, text);
	buf_printf(text, "%s%s", sides.len ? ", " : "", buf_str(&sides));
	buf_free(&sides);
}

/* Nagios makes ':' of a ';', and two blanks in a row are one or two fields, as an engine likes. */
static void tidy(struct buf *text)
{
	size_t out = 0;

	for (size_t i = 0; i < text->len; i++) {
		char c = text->data[i] == ';' ? ',' : text->data[i];
		if (c != ' ' || (out && text->data[out - 1] != ' '))
			text->data[out++] = c;
	}
	while (out && text->data[out - 1] == ' ')
		out--;
	text->len = out;
	text->data[out] = '\0';
}

/* Returns where the state ends in it. */
static size_t first_line(const struct report *r, const struct ranking *all, struct buf *text)
{
	enum state state = verdict_worst(r->results, r->count);

	buf_printf(text, "%s %s", r->service, state_name(state));
	size_t after_state = text->len;
	buf_append_str(text, " - ");
	if (r->count == 1)
		report_sentence_fit(&r->results[0], REPORT_LINE_MAX - text->len, REPORT_HINT_MORE,
				    text);
	else
		summarize(r, all, text);
	tidy(text);
	return after_state;
}

void report_status_line(const struct report *r, struct buf *out)
{
	struct ranking all;

	rank(r, &all);
	first_line(r, &all, out);
	free(all.result);
}

static void steps_line(const struct result *t, int verbosity, struct buf *lines)
{
	const struct timeline *tl = &t->timeline;
	char start[DECIMAL_SIZE], took[DECIMAL_SIZE];

	for (size_t i = 0; i < tl->count; i++) {
		const struct timeline_step *s = &tl->step[i];
		const char *failed = s->outcome == STEP_FAILED ? " (failed)" : "";

		milliseconds_format(s->start_us, start);
		milliseconds_format(s->duration_us, took);
		if (verbosity >= 2)
			buf_printf(lines, "step %s: began at %s, took %s%s\n", s->name, start, took,
				   failed);
		else
			buf_printf(lines, "%s%s %s%s", i ? ", " : "steps: ", s->name, took, failed);
	}
	if (tl->count && verbosity < 2)
		buf_append_char(lines, '\n');
}

/* what is said of one target besides: what would be done, and what -v adds */
static void target_lines(const struct report *r, const struct result *t, int verbosity,
			 struct buf *lines)
{
	struct buf proxy = BUF_INIT(BUFFER_MAX);

	planned_lines(t, lines);
	report_proxy(r, t, &proxy);
	report_line(lines, "proxy", buf_str(&proxy));
	buf_free(&proxy);
	if (r->monitoring)
		monitoring_lines(r, t, lines);
	if (verbosity < 1)
		return;
	report_details(t, verbosity, lines);
	steps_line(t, verbosity, lines);
}

static void put_state(const struct report *r, enum state state, struct buf *out)
{
	struct paint paint = paint_of(r, state);

	buf_printf(out, "%s%s%s", paint.begin, state_name(state), paint.end);
}

/* All that can be said of it in a sentence, unless the first line has said it. */
static void whole_sentence(const struct result *t, const struct buf *text, struct buf *lines)
{
	struct buf whole = BUF_INIT(BUFFER_MAX), tidied = BUF_INIT(BUFFER_MAX);

	report_sentence(t, &whole);
	buf_append(&tidied, buf_str(&whole), whole.len);
	tidy(&tidied);
	if (!strstr(buf_str(text), buf_str(&tidied)))
		buf_printf(lines, "%s\n", buf_str(&whole));
	buf_free(&whole);
	buf_free(&tidied);
}

/* `CRITICAL - mail.example.org:993 ...`; of all but the worst the line above tells nothing. */
static void sentence_of_several(const struct report *r, const struct result *t, size_t max,
				struct buf *line)
{
	put_state(r, t->state, line);
	buf_append_str(line, " - ");
	report_sentence_fit(t, max, REPORT_HINT_MORE, line);
	buf_append_char(line, '\n');
}

/* How long the sentences of all but the worst may be: as they are, where all fit. */
static size_t sentence_max(const struct report *r, const struct ranking *all, size_t room)
{
	struct buf lines = BUF_INIT(BUFFER_MAX);

	for (size_t i = 0; i < r->count; i++)
		sentence_of_several(r, all->result[i], OUTPUT_MAX, &lines);
	bool fit = lines.len <= room;
	buf_free(&lines);
	return fit ? OUTPUT_MAX : REPORT_LINE_MAX;
}

static struct long_lines lines_of(const struct report *r, const struct result *t)
{
	const struct timeline_step *wait = timeline_find(&t->timeline, "delivery");
	struct long_lines lines = {.sentence = BUF_INIT(BUFFER_MAX),
				   .lines = BUF_INIT(BUFFER_MAX),
				   .dialog = BUF_INIT(BUFFER_MAX),
				   .fails = t->state != STATE_OK};

	if (wait) {
		lines.waited_from_ms = wait->start_us / US_PER_MS;
		lines.waited_until_ms = (wait->start_us + wait->duration_us) / US_PER_MS;
	}
	target_lines(r, t, r->verbosity, &lines.lines);
	if (r->verbosity >= 3)
		report_transcript(t, &lines.dialog);
	return lines;
}

/* All below the first line, which is text, in at most max bytes. Returns how many lines were left
 * out. */
static size_t put_long_lines(const struct report *r, const struct ranking *all,
			     const struct buf *text, size_t max, struct buf *out)
{
	struct long_lines *targets = xcalloc(r->count + 1, sizeof(*targets));
	size_t short_max = r->count > 1 ? sentence_max(r, all, max) : 0;

	for (size_t i = 0; i < r->count; i++) {
		targets[i] = lines_of(r, all->result[i]);
		if (r->count == 1)
			whole_sentence(all->result[i], text, &targets[i].sentence);
		else
			sentence_of_several(r, all->result[i], i ? short_max : OUTPUT_MAX,
					    &targets[i].sentence);
	}
	size_t left_out = long_lines_fit(targets, r->count, max, out);
	for (size_t i = 0; i < r->count; i++) {
		buf_free(&targets[i].sentence);
		buf_free(&targets[i].lines);
		buf_free(&targets[i].dialog);
	}
	free(targets);
	return left_out;
}

void report_nagios(const struct report *r, struct buf *out)
{
	struct buf text = BUF_INIT(BUFFER_MAX), perf = BUF_INIT(BUFFER_MAX);
	struct buf lines = BUF_INIT(BUFFER_MAX), warnings = BUF_INIT(BUFFER_MAX);
	size_t limit = r->terminal || planned_any(r) ? BUFFER_MAX : OUTPUT_MAX;
	struct ranking all;

	rank(r, &all);
	size_t after_state = first_line(r, &all, &text);
	report_perfdata(r, all.ok, &perf);
	report_warnings(r, &warnings);
	size_t used = text.len + perf.len + warnings.len + strlen(" | \n") + LEFT_OUT_MAX;
	size_t room = limit > used ? limit - used : 0;
	size_t left_out = put_long_lines(r, &all, &text, room, &lines);
	if (left_out)
		buf_printf(&lines, "left out: %zu line%s (--output=table shows all)\n", left_out,
			   left_out == 1 ? "" : "s");
	buf_append(&lines, buf_str(&warnings), warnings.len);
	if (!r->terminal) {
		text_disarm(text.data, text.len);
		text_disarm(lines.data, lines.len);
	}
	buf_printf(out, "%s ", r->service);
	put_state(r, verdict_worst(r->results, r->count), out);
	buf_printf(out, "%s%s%s\n%s", buf_str(&text) + after_state, perf.len ? " | " : "",
		   buf_str(&perf), buf_str(&lines));
	free(all.result);
	buf_free(&text);
	buf_free(&perf);
	buf_free(&lines);
	buf_free(&warnings);
}
