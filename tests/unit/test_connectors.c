/* test_connectors.c - the file of connectors: every key, every error with its line */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/clock.h"
#include "config/connectors.h"

#include "unit.h"

static char dir[40];
static struct connectors c;
static struct endpoint_list bare;
static struct err err;

static void setup(void)
{
	snprintf(dir, sizeof(dir), "/tmp/mailflow-connectors-XXXXXX");
	ck_assert_ptr_nonnull(mkdtemp(dir));
	ck_assert_int_eq(chdir(dir), 0);
	c = (struct connectors){0};
	bare = (struct endpoint_list){0};
	err = (struct err){0};
}

static void teardown(void)
{
	connectors_free(&c);
	free(bare.item);
	remove("c.ini");
	ck_assert_int_eq(chdir("/"), 0);
	ck_assert_int_eq(rmdir(dir), 0);
}

static int read_text(const char *text)
{
	FILE *f = fopen("c.ini", "w");

	ck_assert_ptr_nonnull(f);
	fputs(text, f);
	fclose(f);
	return connectors_read(&c, &bare, "c.ini", NULL, &err);
}

START_TEST(test_connectors_read__all_keys)
{
	ck_assert_msg(!read_text("# comment\n"
				 "[ Default Frontend MBX01 ]\n"
				 "server = mbx01.example.org\n"
				 "bindings = 0.0.0.0:25, [::]:25\n"
				 "bindings = 10.0.0.7:2525 [2001:db8::1]:587\n"
				 "connection-type = ssl\n"
				 "protocol = LMTP\n"
				 "enabled = No\n"
				 "fqdn = mx.example.org\n"
				 "certificate-name = cert.example.org\n"
				 "require = 8BITMIME, SIZE>=10\n"
				 "require = CHUNKING\n"
				 "forbid = AUTH=LOGIN\n"
				 "auth = login\n"
				 "username = probe; #1\n"
				 "password-file = /etc/pw\n"
				 "through = RCPT\n"),
		      "%s", err.text);
	ck_assert_uint_eq(c.count, 1);
	const struct connector *k = &c.item[0];
	ck_assert_str_eq(k->section.name, "Default Frontend MBX01");
	ck_assert_uint_eq(k->section.line, 2);
	ck_assert_str_eq(k->server, "mbx01.example.org");
	ck_assert_uint_eq(k->bindings, 4);
	ck_assert(k->binding[0].any && k->binding[0].family == AF_INET && k->binding[0].port == 25);
	ck_assert(k->binding[1].any && k->binding[1].family == AF_INET6);
	ck_assert_str_eq(k->binding[1].text, "[::]:25");
	ck_assert(!k->binding[2].any && k->binding[2].port == 2525);
	ck_assert_str_eq(k->binding[3].address, "2001:db8::1");
	ck_assert_str_eq(k->binding[3].text, "[2001:db8::1]:587");
	ck_assert_int_eq(k->mode, TLS_MODE_IMPLICIT);
	ck_assert_int_eq(k->protocol, CONNECTOR_LMTP);
	ck_assert(k->disabled);
	ck_assert_str_eq(k->fqdn, "mx.example.org");
	ck_assert_str_eq(k->certificate_name, "cert.example.org");
	ck_assert_uint_eq(k->rules.count, 4);
	ck_assert(!k->rules.item[2].forbidden && k->rules.item[3].forbidden);
	ck_assert_str_eq(k->auth, "LOGIN");
	ck_assert_str_eq(k->username, "probe; #1");
	ck_assert_str_eq(k->password_file, "/etc/pw");
	ck_assert_int_eq(k->through, SMTP_THROUGH_RCPT);
}
END_TEST

START_TEST(test_connectors_read__what_is_not_said_is_left_open)
{
	ck_assert_int_eq(read_text("[a]\nserver=mx\n[b]\nbindings=127.0.0.1:1\n"), 0);
	ck_assert_uint_eq(c.count, 2);
	ck_assert_uint_eq(c.item[0].bindings, 0);
	ck_assert_int_eq(c.item[0].mode, TLS_MODE_DEFAULT);
	ck_assert_int_eq(c.item[0].protocol, CONNECTOR_DEFAULT);
	ck_assert_int_eq(c.item[0].through, SMTP_THROUGH_DEFAULT);
	ck_assert(!c.item[0].disabled && !c.item[0].no_auth && !c.item[0].username);
	ck_assert_ptr_null(c.item[1].server);
}
END_TEST

