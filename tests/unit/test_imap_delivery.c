/* test_imap_delivery.c - the test message in an IMAP mailbox: every byte that is sent for it, with
 * servers that take several commands at once, and with such that do not */
#include "mail/imap/imap_delivery.h"

#include <stdio.h>

#include "dialog.h"

#define TAG   "m00000000" /* and the number of the command */
#define TOKEN "0123456789abcdef0123456789abcdef"
#define HEAD  "Subject: Mailflow probe " TOKEN "\r\nX-Mailflow-Probe: " TOKEN "\r\n\r\n"
#define TEXT  HEAD "Token: " TOKEN "\r\n"
#define OURS  "* 4 FETCH (UID 42 BODY[HEADER.FIELDS (SUBJECT)] {112}\r\n" HEAD ")\r\n"
#define WHOLE "* 4 FETCH (UID 42 BODY[]<0> {153}\r\n" TEXT ")\r\n"

_Static_assert(sizeof(HEAD) - 1 == 112 && sizeof(TEXT) - 1 == 153,
	       "literals are as long as they say");

#define LOOK  "UID FETCH 42:* (UID BODY.PEEK[HEADER.FIELDS (" MESSAGE_FIELDS ")])\r\n"
#define READ  "UID FETCH 42 (UID BODY.PEEK[]<0.65536>)\r\n"
#define STALE "UID SEARCH 1:3 OR SUBJECT \"Mailflow probe \" HEADER X-Mailflow-Probe \"\"\r\n"

static struct imap s;
static struct imap_delivery delivery;

/* A mailbox with three messages, in which ours will be the next. */
static void begin(const char *script, enum imap_pipelining pipelining)
{
	int fd = dialog_begin(script);

	imap_init(&s, &dialog.tl, &dialog.err, NULL);
	s.conn.fd = fd;
	s.greeted = s.logged_on = s.selected = true;
	s.exists = s.old = s.seen = 3;
	s.caps.uidplus = true;
	s.pipelining = pipelining;
	delivery = (struct imap_delivery){.token = TOKEN, .first_uid = 42};
}

static void end(const char *sent)
{
	dialog_end();
	imap_free(&s);
	ck_assert_str_eq(dialog.sent, sent);
}

static const struct {
	enum imap_pipelining before, after;
	const char *script;
	uint32_t uid;
	const char *sent;
} questions[] = {
	{IMAP_PIPELINING_UNTRIED, IMAP_PIPELINING_WORKS,
	 "* 4 EXISTS\r\n" TAG "1 OK\r\n" NEXT OURS TAG "2 OK\r\n", 42,
	 TAG "1 NOOP\r\n" TAG "2 " LOOK},
	/* answers in another order */
	{IMAP_PIPELINING_UNTRIED, IMAP_PIPELINING_WORKS,
	 OURS TAG "2 OK\r\n* 4 EXISTS\r\n" TAG "1 OK\r\n", 42, TAG "1 NOOP\r\n" TAG "2 " LOOK},
	/* nothing new, with the last message that "n:*" always holds; refused, when nothing is */
	{IMAP_PIPELINING_WORKS, IMAP_PIPELINING_WORKS,
	 TAG "1 OK\r\n* 3 FETCH (UID 41 BODY[HEADER] \"Subject: x\")\r\n" TAG "2 OK\r\n", 0,
	 TAG "1 NOOP\r\n" TAG "2 " LOOK},
	{IMAP_PIPELINING_WORKS, IMAP_PIPELINING_WORKS, TAG "1 OK\r\n" TAG "2 BAD\r\n", 0,
	 TAG "1 NOOP\r\n" TAG "2 " LOOK},
	/* told of, and shown to the next command only */
	{IMAP_PIPELINING_WORKS, IMAP_PIPELINING_WORKS,
	 "* 4 EXISTS\r\n" TAG "1 OK\r\n" TAG "2 OK\r\n" NEXT OURS TAG "3 OK\r\n", 42,
	 TAG "1 NOOP\r\n" TAG "2 " LOOK TAG "3 " LOOK},
	/* BAD behind a command, and not alone; BAD also alone */
	{IMAP_PIPELINING_UNTRIED, IMAP_PIPELINING_BREAKS,
	 "* 4 EXISTS\r\n" TAG "1 OK\r\n" TAG "2 BAD\r\n" NEXT OURS TAG "3 OK\r\n", 42,
	 TAG "1 NOOP\r\n" TAG "2 " LOOK TAG "3 " LOOK},
	{IMAP_PIPELINING_UNTRIED, IMAP_PIPELINING_WORKS,
	 TAG "1 OK\r\n" TAG "2 BAD\r\n" NEXT TAG "3 BAD\r\n", 0,
	 TAG "1 NOOP\r\n" TAG "2 " LOOK TAG "3 " LOOK},
	/* one after the other: looked only where there is something */
	{IMAP_PIPELINING_BREAKS, IMAP_PIPELINING_BREAKS, TAG "1 OK\r\n", 0, TAG "1 NOOP\r\n"},
	{IMAP_PIPELINING_BREAKS, IMAP_PIPELINING_BREAKS,
	 "* 4 EXISTS\r\n" TAG "1 OK\r\n" NEXT OURS TAG "2 OK\r\n", 42,
	 TAG "1 NOOP\r\n" TAG "2 " LOOK},
};

