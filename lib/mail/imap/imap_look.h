/* imap_look.h - looks at headers, for imap_delivery.c and imap_deletion.c: every one counts */
#ifndef MAILFLOW_IMAP_LOOK_H
#define MAILFLOW_IMAP_LOOK_H

#include "mail/imap/imap.h"
#include "mail/imap/imap_delivery.h"
#include "mail/message.h"

/* What a look is for. */
struct imap_look {
	struct imap *s;
	struct imap_delivery *delivery;
	time_t now; /* of the clean-up */
	long max_age_s;
	uint32_t shown;       /* headers, ours or not */
	bool foreign;         /* a message that is no test message */
	unsigned int tests;   /* test messages, of whatever run */
	bool any_test_wanted; /* all of these are to be deleted, not only ours and stale ones */
};

/* Look at the headers of these messages: those of this run, its copies and stale ones (where now is
 * set) are wanted from then on. Returns 0, or -1 with the error set, ERR_DELIVERY where a look
 * disproves an earlier one; undone as in delivery_two_messages. */
int imap_look_at(struct imap_look *l, const struct imap_set *set, bool *refused_r,
		 const char *undone);

/* Its halves, as those of imap_fetch: for a look that goes along with another command. */
int imap_look_send(struct imap_look *l, const struct imap_set *set);
int imap_look_finish(struct imap_look *l, bool *refused_r, const char *undone);

/* The second look at exactly those that are wanted and have been shown but once. What is not shown
 * again stays unproven, and is left alone. */
int imap_look_again(struct imap_look *l, const char *undone);

/* What a FETCH response shows of a message. Returns what is known of it, or NULL. */
struct imap_message *imap_look_note(struct imap *s, const struct imap_fetch *fetch,
				    const struct message_header *header);

#endif
