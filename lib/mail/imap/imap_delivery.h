/* imap_delivery.h - the test message in an IMAP mailbox: wait for it, read it, delete it and the
 * stale ones
 *
 * Works on a selected mailbox. A message is touched only when its fetched header proves that it is
 * ours (message.h), whatever SEARCH said. */
#ifndef MAILFLOW_IMAP_DELIVERY_H
#define MAILFLOW_IMAP_DELIVERY_H

#include <stdint.h>

#include "mail/delivery.h"
#include "mail/imap/imap.h"
#include "mail/imap/imap_list.h"
#include "mail/trace.h"

/* Stale messages are looked for among so many of the newest messages, and as many older ones drawn
 * at random, so that a run costs the same in any mailbox and all of it is looked at in time. */
enum { IMAP_STALE_WINDOW = 250, IMAP_STALE_MAX = 100 };

/* Of copies of the message so many are deleted in one run. */
enum { IMAP_COPIES_MAX = 16 };

/* What could not be done or found out is told in as many bytes. */
enum { IMAP_UNDONE_SIZE = 1024 };

/* Folders by their names, or by what they are for ("\Sent"). Borrowed. */
struct imap_folders {
	const char *const *name;
	size_t count;
};

struct imap_delivery {
	const char *token;
	long max_age_s;              /* of stale bounces */
	const char *receipt;         /* what the server said that accepted it */
	struct imap_folders look_in; /* where it may be, if it is missing; besides "\Junk" */
	struct imap_folders clean;   /* where it and stale ones are deleted, too */
	uint32_t first_uid;          /* UIDNEXT before the message was sent; 0: not known */
	uint32_t uid;      /* found by imap_delivery_await: the first, if there are copies */
	uint32_t last_uid; /* the last of them */

	/* what may be stale, as SEARCH has named it */
	bool searched, search_refused;
	uint32_t candidate[IMAP_STALE_MAX];
	size_t candidates;

	/* out */
	bool blind;                /* it showed only to a new session */
	struct trace trace;        /* what its header says of its way */
	struct delivery_late late; /* another one that came meanwhile */
	unsigned int changes;      /* what became of it on its way: a set of enum message_change */
	size_t copies;             /* how often it was there */
	bool more_copies;          /* and more than these */
	bool left_marked;          /* deleted messages only carry \Deleted */
	unsigned int marked;       /* so many test messages do, if the server tells */
	unsigned int stale;        /* stale messages deleted */
	char refused[IMAP_UNDONE_SIZE]; /* what the clean-up could not do, in the server's words */
	char unknown[IMAP_UNDONE_SIZE]; /* the same of the inquiry why it is missing */
	bool trashed;  /* something was moved to the trash, since EXPUNGE does not delete */
	bool no_trash; /* no folder is shown that is for that */
	char trash[IMAP_NAME_SIZE]; /* which it is; "": EXPUNGE deletes */
};

/* "delivery" (from accepted_us on, absolute), "search": questions at delivery_next_interval, in
 * between IDLE where it is offered, which alone is relied on once the server has pushed something;
 * at last one look with a new session. Returns 0 with delivery->uid, or -1; ERR_DELIVERY when it
 * has not come, or ERR_MISPLACED when it is in another folder, from where it is deleted. */
int imap_delivery_await(struct imap *s, const struct mail_account *account, const char *mailbox,
			struct imap_delivery *delivery, int64_t accepted_us);

/* One question: NOOP, and in the same write a look at what is new where the server takes that;
 * else the look only if something has come, or look says so. "search" from when it shows, else
 * "delivery". */
int imap_delivery_ask(struct imap *s, struct imap_delivery *delivery, bool look);

/* One look for it and its copies, without a step; to be called by imap_deletion.c, too. */
int imap_delivery_look(struct imap *s, struct imap_delivery *delivery);

/* "fetch": the whole message, with all its copies, the second look at them: where one disproves
 * the first, nothing may be deleted (ERR_DELIVERY). In the same write it is asked what may be
 * stale. */
int imap_delivery_read(struct imap *s, struct imap_delivery *delivery);

/* "delete": our message, with all copies that were found and proven, in one write with the question
 * whether they are gone. Without UIDPLUS a plain EXPUNGE only where no other message bears
 * \Deleted. */
int imap_delivery_delete(struct imap *s, struct imap_delivery *delivery);

/* "cleanup": test messages older than max_age_s, after a second look. What the server refuses of it
 * is no error, but left for the next run: see delivery->refused. */
int imap_delivery_cleanup(struct imap *s, struct imap_delivery *delivery, long max_age_s);

/* "delete": copies that have come since, where the server has told of new messages. */
int imap_delivery_delete_late(struct imap *s, struct imap_delivery *delivery);

#endif
