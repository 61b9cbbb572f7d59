/* trace.h - what the header of a message that arrived says of its way: how long each hop took, and
 * what the site thinks of its sender
 *
 * Anybody on that way can have written it: it is shown, and nothing is decided by it. */
#ifndef MAILFLOW_TRACE_H
#define MAILFLOW_TRACE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"

enum { TRACE_NAME_SIZE = 64, TRACE_RESULT_SIZE = 16 };

/* Texts are not cleaned, and cut where they are long. */
struct trace {
	bool has_hop;
	int64_t slowest_s;          /* the longest time between two Received fields, or Date and the
				      first of them */
	char from[TRACE_NAME_SIZE]; /* who had the message before; "": the sender */
	char by[TRACE_NAME_SIZE];   /* who has taken it then */

	/* the topmost Authentication-Results (RFC 8601): "pass", "none"; "": it says nothing */
	char authority[TRACE_NAME_SIZE];
	char spf[TRACE_RESULT_SIZE], dkim[TRACE_RESULT_SIZE], dmarc[TRACE_RESULT_SIZE];
};

/* Read a header, or a whole message. Never fails. */
void trace_parse(const char *text, size_t len, struct trace *trace_r);

/* "12 s from mx.example.org to mbx.example.org"; nothing if no hop is known. */
void trace_format_hop(const struct trace *trace, struct buf *words);
/* "SPF pass, DKIM none, DMARC pass (mx.example.org)"; nothing if nothing is known. */
void trace_format_checks(const struct trace *trace, struct buf *words);

#endif
