/* test_bounce.c - delivery status notifications, real and forged */
#include "mail/bounce.h"

#include <string.h>

#include "base/xalloc.h"
#include "unit.h"

#define TOKEN "0123456789abcdef0123456789abcdef"
#define OTHER "ffffffffffffffffffffffffffffffff"

#define REPORT                                                                                     \
	"Content-Type: multipart/report; report-type=delivery-status;\r\n\tboundary=\"A.B/c\"\r\n"
#define HEADER "Subject: Undelivered Mail\r\nMIME-Version: 1.0\r\n" REPORT "\r\n"
#define HUMAN  "This is a MIME message.\r\n\r\n--A.B/c\r\n\r\nSorry: " TOKEN "\r\n"
#define STATUS_PART                                                                                \
	"--A.B/c\r\nContent-Description: Delivery report\r\n"                                      \
	"Content-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; mx.example\r\n\r\n"
#define FAILED                                                                                     \
	"Final-Recipient: rfc822; a@b.example\r\nAction: failed\r\nStatus: 5.2.2\r\n"              \
	"Remote-MTA: dns; mbx.example\r\n"                                                         \
	"Diagnostic-Code: smtp; 552 5.2.2 Quota\r\n    exceeded\r\n"
#define DELAYED "Action: delayed (still tried)\r\nStatus: 4.4.1\r\n"
#define OURS                                                                                       \
	"Date: Wed, 25 Nov 2026 12:00:00 +0000\r\nSubject: Mailflow probe " TOKEN "\r\n"           \
	"X-Mailflow-Probe: " TOKEN "\r\nMessage-ID: <" TOKEN "@h.example>\r\n"
#define RETURNED "\r\n--A.B/c\r\nContent-Type: message/rfc822\r\n\r\n"
#define END      "\r\n--A.B/c--\r\n"

static const struct {
	const char *name, *text;
	int rc;
	enum bounce_action action;
	const char *words, *token;
} row[] = {
	{"Postfix", HEADER HUMAN STATUS_PART FAILED RETURNED OURS "\r\nbody" END, 0, BOUNCE_FAILED,
	 "552 5.2.2 Quota exceeded", TOKEN},
	{"headers only",
	 HEADER HUMAN STATUS_PART FAILED
	 "\r\n--A.B/c\r\nContent-Type: text/rfc822-headers; charset=us-ascii\r\n\r\n" OURS END,
	 0, BOUNCE_FAILED, "552 5.2.2 Quota exceeded", TOKEN},
	{"line ends of Unix, and cut",
	 "Content-Type: Multipart/Report; boundary=x; "
	 "Report-Type=Delivery-Status\n\n--x\n\nhi\n--x \n"
	 "content-type: message/delivery-status\n\nAction: FAILED\nStatus: 5.1.1 (unknown)\n\n--x\n"
	 "Content-type: message/rfc822\n\nX-Mailflow-Probe: " TOKEN "\nMessage-ID: <" TOKEN "@h>\n",
	 0, BOUNCE_FAILED, "5.1.1", TOKEN},
	{"delayed",
	 HEADER HUMAN STATUS_PART "Action: delayed\r\nStatus: 4.4.1\r\n" RETURNED OURS END, 0,
	 BOUNCE_DELAYED, "4.4.1", TOKEN},
	{"the worst of several",
	 HEADER HUMAN STATUS_PART "Action: delayed\r\nStatus: 4.4.1\r\n\r\n" FAILED
				  "\r\nAction: delivered\r\nStatus: 2.0.0\r\n" RETURNED OURS END,
	 0, BOUNCE_FAILED, "552 5.2.2 Quota exceeded", TOKEN},
	{"the status in front where it is not said",
	 HEADER HUMAN STATUS_PART "Action: failed\r\nStatus: 5.1.1\r\n"
				  "Diagnostic-Code: x-unix; user unknown\r\n" RETURNED OURS END,
	 0, BOUNCE_FAILED, "5.1.1 user unknown", TOKEN},
	{"no reason",
	 HEADER HUMAN STATUS_PART "Action: failed\r\nStatus: five\r\n" RETURNED OURS END, 0,
	 BOUNCE_FAILED, "without a reason", TOKEN},
	{"of somebody else's message",
	 HEADER HUMAN STATUS_PART FAILED RETURNED "Subject: hi\r\nMessage-ID: <" TOKEN
						  "@h>\r\n" END,
	 0, BOUNCE_FAILED, "552 5.2.2 Quota exceeded", NULL},
	{"two tokens",
	 HEADER HUMAN STATUS_PART FAILED RETURNED "X-Mailflow-Probe: " OTHER
						  "\r\nMessage-ID: <" TOKEN "@h>\r\n" END,
	 0, BOUNCE_FAILED, "552 5.2.2 Quota exceeded", NULL},
	{"the fields in the text of what came back only",
	 HEADER HUMAN STATUS_PART FAILED RETURNED "Subject: Re: yours\r\n\r\n" OURS END, 0,
	 BOUNCE_FAILED, "552 5.2.2 Quota exceeded", NULL},
	{"the fields in the text for people only",
	 HEADER "--A.B/c\r\n\r\n" OURS STATUS_PART FAILED RETURNED "Subject: x\r\n" END, 0,
	 BOUNCE_FAILED, "552 5.2.2 Quota exceeded", NULL},
	{"two messages came back",
	 HEADER HUMAN STATUS_PART FAILED RETURNED OURS RETURNED "Subject: x\r\n" END, -1, 0, "",
	 NULL},
	{"two statuses", HEADER HUMAN STATUS_PART FAILED STATUS_PART DELAYED RETURNED OURS END, -1,
	 0, "", NULL},
	{"nothing came back", HEADER HUMAN STATUS_PART FAILED END, -1, 0, "", NULL},
	{"no status", HEADER HUMAN RETURNED OURS END, -1, 0, "", NULL},
	{"behind the last part", HEADER HUMAN STATUS_PART FAILED END RETURNED OURS END, -1, 0, "",
	 NULL},
	{"a read receipt",
	 "Content-Type: multipart/report; "
	 "report-type=disposition-notification; boundary=\"A.B/c\"\r\n\r\n" HUMAN STATUS_PART FAILED
		 RETURNED OURS END,
	 -1, 0, "", NULL},
	{"no report",
	 "Content-Type: multipart/mixed; report-type=delivery-status; boundary=\"A.B/c\"\r\n"
	 "\r\n" HUMAN STATUS_PART FAILED RETURNED OURS END,
	 -1, 0, "", NULL},
	{"no boundary", "Content-Type: multipart/report; report-type=delivery-status\r\n\r\n--\r\n",
	 -1, 0, "", NULL},
	{"two content types", REPORT HEADER HUMAN STATUS_PART FAILED RETURNED OURS END, -1, 0, "",
	 NULL},
	{"nothing", "", -1, 0, "", NULL},
};

