/* test_blot.c - what is blotted out of servers' words, what stays, and what it costs */
#include "base/blot.h"

#include <string.h>
#include <time.h>

#include "base/clock.h"
#include "unit.h"

static struct blot blot;

static void setup(void)
{
	blot = (struct blot){0};
}

static void teardown(void)
{
	blot_free(&blot);
}

static const char *blotted(const char *text, bool reply)
{
	size_t len;

	blot_heard(&blot, text, strlen(text));
	const char *out = blot_text(&blot, text, strlen(text), reply, &len);

	ck_assert_uint_eq(strlen(out), len);
	return out;
}

static const struct {
	const char *secret, *before, *after;
} replies[] = {
	/* whole, wherever it is, and of one length */
	{"s3cret", "xs3cretx s3cret", "x****x ****"},
	{"s3cret", "s3cre S3CRET", "s3cre S3CRET"},
	{"aaaaaa", "aaaaaaaaaaaaa b", "**** b"},
	{"s3cret", "s3crets3cret", "****"},
	{"geheim-und-lang-genug", "-ERR PASS geheim-und-lang-genug?", "-ERR PASS ****?"},
	{"s3cret", "s3cret", "****"},
	/* short ones: only where they are a word of their own, and never the status */
	{"q7$x", "a1 BAD LOGIN \"me\" \"q7$x\"", "a1 BAD LOGIN \"me\" \"****\""},
	{"q7$xz", "-ERR what is PASS q7$xz?", "-ERR what is PASS ****?"},
	{"mail", "a1 NO mailbox, email, mail_1, \xc3\xa4mail",
	 "a1 NO mailbox, email, mail_1, \xc3\xa4mail"},
	{"mail", "535 mailmail mail", "535 mailmail ****"},
	{"mail", "-ERR mail", "-ERR ****"},
	{"mail", "535-mail", "535-****"},
	{"mail", "mail what?", "**** what?"},
	{"aaaa", "-ERR aaaaa aaaa", "-ERR aaaaa ****"},
	{"-ERR", "-ERR PASS -ERR", "-ERR PASS ****"},
	{"BYE", "* BYE", "* BYE"},
	{"BYE", "* BYE BYE", "* BYE ****"},
	{"OK", "a1 OK it is OK", "a1 OK it is ****"},
	{"OK", "+OK OK", "+OK ****"},
	{"NO", "a1 NO PASS NO", "a1 NO PASS ****"},
	{"NO", "a1 no", "a1 no"},
	{"NO", "NO PASS NO", "NO PASS ****"},
	{"535", "535 5.7.8 535", "535 5.7.8 ****"},
	{"535", "535", "535"},
	{"a", "a OK a", "a OK ****"},
	{"+", "+ go", "+ go"},
	{"+", "+", "+"},
	{"*", "* 3 EXISTS * ", "* 3 EXISTS **** "},
	{"3", "* 3 EXISTS", "* **** EXISTS"},
	{"3", "* NAME {3}", "* NAME {3}"},
	{"3", "* BAD {3} {3}", "* BAD {****} {3}"},
	{"x", "* OK x x", "* OK **** ****"},
	/* its start where the quotation ends */
	{"geheim-7", "-ERR PASS geheim-", "-ERR PASS ****"},
	{"geheim-7", "-ERR PASS geheim", "-ERR PASS ****"},
	{"geheim-7", "-ERR PASS gehei", "-ERR PASS gehei"},
	{"geheim-7", "-ERR PASS geheim- \t", "-ERR PASS **** \t"},
	{"geheim-7", "a1 NO \"geheim-\" is", "a1 NO \"****\" is"},
	{"geheim-7", "a1 NO 'geheim-' is", "a1 NO '****' is"},
	{"geheim-7", "a1 NO <geheim-> is", "a1 NO <****> is"},
	{"geheim-7", "a1 NO \xe2\x80\x9cgeheim-\xe2\x80\x9d", "a1 NO \xe2\x80\x9c****\xe2\x80\x9d"},
	{"geheim-7", "a1 NO \"geheim-...", "a1 NO \"****..."},
	{"geheim-7", "a1 NO geheim- ... x", "a1 NO **** ... x"},
	{"geheim-7", "a1 NO geheim-[...]", "a1 NO ****[...]"},
	{"geheim-7", "a1 NO geheim-\xe2\x80\xa6", "a1 NO ****\xe2\x80\xa6"},
	{"geheim-7", "a1 NO geheime Dinge", "a1 NO geheime Dinge"},
	{"geheim-7", "a1 NO geheim, geheim. geheim", "a1 NO geheim, geheim. ****"},
	{"geh\"eim-7", "a1 NO geh\"eim\"", "a1 NO ****\""},
	{"0123456789abcdef", "NO 0123456789abcde", "NO ****"},
	/* any 12 bytes of it */
	{"0123456789abcdef", "a1 NO 23456789abcd.", "a1 NO ****."},
	{"0123456789abcdef", "a1 NO 456789abcdef", "a1 NO ****"},
	{"0123456789abcdef", "a1 NO x3456789abcdefx", "a1 NO x****x"},
	{"0123456789abcdef", "a1 NO 56789abcdef", "a1 NO 56789abcdef"},
	/* in a quoted string */
	{"geh\"eim\\x", "a1 BAD \"geh\\\"eim\\\\x\"", "a1 BAD \"****\""},
	{"geh\"eim\\x", "a1 BAD geh\"eim\\x", "a1 BAD ****"},
	{"a\"b", "a1 BAD \"a\\\"b\"", "a1 BAD \"****\""},
	/* in base64, alone and behind one and two bytes, padded and not */
	{"geheim-7", "a1 NO Z2VoZWltLTc=", "a1 NO ****"},
	{"geheim-7", "a1 NO Z2VoZWltLTc!", "a1 NO ****!"},
	{"geheim-7", "a1 NO AGdlaGVpbS03", "a1 NO A****"},
	{"geheim-7", "a1 NO AABnZWhlaW0tNw==", "a1 NO AA****"},
	{"geheim-7", "a1 NO IklnZWhlaW0tNyI=", "a1 NO Ik****I="},
	{"geheim-7", "334 Z2VoZWltLT...", "334 ****..."},
	{"geheim-7", "334 Z2VoZWlt", "334 ****"},
	{"geheim-7", "334 Z2VoZWl, Z2VoZWltL Z2VoZ", "334 ****, **** Z2VoZ"},
	{"mail", "334 bWFpbA==", "334 ****"},
	{"mail", "334 bWFpbA", "334 ****"},
	{"mail", "334 eyJwIjoibWFpbCJ9", "334 eyJwIjo****J9"},
	{"abc", "334 YWJj", "334 ****"},
	{"ab", "334 YWI=", "334 ****"},
	{"ab", "334 xYWI=", "334 xYWI="},
	/* an answer of SASL as it was sent */
	{"AHByb2JlAGdlaGVpbS03cQ==", "535 AUTH PLAIN AHByb2JlAGdlaGVpbS03cQ==!",
	 "535 AUTH PLAIN ****!"},
	{"AHByb2JlAGdlaGVpbS03cQ==", "535 AUTH PLAIN AHByb2JlAGdlaGVpbS03cQ",
	 "535 AUTH PLAIN ****"},
	{"AHByb2JlAGdlaGVpbS03cQ==", "535 AUTH PLAIN AHByb2Jl...", "535 AUTH PLAIN ****..."},
	{"AHByb2JlAGdlaGVpbS03cQ==", "535 b2JlAGdlaGVp bS03cQ==", "535 **** bS03cQ=="},
	{"AHUAcA==", "a1 NO AHUAcA== or AHUAcA,", "a1 NO **** or ****,"},
	{"0123456789ab=", "a1 NO 23456789ab=!", "a1 NO 23456789ab=!"},
	{"0123456789abc=", "a1 NO 23456789abc=!", "a1 NO ****!"},
	/* of several lines */
	{"geheim\r\nsieben\n", "a1 NO sieben, geheim", "a1 NO ****, ****"},
	{"geheim\r\nOK\n", "a1 OK OK, geheim", "a1 OK ****, ****"},
	/* an empty one is none */
	{"", "nothing", "nothing"},
};

