/* ini.h - ini files read by inih, which is loaded for the first, with what it does not tell:
 * sections without keys, line numbers, long names
 *
 *   [section]
 *   key = value   everything behind '=' but the blanks around it; nothing in it is special: quotes,
 *                 '#', ';' and '\' belong to it
 *   key           no value
 *   # comment     and so does "; comment": only on lines of their own */
#ifndef MAILFLOW_INI_H
#define MAILFLOW_INI_H

#include <stddef.h>

#include "base/clock.h"
#include "base/err.h"

/* A section's header (key NULL), or a key of it; value is NULL where the line has no '='. All of it
 * is gone after the call. Returns 0, or -1 with the error set, which need not name the place; the
 * first error ends the reading. */
typedef int ini_fn(void *ctx, size_t line, const char *section, const char *key, const char *value,
		   struct err *err);

/* Read the file ("-": standard input), of at most max bytes, until the limit. It may hold
 * passwords: it is read into one buffer that is wiped, and errors say file and line number,
 * never the line. *lines_r (may be NULL) becomes the number of lines. Sets inih's run-time
 * settings, which are global: only to be used before threads are started. Returns 0, or -1 with
 * ERR_USAGE: syntax, a key before any section, or what fn said; ERR_LOCAL where inih is not
 * installed; else as file_read_all. */
int ini_read(const char *path, size_t max, const struct limit *limit, ini_fn *fn, void *ctx,
	     size_t *lines_r, struct err *err);

/* The same of a file that may begin with lines without '=' and without a section: fn gets each of
 * them as a key, with section and value NULL. */
int ini_read_bare(const char *path, size_t max, const struct limit *limit, ini_fn *fn, void *ctx,
		  size_t *lines_r, struct err *err);

#endif
