/* imap_command.h - the command engine that the dialog's files share; for these only */
#ifndef MAILFLOW_IMAP_COMMAND_H
#define MAILFLOW_IMAP_COMMAND_H

#include "mail/imap/imap.h"

/* Send a command without secrets under a new tag, after imap_begin. */
int imap_send(struct imap *s, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

/* Before a command that the caller sends itself: the check below, and a new tag in s->tag. */
int imap_begin(struct imap *s);

/* From now on commands are only gathered, until imap_send_gathered sends them in one write. What is
 * pipelined must not be ambiguous (RFC 3501 section 5.5): one SEARCH and one FETCH at most, and
 * numbers of messages only in the first command. */
int imap_gather(struct imap *s);
/* rc: what gathering them came to. Returns -1 if that or sending has failed. */
int imap_send_gathered(struct imap *s, int rc);

/* The newest command was not sent after all. */
void imap_unsend(struct imap *s);

/* Nobody waits any more for the answers to what was sent so far, nor for what FETCH was to tell:
 * who leaves a write behind at an error need not finish its FETCH. */
void imap_forsake(struct imap *s);

/* A tagged response: -1 if it answers no open command. If it comes before its turn it is kept, and
 * *r_r becomes an untagged one that tells nothing. For imap_response.c. */
int imap_take_answer(struct imap *s, struct imap_response *r_r);

/* Whether there is an answer before the question: -1 if so. Untagged data that is here may come at
 * any time, and is noted. */
int imap_check_unasked(struct imap *s);

/* Read one response and note what it tells; -1 also for BYE and for a foreign tag. */
int imap_read(struct imap *s, struct imap_response *r);

/* The first one: OK or PREAUTH; -1 for anything else. */
int imap_read_greeting(struct imap *s, struct imap_response *r);

/* The error for a response that breaks the protocol: what, and its words. Returns -1. */
int imap_not_a_response(struct imap *s, const char *what);

/* Read on until the tagged answer to the oldest command that has not got one, or before it a
 * response of this kind. */
int imap_await(struct imap *s, enum imap_kind kind, struct imap_response *r);

/* The same for a tagged answer to a command that was sent behind another one. *lost_r: it has to be
 * sent once more, alone, since the server said BAD to the first such command of the run, or nothing
 * at all; no others are pipelined then. */
int imap_await_behind(struct imap *s, struct imap_response *r, bool *lost_r);

/* Keep words that may explain a failure later on, if they are the first. */
void imap_note_odd(struct imap *s, struct span words);

/* The error for a NO or BAD. Returns -1. */
int imap_refused(struct imap *s, enum err_kind kind, const struct imap_response *r);

/* Await the tagged answer; anything but OK becomes an error of that kind. */
int imap_finish(struct imap *s, enum err_kind kind);

/* What a tagged answer says, as for imap_finish_somehow. */
int imap_judge(struct imap *s, const struct imap_response *r, bool *refused_r);

/* Await the tagged answer, which may be a refusal: *refused_r, or if that is NULL as
 * imap_finish(s, ERR_REFUSED). */
int imap_finish_somehow(struct imap *s, bool *refused_r);

/* Await the answer to CAPABILITY. */
int imap_finish_capability(struct imap *s);

/* Before another mailbox is opened: what was known of the last one, and what has come of it. */
int imap_forget_mailbox(struct imap *s);

/* EXISTS has to come before the answer (RFC 3501 section 6.3.1): what was not told
 * by then, but comes behind it, is here with the answer to one command more. */
int imap_hear_late(struct imap *s, bool told);

/* A command without arguments or secrets, and its answer. */
int imap_simple(struct imap *s, const char *command, enum err_kind kind);

#endif
