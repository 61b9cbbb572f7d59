/* exchange_servers.c - looks for the objects of Exchange servers */
#include "discover/exchange_servers.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/text.h"
#include "base/xalloc.h"

enum { GUID_BYTES = 16, SITES_SHOWN_MAX = 120 };

static const char is_server[] = "(objectClass=msExchExchangeServer)";

char *exchange_base(const struct directory *d)
{
	return xasprintf("CN=Microsoft Exchange,CN=Services,%s", d->configuration_context);
}

/* ---- one server ---- */

/* ncacn_ip_tcp:mbx01.example.org is one of its network addresses. */
static char *find_fqdn(const struct values *addresses)
{
	static const char tcp[] = "ncacn_ip_tcp:";

	for (size_t i = 0; i < addresses->count; i++) {
		const char *address = addresses->item[i];
		if (text_starts_nocase(address, strlen(address), tcp) &&
		    endpoint_is_host(address + strlen(tcp)))
			return xstrdup(address + strlen(tcp));
	}
	return NULL;
}

static bool is_known(const struct exchange_servers *v, const char *dn)
{
	for (size_t i = 0; i < v->count; i++)
		if (!strcasecmp(v->item[i].dn, dn))
			return true;
	return false;
}

/* entry_fn */
static int take_server(void *ctx, const struct entry *e)
{
	struct exchange_servers *v = ctx;
	struct exchange_server server = {0};
	struct values addresses;

	v->matches++;
	if (is_known(v, e->dn))
		return 0;
	int rc = entry_values(e, "networkAddress", &addresses);
	if (rc == 0) {
		server.dn = xstrdup(e->dn);
		server.name = entry_text(e, "cn");
		server.name = server.name ? server.name : xstrdup(e->dn);
		server.fqdn = find_fqdn(&addresses);
		server.fqdn = server.fqdn ? server.fqdn : xstrdup(server.name);
		v->item = xmake_room(v->item, v->count, sizeof(*v->item));
		v->item[v->count++] = server;
	}
	values_free(&addresses);
	return rc;
}

static int search(struct exchange_servers *v, struct directory *d, const char *base, int scope,
		  const char *filter)
{
	static const char *const attributes[] = {"cn", "networkAddress", NULL};

	v->matches = 0;
	return directory_search(d, base, scope, filter, attributes, take_server, v);
}

/* ---- by identity ---- */

/* 221d9885-6af5-4d2a-9e35-8a1b1c6bf24c, also in braces; the first three fields are little-endian
 * in the binary form ([MS-DTYP] section 2.3.4.2). */
static bool read_guid(const char *text, unsigned char guid[GUID_BYTES])
{
	static const unsigned char order[GUID_BYTES] = {3, 2, 1,  0,  5,  4,  7,  6,
							8, 9, 10, 11, 12, 13, 14, 15};
	static const char form[] = "xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx",
			  digits[] = "0123456789abcdef";
	size_t len = strlen(text), nibble = 0;

	if (len == sizeof(form) + 1 && text[0] == '{' && text[len - 1] == '}') {
		text++;
		len -= 2;
	}
	if (len != sizeof(form) - 1)
		return false;
	memset(guid, 0, GUID_BYTES);
	for (size_t i = 0; i < len; i++) {
		char c = (char)(text[i] >= 'A' && text[i] <= 'F' ? text[i] + ('a' - 'A') : text[i]);
		const char *digit = strchr(digits, c);
		if (form[i] == '-' ? c != '-' : !digit)
			return false;
		if (form[i] == '-')
			continue;
		unsigned char *byte = &guid[order[nibble++ / 2]];
		*byte = (unsigned char)(*byte << 4 | (digit - digits));
	}
	return true;
}

static char *identity_filter(const char *identity)
{
	unsigned char guid[GUID_BYTES];
	bool is_guid = read_guid(identity, guid);
	char *x = is_guid ? directory_escape_bytes(guid, GUID_BYTES) : directory_escape(identity);
	char *filter = is_guid ? xasprintf("(&%s(objectGUID=%s))", is_server, x)
			       : xasprintf("(&%s(|(cn=%s)(legacyExchangeDN=%s)"
					   "(networkAddress=ncacn_ip_tcp:%s)))",
					   is_server, x, x, x);

	free(x);
	return filter;
}

static bool is_dn(const char *identity)
{
	return text_starts_nocase(identity, strlen(identity), "CN=") && strchr(identity, ',');
}

static int add_identity(struct exchange_servers *v, struct directory *d, const char *base,
			const char *identity)
{
	bool dn = is_dn(identity);
	char *filter = dn ? xstrdup(is_server) : identity_filter(identity);
	int rc = search(v, d, dn ? identity : base, dn ? LDAP_SCOPE_BASE : LDAP_SCOPE_SUBTREE,
			filter);

	free(filter);
	if (rc && !(dn && d->result == LDAP_NO_SUCH_OBJECT))
		return -1;
	if (rc)
		directory_forgive(d);
	if (v->matches)
		return 0;
	err_set(d->err, ERR_USAGE, "--identity: no Exchange server \"%.100s\"", identity);
	err_hint(d->err, "its name, FQDN, DN, ExchangeLegacyDN or GUID");
	return -1;
}

/* ---- by site ---- */

