/* submission.c - the SMTP leg of a mailbox test: hand in one test message
 *
 * What counts is the server's answer to the message: whatever happens at QUIT does not undo it. */
#include "mail/smtp/submission.h"

#include <stdio.h>

#include "base/clock.h"
#include "base/text.h"
#include "mail/smtp/queue_id.h"
#include "mail/smtp/smtp.h"

enum { MESSAGE_SIZE_MAX = 16384 };

void submission_init(struct submission *s, struct timeline *tl, struct err *err,
		     struct buf *transcript)
{
	*s = (struct submission){.smtp = SMTP_INIT(tl, err, transcript)};
}

void submission_begin_beside(struct submission *s, struct conn *first)
{
	conn_begin_beside(&s->smtp.conn, first, s->account.endpoint, s->account.family);
}

static int send_message(struct submission *s, const char *token,
			struct submission_receipt *receipt_r)
{
	char host[SMTP_NAME_SIZE];
	struct buf text = BUF_INIT(MESSAGE_SIZE_MAX);
	struct message message = {.token = token,
				  .from = *s->mailfrom ? s->mailfrom : s->mailto,
				  .to = s->mailto,
				  .host = host};

	smtp_own_name(&s->smtp, host);
	message.date = time(NULL);
	message_compose(&text, &message);
	snprintf(receipt_r->message_id, sizeof(receipt_r->message_id), "<%s@%s>", token, host);
	int rc = smtp_send(&s->smtp, s->mailfrom, s->mailto, &text);
	buf_free(&text);
	return rc;
}

static void note_reply(struct smtp *s, struct submission_receipt *receipt_r)
{
	struct buf words = BUF_INIT(4 * SMTP_REPLY_MAX);

	buf_printf(&words, "%d ", s->reply.code);
	smtp_shown_text(s, &words);
	struct span id = smtp_queue_id((struct span){buf_str(&words), words.len});
	snprintf(receipt_r->queue_id, sizeof(receipt_r->queue_id), "%.*s", (int)id.len, id.at);
	text_cut_around(receipt_r->reply, sizeof(receipt_r->reply), buf_str(&words),
			receipt_r->queue_id);
	buf_free(&words);
}

static int hand_in(struct submission *s, const char *token, struct submission_receipt *receipt_r)
{
	return smtp_log_on(&s->smtp, &s->account) ? -1 : send_message(s, token, receipt_r);
}

/* The server cannot be pipelined to, and has not accepted the message. */
static int hand_in_again(struct submission *s, const char *token,
			 struct submission_receipt *receipt_r)
{
	s->smtp.one_by_one = true;
	smtp_say_quit(&s->smtp);
	smtp_part(&s->smtp);
	s->smtp.ended = false;
	return hand_in(s, token, receipt_r);
}

int submit(struct submission *s, const char *token, struct submission_receipt *receipt_r)
{
	struct conn *c = &s->smtp.conn;
	struct err first = {0}, *err = conn_set_err(c, &first);

	timeline_leg(c->tl, "smtp_", 0);
	int rc = hand_in(s, token, receipt_r);
	conn_set_err(c, err);
	if (rc && s->smtp.out_of_step && clock_us() < c->tl->deadline_us)
		rc = hand_in_again(s, token, receipt_r);
	else if (rc)
		*err = first;
	if (rc) {
		timeline_fail(c->tl); /* before QUIT, which is a step of its own */
		endpoint_label(s->account.endpoint, err->where);
	}
	receipt_r->accepted_us = clock_us();
	receipt_r->tls = c->tls.info;
	receipt_r->logon = s->smtp.logon;
	note_reply(&s->smtp, receipt_r);
	if (rc == 0)
		smtp_say_quit(&s->smtp);
	return rc;
}

void submission_end(struct submission *s)
{
	struct smtp *smtp = &s->smtp;

	smtp_leave_unused(smtp, &s->account);
	if (smtp->conn.fd >= 0) {
		timeline_leg(smtp->conn.tl, "smtp_", 0);
		smtp_say_quit(smtp);
	}
	smtp_part(smtp);
	smtp_free(smtp);
}
