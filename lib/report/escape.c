/* escape.c - text of any origin made part of a format */
#include "report/escape.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"

/* Replace each of these characters by what stands for it; all others stay. */
static int replace(struct buf *out, const char *text, const char *chars,
		   const char *const *replacements)
{
	char *clean = text_shown(text, strlen(text));
	int rc = 0;

	for (const char *at = clean; !rc && *at;) {
		size_t plain = strcspn(at, chars);
		rc = buf_append(out, at, plain);
		at += plain;
		if (rc || !*at)
			break;
		rc = buf_append_str(out, replacements[strchr(chars, *at) - chars]);
		at++;
	}
	free(clean);
	return rc ? -1 : 0;
}

int escape_html(struct buf *out, const char *text)
{
	static const char *const entity[] = {"&amp;", "&lt;", "&gt;", "&quot;", "&#39;"};

	return replace(out, text, "&<>\"'", entity);
}

int escape_label(struct buf *out, const char *text)
{
	static const char *const escaped[] = {"\\\\", "\\\""};

	return replace(out, text, "\\\"", escaped);
}

/* Spreadsheets take them for the start of a formula, Japanese ones the wide forms, too. */
static bool begins_formula(const char *text)
{
	static const char *const sign[] = {
		"=", "+", "-", "@", "\xef\xbc\x9d", "\xef\xbc\x8b", "\xef\xbc\x8d", "\xef\xbc\xa0",
	};

	for (size_t i = 0; i < sizeof(sign) / sizeof(sign[0]); i++)
		if (!strncmp(text, sign[i], strlen(sign[i])))
			return true;
	return false;
}

/* Each start of a field in text, also of one that a reader with other separators sees. */
static int put_guarded(struct buf *field, const char *text)
{
	int rc = 0;

	while (!rc && *text) {
		size_t before = strspn(text, " \"'");
		rc = buf_append(field, text, before);
		text += before;
		if (!rc && begins_formula(text))
			rc = buf_append_char(field, '\'');
		size_t len = strcspn(text, ";");
		len += text[len] == ';';
		rc = rc || buf_append(field, text, len);
		text += len;
	}
	return rc ? -1 : 0;
}

static int put_quoted(struct buf *out, const char *text)
{
	size_t start = out->len;
	int rc = buf_append_char(out, '"');

	for (; !rc && *text; text++)
		rc = buf_append(out, "\"\"", *text == '"' ? 1 : 0) || buf_append_char(out, *text);
	rc = rc || buf_append_char(out, '"');
	if (rc)
		buf_truncate(out, start);
	return rc ? -1 : 0;
}

int escape_csv(struct buf *out, const char *text)
{
	char *clean = text_shown(text, strlen(text));
	struct buf field = BUF_INIT(2 * strlen(clean) + 2);
	int rc = put_guarded(&field, clean);

	free(clean);
	const char *is = buf_str(&field);
	bool plain = !strpbrk(is, ",;\"") && *is != ' ' && (!field.len || is[field.len - 1] != ' ');
	if (!rc)
		rc = plain ? buf_append_str(out, is) : put_quoted(out, is);
	buf_free(&field);
	return rc;
}
