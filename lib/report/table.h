/* table.h - text in columns, for the formats that people read */
#ifndef MAILFLOW_TABLE_H
#define MAILFLOW_TABLE_H

#include "base/buf.h"
#include "report/paint.h"
#include "report/report.h"

/* TABLE_TEXT_SIZE: what a cell or a line of text may hold */
enum { TABLE_TEXT_SIZE = 2048 };

struct table {
	const struct report *report;
	int width;     /* no line is wider; at least 40 */
	int name, bar; /* of the lines of steps; bar 0: there are none */
};

struct table_column {
	const char *name;
	int width; /* 0: left out, and so are its cells */
};

/* For these results: as wide as the report, or usual where nobody says. */
struct table table_init(const struct report *r);

int table_max(int a, int b);
int table_min(int a, int b);
/* Columns that text takes; East Asian wide characters are not told apart. */
int table_columns(const char *text);
/* text_show of a string */
void table_clean(char *dst, size_t size, const char *text);
/* Narrow a column by what is still too much, but not below min. */
void table_narrow(int *width, int min, int *excess);
/* What a column of that width takes, with the blank behind it. */
int table_taken(int width);
/* The same when it is as narrow as min, or narrower by itself. */
int table_taken_least(int width, int min);

void table_header(struct buf *out, const struct table_column *column, size_t count);
void table_blanks(struct buf *out, int n);
/* text, cleaned and cut at its end to width (at least 3), and a blank behind it. */
void table_cell(struct buf *line, const char *text, int width);
/* The same in colours. */
void table_painted_cell(struct buf *line, const char *text, int width, struct paint paint);
/* The same for names that often differ in their last characters alone: cut in the middle. */
void table_name_cell(struct buf *line, const char *name, int width);
/* The same for a host: the end of its domain is what can be spared first. */
void table_host_cell(struct buf *line, const char *host, int width);
void table_end_line(struct buf *out);
/* text in lines of at most width columns, each indented, all but the first by two more; broken at
 * blanks, or where a word has no room even on a line of its own behind a dot or the like in it. */
void table_wrapped(struct buf *out, const char *text, int indent, int width);
/* `  NAME: text`, wrapped; nothing if text is empty. */
void table_labelled(struct buf *out, const struct table *t, const char *name, const char *text);
/* What would be done in each step, `  NAME: WHAT`. */
void table_planned(struct buf *out, const struct table *t, const struct result *r);
/* The monitoring event and its counters, if the report has them. */
void table_monitoring(struct buf *out, const struct table *t, const struct report *r,
		      const struct result *of);
/* Each step: its name, on a terminal a bar from its start to its end on the scale of the whole, its
 * duration. */
void table_steps(struct buf *out, const struct table *t, const struct timeline *tl);
/* What -v adds, indented, without the dialog. */
void table_details(struct buf *out, const struct table *t, const struct result *r, int verbosity);

/* report_warnings below the table. */
void table_warnings(struct buf *out, const struct report *r, const struct table *t);

/* report_counts below the table of several. What was not well once more, the worst first, if out
 * with the whole table is longer than the screen. */
void table_summary(struct buf *out, const struct report *r, const struct table *t);

#endif
