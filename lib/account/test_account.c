/* test_account.c - looks for the test account, and for the rules that its password must keep */
#include "account/test_account.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <time.h>

#include "account/account_write.h"
#include "base/text.h"
#include "base/xalloc.h"
#include "discover/exchange_mailboxes.h"
#include "discover/exchange_servers.h"

enum {
	GUID_BYTES = 16,
	GUID_DIGITS = 13, /* of the site, in a name */
	DISABLED = 2,     /* in userAccountControl ([MS-ADTS] section 2.2.16) */
	TIME_SIZE = 32,
	NAME_MAX_LENGTH = 20, /* of sAMAccountName */
	CLOCK_SKEW_S = 300,   /* that Kerberos bears */
};

static const char prefix[] = "extest_";

/* ---- its name ---- */

/* entry_fn */
static int take_guid(void *ctx, const struct entry *e)
{
	char *digits = ctx;
	unsigned char g[GUID_BYTES] = {0};
	char text[2 * GUID_BYTES + 1];

	if (entry_bytes(e, "objectGUID", g, sizeof(g)) != sizeof(g))
		return 0;
	/* as it is written, in which the first three fields are the other way round */
	snprintf(text, sizeof(text), "%02x%02x%02x%02x%02x%02x%02x%02x", g[3], g[2], g[1], g[0],
		 g[5], g[4], g[7], g[6]);
	memcpy(digits, text, GUID_DIGITS);
	return 0;
}

static int name_after_site(struct test_account *a, struct directory *d, const char *site)
{
	static const char *const attributes[] = {"objectGUID", NULL};
	char digits[GUID_DIGITS + 1] = "", *dn = exchange_site(d, site);

	if (!dn)
		return -1;
	int rc = directory_search(d, dn, LDAP_SCOPE_BASE, "(objectClass=*)", attributes, take_guid,
				  digits);
	if (rc == 0 && !*digits)
		rc = err_set(d->err, ERR_USAGE, "the site %.100s has no GUID: give --account", dn);
	if (rc == 0)
		a->name = xasprintf("%s%s", prefix, digits);
	free(dn);
	return rc;
}

/* DC=lab,DC=example is lab.example. */
static char *domain_of(const char *base)
{
	char *domain = NULL, *copy = NULL;

	if (ldap_dn2domain(base, &domain) == 0 && domain)
		copy = xstrdup(domain);
	ldap_memfree(domain);
	return copy;
}

static bool is_dn(const char *text)
{
	return strchr(text, '=') && strchr(text, ',');
}

/* What an account of that name would be: its name and where it logs on. */
static void foresee(struct test_account *a, const struct directory *d,
		    const struct account_settings *s)
{
	const char *base = d->naming_context ? d->naming_context : "";
	char *domain = domain_of(base);

	if (!a->name)
		a->name = xstrndup(s->account, strcspn(s->account, "@"));
	if (a->is_ad) {
		a->dn = s->ou ? xasprintf("CN=%s,%s", a->name, s->ou)
			      : xasprintf("CN=%s,CN=Users,%s", a->name, base);
		a->logon = s->account && strchr(s->account, '@')
				   ? xstrdup(s->account)
				   : xasprintf("%s@%s", a->name, domain ? domain : "");
	} else {
		a->dn = xasprintf("uid=%s,%s", a->name, s->ou ? s->ou : base);
		a->logon = xstrdup(a->dn);
	}
	free(domain);
}

/* ---- the entry ---- */

struct finding {
	struct test_account *account;
	size_t count;
};

static const char *const attributes[] = {"cn",
					 "sAMAccountName",
					 "userPrincipalName",
					 "uid",
					 "description",
					 "userAccountControl",
					 "lockoutTime",
					 "badPwdCount",
					 "adminCount",
					 "pwdLastSet",
					 "pwdChangedTime",
					 "pwdAccountLockedTime",
					 "homeMDB",
					 "msExchMailboxGuid",
					 "badPasswordTime",
					 "accountExpires",
					 "pwdFailureTime",
					 "msDS-ResultantPSO",
					 "pwdPolicySubentry",
					 NULL};

/* 100 ns since 1601 ([MS-ADTS] section 2.3.5); 0: never */
static time_t file_time(uint64_t value)
{
	const uint64_t second = 10000000, epoch = 11644473600;

	return value / second < epoch ? 0 : (time_t)(value / second - epoch);
}

/* "20261126034903.123Z" (RFC 4517 section 3.3.13), as directories write it; 0: it is none */
static time_t generalized_time(const char *text)
{
	struct tm tm = {0};

	return strptime(text, "%Y%m%d%H%M%S", &tm) ? timegm(&tm) : 0;
}

