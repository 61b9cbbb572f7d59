/* err.c - record the first error of a run; formatting is bounded, server text is never a format */
#include "base/err.h"

#include <stdio.h>
#include <string.h>

int err_set(struct err *e, enum err_kind kind, const char *fmt, ...)
{
	va_list ap;

	if (e->kind != ERR_NONE)
		return -1;
	e->kind = kind;
	va_start(ap, fmt);
	vsnprintf(e->text, sizeof(e->text), fmt, ap);
	va_end(ap);
	return -1;
}

int err_set_server(struct err *e, enum err_kind kind, const char *prefix, const char *words,
		   size_t len)
{
	enum { WORDS_MAX = 240 };
	const char *dots = len > WORDS_MAX ? "..." : "";

	if (len > WORDS_MAX)
		len = WORDS_MAX;
	return err_set(e, kind, "%s%s\"%.*s%s\"", prefix, *prefix ? " " : "", (int)len, words,
		       dots);
}

bool err_is_timeout(enum err_kind kind)
{
	return kind == ERR_TIMEOUT || kind == ERR_RUN_TIMEOUT || kind == ERR_UNTESTED;
}

int err_prefix(struct err *e, const char *fmt, ...)
{
	char was[sizeof(e->text)];
	va_list ap;

	if (e->kind == ERR_NONE)
		return -1;
	memcpy(was, e->text, sizeof(was));
	va_start(ap, fmt);
	vsnprintf(e->text, sizeof(e->text), fmt, ap);
	va_end(ap);
	size_t len = strlen(e->text);
	snprintf(e->text + len, sizeof(e->text) - len, "%s", was);
	return -1;
}

void err_hint(struct err *e, const char *fmt, ...)
{
	va_list ap;

	if (e->kind == ERR_NONE || e->hint[0])
		return;
	va_start(ap, fmt);
	vsnprintf(e->hint, sizeof(e->hint), fmt, ap);
	va_end(ap);
}
