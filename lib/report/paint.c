/* paint.c - colours by SGR sequences (ECMA-48 section 8.3.117) that every terminal with colours
 * knows */
#include "report/paint.h"

const struct paint paint_none = {"", ""};

struct paint paint_of(const struct report *r, enum state state)
{
	static const char *const begin[] = {
		[STATE_OK] = "\033[32m",       /* green */
		[STATE_WARNING] = "\033[33m",  /* yellow */
		[STATE_CRITICAL] = "\033[31m", /* red */
		[STATE_UNKNOWN] = "\033[35m",  /* magenta */
	};

	return r->colour ? (struct paint){begin[state], "\033[0m"} : paint_none;
}
