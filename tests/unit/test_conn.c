/* test_conn.c - connections over loopback: opening them, lines and bytes in any pieces, time */
#include "net/conn.h"

#include <arpa/inet.h>
#include <errno.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/clock.h"
#include "listener.h"
#include "tls_peer.h"
#include "unit.h"

#define HOST "mail.test.example"

enum { SECONDS = 10 };

/* ---- a client and the server's end of its connection ---- */

struct link {
	struct conn conn;
	struct timeline tl;
	struct err err;
	struct buf transcript;
	int server;
};

static void begin(struct link *l, int64_t limit_us)
{
	memset(l, 0, sizeof(*l));
	l->server = -1;
	l->transcript = BUF_INIT(4096);
	timeline_begin(&l->tl, &l->err, limit_us, clock_us() + limit_us, 0);
	l->conn = CONN_INIT(&l->tl, &l->err, &l->transcript, "test");
}

static struct endpoint local_endpoint(uint16_t port)
{
	return (struct endpoint){.host = "127.0.0.1", .port = port, .mode = TLS_MODE_PLAINTEXT};
}

static void limit_from_now(struct link *l, int64_t limit_us)
{
	l->tl.limit_us = limit_us;
	l->tl.deadline_us = clock_us() + limit_us;
}

/* Which counts from then on: however long a busy machine takes to connect. */
static void connect_within(struct link *l, int64_t limit_us)
{
	struct endpoint e = {0};
	int fd = listener(&e.port, 1);

	e = local_endpoint(e.port);
	begin(l, SECONDS * US_PER_S);
	ck_assert_msg(conn_open(&l->conn, &e, AF_INET, NULL) == 0, "%s", l->err.text);
	l->server = accept(fd, NULL, NULL);
	ck_assert_int_ge(l->server, 0);
	close(fd);
	limit_from_now(l, limit_us);
}

static void finish(struct link *l)
{
	conn_close(&l->conn);
	buf_free(&l->transcript);
	if (l->server >= 0)
		close(l->server);
}

static void say(struct link *l, const char *bytes, size_t len)
{
	ck_assert_int_eq(send(l->server, bytes, len, MSG_NOSIGNAL), len);
}

static void hang_up(struct link *l)
{
	close(l->server);
	l->server = -1;
}

static void assert_line(struct link *l, const char *expected, size_t expected_len)
{
	const char *line;
	size_t len;

	ck_assert_msg(conn_read_line(&l->conn, &line, &len) == 0, "%s", l->err.text);
	ck_assert_uint_eq(len, expected_len);
	ck_assert_mem_eq(line, expected, len);
	ck_assert_int_eq(line[len], '\0');
}

static void assert_no_line(struct link *l, enum err_kind kind, const char *text)
{
	const char *line;
	size_t len;

	ck_assert_int_eq(conn_read_line(&l->conn, &line, &len), -1);
	ck_assert_msg(l->err.kind == kind, "kind %d: %s", l->err.kind, l->err.text);
	ck_assert_msg(strstr(l->err.text, text) != NULL, "%s", l->err.text);
}

/* ---- lines ---- */

static const char several[] = "* OK one\r\ntwo\n\r\n\nx\r\r\n{3}\r\nlast\r\n";
static const char *const several_lines[] = {"* OK one", "two", "", "", "x\r", "{3}", "last"};

START_TEST(test_conn_read_line__split_anywhere)
{
	for (size_t split = 1; split < sizeof(several) - 1; split++) {
		struct link l;
		connect_within(&l, SECONDS * US_PER_S);
		say(&l, several, split);
		ck_assert_int_eq(conn_wait(&l.conn, INT64_MAX), 1);
		say(&l, several + split, sizeof(several) - 1 - split);
		for (size_t i = 0; i < sizeof(several_lines) / sizeof(several_lines[0]); i++)
			assert_line(&l, several_lines[i], strlen(several_lines[i]));
		ck_assert_uint_eq(l.conn.bytes_in, sizeof(several) - 1);
		ck_assert(!conn_has_input(&l.conn));
		finish(&l);
	}
}
END_TEST

static void *say_byte_by_byte(void *arg)
{
	const struct link *l = arg;

	for (size_t i = 0; i + 1 < sizeof(several); i++) {
		send(l->server, several + i, 1, MSG_NOSIGNAL);
		usleep(500);
	}
	return NULL;
}

START_TEST(test_conn_read_line__byte_by_byte)
{
	struct link l;
	pthread_t thread;

	connect_within(&l, SECONDS * US_PER_S);
	ck_assert_int_eq(
		setsockopt(l.server, IPPROTO_TCP, 1 /* TCP_NODELAY */, &(int){1}, sizeof(int)), 0);
	ck_assert_int_eq(pthread_create(&thread, NULL, say_byte_by_byte, &l), 0);
	for (size_t i = 0; i < sizeof(several_lines) / sizeof(several_lines[0]); i++)
		assert_line(&l, several_lines[i], strlen(several_lines[i]));
	pthread_join(thread, NULL);
	finish(&l);
}
END_TEST

/* A trickle does not stretch the deadline. */
START_TEST(test_conn_read_line__trickle_ends_at_the_deadline)
{
	struct link l;
	pthread_t thread;

	connect_within(&l, 10 * US_PER_MS);
	int64_t begun = clock_us();
	ck_assert_int_eq(pthread_create(&thread, NULL, say_byte_by_byte, &l), 0);
	const char *line;
	size_t len;
	while (!conn_read_line(&l.conn, &line, &len))
		;
	ck_assert_int_lt(clock_us() - begun, US_PER_S);
	ck_assert_int_eq(l.err.kind, ERR_RUN_TIMEOUT);
	pthread_join(thread, NULL);
	finish(&l);
}
END_TEST

/* Were that not so, a server could send for ever, and no step would end. */
START_TEST(test_conn_read_line__what_is_there_after_the_deadline_is_late)
{
	struct link l;

	connect_within(&l, SECONDS * US_PER_S);
	say(&l, "one\r\n", 5);
	assert_line(&l, "one", 3);
	say(&l, "two\r\n", 5);
	limit_from_now(&l, US_PER_S / 10);
	usleep(US_PER_S / 10);
	assert_no_line(&l, ERR_RUN_TIMEOUT, "timed out after 0.1 s");
	finish(&l);
}
END_TEST

START_TEST(test_conn_read_line__nul_is_refused)
{
	static const struct {
		const char *bytes;
		size_t len;
	} rows[] = {{"a\0b\r\n", 5}, {"\0\r\n", 3}, {"a\0\n", 3}, {"a\0\r\n", 4}};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct link l;
		connect_within(&l, SECONDS * US_PER_S);
		say(&l, rows[i].bytes, rows[i].len);
		assert_no_line(&l, ERR_PROTOCOL, "NUL");
		finish(&l);
	}
}
END_TEST

