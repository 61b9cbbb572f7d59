/* test_endpoint.c - HOST[:PORT[:TYPE]], connection types, completion with well-known ports */
#include <stdlib.h>
#include <string.h>

#include "net/endpoint.h"

#include "unit.h"

static const struct {
	const char *text, *host;
	uint16_t port;
	enum tls_mode mode;
} good[] = {
	{"mail.example.org", "mail.example.org", 0, TLS_MODE_DEFAULT},
	{"mail.example.org.", "mail.example.org.", 0, TLS_MODE_DEFAULT},
	{"mail", "mail", 0, TLS_MODE_DEFAULT},
	{"mail:993", "mail", 993, TLS_MODE_DEFAULT},
	{"mail:1", "mail", 1, TLS_MODE_DEFAULT},
	{"mail:65535", "mail", 65535, TLS_MODE_DEFAULT},
	{"mail:993:SSL", "mail", 993, TLS_MODE_IMPLICIT},
	{"mail:143:TLS", "mail", 143, TLS_MODE_STARTTLS},
	{"mail:143:PLAIN", "mail", 143, TLS_MODE_PLAINTEXT},
	{"mail:143:", "mail", 143, TLS_MODE_DEFAULT},
	{"mail:", "mail", 0, TLS_MODE_DEFAULT},
	{"mail::", "mail", 0, TLS_MODE_DEFAULT},
	{"mail::SSL", "mail", 0, TLS_MODE_IMPLICIT},
	{"192.0.2.1::", "192.0.2.1", 0, TLS_MODE_DEFAULT},
	{"[::1]:", "::1", 0, TLS_MODE_DEFAULT},
	{"[::1]::", "::1", 0, TLS_MODE_DEFAULT},
	{"[::1]::TLS", "::1", 0, TLS_MODE_STARTTLS},
	{"cafe:", "cafe", 0, TLS_MODE_DEFAULT},
	{"cafe::ssl", "cafe", 0, TLS_MODE_IMPLICIT},
	{"mail:993:ssl", "mail", 993, TLS_MODE_IMPLICIT},
	{"mail:143:Tls", "mail", 143, TLS_MODE_STARTTLS},
	{"mail:143:plain", "mail", 143, TLS_MODE_PLAINTEXT},
	{"_mail-1.example.org:25", "_mail-1.example.org", 25, TLS_MODE_DEFAULT},
	{"b\xc3\xbc"
	 "cher.example",
	 "b\xc3\xbc"
	 "cher.example",
	 0, TLS_MODE_DEFAULT},
	{"192.0.2.1", "192.0.2.1", 0, TLS_MODE_DEFAULT},
	{"1.2.3.mx1", "1.2.3.mx1", 0, TLS_MODE_DEFAULT},
	{"25.example", "25.example", 0, TLS_MODE_DEFAULT},
	{"0x", "0x", 0, TLS_MODE_DEFAULT},
	{"0xen", "0xen", 0, TLS_MODE_DEFAULT},
	{"192.0.2.1:993:SSL", "192.0.2.1", 993, TLS_MODE_IMPLICIT},
	{"::1", "::1", 0, TLS_MODE_DEFAULT},
	{"2001:db8::993", "2001:db8::993", 0, TLS_MODE_DEFAULT},
	{"::ffff:192.0.2.1", "::ffff:192.0.2.1", 0, TLS_MODE_DEFAULT},
	{"fe80::1%eth0", "fe80::1%eth0", 0, TLS_MODE_DEFAULT},
	{"[::1]", "::1", 0, TLS_MODE_DEFAULT},
	{"[::1]:993", "::1", 993, TLS_MODE_DEFAULT},
	{"[::1]:993:SSL", "::1", 993, TLS_MODE_IMPLICIT},
	{"[2001:db8::1]:143:", "2001:db8::1", 143, TLS_MODE_DEFAULT},
	{"[::1:143]", "::1:143", 0, TLS_MODE_DEFAULT},
	{"[::]", "::", 0, TLS_MODE_DEFAULT},
	{"[::]:25", "::", 25, TLS_MODE_DEFAULT},
	{"[cafe::]", "cafe::", 0, TLS_MODE_DEFAULT},
	/* no port of mail, or no address without it */
	{"::143", "::143", 0, TLS_MODE_DEFAULT},
	{"2001:db8::25", "2001:db8::25", 0, TLS_MODE_DEFAULT},
	{"2001:db8::1:7", "2001:db8::1:7", 0, TLS_MODE_DEFAULT},
	{"2001:db8::1:0143", "2001:db8::1:0143", 0, TLS_MODE_DEFAULT},
	{"2001:db8:0:0:0:0:0:143", "2001:db8:0:0:0:0:0:143", 0, TLS_MODE_DEFAULT},
	{"2001:db8::5054:ff:fe12:3456", "2001:db8::5054:ff:fe12:3456", 0, TLS_MODE_DEFAULT},
	{"2001:db8:1::", "2001:db8:1::", 0, TLS_MODE_DEFAULT},
	{"::1:14a", "::1:14a", 0, TLS_MODE_DEFAULT},
	{"[fe80::1%2]:143:TLS", "fe80::1%2", 143, TLS_MODE_STARTTLS},
};

