/* directory_write.c - what changes a directory */
#include "discover/directory_write.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/xalloc.h"
#include "discover/directory_error.h"

enum { UNANSWERED = LDAP_TIMEOUT, UNICODE_MAX = 16384 };

/* The answer to what was sent, if it was (rc is libldap's). */
static int finish(struct directory *d, int rc, int id)
{
	if (rc != LDAP_SUCCESS)
		return directory_fail(d, "", rc);
	d->result = UNANSWERED;
	return directory_finish(d, "", id);
}

/* ---- entries ---- */

/* One of libldap's, which borrows from the list. */
struct change {
	LDAPMod mod;
	struct berval value;
	struct berval *values[2];
};

static void change_init(struct change *c, const struct attribute *a, int operation)
{
	size_t len = a->len ? a->len : strlen(a->value);

	c->value = (struct berval){len, (char *)(uintptr_t)a->value};
	c->values[0] = &c->value;
	c->mod = (LDAPMod){.mod_op = operation | LDAP_MOD_BVALUES,
			   .mod_type = (char *)(uintptr_t)a->name,
			   .mod_bvalues = c->values};
}

typedef int write_fn(LDAP *ldap, const char *dn, LDAPMod **mods, LDAPControl **server,
		     LDAPControl **client, int *id_r);

static int write_list(struct directory *d, const char *dn, const struct attribute *list,
		      int operation, write_fn *fn)
{
	size_t count = 0;
	int id = 0;

	while (list[count].name)
		count++;
	struct change *changes = xcalloc(count + 1, sizeof(*changes));
	LDAPMod **mods = xcalloc(count + 1, sizeof(LDAPMod *));
	for (size_t i = 0; i < count; i++) {
		change_init(&changes[i], &list[i], operation);
		mods[i] = &changes[i].mod;
	}
	int rc = fn(d->ldap, dn, mods, NULL, NULL, &id);
	free(mods);
	free(changes);
	return finish(d, rc, id);
}

int directory_add(struct directory *d, const char *dn, const struct attribute *list)
{
	return write_list(d, dn, list, LDAP_MOD_ADD, ldap_add_ext);
}

int directory_replace(struct directory *d, const char *dn, const struct attribute *list)
{
	return write_list(d, dn, list, LDAP_MOD_REPLACE, ldap_modify_ext);
}

int directory_delete(struct directory *d, const char *dn)
{
	int id = 0;
	int rc = ldap_delete_ext(d->ldap, dn, NULL, NULL, &id);

	return finish(d, rc, id);
}

/* ---- passwords ---- */

int directory_set_password(struct directory *d, const char *dn, const char *password)
{
	struct berval who = {strlen(dn), (char *)(uintptr_t)dn},
		      secret = {strlen(password), (char *)(uintptr_t)password};
	int id = 0;

	conn_hide(&d->conn, password, NULL);
	int rc = ldap_passwd(d->ldap, &who, NULL, &secret, NULL, NULL, &id);
	return finish(d, rc, id);
}

/* One character of UTF-8; returns how many bytes it has, 0 if it is none. Overlong forms and
 * surrogates are the directory's to refuse. */
static size_t take_character(const char *text, uint32_t *code_r)
{
	const unsigned char *at = (const unsigned char *)text;
	size_t len = *at < 0x80       ? 1
		     : *at >> 5 == 6  ? 2
		     : *at >> 4 == 14 ? 3
		     : *at >> 3 == 30 ? 4
				      : 0;

	*code_r = len > 1 ? *at & (0x7fU >> len) : *at;
	for (size_t i = 1; i < len; i++) {
		if (at[i] >> 6 != 2)
			return 0;
		*code_r = *code_r << 6 | (at[i] & 0x3fU);
	}
	return len;
}

static void put_unit(struct buf *out, uint32_t unit)
{
	const char bytes[] = {(char)(unit & 0xff), (char)(unit >> 8)};

	buf_append(out, bytes, sizeof(bytes));
}

int directory_unicode_password(const char *password, struct buf *out, struct err *err)
{
	uint32_t code;

	*out = BUF_INIT(UNICODE_MAX);
	buf_reserve(out, 2 * strlen(password) + 4); /* growing would leave pieces behind */
	put_unit(out, '"');
	for (size_t len; *password; password += len) {
		len = take_character(password, &code);
		if (!len)
			return err_set(err, ERR_USAGE, "the password is not UTF-8");
		if (code >= 0x10000) {
			put_unit(out, 0xd800 + ((code - 0x10000) >> 10));
			code = 0xdc00 + ((code - 0x10000) & 0x3ff);
		}
		put_unit(out, code);
	}
	put_unit(out, '"');
	return 0;
}