static const struct {
	size_t length;
	const char *line_end;
	bool accepted;
	size_t last; /* bytes that come in a segment of their own */
} lengths[] = {
	{CONN_LINE_MAX, "\r\n", true, 0},      {CONN_LINE_MAX, "\n", true, 0},
	{CONN_LINE_MAX, "\r\n", true, 1},      {CONN_LINE_MAX, "\r\n", true, 2},
	{CONN_LINE_MAX, "\r\n", true, 3},      {CONN_LINE_MAX, "\n", true, 1},
	{CONN_LINE_MAX - 1, "\r\n", true, 1},  {CONN_LINE_MAX + 1, "\r\n", false, 0},
	{CONN_LINE_MAX + 1, "\r\n", false, 1}, {CONN_LINE_MAX + 1, "\r\n", false, 2},
	{CONN_LINE_MAX + 1, "\n", false, 1},   {CONN_LINE_MAX + 2, "", false, 0},
	{2 * CONN_LINE_MAX, "", false, 0},     {2 * CONN_LINE_MAX, "\r\n", false, 1},
};

struct sender {
	int fd;
	const char *bytes;
	size_t len, last;
};

static void *send_all(void *arg)
{
	const struct sender *s = arg;

	send(s->fd, s->bytes, s->len - s->last, MSG_NOSIGNAL);
	usleep(50000);
	if (s->last)
		send(s->fd, s->bytes + s->len - s->last, s->last, MSG_NOSIGNAL);
	return NULL;
}

/* However the segments lie, the limit is the same. */
START_TEST(test_conn_read_line__has_a_limit)
{
	size_t length = lengths[_i].length;
	char *bytes = malloc(length + 8);
	struct link l;
	pthread_t thread;

	memset(bytes, 'a', length);
	snprintf(bytes + length, 8, "%s", lengths[_i].line_end);
	connect_within(&l, SECONDS * US_PER_S);
	struct sender s = {l.server, bytes, length + strlen(lengths[_i].line_end),
			   lengths[_i].last};
	ck_assert_int_eq(pthread_create(&thread, NULL, send_all, &s), 0);
	if (lengths[_i].accepted)
		assert_line(&l, bytes, length);
	else
		assert_no_line(&l, ERR_PROTOCOL, "line longer than 65536 bytes");
	conn_close(&l.conn);
	pthread_join(thread, NULL);
	finish(&l);
	free(bytes);
}
END_TEST

static const struct {
	const char *bytes;
	enum err_kind kind;
	bool closes;
	const char *text;
} endings[] = {
	{"", ERR_CLOSED, true, "server closed the connection"},
	{"half a li", ERR_CLOSED, true, "server closed the connection"},
	{"half a line\r", ERR_CLOSED, true, "server closed the connection"},
	{"", ERR_RUN_TIMEOUT, false, "no answer, timed out after 0.1 s"},
	{"half a li", ERR_RUN_TIMEOUT, false, "answer not finished, timed out after 0.1 s"},
};

START_TEST(test_conn_read_line__end_in_the_middle)
{
	struct link l;

	connect_within(&l, SECONDS * US_PER_S);
	say(&l, endings[_i].bytes, strlen(endings[_i].bytes));
	if (endings[_i].closes)
		hang_up(&l);
	else
		limit_from_now(&l, 100 * US_PER_MS);
	assert_no_line(&l, endings[_i].kind, endings[_i].text);
	finish(&l);
}
END_TEST

START_TEST(test_conn_read_line__reset_by_the_server)
{
	struct link l;
	struct linger at_once = {.l_onoff = 1};

	connect_within(&l, SECONDS * US_PER_S);
	ck_assert_int_eq(setsockopt(l.server, SOL_SOCKET, SO_LINGER, &at_once, sizeof(at_once)), 0);
	hang_up(&l);
	assert_no_line(&l, ERR_CLOSED, "connection lost");
	finish(&l);
}
END_TEST

START_TEST(test_conn_read_line__lines_before_the_end_are_lines)
{
	struct link l;

	connect_within(&l, SECONDS * US_PER_S);
	say(&l, "one\r\ntwo\r\n", 10);
	hang_up(&l);
	assert_line(&l, "one", 3);
	assert_line(&l, "two", 3);
	assert_no_line(&l, ERR_CLOSED, "closed");
	ck_assert(!conn_can_speak(&l.conn));
	finish(&l);
}
END_TEST

/* ---- bytes ---- */

START_TEST(test_conn_read_bytes__between_lines)
{
	static const char all[] = "{8}\r\na\0\r\n{9}\n rest)\r\nnext\r\n";

	for (size_t split = 1; split < sizeof(all) - 1; split++) {
		struct link l;
		struct buf b = BUF_INIT(100);
		connect_within(&l, SECONDS * US_PER_S);
		say(&l, all, split);
		ck_assert_int_eq(conn_wait(&l.conn, INT64_MAX), 1);
		say(&l, all + split, sizeof(all) - 1 - split);
		assert_line(&l, "{8}", 3);
		ck_assert_int_eq(conn_read_bytes(&l.conn, &b, 8), 0);
		ck_assert_uint_eq(b.len, 8);
		ck_assert_mem_eq(b.data, "a\0\r\n{9}\n", 8);
		assert_line(&l, " rest)", 6);
		assert_line(&l, "next", 4);
		buf_free(&b);
		finish(&l);
	}
}
END_TEST

START_TEST(test_conn_read_bytes__nothing_is_something)
{
	struct link l;
	struct buf b = BUF_INIT(100);

	connect_within(&l, SECONDS * US_PER_S);
	ck_assert_int_eq(conn_read_bytes(&l.conn, &b, 0), 0);
	ck_assert_uint_eq(b.len, 0);
	say(&l, "x\r\n", 3);
	assert_line(&l, "x", 1);
	finish(&l);
}
END_TEST

START_TEST(test_conn_read_bytes__not_beyond_the_maximum)
{
	struct link l;
	struct buf b = BUF_INIT(10);

	connect_within(&l, SECONDS * US_PER_S);
	say(&l, "0123456789a", 11);
	ck_assert_int_eq(conn_read_bytes(&l.conn, &b, SIZE_MAX), -1);
	ck_assert_int_eq(l.err.kind, ERR_PROTOCOL);
	ck_assert_msg(strstr(l.err.text, "larger than 10 bytes") != NULL, "%s", l.err.text);
	ck_assert_uint_le(b.len, 10);
	buf_free(&b);
	finish(&l);
}
END_TEST

