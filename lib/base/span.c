/* span.c - bytes that are somebody else's: where they begin, and how many they are */
#include "base/span.h"

#include <string.h>

#include "base/text.h"

static bool is_blank(char c)
{
	return c == ' ' || c == '\t';
}

struct span span_of(const char *str)
{
	return (struct span){str, strlen(str)};
}

bool span_is(struct span s, const char *word)
{
	return text_equal_nocase(s.at, s.len, word);
}

bool span_starts(struct span s, const char *prefix)
{
	return text_starts_nocase(s.at, s.len, prefix);
}

bool span_contains(struct span s, const char *words)
{
	for (; s.len; span_skip(&s, 1))
		if (span_starts(s, words))
			return true;
	return false;
}

bool span_has_word(struct span list, const char *word)
{
	struct span found = span_next_word(&list);

	while (found.len && !span_is(found, word))
		found = span_next_word(&list);
	return found.len > 0;
}

int span_parse_uint(struct span s, uint64_t max, uint64_t *value_r)
{
	return text_parse_uint(s.at, s.len, max, value_r);
}

void span_skip(struct span *s, size_t count)
{
	if (!count) /* where there is nothing, at may be NULL, which is not to be reckoned with */
		return;
	s->at += count;
	s->len -= count;
}

struct span span_cut(struct span *s, char separator)
{
	const char *end = s->len ? memchr(s->at, separator, s->len) : NULL;
	struct span part = {s->at, end ? (size_t)(end - s->at) : s->len};

	span_skip(s, part.len + (end != NULL));
	return part;
}

bool span_next(struct span *list, char separator, struct span *item_r)
{
	if (!list->at)
		return false;
	size_t before = list->len;
	*item_r = span_cut(list, separator);
	if (item_r->len == before) /* no separator */
		list->at = NULL;
	return true;
}

struct span span_next_word(struct span *s)
{
	while (s->len && is_blank(*s->at))
		span_skip(s, 1);
	struct span word = {s->at, 0};
	while (word.len < s->len && !is_blank(s->at[word.len]))
		word.len++;
	span_skip(s, word.len);
	return word;
}

struct span span_trim(struct span s)
{
	while (s.len && is_blank(*s.at))
		span_skip(&s, 1);
	while (s.len && is_blank(s.at[s.len - 1]))
		s.len--;
	return s;
}
