/* fuzz_dialogs.c - whole dialogs with a server that says any bytes and hangs up
 *
 * The first byte of an input chooses the dialog. The others are what the server says: up to each
 * separator at once, and the next part when the client waits for more, by a poll that is linked in
 * front of the real one. So nothing ever waits. What must hold: a dialog that fails says why, no
 * message is deleted unless the server has shown such a header, and no descriptor is lost; and each
 * seed leads to the end of its dialog. */
#include "fuzz.h"

#include "../descriptors.h"
#include "../predictable_tags.h"

#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/steps.h"
#include "base/text.h"
#include "mail/imap/imap.h"
#include "mail/imap/imap_delivery.h"
#include "mail/imap/imap_folder.h"
#include "mail/imap/imap_inquiry.h"
#include "mail/message.h"
#include "mail/pop3/pop3.h"
#include "mail/pop3/pop3_delivery.h"
#include "mail/smtp/smtp.h"
#include "mail/smtp/smtp_reach.h"

#define TOKEN "0123456789abcdef0123456789abcdef"

enum { SENT_MAX = 65536, MARKED_MAX = 256 };

#define NEXT "\036" /* the separator: what follows is said when the client waits */

static char password_text[] = "correct horse";
static const struct secret password = {password_text};
static const struct credentials who = {.username = "probe@example.test", .password = &password};

static struct peer {
	struct timeline tl;
	struct err err;
	struct buf transcript;
	int fds[2];           /* the client's end, the server's */
	const char *at, *end; /* what is yet to be said */
	char said[INPUT_MAX]; /* without the separators */
	size_t said_len;
	char sent[SENT_MAX]; /* by the client */
	size_t sent_len;
} peer;

/* Say the next part, or hang up. */
static void say_next(void)
{
	size_t left = (size_t)(peer.end - peer.at);
	const char *separator = memchr(peer.at, NEXT[0], left);
	size_t len = separator ? (size_t)(separator - peer.at) : left;

	if (!left)
		shutdown(peer.fds[1], SHUT_WR);
	if (len)
		MUST(send(peer.fds[1], peer.at, len, MSG_NOSIGNAL) == (ssize_t)len);
	memcpy(peer.said + peer.said_len, peer.at, len);
	peer.said_len += len;
	peer.at += len + (separator != NULL);
}

static void listen_to_client(void)
{
	ssize_t n = recv(peer.fds[1], peer.sent + peer.sent_len,
			 sizeof(peer.sent) - 1 - peer.sent_len, MSG_DONTWAIT);

	if (n > 0)
		peer.sent_len += (size_t)n;
}

int __real_poll(struct pollfd *fds, nfds_t count, int timeout);
int __wrap_poll(struct pollfd *fds, nfds_t count, int timeout);

int __wrap_poll(struct pollfd *fds, nfds_t count, int timeout)
{
	int rc;

	MUST(count == 1 && fds->fd == peer.fds[0]);
	listen_to_client();
	while ((rc = __real_poll(fds, count, 0)) == 0 && timeout) /* 0: the client only looks */
		say_next();
	return rc;
}

static void begin(const char *bytes, size_t len)
{
	MUST(len <= INPUT_MAX);
	memset(&peer, 0, sizeof(peer));
	peer.at = bytes;
	peer.end = bytes + len;
	peer.transcript = BUF_INIT(32768);
	MUST(socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, peer.fds) == 0);
	timeline_begin(&peer.tl, &peer.err, 20 * US_PER_S, clock_us() + 20 * US_PER_S, 0);
}

/* How often a word is in bytes, in any case. */
static size_t occurrences(const char *bytes, size_t len, const char *word)
{
	size_t count = 0;

	for (size_t i = 0; i < len; i++)
		count += text_starts_nocase(bytes + i, len - i, word);
	return count;
}

/* How often a subject of ours is in bytes, folded and blanked in any way that a header may be (RFC
 * 5322 section 2.2.3), with POP3's doubled dots. */
static size_t subjects(const char *bytes, size_t len)
{
	static const char first[] = "Mailflow", second[] = "probe";
	const char *at = bytes, *end = bytes + len;
	size_t count = 0;

	while ((at = memmem(at, (size_t)(end - at), first, strlen(first)))) {
		const char *blank = at += strlen(first);
		while (at < end && memchr(" \t\r\n.", *at, 5))
			at++;
		count += at > blank && (size_t)(end - at) >= strlen(second) &&
			 !memcmp(at, second, strlen(second));
	}
	return count;
}

