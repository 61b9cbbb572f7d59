/* bounce.h - delivery status notifications (RFC 3464, in a multipart/report of RFC 6522): what
 * became of which message
 *
 * Whoever can write to the mailbox can write one. Whether it is about our message is proven by the
 * header of the message that it returns, as everywhere (message.h), and by nothing else in it. */
#ifndef MAILFLOW_BOUNCE_H
#define MAILFLOW_BOUNCE_H

#include "base/buf.h"
#include "mail/message.h"

enum bounce_action {
	BOUNCE_OTHER,   /* delivered, relayed, expanded, or nothing that is known */
	BOUNCE_DELAYED, /* it is still tried */
	BOUNCE_FAILED,
};

struct bounce {
	enum bounce_action action; /* of the recipient; of several the worst */
	char status[12];           /* of that one: an enhanced status code such as 5.2.2, or "" */
	char diagnostic[200];      /* what a server has said to that, or ""; not cleaned */
	char remote[100];          /* which one, or ""; not cleaned */
	struct message_header returned; /* of the message that came back */
};

/* Read a whole message, which may be cut at its end. Returns 0, or -1 if it is no such report or
 * returns no header. Of a message within the one that came back nothing is read. */
int bounce_parse(const char *text, size_t len, struct bounce *bounce_r);

/* The token of the test message that it is about, by two of its three fields; NULL: of none. */
const char *bounce_token(const struct bounce *bounce);

/* Whether it may be deleted: about the test message that carries this token, or about one whose
 * Date is older than max_age_s before now. */
bool bounce_is_wanted(const struct bounce *bounce, const char *token, time_t now, long max_age_s);

/* Append "552 5.2.2 Quota exceeded", or what there is of that. */
void bounce_format(const struct bounce *bounce, struct buf *words);

#endif
