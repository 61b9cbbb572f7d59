/* test_message.c - composing the test message, and recognising it beyond doubt */
#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "mail/message.h"

#define COUNT(a) ((int)(sizeof(a) / sizeof((a)[0])))
#define T        "0123456789abcdef0123456789abcdef"
#define OTHER    "fedcba9876543210fedcba9876543210"

/* ---- tokens ---- */

START_TEST(test_message_new_token__is_new_lowercase_hex)
{
	char a[TOKEN_LEN + 1], b[TOKEN_LEN + 1];
	struct err err = {0};

	ck_assert_int_eq(message_new_token(a, &err), 0);
	ck_assert_int_eq(message_new_token(b, &err), 0);
	ck_assert_uint_eq(strlen(a), TOKEN_LEN);
	ck_assert_uint_eq(strspn(a, "0123456789abcdef"), TOKEN_LEN);
	ck_assert_str_ne(a, b);
}
END_TEST

/* ---- composing ---- */

static void compose(struct buf *b)
{
	struct message m = {.token = T,
			    .from = "a@example.org",
			    .to = "b@example.org",
			    .host = "mon.example.org",
			    .date = 1136214245};

	*b = BUF_INIT(10000);
	message_compose(b, &m);
}

START_TEST(test_message_compose__has_the_fields)
{
	struct buf b;
	static const char expected[] = "Date: Mon, 02 Jan 2006 15:04:05 +0000\r\n"
				       "From: <a@example.org>\r\n"
				       "To: <b@example.org>\r\n"
				       "Subject: Mailflow probe " T "\r\n"
				       "Message-ID: <" T "@mon.example.org>\r\n"
				       "X-Mailflow-Probe: " T "\r\n"
				       "Auto-Submitted: auto-generated\r\n"
				       "MIME-Version: 1.0\r\n"
				       "Content-Type: text/plain; charset=us-ascii\r\n"
				       "\r\n";

	compose(&b);
	ck_assert_uint_gt(b.len, sizeof(expected));
	ck_assert_mem_eq(b.data, expected, sizeof(expected) - 1);
	ck_assert_str_eq(b.data + b.len - strlen("Token: " T "\r\n"), "Token: " T "\r\n");
	buf_free(&b);
}
END_TEST

START_TEST(test_message_compose__is_short_ascii_lines_with_crlf)
{
	struct buf b;
	size_t line = 0;

	compose(&b);
	for (size_t i = 0; i < b.len; i++) {
		unsigned char c = (unsigned char)b.data[i];
		ck_assert_uint_lt(c, 0x7f);
		ck_assert(c != '\r' || b.data[i + 1] == '\n');
		ck_assert(c != '\n' || b.data[i - 1] == '\r');
		line = c == '\n' ? 0 : line + 1;
		ck_assert_uint_le(line, 78);
	}
	ck_assert_uint_eq(line, 0);
	buf_free(&b);
}
END_TEST

START_TEST(test_message_compose__makes_what_the_parser_finds)
{
	struct buf b;
	struct message_header h;

	compose(&b);
	message_header_parse(b.data, b.len, &h);
	ck_assert(message_is_ours(&h, T));
	ck_assert(!message_is_ours(&h, OTHER));
	ck_assert(h.has_date);
	ck_assert_int_eq(h.date, 1136214245);
	ck_assert(message_body_has_token(b.data, b.len, T));
	ck_assert(!message_body_has_token(b.data, b.len, OTHER));
	buf_free(&b);
}
END_TEST

/* ---- addresses ---- */

static const char *const valid[] = {
	"a@b",
	"user@example.org",
	"first.last+tag@mail.example.org",
	"o'neil=x/y!z#$%&*?^_`{|}~-@example.org",
	"a..b.@docomo.example",
	"\"a,b\"@example.org",
	"\"a\\\"b\"@example.org",
	"\"a@b\"@example.org",
	"user@[192.0.2.1]",
	"user@[IPv6:2001:db8::1]",
	"user@host_1.example",
	"m\xc3\xbcller@m\xc3\xbcnchen.example",
	"1234567890123456789012345678901234567890123456789012345678901234@example.org",
};

START_TEST(test_message_address_valid__accepts)
{
	ck_assert(message_address_valid(valid[_i]));
}
END_TEST

