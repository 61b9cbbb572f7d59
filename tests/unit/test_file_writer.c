/* test_file_writer.c - a file is replaced as a whole, or stays as it was and nothing is left beside
 * it */
#include "base/file_writer.h"

#include <dirent.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/clock.h"
#include "in_child.h"
#include "unit.h"

static char directory[64], path[96];
static struct err err;

static void setup(void)
{
	err = (struct err){0};
	snprintf(directory, sizeof(directory), "/tmp/file-writer-XXXXXX");
	ck_assert_ptr_nonnull(mkdtemp(directory));
	snprintf(path, sizeof(path), "%s/report.prom", directory);
}

static size_t files(void)
{
	DIR *d = opendir(directory);
	struct dirent *e;
	size_t count = 0;

	while ((e = readdir(d)) != NULL)
		count += strcmp(e->d_name, ".") != 0 && strcmp(e->d_name, "..") != 0;
	closedir(d);
	return count;
}

static void teardown(void)
{
	unlink(path);
	ck_assert_uint_eq(files(), 0);
	rmdir(directory);
}

static int replace(const char *text)
{
	return file_replace(path, text, strlen(text), clock_us() + 10 * US_PER_S, &err);
}

static void put(const char *text)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_EXCL, 0600);

	ck_assert_int_eq(write(fd, text, strlen(text)), (ssize_t)strlen(text));
	close(fd);
}

static void assert_holds(const char *text)
{
	char got[64] = "";
	int fd = open(path, O_RDONLY);

	ck_assert_int_ge(read(fd, got, sizeof(got) - 1), 0);
	close(fd);
	ck_assert_str_eq(got, text);
}

static void assert_refused(const char *words)
{
	ck_assert_int_eq(replace("new"), -1);
	ck_assert_int_eq(err.kind, ERR_LOCAL);
	ck_assert_msg(strstr(err.text, words) && strstr(err.text, path), "%s", err.text);
}

START_TEST(test_file_replace__makes_a_new_file)
{
	ck_assert_int_eq(replace("new"), 0);
	assert_holds("new");
	ck_assert_uint_eq(files(), 1);
}
END_TEST

START_TEST(test_file_replace__keeps_mode_and_leaves_who_reads_the_old_file_with_it)
{
	struct stat st;
	char got[4] = "";

	put("old");
	ck_assert_int_eq(chmod(path, 0640), 0);
	int reader = open(path, O_RDONLY);
	ck_assert_int_eq(replace("new"), 0);
	assert_holds("new");
	ck_assert_int_eq(read(reader, got, 3), 3);
	ck_assert_str_eq(got, "old");
	close(reader);
	ck_assert_int_eq(stat(path, &st), 0);
	ck_assert_int_eq(st.st_mode & 07777, 0640);
	ck_assert_uint_eq(files(), 1);
}
END_TEST

START_TEST(test_file_replace__takes_nothing_at_all)
{
	put("old");
	ck_assert_int_eq(replace(""), 0);
	assert_holds("");
}
END_TEST

/* As a disk that is full after so many bytes. */
static void write_beyond_the_limit(void)
{
	static char much[1 << 20];

	signal(SIGXFSZ, SIG_IGN);
	EXPECT(setrlimit(RLIMIT_FSIZE, &(struct rlimit){65536, 65536}) == 0);
	EXPECT(file_replace(path, much, sizeof(much), clock_us() + 10 * US_PER_S, &err) == -1);
	EXPECT(strstr(err.text, "File too large"));
}

START_TEST(test_file_replace__leaves_the_old_file_where_there_is_no_room)
{
	put("old");
	assert_in_child(write_beyond_the_limit);
	assert_holds("old");
	ck_assert_uint_eq(files(), 1);
}
END_TEST

START_TEST(test_file_replace__needs_the_directory)
{
	snprintf(path, sizeof(path), "%s/no/report", directory);
	assert_refused("No such file or directory");
}
END_TEST

static const struct {
	mode_t mode;
} others[] = {{S_IFIFO | 0600}, {S_IFLNK}, {S_IFDIR}};

