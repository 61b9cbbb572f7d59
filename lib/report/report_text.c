/* report_text.c - the sentences that every format uses. Whatever a server has said passes
 * text_show() here: what leaves this file holds no control character and no broken UTF-8. What else
 * means something in a format is that format's affair. */
#include "report/report.h"

#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "base/decimal.h"
#include "base/text.h"
#include "report/noise.h"

enum {
	CLEAN_SIZE = 2 * RESULT_NOTE_SIZE,
	WORDS_MIN = 20, /* that much of a server's words is always shown */
	TRANSCRIPT_LINE_SIZE = 1024,
	HOST_MIN = 20, /* and of a host's name, however little room there is */
	UNLIMITED = 1 << 20,
};

const char report_skipped[] = "Skipped";
const char report_not_verified[] = "certificate not verified (-k)";

bool report_time(time_t when, char text[REPORT_TIME_SIZE])
{
	struct tm tm;

	text[0] = '\0';
	return gmtime_r(&when, &tm) && strftime(text, REPORT_TIME_SIZE, "%Y-%m-%dT%H:%M:%SZ", &tm);
}

bool report_moment(int64_t wall_us, char text[REPORT_TIME_SIZE])
{
	char seconds[REPORT_TIME_SIZE];

	text[0] = '\0';
	if (!wall_us || !report_time((time_t)(wall_us / US_PER_S), seconds))
		return false;
	snprintf(text, REPORT_TIME_SIZE, "%.*s.%03dZ", (int)strcspn(seconds, "Z"), seconds,
		 (int)(wall_us % US_PER_S / US_PER_MS));
	return true;
}

void report_put_not_verified(size_t max, struct buf *out)
{
	bool fits = strlen(", ") + strlen(report_not_verified) <= max;

	buf_printf(out, ", %s", fits ? report_not_verified : "unverified (-k)");
}

/* a sentence that grows up to a limit, and by so much more for what stands there as a whole or not
 * at all: a hint, a reason */
struct sentence {
	struct buf *out;
	size_t start, max, more;
};

static size_t room_up_to(const struct sentence *s, size_t max)
{
	size_t used = s->out->len - s->start;

	return used < max ? max - used : 0;
}

static size_t room(const struct sentence *s)
{
	return room_up_to(s, s->max);
}

static size_t more_room(const struct sentence *s)
{
	return room_up_to(s, s->max + s->more);
}

static void put(struct sentence *s, const char *text)
{
	char clean[CLEAN_SIZE];

	text_show(clean, sizeof(clean), text, strlen(text));
	buf_append_str(s->out, clean);
}

/* BEFORE text BEHIND, if all of it fits and text is not empty. */
static void put_whole(struct sentence *s, const char *before, const char *text, const char *behind)
{
	char clean[CLEAN_SIZE];
	size_t len = text_show(clean, sizeof(clean), text, strlen(text));

	if (len && strlen(before) + len + strlen(behind) <= more_room(s))
		buf_printf(s->out, "%s%s%s", before, clean, behind);
}

/* Whether a quotation begins in text that does not end there. */
static bool is_quote_open(const char *text)
{
	bool open = false;

	for (; *text; text++)
		open ^= *text == '"';
	return open;
}

/* text, cut to what fits less keep bytes, but to no less than WORDS_MIN. A closing quote survives
 * the cut if the opening one does. */
static void put_cut(struct sentence *s, const char *text, size_t keep)
{
	char clean[CLEAN_SIZE];
	char cut[CLEAN_SIZE];
	size_t len = text_show(clean, sizeof(clean), text, strlen(text));
	size_t max = room(s) > keep + WORDS_MIN ? room(s) - keep : WORDS_MIN;

	if (len <= max) {
		buf_append_str(s->out, clean);
		return;
	}
	bool quoted = clean[len - 1] == '"';
	text_show(cut, max + 1 - quoted, clean, len);
	buf_printf(s->out, "%s%s", cut, quoted && is_quote_open(cut) ? "\"" : "");
}

/* The same of a text of which this part must stay: a message that is missing is named by what the
 * server called it. */
