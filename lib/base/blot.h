/* blot.h - what is secret, and text in which it is replaced by "****"
 *
 * Servers quote what they do not understand: whole, cut, in base64, over two lines. Replaced is
 *   - a secret as a whole; one of less than 6 bytes only as a word of its own, and never in the
 *     status that a reply begins with (a server's own "mail" goes with it: that much is worth less
 *     than the secret);
 *   - its start of 6 bytes or more where a quotation may end: before a line's end, a quotation
 * mark, a closing bracket or "...";
 *   - any 12 bytes of it;
 * and likewise what it becomes in a quoted string, and in base64 at whatever place of it. The
 * replacement has one length: it tells nothing of the secret's. */
#ifndef MAILFLOW_BLOT_H
#define MAILFLOW_BLOT_H

#include <stdbool.h>
#include <stddef.h>

#include "base/blot_form.h"
#include "base/buf.h"

enum {
	BLOT_PIECE = 12, /* that many bytes of a secret are blotted out wherever they are */
};

/* The end of a text, in which a secret may begin. */
struct blot_tail {
	char at[BLOT_PIECE - 1];
	size_t len;
};

/* Zeroed: nothing is secret. */
struct blot {
	struct blot_forms forms;    /* what is looked for */
	struct blot_window *window; /* all pieces of BLOT_PIECE bytes: a hash table */
	size_t slots;               /* its size, a power of two; 0: none */
	char *username;             /* or NULL */
	struct blot_tail last;      /* of what was heard last */
	struct blot_tail before;    /* of what was heard before that */
	struct buf marks;           /* for each byte of the text that is looked at */
	struct buf out;
};

/* From now on secret, which is copied, is blotted out; "" is no secret. Where it is but a part of
 * username (NULL: none) it stays in that name: "****" there would tell it. */
void blot_add(struct blot *b, const char *secret, const char *username);

bool blot_is_empty(const struct blot *b);

/* text comes next of what is said: a secret may go on in it, and in what follows. */
void blot_heard(struct blot *b, const char *text, size_t len);

/* What was heard last, or a part of it, without the secrets: NUL-terminated, valid until the next
 * call, and perhaps longer than text. reply: it is a line of an answer, and begins with a status if
 * it has one. Time is linear in len. */
const char *blot_text(struct blot *b, const char *text, size_t len, bool reply, size_t *len_r);

/* Wipe and free; nothing is secret any more. Accepts a zeroed struct. */
void blot_free(struct blot *b);

#endif