/* entry_fn */
static int list_site(void *ctx, const struct entry *e)
{
	char *name = entry_text(e, "cn");

	if (name)
		values_add(ctx, name);
	free(name);
	return 0;
}

static void unknown_site(struct directory *d, const char *base, const char *site)
{
	static const char *const attributes[] = {"cn", NULL};
	struct values names = {0};

	int rc = directory_search(d, base, LDAP_SCOPE_ONELEVEL, "(objectClass=site)", attributes,
				  list_site, &names);
	char *list = values_join(&names);
	if (rc == 0)
		err_set(d->err, ERR_USAGE, "--site: no site \"%.60s\", there are: %.*s", site,
			SITES_SHOWN_MAX, list ? list : "none");
	free(list);
	values_free(&names);
}

/* entry_fn */
static int take_dn(void *ctx, const struct entry *e)
{
	char **dn = ctx;

	free(*dn);
	*dn = xstrdup(e->dn);
	return 0;
}

static char *find_site(struct directory *d, const char *site)
{
	static const char *const attributes[] = {"cn", NULL};
	char *dn = NULL;
	char *name = directory_escape(site);
	char *filter = xasprintf("(&(objectClass=site)(cn=%s))", name);
	char *base = xasprintf("CN=Sites,%s", d->configuration_context);

	int rc = directory_search(d, base, LDAP_SCOPE_ONELEVEL, filter, attributes, take_dn, &dn);
	if (rc == 0 && !dn)
		unknown_site(d, base, site);
	free(base);
	free(filter);
	free(name);
	if (rc == 0)
		return dn;
	free(dn);
	return NULL;
}

/* The domain controller's own: CN=DC1,CN=Servers,CN=SITE,CN=Sites,... */
static char *own_site(const struct directory *d)
{
	static const char servers[] = ",CN=Servers,";
	const char *behind = d->server_name ? strcasestr(d->server_name, servers) : NULL;

	if (behind)
		return xstrdup(behind + strlen(servers));
	err_set(d->err, ERR_USAGE, "the server does not say its site: give --site");
	return NULL;
}

char *exchange_site(struct directory *d, const char *site)
{
	return site ? find_site(d, site) : own_site(d);
}

static int add_site(struct exchange_servers *v, struct directory *d, const char *base,
		    const char *site)
{
	char *dn = exchange_site(d, site);

	if (!dn)
		return -1;
	char *value = directory_escape(dn);
	char *filter = xasprintf("(&%s(msExchServerSite=%s))", is_server, value);
	int rc = search(v, d, base, LDAP_SCOPE_SUBTREE, filter);
	if (rc == 0 && !v->count) {
		size_t len = strcspn(dn, ",") - strlen("CN=");
		err_set(d->err, ERR_USAGE, "no Exchange server at the site %.*s", (int)len,
			dn + strlen("CN="));
		err_hint(d->err, "others: --site=NAME, --all-servers");
		rc = -1;
	}
	free(filter);
	free(value);
	free(dn);
	return rc;
}

/* ---- all ---- */

/* What is not there and what one may not see look the same. */
static int no_exchange(struct directory *d)
{
	directory_forgive(d);
	err_set(d->err, ERR_USAGE, "no Exchange in this forest, or %.80s may not read it",
		d->username ? d->username : "this account");
	err_hint(d->err, "it is below CN=Microsoft Exchange,CN=Services of the configuration");
	return -1;
}

static int select_servers(struct exchange_servers *v, struct directory *d, const char *base,
			  const struct discover_settings *s)
{
	for (size_t i = 0; i < s->identities.count; i++)
		if (add_identity(v, d, base, s->identities.item[i]))
			return -1;
	if (s->identities.count)
		return 0;
	if (!s->all_servers && !s->edge)
		return add_site(v, d, base, s->site);
	int rc = search(v, d, base, LDAP_SCOPE_SUBTREE, is_server);
	return rc == 0 && !v->count ? no_exchange(d) : rc;
}

static int compare(const void *a, const void *b)
{
	const struct exchange_server *x = a, *y = b;

	return strcasecmp(x->dn, y->dn);
}

int exchange_servers_read(struct exchange_servers *v, struct directory *d,
			  const struct discover_settings *s)
{
	char *base = exchange_base(d);

	int rc = select_servers(v, d, base, s);
	free(base);
	if (rc && d->result == LDAP_NO_SUCH_OBJECT)
		no_exchange(d);
	if (v->count)
		qsort(v->item, v->count, sizeof(*v->item), compare);
	return rc;
}

const struct exchange_server *exchange_servers_above(const struct exchange_servers *v,
						     const char *dn)
{
	for (const char *at = dn; at; at = strchr(at, ',')) {
		at += *at == ',';
		const struct exchange_server wanted = {.dn = (char *)(uintptr_t)at};
		const struct exchange_server *found =
			v->count ? bsearch(&wanted, v->item, v->count, sizeof(*v->item), compare)
				 : NULL;
		if (found)
			return found;
	}
	return NULL;
}

void exchange_servers_free(struct exchange_servers *v)
{
	for (size_t i = 0; i < v->count; i++) {
		free(v->item[i].dn);
		free(v->item[i].name);
		free(v->item[i].fqdn);
	}
	free(v->item);
	*v = (struct exchange_servers){0};
}