START_TEST(test_imap_delivery_ask)
{
	begin(questions[_i].script, questions[_i].before);
	dialog_expect(imap_delivery_ask(&s, &delivery, false), ERR_NONE, "");
	ck_assert_uint_eq(delivery.uid, questions[_i].uid);
	ck_assert_int_eq(s.pipelining, questions[_i].after);
	end(questions[_i].sent);
}
END_TEST

/* The look that has found it. */
static void find(const char *script, enum imap_pipelining pipelining)
{
	begin(script, pipelining);
	dialog_expect(imap_delivery_look(&s, &delivery), ERR_NONE, "");
	ck_assert_uint_eq(delivery.uid, 42);
}

#define FOUND "* 4 EXISTS\r\n" OURS TAG "1 OK\r\n" NEXT

START_TEST(test_imap_delivery_read__asks_for_stale_ones_in_the_same_write)
{
	find(FOUND WHOLE "* SEARCH 2\r\n" TAG "3 OK\r\n" TAG "2 OK\r\n", IMAP_PIPELINING_WORKS);
	dialog_expect(imap_delivery_read(&s, &delivery), ERR_NONE, "");
	ck_assert(delivery.searched && delivery.candidates == 1 && delivery.candidate[0] == 2);
	end(TAG "1 " LOOK TAG "2 " STALE TAG "3 " READ);
}
END_TEST

START_TEST(test_imap_delivery_read__alone_where_several_commands_break)
{
	find(FOUND WHOLE TAG "2 OK\r\n", IMAP_PIPELINING_BREAKS);
	dialog_expect(imap_delivery_read(&s, &delivery), ERR_NONE, "");
	end(TAG "1 " LOOK TAG "2 " READ);
}
END_TEST

#define READ_OK FOUND "* SEARCH\r\n" TAG "2 OK\r\n" WHOLE TAG "3 OK\r\n" NEXT

#define STORE   "UID STORE 42 +FLAGS.SILENT (\\Deleted)\r\n"
#define EXPUNGE "UID EXPUNGE 42\r\n"
#define PROOF   "UID SEARCH UID 42\r\n"

static const struct {
	const char *script;
	enum err_kind kind;
	const char *text;
	const char *more; /* sent behind the three */
} deletions[] = {
	{TAG "4 OK\r\n* 4 EXPUNGE\r\n" TAG "5 OK\r\n* SEARCH\r\n" TAG "6 OK\r\n", ERR_NONE, "", ""},
	/* Dovecot searches first */
	{"* SEARCH 42\r\n" TAG "6 OK\r\n* 4 EXPUNGE\r\n" TAG "4 OK\r\n" TAG "5 OK\r\n", ERR_NONE,
	 "", ""},
	{"* SEARCH 42\r\n" TAG "6 OK\r\n" TAG "4 OK\r\n" TAG "5 OK\r\n" NEXT "* SEARCH\r\n" TAG
	 "7 OK\r\n",
	 ERR_NONE, "", TAG "7 " PROOF},
	{TAG "4 OK\r\n" TAG "5 OK\r\n* SEARCH 42\r\n" TAG "6 OK\r\n" NEXT "* SEARCH 42\r\n" TAG
	     "7 OK\r\n",
	 ERR_REFUSED, "still there", TAG "7 " PROOF},
	{TAG "4 NO a\r\n" TAG "5 OK\r\n* SEARCH 42\r\n" TAG "6 OK\r\n", ERR_REFUSED, "NO a", ""},
	{TAG "4 OK\r\n" TAG "5 NO b\r\n* SEARCH 42\r\n" TAG "6 OK\r\n", ERR_REFUSED, "NO b", ""},
	{TAG "5 NO b\r\n" TAG "4 NO a\r\n" TAG "6 OK\r\n", ERR_REFUSED, "NO a", ""},
	{TAG "4 OK\r\n" TAG "4 OK\r\n", ERR_PROTOCOL, "wrong tag", ""},
};

START_TEST(test_imap_delivery_delete__in_one_write_by_the_uid_alone)
{
	char script[4096], sent[2048];

	snprintf(script, sizeof(script), "%s%s", READ_OK, deletions[_i].script);
	snprintf(sent, sizeof(sent), "%s%s",
		 TAG "1 " LOOK TAG "2 " STALE TAG "3 " READ TAG "4 " STORE TAG "5 " EXPUNGE TAG
		     "6 " PROOF,
		 deletions[_i].more);
	find(script, IMAP_PIPELINING_WORKS);
	dialog_expect(imap_delivery_read(&s, &delivery), ERR_NONE, "");
	dialog_expect(imap_delivery_delete(&s, &delivery), deletions[_i].kind, deletions[_i].text);
	ck_assert(deletions[_i].kind == ERR_PROTOCOL || s.open_count == 0);
	end(sent);
}
END_TEST

UNIT_MAIN_FIXTURE("imap_delivery", NULL, NULL, ROWS(test_imap_delivery_ask, questions),
		  ONCE(test_imap_delivery_read__asks_for_stale_ones_in_the_same_write),
		  ONCE(test_imap_delivery_read__alone_where_several_commands_break),
		  ROWS(test_imap_delivery_delete__in_one_write_by_the_uid_alone, deletions))
