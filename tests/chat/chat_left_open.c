/* chat_left_open.c - preloaded into the programs under test: tells which descriptors they leave
 * open
 *
 * On stderr, at the end of a program that returns from main. One that ends by _exit() has threads
 * that are stuck, and what these hold open is not lost. */
#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

enum { LOOKED_AT = 1024 };

static void __attribute__((destructor)) tell(void)
{
	char link[40], what[200];

	for (int fd = STDERR_FILENO + 1; fd < LOOKED_AT; fd++) {
		if (fcntl(fd, F_GETFD) == -1)
			continue;
		snprintf(link, sizeof(link), "/proc/self/fd/%d", fd);
		ssize_t n = readlink(link, what, sizeof(what));
		dprintf(STDERR_FILENO, "descriptor %d was left open: %.*s\n", fd,
			n > 0 ? (int)n : 0, what);
	}
}