START_TEST(test_file_replace__refuses_what_is_no_regular_file)
{
	struct stat st;
	mode_t mode = others[_i].mode;

	if (mode == S_IFLNK)
		ck_assert_int_eq(symlink("/etc/hostname", path), 0);
	else if (mode == S_IFDIR)
		ck_assert_int_eq(mkdir(path, 0700), 0);
	else
		ck_assert_int_eq(mkfifo(path, 0600), 0);
	assert_refused("no regular file");
	ck_assert_int_eq(lstat(path, &st), 0);
	ck_assert_int_eq(st.st_mode & S_IFMT, mode & S_IFMT);
	if (mode == S_IFDIR)
		rmdir(path);
}
END_TEST

START_TEST(test_file_replace__takes_a_name_without_a_directory)
{
	char before[256];

	ck_assert_ptr_nonnull(getcwd(before, sizeof(before)));
	ck_assert_int_eq(chdir(directory), 0);
	int rc = file_replace("report.prom", "new", 3, clock_us() + 10 * US_PER_S, &err);
	ck_assert_int_eq(chdir(before), 0);
	ck_assert_int_eq(rc, 0);
	assert_holds("new");
}
END_TEST

static const struct {
	mode_t before, after;
} modes[] = {{0600, 0600}, {0644, 0600}, {0640, 0640}, {0660, 0640}, {0400, 0400}, {0606, 0600}};

START_TEST(test_file_replace_secret__is_for_nobody_who_has_not_had_it)
{
	struct stat st;

	put("old");
	ck_assert_int_eq(chmod(path, modes[_i].before), 0);
	ck_assert_int_eq(file_replace_secret(path, "new", 3, clock_us() + 10 * US_PER_S, &err), 0);
	assert_holds("new");
	ck_assert_int_eq(stat(path, &st), 0);
	ck_assert_int_eq(st.st_mode & 07777, modes[_i].after);
	ck_assert_uint_eq(files(), 1);
}
END_TEST

START_TEST(test_file_replace_secret__makes_a_private_file)
{
	struct stat st;
	mode_t mask = umask(0);

	ck_assert_int_eq(file_replace_secret(path, "new", 3, clock_us() + 10 * US_PER_S, &err), 0);
	umask(mask);
	ck_assert_int_eq(stat(path, &st), 0);
	ck_assert_int_eq(st.st_mode & 07777, 0600);
}
END_TEST

START_TEST(test_file_try_secret__changes_nothing)
{
	int64_t until_us = clock_us() + 10 * US_PER_S;

	ck_assert_int_eq(file_try_secret(path, "new", 3, until_us, &err), 0);
	ck_assert_uint_eq(files(), 0);
	put("old");
	ck_assert_int_eq(file_try_secret(path, "new", 3, until_us, &err), 0);
	assert_holds("old");
	ck_assert_uint_eq(files(), 1);
	unlink(path);
	ck_assert_int_eq(mkdir(path, 0700), 0);
	ck_assert_int_eq(file_try_secret(path, "new", 3, until_us, &err), -1);
	ck_assert_msg(strstr(err.text, "no regular file") != NULL, "%s", err.text);
	rmdir(path);
}
END_TEST

START_TEST(test_file_remove)
{
	int64_t until_us = clock_us() + 10 * US_PER_S;

	ck_assert_int_eq(file_remove(path, until_us, &err), 0);
	put("old");
	ck_assert_int_eq(file_remove(path, until_us, &err), 0);
	ck_assert_uint_eq(files(), 0);
	ck_assert_int_eq(mkdir(path, 0700), 0);
	ck_assert_int_eq(file_remove(path, until_us, &err), -1);
	ck_assert_msg(strstr(err.text, "cannot remove") != NULL, "%s", err.text);
	rmdir(path);
}
END_TEST

UNIT_MAIN_FIXTURE("file_writer", setup, teardown, ONCE(test_file_replace__makes_a_new_file),
		  ONCE(test_file_replace__keeps_mode_and_leaves_who_reads_the_old_file_with_it),
		  ONCE(test_file_replace__takes_nothing_at_all),
		  ONCE(test_file_replace__leaves_the_old_file_where_there_is_no_room),
		  ONCE(test_file_replace__needs_the_directory),
		  ROWS(test_file_replace__refuses_what_is_no_regular_file, others),
		  ONCE(test_file_replace__takes_a_name_without_a_directory),
		  ROWS(test_file_replace_secret__is_for_nobody_who_has_not_had_it, modes),
		  ONCE(test_file_replace_secret__makes_a_private_file),
		  ONCE(test_file_try_secret__changes_nothing), ONCE(test_file_remove))