START_TEST(test_conn_read_bytes__end_and_silence)
{
	for (int closes = 0; closes < 2; closes++) {
		struct link l;
		struct buf b = BUF_INIT(1000000);
		connect_within(&l, SECONDS * US_PER_S);
		say(&l, "abc", 3);
		if (closes)
			hang_up(&l);
		else
			limit_from_now(&l, 100 * US_PER_MS);
		ck_assert_int_eq(conn_read_bytes(&l.conn, &b, 1000000), -1);
		ck_assert_int_eq(l.err.kind, closes ? ERR_CLOSED : ERR_RUN_TIMEOUT);
		ck_assert_uint_lt(b.size, 100000); /* what is announced is not allocated */
		buf_free(&b);
		finish(&l);
	}
}
END_TEST

START_TEST(test_conn_read_piece__long_lines_come_in_pieces)
{
	enum { LENGTH = 3 * CONN_LINE_MAX };
	char *bytes = malloc(LENGTH + 10);
	struct link l;
	pthread_t thread;
	size_t got = 0, pieces = 0;
	bool ends = false;

	memset(bytes, 'a', LENGTH);
	memcpy(bytes + LENGTH, "\r\na\0b\r\n.\r\n", 10);
	connect_within(&l, SECONDS * US_PER_S);
	struct sender s = {l.server, bytes, LENGTH + 10, 10};
	ck_assert_int_eq(pthread_create(&thread, NULL, send_all, &s), 0);
	for (; !ends; pieces++) {
		const char *piece;
		size_t len;
		ck_assert_int_eq(conn_read_piece(&l.conn, &piece, &len, &ends), 0);
		for (size_t i = 0; i < len; i++)
			ck_assert_int_eq(piece[i], 'a');
		got += len;
	}
	ck_assert_uint_eq(got, LENGTH);
	ck_assert_uint_ge(pieces, 2);
	const char *piece;
	size_t len;
	ck_assert_int_eq(conn_read_piece(&l.conn, &piece, &len, &ends), 0);
	ck_assert(ends);
	ck_assert_uint_eq(len, 3);
	ck_assert_mem_eq(piece, "a\0b", 3);
	pthread_join(thread, NULL);
	assert_line(&l, ".", 1);
	finish(&l);
	free(bytes);
}
END_TEST

/* ---- waiting ---- */

START_TEST(test_conn_wait__until_data_or_the_time)
{
	struct link l;
	int64_t begun = clock_us();

	connect_within(&l, SECONDS * US_PER_S);
	ck_assert_int_eq(conn_wait(&l.conn, 0), 0);
	ck_assert_int_eq(conn_wait(&l.conn, clock_us() + 100 * US_PER_MS), 0);
	ck_assert_int_ge(clock_us() - begun, 100 * US_PER_MS);
	ck_assert_int_eq(l.err.kind, ERR_NONE);
	say(&l, "x", 1);
	ck_assert_int_eq(conn_wait(&l.conn, INT64_MAX), 1);
	ck_assert_int_eq(conn_wait(&l.conn, 0), 1); /* still unread */
	say(&l, "\r\n", 2);
	assert_line(&l, "x", 1);
	ck_assert_int_eq(conn_wait(&l.conn, 0), 0);
	hang_up(&l);
	ck_assert_int_eq(conn_wait(&l.conn, INT64_MAX), -1);
	ck_assert_int_eq(l.err.kind, ERR_CLOSED);
	finish(&l);
}
END_TEST

START_TEST(test_conn_wait__not_beyond_the_deadline)
{
	struct link l;
	int64_t begun = clock_us();

	connect_within(&l, 100 * US_PER_MS);
	ck_assert_int_eq(conn_wait(&l.conn, INT64_MAX), 0);
	ck_assert_int_lt(clock_us() - begun, 2 * US_PER_S);
	finish(&l);
}
END_TEST

/* ---- connecting ---- */

static struct addrinfo address(struct sockaddr_in *sa, uint32_t host, uint16_t port)
{
	*sa = (struct sockaddr_in){
		.sin_family = AF_INET, .sin_addr.s_addr = htonl(host), .sin_port = htons(port)};
	return (struct addrinfo){.ai_family = AF_INET,
				 .ai_socktype = SOCK_STREAM,
				 .ai_addr = (struct sockaddr *)sa,
				 .ai_addrlen = sizeof(*sa)};
}

/* A port where nobody listens, as long as the socket is open. */
static int closed_port(uint16_t *port_r)
{
	return listener(port_r, -1);
}

/* A listener that takes no more connections: Linux drops what comes when the queue is full. */
static int dead_port(uint16_t *port_r, int filler[8])
{
	int fd = listener(port_r, 0);
	struct sockaddr_in sa;
	struct addrinfo a = address(&sa, INADDR_LOOPBACK, *port_r);

	for (int i = 0; i < 8; i++) {
		filler[i] = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
		connect(filler[i], a.ai_addr, a.ai_addrlen);
	}
	return fd;
}

START_TEST(test_conn_open__refused)
{
	struct link l;
	struct endpoint e = {0};
	int fd = closed_port(&e.port);

	e = local_endpoint(e.port);
	begin(&l, SECONDS * US_PER_S);
	ck_assert_int_eq(conn_open(&l.conn, &e, AF_INET, NULL), -1);
	ck_assert_int_eq(l.err.kind, ERR_CONNECT);
	ck_assert_str_eq(l.err.text, "Connection refused");
	ck_assert_msg(strstr(l.err.hint, "running") != NULL, "%s", l.err.hint);
	ck_assert_str_eq(l.conn.address, "");
	timeline_fail(&l.tl);
	ck_assert_str_eq(l.err.step, "connect");
	close(fd);
	finish(&l);
}
END_TEST

START_TEST(test_conn_open__address_of_another_family)
{
	struct link l;
	struct endpoint e = local_endpoint(25);

	begin(&l, SECONDS * US_PER_S);
	ck_assert_int_eq(conn_open(&l.conn, &e, AF_INET6, NULL), -1);
	ck_assert_int_eq(l.err.kind, ERR_NAME);
	timeline_fail(&l.tl);
	ck_assert_str_eq(l.err.step, "resolve");
	finish(&l);
}
END_TEST

