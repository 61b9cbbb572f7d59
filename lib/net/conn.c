/* conn.c - one connection: opening it, lines in, bytes out.
 *
 * Owns the socket, the TLS session and the input buffer. Parses nothing but line ends. */
#include "net/conn.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/text.h"
#include "net/conn_begin.h"
#include "net/connect.h"
#include "net/io.h"
#include "net/net_hint.h"
#include "net/ports.h"
#include "net/spoken.h"

enum { READ_SIZE = 4096 };

/* ---- opening ---- */

/* The step "tls": nothing read before it may be used after it. */
static int start_tls(struct conn *c, const char *host, const struct tls_options *options)
{
	if (step(c->tl, "tls"))
		return -1;
	c->tls_on = true;
	int rc = tls_start(&c->tls, c->fd, host, options, c->tl, c->err);
	if (c->seen)
		chain_seen_read(c->seen, c->tls.session);
	return rc;
}

static int open_addresses(struct conn *c, const struct addrinfo *addresses,
			  const struct endpoint *endpoint, bool by_name,
			  const struct tls_options *tls)
{
	c->peer = *endpoint;
	if (step(c->tl, "connect") || connect_any(c, addresses, by_name))
		return -1;
	conn_begin_waiting(c);
	if (endpoint->mode != TLS_MODE_IMPLICIT || start_tls(c, endpoint->host, tls) == 0)
		return 0;
	if (!spoken_is_tls(c->tls.heard, c->tls.heard_len))
		err_advise(c->err, spoken_hint(c->tls.heard, c->tls.heard_len));
	return -1;
}

int conn_open_addresses(struct conn *c, const struct addrinfo *addresses,
			const struct endpoint *endpoint, const struct tls_options *tls)
{
	return open_addresses(c, addresses, endpoint, false, tls);
}

/* The resolver knows no deadline: one that was kept waiting for beyond it has not answered in time,
 * whatever it says then, unless that is that there is no such name. */
static int look_up(struct conn *c, const struct endpoint *endpoint, int family,
		   struct addrinfo **addresses_r)
{
	atomic_store(&c->tl->resolving, true);
	int rc = resolve(endpoint->host, endpoint->port, family, addresses_r, c->err);
	atomic_store(&c->tl->resolving, false);
	if (clock_us() < c->tl->deadline_us)
		return rc;
	if (rc == 0) {
		freeaddrinfo(*addresses_r);
		resolve_silent(endpoint->host, ERR_LOCAL, c->err);
	}
	if (c->err->kind == ERR_LOCAL && c->tl->limit_kind == ERR_RUN_TIMEOUT)
		c->err->kind = ERR_UNTESTED;
	return -1;
}

int conn_open(struct conn *c, const struct endpoint *endpoint, int family,
	      const struct tls_options *tls)
{
	struct conn_addresses room;
	struct addrinfo *resolved;

	if (!conn_has_begun(c, endpoint, family))
		conn_drop_begun(c);
	if (step(c->tl, "resolve"))
		return -1;
	const struct addrinfo *addresses = conn_known_addresses(c, endpoint, family, &room);
	bool by_name = !endpoint_host_is_address(endpoint->host);
	if (addresses)
		return open_addresses(c, addresses, endpoint, by_name, tls);
	if (look_up(c, endpoint, family, &resolved))
		return -1;
	conn_know(c, endpoint->host, family, resolved);
	int rc = open_addresses(c, resolved, endpoint, by_name, tls);
	freeaddrinfo(resolved);
	return rc;
}

/* ---- secrets ---- */

void conn_hide(struct conn *c, const char *secret, const char *username)
{
	blot_add(&c->hidden, secret, username);
}

static const char *without_secrets(struct conn *c, const char *text, size_t len, bool reply,
				   size_t *len_r)
{
	*len_r = len;
	return blot_is_empty(&c->hidden) ? text : blot_text(&c->hidden, text, len, reply, len_r);
}

const char *conn_shown(struct conn *c, const char *words, size_t len, size_t *len_r)
{
	return without_secrets(c, words, len, false, len_r);
}

int conn_err_server(struct conn *c, enum err_kind kind, const char *prefix, const char *words,
		    size_t len)
{
	const char *shown = without_secrets(c, words, len, true, &len);

	return err_set_server(c->err, kind, prefix, shown, len);
}

/* The server has said this. */
static void note_said(struct conn *c, const char *text, size_t len, bool reply)
{
	if (!blot_is_empty(&c->hidden))
		blot_heard(&c->hidden, text, len);
	if (!c->transcript)
		return;
	text = without_secrets(c, text, len, reply, &len);
	conn_transcribe(c, 'S', text, len);
}

/* ---- reading ---- */

static size_t unused(const struct conn *c)
{
	return c->in.len - c->in_off;
}

