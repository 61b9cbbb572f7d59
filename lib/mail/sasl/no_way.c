/* no_way.c - where there is no way to log on, or none that is answered: why, and what a person can
 * do about it */
#include "mail/sasl/no_way.h"

#include <string.h>

#include "base/hint.h"
#include "base/span.h"
#include "base/text.h"

static const struct hint needs_tls = {"logon-needs-tls", "-T tls"};
static const struct hint silent = {
	"logon-silent", "the user database or another service behind the logon hangs? see its log"};
static const struct hint none_offered = {
	"logon-not-offered", "is this the port for clients, and may they log on there?"};

/* By what is offered; the first that fits. */
static const struct {
	const char *mechanism;
	struct hint hint;
} rows[] = {
	{"PLAIN", {"logon-password-only", "it takes passwords: --password-file"}},
	{"LOGIN", {"logon-password-only", "it takes passwords: --password-file"}},
	{"XOAUTH2", {"logon-oauth-only", "it wants OAuth: --oauth-token-file"}},
	{"OAUTHBEARER", {"logon-oauth-only", "it wants OAuth: --oauth-token-file"}},
	{"NTLM",
	 {"logon-windows-only",
	  "it wants Kerberos or NTLM: --auth=NTLM, or allow passwords there (LoginType)"}},
	{"GSSAPI",
	 {"logon-kerberos-only", "it wants Kerberos: --auth=GSSAPI, or allow passwords there"}},
	{"EXTERNAL", {"logon-certificate-only", "it wants a client certificate: --client-cert"}},
};

static const struct hint *choose_hint(const char *offered, bool tls_on)
{
	if (!tls_on)
		return &needs_tls;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		if (span_has_word(span_of(offered), rows[i].mechanism))
			return &rows[i].hint;
	return *offered ? NULL : &none_offered;
}

int logon_no_way(struct conn *c, const char *offered, const char *sign)
{
	if (!c->tls_on)
		err_set(c->err, ERR_AUTH, "without TLS the server allows no password logon");
	else if (*offered)
		err_set(c->err, ERR_AUTH, "no usable way to log on: server offers %s", offered);
	else
		err_set(c->err, ERR_AUTH, "server offers no way to log on (%s)", sign);
	err_advise(c->err, choose_hint(offered, c->tls_on));
	return -1;
}

/* "Administrator", also behind a domain, or in front of one. */
static bool is_administrator(const char *username)
{
	const char *slash = strrchr(username, '\\');
	const char *name = slash ? slash + 1 : username;

	return text_equal_nocase(name, strcspn(name, "@"), "Administrator");
}

/* What Exchange says where it cannot open a mailbox. */
static bool is_exchange(const char *text)
{
	static const char *const words[] = {"LOGIN failed.", "AUTHENTICATE failed.",
					    "Logon failure: unknown user name",
					    "authenticated but not connected"};

	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (span_contains(span_of(text), words[i]))
			return true;
	return false;
}

int logon_failed(struct conn *c, const char *username)
{
	static const struct hint administrator = {
		"logon-administrator",
		"Exchange 2016 and later open the Administrator mailbox over "
		"neither IMAP nor POP3: test another"};

	if (err_is_timeout(c->err->kind))
		err_advise(c->err, &silent);
	if (c->err->kind == ERR_AUTH && is_administrator(username) && is_exchange(c->err->text)) {
		err_unhint(c->err);
		err_advise(c->err, &administrator);
	}
	return -1;
}