/* Adds the numbers of a set, "1,2", to those that are there already, each once. */
static size_t add_numbers(const char *set, unsigned long number[MARKED_MAX], size_t count)
{
	char *end;

	for (const char *at = set;; at = end + 1) {
		unsigned long n = strtoul(at, &end, 10);
		size_t i = 0;
		while (i < count && number[i] != n)
			i++;
		if (i == count && count < MARKED_MAX)
			number[count++] = n;
		if (*end != ',')
			return count;
	}
}

/* Messages of which a command takes a set, once or again. */
static size_t numbers_behind(const char *command)
{
	unsigned long number[MARKED_MAX];
	const char *at = peer.sent, *end = peer.sent + peer.sent_len;
	size_t count = 0;

	while ((at = memmem(at, (size_t)(end - at), command, strlen(command)))) {
		at += strlen(command);
		count = add_numbers(at, number, count);
	}
	return count;
}

/* Messages that the client has marked, "UID STORE 1,2 +FLAGS.SILENT (\Deleted)", "DELE 3", or moved
 * to the trash. */
static size_t deleted(void)
{
	return numbers_behind("UID STORE ") + numbers_behind("UID MOVE ") +
	       occurrences(peer.sent, peer.sent_len, "DELE ");
}

/* How often the server has shown one of the fields by which a test message is known. */
static size_t fields(void)
{
	return subjects(peer.said, peer.said_len) +
	       occurrences(peer.said, peer.said_len, "X-Mailflow-Probe") +
	       occurrences(peer.said, peer.said_len, "Message-ID");
}

/* Whatever was deleted, the client had twice been shown two of these fields. */
static void end(int rc)
{
	listen_to_client();
	MUST((rc == 0) == (peer.err.kind == ERR_NONE));
	MUST(rc == 0 || peer.err.text[0]);
	MUST(4 * deleted() <= fields());
	for (size_t i = 0; i < peer.tl.count; i++)
		MUST(steps_have(~0u, peer.tl.step[i].name, strlen(peer.tl.step[i].name)));
	buf_free(&peer.transcript);
	close(peer.fds[1]);
}

/* ---- IMAP ---- */

/* A new session cannot be had. */
static const struct endpoint no_endpoint = {.host = "fe80::1%nowhere", .port = 1};
static const struct mail_account nowhere = {
	.endpoint = &no_endpoint, .who = {.username = "probe@example.test", .password = &password}};

static int imap_dialog(struct imap *s)
{
	struct imap_delivery delivery = {.token = TOKEN};

	if (imap_greeting(s, false) || imap_capability(s) || imap_login(s, &who, true) ||
	    imap_select(s, "INBOX"))
		return -1;
	delivery.first_uid = s->uidnext;
	if (imap_delivery_await(s, &nowhere, "INBOX", &delivery, clock_us()) ||
	    imap_delivery_read(s, &delivery) || imap_delivery_delete(s, &delivery) ||
	    imap_delivery_cleanup(s, &delivery, 3600) || imap_delivery_delete_late(s, &delivery))
		return -1;
	return 0;
}

static void imap(const char *bytes, size_t len)
{
	static struct imap s;

	begin(bytes, len);
	imap_init(&s, &peer.tl, &peer.err, &peer.transcript);
	s.conn.fd = peer.fds[0];
	int rc = imap_dialog(&s);
	imap_logout(&s);
	end(rc);
	imap_free(&s);
}

/* Only the clean-up: of none of these messages the token is known. */
static void imap_cleanup(const char *bytes, size_t len)
{
	static struct imap s;
	struct imap_delivery delivery = {.token = TOKEN};

	begin(bytes, len);
	imap_init(&s, &peer.tl, &peer.err, &peer.transcript);
	s.conn.fd = peer.fds[0];
	s.exists = s.old = 9;
	s.pipelining = IMAP_PIPELINING_WORKS;
	s.caps.uidplus = true;
	end(imap_delivery_cleanup(&s, &delivery, 3600));
	imap_free(&s);
}

/* In other folders: where a missing message is. */
static void imap_why(const char *bytes, size_t len)
{
	static struct imap s;
	static const char *const folders[] = {"Archive"};
	struct imap_delivery delivery = {.token = TOKEN, .look_in = {folders, 1}};

	begin(bytes, len);
	imap_init(&s, &peer.tl, &peer.err, &peer.transcript);
	s.conn.fd = peer.fds[0];
	s.logged_on = s.selected = true;
	s.caps.uidplus = s.caps.quota = true;
	step(&peer.tl, "delivery");
	end(imap_inquire(&s, &nowhere, "INBOX", &delivery));
	imap_free(&s);
}

