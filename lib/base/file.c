/* file.c - local files read within a deadline: poll(2) before each read(2) */
#include "base/file.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdbool.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/text.h"

enum { ROOM_MIN = 4096 };

int file_open(struct file *f, const char *kind, const char *path, int64_t deadline_us,
	      struct err *err)
{
	/* without O_NONBLOCK a FIFO is not even open until somebody opens it for writing */
	int flags = O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK;
	int fd = strcmp(path, "-") ? open(path, flags) : STDIN_FILENO;

	if (fd < 0)
		return err_set(err, ERR_USAGE, "cannot open %s%s: %s", kind, path,
			       text_errno(errno));
	*f = (struct file){.kind = kind,
			   .path = path,
			   .fd = fd,
			   .opened_us = clock_us(),
			   .deadline_us = deadline_us};
	return 0;
}

static int set_timed_out(const struct file *f, struct err *err)
{
	double seconds = (double)(clock_us() - f->opened_us) / (double)US_PER_S;

	return err_set(err, ERR_USAGE, "%s%s: %s within %.*g s", f->kind, f->path,
		       f->len ? "its end did not come" : "nothing came", SECONDS_DIGITS(seconds),
		       seconds);
}

/* Standard input may be set not to block by others, or be shared with a reader that is faster:
 * EAGAIN. */
ssize_t file_read(struct file *f, void *bytes, size_t size, struct err *err)
{
	struct pollfd pfd = {.fd = f->fd, .events = POLLIN};

	for (;;) {
		int ready = poll(&pfd, 1, deadline_left_ms(f->deadline_us));
		if (ready == 0)
			return set_timed_out(f, err);
		ssize_t n = ready > 0 ? read(f->fd, bytes, size) : -1;
		if (n >= 0) {
			f->len += (size_t)n;
			return n;
		}
		if (errno != EINTR && errno != EAGAIN)
			return err_set(err, ERR_USAGE, "cannot read %s%s: %s", f->kind, f->path,
				       text_errno(errno));
	}
}

void file_close(struct file *f)
{
	if (f->fd != STDIN_FILENO)
		close(f->fd);
}

/* What is worth reserving at first: all of a regular file, and the byte that shows that it ends. */
static size_t first_room(const struct file *f)
{
	struct stat st;

	return fstat(f->fd, &st) == 0 && st.st_size > ROOM_MIN ? (size_t)st.st_size + 1 : ROOM_MIN;
}

/* Make room for at least one more byte, and leave no copy of what is there. */
static void make_room(struct buf *text, size_t room)
{
	struct buf wider = BUF_INIT(text->max);

	if (text->size > text->len + 1)
		return;
	if (room < 2 * text->len)
		room = 2 * text->len;
	buf_reserve(&wider, room < text->max ? room : text->max);
	buf_append(&wider, buf_str(text), text->len);
	buf_wipe(text);
	*text = wider;
}

static int read_to_end(struct file *f, struct buf *text, size_t max, struct err *err)
{
	size_t room = first_room(f);

	for (;;) {
		make_room(text, room);
		ssize_t n = file_read(f, text->data + text->len, text->size - text->len - 1, err);
		if (n <= 0)
			return (int)n;
		text->len += (size_t)n;
		text->data[text->len] = '\0';
		if (text->len > max)
			return err_set(err, ERR_USAGE, "%s%s is larger than %zu bytes", f->kind,
				       f->path, max);
	}
}

static bool is_ascii_text(char c)
{
	return c >= '\t' && c <= '~';
}

int file_refuse_utf16(const char *kind, const char *path, const char *bytes, size_t len,
		      struct err *err)
{
	if (len < 2)
		return 0;
	bool marked = !memcmp(bytes, "\xff\xfe", 2) || !memcmp(bytes, "\xfe\xff", 2);
	if (!marked && !(is_ascii_text(bytes[0]) && !bytes[1]) &&
	    !(!bytes[0] && is_ascii_text(bytes[1])))
		return 0;
	return err_set(err, ERR_USAGE,
		       "%s%s is UTF-16: convert it to UTF-8 (iconv -f UTF-16 -t UTF-8)", kind,
		       path);
}

int file_read_all(struct buf *text_r, size_t max, const char *kind, const char *path,
		  int64_t deadline_us, struct err *err)
{
	struct file f;

	*text_r = BUF_INIT(max + 1); /* one more, to see that there is more */
	if (file_open(&f, kind, path, deadline_us, err))
		return -1;
	int rc = read_to_end(&f, text_r, max, err);
	file_close(&f);
	return rc ? -1 : file_refuse_utf16(kind, path, buf_str(text_r), text_r->len, err);
}
