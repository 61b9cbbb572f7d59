/* xalloc.h - allocation that ends the process with one status line and exit code 3 when memory is
 * out */
#ifndef MAILFLOW_XALLOC_H
#define MAILFLOW_XALLOC_H

#include <stddef.h>

/* Never return NULL; the caller frees with free(). */
void *xmalloc(size_t size) __attribute__((malloc, returns_nonnull));
void *xcalloc(size_t count, size_t size) __attribute__((malloc, returns_nonnull));
void *xrealloc(void *old, size_t size) __attribute__((returns_nonnull));
/* As reallocarray(3): old resized to count elements of size bytes, checked for overflow. */
void *xreallocarray(void *old, size_t count, size_t size) __attribute__((returns_nonnull));
/* The array of count elements with room for one more; it doubles whenever it is full. */
void *xmake_room(void *array, size_t count, size_t size) __attribute__((returns_nonnull));
char *xstrdup(const char *str) __attribute__((malloc, returns_nonnull));
char *xstrndup(const char *str, size_t len) __attribute__((malloc, returns_nonnull));
char *xasprintf(const char *fmt, ...) __attribute__((format(printf, 1, 2), returns_nonnull));
/* What another function has allocated: p, but NULL is the end here, too. */
void *xchecked(void *p) __attribute__((returns_nonnull));

#endif
