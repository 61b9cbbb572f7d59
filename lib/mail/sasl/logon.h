/* logon.h - which way to log on, and what a refusal leads to: the same for all protocols
 *
 * The best way is taken that both sides have (mechanisms.h), or the first one of credentials.auth;
 * one that shows the secret itself never without TLS, unless that was asked for. A refusal that is
 * not about the secret leads to the next way. One that may be about it leads to one more attempt at
 * most, for servers offer mechanisms for which they hold no secret, but also lock accounts out:
 * once for an account in a run, and only from CRAM, DIGEST or SCRAM to what gets the secret itself,
 * under TLS, or to what credentials.auth names next. Where that has worked, further logons of the
 * account begin with it.
 *
 * A logon that is bound to the TLS channel (-PLUS) tells what its certificate cannot: whether
 * somebody has a certificate for this name who is not this server. That may be why it is refused
 * once the server has heard of the channel, so the one more attempt does not show the password
 * then: it is by SCRAM that is not bound. Where that works the password is right, and it is the
 * binding that was refused: logon_memory.not_bound. A server that says that it cannot bind in this
 * way has not refused anybody: those ways follow that do not bind. */
#ifndef MAILFLOW_LOGON_H
#define MAILFLOW_LOGON_H

#include "mail/sasl/credentials.h"
#include "mail/sasl/mail_account.h"
#include "mail/sasl/mechanisms.h"
#include "net/conn.h"

/* How an attempt has ended. The error is set, but for LOGON_DONE. */
enum logon_end {
	LOGON_DONE,
	LOGON_NOT_SO,  /* the server does not take this way, or it cannot be gone from here */
	LOGON_REFUSED, /* the server does not take who wants to log on, as far as it can be told */
	/* the same of a logon that has told which TLS channel it is bound to: or it does not take
	 * that, for the server is at the end of another one */
	LOGON_REFUSED_BOUND,
	LOGON_CANNOT_BIND, /* the server does not take this way of binding to the channel */
	LOGON_OVER,        /* whatever else: no other way would help */
};

/* What a session keeps. Zeroed: nothing yet. */
struct logon_memory {
	const struct mechanism *tried;     /* the newest, or the one that the error is about */
	const struct mechanism *worked;    /* by this one it is done again */
	const struct mechanism *not_bound; /* that one was refused, for it binds to the channel */
};

/* One logon, as a protocol has it. All borrowed. */
struct logon {
	struct conn *conn;
	void *session;
	const char *offered; /* SASL mechanisms */
	unsigned int forms;  /* besides SASL, those commands that the server takes (enum
				mechanism_form, as a set) */
	enum logon_end (*attempt)(void *session, const struct mechanism *m,
				  const struct credentials *who);
	/* The error where there is no way at all. Returns -1. */
	int (*no_way)(void *session);
};

/* Hide (conn.h) the secrets of who: on each connection before anything is read, for the server may
 * have been told them by an earlier one. */
void logon_hide(struct conn *c, const struct credentials *who);

/* conn_open to an account's server, its secrets hidden. Returns 0 or -1 with the error set. */
int logon_connect(struct conn *c, const struct mail_account *a);

/* Log on, on a connection where the secrets are hidden; *memory is read and written. Returns 0, or
 * -1 with the error set. */
int logon_run(const struct logon *l, const struct credentials *who, struct logon_memory *memory);

/* The name of what was tried last, or "". */
const char *logon_name(const struct logon_memory *memory);

#endif
