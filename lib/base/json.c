/* json.c - one member of a small JSON object (RFC 8259), read strictly
 *
 * It looks at each byte once, keeps nothing, and does not recurse. */
#include "base/json.h"

#include <stdbool.h>
#include <string.h>

enum { DEPTH_MAX = 16, NAME_MAX_LEN = 64 };

static void skip_space(struct span *s)
{
	while (s->len && strchr(" \t\r\n", *s->at) && *s->at)
		span_skip(s, 1);
}

static bool take(struct span *s, char c)
{
	skip_space(s);
	if (!s->len || *s->at != c)
		return false;
	span_skip(s, 1);
	return true;
}

/* ---- strings ---- */

static int hex_value(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

static int take_hex(struct span *s, uint32_t *unit_r)
{
	enum { DIGITS = 4 };

	*unit_r = 0;
	for (int i = 0; i < DIGITS; i++) {
		int value = s->len ? hex_value(*s->at) : -1;
		if (value < 0)
			return -1;
		*unit_r = *unit_r << 4 | (uint32_t)value;
		span_skip(s, 1);
	}
	return 0;
}

static int append_utf8(struct buf *out, uint32_t c)
{
	char bytes[4];
	size_t len = c < 0x80 ? 1 : c < 0x800 ? 2 : c < 0x10000 ? 3 : 4;
	static const unsigned char lead[] = {0, 0, 0xc0, 0xe0, 0xf0};

	for (size_t i = len - 1; i > 0; i--, c >>= 6)
		bytes[i] = (char)(0x80 | (c & 0x3f));
	bytes[0] = (char)(lead[len] | c);
	return buf_append(out, bytes, len);
}

/* Behind "\u": a unit of UTF-16, or both of a pair. NUL is no text. */
static int take_unicode(struct span *s, struct buf *out)
{
	uint32_t unit, low;

	if (take_hex(s, &unit) || unit == 0 || (unit >= 0xdc00 && unit < 0xe000))
		return -1;
	if (unit < 0xd800 || unit >= 0xe000)
		return append_utf8(out, unit);
	if (s->len < 2 || s->at[0] != '\\' || s->at[1] != 'u')
		return -1;
	span_skip(s, 2);
	if (take_hex(s, &low) || low < 0xdc00 || low >= 0xe000)
		return -1;
	return append_utf8(out, 0x10000 + ((unit - 0xd800) << 10) + (low - 0xdc00));
}

static int take_escape(struct span *s, struct buf *out)
{
	static const char names[] = "\"\\/bfnrt", values[] = "\"\\/\b\f\n\r\t";
	char c = s->len ? *s->at : '\0';

	if (!c)
		return -1;
	span_skip(s, 1);
	if (c == 'u')
		return take_unicode(s, out);
	const char *at = strchr(names, c);
	return at ? buf_append_char(out, values[at - names]) : -1;
}

static int take_string(struct span *s, struct buf *out)
{
	if (!take(s, '"'))
		return -1;
	while (s->len && *s->at != '"') {
		char c = *s->at;
		span_skip(s, 1);
		if ((unsigned char)c < ' ')
			return -1;
		if (c == '\\' ? take_escape(s, out) : buf_append_char(out, c))
			return -1;
	}
	return take(s, '"') ? 0 : -1;
}

/* ---- values ---- */

/* A number, true, false or null: whatever stands up to the end of the value. */
static int take_word(struct span *s, struct buf *out)
{
	size_t before = out->len;

	skip_space(s);
	while (s->len && *s->at && !strchr(",}] \t\r\n\"[{:", *s->at)) {
		if (buf_append_char(out, *s->at))
			return -1;
		span_skip(s, 1);
	}
	return out->len > before ? 0 : -1;
}

/* What is nested, up to its end. */
static int pass_nested(struct span *s)
{
	size_t depth = 0;

	do {
		struct buf text = BUF_INIT(s->len);
		skip_space(s);
		char c = s->len ? *s->at : '\0';
		int rc = c ? 0 : -1;
		if (c == '"')
			rc = take_string(s, &text);
		else if (c)
			span_skip(s, 1);
		buf_free(&text);
		depth += c == '{' || c == '[';
		depth -= c == '}' || c == ']';
		if (rc || depth > DEPTH_MAX)
			return -1;
	} while (depth);
	return 0;
}

/* Returns 1 where there is no text: the value is null, or nested and was passed over. */
static int take_value(struct span *s, struct buf *out)
{
	skip_space(s);
	char c = s->len ? *s->at : '\0';
	if (c == '{' || c == '[')
		return pass_nested(s) ? -1 : 1;
	if (c == '"')
		return take_string(s, out);
	size_t before = out->len;
	int rc = take_word(s, out);
	return rc == 0 && !strcmp(buf_str(out) + before, "null") ? 1 : rc;
}

/* ---- members ---- */

/* The next member: 1 if it is the one that is looked for, and its value comes next; 0 if not. */
static int take_member(struct span *s, const char *wanted)
{
	struct buf name = BUF_INIT(NAME_MAX_LEN), value = BUF_INIT(s->len);

	buf_reserve(&value, s->len); /* it may be a secret: growing would leave pieces behind */
	int rc = take_string(s, &name) || !take(s, ':') ? -1 : 0;
	if (rc == 0 && !strcmp(buf_str(&name), wanted))
		rc = 1;
	else if (rc == 0 && take_value(s, &value) < 0)
		rc = -1;
	buf_wipe(&value);
	buf_free(&name);
	return rc;
}

/* Go on to the value of that member. */
static int find_member(struct span *object, const char *name)
{
	int rc = take(object, '{') ? 0 : -1;

	while (rc == 0) {
		rc = take_member(object, name);
		if (rc == 0 && !take(object, ','))
			rc = -1;
	}
	return rc > 0 ? 0 : -1;
}

static int append_value(struct span object, const char *name,
			int (*take_it)(struct span *, struct buf *), struct buf *out)
{
	size_t before = out->len;

	if (find_member(&object, name) == 0 && take_it(&object, out) == 0)
		return 0;
	buf_truncate(out, before);
	return -1;
}

int json_text(struct span object, const char *name, struct buf *out)
{
	return append_value(object, name, take_value, out);
}

int json_string(struct span object, const char *name, struct buf *out)
{
	return append_value(object, name, take_string, out);
}

int json_number(struct span object, const char *name, uint64_t *value_r)
{
	enum { NUMBER_MAX = 40 };
	struct buf text = BUF_INIT(NUMBER_MAX);

	int rc = json_text(object, name, &text);
	struct span number = {buf_str(&text), text.len};
	number = span_cut(&number, '.');
	if (rc == 0)
		rc = span_parse_uint(number, UINT64_MAX, value_r);
	buf_free(&text);
	return rc;
}

/* ---- writing ---- */

int json_quote(struct buf *out, const char *str)
{
	size_t before = out->len;
	int rc = buf_append_char(out, '"');

	for (; *str && rc == 0; str++) {
		if ((unsigned char)*str < ' ')
			rc = buf_printf(out, "\\u%04x", (unsigned int)*str);
		else if (*str == '"' || *str == '\\')
			rc = buf_printf(out, "\\%c", *str);
		else
			rc = buf_append_char(out, *str);
	}
	if (rc == 0)
		rc = buf_append_char(out, '"');
	if (rc)
		buf_truncate(out, before);
	return rc;
}
