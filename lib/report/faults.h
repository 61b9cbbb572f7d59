/* faults.h - what can go wrong, by ids that stay: what it means, why, and what to do */
#ifndef MAILFLOW_FAULTS_H
#define MAILFLOW_FAULTS_H

#include "base/buf.h"
#include "base/err.h"

/* Append all of that fault, in lines of less than 80 columns. Returns 0, or -1 with ERR_USAGE,
 * which names the one that was probably meant. */
int faults_explain(const char *id, struct buf *out, struct err *err);

/* Append each id, or those that share an entry, on a line with what it means. */
void faults_list(struct buf *out);

/* Append the ids alone, with blanks between them. */
void faults_ids(struct buf *out);

#endif