START_TEST(test_blot_text__of_a_reply)
{
	blot_add(&blot, replies[_i].secret, NULL);
	ck_assert_str_eq(blotted(replies[_i].before, true), replies[_i].after);
}
END_TEST

START_TEST(test_blot_text__that_is_no_reply_has_no_status)
{
	blot_add(&blot, "OK", NULL);
	ck_assert_str_eq(blotted("* OK OK\r\n", false), "* **** ****\r\n");
	blot_free(&blot);
	blot_add(&blot, "geheim-7", NULL);
	ck_assert_str_eq(blotted("geheim-\r\ngeheim\nx", false), "****\r\n****\nx");
}
END_TEST

/* The user name is no secret: what stands there tells no more than it does. */
static const struct {
	const char *username, *secret, *before, *after;
} names[] = {
	{"probe@example.test", "probe", "a1 NO LOGIN probe@example.test probe",
	 "a1 NO LOGIN probe@example.test ****"},
	{"probe@example.test", "example.test", "a1 NO no probe@example.test, example.test!",
	 "a1 NO no probe@example.test, ****!"},
	{"probe@example.test", "probe@example.test", "a1 NO PASS probe@example.test",
	 "a1 NO PASS ****"},
	{"probe@example.test", "probe@example.test-7", "a1 NO PASS probe@example.test-7",
	 "a1 NO PASS ****"},
	{"probe@example.test", "probe@example.test-7", "a1 NO PASS probe@example.test",
	 "a1 NO PASS ****"},
	{"probe", "s3cret", "a1 NO s3cretprobes3cret", "a1 NO ****probe****"},
	{"", "s3cret", "a1 NO s3cret", "a1 NO ****"},
};

