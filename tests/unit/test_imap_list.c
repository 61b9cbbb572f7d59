/* test_imap_list.c - what LIST says of folders, which of them is sought, and their names for people
 */
#include "mail/imap/imap_list.h"

#include <stdio.h>
#include <string.h>

#include "unit.h"

static const struct {
	const char *rest, *attributes, *name;
	char delimiter;
} good[] = {
	{"(\\HasNoChildren \\Junk) \"/\" \"Junk E-Mail\"", "\\HasNoChildren \\Junk", "Junk E-Mail",
	 '/'},
	{"() \".\" INBOX.Junk", "", "INBOX.Junk", '.'},
	{"() NIL Junk", "", "Junk", '\0'},
	{"() \"NIL\" Junk", "", "Junk", 'L'},
	{"(\\Noselect) \"/\" \"\"", "\\Noselect", "", '/'},
	{"() \"\\\\\" \"a\\\\b \\\"c\\\"\"", "", "a\\b \"c\"", '\\'},
	{"() \"/\" {9}\r\nJunk \"(x)", "", "Junk \"(x)", '/'},
	{"() \"/\" [Gmail]/Spam", "", "[Gmail]/Spam", '/'},
	{"() \"/\" BODY[x", "", "BODY[x", '/'},
	{"() \"/\" a]b%*(c)", "", "a]b%*(c)", '/'},
	{"() \"/\" \"Entw&APw-rfe\"", "", "Entw&APw-rfe", '/'},
	{"() \"/\" \"Entw\xc3\xbcrfe\"", "", "Entw\xc3\xbcrfe", '/'},
	{"  (\\A)   \"/\"   b", "\\A", "b", '/'},
	{"(\\A) \"/\" Junk (\"CHILDINFO\" (\"SUBSCRIBED\"))", "\\A", "Junk", '/'},
};

START_TEST(test_imap_parse_list__takes_names_as_they_come)
{
	struct imap_folder f;

	ck_assert_int_eq(imap_parse_list(span_of(good[_i].rest), &f), 0);
	ck_assert_str_eq(f.name, good[_i].name);
	ck_assert_int_eq(f.delimiter, good[_i].delimiter);
	ck_assert(span_is(f.attributes, good[_i].attributes));
}
END_TEST

static const char *const bad[] = {
	"",
	"(",
	"()",
	"\\Junk \"/\" Junk",
	"() \"/\"",
	"() \"/\" ",
	"() \"\" Junk",
	"() X Junk",
	"() \"/\" \"Junk",
	"() \"/\" {5}\r\nJunk",
	"() \"/\" {6}\r\na\r\nb c", /* would end the command that names it */
	"() \"/\" {9}\r\nJunk\r\nxyz",
	"() \"/\" \"a\tb\"",
	"() \"/\" \"a\x7f\"",
	"((((((((((((((((((((((((((((((((((((((((((((((((",
};

START_TEST(test_imap_parse_list__refuses_what_no_command_could_carry)
{
	struct imap_folder f;

	ck_assert_int_eq(imap_parse_list(span_of(bad[_i]), &f), -1);
}
END_TEST

START_TEST(test_imap_parse_list__refuses_what_has_no_end_or_nul)
{
	char text[2 * IMAP_NAME_SIZE] = "() \"/\" ";
	size_t start = strlen(text);
	struct imap_folder f;

	memset(text + start, 'x', IMAP_NAME_SIZE - 1);
	ck_assert_int_eq(imap_parse_list(span_of(text), &f), 0);
	text[start + IMAP_NAME_SIZE - 1] = 'x';
	ck_assert_int_eq(imap_parse_list(span_of(text), &f), -1);
	static const char nul[] = "() \"/\" {3}\r\na\0b";
	ck_assert_int_eq(imap_parse_list((struct span){nul, sizeof(nul) - 1}, &f), -1);
}
END_TEST

