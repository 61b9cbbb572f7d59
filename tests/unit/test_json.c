/* test_json.c - members of small objects, and what is none */
#include "base/json.h"

#include <stdio.h>
#include <string.h>

#include "unit.h"

static const struct {
	const char *object, *name, *text; /* text NULL: none */
} members[] = {
	{"{\"a\":\"x\"}", "a", "x"},
	{" { \"a\" : \"x\" , \"b\" : \"y\" } ", "b", "y"},
	{"{\"a\":401}", "a", "401"},
	{"{\"a\":true}", "a", "true"},
	{"{\"a\":\"\"}", "a", ""},
	{"{\"a\":\"\\\"\\\\\\/\\b\\f\\n\\r\\t\"}", "a", "\"\\/\b\f\n\r\t"},
	{"{\"a\":\"\\u0041\\u00e4\\u20AC\\ud83d\\ude00\"}", "a",
	 "A\xc3\xa4\xe2\x82\xac\xf0\x9f\x98\x80"},
	{"{\"a\":\"\\u0000\"}", "a", NULL},
	{"{\"a\":\"\\ud83d\"}", "a", NULL},
	{"{\"a\":\"\\ude00\"}", "a", NULL},
	{"{\"a\":\"\\ud83d\\u0041\"}", "a", NULL},
	{"{\"a\":\"\\x\"}", "a", NULL},
	{"{\"a\":\"\\u12\"}", "a", NULL},
	{"{\"x\":{\"a\":\"in\",\"y\":[1,\"]}\"]},\"a\":\"out\"}", "a", "out"},
	{"{\"x\":[[[[[[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]]]]]],\"a\":\"y\"}", "a", NULL},
	{"{\"b\":null,\"a\":\"null\"}", "a", "null"},
	{"{\"a\":null}", "a", NULL},
	{"{\"a\":{}}", "a", NULL},
	{"{\"a\":[]}", "a", NULL},
	{"{\"b\":\"x\"}", "a", NULL},
	{"{}", "a", NULL},
	{"[\"a\"]", "a", NULL},
	{"\"a\"", "a", NULL},
	{"", "a", NULL},
	{"{", "a", NULL},
	{"{\"a", "a", NULL},
	{"{\"a\"", "a", NULL},
	{"{\"a\":", "a", NULL},
	{"{\"a\":\"x", "a", NULL},
	{"{\"a\":\"x\\", "a", NULL},
	{"{\"a\":\"x\ny\"}", "a", NULL},
	{"{\"a\" \"x\"}", "a", NULL},
	{"{\"b\":1 \"a\":2}", "a", NULL},
	{"{\"b\":[,\"a\":2}", "a", NULL},
	{"{a:1}", "a", NULL},
	{"{\"a\":}", "a", NULL},
};

START_TEST(test_json_text)
{
	struct buf out = BUF_INIT(64);
	int rc = json_text(span_of(members[_i].object), members[_i].name, &out);

	ck_assert_int_eq(rc, members[_i].text ? 0 : -1);
	ck_assert_str_eq(buf_str(&out), members[_i].text ? members[_i].text : "");
	buf_free(&out);
}
END_TEST

START_TEST(test_json_string)
{
	static const char *const others[] = {"5", "true", "null", "[]", "{}"};
	char object[32];
	struct buf out = BUF_INIT(64);

	for (size_t i = 0; i < sizeof(others) / sizeof(*others); i++) {
		snprintf(object, sizeof(object), "{\"a\":%s}", others[i]);
		ck_assert_int_eq(json_string(span_of(object), "a", &out), -1);
		ck_assert_str_eq(buf_str(&out), "");
	}
	ck_assert_int_eq(json_string(span_of("{\"b\":5,\"a\":\"5\"}"), "a", &out), 0);
	ck_assert_str_eq(buf_str(&out), "5");
	buf_free(&out);
}
END_TEST

START_TEST(test_json_number)
{
	uint64_t value = 7;

	ck_assert_int_eq(json_number(span_of("{\"exp\":1300819380}"), "exp", &value), 0);
	ck_assert_uint_eq(value, 1300819380);
	ck_assert_int_eq(json_number(span_of("{\"exp\":1.9}"), "exp", &value), 0);
	ck_assert_uint_eq(value, 1);
	ck_assert_int_eq(json_number(span_of("{\"exp\":-1}"), "exp", &value), -1);
	ck_assert_int_eq(json_number(span_of("{\"exp\":\"x\"}"), "exp", &value), -1);
	ck_assert_int_eq(json_number(span_of("{\"exp\":99999999999999999999}"), "exp", &value), -1);
}
END_TEST

START_TEST(test_json_text__is_bounded)
{
	struct buf out = BUF_INIT(3);

	ck_assert_int_eq(json_text(span_of("{\"a\":\"1234\"}"), "a", &out), -1);
	ck_assert_int_eq(json_text(span_of("{\"a\":\"123\"}"), "a", &out), 0);
	buf_free(&out);
}
END_TEST

/* What is written is read again; of what does not fit nothing stays. */
START_TEST(test_json_quote)
{
	static const char text[] = "a\"b\\c\n\x01\x7f \xc3\xa4";
	struct buf out = BUF_INIT(64), back = BUF_INIT(64), small = BUF_INIT(4);

	ck_assert_int_eq(json_quote(&out, text), 0);
	ck_assert_str_eq(buf_str(&out), "\"a\\\"b\\\\c\\u000a\\u0001\x7f \xc3\xa4\"");
	buf_clear(&out);
	buf_append_str(&out, "{\"a\":");
	json_quote(&out, text);
	buf_append_str(&out, "}");
	ck_assert_int_eq(json_text((struct span){out.data, out.len}, "a", &back), 0);
	ck_assert_str_eq(buf_str(&back), text);
	ck_assert_int_eq(json_quote(&small, "abc"), -1);
	ck_assert_uint_eq(small.len, 0);
	buf_free(&out);
	buf_free(&back);
	buf_free(&small);
}
END_TEST

UNIT_MAIN_FIXTURE("json", NULL, NULL, ROWS(test_json_text, members), ONCE(test_json_string),
		  ONCE(test_json_number), ONCE(test_json_text__is_bounded), ONCE(test_json_quote))
