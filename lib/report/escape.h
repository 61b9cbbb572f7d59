/* escape.h - text of any origin made part of a format: it can end nothing there, and begin nothing
 *
 * All of it passes text_show() first; it may be any bytes up to the NUL. Each returns 0, or -1 when
 * out is full. */
#ifndef MAILFLOW_ESCAPE_H
#define MAILFLOW_ESCAPE_H

#include "base/buf.h"

/* One field of CSV (RFC 4180 section 2), quoted where it must be. What a spreadsheet would take for
 * a formula - at the start, or behind a ';', which separates fields in half of Europe - gets an
 * apostrophe in front. */
int escape_csv(struct buf *out, const char *text);

/* For the text of an HTML element, and for an attribute's value in double quotes. */
int escape_html(struct buf *out, const char *text);

/* For the value of an OpenMetrics label, between its double quotes. */
int escape_label(struct buf *out, const char *text);

#endif
