/* what_if.h - what a test would do, from the settings alone: for --what-if, and for the question of
 * --confirm */
#ifndef MAILFLOW_WHAT_IF_H
#define MAILFLOW_WHAT_IF_H

#include "judge/result.h"
#include "mail/smtp/smtp_reach.h"
#include "run/mailbox_target.h"

/* In a sentence, to r->done; r has its end points. */
void what_if_describe_mailbox(const struct mailbox_target *t, struct result *r);

/* The same, and each step, in the order in which the test would take them; r is skipped then. */
void what_if_mailbox(const struct mailbox_target *t, struct result *r);

/* The same for the target of a connector or an end point. every_address: the host would be looked
 * up first, and each of its addresses be a target of its own. */
void what_if_connector(const struct settings *s, const struct smtp_reach *reach, bool lmtp,
		       bool every_address, struct result *r);

#endif
