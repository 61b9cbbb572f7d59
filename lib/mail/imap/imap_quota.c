/* imap_quota.c - QUOTA responses taken apart, and put into words. Touches no socket. */
#include "mail/imap/imap_quota.h"

#include <inttypes.h>

#include "mail/imap/imap_list.h"
#include "mail/imap/imap_token.h"

/* So many KiB a message takes that has passed a few servers: with less room it is refused, and the
 * usage stays below the limit. */
enum { MESSAGE_KIB = 3 };

static int take_number(struct span *s, uint64_t *number_r)
{
	struct span token;

	if (imap_next_token(s, &token) != IMAP_TOKEN_ATOM)
		return -1;
	return span_parse_uint(token, INT64_MAX, number_r);
}

/* Other resources than these hold no message back, and a limit of 0 is none at many servers. */
static void note(struct imap_quota *quota, struct span resource, uint64_t usage, uint64_t limit)
{
	bool storage = span_is(resource, "STORAGE"), messages = span_is(resource, "MESSAGE");
	uint64_t needed = storage ? MESSAGE_KIB : 1;

	if (quota->full || !limit || !(storage || messages) || usage + needed <= limit)
		return;
	*quota = (struct imap_quota){
		.full = true, .messages = messages, .usage = usage, .limit = limit};
}

int imap_parse_quota(struct span rest, struct imap_quota *quota)
{
	char root[IMAP_NAME_SIZE];
	struct span resource;
	uint64_t usage, limit;

	if (imap_take_astring(&rest, root, sizeof(root)) ||
	    imap_next_token(&rest, &resource) != IMAP_TOKEN_OPEN)
		return -1;
	for (;;) {
		switch (imap_next_token(&rest, &resource)) {
		case IMAP_TOKEN_CLOSE:
			return 0;
		case IMAP_TOKEN_ATOM:
			if (take_number(&rest, &usage) || take_number(&rest, &limit))
				return -1;
			note(quota, resource, usage, limit);
			break;
		default:
			return -1;
		}
	}
}

/* 10,240: in a sentence long numbers are read */
static int put_number(uint64_t number, struct buf *b)
{
	uint64_t unit = 1;

	while (number / unit >= 1000)
		unit *= 1000;
	int full = buf_printf(b, "%" PRIu64, number / unit);
	for (unit /= 1000; unit; unit /= 1000)
		full |= buf_printf(b, ",%03" PRIu64, number / unit % 1000);
	return full;
}

int imap_quota_format(const struct imap_quota *quota, struct buf *b)
{
	bool over = quota->usage >= quota->limit;
	int full = buf_append_str(b, over ? "mailbox is over its quota: " : "mailbox is full: ");

	full |= put_number(quota->usage, b);
	full |= buf_append_str(b, " of ");
	full |= put_number(quota->limit, b);
	return full | buf_append_str(b, quota->messages ? " messages" : " KiB");
}
