/* test_no_way.c - what is said where there is no way to log on */
#include "mail/sasl/no_way.h"

#include <string.h>

#include "unit.h"

static const struct {
	const char *offered;
	bool tls;
	const char *text, *id;
} row[] = {
	{"", false, "without TLS the server allows no password logon", "logon-needs-tls"},
	{"GSSAPI", false, "without TLS the server allows no password logon", "logon-needs-tls"},
	{"", true, "server offers no way to log on (no AUTH)", "logon-not-offered"},
	{"PLAIN XOAUTH2", true, "no usable way to log on: server offers PLAIN XOAUTH2",
	 "logon-password-only"},
	{"LOGIN", true, "no usable way to log on: server offers LOGIN", "logon-password-only"},
	{"XOAUTH2", true, "no usable way to log on: server offers XOAUTH2", "logon-oauth-only"},
	{"OAUTHBEARER", true, "no usable way to log on: server offers OAUTHBEARER",
	 "logon-oauth-only"},
	{"GSSAPI NTLM", true, "no usable way to log on: server offers GSSAPI NTLM",
	 "logon-windows-only"},
	{"GSSAPI", true, "no usable way to log on: server offers GSSAPI", "logon-kerberos-only"},
	{"EXTERNAL", true, "no usable way to log on: server offers EXTERNAL",
	 "logon-certificate-only"},
	{"X-OWN", true, "no usable way to log on: server offers X-OWN", NULL},
};

START_TEST(test_no_way__says_what_would_be_one)
{
	struct err err = {0};
	struct timeline tl = {0};
	struct conn c = CONN_INIT(&tl, &err, NULL, "imap");

	c.tls_on = row[_i].tls;
	ck_assert_int_eq(logon_no_way(&c, row[_i].offered, "no AUTH"), -1);
	ck_assert_int_eq(err.kind, ERR_AUTH);
	ck_assert_str_eq(err.text, row[_i].text);
	ck_assert(row[_i].id ? err.id && !strcmp(err.id, row[_i].id) : !err.id);
	c.tls_on = false;
	conn_close(&c);
}
END_TEST

UNIT_MAIN_FIXTURE("no_way", NULL, NULL, ROWS(test_no_way__says_what_would_be_one, row))
