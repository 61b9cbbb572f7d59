/* table.c - text in columns: cells, wrapped lines, and bars that show where the time went */
#include "report/table.h"

#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "base/decimal.h"
#include "base/text.h"
#include "report/monitoring.h"
#include "report/report_columns.h"

enum {
	DURATION_WIDTH = 11, /* of a step: "12345.6 ms" */
	BAR_MIN = 3,
	WIDTH_USUAL = 80,
	WIDTH_MIN = 40,    /* the longest name of a step, BAR_MIN, DURATION_WIDTH and " failed" */
	NOT_WELL_MAX = 10, /* named at the end of a long table */
};

int table_max(int a, int b)
{
	return a > b ? a : b;
}

int table_min(int a, int b)
{
	return a < b ? a : b;
}

void table_clean(char *dst, size_t size, const char *text)
{
	text_show(dst, size, text, strlen(text));
}

/* The text is cleaned before: all other bytes of UTF-8 go on with a character. */
static bool begins_character(char c)
{
	return ((unsigned char)c & 0xc0) != 0x80;
}

static int columns_of(const char *text, size_t len)
{
	int n = 0;

	for (size_t i = 0; i < len; i++)
		n += begins_character(text[i]);
	return n;
}

int table_columns(const char *text)
{
	return columns_of(text, strlen(text));
}

void table_narrow(int *width, int min, int *excess)
{
	int spare = *width - min;
	int less = spare < *excess ? spare : *excess;

	if (less > 0) {
		*width -= less;
		*excess -= less;
	}
}

int table_taken(int width)
{
	return width ? width + 1 : 0;
}

int table_taken_least(int width, int min)
{
	return table_taken(width < min ? width : min);
}

struct table table_init(const struct report *r)
{
	struct table t = {.report = r,
			  .width = table_max(r->width ? r->width : WIDTH_USUAL, WIDTH_MIN)};

	for (size_t i = 0; i < r->count; i++) {
		const struct timeline *tl = &r->results[i].timeline;
		for (size_t k = 0; k < tl->count; k++)
			t.name = table_max(t.name, table_columns(tl->step[k].name));
	}
	int room = t.width - 2 - t.name - 1 - DURATION_WIDTH - (int)strlen(" failed");
	t.bar = r->terminal ? table_max(BAR_MIN, room) : 0;
	return t;
}

void table_blanks(struct buf *out, int n)
{
	for (; n > 0; n--)
		buf_append_char(out, ' ');
}

static void put_cell(struct buf *line, const char *text, int width, struct paint paint)
{
	if (!width)
		return;
	buf_printf(line, "%s%s%s", paint.begin, text, paint.end);
	table_blanks(line, width - table_columns(text) + 1);
}

void table_painted_cell(struct buf *line, const char *text, int width, struct paint paint)
{
	char cut[TABLE_TEXT_SIZE];

	table_clean(cut, sizeof(cut), text);
	if (width && table_columns(cut) > width)
		table_clean(cut, (size_t)width + 1, text);
	put_cell(line, cut, width, paint);
}

void table_cell(struct buf *line, const char *text, int width)
{
	table_painted_cell(line, text, width, paint_none);
}

/* Where the n-th character of text begins. */
static char *skip(char *text, int n)
{
	for (; *text; text++)
		if (begins_character(*text) && n-- == 0)
			break;
	return text;
}

static void cut_middle(char *text, int width)
{
	static const char dots[] = "...";
	int shown = width - (int)strlen(dots), columns = table_columns(text);

	if (columns <= width || !width)
		return;
	char *tail = skip(text, columns - shown / 2);
	char *end = skip(text, shown - shown / 2);
	memcpy(end, dots, strlen(dots));
	memmove(end + strlen(dots), tail, strlen(tail) + 1);
}

void table_name_cell(struct buf *line, const char *name, int width)
{
	char cut[TABLE_TEXT_SIZE];

	table_clean(cut, sizeof(cut), name);
	cut_middle(cut, width);
	put_cell(line, cut, width, paint_none);
}