START_TEST(test_connectors_read__keys_in_any_case)
{
	ck_assert_msg(!read_text("[a]\nServer = mx\nBINDINGS=127.0.0.1:1\nPassword-File = p\n"
				 "[A]\nFQDN = mx\nServer = mx\n"),
		      "%s", err.text);
	ck_assert_uint_eq(c.count, 2); /* names are told apart by their case */
	ck_assert_str_eq(c.item[0].server, "mx");
	ck_assert_uint_eq(c.item[0].bindings, 1);
	ck_assert_str_eq(c.item[0].password_file, "p");
	ck_assert_str_eq(c.item[1].fqdn, "mx");
}
END_TEST

/* inih by itself cuts a section's name to 49 bytes */
START_TEST(test_connectors_read__long_names_are_told_apart)
{
	ck_assert_int_eq(
		read_text(
			"[0123456789012345678901234567890123456789012345678901234567 a]\nserver=x\n"
			"[0123456789012345678901234567890123456789012345678901234567 "
			"b]\nserver=y\n"),
		0);
	ck_assert_str_eq(c.item[1].section.name,
			 "0123456789012345678901234567890123456789012345678901234567 b");
	ck_assert_str_eq(c.item[1].server, "y");
}
END_TEST

static const struct {
	const char *text;
	const char *expected; /* behind "c.ini line " */
} bad[] = {
	{"", "1: the file ends without a [connector]"},
	{"# nothing\n\n", "2: the file ends without a [connector]"},
	{"server = a\n[a]\n", "1: no [section] before it"},
	{"[a]\nsrever = a\n",
	 "2: unknown key \"srever\", there are: server, bindings, connection-type, protocol, "
	 "enabled, reason, fqdn, "
	 "certificate-name, require, forbid, auth, username, password-file, "
	 "oauth-token-file, oauth-token-command, provider, through"},
	{"[a]\nserver = a\n[b]\nserver = b\n\n[a]\nserver = c\n", "6: [a] is in line 1 already"},
	{"[b]\nserver=a\n[a]\nserver=a\n[a]\nserver=b\n[b]\nserver=a\n",
	 "5: [a] is in line 3 already"},
	{"[a]\nserver = a\nserver = a\n", "3: server is given twice"},
	{"[a]\nserver = a\nServer = a\n", "3: server is given twice"},
	{"[a]\nAuth\n", "2: auth has no value"},
	{"[a]\nserver\n", "2: server has no value"},
	{"[a]\nserver = mx:25\n",
	 "2: server: \"mx:25\" is to be a name without a port: ports belong to bindings"},
	{"[a]\nbindings = 127.0.0.1\n",
	 "2: bindings: \"127.0.0.1\": the port is missing, such as 127.0.0.1:25"},
	{"[a]\nbindings = ::1\n", "2: bindings: \"::1\": the port is missing, such as [::1]:25"},
	{"[a]\nbindings = 127.0.0.1:25:TLS\n", "2: bindings: \"127.0.0.1:25:TLS\": a binding is "
					       "ADDRESS:PORT, the type is for connection-type"},
	{"[a]\nbindings = mx:25\n",
	 "2: bindings: \"mx:25\": a binding is ADDRESS:PORT, names are for server"},
	{"[a]\nbindings = 127.0.0.1:25,127.0.0.1:25\n", "2: bindings: 127.0.0.1:25 is given twice"},
	{"[a]\nbindings = 127.0.0.1:0\n",
	 "2: bindings: \"127.0.0.1:0\": \"0\" is not a port from 1 to 65535"},
	{"[a]\n\nbindings = 0.0.0.0:25\n",
	 "1: [a] needs server, whose addresses its binding stands for"},
	{"[a]\nbindings = [::]:25\n",
	 "1: [a] needs server, whose addresses its binding stands for"},
	{"[a]\nbindings = [0::0]:25\n",
	 "1: [a] needs server, whose addresses its binding stands for"},
	{"[a]\n", "1: [a] has neither bindings nor server"},
	{"[]\nserver=a\n", "1: the connector has no name"},
	{"[a]\nserver=a\nenabled = 2\n", "3: enabled: \"2\" is neither yes nor no"},
	{"[a]\nserver=a\nauth = apop\n",
	 "3: auth: \"apop\" is none of EXTERNAL GSSAPI OAUTHBEARER XOAUTH2 SCRAM-SHA-256-PLUS "
	 "SCRAM-SHA-1-PLUS SCRAM-SHA-256 SCRAM-SHA-1 DIGEST-MD5 CRAM-MD5 PLAIN LOGIN NTLM "
	 "ANONYMOUS"},
	{"[a]\nserver=a\nprotocol = http\n", "3: protocol: \"http\" is neither smtp nor lmtp"},
	{"[a]\nserver=a\nthrough = data\n",
	 "3: through: \"data\" is none of banner, ehlo, tls, auth, mail, rcpt"},
	{"[a]\nserver=a\nthrough = tls\nconnection-type = none\n",
	 "1: [a] cannot go through=tls with connection-type=plaintext"},
	{"[a]\nserver=a\nthrough = banner\nrequire = SIZE\n",
	 "1: [a] requires EHLO keywords, but goes through=banner only"},
	{"[a]\nserver=a\nthrough = auth\nauth = none\n",
	 "1: [a] cannot go through=auth with auth=none"},
	{"[a]\nserver=a\nauth = none\nusername = me\n",
	 "1: [a] has a user or a secret, but auth=none"},
	{"[a]\nserver=a\nusername = a\x01z\n", "3: username: control character in the value"},
	{"[a\nserver=a\n", "1: neither [section] nor name = value nor comment"},
};

