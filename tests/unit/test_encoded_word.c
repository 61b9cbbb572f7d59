/* test_encoded_word.c - header fields beyond ASCII, decoded */
#include "unit.h"

#include <string.h>

#include "mail/encoded_word.h"

static const struct {
	const char *value, *text;
} rows[] = {
	{"", ""},
	{"plain text", "plain text"},
	{"=?us-ascii?q?a_b=20c?=", "a b c"},
	{"=?UTF-8?Q?=C3=A4=c3=a4?= x", "\xc3\xa4\xc3\xa4 x"},
	{"=?utf-8?B?TWFpbGZsb3cgcHJvYmUg?=", "Mailflow probe "},
	{"=?utf-8?b?TWFpbA==?= tail", "Mail tail"},
	{"[x] =?q?q?a?=", "[x] a"},
	{"=?a?q?one?= =?a?q?two?= three =?a?q?four?=", "onetwo three four"},
	{"=?a?q?one?=  =?a?b?dHdv?=", "onetwo"},
	{"=?a?q?one?= x =?a?q?two?=", "one x two"},
	{"=?a?q?"
	 "?=",
	 ""},
	/* malformed: as they are */
	{"=?a?q?one", "=?a?q?one"},
	{"=?a?q?one?", "=?a?q?one?"},
	{"=?a?x?one?=", "=?a?x?one?="},
	{"=??q?one?=", "=??q?one?="},
	{"=?a?q?two words?=", "=?a?q?two words?="},
	{"=?a?b?!!!!?=", "=?a?b?!!!!?="},
	{"=?a?q?=4?=", "=4"},
	{"=?a?q?=zz=?=", "=zz="},
	{"=?", "=?"},
	{"=?=?=?a?q?b?=", "=?=?b"},
	{"= ?a?q?b?=", "= ?a?q?b?="},
};

START_TEST(test_encoded_words_decode)
{
	size_t len = strlen(rows[_i].value);
	/* of exact sizes, so that a byte beyond them shows under valgrind and ASan */
	char *value = malloc(len ? len : 1), *text = malloc(len ? len : 1);

	memcpy(value, rows[_i].value, len);
	size_t got = encoded_words_decode(value, len, text);
	ck_assert_uint_eq(got, strlen(rows[_i].text));
	ck_assert_mem_eq(text, rows[_i].text, got);
	free(value);
	free(text);
}
END_TEST

UNIT_MAIN_FIXTURE("encoded_word", NULL, NULL, ROWS(test_encoded_words_decode, rows))