void table_host_cell(struct buf *line, const char *host, int width)
{
	char cut[TABLE_TEXT_SIZE], *dot;

	table_clean(cut, sizeof(cut), host);
	if (!endpoint_host_is_address(cut))
		while (table_columns(cut) > width && (dot = strrchr(cut, '.')) != NULL)
			*dot = '\0';
	cut_middle(cut, width);
	put_cell(line, cut, width, paint_none);
}

void table_end_line(struct buf *out)
{
	while (out->len && out->data[out->len - 1] == ' ')
		buf_truncate(out, out->len - 1);
	buf_append_char(out, '\n');
}

void table_header(struct buf *out, const struct table_column *column, size_t count)
{
	for (size_t i = 0; i < count; i++)
		table_cell(out, column[i].name, column[i].width);
	table_end_line(out);
	for (size_t i = 0; i < count; i++) {
		if (!column[i].width)
			continue;
		for (size_t k = 0; k < strlen(column[i].name); k++)
			buf_append_char(out, '-');
		table_blanks(out, column[i].width - (int)strlen(column[i].name) + 1);
	}
	table_end_line(out);
}

/* Lines that are being filled with words. */
struct flow {
	struct buf *out;
	int indent, width;
	int used;   /* columns of the line */
	bool empty; /* no word stands on it */
};

static void break_line(struct flow *f)
{
	buf_append_char(f->out, '\n');
	table_blanks(f->out, f->indent);
	f->used = f->indent;
	f->empty = true;
}

/* How many bytes of a word go into so many columns: all, else up to where it is best broken. */
static size_t piece_of(const char *word, size_t len, int room)
{
	size_t best = 0, i = 0;

	if (columns_of(word, len) <= room)
		return len;
	for (int used = 0; i < len; i++) {
		if (begins_character(word[i]) && used++ == room)
			break;
		if (strchr(".:/,-@=_", word[i]))
			best = i + 1;
	}
	return best ? best : i;
}

static void put_word(struct flow *f, const char *word, size_t len)
{
	if (!f->empty && f->used + 1 + columns_of(word, len) > f->width)
		break_line(f);
	if (!f->empty) {
		buf_append_char(f->out, ' ');
		f->used++;
	}
	while (len) {
		size_t n = piece_of(word, len, f->width - f->used);
		buf_append(f->out, word, n);
		f->used += columns_of(word, n);
		word += n;
		len -= n;
		if (len)
			break_line(f);
	}
	f->empty = false;
}

void table_wrapped(struct buf *out, const char *text, int indent, int width)
{
	struct flow f = {
		.out = out, .indent = indent + 2, .width = width, .used = indent, .empty = true};

	table_blanks(out, indent);
	while (*text) {
		size_t len = strcspn(text, " ");
		put_word(&f, text, len);
		text += len;
		text += strspn(text, " ");
	}
	buf_append_char(out, '\n');
}

void table_labelled(struct buf *out, const struct table *t, const char *name, const char *text)
{
	char line[TABLE_TEXT_SIZE];
	int len = snprintf(line, sizeof(line), "%s: ", name);

	table_clean(line + len, sizeof(line) - (size_t)len, text);
	if (line[len])
		table_wrapped(out, line, 2, t->width);
}

static void put_bar(struct buf *out, const struct table *t, const struct timeline *tl,
		    const struct timeline_step *s, struct paint paint)
{
	int64_t total = tl->total_us > 0 ? tl->total_us : 1;
	int64_t from = s->start_us * t->bar / total;
	int64_t to = ((s->start_us + s->duration_us) * t->bar + total - 1) / total;

	if (!t->bar)
		return;
	if (from > t->bar - 1)
		from = t->bar - 1;
	if (to > t->bar)
		to = t->bar;
	if (to <= from)
		to = from + 1;
	table_blanks(out, (int)from);
	buf_append_str(out, paint.begin);
	for (int64_t i = from; i < to; i++)
		buf_append_str(out, t->report->utf8 ? "\xe2\x96\x88" : "#");
	buf_append_str(out, paint.end);
	table_blanks(out, t->bar - (int)to);
}

static struct paint paint_of_step(const struct table *t, const struct timeline_step *s)
{
	bool failed = s->outcome == STEP_FAILED;
	enum state state =
		failed ? STATE_CRITICAL : verdict_time(t->report->rules, s->name, s->duration_us);

