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
#include "report/monitoring.h"
#include "report/planned.h"
#include "report/paint.h"
#include "report/report_perfdata.h"

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

static void summarize_ok(const struct report *r, const struct ranking *all, struct buf *text)
{
	const struct result *slow = report_slowest(r);
	char total[DECIMAL_SIZE], label[sizeof(slow->label)];
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
	size_t used = text->len + strlen(", slowest  ") + strlen(total);
	report_shorten_label(label, used < REPORT_LINE_MAX ? REPORT_LINE_MAX - used : 0);
	buf_printf(text, ", slowest %s %s", label, total);
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
	report_sentence_fit(all->result[0], REPORT_LINE_MAX - text->len, REPORT_HINT_MORE, text);
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
	planned_lines(t, lines);
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

/* The lines of several targets; short_max bounds the first line of each but the worst, of which the
 * line above tells less. */
static void lines_of_all(const struct report *r, const struct ranking *all, int verbosity,
			 size_t short_max, struct buf *lines)
{
	for (size_t i = 0; i < r->count; i++) {
		const struct result *t = all->result[i];

		put_state(r, t->state, lines);
		buf_append_str(lines, " - ");
		report_sentence_fit(t, i ? short_max : OUTPUT_MAX, REPORT_HINT_MORE, lines);
		buf_append_char(lines, '\n');
		target_lines(r, t, verbosity, lines);
		if (verbosity >= 3)
			report_transcript(t, lines);
	}
}

static size_t count_lines(const struct buf *b)
{
	size_t n = 0;

	for (size_t i = 0; i < b->len; i++)
		n += b->data[i] == '\n';
	return n;
}

/* Append the first lines of what fit into max bytes, or with last the last of them. Returns how
 * many lines were left out. */
static size_t fit_lines(const struct buf *lines, size_t max, bool last, struct buf *out)
{
	const char *text = buf_str(lines);
	size_t from = 0, to = lines->len;

	if (lines->len > max && last) {
		const char *lf = memchr(text + lines->len - max - 1, '\n', max + 1);
		from = lf ? (size_t)(lf - text) + 1 : lines->len;
	} else if (lines->len > max) {
		const char *lf = memrchr(text, '\n', max);
		to = lf ? (size_t)(lf - text) + 1 : 0;
	}
	size_t before = count_lines(out);
	buf_append(out, text + from, to - from);
	return count_lines(lines) - (count_lines(out) - before);
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

/* The long lines in at most max bytes. Returns how many were left out. */
static size_t long_lines_of_one(const struct report *r, const struct buf *text, size_t max,
				struct buf *lines)
{
	struct buf all = BUF_INIT(BUFFER_MAX);
	const struct result *t = &r->results[0];

	whole_sentence(t, text, &all);
	target_lines(r, t, r->verbosity, &all);
	size_t left_out = fit_lines(&all, max, false, lines);
	buf_clear(&all);
	if (r->verbosity >= 3) {
		report_transcript(t, &all);
		/* a dialog that fails does so at its end */
		left_out += fit_lines(&all, max - lines->len, true, lines);
	}
	buf_free(&all);
	return left_out;
}

/* The same for several targets: less and less of each until all fit, then the first of the briefest
 * of them. */
static size_t long_lines_of_all(const struct report *r, const struct ranking *all, size_t max,
				struct buf *lines)
{
	size_t wanted = 0;

	for (int verbosity = r->verbosity; verbosity >= 0; verbosity--) {
		struct buf full = BUF_INIT(BUFFER_MAX);

		lines_of_all(r, all, verbosity, OUTPUT_MAX, &full);
		if (verbosity == r->verbosity)
			wanted = count_lines(&full);
		bool done = full.len <= max && !buf_append(lines, buf_str(&full), full.len);
		buf_free(&full);
		if (done)
			return wanted - count_lines(lines);
	}
	struct buf brief = BUF_INIT(BUFFER_MAX);
	lines_of_all(r, all, 0, REPORT_LINE_MAX, &brief);
	fit_lines(&brief, max, false, lines);
	buf_free(&brief);
	return wanted - count_lines(lines);
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
	size_t left_out = r->count == 1 ? long_lines_of_one(r, &text, room, &lines)
					: long_lines_of_all(r, &all, room, &lines);
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
