/* imap.h - the client side of IMAP (RFC 3501, RFC 9051), one function for each part of the dialog
 *
 * Functions that begin a step say its name. All return 0, or -1 with the error set: ERR_AUTH for a
 * refused logon, ERR_REFUSED for other NO and BAD, ERR_CLOSED for BYE, but ERR_THROTTLED for any of
 * them that limits the account for a while; ERR_PROTOCOL, and those of conn.h. */
#ifndef MAILFLOW_IMAP_H
#define MAILFLOW_IMAP_H

#include <stdbool.h>
#include <stdint.h>

#include "mail/imap/imap_collect.h"
#include "mail/imap/imap_list.h"
#include "mail/imap/imap_parse.h"
#include "mail/imap/imap_quota.h"
#include "mail/imap/imap_watch.h"
#include "mail/sasl/logon.h"
#include "mail/sasl/mail_account.h"
#include "net/conn.h"

enum {
	IMAP_RESPONSE_MAX = 1024 * 1024,         /* one response with its literals */
	IMAP_COMMAND_MAX = 4 * 1024 * 1024,      /* all that may come in answer to one command */
	IMAP_SEARCH_MORE_MAX = 64 * 1024 * 1024, /* not counting SEARCH responses beyond the length
						    of a line: the UIDs of millions of messages */
};

/* Several commands may be under way: each answer is judged by its own tag, and taken in the order
 * in which the commands were sent, in whatever order the answers come (RFC 3501 section 5.5). */
enum { IMAP_TAG_SIZE = 24, IMAP_OPEN_MAX = 8 };

/* A command whose answer has not been taken yet. */
struct imap_command {
	char tag[IMAP_TAG_SIZE];
	bool answered, forsaken; /* nobody waits for its answer any more, which may yet come */
	struct buf answer;       /* the tagged response, if it came before its turn */
};

/* Whether the server takes several commands in one write, whatever the RFC says. */
enum imap_pipelining { IMAP_PIPELINING_UNTRIED, IMAP_PIPELINING_WORKS, IMAP_PIPELINING_BREAKS };

struct imap {
	struct conn conn;
	int aside;                     /* socket of an earlier session (imap_set_aside), -1: none */
	struct imap_capabilities caps; /* forgotten at STARTTLS and at logon */
	bool caps_told;          /* in the answer that is under way: what follows adds to it */
	char tag[IMAP_TAG_SIZE]; /* of the newest command, or "" */
	uint32_t commands;       /* so far */
	struct imap_command open[IMAP_OPEN_MAX]; /* in the order in which they were sent */
	size_t open_count;
	enum imap_pipelining pipelining;
	bool gathered; /* several commands have been sent in one write */
	bool disorder; /* something has come that answers nothing */
	bool greeted, preauth;
	bool bye;     /* the server has said BYE */
	bool parting; /* LOGOUT was sent: BYE is welcome */
	bool logged_on;
	bool slowed;                        /* the server has said that it throttles this account */
	struct logon_memory logon;          /* kept for the next logon */
	char offered[SASL_MECHANISMS_SIZE]; /* mechanisms, before the logon */
	struct buf response;                /* the newest response, whole unless response_cut */
	char odd[120];     /* the first response that was passed over, or refused what can be done
				without; not cleaned */
	bool response_cut; /* it is the start of a SEARCH response longer than a line may be */
	uint64_t passed_over; /* bytes of such responses that were not kept */

	/* the selected mailbox */
	bool selected;
	uint32_t exists, uidnext; /* uidnext 0: not known */
	uint32_t uidvalidity;     /* 0: not told */
	uint32_t old;             /* messages up to this number were there when it was selected */
	uint32_t seen;            /* those up to this one, when new ones were last looked for */
	bool read_only;
	bool pushes;       /* an arrival was told in IDLE, unasked */
	uint32_t arrivals; /* EXISTS responses so far: each may tell of a new message */
	struct imap_watch watch;
	unsigned int looks; /* FETCH commands so far */

	/* what the running SEARCH and FETCH collect */
	char search_tag[IMAP_TAG_SIZE];
	bool search_told; /* what it has found, be it nothing */
	bool search_malformed;
	struct imap_collect collect;
	struct imap_sought
		*sought; /* borrowed, as quota is; NULL: such responses are passed over */
	struct imap_quota *quota;
	struct imap_uids uids; /* the last: of its numbers none is set in the beginning */
};

