/* file.c - local files read within a limit: poll(2) before each read(2) that may wait, and a child
 * that reads what may be on a dead mount */
#include "config.h"

#include "base/file.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#if HAVE_DECL_RESOLVE_CACHED
#include <linux/openat2.h>
#include <sys/syscall.h>
#endif

#include "base/interrupt.h"
#include "base/text.h"

enum {
	ROOM_MIN = 4096,
	READER_MS = 200, /* a child may need that, also after the limit */
};

/* ---- opening ---- */

/* Open what can be reached without asking anybody: the whole path is in the kernel's cache, and on
 * the root directory's mount, without which this program would not be here. That costs no more than
 * open(2), where a child takes 0.3 ms. Returns -1 with errno; it is not at hand then, unless that
 * is ENOENT. */
#if HAVE_DECL_RESOLVE_CACHED
static int open_at_hand(const char *path, int flags)
{
	struct open_how how = {.flags = (unsigned int)flags,
			       .resolve = RESOLVE_CACHED | RESOLVE_NO_XDEV};
	char whole[PATH_MAX] = "";

	/* the working directory may be on another mount */
	if (*path != '/' && !getcwd(whole, sizeof(whole)))
		return -1;
	size_t len = strlen(whole);
	if ((size_t)snprintf(whole + len, sizeof(whole) - len, "/%s", path) >=
	    sizeof(whole) - len) {
		errno = ENAMETOOLONG;
		return -1;
	}
	return (int)syscall(SYS_openat2, AT_FDCWD, whole, &how, sizeof(how));
}
#else
static int open_at_hand(const char *path, int flags)
{
	(void)path;
	(void)flags;
	errno = ENOSYS;
	return -1;
}
#endif

/* Who may not read it, and who may: by ids, for names would be asked of NSS, which may wait for a
 * server. Where that cannot be seen, it is a folder that keeps this user out. */
static void advise_access(const struct file *f, struct err *err)
{
	const struct stat *st = file_reader_stat(&f->reader);
	unsigned int user = (unsigned int)geteuid();

	if (st)
		err_hint(err,
			 "this runs as user id %u, the file is of user id %u and group id %u with "
			 "mode %04o: see chown, chmod",
			 user, (unsigned int)st->st_uid, (unsigned int)st->st_gid,
			 (unsigned int)st->st_mode & 07777);
	else
		err_hint(err, "this runs as user id %u: see namei -l, chown, chmod", user);
}

static int set_errno(const struct file *f, const char *verb, int error, struct err *err)
{
	err_set(err, ERR_USAGE, "cannot %s %s%s: %s", verb, f->kind, f->path, text_errno(error));
	if (error == EACCES)
		advise_access(f, err);
	return err_fault(err, "file-unreadable");
}

static struct file file_of(const char *kind, const char *path, const struct limit *limit)
{
	return (struct file){.kind = kind,
			     .path = path,
			     .limit = limit,
			     .until_us = limit ? limit->until_us : INT64_MAX,
			     .fd = STDIN_FILENO};
}

/* Returns 0 or errno. */
static int start_reader(struct file *f, enum file_reader_task task)
{
	int64_t least_us = clock_us() + READER_MS * US_PER_MS;
	int error = file_reader_start(&f->reader, task, f->path);

	if (error)
		file_reader_end(&f->reader);
	f->fd = f->reader.fd;
	if (f->until_us < least_us)
		f->until_us = least_us;
	return error;
}

int file_open(struct file *f, const char *kind, const char *path, const struct limit *limit,
	      struct err *err)
{
	struct stat st;

