/* imap_parse.h - IMAP responses, without any socket (RFC 3501 section 7, RFC 9051 section 7)
 *
 * A response is given whole: its line, and where that ends in {n}, CRLF, the literal's n bytes and
 * the line that continues it. Nothing is copied: spans point into what was given. */
#ifndef MAILFLOW_IMAP_PARSE_H
#define MAILFLOW_IMAP_PARSE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/hint.h"
#include "base/span.h"
#include "mail/sasl/mechanisms.h"

enum imap_kind { IMAP_UNTAGGED, IMAP_TAGGED, IMAP_CONTINUATION };
enum imap_status { IMAP_NO_STATUS, IMAP_OK, IMAP_NO, IMAP_BAD, IMAP_BYE, IMAP_PREAUTH };

struct imap_response {
	enum imap_kind kind;
	struct span tag;         /* of a tagged one */
	enum imap_status status; /* of a status response, tagged or not */
	struct span words;       /* a status response from its status word on: NO [CODE] text */
	struct span code;        /* inside the brackets; len 0 if there is none */
	struct span text;        /* behind the code; of a continuation: behind "+ " */
	bool has_number;         /* "* 12 EXISTS" */
	uint32_t number;
	struct span name; /* of untagged data: EXISTS, SEARCH, ... */
	struct span rest; /* of untagged data: what follows the name */
};

/* Returns 0, or -1 if it is no response. */
int imap_parse_response(const char *bytes, size_t len, struct imap_response *response_r);

/* Whether this line of a response ends in a literal's size: {n} outside of a quoted string. Status
 * responses and continuations hold free text and never have literals; pass only lines of untagged
 * data. Returns 1 and the size, 0 if not, -1 if the size is not a number up to max. */
int imap_line_literal(const char *line, size_t len, uint32_t max, uint32_t *size_r);

/* Whether the first line of a response begins untagged data (in which literals may stand). */
bool imap_line_is_data(const char *line, size_t len);

/* Whether a response begins as "* 12 FETCH" does. */
bool imap_is_fetch(const char *bytes, size_t len);

struct imap_capabilities {
	bool known;
	bool starttls, logindisabled, sasl_ir, idle, uidplus, id;
	bool move, quota, special_use, list_extended;
	bool gmail;                            /* EXPUNGE only takes a label off */
	char mechanisms[SASL_MECHANISMS_SIZE]; /* of AUTH=... */
};

/* Add what "IMAP4rev1 STARTTLS AUTH=PLAIN ..." says, any case; unknown names are passed over. */
void imap_parse_capabilities(struct span list, struct imap_capabilities *caps);

enum { IMAP_SEARCH_MAX = 2048 };

struct imap_uids {
	uint32_t uid[IMAP_SEARCH_MAX];
	size_t count;
	bool cut; /* there were more */
};

/* Add the numbers of "* SEARCH 1 2 3". Returns 0, or -1 if malformed. */
int imap_parse_search(struct span rest, struct imap_uids *uids);

/* Add those of "* ESEARCH (TAG "x") UID ALL 1:3,5" (RFC 4731), the answer to the UID SEARCH with
 * this tag (NULL: any). Returns 0, 1 if it answers another command, or -1 if malformed or if it
 * speaks of numbers that are no UIDs. */
int imap_parse_esearch(struct span rest, const char *tag, struct imap_uids *uids);

struct imap_fetch {
	uint32_t number; /* of the message, which stands before its data; set by who reads it */
	bool has_uid;
	uint32_t uid;
	bool has_body;           /* the first BODY[...] item */
	struct span section;     /* of it: what stands between the brackets */
	bool from_start;         /* of that section: no <n> behind the bracket but <0> */
	struct span body;        /* NIL is an empty span */
	bool has_flags, deleted; /* FLAGS, and whether \Deleted is among them */
};

/* The list of "* 12 FETCH (UID 4 BODY[...] {3}...)", items in any order, unknown ones passed over.
 * Returns 0, or -1 if malformed or nested too deeply. */
int imap_parse_fetch(struct span rest, struct imap_fetch *fetch_r);

/* The argument of a response code: "UIDNEXT 12" with name "UIDNEXT". Returns 0 and the number, or
 * -1. */
int imap_code_number(struct span code, const char *name, uint32_t *number_r);
/* Whether the code is this one, whatever its arguments. */
bool imap_code_is(struct span code, const char *name);

/* Whether a refusal, or an untagged BYE, limits an account for a while that has asked for too much:
 * what a person should know of that, or NULL. opened: a mailbox is open; before, OVERQUOTA does not
 * speak of a mailbox's size. */
const struct hint *imap_limit(struct span code, struct span text, bool opened);

/* What a person can do about a refusal, from the response code (RFC 5530 and others) or, where
 * servers give none or say more in words, from well-known words of the text; NULL if there is
 * nothing to say. */
const struct hint *imap_hint(struct span code, struct span text);
/* All the rows, one after the other; NULL behind the last. */
const struct hint *imap_hint_at(size_t index);

#endif
