/* submission.h - the SMTP leg of a mailbox test: hand in one test message
 *
 * The connection may be begun while something else is done, and its end is heard when everything
 * else is done. */
#ifndef MAILFLOW_SUBMISSION_H
#define MAILFLOW_SUBMISSION_H

#include "base/buf.h"
#include "mail/message.h"
#include "mail/sasl/mail_account.h"
#include "mail/smtp/smtp.h"
#include "net/conn.h"

struct submission {
	struct mail_account
		account;      /* username NULL: do not log on; limit_us: of each connection */
	const char *mailfrom; /* "": the null sender; the message says then that it is from
					mailto */
	const char *mailto;
	struct smtp smtp;
};

/* What the server's acceptance was. */
struct submission_receipt {
	int64_t accepted_us; /* when, absolute */
	char reply[240];     /* its words, not cleaned; of long ones the queue's name is kept */
	char queue_id[QUEUE_ID_SIZE]; /* that name; "": not told */
	char message_id[MESSAGE_ID_SIZE];
	struct tls_info tls; /* of the SMTP session */
	struct logon_memory logon;
};

/* The caller sets the rest. All borrowed, transcript may be NULL. */
void submission_init(struct submission *s, struct timeline *tl, struct err *err,
		     struct buf *transcript);

/* Begin the connection as soon as first is connected, if that needs no waiting
 * (conn_begin_beside). */
void submission_begin_beside(struct submission *s, struct conn *first);

/* Leg "smtp_": connect, negotiate TLS, log on, send the message that carries token, QUIT, whose
 * answer is not waited for. Where the server cannot be pipelined to in spite of what it says, once
 * more on a new connection. Returns 0, or -1 with the error set and err->where naming the SMTP end
 * point; receipt_r->tls and logon are set in both cases. */
int submit(struct submission *s, const char *token, struct submission_receipt *receipt_r);

/* At the end of everything: what has been begun or used is left in good order, and closed. After an
 * error of submit there is the step "smtp_logout" in it. Frees what s owns. */
void submission_end(struct submission *s);

#endif
