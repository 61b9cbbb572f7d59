/* conn_end.c - how a connection ends: in good order, and without costing time
 *
 * A RST is what the kernel sends where bytes come for a socket that is closed, or has been closed
 * before they were read: the server's close_notify on our side, ours on the server's. */
#include "net/conn_begin.h"

#include <errno.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/clock.h"
#include "net/io.h"

enum {
	PATIENCE_ANSWERS = 4, /* so many times the quickest answer */
	DRAIN_MAX = 65536,
};

static const int64_t PATIENCE_US = 12 * US_PER_MS;
static const int64_t PATIENCE_MAX_US = 20 * US_PER_MS;
/* An answer that takes longer than this is not worth its time: the verdict stands. */
static const int64_t QUICK_US = 10 * US_PER_MS;
static const int64_t NO_TIME_US = 1; /* 0 would be no limit */
/* Names are looked up before the greeting. */
static const int64_t GREETING_US = 500 * US_PER_MS;
/* Between the answer, the server's close_notify and its FIN: it sends them one after the other, or
 * waits for ours in between. */
static const int64_t MOMENT_US = 1 * US_PER_MS;

int64_t conn_patience(struct conn *c, int64_t most_us)
{
	int64_t answer_us = c->quickest_us ? c->quickest_us : c->connect_us;
	int64_t us = PATIENCE_US + PATIENCE_ANSWERS * answer_us;

	if (answer_us > QUICK_US)
		us = conn_has_input(c) ? MOMENT_US : NO_TIME_US;
	else if (us > PATIENCE_MAX_US)
		us = PATIENCE_MAX_US;
	return us < most_us ? us : most_us;
}

int64_t conn_greeting_patience(const struct conn *c)
{
	int64_t us = GREETING_US + PATIENCE_ANSWERS * c->connect_us;

	return us < CONN_GOODBYE_US ? us : CONN_GOODBYE_US;
}

/* Read and forget what is there, and what comes until nothing has come for so long. Returns whether
 * the server has closed. */
static bool await_end(int fd, int64_t moment_us, int64_t deadline_us)
{
	char bytes[4096];

	for (size_t all = 0; all < DRAIN_MAX;) {
		ssize_t n = recv(fd, bytes, sizeof(bytes), MSG_DONTWAIT);
		if (n > 0)
			all += (size_t)n;
		if (n > 0 || (n < 0 && errno == EINTR))
			continue;
		if (n == 0 || errno != EAGAIN)
			return true;
		int64_t until_us = clock_us() + moment_us;
		if (until_us > deadline_us)
			until_us = deadline_us;
		if (!moment_us || io_wait(fd, POLLIN, until_us) <= 0)
			return false;
	}
	return false;
}

/* Not where the server has closed already: nobody would read it. */
static void end_sending(struct conn *c)
{
	if (await_end(c->fd, 0, 0))
		return;
	if (c->tls_on)
		tls_bye(&c->tls);
	shutdown(c->fd, SHUT_WR);
}

void conn_part(struct conn *c, bool answered)
{
	int64_t patience_us = conn_patience(c, INT64_MAX);

	if (c->fd < 0)
		return;
	if (answered && c->tls_on)
		await_end(c->fd, MOMENT_US, clock_us() + 2 * MOMENT_US);
	if (answered)
		return;
	/* Some wait for the client to close before they answer: Exim, in the clear, for 0.2 s. */
	timeline_leg(c->tl, c->tl->prefix, patience_us);
	end_sending(c);
	await_end(c->fd, patience_us, c->tl->deadline_us);
}

int conn_set_aside(struct conn *c)
{
	int fd = c->fd;

	c->fd = -1;
	conn_close(c);
	return fd;
}

void conn_close(struct conn *c)
{
	if (c->fd >= 0) {
		end_sending(c);
		close(c->fd);
	}
	tls_free(&c->tls);
	c->fd = -1;
	conn_drop_begun(c);
	c->beside = (struct conn_beside){0};
	c->tls_on = c->eof = c->write_failed = c->has_spoken = false;
	c->connect_us = c->asked_us = c->quickest_us = 0;
	c->gathering = false;
	buf_wipe(&c->in);
	buf_wipe(&c->out);
	c->in_off = c->scanned = 0;
	blot_free(&c->hidden);
}
