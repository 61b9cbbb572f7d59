/* buf.c - a growing byte buffer with a mandatory maximum. Growth is by half as much again, so that
 * many small appends cost linear time; out of memory ends the process (xalloc). */
#include "base/buf.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/xalloc.h"

int buf_reserve(struct buf *b, size_t len)
{
	if (len > b->max || b->len > b->max - len)
		return -1;
	size_t need = b->len + len + 1; /* max is far below SIZE_MAX: no overflow */
	if (need <= b->size)
		return 0;
	size_t size = b->size + b->size / 2;
	if (size < need)
		size = need;
	if (size < 64)
		size = 64;
	b->data = xrealloc(b->data, size);
	b->size = size;
	b->data[b->len] = '\0';
	return 0;
}

int buf_append(struct buf *b, const void *bytes, size_t len)
{
	if (buf_reserve(b, len))
		return -1;
	if (len)
		memcpy(b->data + b->len, bytes, len);
	b->len += len;
	b->data[b->len] = '\0';
	return 0;
}

int buf_append_str(struct buf *b, const char *str)
{
	return buf_append(b, str, strlen(str));
}

int buf_append_char(struct buf *b, char c)
{
	return buf_append(b, &c, 1);
}

int buf_vprintf(struct buf *b, const char *fmt, va_list ap)
{
	size_t room = b->size - b->len, most = b->max - b->len + 1; /* with the NUL */
	va_list again;

	if (room > most)
		room = most;
	va_copy(again, ap);
	int len = vsnprintf(b->data ? b->data + b->len : NULL, room, fmt, ap);
	int rc = len < 0 ? -1 : 0;
	if (!rc && (size_t)len >= room) {
		rc = buf_reserve(b, (size_t)len);
		if (!rc)
			vsnprintf(b->data + b->len, (size_t)len + 1, fmt, again);
	}
	va_end(again);
	if (!rc)
		b->len += (size_t)len;
	else if (b->data)
		b->data[b->len] = '\0';
	return rc;
}

int buf_printf(struct buf *b, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	int rc = buf_vprintf(b, fmt, ap);
	va_end(ap);
	return rc;
}

void buf_truncate(struct buf *b, size_t len)
{
	if (len >= b->len)
		return;
	b->len = len;
	b->data[len] = '\0';
}

void buf_consume(struct buf *b, size_t len)
{
	if (len >= b->len) {
		buf_clear(b);
		return;
	}
	memmove(b->data, b->data + len, b->len - len + 1);
	b->len -= len;
}

const char *buf_str(const struct buf *b)
{
	return b->data ? b->data : "";
}

void buf_clear(struct buf *b)
{
	b->len = 0;
	if (b->data)
		b->data[0] = '\0';
}

void buf_wipe(struct buf *b)
{
	if (b->data)
		explicit_bzero(b->data, b->size);
	buf_free(b);
}

void buf_free(struct buf *b)
{
	free(b->data);
	b->data = NULL;
	b->len = b->size = 0;
}
