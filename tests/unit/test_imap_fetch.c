/* test_imap_fetch.c - the data of FETCH, SEARCH and ESEARCH responses */
#include "mail/imap/imap_parse.h"

#include <stdio.h>
#include <string.h>

#include "unit.h"

/* ---- FETCH ---- */

/* UNSET stands for "no UID"; a body of NULL for "no body" */
enum { UNSET = 0 };

static const struct {
	const char *rest;
	uint32_t uid;
	const char *body;
} fetches[] = {
	{"(UID 4)", 4, NULL},
	{"()", UNSET, NULL},
	{"(uid 4294967295)", UINT32_MAX, NULL},
	{"(UID 4 BODY[] {3}\r\nabc)", 4, "abc"},
	{"(BODY[] {3}\r\nabc UID 4)", 4, "abc"},
	{"(FLAGS (\\Seen \\Deleted $Junk) BODY[] {3}\r\nabc UID 4)", 4, "abc"},
	{"(UID 4 FLAGS () BODY[] \"abc\")", 4, "abc"},
	{"(UID 4 BODY[]<0> {3}\r\nabc)", 4, "abc"},
	{"(UID 4 BODY[HEADER.FIELDS (SUBJECT DATE)] {3}\r\nabc)", 4, "abc"},
	{"(UID 4 BODY[HEADER.FIELDS (SUBJECT DATE)]<0> {3}\r\nabc)", 4, "abc"},
	{"(BODY[HEADER.FIELDS (\"SUBJECT\" \"DATE\")] {3}\r\nabc UID 4)", 4, "abc"},
	{"(BODY[HEADER.FIELDS (\"A]B\" \"C\\\"]D\")] {3}\r\nabc UID 4)", 4, "abc"},
	{"(BODY[HEADER.FIELDS ({4}\r\nDATE)] {3}\r\nabc UID 4)", 4, "abc"},
	{"(BODY[1.2.HEADER] {3}\r\nabc UID 4)", 4, "abc"},
	{"(body[header] {3}\r\nabc)", UNSET, "abc"},
	/* literals hold anything, and as much as they say */
	{"(BODY[] {0}\r\n UID 4)", 4, ""},
	{"(BODY[] {0}\r\n)", UNSET, ""},
	{"(BODY[] {003}\r\nabc)", UNSET, "abc"},
	{"(BODY[] {10}\r\n) UID 7 (\" UID 4)", 4, ") UID 7 (\""},
	{"(BODY[] {8}\r\n{5}\r\nab\n UID 4)", 4, "{5}\r\nab\n"},
	{"(BODY[] {4}\r\n\r\n\r\n UID 4)", 4, "\r\n\r\n"},
	/* nothing is what a message that has gone meanwhile holds */
	{"(UID 4 BODY[] NIL)", 4, ""},
	{"(UID 4 BODY[] nil)", 4, ""},
	{"(UID 4 BODY[] \"\")", 4, ""},
	{"(UID 4 BODY[] \"NIL\")", 4, "NIL"},
	{"(UID 4 BODY[] \"a\\\"b\\\\\")", 4, "a\\\"b\\\\"},
	/* only the first body counts */
	{"(BODY[HEADER] \"one\" BODY[TEXT] \"two\" UID 4)", 4, "one"},
	/* what is not known is passed over, whatever it is */
	{"(RFC822.SIZE 44827 INTERNALDATE \"17-Jul-1996 02:44:25 -0700\" UID 4)", 4, NULL},
	{"(MODSEQ (12121231000) UID 4)", 4, NULL},
	{"(X-GM-LABELS (\"\\\\Inbox\" {5}\r\n)(\"{3 foo) UID 4)", 4, NULL},
	{"(ENVELOPE (\"date\" NIL ((\"a\" NIL \"b\" \"c\")) NIL) UID 4)", 4, NULL},
	{"(BODY (\"TEXT\" \"PLAIN\" (\"CHARSET\" \"US-ASCII\") NIL NIL \"7BIT\" 3028 92) UID 4)", 4,
	 NULL},
	{"(BODYSTRUCTURE ((\"a\")(\"b\") \"MIXED\") UID 4)", 4, NULL},
	{"(BINARY[1] ~{3}\r\na)( UID 4)", 4, NULL},
	{"(XUID 5 UIDX 6 UID 4)", 4, NULL},
	{"(X ()  UID   4 )", 4, NULL},
	{"(X (())UID 4)", 4, NULL},
	{"(UID 4)(UID 5)", 4, NULL},
	{"(UID 4 FLAGS () UID 4)", 4, NULL},
	/* closed too early */
	{"(BODY[] {3}\r\nabc) FLAGS (\\Seen) UID 4", 4, "abc"},
	{"(BODY[] {3}\r\nabc) UID 4)", 4, "abc"},
	{"(UID 4) UID 5", 4, NULL},
	{"(UID 4) UID", 4, NULL},
};

