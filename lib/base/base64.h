/* base64.h - base64 (RFC 4648 section 4), in one piece and strictly */
#ifndef MAILFLOW_BASE64_H
#define MAILFLOW_BASE64_H

#include <stddef.h>

#include "base/buf.h"

/* Append the bytes in base64, with its padding. -1 when b is full; it is unchanged then. Where the
 * bytes are secret the caller has reserved the room: growing would leave pieces of them behind. */
int base64_encode(struct buf *b, const void *bytes, size_t len);

/* Append what the text stands for. -1 when b is full, and for what is not base64: a character that
 * is none of its own, padding that is missing or anywhere but at the end, bits that are left over.
 * b may hold a part of it then. */
int base64_decode(struct buf *b, const char *text, size_t len);

#endif
