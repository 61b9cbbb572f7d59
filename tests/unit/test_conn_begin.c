/* test_conn_begin.c - connections that are begun ahead: taken over later, by the same rules as
 * those that are not, and left without a trace where they are not needed */
#include "net/conn.h"

#include <arpa/inet.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/clock.h"
#include "net/conn_begin.h"
#include "net/connect.h"
#include "net/io.h"
#include "listener.h"
#include "unit.h"

enum { SECONDS = 10 };

static const int64_t IDLE_US = 300 * US_PER_MS;

struct side {
	struct conn conn;
	struct timeline tl;
	struct err err;
	struct endpoint endpoint;
	int listener, server;
};

static void set_up(struct side *s, int backlog)
{
	memset(s, 0, sizeof(*s));
	s->server = -1;
	s->endpoint = (struct endpoint){.host = "127.0.0.1", .mode = TLS_MODE_PLAINTEXT};
	s->listener = listener(&s->endpoint.port, backlog);
	timeline_begin(&s->tl, &s->err, SECONDS * US_PER_S, clock_us() + SECONDS * US_PER_S, 0);
	s->conn = CONN_INIT(&s->tl, &s->err, NULL, "test");
}

static void tear_down(struct side *s)
{
	conn_close(&s->conn);
	close(s->listener);
	if (s->server >= 0)
		close(s->server);
}

static void begin(struct side *s)
{
	conn_begin(&s->conn, &s->endpoint, AF_INET);
	ck_assert(s->conn.ahead.pending);
}

static void take(struct side *s)
{
	s->server = accept(s->listener, NULL, NULL);
	ck_assert_int_ge(s->server, 0);
}

static void hang_up(struct side *s)
{
	close(s->server);
	s->server = -1;
}

static void say(struct side *s, const char *text)
{
	ck_assert_int_eq(send(s->server, text, strlen(text), MSG_NOSIGNAL), strlen(text));
}

static bool nobody_comes(const struct side *s)
{
	return io_wait(s->listener, POLLIN, clock_us() + 20 * US_PER_MS) == 0;
}

/* Of all that has passed, the time that was not our own idleness. */
static int64_t busy_us(const struct side *s)
{
	return clock_us() - s->tl.begin_us - IDLE_US;
}

static int64_t took_us(const struct side *s, const char *step_name)
{
	const struct timeline_step *step = timeline_find(&s->tl, step_name);

	ck_assert_ptr_nonnull(step);
	return step->duration_us;
}

START_TEST(test_conn_begin__is_taken_over)
{
	struct side s;
	const char *line;
	size_t len;

	set_up(&s, 1);
	begin(&s);
	take(&s);
	say(&s, "220 hi\r\n");
	ck_assert_int_eq(conn_open(&s.conn, &s.endpoint, AF_INET, NULL), 0);
	ck_assert(conn_was_ahead(&s.conn));
	ck_assert(nobody_comes(&s));
	ck_assert_int_eq(conn_read_line(&s.conn, &line, &len), 0);
	ck_assert_str_eq(line, "220 hi");
	ck_assert_int_eq(conn_printf(&s.conn, "EHLO"), 0);
	ck_assert(!conn_was_ahead(&s.conn));
	tear_down(&s);
}
END_TEST

START_TEST(test_conn_begin__times_are_without_our_idleness)
{
	struct side s;

	set_up(&s, 1);
	begin(&s);
	take(&s);
	say(&s, "220 hi\r\n");
	io_wait(-1, 0, clock_us() + IDLE_US);
	ck_assert_int_eq(conn_open(&s.conn, &s.endpoint, AF_INET, NULL), 0);
	ck_assert_int_eq(step(&s.tl, "greeting"), 0);
	conn_note_greeting(&s.conn);
	timeline_end(&s.tl);
	ck_assert_int_le(took_us(&s, "connect"), busy_us(&s));
	ck_assert_int_le(took_us(&s, "greeting"), busy_us(&s));
	ck_assert_int_le(timeline_find(&s.tl, "connect")->start_us, busy_us(&s));
	ck_assert_int_le(s.conn.connect_us, busy_us(&s));
	tear_down(&s);
}
END_TEST