static char *time_words(time_t when)
{
	char text[TIME_SIZE];
	struct tm tm;

	if (!when || !gmtime_r(&when, &tm) ||
	    !strftime(text, sizeof(text), "%Y-%m-%d %H:%M UTC", &tm))
		return NULL;
	return xstrdup(text);
}

static bool has(const struct entry *e, const char *attribute)
{
	unsigned char byte;

	return entry_bytes(e, attribute, &byte, 1) > 0;
}

static bool is_marked(const struct entry *e, const char *name)
{
	char *description = entry_text(e, "description");
	bool is_ours = !strncasecmp(name, prefix, strlen(prefix)) ||
		       (description && !strcmp(description, account_mark));

	free(description);
	return is_ours;
}

static void take_names(struct test_account *a, const struct entry *e)
{
	char *name = entry_text(e, a->is_ad ? "sAMAccountName" : "uid");
	char *logon = a->is_ad ? entry_text(e, "userPrincipalName") : xstrdup(e->dn);

	if (!name)
		name = entry_text(e, "cn");
	if (name) {
		free(a->name);
		a->name = name;
	}
	if (logon) {
		free(a->logon);
		a->logon = logon;
	}
	free(a->dn);
	a->dn = xstrdup(e->dn);
}

/* It is never where it is 0, or as large as can be ([MS-ADA1] section 2.3). */
static char *expiry(const struct entry *e)
{
	uint64_t when = entry_number(e, "accountExpires", 0);

	return when < INT64_MAX ? time_words(file_time(when)) : NULL;
}

static void take_changed(struct test_account *a, const struct entry *e)
{
	char *text = entry_text(e, "pwdChangedTime");

	a->changed = time_words(text ? generalized_time(text)
				     : file_time(entry_number(e, "pwdLastSet", 0)));
	free(text);
}

/* Logons by a wrong password: a number, or the time of each. */
static int take_refused(struct test_account *a, const struct entry *e)
{
	struct values times;
	int rc = 0;

	a->refused = (unsigned int)entry_number(e, "badPwdCount", 0);
	a->refused_last = file_time(entry_number(e, "badPasswordTime", 0));
	if (a->is_ad)
		return 0;
	rc = entry_values(e, "pwdFailureTime", &times);
	a->refused = (unsigned int)times.count;
	for (size_t i = 0; i < times.count; i++) {
		time_t when = generalized_time(times.item[i]);
		a->refused_last = when > a->refused_last ? when : a->refused_last;
	}
	values_free(&times);
	return rc;
}

/* entry_fn */
static int take_account(void *ctx, const struct entry *e)
{
	struct finding *f = ctx;
	struct test_account *a = f->account;

	if (f->count++)
		return err_set(e->directory->err, ERR_USAGE,
			       "two accounts are called so: %.100s, and %.100s; give a DN to "
			       "--account",
			       a->dn, e->dn);
	take_names(a, e);
	a->exists = true;
	a->is_ours = is_marked(e, a->name);
	a->is_disabled = entry_number(e, "userAccountControl", 0) & DISABLED;
	a->is_locked = entry_number(e, "lockoutTime", 0) > 0 || has(e, "pwdAccountLockedTime");
	a->is_privileged = entry_number(e, "adminCount", 0) > 0;
	a->has_mailbox = has(e, "msExchMailboxGuid");
	a->expires = expiry(e);
	a->policy_dn = entry_text(e, a->is_ad ? "msDS-ResultantPSO" : "pwdPolicySubentry");
	take_changed(a, e);
	return take_refused(a, e);
}

/* As people call it. */
static char *name_filter(const struct test_account *a, const char *account)
{
	char *x = directory_escape(account ? account : a->name);
	char *filter = a->is_ad ? xasprintf("(&(objectClass=user)(|(sAMAccountName=%s)"
					    "(userPrincipalName=%s)(mail=%s)"
					    "(proxyAddresses=smtp:%s)))",
					    x, x, x, x)
				: xasprintf("(|(uid=%s)(cn=%s)(mail=%s))", x, x, x);

	free(x);
	return filter;
}

static int find(struct test_account *a, struct directory *d, const struct account_settings *s)
{
	const char *base = s->directory.base ? s->directory.base : d->naming_context;
	struct finding f = {.account = a};
	bool by_dn = s->account && is_dn(s->account);
	char *filter = by_dn ? xstrdup("(objectClass=*)") : name_filter(a, s->account);

	int rc = directory_search(d,
				  by_dn  ? s->account
				  : base ? base
					 : "",
				  by_dn ? LDAP_SCOPE_BASE : LDAP_SCOPE_SUBTREE, filter, attributes,
				  take_account, &f);
	free(filter);
	if (rc == 0 || d->result != LDAP_NO_SUCH_OBJECT)
		return rc;
	directory_forgive(d);
	if (by_dn)
		return 0;
	return err_set(d->err, ERR_USAGE, "--base: no %.80s, or %.80s may not read it",
		       base && *base ? base : "entry", d->username ? d->username : "nobody");
}