START_TEST(test_endpoint_parse__reads_every_form)
{
	struct endpoint e;
	struct err err = {0};

	ck_assert_msg(!endpoint_parse(good[_i].text, &e, &err), "%s: %s", good[_i].text, err.text);
	ck_assert_int_eq(err.kind, ERR_NONE);
	ck_assert_str_eq(e.host, good[_i].host);
	ck_assert_uint_eq(e.port, good[_i].port);
	ck_assert_int_eq(e.mode, good[_i].mode);
}
END_TEST

static const struct {
	const char *text, *says; /* says: part of the error */
} bad[] = {
	{"", "host is missing"},
	{":993", "host is missing"},
	{":993:SSL", "host is missing"},
	{"mail:0", "\"0\" is not a port from 1 to 65535"},
	{"mail:65536", "\"65536\" is not a port from 1 to 65535"},
	{"mail:99999999999999999999", "is not a port"},
	{"mail:-1", "is not a port"},
	{"mail:+1", "is not a port"},
	{"mail: 993", "is not a port"},
	{"mail:993 ", "is not a port"},
	{"mail:imaps", "\"imaps\" is not a port"},
	{"mail:SSL", "\"SSL\" is not a port"},
	{"mail:993:STARTTLS",
	 "\"STARTTLS\" is not SSL (TLS from the first byte), TLS (STARTTLS) or PLAIN"},
	{"mail:993:SSLx", "is not SSL"},
	{"mail:993: SSL", "is not SSL"},
	{"mail:993:SSL:", "too many colons"},
	{"mail:993:SSL:x", "too many colons"},
	{"::1:993:SSL", "too many colons"},
	{"::1:143",
	 "\"::1:143\" is ambiguous: port 143 of ::1 is [::1]:143, the address is [::1:143]"},
	{"2001:db8::1:993",
	 "port 993 of 2001:db8::1 is [2001:db8::1]:993, the address is [2001:db8::"},
	{"2001:db8:0:0:0::1:25", "is ambiguous"},
	{"fe80::1:2525", "is ambiguous"},
	{"cafe::", "\"cafe::\" is ambiguous: the host is cafe, the address is [cafe::]"},
	{"::", "\"::\": the host is missing, expected HOST[:PORT[:TYPE]], TYPE one of SSL, TLS, "
	       "PLAIN; the address is [::]"},
	{":143:", "the host is missing"},
	{":", "the host is missing"},
	{"[::1]:993:SSL:", "too many colons"},
	{"2001:db8::1:993:SSL", "too many colons, expected HOST[:PORT[:TYPE]]"},
	{"2001:db8:::1", "in brackets: [::1]:PORT"},
	{"[::1", "the ] is missing"},
	{"[mail:993", "the ] is missing"},
	{"[]", "is not an IPv6 address"},
	{"[]:993", "is not an IPv6 address"},
	{"[mail]:993", "\"mail\" is not an IPv6 address"},
	{"[127.0.0.1]:993", "is not an IPv6 address"},
	{"[::1]993", "only :PORT may follow the ]"},
	{"[::1]x:993", "only :PORT may follow the ]"},
	{"[fe80::1%]:25", "is not an IPv6 address"},
	{"[fe80::1%a b]:25", "is not an IPv6 address"},
	{"mail example.org", "cannot contain ' '"},
	{"imaps://mail.example.org", "\"imaps://mail.example.org\" is a URL, expected HOST["},
	{"1.2.3", "\"1.2.3\" is neither an IPv4 address nor a host name"},
	{"999.1.1.1:25", "\"999.1.1.1:25\" is neither an IPv4 address nor a host name"},
	{"192.0.2.1.5", "is neither an IPv4 address nor a host name"},
	{"192.0.2.01", "is neither an IPv4 address nor a host name"},
	{"192.0.2.1.", "is neither an IPv4 address nor a host name"},
	{"2130706433", "is neither an IPv4 address nor a host name"},
	{"0x7f000001", "is neither an IPv4 address nor a host name"},
	{"mail.0X7F", "is neither an IPv4 address nor a host name"},
	{"mail/x", "cannot contain '/'"},
	{"user@mail", "cannot contain '@'"},
	{"mail]", "cannot contain ']'"},
	{"mail\r\nQUIT", "cannot contain"},
	{"-mail", "is not a host name"},
	{".", "is not a host name"},
	{"..", "is not a host name"},
	{"a..b", "is not a host name"},
};

