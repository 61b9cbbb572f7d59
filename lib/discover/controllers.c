/* controllers.c - finds a directory server, and opens a session with it */
#include "discover/controllers.h"

#include <stdlib.h>
#include <string.h>

#include "base/xalloc.h"
#include "discover/dns.h"

/* Those of the site come first; where it has none, all of the domain ([MS-ADTS] section 6.3.6). */
static int find_controllers(struct dns *d, const struct discover_settings *s,
			    struct dns_servers *found)
{
	char *name =
		xasprintf("_ldap._tcp.%s._sites.dc._msdcs.%s", s->site ? s->site : "", s->domain);
	int rc = s->site ? dns_srv(d, name, found) : 0;

	free(name);
	if (rc || found->count)
		return rc;
	name = xasprintf("_ldap._tcp.dc._msdcs.%s", s->domain);
	rc = dns_srv(d, name, found);
	if (rc == 0 && !found->count)
		rc = err_set(d->err, ERR_NAME, "no domain controller: DNS has no SRV %s", name);
	free(name);
	return rc;
}

/* The one that is named, or those that DNS names, to an array that is to be freed. */
static int list_controllers(const struct discover_settings *s, struct timeline *tl,
			    struct endpoint **list_r, size_t *count_r, struct err *err)
{
	struct dns_servers found = {0};
	struct dns dns = {0};
	int rc = 0;

	if (!s->controller.host[0])
		rc = step(tl, "resolve") || dns_open(&dns, s->resolver, tl->deadline_us, err) ||
		     find_controllers(&dns, s, &found);
	*count_r = found.count ? found.count : 1;
	*list_r = xcalloc(*count_r, sizeof(**list_r));
	(*list_r)[0] = s->controller;
	for (size_t i = 0; i < found.count; i++) {
		struct endpoint *e = &(*list_r)[i];
		*e = (struct endpoint){.port = found.item[i].port, .mode = s->controller.mode};
		memcpy(e->host, found.item[i].name, sizeof(e->host));
	}
	dns_servers_free(&found);
	dns_close(&dns);
	return rc ? -1 : 0;
}

/* Whether another controller may do better. */
static bool is_unreachable(enum err_kind kind)
{
	return kind == ERR_NAME || kind == ERR_CONNECT || kind == ERR_TIMEOUT || kind == ERR_LOCAL;
}

static int open_first(struct directory *d, const struct discover_settings *s,
		      const struct endpoint *list, size_t count, struct timeline *tl,
		      struct err *err)
{
	for (size_t i = 0;; i++) {
		const struct directory_options options = discover_settings_options(s, &list[i]);
		timeline_leg(tl, "ldap_", (int64_t)s->common.connection_timeout_s * US_PER_S);
		if (directory_open(d, &options, tl, err) == 0)
			return 0;
		endpoint_label(&list[i], err->where);
		if (i + 1 == count || !is_unreachable(err->kind))
			return -1;
		directory_close(d);
		*err = (struct err){0};
	}
}

int controllers_open(struct directory *d, const struct discover_settings *s, struct timeline *tl,
		     struct err *err)
{
	struct endpoint *list = NULL;
	size_t count;

	timeline_leg(tl, "ldap_", 0);
	int rc = list_controllers(s, tl, &list, &count, err);
	if (rc == 0)
		rc = open_first(d, s, list, count, tl, err);
	free(list);
	return rc;
}