START_TEST(test_conn_open_addresses__the_next_one_when_refused)
{
	struct link l;
	uint16_t closed = 0, open = 0;
	int fds[] = {closed_port(&closed), listener(&open, 1)};
	struct sockaddr_in sa[2];
	struct addrinfo a[] = {address(&sa[0], INADDR_LOOPBACK, closed),
			       address(&sa[1], INADDR_LOOPBACK, open)};
	struct endpoint e = local_endpoint(open);
	char expected[64];

	a[0].ai_next = &a[1];
	begin(&l, SECONDS * US_PER_S);
	ck_assert_int_eq(conn_open_addresses(&l.conn, a, &e, NULL), 0);
	snprintf(expected, sizeof(expected), "127.0.0.1:%u", open);
	ck_assert_str_eq(l.conn.address, expected);
	ck_assert_str_eq(l.conn.tried, "127.0.0.1 (Connection refused)");
	ck_assert_int_eq(l.err.kind, ERR_NONE);
	/* once more, and nothing of the first time is left */
	conn_close(&l.conn);
	ck_assert_int_eq(conn_open_addresses(&l.conn, &a[1], &e, NULL), 0);
	ck_assert_str_eq(l.conn.tried, "");
	finish(&l);
	close(fds[0]);
	close(fds[1]);
}
END_TEST

START_TEST(test_conn_open_addresses__none_answers)
{
	struct link l;
	uint16_t closed = 0;
	int fd = closed_port(&closed);
	struct sockaddr_in sa[2];
	struct addrinfo a[] = {address(&sa[0], INADDR_LOOPBACK, closed),
			       address(&sa[1], INADDR_LOOPBACK + 1, closed)};
	struct endpoint e = local_endpoint(closed);

	a[0].ai_next = &a[1];
	begin(&l, SECONDS * US_PER_S);
	ck_assert_int_eq(conn_open_addresses(&l.conn, a, &e, NULL), -1);
	ck_assert_int_eq(l.err.kind, ERR_CONNECT);
	ck_assert_str_eq(l.err.text, "no address answered: 127.0.0.1 (Connection refused), "
				     "127.0.0.2 (Connection refused)");
	finish(&l);
	close(fd);
}
END_TEST

/* The first gets half of the time, not all of it. */
START_TEST(test_conn_open_addresses__a_dead_one_has_its_share_only)
{
	struct link l;
	uint16_t dead = 0, open = 0;
	int filler[8], fds[] = {dead_port(&dead, filler), listener(&open, 1)};
	struct sockaddr_in sa[2];
	struct addrinfo a[] = {address(&sa[0], INADDR_LOOPBACK, dead),
			       address(&sa[1], INADDR_LOOPBACK, open)};
	struct endpoint e = local_endpoint(open);

	a[0].ai_next = &a[1];
	begin(&l, 4 * US_PER_S);
	int64_t begun = clock_us();
	ck_assert_msg(conn_open_addresses(&l.conn, a, &e, NULL) == 0, "%s", l.err.text);
	ck_assert_int_ge(clock_us() - begun, 1900 * US_PER_MS);
	ck_assert_int_lt(clock_us() - begun, 3990 * US_PER_MS);
	ck_assert_msg(strstr(l.conn.tried, "(timed out)") != NULL, "%s", l.conn.tried);
	conn_close(&l.conn);
	/* alone: the deadline passes */
	l.tl.deadline_us = clock_us() + 100 * US_PER_MS;
	a[0].ai_next = NULL;
	ck_assert_int_eq(conn_open_addresses(&l.conn, a, &e, NULL), -1);
	ck_assert_int_eq(l.err.kind, ERR_RUN_TIMEOUT);
	ck_assert_msg(strstr(l.err.text, "no answer, timed out") != NULL, "%s", l.err.text);
	finish(&l);
	for (int i = 0; i < 8; i++)
		close(filler[i]);
	close(fds[0]);
	close(fds[1]);
}
END_TEST

/* What lies on this machine is not the server's fault. */
START_TEST(test_conn_open_addresses__local_reasons)
{
	struct link l;
	struct sockaddr_in sa;
	struct addrinfo a = address(&sa, INADDR_BROADCAST,
				    25); /* forbidden without SO_BROADCAST, or no route */
	struct endpoint e = local_endpoint(25);

	begin(&l, SECONDS * US_PER_S);
	ck_assert_int_eq(conn_open_addresses(&l.conn, &a, &e, NULL), -1);
	ck_assert_int_eq(l.err.kind, ERR_LOCAL);
	finish(&l);

	struct rlimit before;
	ck_assert_int_eq(getrlimit(RLIMIT_NOFILE, &before), 0);
	ck_assert_int_eq(setrlimit(RLIMIT_NOFILE, &(struct rlimit){0, before.rlim_max}), 0);
	a = address(&sa, INADDR_LOOPBACK, 25);
	begin(&l, SECONDS * US_PER_S);
	ck_assert_int_eq(conn_open_addresses(&l.conn, &a, &e, NULL), -1);
	ck_assert_int_eq(setrlimit(RLIMIT_NOFILE, &before), 0);
	ck_assert_int_eq(l.err.kind, ERR_LOCAL);
	ck_assert_str_eq(l.err.text, "Too many open files");
	finish(&l);
}
END_TEST

/* A refusal beside an address that cannot be reached from here is a refusal. */
START_TEST(test_conn_open_addresses__a_refusal_weighs_more)
{
	for (int first = 0; first < 2; first++) {
		struct link l;
		uint16_t closed = 0;
		int fd = closed_port(&closed);
		struct sockaddr_in sa[2];
		struct addrinfo a[] = {address(&sa[0], INADDR_BROADCAST, closed),
				       address(&sa[1], INADDR_LOOPBACK, closed)};
		struct endpoint e = local_endpoint(closed);
		a[first].ai_next = &a[!first];
		begin(&l, SECONDS * US_PER_S);
		ck_assert_int_eq(conn_open_addresses(&l.conn, &a[first], &e, NULL), -1);
		ck_assert_int_eq(l.err.kind, ERR_CONNECT);
		finish(&l);
		close(fd);
	}
}
END_TEST

START_TEST(test_conn_open__implicit_tls_with_a_silent_server)
{
	struct link l;
	struct endpoint e = {0};
	int fd = listener(&e.port, 1);
	const struct tls_options any = {.trust_any = true};

	e = local_endpoint(e.port);
	e.mode = TLS_MODE_IMPLICIT;
	begin(&l, US_PER_S);
	ck_assert_int_eq(conn_open(&l.conn, &e, AF_INET, &any), -1);
	ck_assert_int_eq(l.err.kind, ERR_RUN_TIMEOUT);
	timeline_fail(&l.tl);
	ck_assert_str_eq(l.err.step, "tls");
	/* whoever goes on in spite of it sends nothing in the clear */
	l.tl.deadline_us = clock_us() + US_PER_S;
	l.err = (struct err){0};
	ck_assert_int_eq(conn_printf(&l.conn, "LOGOUT"), -1);
	ck_assert_int_eq(l.err.kind, ERR_TLS);
	finish(&l);
	close(fd);
}
END_TEST