static const struct {
	const char *address, *ascii;
} addresses[] = {
	{"user@example.org", "user@example.org"},
	{"user@m\xc3\xbcnchen.example", "user@xn--mnchen-3ya.example"},
	/* it needs SMTPUTF8 all the same, or is none */
	{"m\xc3\xbcller@m\xc3\xbcnchen.example", "m\xc3\xbcller@m\xc3\xbcnchen.example"},
	{"user@m\xfcnchen.example", "user@m\xfcnchen.example"},
	{"user@[192.0.2.1]", "user@[192.0.2.1]"},
	{"postmaster", "postmaster"},
	{"", ""},
};

START_TEST(test_message_address_ascii__the_domain_alone)
{
	char *ascii = message_address_ascii(addresses[_i].address);

	ck_assert_str_eq(ascii, addresses[_i].ascii);
	free(ascii);
}
END_TEST

static const char *const invalid[] = {
	"",
	"user",
	"@",
	"@example.org",
	"user@",
	"DOMAIN\\user",
	"DOMAIN\\user@example.org",
	"a@b@example.org",
	"a b@example.org",
	"a@exam ple.org",
	"<a@example.org>",
	"a@example.org>",
	"a@example.org\r\nRCPT TO:<x@y.example",
	"a@example.org\n",
	"a\t@example.org",
	"a\x7f@example.org",
	"a\x01@example.org",
	"a,b@example.org",
	"a;b@example.org",
	"group:a@example.org",
	"a(comment)@example.org",
	"\"a@example.org",
	"\"\"@example.org",
	"\"a\"b\"@example.org",
	"\"a\\\"@example.org",
	"a\"b\"@example.org",
	"a@.example.org",
	"a@example.org.",
	"a@example..org",
	"a@exam,ple.org",
	"a@[192.0.2.1",
	"a@192.0.2.1]",
	"a@[]",
	"a@[192.0.2.1]x",
	"a@exa/mple.org",
	"12345678901234567890123456789012345678901234567890123456789012345@example.org",
};

START_TEST(test_message_address_valid__rejects)
{
	ck_assert(!message_address_valid(invalid[_i]));
}
END_TEST

START_TEST(test_message_address_valid__allows_254_bytes)
{
	char address[300] = "a@";

	memset(address + 2, 'd', 252);
	ck_assert(message_address_valid(address));
	address[254] = 'd';
	ck_assert(!message_address_valid(address));
}
END_TEST

/* ---- recognising ---- */

#define DATE    "Date: Mon, 02 Jan 2006 15:04:05 +0000\r\n"
#define SUBJECT "Subject: Mailflow probe " T "\r\n"
#define FIELD   "X-Mailflow-Probe: " T "\r\n"
#define ID      "Message-ID: <" T "@mon.example.org>\r\n"

static struct message_header parse(const char *header, size_t len)
{
	struct message_header h;
	/* of exact size, so that a read beyond it shows under valgrind and ASan */
	char *exact = malloc(len ? len : 1);

	memset(&h, 0xff, sizeof(h));
	memcpy(exact, header, len);
	message_header_parse(exact, len, &h);
	free(exact);
	return h;
}

static const char *const ours[] = {
	DATE SUBJECT FIELD "\r\n",
	DATE SUBJECT FIELD,
	FIELD SUBJECT,
	"Subject: Mailflow probe " T "\nX-Mailflow-Probe: " T "\n\n",
	"Subject: Mailflow probe " T "\nX-Mailflow-Probe: " T,
	"subject: Mailflow probe " T "\r\nx-MAILFLOW-probe: " T "\r\n\r\n",
	"Subject:Mailflow probe " T "\r\nX-Mailflow-Probe:" T "\r\n",
	"Subject \t: Mailflow probe " T " \r\nX-Mailflow-Probe : \t" T "\t\r\n",
	"Subject: Mailflow\r\n probe\r\n\t" T "\r\nX-Mailflow-Probe:\r\n " T "\r\n",
	"Subject:\r\n Mailflow probe  " T "\r\n \r\n" FIELD,
	"From: x\r\n y\r\nReceived: by a; b\r\n\t(c)\r\n" SUBJECT "To: z\r\n" FIELD "X: y\r\n\r\n",
	"no colon here\r\n" SUBJECT FIELD,
	":\r\n" SUBJECT FIELD,
	" continuation of nothing\r\n" SUBJECT FIELD,
	SUBJECT FIELD "\r\nSubject: in the body\r\nX-Mailflow-Probe: " OTHER "\r\n",
	SUBJECT FIELD "Date: one\r\nDate: two\r\n",
	"Subject: Re: Mailflow probe " T "\r\n" FIELD,
	"Subject: [EXTERNAL] Mailflow probe " T "\r\n" FIELD,
	"Subject: ***SPAM*** Mailflow probe " T " [bulk]\r\n" FIELD,
	"Subject: \xe3\x80\x90x\xe3\x80\x91Mailflow probe " T "\r\n" FIELD,
	"Subject: Mailflow probe " T " was refused\r\n" FIELD,
	"Subject: Mailflow probe " T "\r\n and more\r\n" FIELD,
	"Subject: Mailflow probe " T " Mailflow probe " T "\r\n" FIELD,
	"Subject: =?us-ascii?q?Mailflow_probe_" T "?=\r\n" FIELD,
	"Subject: =?utf-8?Q?=5BE=C3=BC=5D_Mailflow?=\r\n =?utf-8?Q?_probe_" T "?=\r\n" FIELD,
	SUBJECT "X-Mailflow-Probe-2: " OTHER "\r\nXX-Mailflow-Probe: " OTHER "\r\n" FIELD,
};