START_TEST(test_endpoint_parse__says_what_is_wrong)
{
	struct endpoint e = {.port = 4711};
	struct err err = {0};

	ck_assert_msg(endpoint_parse(bad[_i].text, &e, &err) == -1, "accepted: %s", bad[_i].text);
	ck_assert_int_eq(err.kind, ERR_USAGE);
	ck_assert_msg(strstr(err.text, bad[_i].says) != NULL, "%s: %s", bad[_i].text, err.text);
	ck_assert_uint_eq(e.port, 4711);
}
END_TEST

START_TEST(test_endpoint_parse__bounds_the_host)
{
	char text[400];
	struct endpoint e;
	struct err err = {0};

	memset(text, 'a', sizeof(text));
	memcpy(text + 253, ":25", 4);
	ck_assert_int_eq(endpoint_parse(text, &e, &err), 0);
	ck_assert_uint_eq(strlen(e.host), 253);
	for (size_t len = 254; len < 390; len++) {
		memset(text, 'a', sizeof(text));
		memcpy(text + len, ":25", 4);
		err.kind = ERR_NONE;
		ck_assert_int_eq(endpoint_parse(text, &e, &err), -1);
		ck_assert_ptr_nonnull(strstr(err.text, "longer than 253 bytes"));
	}
	/* as an address with an endless zone */
	memcpy(text, "fe80::1%", 8);
	memset(text + 8, 'a', 390 - 8);
	text[390] = '\0';
	err.kind = ERR_NONE;
	ck_assert_int_eq(endpoint_parse(text, &e, &err), -1);
}
END_TEST

static const struct {
	const char *text;
	enum tls_mode mode;
	const char *name;
} modes[] = {
	{"plaintext", TLS_MODE_PLAINTEXT, "plaintext"},
	{"none", TLS_MODE_PLAINTEXT, "plaintext"},
	{"ssl", TLS_MODE_IMPLICIT, "ssl"},
	{"implicit", TLS_MODE_IMPLICIT, "ssl"},
	{"tls", TLS_MODE_STARTTLS, "tls"},
	{"starttls", TLS_MODE_STARTTLS, "tls"},
	{"TLS", TLS_MODE_STARTTLS, "tls"},
	{"PlainText", TLS_MODE_PLAINTEXT, "plaintext"},
};

