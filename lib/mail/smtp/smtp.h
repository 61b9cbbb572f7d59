/* smtp.h - the client side of SMTP (RFC 5321) and LMTP (RFC 2033), one function for each part of
 * the dialog
 *
 * Functions return 0, or -1 with the error set: ERR_THROTTLED for what smtp_limit() tells,
 * ERR_TRANSIENT for other 4xx, ERR_AUTH for a refused logon, ERR_REFUSED for other 5xx,
 * ERR_PROTOCOL, and those of conn.h. Those that take a step() have its name in their comment; the
 * others run in the caller's step. */
#ifndef MAILFLOW_SMTP_H
#define MAILFLOW_SMTP_H

#include <stdbool.h>
#include <stdint.h>

#include "mail/sasl/logon.h"
#include "mail/sasl/mail_account.h"
#include "mail/smtp/smtp_parse.h"
#include "net/conn.h"

struct smtp {
	struct conn conn;
	struct smtp_reply reply;       /* the newest one */
	struct smtp_capabilities caps; /* forgotten at STARTTLS */
	bool lmtp;                     /* greet with LHLO; set by the caller before smtp_ehlo */
	struct logon_memory logon;
	bool ended;      /* the server said 421, or the dialog broke: nothing more to say */
	bool parting;    /* QUIT has been said, and its answer not been read */
	bool one_by_one; /* no pipelining: remembered, as what follows, beyond the session */
	bool no_chunking;
	bool out_of_step;  /* smtp_send: the error may be that of a server that cannot be
			     pipelined to */
	bool no_recipient; /* smtp_send: RCPT was refused */
};

enum { SMTP_NAME_SIZE = 256 };

#define SMTP_INIT(timeline, error, log)                                                            \
	((struct smtp){.conn = CONN_INIT(timeline, error, log, "smtp"), .reply = SMTP_REPLY_INIT})

/* Read one whole reply into s->reply. -1 only if none came; the code is the caller's to judge. */
int smtp_read_reply(struct smtp *s);

/* Whether there is a reply before the question, which belongs to no command: -1 if so, with what a
 * 421 says, else ERR_PROTOCOL. */
int smtp_check_unasked(struct smtp *s);

/* Append the newest reply's words to text, its lines ended by LF, without what is hidden (conn.h):
 * for all that shows them. text takes 4 * SMTP_REPLY_MAX bytes. */
void smtp_shown_text(struct smtp *s, struct buf *text);

/* Make an error of that kind from the newest reply, whatever its code, or ERR_THROTTLED if it
 * limits the account: verb, unless the step's name says it, then all its words in quotes, and a
 * hint. Always returns -1. */
int smtp_fail(struct smtp *s, enum err_kind kind, const char *verb);
/* ERR_TRANSIENT, ERR_REFUSED, or ERR_PROTOCOL for a code that is no refusal. */
enum err_kind smtp_error_kind(int code);

/* "greeting": 220. */
int smtp_greeting(struct smtp *s);
/* "capability": EHLO with smtp_own_name(), and HELO where EHLO is not understood (500, 502, 504,
 * 550). */
int smtp_ehlo(struct smtp *s);
/* "starttls", "tls", "capability": ERR_TLS where it is not offered or refused, ERR_TRANSIENT where
 * it is refused for now (RFC 3207 section 4: 454); all earlier answers are forgotten. */
int smtp_starttls(struct smtp *s, const char *host, const struct tls_options *tls);
/* "login": AUTH, as logon_run() has it. Never without TLS unless plaintext_ok. Does nothing if
 * there is no user name. */
int smtp_login(struct smtp *s, const struct credentials *who, bool plaintext_ok);
/* A new connection, up to the logon: all of the above, with STARTTLS as the end point's type wants.
 * Begins the leg, under the prefix that it has. smtp_reach() goes the same way, but looks at the
 * answers, and may go less far. */
int smtp_log_on(struct smtp *s, const struct mail_account *account);

/* MAIL FROM:<from>, which may be "". size as in RFC 1870, 0 if not to be said; utf8 asks for
 * SMTPUTF8 (RFC 6531), ERR_REFUSED where that is not offered. */
int smtp_mail(struct smtp *s, const char *from, uint64_t size, bool utf8);
int smtp_rcpt(struct smtp *s, const char *to);
/* "send": MAIL, RCPT, DATA with the message dot-stuffed, and the answer to it. With PIPELINING
 * (RFC 2920) the three commands are one write, with CHUNKING as well (RFC 3030) BDAT with the
 * message is the third of them; where BDAT is not understood, DATA is. The error is that of the
 * first command that failed. Lines of the message are sent behind 354 or BDAT only. -1 with
 * out_of_step set: the answers do not fit the commands, or did not come (in half the time that
 * there is), and the message has certainly not been accepted: to be tried on a new connection,
 * one_by_one. */
int smtp_send(struct smtp *s, const char *from, const char *to, const struct buf *message);

/* "logout": QUIT, best effort, never an error of the run. Its answer is awaited no longer than
 * conn_patience() says, CONN_GOODBYE_US at most (moves the leg's deadline). Then closes. */
void smtp_quit(struct smtp *s);
/* The same with RSET before it: nothing is left behind, whatever becomes of QUIT. */
void smtp_reset_and_quit(struct smtp *s);
/* "logout": QUIT, and nothing is waited for: only smtp_part or smtp_free may follow. */
void smtp_say_quit(struct smtp *s);
/* Later: read the answer to that, which is awaited as by smtp_quit, and close. Takes no step. Does
 * nothing else where QUIT has not been said. */
void smtp_part(struct smtp *s);
/* Where the connection was begun ahead (conn_begin) and is not needed: wait for its greeting for a
 * moment, QUIT, close. Takes no step, and is never an error of the run. */
void smtp_leave_unused(struct smtp *s, const struct mail_account *account);
/* Accepts a zeroed struct. */
void smtp_free(struct smtp *s);

/* The name to greet with: this machine's if it has at least two labels of letters, digits and '-',
 * else the address literal of the socket ("[192.0.2.1]", "[IPv6:2001:db8::1]"; RFC 5321
 * section 4.1.3). */
void smtp_own_name(const struct smtp *s, char name[SMTP_NAME_SIZE]);

/* Append bytes with each line-leading dot doubled and the final CRLF.CRLF (RFC 5321 section 4.5.2).
 * Lines must end in CRLF. Pure. -1 when b is full. */
int smtp_dot_stuff(struct buf *b, const char *bytes, size_t len);

/* Whether address can be given to RCPT: as message_address_valid, or "postmaster" in any case
 * (RFC 5321 section 4.1.1.3); to LMTP also the name of a user. Pure. */
bool smtp_recipient_valid(const char *address, bool lmtp);

/* Whether name can be given to EHLO as it is. Pure. */
bool smtp_name_usable(const char *name);

#endif