/* What a port is for tells what it waits for. */
static const struct {
	uint16_t port;
	const char *id;
} silent[] = {
	{993, "port-silent-tls"},   {465, "port-silent-tls"},  {995, "port-silent-tls"},
	{143, "port-silent-clear"}, {25, "port-silent-clear"}, {587, "port-silent-clear"},
	{110, "port-silent-clear"}, {24, "port-silent-clear"}, {4143, "port-silent"},
};

START_TEST(test_conn_read_line__silent_ports)
{
	struct link l;

	connect_within(&l, 100 * US_PER_MS);
	l.conn.peer.port = silent[_i].port;
	assert_no_line(&l, ERR_RUN_TIMEOUT, "no answer, timed out");
	ck_assert_str_eq(l.err.id, silent[_i].id);
	finish(&l);
	connect_within(&l, SECONDS * US_PER_S);
	l.conn.peer.port = silent[_i].port;
	hang_up(&l);
	assert_no_line(&l, ERR_CLOSED, "closed");
	ck_assert_str_eq(l.err.id, "closed-at-once");
	finish(&l);
}
END_TEST

/* ---- TLS on a connection that stands ---- */

static struct pki_cert root, good;
static struct trust trust;

static void make_certificates(void)
{
	struct buf pem = BUF_INIT(65536);
	struct err err = {0};
	char path[64];

	pki_issue(&root, &(struct pki_spec){.cn = "Test Root", .ca = true}, NULL);
	pki_issue(&good, &(struct pki_spec){.cn = "good", .dns = HOST}, &root);
	pki_add_pem(&root, &pem);
	pki_write_file(pem.data, pem.len, path);
	if (trust_load(&trust, path, NULL, &err))
		exit(1);
	unlink(path);
	buf_free(&pem);
}

static void injected(const char *together, const char *later)
{
	struct link l;
	const struct tls_options any = {.trust_any = true};

	connect_within(&l, SECONDS * US_PER_S);
	say(&l, together, strlen(together));
	assert_line(&l, "a1 OK go", 8);
	say(&l, later, strlen(later));
	if (*later)
		usleep(50000);
	ck_assert(conn_has_input(&l.conn));
	ck_assert_int_eq(conn_start_tls(&l.conn, HOST, &any), -1);
	ck_assert_int_eq(l.err.kind, ERR_PROTOCOL);
	ck_assert_msg(strstr(l.err.text, "in the clear") != NULL, "%s", l.err.text);
	ck_assert(!conn_can_speak(&l.conn));
	finish(&l);
}

START_TEST(test_conn_start_tls__injected_bytes)
{
	injected("a1 OK go\r\na2 OK injected\r\n", "");
	injected("a1 OK go\r\n\r\n", "");
	injected("a1 OK go\r\nx", "");
	injected("a1 OK go\r\n", "a2 OK injected\r\n");
	injected("a1 OK go\r\n", "x");
}
END_TEST

static void serve_lines(struct tls_peer *peer, gnutls_session_t session)
{
	char bytes[64];
	ssize_t n = gnutls_record_recv(session, bytes, sizeof(bytes));

	(void)peer;
	if (n == 6 && !memcmp(bytes, "NOOP\r\n", 6)) {
		gnutls_record_send(session, "a2 O", 4);
		gnutls_record_send(session, "K {3}\r\nabc", 10);
		gnutls_record_send(session, " end\r\n", 6);
	}
}

START_TEST(test_conn_start_tls__lines_over_tls)
{
	static const struct pki_cert *const chain[] = {&good, NULL};
	struct tls_peer peer = {.chain = chain, .serve = serve_lines};
	const struct tls_options o = {.trust = &trust};
	struct link l;
	struct buf literal = BUF_INIT(16);

	begin(&l, SECONDS * US_PER_S);
	tls_peer_start(&peer);
	l.conn.fd = peer.fd;
	ck_assert_msg(conn_start_tls(&l.conn, HOST, &o) == 0, "%s", l.err.text);
	ck_assert(l.conn.tls.info.verified);
	ck_assert_int_eq(conn_printf(&l.conn, "%s", "NOOP"), 0);
	assert_line(&l, "a2 OK {3}", 9);
	ck_assert_int_eq(conn_read_bytes(&l.conn, &literal, 3), 0);
	ck_assert_str_eq(buf_str(&literal), "abc");
	assert_line(&l, " end", 4);
	assert_no_line(&l, ERR_CLOSED, "closed");
	ck_assert_msg(strstr(buf_str(&l.transcript), "test+tls C: NOOP\n") != NULL, "%s",
		      buf_str(&l.transcript));
	conn_close(&l.conn);
	tls_peer_join(&peer);
	buf_free(&literal);
	finish(&l);
}
END_TEST

/* ---- writing ---- */

START_TEST(test_conn_write__to_a_server_that_takes_nothing)
{
	static char much[8 * 1024 * 1024];
	struct link l;

	connect_within(&l, 300 * US_PER_MS);
	l.conn.transcript = NULL;
	ck_assert_int_eq(conn_write(&l.conn, much, sizeof(much), NULL), -1);
	ck_assert_int_eq(l.err.kind, ERR_RUN_TIMEOUT);
	ck_assert_msg(strstr(l.err.text, "does not take") != NULL, "%s", l.err.text);
	finish(&l);
}
END_TEST

static void assert_silent(struct link *l)
{
	ck_assert(!conn_can_write(&l->conn));
	ck_assert(!conn_can_speak(&l->conn));
	l->err = (struct err){0};
	l->tl.deadline_us = clock_us() + SECONDS * US_PER_S;
	ck_assert(!conn_can_speak(&l->conn)); /* also where the error was not of this connection */
	ck_assert_int_eq(conn_printf(&l->conn, "LOGOUT"), -1);
	ck_assert_int_eq(l->err.kind, ERR_CLOSED);
	l->err = (struct err){0};
	ck_assert_int_eq(conn_write_secret(&l->conn, "PASS ", "s3cret"), -1);
	ck_assert_int_eq(l->err.kind, ERR_CLOSED);
	l->err = (struct err){0};
	ck_assert_int_eq(conn_start_tls(&l->conn, HOST, NULL), -1);
	ck_assert_int_eq(l->err.kind, ERR_CLOSED);
}

START_TEST(test_conn_write__nothing_after_one_that_failed)
{
	static char much[8 * 1024 * 1024], read[65536];
	struct link l;
	ssize_t n;

	connect_within(&l, 300 * US_PER_MS);
	l.conn.transcript = NULL;
	memset(much, 'B', sizeof(much));
	ck_assert_int_eq(conn_write(&l.conn, much, sizeof(much), NULL), -1);
	assert_silent(&l);
	conn_close(&l.conn);
	while ((n = recv(l.server, read, sizeof(read), 0)) > 0)
		ck_assert_ptr_null(memmem(read, (size_t)n, "O", 1));
	close(l.server);
	/* the next connection has a new start */
	connect_within(&l, SECONDS * US_PER_S);
	ck_assert_int_eq(conn_printf(&l.conn, "NOOP"), 0);
	finish(&l);
}
END_TEST

