/* test_resolve.c - what each answer of the system's resolver comes to; getaddrinfo is replaced by
 * the linker */
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>

#include "net/endpoint.h"
#include "net/resolve.h"
#include "unit.h"

int __wrap_getaddrinfo(const char *host, const char *service, const struct addrinfo *hints,
		       struct addrinfo **list_r);

static int answer, error = EIO;
static const char *wanted = "mail.example.org";

int __wrap_getaddrinfo(const char *host, const char *service, const struct addrinfo *hints,
		       struct addrinfo **list_r)
{
	ck_assert_str_eq(host, wanted);
	/* an address never goes to a resolver */
	ck_assert(!(hints->ai_flags & AI_NUMERICHOST) == !endpoint_host_is_address(host));
	ck_assert_str_eq(service, "993");
	ck_assert_int_eq(hints->ai_socktype, SOCK_STREAM);
	*list_r = NULL;
	errno = error;
	return answer;
}

/* whatever the locale, for there is none */
START_TEST(test_resolve__names_beyond_ascii)
{
	struct addrinfo *list = NULL;
	struct err err = {0};

	answer = 0;
	wanted = "xn--bcher-kva.example";
	ck_assert_int_eq(resolve("b\xc3\xbc"
				 "cher.example",
				 993, AF_UNSPEC, &list, &err),
			 0);
	answer = EAI_AGAIN; /* not asked */
	ck_assert_int_eq(resolve("b\xfc"
				 "cher.example",
				 993, AF_UNSPEC, &list, &err),
			 -1);
	ck_assert_int_eq(err.kind, ERR_NAME);
	wanted = "mail.example.org";
}
END_TEST

START_TEST(test_resolve__answers)
{
	static const struct {
		int answer, family;
		enum err_kind kind;
		const char *text;
	} row[] = {
		{EAI_NONAME, AF_UNSPEC, ERR_NAME, "host name mail.example.org does not exist"},
		{EAI_NONAME, AF_INET6, ERR_NAME,
		 "host name mail.example.org does not exist, or has no IPv6 address"},
		{EAI_NODATA, AF_INET, ERR_NAME, "host name mail.example.org has no IPv4 address"},
		{EAI_NODATA, AF_UNSPEC, ERR_NAME, "host name mail.example.org has no address"},
		{EAI_ADDRFAMILY, AF_INET6, ERR_NAME,
		 "host name mail.example.org has no IPv6 address"},
		{EAI_AGAIN, AF_UNSPEC, ERR_LOCAL,
		 "resolver does not answer for host name mail.example.org"},
		{EAI_SYSTEM, AF_UNSPEC, ERR_LOCAL,
		 "resolver failed for host name mail.example.org: Input/output error"},
		{EAI_FAIL, AF_UNSPEC, ERR_LOCAL,
		 "resolver failed for host name mail.example.org: Non-recoverable failure in name "
		 "resolution"},
	};

	for (size_t i = 0; i < sizeof(row) / sizeof(row[0]); i++) {
		struct addrinfo *list = NULL;
		struct err err = {0};
		answer = row[i].answer;
		ck_assert_int_eq(resolve("mail.example.org", 993, row[i].family, &list, &err), -1);
		ck_assert_int_eq(err.kind, row[i].kind);
		ck_assert_str_eq(err.text, row[i].text);
	}
	struct addrinfo *list = NULL;
	struct err err = {0};
	answer = 0;
	ck_assert_int_eq(resolve("mail.example.org", 993, AF_UNSPEC, &list, &err), 0);
	ck_assert_int_eq(err.kind, ERR_NONE);
}
END_TEST