START_TEST(test_imap_parse_fetch__items_in_any_order)
{
	struct imap_fetch f;
	const char *body = fetches[_i].body;

	ck_assert_int_eq(imap_parse_fetch(span_of(fetches[_i].rest), &f), 0);
	ck_assert_int_eq(f.has_uid, fetches[_i].uid != UNSET);
	ck_assert_uint_eq(f.uid, fetches[_i].uid);
	ck_assert_int_eq(f.has_body, body != NULL);
	if (body) {
		ck_assert_ptr_nonnull(f.body.at);
		ck_assert_uint_eq(f.body.len, strlen(body));
		ck_assert_mem_eq(f.body.at, body, f.body.len);
	}
}
END_TEST

static const char *const bad_fetches[] = {
	"",
	" ",
	"UID 4",
	")",
	"NIL",
	"\"(UID 4)\"",
	"(",
	"(UID",
	"(UID 4",
	"(UID 4 ",
	"(UID)",
	"(UID )",
	"(UID 0)",
	"(UID -4)",
	"(UID 4294967296)",
	"(UID 4x)",
	"(UID \"4\")",
	"(UID (4))",
	"(UID NIL)",
	"(UID {1}\r\n4)",
	"((UID 4))",
	"(\"UID\" 4)",
	"(UID 4 FLAGS)",
	"(FLAGS (\\Seen)",
	"(FLAGS (\\Seen UID 4)",
	/* unterminated, or not as long as they say */
	"(BODY[] \"abc",
	"(BODY[] \"abc)",
	"(BODY[] \"abc\\\")",
	"(BODY[] \"abc\\",
	"(BODY[] {3}\r\nab",
	"(BODY[] {3}\r\n",
	"(BODY[] {3}\r",
	"(BODY[] {3}",
	"(BODY[] {3",
	"(BODY[] {",
	"(BODY[] {4}\r\nabc)",
	"(BODY[] {3}\nabc)",
	"(BODY[] {3}abc)",
	"(BODY[] {3} \r\nabc)",
	"(BODY[] {}\r\nabc)",
	"(BODY[] {-1}\r\nabc)",
	"(BODY[] {+}\r\n)",
	"(UID 4 UID 5)",
	"(BODY[] { 3}\r\nabc)",
	"(BODY[] {4294967295}\r\nabc)",
	"(BODY[] {4294967296}\r\nabc)",
	"(BODY[] {18446744073709551615}\r\nabc)",
	"(BODY[] {18446744073709551619}\r\nabc)",
	"(BODY[HEADER {3}\r\nabc)",
	"(BODY[",
	"(BODY[\"",
	"(BODY[\"] {3}\r\nabc)",
	"(BODY[]",
	"(BODY[])",
	/* a body is a string or NIL */
	"(BODY[] abc)",
	"(BODY[] 3)",
	"(BODY[] (\"abc\"))",
	"(BODY[] ())",
	"(BODY[] NILX)",
	/* a literal where an atom has begun: what follows it would be taken for items */
	"(X-FOO abc{9}\r\nx UID 7 y UID 4)",
	"(abc{3}\r\nUID 4)",
	"(X a\r\nUID 4)",
	"(X \r\n UID 4)",
};

