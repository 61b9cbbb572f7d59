/* spelling.h - how far a word is from the one that was probably meant */
#ifndef MAILFLOW_SPELLING_H
#define MAILFLOW_SPELLING_H

#include <stddef.h>

/* How many letters must be changed, put in, left out or swapped with their neighbour to make b from
 * the a_len bytes at a, in any case; SIZE_MAX where one of them is longer than 32. */
size_t spelling_distance(const char *a, size_t a_len, const char *b);

#endif
