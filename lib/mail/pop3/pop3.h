/* pop3.h - the client side of POP3 (RFC 1939, 2449, 2595, 5034), one function for each part of the
 * dialog
 *
 * Functions that begin a step say its name. All return 0, or -1 with the error set: ERR_AUTH for a
 * refused logon, ERR_REFUSED for other -ERR, but what pop3_refusal_kind() says where that is for
 * now only; ERR_PROTOCOL, and those of conn.h. */
#ifndef MAILFLOW_POP3_H
#define MAILFLOW_POP3_H

#include <stdbool.h>
#include <stdint.h>

#include "mail/pop3/pop3_parse.h"
#include "mail/sasl/logon.h"
#include "mail/sasl/mail_account.h"
#include "net/conn.h"

enum {
	POP3_TEXT_MAX = 65536,              /* of a message, what is kept */
	POP3_CAPA_MAX = 65536,              /* the answer to CAPA */
	POP3_HEADER_MAX = 1024 * 1024,      /* the answer to TOP, or to RETR instead */
	POP3_LISTING_MAX = 4 * 1024 * 1024, /* the answer to UIDL */
	POP3_BATCH = 8,                     /* commands sent at once where PIPELINING is offered */
};

/* How a logon was refused. */
enum pop3_refusal {
	POP3_FOR_GOOD, /* as far as is known; also: not refused */
	POP3_IN_USE,   /* another session has the maildrop */
	POP3_TOO_SOON, /* after the last one */
	POP3_BUSY,     /* for a while that nobody knows */
};

struct pop3 {
	struct conn conn;
	struct pop3_capabilities caps; /* forgotten at STLS, until caps_last */
	bool caps_last;                /* they are those behind TLS: a run asks for them once */
	bool no_pipelining;            /* was announced, and does not work */
	struct logon_memory logon;     /* kept for the next logon */
	char timestamp[256];           /* of the greeting, for APOP; forgotten at STLS */
	struct buf line;               /* the newest reply */
	struct pop3_reply reply;       /* it, taken apart */
	struct buf text;               /* of the message that is being read */
	uint64_t answer_begun;         /* conn.bytes_in when the answer began: bounds it */
	unsigned int asked, owed;      /* commands of the newest write; replies that are missing */
	bool pipelined;                /* several were sent at once in this session */
	bool quit_sent;                /* QUIT, whose answer is not read yet */
	struct conn next;              /* the next session's, where it is begun ahead */
	bool greeted;
	bool talks;    /* text that answers nothing may follow, and is passed over */
	bool no_top;   /* TOP was found not to be known, or to be of no use */
	bool top_line; /* TOP without a line of the text was found to show all of it */
	bool top_works, top_refused;
	bool unseen; /* a header that was asked for was refused; reset by the caller */
	enum pop3_refusal refusal; /* of this logon */
	uint32_t login_delay_s;    /* between two logons, as the server says; 0: nothing known */
	int64_t logged_on_us;      /* when the last one succeeded, absolute; 0: none yet */
	struct err insists;        /* the newest logon that was refused for the delay, which is kept
				    * to from then on; kind ERR_NONE: none */
	int64_t not_before_us;     /* the next logon then, absolute; else 0 */
	uint32_t marked;           /* messages that DELE has marked and QUIT has not yet removed */
	uint32_t ahead;            /* by pop3_stat_ahead; 0: none */
	uint32_t cut_off;          /* message that was larger than the server said: the connection
			   is closed */

	/* by STAT */
	uint32_t messages;
	uint64_t size;
	bool has_size; /* else it is 0 */
};

/* The error target and transcript are those of conn.h. */
void pop3_init(struct pop3 *s, struct timeline *tl, struct err *err, struct buf *transcript);
void pop3_free(struct pop3 *s);

/* "greeting": +OK, or refused service. */
int pop3_greeting(struct pop3 *s);
/* "capability": a server that does not know CAPA has none, which is no error. */
int pop3_capability(struct pop3 *s);
/* "starttls", "tls", and "capability" unless that is known. Mandatory: refused or not offered is
 * ERR_TLS. Where CAPA is not known, tried once. */
int pop3_stls(struct pop3 *s, const char *host, const struct tls_options *tls);
/* "login": AUTH, USER and PASS (at once where PIPELINING is offered), or APOP, as logon_run() has
 * it. Never without TLS unless plaintext_ok. "capability" behind it only where something may have
 * been kept back before. */
int pop3_login(struct pop3 *s, const struct credentials *who, bool plaintext_ok);

/* A new connection, up to the logon: all of the above, but what is known of the server from an
 * earlier session of the run is not asked again. */
int pop3_log_on(struct pop3 *s, const struct mail_account *account);

/* Begin the next session's connection, which pop3_log_on takes over: see conn_begin. */
void pop3_begin_next(struct pop3 *s, const struct mail_account *account);
/* It is not needed after all: leave in good order, best effort and bounded. Records no error. */
void pop3_leave_next(struct pop3 *s, const struct mail_account *account);