/* What the server gets once it begins to read: of what kind, and how it ends. */
static struct {
	pthread_mutex_t may_read;
	size_t bytes, others;
	ssize_t end;
} late;

static void read_late(struct tls_peer *peer, gnutls_session_t session)
{
	char bytes[16384];
	ssize_t n;

	(void)peer;
	pthread_mutex_lock(&late.may_read);
	while ((n = gnutls_record_recv(session, bytes, sizeof(bytes))) > 0)
		for (ssize_t i = 0; i < n; i++, late.bytes++)
			late.others += bytes[i] != 'B';
	late.end = n;
	pthread_mutex_unlock(&late.may_read);
}

/* GnuTLS would first send what is left of the record before, and give its length for that of the
 * command: the rest of that many bytes would be read from behind the command. */
START_TEST(test_conn_write__nothing_after_one_that_failed_over_tls)
{
	static const struct pki_cert *const chain[] = {&good, NULL};
	static char much[8192];
	struct tls_peer peer = {.chain = chain, .serve = read_late};
	const struct tls_options any = {.trust_any = true};
	struct link l;
	int written = 0;

	begin(&l, SECONDS * US_PER_S);
	pthread_mutex_init(&late.may_read, NULL);
	pthread_mutex_lock(&late.may_read);
	tls_peer_start(&peer);
	l.conn.fd = peer.fd;
	ck_assert_int_eq(setsockopt(peer.fd, SOL_SOCKET, SO_SNDBUF, &(int){4608}, sizeof(int)), 0);
	ck_assert_msg(conn_start_tls(&l.conn, HOST, &any) == 0, "%s", l.err.text);
	memset(much, 'B', sizeof(much));
	l.tl.deadline_us = clock_us() + 300 * US_PER_MS;
	l.conn.transcript = NULL;
	while (conn_write(&l.conn, much, sizeof(much), NULL) == 0)
		written++;
	ck_assert(err_is_timeout(l.err.kind));
	pthread_mutex_unlock(&late.may_read);
	assert_silent(&l);
	conn_close(&l.conn);
	tls_peer_join(&peer);
	ck_assert_uint_eq(late.others, 0);
	ck_assert_uint_le(late.bytes, (size_t)written * sizeof(much));
	ck_assert_int_lt(late.end, 0); /* the record stays cut off: no close_notify behind it */
	finish(&l);
}
END_TEST

START_TEST(test_conn_write__to_a_server_that_has_gone)
{
	struct link l;
	int rc = 0;

	connect_within(&l, SECONDS * US_PER_S);
	hang_up(&l);
	for (int i = 0; i < 100 && !rc; i++) { /* the first ones may still be taken by the kernel */
		rc = conn_printf(&l.conn, "NOOP");
		usleep(1000);
	}
	ck_assert_int_eq(rc, -1);
	ck_assert_int_eq(l.err.kind, ERR_CLOSED);
	finish(&l);
	/* and when nothing is open */
	begin(&l, SECONDS * US_PER_S);
	ck_assert_int_eq(conn_printf(&l.conn, "NOOP"), -1);
	ck_assert_int_eq(l.err.kind, ERR_CLOSED);
	finish(&l);
}
END_TEST

START_TEST(test_conn_gather__goes_out_in_one_write)
{
	struct link l;
	char got[64];

	connect_within(&l, SECONDS * US_PER_S);
	conn_gather(&l.conn);
	ck_assert_int_eq(conn_printf(&l.conn, "USER u"), 0);
	ck_assert_int_eq(conn_write_secret(&l.conn, "PASS ", "geheim"), 0);
	ck_assert_int_eq(recv(l.server, got, sizeof(got), MSG_DONTWAIT), -1);
	ck_assert_int_eq(conn_send_gathered(&l.conn), 0);
	ssize_t n = recv(l.server, got, sizeof(got), 0);
	ck_assert_int_eq(n, 21);
	ck_assert_mem_eq(got, "USER u\r\nPASS geheim\r\n", 21);
	ck_assert_ptr_nonnull(strstr(buf_str(&l.transcript), "C: USER u\n"));
	ck_assert_ptr_nonnull(strstr(buf_str(&l.transcript), "C: PASS ****\n"));
	ck_assert_int_eq(conn_printf(&l.conn, "QUIT"), 0);
	ck_assert_int_eq(recv(l.server, got, sizeof(got), 0), 6);
	finish(&l);
}
END_TEST

/* What does not fit is not sent in part; what is whole before it is sent. */
START_TEST(test_conn_gather__has_a_limit)
{
	static char long_line[CONN_GATHERED_MAX];
	struct link l;
	char got[64];

	connect_within(&l, SECONDS * US_PER_S);
	memset(long_line, 'x', sizeof(long_line));
	conn_gather(&l.conn);
	ck_assert_int_eq(conn_printf(&l.conn, "NOOP"), 0);
	ck_assert_int_eq(conn_write(&l.conn, long_line, sizeof(long_line), ""), -1);
	ck_assert_int_eq(l.err.kind, ERR_LOCAL);
	ck_assert_int_eq(conn_send_gathered(&l.conn), 0);
	ck_assert_int_eq(recv(l.server, got, sizeof(got), 0), 6);
	finish(&l);
}
END_TEST

START_TEST(test_conn_printf__has_a_limit)
{
	struct link l;
	char bytes[9000];

	connect_within(&l, SECONDS * US_PER_S);
	ck_assert_int_eq(conn_printf(&l.conn, "%8190s", "x"), 0);
	ck_assert_int_eq(recv(l.server, bytes, sizeof(bytes), MSG_WAITALL | MSG_DONTWAIT), 8192);
	ck_assert_mem_eq(bytes + 8189, "x\r\n", 3);
	ck_assert_int_eq(conn_printf(&l.conn, "%8191s", "x"), -1);
	ck_assert_int_eq(l.err.kind, ERR_LOCAL);
	ck_assert_int_eq(recv(l.server, bytes, sizeof(bytes), MSG_DONTWAIT), -1);
	finish(&l);
}
END_TEST

