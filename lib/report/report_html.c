/* report_html.c - one page for people: the cmdlets' table, and below it for each target where its
 * time went, what is known of its TLS, and what was said last where it has failed. Nothing is
 * loaded, and nothing is run: the page needs no script, and its policy allows none. */
#include "report/report.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/decimal.h"
#include "base/xalloc.h"
#include "report/escape.h"
#include "report/html_style.h"
#include "report/monitoring.h"
#include "report/planned.h"
#include "report/report_columns.h"
#include "report/report_sides.h"
#include "report/waterfall.h"

enum {
	TEXT_MAX = 64 << 10,
	DIALOG_MAX = 1 << 20,
	DIALOG_LINES = 20, /* of a dialog that failed; -vvv shows all */
	OPEN_MAX = 16,     /* so many are shown in full, else only what is not OK */
};

static size_t number_of(const struct report *r, const struct result *t)
{
	return (size_t)(t - r->results) + 1;
}

/* ---- the head ---- */

/* `IMAP CRITICAL`, and what it is about: the end point, or how many there are */
static void put_title(const struct report *r, struct buf *out)
{
	buf_printf(out, "<title>%s %s - ", r->service,
		   state_name(verdict_worst(r->results, r->count)));
	if (r->count == 1)
		escape_html(out, r->results[0].label);
	else
		report_counts(r, out);
	buf_append_str(out, "</title>\n");
}

/* Where the table is stacked each cell has its column's head in front. */
static void put_heads_of_cells(const struct report_column *column, struct buf *out)
{
	buf_append_str(out, "@media (max-width:48rem){");
	for (size_t i = 0; column[i].name; i++)
		buf_printf(out, "td:nth-child(%zu)::before{content:\"%s\"}", i + 1, column[i].name);
	buf_append_str(out, "}\n");
}

static void put_head(const struct report *r, struct buf *out)
{
	buf_append_str(out,
		       "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
		       "<meta name=\"viewport\" content=\"width=device-width, "
		       "initial-scale=1\">\n"
		       "<meta http-equiv=\"Content-Security-Policy\" "
		       "content=\"default-src 'none'; style-src 'unsafe-inline'\">\n");
	put_title(r, out);
	buf_printf(out, "<style>\n%s", html_style);
	put_heads_of_cells(report_columns(r), out);
	buf_append_str(out, "</style>\n</head>\n");
}

static void put_warnings(const struct report *r, struct buf *out)
{
	struct buf lines = BUF_INIT(TEXT_MAX);

	report_warnings(r, &lines);
	if (lines.len) {
		buf_append_str(out, "<p class=\"WARNING\">");
		escape_html(out, buf_str(&lines));
		buf_append_str(out, "</p>\n");
	}
	buf_free(&lines);
}

static void put_header(const struct report *r, struct buf *out)
{
	const char *state = state_name(verdict_worst(r->results, r->count));
	char when[REPORT_TIME_SIZE];

	buf_printf(out, "<header>\n<h1>%s <span class=\"%s\">%s</span></h1>\n<p>", r->service,
		   state, state);
	report_counts(r, out);
	buf_append_str(out, ". Site ");
	escape_html(out, r->site ? r->site : "");
	if (report_time(r->now, when))
		buf_printf(out, ", <time datetime=\"%s\">%s</time>", when, when);
	buf_printf(out, ", %s %s</p>\n", r->program, r->program_version);
	put_warnings(r, out);
	buf_append_str(out, "</header>\n");
}

/* ---- the table ---- */

static void put_cell(const struct report *r, const struct report_column *c, const struct result *t,
		     bool first, struct buf *out)
{
	struct buf text = BUF_INIT(TEXT_MAX);

	c->put(r, t, &text);
	buf_printf(out, "<td role=\"cell\"%s>", c->number ? " class=\"n\"" : "");
	if (first)
		buf_printf(out, "<a href=\"#t%zu\">", number_of(r, t));
	escape_html(out, buf_str(&text));
	buf_printf(out, "%s</td>", first ? "</a>" : "");
	buf_free(&text);
}

/* Roles are said, for a table that is not laid out as one loses them. */
static void put_table(const struct report *r, const struct result *const *ranked, struct buf *out)
{
	const struct report_column *column = report_columns(r);

	buf_append_str(out, "<h2 id=\"results\">Results</h2>\n"
			    "<table role=\"table\" aria-labelledby=\"results\">\n"
			    "<thead role=\"rowgroup\"><tr role=\"row\">");
	for (const struct report_column *c = column; c->name; c++)
		buf_printf(out, "<th scope=\"col\" role=\"columnheader\"%s>%s</th>",
			   c->number ? " class=\"n\"" : "", c->name);
	buf_append_str(out, "</tr></thead>\n<tbody role=\"rowgroup\">\n");
	for (size_t i = 0; i < r->count; i++) {
		buf_append_str(out, "<tr role=\"row\">");
		for (const struct report_column *c = column; c->name; c++)
			put_cell(r, c, ranked[i], c == column, out);
		buf_append_str(out, "</tr>\n");
	}
	buf_append_str(out, "</tbody>\n</table>\n");
}

