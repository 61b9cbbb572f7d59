/* test_connect.c - what each answer to connect(2) comes to; it is replaced by the linker */
#include "net/connect.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>

#include "base/clock.h"
#include "unit.h"

int __wrap_connect(int fd, const struct sockaddr *address, socklen_t len);

/* for the addresses ::1 and 127.0.0.1 */
static int error_6, error_4;

int __wrap_connect(int fd, const struct sockaddr *address, socklen_t len)
{
	int error = address->sa_family == AF_INET6 ? error_6 : error_4;

	(void)len;
	if (error == EINPROGRESS)
		listen(fd, 1); /* never becomes writable */
	errno = error;
	return -1;
}

static struct conn conn;
static struct timeline tl;
static struct err err;

/* The leg has limit_us of 60 s; 0: only the run's limit counts. */
static int connect_both(const char *first, const char *second, bool by_name, int64_t limit_us)
{
	struct addrinfo hints = {.ai_flags = AI_NUMERICHOST, .ai_socktype = SOCK_STREAM};
	struct addrinfo *list, *more = NULL;

	tl = (struct timeline){0};
	err = (struct err){0};
	timeline_begin(&tl, &err, 60 * US_PER_S, clock_us() + US_PER_S / 5, 0);
	timeline_leg(&tl, "", limit_us);
	conn = CONN_INIT(&tl, &err, NULL, "imap");
	ck_assert_int_eq(getaddrinfo(first, "143", &hints, &list), 0);
	if (second)
		ck_assert_int_eq(getaddrinfo(second, "143", &hints, &more), 0);
	list->ai_next = more;
	step(&tl, "connect");
	int rc = connect_any(&conn, list, by_name);
	ck_assert_int_eq(conn.fd, -1);
	ck_assert_str_eq(conn.address, "");
	freeaddrinfo(list);
	return rc;
}

static const struct {
	int error;
	enum err_kind kind;
	const char *text, *named; /* named: where the reader knows the name alone */
	const char *id;           /* of the hint; "": there is none */
} alone[] = {
	{EHOSTUNREACH, ERR_LOCAL, "no route to ::1", "no route to ::1", "no-route"},
	{ENETUNREACH, ERR_LOCAL, "no route to ::1", "no route to ::1", "no-route"},
	{EHOSTDOWN, ERR_LOCAL, "no route to ::1", "no route to ::1", "no-route"},
	{ENETDOWN, ERR_LOCAL, "no route to ::1", "no route to ::1", "no-route"},
	{ECONNREFUSED, ERR_CONNECT, "Connection refused", "Connection refused at ::1",
	 "port-refused-imap"},
	{ECONNRESET, ERR_CONNECT, "Connection reset by peer", "Connection reset by peer at ::1",
	 "closed-at-once"},
	{ETIMEDOUT, ERR_TIMEOUT, "Connection timed out", "Connection timed out at ::1",
	 "packets-dropped"},
	{EMFILE, ERR_LOCAL, "Too many open files", "Too many open files", "no-descriptors"},
	{EADDRNOTAVAIL, ERR_LOCAL, "Cannot assign requested address",
	 "Cannot assign requested address", ""},
	{EPERM, ERR_LOCAL, "Operation not permitted", "Operation not permitted", "not-permitted"},
	{EINVAL, ERR_LOCAL, "Invalid argument", "Invalid argument", "no-zone"},
};

START_TEST(test_connect_any__the_only_address)
{
	error_6 = alone[_i].error;
	ck_assert_int_eq(connect_both("::1", NULL, false, 0), -1);
	ck_assert_int_eq(err.kind, alone[_i].kind);
	ck_assert_str_eq(err.text, alone[_i].text);
	ck_assert_int_eq(connect_both("::1", NULL, true, 0), -1);
	ck_assert_int_eq(err.kind, alone[_i].kind);
	ck_assert_str_eq(err.text, alone[_i].named);
	ck_assert_str_eq(err.id ? err.id : "", alone[_i].id);
}
END_TEST

static const struct {
	int error_6, error_4;
	enum err_kind kind;
	const char *text;
} both[] = {
	{EHOSTUNREACH, ENETUNREACH, ERR_LOCAL,
	 "no address answered: ::1 (no route), 127.0.0.1 (no route)"},
	{EHOSTUNREACH, ECONNREFUSED, ERR_CONNECT,
	 "no address answered: ::1 (no route), 127.0.0.1 (Connection refused)"},
	{ECONNREFUSED, EHOSTUNREACH, ERR_CONNECT,
	 "no address answered: ::1 (Connection refused), 127.0.0.1 (no route)"},
	{ETIMEDOUT, EHOSTUNREACH, ERR_TIMEOUT,
	 "no address answered: ::1 (timed out), 127.0.0.1 (no route)"},
};

START_TEST(test_connect_any__the_most_telling_of_several)
{
	error_6 = both[_i].error_6;
	error_4 = both[_i].error_4;
	ck_assert_int_eq(connect_both("::1", "127.0.0.1", true, 0), -1);
	ck_assert_int_eq(err.kind, both[_i].kind);
	ck_assert_str_eq(err.text, both[_i].text);
}
END_TEST

/* Whose limit it was is told, of one address and of several. */
START_TEST(test_connect_any__silence)
{
	static const struct {
		int64_t limit_us;
		enum err_kind kind;
		const char *text;
	} row[] = {
		{0, ERR_RUN_TIMEOUT, "timed out after 60 s (--timeout)"},
		{US_PER_S / 10, ERR_TIMEOUT, "timed out after 0.1 s (--connection-timeout)"},
	};
	char expected[120];

	error_6 = error_4 = EINPROGRESS;
	for (size_t i = 0; i < sizeof(row) / sizeof(row[0]); i++) {
		connect_both("127.0.0.1", NULL, true, row[i].limit_us);
		ck_assert_int_eq(err.kind, row[i].kind);
		snprintf(expected, sizeof(expected), "no answer from 127.0.0.1, %s", row[i].text);
		ck_assert_str_eq(err.text, expected);
		connect_both("127.0.0.1", "127.0.0.1", false, row[i].limit_us);
		ck_assert_int_eq(err.kind, row[i].kind);
		ck_assert_str_eq(err.text, "no address answered: 127.0.0.1 (timed out), 127.0.0.1 "
					   "(timed out)");
		ck_assert_str_eq(err.id, "packets-dropped");
	}
}
END_TEST

UNIT_MAIN_FIXTURE("connect", NULL, NULL, ROWS(test_connect_any__the_only_address, alone),
		  ROWS(test_connect_any__the_most_telling_of_several, both),
		  ONCE(test_connect_any__silence))
