/* ini.c - ini files, parsed by inih.
 *
 * The file is read whole into one buffer, because stdio would leave copies of passwords behind;
 * inih is handed line after line of it, so that errors can name the line. */
#include "config.h"

#include "base/ini.h"

#include <ini.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/file.h"
#include "base/library.h"
#include "base/xalloc.h"

enum { LINE_BYTES = 8192 }; /* a password of 4,096 bytes fits */

/* What is used of inih. */
struct ini_library {
	__typeof__(ini_allow_inline_comments) *ini_allow_inline_comments;
	__typeof__(ini_allow_multiline) *ini_allow_multiline;
	__typeof__(ini_allow_no_value) *ini_allow_no_value;
	__typeof__(ini_use_stack) *ini_use_stack;
	__typeof__(ini_max_line) *ini_max_line;
	__typeof__(ini_parse_stream) *ini_parse_stream;
};

static const struct library_symbol symbols[] = {
	LIBRARY_SYMBOL(struct ini_library, ini_allow_inline_comments),
	LIBRARY_SYMBOL(struct ini_library, ini_allow_multiline),
	LIBRARY_SYMBOL(struct ini_library, ini_allow_no_value),
	LIBRARY_SYMBOL(struct ini_library, ini_use_stack),
	LIBRARY_SYMBOL(struct ini_library, ini_max_line),
	LIBRARY_SYMBOL(struct ini_library, ini_parse_stream),
	{0},
};

static const struct library inih = {
	.name = "inih", .file = INIH_SONAME, .package = "libinih1", .symbols = symbols};

static const char malformed[] = "neither [section] nor name = value nor comment";

struct reading {
	const char *path;
	struct buf text; /* the whole file */
	size_t next;     /* start of the line that inih gets next */
	size_t line;     /* number of the one it has */
	size_t used;     /* bytes of its line buffer that hold the file's */
	char *section;   /* the one that line is in; owned; NULL: none yet */
	bool takes_bare; /* lines without '=' before it */
	ini_fn *fn;
	void *ctx;
	struct err *err;
};

/* ---- lines ---- */

static bool is_blank(char c)
{
	return c == ' ' || (c >= '\t' && c <= '\r');
}

static int refuse(struct reading *r, const char *what)
{
	err_set(r->err, ERR_USAGE, "%s", what);
	return err_fault(r->err, "file-malformed");
}

/* inih says nothing of a section without keys, cuts long names, and does not trim "[ name ]": so
 * look whether this line begins one. What inih takes for a header, and what not, is left to it. */
static int note_section(struct reading *r, const char *line)
{
	while (is_blank(*line))
		line++;
	const char *end = *line == '[' ? strchr(line, ']') : NULL;
	if (*line == '[' && !end)
		return refuse(r, malformed);
	if (!end)
		return 0;
	for (line++; line < end && is_blank(*line);)
		line++;
	while (end > line && is_blank(end[-1]))
		end--;
	free(r->section);
	r->section = xstrndup(line, (size_t)(end - line));
	return r->fn(r->ctx, r->line, r->section, NULL, NULL, r->err);
}

/* A line that is no ini file's is taken here; inih gets an empty one, as it would part it at a
 * colon. */
static int take_bare(struct reading *r, char *line)
{
	char *end = line + strlen(line), *start = line;

	while (is_blank(*start))
		start++;
	while (end > start && is_blank(end[-1]))
		end--;
	*end = '\0';
	if (!*start || *start == '#' || *start == ';' || strchr(start, '='))
		return 0;
	int rc = r->fn(r->ctx, r->line, NULL, start, NULL, r->err);
	*line = '\0';
	return rc;
}

static void name_place(struct reading *r)
{
	if (r->err->kind != ERR_NONE)
		err_prefix(r->err, "%s line %zu: ", r->path, r->line);
}

/* The bytes of the next line, or NULL at the end. */
static const char *find_line(struct reading *r, size_t *len_r)
{
	const char *start = r->text.data + r->next;
	size_t left = r->text.len - r->next;

	if (r->line == 0 && left >= 3 && memcmp(start, "\xef\xbb\xbf", 3) == 0) {
		r->next += 3;
		start += 3;
		left -= 3;
	}
	if (!left)
		return NULL;
	const char *lf = memchr(start, '\n', left);
	*len_r = lf ? (size_t)(lf - start) : left;
	r->next += *len_r + (lf != NULL);
	r->line++;
	return start;
}

/* inih's reader, with the contract of fgets: hands out the next line. Wipes the one before, so that
 * nothing of the file is left on the stack. Says that the file has ended when there is an error. */
static char *next_line(char *line, int size, void *ctx)
{
	struct reading *r = ctx;
	const char *start;
	size_t len;

	explicit_bzero(line, r->used);
	if (r->err->kind != ERR_NONE || !(start = find_line(r, &len)))
		return NULL;
	if (len >= (size_t)size) /* file_read_all has seen to it */
		return NULL;
	memcpy(line, start, len);
	line[len] = '\0';
	r->used = len + 1;
	note_section(r, line);
	if (r->takes_bare && !r->section)
		take_bare(r, line);
	name_place(r);
	return r->err->kind == ERR_NONE ? line : NULL;
}

/* inih's handler */
static int use_key(void *ctx, const char *section, const char *key, const char *value)
{
	struct reading *r = ctx;

	(void)section; /* it may have been cut */
	if (r->err->kind != ERR_NONE)
		return 1;
	if (!r->section || !*r->section)
		refuse(r, "no [section] before it");
	else if (!*key)
		refuse(r, "no name before '='");
	else
		r->fn(r->ctx, r->line, r->section, key, value, r->err);
	name_place(r);
	return 1;
}

/* Values are literal, and a line is a line, as in monitoring-plugins. */
static int load(struct ini_library *l, struct err *err)
{
	if (library_load(&inih, l, err))
		return -1;
	*l->ini_allow_inline_comments = false;
	*l->ini_allow_multiline = false;
	*l->ini_allow_no_value = true;
	*l->ini_use_stack = true;
	*l->ini_max_line = LINE_BYTES + 2;
	return 0;
}

static int parse(struct reading *r)
{
	struct ini_library library;

	if (load(&library, r->err))
		return -1;
	int bad_line = library.ini_parse_stream(next_line, r, use_key, r);
	if (r->err->kind != ERR_NONE)
		return -1;
	if (!bad_line)
		return 0;
	err_set(r->err, ERR_USAGE, "%s line %d: %s", r->path, bad_line, malformed);
	return err_fault(r->err, "file-malformed");
}

static int read_file(struct reading *r, size_t max, const struct limit *limit, size_t *lines_r)
{
	int rc = file_read_all(&r->text, max, LINE_BYTES, "", r->path, limit, r->err);

	if (!rc)
		rc = parse(r);
	if (lines_r)
		*lines_r = r->line;
	buf_wipe(&r->text);
	free(r->section);
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
