/* pop3_command.h - the command engine: for the other files of this folder */
#ifndef MAILFLOW_POP3_COMMAND_H
#define MAILFLOW_POP3_COMMAND_H

#include "mail/pop3/pop3.h"

/* The next line becomes s->line. */
int pop3_read_line(struct pop3 *s);

/* The error for such a line that is no reply; what names it. Returns -1. */
int pop3_not_a_reply(struct pop3 *s, const char *what);

/* Read one reply into s->reply: +OK or -ERR, or where the caller expects it "+". -1 for anything
 * else. */
int pop3_read_reply(struct pop3 *s, bool continuation_ok);

/* The error for a -ERR. Returns -1. */
int pop3_refused(struct pop3 *s, enum err_kind kind);

/* Whether a line is here that cannot be passed over: 1, with the line, or 0; -1 for an error. */
int pop3_next_unasked(struct pop3 *s);

/* Whether there is an answer before the question: -1 if so. */
int pop3_check_unasked(struct pop3 *s);

/* Several commands in one write (RFC 2449 section 6.6): after that check, each with pop3_put. Then
 * as many replies are to be read, in that order. What was put before an error is sent all the
 * same. */
int pop3_gather(struct pop3 *s);
int pop3_put(struct pop3 *s, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
int pop3_put_secret(struct pop3 *s, const char *before, const char *secret);
int pop3_send_gathered(struct pop3 *s);

/* For those who read what such a reply goes on with: whether more comes, where something has
 * come already: -1 if nothing does for some seconds, which tells of a server that has lost the
 * commands that it was sent together with the one it answers. */
int pop3_await_more(struct pop3 *s);

/* Read and forget the replies that are missing, of one line each, as far as they come. */
void pop3_skip_replies(struct pop3 *s);

/* One command without secrets, and its reply, +OK or -ERR. */
int pop3_command(struct pop3 *s, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

/* The next line of a multi-line answer of at most max bytes. 1: a line, 0: that was the last, -1:
 * error. */
int pop3_next_line(struct pop3 *s, uint64_t max, struct span *line_r);

#endif
