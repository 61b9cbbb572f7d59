/* outcome.h - what came of a target's test, by a number and a severity: what events of monitoring
 * are known by. The numbers stay. */
#ifndef MAILFLOW_OUTCOME_H
#define MAILFLOW_OUTCOME_H

#include "judge/result.h"

enum {
	OUTCOME_SUCCESS = 1000,
	OUTCOME_WARNING = 1001,
	OUTCOME_CRITICAL = 1002,
	OUTCOME_SKIPPED = 1003
};

/* Of a judged result: 1000 where all was done and is well, 1001 and 1002 where all was done, but a
 * threshold or a note calls for WARNING or CRITICAL, 1003 where nothing was tested, and from 1101
 * on a number for each kind of error. */
unsigned int outcome_id(const struct result *t);

/* "Information", "Warning" or "Error"; UNKNOWN is a warning, as nothing is known against the
 * server. */
const char *outcome_severity(enum state state);

#endif