/* The same where copies are filed, by way of the trash. */
static void imap_folders(const char *bytes, size_t len)
{
	static struct imap s;
	static const char *const folders[] = {"\\Sent"};
	struct imap_delivery delivery = {.token = TOKEN, .clean = {folders, 1}, .trash = "Trash"};

	begin(bytes, len);
	imap_init(&s, &peer.tl, &peer.err, &peer.transcript);
	s.conn.fd = peer.fds[0];
	s.caps.uidplus = s.caps.move = true;
	end(imap_folders_clean(&s, &delivery, 3600));
	imap_free(&s);
}

/* ---- POP3 ---- */

static int note_header(void *ctx, uint32_t number, const char *text, size_t len)
{
	uint32_t *found = ctx;
	struct message_header header;

	message_header_parse(text, len, &header);
	if (message_is_ours(&header, TOKEN))
		*found = number;
	return 0;
}

static int pop3_dialog(struct pop3 *s)
{
	struct pop3_delivery delivery = {.token = TOKEN};
	int rc = pop3_greeting(s) || pop3_capability(s) || pop3_login(s, &who, true) ||
		 pop3_delivery_note(s, &delivery);
	uint32_t number[8];

	for (uint32_t i = 0; i < 8; i++)
		number[i] = delivery.messages > i ? delivery.messages - i : 1;
	if (rc == 0)
		rc = pop3_headers(s, number, 8, note_header, &delivery.number);
	if (rc == 0 && delivery.number)
		rc = pop3_delivery_prove(s, &delivery, 3600) || pop3_delivery_delete(s, &delivery);
	pop3_delivery_free(&delivery);
	return rc ? -1 : 0;
}

static void pop3(const char *bytes, size_t len)
{
	static struct pop3 s;

	begin(bytes, len);
	pop3_init(&s, &peer.tl, &peer.err, &peer.transcript);
	s.conn.fd = peer.fds[0];
	int rc = pop3_dialog(&s);
	pop3_part(&s);
	end(rc);
	pop3_free(&s);
}

static void pop3_cleanup(const char *bytes, size_t len)
{
	static struct pop3 s;
	const uint32_t newest = 6;
	struct pop3_delivery delivery = {.token = TOKEN};

	begin(bytes, len);
	pop3_init(&s, &peer.tl, &peer.err, &peer.transcript);
	s.conn.fd = peer.fds[0];
	s.messages = 6;
	s.caps = (struct pop3_capabilities){.known = true, .top = true, .pipelining = true};
	int rc = pop3_headers(&s, &newest, 1, note_header, &delivery.number);
	if (rc == 0 && delivery.number)
		rc = pop3_delivery_prove(&s, &delivery, 3600) ||
		     pop3_delivery_delete(&s, &delivery);
	end(rc ? -1 : 0);
	pop3_free(&s);
}

/* ---- SMTP ---- */

static void smtp(const char *bytes, size_t len)
{
	struct buf message = BUF_INIT(100);

	begin(bytes, len);
	struct smtp s = SMTP_INIT(&peer.tl, &peer.err, &peer.transcript);
	s.conn.fd = peer.fds[0];
	buf_append_str(&message, "Subject: x\r\n\r\n.\r\n");
	int rc = smtp_greeting(&s) || smtp_ehlo(&s) || smtp_login(&s, &who, true) ||
		 smtp_send(&s, "probe@example.test", "probe@example.test", &message);
	smtp_quit(&s);
	end(rc);
	smtp_free(&s);
	buf_free(&message);
}

/* ---- what servers say when all goes well ---- */

#define HEADER                                                                                     \
	"Date: Sat, 21 Nov 2020 07:30:57 +0000\r\nSubject: Mailflow probe " TOKEN                  \
	"\r\nX-Mailflow-Probe: " TOKEN "\r\n\r\n"
#define HEADER_SIZE  "151"
#define MESSAGE_SIZE "192"
#define MESSAGE      HEADER "Token: " TOKEN "\r\n"

_Static_assert(sizeof(HEADER) - 1 == 151 && sizeof(MESSAGE) - 1 == 192,
	       "literals are as long as they say");

