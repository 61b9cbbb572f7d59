/* err.h - what went wrong: a kind for the machine, one text for the reader, a hint, and where it
 * was */
#ifndef MAILFLOW_ERR_H
#define MAILFLOW_ERR_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>

#include "base/hint.h"

/* The kinds are few and closed. What each leads to is said in lib/judge: state.c has the plugin
 * state, connector_status.c the status code of a connector. */
enum err_kind {
	ERR_NONE = 0,
	ERR_USAGE,       /* wrong option, unreadable or malformed file */
	ERR_LOCAL,       /* not tested, for a local reason: no route, no descriptors */
	ERR_NAME,        /* the host name does not exist */
	ERR_CONNECT,     /* refused, reset or unreachable before there was a connection */
	ERR_TIMEOUT,     /* the limit of one connection passed */
	ERR_RUN_TIMEOUT, /* the limit of the whole run passed */
	ERR_UNTESTED,    /* it passed before anything could be learnt about the server */
	ERR_CLOSED,      /* the server ended the connection in the middle of the dialog */
	ERR_TLS,         /* TLS refused, not offered, or the handshake failed */
	ERR_CERTIFICATE, /* TLS works, but the certificate is not acceptable */
	ERR_AUTH,        /* credentials not accepted, or no usable way to log on */
	ERR_TRANSIENT,   /* refused for now (SMTP 4xx, POP3 SYS/TEMP) */
	ERR_THROTTLED,   /* refused for a while, since the account has asked for too much */
	ERR_REFUSED,     /* refused (SMTP 5xx, IMAP NO, POP3 -ERR) */
	ERR_PROTOCOL,    /* the answer breaks the protocol */
	ERR_DELIVERY,    /* accepted, but not seen in the mailbox */
	ERR_MISPLACED,   /* seen, but in another folder: --junk has its state */
	ERR_ENDED,       /* a signal ended the run (interrupt_set_err) */
};

/* For programs: "usage", "run_timeout"; "" for ERR_NONE. */
const char *err_kind_name(enum err_kind kind);

/* Fixed size, so that it can be copied and outlives everything. Zeroed means no error. */
struct err {
	enum err_kind kind;
	char text[320];  /* what happened; a server's words in it are quoted, not cleaned */
	char hint[160];  /* what a person can do about it; may be empty */
	const char *id;  /* of the fault, where it is more than its kind (err_id); constant */
	char step[32];   /* step in which it happened; may be empty */
	char where[300]; /* HOST:PORT that it concerns; empty: the result's */
};

/* Record an error. Keeps the first: does nothing if one is already recorded. Cuts the text to fit,
 * in its middle.
 * Always returns -1, so that it can end a function. Never pass server text as fmt. */
int err_set(struct err *e, enum err_kind kind, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));

/* The same with the server's words in double quotes behind a prefix (may be ""): GREETING "554 no".
 * words need not be terminated; of long ones the start is kept. */
int err_set_server(struct err *e, enum err_kind kind, const char *prefix, const char *words,
		   size_t len);

/* Whether a time limit has passed, whichever. */
bool err_is_timeout(enum err_kind kind);

/* Put text in front of what is recorded, if anything is ("--timeout: "). Cut to fit in the
 * middle. Returns -1. */
int err_prefix(struct err *e, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

/* Add a hint to the recorded error if it has none. */
void err_hint(struct err *e, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
/* The same of a table, which names the fault, too; NULL: there is none. */
void err_advise(struct err *e, const struct hint *hint);
/* Take it away again, and the fault's id with it: it does not fit, or something better is known. */
void err_unhint(struct err *e);

/* Say which fault it is, by an id of lib/report/faults.txt, where no hint of a table does. Returns
 * -1. */
int err_fault(struct err *e, const char *id);
/* The fault's id, or the one that its kind has; "" for ERR_NONE. */
const char *err_id(const struct err *e);

#endif
