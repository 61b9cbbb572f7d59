/* test_tls_ahead.c - what has come before it is asked for: many records in one segment, one in two
 */
#include "net/tls.h"

#include <fcntl.h>
#include <poll.h>
#include <semaphore.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/clock.h"
#include "tls_peer.h"
#include "unit.h"

#define HOST     "mail.test.example"
#define GREETING "* OK ready\r\n"

enum { SECONDS = 20, ALERT = 21, HANDSHAKE = 22, DATA = 23, RECORD_MAX = 16384 };

static struct pki_cert root, good;

static void make_certificates(void)
{
	pki_issue(&root, &(struct pki_spec){.cn = "Test Root", .ca = true}, NULL);
	pki_issue(&good, &(struct pki_spec){.cn = "x", .dns = HOST}, &root);
}

/* ---- what the server sends ---- */

/* RFC 8446 section 4.6.1: good for an hour, with a nonce and a ticket of four bytes */
static const char ticket[] = "\x04\x00\x00\x13\x00\x00\x0e\x10"
			     "addx\x02no\x00\x04tick\x00\x00";
static const char key_update[] = "\x18\x00\x00\x01\x00";
static const char close_notify[] = "\x01\x00";

static struct segment {
	unsigned char bytes[4 * TLS_PEER_SEALED_MAX];
	size_t len;
} segment;

static void add(struct tls_peer_seal *seal, unsigned char type, const void *bytes, size_t len)
{
	segment.len += tls_peer_seal(seal, type, bytes, len, segment.bytes + segment.len);
}

static void add_tickets(struct tls_peer_seal *seal, int count)
{
	while (count--)
		add(seal, HANDSHAKE, ticket, sizeof(ticket) - 1);
}

static void send_bytes(struct tls_peer *peer, size_t from, size_t to)
{
	PKI_CHECK(send(peer->server_fd, segment.bytes + from, to - from, MSG_NOSIGNAL) ==
				  (ssize_t)(to - from)
			  ? 0
			  : GNUTLS_E_PUSH_ERROR);
}

static void send_segment(struct tls_peer *peer)
{
	send_bytes(peer, 0, segment.len);
}

static void wait_for_close(const struct tls_peer *peer)
{
	struct pollfd hangup = {.fd = peer->server_fd};

	poll(&hangup, 1, SECONDS * 1000);
}

/* ---- one session ---- */

static struct tls tls;
static struct err err;
static struct timeline timeline;

static void start(struct tls_peer *peer, void (*serve)(struct tls_peer *, gnutls_session_t))
{
	static const struct pki_cert *const chain[] = {&good, NULL};
	static const struct tls_options options = {.trust_any = true};

	*peer = (struct tls_peer){
		.chain = chain, .priority = TLS_PEER_SEALS, .serve = serve, .cut = true};
	segment.len = 0;
	err = (struct err){0};
	timeline = (struct timeline){0};
	timeline_begin(&timeline, &err, SECONDS * US_PER_S, clock_us() + SECONDS * US_PER_S, 0);
	step(&timeline, "tls");
	tls_peer_start(peer);
	ck_assert_int_eq(tls_start(&tls, peer->fd, HOST, &options, &timeline, &err), 0);
}

static void stop(struct tls_peer *peer)
{
	tls_free(&tls);
	close(peer->fd);
	tls_peer_join(peer);
}

static void assert_greeting(int64_t deadline_us)
{
	char bytes[64];
	ssize_t n = tls_read(&tls, bytes, sizeof(bytes), deadline_us, &err);

	ck_assert_msg(n == sizeof(GREETING) - 1, "%zd: %s", n, err.text);
	ck_assert_mem_eq(bytes, GREETING, sizeof(GREETING) - 1);
}

/* Until something is there: a look is enough from then on. */
static void wait_for_segment(const struct tls_peer *peer)
{
	struct pollfd readable = {.fd = peer->fd, .events = POLLIN};

	ck_assert_int_eq(poll(&readable, 1, SECONDS * 1000), 1);
}

/* ---- many records in one segment ---- */

static const struct row {
	int tickets;
	const char *message; /* another one of the handshake; NULL: none */
	size_t len;
} greetings[] = {
	{.tickets = 1},
	{.tickets = 2},
	{.tickets = 60}, /* more than is read at once */
	{.message = key_update, .len = sizeof(key_update) - 1},
	{0},
};
static const struct row *row;

