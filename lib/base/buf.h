/* buf.h - a growing byte buffer with a mandatory maximum, always NUL-terminated */
#ifndef MAILFLOW_BUF_H
#define MAILFLOW_BUF_H

#include <stdarg.h>
#include <stddef.h>

/* data is NULL while nothing was ever appended; len does not count the final NUL */
struct buf {
	char *data;
	size_t len;
	size_t size; /* bytes allocated */
	size_t max;  /* len never exceeds it; 0 means that nothing can be appended */
};

#define BUF_INIT(maximum) ((struct buf){.max = (maximum)})

/* All of these return 0, or -1 when the result would exceed max; the buffer is then unchanged. */
int buf_append(struct buf *b, const void *bytes, size_t len);
int buf_append_str(struct buf *b, const char *str);
int buf_append_char(struct buf *b, char c);
int buf_printf(struct buf *b, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
int buf_vprintf(struct buf *b, const char *fmt, va_list ap) __attribute__((format(printf, 2, 0)));

/* Make room for len more bytes behind b->len. The caller writes there and then adds to b->len. */
int buf_reserve(struct buf *b, size_t len);

/* Keep only the first len bytes (at most all). */
void buf_truncate(struct buf *b, size_t len);

/* Remove the first len bytes (at most all). */
void buf_consume(struct buf *b, size_t len);

/* The contents as a string, "" if nothing was ever appended. Valid until the next append. */
const char *buf_str(const struct buf *b);

/* Empty it and keep the memory. */
void buf_clear(struct buf *b);

/* Overwrite the contents, then free them; buf_free only frees. Both accept a zeroed struct. */
void buf_wipe(struct buf *b);
void buf_free(struct buf *b);

#endif
