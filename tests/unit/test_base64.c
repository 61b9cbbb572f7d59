/* test_base64.c - the vectors of RFC 4648, and what is no base64 */
#include "base/base64.h"

#include <string.h>

#include "unit.h"

static const struct {
	const char *text, *base64;
} vectors[] = {
	{"", ""},
	{"f", "Zg=="},
	{"fo", "Zm8="},
	{"foo", "Zm9v"},
	{"foob", "Zm9vYg=="},
	{"fooba", "Zm9vYmE="},
	{"foobar", "Zm9vYmFy"},
	{"\xff\xfe\xfd", "//79"},
	{"\xfb\xff", "+/8="},
};

START_TEST(test_base64__goes_both_ways)
{
	struct buf there = BUF_INIT(64), back = BUF_INIT(64);

	ck_assert_int_eq(base64_encode(&there, vectors[_i].text, strlen(vectors[_i].text)), 0);
	ck_assert_str_eq(buf_str(&there), vectors[_i].base64);
	ck_assert_int_eq(base64_decode(&back, buf_str(&there), there.len), 0);
	ck_assert_str_eq(buf_str(&back), vectors[_i].text);
	buf_free(&there);
	buf_free(&back);
}
END_TEST

static const char *const wrong[] = {
	"Z",    "Zg",        "Zg=",    "Zg===", "=",          "====", "Z===",
	"=Zg=", "Zg==Zg==",  "Zm9v\n", "Zm 9",  "Zm9_",       "Zm9-", "Zh==",
	"Zm9=", "Username:", "*",      "Zm9v=", "\xc3\xa4==",
};

START_TEST(test_base64_decode__is_strict)
{
	struct buf b = BUF_INIT(64);

	ck_assert_int_eq(base64_decode(&b, wrong[_i], strlen(wrong[_i])), -1);
	buf_free(&b);
}
END_TEST

START_TEST(test_base64__carries_any_byte)
{
	char bytes[256];
	struct buf there = BUF_INIT(344), back = BUF_INIT(256);

	for (int i = 0; i < 256; i++)
		bytes[i] = (char)i;
	ck_assert_int_eq(base64_encode(&there, bytes, sizeof(bytes)), 0);
	ck_assert_int_eq(base64_decode(&back, buf_str(&there), there.len), 0);
	ck_assert_int_eq(memcmp(back.data, bytes, sizeof(bytes)), 0);
	ck_assert_int_eq(base64_decode(&back, "AAAA", 4), -1); /* full */
	ck_assert_int_eq(base64_encode(&there, "a", 1), -1);
	ck_assert_uint_eq(there.len, 344);
	buf_free(&there);
	buf_free(&back);
}
END_TEST

UNIT_MAIN_FIXTURE("base64", NULL, NULL, ROWS(test_base64__goes_both_ways, vectors),
		  ROWS(test_base64_decode__is_strict, wrong), ONCE(test_base64__carries_any_byte))
