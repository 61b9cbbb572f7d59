/* json_put.h - JSON that is made value by value, by jansson, which is loaded for it
 *
 * For the main thread, one document at a time. What is put belongs to what it was put into. */
#ifndef MAILFLOW_JSON_PUT_H
#define MAILFLOW_JSON_PUT_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "report/json_library.h"

/* Begin a document, which is an object. Returns NULL with ERR_LOCAL where jansson is not installed.
 */
json_t *json_put_begin(struct err *err);

/* A text that has passed text_show(), or as it is; nothing if it is empty or NULL. */
void json_put_text(json_t *object, const char *name, const char *text);
void json_put_plain(json_t *object, const char *name, const char *text);

void json_put_integer(json_t *object, const char *name, int64_t value);
/* Without a dot where it is whole. */
void json_put_number(json_t *object, const char *name, double value);
void json_put_bool(json_t *object, const char *name, bool value);

/* An empty object or list under that name. */
json_t *json_put_object(json_t *object, const char *name);
json_t *json_put_list(json_t *object, const char *name);

/* An empty object, or a text that has passed text_show(), as the next item of a list. */
json_t *json_put_item(json_t *list);
void json_put_item_text(json_t *list, const char *text, size_t len);

/* Append the document and a line end to out, and free it; sorted: by names. Returns 0, or -1 when
 * out is full or there is no memory. */
int json_put_end(json_t *document, bool sorted, struct buf *out);

#endif