START_TEST(test_connectors_read__rejects)
{
	char expected[400];

	snprintf(expected, sizeof(expected), "c.ini line %s", bad[_i].expected);
	ck_assert_int_eq(read_text(bad[_i].text), -1);
	ck_assert_int_eq(err.kind, ERR_USAGE);
	ck_assert_str_eq(err.text, expected);
}
END_TEST

/* as PowerShell's > writes it */
START_TEST(test_connectors_read__says_that_the_file_is_utf16)
{
	static const char text[] = "\xff\xfe[\0a\0]\0\r\0\n\0";
	FILE *f = fopen("c.ini", "w");

	ck_assert_ptr_nonnull(f);
	ck_assert_uint_eq(fwrite(text, 1, sizeof(text) - 1, f), sizeof(text) - 1);
	fclose(f);
	ck_assert_int_eq(connectors_read(&c, &bare, "c.ini", NULL, &err), -1);
	ck_assert_int_eq(err.kind, ERR_USAGE);
	ck_assert_msg(!strncmp(err.text, "c.ini is UTF-16", 15), "%s", err.text);
}
END_TEST

START_TEST(test_connectors_read__long_name_is_refused)
{
	char text[200] = "[";

	memset(text + 1, 'x', CONNECTOR_NAME_MAX + 1);
	strncat(text, "]\nserver=a\n", 20);
	ck_assert_int_eq(read_text(text), -1);
	ck_assert_str_eq(err.text, "c.ini line 1: the connector's name is longer than 100 bytes");
}
END_TEST

START_TEST(test_connectors_read__a_hundred_thousand)
{
	FILE *f = fopen("c.ini", "w");

	for (int i = 0; i < 100000; i++)
		fprintf(f, "[connector %d]\nserver = mx%d.example.org\nbindings = 0.0.0.0:25\n", i,
			i);
	fclose(f);
	ck_assert_int_eq(connectors_read(&c, &bare, "c.ini", NULL, &err), 0);
	ck_assert_uint_eq(c.count, 100000);
	ck_assert_str_eq(c.item[99999].server, "mx99999.example.org");
	ck_assert_uint_eq(c.item[99999].section.line, 299998);
}
END_TEST

START_TEST(test_connectors_read__bounds_the_bindings_of_one)
{
	FILE *f = fopen("c.ini", "w");

	fprintf(f, "[a]\n");
	for (int i = 0; i < CONNECTOR_BINDINGS_MAX + 1; i++)
		fprintf(f, "bindings = 127.0.%d.%d:25\n", i / 256, i % 256);
	fclose(f);
	ck_assert_int_eq(connectors_read(&c, &bare, "c.ini", NULL, &err), -1);
	ck_assert_str_eq(err.text, "c.ini line 1002: bindings: more than 1000 of one connector");
	ck_assert_uint_eq(c.item[0].bindings, CONNECTOR_BINDINGS_MAX);
}
END_TEST

START_TEST(test_connectors_read__missing_file)
{
	ck_assert_int_eq(connectors_read(&c, &bare, "c.ini", NULL, &err), -1);
	ck_assert_str_eq(err.text, "cannot open c.ini: No such file or directory");
}
END_TEST

UNIT_MAIN_FIXTURE("connectors", setup, teardown, ONCE(test_connectors_read__all_keys),
		  ONCE(test_connectors_read__what_is_not_said_is_left_open),
		  ONCE(test_connectors_read__keys_in_any_case),
		  ONCE(test_connectors_read__long_names_are_told_apart),
		  ROWS(test_connectors_read__rejects, bad),
		  ONCE(test_connectors_read__says_that_the_file_is_utf16),
		  ONCE(test_connectors_read__long_name_is_refused),
		  ONCE(test_connectors_read__a_hundred_thousand),
		  ONCE(test_connectors_read__bounds_the_bindings_of_one),
		  ONCE(test_connectors_read__missing_file))
