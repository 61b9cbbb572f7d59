/* file.h - local files, read within a deadline: one that nobody writes to (a FIFO, the pipe of a
 * process substitution) must not keep the answer back */
#ifndef MAILFLOW_FILE_H
#define MAILFLOW_FILE_H

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/buf.h"
#include "base/err.h"

/* Filled by file_open; kind and path are borrowed. */
struct file {
	const char *kind, *path;
	int fd;
	int64_t opened_us, deadline_us; /* absolute */
	size_t len;                     /* bytes read so far */
};

/* Open for reading; "-" is standard input. kind stands before the path in errors ("password file "
 * with its blank, or ""). What is there is read even when the deadline has passed. Returns 0, or -1
 * with ERR_USAGE and nothing to be closed. */
int file_open(struct file *f, const char *kind, const char *path, int64_t deadline_us,
	      struct err *err);

/* Read some bytes, as soon as there are any. Returns how many, 0 at the end of the file, or -1 with
 * ERR_USAGE, also when the deadline has passed. */
ssize_t file_read(struct file *f, void *bytes, size_t size, struct err *err);

/* Standard input stays open. */
void file_close(struct file *f);

/* Refuse what begins as UTF-16 does: with its byte order mark, or with an ASCII character and a NUL
 * byte. PowerShell's > and old editors of Windows write it. Returns 0, or -1 with ERR_USAGE, which
 * says what to do. */
int file_refuse_utf16(const char *kind, const char *path, const char *bytes, size_t len,
		      struct err *err);

/* The whole file, text in UTF-8 or another extension of ASCII, of at most max bytes, to *text_r,
 * whose earlier contents are forgotten. It may hold passwords: growing leaves no copy behind.
 * Returns 0, or -1 with ERR_USAGE; *text_r is the caller's to free or wipe in both cases. */
int file_read_all(struct buf *text_r, size_t max, const char *kind, const char *path,
		  int64_t deadline_us, struct err *err);

#endif
