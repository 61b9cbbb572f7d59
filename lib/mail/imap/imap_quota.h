/* imap_quota.h - whether a mailbox is full, by QUOTA responses (RFC 2087, RFC 9208) */
#ifndef MAILFLOW_IMAP_QUOTA_H
#define MAILFLOW_IMAP_QUOTA_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/span.h"

/* A resource that leaves no room for a message. Zero-initialised: there is none. */
struct imap_quota {
	bool full;
	bool messages; /* what is counted: messages, not KiB */
	uint64_t usage, limit;
};

/* The rest of "* QUOTA "root" (STORAGE 10240 10240)"; the first resource that is full stays.
 * Returns 0, or -1 if it is malformed. */
int imap_parse_quota(struct span rest, struct imap_quota *quota);

/* Append it in words: "mailbox is over its quota: 10,240 of 10,240 KiB". -1 when b is full. */
int imap_quota_format(const struct imap_quota *quota, struct buf *b);

#endif
