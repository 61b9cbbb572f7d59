/* test_text.c - untrusted text made fit for display, strict numbers, comparison without regard to
 * case */
#include <stdlib.h>
#include <string.h>

#include "base/text.h"

#include "unit.h"

static const char *clean(const char *src, size_t len)
{
	static char dst[256];
	size_t n = text_clean(dst, sizeof(dst), src, len);

	ck_assert_uint_eq(n, strlen(dst));
	return dst;
}

struct clean_case {
	const char *src;
	size_t len; /* 0: strlen(src) */
	const char *expected;
};

static const struct clean_case clean_cases[] = {
	{"", 0, ""},
	{"plain text; 100% = 'x' \"y\" \\z", 0, "plain text; 100% = 'x' \"y\" \\z"},
	/* characters that mean something to engines and browsers */
	{"a|b", 0, "a/b"},
	{"<script>x</script>", 0, "(script)x(/script)"},
	/* blanks */
	{"a\tb\rc\nd", 0, "a b c d"},
	{"a \t\r\n  b", 0, "a b"},
	{"  a  ", 0, " a "},
	/* C0, DEL */
	{"a\0b", 3, "a?b"},
	{"\x01\x07\x08\x0b\x0c\x1b[31m\x1f\x7f", 0, "??????[31m??"},
	/* C1, as UTF-8 and as bare bytes */
	{"\xc2\x80\xc2\x9b\xc2\x9f", 0, "???"},
	{"\x9b"
	 "31m",
	 0, "?31m"},
	{"\xc2\xa0", 0, "\xc2\xa0"}, /* no-break space is text */
	{"\xc2\xad", 0, "?"},        /* soft hyphen is not */
	/* format characters */
	{"\xe2\x80\x8b\xe2\x80\x8c\xe2\x80\x8d\xe2\x80\x8e\xe2\x80\x8f", 0,
	 "?????"},                             /* ZWSP..RLM */
	{"\xe2\x80\xa8\xe2\x80\xa9", 0, "??"}, /* LS, PS */
	{"\xe2\x80\xaa\xe2\x80\xae", 0, "??"}, /* LRE, RLO */
	{"\xe2\x81\xa6\xe2\x81\xa9", 0, "??"}, /* LRI, PDI */
	{"\xd8\x9c", 0, "?"},                  /* ALM */
	{"\xef\xbb\xbf", 0, "?"},              /* BOM */
	{"\xef\xbf\xbf\xef\xbf\xbe", 0, "??"}, /* non-characters */
	{"\xf3\xa0\x80\x81", 0, "?"},          /* language tag */
	/* good text of each length stays */
	{"Gr\xc3\xbc\xc3\x9f"
	 "e \xe2\x82\xac \xe6\x97\xa5\xe6\x9c\xac \xf0\x9f\x93\xa7",
	 0,
	 "Gr\xc3\xbc\xc3\x9f"
	 "e \xe2\x82\xac \xe6\x97\xa5\xe6\x9c\xac \xf0\x9f\x93\xa7"},
	{"\xe0\xa0\x80\xed\x9f\xbf\xee\x80\x80", 0, "\xe0\xa0\x80\xed\x9f\xbf\xee\x80\x80"},
	{"\xf0\x90\x80\x80\xf4\x8f\xbf\xbd", 0, "\xf0\x90\x80\x80\xf4\x8f\xbf\xbd"},
	/* not UTF-8: every bad byte is one '?' */
	{"\x80\xbf", 0, "??"},                     /* continuation without a start */
	{"\xc0\xaf", 0, "??"},                     /* overlong '/' */
	{"\xc1\xbc", 0, "??"},                     /* overlong '|' */
	{"\xe0\x81\xbc", 0, "???"},                /* overlong '|' in three bytes */
	{"\xf0\x80\x81\xbc", 0, "????"},           /* and in four */
	{"\xe0\x9f\xbf", 0, "???"},                /* overlong U+07FF */
	{"\xf0\x8f\xbf\xbf", 0, "????"},           /* overlong U+FFFF */
	{"\xed\xa0\x80\xed\xbf\xbf", 0, "??????"}, /* surrogates */
	{"\xf4\x90\x80\x80", 0, "????"},           /* beyond U+10FFFF */
	{"\xf5\x80\x80\x80\xff\xfe", 0, "??????"},
	{"caf\xe9 au lait", 0, "caf? au lait"}, /* Latin-1 */
	{"\xe2\x82", 0, "??"},                  /* cut off */
	{"\xe2\x82"
	 "ab",
	 0, "??ab"}, /* what follows is not eaten */
	{"\xc3|", 0, "?/"},
	{"\xc3\n", 0, "? "},
	{"\xf0\x9f\x93", 0, "???"},
};

START_TEST(test_text_clean__shows_only_what_is_harmless)
{
	const struct clean_case *c = &clean_cases[_i];

	ck_assert_str_eq(clean(c->src, c->len ? c->len : strlen(c->src)), c->expected);
}
END_TEST

