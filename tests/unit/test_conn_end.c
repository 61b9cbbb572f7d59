/* test_conn_end.c - connections end without a RST and without costing time, however the server ends
 * its side
 *
 * RSTs are those that the kernel counts in a network namespace of the test's own; where that cannot
 * be had they are not counted. */
#include "net/conn.h"

#include <net/if.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <pthread.h>
#include <sched.h>
#include <semaphore.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/clock.h"
#include "net/io.h"
#include "listener.h"
#include "tls_peer.h"
#include "unit.h"

#define HOST "mail.test.example"

enum { SECONDS = 10, SERVER_WAITS_MS = 5000 };

static const int64_t QUIT_MAX_US = 2 * US_PER_S;

/* ---- a network of our own ---- */

static bool counting;

static void enter_network(void)
{
	struct ifreq lo = {.ifr_name = "lo", .ifr_flags = IFF_UP};
	int fd;

	counting = unshare(CLONE_NEWNET) == 0;
	if (!counting)
		return;
	fd = socket(AF_INET, SOCK_DGRAM, 0);
	ck_assert_int_eq(ioctl(fd, SIOCSIFFLAGS, &lo), 0);
	close(fd);
}

/* What the second line that begins with "Tcp:" has in the place where the first has "OutRsts". */
static long resets_sent(void)
{
	FILE *in = counting ? fopen("/proc/thread-self/net/snmp", "r") : NULL;
	char line[1024], word[64];
	int column = -1;
	long count = in ? -1 : 0;

	while (in && fgets(line, sizeof(line), in)) {
		int i = 0, len;
		for (const char *at = line; sscanf(at, "%63s%n", word, &len) == 1; at += len, i++) {
			if (i == column && !strncmp(line, "Tcp:", 4))
				count = strtol(word, NULL, 10);
			if (!strcmp(word, "OutRsts"))
				column = i;
		}
	}
	if (in)
		fclose(in);
	ck_assert_int_ge(count, 0);
	return count;
}

/* ---- a client and the server's end of its connection ---- */

struct link {
	struct conn conn;
	struct timeline tl;
	struct err err;
	int server;
};

static sem_t has_ended; /* the server, as far as it does without the client */

static void begin(struct link *l)
{
	struct endpoint e = {.host = "127.0.0.1", .mode = TLS_MODE_PLAINTEXT};
	int fd = listener(&e.port, 1);

	memset(l, 0, sizeof(*l));
	ck_assert_int_eq(sem_init(&has_ended, 0, 0), 0);
	timeline_begin(&l->tl, &l->err, SECONDS * US_PER_S, clock_us() + SECONDS * US_PER_S, 0);
	l->conn = CONN_INIT(&l->tl, &l->err, NULL, "test");
	ck_assert_int_eq(conn_open(&l->conn, &e, AF_INET, NULL), 0);
	l->server = accept(fd, NULL, NULL);
	ck_assert_int_ge(l->server, 0);
	/* what it sends is there at once: with Nagle's algorithm it waits for an acknowledgement */
	ck_assert_int_eq(setsockopt(l->server, IPPROTO_TCP, TCP_NODELAY, &(int){1}, sizeof(int)),
			 0);
	close(fd);
	l->conn.connect_us = 10 * US_PER_MS; /* makes the longest patience that there is */
}

static void greet(struct link *l)
{
	const char *line;
	size_t len;

	ck_assert_int_eq(send(l->server, "220 hi\r\n", 8, MSG_NOSIGNAL), 8);
	ck_assert_int_eq(conn_read_line(&l->conn, &line, &len), 0);
}

/* What has been sent is at the client's end now, who may go on: however long either of the two is
 * kept from running, it finds all of it at once. */
static void let_go_on(void)
{
	ck_assert_int_eq(sem_post(&has_ended), 0);
}

/* As smtp_quit does it. Returns what it took. */
static int64_t quit(struct link *l)
{
	struct err ignored = {0}, *err = conn_set_err(&l->conn, &ignored);
	int64_t begun_us = clock_us();
	const char *line;
	size_t len;

	bool said = !conn_printf(&l->conn, "QUIT");
	ck_assert_int_eq(sem_wait(&has_ended), 0);
	timeline_leg(&l->tl, "", conn_patience(&l->conn, 2 * US_PER_S));
	bool answered = said && !conn_read_line(&l->conn, &line, &len);
	conn_part(&l->conn, answered);
	conn_set_err(&l->conn, err);
	conn_close(&l->conn);
	ck_assert_int_eq(l->err.kind, ERR_NONE);
	return clock_us() - begun_us;
}

/* ---- in the clear ---- */

/* What the server does once it has QUIT; it waits for the client for a while. */
static void answer(int fd)
{
	ck_assert_int_eq(send(fd, "221 bye\r\n", 9, MSG_NOSIGNAL), 9);
	let_go_on();
}

static void answer_twice(int fd)
{
	ck_assert_int_eq(send(fd, "221 bye\r\n221 bye\r\n", 18, MSG_NOSIGNAL), 18);
	let_go_on();
}