START_TEST(test_message_header_parse__finds_ours)
{
	struct message_header h = parse(ours[_i], strlen(ours[_i]));

	ck_assert_str_eq(h.subject_token, T);
	ck_assert_str_eq(h.field_token, T);
	ck_assert(message_is_ours(&h, T));
}
END_TEST

static const char *const not_ours[] = {
	"",
	"\r\n",
	"\n",
	"\r\n" SUBJECT FIELD,
	"\n" SUBJECT FIELD,
	DATE SUBJECT "\r\n" FIELD,
	DATE FIELD "\r\n" SUBJECT,
	SUBJECT,
	FIELD,
	SUBJECT FIELD FIELD,
	SUBJECT FIELD "X-Mailflow-Probe: " OTHER "\r\n",
	SUBJECT "X-Mailflow-Probe: " OTHER "\r\n" FIELD,
	SUBJECT FIELD "x-mailflow-probe :\r\n",
	SUBJECT SUBJECT FIELD,
	SUBJECT "Subject: hello\r\n" FIELD,
	"Subject: hello\r\n" SUBJECT FIELD,
	SUBJECT "X-Mailflow-Probe: " OTHER "\r\n",
	"Subject: Mailflow probe " OTHER "\r\n" FIELD,
	"Subject: mailflow probe " T "\r\n" FIELD,
	"Subject: Mailflow probe" T "\r\n" FIELD,
	"Subject: Mailflow probe \r\n" FIELD,
	"Subject: Mailflow probe\r\n" FIELD,
	"Subject:\r\n" FIELD,
	"Subject\r\n" FIELD,
	"X-Subject: Mailflow probe " T "\r\n" FIELD,
	"Sub ject: Mailflow probe " T "\r\n" FIELD,
	" Subject: Mailflow probe " T "\r\n" FIELD,
	"To: x\r\n Subject: Mailflow probe " T "\r\n" FIELD,
	"To: x\r\n\tX-Mailflow-Probe: " T "\r\n" SUBJECT,
	"Subject: Mailflow probe 0123456789ABCDEF0123456789ABCDEF\r\n"
	"X-Mailflow-Probe: 0123456789ABCDEF0123456789ABCDEF\r\n",
	SUBJECT "X-Mailflow-Probe: " T "0\r\n",
	SUBJECT "X-Mailflow-Probe: 0123456789abcdef0123456789abcde\r\n",
	SUBJECT "X-Mailflow-Probe: 0123456789abcdef 0123456789abcdef\r\n",
	SUBJECT "X-Mailflow-Probe: 0123456789abcdef\r\n 0123456789abcdef\r\n",
	SUBJECT "X-Mailflow-Probe: 0123456789abcdef0123456789abcdeg\r\n",
	"Subject: xMailflow probe " T "\r\n" FIELD,
	"Subject: Mailflow probe " T "0\r\n" FIELD,
	"Subject: Mailflow probe " T "z\r\n" FIELD,
	"Subject: Mailflow probe " T " Mailflow probe " OTHER "\r\n" FIELD,
	"Subject: =?utf-8?q?Mailflow_probe_" T "\r\n" FIELD,
	SUBJECT "Message-ID: <" OTHER "@x>\r\nX-Mailflow-Probe: " OTHER "\r\n",
	SUBJECT "X-Mailflow-Probe: <" T ">\r\n",
	SUBJECT "X-Mailflow-Probe: " T " (x)\r\n",
	SUBJECT "X-Mailflow-Probe: " T "\r\r\n",
	SUBJECT "X-Mailflow-Probe: " T "\rX: y\r\n",
	SUBJECT "X-Mailflow-Probe\r\n : " T "\r\n",
	SUBJECT "X-Mailflow-Probe:\r\n\r\n" T "\r\n",
	"Subject: Mailflow probe " T "\rX-Mailflow-Probe: " T "\r",
};

