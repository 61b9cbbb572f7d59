/* long_lines.c - which of the long lines are shown where there is no room for all */
#include "report/long_lines.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/xalloc.h"

enum { PIECE_MAX = 64 << 20 };

/* What of a target is shown. */
struct shown {
	struct buf sentence, lines, dialog;
};

static size_t count_lines(const struct buf *b)
{
	size_t n = 0;

	for (size_t i = 0; i < b->len; i++)
		n += b->data[i] == '\n';
	return n;
}

/* Append the first lines of text that fit into max bytes. */
static void take_first(const char *text, size_t len, size_t max, struct buf *out)
{
	const char *lf = len > max ? memrchr(text, '\n', max) : NULL;

	if (len > max)
		len = lf ? (size_t)(lf - text) + 1 : 0;
	buf_append(out, text, len);
}

/* The last of them. */
static void take_last(const char *text, size_t len, size_t max, struct buf *out)
{
	const char *lf = len > max ? memchr(text + len - max - 1, '\n', max + 1) : NULL;
	size_t from = len <= max ? 0 : lf ? (size_t)(lf - text) + 1 : len;

	buf_append(out, text + from, len - from);
}

/* ---- a dialog ---- */

/* `  1234 imap+tls C: a7 IDLE` */
static bool is_waiting(const struct long_lines *t, const char *line)
{
	char *leg;
	long long ms = strtoll(line, &leg, 10);

	if (leg == line || ms < t->waited_from_ms || ms >= t->waited_until_ms)
		return false;
	return strncmp(leg + strspn(leg, " "), "smtp", 4) != 0;
}

/* The dialog without so many bytes, in whole lines, of waiting; the first rounds go first. */
static void leave_out_waiting(const struct long_lines *t, size_t excess, struct buf *out)
{
	const char *text = buf_str(&t->dialog);

	for (size_t len; *text; text += len) {
		len = strcspn(text, "\n") + 1;
		if (excess && is_waiting(t, text))
			excess -= len < excess ? len : excess;
		else
			buf_append(out, text, len);
	}
}

/* A dialog that fails does so at its end. */
static void take_dialog(const struct long_lines *t, size_t max, struct buf *out)
{
	struct buf shorter = BUF_INIT(PIECE_MAX);

	leave_out_waiting(t, t->dialog.len > max ? t->dialog.len - max : 0, &shorter);
	take_last(buf_str(&shorter), shorter.len, max, out);
	buf_free(&shorter);
}

/* ---- the targets ---- */

static size_t taken(const struct shown *s)
{
	return s->sentence.len + s->lines.len + s->dialog.len;
}

/* Where there is no room for both, the dialog of what fails leaves half of it to the lines. */
static void take_rest(const struct long_lines *t, size_t room, struct shown *s)
{
	bool share = t->fails && t->dialog.len && t->lines.len + t->dialog.len > room;

	take_first(buf_str(&t->lines), t->lines.len, share ? room / 2 : room, &s->lines);
	take_dialog(t, room - s->lines.len, &s->dialog);
}

/* The sentences of those that fail, or of those that do not, then all else of each. Returns the
 * room that is left. */
static size_t take(const struct long_lines *targets, size_t count, bool fails, size_t room,
		   struct shown *shown)
{
	for (size_t i = 0; i < count; i++) {
		if (targets[i].fails != fails)
			continue;
		take_first(buf_str(&targets[i].sentence), targets[i].sentence.len, room,
			   &shown[i].sentence);
		room -= shown[i].sentence.len;
	}
	for (size_t i = 0; i < count; i++) {
		if (targets[i].fails != fails)
			continue;
		size_t before = taken(&shown[i]);
		take_rest(&targets[i], room, &shown[i]);
		room -= taken(&shown[i]) - before;
	}
	return room;
}

size_t long_lines_fit(const struct long_lines *targets, size_t count, size_t max, struct buf *out)
{
	struct shown *shown = xcalloc(count + 1, sizeof(*shown));
	size_t wanted = 0, before = count_lines(out);

	for (size_t i = 0; i < count; i++) {
		shown[i] = (struct shown){BUF_INIT(PIECE_MAX), BUF_INIT(PIECE_MAX),
					  BUF_INIT(PIECE_MAX)};
		wanted += count_lines(&targets[i].sentence) + count_lines(&targets[i].lines) +
			  count_lines(&targets[i].dialog);
	}
	max = take(targets, count, true, max, shown);
	take(targets, count, false, max, shown);
	for (size_t i = 0; i < count; i++) {
		buf_append(out, buf_str(&shown[i].sentence), shown[i].sentence.len);
		buf_append(out, buf_str(&shown[i].lines), shown[i].lines.len);
		buf_append(out, buf_str(&shown[i].dialog), shown[i].dialog.len);
		buf_free(&shown[i].sentence);
		buf_free(&shown[i].lines);
		buf_free(&shown[i].dialog);
	}
	free(shown);
	return wanted - (count_lines(out) - before);
}
