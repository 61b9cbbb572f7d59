/* file_reader.c - a child that opens a file and copies it into a pipe; what became of that stands
 * in memory that it shares */
#include "base/file_reader.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdatomic.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/file_writer.h"

/* What the reader says of itself. */
struct file_reader_says {
	atomic_bool opened, awaits_writer, seen;
	atomic_int error;
	struct stat st; /* once it is seen */
};

/* ---- in the child: only what is safe behind fork(2) ---- */

/* To the end of the file. A FIFO may have none: then it is the end when nobody listens any more. */
static int copy(int from, int to)
{
	char bytes[16384];
	int error = 0;
	ssize_t n = 1;

	while (!error && n) {
		struct pollfd pfd[] = {{.fd = from, .events = POLLIN}, {.fd = to}};
		poll(pfd, 2, -1);
		n = pfd[1].revents ? 0 : read(from, bytes, sizeof(bytes));
		if (n >= 0)
			error = file_write_all(to, bytes, (size_t)n);
		else if (errno != EAGAIN && errno != EINTR)
			error = errno;
	}
	explicit_bzero(bytes, sizeof(bytes));
	return error;
}

static int read_file(const char *path, int to, struct file_reader_says *says)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);

	if (fd < 0) {
		int error = errno;
		says->seen = stat(path, &says->st) == 0;
		return error;
	}
	says->seen = fstat(fd, &says->st) == 0;
	says->awaits_writer =
		says->seen && !S_ISREG(says->st.st_mode) && !S_ISDIR(says->st.st_mode);
	says->opened = true;
	return copy(fd, to);
}

static void run(enum file_reader_task task, const char *path, int to, struct file_reader_says *says)
{
	/* whoever reads these must not wait for this process */
	close(STDOUT_FILENO);
	close(STDERR_FILENO);
	if (task == FILE_READER_COPY)
		says->error = read_file(path, to, says);
	else
		says->error = access(path, F_OK) ? errno : 0;
}

/* ---- in the parent ---- */

static struct file_reader_says *new_says(void)
{
	struct file_reader_says *says = mmap(NULL, sizeof(*says), PROT_READ | PROT_WRITE,
					     MAP_SHARED | MAP_ANONYMOUS, -1, 0);

	if (says == MAP_FAILED)
		return NULL;
	says->error = EIO; /* until it has said that it was none: it may be killed */
	return says;
}

int file_reader_start(struct file_reader *r, enum file_reader_task task, const char *path)
{
	int ends[2];

	*r = (struct file_reader){.says = new_says()};
	if (!r->says || pipe2(ends, O_CLOEXEC))
		return errno;
	r->fd = ends[0];
	r->pid = fork();
	if (r->pid == 0) {
		close(ends[0]);
		run(task, path, ends[1], r->says);
		_exit(0);
	}
	int error = errno;
	close(ends[1]);
	return r->pid < 0 ? error : 0;
}

bool file_reader_has_opened(const struct file_reader *r)
{
	return r->says->opened;
}

bool file_reader_awaits_writer(const struct file_reader *r)
{
	return r->says->awaits_writer;
}

int file_reader_error(const struct file_reader *r)
{
	return r->says->error;
}

const struct stat *file_reader_stat(const struct file_reader *r)
{
	return r->says && r->says->seen ? &r->says->st : NULL;
}

void file_reader_end(struct file_reader *r)
{
	if (r->pid > 0) {
		kill(r->pid, SIGKILL);
		waitpid(r->pid, NULL, WNOHANG); /* it may be stuck in closing the file */
	}
	if (r->fd > 0)
		close(r->fd);
	if (r->says)
		munmap(r->says, sizeof(*r->says));
	*r = (struct file_reader){0};
}