/* glibc then says that the name does not exist, if it can open neither /etc/hosts nor a socket */
START_TEST(test_resolve__no_descriptors_left)
{
	static const int answers[] = {EAI_NONAME, EAI_AGAIN, EAI_SYSTEM};
	static const int errors[] = {EMFILE, ENFILE};

	for (int i = 0; i < 6; i++) {
		struct addrinfo *list = NULL;
		struct err err = {0};
		answer = answers[i / 2];
		error = errors[i % 2];
		ck_assert_int_eq(resolve("mail.example.org", 993, AF_UNSPEC, &list, &err), -1);
		ck_assert_int_eq(err.kind, ERR_LOCAL);
		ck_assert_ptr_nonnull(strstr(err.text, "Too many open files"));
		ck_assert_ptr_nonnull(strstr(err.hint, "ulimit -n"));
	}
	error = EIO;
}
END_TEST

START_TEST(test_resolve__addresses_are_only_read)
{
	static const char *const hosts[] = {"192.0.2.1", "2001:db8::1", "::ffff:192.0.2.1"};

	answer = 0;
	for (size_t i = 0; i < sizeof(hosts) / sizeof(hosts[0]); i++) {
		struct addrinfo *list = NULL;
		struct err err = {0};
		wanted = hosts[i];
		ck_assert_int_eq(resolve(wanted, 993, AF_UNSPEC, &list, &err), 0);
	}
	wanted = "mail.example.org";
}
END_TEST

START_TEST(test_resolve__zones)
{
	static const struct {
		const char *host;
		int answer;
		const char *text;
	} row[] = {
		{"fe80::1%nosuch", EAI_NONAME, "this machine has no network interface nosuch"},
		/* which a resolver takes for an index, without a look at whether there is one */
		{"fe80::1%999999", 0, "this machine has no network interface 999999"},
		{"fe80::1%0", 0, "this machine has no network interface 0"},
		{"fe80::1%99999999999", EAI_NONAME,
		 "this machine has no network interface 99999999999"},
		/* the first one is that of loopback */
		{"2001:db8::1%1", EAI_NONAME,
		 "2001:db8::1%1 has a zone (%1), but is not a link-local address"},
		{"fe80::1%1", 0, ""},
	};

	for (size_t i = 0; i < sizeof(row) / sizeof(row[0]); i++) {
		struct addrinfo *list = NULL;
		struct err err = {0};
		answer = row[i].answer;
		wanted = row[i].host;
		int rc = resolve(wanted, 993, AF_UNSPEC, &list, &err);
		ck_assert_str_eq(err.text, row[i].text);
		ck_assert_int_eq(rc, *row[i].text ? -1 : 0);
		ck_assert_int_eq(err.kind, *row[i].text ? ERR_LOCAL : ERR_NONE);
	}
	wanted = "mail.example.org";
}
END_TEST

START_TEST(test_address_text__brackets_only_around_ipv6)
{
	char text[ADDRESS_TEXT_SIZE];
	struct sockaddr_in v4 = {.sin_family = AF_INET, .sin_port = htons(25)};
	struct sockaddr_in6 v6 = {.sin6_family = AF_INET6, .sin6_port = htons(993)};

	ck_assert_int_eq(inet_pton(AF_INET, "192.0.2.1", &v4.sin_addr), 1);
	ck_assert_int_eq(inet_pton(AF_INET6, "2001:db8::1", &v6.sin6_addr), 1);
	address_text((struct sockaddr *)&v4, sizeof(v4), text);
	ck_assert_str_eq(text, "192.0.2.1:25");
	address_text((struct sockaddr *)&v6, sizeof(v6), text);
	ck_assert_str_eq(text, "[2001:db8::1]:993");
	v4.sin_family = AF_UNIX;
	address_text((struct sockaddr *)&v4, 1, text);
	ck_assert_str_eq(text, "unknown address");
}
END_TEST

UNIT_MAIN("resolve", test_resolve__answers, test_resolve__no_descriptors_left,
	  test_resolve__names_beyond_ascii, test_resolve__addresses_are_only_read,
	  test_resolve__zones, test_address_text__brackets_only_around_ipv6)