bool conn_has_input(struct conn *c)
{
	char byte;

	if (unused(c) || (c->tls_on && (c->tls.ahead_len || tls_pending(&c->tls))))
		return true;
	return c->fd >= 0 && recv(c->fd, &byte, 1, MSG_PEEK | MSG_DONTWAIT) > 0;
}

static int sent_in_the_clear(struct conn *c)
{
	err_set(c->err, ERR_PROTOCOL,
		"data was sent in the clear behind the answer that starts TLS");
	return err_fault(c->err, "starttls-injected");
}

int conn_start_tls(struct conn *c, const char *host, const struct tls_options *options)
{
	if (conn_check_write(c))
		return -1;
	/* CVE-2021-22947 and its kin: replies behind the answer to STARTTLS were sent by whoever
	 * sat in between. The peek cannot see what is still on its way; the handshake fails on
	 * that, for it is not TLS. */
	if (conn_has_input(c))
		return sent_in_the_clear(c);
	return start_tls(c, host, options);
}

int conn_wait_after(struct conn *c, int error, short events, int64_t until_us)
{
	if (error == EINTR)
		return 0;
	if (error != EAGAIN)
		return err_set(c->err, ERR_CLOSED, "connection lost: %s", text_errno(error));
	int ready = io_wait_for_peer(c->fd, events, until_us);
	if (ready < 0)
		return err_set(c->err, ERR_LOCAL, "poll failed: %s", text_errno(errno));
	return ready ? 0 : TLS_TIMED_OUT;
}

/* As recv with a deadline: bytes, 0 at the end, TLS_TIMED_OUT, or -1 with the error set. */
static ssize_t plain_read(struct conn *c, void *bytes, size_t size, int64_t until_us)
{
	ssize_t n;

	while ((n = recv(c->fd, bytes, size, 0)) < 0) {
		int rc = conn_wait_after(c, errno, POLLIN, until_us);
		if (rc)
			return rc;
	}
	return n;
}

/* Where a greeting was awaited a record of TLS has come, such as the alert of a server that grew
 * tired of waiting. */
static bool began_with_tls(const struct conn *c)
{
	enum { TELLING = 3 };

	return !c->tls_on && !c->in_off && c->in.len >= TELLING && c->bytes_in == c->in.len &&
	       spoken_is_tls(c->in.data, c->in.len);
}

static int speaks_tls(struct conn *c)
{
	err_set(c->err, ERR_PROTOCOL, "the server speaks TLS from the first byte");
	err_advise(c->err, &net_hints[NET_SPEAKS_TLS]);
	return -1;
}

static void note_answer(struct conn *c)
{
	if (!c->asked_us)
		return;
	int64_t took = clock_us() - c->asked_us;
	if (!c->quickest_us || took < c->quickest_us)
		c->quickest_us = took;
	c->asked_us = 0;
}

/* Read some bytes into the buffer. 1: there are more now, 0: until_us passed, -1: error, also at
 * the end. */
static int fill(struct conn *c, int64_t until_us)
{
	if (c->fd < 0 || c->eof)
		return err_set(c->err, ERR_CLOSED, "server closed the connection");
	/* where a server sends faster than it is listened to, nothing is ever waited for */
	if (clock_us() >= c->tl->deadline_us)
		return 0;
	if (c->in_off) {
		buf_consume(&c->in, c->in_off);
		c->in_off = 0;
	}
	if (buf_reserve(&c->in, READ_SIZE))
		return err_set(c->err, ERR_PROTOCOL, "line longer than %d bytes", CONN_LINE_MAX);
	char *to = c->in.data + c->in.len;
	ssize_t n = c->tls_on ? tls_read(&c->tls, to, READ_SIZE, until_us, c->err)
			      : plain_read(c, to, READ_SIZE, until_us);
	if (n == TLS_TIMED_OUT)
		return 0;
	if (n == 0) {
		c->eof = true;
		return err_set(c->err, ERR_CLOSED, "server closed the connection");
	}
	if (n < 0)
		return -1;
	c->in.len += (size_t)n;
	c->in.data[c->in.len] = '\0';
	c->bytes_in += (uint64_t)n;
	note_answer(c);
	return began_with_tls(c) ? speaks_tls(c) : 1;
}

/* Not a word in the clear: a port that wants TLS waits for it, for long; who hangs up at once does
 * so for another reason. */
static void advise_silent(struct conn *c)
{
	bool at_once = c->tl->deadline_us - clock_us() > c->tl->limit_us / 2;
	bool tls = ports_is_implicit(c->peer.port), clear = !tls && ports_is_mail(c->peer.port);

	err_advise(c->err, &net_hints[at_once ? NET_CLOSED_AT_ONCE
				      : tls   ? NET_SILENT_TLS
				      : clear ? NET_SILENT_CLEAR
					      : NET_SILENT]);
}

