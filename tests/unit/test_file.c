/* test_file.c - local files and FIFOs: what is read from them, and that none is waited for beyond
 * the deadline */
#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/file.h"

#include "unit.h"

enum { SOON_US = 100000, LATER_US = 20000000 };

static char dir[40], path[60];
static struct buf text;
static struct err err;
static pid_t writer;

static void setup(void)
{
	snprintf(dir, sizeof(dir), "/tmp/mailflow-file-XXXXXX");
	ck_assert_ptr_nonnull(mkdtemp(dir));
	snprintf(path, sizeof(path), "%s/f", dir);
	err = (struct err){0};
	writer = 0;
}

static void teardown(void)
{
	if (writer)
		kill(writer, SIGKILL);
	buf_free(&text);
	unlink(path);
	rmdir(dir);
}

static void write_file(const char *bytes, size_t len)
{
	FILE *f = fopen(path, "w");

	ck_assert_ptr_nonnull(f);
	ck_assert_uint_eq(fwrite(bytes, 1, len, f), len);
	fclose(f);
}

/* A FIFO that a child opens after a while, writes parts to (ended by NULL), and then closes, or
 * with stay keeps open. */
static void make_fifo(const char *const *parts, bool stay)
{
	ck_assert_int_eq(mkfifo(path, 0600), 0);
	writer = fork();
	ck_assert_int_ge(writer, 0);
	if (writer)
		return;
	usleep(50000);
	int fd = open(path, O_WRONLY);
	for (; *parts; parts++) {
		if (write(fd, *parts, strlen(*parts)) < 0)
			_exit(1);
		usleep(50000);
	}
	while (stay)
		pause();
	_exit(0);
}

static int read_all(size_t max, int64_t limit_us)
{
	return file_read_all(&text, max, "kind ", path, clock_us() + limit_us, &err);
}

START_TEST(test_file_read_all__reads_files_of_all_sizes)
{
	static const size_t sizes[] = {0, 1, 4094, 4095, 4096, 4097, 65536, 300000};
	char *bytes = malloc(300000);

	for (size_t i = 0; i < 300000; i++)
		bytes[i] = (char)(i * 7 % 251);
	for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
		write_file(bytes, sizes[i]);
		ck_assert_int_eq(read_all(300000, LATER_US), 0);
		ck_assert_uint_eq(text.len, sizes[i]);
		ck_assert_int_eq(memcmp(buf_str(&text), bytes, sizes[i]), 0);
		ck_assert_int_eq(text.data[text.len], '\0');
		buf_free(&text);
	}
	free(bytes);
}
END_TEST

START_TEST(test_file_read_all__bounds_the_size)
{
	char bytes[5000] = {0}, says[120];

	for (size_t max = 10; max <= 4999; max += 4989) {
		err = (struct err){0};
		write_file(bytes, max);
		ck_assert_int_eq(read_all(max, LATER_US), 0);
		buf_free(&text);
		write_file(bytes, max + 1);
		ck_assert_int_eq(read_all(max, LATER_US), -1);
		ck_assert_int_eq(err.kind, ERR_USAGE);
		snprintf(says, sizeof(says), "kind %s is larger than %zu bytes", path, max);
		ck_assert_str_eq(err.text, says);
		buf_free(&text);
	}
}
END_TEST

START_TEST(test_file_read_all__reads_although_the_deadline_has_passed)
{
	write_file("here", 4);
	ck_assert_int_eq(read_all(100, -1), 0);
	ck_assert_str_eq(buf_str(&text), "here");
}
END_TEST

START_TEST(test_file_read_all__waits_for_the_writer_of_a_fifo)
{
	const char *const parts[] = {"one ", "two ", "three", NULL};

	make_fifo(parts, false);
	ck_assert_int_eq(read_all(100, LATER_US), 0);
	ck_assert_str_eq(buf_str(&text), "one two three");
}
END_TEST

START_TEST(test_file_read_all__reads_nothing_from_a_writer_of_nothing)
{
	const char *const parts[] = {NULL};

	make_fifo(parts, false);
	ck_assert_int_eq(read_all(100, LATER_US), 0);
	ck_assert_uint_eq(text.len, 0);
}
END_TEST

static void check_timed_out(const char *what)
{
	char says[120];

	ck_assert_int_eq(err.kind, ERR_USAGE);
	snprintf(says, sizeof(says), "kind %s: %s within 0.", path, what);
	ck_assert_msg(!strncmp(err.text, says, strlen(says)), "%s", err.text);
}

