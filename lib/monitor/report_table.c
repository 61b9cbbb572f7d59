/* report_table.c - the format for a terminal: a row an end point with the columns of
 * Test-ImapConnectivity, and below it where the time went. Nothing is wider than the terminal but
 * the dialog of -vvv. */
#include "monitor/report.h"

#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "base/text.h"
#include "monitor/decimal.h"

enum {
	/* columns are not made narrower than that */
	SITE_MIN = 8,
	SCENARIO_MIN = 12,
	SERVER_MIN = 16,
	ERROR_MIN = 5,
	RESULT_WIDTH = 7,
	LATENCY_WIDTH = 11,
	DURATION_WIDTH = 11, /* of a step: "12345.6 ms" */
	BAR_MIN = 10,
	TEXT_SIZE = 2048,
	WIDTH_MIN = 64, /* what the columns take at their narrowest */
};

struct layout {
	int width;
	int server, site, scenario, error; /* widths of the columns */
	int name, bar;                     /* of the lines of steps */
	bool utf8;
};

/* Columns that text takes; East Asian wide characters are not told apart. */
static int columns(const char *text)
{
	int n = 0;

	for (; *text; text++)
		n += ((unsigned char)*text & 0xc0) != 0x80;
	return n;
}

static int max_int(int a, int b)
{
	return a > b ? a : b;
}

static void put_blanks(struct buf *out, int n)
{
	for (; n > 0; n--)
		buf_append_char(out, ' ');
}

static void clean(char *dst, size_t size, const char *text)
{
	text_clean(dst, size, text, strlen(text));
}

/* Narrow a column by what is still too much, but not below min. */
static void narrow(int *width, int min, int *excess)
{
	int spare = *width - min;
	int less = spare < *excess ? spare : *excess;

	if (less > 0) {
		*width -= less;
		*excess -= less;
	}
}

/* As wide as the longest name that leaves room for the other columns; a longer one gets a line of
 * its own. */
static int server_width(const struct report *r, int limit)
{
	int width = (int)strlen("Server");
	char text[TEXT_SIZE];

	for (size_t i = 0; i < r->count; i++) {
		clean(text, sizeof(text), r->results[i].label);
		if (columns(text) <= limit)
			width = max_int(width, columns(text));
	}
	return width;
}

static struct layout make_layout(const struct report *r)
{
	struct layout l = {.width = max_int(r->width, WIDTH_MIN), .utf8 = r->utf8};
	char text[TEXT_SIZE];

	clean(text, sizeof(text), r->local_host ? r->local_host : "");
	l.site = max_int((int)strlen("Site"), columns(text));
	l.scenario = (int)strlen("Scenario");
	for (size_t i = 0; i < r->count; i++) {
		const struct result *t = &r->results[i];

		l.scenario = max_int(l.scenario, columns(t->scenario ? t->scenario : ""));
		for (size_t k = 0; k < t->timeline.count; k++)
			l.name = max_int(l.name, columns(t->timeline.step[k].name));
	}
	/* with a blank before each column but the first */
	int room = l.width - RESULT_WIDTH - LATENCY_WIDTH - 5;
	l.server = server_width(r, max_int(SERVER_MIN, room - ERROR_MIN - l.scenario - SITE_MIN));
	int excess = l.server + l.site + l.scenario + ERROR_MIN - room;
	narrow(&l.site, SITE_MIN, &excess);
	narrow(&l.scenario, SCENARIO_MIN, &excess);
	l.error = max_int(ERROR_MIN, room - l.server - l.site - l.scenario);
	l.bar = max_int(BAR_MIN,
			l.width - 2 - l.name - 1 - DURATION_WIDTH - (int)strlen(" failed"));
	return l;
}

static void put_cell(struct buf *line, const char *text, int width)
{
	char cut[TEXT_SIZE];

	clean(cut, sizeof(cut), text);
	if (columns(cut) > width)
		clean(cut, (size_t)width + 1, text);
	buf_append_str(line, cut);
	put_blanks(line, width - columns(cut) + 1);
}

static void end_line(struct buf *out)
{
	while (out->len && out->data[out->len - 1] == ' ')
		buf_truncate(out, out->len - 1);
	buf_append_char(out, '\n');
}

/* text in lines of at most width columns, each indented, all but the first by two more; broken at
 * blanks, or where a word has no room even on a line of its own. */
static void put_wrapped(struct buf *out, const char *text, int indent, int width)
{
	int used = indent;
	bool first = true; /* word on its line */

	put_blanks(out, indent);
	indent += 2;
	while (*text) {
		size_t len = strcspn(text, " ");
		char word[TEXT_SIZE];

		snprintf(word, sizeof(word), "%.*s", (int)len, text);
		if (!first && used + 1 + columns(word) > width) {
			buf_append_char(out, '\n');
			put_blanks(out, indent);
			used = indent;
			first = true;
		}
		if (!first)
			buf_append_char(out, ' ');
		used += !first;
		for (const char *c = word; *c; c++) {
			bool begins = ((unsigned char)*c & 0xc0) != 0x80;
			if (begins && used == width) {
				buf_append_char(out, '\n');
				put_blanks(out, indent);
				used = indent;
			}
			buf_append_char(out, *c);
			used += begins;
		}
		first = false;
		text += len;
		text += strspn(text, " ");
	}
	buf_append_char(out, '\n');
}

