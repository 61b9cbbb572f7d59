/* descriptors.h - how many descriptors are open: one that a test leaves open was lost */
#ifndef MAILFLOW_TEST_DESCRIPTORS_H
#define MAILFLOW_TEST_DESCRIPTORS_H

#include <fcntl.h>

/* a new one gets the lowest number that is free */
enum { DESCRIPTORS_LOOKED_AT = 64 };

static inline int descriptors_open(void)
{
	int count = 0;

	for (int fd = 0; fd < DESCRIPTORS_LOOKED_AT; fd++)
		count += fcntl(fd, F_GETFD) != -1;
	return count;
}

#endif