START_TEST(test_bounce_parse)
{
	struct buf words = BUF_INIT(400);
	struct bounce b;

	ck_assert_msg(bounce_parse(row[_i].text, strlen(row[_i].text), &b) == row[_i].rc, "%s",
		      row[_i].name);
	if (row[_i].rc)
		return;
	const char *token = bounce_token(&b);
	bounce_format(&b, &words);
	ck_assert_msg(b.action == row[_i].action, "%s", row[_i].name);
	ck_assert_msg(!strcmp(buf_str(&words), row[_i].words), "%s: %s", row[_i].name,
		      buf_str(&words));
	ck_assert_msg(token ? row[_i].token && !strcmp(token, row[_i].token) : !row[_i].token, "%s",
		      row[_i].name);
	buf_free(&words);
}
END_TEST

START_TEST(test_bounce_parse__what_is_returned_has_its_date)
{
	static const char text[] = HEADER HUMAN STATUS_PART FAILED RETURNED OURS END;
	struct bounce b;

	ck_assert_int_eq(bounce_parse(text, strlen(text), &b), 0);
	ck_assert(b.returned.has_date &&
		  message_is_stale(&b.returned, b.returned.date + 7201, 7200));
	ck_assert_str_eq(b.remote, "mbx.example");
	ck_assert(bounce_is_wanted(&b, TOKEN, b.returned.date, 7200));
	ck_assert(!bounce_is_wanted(&b, OTHER, b.returned.date + 7200, 7200));
	ck_assert(bounce_is_wanted(&b, OTHER, b.returned.date + 7201, 7200));
}
END_TEST

/* Exact, so that a sanitizer sees a byte too many; cut anywhere, it is never another's. */
START_TEST(test_bounce_parse__cut_anywhere)
{
	static const char text[] = HEADER HUMAN STATUS_PART FAILED RETURNED OURS END;
	struct bounce b;

	for (size_t len = 0; len < sizeof(text); len++) {
		char *exact = xstrndup(text, len);
		if (bounce_parse(exact, len, &b) == 0) {
			const char *token = bounce_token(&b);
			ck_assert(!token || !strcmp(token, TOKEN));
		}
		free(exact);
	}
}
END_TEST

UNIT_MAIN_FIXTURE("bounce", NULL, NULL, ROWS(test_bounce_parse, row),
		  ONCE(test_bounce_parse__what_is_returned_has_its_date),
		  ONCE(test_bounce_parse__cut_anywhere))
