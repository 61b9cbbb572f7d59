/* mailbox_target.h - the parts of one target's transaction that do not depend on how the mailbox is
 * read
 *
 * In the order in which a test calls them; each writes to the target's own result alone. */
#ifndef MAILFLOW_MAILBOX_TARGET_H
#define MAILFLOW_MAILBOX_TARGET_H

#include <sys/socket.h>

#include "config/mailbox_settings.h"
#include "judge/result.h"
#include "mail/delivery.h"
#include "mail/smtp/submission.h"

/* What a worker takes: a mailbox at one of its end points, which is the result's. All borrowed. */
struct mailbox_target {
	const struct mailbox_settings *settings;
	const struct mailbox_user *user;
	/* the only address of the host to be tested; AF_UNSPEC: any */
	struct sockaddr_storage address;
	/* what the options speak of: of a back end that in front of it, else its own end point */
	const struct endpoint *front;
};

/* Where the message for this target is handed in: the end point that was named, or the host under
 * test. */
struct endpoint mailbox_smtp_endpoint(const struct mailbox_user *user,
				      const struct endpoint *target);

/* Begin the target's timeline and its first leg, whose steps get that prefix. */
void mailbox_begin(const struct mailbox_target *t, struct result *r, const char *prefix,
		   int64_t deadline_us);

/* Limit of one connection, in microseconds. */
int64_t mailbox_leg_limit(const struct mailbox_settings *m);

/* How to log on to the mailbox; borrows from both. */
struct mail_account mailbox_account(const struct mailbox_target *t, const struct result *r);

/* The same for SMTP; tls is the caller's, to be kept as long. */
struct mail_account mailbox_smtp_account(const struct mailbox_target *t, const struct result *r,
					 struct tls_options *tls);

/* The SMTP leg. Stays where it is: the submission points to tls. */
struct mailbox_smtp {
	struct submission submission;
	struct tls_options tls;
};

/* Prepare it: its connection is begun as soon as the mailbox's is there. Nothing of that with
 * --light. */
void mailbox_smtp_init(struct mailbox_smtp *s, const struct mailbox_target *t, struct result *r,
		       struct conn *mailbox);

/* Hand in the message that carries token. */
int mailbox_submit(struct mailbox_smtp *s, struct result *r, const char *token,
		   struct submission_receipt *receipt_r);

/* What became of the message: changes is a set of enum message_change, copies how often it came
 * (at least, if more). */
void mailbox_note_message(const struct mailbox_settings *m, struct result *r, unsigned int changes,
			  size_t copies, bool more);

/* What else was done: how many stale test messages were deleted, or what the server refused of that
 * ("": nothing). */
void mailbox_note_cleanup(struct result *r, unsigned int stale, const char *refused);

/* The test has come to its end but for the parting: with rc 0 what was proven, else which step
 * failed. The timeline goes back to the mailbox's leg, which has that prefix. */
void mailbox_conclude(const struct mailbox_settings *m, struct result *r, int rc,
		      const char *prefix);

/* After an error of the delivery wait: say that another one came, or who had accepted it. */
void mailbox_blame_delivery(struct result *r, const struct delivery_late *late);

#endif
