/* descriptors.h - how many things can be open at once */
#ifndef MAILFLOW_DESCRIPTORS_H
#define MAILFLOW_DESCRIPTORS_H

#include <stddef.h>

/* How many of the wanted can be at once, if each needs so many descriptors: one at least. Raises
 * the process's limit, up to what it may be, and leaves some to spare. */
size_t descriptors_afford(size_t wanted, size_t each);

#endif
