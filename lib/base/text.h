/* text.h - text from servers made fit for display, and numbers read strictly */
#ifndef MAILFLOW_TEXT_H
#define MAILFLOW_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Copy len bytes of untrusted text to dst (size bytes with the NUL, at least 4), fit to be shown to
 * people: every control and format character (C0, C1, DEL, bidirectional and zero-width marks) and
 * every byte that is not valid UTF-8 becomes '?', TAB, CR and LF a blank, runs of blanks one blank.
 * What does not fit is cut at a character and ends in "...". Returns the length of dst, which is
 * never more than len where nothing is cut. */
size_t text_show(char *dst, size_t size, const char *src, size_t len);

/* All of it, in memory that is the caller's to free. */
char *text_shown(const char *text, size_t len);

/* Replace, in place, what means something to monitoring engines and to the web pages that show
 * their texts: '|' becomes '/', '<' and '>' become '(' and ')'. */
void text_disarm(char *text, size_t len);

/* Both: fit to be shown anywhere. */
size_t text_clean(char *dst, size_t size, const char *src, size_t len);

/* Copy a string to dst (size bytes with the NUL, at least 16); what does not fit is cut in its
 * middle, at characters, and "..." put there: the name of a file at its start, and the reason at
 * its end, stay. src may be dst. */
void text_cut_middle(char *dst, size_t size, const char *src);

/* The same where a part must stay: cut behind it first, then before it; of a part that is too long
 * its end stays. Where it is not in src, or "", as text_cut_middle. src may not be dst. */
void text_cut_around(char *dst, size_t size, const char *src, const char *part);

/* Decimal digits only (no sign, no blank), the whole of len bytes, at most max. Returns 0 and sets
 * *value_r, else -1. */
int text_parse_uint(const char *str, size_t len, uint64_t max, uint64_t *value_r);

/* ASCII-only comparison without regard to case; independent of the locale. */
bool text_equal_nocase(const char *a, size_t a_len, const char *b);
bool text_starts_nocase(const char *str, size_t len, const char *prefix);

/* Whether every byte is below 0x80. */
bool text_is_ascii(const char *str);

/* The words for an errno value; constant, and safe in threads (strerror(3) is not). */
const char *text_errno(int error);

#endif
