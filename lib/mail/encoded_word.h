/* encoded_word.h - header fields beyond ASCII (RFC 2047), as far as ASCII in them is looked for */
#ifndef MAILFLOW_ENCODED_WORD_H
#define MAILFLOW_ENCODED_WORD_H

#include <stddef.h>

/* Copy an unfolded field's value and decode its encoded words, =?charset?B?...?= and
 * =?charset?Q?...?=; blanks between two of them are dropped (section 6.2). Bytes are not converted
 * from their charset: ASCII stands for itself in all that mail uses. What is malformed is copied as
 * it is. text_r holds len bytes; it may have NUL bytes and is not terminated. Returns its length,
 * at most len. */
size_t encoded_words_decode(const char *value, size_t len, char *text_r);

#endif
