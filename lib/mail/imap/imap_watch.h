/* imap_watch.h - what each message has been shown to be in a session, and until when it is there
 *
 * Every look counts: a UID that stands for one message now and for another one later stands for
 * none. EXPUNGE responses speak of numbers, which shift as other messages go (RFC 3501
 * section 7.4.1). */
#ifndef MAILFLOW_IMAP_WATCH_H
#define MAILFLOW_IMAP_WATCH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "mail/message.h"

enum { IMAP_WATCHED_MAX = 1000, IMAP_WANTED_MAX = 600, IMAP_MARKED_MAX = 64 };

struct imap_message {
	uint32_t uid;
	uint32_t number;           /* that it has now */
	char token[TOKEN_LEN + 1]; /* of the test message that it is; "": it is none */
	unsigned int looks;        /* how many have shown it so */
	unsigned int last_look;
	bool wanted; /* to be deleted, once two looks agree */
	bool gone;   /* an EXPUNGE response has said so */
};

/* Zero-initialised. */
struct imap_watch {
	struct imap_message *message; /* owned; NULL until there is one, then with room for all */
	size_t count, wanted;
	bool contradicted; /* one UID was shown as two messages */
	/* numbers of messages that FETCH responses have told to bear \Deleted */
	uint32_t marked[IMAP_MARKED_MAX];
	size_t marked_count;
	bool marked_more; /* and more than these */
};

/* Forget all of it; accepts a zeroed one. */
void imap_watch_clear(struct imap_watch *w);

/* A look (their number rises with each FETCH command) has shown a message: token is that of the
 * test message that it is, "" if it is none. Returns what is known of it, or NULL where there is no
 * room for more. */
struct imap_message *imap_watch_note(struct imap_watch *w, unsigned int look, uint32_t uid,
				     uint32_t number, const char *token);

/* The one with that UID, or NULL. */
struct imap_message *imap_watch_find(struct imap_watch *w, uint32_t uid);

/* It is to be deleted. Returns whether there is room for that. */
bool imap_watch_want(struct imap_watch *w, struct imap_message *m);

/* The message with that number is gone, and those behind it move up. */
void imap_watch_expunge(struct imap_watch *w, uint32_t number);

/* A FETCH response tells that this message bears \Deleted, or not. */
void imap_watch_mark(struct imap_watch *w, uint32_t number, bool deleted);

/* Whether one that is not to be deleted bears it, as far as was told. */
bool imap_watch_others_marked(const struct imap_watch *w);

bool imap_message_is_proven(const struct imap_message *m);

/* All that are wanted and proven are gone. */
void imap_watch_set_gone(struct imap_watch *w);

/* UIDs of those that are wanted and not known to be gone: proven ones, or the others. Returns how
 * many. */
size_t imap_watch_left(const struct imap_watch *w, bool proven, uint32_t uid_r[IMAP_WANTED_MAX]);

#endif
