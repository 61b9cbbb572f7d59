/* mailbox_plan.h - the targets that come of the mailboxes: each at each of its end points */
#ifndef MAILFLOW_MAILBOX_PLAN_H
#define MAILFLOW_MAILBOX_PLAN_H

#include "base/pool.h"
#include "run/mailbox_target.h"

/* What is tested, as reports call it; constant. */
struct mailbox_scenarios {
	const char *full, *logon;               /* "Test IMAP4 Connectivity", "Test IMAP4 Logon" */
	const char *full_behind, *logon_behind; /* the same straight at a back end */
	const char *self, *proxy, *deep, *ctp;  /* by --probe */
};

/* PROTOCOL is "IMAP4" */
#define MAILBOX_SCENARIOS(PROTOCOL)                                                                \
	{                                                                                          \
		.full = "Test " PROTOCOL " Connectivity", .logon = "Test " PROTOCOL " Logon",      \
		.full_behind = "Test " PROTOCOL " Connectivity (back end)",                        \
		.logon_behind = "Test " PROTOCOL " Logon (back end)",                              \
		.self = "Test " PROTOCOL " Self Test", .proxy = "Test " PROTOCOL " Proxy Test",    \
		.deep = "Test " PROTOCOL " Deep Test",                                             \
		.ctp = "Test " PROTOCOL " Customer Touch Point",                                   \
	}

struct mailbox_plan {
	struct mailbox_target *target;
	/* of each target; skipped where the account is disabled */
	struct result *result;
	size_t count;
	struct pool_lane *lane;
	struct pool_lanes lanes; /* servers, and senders, that bear only so many at once */
	/* a lookup has not come back: nothing may be freed, the process must end with _exit() */
	bool stuck;
};

/* Look up what must be looked up (--all-addresses, but not with --what-if), and make the targets.
 * Borrows from the settings. Returns 0, or -1 with the error set: ERR_LOCAL, or ERR_ENDED when a
 * signal came; stuck holds in both cases. */
int mailbox_plan_make(struct mailbox_plan *p, const struct mailbox_settings *m,
		      const struct mailbox_scenarios *scenarios, struct err *err);

void mailbox_plan_free(struct mailbox_plan *p);

#endif
