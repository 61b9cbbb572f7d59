/* report.h - the output formats; each is one file report_NAME.c and one row in report.c */
#ifndef MAILFLOW_REPORT_H
#define MAILFLOW_REPORT_H

#include "base/buf.h"
#include "monitor/result.h"
#include "monitor/verdict.h"

struct report {
	const char *service; /* "IMAP": first word of the status line */
	const char *protocol; /* "imap" */
	const struct result *results;
	size_t count;
	const struct verdict_rules *rules;
	int verbosity;        /* number of -v */
	const char *local_host; /* name of this machine: the "site" of the table */
	int width;            /* columns of the terminal, 80 if not one */
};

typedef void report_fn(const struct report *r, struct buf *out);

struct report_format {
	const char *name;
	report_fn *write;
};

/* The format with that name, or NULL. */
const struct report_format *report_find(const char *name);
/* "nagios|table" for --help and errors */
const char *report_names(void);

void report_nagios(const struct report *r, struct buf *out);
void report_table(const struct report *r, struct buf *out);

/* Shared by the formats: what happened at one target, cleaned for display, without the state word:
 * `mail.example.org:993 login: "NO ..." (wrong user or password)`. */
void report_sentence(const struct result *r, struct buf *out);

#endif