static void put_cut_around(struct sentence *s, const char *text, const char *part)
{
	char clean[CLEAN_SIZE];
	char cut[CLEAN_SIZE];
	size_t len = text_show(clean, sizeof(clean), text, strlen(text));
	size_t min = strlen(part) + WORDS_MIN;

	if (!*part || !strstr(clean, part) || len <= room(s)) {
		put_cut(s, text, 0);
		return;
	}
	bool quoted = clean[len - 1] == '"';
	clean[len - quoted] = '\0';
	text_cut_around(cut, (room(s) > min ? room(s) : min) + 1 - quoted, clean, part);
	buf_printf(s->out, "%s%s", cut, quoted ? "\"" : "");
}

struct hint_marks report_hint_marks(const char *text, size_t len)
{
	/* two pairs of parentheses in a row are hard to read */
	if (len && text[len - 1] == ')')
		return (struct hint_marks){": ", ""};
	return (struct hint_marks){" (", ")"};
}

/* By which mechanism it failed to log on; "" where that is not what failed, or is said already. */
static const char *failed_mechanism(const struct result *r)
{
	const char *name = result_failed_on_smtp(r) ? r->smtp_mechanism : r->mechanism;

	return r->err.kind == ERR_AUTH && name && !strstr(r->err.text, name) ? name : "";
}

/* What stands before its end gives way, but for HOST_MIN bytes of it. */
static void shorten_before(char *label, const char *end, size_t max)
{
	char cut[CLEAN_SIZE];
	size_t len = (size_t)(end - label), tail = strlen(end);
	size_t fits = max > tail + HOST_MIN ? max - tail : HOST_MIN;

	if (len <= fits)
		return;
	size_t head = text_show(cut, fits + 1, label, len);
	memmove(label + head, end, tail + 1);
	memcpy(label, cut, head);
}

void report_shorten_label(char *label, size_t max)
{
	char *blank = strrchr(label, ' '), *host = blank ? blank + 1 : label;
	const char *colon = strrchr(host, ':');
	size_t before = blank ? HOST_MIN + 1 : 0;

	/* an account's end point may have a long name; a binding has not */
	if (!blank || strlen(host) > ADDRESS_TEXT_SIZE)
		shorten_before(host, colon ? colon : host + strlen(host),
			       max > before ? max - before : max);
	if (blank)
		shorten_before(label, blank, max);
}

/* Where it happened: the label, or the other end point of this account. */
static void place_of(const struct result *r, char *place, size_t size)
{
	const char *where = r->err.where;

	if (!where[0])
		snprintf(place, size, "%s", r->label);
	else
		snprintf(place, size, "%s%s%s", r->section ? r->section : "", r->section ? " " : "",
			 where);
}

/* `mail.example.org:993 ` in front of so many more bytes: it gives way first. */
static void put_place(struct sentence *s, const struct result *r, size_t behind)
{
	const struct err *e = &r->err;
	bool goes_on = e->kind == ERR_NONE || e->step[0] || e->kind == ERR_ENDED;
	const char *mark = goes_on ? " " : ": ";
	char place[CLEAN_SIZE], label[CLEAN_SIZE];

	behind += strlen(mark);
	place_of(r, place, sizeof(place));
	if (!*place) /* it was the run that failed */
		return;
	text_show(label, sizeof(label), place, strlen(place));
	report_shorten_label(label, room(s) > behind ? room(s) - behind : 0);
	buf_printf(s->out, "%s%s", label, mark);
}

/* `imap_login: "NO ..." (hint)`, behind the end point's name if that is wanted. What says nothing
 * is left out before anything is cut. */
static void put_failure(struct sentence *s, const struct result *r, bool placed)
{
	const struct err *e = &r->err;
	char step[sizeof(e->step) + 2] = "", words[CLEAN_SIZE];
	const char *text = e->text[0] ? e->text : "failed";
	char place[CLEAN_SIZE];

	place_of(r, place, sizeof(place));
	size_t place_len = placed ? strlen(place) + 1 : 0;
	if (e->step[0])
		snprintf(step, sizeof(step), "%s: ", e->step);
	size_t len = text_show(words, sizeof(words), text, strlen(text));
	if (place_len + strlen(step) + len > room(s))
		noise_leave_out(words);
	if (placed)
		put_place(s, r, strlen(step) + strlen(words));
	buf_append_str(s->out, step);
	put_cut_around(s, words, r->queue_id);
	struct hint_marks marks = report_hint_marks(buf_str(s->out), s->out->len);
	put_whole(s, marks.before, e->hint, marks.behind);
}