START_TEST(test_imap_parse_fetch__rejects)
{
	struct imap_fetch f;

	ck_assert_int_eq(imap_parse_fetch(span_of(bad_fetches[_i]), &f), -1);
}
END_TEST

/* depth lists, one in another */
static int fetch_nested(size_t depth, bool closed, struct imap_fetch *f)
{
	static char text[400000];
	char *at = text;

	at += snprintf(at, 8, "(X ");
	memset(at, '(', depth);
	at += depth;
	if (closed) {
		memset(at, ')', depth);
		at += depth;
	}
	at += snprintf(at, 16, " UID 4)");
	return imap_parse_fetch((struct span){text, (size_t)(at - text)}, f);
}

START_TEST(test_imap_parse_fetch__nesting_has_a_limit)
{
	struct imap_fetch f;

	ck_assert_int_eq(fetch_nested(1, true, &f), 0);
	ck_assert_int_eq(fetch_nested(20, true, &f), 0);
	ck_assert_uint_eq(f.uid, 4);
	ck_assert_int_eq(fetch_nested(100, true, &f), -1);
	ck_assert_int_eq(fetch_nested(150000, true, &f), -1);
	ck_assert_int_eq(fetch_nested(3, false, &f), -1);
	ck_assert_int_eq(fetch_nested(300000, false, &f), -1);
}
END_TEST

START_TEST(test_imap_parse_fetch__keeps_nul_bytes_of_a_literal)
{
	static const char rest[] = "(BODY[] {3}\r\na\0b UID 4)";
	struct imap_fetch f;

	ck_assert_int_eq(imap_parse_fetch((struct span){rest, sizeof(rest) - 1}, &f), 0);
	ck_assert_uint_eq(f.body.len, 3);
	ck_assert_mem_eq(f.body.at, "a\0b", 3);
	ck_assert_uint_eq(f.uid, 4);
}
END_TEST

/* Every beginning of a good response is a bad one, and nothing behind it is looked at. */
START_TEST(test_imap_parse_fetch__every_shorter_one_is_bad)
{
	static const char whole[] =
		"(FLAGS (\\Seen) X \"q\\\"\" BODY[HEADER.FIELDS (\"A\")]<0> {3}\r\nabc UID 4)";
	struct imap_fetch f;

	for (size_t len = 0; len + 1 < sizeof(whole); len++) {
		char *copy = malloc(
			len ? len : 1); /* its end is watched by the sanitizers and valgrind */
		memcpy(copy, whole, len);
		int rc = imap_parse_fetch((struct span){copy, len}, &f);
		free(copy);
		ck_assert_msg(rc == -1, "accepts the first %zu bytes", len);
	}
	ck_assert_int_eq(imap_parse_fetch((struct span){whole, sizeof(whole) - 1}, &f), 0);
}
END_TEST

/* ---- SEARCH ---- */

static struct imap_uids uids;

static int search(const char *rest, bool is_esearch)
{
	uids.count = 0;
	uids.cut = false;
	return is_esearch ? imap_parse_esearch(span_of(rest), NULL, &uids)
			  : imap_parse_search(span_of(rest), &uids);
}

static void assert_uids(const uint32_t expected[4])
{
	size_t n = 0;

	for (; n < 4 && expected[n]; n++)
		ck_assert_uint_eq(uids.uid[n], expected[n]);
	ck_assert_uint_eq(uids.count, n);
	ck_assert(!uids.cut);
}

static const struct {
	const char *rest;
	uint32_t uid[4];
} searches[] = {
	{"", {0}},
	{" ", {0}},
	{"1", {1}},
	{"2 84 882", {2, 84, 882}},
	{"  2  84 ", {2, 84}},
	{"3 1 2", {3, 1, 2}},
	{"4294967295", {UINT32_MAX}},
	{"007", {7}},
	{"2 5 (MODSEQ 917162500)", {2, 5}},
	{"(MODSEQ 1)", {0}},
};

