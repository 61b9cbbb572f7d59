/* remote_ranges.c - ranges of addresses, IPv4 as a part of IPv6 */
#include "discover/remote_ranges.h"

#include <arpa/inet.h>
#include <ifaddrs.h>
#include <stdio.h>
#include <string.h>

#include "base/text.h"

enum { BITS = 128, MAPPED_BITS = 96 };

static void map(const struct in_addr *four, struct in6_addr *six)
{
	*six = (struct in6_addr){.s6_addr[10] = 0xff, .s6_addr[11] = 0xff};
	memcpy(&six->s6_addr[12], four, sizeof(*four));
}

static bool read_address(const char *text, size_t len, struct in6_addr *six, bool *is_four)
{
	char copy[INET6_ADDRSTRLEN];
	struct in_addr four;

	if (len >= sizeof(copy))
		return false;
	memcpy(copy, text, len);
	copy[len] = '\0';
	*is_four = inet_pton(AF_INET, copy, &four) == 1;
	if (*is_four)
		map(&four, six);
	return *is_four || inet_pton(AF_INET6, copy, six) == 1;
}

/* first and last of the network of so many bits */
static void spread(struct in6_addr *first, struct in6_addr *last, unsigned int bits)
{
	*last = *first;
	for (unsigned int i = bits; i < BITS; i++) {
		unsigned char bit = (unsigned char)(0x80U >> i % 8);
		first->s6_addr[i / 8] &= (unsigned char)~bit;
		last->s6_addr[i / 8] |= bit;
	}
}

static bool read_range(const char *text, struct in6_addr *first, struct in6_addr *last)
{
	size_t len = strcspn(text, "-/");
	const char *rest = text + len;
	bool is_four;
	uint64_t bits;

	if (!read_address(text, len, first, &is_four))
		return false;
	*last = *first;
	if (*rest == '-')
		return read_address(rest + 1, strlen(rest + 1), last, &is_four);
	if (!*rest)
		return true;
	if (text_parse_uint(rest + 1, strlen(rest + 1), is_four ? 32 : BITS, &bits))
		return false;
	spread(first, last, (unsigned int)bits + (is_four ? MAPPED_BITS : 0));
	return true;
}

bool remote_ranges_hold(char *const *ranges, size_t count, const struct in6_addr *address)
{
	struct in6_addr first, last;

	for (size_t i = 0; i < count; i++)
		if (read_range(ranges[i], &first, &last) &&
		    memcmp(&first, address, sizeof(first)) <= 0 &&
		    memcmp(address, &last, sizeof(last)) <= 0)
			return true;
	return false;
}

static bool holds_interface(char *const *ranges, size_t count, const struct sockaddr *sa)
{
	struct in6_addr address;

	if (sa && sa->sa_family == AF_INET)
		map(&((const struct sockaddr_in *)(const void *)sa)->sin_addr, &address);
	else if (sa && sa->sa_family == AF_INET6)
		address = ((const struct sockaddr_in6 *)(const void *)sa)->sin6_addr;
	else
		return false;
	return remote_ranges_hold(ranges, count, &address);
}

bool remote_ranges_admit_us(char *const *ranges, size_t count)
{
	struct ifaddrs *list;
	bool admitted = false;

	if (getifaddrs(&list))
		return true;
	for (const struct ifaddrs *i = list; i && !admitted; i = i->ifa_next)
		admitted = holds_interface(ranges, count, i->ifa_addr);
	freeifaddrs(list);
	return admitted;
}