/* fill within the step's deadline, whose passing is an error */
static int fill_or_fail(struct conn *c)
{
	int rc = fill(c, c->tl->deadline_us);

	if (rc > 0)
		return 0;
	if (rc == 0)
		timeline_timed_out(c->tl, unused(c) ? "answer not finished" : "no answer");
	if (!c->bytes_in && !c->tls_on)
		advise_silent(c);
	return -1;
}

int conn_peek(struct conn *c, char *byte_r)
{
	if (!unused(c) && fill_or_fail(c))
		return -1;
	*byte_r = c->in.data[c->in_off];
	return 0;
}

int conn_wait(struct conn *c, int64_t until_us)
{
	if (unused(c))
		return 1;
	return fill(c, until_us < c->tl->deadline_us ? until_us : c->tl->deadline_us);
}

/* Read until the buffer holds a line end, and find it; NULL when it holds more than a line may
 * have. */
static int find_line_end(struct conn *c, char **lf_r)
{
	for (;;) {
		char *line = c->in.data ? c->in.data + c->in_off : NULL;
		size_t fresh = unused(c) - c->scanned;
		*lf_r = fresh ? memchr(line + c->scanned, '\n', fresh) : NULL;
		if (*lf_r)
			return 0;
		c->scanned = unused(c);
		/* one more may be a CR whose LF is on its way */
		if (c->scanned > CONN_LINE_MAX + 1)
			return 0;
		if (fill_or_fail(c))
			return -1;
	}
}

/* The unused bytes up to lf become a line, without its CR, with a NUL in its end's place. */
static const char *take_line(struct conn *c, char *lf, size_t *len_r)
{
	char *line = c->in.data + c->in_off;
	size_t len = (size_t)(lf - line);

	c->in_off += len + 1;
	c->scanned = 0;
	if (len && line[len - 1] == '\r')
		len--;
	line[len] = '\0';
	note_said(c, line, len, true);
	*len_r = len;
	return line;
}

int conn_read_line(struct conn *c, const char **line_r, size_t *len_r)
{
	char *lf;

	*line_r = NULL, *len_r = 0;
	if (find_line_end(c, &lf))
		return -1;
	if (lf)
		*line_r = take_line(c, lf, len_r);
	if (!lf || *len_r > CONN_LINE_MAX)
		return err_set(c->err, ERR_PROTOCOL, "line longer than %d bytes", CONN_LINE_MAX);
	if (memchr(*line_r, '\0', *len_r))
		return err_set(c->err, ERR_PROTOCOL, "NUL byte in the server's answer");
	return 0;
}

int conn_read_piece(struct conn *c, const char **piece_r, size_t *len_r, bool *ends_r)
{
	char *lf;

	if (find_line_end(c, &lf))
		return -1;
	*ends_r = lf != NULL;
	if (lf) {
		*piece_r = take_line(c, lf, len_r);
		return 0;
	}
	*piece_r = c->in.data + c->in_off;
	*len_r = unused(c);
	note_said(c, *piece_r, *len_r, true);
	c->in_off = c->in.len;
	c->scanned = 0;
	return 0;
}

ssize_t conn_read_some(struct conn *c, void *bytes, size_t size)
{
	if (!unused(c) && fill_or_fail(c))
		return -1;
	size_t n = unused(c) < size ? unused(c) : size;
	memcpy(bytes, c->in.data + c->in_off, n);
	c->in_off += n;
	c->scanned = 0;
	return (ssize_t)n;
}

static int append_bytes(struct conn *c, struct buf *b, size_t len)
{
	c->scanned = 0;
	while (len) {
		if (!unused(c) && fill_or_fail(c))
			return -1;
		size_t n = unused(c) < len ? unused(c) : len;
		if (buf_append(b, c->in.data + c->in_off, n))
			return err_set(c->err, ERR_PROTOCOL, "answer larger than %zu bytes",
				       b->max);
		c->in_off += n;
		len -= n;
	}
	return 0;
}

int conn_read_bytes(struct conn *c, struct buf *b, size_t len)
{
	size_t from = b->len;
	int rc = append_bytes(c, b, len);

	if (b->len > from || rc == 0)
		note_said(c, buf_str(b) + from, b->len - from, false);
	return rc;
}

/* ---- the end ---- */

enum err_kind conn_error(const struct conn *c)
{
	return c->err->where[0] ? ERR_NONE : c->err->kind;
}

bool conn_can_speak(const struct conn *c)
{
	switch (conn_error(c)) {
	case ERR_CLOSED:
	case ERR_TLS:
	case ERR_CERTIFICATE:
	case ERR_PROTOCOL:
		return false;
	default:
		return conn_can_write(c) && !c->eof;
	}
}

struct err *conn_set_err(struct conn *c, struct err *err)
{
	struct err *before = c->err;

	c->err = c->tl->err = err;
	return before;
}
