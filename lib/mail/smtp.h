/* smtp.h - the client side of SMTP (RFC 5321), one function for each part of the dialog
 *
 * Every function takes its own step() name(s), said below, and returns 0 or -1 with the error set: ERR_TRANSIENT
 * for 4xx, ERR_AUTH for a refused logon, ERR_REFUSED for other 5xx, ERR_PROTOCOL, and those of conn.h. */
#ifndef MAILFLOW_SMTP_H
#define MAILFLOW_SMTP_H

#include <stdbool.h>

#include "mail/credentials.h"
#include "mail/smtp_parse.h"
#include "net/conn.h"

struct smtp {
	struct conn conn;
	struct smtp_reply reply;       /* the newest one */
	struct smtp_capabilities caps; /* forgotten at STARTTLS */
	bool ended;                    /* QUIT was sent, or the server said 421: nothing more to say */
};

#define SMTP_INIT(timeline, error, log)                                                            \
	((struct smtp){.conn = CONN_INIT(timeline, error, log, "smtp"), .reply = SMTP_REPLY_INIT})

/* Read one whole reply into s->reply. -1 only if none came; the code is the caller's to judge. */
int smtp_read_reply(struct smtp *s);

/* Send a line and read the reply. */
int smtp_command(struct smtp *s, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

/* 0 if the newest reply's class is wanted (2 for 2xx, 3 for 3xx), else -1 with the error made from it; verb is
 * put in front of the server's words ("MAIL FROM", "" for the greeting). */
int smtp_expect(struct smtp *s, int class, const char *verb);

/* "greeting": 220. */
int smtp_greeting(struct smtp *s);
/* "capability": EHLO name, and HELO where EHLO is not understood (500, 502, 504, 550). name NULL: this
 * machine's name, an address literal where it has no usable one. */
int smtp_ehlo(struct smtp *s, const char *name);
/* "starttls", "tls", "capability": refused where not offered; all earlier answers are forgotten. */
int smtp_starttls(struct smtp *s, const char *host, const struct tls_options *tls, const char *name);
/* "login": AUTH PLAIN (with initial response) or LOGIN. Never without TLS unless plaintext_ok. */
int smtp_login(struct smtp *s, const struct credentials *who, bool plaintext_ok);
/* "send": MAIL, RCPT, DATA, the message dot-stuffed (RFC 5321 section 4.5.2), 250. */
int smtp_send(struct smtp *s, const char *from, const char *to, const struct buf *message);
/* "logout": QUIT and its answer, best effort, never an error of the run. Then closes. */
void smtp_quit(struct smtp *s);
/* Accepts a zeroed struct. */
void smtp_free(struct smtp *s);

/* Append bytes with each line-leading dot doubled and the final CRLF.CRLF. Pure. -1 when b is full. */
int smtp_dot_stuff(struct buf *b, const char *bytes, size_t len);

#endif
