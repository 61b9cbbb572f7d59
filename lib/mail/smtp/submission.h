/* submission.h - the SMTP leg of a mailbox test: hand in one test message */
#ifndef MAILFLOW_SUBMISSION_H
#define MAILFLOW_SUBMISSION_H

#include "base/buf.h"
#include "mail/message.h"
#include "mail/sasl/mail_account.h"
#include "net/conn.h"

struct submission {
	struct mail_account account; /* username NULL: do not log on; limit_us: of the whole leg */
	const char *mailfrom;        /* "": the null sender; the message says then that it is from
					mailto */
	const char *mailto;
};

/* What the server's acceptance was. */
struct submission_receipt {
	int64_t accepted_us; /* when, absolute */
	char reply[120];     /* its words, often with the queue's number; not cleaned */
	struct tls_info tls; /* of the SMTP session */
};

/* Leg "smtp_": connect, negotiate TLS, log on, send the message that carries token, QUIT. Returns
 * 0, or -1 with the error set and err->where naming the SMTP end point; receipt_r->tls is set in
 * both cases. */
int submit(const struct submission *s, const char *token, struct timeline *tl, struct err *err,
	   struct buf *transcript, struct submission_receipt *receipt_r);

#endif