#define GONE   "-ERR gone\r\n" NEXT
#define GONE_7 GONE GONE GONE GONE GONE GONE GONE

#define TAG "m00000000" /* and the number of the command */

#define FETCH_9    "* 1 FETCH (UID 9 BODY[HEADER.FIELDS (SUBJECT)] {"
#define SHOWN      FETCH_9 HEADER_SIZE "}\r\n" HEADER ")\r\n"
#define OPENED     "* 1 EXISTS\r\n* OK [UIDVALIDITY 5] x\r\n"
#define SEARCHED   "* SEARCH 9\r\n"
#define OK(number) TAG #number " OK\r\n" NEXT

const struct fuzz_target fuzz_targets[] = {
	{imap, "* OK [CAPABILITY IMAP4rev1 AUTH=PLAIN SASL-IR] ready\r\n" NEXT TAG
	       "1 OK [CAPABILITY IMAP4rev1 ID IDLE UIDPLUS] in\r\n" NEXT TAG
	       "2 OK\r\n* 3 EXISTS\r\n* OK [UIDNEXT 4] next\r\n" TAG
	       "3 OK [READ-WRITE] selected\r\n" NEXT "* 4 EXISTS\r\n" NEXT TAG
	       "4 OK\r\n* 4 FETCH (UID 4 BODY[HEADER.FIELDS (SUBJECT)] {" HEADER_SIZE "}\r\n" HEADER
	       ")\r\n" TAG "5 OK\r\n" NEXT "* SEARCH 1 2\r\n" TAG
	       "6 OK\r\n* 4 FETCH (UID 4 BODY[] {" MESSAGE_SIZE "}\r\n" MESSAGE ")\r\n" TAG
	       "7 OK\r\n" NEXT "* SEARCH\r\n" TAG "10 OK\r\n" TAG "8 OK\r\n* 4 EXPUNGE\r\n" TAG
	       "9 OK\r\n" NEXT "* 1 FETCH (UID 1 BODY[HEADER.FIELDS (SUBJECT)] {" HEADER_SIZE
	       "}\r\n" HEADER ")\r\n" TAG "11 OK\r\n" NEXT
	       "* 1 FETCH (UID 1 BODY[HEADER.FIELDS (SUBJECT)] {" HEADER_SIZE "}\r\n" HEADER
	       ")\r\n" TAG "12 OK\r\n" NEXT TAG "13 OK\r\n* 1 EXPUNGE\r\n" TAG
	       "14 OK\r\n* SEARCH\r\n" TAG "15 OK\r\n" NEXT "* BYE\r\n" TAG "16 OK\r\n" NEXT},
	/* one that takes no commands but one, tells nothing by itself, and has no UIDPLUS */
	{imap, "* OK ready\r\n" NEXT "* CAPABILITY IMAP4rev1\r\n" TAG "1 OK\r\n" NEXT TAG
	       "2 OK\r\n" NEXT "* CAPABILITY IMAP4rev1 LOGINDISABLED\r\n* CAPABILITY IMAP4rev1 "
	       "AUTH=PLAIN\r\n" TAG "3 OK\r\n" TAG "4 BAD one at a time\r\n" NEXT
	       "* CAPABILITY IMAP4rev1\r\n" TAG "5 OK\r\n" NEXT
	       "* 0 EXISTS\r\n* OK [UIDNEXT 1] x\r\n" TAG "6 OK\r\n" NEXT "* 1 EXISTS\r\n" NEXT TAG
	       "7 OK\r\n" NEXT "* 1 FETCH (UID 1 BODY[HEADER.FIELDS (SUBJECT)] {" HEADER_SIZE
	       "}\r\n" HEADER ")\r\n" TAG "8 OK\r\n" NEXT "* 1 FETCH (UID 1 BODY[] {" MESSAGE_SIZE
	       "}\r\n" MESSAGE ")\r\n" TAG "9 OK\r\n" NEXT TAG "10 OK\r\n" NEXT "* SEARCH 1\r\n" TAG
	       "11 OK\r\n" NEXT "* 1 EXPUNGE\r\n" TAG "12 OK\r\n" NEXT},
	{imap,
	 "* OK [CAPABILITY IMAP4rev1 AUTH=PLAIN] ready\r\n" NEXT "+ \r\n" NEXT
	 "+ eyJzdGF0dXMiOiI0MDEifQ==\r\n" NEXT TAG
	 "1 NO AHByb2JlQGV4YW1wbGUudGVzdABjb3JyZWN0IGhvcnNl \"correct ho...\r\n",
	 .refused = true},
	{pop3,
	 "+OK ready\r\n" NEXT "+OK\r\nTOP\r\nUIDL\r\nSASL PLAIN\r\nPIPELINING\r\n.\r\n" NEXT
	 "+ \r\n" NEXT "+OK in\r\n" NEXT "+OK 9 300\r\n" NEXT
	 "-ERR gone\r\n+OK\r\nSubject: x\r\n\r\n.\r\n+OK\r\n" HEADER
	 ".\r\n" GONE GONE GONE GONE GONE "+OK 9 300\r\n" NEXT "+OK\r\n" MESSAGE ".\r\n" GONE GONE
	 "+OK\r\n" HEADER ".\r\n" GONE GONE GONE GONE "+OK 9 300\r\n" NEXT GONE NEXT
	 "+OK\r\n" HEADER ".\r\n" NEXT "+OK marked\r\n+OK marked\r\n+OK bye\r\n"},
	{pop3, "+OK ready\r\n" NEXT "-ERR what\r\n" NEXT "+OK user\r\n" NEXT "+OK in\r\n" NEXT
	       "+OK 50 30000\r\n" NEXT "+OK 1 a\r\n" NEXT "+OK 13 b\r\n" NEXT "+OK 25 aa\r\n" NEXT
	       "+OK 37 c\r\n" NEXT "+OK 50 d\r\n" NEXT "+OK\r\n1 a\r\n2 b\r\n.\r\n" NEXT
	       "-ERR what\r\n" NEXT "+OK 50 700\r\n" NEXT "+OK\r\n" HEADER ".\r\n" NEXT GONE_7
	       "+OK\r\n" MESSAGE ".\r\n" NEXT "+OK 49 700\r\n" NEXT "+OK\r\n" HEADER
	       ".\r\n" NEXT GONE_7 GONE_7 GONE GONE "+OK 49 700\r\n" NEXT "+OK\r\n" HEADER
	       ".\r\n" NEXT "+OK marked\r\n" NEXT "+OK marked\r\n" NEXT "+OK bye\r\n"},
	{imap_why,
	 "* LIST (\\Junk) \"/\" Junk\r\n" OK(1) OPENED OK(2) SEARCHED OK(3) SHOWN OK(4) OPENED OK(5)
		 SEARCHED OK(6) SHOWN OK(7) SHOWN OK(8) OK(9) "* 1 EXPUNGE\r\n" OK(10),
	 .refused = true},
	{imap_why,
	 OK(1) "* 0 EXISTS\r\n" OK(2) "* SEARCH\r\n" OK(3) "* QUOTA x (STORAGE 5 5)\r\n" OK(4),
	 .refused = true},
	{imap_folders, "* LIST (\\Sent) \"/\" Sent\r\n" OK(1) OPENED OK(2) SHOWN OK(
			       3) "* SEARCH\r\n" OK(4) OPENED OK(5) SHOWN OK(6) "* SEARCH\r\n" OK(7)
			       SHOWN OK(8) "* 1 EXPUNGE\r\n" OK(9) OPENED OK(10) SEARCHED OK(11)
				       SHOWN OK(12) SHOWN OK(13) OK(14) "* 1 EXPUNGE\r\n" OK(15)},
	{imap_cleanup,
	 "* SEARCH 1 2 3\r\n" TAG "1 OK\r\n" NEXT
	 "* 1 FETCH (UID 1 BODY[HEADER.FIELDS (SUBJECT)] {" HEADER_SIZE "}\r\n" HEADER
	 ")\r\n* 2 FETCH (UID 2 BODY[HEADER.FIELDS (SUBJECT)] {44}\r\nSubject: Mailflow probe, "
	 "what became of it\r\n)\r\n* 3 FETCH (UID 3 BODY[HEADER.FIELDS (SUBJECT)] {" HEADER_SIZE
	 "}\r\n" HEADER ")\r\n" TAG "2 OK\r\n" NEXT
	 "* 1 FETCH (UID 1 BODY[HEADER.FIELDS (SUBJECT)] {" HEADER_SIZE "}\r\n" HEADER
	 ")\r\n* 3 FETCH (UID 3 BODY[HEADER.FIELDS (SUBJECT)] {" HEADER_SIZE "}\r\n" HEADER
	 ")\r\n" TAG "3 OK\r\n" NEXT TAG "4 OK\r\n* 1 EXPUNGE\r\n* 2 EXPUNGE\r\n" TAG
	 "5 OK\r\n* SEARCH\r\n" TAG "6 OK\r\n" NEXT},
	{pop3_cleanup, "+OK\r\n" HEADER ".\r\n" NEXT "+OK\r\n" MESSAGE ".\r\n+OK\r\n" HEADER
		       ".\r\n+OK\r\nSubject: x\r\n\r\n.\r\n-ERR gone\r\n+OK\r\n" HEADER
		       ".\r\n-ERR gone\r\n+OK 6 300\r\n" NEXT "+OK\r\n" HEADER ".\r\n+OK\r\n" HEADER
		       ".\r\n+OK 6 300\r\n" NEXT "+OK\r\n+OK\r\n+OK\r\n+OK bye\r\n"},
	{smtp,
	 "220 mx.example.test ESMTP\r\n" NEXT "250-mx.example.test\r\n250-AUTH PLAIN LOGIN\r\n"
	 "250 SIZE 1000\r\n" NEXT "235 2.7.0 in\r\n" NEXT "250 2.1.0 ok\r\n" NEXT
	 "250 2.1.5 ok\r\n" NEXT "354 go\r\n" NEXT "250 2.0.0 queued\r\n" NEXT "221 bye\r\n"},
	{smtp, "220 mx\r\n" NEXT "250-mx\r\n250-AUTH PLAIN\r\n250 PIPELINING\r\n" NEXT
	       "235 2.7.0 in\r\n" NEXT "250 2.1.0 ok\r\n250 2.1.5 ok\r\n354 go\r\n" NEXT
	       "250 2.0.0 queued\r\n" NEXT "221 bye\r\n"},
	{smtp,
	 "220 mx\r\n" NEXT "250-mx\r\n250-AUTH PLAIN\r\n250 PIPELINING\r\n" NEXT
	 "235 2.7.0 in\r\n" NEXT "250 2.1.0 ok\r\n550 5.1.1 no\r\n354 go\r\n" NEXT
	 "554 5.5.1 no recipients\r\n" NEXT "221 bye\r\n",
	 .refused = true},
	{smtp,
	 "220 mx\r\n" NEXT "250-mx\r\n250-AUTH PLAIN\r\n250-CHUNKING\r\n250 PIPELINING\r\n" NEXT
	 "235 2.7.0 in\r\n" NEXT "250 2.1.0 ok\r\n250 2.1.5 ok\r\n250 2.0.0 queued\r\n" NEXT
	 "221 bye\r\n"},
	{smtp,
	 "220 mx\r\n" NEXT "250-mx\r\n250-AUTH PLAIN\r\n250-CHUNKING\r\n250 PIPELINING\r\n" NEXT
	 "235 2.7.0 in\r\n" NEXT "250 2.1.0 ok\r\n250 2.1.5 ok\r\n500 what?\r\n500 what?\r\n" NEXT
	 "250 reset\r\n" NEXT "250 2.1.0 ok\r\n250 2.1.5 ok\r\n354 go\r\n" NEXT
	 "250 2.0.0 queued\r\n" NEXT "221 bye\r\n"},
	{smtp,
	 "220 mx\r\n" NEXT "250-mx\r\n250 AUTH LOGIN\r\n" NEXT "334 VXNlcm5hbWU6\r\n" NEXT
	 "334 UGFzc3dvcmQ6\r\n" NEXT "235 in\r\n" NEXT "250 ok\r\n" NEXT "550-5.1.1 no\r\n"
	 "550 5.1.1 such user\r\n" NEXT "221 bye\r\n",
	 .refused = true},
};

const int fuzz_rounds = 5000;
const size_t fuzz_target_count = sizeof(fuzz_targets) / sizeof(fuzz_targets[0]);

/* All of a seed is said, and the dialog comes to the end that it should. */
static void check_seed(const struct fuzz_target *target, const char *bytes, size_t len)
{
	if (len != strlen(target->seed) || memcmp(bytes, target->seed, len))
		return;
	MUST((peer.err.kind != ERR_NONE) == target->refused);
	MUST(peer.at == peer.end);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
	int before = descriptors_open();

	if (len) {
		const struct fuzz_target *target = &fuzz_targets[bytes[0] % fuzz_target_count];
		target->parse((const char *)bytes + 1, len - 1);
		check_seed(target, (const char *)bytes + 1, len - 1);
	}
	MUST(descriptors_open() == before);
	return 0;
}
