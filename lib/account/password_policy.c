/* password_policy.c - reads the entries that hold the rules */
#include "account/password_policy.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "base/xalloc.h"

enum { COMPLEX = 1 /* in pwdProperties ([MS-SAMR] section 2.2.1.5) */ };

static const char any[] = "(objectClass=*)";

/* ---- an entry's rules ---- */

/* What the same rule is called in each kind of entry, each of which has proof: where that is not
 * shown, the others are hidden, too. */
struct names {
	const char *proof;
	const char *name, *length, *history, *complexity, *age, *lockout, *window;
	uint64_t per_second; /* of its times, which Active Directory has as negative numbers */
};

static const struct names of_domain = {
	.proof = "minPwdLength",
	.length = "minPwdLength",
	.history = "pwdHistoryLength",
	.complexity = "pwdProperties",
	.age = "minPwdAge",
	.lockout = "lockoutThreshold",
	.window = "lockOutObservationWindow",
	.per_second = 10000000,
};

/* [MS-ADTS] section 3.1.1.4.5.36 and what it refers to */
static const struct names of_settings = {
	.proof = "msDS-MinimumPasswordLength",
	.name = "cn",
	.length = "msDS-MinimumPasswordLength",
	.history = "msDS-PasswordHistoryLength",
	.complexity = "msDS-PasswordComplexityEnabled",
	.age = "msDS-MinimumPasswordAge",
	.lockout = "msDS-LockoutThreshold",
	.window = "msDS-LockoutObservationWindow",
	.per_second = 10000000,
};

/* draft-behera-ldap-password-policy-10 section 5.2; what is complex is pwdCheckModule's to say */
static const struct names of_ppolicy = {
	.proof = "pwdAttribute",
	.name = "cn",
	.length = "pwdMinLength",
	.history = "pwdInHistory",
	.complexity = "pwdLockout", /* without it, pwdMaxFailure is not looked at */
	.age = "pwdMinAge",
	.lockout = "pwdMaxFailure",
	.window = "pwdFailureCountInterval",
	.per_second = 1,
};

static uint64_t seconds(const struct entry *e, const struct names *n, const char *attribute)
{
	char *text = entry_text(e, attribute);
	const char *digits = text && *text == '-' ? text + 1 : text;
	uint64_t number = 0;

	if (digits && text_parse_uint(digits, strlen(digits), UINT64_MAX, &number))
		number = 0;
	free(text);
	return number / n->per_second;
}

static bool is_true(const struct entry *e, const char *attribute)
{
	char *text = entry_text(e, attribute);
	bool is = text && !strcmp(text, "TRUE");

	free(text);
	return is;
}

static unsigned int number(const struct entry *e, const char *attribute)
{
	return (unsigned int)entry_number(e, attribute, 0);
}

static void take(struct password_policy *p, const struct names *n, const struct entry *e)
{
	*p = (struct password_policy){
		.name = n->name ? entry_text(e, n->name) : NULL,
		.least_length = number(e, n->length),
		.history = number(e, n->history),
		.least_age_s = seconds(e, n, n->age),
		.lockout = number(e, n->lockout),
		.window_s = seconds(e, n, n->window),
	};
	if (n == &of_domain)
		p->is_complex = number(e, n->complexity) & COMPLEX;
	else if (n == &of_settings)
		p->is_complex = is_true(e, n->complexity);
	else if (!is_true(e, n->complexity))
		p->lockout = 0;
}

/* ---- one, or several ---- */

struct reading {
	const struct names *names;
	struct password_policy *policy;
	size_t count;
};

static uint64_t larger(uint64_t a, uint64_t b)
{
	return a > b ? a : b;
}

/* Rule by rule, the stricter one. */
static void add(struct password_policy *all, const struct password_policy *p)
{
	all->least_length = (unsigned int)larger(all->least_length, p->least_length);
	all->history = (unsigned int)larger(all->history, p->history);
	all->is_complex = all->is_complex || p->is_complex;
	all->least_age_s = larger(all->least_age_s, p->least_age_s);
	if (!all->lockout || (p->lockout && p->lockout < all->lockout))
		all->lockout = p->lockout;
	all->window_s = all->window_s && p->window_s ? larger(all->window_s, p->window_s) : 0;
}

