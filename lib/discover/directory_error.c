/* directory_error.c - result codes of LDAP and of Active Directory, and what they mean
 *
 * Active Directory hides why a logon failed in its diagnostic message: "... data 52e, v4563". */
#include "discover/directory_error.h"

#include <string.h>
#include <strings.h>

#include "base/hint.h"

enum { DIAGNOSTIC_MAX = 160 };

#define POLICY_HINT "the directory's policy for passwords: length, kinds of characters, history"

static const struct {
	const char *data; /* a Windows error, in hexadecimal */
	struct hint hint;
} logon_faults[] = {
	{"data 525", {"ldap-no-user", "no such user: see -U"}},
	{"data 52e", {"ldap-wrong-password", "wrong user or password: see -U and --password-file"}},
	{"data 52f", {"ldap-restricted", "the account is restricted: blank passwords, or hours"}},
	{"data 530", {"ldap-logon-hours", "the account may not log on at this hour"}},
	{"data 531", {"ldap-workstation", "the account may not log on from this machine"}},
	{"data 532", {"ldap-password-expired", "the password has expired: set a new one"}},
	{"data 533", {"ldap-account-disabled", "the account is disabled: enable it"}},
	{"data 701", {"ldap-account-expired", "the account has expired: see its accountExpires"}},
	{"data 773", {"ldap-password-reset", "the password must be changed first"}},
	{"data 775", {"ldap-account-locked", "the account is locked out: unlock it, or wait"}},
};

static const struct {
	int result;
	enum err_kind kind;
	struct hint hint;
} result_faults[] = {
	{LDAP_INVALID_CREDENTIALS,
	 ERR_AUTH,
	 {"ldap-wrong-password", "wrong user or password: see -U and --password-file"}},
	{LDAP_INVALID_DN_SYNTAX,
	 ERR_AUTH,
	 {"ldap-user-form", "this directory wants the DN of the user: -U cn=probe,dc=..."}},
	{LDAP_INAPPROPRIATE_AUTH, ERR_AUTH, {"ldap-no-logon", "this entry has no password"}},
	{LDAP_STRONG_AUTH_REQUIRED,
	 ERR_AUTH,
	 {"ldap-wants-tls", "the server wants TLS: --domain-controller HOST:389:TLS or HOST:636"}},
	{LDAP_CONFIDENTIALITY_REQUIRED,
	 ERR_AUTH,
	 {"ldap-wants-tls", "the server wants TLS: --domain-controller HOST:389:TLS or HOST:636"}},
	{LDAP_AUTH_METHOD_NOT_SUPPORTED, ERR_AUTH, {"ldap-no-gssapi", "try another --auth"}},
	{LDAP_INSUFFICIENT_ACCESS,
	 ERR_AUTH,
	 {"ldap-no-rights", "the account may not do this: see its rights"}},
	/* of OpenLDAP's ppolicy, and Samba's; Windows has the one below, and 0000052D */
	{LDAP_CONSTRAINT_VIOLATION, ERR_REFUSED, {"ldap-policy", POLICY_HINT}},
	{LDAP_OPERATIONS_ERROR,
	 ERR_AUTH,
	 {"ldap-log-on-first", "the server answers nobody who has not logged on: give -U"}},
	{LDAP_UNAVAILABLE, ERR_TRANSIENT, {"ldap-no-tls", "has it no certificate for TLS?"}},
	{LDAP_PROTOCOL_ERROR, ERR_REFUSED, {"ldap-no-tls", "has it no certificate for TLS?"}},
	{LDAP_BUSY, ERR_TRANSIENT, {"ldap-busy", "it is busy: try later"}},
	{LDAP_SIZELIMIT_EXCEEDED,
	 ERR_REFUSED,
	 {"ldap-size-limit", "the server gives this account too few entries: raise its limit"}},
	{LDAP_ADMINLIMIT_EXCEEDED,
	 ERR_REFUSED,
	 {"ldap-size-limit", "the server gives this account too few entries: raise its limit"}},
	{LDAP_FILTER_ERROR, ERR_USAGE, {"ldap-filter", "a filter is such as (objectClass=user)"}},
	/* of Cyrus SASL, in this process */
	{LDAP_LOCAL_ERROR,
	 ERR_AUTH,
	 {"ldap-no-ticket", "no Kerberos ticket? give --keytab, or run kinit"}},
};

/* Windows refuses what its policy forbids as unwilling (ERROR_PASSWORD_RESTRICTION). */
static const struct hint *policy_hint(const char *diagnostic)
{
	static const struct hint policy = {"ldap-policy", POLICY_HINT};

	return strcasestr(diagnostic, "0000052D") ? &policy : NULL;
}

static const struct hint *logon_hint(const char *diagnostic)
{
	for (size_t i = 0; i < sizeof(logon_faults) / sizeof(logon_faults[0]); i++)
		if (strcasestr(diagnostic, logon_faults[i].data))
			return &logon_faults[i].hint;
	return NULL;
}

static int fail(struct directory *d, const char *what, const char *diagnostic)
{
	size_t rows = sizeof(result_faults) / sizeof(result_faults[0]), i = 0;
	size_t len = strnlen(diagnostic, DIAGNOSTIC_MAX), shown_len;
	const char *shown = conn_shown(&d->conn, diagnostic, len, &shown_len);

	while (i < rows && result_faults[i].result != d->result)
		i++;
	err_set(d->err, i < rows ? result_faults[i].kind : ERR_REFUSED, "%s%s%s%s%.*s", what,
		*what ? ": " : "", ldap_err2string(d->result), len ? ": " : "", (int)shown_len,
		shown);
	const struct hint *hint = d->result == LDAP_INVALID_CREDENTIALS ? logon_hint(diagnostic)
									: policy_hint(diagnostic);
	err_advise(d->err, hint ? hint : i < rows ? &result_faults[i].hint : NULL);
	return -1;
}

int directory_judge(struct directory *d, const char *what, LDAPMessage *message,
		    LDAPControl ***controls_r)
{
	char *diagnostic = NULL;

	int rc = ldap_parse_result(d->ldap, message, &d->result, NULL, &diagnostic, NULL,
				   controls_r, 1);
	if (rc != LDAP_SUCCESS)
		d->result = rc;
	rc = d->result == LDAP_SUCCESS ? 0 : fail(d, what, diagnostic ? diagnostic : "");
	ldap_memfree(diagnostic);
	return rc;
}

int directory_fail(struct directory *d, const char *what, int rc)
{
	char *diagnostic = NULL;

	d->result = rc;
	ldap_get_option(d->ldap, LDAP_OPT_DIAGNOSTIC_MESSAGE, &diagnostic);
	fail(d, what, diagnostic ? diagnostic : "");
	ldap_memfree(diagnostic);
	return -1;
}
