/* result.c - what one target's test came to */
#include "monitor/result.h"

bool result_unverified(const struct result *r)
{
	return r->trust_any && (r->tls.established || r->smtp_tls.established);
}

void result_add_measure(struct result *r, const char *name, double value, const char *uom)
{
	if (r->measures < RESULT_MEASURES)
		r->measure[r->measures++] = (struct measure){name, value, uom};
}

void result_free(struct result *r)
{
	buf_free(&r->transcript);
	buf_free(&r->details);
}
