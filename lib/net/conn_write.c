/* conn_write.c - what is sent on a connection, and the transcript of both sides */
#include <errno.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>

#include "base/clock.h"
#include "net/conn.h"

enum { PRINTF_MAX = 8192, SECRET_LINE_MAX = 16384 };

void conn_transcribe(struct conn *c, char side, const char *bytes, size_t len)
{
	if (!c->transcript)
		return;
	int64_t ms = (clock_us() - c->tl->begin_us) / US_PER_MS;
	/* Every line is marked, also those of a literal: none can pass for something that the other
	 * side said. A full transcript only ends: what was kept is what happened first. */
	do {
		const char *lf = memchr(bytes, '\n', len);
		size_t n = lf ? (size_t)(lf - bytes) : len;
		size_t whole = c->transcript->len;
		if (buf_printf(c->transcript, "%6lld %s%s %c: ", (long long)ms, c->leg,
			       c->tls_on ? "+tls" : "", side) ||
		    buf_append(c->transcript, bytes, n) || buf_append_char(c->transcript, '\n')) {
			buf_truncate(c->transcript, whole);
			c->transcript->max = whole;
			return;
		}
		bytes += lf ? n + 1 : n;
		len -= lf ? n + 1 : n;
	} while (len);
}

/* As send with the step's deadline: bytes, TLS_TIMED_OUT, or -1 with the error set. */
static ssize_t plain_write(struct conn *c, const char *bytes, size_t len)
{
	ssize_t n;

	while ((n = send(c->fd, bytes, len, MSG_NOSIGNAL)) < 0) {
		int rc = conn_wait_after(c, errno, POLLOUT, c->tl->deadline_us);
		if (rc)
			return rc;
	}
	return n;
}

bool conn_can_write(const struct conn *c)
{
	return c->fd >= 0 && !c->write_failed && (!c->tls_on || c->tls.usable);
}

int conn_check_write(struct conn *c)
{
	if (conn_can_write(c))
		return 0;
	if (c->fd < 0)
		return err_set(c->err, ERR_CLOSED, "server closed the connection");
	if (c->write_failed)
		return err_set(c->err, ERR_CLOSED,
			       "nothing more is sent: an earlier command was cut off");
	return err_set(c->err, ERR_TLS, "the TLS connection is broken");
}

/* As conn_write, without its transcript. */
static int write_all(struct conn *c, const char *at, size_t len)
{
	c->has_spoken = true;
	while (len) {
		ssize_t n = c->tls_on ? tls_write(&c->tls, at, len, c->tl->deadline_us, c->err)
				      : plain_write(c, at, len);
		if (n == TLS_TIMED_OUT)
			return timeline_timed_out(c->tl, "server does not take what is sent");
		if (n < 0)
			return -1;
		if ((size_t)n > len) /* of something else: what follows at is not to be sent */
			return err_set(c->err, ERR_LOCAL, "more was sent than there was to send");
		at += n;
		len -= (size_t)n;
	}
	c->asked_us = clock_us();
	return 0;
}

void conn_gather(struct conn *c)
{
	c->gathering = true;
}

int conn_send_gathered(struct conn *c)
{
	c->gathering = false;
	int rc = conn_check_write(c);
	if (rc == 0 && c->out.len)
		rc = write_all(c, c->out.data, c->out.len);
	c->write_failed = c->write_failed || rc;
	buf_wipe(&c->out);
	return rc;
}

/* All its memory at once: growing would leave pieces of a secret behind. */
static int keep(struct conn *c, const char *bytes, size_t len)
{
	if (c->out.len + len > c->out.max || buf_reserve(&c->out, c->out.max - c->out.len))
		return err_set(c->err, ERR_LOCAL, "commands longer than %d bytes",
			       CONN_GATHERED_MAX);
	return buf_append(&c->out, bytes, len);
}

/* What has no secret of ours may have one in a server's words that it repeats: a folder's name. */
static void transcribe_own(struct conn *c, const char *at, size_t len)
{
	while (len && (at[len - 1] == '\n' || at[len - 1] == '\r'))
		len--;
	if (c->transcript)
		at = conn_shown(c, at, len, &len);
	conn_transcribe(c, 'C', at, len);
}

int conn_write(struct conn *c, const void *bytes, size_t len, const char *shown)
{
	const char *at = bytes;

	if (conn_check_write(c) || (c->gathering && keep(c, at, len)))
		return -1;
	if (shown)
		conn_transcribe(c, 'C', shown, strlen(shown));
	else
		transcribe_own(c, at, len);
	if (c->gathering)
		return 0;
	c->write_failed = write_all(c, at, len) != 0;
	return c->write_failed ? -1 : 0;
}

int conn_printf(struct conn *c, const char *fmt, ...)
{
	struct buf line = BUF_INIT(PRINTF_MAX);
	va_list ap;

	va_start(ap, fmt);
	int rc = buf_vprintf(&line, fmt, ap);
	va_end(ap);
	if (rc == 0)
		rc = buf_append_str(&line, "\r\n");
	rc = rc ? err_set(c->err, ERR_LOCAL, "command longer than %d bytes", PRINTF_MAX)
		: conn_write(c, line.data, line.len, NULL);
	buf_free(&line);
	return rc;
}

int conn_write_secret(struct conn *c, const char *before, const char *secret)
{
	struct buf line = BUF_INIT(SECRET_LINE_MAX), shown = BUF_INIT(SECRET_LINE_MAX);
	int rc;

	conn_hide(c, secret, NULL);
	/* all its memory at once: growing would leave pieces of the secret behind */
	if (buf_reserve(&line, strlen(before) + strlen(secret) + 2) ||
	    buf_append_str(&line, before) || buf_append_str(&line, secret) ||
	    buf_append_str(&line, "\r\n") || buf_printf(&shown, "%s****", before))
		rc = err_set(c->err, ERR_USAGE, "user name or password too long");
	else
		rc = conn_write(c, line.data, line.len, buf_str(&shown));
	buf_wipe(&line);
	buf_free(&shown);
	return rc;
}