static void put_header(const struct layout *l, struct buf *out)
{
	const struct {
		const char *name;
		int width;
	} column[] = {
		{"Server", l->server},          {"Site", l->site},
		{"Scenario", l->scenario},      {"Result", RESULT_WIDTH},
		{"Latency(ms)", LATENCY_WIDTH}, {"Error", ERROR_MIN},
	};

	for (size_t i = 0; i < sizeof(column) / sizeof(column[0]); i++)
		put_cell(out, column[i].name, column[i].width);
	end_line(out);
	for (size_t i = 0; i < sizeof(column) / sizeof(column[0]); i++) {
		for (size_t k = 0; k < strlen(column[i].name); k++)
			buf_append_char(out, '-');
		put_blanks(out, column[i].width - (int)strlen(column[i].name) + 1);
	}
	end_line(out);
}

/* A threshold that is passed critically is a failure too; a warning goes with Success. */
static const char *result_word(const struct result *t)
{
	if (t->skipped)
		return "Skipped";
	return t->err.kind != ERR_NONE || t->state == STATE_CRITICAL ? "Failure" : "Success";
}

/* The row. Returns whether the error had room in it. */
static bool put_row(const struct report *r, const struct layout *l, const struct result *t,
		    const char *error, struct buf *out)
{
	char label[sizeof(t->label)];
	char site[TEXT_SIZE];
	char latency[DECIMAL_SIZE] = "";
	bool has_room = columns(error) <= l->error;

	clean(label, sizeof(label), t->label);
	clean(site, sizeof(site), r->local_host ? r->local_host : "");
	if (columns(site) > l->site) /* the domain is what can be spared */
		site[strcspn(site, ".")] = '\0';
	if (columns(label) > l->server) { /* the name is never cut: it has a line of its own */
		put_wrapped(out, label, 0, l->width);
		label[0] = '\0';
	}
	if (!t->skipped)
		decimal_format((double)t->timeline.total_us / (double)US_PER_MS, 1, latency);
	put_cell(out, label, l->server);
	put_cell(out, site, l->site);
	put_cell(out, t->scenario ? t->scenario : "", l->scenario);
	put_cell(out, result_word(t), RESULT_WIDTH);
	put_blanks(out, LATENCY_WIDTH - columns(latency));
	buf_printf(out, "%s %s", latency, has_room ? error : "");
	end_line(out);
	return has_room;
}

static void put_labelled(struct buf *out, const struct layout *l, const char *name,
			 const char *text)
{
	char line[TEXT_SIZE];
	int len = snprintf(line, sizeof(line), "%s: ", name);

	clean(line + len, sizeof(line) - (size_t)len, text);
	if (line[len])
		put_wrapped(out, line, 2, l->width);
}

/* One step: its name, a bar from its start to its end on the scale of the whole, its duration. */
static void put_step(const struct layout *l, const struct timeline *tl,
		     const struct timeline_step *s, struct buf *out)
{
	int64_t total = tl->total_us > 0 ? tl->total_us : 1;
	int64_t from = s->start_us * l->bar / total;
	int64_t to = ((s->start_us + s->duration_us) * l->bar + total - 1) / total;
	char ms[DECIMAL_SIZE];

	if (from > l->bar - 1)
		from = l->bar - 1;
	if (to > l->bar)
		to = l->bar;
	if (to <= from)
		to = from + 1;
	put_blanks(out, 2);
	put_cell(out, s->name, l->name);
	put_blanks(out, (int)from);
	for (int64_t i = from; i < to; i++)
		buf_append_str(out, l->utf8 ? "\xe2\x96\x88" : "#");
	milliseconds_format(s->duration_us, ms);
	put_blanks(out, l->bar - (int)to + DURATION_WIDTH - columns(ms));
	buf_printf(out, "%s%s\n", ms, s->outcome == STEP_FAILED ? " failed" : "");
}

/* what -v adds, indented, without the dialog */
static void put_details(const struct report *r, const struct layout *l, const struct result *t,
			struct buf *out)
{
	struct buf lines = BUF_INIT(64 * TEXT_SIZE);

	report_details(t, r->verbosity, &lines);
	for (const char *at = buf_str(&lines); *at;) {
		char line[TEXT_SIZE];
		size_t len = strcspn(at, "\n");

		snprintf(line, sizeof(line), "%.*s", (int)len, at);
		put_wrapped(out, line, 2, l->width);
		at += len + (at[len] == '\n');
	}
	buf_free(&lines);
}

static void put_target(const struct report *r, const struct layout *l, const struct result *t,
		       struct buf *out)
{
	struct buf error = BUF_INIT(TEXT_SIZE);
	bool failed = t->err.kind != ERR_NONE || t->state != STATE_WARNING;

	report_error(t, &error);
	if (!put_row(r, l, t, buf_str(&error), out))
		put_labelled(out, l, failed ? "Error" : "Warning", buf_str(&error));
	buf_free(&error);
	if (t->skipped)
		put_labelled(out, l, "Skipped", t->done);
	put_labelled(out, l, "Note", t->note);
	if (t->trust_any && t->tls.established)
		put_labelled(out, l, "Note", "certificate not verified (-k)");
	if (r->verbosity >= 1)
		put_details(r, l, t, out);
	for (size_t i = 0; i < t->timeline.count; i++)
		put_step(l, &t->timeline, &t->timeline.step[i], out);
	if (r->verbosity >= 3)
		report_transcript(t, out);
}

void report_table(const struct report *r, struct buf *out)
{
	struct layout l = make_layout(r);

	put_header(&l, out);
	for (size_t i = 0; i < r->count; i++) {
		size_t row = out->len;
		put_target(r, &l, &r->results[i], out);
		const char *lf = memchr(out->data + row, '\n', out->len - row);
		bool more = lf && lf + 1 < out->data + out->len;
		if (more && i + 1 < r->count) /* rows alone stand close together */
			buf_append_char(out, '\n');
	}
}
