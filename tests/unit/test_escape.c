/* test_escape.c - text of any origin within CSV, HTML and OpenMetrics */
#include "report/escape.h"

#include <string.h>

#include "unit.h"

typedef int escape_fn(struct buf *out, const char *text);

static const struct {
	escape_fn *escape;
	const char *text, *expected;
} row[] = {
	/* CSV: quoted where it must be */
	{escape_csv, "", ""},
	{escape_csv, "mail.example.org:993", "mail.example.org:993"},
	{escape_csv, "a, b", "\"a, b\""},
	{escape_csv, "login: \"NO\"", "\"login: \"\"NO\"\"\""},
	{escape_csv, "a\r\nb", "a b"},
	{escape_csv, " a", "\" a\""},
	{escape_csv, "a ", "\"a \""},
	{escape_csv, "a | <b>", "a | <b>"},
	{escape_csv, "[::1]:993", "[::1]:993"},
	{escape_csv,
	 "Gr\xc3\xbc\xc3\x9f"
	 "e",
	 "Gr\xc3\xbc\xc3\x9f"
	 "e"},
	/* no formula */
	{escape_csv, "=1+1", "'=1+1"},
	{escape_csv, "+49", "'+49"},
	{escape_csv, "-ERR", "'-ERR"},
	{escape_csv, "@SUM(A1)", "'@SUM(A1)"},
	{escape_csv, "\t=1", "\" '=1\""},
	{escape_csv, "\"=1\"", "\"\"\"'=1\"\"\""},
	{escape_csv,
	 "\xef\xbc\x9d"
	 "1",
	 "'\xef\xbc\x9d"
	 "1"},
	{escape_csv, "\xef\xbc\x8b\xef\xbc\x8d", "'\xef\xbc\x8b\xef\xbc\x8d"},
	{escape_csv, "\xef\xbc\xa0", "'\xef\xbc\xa0"},
	{escape_csv, "\xe2\x80\x8b=1", "?=1"},
	{escape_csv, "250 ok;=cmd|'/C calc'!A0", "\"250 ok;'=cmd|'/C calc'!A0\""},
	{escape_csv, "a; \"=1\";;-1", "\"a; \"\"'=1\"\";;'-1\""},
	{escape_csv, "a=b a-b a@b", "a=b a-b a@b"},
	/* HTML */
	{escape_html, "<script>alert('x')</script> & \"y\"",
	 "&lt;script&gt;alert(&#39;x&#39;)&lt;/script&gt; &amp; &quot;y&quot;"},
	{escape_html, "&lt;", "&amp;lt;"},
	{escape_html, "\xff\x1b\xe2\x80\xae", "???"},
	/* OpenMetrics */
	{escape_label, "Default \"Frontend\" C:\\x", "Default \\\"Frontend\\\" C:\\\\x"},
	{escape_label, "a\nb\\n", "a b\\\\n"},
	{escape_label, "\xc3\x28", "?("},
};

START_TEST(test_escape__leaves_nothing_that_means_anything)
{
	struct buf out = BUF_INIT(1000);

	ck_assert_int_eq(row[_i].escape(&out, row[_i].text), 0);
	ck_assert_str_eq(buf_str(&out), row[_i].expected);
	buf_free(&out);
}
END_TEST

static escape_fn *const all[] = {escape_csv, escape_html, escape_label};

START_TEST(test_escape__says_that_it_does_not_fit)
{
	struct buf out = BUF_INIT(8);

	ck_assert_int_eq(all[_i](&out, "a\"b\"c<d>e\\f"), -1);
	ck_assert_uint_le(out.len, 8);
	buf_free(&out);
}
END_TEST

START_TEST(test_escape__takes_a_megabyte)
{
	static char text[1 << 20];
	struct buf out = BUF_INIT(8 << 20);

	memset(text, ';', sizeof(text) - 1);
	for (size_t i = 1; i < sizeof(text) - 1; i += 2)
		text[i] = "=\"<\\"[i / 2 % 4];
	ck_assert_int_eq(all[_i](&out, text), 0);
	ck_assert_uint_ge(out.len, sizeof(text) - 1);
	buf_free(&out);
}
END_TEST

UNIT_MAIN_FIXTURE("escape", NULL, NULL, ROWS(test_escape__leaves_nothing_that_means_anything, row),
		  ROWS(test_escape__says_that_it_does_not_fit, all),
		  ROWS(test_escape__takes_a_megabyte, all))
