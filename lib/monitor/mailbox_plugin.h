/* mailbox_plugin.h - the main of the plugins that test a mailbox, and the parts of a full transaction that do not
 * depend on how the mailbox is read */
#ifndef MAILFLOW_MAILBOX_PLUGIN_H
#define MAILFLOW_MAILBOX_PLUGIN_H

#include "mail/submission.h"
#include "monitor/plugin.h"

struct mailbox_plugin {
	struct plugin plugin;
	struct service_ports ports;
	const char *scenario;       /* "Test IMAP4 connectivity" */
	const char *scenario_light; /* "Test IMAP4 logon" */
	plugin_test_fn *test;       /* its settings are struct mailbox_settings */
};

/* Everything between main's arguments and its exit code. */
int mailbox_plugin_main(const struct mailbox_plugin *p, int argc, char **argv);

/* Begin the target's timeline and its first leg: steps get the prefix only where a second leg follows. */
void mailbox_begin(const struct mailbox_settings *m, struct result *r, const char *prefix, int64_t deadline_us);

/* Limit of one connection, in microseconds. */
int64_t mailbox_leg_limit(const struct mailbox_settings *m);

/* The SMTP leg: hand in the message that carries token. */
int mailbox_submit(const struct mailbox_settings *m, struct result *r, const char *token,
		   struct submission_receipt *receipt_r);

/* After an error of the delivery wait: say who had accepted the message, and with which words. */
void mailbox_blame_delivery(const struct mailbox_settings *m, struct result *r,
			    const struct submission_receipt *receipt);

#endif
