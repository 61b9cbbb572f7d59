/* spelling.h - how far a word is from the one that was probably meant */
#ifndef MAILFLOW_SPELLING_H
#define MAILFLOW_SPELLING_H

#include <stdbool.h>
#include <stddef.h>

/* To find the nearest of several words: *best is spelling_limit() at first, from which on it is no
 * longer a typo. Whether word is nearer than that to the len bytes at typed, and *best becomes how
 * far it is; what begins with them is as near as can be. */
size_t spelling_limit(size_t len);
bool spelling_is_nearer(const char *typed, size_t len, const char *word, size_t *best);

#endif
