/* faults.c - what can go wrong: finds and lays out the entries of faults.txt, which is compiled in.
 *
 * An entry is a line "ID ID: what it means." and lines that begin with a blank: its fields, each
 * "NAME: text". faults.txt says more of its form. */
#include "report/faults.h"

#include <string.h>

#include "base/span.h"
#include "base/spelling.h"
#include "base/wrap.h"

static const char book[] =
#include "report/faults.inc"
	;

enum { INDENT = 2, FIELD_MAX = 2048, SHOWN_MAX = 60 };

/* Behind the entry, or the heading or empty line, that begins there. */
static const char *next_entry(const char *at)
{
	do
		at += strcspn(at, "\n") + 1;
	while (*at == ' ');
	return at;
}

/* The ids of the entry that begins there; empty if none does. */
static struct span ids_of(const char *at)
{
	bool is_entry = *at >= 'a' && *at <= 'z';

	return (struct span){at, is_entry ? strcspn(at, ":") : 0};
}

static const char *find(const char *id)
{
	const char *at = book;

	while (*at && !span_has_word(ids_of(at), id))
		at = next_entry(at);
	return *at ? at : NULL;
}

static void append_nearest(struct buf *out, const char *id)
{
	size_t len = strlen(id), best = spelling_limit(len);
	struct buf nearest = BUF_INIT(SHOWN_MAX), word = BUF_INIT(SHOWN_MAX);

	for (const char *at = book; *at; at = next_entry(at)) {
		struct span ids = ids_of(at), each;
		while ((each = span_next_word(&ids)).len) {
			buf_clear(&word);
			buf_append(&word, each.at, each.len);
			if (!spelling_is_nearer(id, len, buf_str(&word), &best))
				continue;
			buf_clear(&nearest);
			buf_append(&nearest, each.at, each.len);
		}
	}
	if (nearest.len)
		buf_printf(out, ", did you mean %s?", buf_str(&nearest));
	else
		buf_append_str(out, " (--explain lists all)");
	buf_free(&word);
	buf_free(&nearest);
}

static int unknown(const char *id, struct err *err)
{
	struct buf meant = BUF_INIT(2 * SHOWN_MAX);

	append_nearest(&meant, id);
	err_set(err, ERR_USAGE, "unknown fault \"%.*s\"%s", SHOWN_MAX, id, buf_str(&meant));
	buf_free(&meant);
	return -1;
}

/* The field that begins there, but for line ends in it; returns what is behind it. */
static const char *take_field(const char *at, struct buf *text)
{
	buf_clear(text);
	for (;;) {
		at += strspn(at, " ");
		size_t len = strcspn(at, "\n");
		buf_printf(text, "%s%.*s", text->len ? " " : "", (int)len, at);
		at += len + 1;
		if (strspn(at, " ") <= INDENT) /* a field goes on in lines with more */
			return at;
	}
}

/* Commands stand one below the other. */
static void break_items(struct buf *text)
{
	struct buf broken = BUF_INIT(FIELD_MAX);
	struct span items = span_of(buf_str(text)), item;

	while (span_next(&items, ';', &item)) {
		item = span_trim(item);
		buf_printf(&broken, "%s%.*s", broken.len ? "\n" : "", (int)item.len, item.at);
	}
	buf_clear(text);
	buf_append(text, broken.data, broken.len);
	buf_free(&broken);
}

static void append_field(struct buf *out, struct buf *text)
{
	const char *title = "To mend it";

	if (!strncmp(buf_str(text), "causes:", strlen("causes:"))) {
		title = "Usual causes";
	} else if (!strncmp(buf_str(text), "confirm:", strlen("confirm:"))) {
		title = "To confirm it";
		break_items(text);
	}
	buf_printf(out, "\n%s\n%*s", title, INDENT, "");
	wrap_text(out, strchr(buf_str(text), ':') + strlen(": "), INDENT);
}

int faults_explain(const char *id, struct buf *out, struct err *err)
{
	const char *at = find(id);
	struct buf text = BUF_INIT(FIELD_MAX);

	if (!at)
		return unknown(id, err);
	at += strcspn(at, ":") + strlen(": ");
	buf_printf(out, "%s: ", id);
	at = take_field(at, &text);
	wrap_text(out, buf_str(&text), strlen(id) + strlen(": "));
	while (*at == ' ') { /* its fields */
		at = take_field(at, &text);
		append_field(out, &text);
	}
	buf_free(&text);
	return 0;
}

void faults_list(struct buf *out)
{
	struct buf line = BUF_INIT(FIELD_MAX);

	for (const char *at = book; *at; at = next_entry(at)) {
		size_t len = strcspn(at, "\n");
		buf_clear(&line);
		buf_append(&line, at, len);
		if (*at == '=') {
			buf_printf(out, "%s%s\n", out->len ? "\n" : "", buf_str(&line) + 2);
		} else if (ids_of(at).len) {
			buf_printf(out, "%*s", INDENT, "");
			wrap_text(out, buf_str(&line), 2 * INDENT);
		}
	}
	buf_free(&line);
}

void faults_ids(struct buf *out)
{
	for (const char *at = book; *at; at = next_entry(at)) {
		struct span ids = ids_of(at);
		if (ids.len)
			buf_printf(out, "%s%.*s", out->len ? " " : "", (int)ids.len, ids.at);
	}
}