/* By this machine's clock, which need not be quite that of the directory. */
static bool are_forgotten(const struct test_account *a, time_t now)
{
	int64_t window_s = a->policy.window_s < INT32_MAX ? (int64_t)a->policy.window_s : 0;

	return window_s && a->refused_last && now - a->refused_last > window_s + CLOCK_SKEW_S;
}

int test_account_read(struct test_account *a, struct directory *d, const struct account_settings *s)
{
	*a = (struct test_account){.at = d->conn.peer, .is_ad = d->configuration_context != NULL};
	if (step(d->conn.tl, "search"))
		return -1;
	if (!s->account && !a->is_ad)
		return err_set(d->err, ERR_USAGE, "this is no Active Directory: give --account");
	if (!s->account && name_after_site(a, d, s->directory.site))
		return -1;
	foresee(a, d, s);
	if (find(a, d, s) ||
	    password_policy_read(&a->policy, d, a->is_ad, !a->exists, a->policy_dn))
		return -1;
	if (are_forgotten(a, time(NULL)))
		a->refused = 0;
	return 0;
}

/* ---- what may be done to it ---- */

static int check_name(const struct test_account *a, const struct account_settings *s,
		      struct err *err)
{
	static const char allowed[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
				      "0123456789._-";

	if (!*a->name || a->name[strspn(a->name, allowed)])
		return err_set(err, ERR_USAGE,
			       "--account: \"%.60s\" is no name for a new account: letters, "
			       "digits, and \"._-\"",
			       s->account);
	if (a->is_ad && strlen(a->name) > NAME_MAX_LENGTH)
		return err_set(err, ERR_USAGE,
			       "--account: \"%.60s\" is longer than the %d characters that Active "
			       "Directory has for a name",
			       a->name, NAME_MAX_LENGTH);
	return 0;
}

static int missing(const struct test_account *a, const struct account_settings *s, struct err *err)
{
	const char *who = s->directory.common.username;

	err_set(err, ERR_REFUSED, "no account %.100s, or %.80s may not read it",
		s->account ? s->account : a->name, who ? who : "this user");
	err_hint(err, "create makes one");
	return -1;
}

/* Whose password is not changed, and who is not removed. */
static int check_whose(const struct test_account *a, enum account_action action, struct err *err)
{
	if (exchange_mailbox_is_own(a->dn))
		return err_set(err, ERR_REFUSED, "%.100s is Exchange's own: it is left alone",
			       a->name);
	if (a->is_privileged)
		return err_set(err, ERR_REFUSED,
			       "%.100s is an administrator's account (adminCount): no test is done "
			       "with that",
			       a->name);
	if (action == ACCOUNT_REMOVE && !a->is_ours) {
		err_set(err, ERR_REFUSED, "%.100s was not made by create: it is not removed",
			a->name);
		err_hint(err, "its description would be \"%s\"", account_mark);
		return -1;
	}
	return 0;
}

int test_account_check(const struct test_account *a, const struct account_settings *s,
		       struct err *err)
{
	if (s->action == ACCOUNT_CREATE && a->exists) {
		err_set(err, ERR_REFUSED, "there is one already: %.200s", a->dn);
		err_hint(err, "reset gives it a new password");
		return -1;
	}
	if (s->action == ACCOUNT_CREATE)
		return check_name(a, s, err);
	if (!a->exists)
		return missing(a, s, err);
	if (s->action == ACCOUNT_SHOW)
		return 0;
	if (check_whose(a, s->action, err))
		return -1;
	if (s->action == ACCOUNT_REMOVE || test_account_tries(a))
		return 0;
	err_set(err, ERR_REFUSED,
		"%.100s is one refused logon away from being locked: nothing is tried", a->name);
	err_hint(err, "log on by the right password, or wait until they are forgotten");
	return -1;
}

unsigned int test_account_tries(const struct test_account *a)
{
	unsigned int refused = a->is_locked ? 0 : a->refused; /* unlocking begins anew */
	unsigned int lockout = a->policy.lockout;
	unsigned int left = lockout > refused ? lockout - refused - 1 : 0;

	left = !lockout || left > TRIES ? TRIES : left;
	return a->policy.is_hidden && left ? 1 : left;
}

void test_account_free(struct test_account *a)
{
	free(a->dn);
	free(a->name);
	free(a->logon);
	free(a->changed);
	free(a->expires);
	free(a->policy_dn);
	password_policy_free(&a->policy);
	*a = (struct test_account){0};
}
