/* lookups.c - host names looked up before a test begins, all at once and each of them once */
#include "run/lookups.h"

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/interrupt.h"
#include "base/pool.h"
#include "base/text.h"
#include "base/xalloc.h"
#include "net/resolve.h"

struct lookup {
	const char *host;
	struct addrinfo *addresses; /* NULL: see err */
	struct err err;
};

struct lookups {
	struct lookup *item; /* sorted by their hosts, once they are run */
	size_t count;
	int family;
	bool *finished;
};

struct lookups *lookups_new(int family)
{
	struct lookups *l = xcalloc(1, sizeof(*l));

	l->family = family;
	return l;
}

void lookups_add(struct lookups *l, const char *host)
{
	l->item = xmake_room(l->item, l->count, sizeof(*l->item));
	l->item[l->count++] = (struct lookup){.host = host};
}

struct lookup_limit lookup_limit(const struct settings *s)
{
	int64_t begun_us = limit_begun_us(&s->limit), half = s->limit.us / 2;
	int64_t limit = (int64_t)s->connection_timeout_s * US_PER_S;

	if (limit < half)
		return (struct lookup_limit){begun_us, begun_us + limit, ERR_LOCAL};
	return (struct lookup_limit){begun_us, begun_us + half, ERR_UNTESTED};
}

static int compare_hosts(const void *a, const void *b)
{
	const struct lookup *x = a, *y = b;

	return strcasecmp(x->host, y->host);
}

static void keep_one_of_each(struct lookups *l)
{
	size_t kept = 0;

	if (l->count)
		qsort(l->item, l->count, sizeof(*l->item), compare_hosts);
	for (size_t i = 0; i < l->count; i++)
		if (!i || compare_hosts(&l->item[i - 1], &l->item[i]) != 0)
			l->item[kept++] = l->item[i];
	l->count = kept;
}

/* IPv4 first, then by their bytes. */
static int compare_addresses(const struct addrinfo *a, const struct addrinfo *b)
{
	if (a->ai_family != b->ai_family)
		return a->ai_family == AF_INET ? -1 : 1;
	return memcmp(a->ai_addr, b->ai_addr,
		      a->ai_addrlen < b->ai_addrlen ? a->ai_addrlen : b->ai_addrlen);
}

/* Resolvers give them in another order each time, and a target's label goes by its place. */
static struct addrinfo *sort_addresses(struct addrinfo *unsorted)
{
	struct addrinfo *sorted = NULL;

	while (unsorted) {
		struct addrinfo *a = unsorted, **at = &sorted;
		unsorted = a->ai_next;
		while (*at && compare_addresses(*at, a) <= 0)
			at = &(*at)->ai_next;
		a->ai_next = *at;
		*at = a;
	}
	return sorted;
}

static void look_up(void *ctx, size_t i)
{
	struct lookups *l = ctx;
	struct lookup *item = &l->item[i];

	if (resolve(item->host, 0, l->family, &item->addresses, &item->err) == 0)
		item->addresses = sort_addresses(item->addresses);
}

int lookups_run(struct lookups *l, size_t parallel, const struct lookup_limit *limit,
		struct err *err)
{
	keep_one_of_each(l);
	l->finished = xcalloc(l->count + 1, sizeof(*l->finished));
	struct pool pool = {.count = l->count,
			    .parallel = parallel,
			    .deadline_us = limit->deadline_us,
			    .work = look_up,
			    .ctx = l};
	int rc = l->count ? pool_run(&pool, l->finished) : 0;

	if (rc < 0)
		return err_set(err, ERR_LOCAL, "the test cannot be started: %s", text_errno(errno));
	if (rc && interrupt_name())
		interrupt_set_err(err, "while host names were looked up", limit->begun_us);
	return rc;
}

/* NULL: it has not come back, or was never added. */
static const struct lookup *find(const struct lookups *l, const char *host)
{
	const struct lookup wanted = {.host = host};
	const struct lookup *found = NULL;

	if (l->count)
		found = bsearch(&wanted, l->item, l->count, sizeof(wanted), compare_hosts);
	return found && l->finished[found - l->item] ? found : NULL;
}

const struct addrinfo *lookups_addresses(const struct lookups *l, const char *host,
					 enum err_kind late, struct err *err_r)
{
	const struct lookup *found = find(l, host);

	if (!found) {
		resolve_silent(host, late, err_r);
		return NULL;
	}
	*err_r = found->err;
	return found->addresses;
}

void lookups_free(struct lookups *l)
{
	for (size_t i = 0; i < l->count; i++)
		if (l->item[i].addresses)
			freeaddrinfo(l->item[i].addresses);
	free(l->item);
	free(l->finished);
	free(l);
}
