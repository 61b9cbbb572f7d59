/* noise.h - what in a server's words tells nothing, and makes room where room is short */
#ifndef MAILFLOW_NOISE_H
#define MAILFLOW_NOISE_H

/* Leave out, in place: an address that is echoed before the reason ("<probe@example.org>: ",
 * "<probe@example.org>... "), "Recipient address rejected: " where a reason follows (only RCPT is
 * answered so, and its step or command is named), Dovecot's "(0.001 + 0.000 secs)", and
 * "[mail:...]", by which some name their host. */
void noise_leave_out(char *text);

#endif
