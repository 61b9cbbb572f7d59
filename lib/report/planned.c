/* planned.c - what would be done, of a run that does nothing */
#include "report/planned.h"

#include <stdlib.h>
#include <string.h>

#include "base/text.h"

bool planned_any(const struct report *r)
{
	for (size_t i = 0; i < r->count; i++)
		if (r->results[i].planned_count)
			return true;
	return false;
}

void planned_lines(const struct result *t, struct buf *out)
{
	for (size_t i = 0; i < t->planned_count; i++) {
		const struct planned_step *s = &t->planned[i];
		char *what = text_shown(s->what, strlen(s->what));
		buf_printf(out, "%s: %s\n", s->name, what);
		free(what);
	}
}

void planned_names(const struct result *t, struct buf *out)
{
	for (size_t i = 0; i < t->planned_count; i++)
		buf_printf(out, "%s%s", i ? ", " : ": ", t->planned[i].name);
}
