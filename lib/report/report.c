/* report.c - the one table of output formats, and what they are written to */
#include "report/report.h"

#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "base/text.h"
#include "base/xalloc.h"

enum {
	COLUMNS_MAX = 1000,
	/* of terminals that do not say */
	USUAL_COLUMNS = 80,
	USUAL_LINES = 24,
};

const struct report_format report_formats[] = {
	{.name = "nagios",
	 .about = "status line and performance data for monitoring engines",
	 .write = report_nagios},
	{.name = "table",
	 .about = "for people, with the time that each step took; as wide as the terminal, or as "
		  "COLUMNS says",
	 .write = report_table},
	{.name = "csv",
	 .about = "for spreadsheets, a row an end point under the heads of the Exchange cmdlets",
	 .write = report_csv},
	{.name = "json",
	 .about = "for programs, all that is known (mailflow-report-1.schema.json says what)",
	 .write = report_json,
	 .ready = report_json_ready,
	 .shows_chain = true},
	{.name = "html",
	 .about =
		 "one page with the table, where the time of each end point went, its certificate, "
		 "and the end of a dialog that failed",
	 .write = report_html,
	 .shows_dialog = true,
	 .shows_chain = true},
	{.name = "openmetrics",
	 .about = "gauges for Prometheus, or with --output-file for its textfile collector",
	 .write = report_openmetrics},
	{0},
};

const struct report_format *report_find(const char *name)
{
	for (const struct report_format *f = report_formats; f->name; f++)
		if (text_equal_nocase(name, strlen(name), f->name))
			return f;
	return NULL;
}

void report_names(struct buf *out)
{
	for (const struct report_format *f = report_formats; f->name; f++)
		buf_printf(out, "%s%s", f > report_formats ? ", " : "", f->name);
}

/* Where a back end fails, the front end only says so, too. */
static bool is_behind(const struct result *t)
{
	return t->side == SIDE_BACK && t->err.kind != ERR_NONE;
}

const struct result **report_rank(const struct report *r)
{
	const struct result **ranked = xcalloc(r->count + 1, sizeof(const struct result *));
	size_t n = 0;

	for (size_t k = 0; k < STATES; k++)
		for (int back = 1; back >= 0; back--)
			for (size_t i = 0; i < r->count; i++)
				if (r->results[i].state == states_worst_first[k] &&
				    is_behind(&r->results[i]) == back)
					ranked[n++] = &r->results[i];
	return ranked;
}

/* The locale's character set by its name alone: nothing here needs the locale itself (POSIX, "8.2
 * Internationalization Variables" gives the order). */
static bool locale_is_utf8(void)
{
	static const char *const variable[] = {"LC_ALL", "LC_CTYPE", "LANG"};

	for (size_t i = 0; i < sizeof(variable) / sizeof(variable[0]); i++) {
		const char *value = getenv(variable[i]);
		if (value && *value)
			return strcasestr(value, "UTF-8") || strcasestr(value, "utf8");
	}
	return false;
}

/* What watch(1) and the like say of the screen behind the pipe; 0 if nothing sensible. */
static int columns_of_environment(void)
{
	const char *text = getenv("COLUMNS");
	uint64_t columns = 0;

	if (text)
		text_parse_uint(text, strlen(text), COLUMNS_MAX, &columns);
	return (int)columns;
}

/* https://no-color.org, and what a terminal says of itself. */
static bool colours_are_wanted(void)
{
	const char *no = getenv("NO_COLOR"), *term = getenv("TERM");

	return !(no && *no) && term && *term && strcmp(term, "dumb") != 0;
}

void report_terminal(struct report *r)
{
	struct winsize size = {0};

	r->terminal = isatty(STDOUT_FILENO) == 1;
	if (r->terminal)
		ioctl(STDOUT_FILENO, TIOCGWINSZ, &size);
	r->width = size.ws_col ? size.ws_col : columns_of_environment();
	if (r->terminal && !r->width)
		r->width = USUAL_COLUMNS;
	r->height = size.ws_row || !r->terminal ? size.ws_row : USUAL_LINES;
	r->utf8 = r->terminal && locale_is_utf8();
	r->colour = r->terminal && colours_are_wanted();
}
