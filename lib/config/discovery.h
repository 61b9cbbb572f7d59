/* discovery.h - targets that mailflow_discover finds: what it prints becomes standard input, as if
 * it had been piped here */
#ifndef MAILFLOW_DISCOVERY_H
#define MAILFLOW_DISCOVERY_H

#include <stdbool.h>
#include <stddef.h>

#include "base/clock.h"
#include "base/err.h"
#include "judge/result.h"

struct discovery {
	/* as given */
	/* what stands behind "mailflow_discover", such as "ldap --edge"; "": whatever servers are
	 * on this host; NULL: it is not asked for */
	const char *source;
	const char *cache; /* the last good result; NULL: none is kept */

	/* what is odd, or that the result is an old one: a WARNING; "": nothing */
	struct remark remark;
};

/* Whether that option ("--site") is among the source's, with a value or without. */
bool discovery_has_option(const struct discovery *d, const char *option);

/* Run the program by the path that ./configure was told, for half of what is left of the limit at
 * most, with these further arguments, which end with NULL. *file_r becomes what is to be read: "-",
 * or where it has failed the cache, if there is one. what_if: it is run only for what is found on
 * this host, and the cache stays as it is. In the main thread, before others are started. Returns
 * 0, or -1 with ERR_USAGE, ERR_LOCAL or ERR_ENDED. */
int discovery_run(struct discovery *d, const char *const *arguments, const struct limit *limit,
		  bool what_if, const char **file_r, struct err *err);

#endif
