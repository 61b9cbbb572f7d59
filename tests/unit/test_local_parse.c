/* test_local_parse.c - which listeners configurations of servers come to */
#include "discover/local_parse.h"

#include <string.h>

#include "base/xalloc.h"
#include "discover/found_print.h"
#include "unit.h"

enum server { DOVECOT, EXIM, POSTFIX, CYRUS, OPENSMTPD };

static const struct {
	enum server server;
	const char *text[3];
	const char *listeners; /* "HOST:PORT:TYPE " each; the name that it has itself */
} rows[] = {
	{DOVECOT,
	 {"protocols = imap\nservice imap-login {\n"
	  "inet_listener imaps {\nport = 993\nssl = yes\n}\n"
	  "inet_listener imap {\naddress = 127.0.0.1, localhost\nport = 143\n}\n}\n"
	  "service pop3-login {\ninet_listener pop3 {\nport = 110\n}\n}\nlisten = *, ::\n"},
	 "0.0.0.0:993:SSL :::993:SSL 127.0.0.1:143:TLS localhost:143:TLS "},
	{DOVECOT, {"}\n}\nservice imap-login {\ninet_listener {\nport = 1\n"}, ""},
	{EXIM,
	 {"local_interfaces = <; [::1]:2525 ; 127.0.0.1.26; 10.0.0.1\ndaemon_smtp_ports = 25:465\n"
	  "tls_on_connect_ports = 465\n"},
	 "::1:2525:TLS 127.0.0.1:26:TLS 10.0.0.1:25:TLS 10.0.0.1:465:SSL "},
	{EXIM, {"tls_advertise_hosts =\ndaemon_smtp_ports = 99999\n"}, ""},
	{POSTFIX,
	 {"25 inet n - y - - smtpd\n[::1]:465 inet n - n - - smtpd\nx unix - - - - - smtpd\n"
	  "26 inet n - y - - other\n",
	  "25/inet/inet_interfaces = 127.0.0.1\n[::1]:465/inet/smtpd_tls_wrappermode = yes\n",
	  "inet_interfaces = all\nsmtpd_tls_security_level = may\n"},
	 "127.0.0.1:25:TLS ::1:465:SSL "},
	{POSTFIX, {"25 inet n - y - - smtpd\n", "", ""}, ""},
	{CYRUS,
	 {"SERVICES {\n imaps cmd=\"imapd -s\" listen=\"[::1]:993\"\n"
	  "imap listen=\"143\" cmd=/usr/lib/cyrus/imapd # no\nlmtp cmd=lmtpd listen=/run/x\n}\n"
	  "EVENTS {\nx cmd=imapd listen=1\n}",
	  "tls_server_cert: /etc/cert.pem\n"},
	 "::1:993:SSL 0.0.0.0:143:TLS "},
	{CYRUS, {"SERVICES {\n=x cmd= listen=\"\nimap cmd=\"imapd listen=1", ""}, ""},
	{OPENSMTPD,
	 {"listen on 127.0.0.1 port 25 \\\n tls pki a\nlisten on ::1 smtps # x\n"
	  "listen on socket\nlisten\n"},
	 "127.0.0.1:25:TLS ::1:465:SSL "},
	{OPENSMTPD,
	 {"listen on \"127.0.0.1\" port '26' tls hostname \"mx.example.org\"\n"},
	 "127.0.0.1:26:TLS mx.example.org"},
};

static void parse(struct local *l, enum server server, const struct span text[3])
{
	char *copy;

	switch (server) {
	case DOVECOT:
		local_parse_dovecot(l, text[0]);
		break;
	case EXIM:
		local_parse_exim(l, text[0]);
		break;
	case POSTFIX:
		local_parse_postfix(l, text[0], text[1], text[2]);
		break;
	case CYRUS:
		local_parse_cyrus(l, text[0], text[1]);
		break;
	case OPENSMTPD:
		copy = xstrndup(text[0].at, text[0].len);
		local_parse_opensmtpd(l, copy);
		free(copy);
		break;
	}
}

START_TEST(test_local_parse__listeners)
{
	struct found found = {0};
	struct local l = {.found = &found, .program = "it"};
	struct buf out = BUF_INIT(1000);
	struct span text[3];

	for (size_t i = 0; i < 3; i++)
		text[i] = span_of(rows[_i].text[i] ? rows[_i].text[i] : "");
	parse(&l, rows[_i].server, text);
	for (size_t i = 0; i < l.listeners; i++)
		buf_printf(&out, "%s:%u:%s ", l.listener[i].host, (unsigned int)l.listener[i].port,
			   found_type(l.listener[i].mode));
	buf_append_str(&out, l.name ? l.name : "");
	ck_assert_str_eq(buf_str(&out), rows[_i].listeners);
	buf_free(&out);
	local_free(&l);
	found_free(&found);
}
END_TEST

/* A NUL ends nothing, and nobody waits for what it might end. */
START_TEST(test_local_parse__nul_in_a_file)
{
	static const char text[] = "SERVICES {\n im\0ap cmd=\"imapd\" listen=\"143\"\n}\n";
	struct span none = {"", 0}, file = {text, sizeof(text) - 1};
	struct found found = {0};
	struct local l = {.found = &found, .program = "it"};

	local_parse_cyrus(&l, file, none);
	local_parse_dovecot(&l, file);
	local_parse_exim(&l, file);
	local_parse_postfix(&l, file, file, file);
	ck_assert_uint_eq(l.listeners, 2);
	local_free(&l);
	found_free(&found);
}
END_TEST

UNIT_MAIN_FIXTURE("local_parse", NULL, NULL, ROWS(test_local_parse__listeners, rows),
		  ONCE(test_local_parse__nul_in_a_file))