/* ---- what is known of a target ---- */

static void put_fact(struct buf *out, const char *name, const char *text)
{
	if (!text || !*text)
		return;
	buf_printf(out, "<dt>%s</dt><dd>", name);
	escape_html(out, text);
	buf_append_str(out, "</dd>\n");
}

static void put_endpoint(struct buf *out, const char *name, const struct endpoint *e)
{
	struct buf text = BUF_INIT(TEXT_MAX);
	char label[ENDPOINT_LABEL_SIZE];

	endpoint_label(e, label);
	buf_printf(&text, "%s, %s", label, tls_mode_name(e->mode));
	put_fact(out, name, e->host[0] ? buf_str(&text) : "");
	buf_free(&text);
}

static void put_tls(struct buf *out, const struct report *r, const struct result *t,
		    const struct tls_info *tls, const char *leg)
{
	struct buf name = BUF_INIT(TEXT_MAX), text = BUF_INIT(TEXT_MAX);
	char when[REPORT_TIME_SIZE];

	if (!tls->established)
		return;
	buf_printf(&name, "%sTLS", leg);
	buf_printf(&text, "%s, %s", tls->description,
		   tls->verified  ? "certificate verified"
		   : t->trust_any ? report_not_verified
				  : "certificate not accepted");
	put_fact(out, buf_str(&name), buf_str(&text));
	buf_clear(&name);
	buf_clear(&text);
	buf_printf(&name, "%scertificate", leg);
	buf_append_str(&text, tls->leaf.subject);
	if (tls->leaf.expires && report_time(tls->leaf.expires, when))
		buf_printf(&text, ", until %s (%d days left)", when,
			   tls_days_left(tls->leaf.expires, r->now));
	put_fact(out, buf_str(&name), buf_str(&text));
	buf_free(&name);
	buf_free(&text);
}

static void put_measures(struct buf *out, const struct result *t)
{
	char value[DECIMAL_SIZE];

	for (size_t i = 0; i < t->measures; i++) {
		const struct measure *m = &t->measure[i];
		struct buf text = BUF_INIT(TEXT_MAX);

		decimal_format_shortest(m->value, value);
		buf_printf(&text, "%s%s%s", value, *m->uom ? " " : "", m->uom);
		put_fact(out, m->name, buf_str(&text));
		buf_free(&text);
	}
}

static void put_facts(struct buf *out, const struct report *r, const struct result *t)
{
	struct buf proxy = BUF_INIT(TEXT_MAX);
	char when[REPORT_TIME_SIZE];

	buf_append_str(out, "<dl>\n");
	put_fact(out, "scenario", t->scenario);
	put_endpoint(out, "end point", &t->endpoint);
	put_endpoint(out, "SMTP end point", &t->smtp_endpoint);
	put_fact(out, "account", t->account);
	put_fact(out, "section", t->section);
	put_fact(out, "mechanism", t->mechanism);
	put_fact(out, "SMTP mechanism", t->smtp_mechanism);
	if (report_moment(t->timeline.wall_us, when))
		put_fact(out, "began", when);
	put_fact(out, "message", t->message_id);
	put_fact(out, "queue id", t->queue_id);
	put_fact(out, "address", t->address);
	put_fact(out, "from", t->local);
	put_fact(out, "no answer from", t->tried);
	put_fact(out, "SMTP address", t->smtp_address);
	put_fact(out, "from", t->smtp_local);
	put_fact(out, "no answer from", t->smtp_tried);
	put_tls(out, r, t, &t->tls, "");
	put_tls(out, r, t, &t->smtp_tls, "SMTP ");
	put_fact(out, "fault", result_fault(t));
	put_fact(out, "threshold", t->alert);
	put_fact(out, "note", t->note);
	report_proxy(r, t, &proxy);
	put_fact(out, "proxy", buf_str(&proxy));
	buf_free(&proxy);
	put_measures(out, t);
	buf_append_str(out, "</dl>\n");
}

/* ---- what would be done ---- */

static void put_planned(struct buf *out, const struct result *t)
{
	if (!t->planned_count)
		return;
	buf_append_str(out, "<h4>What would be done</h4>\n<dl>\n");
	for (size_t i = 0; i < t->planned_count; i++)
		put_fact(out, t->planned[i].name, t->planned[i].what);
	buf_append_str(out, "</dl>\n");
}

