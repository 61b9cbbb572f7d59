/* test_span.c - bytes taken apart where they stand */
#include "base/span.h"

#include <string.h>

#include "unit.h"

static void assert_span(struct span s, const char *expected)
{
	ck_assert_msg(s.len == strlen(expected) && !memcmp(s.at, expected, s.len), "%.*s, not %s",
		      (int)s.len, s.at, expected);
}

START_TEST(test_span__compares_ascii_in_any_case)
{
	struct span s = {"StartTLS now", 8};

	ck_assert(span_is(s, "STARTTLS") && !span_is(s, "STARTTL") && !span_is(s, "STARTTLS "));
	ck_assert(span_starts(s, "start") && !span_starts(s, "starttls now"));
	ck_assert(span_contains(s, "TTL") && span_contains(s, "tls"));
	ck_assert(!span_contains(s, "tls ") && !span_contains(s, "now"));
	ck_assert(!span_contains(span_of(""), "a") && span_is(span_of(""), ""));
}
END_TEST

static const struct {
	const char *list, *word;
	bool found;
} words[] = {
	{"", "a", false},
	{"a", "a", true},
	{" a", "A", true},
	{"b\tA ", "a", true},
	{"ab", "a", false},
	{"ba ab", "a", false},
	{"PLAIN,LOGIN", "LOGIN", false},
	{"   ", "a", false},
	{"x  y", "y", true},
};

START_TEST(test_span_has_word__whole_words_between_blanks)
{
	ck_assert_int_eq(span_has_word(span_of(words[_i].list), words[_i].word), words[_i].found);
}
END_TEST

START_TEST(test_span_cut__takes_the_separator_too)
{
	struct span s = span_of("OK  done");

	assert_span(span_cut(&s, ' '), "OK");
	assert_span(s, " done");
	assert_span(span_cut(&s, ' '), "");
	assert_span(s, "done");
	assert_span(span_cut(&s, ' '), "done");
	assert_span(s, "");
	assert_span(span_cut(&s, ' '), "");
}
END_TEST

static const struct {
	const char *list;
	size_t count;
	const char *last;
} lists[] = {
	{"", 1, ""}, {"a", 1, "a"}, {"a,b", 2, "b"}, {"a,", 2, ""}, {",", 2, ""}, {",,b", 3, "b"},
};

START_TEST(test_span_next__gives_empty_items_too)
{
	struct span list = span_of(lists[_i].list), item = {NULL, 0};
	size_t count = 0;

	while (span_next(&list, ',', &item))
		count++;
	ck_assert_uint_eq(count, lists[_i].count);
	assert_span(item, lists[_i].last);
}
END_TEST

START_TEST(test_span_next_word__passes_over_blanks)
{
	struct span s = span_of(" \tone  two\t");

	assert_span(span_next_word(&s), "one");
	assert_span(span_next_word(&s), "two");
	assert_span(span_next_word(&s), "");
	assert_span(span_next_word(&s), "");
}
END_TEST

START_TEST(test_span_trim__at_both_ends)
{
	assert_span(span_trim(span_of(" \ta b\t ")), "a b");
	assert_span(span_trim(span_of("  ")), "");
	assert_span(span_trim(span_of("x")), "x");
}
END_TEST

START_TEST(test_span_parse_uint)
{
	uint64_t value = 7;

	ck_assert_int_eq(span_parse_uint((struct span){"123", 2}, 20, &value), 0);
	ck_assert_uint_eq(value, 12);
	ck_assert_int_eq(span_parse_uint(span_of("21"), 20, &value), -1);
	ck_assert_int_eq(span_parse_uint(span_of(""), 20, &value), -1);
}
END_TEST

UNIT_MAIN_FIXTURE("span", NULL, NULL, ONCE(test_span__compares_ascii_in_any_case),
		  ROWS(test_span_has_word__whole_words_between_blanks, words),
		  ONCE(test_span_cut__takes_the_separator_too),
		  ROWS(test_span_next__gives_empty_items_too, lists),
		  ONCE(test_span_next_word__passes_over_blanks), ONCE(test_span_trim__at_both_ends),
		  ONCE(test_span_parse_uint))