/* Exim: "pause, hoping client will FIN first so that they get the TIME_WAIT" */
static void answer_after_the_end(int fd)
{
	struct pollfd p = {.fd = fd, .events = POLLIN};
	char byte;

	let_go_on();
	ck_assert_int_eq(poll(&p, 1, SERVER_WAITS_MS), 1);
	ck_assert_int_eq(recv(fd, &byte, 1, 0), 0);
	answer(fd);
}

static void say_nothing(int fd)
{
	struct pollfd p = {.fd = fd, .events = POLLIN};
	char byte;

	let_go_on();
	while (poll(&p, 1, SERVER_WAITS_MS) == 1 && recv(fd, &byte, 1, 0) > 0)
		;
}

static void close_at_once(int fd)
{
	shutdown(fd, SHUT_WR);
	let_go_on();
}

static void (*const clear_ends[])(int fd) = {answer, answer_twice, answer_after_the_end,
					     say_nothing, close_at_once};

struct clear_server {
	int fd;
	void (*end)(int fd);
	ssize_t last; /* what its last read gave: 0 is the client's FIN */
};

static void *serve_clear(void *arg)
{
	struct clear_server *s = arg;
	char quit[16], rest[16];

	ck_assert_int_eq(recv(s->fd, quit, sizeof(quit), 0), 6);
	s->end(s->fd);
	shutdown(s->fd, SHUT_WR);
	s->last = recv(s->fd, rest, sizeof(rest), 0);
	close(s->fd);
	return NULL;
}

START_TEST(test_conn_part__in_the_clear)
{
	struct link l;
	pthread_t thread;

	enter_network();
	begin(&l);
	greet(&l);
	struct clear_server s = {.fd = l.server, .end = clear_ends[_i]};
	ck_assert_int_eq(pthread_create(&thread, NULL, serve_clear, &s), 0);
	int64_t took_us = quit(&l);
	pthread_join(thread, NULL);
	ck_assert_int_eq(s.last, 0);
	ck_assert_int_eq(resets_sent(), 0);
	ck_assert_int_lt(took_us, QUIT_MAX_US);
}
END_TEST

/* ---- over TLS ---- */

static struct pki_cert root, good;
static const struct pki_cert *const chain[] = {&good, NULL};

static void answer_quit(gnutls_session_t session)
{
	char quit[16];

	ck_assert_int_eq(gnutls_record_recv(session, quit, sizeof(quit)), 6);
	ck_assert_int_eq(gnutls_record_send(session, "221 bye\r\n", 9), 9);
}

/* Postfix: close_notify and FIN follow at once */
static void tls_close(struct tls_peer *peer, gnutls_session_t session)
{
	answer_quit(session);
	ck_assert_int_eq(gnutls_bye(session, GNUTLS_SHUT_WR), 0);
	shutdown(peer->server_fd, SHUT_WR);
	let_go_on();
	peer->cut = true;
}

/* Exim: no FIN before the client's close_notify */
static void tls_wait(struct tls_peer *peer, gnutls_session_t session)
{
	char byte;

	answer_quit(session);
	ck_assert_int_eq(gnutls_bye(session, GNUTLS_SHUT_WR), 0);
	let_go_on();
	ck_assert_int_eq(gnutls_record_recv(session, &byte, 1), 0);
	peer->cut = true;
}

/* FIN alone */
static void tls_cut(struct tls_peer *peer, gnutls_session_t session)
{
	answer_quit(session);
	shutdown(peer->server_fd, SHUT_WR);
	let_go_on();
	peer->cut = true;
}

/* no answer, as long as the client is there */
static void tls_silent(struct tls_peer *peer, gnutls_session_t session)
{
	char quit[16];

	ck_assert_int_eq(gnutls_record_recv(session, quit, sizeof(quit)), 6);
	let_go_on();
	ck_assert_int_eq(gnutls_record_recv(session, quit, sizeof(quit)), 0);
	peer->cut = true;
}

static void (*const tls_ends[])(struct tls_peer *peer, gnutls_session_t session) = {
	tls_close, tls_wait, tls_cut, tls_silent};

START_TEST(test_conn_part__over_tls)
{
	const struct tls_options any = {.trust_any = true};
	struct link l;

	enter_network();
	begin(&l);
	struct tls_peer peer = {.chain = chain,
				.serve = tls_ends[_i],
				.tcp = true,
				.fd = l.conn.fd,
				.server_fd = l.server};
	tls_peer_start(&peer);
	ck_assert_msg(conn_start_tls(&l.conn, HOST, &any) == 0, "%s", l.err.text);
	int64_t took_us = quit(&l);
	tls_peer_join(&peer);
	ck_assert_int_eq(resets_sent(), 0);
	ck_assert_int_lt(took_us, QUIT_MAX_US);
}
END_TEST

/* ---- without a goodbye ---- */

