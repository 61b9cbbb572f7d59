/* library.h - a shared library that is loaded when it is first needed: linked in, it would cost
 * every run the time that the dynamic linker takes for it */
#ifndef MAILFLOW_LIBRARY_H
#define MAILFLOW_LIBRARY_H

#include <stddef.h>

#include "base/err.h"

struct library_symbol {
	const char *name;
	size_t offset; /* of the pointer to it in the caller's table */
};

/* The row of a function or variable, whose pointer has its name in the table. */
#define LIBRARY_SYMBOL(table, symbol)                                                              \
	{                                                                                          \
#symbol, offsetof(table, symbol)                                                   \
	}

struct library {
	const char *name;                     /* for people */
	const char *file;                     /* name that a linked program would have */
	const char *package;                  /* what Debian calls it */
	const struct library_symbol *symbols; /* ended by a name of NULL */
};

/* Load it and fill the table, until the program ends. Returns 0, or -1 with ERR_LOCAL: it is not
 * installed, or lacks one of them. */
int library_load(const struct library *l, void *table, struct err *err);

#endif
