/* endpoint_list.c - end points that are alike, found by sorting */
#include "config/endpoint_list.h"

#include <stdlib.h>
#include <string.h>

#include "base/xalloc.h"

static int compare_services(const struct endpoint *a, const struct endpoint *b)
{
	int order = strcasecmp(a->host, b->host);

	return order ? order : (a->port > b->port) - (a->port < b->port);
}

static int compare_endpoints(const void *a, const void *b)
{
	const struct endpoint *const *x = a, *const *y = b;
	int order = compare_services(*x, *y);

	if (!order)
		order = ((*x)->mode > (*y)->mode) - ((*x)->mode < (*y)->mode);
	return order ? order : (*x > *y) - (*x < *y);
}

/* Mark those that differ in their type alone. Returns the first one that is there again, or
 * NULL. */
static const struct endpoint *compare_all(struct endpoint **sorted, size_t count)
{
	const struct endpoint *again = NULL;

	qsort(sorted, count, sizeof(*sorted), compare_endpoints);
	for (size_t i = 1; i < count; i++) {
		struct endpoint *before = sorted[i - 1], *e = sorted[i];
		if (compare_services(before, e) != 0)
			continue;
		before->has_twin = e->has_twin = true;
		if (before->mode == e->mode && (!again || e < again))
			again = e;
	}
	return again;
}

int endpoint_list_check(struct endpoint *list, size_t count, struct err *err)
{
	struct endpoint **sorted = xcalloc(count + 1, sizeof(*sorted));
	char label[ENDPOINT_LABEL_SIZE];

	for (size_t i = 0; i < count; i++)
		sorted[i] = &list[i];
	const struct endpoint *again = compare_all(sorted, count);
	free(sorted);
	if (!again)
		return 0;
	endpoint_label(again, label);
	return err_set(err, ERR_USAGE, "%s (%s) is given twice", label, tls_mode_name(again->mode));
}
