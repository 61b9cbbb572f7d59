/* imap_collect.h - what FETCH responses say of the messages that were asked for
 *
 * Servers send FETCH responses of their own accord, too, and may tell UID and text of one message
 * in two of them: they are put together by the message's number, and only what was asked for is
 * passed on. */
#ifndef MAILFLOW_IMAP_COLLECT_H
#define MAILFLOW_IMAP_COLLECT_H

#include "base/buf.h"
#include "mail/imap/imap_parse.h"

/* What a FETCH asks for; the first of these that is set counts. */
struct imap_set {
	const uint32_t *uid; /* these UIDs; borrowed */
	size_t count;
	uint32_t uid_from;               /* UIDs from this one on */
	uint32_t number_from, number_to; /* messages by their numbers */
};

/* Append the set as commands take it: "4,7,19", "42:*", "3:9". -1 when b is full. */
int imap_set_format(const struct imap_set *set, struct buf *b);

/* What is asked for of each message besides its UID. */
enum imap_part_kind {
	IMAP_UID_ALONE,
	IMAP_HEADER, /* the fields that tell whose it is: MESSAGE_FIELDS */
	IMAP_TYPE,   /* its Content-Type */
	IMAP_TEXT,   /* all of it, up to IMAP_TEXT_MAX bytes */
	IMAP_WHOLE,  /* all of it, for servers that give no part */
};

enum { IMAP_TEXT_MAX = 65536 };

/* Called once for each FETCH response (or two of them) with the UID and text of a message that was
 * asked for. Returns 0, or -1 with the error set. */
typedef int imap_fetch_fn(void *ctx, const struct imap_fetch *fetch);

enum { IMAP_PARTS_MAX = 64, IMAP_PARTS_SIZE = 256 * 1024 };

/* Zero-initialised; while set is NULL all responses are passed over. */
struct imap_collect {
	const struct imap_set *set; /* borrowed */
	imap_fetch_fn *fn;
	void *ctx;
	enum imap_part_kind kind;
	/* what is known of messages of which one half is missing */
	struct imap_part {
		uint32_t number;
		uint32_t uid; /* 0: not known */
		bool has_body;
		size_t at, len; /* of the text, in bodies */
	} part[IMAP_PARTS_MAX];
	size_t parts;
	struct buf bodies;
};

void imap_collect_begin(struct imap_collect *c, const struct imap_set *set,
			enum imap_part_kind kind, imap_fetch_fn *fn, void *ctx);

/* One FETCH response. Returns what fn does, else 0. */
int imap_collect_add(struct imap_collect *c, const struct imap_fetch *fetch);

/* An EXPUNGE response: numbers shift. */
void imap_collect_expunge(struct imap_collect *c, uint32_t number);

void imap_collect_end(struct imap_collect *c);

#endif
