/* imap.h - the client side of IMAP (RFC 3501, RFC 9051), one function for each part of the dialog
 *
 * Functions that begin a step say its name. All return 0, or -1 with the error set: ERR_AUTH for a
 * refused logon, ERR_REFUSED for other NO and BAD, ERR_CLOSED for BYE, ERR_PROTOCOL, and those of
 * conn.h. */
#ifndef MAILFLOW_IMAP_H
#define MAILFLOW_IMAP_H

#include <stdbool.h>
#include <stdint.h>

#include "mail/credentials.h"
#include "mail/imap_parse.h"
#include "net/conn.h"

enum {
	IMAP_RESPONSE_MAX = 1024 * 1024,         /* one response with its literals */
	IMAP_COMMAND_MAX = 4 * 1024 * 1024,      /* all that may come in answer to one command */
	IMAP_SEARCH_MORE_MAX = 64 * 1024 * 1024, /* not counting SEARCH responses beyond the length
						    of a line: the UIDs of millions of messages */
};

struct imap;

/* Called for each FETCH response while a command runs; returns 0 or -1 with the error set. */
typedef int imap_fetch_fn(struct imap *s, void *ctx, const struct imap_fetch *fetch);

enum { IMAP_WATCHED_MAX = 100 };

/* A message whose end is watched for. EXPUNGE responses speak of numbers, which shift as other
 * messages go (RFC 3501 section 7.4.1). */
struct imap_message {
	uint32_t uid;
	uint32_t number; /* that it has now */
	bool gone;       /* an EXPUNGE response has said so */
};

struct imap {
	struct conn conn;
	struct imap_capabilities caps; /* forgotten at STARTTLS and at logon */
	char tag[24];                  /* of the newest command; unguessable */
	uint32_t tag_number;
	char tag_prefix[12];
	bool greeted, preauth;
	bool bye;     /* the server has said BYE */
	bool parting; /* LOGOUT was sent: BYE is welcome */
	bool logged_on;
	struct buf response;   /* the newest response, whole unless response_cut */
	bool response_cut;     /* it is the start of a SEARCH response longer than a line may be */
	uint64_t passed_over;  /* bytes of such responses that were not kept */
	const char *hidden[2]; /* while logging on: what is blotted out of responses; borrowed */

	/* the selected mailbox */
	uint32_t exists, uidnext; /* uidnext 0: not known */
	bool read_only;
	uint32_t arrivals; /* EXISTS responses so far: each may tell of a new message */
	struct imap_message watched[IMAP_WATCHED_MAX];
	size_t watched_count;

	/* what the running command collects */
	struct imap_uids uids;
	imap_fetch_fn *on_fetch;
	void *on_fetch_ctx;
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
/* "login", "capability": AUTHENTICATE PLAIN where offered, else LOGIN. Never without TLS unless
 * plaintext_ok, never against LOGINDISABLED. */
int imap_login(struct imap *s, const struct credentials *who, bool plaintext_ok);
/* "select": read-write, or ERR_REFUSED. Learns exists and uidnext. */
int imap_select(struct imap *s, const char *mailbox);
/* "logout": LOGOUT and its answer, best effort and bounded, never an error of the run. Then closes.
 * Nothing is sent on a connection that has failed in a way that makes its bytes untrustworthy. */
void imap_logout(struct imap *s);
void imap_free(struct imap *s);

/* ---- without a step of their own ---- */

/* New messages show in s->arrivals. */
int imap_noop(struct imap *s);
/* IDLE until s->arrivals grows or until_us (absolute); ends it with DONE. */
int imap_idle(struct imap *s, int64_t until_us);
/* UID SEARCH with these criteria; results in s->uids. A refusal (NO, BAD) is not an error but no
 * results, since servers differ in what they can search: *refused_r tells. With refused_r NULL it
 * is an error. */
int imap_search(struct imap *s, bool *refused_r, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));
/* UID FETCH set (items); fn is called for each message. */
int imap_fetch(struct imap *s, const char *set, const char *items, imap_fetch_fn *fn, void *ctx);
/* Watch for the end of a message, of which this FETCH response with UID speaks. Once for each;
 * beyond IMAP_WATCHED_MAX nothing is done. */
void imap_watch(struct imap *s, const struct imap_fetch *fetch);
/* The one with that UID, or NULL. */
const struct imap_message *imap_watched(const struct imap *s, uint32_t uid);
/* UID STORE set +FLAGS.SILENT (\Deleted) */
int imap_store_deleted(struct imap *s, const char *set);
/* UID EXPUNGE set (RFC 4315) */
int imap_uid_expunge(struct imap *s, const char *set);
/* EXPUNGE of all that is marked: the caller has made sure that all of it is ours. */
int imap_expunge_all(struct imap *s);

#endif
