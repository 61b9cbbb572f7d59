/* descriptors.c - how many things can be open at once */
#include "base/descriptors.h"

#include <fcntl.h>
#include <sys/resource.h>

enum {
	SPARE = 8,  /* what a resolver opens, and the like */
	USUAL = 32, /* that are open already */
};

/* Descriptors that are open already: engines leave some behind to their plugins. */
static size_t count_files(rlim_t limit)
{
	size_t count = 0;

	for (int fd = 0; (rlim_t)fd < limit; fd++)
		count += fcntl(fd, F_GETFD) >= 0;
	return count;
}

size_t descriptors_afford(size_t wanted, size_t each)
{
	struct rlimit files;
	rlim_t usual = SPARE + USUAL + (rlim_t)each * wanted;

	if (getrlimit(RLIMIT_NOFILE, &files))
		return wanted;
	if (files.rlim_cur < usual) {
		rlim_t before = files.rlim_cur;
		files.rlim_cur = usual < files.rlim_max ? usual : files.rlim_max;
		if (setrlimit(RLIMIT_NOFILE, &files))
			files.rlim_cur = before;
	}
	if (files.rlim_cur >= usual)
		return wanted;
	size_t used = SPARE + count_files(files.rlim_cur);
	size_t room = files.rlim_cur > used ? (files.rlim_cur - used) / each : 0;
	return room < 1 ? 1 : room < wanted ? room : wanted;
}