START_TEST(test_message_header_parse__leaves_what_is_not_ours)
{
	struct message_header h = parse(not_ours[_i], strlen(not_ours[_i]));

	ck_assert(!message_is_ours(&h, T));
	ck_assert(!message_is_stale(&h, 4102444800, 0));
}
END_TEST

START_TEST(test_message_header_parse__is_not_fooled_by_nul_bytes)
{
	static const char in_value[] = SUBJECT "X-Mailflow-Probe: " T "\0x\r\n";
	static const char in_name[] = SUBJECT "X-Mailflow-Probe\0: " T "\r\n";
	static const char in_subject[] = "Subject: Mailflow probe " T "\0\r\n" FIELD;
	static const char in_another[] = "To: \0\r\n" SUBJECT "\0\0\r\n" FIELD;
	struct message_header h = parse(in_value, sizeof(in_value) - 1);

	ck_assert_str_eq(h.field_token, "");
	ck_assert_str_eq(parse(in_name, sizeof(in_name) - 1).field_token, "");
	/* not a letter: a gateway may have put it there, and the field says the same */
	ck_assert_str_eq(parse(in_subject, sizeof(in_subject) - 1).subject_token, T);
	h = parse(in_another, sizeof(in_another) - 1);
	ck_assert(message_is_ours(&h, T));
}
END_TEST

START_TEST(test_message_header_parse__does_not_cut_long_values_to_fit)
{
	struct buf b = BUF_INIT(1 << 20);
	struct message_header h;

	/* blanks are folded away, so that what is left would be a token if the end were not looked
	 * at */
	buf_append_str(&b, "Subject: Mailflow probe " T "\r\nX-Mailflow-Probe: " T);
	for (int i = 0; i < 1000; i++)
		buf_append_str(&b, "\r\n ");
	h = parse(b.data, b.len);
	ck_assert(message_is_ours(&h, T));
	buf_append_str(&b, "x");
	h = parse(b.data, b.len);
	ck_assert_str_eq(h.field_token, "");
	for (int i = 0; i < 1000; i++)
		buf_append_str(&b, "x");
	h = parse(b.data, b.len);
	ck_assert_str_eq(h.field_token, "");
	buf_free(&b);
}
END_TEST

START_TEST(test_message_header_parse__survives_every_cut)
{
	static const char header[] = DATE SUBJECT FIELD "\r\n";

	for (size_t len = 0; len < sizeof(DATE SUBJECT FIELD) - 3; len++) {
		struct message_header h = parse(header, len);
		ck_assert(!message_is_ours(&h, T));
	}
}
END_TEST

START_TEST(test_message_header_parse__takes_a_single_date)
{
	static const char folded[] = "DATE: Mon,\r\n 02 Jan 2006\r\n\t15:04:05\r\n +0000 (x)\r\n";
	struct message_header h = parse(DATE, strlen(DATE));

	ck_assert(h.has_date);
	ck_assert_int_eq(h.date, 1136214245);
	ck_assert(!parse(DATE DATE, strlen(DATE DATE)).has_date);
	ck_assert(!parse("Date: x\r\n" DATE, strlen("Date: x\r\n" DATE)).has_date);
	ck_assert(!parse("Date:\r\n", strlen("Date:\r\n")).has_date);
	ck_assert(!parse("Resent-" DATE, strlen("Resent-" DATE)).has_date);
	h = parse(folded, sizeof(folded) - 1);
	ck_assert(h.has_date);
	ck_assert_int_eq(h.date, 1136214245);
}
END_TEST

START_TEST(test_message_is_ours__wants_a_token)
{
	struct message_header h = {0};

	ck_assert(!message_is_ours(&h, T));
	ck_assert(!message_is_ours(&h, "")); /* all three of them "" */
}
END_TEST