/* entry_fn */
static int take_one(void *ctx, const struct entry *e)
{
	struct reading *r = ctx;
	struct password_policy one;
	unsigned char byte;

	if (!entry_bytes(e, r->names->proof, &byte, 1))
		return 0;
	take(&one, r->names, e);
	if (!r->count++) {
		password_policy_free(r->policy);
		*r->policy = one;
		return 0;
	}
	add(r->policy, &one);
	password_policy_free(&one);
	free(r->policy->name);
	r->policy->name = NULL;
	return 0;
}

/* What is not there, or is hidden, is no error. */
static int search(struct directory *d, struct reading *r, const char *base, int scope,
		  const char *filter)
{
	const struct names *n = r->names;
	const char *const attributes[] = {n->length, n->history, n->complexity, n->age, n->lockout,
					  n->window, n->proof,   n->name,       NULL};

	if (directory_search(d, base, scope, filter, attributes, take_one, r) == 0)
		return 0;
	if (d->result != LDAP_NO_SUCH_OBJECT && d->result != LDAP_INSUFFICIENT_ACCESS)
		return -1;
	directory_forgive(d);
	return 0;
}

/* One that is meant for the account holds instead of all others. */
static int read_own(struct directory *d, struct reading *r, const char *dn)
{
	r->count = 0;
	int rc = search(d, r, dn, LDAP_SCOPE_BASE, any);
	r->policy->is_hidden = !r->count;
	return rc;
}

static int read_settings(struct directory *d, struct reading *r)
{
	char *place = xasprintf("CN=Password Settings Container,CN=System,%s", d->naming_context);

	r->names = &of_settings;
	int rc = search(d, r, place, LDAP_SCOPE_ONELEVEL, "(objectClass=msDS-PasswordSettings)");
	free(place);
	return rc;
}

int password_policy_read(struct password_policy *p, struct directory *d, bool is_ad, bool is_new,
			 const char *dn)
{
	struct reading r = {.names = is_ad ? &of_domain : &of_ppolicy, .policy = p};
	const char *base = d->naming_context ? d->naming_context : "";

	*p = (struct password_policy){0};
	if (!is_ad && dn)
		return read_own(d, &r, dn);
	if (!is_ad)
		return search(d, &r, base, LDAP_SCOPE_SUBTREE, "(objectClass=pwdPolicy)");
	if (read_own(d, &r, base))
		return -1;
	if (is_new)
		return read_settings(d, &r);
	r.names = &of_settings;
	return dn ? read_own(d, &r, dn) : 0;
}

/* ---- its words ---- */

static void put_time(struct buf *out, uint64_t s)
{
	static const struct {
		uint64_t seconds;
		const char *name;
	} units[] = {{86400, "day"}, {3600, "hour"}, {60, "minute"}, {1, "second"}};
	size_t i = 0;

	while (s % units[i].seconds)
		i++;
	s /= units[i].seconds;
	buf_printf(out, "%llu %s%s", (unsigned long long)s, units[i].name, s == 1 ? "" : "s");
}

void password_policy_words(const struct password_policy *p, char *text, size_t size)
{
	struct buf out = BUF_INIT(size - 1);

	if (p->least_length)
		buf_printf(&out, ", %u characters or more", p->least_length);
	if (p->is_complex)
		buf_append_str(&out, ", three kinds of them, no name");
	if (p->history)
		buf_printf(&out, ", none of the last %u", p->history);
	if (p->least_age_s) {
		buf_append_str(&out, ", ");
		put_time(&out, p->least_age_s);
		buf_append_str(&out, " after the last");
	}
	text[0] = '\0';
	if (p->is_hidden)
		snprintf(text, size,
			 "a policy that this user may not read: length, kinds of characters");
	else if (out.len && p->name)
		snprintf(text, size, "policy \"%.40s\": %s", p->name, buf_str(&out) + 2);
	else if (out.len)
		snprintf(text, size, "policy: %s", buf_str(&out) + 2);
	buf_free(&out);
}

void password_policy_free(struct password_policy *p)
{
	free(p->name);
	*p = (struct password_policy){0};
}