START_TEST(test_blot_text__spares_the_user_name)
{
	blot_add(&blot, names[_i].secret, names[_i].username);
	ck_assert_str_eq(blotted(names[_i].before, true), names[_i].after);
}
END_TEST

/* What goes on in the next line, behind its status, behind an enhanced code, or at once. */
static const struct {
	const char *secret, *first, *first_after, *second, *second_after;
} splits[] = {
	{"geheim-7", "535-PASS gehe", "535-PASS gehe", "535 im-7 no", "535 **** no"},
	{"geheim-7", "535-PASS geheim", "535-PASS ****", "535 -7", "535 ****"},
	{"geheim-7", "535-5.7.8 PASS geheim", "535-5.7.8 PASS ****", "535 5.7.8 -7",
	 "535 5.7.8 ****"},
	{"geheim-7", "* NO PASS geheim-", "* NO PASS ****", "* NO 7", "* NO ****"},
	{"geheim-7", "geheim-\r\n", "****\r\n", "7x", "****x"},
	{"0123456789abcdef", "535-0123456789", "535-****", "535 abcdef", "535 ****"},
	{"0123456789abcdef", "535-0123", "535-0123", "535 456789abcdef", "535 ****"},
	{"geheim-7", "535-PASS gehe", "535-PASS gehe", "535 im-8", "535 im-8"},
	{"geheim-7", "535-geheim-7", "535-****", "535 7", "535 7"},
};

START_TEST(test_blot_text__in_two_lines)
{
	blot_add(&blot, splits[_i].secret, NULL);
	ck_assert_str_eq(blotted(splits[_i].first, true), splits[_i].first_after);
	ck_assert_str_eq(blotted(splits[_i].second, true), splits[_i].second_after);
}
END_TEST

START_TEST(test_blot_add__several_until_they_are_forgotten)
{
	ck_assert(blot_is_empty(&blot));
	blot_add(&blot, "", "probe");
	ck_assert(blot_is_empty(&blot));
	blot_add(&blot, "s3cret", "probe");
	blot_add(&blot, "s3cret", "probe");
	blot_add(&blot, "AHByb2JlAHMzY3JldA==", NULL);
	ck_assert(!blot_is_empty(&blot));
	ck_assert_str_eq(blotted("NO AHByb2JlAHMzY3JldA== s3cret", true), "NO **** ****");
	blot_free(&blot);
	ck_assert(blot_is_empty(&blot));
	blot_add(&blot, "other7", NULL);
	ck_assert_str_eq(blotted("NO s3cret other7", true), "NO s3cret ****");
}
END_TEST

START_TEST(test_blot_text__grows_as_far_as_it_must)
{
	blot_add(&blot, "x", NULL);
	ck_assert_str_eq(blotted("x", false), "****");
	ck_assert_str_eq(blotted("x x x", true), "**** **** ****");
	ck_assert_str_eq(blotted("", true), "");
}
END_TEST