START_TEST(test_message_is_stale__by_age)
{
	struct message_header h = parse(DATE SUBJECT FIELD, strlen(DATE SUBJECT FIELD));
	time_t sent = 1136214245;

	ck_assert(message_is_stale(&h, sent + 86401, 86400));
	ck_assert(!message_is_stale(&h, sent + 86400, 86400));
	ck_assert(!message_is_stale(&h, sent, 86400));
	ck_assert(!message_is_stale(&h, sent, 0));
	ck_assert(!message_is_stale(&h, sent - 1000000, 86400)); /* from the future */
}
END_TEST

START_TEST(test_message_is_stale__never_without_a_valid_date)
{
	struct message_header h = parse(SUBJECT FIELD, strlen(SUBJECT FIELD));

	ck_assert(message_is_ours(&h, T));
	ck_assert(!message_is_stale(&h, 4102444800, 86400));
	h = parse("Date: yesterday\r\n" SUBJECT FIELD, strlen("Date: yesterday\r\n" SUBJECT FIELD));
	ck_assert(!message_is_stale(&h, 4102444800, 86400));
	h = parse(DATE DATE SUBJECT FIELD, strlen(DATE DATE SUBJECT FIELD));
	ck_assert(!message_is_stale(&h, 4102444800, 86400));
}
END_TEST

START_TEST(test_message_is_stale__wants_equal_tokens)
{
	static const char header[] = DATE SUBJECT "X-Mailflow-Probe: " OTHER "\r\n";
	struct message_header h = parse(header, strlen(header));

	ck_assert_str_eq(h.subject_token, T);
	ck_assert_str_eq(h.field_token, OTHER);
	ck_assert(h.has_date);
	ck_assert(!message_is_stale(&h, 4102444800, 86400));
}
END_TEST

/* ---- two of three fields, and what was changed ---- */

#define TAGGED "Subject: [EXTERNAL] Mailflow probe " T "\r\n"
#define NEW_ID "Message-ID: <1.2.3@gateway.example>\r\n"

static const struct {
	const char *header;
	const char *changes; /* NULL: not a test message */
} gateways[] = {
	{DATE SUBJECT ID FIELD, ""},
	{DATE TAGGED ID FIELD, "subject tagged"},
	{DATE SUBJECT ID, "X-Mailflow-Probe lost"},
	{DATE SUBJECT NEW_ID FIELD, "Message-ID replaced"},
	{DATE SUBJECT FIELD, "Message-ID replaced"},
	{DATE ID FIELD, "subject replaced"},
	{DATE "Subject: (removed)\r\n" ID FIELD, "subject replaced"},
	{DATE TAGGED ID, "subject tagged, X-Mailflow-Probe lost"},
	{DATE TAGGED NEW_ID FIELD, "subject tagged, Message-ID replaced"},
	{DATE SUBJECT ID "X-Mailflow-Probe: " OTHER "\r\n", "X-Mailflow-Probe lost"},
	{DATE "Subject: Mailflow probe " OTHER "\r\n" ID FIELD, "subject replaced"},
	{DATE SUBJECT SUBJECT ID FIELD, "subject replaced"},
	{DATE SUBJECT NEW_ID, NULL},
	{DATE ID, NULL},
	{DATE FIELD, NULL},
	{DATE SUBJECT ID ID, NULL},
	{DATE SUBJECT "Message-ID: " T "@x\r\n", NULL},
	{DATE SUBJECT "Message-ID: <" T ">\r\n", NULL},
	{DATE SUBJECT "Message-ID: <" T "@>\r\n", NULL},
	{DATE SUBJECT "Message-ID: <x" T "@x>\r\n", NULL},
	{DATE SUBJECT "Message-ID: <" T "x@x>\r\n", NULL},
	{DATE SUBJECT "Message-ID: <" T "@x> <y@z>\r\n", NULL},
	{DATE SUBJECT "Message-ID: <" T "@x\r\n", NULL},
	{DATE SUBJECT "In-Reply-To: <" T "@x>\r\nReferences: <" T "@x>\r\n", NULL},
};