START_TEST(test_imap_parse_search__numbers)
{
	ck_assert_int_eq(search(searches[_i].rest, false), 0);
	assert_uids(searches[_i].uid);
}
END_TEST

static const char *const bad_searches[] = {
	"0",     "1 0", "-1",         "+1",   "1,2",
	"1:3",   "x",   "1 x",        "1\t2", "1x",
	"\"1\"", "{1}", "4294967296", "1.5",  "99999999999999999999999",
	"1)"};

START_TEST(test_imap_parse_search__rejects)
{
	ck_assert_int_eq(search(bad_searches[_i], false), -1);
}
END_TEST

static const struct {
	const char *rest;
	uint32_t uid[4];
} esearches[] = {
	{"", {0}},
	{"(TAG \"m1\") UID", {0}},
	{"(TAG \"m1\")", {0}},
	{"UID ALL 5", {5}},
	{"(TAG \"m1\") UID ALL 5,7,9", {5, 7, 9}},
	{"(TAG \"m1\") UID ALL 5:7", {5, 6, 7}},
	{"(TAG \"m1\") UID all 9:7", {7, 8, 9}},
	{"(TAG \"m1\") UID ALL 5:5", {5}},
	{"(TAG \"m1\") UID ALL 1,9:7", {1, 7, 8, 9}},
	{"(TAG \"m1\") UID ALL 4294967294:4294967295", {UINT32_MAX - 1, UINT32_MAX}},
	{"(TAG \"m1\") UID ALL 4294967295", {UINT32_MAX}},
	{"(TAG \"m1\") UID MIN 2 MAX 9 COUNT 3", {0}},
	{"(TAG \"m1\") UID COUNT 2 ALL 1:2 MODSEQ 917", {1, 2}},
	{"(TAG \"m1\")  UID  ALL  1:2 ", {1, 2}},
};

START_TEST(test_imap_parse_search__esearch)
{
	ck_assert_int_eq(search(esearches[_i].rest, true), 0);
	assert_uids(esearches[_i].uid);
}
END_TEST

static const char *const bad_esearches[] = {
	"UID ALL",      "ALL 5",         "ALL 5 UID",
	"UID ALL ",     "UID ALL 0",     "UID ALL 0:3",
	"UID ALL 3:0",  "UID ALL 1:",    "UID ALL :1",
	"UID ALL :",    "UID ALL 1,",    "UID ALL ,1",
	"UID ALL 1,,2", "UID ALL 1:2:3", "UID ALL *",
	"UID ALL 1:*",  "UID ALL -1",    "UID ALL 4294967296",
	"UID ALL x",    "UID ALL \"1\"", "UID ALL 1:99999999999999999999",
	"UID ALL $",    "UID ALL 1-3"};

START_TEST(test_imap_parse_search__esearch_rejects)
{
	ck_assert_int_eq(search(bad_esearches[_i], true), -1);
}
END_TEST

START_TEST(test_imap_parse_esearch__answers_one_command)
{
	struct imap_uids found = {0};

	ck_assert_int_eq(imap_parse_esearch(span_of("(TAG \"m1\") UID ALL 5"), "m1", &found), 0);
	ck_assert_int_eq(imap_parse_esearch(span_of("(TAG \"m2\") UID ALL 6"), "m1", &found), 1);
	ck_assert_int_eq(imap_parse_esearch(span_of("UID ALL 7"), "m1", &found), 0);
	ck_assert_uint_eq(found.count, 2);
	ck_assert_uint_eq(found.uid[0], 5);
	ck_assert_uint_eq(found.uid[1], 7);
}
END_TEST

