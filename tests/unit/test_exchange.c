/* test_exchange.c - the notations of Exchange's objects: bindings, ranges of addresses, settings of
 * mailboxes */
#include <arpa/inet.h>
#include <string.h>

#include "discover/binding_text.h"
#include "discover/exchange_mailboxes.h"
#include "discover/remote_ranges.h"
#include "unit.h"

static const struct {
	const char *text, *host;
	uint16_t port; /* 0: refused */
	const char *words;
} bindings[] = {
	{"0.0.0.0:25", "0.0.0.0", 25, NULL},
	{"[::]:25", "::", 25, NULL},
	{":::2525", "::", 2525, NULL},
	{"2001:db8::1:587", "2001:db8::1", 587, NULL},
	{"[fe80::1%3]:25", "fe80::1%3", 25, NULL},
	{"0.0.0.0:0", NULL, 0, "has no port from 1 to 65535, such as 0.0.0.0:25"},
	{"0.0.0.0", NULL, 0, "has no port"},
	{"0.0.0.0:65536", NULL, 0, "has no port"},
	{"0.0.0.0:", NULL, 0, "has no port"},
	{"", NULL, 0, "has no port"},
	{"mail.example:25", NULL, 0, "\"mail.example:25\" is to begin with an address"},
	{":25", NULL, 0, "is to begin with an address"},
	{"[::1:25", NULL, 0, "is to begin with an address"},
};

START_TEST(test_binding_text__is_read_as_exchange_writes_it)
{
	struct endpoint b;
	struct err err = {0};

	int rc = binding_text_parse(bindings[_i].text, &b, &err);
	ck_assert_int_eq(rc, bindings[_i].port ? 0 : -1);
	if (bindings[_i].port) {
		ck_assert_str_eq(b.host, bindings[_i].host);
		ck_assert_uint_eq(b.port, bindings[_i].port);
	} else {
		ck_assert_int_eq(err.kind, ERR_USAGE);
		ck_assert_ptr_nonnull(strstr(err.text, bindings[_i].words));
	}
}
END_TEST

static const struct {
	const char *range, *address;
	bool holds;
} ranges[] = {
	{"192.0.2.1", "::ffff:192.0.2.1", true},
	{"192.0.2.1", "::ffff:192.0.2.2", false},
	{"192.0.2.0/24", "::ffff:192.0.2.255", true},
	{"192.0.2.0/24", "::ffff:192.0.3.0", false},
	{"0.0.0.0/0", "::ffff:8.8.8.8", true},
	{"0.0.0.0/0", "2001:db8::1", false},
	{"192.0.2.9-192.0.2.11", "::ffff:192.0.2.10", true},
	{"192.0.2.9-192.0.2.11", "::ffff:192.0.2.12", false},
	{"0.0.0.0-255.255.255.255", "::ffff:10.0.0.1", true},
	{"2001:db8::/33", "2001:db8:7fff::1", true},
	{"2001:db8::/33", "2001:db8:8000::1", false},
	{"::-ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", "fe80::1", true},
	{"192.0.2.0/33", "::ffff:192.0.2.0", false},
	{"192.0.2.0/", "::ffff:192.0.2.0", false},
	{"nonsense", "::1", false},
	{"", "::1", false},
};

START_TEST(test_remote_ranges__hold_what_they_say)
{
	struct in6_addr address;
	char *const list[] = {(char *)(uintptr_t)ranges[_i].range};

	ck_assert_int_eq(inet_pton(AF_INET6, ranges[_i].address, &address), 1);
	ck_assert(remote_ranges_hold(list, 1, &address) == ranges[_i].holds);
}
END_TEST

static const struct {
	const char *setting, *protocol;
	bool off;
} settings[] = {
	{"IMAP4\xc2\xa7"
	 "0\xc2\xa7"
	 "1",
	 "IMAP4", true},
	{"IMAP4\xc2\xa7"
	 "0",
	 "IMAP4", true},
	{"IMAP4\xc2\xa7"
	 "1\xc2\xa7"
	 "0",
	 "IMAP4", false},
	{"POP3\xc2\xa7"
	 "0",
	 "IMAP4", false},
	{"IMAP4", "IMAP4", false},
	{"IMAP4\xc2\xa7", "IMAP4", false},
	{"IMAP4\xc2\xa7"
	 "01",
	 "IMAP4", false},
};

START_TEST(test_exchange_switched_off__first_number_is_0)
{
	ck_assert(exchange_switched_off(settings[_i].setting, settings[_i].protocol) ==
		  settings[_i].off);
}
END_TEST

UNIT_MAIN_FIXTURE("exchange", NULL, NULL,
		  ROWS(test_binding_text__is_read_as_exchange_writes_it, bindings),
		  ROWS(test_remote_ranges__hold_what_they_say, ranges),
		  ROWS(test_exchange_switched_off__first_number_is_0, settings))