START_TEST(test_tls_mode_parse__knows_names_and_synonyms)
{
	enum tls_mode mode;
	struct err err = {0};

	ck_assert_int_eq(tls_mode_parse(modes[_i].text, &mode, &err), 0);
	ck_assert_int_eq(mode, modes[_i].mode);
	ck_assert_str_eq(tls_mode_name(mode), modes[_i].name);
}
END_TEST

START_TEST(test_tls_mode_parse__names_what_is_right)
{
	static const char *const wrong[] = {"", "plain text", "tls1.2", "ssl ", "default", "no"};
	enum tls_mode mode = TLS_MODE_DEFAULT;

	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		struct err err = {0};
		ck_assert_int_eq(tls_mode_parse(wrong[i], &mode, &err), -1);
		ck_assert_int_eq(err.kind, ERR_USAGE);
		ck_assert_ptr_nonnull(
			strstr(err.text, "plaintext (none), ssl (implicit) or tls (starttls)"));
		ck_assert_int_eq(mode, TLS_MODE_DEFAULT);
	}
}
END_TEST

static const struct {
	const char *text;
	enum tls_mode mode; /* of -T */
	uint16_t port;      /* of -p */
	uint16_t expected_port;
	enum tls_mode expected_mode;
} completions[] = {
	{"m", TLS_MODE_DEFAULT, 0, 143, TLS_MODE_STARTTLS},
	{"m", TLS_MODE_IMPLICIT, 0, 993, TLS_MODE_IMPLICIT},
	{"m", TLS_MODE_PLAINTEXT, 0, 143, TLS_MODE_PLAINTEXT},
	{"m", TLS_MODE_STARTTLS, 0, 143, TLS_MODE_STARTTLS},
	{"m", TLS_MODE_DEFAULT, 993, 993, TLS_MODE_IMPLICIT},
	{"m", TLS_MODE_DEFAULT, 1143, 1143, TLS_MODE_STARTTLS},
	{"m", TLS_MODE_PLAINTEXT, 993, 993, TLS_MODE_PLAINTEXT},
	{"m:993", TLS_MODE_DEFAULT, 143, 993, TLS_MODE_IMPLICIT},
	{"m:995", TLS_MODE_DEFAULT, 0, 995, TLS_MODE_IMPLICIT},
	{"m:465", TLS_MODE_DEFAULT, 0, 465, TLS_MODE_IMPLICIT},
	{"m:1993", TLS_MODE_DEFAULT, 0, 1993, TLS_MODE_IMPLICIT},
	{"m:1995", TLS_MODE_DEFAULT, 0, 1995, TLS_MODE_IMPLICIT},
	/* an empty type is none: nothing is sent in the clear for want of a word */
	{"m:143:", TLS_MODE_DEFAULT, 0, 143, TLS_MODE_STARTTLS},
	{"m:993:", TLS_MODE_DEFAULT, 0, 993, TLS_MODE_IMPLICIT},
	{"m::", TLS_MODE_DEFAULT, 0, 143, TLS_MODE_STARTTLS},
	{"m::", TLS_MODE_DEFAULT, 1993, 1993, TLS_MODE_IMPLICIT},
	{"m::SSL", TLS_MODE_DEFAULT, 0, 993, TLS_MODE_IMPLICIT},
	{"m:143:", TLS_MODE_PLAINTEXT, 0, 143, TLS_MODE_PLAINTEXT},
	{"m:993", TLS_MODE_STARTTLS, 0, 993, TLS_MODE_STARTTLS},
	/* what the end point says wins over -T and -p */
	{"m:993:PLAIN", TLS_MODE_IMPLICIT, 1, 993, TLS_MODE_PLAINTEXT},
	{"m:143:SSL", TLS_MODE_STARTTLS, 1, 143, TLS_MODE_IMPLICIT},
	{"m:993:TLS", TLS_MODE_DEFAULT, 1, 993, TLS_MODE_STARTTLS},
};