/* ---- what was said ---- */

/* Where the last so many lines of text begin. */
static const char *last_lines(const struct buf *text, size_t lines)
{
	const char *begin = buf_str(text), *at = begin + text->len;

	while (at > begin)
		if (*--at == '\n' && at + 1 < begin + text->len && lines-- == 1)
			return at + 1;
	return begin;
}

/* The blanks that times are set in columns by are kept. */
static void put_lines(struct buf *out, const char *text)
{
	while (*text) {
		size_t len = strcspn(text, "\n"), blanks = strspn(text, " ");
		char *line = xstrndup(text + blanks, len - blanks);

		buf_append(out, text, blanks);
		escape_html(out, line);
		buf_append_char(out, '\n');
		free(line);
		text += len + (text[len] == '\n');
	}
}

static void put_pre(struct buf *out, const char *name, const char *text)
{
	if (!*text)
		return;
	buf_printf(out, "<h4>%s</h4>\n<pre tabindex=\"0\">", name);
	put_lines(out, text);
	buf_append_str(out, "</pre>\n");
}

static void put_certificates(struct buf *out, const struct result *t)
{
	struct buf text = BUF_INIT(TEXT_MAX);

	report_by_hand(t, &text);
	put_pre(out, "To try it by hand", buf_str(&text));
	buf_clear(&text);
	report_chain(t->seen, "", &text);
	report_chain(t->smtp_seen, "SMTP ", &text);
	put_pre(out, "Certificates as they were sent", buf_str(&text));
	buf_free(&text);
}

static void put_dialog(struct buf *out, const struct report *r, const struct result *t)
{
	struct buf text = BUF_INIT(DIALOG_MAX);

	report_transcript(t, &text);
	if (r->verbosity >= 3)
		put_pre(out, "Dialog", buf_str(&text));
	else if (t->err.kind != ERR_NONE)
		put_pre(out, "End of the dialog", last_lines(&text, DIALOG_LINES));
	buf_free(&text);
}

/* ---- the monitoring context ---- */

static void put_monitoring(struct buf *out, const struct report *r, const struct result *t)
{
	struct buf text = BUF_INIT(TEXT_MAX);

	if (!r->monitoring)
		return;
	buf_append_str(out, "<h4>Monitoring context</h4>\n<dl>\n");
	for (const struct report_column *c = report_monitoring_columns; c->name; c++) {
		c->put(r, t, &text);
		put_fact(out, c->name, buf_str(&text));
		buf_clear(&text);
	}
	for (size_t i = 1; i < monitoring_counters(t); i++) {
		char ms[DECIMAL_SIZE];
		decimal_format_shortest(monitoring_counter_ms(t, i), ms);
		buf_printf(&text, "%s ms", ms);
		put_fact(out, monitoring_counter_name(t, i), buf_str(&text));
		buf_clear(&text);
	}
	buf_append_str(out, "</dl>\n");
	buf_free(&text);
}

/* ---- a target ---- */

static void put_target(const struct report *r, const struct result *t, struct buf *out)
{
	bool open = t->state != STATE_OK || r->count <= OPEN_MAX;
	const char *state = t->skipped ? report_skipped : state_name(t->state);
	struct buf sentence = BUF_INIT(TEXT_MAX);

	report_sentence(t, &sentence);
	buf_printf(out, "<details id=\"t%zu\"%s>\n<summary><h3>", number_of(r, t),
		   open ? " open" : "");
	escape_html(out, t->label);
	buf_printf(out, "</h3> <strong class=\"%s\">%s</strong></summary>\n<p>", state, state);
	escape_html(out, buf_str(&sentence));
	buf_append_str(out, "</p>\n");
	buf_free(&sentence);
	waterfall_put(out, r, t);
	put_facts(out, r, t);
	put_planned(out, t);
	if (t->connector)
		put_pre(out, "The server said", buf_str(&t->details));
	put_certificates(out, t);
	put_monitoring(out, r, t);
	put_dialog(out, r, t);
	buf_append_str(out, "</details>\n");
}

void report_html(const struct report *r, struct buf *out)
{
	const struct result **ranked = report_rank(r);

	put_head(r, out);
	buf_append_str(out, "<body>\n");
	put_header(r, out);
	buf_append_str(out, "<main>\n");
	put_table(r, ranked, out);
	buf_printf(out, "<h2>%s</h2>\n", planned_any(r) ? "End points" : "Where the time went");
	for (size_t i = 0; i < r->count; i++)
		put_target(r, ranked[i], out);
	buf_append_str(out, "</main>\n</body>\n</html>\n");
	free(ranked);
}
