/* test_file.c - local files and FIFOs: what is read from them, and that none is waited for beyond
 * the limit
 *
 * Linked with --wrap=syscall, open and access, so that nothing need be at hand, and file systems
 * can be dead. Most tests are run twice: with what is at hand, and with a child that reads. */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
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
#include "base/interrupt.h"

#include "unit.h"

enum { SOON_US = 100000, LATER_US = 20000000 };

static const bool ways[] = {false, true};

static char dir[40], path[60];
static struct buf text;
static struct err err;
static pid_t writer;

/* ---- what the kernel says ---- */

static bool not_at_hand, dead;
static int leash[2]; /* a pipe: who is stuck ends with the test */

long __real_syscall(long number, long a, long b, long c, long d);
long __wrap_syscall(long number, long a, long b, long c, long d);
int __real_open(const char *name, int flags, mode_t mode);
int __wrap_open(const char *name, int flags, mode_t mode);
int __real_access(const char *name, int mode);
int __wrap_access(const char *name, int mode);

long __wrap_syscall(long number, long a, long b, long c, long d)
{
	if (!not_at_hand)
		return __real_syscall(number, a, b, c, d);
	errno = EAGAIN;
	return -1;
}

static void be_stuck(void)
{
	char byte;

	close(leash[1]);
	_exit(read(leash[0], &byte, 1) != 0);
}

int __wrap_open(const char *name, int flags, mode_t mode)
{
	if (dead)
		be_stuck();
	return __real_open(name, flags, mode);
}

int __wrap_access(const char *name, int mode)
{
	if (dead)
		be_stuck();
	return __real_access(name, mode);
}

/* ---- files ---- */

static void setup(void)
{
	not_at_hand = dead = false;
	ck_assert_int_eq(pipe(leash), 0);
	snprintf(dir, sizeof(dir), "/tmp/mailflow-file-XXXXXX");
	ck_assert_ptr_nonnull(mkdtemp(dir));
	snprintf(path, sizeof(path), "%s/f", dir);
	err = (struct err){0};
	writer = 0;
}

