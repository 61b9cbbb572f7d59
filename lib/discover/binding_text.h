/* binding_text.h - ADDRESS:PORT as servers and administrators write it, made what a file of
 * connectors has */
#ifndef MAILFLOW_BINDING_TEXT_H
#define MAILFLOW_BINDING_TEXT_H

#include "base/err.h"
#include "net/endpoint.h"

/* "0.0.0.0:25", "[::]:25", and ":::25" without brackets, where the port is behind the last colon.
 * Returns 0, or -1 with ERR_USAGE: a name, no port, port 0. mode stays the default. */
int binding_text_parse(const char *text, struct endpoint *binding_r, struct err *err);

/* 0.0.0.0 or [::] */
bool binding_text_is_any(const struct endpoint *binding);

#endif
