/* test_accounts.c - the file of accounts: every key, and what comes of [defaults] */
#include "config/accounts.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "unit.h"

static char dir[40];
static struct accounts a;
static struct err err;

static void setup(void)
{
	snprintf(dir, sizeof(dir), "/tmp/mailflow-accounts-XXXXXX");
	ck_assert_ptr_nonnull(mkdtemp(dir));
	ck_assert_int_eq(chdir(dir), 0);
	a = (struct accounts){0};
	err = (struct err){0};
}

static void teardown(void)
{
	accounts_free(&a);
	remove("a.ini");
	ck_assert_int_eq(chdir("/"), 0);
	ck_assert_int_eq(rmdir(dir), 0);
}

static int read_text(const char *text)
{
	FILE *f = fopen("a.ini", "w");

	ck_assert_ptr_nonnull(f);
	fputs(text, f);
	fclose(f);
	return accounts_read(&a, "a.ini", NULL, &err);
}

START_TEST(test_accounts_read__all_keys)
{
	ck_assert_msg(!read_text("[ alice@example.org ]\n"
				 "endpoint = a:993:SSL, [::1]:143\n"
				 "ENDPOINT = b\n"
				 "username = al; #1\n"
				 "password = %u is literal\n"
				 "oauth-token-command = get --user=%u\n"
				 "smtp-provider = google\n"
				 "auth = login\n"
				 "authzid = boss\n"
				 "mailbox = Probes\n"
				 "mailto = <a@b>\n"
				 "mailfrom = <>\n"
				 "smtp = s:587:TLS\n"
				 "smtp-username = relay\n"
				 "smtp-password-file = /pw\n"
				 "smtp-auth = plain\n"
				 "enabled = no\n"
				 "reason = on leave\n"),
		      "%s", err.text);
	const struct account *one = &a.item[0];
	ck_assert_uint_eq(a.count, 1);
	ck_assert_str_eq(one->section.name, "alice@example.org");
	ck_assert_uint_eq(one->section.line, 1);
	ck_assert_uint_eq(one->front.count, 3);
	ck_assert_str_eq(one->front.item[1].host, "::1");
	ck_assert_int_eq(one->front.item[0].mode, TLS_MODE_IMPLICIT);
	ck_assert_int_eq(one->front.item[2].mode, TLS_MODE_DEFAULT);
	ck_assert_str_eq(one->mailbox_logon.username, "al; #1");
	ck_assert_str_eq(one->mailbox_logon.password.value, "%u is literal");
	ck_assert_str_eq(one->mailbox_logon.token_command, "get --user=%u");
	ck_assert_str_eq(one->mailbox_logon.auth, "login");
	ck_assert_str_eq(one->authzid, "boss");
	ck_assert_str_eq(one->mailbox, "Probes");
	ck_assert_str_eq(one->mailto, "a@b");
	ck_assert_str_eq(one->mailfrom, "");
	ck_assert_str_eq(one->smtp.host, "s");
	ck_assert_str_eq(one->smtp_logon.username, "relay");
	ck_assert_str_eq(one->smtp_logon.password_file, "/pw");
	ck_assert_str_eq(one->smtp_logon.provider, "google");
	ck_assert_str_eq(one->smtp_logon.auth, "plain");
	ck_assert(one->disabled);
	ck_assert_str_eq(one->reason, "on leave");
	ck_assert(account_has_smtp_secret(one));
	ck_assert(accounts_hold_password(&a));
}
END_TEST

static const struct {
	const char *defaults, *keys;
	const char *username, *password, *password_file, *token_command; /* NULL: none */
} shared[] = {
	{"", "", NULL, NULL, NULL, NULL},
	/* %u is the section's name, but not in a password, nor for a command */
	{"username = %u*master\npassword = %u%\n", "", "alice*master", "%u%", NULL, NULL},
	{"username = 100%%\n", "", "100%", NULL, NULL, NULL},
	{"password-file = /etc/%u.pw\n", "", NULL, NULL, "/etc/alice.pw", NULL},
	{"oauth-token-command = get %u\n", "", NULL, NULL, NULL, "get %u"},
	/* what the section has itself */
	{"username = a\n", "username = b\n", "b", NULL, NULL, NULL},
	{"password = a\n", "password = b\n", NULL, "b", NULL, NULL},
	/* one secret or the other */
	{"password-file = a\n", "password = b\n", NULL, "b", NULL, NULL},
	{"password-file = a\n", "oauth-token-command = b\n", NULL, NULL, NULL, "b"},
	/* a secret for whoever it is */
	{"password = a\n", "username = b\n", "b", "a", NULL, NULL},
	/* a secret for that user; but for one that each has a name for */
	{"username = u\npassword = a\n", "username = b\n", "b", NULL, NULL, NULL},
	{"password = a\nusername = u\n", "username = b\n", "b", NULL, NULL, NULL},
	{"username = u\npassword-file = /%u\n", "username = b\n", "b", NULL, "/alice", NULL},
	{"username = u\npassword = a\n", "mailbox = b\n", "u", "a", NULL, NULL},
	{"username = u\npassword = a\n", "smtp-username = b\n", "u", "a", NULL, NULL},
};

