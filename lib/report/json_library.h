/* json_library.h - jansson, loaded when -o json is asked for */
#ifndef MAILFLOW_JSON_LIBRARY_H
#define MAILFLOW_JSON_LIBRARY_H

#include <jansson.h>

#include "base/err.h"

/* What is used of it. */
struct json_library {
	__typeof__(json_object) *json_object;
	__typeof__(json_object_set_new_nocheck) *json_object_set_new_nocheck;
	__typeof__(json_array) *json_array;
	__typeof__(json_array_append_new) *json_array_append_new;
	__typeof__(json_string_nocheck) *json_string_nocheck;
	__typeof__(json_integer) *json_integer;
	__typeof__(json_real) *json_real;
	__typeof__(json_true) *json_true;
	__typeof__(json_false) *json_false;
	__typeof__(json_dump_callback) *json_dump_callback;
	__typeof__(json_delete) *json_delete;
};

/* For the main thread, until the program ends. Returns NULL with ERR_LOCAL where it is not
 * installed. */
const struct json_library *json_library(struct err *err);

#endif