START_TEST(test_file_read_all__does_not_wait_for_ever_for_a_fifo)
{
	int64_t begun = clock_us();

	ck_assert_int_eq(mkfifo(path, 0600), 0);
	ck_assert_int_eq(read_all(100, SOON_US), -1);
	check_timed_out("nothing came");
	ck_assert_int_ge(clock_us() - begun, SOON_US);
}
END_TEST

START_TEST(test_file_read_all__does_not_wait_for_ever_for_the_end_of_a_fifo)
{
	const char *const parts[] = {"one", NULL};

	make_fifo(parts, true);
	ck_assert_int_eq(read_all(100, 5 * SOON_US), -1);
	check_timed_out("its end did not come");
}
END_TEST

START_TEST(test_file_read_all__does_not_wait_for_ever_for_standard_input)
{
	int ends[2];

	ck_assert_int_eq(pipe(ends), 0);
	ck_assert_int_eq(dup2(ends[0], STDIN_FILENO), STDIN_FILENO);
	snprintf(path, sizeof(path), "-");
	ck_assert_int_eq(read_all(100, SOON_US), -1);
	check_timed_out("nothing came");
	buf_free(&text);
	err = (struct err){0};
	ck_assert_int_eq(write(ends[1], "typed", 5), 5);
	close(ends[1]);
	ck_assert_int_eq(read_all(100, LATER_US), 0);
	ck_assert_str_eq(buf_str(&text), "typed");
	ck_assert_int_eq(fcntl(STDIN_FILENO, F_GETFL) & O_NONBLOCK, 0); /* it is others', too */
}
END_TEST

static const struct {
	const char *bytes;
	size_t len;
	bool refused;
} utf16[] = {
	{"\xff\xfe[\0", 4, true}, {"\xfe\xff\0[", 4, true},
	{"[\0a\0]\0", 6, true},   {"\0[\0a", 4, true},
	{"\xff\xfe", 2, true},    {"\0", 1, false},
	{"\0\0[", 3, false},      {"\xef\xbb\xbf[", 4, false},
	{"\xff[\xfe", 3, false},  {"[a\0", 3, false},
	{"[", 1, false},
};

START_TEST(test_file_read_all__says_that_it_is_utf16)
{
	char says[160];

	write_file(utf16[_i].bytes, utf16[_i].len);
	ck_assert_int_eq(read_all(100, LATER_US), utf16[_i].refused ? -1 : 0);
	snprintf(says, sizeof(says),
		 "kind %s is UTF-16: convert it to UTF-8 (iconv -f UTF-16 -t UTF-8)", path);
	ck_assert_str_eq(err.text, utf16[_i].refused ? says : "");
}
END_TEST

START_TEST(test_file_read_all__names_what_cannot_be_read)
{
	char says[120];

	ck_assert_int_eq(read_all(100, LATER_US), -1);
	snprintf(says, sizeof(says), "cannot open kind %s: No such file or directory", path);
	ck_assert_str_eq(err.text, says);
	err = (struct err){0};
	ck_assert_int_eq(file_read_all(&text, 100, "", dir, clock_us() + LATER_US, &err), -1);
	snprintf(says, sizeof(says), "cannot read %s: Is a directory", dir);
	ck_assert_str_eq(err.text, says);
	ck_assert_int_eq(err.kind, ERR_USAGE);
}
END_TEST

UNIT_MAIN_FIXTURE("file", setup, teardown, ONCE(test_file_read_all__reads_files_of_all_sizes),
		  ONCE(test_file_read_all__bounds_the_size),
		  ONCE(test_file_read_all__reads_although_the_deadline_has_passed),
		  ONCE(test_file_read_all__waits_for_the_writer_of_a_fifo),
		  ONCE(test_file_read_all__reads_nothing_from_a_writer_of_nothing),
		  ONCE(test_file_read_all__does_not_wait_for_ever_for_a_fifo),
		  ONCE(test_file_read_all__does_not_wait_for_ever_for_the_end_of_a_fifo),
		  ONCE(test_file_read_all__does_not_wait_for_ever_for_standard_input),
		  ROWS(test_file_read_all__says_that_it_is_utf16, utf16),
		  ONCE(test_file_read_all__names_what_cannot_be_read))