/* What put_done needs to say what raised the state. */
static size_t done_len(const struct result *r)
{
	return strlen(r->done) + strlen(" in ") + strlen("0.123456 s") + strlen(", ") +
	       strlen(r->alert);
}

/* As the reason of the state it has a hint's room, where that is enough for all of it. */
static void put_alert(struct sentence *s, const struct result *r)
{
	size_t before = s->out->len;

	put_whole(s, ", ", r->alert, "");
	if (s->out->len > before || !r->alert[0])
		return;
	buf_append_str(s->out, ", ");
	put_cut(s, r->alert, 0);
}

static void put_done(struct sentence *s, const struct result *r)
{
	char took[DECIMAL_SIZE];

	if (r->skipped) {
		buf_append_str(s->out, r->done[0] ? "skipped: " : "skipped");
		put_cut(s, r->done, 0);
		return;
	}
	seconds_format((double)r->timeline.total_us / (double)US_PER_S, took);
	put_cut(s, r->done[0] ? r->done : "answered", strlen(" in ") + strlen(took));
	buf_printf(s->out, " in %s", took);
	put_alert(s, r);
	if (result_unverified(r))
		report_put_not_verified(room(s), s->out);
}

/* How much of several notes fits into max bytes: up to a comma between two of them. */
static size_t notes_that_fit(const char *notes, size_t len, size_t max)
{
	size_t fit = 0;
	int depth = 0;

	if (len <= max)
		return len;
	for (size_t i = 0; i + strlen(", ...") <= max; i++) {
		depth += (notes[i] == '(') - (notes[i] == ')');
		if (depth == 0 && notes[i] == ',' && notes[i + 1] == ' ')
			fit = i;
	}
	return fit;
}

/* What raised the state is the reason why the line is read: it comes first, and no note is cut, but
 * those behind it are left out where the line would be too long, or a threshold's name would not be
 * in it. */
static void put_reason(struct sentence *s, const struct result *r)
{
	char clean[CLEAN_SIZE];
	size_t len = text_show(clean, sizeof(clean), r->note, strlen(r->note));
	size_t alert = r->alert[0] ? strlen(", ") + strlen(r->alert) : 0;
	size_t fit = notes_that_fit(clean, len, more_room(s) > alert ? more_room(s) - alert : 0);

	if (fit && fit < len)
		buf_printf(s->out, "%.*s, ...", (int)fit, clean);
	else
		buf_append_str(s->out, clean);
	if (room(s) > strlen(", ") + WORDS_MIN) {
		buf_append_str(s->out, ", ");
		put_done(s, r);
	} else {
		put_alert(s, r);
	}
}

static void put_note(struct sentence *s, const struct result *r)
{
	if (r->note[0] && r->err.kind == ERR_NONE && room(s) > WORDS_MIN + 2) {
		buf_append_str(s->out, ", ");
		put_cut(s, r->note, 0);
	} else {
		put_whole(s, ", ", r->note, "");
	}
}

/* By which mechanism, where that is what failed. Where all is said it has a line of its own. */
static void put_mechanism(struct sentence *s, const struct result *r)
{
	if (s->max < UNLIMITED)
		put_whole(s, " [", failed_mechanism(r), "]");
}

void report_sentence_fit(const struct result *r, size_t max, size_t more, struct buf *out)
{
	struct sentence s = {.out = out, .start = out->len, .max = max, .more = more};

	if (r->err.kind != ERR_NONE) {
		put_failure(&s, r, true);
		put_note(&s, r);
		put_mechanism(&s, r);
		return;
	}
	put_place(&s, r, r->alert[0] ? done_len(r) : 0);
	if (r->note_state != STATE_OK) {
		put_reason(&s, r);
		return;
	}
	put_done(&s, r);
	put_note(&s, r);
}

void report_sentence(const struct result *r, struct buf *out)
{
	report_sentence_fit(r, UNLIMITED, 0, out);
}

void report_error(const struct result *r, struct buf *out)
{
	struct sentence s = {.out = out, .start = out->len, .max = UNLIMITED};

	if (r->err.kind == ERR_NONE)
		put(&s, r->alert);
	else
		put_failure(&s, r, r->err.where[0] != '\0');
}

void report_line(struct buf *out, const char *name, const char *text)
{
	char clean[CLEAN_SIZE];

	text_show(clean, sizeof(clean), text, strlen(text));
	if (clean[0])
		buf_printf(out, "%s: %s\n", name, clean);
}

