/* header.c - the fields of a message's header, one after the other */
#include "mail/header.h"

#include <string.h>

static bool is_blank(char c)
{
	return c == ' ' || c == '\t';
}

bool header_next_line(struct span *rest, struct span *line_r)
{
	if (!rest->len)
		return false;
	*line_r = span_cut(rest, '\n');
	if (line_r->len && line_r->at[line_r->len - 1] == '\r')
		line_r->len--;
	return true;
}

static void add_value(struct header_field *f, struct span text)
{
	for (size_t i = 0; i < text.len; i++) {
		bool blank = is_blank(text.at[i]);
		if (blank && (!f->len || f->value[f->len - 1] == ' '))
			continue;
		if (f->len == HEADER_VALUE_MAX) {
			f->cut = true;
			return;
		}
		f->value[f->len++] = blank ? ' ' : text.at[i];
	}
}

/* What begins a field: its name, with the blanks that the obsolete syntax allows before the colon
 * (RFC 5322 section 4.5), and the start of its value. */
static void begin_field(struct span line, struct header_field *f)
{
	const char *colon = memchr(line.at, ':', line.len);

	f->name = (struct span){line.at, 0};
	f->len = 0;
	f->cut = false;
	if (!colon)
		return;
	f->name = span_cut(&line, ':');
	while (f->name.len && is_blank(f->name.at[f->name.len - 1]))
		f->name.len--;
	add_value(f, line);
}

bool header_next(struct span *rest, struct header_field *field_r)
{
	struct span line;

	if (!header_next_line(rest, &line) || !line.len)
		return false;
	begin_field(line, field_r);
	while (rest->len && is_blank(*rest->at)) {
		header_next_line(rest, &line);
		add_value(field_r, line);
	}
	if (field_r->len && field_r->value[field_r->len - 1] == ' ')
		field_r->len--;
	return true;
}

struct span header_value(const struct header_field *field)
{
	return (struct span){field->value, field->cut ? 0 : field->len};
}

/* Where the parameter ends that value begins with: a semicolon outside of quotes. */
static size_t parameter_length(struct span value)
{
	bool quoted = false;
	size_t i = 0;

	for (; i < value.len && (quoted || value.at[i] != ';'); i++) {
		if (quoted && value.at[i] == '\\' && i + 1 < value.len)
			i++;
		else if (value.at[i] == '"')
			quoted = !quoted;
	}
	return i;
}

/* Take that off, and the semicolon. */
static struct span next_parameter(struct span *value)
{
	struct span part = {value->at, parameter_length(*value)};

	span_skip(value, part.len + (part.len < value->len));
	return span_trim(part);
}

struct span header_first(struct span value)
{
	return next_parameter(&value);
}

/* Without quotes and what they escape. */
static void unquote(struct span text, char *value_r, size_t size)
{
	size_t out = 0;

	for (size_t i = 0; i < text.len; i++) {
		if (text.at[i] == '"')
			continue;
		if (text.at[i] == '\\' && i + 1 < text.len)
			i++;
		if (out + 1 == size) {
			out = 0;
			break;
		}
		value_r[out++] = text.at[i];
	}
	value_r[out] = '\0';
}

void header_parameter(struct span value, const char *name, char *value_r, size_t size)
{
	*value_r = '\0';
	next_parameter(&value);
	while (value.len) {
		struct span part = next_parameter(&value);
		struct span key = span_trim(span_cut(&part, '='));
		if (span_is(key, name)) {
			unquote(span_trim(part), value_r, size);
			return;
		}
	}
}