START_TEST(test_endpoint_complete__fills_what_is_open)
{
	struct endpoint e;
	struct err err = {0};

	ck_assert_int_eq(endpoint_parse(completions[_i].text, &e, &err), 0);
	endpoint_complete(&e, completions[_i].mode, completions[_i].port, &ports_imap);
	ck_assert_uint_eq(e.port, completions[_i].expected_port);
	ck_assert_int_eq(e.mode, completions[_i].expected_mode);
}
END_TEST

START_TEST(test_endpoint_label__puts_ipv6_in_brackets)
{
	static const struct {
		struct endpoint endpoint;
		const char *label;
	} cases[] = {
		{{.host = "mail.example.org", .port = 993}, "mail.example.org:993"},
		{{.host = "192.0.2.1", .port = 1}, "192.0.2.1:1"},
		{{.host = "::1", .port = 65535}, "[::1]:65535"},
	};
	char label[ENDPOINT_LABEL_SIZE];

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		endpoint_label(&cases[i].endpoint, label);
		ck_assert_str_eq(label, cases[i].label);
	}
}
END_TEST

START_TEST(test_endpoint_host_is_address__tells_names_from_addresses)
{
	static const char *const addresses[] = {"127.0.0.1",   "::",           "::1",
						"2001:db8::1", "fe80::1%eth0", "::ffff:192.0.2.1"};
	static const char *const names[] = {"",          "localhost", "127.0.0.1.", "127.1",
					    "256.0.0.1", "1.2.3",     "abc",        "::g",
					    "fe80::1%",  "%eth0",     "[::1]"};

	for (size_t i = 0; i < sizeof(addresses) / sizeof(addresses[0]); i++)
		ck_assert_msg(endpoint_host_is_address(addresses[i]), "%s", addresses[i]);
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		ck_assert_msg(!endpoint_host_is_address(names[i]), "%s", names[i]);
}
END_TEST

static const struct {
	const char *a, *b;
	bool same;
} names[] = {
	{"mail.example.org", "mail.example.org", true},
	{"mail.example.org.", "mail.example.org", true},
	{"mail.example.org", "Mail.Example.ORG.", true},
	{"a.", "a.", true},
	{"mail.example.org..", "mail.example.org", false},
	{"mail.example.or", "mail.example.org", false},
	{"", ".", false},
	{".", ".", true},
	{"", "", true},
	{"192.0.2.1", "192.0.2.1", true},
};

START_TEST(test_endpoint_same_host__without_regard_to_the_final_dot)
{
	const char *a = names[_i].a, *b = names[_i].b;

	ck_assert(endpoint_same_host(a, strlen(a), b) == names[_i].same);
	ck_assert(endpoint_same_host(b, strlen(b), a) == names[_i].same);
}
END_TEST

START_TEST(test_endpoint_is_host__with_nothing_behind_it)
{
	ck_assert(endpoint_is_host("mail.example.org"));
	ck_assert(endpoint_is_host("192.0.2.1"));
	ck_assert(endpoint_is_host("[2001:db8::1]"));
	ck_assert(!endpoint_is_host(""));
	ck_assert(!endpoint_is_host("mail.example.org:25"));
	ck_assert(!endpoint_is_host("mail.example.org:25:TLS"));
	ck_assert(!endpoint_is_host("mail;example.org"));
	ck_assert(!endpoint_is_host("mail example"));
}
END_TEST

UNIT_MAIN_FIXTURE("endpoint", NULL, NULL, ROWS(test_endpoint_parse__reads_every_form, good),
		  ROWS(test_endpoint_parse__says_what_is_wrong, bad),
		  ONCE(test_endpoint_parse__bounds_the_host),
		  ROWS(test_tls_mode_parse__knows_names_and_synonyms, modes),
		  ONCE(test_tls_mode_parse__names_what_is_right),
		  ROWS(test_endpoint_complete__fills_what_is_open, completions),
		  ONCE(test_endpoint_label__puts_ipv6_in_brackets),
		  ROWS(test_endpoint_same_host__without_regard_to_the_final_dot, names),
		  ONCE(test_endpoint_host_is_address__tells_names_from_addresses),
		  ONCE(test_endpoint_is_host__with_nothing_behind_it))
