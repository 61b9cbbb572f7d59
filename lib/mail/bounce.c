/* bounce.c - delivery status notifications, read as hostile input
 *
 * The message is cut into parts at its own boundary, once: what looks like a boundary of another
 * one is text. */
#include "mail/bounce.h"

#include <stdio.h>
#include <string.h>

#include "mail/header.h"

enum { BOUNDARY_SIZE = 71 + 3, PARTS_MAX = 20 }; /* RFC 2046 section 5.1.1, and the dashes */

/* ---- the recipients ---- */

static enum bounce_action action_of(struct span value)
{
	if (span_is(value, "failed"))
		return BOUNCE_FAILED;
	return span_is(value, "delayed") ? BOUNCE_DELAYED : BOUNCE_OTHER;
}

/* Of "smtp; 552 5.2.2 Quota exceeded" or "dns; mx.example" what is behind the type, with comments
 * left where they are. */
static void copy_typed(struct span value, char *dst, size_t size)
{
	if (memchr(value.at, ';', value.len))
		span_cut(&value, ';');
	value = span_trim(value);
	snprintf(dst, size, "%.*s", (int)value.len, value.at);
}

/* digit "." 1*3digit "." 1*3digit, a comment may follow */
static void copy_status(struct span value, char status_r[12])
{
	struct span code = span_next_word(&value), rest = code, number;
	uint64_t n;

	for (int i = 0; i < 3; i++) {
		number = i < 2 ? span_cut(&rest, '.') : rest;
		if (number.len > 3 || span_parse_uint(number, i ? 999 : 5, &n))
			return;
	}
	snprintf(status_r, 12, "%.*s", (int)code.len, code.at);
}

/* What is being read; what came back counts if there is one of it. */
struct report {
	struct bounce *bounce;
	unsigned int recipients, statuses, returned;
};

static void keep_worst(struct report *r, const struct bounce *one)
{
	struct message_header returned = r->bounce->returned;

	if (r->recipients++ && one->action <= r->bounce->action)
		return;
	*r->bounce = *one;
	r->bounce->returned = returned;
}

/* One recipient's fields, or those of the message before them, up to an empty line. */
static void read_recipient(struct span *rest, struct report *r)
{
	struct bounce one = {0};
	struct header_field f;
	bool acts = false;

	while (header_next(rest, &f)) {
		struct span value = header_value(&f);
		if (span_is(f.name, "Action")) {
			one.action = action_of(value);
			acts = true;
		} else if (span_is(f.name, "Status")) {
			copy_status(value, one.status);
		} else if (span_is(f.name, "Diagnostic-Code")) {
			copy_typed(value, one.diagnostic, sizeof(one.diagnostic));
		} else if (span_is(f.name, "Remote-MTA")) {
			copy_typed(value, one.remote, sizeof(one.remote));
		}
	}
	if (acts)
		keep_worst(r, &one);
}

/* ---- parts ---- */

static bool is_status(struct span type)
{
	return span_is(type, "message/delivery-status") ||
	       span_is(type, "message/global-delivery-status");
}

static bool is_returned(struct span type)
{
	return span_is(type, "message/rfc822") || span_is(type, "text/rfc822-headers") ||
	       span_is(type, "message/global") || span_is(type, "message/global-headers");
}

static void read_part(struct span part, struct report *r)
{
	struct header_field f, type = {.len = 0};

	while (header_next(&part, &f))
		if (span_is(f.name, "Content-Type"))
			type = f;
	struct span kind = header_first(header_value(&type));
	if (is_status(kind) && !r->statuses++) {
		while (part.len)
			read_recipient(&part, r);
	} else if (is_returned(kind) && !r->returned++) {
		message_header_parse(part.at, part.len, &r->bounce->returned);
	}
}

/* Whether a line ends a part: "--boundary", and with two dashes behind it the last one. */
static bool ends_part(struct span line, const char *boundary, bool *last_r)
{
	size_t len = strlen(boundary);

	if (line.len < len || memcmp(line.at, boundary, len) != 0)
		return false;
	span_skip(&line, len);
	*last_r = span_starts(line, "--");
	if (*last_r)
		span_skip(&line, 2);
	return span_trim(line).len == 0;
}

static void read_parts(struct span rest, const char *boundary, struct report *r)
{
	struct span line, part = {NULL, 0}; /* NULL: before the first one there is the preamble */
	unsigned int parts = 0;
	bool last = false;

	while (!last && parts < PARTS_MAX && header_next_line(&rest, &line)) {
		if (!ends_part(line, boundary, &last))
			continue;
		part.len = part.at ? (size_t)(line.at - part.at) : 0;
		if (parts++)
			read_part(part, r);
		part.at = rest.at;
	}
	if (part.at && !last) { /* the text was cut */
		part.len = (size_t)(rest.at - part.at);
		read_part(part, r);
	}
}

int bounce_parse(const char *text, size_t len, struct bounce *bounce_r)
{
	struct report r = {.bounce = bounce_r};
	struct span rest = {text, len};
	struct message_header header;
	struct header_field f;
	char boundary[BOUNDARY_SIZE] = "--";

	*bounce_r = (struct bounce){0};
	message_header_parse(text, len, &header);
	if (!header.report)
		return -1;
	while (header_next(&rest, &f))
		if (span_is(f.name, "Content-Type"))
			header_parameter(header_value(&f), "boundary", boundary + 2,
					 sizeof(boundary) - 2);
	if (!boundary[2])
		return -1;
	read_parts(rest, boundary, &r);
	return r.statuses == 1 && r.returned == 1 ? 0 : -1;
}

const char *bounce_token(const struct bounce *bounce)
{
	return message_token(&bounce->returned);
}

bool bounce_is_wanted(const struct bounce *bounce, const char *token, time_t now, long max_age_s)
{
	return message_is_ours(&bounce->returned, token) ||
	       message_is_stale(&bounce->returned, now, max_age_s);
}

void bounce_format(const struct bounce *b, struct buf *words)
{
	struct span said = span_of(b->diagnostic);

	if (b->status[0] && !span_contains(said, b->status))
		buf_printf(words, "%s%s", b->status, said.len ? " " : "");
	if (said.len)
		buf_append_str(words, b->diagnostic);
	if (!words->len)
		buf_append_str(words, "without a reason");
}