START_TEST(test_text_show__leaves_what_people_read_as_it_is)
{
	char dst[32];
	const char src[] = "a | <b@c.example>\t\x1b\xff";

	ck_assert_uint_eq(text_show(dst, sizeof(dst), src, strlen(src)), strlen(dst));
	ck_assert_str_eq(dst, "a | <b@c.example> ??");
	text_disarm(dst, strlen(dst));
	ck_assert_str_eq(dst, "a / (b@c.example) ??");
	text_disarm(NULL, 0);
}
END_TEST

START_TEST(test_text_clean__never_reads_beyond_len)
{
	char *src = malloc(2); /* exact, so that a sanitizer sees a byte too many */

	memcpy(src, "\xe2\x82", 2);
	ck_assert_str_eq(clean(src, 2), "??");
	ck_assert_str_eq(clean(src, 1), "?");
	ck_assert_str_eq(clean(src, 0), "");
	free(src);
}
END_TEST

START_TEST(test_text_clean__leaves_no_control_byte_of_any_pair)
{
	char src[2], dst[16];

	for (int a = 0; a < 256; a++) {
		for (int b = 0; b < 256; b++) {
			src[0] = (char)a;
			src[1] = (char)b;
			size_t len = text_clean(dst, sizeof(dst), src, 2);
			ck_assert_uint_le(len, 2);
			for (size_t i = 0; i < len; i++) {
				unsigned char c = (unsigned char)dst[i];
				ck_assert(c >= 0x20 && c != 0x7f && !strchr("|<>", c));
			}
		}
	}
}
END_TEST

START_TEST(test_text_clean__is_idempotent)
{
	char once[256], twice[256];

	for (size_t i = 0; i < sizeof(clean_cases) / sizeof(clean_cases[0]); i++) {
		const struct clean_case *c = &clean_cases[i];
		size_t len =
			text_clean(once, sizeof(once), c->src, c->len ? c->len : strlen(c->src));
		text_clean(twice, sizeof(twice), once, len);
		ck_assert_str_eq(once, twice);
	}
}
END_TEST

static const struct {
	size_t size;
	const char *src, *expected;
} cut_cases[] = {
	{6, "abcde", "abcde"}, /* fits exactly */
	{6, "abcdef", "ab..."},
	{4, "abc", "abc"},
	{4, "abcd", "..."},
	{5, "abcde", "a..."},
	{4, "", ""},
	/* a character is never cut in two */
	{8, "a\xe2\x82\xac\xe2\x82\xac", "a\xe2\x82\xac\xe2\x82\xac"},
	{7, "a\xe2\x82\xac\xe2\x82\xac", "a..."},
	{8,
	 "a\xe2\x82\xac\xe2\x82\xac"
	 "b",
	 "a\xe2\x82\xac..."},
	{7, "\xf0\x9f\x93\xa7xxx", "..."},
	/* blanks that are dropped do not count */
	{6, "a         bcd", "a bcd"},
	{6, "abcde     ", "ab..."},
	{6, "abcd     ", "abcd "},
};

START_TEST(test_text_clean__cuts_at_a_character)
{
	char dst[16];

	memset(dst, 'Z', sizeof(dst));
	size_t len =
		text_clean(dst, cut_cases[_i].size, cut_cases[_i].src, strlen(cut_cases[_i].src));
	ck_assert_str_eq(dst, cut_cases[_i].expected);
	ck_assert_uint_eq(len, strlen(cut_cases[_i].expected));
	ck_assert_int_eq(dst[cut_cases[_i].size], 'Z');
}
END_TEST

static const struct {
	const char *text;
	uint64_t max;
	int rc;
	uint64_t value;
} uint_cases[] = {
	{"0", 0, 0, 0},
	{"1", 0, -1, 0},
	{"9", 8, -1, 0},
	{"007", 7, 0, 7},
	{"65535", 65535, 0, 65535},
	{"65536", 65535, -1, 0},
	{"18446744073709551615", UINT64_MAX, 0, UINT64_MAX},
	{"18446744073709551616", UINT64_MAX, -1, 0},
	{"99999999999999999999999999", UINT64_MAX, -1, 0},
	{"4294967296", UINT32_MAX, -1, 0},
	{"", 10, -1, 0},
	{"-1", 10, -1, 0},
	{"+1", 10, -1, 0},
	{" 1", 10, -1, 0},
	{"1 ", 10, -1, 0},
	{"1a", 10, -1, 0},
	{"0x1", 10, -1, 0},
	{"1.0", 10, -1, 0},
	{"\xd9\xa1", 10, -1, 0}, /* ARABIC-INDIC DIGIT ONE */
};

