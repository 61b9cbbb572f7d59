/* delivery.h - the test message's life in a mailbox, as far as it does not depend on how the
 * mailbox is read */
#ifndef MAILFLOW_DELIVERY_H
#define MAILFLOW_DELIVERY_H

#include <stddef.h>
#include <stdint.h>

#include "base/clock.h"
#include "base/timeline.h"
#include "mail/message.h"

/* Up to intervals of this length a mailbox is asked often: most messages are there in less. */
#define DELIVERY_FAST_US (250 * US_PER_MS)
/* The longest interval between two questions. */
#define DELIVERY_INTERVAL_MAX_US (5 * US_PER_S)

/* How long after the acceptance to begin with the first question, so that it gets to the mailbox
 * shows_us after the message at the earliest. So many round trips pass meanwhile, that of the
 * acceptance's way to here included, on a line on which the quickest answer took answer_us; over a
 * long one the question takes longer than most messages do, and is begun with at once. */
int64_t delivery_first_interval(int64_t shows_us, int round_trips, int64_t answer_us);

/* How long to leave a mailbox alone that has been waited for so long, from the acceptance on: a
 * message is seen a tenth of the time that it took and 0.3 s late at most, at no more than 40
 * questions in the first minute and 12 in each further one. */
int64_t delivery_next_interval(int64_t waited_us);

/* "delivery" begins, in truth at accepted_us (absolute). */
int delivery_begin(struct timeline *tl, int64_t accepted_us);

/* When to look for the last time (absolute): so long before the deadline that a late message and a
 * silent server are told apart, and that there is time to ask why it has not come: a tenth of the
 * run's limit, 1 to 5 s, no more than a sixth of what is left. */
int64_t delivery_give_up(const struct timeline *tl);

/* It has not come: what is asked now belongs to the step, until delivery_missing. */
void delivery_inquire(struct timeline *tl);

/* Records that the message has not come so long after receipt, which are the words of the server
 * that accepted it, as ERR_DELIVERY, unless it is recorded why. Returns -1. */
int delivery_missing(struct timeline *tl, const char *receipt);

/* The second look at a message whose header had shown it to be ours: text is the whole of it. One
 * look that disproves the other is enough to leave it alone. Returns 0 and what was changed on its
 * way (a set of enum message_change), or -1 with ERR_DELIVERY. */
int delivery_look_again(const char *text, size_t len, const char *token, unsigned int *changes_r,
			struct err *err);

/* A test message of an earlier run that came while this one waited. */
struct delivery_late {
	bool came;
	int64_t after_s; /* its Date */
};

/* Of something new: whether it is one, and how late. */
void delivery_note_late(struct delivery_late *late, const struct message_header *header,
			const char *token);

/* Records, as ERR_DELIVERY, that a number stood for two messages; undone says what has not been
 * done therefore: "nothing was deleted". Returns -1. */
int delivery_two_messages(struct err *err, const char *undone);

/* Where to look for stale messages among the numbers 1 to count, the newest being the last: the
 * newest ones, and a stretch of the older ones that is drawn anew in each run, so that a run costs
 * the same in any mailbox and all of it is looked at in time. */
struct delivery_window {
	uint32_t newest_from;          /* up to count */
	uint32_t older_from, older_to; /* from 0: there are none */
};
void delivery_choose_window(uint32_t count, uint32_t size, struct delivery_window *window_r);

#endif