/* The error target and transcript are those of conn.h. */
void imap_init(struct imap *s, struct timeline *tl, struct err *err, struct buf *transcript);

/* "greeting": OK or PREAUTH; BYE is refused service. PREAUTH before STARTTLS is an error (RFC 2595
 * section 7.2). */
int imap_greeting(struct imap *s, bool starttls_follows);
/* "capability": asked unless known from a response code. */
int imap_capability(struct imap *s);
/* "starttls", "tls", "capability". Mandatory: refused or not offered is ERR_TLS. */
int imap_starttls(struct imap *s, const char *host, const struct tls_options *tls);
/* "login": AUTHENTICATE or LOGIN, as logon_run() has it. Never without TLS unless plaintext_ok,
 * never LOGIN against LOGINDISABLED. What the server can do from then on is not asked for before
 * something depends on it. */
int imap_login(struct imap *s, const struct credentials *who, bool plaintext_ok);

/* A new connection, up to the logon: all of the above. What an earlier one has shown
 * is forgotten. */
int imap_log_on(struct imap *s, const struct mail_account *account);

/* "capability" where that is not known, "select": ID where it is offered (some servers let only
 * clients in that say it), SELECT read-write, or ERR_REFUSED; all in one write. Learns exists,
 * uidvalidity, and uidnext unless the server tells it in no way. Once one is told, another
 * UIDVALIDITY is ERR_PROTOCOL (RFC 3501 section 2.3.1.1). */
int imap_select(struct imap *s, const char *mailbox);
/* "select": the same by EXAMINE: opened without being changed, and it may be read-only. */
int imap_examine(struct imap *s, const char *mailbox);
/* The same, once more with a new session where this one broke (imap_broke). */
int imap_open_mailbox(struct imap *s, const struct mail_account *account, const char *mailbox);

/* After an error: whether it is the end of the connection, or of its order, at the first commands
 * that were sent in one write, as it comes of servers that do not bear that. Then the error is
 * forgotten, the connection closed, and nothing is pipelined in this run any more. */
bool imap_broke(struct imap *s);

/* "logout": LOGOUT and its answer, best effort and bounded, never an error of the run. Then closes.
 * Nothing is sent on a connection that has failed in a way that makes its bytes untrustworthy. */
void imap_logout(struct imap *s);
/* Leave this session as it is, for another one beside it; it ends with imap_free. Once. */
void imap_set_aside(struct imap *s);
void imap_free(struct imap *s);

/* ---- without a step of their own ---- */

/* What servers refuse to some clients (NO, BAD) is not an error where refused_r is given: it tells,
 * and s->odd has the words of the first one. With NULL it is ERR_REFUSED. What is ERR_THROTTLED is
 * an error in any case: nothing is asked again at once, nor in another way. */

/* New messages show in s->arrivals. */
int imap_noop(struct imap *s, bool *refused_r);
/* IDLE until s->arrivals grows (s->pushes from then on) or until_us (absolute); ends it with DONE.
 * Refused, it is not offered any more. */
int imap_idle(struct imap *s, int64_t until_us);
/* UID SEARCH with these criteria; results in s->uids. Refused or malformed: none. */
int imap_search(struct imap *s, bool *refused_r, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));
/* Its halves, for several commands in one write (imap_command.h). */
int imap_search_send(struct imap *s, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
int imap_search_finish(struct imap *s, bool *refused_r);
/* UID FETCH, or FETCH by numbers, of a set; fn is called for each message of it that is told with
 * its UID and what was asked for. */
int imap_fetch(struct imap *s, const struct imap_set *set, enum imap_part_kind kind,
	       imap_fetch_fn *fn, void *ctx, bool *refused_r);
/* Its halves: finish is for one that was sent behind another command, and sends it again, alone,
 * where it got lost there. set lives until then. */
int imap_fetch_send(struct imap *s, const struct imap_set *set, enum imap_part_kind kind,
		    imap_fetch_fn *fn, void *ctx);
int imap_fetch_finish(struct imap *s, bool *refused_r);
/* UID STORE set +FLAGS.SILENT (\Deleted) */
int imap_store_deleted(struct imap *s, const char *set);
int imap_store_send(struct imap *s, const char *set);
/* UID EXPUNGE set (RFC 4315) */
int imap_uid_expunge(struct imap *s, const char *set);
int imap_uid_expunge_send(struct imap *s, const char *set);
/* EXPUNGE of all that is marked: the caller has made sure that all of it is ours. */
int imap_expunge_all(struct imap *s);

#endif
