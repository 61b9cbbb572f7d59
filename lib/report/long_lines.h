/* long_lines.h - the lines below the first one in the format "nagios", in so many bytes
 *
 * What fails comes first, and keeps its place longest: left out are first the dialogs of what
 * works, then its other lines, then those of what fails, and of that its dialog last. In a dialog
 * the rounds of waiting for the message go before anything else does. */
#ifndef MAILFLOW_LONG_LINES_H
#define MAILFLOW_LONG_LINES_H

#include "report/report.h"

/* What is said of one target. */
struct long_lines {
	struct buf sentence; /* one line, or none */
	struct buf lines;    /* what -v adds */
	struct buf dialog;   /* with -vvv */
	bool fails;
	/* of its step "delivery", in ms since the test began: lines of its dialog from then on were
	 * waiting, but for SMTP's; 0, 0: none */
	int64_t waited_from_ms, waited_until_ms;
};

/* Append what fits into max bytes, target by target, each line ended by LF. Returns how many lines
 * were left out. */
size_t long_lines_fit(const struct long_lines *targets, size_t count, size_t max, struct buf *out);

#endif
