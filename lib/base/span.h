/* span.h - bytes that are somebody else's: where they begin, and how many they are
 *
 * Nothing is copied, and nothing needs to end in a NUL. Comparisons know ASCII letters in any case;
 * blanks are spaces and TABs. */
#ifndef MAILFLOW_SPAN_H
#define MAILFLOW_SPAN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct span {
	const char *at;
	size_t len;
};

struct span span_of(const char *str);

bool span_is(struct span s, const char *word);
bool span_starts(struct span s, const char *prefix);
bool span_contains(struct span s, const char *words);

/* Whether one of the words between blanks is this one. */
bool span_has_word(struct span list, const char *word);

/* As text_parse_uint(). */
int span_parse_uint(struct span s, uint64_t max, uint64_t *value_r);

/* Take that many bytes off the front. */
void span_skip(struct span *s, size_t count);

/* Take off what stands before the first separator, and the separator; all if there is none. */
struct span span_cut(struct span *s, char separator);

/* One after the other of the items that are parted by a separator: one more than there are
 * separators, each may be empty. False behind the last one. *list is moved on. */
bool span_next(struct span *list, char separator, struct span *item_r);

/* Take off the next word and the blanks before it; empty if there is none. */
struct span span_next_word(struct span *s);

/* Without the blanks at both ends. */
struct span span_trim(struct span s);

#endif