static const struct {
	const char *rest;
	const char *section;
	bool from_start, deleted;
} items[] = {
	{"(UID 4 BODY[] \"x\")", "", true, false},
	{"(UID 4 BODY[]<0> \"x\")", "", true, false},
	{"(UID 4 BODY[]<700> \"x\")", "", false, false},
	{"(UID 4 BODY[HEADER.FIELDS (DATE \"X]\")]<0> \"x\")", "HEADER.FIELDS (DATE \"X]\")", true,
	 false},
	{"(UID 4 BODY[2.HEADER] \"x\")", "2.HEADER", true, false},
	{"(FLAGS (\\Seen \\DELETED) BODY[] \"x\")", "", true, true},
	{"(FLAGS (\\Deleted) BODY[] \"x\")", "", true, true},
	{"(FLAGS (\\Deletedx Deleted x\\Deleted) BODY[] \"x\")", "", true, false},
	{"(FLAGS () BODY[] \"\\\\Deleted\")", "", true, false},
};

START_TEST(test_imap_parse_fetch__sections_and_flags)
{
	struct imap_fetch f;

	ck_assert_int_eq(imap_parse_fetch(span_of(items[_i].rest), &f), 0);
	ck_assert_uint_eq(f.section.len, strlen(items[_i].section));
	ck_assert_mem_eq(f.section.at, items[_i].section, f.section.len);
	ck_assert_int_eq(f.from_start, items[_i].from_start);
	ck_assert_int_eq(f.deleted, items[_i].deleted);
}
END_TEST

/* The answer is cut and says so; it costs neither memory nor time what the server claims. */
static const char *const giants[] = {
	"UID ALL 1:4294967295",
	"UID ALL 4294967295:1",
	"UID ALL 1:2048,5000:4294967295",
	"UID ALL 1:4294967295,1:4294967295,4294967295:1,1:4294967295",
	"UID ALL 1:2049",
};

START_TEST(test_imap_parse_search__giant_ranges_are_cut)
{
	ck_assert_int_eq(search(giants[_i], true), 0);
	ck_assert_uint_eq(uids.count, IMAP_SEARCH_MAX);
	ck_assert(uids.cut);
	for (uint32_t i = 0; i < IMAP_SEARCH_MAX; i++)
		ck_assert_uint_eq(uids.uid[i], i + 1);
}
END_TEST

START_TEST(test_imap_parse_search__the_last_that_fits_is_not_cut)
{
	ck_assert_int_eq(search("UID ALL 1:2048", true), 0);
	ck_assert_uint_eq(uids.count, IMAP_SEARCH_MAX);
	ck_assert(!uids.cut);
	/* several responses to one command add up */
	ck_assert_int_eq(imap_parse_search(span_of("7"), &uids), 0);
	ck_assert_uint_eq(uids.count, IMAP_SEARCH_MAX);
	ck_assert(uids.cut);
	ck_assert_int_eq(imap_parse_search(span_of("x"), &uids), -1);
}
END_TEST

UNIT_MAIN_FIXTURE("imap_fetch", NULL, NULL,
		  ROWS(test_imap_parse_fetch__items_in_any_order, fetches),
		  ROWS(test_imap_parse_fetch__rejects, bad_fetches),
		  ONCE(test_imap_parse_fetch__nesting_has_a_limit),
		  ONCE(test_imap_parse_fetch__keeps_nul_bytes_of_a_literal),
		  ONCE(test_imap_parse_fetch__every_shorter_one_is_bad),
		  ROWS(test_imap_parse_search__numbers, searches),
		  ROWS(test_imap_parse_search__rejects, bad_searches),
		  ROWS(test_imap_parse_search__esearch, esearches),
		  ROWS(test_imap_parse_search__esearch_rejects, bad_esearches),
		  ONCE(test_imap_parse_esearch__answers_one_command),
		  ROWS(test_imap_parse_fetch__sections_and_flags, items),
		  ROWS(test_imap_parse_search__giant_ranges_are_cut, giants),
		  ONCE(test_imap_parse_search__the_last_that_fits_is_not_cut))
