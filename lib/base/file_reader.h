/* file_reader.h - a process that opens and reads a file in this one's place
 *
 * What waits for a dead mount cannot always be ended: where a FUSE server has taken the request and
 * does not answer, not even by SIGKILL. A thread in that state would keep its whole process from
 * ending; a child keeps nobody. It holds neither standard output nor standard error open. */
#ifndef MAILFLOW_FILE_READER_H
#define MAILFLOW_FILE_READER_H

#include <stdbool.h>
#include <sys/stat.h>
#include <sys/types.h>

struct file_reader_says;

/* Zeroed: none was started. */
struct file_reader {
	pid_t pid;
	int fd; /* what it has read; its end comes when the reader is done */
	struct file_reader_says *says;
};

enum file_reader_task {
	FILE_READER_LOOK, /* only whether it is there */
	FILE_READER_COPY,
};

/* Start it, while no other threads are there. Returns 0 or errno. */
int file_reader_start(struct file_reader *r, enum file_reader_task task, const char *path);

/* Whether the file is open. */
bool file_reader_has_opened(const struct file_reader *r);

/* Whether the file system has done its part, and it is a writer who is waited for: a FIFO, a
 * terminal. */
bool file_reader_awaits_writer(const struct file_reader *r);

/* After the end of fd: 0, or the errno that was the reason. */
int file_reader_error(const struct file_reader *r);

/* Once something has been read, or after the end of fd: whose the file is, and with which mode,
 * also where it could not be opened; NULL where that cannot be seen. Also of a zeroed reader. */
const struct stat *file_reader_stat(const struct file_reader *r);

/* End it if that can be done, and forget it in any case. Accepts a zeroed one. */
void file_reader_end(struct file_reader *r);

#endif
