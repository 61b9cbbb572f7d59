/* trace.c - the way of a message, by its Received and Authentication-Results fields */
#include "mail/trace.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

#include "mail/date.h"
#include "mail/header.h"

enum { HOPS_MAX = 50 };

static void copy(struct span word, char *dst, size_t size)
{
	snprintf(dst, size, "%.*s", (int)word.len, word.at);
}

/* A value without its comments, which may be nested. */
static struct span without_comments(struct span value, char text_r[HEADER_VALUE_MAX])
{
	size_t out = 0;
	int depth = 0;

	for (size_t i = 0; i < value.len; i++) {
		char c = value.at[i];
		depth += c == '(';
		if (!depth)
			text_r[out++] = c;
		depth -= c == ')' && depth > 0;
	}
	return (struct span){text_r, out};
}

/* ---- Received (RFC 5321 section 4.4) ---- */

/* The newest Received field that was read: the one above the next. */
struct hop {
	bool has_date;
	time_t date;
	char by[TRACE_NAME_SIZE];
};

/* The date is behind the last semicolon. */
static bool read_date(struct span value, time_t *date_r)
{
	const char *semicolon = value.len ? memrchr(value.at, ';', value.len) : NULL;

	if (!semicolon)
		return false;
	span_skip(&value, (size_t)(semicolon + 1 - value.at));
	return date_parse(value.at, value.len, date_r) == 0;
}

static struct hop read_hop(struct span value)
{
	char text[HEADER_VALUE_MAX];
	struct hop h = {.has_date = read_date(value, &h.date)};
	struct span words = without_comments(value, text), word = span_next_word(&words);

	while (word.len && !span_is(word, "by"))
		word = span_next_word(&words);
	word = span_next_word(&words);
	copy(span_cut(&word, ';'), h.by, sizeof(h.by));
	return h;
}

/* It came to one at that date after it had been with another; clocks may differ. */
static void note_hop(struct trace *t, const struct hop *after, time_t before, const char *from)
{
	int64_t took_s = (int64_t)after->date - (int64_t)before;

	if (!after->has_date || !after->by[0] || took_s < 0 ||
	    (t->has_hop && took_s <= t->slowest_s))
		return;
	t->has_hop = true;
	t->slowest_s = took_s;
	snprintf(t->by, sizeof(t->by), "%s", after->by);
	snprintf(t->from, sizeof(t->from), "%s", from);
}

/* ---- Authentication-Results (RFC 8601 section 2.2) ---- */

/* "spf=pass smtp.mailfrom=..." */
static void note_check(struct trace *t, struct span check)
{
	struct span method = span_trim(span_cut(&check, '='));
	struct span result = span_next_word(&check);
	static const char *const names[] = {"spf", "dkim", "dmarc"};
	char *const results[] = {t->spf, t->dkim, t->dmarc};

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (span_is(method, names[i]) && !*results[i])
			copy(result, results[i], TRACE_RESULT_SIZE);
}

static void read_checks(struct span value, struct trace *t)
{
	char text[HEADER_VALUE_MAX];
	struct span rest = without_comments(value, text), check;

	if (!span_next(&rest, ';', &check))
		return;
	copy(span_next_word(&check), t->authority, sizeof(t->authority));
	while (span_next(&rest, ';', &check))
		note_check(t, span_trim(check));
}

/* ---- all of it ---- */

void trace_parse(const char *text, size_t len, struct trace *trace_r)
{
	struct span rest = {text, len};
	struct header_field f;
	struct hop above = {0};
	unsigned int hops = 0, checks = 0;
	time_t date;

	*trace_r = (struct trace){0};
	while (header_next(&rest, &f)) {
		struct span value = header_value(&f);
		if (span_is(f.name, "Received") && hops++ < HOPS_MAX) {
			struct hop h = read_hop(value);
			if (h.has_date)
				note_hop(trace_r, &above, h.date, h.by);
			above = h;
		} else if (span_is(f.name, "Date") && date_parse(value.at, value.len, &date) == 0) {
			note_hop(trace_r, &above, date, "");
		} else if (span_is(f.name, "Authentication-Results") && !checks++) {
			read_checks(value, trace_r);
		}
	}
}

void trace_format_hop(const struct trace *t, struct buf *words)
{
	if (t->has_hop)
		buf_printf(words, "%lld s from %s to %s", (long long)t->slowest_s,
			   t->from[0] ? t->from : "the sender", t->by);
}

void trace_format_checks(const struct trace *t, struct buf *words)
{
	const char *const names[] = {"SPF", "DKIM", "DMARC"};
	const char *const results[] = {t->spf, t->dkim, t->dmarc};
	const char *comma = "";

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		if (!*results[i])
			continue;
		buf_printf(words, "%s%s %s", comma, names[i], results[i]);
		comma = ", ";
	}
	if (*comma && t->authority[0])
		buf_printf(words, " (%s)", t->authority);
}