START_TEST(test_conn_write_secret__shows_none)
{
	struct link l;
	char bytes[64];
	char *secret = malloc(20000);

	connect_within(&l, SECONDS * US_PER_S);
	ck_assert_int_eq(conn_write_secret(&l.conn, "AUTH PLAIN ", "c2VjcmV0"), 0);
	ck_assert_int_eq(recv(l.server, bytes, sizeof(bytes), 0), 21);
	ck_assert_mem_eq(bytes, "AUTH PLAIN c2VjcmV0\r\n", 21);
	ck_assert_msg(strstr(buf_str(&l.transcript), "test C: AUTH PLAIN ****\n") != NULL, "%s",
		      buf_str(&l.transcript));
	ck_assert_ptr_null(strstr(buf_str(&l.transcript), "c2VjcmV0"));
	memset(secret, 'x', 19999);
	secret[19999] = '\0';
	ck_assert_int_eq(conn_write_secret(&l.conn, "", secret), -1);
	ck_assert_int_eq(l.err.kind, ERR_USAGE);
	ck_assert_ptr_null(strstr(l.err.text, "xxx"));
	free(secret);
	finish(&l);
}
END_TEST

/* ---- secrets ---- */

static void assert_shown(struct link *l, const char *words, const char *expected)
{
	size_t len;
	const char *shown = conn_shown(&l->conn, words, strlen(words), &len);

	ck_assert_uint_eq(len, strlen(expected));
	ck_assert_mem_eq(shown, expected, len);
}

/* What is read is as it came; what is shown is not. */
START_TEST(test_conn_hide__lines_and_transcript)
{
	struct link l;

	connect_within(&l, SECONDS * US_PER_S);
	say(&l, "one s3cret\r\n", 12);
	assert_line(&l, "one s3cret", 10); /* before it is one */
	assert_shown(&l, "s3cret", "s3cret");
	conn_hide(&l.conn, "s3cret", "probe");
	say(&l, "NO PASS s3cret\r\nNO x\r\n-ERR q7$z\n", 32);
	assert_line(&l, "NO PASS s3cret", 14);
	assert_shown(&l, "NO PASS s3cret", "NO PASS ****");
	conn_hide(&l.conn, "q7$z", NULL);
	assert_line(&l, "NO x", 4);
	assert_line(&l, "-ERR q7$z", 9);
	ck_assert_int_eq(conn_err_server(&l.conn, ERR_REFUSED, "PASS", "q7$z", 4), -1);
	ck_assert_str_eq(l.err.text, "PASS \"****\"");
	ck_assert_ptr_null(strstr(strstr(buf_str(&l.transcript), "PASS"), "s3cret"));
	ck_assert_ptr_nonnull(strstr(buf_str(&l.transcript), "test S: NO PASS ****\n"));
	ck_assert_ptr_nonnull(strstr(buf_str(&l.transcript), "test S: -ERR ****\n"));
	finish(&l);
}
END_TEST

/* What begins in one line and goes on in the next, with and without a transcript. */
START_TEST(test_conn_hide__over_two_lines)
{
	struct link l;

	for (int i = 0; i < 2; i++) {
		connect_within(&l, SECONDS * US_PER_S);
		if (i)
			l.conn.transcript = NULL;
		conn_hide(&l.conn, "s3cret", NULL);
		say(&l, "* NO PASS s3\r\na1 NO cret\r\n", 27);
		assert_line(&l, "* NO PASS s3", 12);
		assert_line(&l, "a1 NO cret", 10);
		assert_shown(&l, "cret", "****");
		ck_assert_ptr_null(strstr(buf_str(&l.transcript), "cret"));
		finish(&l);
	}
}
END_TEST

START_TEST(test_conn_hide__literals)
{
	struct link l;
	struct buf literal = BUF_INIT(40);

	connect_within(&l, SECONDS * US_PER_S);
	conn_hide(&l.conn, "s3cret", NULL);
	conn_hide(&l.conn, "x", NULL);
	buf_append_str(&literal, "{14}");
	say(&l, "s3cret\r\n{x}\r\n) s3cret\r\na s3cret", 31);
	ck_assert_int_eq(conn_read_bytes(&l.conn, &literal, 13), 0);
	ck_assert_str_eq(buf_str(&literal), "{14}s3cret\r\n{x}\r\n");
	assert_line(&l, ") s3cret", 8);
	/* one that breaks off */
	hang_up(&l);
	ck_assert_int_eq(conn_read_bytes(&l.conn, &literal, 10), -1);
	ck_assert_ptr_null(strstr(buf_str(&l.transcript), "s3cret"));
	ck_assert_ptr_nonnull(strstr(buf_str(&l.transcript), "test S: a ****\n"));
	buf_free(&literal);
	finish(&l);
}
END_TEST

/* A long line comes in pieces, and its secret may be cut by them. */
START_TEST(test_conn_hide__pieces)
{
	enum { LONG = CONN_LINE_MAX + 6 };
	static char line[LONG + 100];
	struct link l;
	const char *piece;
	size_t len;
	bool ends = false;

	connect_within(&l, SECONDS * US_PER_S);
	l.transcript.max = CONN_TRANSCRIPT_MAX;
	conn_hide(&l.conn, "0123456789abcdef", NULL);
	for (size_t i = 0; i < LONG; i++)
		line[i] = (char)('A' + i % 26);
	for (size_t at = LONG - 40; at < LONG; at++) {
		memset(line + LONG - 40, '.', sizeof(line) - LONG);
		memcpy(line + at, "0123456789abcdef", 16);
		memcpy(line + LONG + 20, "\r\n", 2);
		ends = false;
		buf_clear(&l.transcript);
		say(&l, line, LONG + 22);
		while (!ends)
			ck_assert_int_eq(conn_read_piece(&l.conn, &piece, &len, &ends), 0);
		ck_assert_ptr_null(strstr(buf_str(&l.transcript), "456789"));
		ck_assert_ptr_nonnull(strstr(buf_str(&l.transcript), "****"));
	}
	finish(&l);
}
END_TEST

START_TEST(test_conn_hide__until_the_end)
{
	struct link l;

	connect_within(&l, SECONDS * US_PER_S);
	conn_hide(&l.conn, "s3cret", NULL);
	conn_close(&l.conn);
	ck_assert(blot_is_empty(&l.conn.hidden));
	finish(&l);
}
END_TEST

/* ---- the transcript, and the end ---- */

START_TEST(test_conn_transcript__marks_every_line)
{
	struct link l;
	struct buf literal = BUF_INIT(100);
	size_t lines = 0;

	connect_within(&l, SECONDS * US_PER_S);
	ck_assert_int_eq(conn_printf(&l.conn, "a1 FETCH"), 0);
	say(&l, "{9}\r\nx\n\nC: y\n\r\n", 16);
	assert_line(&l, "{9}", 3);
	ck_assert_int_eq(conn_read_bytes(&l.conn, &literal, 9), 0);
	for (const char *at = buf_str(&l.transcript); *at; at = strchr(at, '\n') + 1, lines++) {
		long long ms;
		char leg[16], side[4];
		ck_assert_int_eq(sscanf(at, "%lld %15s %3s", &ms, leg, side), 3);
		ck_assert_str_eq(leg, "test");
		ck_assert_str_eq(side, lines ? "S:" : "C:");
	}
	ck_assert_uint_ge(lines, 5);
	buf_free(&literal);
	finish(&l);
}
END_TEST