/* Part of what came last may be looked at, and more than once. */
START_TEST(test_blot_text__of_a_part)
{
	size_t len;

	blot_add(&blot, "geheim-7", NULL);
	blot_heard(&blot, "* NO PASS gehe\r\n", 16);
	blot_heard(&blot, "a1 NO im-7 no", 13);
	for (int i = 0; i < 2; i++) {
		ck_assert_str_eq(blot_text(&blot, "a1 NO im-7 no", 13, true, &len),
				 "a1 NO **** no");
		ck_assert_str_eq(blot_text(&blot, "im-7 no", 7, false, &len), "**** no");
	}
}
END_TEST

/* The words of a reply of several lines, without their codes. */
START_TEST(test_blot_text__of_several_lines)
{
	blot_add(&blot, "geheim-7", NULL);
	ck_assert_str_eq(blotted("PASS gehe\nim-7 no\nim-7", false), "PASS gehe\n**** no\nim-7");
	ck_assert_str_eq(blotted("5.7.8 gehe\r\n5.7.8 im-7", false), "5.7.8 gehe\r\n5.7.8 ****");
	ck_assert_str_eq(blotted("gehe\n\nim-7\n", false), "gehe\n\nim-7\n");
}
END_TEST

START_TEST(test_blot_text__takes_any_bytes)
{
	size_t len;

	blot_add(&blot, "s3cret", NULL);
	const char *out = blot_text(&blot, "\0s3cret\0\xff", 9, true, &len);
	ck_assert_uint_eq(len, 7);
	ck_assert_mem_eq(out, "\0****\0\xff", 7);
}
END_TEST

/* What this process has used of a processor: others that keep it busy do not count. */
static int64_t cpu_us(void)
{
	struct timespec t;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
	return t.tv_sec * US_PER_S + t.tv_nsec / 1000;
}

/* Whatever is said, and of the longest passwords: a line of the greatest length in a time that is a
 * hundred times what it takes, and far less than it takes to look for each piece at each place. */
static void assert_fast(const char *text, size_t len)
{
	enum { LIMIT_US = 250000 };
	int64_t begun = cpu_us();
	size_t out_len;

	blot_text(&blot, text, len, true, &out_len);
	ck_assert_int_lt(cpu_us() - begun, LIMIT_US);
}

static void fill(char *bytes, size_t len, unsigned int seed)
{
	for (size_t i = 0; i < len; i++) {
		seed = seed * 1103515245 + 12345;
		bytes[i] = (char)('!' + (seed >> 16) % 90);
	}
	bytes[len] = '\0';
}

START_TEST(test_blot_text__takes_time_by_the_length_of_the_text)
{
	enum { LEN = 65536, SECRET = 4096 };
	static char text[LEN + 1], secret[SECRET + 1];

	/* a random one in random text, of itself, and of all but its last byte */
	fill(secret, SECRET, 7);
	blot_add(&blot, secret, "probe");
	fill(text, LEN, 8);
	assert_fast(text, LEN);
	for (size_t i = 0; i < LEN; i++)
		text[i] = secret[i % SECRET];
	assert_fast(text, LEN);
	for (size_t i = 0; i < LEN; i++)
		text[i] = secret[i % 5];
	assert_fast(text, LEN);
	blot_free(&blot);
	/* one of a single letter, and text of it */
	memset(secret, 'a', SECRET);
	blot_add(&blot, secret, "aaaaaaaaaa");
	memset(text, 'a', LEN);
	assert_fast(text, LEN);
	for (size_t i = 5; i < LEN; i += 6)
		text[i] = '"';
	assert_fast(text, LEN);
	for (size_t i = 1; i < LEN; i += 2)
		text[i] = '\n';
	assert_fast(text, LEN);
	blot_free(&blot);
	blot_add(&blot, "aaaaaa", NULL);
	memset(text, 'a', LEN);
	assert_fast(text, LEN);
}
END_TEST

UNIT_MAIN_FIXTURE("blot", setup, teardown, ROWS(test_blot_text__of_a_reply, replies),
		  ONCE(test_blot_text__that_is_no_reply_has_no_status),
		  ROWS(test_blot_text__spares_the_user_name, names),
		  ROWS(test_blot_text__in_two_lines, splits),
		  ONCE(test_blot_add__several_until_they_are_forgotten),
		  ONCE(test_blot_text__grows_as_far_as_it_must), ONCE(test_blot_text__of_a_part),
		  ONCE(test_blot_text__of_several_lines), ONCE(test_blot_text__takes_any_bytes),
		  ONCE(test_blot_text__takes_time_by_the_length_of_the_text))