START_TEST(test_conn_begin__a_late_greeting_counts_from_the_connection_on)
{
	struct side s;

	set_up(&s, 1);
	begin(&s);
	io_wait(-1, 0, clock_us() + IDLE_US);
	ck_assert_int_eq(conn_open(&s.conn, &s.endpoint, AF_INET, NULL), 0);
	ck_assert_int_eq(step(&s.tl, "greeting"), 0);
	conn_note_greeting(&s.conn);
	timeline_end(&s.tl);
	ck_assert_int_le(took_us(&s, "connect"), busy_us(&s));
	ck_assert_int_ge(took_us(&s, "greeting"), IDLE_US);
	tear_down(&s);
}
END_TEST

START_TEST(test_conn_begin__refused_as_ever)
{
	struct side s;
	struct err plain;

	set_up(&s, -1);
	ck_assert_int_eq(conn_open(&s.conn, &s.endpoint, AF_INET, NULL), -1);
	plain = s.err;
	s.err = (struct err){0};
	conn_begin(&s.conn, &s.endpoint, AF_INET);
	ck_assert_int_eq(conn_open(&s.conn, &s.endpoint, AF_INET, NULL), -1);
	ck_assert_int_eq(s.err.kind, ERR_CONNECT);
	ck_assert_str_eq(s.err.text, plain.text);
	ck_assert_str_eq(s.err.hint, plain.hint);
	tear_down(&s);
}
END_TEST

START_TEST(test_conn_begin__refused_the_next_address_is_tried)
{
	struct sockaddr_in at[2];
	struct addrinfo list[2];
	struct side s;

	set_up(&s, 1);
	for (int i = 0; i < 2; i++) {
		at[i] = (struct sockaddr_in){.sin_family = AF_INET,
					     .sin_addr.s_addr = htonl(INADDR_LOOPBACK + 1 - i)};
		list[i] = (struct addrinfo){.ai_family = AF_INET,
					    .ai_socktype = SOCK_STREAM,
					    .ai_addr = (struct sockaddr *)&at[i],
					    .ai_addrlen = sizeof(at[i]),
					    .ai_next = i ? NULL : &list[1]};
	}
	snprintf(s.endpoint.host, sizeof(s.endpoint.host), "mail.test.example");
	conn_know(&s.conn, s.endpoint.host, AF_INET, list);
	begin(&s);
	ck_assert(nobody_comes(&s));
	ck_assert_int_eq(conn_open(&s.conn, &s.endpoint, AF_INET, NULL), 0);
	ck_assert_str_eq(s.conn.tried, "127.0.0.2 (Connection refused)");
	ck_assert(!conn_was_ahead(&s.conn));
	ck_assert_ptr_nonnull(timeline_find(&s.tl, "resolve"));
	tear_down(&s);
}
END_TEST

/* How the server ends it: with a FIN, or with a RST. */
START_TEST(test_conn_begin__closed_meanwhile_is_made_anew)
{
	struct side s;

	set_up(&s, 2);
	begin(&s);
	take(&s);
	setsockopt(s.server, SOL_SOCKET, SO_LINGER, &(struct linger){_i, 0}, sizeof(struct linger));
	hang_up(&s);
	ck_assert_int_eq(conn_open(&s.conn, &s.endpoint, AF_INET, NULL), 0);
	ck_assert(!conn_was_ahead(&s.conn));
	take(&s);
	tear_down(&s);
}
END_TEST

START_TEST(test_conn_begin__what_was_said_before_the_end_is_kept)
{
	struct side s;
	const char *line;
	size_t len;

	set_up(&s, 2);
	begin(&s);
	take(&s);
	say(&s, "554 no\r\n");
	hang_up(&s);
	ck_assert_int_eq(conn_open(&s.conn, &s.endpoint, AF_INET, NULL), 0);
	ck_assert_int_eq(conn_read_line(&s.conn, &line, &len), 0);
	ck_assert_str_eq(line, "554 no");
	ck_assert(nobody_comes(&s));
	tear_down(&s);
}
END_TEST

