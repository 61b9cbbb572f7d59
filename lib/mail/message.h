/* message.h - the test message: composing it, and recognising it beyond doubt
 *
 * Only what these functions prove to be ours may be deleted. */
#ifndef MAILFLOW_MESSAGE_H
#define MAILFLOW_MESSAGE_H

#include <stdbool.h>
#include <stddef.h>
#include <time.h>

#include "base/buf.h"
#include "base/err.h"

enum { TOKEN_LEN = 32 }; /* 128 random bits as hexadecimal digits */

#define MESSAGE_SUBJECT_PREFIX "Mailflow probe "
#define MESSAGE_TOKEN_FIELD    "X-Mailflow-Probe"
/* what to ask a server for: the fields by which message_header_parse tells whose it is */
#define MESSAGE_FIELDS "DATE SUBJECT MESSAGE-ID X-MAILFLOW-PROBE"

/* Of a Message-ID with its angle brackets, and of what a server calls a message; they are cut. */
enum { MESSAGE_ID_SIZE = TOKEN_LEN + 260, QUEUE_ID_SIZE = 64 };

/* A new token from the system's random generator (GnuTLS). Returns 0, or -1 with ERR_LOCAL. */
int message_new_token(char token[TOKEN_LEN + 1], struct err *err);

struct message {
	const char *token;
	const char *from; /* addresses without angle brackets */
	const char *to;
	const char *host; /* right-hand side of the Message-ID: the sending machine's name */
	time_t date;
};

/* The whole message with CRLF line ends, not dot-stuffed: header fields of DESIGN ("Deleting,
 * exactly"), a short body that explains itself to a person who finds it, and a last line "Token:
 * TOKEN" by which reading is proved. Lines stay under 78 bytes except for long addresses. */
void message_compose(struct buf *b, const struct message *m);

/* Whether address can stand in MAIL FROM/RCPT TO and in a header field: local@domain, no control,
 * blank or angle bracket, at most 254 bytes (RFC 5321 section 4.5.3.1); "" is not. Non-ASCII bytes
 * are accepted. */
bool message_address_valid(const char *address);
/* The same for what stands before the '@', at most 64 bytes. */
bool message_local_part_valid(const char *text, size_t len);

/* The address as any server takes it (RFC 6531 section 3.2): a domain beyond ASCII as DNS has it,
 * if the part before it is ASCII; else as it is. The caller's to free. */
char *message_address_ascii(const char *address);

/* What the fetched header says. A field carries a token or is "": it is missing, there twice, too
 * long, or out of shape. */
struct message_header {
	bool any;                          /* at least one of the fields is there */
	char subject_token[TOKEN_LEN + 1]; /* decoded (RFC 2047), it holds the prefix and a token
					      that no letter or digit adjoins; two different ones
					      are none */
	bool subject_tagged;               /* with something before or behind */
	char field_token[TOKEN_LEN + 1];   /* X-Mailflow-Probe is a token and nothing else */
	char id_token[TOKEN_LEN + 1];      /* Message-ID is <TOKEN@anything> */
	bool has_date;
	time_t date; /* of the Date field (RFC 5322 section 3.3) */
	bool report; /* it is a delivery status notification, by its Content-Type (bounce.h) */
};

/* Read a header as a server sends it (CRLF or LF, folded lines, any order, any other fields; up to
 * the first empty line or the end). Never fails: what is not there is not set. */
void message_header_parse(const char *header, size_t len, struct message_header *header_r);

/* The token that at least two of the three fields carry: such a message is a test message, whatever
 * a gateway did to the third. NULL if there is none. */
const char *message_token(const struct message_header *h);

/* Ours: the test message that carries this token. */
bool message_is_ours(const struct message_header *h, const char *token);

/* A stale test message: its Date is older than max_age_s before now. A header without a valid Date
 * is never stale. */
bool message_is_stale(const struct message_header *h, time_t now, long max_age_s);

/* What became of a test message on its way. */
enum message_change {
	MESSAGE_SUBJECT_TAGGED = 1, /* something was put before or behind it */
	MESSAGE_SUBJECT_LOST = 2,
	MESSAGE_FIELD_LOST = 4, /* X-Mailflow-Probe */
	MESSAGE_ID_LOST = 8,
	MESSAGE_TEXT_CHANGED = 16, /* set by who has read the text */
};

/* Of the header of a message that is ours: a set of enum message_change. */
unsigned int message_changes(const struct message_header *h);

/* Append them in words: "subject tagged, text changed". -1 when b is full. */
int message_changes_format(unsigned int changes, struct buf *b);

/* Whether the body of a whole message has the line "Token: TOKEN". */
bool message_body_has_token(const char *text, size_t len, const char *token);

#endif
