/* dialog.h - a client's dialog with a server that says what a script has, at the other end of a
 * socket pair and in the same thread
 *
 * Each part of the script is said when the client waits for something, by a poll that is linked in
 * front of the real one; behind the last one the server hangs up. Nothing ever waits. */
#ifndef MAILFLOW_UNIT_DIALOG_H
#define MAILFLOW_UNIT_DIALOG_H

#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "../predictable_tags.h"

#include "base/clock.h"
#include "mail/sasl/credentials.h"
#include "net/conn.h"
#include "unit.h"

#define NEXT "\036" /* parts two parts of a script */

static char dialog_password_text[] = "p\"w";
static const struct secret dialog_password = {dialog_password_text};
static const struct credentials dialog_user = {.username = "me", .password = &dialog_password};

static struct dialog {
	struct timeline tl;
	struct err err;
	int fds[2];      /* the client's end, the server's */
	const char *at;  /* what is yet to be said */
	char sent[8192]; /* by the client */
	size_t sent_len;
} dialog;

/* Say the next part, or hang up. */
static inline void dialog_say(void)
{
	size_t len = strcspn(dialog.at, NEXT);

	if (!*dialog.at)
		shutdown(dialog.fds[1], SHUT_WR);
	else if (len)
		ck_assert_int_eq(send(dialog.fds[1], dialog.at, len, MSG_NOSIGNAL), (ssize_t)len);
	dialog.at += len + (dialog.at[len] != '\0');
}

int __real_poll(struct pollfd *fds, nfds_t count, int timeout);
int __wrap_poll(struct pollfd *fds, nfds_t count, int timeout);

int __wrap_poll(struct pollfd *fds, nfds_t count, int timeout)
{
	int rc;

	while ((rc = __real_poll(fds, count, 0)) == 0 && timeout) /* 0: the client only looks */
		dialog_say();
	return rc;
}

/* Returns the client's end. */
static inline int dialog_begin(const char *script)
{
	memset(&dialog, 0, sizeof(dialog));
	dialog.at = script;
	ck_assert_int_eq(socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, dialog.fds), 0);
	timeline_begin(&dialog.tl, &dialog.err, 20 * US_PER_S, clock_us() + 20 * US_PER_S, 0);
	return dialog.fds[0];
}

/* The client has closed its end, or will. What it has sent is in dialog.sent then. */
static inline void dialog_end(void)
{
	ssize_t n = recv(dialog.fds[1], dialog.sent, sizeof(dialog.sent) - 1, MSG_DONTWAIT);

	dialog.sent_len = n > 0 ? (size_t)n : 0;
	close(dialog.fds[1]);
}

/* What must have come of it: kind ERR_NONE and text "" for none; words of its text otherwise. */
static inline void dialog_expect(int rc, enum err_kind kind, const char *text)
{
	ck_assert_int_eq(rc ? -1 : 0, kind == ERR_NONE ? 0 : -1);
	ck_assert_msg(dialog.err.kind == kind && strstr(dialog.err.text, text), "%d: %s",
		      (int)dialog.err.kind, dialog.err.text);
}

#endif
