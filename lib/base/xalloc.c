/* xalloc.c - allocation that cannot fail: without memory there is nothing left to test, only to say
 * so */
#include "base/xalloc.h"

#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

void *xchecked(void *p)
{
	static const char line[] = "UNKNOWN - out of memory\n";

	if (p)
		return p;
	/* write and _exit: stdio and atexit handlers may want memory themselves */
	ssize_t ignored = write(STDOUT_FILENO, line, sizeof(line) - 1);
	(void)ignored;
	_exit(3);
}

void *xmalloc(size_t size)
{
	return xchecked(malloc(size ? size : 1));
}

void *xcalloc(size_t count, size_t size)
{
	return xchecked(calloc(count ? count : 1, size ? size : 1));
}

void *xrealloc(void *old, size_t size)
{
	return xchecked(realloc(old, size ? size : 1));
}

void *xreallocarray(void *old, size_t count, size_t size)
{
	return xchecked(reallocarray(old, count ? count : 1, size ? size : 1));
}

void *xmake_room(void *array, size_t count, size_t size)
{
	bool full = !(count & (count - 1)); /* 0, 1, 2, 4, ... */

	return full ? xreallocarray(array, count ? 2 * count : 1, size) : array;
}

char *xstrdup(const char *str)
{
	return xchecked(strdup(str));
}

char *xstrndup(const char *str, size_t len)
{
	return xchecked(strndup(str, len));
}

char *xasprintf(const char *fmt, ...)
{
	va_list ap;
	char *str = NULL;

	va_start(ap, fmt);
	int len = vasprintf(&str, fmt, ap);
	va_end(ap);
	return xchecked(len < 0 ? NULL : str);
}