	*f = file_of(kind, path, limit);
	if (!strcmp(path, "-"))
		return 0;
	/* without O_NONBLOCK a FIFO is not even open until somebody opens it for writing */
	f->fd = open_at_hand(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
	if (f->fd >= 0) {
		f->at_hand = f->fd != STDIN_FILENO && fstat(f->fd, &st) == 0 && S_ISREG(st.st_mode);
		return 0;
	}
	int error = errno == ENOENT ? ENOENT : start_reader(f, FILE_READER_COPY);
	return error ? set_errno(f, "open", error, err) : 0;
}

void file_close(struct file *f)
{
	if (f->reader.pid)
		file_reader_end(&f->reader);
	else if (f->fd != STDIN_FILENO)
		close(f->fd);
}

/* ---- reading ---- */

static int set_timed_out(const struct file *f, struct err *err)
{
	double seconds = limit_s(f->limit);

	if (f->reader.pid && !file_reader_awaits_writer(&f->reader))
		err_set(err, ERR_LOCAL,
			"%s%s: the file system does not answer within %.*g s (--timeout)", f->kind,
			f->path, SECONDS_DIGITS(seconds), seconds);
	else
		err_set(err, ERR_USAGE, "%s%s: %s within %.*g s", f->kind, f->path,
			f->len ? "it did not end" : "nothing came", SECONDS_DIGITS(seconds),
			seconds);
	return err_fault(err, "file-silent");
}

static int set_ended(const struct file *f, struct err *err)
{
	char where[PATH_MAX];

	snprintf(where, sizeof(where), "while waiting for %s%s", f->kind, f->path);
	return interrupt_set_err(err, where, f->limit ? limit_begun_us(f->limit) : clock_us());
}

/* Wait until something can be read, also the end. */
static int await(const struct file *f, struct err *err)
{
	for (;;) {
		int ready = interrupt_poll(f->fd, POLLIN, f->until_us);
		if (ready > 0)
			return 0;
		if (ready == 0)
			return set_timed_out(f, err);
		if (interrupt_name())
			return set_ended(f, err);
		if (errno != EINTR && errno != EAGAIN)
			return set_errno(f, "read", errno, err);
	}
}

/* The end of what the reader says is the end of the file only if it has no error to tell. */
static ssize_t end_of_reader(const struct file *f, struct err *err)
{
	int error = file_reader_error(&f->reader);

	if (!error)
		return 0;
	return set_errno(f, file_reader_has_opened(&f->reader) ? "read" : "open", error, err);
}

/* Standard input may be set not to block by others, or be shared with a reader that is faster:
 * EAGAIN. */
ssize_t file_read(struct file *f, void *bytes, size_t size, struct err *err)
{
	for (;;) {
		if (!f->at_hand && await(f, err))
			return -1;
		ssize_t n = read(f->fd, bytes, size);
		if (n == 0 && f->reader.pid)
			return end_of_reader(f, err);
		if (n >= 0) {
			f->len += (size_t)n;
			return n;
		}
		if (errno != EINTR && errno != EAGAIN)
			return set_errno(f, "read", errno, err);
	}
}

bool file_stat(const struct file *f, struct stat *st_r, struct err *err)
{
	if (!f->reader.pid)
		return f->at_hand && fstat(f->fd, st_r) == 0;
	const struct stat *seen = file_reader_stat(&f->reader);
	if (!seen && await(f, err) == 0)
		seen = file_reader_stat(&f->reader);
	if (!seen)
		return false;
	*st_r = *seen;
	return true;
}

bool file_is_at_hand(const char *path)
{
	int fd = open_at_hand(path, O_PATH | O_CLOEXEC);

	if (fd >= 0)
		close(fd);
	return fd >= 0;
}

int file_exists(const char *path, const struct limit *limit, struct err *err)
{
	struct file f = file_of("", path, limit);

	if (file_is_at_hand(path))
		return 1;
	if (errno == ENOENT || start_reader(&f, FILE_READER_LOOK))
		return 0;
	int rc = await(&f, err) ? -1 : !file_reader_error(&f.reader);
	file_reader_end(&f.reader);
	return rc;
}

int file_refuse_larger(const struct file *f, size_t max, struct err *err)
{
	if (f->len <= max)
		return 0;
	err_set(err, ERR_USAGE, "%s%s is larger than %zu bytes", f->kind, f->path, max);
	return err_fault(err, "file-malformed");
}

/* ---- whole files ---- */

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
	err_set(err, ERR_USAGE, "%s%s is UTF-16: convert it to UTF-8 (iconv -f UTF-16 -t UTF-8)",
		kind, path);
	return err_fault(err, "file-malformed");
}

/* The lines of a text that are known to be of use. */
struct lines {
	size_t max;    /* bytes of one; 0: any */
	size_t count;  /* of those that have ended */
	size_t start;  /* of the one that has not */
	size_t looked; /* bytes looked at */
};

static int refuse_line(const struct lines *l, const struct file *f, const char *what,
		       struct err *err)
{
	err_set(err, ERR_USAGE, "%s%s line %zu: %s", f->kind, f->path, l->count + 1, what);
	return err_fault(err, "file-malformed");
}

/* Look at what has come since. Returns 0 or -1 with the error set. */
static int check_lines(struct lines *l, const struct file *f, const struct buf *text,
		       struct err *err)
{
	char too_long[48];

	while (l->max && l->looked < text->len) {
		const char *from = text->data + l->looked;
		const char *lf = memchr(from, '\n', text->len - l->looked);
		size_t len = lf ? (size_t)(lf - from) : text->len - l->looked;
		if (memchr(from, '\0', len) &&
		    file_refuse_utf16(f->kind, f->path, text->data, text->len, err) == 0)
			return refuse_line(l, f, "NUL byte", err);
		if (err->kind != ERR_NONE)
			return -1;
		l->looked += len;
		if (l->looked - l->start > l->max) {
			snprintf(too_long, sizeof(too_long), "longer than %zu bytes", l->max);
			return refuse_line(l, f, too_long, err);
		}
		l->count += lf != NULL;
		l->looked += lf != NULL;
		l->start = lf ? l->looked : l->start;
	}
	return 0;
}

static int read_to_end(struct file *f, struct buf *text, size_t max, struct lines *lines,
		       struct err *err)
{
	size_t room = first_room(f);

	for (;;) {
		make_room(text, room);
		ssize_t n = file_read(f, text->data + text->len, text->size - text->len - 1, err);
		if (n <= 0)
			return (int)n;
		text->len += (size_t)n;
		text->data[text->len] = '\0';
		if (file_refuse_larger(f, max, err) || check_lines(lines, f, text, err))
			return -1;
	}
}

int file_read_all(struct buf *text_r, size_t max, size_t line_max, const char *kind,
		  const char *path, const struct limit *limit, struct err *err)
{
	struct lines lines = {.max = line_max};
	struct file f;

	*text_r = BUF_INIT(max + 1); /* one more, to see that there is more */
	if (file_open(&f, kind, path, limit, err))
		return -1;
	int rc = read_to_end(&f, text_r, max, &lines, err);
	file_close(&f);
	return rc ? -1 : file_refuse_utf16(kind, path, buf_str(text_r), text_r->len, err);
}
