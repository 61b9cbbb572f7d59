/* smtp_hint_table.h - the rows of smtp_hint.c */
#ifndef MAILFLOW_SMTP_HINT_TABLE_H
#define MAILFLOW_SMTP_HINT_TABLE_H

#include <stddef.h>

#include "base/hint.h"

/* What a row asks for; NULL and 0 fit all. */
struct smtp_row {
	int code;
	const char *enhanced; /* one that begins with '.' fits either class */
	const char *words;    /* what the text contains */
	const char *verb;     /* what is answered; "end of DATA" is BDAT, too */
	struct hint hint;
};

/* The first row that fits is taken. */
struct smtp_rows {
	const struct smtp_row *row;
	size_t count;
};

extern const struct smtp_rows smtp_limit_rows, smtp_hint_rows;

#endif