/* Both ends of a connection; our own is not known of what was never made. */
static void put_ends(struct buf *out, const char *name, const char *address, const char *local)
{
	char line[2 * ADDRESS_TEXT_SIZE + sizeof(" from ")];

	snprintf(line, sizeof(line), "%s%s%s", address, *local ? " from " : "", local);
	report_line(out, name, line);
}

/* What gateways' logs can be searched for. */
static void put_message(struct buf *out, const char *message_id)
{
	char token[TOKEN_LEN + 1];

	snprintf(token, sizeof(token), "%s", *message_id ? message_id + 1 : "");
	report_line(out, "token", token);
	report_line(out, "message", message_id);
}

static void put_trace(const struct trace *trace, struct buf *out)
{
	struct buf hop = BUF_INIT(CLEAN_SIZE), checks = BUF_INIT(CLEAN_SIZE);

	trace_format_hop(trace, &hop);
	trace_format_checks(trace, &checks);
	report_line(out, "slowest hop", buf_str(&hop));
	report_line(out, "sender", buf_str(&checks));
	buf_free(&hop);
	buf_free(&checks);
}

static void put_measures(const struct result *r, struct buf *out)
{
	char value[DECIMAL_SIZE];

	for (size_t i = 0; i < r->measures; i++) {
		decimal_format_shortest(r->measure[i].value, value);
		buf_printf(out, "%s: %s%s%s\n", r->measure[i].name, value,
			   r->measure[i].uom[0] ? " " : "", r->measure[i].uom);
	}
}

/* The server's replies to a connector's test, all lines of them. */
static void put_replies(const struct result *r, struct buf *out)
{
	if (!r->skipped)
		report_line(out, "status code", connector_status_name(r->status));
	for (const char *line = buf_str(&r->details); *line;) {
		char reply[CLEAN_SIZE];
		size_t len = strcspn(line, "\n");

		text_show(reply, sizeof(reply), line, len);
		report_line(out, "server", reply);
		line += len + (line[len] == '\n');
	}
}

void report_details(const struct result *r, int verbosity, struct buf *out)
{
	char when[REPORT_TIME_SIZE];

	report_line(out, "fault", result_fault(r));
	if (report_moment(r->timeline.wall_us, when))
		report_line(out, "began", when);
	put_ends(out, "address", r->address, r->local);
	report_line(out, "no answer from", r->tried);
	put_ends(out, "SMTP address", r->smtp_address, r->smtp_local);
	report_line(out, "SMTP: no answer from", r->smtp_tried);
	put_message(out, r->message_id);
	report_line(out, "queue id", r->queue_id);
	put_trace(&r->trace, out);
	if (r->connector)
		put_replies(r, out);
	report_line(out, "mechanism", r->mechanism ? r->mechanism : "");
	report_line(out, "SMTP mechanism", r->smtp_mechanism ? r->smtp_mechanism : "");
	report_tls(r, verbosity, out);
	if (r->err.kind != ERR_NONE)
		report_line(out, "threshold", r->alert);
	if (verbosity < 2)
		return;
	report_line(out, "scenario", r->scenario ? r->scenario : "");
	report_line(out, "connection type", tls_mode_name(r->endpoint.mode));
	put_measures(r, out);
}

void report_warnings(const struct report *r, struct buf *out)
{
	char clean[CLEAN_SIZE];

	if (r->exposed) {
		text_show(clean, sizeof(clean), r->exposed, strlen(r->exposed));
		buf_printf(out, "warning: every user of this machine can read %s\n", clean);
	}
	if (r->unlogged)
		buf_printf(out, "warning: the journal has no record of this: %s\n", r->unlogged);
}

void report_transcript(const struct result *r, struct buf *out)
{
	const char *at = buf_str(&r->transcript);
	const char *stop = at + r->transcript.len;
	char clean[TRANSCRIPT_LINE_SIZE];

	while (at < stop) {
		const char *lf = memchr(at, '\n', (size_t)(stop - at));
		const char *end = lf ? lf : stop;
		size_t len = (size_t)(end - at);

		while (len && at[len - 1] == '\r')
			len--;
		for (; len && *at == ' '; at++, len--)
			buf_append_char(out, ' '); /* the times stay in their column */
		text_show(clean, sizeof(clean), at, len);
		buf_printf(out, "%s\n", clean);
		at = lf ? lf + 1 : stop;
	}
}