static const struct {
	const char *use, *list[4]; /* what LIST says */
	const char *by_use, *by_name;
} sought[] = {
	{"\\Junk", {"() \"/\" Junk", "(\\Junk) \"/\" Muell"}, "Muell", "Junk"},
	{"\\Junk", {"(\\junk) \"/\" A", "(\\Junk) \"/\" B"}, "A", ""},
	{"\\Junk", {"() \".\" INBOX.spam"}, "", "INBOX.spam"},
	{"\\Junk", {"() \"/\" \"[Gmail]/Spam\""}, "", "[Gmail]/Spam"},
	{"\\Junk", {"() \"/\" \"Junk E-mail\""}, "", "Junk E-mail"},
	{"\\Junk", {"() \"/\" \"Courrier ind&AOk-sirable\""}, "", "Courrier ind&AOk-sirable"},
	{"\\Junk", {"() \"/\" Archive/Junk", "() NIL INBOX.Junk"}, "", ""},
	{"\\Junk", {"(\\Noselect \\Junk) \"/\" Junk", "(\\NonExistent) \"/\" Spam"}, "", ""},
	{"\\Junk", {"(\\NotJunk) \"/\" Junky", "(\\Sent) \"/\" Sent"}, "", ""},
	{"\\Sent", {"() \"/\" \"Sent Items\"", "() \"/\" Sent"}, "", "Sent Items"},
	{"\\All", {"(\\All) \"/\" \"[Gmail]/All Mail\""}, "[Gmail]/All Mail", ""},
};

START_TEST(test_imap_sought_note__what_it_is_for_or_how_it_is_called)
{
	struct imap_sought s = {.use = sought[_i].use};
	struct imap_folder f;

	for (size_t i = 0; i < 4 && sought[_i].list[i]; i++) {
		ck_assert_int_eq(imap_parse_list(span_of(sought[_i].list[i]), &f), 0);
		imap_sought_note(&s, &f);
	}
	ck_assert_str_eq(s.by_use.name[0], sought[_i].by_use);
	ck_assert_str_eq(s.by_name.name[0], sought[_i].by_name);
}
END_TEST

START_TEST(test_imap_sought_note__keeps_each_of_several_once_and_not_many)
{
	static const char *const names[] = {"A", "INBOX", "A", "inbox", "C", "D", "E", "F"};
	struct imap_sought s = {.use = "\\Junk"};
	struct imap_folder f = {.attributes = span_of("\\Junk")};

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		snprintf(f.name, sizeof(f.name), "%s", names[i]);
		imap_sought_note(&s, &f);
	}
	ck_assert_uint_eq(s.by_use.count, IMAP_ALIKE_MAX);
	ck_assert_str_eq(s.by_use.name[1], "INBOX");
	ck_assert_str_eq(s.by_use.name[2], "C");
	ck_assert_str_eq(s.by_use.name[3], "D");
	ck_assert_uint_eq(s.by_name.count, 0);
}
END_TEST

START_TEST(test_imap_same_folder__inbox_in_any_case)
{
	ck_assert(imap_same_folder("INBOX", "inbox"));
	ck_assert(imap_same_folder("Junk", "Junk"));
	ck_assert(!imap_same_folder("Junk", "junk"));
	ck_assert(!imap_same_folder("INBOX", "INBOX.Junk"));
}
END_TEST

static const struct {
	const char *name, *shown;
} names[] = {
	{"Junk", "Junk"},
	{"", ""},
	{"Entw&APw-rfe", "Entw\xc3\xbcrfe"},
	{"R&-D", "R&D"},
	{"&Jjo-!", "\xe2\x98\xba!"},
	{"~peter/mail/&U,BTFw-/&ZeVnLIqe-",
	 "~peter/mail/\xe5\x8f\xb0\xe5\x8c\x97/\xe6\x97\xa5\xe6\x9c\xac\xe8\xaa\x9e"},
	{"&2D3eAA-", "\xf0\x9f\x98\x80"},
	/* what is none is shown as it is */
	{"a&b", "a&b"},
	{"a&b c-", "a&b c-"},
	{"&2D0-", "&2D0-"},
	{"&3gA-", "&3gA-"},
	{"&AAA-", "&AAA-"},
	{"Entw\xc3\xbcrfe", "Entw\xc3\xbcrfe"},
};

START_TEST(test_imap_folder_format__decodes_modified_utf7)
{
	struct buf b = BUF_INIT(100);

	ck_assert_int_eq(imap_folder_format(names[_i].name, &b), 0);
	ck_assert_str_eq(buf_str(&b), names[_i].shown);
	buf_free(&b);
}
END_TEST

UNIT_MAIN_FIXTURE("imap_list", NULL, NULL,
		  ROWS(test_imap_parse_list__takes_names_as_they_come, good),
		  ROWS(test_imap_parse_list__refuses_what_no_command_could_carry, bad),
		  ONCE(test_imap_parse_list__refuses_what_has_no_end_or_nul),
		  ROWS(test_imap_sought_note__what_it_is_for_or_how_it_is_called, sought),
		  ONCE(test_imap_sought_note__keeps_each_of_several_once_and_not_many),
		  ONCE(test_imap_same_folder__inbox_in_any_case),
		  ROWS(test_imap_folder_format__decodes_modified_utf7, names))
