/* ini.c - ini files. One is read whole into one buffer, because stdio would leave copies of
 * passwords behind, and its lines are parted where they stand. */
#include "base/ini.h"

#include <stdbool.h>
#include <string.h>

#include "base/buf.h"
#include "base/file.h"

enum { LINE_BYTES = 8192 }; /* a password of 4,096 bytes fits */

struct reading {
	const char *path;
	struct buf text;     /* the whole file */
	size_t next;         /* start of the next line */
	size_t line;         /* number of the one before */
	const char *section; /* the one that line is in, in text; NULL: none yet */
	bool takes_bare;     /* lines without '=' before it */
	ini_fn *fn;
	void *ctx;
	struct err *err;
};

static bool is_blank(char c)
{
	return c == ' ' || (c >= '\t' && c <= '\r');
}

/* Without the blanks at both ends. */
static char *trim(char *text)
{
	while (is_blank(*text))
		text++;
	char *end = text + strlen(text);
	while (end > text && is_blank(end[-1]))
		end--;
	*end = '\0';
	return text;
}

static int refuse(const struct reading *r, const char *what)
{
	err_set(r->err, ERR_USAGE, "%s", what);
	return err_fault(r->err, "file-malformed");
}

/* What stands behind its ']' is nothing's. */
static int use_header(struct reading *r, char *line)
{
	char *end = strchr(line, ']');

	if (!end)
		return refuse(r, "neither [section] nor name = value nor comment");
	*end = '\0';
	r->section = trim(line + 1);
	return r->fn(r->ctx, r->line, r->section, NULL, NULL, r->err);
}

static int use_key(struct reading *r, char *line)
{
	char *value = strpbrk(line, "=:");

	if (r->takes_bare && !r->section && !strchr(line, '='))
		return r->fn(r->ctx, r->line, NULL, line, NULL, r->err);
	if (!r->section || !*r->section)
		return refuse(r, "no [section] before it");
	if (value)
		*value++ = '\0';
	const char *key = trim(line);
	if (!*key)
		return refuse(r, "no name before '='");
	return r->fn(r->ctx, r->line, r->section, key, value ? trim(value) : NULL, r->err);
}

static int use_line(struct reading *r, char *line)
{
	if (!*line || *line == '#' || *line == ';')
		return 0;
	int rc = *line == '[' ? use_header(r, line) : use_key(r, line);
	if (rc)
		err_prefix(r->err, "%s line %zu: ", r->path, r->line);
	return rc;
}

/* The next line, or NULL at the end. */
static char *next_line(struct reading *r)
{
	char *line = r->text.data + r->next;
	size_t left = r->text.len - r->next;

	if (!left)
		return NULL;
	char *lf = memchr(line, '\n', left);
	if (lf)
		*lf = '\0';
	r->next += lf ? (size_t)(lf + 1 - line) : left;
	r->line++;
	return line;
}

static int parse(struct reading *r)
{
	static const char byte_order_mark[] = "\xef\xbb\xbf";
	const size_t mark_len = sizeof(byte_order_mark) - 1;
	char *line;

	if (r->text.len >= mark_len && !memcmp(r->text.data, byte_order_mark, mark_len))
		r->next = mark_len;
	while ((line = next_line(r)))
		if (use_line(r, trim(line)))
			return -1;
	return 0;
}

static int read_file(struct reading *r, size_t max, const struct limit *limit, size_t *lines_r)
{
	int rc = file_read_all(&r->text, max, LINE_BYTES, "", r->path, limit, r->err);

	if (!rc)
		rc = parse(r);
	if (lines_r)
		*lines_r = r->line;
	buf_wipe(&r->text);
	return rc;
}

int ini_read(const char *path, size_t max, const struct limit *limit, ini_fn *fn, void *ctx,
	     size_t *lines_r, struct err *err)
{
	struct reading r = {.path = path, .fn = fn, .ctx = ctx, .err = err};

	return read_file(&r, max, limit, lines_r);
}

int ini_read_bare(const char *path, size_t max, const struct limit *limit, ini_fn *fn, void *ctx,
		  size_t *lines_r, struct err *err)
{
	struct reading r = {.path = path, .takes_bare = true, .fn = fn, .ctx = ctx, .err = err};

	return read_file(&r, max, limit, lines_r);
}
