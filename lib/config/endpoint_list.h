/* endpoint_list.h - several end points that are to be tested: none of them twice */
#ifndef MAILFLOW_ENDPOINT_LIST_H
#define MAILFLOW_ENDPOINT_LIST_H

#include "base/clock.h"
#include "net/endpoint.h"

/* Zero-initialised; item is the owner's to free. */
struct endpoint_list {
	struct endpoint *item; /* as written: what was left open is so */
	size_t count;
};

/* Add HOST[:PORT[:TYPE]]. Returns 0, or -1 as endpoint_parse. */
int endpoint_list_add(struct endpoint_list *list, const char *text, struct err *err);

/* Add those of a file ("-": standard input), one a line; lines that begin with '#' or ';' say
 * nothing. Returns 0, or -1 with ERR_USAGE that names file and line, also where there is none. */
int endpoint_list_read(struct endpoint_list *list, const char *path, const struct limit *limit,
		       struct err *err);

/* Of complete ones, leave out those behind the first so many that are there already: a command line
 * may say again what an ini file says. count is how many of them may be left out, others follow. */
void endpoint_list_drop_again(struct endpoint_list *list, size_t first, size_t count);

/* Mark those that differ in their type alone (has_twin). Returns 0, or -1 with ERR_USAGE where two
 * do not differ at all. All of them are complete. */
int endpoint_list_check(struct endpoint *list, size_t count, struct err *err);

#endif