	return state == STATE_OK ? paint_none : paint_of(t->report, state);
}

static void put_step(struct buf *out, const struct table *t, const struct timeline *tl,
		     const struct timeline_step *s)
{
	struct paint paint = paint_of_step(t, s);
	char ms[DECIMAL_SIZE];

	table_blanks(out, 2);
	table_cell(out, s->name, t->name);
	put_bar(out, t, tl, s, paint);
	milliseconds_format(s->duration_us, ms);
	table_blanks(out, DURATION_WIDTH - table_columns(ms));
	buf_append_str(out, ms);
	if (s->outcome == STEP_FAILED)
		buf_printf(out, " %sfailed%s", paint.begin, paint.end);
	buf_append_char(out, '\n');
}

void table_steps(struct buf *out, const struct table *t, const struct timeline *tl)
{
	for (size_t i = 0; i < tl->count; i++)
		put_step(out, t, tl, &tl->step[i]);
}

void table_planned(struct buf *out, const struct table *t, const struct result *r)
{
	for (size_t i = 0; i < r->planned_count; i++)
		table_labelled(out, t, r->planned[i].name, r->planned[i].what);
}

/* Lines that end in LF, each wrapped. */
static void put_lines(struct buf *out, const struct table *t, const char *lines, int indent)
{
	while (*lines) {
		char line[TABLE_TEXT_SIZE];
		size_t len = strcspn(lines, "\n");

		snprintf(line, sizeof(line), "%.*s", (int)len, lines);
		table_wrapped(out, line, indent, t->width);
		lines += len + (lines[len] == '\n');
	}
}

void table_monitoring(struct buf *out, const struct table *t, const struct report *r,
		      const struct result *of)
{
	struct buf lines = BUF_INIT(2 * TABLE_TEXT_SIZE);

	if (r->monitoring)
		monitoring_lines(r, of, &lines);
	put_lines(out, t, buf_str(&lines), 2);
	buf_free(&lines);
}

void table_details(struct buf *out, const struct table *t, const struct result *r, int verbosity)
{
	struct buf lines = BUF_INIT(64 * TABLE_TEXT_SIZE);

	report_details(r, verbosity, &lines);
	put_lines(out, t, buf_str(&lines), 2);
	buf_free(&lines);
}

static void put_not_well(struct buf *out, const struct report *r, const struct table *t)
{
	size_t count = 0;

	for (size_t k = 0; k < STATES; k++)
		for (size_t i = 0; i < r->count; i++) {
			const struct result *one = &r->results[i];
			struct buf line = BUF_INIT(TABLE_TEXT_SIZE - 1);

			if (one->state != states_worst_first[k] ||
			    (one->state == STATE_OK && one->err.kind == ERR_NONE))
				continue;
			if (count++ >= NOT_WELL_MAX)
				continue;
			int room = table_max(t->width, WIDTH_USUAL) - 2;
			report_sentence_fit(one, (size_t)room, 0, &line);
			table_wrapped(out, buf_str(&line), 2, t->width);
			buf_free(&line);
		}
	if (count > NOT_WELL_MAX)
		buf_printf(out, "  and %zu more\n", count - NOT_WELL_MAX);
}

void table_summary(struct buf *out, const struct report *r, const struct table *t)
{
	struct buf line = BUF_INIT(TABLE_TEXT_SIZE - 1);
	int lines = 0;

	report_counts(r, &line);
	buf_append_char(out, '\n');
	table_wrapped(out, buf_str(&line), 0, r->width ? t->width : TABLE_TEXT_SIZE);
	buf_free(&line);
	for (size_t i = 0; i < out->len; i++)
		lines += out->data[i] == '\n';
	if (r->height && lines >= r->height) /* the prompt takes one more */
		put_not_well(out, r, t);
}

void table_warnings(struct buf *out, const struct report *r, const struct table *t)
{
	struct buf lines = BUF_INIT(64 * TABLE_TEXT_SIZE);

	report_warnings(r, &lines);
	if (lines.len)
		buf_append_char(out, '\n');
	put_lines(out, t, buf_str(&lines), 0);
	buf_free(&lines);
}
