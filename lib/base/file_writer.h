/* file_writer.h - a file replaced as a whole, or not at all
 *
 * A process of its own writes the new file beside the old one and renames it, for what waits for a
 * dead mount cannot always be ended (file_reader.h). It does only what is safe while other threads
 * are there. */
#ifndef MAILFLOW_FILE_WRITER_H
#define MAILFLOW_FILE_WRITER_H

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

/* Let path hold these bytes, and nobody ever see a part of them. What is there must be a regular
 * file, whose owner and mode stay; a symbolic link, a device or a FIFO is refused. Waits until the
 * absolute until_us at most, or until a signal that comes meanwhile. Returns 0, or -1 with
 * ERR_LOCAL "cannot write PATH: ..." and the old file as it was. */
int file_replace(const char *path, const char *bytes, size_t len, int64_t until_us,
		 struct err *err);

/* The same of a secret, which nobody else may read: a new file has mode 0600, and so has one that
 * everybody could read; what the file's group could read it goes on to. */
int file_replace_secret(const char *path, const char *bytes, size_t len, int64_t until_us,
			struct err *err);

/* Whether file_replace_secret could do that; all stays as it was. */
int file_try_secret(const char *path, const char *bytes, size_t len, int64_t until_us,
		    struct err *err);

/* Remove a regular file, if there is one. Returns as file_replace. */
int file_remove(const char *path, int64_t until_us, struct err *err);

/* Write all of it, for a process that may wait as long as it likes. Returns 0 or errno. */
int file_write_all(int fd, const char *bytes, size_t len);

#endif
