/* mailbox_plan.h - the targets that come of the mailboxes: each at each of its end points */
#ifndef MAILFLOW_MAILBOX_PLAN_H
#define MAILFLOW_MAILBOX_PLAN_H

#include "base/pool.h"
#include "run/mailbox_target.h"

struct mailbox_plan {
	struct mailbox_target *target;
	/* of each target; skipped where the account is disabled */
	struct result *result;
	size_t count;
	struct pool_lane *lane;
	struct pool_lanes lanes; /* servers, and senders, that bear only so many at once */
};

/* Borrows from the settings. */
void mailbox_plan_make(struct mailbox_plan *p, const struct mailbox_settings *m,
		       const char *scenario);

void mailbox_plan_free(struct mailbox_plan *p);

#endif
