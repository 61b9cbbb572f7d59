/* test_report_tls.c - the command to try by hand is one for a shell, whatever the options say */
#include "report/report.h"

#include "results.h"
#include "unit.h"

static const struct {
	const char *host, *protocol, *sni, *ca_file, *one_address;
	enum tls_mode mode;
	const char *command;
} commands[] = {
	{"mail.example.org", "imap", NULL, NULL, "", TLS_MODE_IMPLICIT,
	 "openssl s_client -connect mail.example.org:993 -servername mail.example.org"},
	{"mail.example.org.", "pop", NULL, NULL, "", TLS_MODE_STARTTLS,
	 "openssl s_client -connect mail.example.org.:993 -starttls pop3 -servername "
	 "mail.example.org"},
	{"2001:db8::1", "smtp", NULL, NULL, "", TLS_MODE_STARTTLS,
	 "openssl s_client -connect '[2001:db8::1]:993' -starttls smtp"},
	{"mx.example.org", "lmtp", NULL, NULL, "192.0.2.1:24", TLS_MODE_STARTTLS,
	 "openssl s_client -connect 192.0.2.1:24 -starttls lmtp -servername mx.example.org"},
	{"192.0.2.1", "imap", "a.example", "/etc/my ca's.pem", "", TLS_MODE_IMPLICIT,
	 "openssl s_client -connect 192.0.2.1:993 -servername a.example -CAfile "
	 "'/etc/my ca'\\''s.pem'"},
	{"192.0.2.1", "imap", "$(reboot)", "", "", TLS_MODE_IMPLICIT,
	 "openssl s_client -connect 192.0.2.1:993 -servername '$(reboot)'"},
};

START_TEST(test_report_by_hand__is_for_a_shell)
{
	struct buf out = BUF_INIT(1000);
	struct result r;

	result_init(&r, "mail.example.org:993", "");
	snprintf(r.endpoint.host, sizeof(r.endpoint.host), "%s", commands[_i].host);
	r.endpoint.port = 993;
	r.endpoint.mode = commands[_i].mode;
	r.protocol = commands[_i].protocol;
	r.sni = commands[_i].sni;
	r.ca_file = commands[_i].ca_file;
	snprintf(r.one_address, sizeof(r.one_address), "%s", commands[_i].one_address);
	report_by_hand(&r, &out);
	ck_assert_str_eq(buf_str(&out), "");
	result_step(&r, "imap_tls", 3);
	result_fail(&r, ERR_TIMEOUT, "TLS handshake not finished", "");
	report_by_hand(&r, &out);
	ck_assert_str_eq(buf_str(&out), commands[_i].command);
	buf_free(&out);
}
END_TEST

UNIT_MAIN_FIXTURE("report_tls", NULL, NULL, ROWS(test_report_by_hand__is_for_a_shell, commands))