START_TEST(test_text_parse_uint__takes_digits_only)
{
	uint64_t value = 4711;
	const char *text = uint_cases[_i].text;
	int rc = text_parse_uint(text, strlen(text), uint_cases[_i].max, &value);

	ck_assert_int_eq(rc, uint_cases[_i].rc);
	ck_assert_uint_eq(value, rc ? 4711 : uint_cases[_i].value);
}
END_TEST

START_TEST(test_text_parse_uint__stops_at_len)
{
	uint64_t value;

	ck_assert_int_eq(text_parse_uint("12x", 2, 100, &value), 0);
	ck_assert_uint_eq(value, 12);
	ck_assert_int_eq(text_parse_uint("12", 0, 100, &value), -1);
}
END_TEST

START_TEST(test_text_equal_nocase__compares_ascii_letters)
{
	ck_assert(text_equal_nocase("StartTLS", 8, "STARTTLS"));
	ck_assert(text_equal_nocase("", 0, ""));
	ck_assert(!text_equal_nocase("starttl", 7, "STARTTLS"));
	ck_assert(!text_equal_nocase("starttlsx", 9, "STARTTLS"));
	ck_assert(text_equal_nocase("starttlsx", 8, "STARTTLS"));
	/* neighbours of the letters in ASCII are not folded, nor are other alphabets */
	ck_assert(!text_equal_nocase("@[", 2, "`{"));
	ck_assert(!text_equal_nocase("\xc3\x84", 2, "\xc3\xa4"));
}
END_TEST

START_TEST(test_text_starts_nocase__looks_at_the_start)
{
	ck_assert(text_starts_nocase("auth=plain", 10, "AUTH="));
	ck_assert(text_starts_nocase("x", 1, ""));
	ck_assert(!text_starts_nocase("aut", 3, "AUTH="));
	ck_assert(!text_starts_nocase("auth=plain", 4, "AUTH="));
	ck_assert(!text_starts_nocase("xauth=", 6, "AUTH="));
}
END_TEST

START_TEST(test_text_cut_middle__keeps_start_and_end)
{
	char dst[16], same[] = "/a/long/path/to/a/file: no such file";

	text_cut_middle(dst, sizeof(dst), "fifteen bytes!!");
	ck_assert_str_eq(dst, "fifteen bytes!!");
	text_cut_middle(dst, sizeof(dst), "sixteen bytes!!!");
	ck_assert_str_eq(dst, "sixtee...tes!!!");
	text_cut_middle(same, 20, same);
	ck_assert_str_eq(same, "/a/long/...uch file");
	/* at characters */
	text_cut_middle(dst, sizeof(dst), "12345\xc3\xa4 and then \xe2\x80\xa6 4567");
	ck_assert_str_eq(dst, "12345... 4567");
	text_cut_middle(dst, sizeof(dst), "");
	ck_assert_str_eq(dst, "");
}
END_TEST

static const struct {
	const char *src, *part, *dst;
} around[] = {
	{"all of it fits", "of", "all of it fits"},
	{"", "x", ""},
	{"queued as ABC for tomorrow", "ABC", "queued as ABC..."},
	{"queued for tomorrow as ABC", "ABC", "queued f...w as ABC"},
	{"queued for tomorrow as ABC.", "ABC", "queued... as ABC..."},
	{"id 0123456789012345678901234567890", "0123456789012345678901234567890",
	 "id 01234...34567890"},
	{"queued for the day after", "ABC", "queued f...ay after"},
	{"queued for the day after", "", "queued f...ay after"},
	/* at characters */
	{"12345\xc3\xa4\xc3\xa4\xc3\xa4\xc3\xa4\xc3\xa4\xc3\xa4\xc3\xa4 ABC", "ABC",
	 "12345\xc3\xa4...\xc3\xa4\xc3\xa4 ABC"},
};

START_TEST(test_text_cut_around__keeps_a_part)
{
	char dst[20];

	text_cut_around(dst, sizeof(dst), around[_i].src, around[_i].part);
	ck_assert_str_eq(dst, around[_i].dst);
}
END_TEST

UNIT_MAIN_FIXTURE("text", NULL, NULL,
		  ROWS(test_text_clean__shows_only_what_is_harmless, clean_cases),
		  ONCE(test_text_show__leaves_what_people_read_as_it_is),
		  ONCE(test_text_clean__never_reads_beyond_len),
		  ONCE(test_text_clean__leaves_no_control_byte_of_any_pair),
		  ONCE(test_text_clean__is_idempotent),
		  ROWS(test_text_clean__cuts_at_a_character, cut_cases),
		  ROWS(test_text_parse_uint__takes_digits_only, uint_cases),
		  ONCE(test_text_parse_uint__stops_at_len),
		  ONCE(test_text_equal_nocase__compares_ascii_letters),
		  ONCE(test_text_starts_nocase__looks_at_the_start),
		  ONCE(test_text_cut_middle__keeps_start_and_end),
		  ROWS(test_text_cut_around__keeps_a_part, around))
