/* smtp_command.h - one command and the reply to it, for smtp.c and smtp_send.c only */
#ifndef MAILFLOW_SMTP_COMMAND_H
#define MAILFLOW_SMTP_COMMAND_H

#include "mail/smtp/smtp.h"

/* Send bytes, unless there is a reply before the question. shown as in conn_write. */
int smtp_send_bytes(struct smtp *s, const void *bytes, size_t len, const char *shown);

/* Send a line (without CRLF). */
int smtp_say(struct smtp *s, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

/* 0 if the newest reply has the code that says yes to the command (RFC 5321 section 4.3.2: another
 * one of its class, such as 221, does not), else -1 with the error made from it, as by smtp_fail().
 */
int smtp_expect(struct smtp *s, int code, const char *verb);

#endif
