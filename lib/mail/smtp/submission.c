/* submission.c - the SMTP leg of a mailbox test: hand in one test message
 *
 * What counts is the server's answer to the message: whatever happens at QUIT does not undo it. */
#include "mail/smtp/submission.h"

#include <stdio.h>

#include "base/clock.h"
#include "mail/smtp/smtp.h"

enum { MESSAGE_SIZE_MAX = 16384 };

static int send_message(struct smtp *smtp, const struct submission *s, const char *token)
{
	char host[SMTP_NAME_SIZE];
	struct buf text = BUF_INIT(MESSAGE_SIZE_MAX);
	struct message message = {.token = token,
				  .from = *s->mailfrom ? s->mailfrom : s->mailto,
				  .to = s->mailto,
				  .host = host};

	smtp_own_name(smtp, host);
	message.date = time(NULL);
	message_compose(&text, &message);
	int rc = smtp_send(smtp, s->mailfrom, s->mailto, &text);
	buf_free(&text);
	return rc;
}

static void note_reply(struct smtp *s, struct submission_receipt *receipt_r)
{
	struct buf text = BUF_INIT(4 * SMTP_REPLY_MAX);

	smtp_shown_text(s, &text);
	snprintf(receipt_r->reply, sizeof(receipt_r->reply), "%d %s", s->reply.code,
		 buf_str(&text));
	buf_free(&text);
}

int submit(const struct submission *s, const char *token, struct timeline *tl, struct err *err,
	   struct buf *transcript, struct submission_receipt *receipt_r)
{
	struct smtp smtp = SMTP_INIT(tl, err, transcript);

	timeline_leg(tl, "smtp_", 0);
	int rc = smtp_log_on(&smtp, &s->account);
	if (rc == 0)
		rc = send_message(&smtp, s, token);
	if (rc) {
		timeline_fail(tl); /* before QUIT, which is a step of its own */
		endpoint_label(s->account.endpoint, err->where);
	}
	receipt_r->accepted_us = clock_us();
	receipt_r->tls = smtp.conn.tls.info;
	note_reply(&smtp, receipt_r);
	smtp_quit(&smtp);
	smtp_free(&smtp);
	return rc;
}
