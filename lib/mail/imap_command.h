/* imap_command.h - the command engine that imap.c shares with imap_logon.c and imap_mailbox.c; for
 * these only */
#ifndef MAILFLOW_IMAP_COMMAND_H
#define MAILFLOW_IMAP_COMMAND_H

#include "mail/imap.h"

/* A new tag, kept in s->tag. */
const char *imap_next_tag(struct imap *s);

/* Read one response and note what it tells; -1 also for BYE and for a foreign tag. */
int imap_read(struct imap *s, struct imap_response *r);

/* Read on until the tagged answer, or before it a response of this kind. */
int imap_await(struct imap *s, enum imap_kind kind, struct imap_response *r);

/* Keep words that may explain a failure later on, if they are the first. */
void imap_note_odd(struct imap *s, struct imap_span words);

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
