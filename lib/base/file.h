/* file.h - local files, read within a limit: one that nobody writes to (a FIFO, the pipe of a
 * process substitution) must not keep the answer back, nor a mount that is dead
 *
 * To be used in the main thread, before others are started: what is not at hand is read by a child
 * (file_reader.h). */
#ifndef MAILFLOW_FILE_H
#define MAILFLOW_FILE_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/file_reader.h"

/* Filled by file_open; kind, path and limit are borrowed. */
struct file {
	const char *kind, *path;
	const struct limit *limit;
	int64_t until_us; /* when it ends */
	int fd;
	bool at_hand;              /* a regular file: reading never waits, nor does pread(2) */
	struct file_reader reader; /* zeroed where there is none */
	size_t len;                /* bytes read so far */
};

/* Open for reading; "-" is standard input. kind stands before the path in errors ("password file "
 * with its blank, or ""). What is there is read even when the limit has passed; NULL: there is
 * none. Returns 0, or -1 with ERR_USAGE and nothing to be closed. That it cannot be opened may also
 * be the error of the first file_read. */
int file_open(struct file *f, const char *kind, const char *path, const struct limit *limit,
	      struct err *err);

/* Read some bytes, as soon as there are any. Returns how many, 0 at the end of the file, or -1:
 * ERR_USAGE, also when nobody has written anything before the limit; ERR_LOCAL when the file system
 * has not answered; ERR_ENDED when a signal has come. */
ssize_t file_read(struct file *f, void *bytes, size_t size, struct err *err);

/* What there is to know of an open file, as soon as the file system has answered. False where that
 * cannot be seen, as of standard input, of a FIFO that is at hand, or (err is set) of what turns
 * out not to be read. */
bool file_stat(const struct file *f, struct stat *st_r, struct err *err);

/* Refuse what has turned out to be larger than max bytes. Returns 0, or -1 with ERR_USAGE. */
int file_refuse_larger(const struct file *f, size_t max, struct err *err);

/* Standard input stays open. */
void file_close(struct file *f);

/* Whether there is a file: 1, 0, or -1 with ERR_LOCAL or ERR_ENDED as above. */
int file_exists(const char *path, const struct limit *limit, struct err *err);

/* Whether it is there, and can be reached without asking a file system that may not answer. */
bool file_is_at_hand(const char *path);

/* Refuse what begins as UTF-16 does: with its byte order mark, or with an ASCII character and a NUL
 * byte. PowerShell's > and old editors of Windows write it. Returns 0, or -1 with ERR_USAGE, which
 * says what to do. */
int file_refuse_utf16(const char *kind, const char *path, const char *bytes, size_t len,
		      struct err *err);

/* The whole file, text in UTF-8 or another extension of ASCII, of at most max bytes, to *text_r,
 * whose earlier contents are forgotten. It ends at the first line of more than line_max bytes, or
 * with a NUL byte (0: any line will do), which is ERR_USAGE: nobody reads on in /dev/zero. It may
 * hold passwords: growing leaves no copy behind. Returns 0, or -1 as file_read; *text_r is the
 * caller's to free or wipe in both cases. */
int file_read_all(struct buf *text_r, size_t max, size_t line_max, const char *kind,
		  const char *path, const struct limit *limit, struct err *err);

#endif
