/* imap_quote.h - strings as IMAP commands take them (RFC 3501 section 9, quoted). Touches no
 * socket. */
#ifndef MAILFLOW_IMAP_QUOTE_H
#define MAILFLOW_IMAP_QUOTE_H

#include <stdbool.h>

#include "base/buf.h"
#include "base/err.h"

/* of a mailbox, as commands take it but for its quotes: modified UTF-7 */
enum { IMAP_NAME_SIZE = 512 };

/* Whether text can be sent as a quoted string: printable ASCII. What cannot takes a literal. */
bool imap_can_quote(const char *text);

/* Whether a mailbox may be called so. Returns 0, or -1 with ERR_USAGE. */
int imap_check_name(const char *name, struct err *err);

/* Append such a text in quotes. -1 when b is full. */
int imap_quote(struct buf *b, const char *text);

#endif
