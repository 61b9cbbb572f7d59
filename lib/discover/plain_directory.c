/* plain_directory.c - a mailbox is an entry that has an address */
#include "discover/plain_directory.h"

#include <stdlib.h>

#include "base/xalloc.h"

struct reading {
	const char *attribute;
	struct found *found;
};

/* entry_fn */
static int take_mailbox(void *ctx, const struct entry *e)
{
	const struct reading *r = ctx;
	char *address = entry_text(e, r->attribute);

	if (!address)
		return 0;
	const struct found_account a = {
		.name = xstrdup(address), .username = xstrdup(address), .mailto = address};
	found_add_account(r->found, &a);
	return 0;
}

int plain_directory_discover(struct directory *d, const struct discover_settings *s,
			     struct found *found)
{
	const char *attributes[] = {s->mail_attribute, NULL};
	const char *base = s->base ? s->base : d->naming_context;
	struct reading r = {.attribute = s->mail_attribute, .found = found};

	if (!s->mailbox_filter) {
		err_set(d->err, ERR_USAGE, "no Exchange here: this is no Active Directory");
		err_hint(d->err, "for mailboxes give --mailbox-filter and --print=accounts");
		return -1;
	}
	if (step(d->conn.tl, "search"))
		return -1;
	char *filter = xasprintf("(&%s(%s=*))", s->mailbox_filter, s->mail_attribute);
	int rc = directory_search(d, base ? base : "", LDAP_SCOPE_SUBTREE, filter, attributes,
				  take_mailbox, &r);
	free(filter);
	if (rc == 0 || d->result != LDAP_NO_SUCH_OBJECT)
		return rc;
	directory_forgive(d);
	return err_set(d->err, ERR_USAGE, "--base: no %.80s, or %.80s may not read it",
		       base && *base ? base : "entry", d->username ? d->username : "nobody");
}
