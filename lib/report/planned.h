/* planned.h - what would be done, of a run that does nothing (--what-if) */
#ifndef MAILFLOW_PLANNED_H
#define MAILFLOW_PLANNED_H

#include "report/report.h"

/* Whether the report tells of it: it is for people, who want all of it. */
bool planned_any(const struct report *r);

/* Lines, each ended by LF: `imap_resolve: look up the addresses of mail.example.org`. */
void planned_lines(const struct result *t, struct buf *out);

/* The steps' names behind a colon: `: imap_resolve, imap_connect`; nothing if there are none. */
void planned_names(const struct result *t, struct buf *out);

#endif
