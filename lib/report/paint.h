/* paint.h - colours, where a terminal shows them */
#ifndef MAILFLOW_PAINT_H
#define MAILFLOW_PAINT_H

#include "report/report.h"

/* What text of that state stands between; both "" where the report has no colours. */
struct paint {
	const char *begin, *end;
};

struct paint paint_of(const struct report *r, enum state state);
/* Of what is neither good nor bad. */
extern const struct paint paint_none;

#endif
