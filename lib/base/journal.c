/* journal.c - a record to the systemd journal by its own protocol */
#include "base/journal.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/interrupt.h"
#include "base/text.h"

/* ---- a record ---- */

/* NAME=VALUE in a line; or what has line ends in it by its length, 64 bits, the lowest first. */
int journal_field(struct buf *record, const char *name, const char *value, size_t len)
{
	unsigned char size[sizeof(uint64_t)];
	size_t start = record->len;
	bool is_line = !memchr(value, '\n', len);

	for (size_t i = 0; i < sizeof(size); i++)
		size[i] = (unsigned char)((uint64_t)len >> 8 * i);
	int rc = buf_printf(record, "%s%c", name, is_line ? '=' : '\n');
	if (rc == 0 && !is_line)
		rc = buf_append(record, size, sizeof(size));
	if (rc == 0)
		rc = buf_append(record, value, len) || buf_append_char(record, '\n');
	if (rc)
		buf_truncate(record, start);
	return rc ? -1 : 0;
}

/* ---- sending ---- */

/* Returns 0 or errno. */
static int send_message(int fd, const struct msghdr *message, int64_t deadline_us)
{
	while (sendmsg(fd, message, MSG_NOSIGNAL | MSG_DONTWAIT) < 0) {
		if (errno != EAGAIN && errno != EINTR)
			return errno;
		int rc = interrupt_poll_last(fd, POLLOUT, deadline_us);
		if (rc == 0)
			return ETIMEDOUT;
		if (rc < 0 && errno != EINTR)
			return errno;
	}
	return 0;
}

static int send_bytes(int fd, const struct buf *record, int64_t deadline_us)
{
	struct iovec part = {.iov_base = record->data, .iov_len = record->len};
	const struct msghdr message = {.msg_iov = &part, .msg_iovlen = 1};

	return send_message(fd, &message, deadline_us);
}

/* Nobody can change it any more: the journal takes no other. Returns the descriptor, or -1. */
static int sealed_file(const struct buf *record)
{
	int file = memfd_create("journal-record", MFD_CLOEXEC | MFD_ALLOW_SEALING);
	size_t done = 0;

	while (file >= 0 && done < record->len) {
		ssize_t n = write(file, record->data + done, record->len - done);
		if (n > 0)
			done += (size_t)n;
		else if (n == 0 || errno != EINTR)
			break;
	}
	if (file >= 0 && done == record->len &&
	    fcntl(file, F_ADD_SEALS, F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE | F_SEAL_SEAL) == 0)
		return file;
	if (file >= 0)
		close(file);
	return -1;
}

static int send_file(int fd, const struct buf *record, int64_t deadline_us)
{
	union {
		struct cmsghdr header;
		char room[CMSG_SPACE(sizeof(int))];
	} control = {.header = {.cmsg_level = SOL_SOCKET,
				.cmsg_type = SCM_RIGHTS,
				.cmsg_len = CMSG_LEN(sizeof(int))}};
	const struct msghdr message = {.msg_control = &control,
				       .msg_controllen = sizeof(control.room)};
	int file = sealed_file(record);

	if (file < 0)
		return errno;
	memcpy(CMSG_DATA(&control.header), &file, sizeof(int));
	int error = send_message(fd, &message, deadline_us);
	close(file);
	return error;
}

/* Returns 0 or errno. */
static int deliver(int fd, const char *path, const struct buf *record, int64_t deadline_us)
{
	struct sockaddr_un to = {.sun_family = AF_UNIX};

	if (strlen(path) >= sizeof(to.sun_path))
		return ENAMETOOLONG;
	snprintf(to.sun_path, sizeof(to.sun_path), "%s", path);
	if (connect(fd, (const struct sockaddr *)&to, sizeof(to)) < 0)
		return errno;
	int error = send_bytes(fd, record, deadline_us);
	if (error == EMSGSIZE || error == ENOBUFS)
		error = send_file(fd, record, deadline_us);
	return error;
}

int journal_send(const char *path, const struct buf *record, int64_t deadline_us, struct err *err)
{
	int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	int error = fd < 0 ? errno : deliver(fd, path, record, deadline_us);

	if (fd >= 0)
		close(fd);
	if (error == ETIMEDOUT)
		return err_set(err, ERR_LOCAL, "%s: the journal takes nothing", path);
	return error ? err_set(err, ERR_LOCAL, "%s: %s", path, text_errno(error)) : 0;
}
