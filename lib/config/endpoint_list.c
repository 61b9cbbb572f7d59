/* endpoint_list.c - a file of end points, and those that are alike, found by sorting */
#include "config/endpoint_list.h"

#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/file.h"
#include "base/span.h"
#include "base/xalloc.h"

enum { FILE_BYTES = 16 << 20, LINE_BYTES = 1024 };

/* ---- a file of them ---- */

int endpoint_list_add(struct endpoint_list *list, const char *text, struct err *err)
{
	struct endpoint e;

	if (endpoint_parse(text, &e, err))
		return -1;
	list->item = xmake_room(list->item, list->count, sizeof(*list->item));
	list->item[list->count++] = e;
	return 0;
}

static int add_line(struct endpoint_list *list, struct span line, struct err *err)
{
	char text[LINE_BYTES + 1];

	if (line.len && line.at[line.len - 1] == '\r')
		line.len--;
	line = span_trim(line);
	if (!line.len || *line.at == '#' || *line.at == ';')
		return 0;
	memcpy(text, line.at, line.len);
	text[line.len] = '\0';
	if (strpbrk(text, "= \t")) /* it may be another file, with passwords */
		return err_set(err, ERR_USAGE, "a line is to be HOST[:PORT[:TYPE]]");
	return endpoint_list_add(list, text, err);
}

static int add_lines(struct endpoint_list *list, struct span text, const char *path,
		     struct err *err)
{
	size_t number = 1, before = list->count;

	if (span_starts(text, "\xef\xbb\xbf"))
		span_skip(&text, 3);
	for (; text.len; number++)
		if (add_line(list, span_cut(&text, '\n'), err))
			return err_prefix(err, "%s line %zu: ", path, number);
	if (list->count == before)
		return err_set(err, ERR_USAGE, "%s has no end point in it", path);
	return 0;
}

int endpoint_list_read(struct endpoint_list *list, const char *path, const struct limit *limit,
		       struct err *err)
{
	struct buf text;
	int rc = file_read_all(&text, FILE_BYTES, LINE_BYTES, "", path, limit, err);

	if (rc == 0)
		rc = add_lines(list, (struct span){buf_str(&text), text.len}, path, err);
	buf_free(&text);
	return rc;
}

/* ---- none of them twice ---- */

static int compare_services(const struct endpoint *a, const struct endpoint *b)
{
	int order = strcasecmp(a->host, b->host);

	return order ? order : (a->port > b->port) - (a->port < b->port);
}

static int compare_endpoints(const void *a, const void *b)
{
	const struct endpoint *const *x = a, *const *y = b;
	int order = compare_services(*x, *y);

	if (!order)
		order = ((*x)->mode > (*y)->mode) - ((*x)->mode < (*y)->mode);
	return order ? order : (*x > *y) - (*x < *y);
}

static bool has_endpoint(const struct endpoint_list *list, size_t count, const struct endpoint *e)
{
	for (size_t i = 0; i < count; i++)
		if (!compare_services(&list->item[i], e) && list->item[i].mode == e->mode)
			return true;
	return false;
}

void endpoint_list_drop_again(struct endpoint_list *list, size_t first, size_t count)
{
	size_t kept = first;

	for (size_t i = first; i < list->count; i++)
		if (i >= first + count || !has_endpoint(list, first, &list->item[i]))
			list->item[kept++] = list->item[i];
	list->count = kept;
}

/* Mark those that differ in their type alone. Returns the first one that is there again, or
 * NULL. */
static const struct endpoint *compare_all(struct endpoint **sorted, size_t count)
{
	const struct endpoint *again = NULL;

	qsort(sorted, count, sizeof(*sorted), compare_endpoints);
	for (size_t i = 1; i < count; i++) {
		struct endpoint *before = sorted[i - 1], *e = sorted[i];
		if (compare_services(before, e) != 0)
			continue;
		before->has_twin = e->has_twin = true;
		if (before->mode == e->mode && (!again || e < again))
			again = e;
	}
	return again;
}

int endpoint_list_check(struct endpoint *list, size_t count, struct err *err)
{
	struct endpoint **sorted = xcalloc(count + 1, sizeof(*sorted));
	char label[ENDPOINT_LABEL_SIZE];

	for (size_t i = 0; i < count; i++)
		sorted[i] = &list[i];
	const struct endpoint *again = compare_all(sorted, count);
	free(sorted);
	if (!again)
		return 0;
	endpoint_label(again, label);
	return err_set(err, ERR_USAGE, "%s (%s) is given twice", label, tls_mode_name(again->mode));
}
