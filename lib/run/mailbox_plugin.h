/* mailbox_plugin.h - the main of the plugins that test a mailbox, and the parts of a full
 * transaction that do not depend on how the mailbox is read */
#ifndef MAILFLOW_MAILBOX_PLUGIN_H
#define MAILFLOW_MAILBOX_PLUGIN_H

#include "mail/smtp/submission.h"
#include "net/conn.h"
#include "run/plugin.h"

struct mailbox_plugin {
	struct plugin plugin;
	struct service_ports ports;
	const char *scenario;       /* "Test IMAP4 connectivity" */
	const char *scenario_light; /* "Test IMAP4 logon" */
	plugin_test_fn *test;       /* its settings are struct mailbox_settings */
};

/* Everything between main's arguments and its exit code. */
int mailbox_plugin_main(const struct mailbox_plugin *p, int argc, char **argv);

/* Begin the target's timeline and its first leg: steps get the prefix only where a second leg
 * follows. */
void mailbox_begin(const struct mailbox_settings *m, struct result *r, const char *prefix,
		   int64_t deadline_us);

/* Limit of one connection, in microseconds. */
int64_t mailbox_leg_limit(const struct mailbox_settings *m);

/* The SMTP leg: hand in the message that carries token. */
int mailbox_submit(const struct mailbox_settings *m, struct result *r, const char *token,
		   struct submission_receipt *receipt_r);

/* What the connection to the mailbox has shown: addresses and TLS. */
void mailbox_note_conn(struct result *r, const struct conn *c);

/* What became of the message: changes is a set of enum message_change, copies how often it came
 * (at least, if more). */
void mailbox_note_message(const struct mailbox_settings *m, struct result *r, unsigned int changes,
			  size_t copies, bool more);

/* What else was done: how many stale test messages were deleted, or what the server refused of that
 * (kind ERR_NONE: nothing). */
void mailbox_note_cleanup(struct result *r, unsigned int stale, const struct err *refused);

/* The test has come to its end but for the parting: with rc 0 what was proven, else which step
 * failed. The timeline goes back to the mailbox's leg, which has that prefix. */
void mailbox_conclude(const struct mailbox_settings *m, struct result *r, int rc,
		      const char *prefix);

/* After an error of the delivery wait: say who had accepted the message, and with which words. */
void mailbox_blame_delivery(struct result *r, const struct submission_receipt *receipt);

#endif
