/* imap_watch.h - messages whose end is watched for
 *
 * EXPUNGE responses speak of numbers, which shift as other messages go (RFC 3501 section 7.4.1). */
#ifndef MAILFLOW_IMAP_WATCH_H
#define MAILFLOW_IMAP_WATCH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { IMAP_WATCHED_MAX = 100 };

struct imap_message {
	uint32_t uid;
	uint32_t number; /* that it has now */
	bool gone;       /* an EXPUNGE response has said so */
	bool proven;     /* two looks at its header agree: it may be deleted */
};

/* Zero-initialised. */
struct imap_watch {
	struct imap_message message[IMAP_WATCHED_MAX];
	size_t count;
};

/* Watch a message, once for each UID. Returns it, or NULL beyond IMAP_WATCHED_MAX. */
struct imap_message *imap_watch_add(struct imap_watch *w, uint32_t uid, uint32_t number);

/* The one with that UID, or NULL. */
struct imap_message *imap_watch_find(struct imap_watch *w, uint32_t uid);

/* The message with that number is gone, and those behind it move up. */
void imap_watch_expunge(struct imap_watch *w, uint32_t number);

/* UIDs of those that may be deleted and are not known to be gone. Returns how many. */
size_t imap_watch_left(const struct imap_watch *w, uint32_t uid_r[IMAP_WATCHED_MAX]);

#endif