/* The server says nothing more, and does not close. */
static void greet(struct tls_peer *peer, gnutls_session_t session)
{
	struct tls_peer_seal seal;

	tls_peer_seal_begin(&seal, session);
	add_tickets(&seal, row->tickets);
	add(&seal, DATA, GREETING, sizeof(GREETING) - 1);
	if (row->message)
		add(&seal, HANDSHAKE, row->message, row->len);
	send_segment(peer);
	tls_peer_seal_end(&seal);
	wait_for_close(peer);
}

START_TEST(test_tls_read__greeting_behind_tickets)
{
	struct tls_peer peer;

	row = &greetings[_i];
	start(&peer, greet);
	assert_greeting(timeline.deadline_us);
	stop(&peer);
}
END_TEST

/* What has come is there for a look, too, whatever stands before it. */
START_TEST(test_tls_read__look_sees_what_is_behind_tickets)
{
	struct tls_peer peer;

	row = &greetings[_i];
	start(&peer, greet);
	wait_for_segment(&peer);
	assert_greeting(clock_us());
	ck_assert_int_eq(tls_read(&tls, (char[8]){0}, 8, clock_us(), &err), TLS_TIMED_OUT);
	stop(&peer);
}
END_TEST

/* Everything up to the end: a ticket, the greeting, a record longer than what is read at once, and
 * close_notify. */
static void serve_all(struct tls_peer *peer, gnutls_session_t session)
{
	static const char much[RECORD_MAX];
	struct tls_peer_seal seal;

	tls_peer_seal_begin(&seal, session);
	add_tickets(&seal, 1);
	add(&seal, DATA, GREETING, sizeof(GREETING) - 1);
	add_tickets(&seal, 1);
	add(&seal, DATA, much, sizeof(much));
	add(&seal, ALERT, close_notify, sizeof(close_notify) - 1);
	send_segment(peer);
	tls_peer_seal_end(&seal);
}

START_TEST(test_tls_read__everything_in_one_segment)
{
	static char bytes[RECORD_MAX];
	struct tls_peer peer;
	size_t len = 0;
	ssize_t n;

	start(&peer, serve_all);
	assert_greeting(timeline.deadline_us);
	while ((n = tls_read(&tls, bytes, 1000, timeline.deadline_us, &err)) > 0)
		len += (size_t)n;
	ck_assert_msg(n == 0, "%s", err.text);
	ck_assert_uint_eq(len, RECORD_MAX);
	stop(&peer);
}
END_TEST

/* ---- a record in two segments ---- */

static sem_t looked;
static size_t cut_at;

static void serve_halves(struct tls_peer *peer, gnutls_session_t session)
{
	struct tls_peer_seal seal;

	tls_peer_seal_begin(&seal, session);
	add_tickets(&seal, 1);
	add(&seal, DATA, GREETING, sizeof(GREETING) - 1);
	send_bytes(peer, 0, cut_at);
	sem_wait(&looked);
	send_bytes(peer, cut_at, segment.len);
	tls_peer_seal_end(&seal);
	wait_for_close(peer);
}

/* In the ticket's head and body, between the two, in the greeting's head and body. */
enum { TICKET = 5 + sizeof(ticket) - 1 + 1 + 16 };
static const size_t cuts[] = {3, 5, 20, TICKET, TICKET + 1, TICKET + 5, TICKET + 9};

START_TEST(test_tls_read__record_in_two_segments)
{
	struct tls_peer peer;

	cut_at = cuts[_i];
	sem_init(&looked, 0, 0);
	start(&peer, serve_halves);
	wait_for_segment(&peer);
	ck_assert_int_eq(tls_read(&tls, (char[8]){0}, 8, clock_us(), &err), TLS_TIMED_OUT);
	ck_assert_int_eq(err.kind, ERR_NONE);
	sem_post(&looked);
	assert_greeting(timeline.deadline_us);
	stop(&peer);
	sem_destroy(&looked);
}
END_TEST

int main(void)
{
	const struct unit_case cases[] = {
		ROWS(test_tls_read__greeting_behind_tickets, greetings),
		ROWS(test_tls_read__look_sees_what_is_behind_tickets, greetings),
		ONCE(test_tls_read__everything_in_one_segment),
		ROWS(test_tls_read__record_in_two_segments, cuts),
	};

	make_certificates();
	return unit_run_cases("tls_ahead", NULL, NULL, cases, sizeof(cases) / sizeof(cases[0]));
}
