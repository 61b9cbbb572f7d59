/* header.h - the fields of a message's header, one after the other (RFC 5322 section 2.2)
 *
 * What is read is hostile: everything is bounded, and nothing is copied but a field's value. */
#ifndef MAILFLOW_HEADER_H
#define MAILFLOW_HEADER_H

#include <stdbool.h>
#include <stddef.h>

#include "base/span.h"

enum { HEADER_VALUE_MAX = 998 };

struct header_field {
	struct span name; /* without blanks before the colon; len 0: the line has none */
	char value[HEADER_VALUE_MAX]; /* unfolded, runs of blanks made one, none at the ends */
	size_t len;
	bool cut; /* it is longer */
};

/* The next line without its end, CRLF or LF; *rest is moved on. False behind the last one. */
bool header_next_line(struct span *rest, struct span *line_r);

/* The next field, with the lines that it is folded into; *rest is moved on. False at the empty line
 * that ends the header, which is taken too, and at the end. */
bool header_next(struct span *rest, struct header_field *field_r);

/* The value as a span, empty if it was cut: half a value says nothing. */
struct span header_value(const struct header_field *field);

/* Of a structured value such as Content-Type (RFC 2045 section 5.1): what stands before the first
 * semicolon, and a parameter, unquoted, into value_r, "" if there is none, or it does not fit into
 * size bytes. */
struct span header_first(struct span value);
void header_parameter(struct span value, const char *name, char *value_r, size_t size);

#endif