START_TEST(test_conn_begin__for_another_end_point_is_let_go)
{
	struct side s, other;
	char byte;

	set_up(&s, 1);
	set_up(&other, 1);
	begin(&s);
	ck_assert_int_eq(conn_open(&s.conn, &other.endpoint, AF_INET, NULL), 0);
	take(&s);
	take(&other);
	ck_assert_int_eq(recv(s.server, &byte, 1, 0), 0);
	ck_assert(!conn_was_ahead(&s.conn));
	tear_down(&other);
	tear_down(&s);
}
END_TEST

START_TEST(test_conn_begin__a_name_that_is_not_known_begins_nothing)
{
	struct side s;

	set_up(&s, 1);
	snprintf(s.endpoint.host, sizeof(s.endpoint.host), "localhost");
	conn_begin(&s.conn, &s.endpoint, AF_INET);
	ck_assert(!s.conn.ahead.pending);
	ck_assert(nobody_comes(&s));
	tear_down(&s);
}
END_TEST

START_TEST(test_conn_begin_beside__when_the_first_is_connected)
{
	struct side first, second;

	set_up(&first, 1);
	set_up(&second, 1);
	snprintf(first.endpoint.host, sizeof(first.endpoint.host), "localhost");
	snprintf(second.endpoint.host, sizeof(second.endpoint.host), "localhost");
	conn_begin_beside(&second.conn, &first.conn, &second.endpoint, AF_INET);
	ck_assert(nobody_comes(&second));
	ck_assert_int_eq(conn_open(&first.conn, &first.endpoint, AF_INET, NULL), 0);
	take(&second);
	ck_assert_int_eq(conn_open(&second.conn, &second.endpoint, AF_INET, NULL), 0);
	ck_assert(conn_was_ahead(&second.conn));
	tear_down(&first);
	tear_down(&second);
}
END_TEST

START_TEST(test_conn_begin_beside__not_when_the_first_fails)
{
	struct side first, second;

	set_up(&first, -1);
	set_up(&second, 1);
	conn_begin_beside(&second.conn, &first.conn, &second.endpoint, AF_INET);
	ck_assert_int_eq(conn_open(&first.conn, &first.endpoint, AF_INET, NULL), -1);
	ck_assert(nobody_comes(&second));
	tear_down(&first);
	tear_down(&second);
}
END_TEST

START_TEST(test_conn_claim__only_what_is_there)
{
	struct side s, refused;

	set_up(&s, 1);
	ck_assert(!conn_claim(&s.conn));
	begin(&s);
	take(&s);
	ck_assert(conn_claim(&s.conn));
	ck_assert(conn_can_write(&s.conn));
	tear_down(&s);
	set_up(&refused, -1);
	conn_begin(&refused.conn, &refused.endpoint, AF_INET);
	ck_assert(!conn_claim(&refused.conn));
	ck_assert_int_eq(refused.err.kind, ERR_NONE);
	tear_down(&refused);
}
END_TEST

UNIT_MAIN_FIXTURE("conn_begin", NULL, NULL, ONCE(test_conn_begin__is_taken_over),
		  ONCE(test_conn_begin__times_are_without_our_idleness),
		  ONCE(test_conn_begin__a_late_greeting_counts_from_the_connection_on),
		  ONCE(test_conn_begin__refused_as_ever),
		  ONCE(test_conn_begin__refused_the_next_address_is_tried),
		  TIMES(test_conn_begin__closed_meanwhile_is_made_anew, 2),
		  ONCE(test_conn_begin__what_was_said_before_the_end_is_kept),
		  ONCE(test_conn_begin__for_another_end_point_is_let_go),
		  ONCE(test_conn_begin__a_name_that_is_not_known_begins_nothing),
		  ONCE(test_conn_begin_beside__when_the_first_is_connected),
		  ONCE(test_conn_begin_beside__not_when_the_first_fails),
		  ONCE(test_conn_claim__only_what_is_there))