START_TEST(test_conn_transcript__full_one_keeps_what_came_first)
{
	struct link l;

	connect_within(&l, SECONDS * US_PER_S);
	for (int i = 0; i < 1000; i++) {
		say(&l, "some line\r\n", 11);
		assert_line(&l, "some line", 9);
	}
	ck_assert_uint_le(l.transcript.len, 4096);
	ck_assert_uint_ge(l.transcript.len, 4000);
	ck_assert_int_eq(l.err.kind, ERR_NONE);
	finish(&l);
}
END_TEST

static const struct {
	enum err_kind kind;
	const char *where;
	bool can;
} speaking[] = {
	{ERR_NONE, "", true},       {ERR_REFUSED, "", true},      {ERR_RUN_TIMEOUT, "", true},
	{ERR_AUTH, "", true},       {ERR_DELIVERY, "", true},     {ERR_CLOSED, "", false},
	{ERR_TLS, "", false},       {ERR_CERTIFICATE, "", false}, {ERR_PROTOCOL, "", false},
	{ERR_CLOSED, "x:25", true}, {ERR_PROTOCOL, "x:25", true},
};

START_TEST(test_conn_transcript__ends_at_the_first_line_without_room)
{
	struct link l;

	connect_within(&l, SECONDS * US_PER_S);
	l.transcript.max = 60;
	say(&l, "one\r\na line that is too long for the rest of it\r\ntwo\r\n", 54);
	assert_line(&l, "one", 3);
	assert_line(&l, "a line that is too long for the rest of it", 42);
	assert_line(&l, "two", 3);
	ck_assert_msg(strstr(buf_str(&l.transcript), "test S: one\n") != NULL, "%s",
		      buf_str(&l.transcript));
	ck_assert_uint_eq(strlen(strchr(buf_str(&l.transcript), '\n')), 1);
	finish(&l);
}
END_TEST

START_TEST(test_conn_can_speak__not_when_the_stream_is_in_doubt)
{
	struct link l;

	connect_within(&l, SECONDS * US_PER_S);
	l.err.kind = speaking[_i].kind;
	snprintf(l.err.where, sizeof(l.err.where), "%s", speaking[_i].where);
	ck_assert_int_eq(conn_can_speak(&l.conn), speaking[_i].can);
	conn_close(&l.conn);
	ck_assert(!conn_can_speak(&l.conn));
	finish(&l);
}
END_TEST

START_TEST(test_conn_close__may_be_opened_again)
{
	struct link l;
	struct endpoint e = {0};
	int fd = listener(&e.port, 4);

	e = local_endpoint(e.port);
	begin(&l, SECONDS * US_PER_S);
	conn_close(&l.conn); /* never opened */
	for (int i = 0; i < 3; i++) {
		ck_assert_int_eq(conn_open(&l.conn, &e, AF_UNSPEC, NULL), 0);
		l.server = accept(fd, NULL, NULL);
		say(&l, "line\r\nhalf", 10);
		assert_line(&l, "line", 4);
		hang_up(&l);
		assert_no_line(&l, ERR_CLOSED, "closed");
		l.err = (struct err){0};
		conn_close(&l.conn);
		ck_assert(!conn_has_input(&l.conn));
	}
	close(fd);
	finish(&l);
}
END_TEST

int main(void)
{
	make_certificates();
	const struct unit_case cases[] = {
		ONCE(test_conn_read_line__split_anywhere),
		ONCE(test_conn_read_line__byte_by_byte),
		ONCE(test_conn_read_line__trickle_ends_at_the_deadline),
		ONCE(test_conn_read_line__what_is_there_after_the_deadline_is_late),
		ONCE(test_conn_read_line__nul_is_refused),
		ROWS(test_conn_read_line__has_a_limit, lengths),
		ROWS(test_conn_read_line__end_in_the_middle, endings),
		ONCE(test_conn_read_line__reset_by_the_server),
		ONCE(test_conn_read_line__lines_before_the_end_are_lines),
		ONCE(test_conn_read_bytes__between_lines),
		ONCE(test_conn_read_bytes__nothing_is_something),
		ONCE(test_conn_read_bytes__not_beyond_the_maximum),
		ONCE(test_conn_read_bytes__end_and_silence),
		ONCE(test_conn_read_piece__long_lines_come_in_pieces),
		ONCE(test_conn_wait__until_data_or_the_time),
		ONCE(test_conn_wait__not_beyond_the_deadline),
		ONCE(test_conn_open__refused),
		ONCE(test_conn_open__address_of_another_family),
		ONCE(test_conn_open__implicit_tls_with_a_silent_server),
		ROWS(test_conn_read_line__silent_ports, silent),
		ONCE(test_conn_open_addresses__the_next_one_when_refused),
		ONCE(test_conn_open_addresses__none_answers),
		ONCE(test_conn_open_addresses__a_dead_one_has_its_share_only),
		ONCE(test_conn_open_addresses__local_reasons),
		ONCE(test_conn_open_addresses__a_refusal_weighs_more),
		ONCE(test_conn_start_tls__injected_bytes),
		ONCE(test_conn_start_tls__lines_over_tls),
		ONCE(test_conn_write__to_a_server_that_takes_nothing),
		ONCE(test_conn_write__nothing_after_one_that_failed),
		ONCE(test_conn_write__nothing_after_one_that_failed_over_tls),
		ONCE(test_conn_write__to_a_server_that_has_gone),
		ONCE(test_conn_gather__goes_out_in_one_write),
		ONCE(test_conn_gather__has_a_limit),
		ONCE(test_conn_printf__has_a_limit),
		ONCE(test_conn_write_secret__shows_none),
		ONCE(test_conn_hide__lines_and_transcript),
		ONCE(test_conn_hide__over_two_lines),
		ONCE(test_conn_hide__literals),
		ONCE(test_conn_hide__pieces),
		ONCE(test_conn_hide__until_the_end),
		ONCE(test_conn_transcript__marks_every_line),
		ONCE(test_conn_transcript__full_one_keeps_what_came_first),
		ONCE(test_conn_transcript__ends_at_the_first_line_without_room),
		ROWS(test_conn_can_speak__not_when_the_stream_is_in_doubt, speaking),
		ONCE(test_conn_close__may_be_opened_again),
	};
	int rc = unit_run_cases("conn", NULL, NULL, cases, sizeof(cases) / sizeof(cases[0]));
	trust_free(&trust);
	return rc;
}