START_TEST(test_accounts_read__takes_from_defaults)
{
	char text[400];

	for (int before = 0; before < 2; before++) {
		snprintf(text, sizeof(text), "%s%s[alice]\n%s%s%s", before ? "[defaults]\n" : "",
			 before ? shared[_i].defaults : "", shared[_i].keys,
			 before ? "" : "[DEFAULTS]\n", before ? "" : shared[_i].defaults);
		ck_assert_msg(!read_text(text), "%s", err.text);
		const struct account_logon *l = &a.item[0].mailbox_logon;
		ck_assert_uint_eq(a.count, 1);
		ck_assert_pstr_eq(l->username, shared[_i].username);
		ck_assert_pstr_eq(l->password.value, shared[_i].password);
		ck_assert_pstr_eq(l->password_file, shared[_i].password_file);
		ck_assert_pstr_eq(l->token_command, shared[_i].token_command);
		accounts_free(&a);
	}
}
END_TEST

START_TEST(test_accounts_read__lists_are_not_mixed)
{
	ck_assert_int_eq(read_text("[defaults]\nendpoint = a\nendpoint = b\n"
				   "[alice]\n[bob]\nendpoint = c\n"),
			 0);
	ck_assert_uint_eq(a.item[0].front.count, 2);
	ck_assert_uint_eq(a.item[1].front.count, 1);
	ck_assert_str_eq(a.item[1].front.item[0].host, "c");
}
END_TEST

static const struct {
	const char *text, *says; /* behind "a.ini line " */
} bad[] = {
	{"", "1: the file ends without a [account]"},
	{"[defaults]\nusername = %x\n[alice]\n",
	 "2: username: behind % there may be u, for the user, or %"},
	{"[defaults]\nendpoint = %u:0\n[alice]\n",
	 "2: endpoint: \"alice:0\": \"0\" is not a port from 1 to 65535"},
	{"[defaults]\nendpoint = a\nuser name = x\n[alice]\n",
	 "3: \"user\": '=' is missing behind the name"},
	{"[a]\nusername =\n", "2: username has no value"},
	{"[a]\nusername = b\nusername = c\n", "3: username is given twice"},
	{"[a]\nenabled = perhaps\n", "2: enabled: \"perhaps\" is neither yes nor no"},
	{"[a]\nmailto = a\001b\n", "2: mailto: control character in the value"},
	{"[a]\npassword = b\npassword-file = c\n",
	 "1: [a] password-file and password: only one can be right"},
	{"[a]\nsmtp-oauth-token-file = b\nsmtp-oauth-token-command = c\n",
	 "1: [a] smtp-oauth-token-file and smtp-oauth-token-command: only one can be right"},
};

START_TEST(test_accounts_read__rejects)
{
	ck_assert_int_eq(read_text(bad[_i].text), -1);
	ck_assert_int_eq(err.kind, ERR_USAGE);
	ck_assert_int_eq(strncmp(err.text, "a.ini line ", 11), 0);
	ck_assert_str_eq(err.text + 11, bad[_i].says);
}
END_TEST

START_TEST(test_accounts_read__long_name_is_refused)
{
	char text[ACCOUNT_NAME_MAX + 5];

	memset(text, 'a', sizeof(text));
	text[0] = '[';
	memcpy(text + ACCOUNT_NAME_MAX + 2, "]\n", 3);
	ck_assert_int_eq(read_text(text), -1);
	ck_assert_str_eq(err.text, "a.ini line 1: the account's name is longer than 254 bytes");
}
END_TEST

UNIT_MAIN_FIXTURE("accounts", setup, teardown, ONCE(test_accounts_read__all_keys),
		  ROWS(test_accounts_read__takes_from_defaults, shared),
		  ONCE(test_accounts_read__lists_are_not_mixed),
		  ROWS(test_accounts_read__rejects, bad),
		  ONCE(test_accounts_read__long_name_is_refused))