/* After an error: whether it may be that the server does not take several commands at once, though
 * it says so: replies that are missing, too many or out of shape, refusals, a lost connection. Then
 * the error is forgotten and the session closed, one command at a time is sent for the rest of the
 * run, and all that was done in the session may be tried again. */
bool pop3_distrust(struct pop3 *s);

/* Close without a word: for one that has been said QUIT to. */
void pop3_close(struct pop3 *s);

/* What a server may take for the goodbye between two sessions, in microseconds: half of the time
 * that is left is kept for the next one. */
int64_t pop3_goodbye_limit(const struct pop3 *s);

/* "logout": QUIT, best effort and bounded, never an error of the run; after RSET where messages are
 * marked. Then closes. Nothing is sent on a connection that has failed in a way that makes its
 * bytes untrustworthy. */
void pop3_part(struct pop3 *s);
/* The same where nobody waits for the maildrop to be free again: the answer to QUIT is awaited no
 * longer than conn_patience() says. */
void pop3_part_for_good(struct pop3 *s);
/* "logout": QUIT in one write with what has been gathered (pop3_command.h), if anything; its answer
 * is read by pop3_part. Records no error. */
void pop3_say_quit(struct pop3 *s);
/* "logout": QUIT, by which the marked messages are deleted. An error unless it is answered +OK.
 * Then closes. */
int pop3_quit(struct pop3 *s);

/* "stat": STAT. */
int pop3_stat(struct pop3 *s);
/* The same, and behind it in one write, where that can be, TOP of number (0: none). To be followed
 * by pop3_header_ahead. */
int pop3_stat_ahead(struct pop3 *s, uint32_t number);

/* ---- without a step of their own ---- */

/* Called for each line of a UIDL listing, or message whose header was asked for; returns 0 or -1
 * with the error set. */
typedef int pop3_uid_fn(void *ctx, uint32_t number, struct span uid);
typedef int pop3_header_fn(void *ctx, uint32_t number, const char *header, size_t len);

/* Whether messages can be told apart by unique-ids, as far as is known. */
bool pop3_has_uidl(const struct pop3 *s);
/* The unique-ids of these messages, pipelined where that is offered. Messages that are gone are
 * left out. */
int pop3_uidl(struct pop3 *s, const uint32_t *number, size_t count, pop3_uid_fn *fn, void *ctx);
/* The same in two parts: put behind what is gathered (pop3_command.h), and the answers. */
int pop3_put_uidl(struct pop3 *s, const uint32_t *number, size_t count);
int pop3_hear_uidl(struct pop3 *s, const uint32_t *number, size_t count, pop3_uid_fn *fn,
		   void *ctx);
/* Those of all messages. */
int pop3_uidl_all(struct pop3 *s, pop3_uid_fn *fn, void *ctx);

/* The headers of these messages by TOP, pipelined where that is offered; without TOP by RETR, but
 * only of messages of up to POP3_TEXT_MAX bytes. Messages that are gone are left out. What follows
 * the first POP3_TEXT_MAX bytes is not given. s->cut_off is set when reading had to end there, for
 * the size that was announced was a lie. */
int pop3_headers(struct pop3 *s, const uint32_t *number, size_t count, pop3_header_fn *fn,
		 void *ctx);

/* The one that pop3_stat_ahead has asked for, if it has and if there is such a message. */
int pop3_header_ahead(struct pop3 *s, pop3_header_fn *fn, void *ctx);

/* Whether headers can be asked for in one write with something else. */
bool pop3_tops_at_once(const struct pop3 *s);

/* The whole text of those of these messages that are no larger than POP3_TEXT_MAX bytes. Messages
 * that are gone are left out. s->cut_off as above. */
int pop3_texts(struct pop3 *s, const uint32_t *number, size_t count, pop3_header_fn *fn, void *ctx);

/* The whole message, in s->text; -1 also if it is larger than POP3_TEXT_MAX (ERR_DELIVERY; the
 * connection is closed). In one write with it the headers of others are asked for, of which
 * pop3_tops_at_once has said that they can be: pop3_headers_behind reads them, and may be left out
 * only if nothing but pop3_part follows. */
int pop3_retr(struct pop3 *s, uint32_t number, const uint32_t *others, size_t count);
int pop3_headers_behind(struct pop3 *s, const uint32_t *others, size_t count, pop3_header_fn *fn,
			void *ctx);

/* Marked, to be deleted by pop3_quit. A refusal is an error only where refused_r is NULL. */
int pop3_dele(struct pop3 *s, uint32_t number, bool *refused_r);
/* All of them, and QUIT, in one write: to be followed by pop3_dele_answer for each, and by
 * pop3_quit_answer. */
int pop3_dele_and_quit(struct pop3 *s, const uint32_t *number, size_t count);
int pop3_dele_answer(struct pop3 *s, bool *refused_r);
int pop3_quit_answer(struct pop3 *s);

#endif
