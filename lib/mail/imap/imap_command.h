/* imap_command.h - the command engine that imap.c, imap_response.c, imap_logon.c and imap_mailbox.c
 * share; for these only */
#ifndef MAILFLOW_IMAP_COMMAND_H
#define MAILFLOW_IMAP_COMMAND_H

#include "mail/imap/imap.h"

/* Send a command without secrets under a new tag, after imap_begin. */
int imap_send(struct imap *s, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

/* Before a command that the caller sends itself: the check below, and a new tag in s->tag. */
int imap_begin(struct imap *s);

/* Whether there is an answer before the question: -1 if so. Untagged data that is here may come at
 * any time, and is noted. */
int imap_check_unasked(struct imap *s);

/* Read one response and note what it tells; -1 also for BYE and for a foreign tag. */
int imap_read(struct imap *s, struct imap_response *r);

/* The first one: OK or PREAUTH; -1 for anything else. */
int imap_read_greeting(struct imap *s, struct imap_response *r);

/* The error for a response that breaks the protocol: what, and its words. Returns -1. */
int imap_not_a_response(struct imap *s, const char *what);

/* Read on until the tagged answer, or before it a response of this kind. */
int imap_await(struct imap *s, enum imap_kind kind, struct imap_response *r);

/* Keep words that may explain a failure later on, if they are the first. */
void imap_note_odd(struct imap *s, struct span words);

/* The error for a NO or BAD. Returns -1. */
int imap_refused(struct imap *s, enum err_kind kind, const struct imap_response *r);

/* Await the tagged answer; anything but OK becomes an error of that kind. */
int imap_finish(struct imap *s, enum err_kind kind);

/* Await the tagged answer, which may be a refusal: *refused_r, or if that is NULL as
 * imap_finish(s, ERR_REFUSED). */
int imap_finish_somehow(struct imap *s, bool *refused_r);

/* A command without arguments or secrets, and its answer. */
int imap_simple(struct imap *s, const char *command, enum err_kind kind);

#endif
