/* verdict.h - from what happened to a state */
#ifndef MAILFLOW_VERDICT_H
#define MAILFLOW_VERDICT_H

#include "judge/expiry.h"
#include "judge/result.h"
#include "judge/threshold.h"

struct verdict_rules {
	struct thresholds warning, critical;             /* by step and number */
	struct expiry_limit cert_warning, cert_critical; /* of the certificates' ends */
	bool has_timeout_state;
	enum state timeout_state; /* of -t N:STATE: when the run's limit has passed */
	bool misplaced_warns; /* --junk=warning: a message in another folder is no more than that */
	const char *protocol; /* "imap", "pop", "smtp" */
};

/* Set r->state and r->alert from the error, the certificate's end and the thresholds; the worst
 * decides, and an error is reported before any alert. */
void verdict_judge(struct result *r, const struct verdict_rules *rules);

/* What the thresholds make of the time of a step, or of "total": STATE_OK, STATE_WARNING or
 * STATE_CRITICAL. */
enum state verdict_time(const struct verdict_rules *rules, const char *name, int64_t us);

enum state verdict_worst(const struct result *results, size_t count);

#endif
