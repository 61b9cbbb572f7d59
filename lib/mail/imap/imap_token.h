/* imap_token.h - what IMAP responses are made of: atoms, strings and lists (RFC 3501 section 4)
 *
 * For parsers: each takes something off the start of *s. Tokens point into what was given. */
#ifndef MAILFLOW_IMAP_TOKEN_H
#define MAILFLOW_IMAP_TOKEN_H

#include <stdint.h>

#include "base/span.h"

enum imap_token_kind {
	IMAP_TOKEN_ATOM,
	IMAP_TOKEN_STRING, /* quoted, its escapes as they are; or a literal */
	IMAP_TOKEN_OPEN,
	IMAP_TOKEN_CLOSE,
	IMAP_TOKEN_END,
	IMAP_TOKEN_BAD,
};

/* The next one behind blanks. */
enum imap_token_kind imap_next_token(struct span *s, struct span *token_r);

/* One value: an atom, a string, or a list with all that is in it. Returns its kind; IMAP_TOKEN_OPEN
 * for a list. */
enum imap_token_kind imap_take_value(struct span *s, struct span *token_r);

/* An atom or a string, with escapes undone. An atom goes on to the next blank: names of folders
 * hold anything. Returns 0, or -1 if there is none, it has a NUL byte, or it does not fit. */
int imap_take_astring(struct span *s, char *text_r, size_t size);

/* What stands in the braces of a literal. Returns 0, or -1 if it is not a number up to max. */
int imap_literal_size(struct span digits, uint64_t max, uint64_t *size_r);

#endif
