/* account_write.c - what is written to the directory */
#include "account/account_write.h"

#include <string.h>
#include <strings.h>

const char account_mark[] = "Test account of mailflow-plugins";

/* A normal account ([MS-ADTS] section 2.2.16). */
static const char normal_account[] = "512";

static void add(struct attribute **at, const char *name, const char *value)
{
	*(*at)++ = (struct attribute){.name = name, .value = value};
}

static void new_user(struct attribute **at, const struct test_account *a)
{
	add(at, "objectClass", "user");
	add(at, "cn", a->name);
	add(at, "sAMAccountName", a->name);
	add(at, "userPrincipalName", a->logon);
	add(at, "userAccountControl", normal_account);
	add(at, "description", account_mark);
}

static void new_person(struct attribute **at, const struct test_account *a)
{
	add(at, "objectClass", "inetOrgPerson");
	add(at, "uid", a->name);
	add(at, "cn", a->name);
	add(at, "sn", a->name);
	add(at, "description", account_mark);
}

void account_attributes(const struct test_account *a, enum account_action action,
			const struct attribute *password, struct attribute list[ACCOUNT_ATTRIBUTES])
{
	struct attribute *at = list;

	memset(list, 0, ACCOUNT_ATTRIBUTES * sizeof(*list));
	if (action == ACCOUNT_CREATE && a->is_ad)
		new_user(&at, a);
	else if (action == ACCOUNT_CREATE)
		new_person(&at, a);
	if (password)
		*at++ = *password;
	if (a->is_ad && action == ACCOUNT_RESET && a->is_locked)
		add(&at, "lockoutTime", "0");
}

/* ---- Active Directory ---- */

static int write_ad(const struct test_account *a, struct directory *d, enum account_action action,
		    const char *password)
{
	struct attribute list[ACCOUNT_ATTRIBUTES];
	struct buf unicode;

	conn_hide(&d->conn, password, NULL);
	int rc = directory_unicode_password(password, &unicode, d->err);
	if (rc == 0) {
		const struct attribute value = {"unicodePwd", unicode.data, unicode.len};
		account_attributes(a, action, &value, list);
		rc = action == ACCOUNT_CREATE ? directory_add(d, a->dn, list)
					      : directory_replace(d, a->dn, list);
	}
	buf_wipe(&unicode);
	return rc;
}

/* ---- others ---- */

/* An entry without a password is not left behind. */
static int create_plain(const struct test_account *a, struct directory *d, const char *password)
{
	struct attribute list[ACCOUNT_ATTRIBUTES];
	struct err err;

	account_attributes(a, ACCOUNT_CREATE, NULL, list);
	if (directory_add(d, a->dn, list))
		return -1;
	if (directory_set_password(d, a->dn, password) == 0)
		return 0;
	int result = d->result;
	err = *d->err;
	directory_forgive(d);
	if (directory_delete(d, a->dn))
		result = LDAP_OTHER; /* it is still there */
	*d->err = err;
	d->result = result;
	return -1;
}

/* ---- all ---- */

static int write_password(const struct test_account *a, struct directory *d,
			  enum account_action action, const char *password)
{
	if (a->is_ad)
		return write_ad(a, d, action, password);
	return action == ACCOUNT_CREATE ? create_plain(a, d, password)
					: directory_set_password(d, a->dn, password);
}

/* Refused in so many words; else it may have been done. */
static bool is_refusal(int result)
{
	return result > LDAP_SUCCESS && result < LDAP_OTHER;
}

/* A better hint for that fault. */
static void tell(struct err *err, const char *fault, const char *hint)
{
	if (strcmp(err_id(err), fault) != 0)
		return;
	err_unhint(err);
	err_hint(err, "%s", hint);
	err_fault(err, fault);
}

/* What the policy wants, or who is asking. */
static void tell_why(const struct test_account *a, const struct directory *d)
{
	char words[sizeof(d->err->hint)];

	password_policy_words(&a->policy, words, sizeof(words));
	if (words[0])
		tell(d->err, "ldap-policy", words);
	if (d->username && (!strcasecmp(d->username, a->logon) || !strcasecmp(d->username, a->dn)))
		tell(d->err, "ldap-no-rights",
		     "-U is this account itself, which may not: give an administrator's");
}

int account_write(const struct test_account *a, struct directory *d, enum account_action action,
		  const struct secret *password, bool *touched_r)
{
	timeline_leg(d->conn.tl, "ldap_", 0);
	if (step(d->conn.tl, "send"))
		return -1;
	int rc = action == ACCOUNT_REMOVE ? directory_delete(d, a->dn)
					  : write_password(a, d, action, password->value);
	*touched_r = rc == 0 || !is_refusal(d->result);
	if (rc)
		tell_why(a, d);
	if (rc && action == ACCOUNT_CREATE && d->result == LDAP_NO_SUCH_OBJECT)
		err_hint(d->err, "is there such a place? see --ou");
	return rc;
}

int account_undo(const struct test_account *a, struct directory *d, enum account_action action,
		 const struct secret *old)
{
	if (action == ACCOUNT_CREATE) {
		int rc = directory_delete(d, a->dn);
		if (rc == 0 || d->result != LDAP_NO_SUCH_OBJECT)
			return rc;
		directory_forgive(d); /* it was never made */
		return 0;
	}
	return write_password(a, d, ACCOUNT_RESET, old->value);
}
