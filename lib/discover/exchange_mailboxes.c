/* exchange_mailboxes.c - users with mailboxes, told by their databases where they are */
#include "discover/exchange_mailboxes.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/text.h"
#include "base/xalloc.h"

/* userAccountControl ([MS-ADTS] section 2.2.16) */
enum { ACCOUNT_DISABLED = 0x2 };

static const char section_sign[] = "\xc2\xa7";

struct database {
	char *dn;
	const char *fqdn; /* of its server */
};

struct mailboxes {
	const struct exchange_servers *servers;
	struct database *database; /* sorted by their DNs */
	size_t databases;
	struct found *found;
};

/* ---- databases ---- */

/* entry_fn */
static int take_database(void *ctx, const struct entry *e)
{
	struct mailboxes *m = ctx;
	char *owner = entry_text(e, "msExchOwningServer");
	const struct exchange_server *server =
		owner ? exchange_servers_above(m->servers, owner) : NULL;

	if (server) {
		m->database = xmake_room(m->database, m->databases, sizeof(*m->database));
		m->database[m->databases++] =
			(struct database){.dn = xstrdup(e->dn), .fqdn = server->fqdn};
	}
	free(owner);
	return 0;
}

static int compare(const void *a, const void *b)
{
	const struct database *x = a, *y = b;

	return strcasecmp(x->dn, y->dn);
}

static int read_databases(struct mailboxes *m, struct directory *d, const char *name)
{
	static const char *const attributes[] = {"msExchOwningServer", NULL};
	char *base = exchange_base(d);
	char *value = directory_escape(name ? name : "");
	char *filter = name ? xasprintf("(&(objectClass=msExchPrivateMDB)(cn=%s))", value)
			    : xstrdup("(objectClass=msExchPrivateMDB)");

	int rc =
		directory_search(d, base, LDAP_SCOPE_SUBTREE, filter, attributes, take_database, m);
	free(filter);
	free(value);
	free(base);
	if (m->databases)
		qsort(m->database, m->databases, sizeof(*m->database), compare);
	if (rc == 0 && name && !m->databases)
		return err_set(d->err, ERR_USAGE,
			       "--database: no database \"%.80s\" on these servers", name);
	return rc;
}

static const char *server_of(const struct mailboxes *m, const char *dn)
{
	const struct database wanted = {.dn = (char *)(uintptr_t)dn};
	const struct database *found =
		m->databases && dn
			? bsearch(&wanted, m->database, m->databases, sizeof(*m->database), compare)
			: NULL;

	return found ? found->fqdn : NULL;
}

/* ---- users ---- */

bool exchange_switched_off(const char *setting, const char *protocol)
{
	size_t len = strlen(setting);

	if (!text_starts_nocase(setting, len, protocol))
		return false;
	setting += strlen(protocol);
	if (strncmp(setting, section_sign, strlen(section_sign)) != 0)
		return false;
	setting += strlen(section_sign);
	return setting[0] == '0' && (!setting[1] || !strncmp(setting + 1, section_sign, 2));
}

static void note_protocols(const struct values *settings, struct found_account *a)
{
	for (size_t i = 0; i < settings->count; i++) {
		if (exchange_switched_off(settings->item[i], "IMAP4"))
			a->off[FOUND_IMAP] = "IMAP4 is switched off for this mailbox";
		if (exchange_switched_off(settings->item[i], "POP3"))
			a->off[FOUND_POP] = "POP3 is switched off for this mailbox";
	}
}

/* "SMTP:" is the primary address's, "smtp:" another one's. */
static char *primary_address(const struct values *addresses)
{
	static const char primary[] = "SMTP:";

	for (size_t i = 0; i < addresses->count; i++)
		if (!strncmp(addresses->item[i], primary, strlen(primary)))
			return xstrdup(addresses->item[i] + strlen(primary));
	return NULL;
}

bool exchange_mailbox_is_own(const char *dn)
{
	return text_starts_nocase(dn, strlen(dn), "CN=HealthMailbox") ||
	       strcasestr(dn, ",CN=Monitoring Mailboxes,");
}

static void fill_account(const struct entry *e, const struct values *addresses,
			 const struct values *settings, struct found_account *a)
{
	char *address = primary_address(addresses), *mail = entry_text(e, "mail");
	char *upn = entry_text(e, "userPrincipalName"), *sam = entry_text(e, "sAMAccountName");

	a->mailto = address ? address : mail;
	a->username = upn ? upn : sam ? sam : a->mailto ? xstrdup(a->mailto) : NULL;
	a->name = xstrdup(a->mailto ? a->mailto : a->username ? a->username : e->dn);
	note_protocols(settings, a);
	if (entry_number(e, "userAccountControl", 0) & ACCOUNT_DISABLED)
		a->off[FOUND_IMAP] = a->off[FOUND_POP] = "the account is disabled";
	if (address)
		free(mail);
	if (upn)
		free(sam);
}

/* entry_fn */
static int take_user(void *ctx, const struct entry *e)
{
	struct mailboxes *m = ctx;
	struct found_account a = {0};
	struct values addresses, settings = {0};
	char *home = entry_text(e, "homeMDB");
	const char *server = server_of(m, home);

	free(home);
	if (!server || exchange_mailbox_is_own(e->dn))
		return 0;
	int rc = entry_values(e, "proxyAddresses", &addresses) ||
		 entry_values(e, "protocolSettings", &settings);
	if (rc == 0) {
		fill_account(e, &addresses, &settings, &a);
		a.server = xstrdup(server);
		found_add_account(m->found, &a);
	}
	values_free(&addresses);
	values_free(&settings);
	return rc ? -1 : 0;
}

static int read_users(struct mailboxes *m, struct directory *d, const struct discover_settings *s)
{
	static const char *const attributes[] = {
		"homeMDB",        "userPrincipalName", "sAMAccountName",     "mail",
		"proxyAddresses", "protocolSettings",  "userAccountControl", NULL};
	const char *base = s->base ? s->base : d->naming_context;
	char *filter = xasprintf("(&(objectClass=user)(msExchMailboxGuid=*)%s)",
				 s->mailbox_filter ? s->mailbox_filter : "");

	int rc = directory_search(d, base ? base : "", LDAP_SCOPE_SUBTREE, filter, attributes,
				  take_user, m);
	free(filter);
	return rc;
}

int exchange_mailboxes_read(struct directory *d, const struct discover_settings *s,
			    const struct exchange_servers *servers, struct found *found)
{
	struct mailboxes m = {.servers = servers, .found = found};

	int rc = read_databases(&m, d, s->database) || read_users(&m, d, s);
	for (size_t i = 0; i < m.databases; i++)
		free(m.database[i].dn);
	free(m.database);
	return rc ? -1 : 0;
}
