/* json_library.c - loads jansson, once */
#include "config.h"

#include "report/json_library.h"

#include "base/library.h"

static const struct library_symbol symbols[] = {
	LIBRARY_SYMBOL(struct json_library, json_object),
	LIBRARY_SYMBOL(struct json_library, json_object_set_new_nocheck),
	LIBRARY_SYMBOL(struct json_library, json_array),
	LIBRARY_SYMBOL(struct json_library, json_array_append_new),
	LIBRARY_SYMBOL(struct json_library, json_string_nocheck),
	LIBRARY_SYMBOL(struct json_library, json_integer),
	LIBRARY_SYMBOL(struct json_library, json_real),
	LIBRARY_SYMBOL(struct json_library, json_true),
	LIBRARY_SYMBOL(struct json_library, json_false),
	LIBRARY_SYMBOL(struct json_library, json_dump_callback),
	LIBRARY_SYMBOL(struct json_library, json_delete),
	{0},
};

static const struct library jansson = {
	.name = "jansson", .file = JANSSON_SONAME, .package = "libjansson4", .symbols = symbols};

const struct json_library *json_library(struct err *err)
{
	static struct json_library library;

	if (!library.json_delete && library_load(&jansson, &library, err))
		return NULL;
	return &library;
}
