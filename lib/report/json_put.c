/* json_put.c - JSON that is made value by value, by jansson */
#include "report/json_put.h"

#include <stdlib.h>
#include <string.h>

#include "base/text.h"

enum { REAL_DIGITS = 15, INDENT = 2 };

static const struct json_library *j;

json_t *json_put_begin(struct err *err)
{
	j = json_library(err);
	return j ? j->json_object() : NULL;
}

static void put(json_t *object, const char *name, json_t *value)
{
	j->json_object_set_new_nocheck(object, name, value);
}

static json_t *text_of(const char *text, size_t len)
{
	char *shown = text_shown(text, len);
	json_t *value = j->json_string_nocheck(shown);
	free(shown);
	return value;
}

void json_put_text(json_t *object, const char *name, const char *text)
{
	if (text && *text)
		put(object, name, text_of(text, strlen(text)));
}

void json_put_plain(json_t *object, const char *name, const char *text)
{
	if (text && *text)
		put(object, name, j->json_string_nocheck(text));
}

void json_put_integer(json_t *object, const char *name, int64_t value)
{
	put(object, name, j->json_integer(value));
}

void json_put_number(json_t *object, const char *name, double value)
{
	bool whole = value > -1e15 && value < 1e15 && (double)(int64_t)value == value;

	put(object, name, whole ? j->json_integer((int64_t)value) : j->json_real(value));
}

void json_put_bool(json_t *object, const char *name, bool value)
{
	put(object, name, value ? j->json_true() : j->json_false());
}

json_t *json_put_object(json_t *object, const char *name)
{
	json_t *value = j->json_object();

	put(object, name, value);
	return value;
}

json_t *json_put_list(json_t *object, const char *name)
{
	json_t *value = j->json_array();

	put(object, name, value);
	return value;
}

json_t *json_put_item(json_t *list)
{
	json_t *value = j->json_object();

	j->json_array_append_new(list, value);
	return value;
}

void json_put_item_text(json_t *list, const char *text, size_t len)
{
	j->json_array_append_new(list, text_of(text, len));
}

static int append(const char *bytes, size_t len, void *out)
{
	return buf_append(out, bytes, len);
}

int json_put_end(json_t *document, bool sorted, struct buf *out)
{
	size_t flags = JSON_INDENT(INDENT) | JSON_REAL_PRECISION(REAL_DIGITS) |
		       (sorted ? JSON_SORT_KEYS : 0);
	int rc = j->json_dump_callback(document, append, out, flags);

	j->json_delete(document); /* nobody else refers to it */
	return rc ? -1 : buf_append_char(out, '\n');
}