START_TEST(test_message_token__is_in_two_of_three_fields)
{
	struct message_header h = parse(gateways[_i].header, strlen(gateways[_i].header));
	struct buf words = BUF_INIT(200);

	ck_assert_int_eq(message_is_ours(&h, T), gateways[_i].changes != NULL);
	ck_assert_int_eq(message_is_stale(&h, 4102444800, 86400), gateways[_i].changes != NULL);
	ck_assert(!message_is_ours(&h, OTHER));
	if (gateways[_i].changes) {
		ck_assert_str_eq(message_token(&h), T);
		ck_assert_int_eq(message_changes_format(message_changes(&h), &words), 0);
		ck_assert_str_eq(buf_str(&words), gateways[_i].changes);
	}
	buf_free(&words);
}
END_TEST

START_TEST(test_message_changes_format__says_no_when_full)
{
	struct buf words = BUF_INIT(20);

	ck_assert_int_eq(
		message_changes_format(MESSAGE_SUBJECT_TAGGED | MESSAGE_TEXT_CHANGED, &words), -1);
	buf_free(&words);
}
END_TEST

/* ---- reading the body ---- */

static const struct {
	const char *text;
	bool found;
} bodies[] = {
	{"A: b\r\n\r\nToken: " T "\r\n", true},
	{"A: b\n\nx\nToken: " T "\n", true},
	{"A: b\r\n\r\nToken: " T, true},
	{"A: b\r\n\r\nToken: " T " \t\r\n", true},
	{"\r\nToken: " T "\r\n", true},
	{"", false},
	{"Token: " T "\r\n", false},
	{"Token: " T "\r\n\r\n", false},
	{"A: b\r\n\r\n> Token: " T "\r\n", false},
	{"A: b\r\n\r\nToken: " T "0\r\n", false},
	{"A: b\r\n\r\nToken: " OTHER "\r\n", false},
	{"A: b\r\n\r\nToken:" T "\r\n", false},
	{"A: b\r\n\r\nToken: \r\n" T "\r\n", false},
	{"A: b\r\n\r\nToken: 0123456789abcdef", false},
};

START_TEST(test_message_body_has_token)
{
	size_t len = strlen(bodies[_i].text);
	char *exact = malloc(len ? len : 1);

	memcpy(exact, bodies[_i].text, len);
	ck_assert_int_eq(message_body_has_token(exact, len, T), bodies[_i].found);
	free(exact);
}
END_TEST

static TCase *recognising(void)
{
	TCase *t = tcase_create("recognising");

	tcase_add_loop_test(t, test_message_header_parse__finds_ours, 0, COUNT(ours));
	tcase_add_loop_test(t, test_message_header_parse__leaves_what_is_not_ours, 0,
			    COUNT(not_ours));
	tcase_add_test(t, test_message_header_parse__is_not_fooled_by_nul_bytes);
	tcase_add_test(t, test_message_header_parse__does_not_cut_long_values_to_fit);
	tcase_add_test(t, test_message_header_parse__survives_every_cut);
	tcase_add_test(t, test_message_header_parse__takes_a_single_date);
	tcase_add_test(t, test_message_is_ours__wants_a_token);
	tcase_add_test(t, test_message_is_stale__by_age);
	tcase_add_test(t, test_message_is_stale__never_without_a_valid_date);
	tcase_add_test(t, test_message_is_stale__wants_equal_tokens);
	tcase_add_loop_test(t, test_message_token__is_in_two_of_three_fields, 0, COUNT(gateways));
	tcase_add_test(t, test_message_changes_format__says_no_when_full);
	tcase_add_loop_test(t, test_message_body_has_token, 0, COUNT(bodies));
	return t;
}

int main(void)
{
	Suite *suite = suite_create("message");
	TCase *t = tcase_create("composing");

	tcase_add_test(t, test_message_new_token__is_new_lowercase_hex);
	tcase_add_test(t, test_message_compose__has_the_fields);
	tcase_add_test(t, test_message_compose__is_short_ascii_lines_with_crlf);
	tcase_add_test(t, test_message_compose__makes_what_the_parser_finds);
	tcase_add_loop_test(t, test_message_address_valid__accepts, 0, COUNT(valid));
	tcase_add_loop_test(t, test_message_address_ascii__the_domain_alone, 0, COUNT(addresses));
	tcase_add_loop_test(t, test_message_address_valid__rejects, 0, COUNT(invalid));
	tcase_add_test(t, test_message_address_valid__allows_254_bytes);
	suite_add_tcase(suite, t);
	suite_add_tcase(suite, recognising());

	SRunner *runner = srunner_create(suite);
	srunner_run_all(runner, CK_ENV);
	int failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