static void teardown(void)
{
	dead = false;
	close(leash[0]);
	close(leash[1]);
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

static struct limit limit_of(int64_t us)
{
	return (struct limit){.until_us = clock_us() + us, .us = us};
}

static int read_all(size_t max, int64_t limit_us)
{
	const struct limit limit = limit_of(limit_us);

	return file_read_all(&text, max, 0, "kind ", path, &limit, &err);
}

START_TEST(test_file_read_all__reads_files_of_all_sizes)
{
	static const size_t sizes[] = {0, 1, 4094, 4095, 4096, 4097, 65536, 300000};
	char *bytes = malloc(300000);

	not_at_hand = ways[_i];
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

	not_at_hand = ways[_i];
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

static const struct {
	const char *bytes;
	size_t len;
	const char *error; /* behind the path; NULL: none */
} lines[] = {
	{"", 0, NULL},
	{"12345\n12345\n\n12345", 18, NULL},
	{"12345\n123456\n", 13, " line 2: longer than 5 bytes"},
	{"123456", 6, " line 1: longer than 5 bytes"},
	{"\n\n123456", 8, " line 3: longer than 5 bytes"},
	{"1\n2\0\n", 5, " line 2: NUL byte"},
	{"1\n123456\n\0", 10, " line 2: longer than 5 bytes"},
	{"a\0b\0", 4, " is UTF-16: convert it to UTF-8 (iconv -f UTF-16 -t UTF-8)"},
};

START_TEST(test_file_read_all__bounds_lines)
{
	char says[160];

	write_file(lines[_i].bytes, lines[_i].len);
	int rc = file_read_all(&text, 100, 5, "kind ", path, NULL, &err);
	ck_assert_int_eq(rc, lines[_i].error ? -1 : 0);
	snprintf(says, sizeof(says), "kind %s%s", path, lines[_i].error ? lines[_i].error : "");
	ck_assert_str_eq(err.text, lines[_i].error ? says : "");
	buf_free(&text);
}
END_TEST

START_TEST(test_file_read_all__ends_at_a_line_that_is_too_long)
{
	ck_assert_int_eq(file_read_all(&text, SIZE_MAX / 2, 100, "", "/dev/zero", NULL, &err), -1);
	ck_assert_str_eq(err.text, "/dev/zero line 1: NUL byte");
	ck_assert_uint_lt(text.size, 20000);
	buf_free(&text);
}
END_TEST

START_TEST(test_file_read_all__reads_although_the_deadline_has_passed)
{
	not_at_hand = ways[_i];
	write_file("here", 4);
	ck_assert_int_eq(read_all(100, -1), 0);
	ck_assert_str_eq(buf_str(&text), "here");
}
END_TEST

START_TEST(test_file_read_all__waits_for_the_writer_of_a_fifo)
{
	const char *const parts[] = {"one ", "two ", "three", NULL};

	not_at_hand = ways[_i];
	make_fifo(parts, false);
	ck_assert_int_eq(read_all(100, LATER_US), 0);
	ck_assert_str_eq(buf_str(&text), "one two three");
}
END_TEST

START_TEST(test_file_read_all__reads_nothing_from_a_writer_of_nothing)
{
	const char *const parts[] = {NULL};

	not_at_hand = ways[_i];
	make_fifo(parts, false);
	ck_assert_int_eq(read_all(100, LATER_US), 0);
	ck_assert_uint_eq(text.len, 0);
}
END_TEST

static void check_timed_out(const char *what)
{
	char says[120];

	ck_assert_int_eq(err.kind, ERR_USAGE);
	snprintf(says, sizeof(says), "kind %s: %s s", path, what);
	ck_assert_str_eq(err.text, says);
}

START_TEST(test_file_read_all__does_not_wait_for_ever_for_a_fifo)
{
	int64_t begun = clock_us();

	not_at_hand = ways[_i];
	ck_assert_int_eq(mkfifo(path, 0600), 0);
	ck_assert_int_eq(read_all(100, SOON_US), -1);
	check_timed_out("nothing came within 0.1");
	ck_assert_int_ge(clock_us() - begun, SOON_US);
}
END_TEST

START_TEST(test_file_read_all__does_not_wait_for_ever_for_the_end_of_a_fifo)
{
	const char *const parts[] = {"one", NULL};

	not_at_hand = ways[_i];
	make_fifo(parts, true);
	ck_assert_int_eq(read_all(100, 20 * SOON_US), -1);
	check_timed_out("it did not end within 2");
}
END_TEST

START_TEST(test_file_read_all__does_not_wait_for_ever_for_standard_input)
{
	int ends[2];

	ck_assert_int_eq(pipe(ends), 0);
	ck_assert_int_eq(dup2(ends[0], STDIN_FILENO), STDIN_FILENO);
	snprintf(path, sizeof(path), "-");
	ck_assert_int_eq(read_all(100, SOON_US), -1);
	check_timed_out("nothing came within 0.1");
	buf_free(&text);
	err = (struct err){0};
	ck_assert_int_eq(write(ends[1], "typed", 5), 5);
	close(ends[1]);
	ck_assert_int_eq(read_all(100, LATER_US), 0);
	ck_assert_str_eq(buf_str(&text), "typed");
	ck_assert_int_eq(fcntl(STDIN_FILENO, F_GETFL) & O_NONBLOCK, 0); /* it is others', too */
	close(ends[0]);
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

	not_at_hand = ways[_i];
	ck_assert_int_eq(read_all(100, LATER_US), -1);
	snprintf(says, sizeof(says), "cannot open kind %s: No such file or directory", path);
	ck_assert_str_eq(err.text, says);
	buf_free(&text);
	err = (struct err){0};
	ck_assert_int_eq(file_read_all(&text, 100, 0, "", dir, NULL, &err), -1);
	snprintf(says, sizeof(says), "cannot read %s: Is a directory", dir);
	ck_assert_str_eq(err.text, says);
	ck_assert_int_eq(err.kind, ERR_USAGE);
}
END_TEST

/* ---- dead mounts ---- */

static void check_dead(void)
{
	char says[160];

	ck_assert_int_eq(err.kind, ERR_LOCAL);
	snprintf(says, sizeof(says), "%s: the file system does not answer within 0.3 s (--timeout)",
		 path);
	ck_assert_msg(strstr(err.text, says) != NULL, "%s", err.text);
	/* and nobody is left who waits for it */
	while (waitpid(-1, NULL, 0) > 0)
		;
	ck_assert_int_eq(errno, ECHILD);
}

START_TEST(test_file_read_all__does_not_wait_for_ever_for_a_dead_mount)
{
	int64_t begun = clock_us();

	not_at_hand = dead = true;
	ck_assert_int_eq(read_all(100, 3 * SOON_US), -1);
	check_dead();
	ck_assert_int_ge(clock_us() - begun, 3 * SOON_US);
	ck_assert_int_lt(clock_us() - begun, LATER_US);
}
END_TEST

START_TEST(test_file_exists__does_not_wait_for_ever_for_a_dead_mount)
{
	const struct limit limit = limit_of(3 * SOON_US);

	not_at_hand = dead = true;
	ck_assert_int_eq(file_exists(path, &limit, &err), -1);
	check_dead();
}
END_TEST

START_TEST(test_file_exists__tells_whether_it_is_there)
{
	not_at_hand = ways[_i];
	ck_assert_int_eq(file_exists(path, NULL, &err), 0);
	write_file("", 0);
	ck_assert_int_eq(file_exists(path, NULL, &err), 1);
	ck_assert_int_eq(file_exists(dir, NULL, &err), 1);
	ck_assert_int_eq(err.kind, ERR_NONE);
}
END_TEST

/* What others wait for is the end of these pipes, which all processes of a plugin must have let go
 * of. */
static void await_end(int fd)
{
	struct pollfd pfd = {.fd = fd, .events = POLLIN};
	char byte;

	ck_assert_int_eq(poll(&pfd, 1, LATER_US / 1000), 1);
	ck_assert_int_eq(read(fd, &byte, 1), 0);
}

START_TEST(test_file_open__reader_that_is_stuck_keeps_no_output_open)
{
	int ends[2];

	ck_assert_int_eq(pipe(ends), 0);
	pid_t plugin = fork();
	if (plugin == 0) {
		struct file f;
		dup2(ends[1], STDOUT_FILENO);
		dup2(ends[1], STDERR_FILENO);
		close(ends[1]);
		not_at_hand = dead = true;
		file_open(&f, "", path, NULL, &err);
		usleep(2 * SOON_US);
		_exit(0); /* as if it could not be killed */
	}
	close(ends[1]);
	ck_assert_int_eq(waitpid(plugin, NULL, 0), plugin);
	await_end(ends[0]);
	close(ends[0]);
}
END_TEST

START_TEST(test_file_open__reader_of_a_fifo_ends_with_its_plugin)
{
	int ends[2];

	ck_assert_int_eq(pipe(ends), 0);
	ck_assert_int_eq(mkfifo(path, 0600), 0);
	pid_t plugin = fork();
	if (plugin == 0) {
		struct file f;
		not_at_hand = true;
		file_open(&f, "", path, NULL, &err);
		usleep(2 * SOON_US);
		raise(SIGKILL);
	}
	close(ends[1]);
	ck_assert_int_eq(waitpid(plugin, NULL, 0), plugin);
	await_end(ends[0]);
	close(ends[0]);
}
END_TEST

START_TEST(test_file_read__a_signal_ends_the_waiting)
{
	char says[120];

	not_at_hand = ways[_i];
	signal(SIGTERM, SIG_DFL); /* libcheck has a handler of its own */
	interrupt_hold();
	ck_assert_int_eq(mkfifo(path, 0600), 0);
	raise(SIGTERM);
	ck_assert_int_eq(read_all(100, LATER_US), -1);
	ck_assert_int_eq(err.kind, ERR_ENDED);
	snprintf(says, sizeof(says), "ended by SIGTERM while waiting for kind %s after ", path);
	ck_assert_msg(strstr(err.text, says) != NULL, "%s", err.text);
}
END_TEST

/* The working directory is part of a relative path, and may lie elsewhere. */
START_TEST(test_file_read_all__reads_relative_paths)
{
	not_at_hand = ways[_i];
	write_file("here", 4);
	ck_assert_int_eq(chdir(dir), 0);
	ck_assert_int_eq(file_read_all(&text, 100, 0, "", "f", NULL, &err), 0);
	ck_assert_str_eq(buf_str(&text), "here");
	buf_free(&text);
	ck_assert_int_eq(chdir("/"), 0);
	ck_assert_int_eq(file_read_all(&text, 100, 0, "", path + 1, NULL, &err), 0);
	ck_assert_str_eq(buf_str(&text), "here");
}
END_TEST

/* Also where the file system had to be asked. */
START_TEST(test_file_stat__says_the_mode)
{
	const struct limit limit = limit_of(20 * US_PER_S);
	struct stat st;
	struct file f;

	not_at_hand = ways[_i];
	write_file("text", 4);
	ck_assert_int_eq(chmod(path, 0604), 0);
	ck_assert_int_eq(file_open(&f, "", path, &limit, &err), 0);
	ck_assert(file_stat(&f, &st, &err));
	ck_assert_uint_eq(st.st_mode, S_IFREG | 0604);
	file_close(&f);
}
END_TEST

START_TEST(test_file_stat__says_why_there_is_nothing_to_see)
{
	const struct limit limit = limit_of(20 * US_PER_S);
	struct stat st;
	struct file f;
	char byte;

	not_at_hand = true;
	ck_assert_int_eq(file_open(&f, "", path, &limit, &err), 0);
	ck_assert(!file_stat(&f, &st, &err));
	ck_assert_int_lt(file_read(&f, &byte, 1, &err), 0);
	ck_assert_int_eq(err.kind, ERR_USAGE);
	file_close(&f);
}
END_TEST

UNIT_MAIN_FIXTURE("file", setup, teardown, ROWS(test_file_read_all__reads_files_of_all_sizes, ways),
		  ROWS(test_file_read_all__bounds_the_size, ways),
		  ROWS(test_file_read_all__bounds_lines, lines),
		  ONCE(test_file_read_all__ends_at_a_line_that_is_too_long),
		  ROWS(test_file_read_all__reads_although_the_deadline_has_passed, ways),
		  ROWS(test_file_read_all__waits_for_the_writer_of_a_fifo, ways),
		  ROWS(test_file_read_all__reads_nothing_from_a_writer_of_nothing, ways),
		  ROWS(test_file_read_all__does_not_wait_for_ever_for_a_fifo, ways),
		  ROWS(test_file_read_all__does_not_wait_for_ever_for_the_end_of_a_fifo, ways),
		  ONCE(test_file_read_all__does_not_wait_for_ever_for_standard_input),
		  ROWS(test_file_read_all__says_that_it_is_utf16, utf16),
		  ROWS(test_file_read_all__names_what_cannot_be_read, ways),
		  ROWS(test_file_read_all__reads_relative_paths, ways),
		  ROWS(test_file_stat__says_the_mode, ways),
		  ONCE(test_file_stat__says_why_there_is_nothing_to_see),
		  ONCE(test_file_read_all__does_not_wait_for_ever_for_a_dead_mount),
		  ONCE(test_file_exists__does_not_wait_for_ever_for_a_dead_mount),
		  ROWS(test_file_exists__tells_whether_it_is_there, ways),
		  ONCE(test_file_open__reader_that_is_stuck_keeps_no_output_open),
		  ONCE(test_file_open__reader_of_a_fifo_ends_with_its_plugin),
		  ROWS(test_file_read__a_signal_ends_the_waiting, ways))
