/* imap_probe.h - the test message in an IMAP mailbox: wait for it, read it, delete it and the stale
 * ones
 *
 * Works on a selected mailbox. A message is touched only when its fetched header proves that it is
 * ours (message.h), whatever SEARCH said. */
#ifndef MAILFLOW_IMAP_PROBE_H
#define MAILFLOW_IMAP_PROBE_H

#include <stdint.h>

#include "mail/imap.h"

/* Stale messages are looked for among so many of the newest messages, and as many older ones drawn
 * at random, so that a run costs the same in any mailbox and all of it is looked at in time. */
enum { IMAP_STALE_WINDOW = 250, IMAP_STALE_MAX = IMAP_WATCHED_MAX };

struct imap_probe {
	const char *token;
	uint32_t first_uid;    /* UIDNEXT before the message was sent */
	uint32_t first_exists; /* EXISTS before it was sent */
	uint32_t uid;          /* found by imap_probe_await: the first, if there are copies */
	unsigned int changes;  /* out: what became of it on its way (imap_probe_read) */
	size_t copies;         /* out: how often the message was there (imap_probe_delete) */
	bool left_marked; /* out: deleted messages only carry \Deleted (imap_probe_delete, _cleanup)
			   */
	unsigned int stale; /* out: stale messages deleted */
	struct err refused; /* out: what the clean-up could not do, in the server's words; kind
			       ERR_NONE: nothing */
};

/* "delivery" (from accepted_us on, absolute), "search": NOOP at short, growing intervals first,
 * since servers are slow to notify (Dovecot waits 0.5 s); then IDLE where offered. Returns 0 with
 * probe->uid, or -1; ERR_TIMEOUT when the deadline passes. */
int imap_probe_await(struct imap *s, struct imap_probe *probe, int64_t accepted_us);

/* "fetch": the whole message, the second look at it: see probe_look_again. */
int imap_probe_read(struct imap *s, struct imap_probe *probe);

/* "delete": our message, with all copies that were found. Without UIDPLUS a plain EXPUNGE only
 * where no other message bears \Deleted. */
int imap_probe_delete(struct imap *s, struct imap_probe *probe);

/* "cleanup": test messages older than max_age_s. What the server refuses of it is no error, but
 * left for the next run: see probe->refused. */
int imap_probe_cleanup(struct imap *s, struct imap_probe *probe, long max_age_s);

#endif
