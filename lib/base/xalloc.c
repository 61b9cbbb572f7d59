/* xalloc.c - allocation that cannot fail: without memory there is nothing left to test, only to say
 * so */
#include "base/xalloc.h"

#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static void *checked(void *p)
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
	return checked(malloc(size ? size : 1));
}

void *xcalloc(size_t count, size_t size)
{
	return checked(calloc(count ? count : 1, size ? size : 1));
}

void *xrealloc(void *old, size_t size)
{
	return checked(realloc(old, size ? size : 1));
}

void *xreallocarray(void *old, size_t count, size_t size)
{
	return checked(reallocarray(old, count ? count : 1, size ? size : 1));
}

void *xmake_room(void *array, size_t count, size_t size)
{
	bool full = !(count & (count - 1)); /* 0, 1, 2, 4, ... */

	return full ? xreallocarray(array, count ? 2 * count : 1, size) : array;
}

char *xstrdup(const char *str)
{
	return checked(strdup(str));
}

char *xstrndup(const char *str, size_t len)
{
	return checked(strndup(str, len));
}

char *xasprintf(const char *fmt, ...)
{
	va_list ap;
	char *str = NULL;

	va_start(ap, fmt);
	int len = vasprintf(&str, fmt, ap);
	va_end(ap);
	return checked(len < 0 ? NULL : str);
}
