/* percent.c - %u and %% */
#include "base/percent.h"

int percent_take(struct buf *out, const char **at, const char *name, struct err *err)
{
	int rc;

	if (**at != '%') {
		rc = buf_append_char(out, *(*at)++);
	} else if ((*at)[1] == 'u' || (*at)[1] == '%') {
		rc = (*at)[1] == 'u' ? buf_append_str(out, name) : buf_append_char(out, '%');
		*at += 2;
	} else {
		return err_set(err, ERR_USAGE, "behind %% there may be u, for the user, or %%");
	}
	return rc ? err_set(err, ERR_USAGE, "more than %zu bytes", out->max) : 0;
}
