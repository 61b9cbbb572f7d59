/* test_journal.c - records for the systemd journal: their form, as a datagram and as a sealed file,
 * and a journal that is not there or does not take any */
#include "base/journal.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/clock.h"
#include "unit.h"

enum { RECORD_MAX = 8 << 20, SEALS = F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE | F_SEAL_SEAL };

static char directory[64], path[96];
static struct buf record;
static struct err err;
static int journal;

/* The journal's end: a socket in a private directory. */
static void setup(void)
{
	struct sockaddr_un at = {.sun_family = AF_UNIX};

	err = (struct err){0};
	record = BUF_INIT(RECORD_MAX);
	snprintf(directory, sizeof(directory), "/tmp/journal-XXXXXX");
	ck_assert_ptr_nonnull(mkdtemp(directory));
	snprintf(path, sizeof(path), "%s/socket", directory);
	snprintf(at.sun_path, sizeof(at.sun_path), "%s", path);
	journal = socket(AF_UNIX, SOCK_DGRAM, 0);
	ck_assert_int_eq(bind(journal, (const struct sockaddr *)&at, sizeof(at)), 0);
}

static void teardown(void)
{
	if (journal >= 0)
		close(journal);
	unlink(path);
	ck_assert_int_eq(rmdir(directory), 0);
	buf_free(&record);
}

static int send_record(int64_t us)
{
	return journal_send(path, &record, clock_us() + us, &err);
}

static const struct {
	const char *value;
	const char *bytes;
	size_t len;
} fields[] = {
	{"one line", "NAME=one line\n", 14},
	{"", "NAME=\n", 6},
	{"a=b", "NAME=a=b\n", 9},
	{"two\nlines", "NAME\n\x09\0\0\0\0\0\0\0two\nlines\n", 23},
	{"\n", "NAME\n\x01\0\0\0\0\0\0\0\n\n", 15},
};

START_TEST(test_journal_field__line_ends_are_data)
{
	ck_assert_int_eq(journal_field(&record, "NAME", fields[_i].value, strlen(fields[_i].value)),
			 0);
	ck_assert_uint_eq(record.len, fields[_i].len);
	ck_assert_mem_eq(record.data, fields[_i].bytes, record.len);
}
END_TEST

START_TEST(test_journal_field__is_whole_or_not_there)
{
	record.max = 13;
	ck_assert_int_eq(journal_field(&record, "NAME", "one line", 8), -1);
	ck_assert_int_eq(journal_field(&record, "NAME", "\n", 1), -1);
	ck_assert_uint_eq(record.len, 0);
	ck_assert_int_eq(journal_field(&record, "NAME", "a line.", 7), 0);
}
END_TEST

START_TEST(test_journal_send__sends_a_datagram)
{
	char got[100];

	journal_field(&record, "MESSAGE", "hello", 5);
	ck_assert_int_eq(send_record(US_PER_S), 0);
	ck_assert_int_eq(recv(journal, got, sizeof(got), MSG_DONTWAIT), 14);
	ck_assert_mem_eq(got, "MESSAGE=hello\n", 14);
}
END_TEST

/* The descriptor that came with an empty datagram. */
static int receive_file(void)
{
	_Alignas(struct cmsghdr) char room[CMSG_SPACE(sizeof(int))] = "";
	char byte;
	struct iovec part = {&byte, 1};
	struct msghdr message = {.msg_iov = &part,
				 .msg_iovlen = 1,
				 .msg_control = room,
				 .msg_controllen = sizeof(room)};
	int file = -1;

	ck_assert_int_eq(recvmsg(journal, &message, MSG_DONTWAIT), 0);
	struct cmsghdr *c = CMSG_FIRSTHDR(&message);
	ck_assert_ptr_nonnull(c);
	ck_assert_int_eq(c->cmsg_type, SCM_RIGHTS);
	memcpy(&file, CMSG_DATA(c), sizeof(file));
	return file;
}

START_TEST(test_journal_send__sends_what_is_large_as_a_sealed_file)
{
	size_t len = 4 << 20;
	char *large = malloc(len), *got = malloc(len + 100);

	memset(large, 'x', len);
	ck_assert_int_eq(journal_field(&record, "MAILFLOW_CONTEXT", large, len), 0);
	ck_assert_int_eq(send_record(US_PER_S), 0);
	int file = receive_file();
	ck_assert_int_eq(fcntl(file, F_GET_SEALS), SEALS);
	ck_assert_int_eq(pread(file, got, len + 100, 0), (ssize_t)record.len);
	ck_assert_mem_eq(got, record.data, record.len);
	close(file);
	free(large);
	free(got);
}
END_TEST

START_TEST(test_journal_send__nobody_is_there)
{
	char words[200];

	journal_field(&record, "MESSAGE", "hello", 5);
	close(journal);
	journal = -1;
	ck_assert_int_eq(send_record(US_PER_S), -1);
	ck_assert_int_eq(err.kind, ERR_LOCAL);
	snprintf(words, sizeof(words), "%s: Connection refused", path);
	ck_assert_str_eq(err.text, words);
	unlink(path);
	err = (struct err){0};
	ck_assert_int_eq(send_record(US_PER_S), -1);
	snprintf(words, sizeof(words), "%s: No such file or directory", path);
	ck_assert_str_eq(err.text, words);
}
END_TEST

START_TEST(test_journal_send__waits_no_longer_than_it_may)
{
	journal_field(&record, "MESSAGE", "hello", 5);
	int64_t begin_us = clock_us();
	while (send_record(20 * US_PER_MS) == 0) /* nobody reads: its queue gets full */
		ck_assert_int_lt(clock_us() - begin_us, 20 * US_PER_S);
	ck_assert_ptr_nonnull(strstr(err.text, ": the journal takes nothing"));
}
END_TEST

START_TEST(test_journal_send__refuses_a_path_that_no_socket_has)
{
	char far[200] = "/tmp/";

	memset(far + 5, 'x', sizeof(far) - 6);
	ck_assert_int_eq(journal_send(far, &record, clock_us(), &err), -1);
	ck_assert_ptr_nonnull(strstr(err.text, "File name too long"));
}
END_TEST

UNIT_MAIN_FIXTURE("journal", setup, teardown, ROWS(test_journal_field__line_ends_are_data, fields),
		  ONCE(test_journal_field__is_whole_or_not_there),
		  ONCE(test_journal_send__sends_a_datagram),
		  ONCE(test_journal_send__sends_what_is_large_as_a_sealed_file),
		  ONCE(test_journal_send__nobody_is_there),
		  ONCE(test_journal_send__waits_no_longer_than_it_may),
		  ONCE(test_journal_send__refuses_a_path_that_no_socket_has))