START_TEST(test_conn_close__reads_what_is_there)
{
	struct link l;
	char byte;

	enter_network();
	begin(&l);
	greet(&l);
	ck_assert_int_eq(send(l.server, "more\r\n", 6, MSG_NOSIGNAL), 6);
	conn_close(&l.conn);
	ck_assert_int_eq(recv(l.server, &byte, 1, 0), 0);
	close(l.server);
	ck_assert_int_eq(resets_sent(), 0);
}
END_TEST

static void *flood(void *arg)
{
	const struct link *l = arg;
	static const char bytes[4096];

	while (send(l->server, bytes, sizeof(bytes), MSG_NOSIGNAL) > 0)
		;
	return NULL;
}

START_TEST(test_conn_close__is_not_held_by_a_flood)
{
	struct link l;
	pthread_t thread;

	begin(&l);
	ck_assert_int_eq(pthread_create(&thread, NULL, flood, &l), 0);
	ck_assert_int_eq(conn_wait(&l.conn, INT64_MAX), 1);
	int64_t begun_us = clock_us();
	conn_part(&l.conn, true);
	conn_part(&l.conn, false);
	conn_close(&l.conn);
	ck_assert_int_lt(clock_us() - begun_us, US_PER_S);
	pthread_join(thread, NULL);
	close(l.server);
}
END_TEST

/* ---- patience ---- */

static const struct {
	int64_t connect_us, quickest_us, most_us, low_us, high_us;
} patience[] = {
	{0, 0, US_PER_S, 1, 20 * US_PER_MS},
	{100, 0, US_PER_S, 1, 20 * US_PER_MS},
	{US_PER_S, 100, US_PER_S, 1, 20 * US_PER_MS},
	{1, 2 * US_PER_MS, US_PER_S, 10 * US_PER_MS, 20 * US_PER_MS},
	{10 * US_PER_MS, 0, US_PER_S, 20 * US_PER_MS, 20 * US_PER_MS},
	/* a long line: it is not worth the wait */
	{1, 50 * US_PER_MS, US_PER_S, 1, 1},
	{50 * US_PER_MS, 0, US_PER_S, 1, 1},
	{1, US_PER_S, 2 * US_PER_S, 1, 1},
	{0, 0, 1, 1, 1},
};

START_TEST(test_conn_patience__is_that_of_the_server)
{
	struct conn c = {.fd = -1,
			 .connect_us = patience[_i].connect_us,
			 .quickest_us = patience[_i].quickest_us};
	int64_t us = conn_patience(&c, patience[_i].most_us);

	ck_assert_int_ge(us, patience[_i].low_us);
	ck_assert_int_le(us, patience[_i].high_us);
}
END_TEST

START_TEST(test_conn_patience__reads_what_is_there_over_a_long_line)
{
	struct link l;

	begin(&l);
	l.conn.quickest_us = 50 * US_PER_MS;
	ck_assert_int_eq(conn_patience(&l.conn, US_PER_S), 1);
	ck_assert_int_eq(send(l.server, "221 bye\r\n", 9, MSG_NOSIGNAL), 9);
	ck_assert_int_eq(io_wait(l.conn.fd, POLLIN, clock_us() + US_PER_S), 1);
	ck_assert_int_eq(conn_patience(&l.conn, US_PER_S), US_PER_MS);
	conn_close(&l.conn);
	close(l.server);
}
END_TEST

START_TEST(test_conn_patience__goes_by_the_quickest_answer)
{
	struct link l;
	const char *line;
	size_t len;

	begin(&l);
	/* what nobody has asked for tells nothing */
	greet(&l);
	ck_assert_int_eq(l.conn.quickest_us, 0);
	for (int64_t delay_us = 50000; delay_us; delay_us -= 25000) {
		int64_t begun_us = clock_us();
		ck_assert_int_eq(conn_printf(&l.conn, "EHLO"), 0);
		usleep((useconds_t)delay_us);
		ck_assert_int_eq(send(l.server, "250 hi\r\n", 8, MSG_NOSIGNAL), 8);
		ck_assert_int_eq(conn_read_line(&l.conn, &line, &len), 0);
		ck_assert_int_ge(l.conn.quickest_us, delay_us);
		ck_assert_int_le(l.conn.quickest_us, clock_us() - begun_us);
		greet(&l);
	}
	conn_close(&l.conn);
	close(l.server);
}
END_TEST

int main(void)
{
	pki_issue(&root, &(struct pki_spec){.cn = "Test Root", .ca = true}, NULL);
	pki_issue(&good, &(struct pki_spec){.cn = "good", .dns = HOST}, &root);
	const struct unit_case cases[] = {
		ROWS(test_conn_part__in_the_clear, clear_ends),
		ROWS(test_conn_part__over_tls, tls_ends),
		ONCE(test_conn_close__reads_what_is_there),
		ONCE(test_conn_close__is_not_held_by_a_flood),
		ROWS(test_conn_patience__is_that_of_the_server, patience),
		ONCE(test_conn_patience__reads_what_is_there_over_a_long_line),
		ONCE(test_conn_patience__goes_by_the_quickest_answer),
	};
	return unit_run_cases("conn_end", NULL, NULL, cases, sizeof(cases) / sizeof(cases[0]));
}
