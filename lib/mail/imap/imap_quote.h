/* imap_quote.h - strings as IMAP commands take them (RFC 3501 section 9, quoted). Touches no
 * socket. */
#ifndef MAILFLOW_IMAP_QUOTE_H
#define MAILFLOW_IMAP_QUOTE_H

#include <stdbool.h>

#include "base/buf.h"

/* Whether text can be sent as a quoted string: printable ASCII. What cannot takes a literal. */
bool imap_can_quote(const char *text);

/* Append such a text in quotes. -1 when b is full. */
int imap_quote(struct buf *b, const char *text);

#endif
