/* resolve.c - host name to addresses, by getaddrinfo, so that nsswitch and hosts files count */
#include "net/resolve.h"

#include <errno.h>
#include <net/if.h>
#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "net/endpoint.h"
#include "net/idna.h"
#include "net/net_hint.h"

static const char *family_words(int family)
{
	return family == AF_INET ? " IPv4" : family == AF_INET6 ? " IPv6" : "";
}

/* An interface by its name or its number. */
static bool has_interface(const char *zone)
{
	char name[IF_NAMESIZE];
	uint64_t number;

	return if_nametoindex(zone) || (!text_parse_uint(zone, strlen(zone), UINT32_MAX, &number) &&
					if_indextoname((unsigned int)number, name));
}

/* getaddrinfo says of an interface that is not there what it says of a name that does not exist,
 * and takes any number for one. */
static int check_zone(const char *host, struct err *err)
{
	const char *zone = strchr(host, '%');

	if (!zone || has_interface(zone + 1))
		return 0;
	return err_set(err, ERR_LOCAL, "this machine has no network interface %s", zone + 1);
}

static int set_no_such_name(const char *host, int family, struct err *err)
{
	const char *zone = strchr(host, '%');

	if (zone)
		return err_set(err, ERR_LOCAL,
			       "%s has a zone (%s), but is not a link-local address", host, zone);
	/* glibc says the same of a name that only has addresses of the other family */
	err_set(err, ERR_NAME, "host name %s %s%s%s", host,
		family == AF_UNSPEC ? "does not exist" : "does not exist, or has no",
		family_words(family), family == AF_UNSPEC ? "" : " address");
	err_advise(err, &net_hints[NET_NO_NAME]);
	return -1;
}

static bool is_short_of_files(int error)
{
	return error == EMFILE || error == ENFILE;
}

/* getaddrinfo, also for names beyond ASCII: AI_IDN would want them in the locale's character set,
 * and engines set no locale. Where glibc can open neither /etc/hosts nor a socket, it says that
 * there is no such name. */
static int look_up(const char *host, const char *service, const struct addrinfo *hints,
		   struct addrinfo **addresses_r)
{
	char ascii[ENDPOINT_HOST_SIZE];

	if (idna_ascii(host, ascii))
		return EAI_NONAME;
	errno = 0;
	int rc = getaddrinfo(ascii, service, hints, addresses_r);
	return rc && is_short_of_files(errno) ? EAI_SYSTEM : rc;
}

/* glibc makes IPv4's of the line "::1 localhost" in /etc/hosts, where 127.0.0.1 has a line of its
 * own. */
static void drop_repeated(struct addrinfo *first)
{
	for (; first; first = first->ai_next)
		for (struct addrinfo **a = &first->ai_next; *a;) {
			struct addrinfo *other = *a;
			if (other->ai_addrlen != first->ai_addrlen ||
			    memcmp(other->ai_addr, first->ai_addr, first->ai_addrlen) != 0) {
				a = &other->ai_next;
				continue;
			}
			*a = other->ai_next;
			other->ai_next = NULL;
			freeaddrinfo(other);
		}
}

static int set_broken(const char *host, int error, struct err *err)
{
	err_set(err, ERR_LOCAL, "resolver failed for host name %s: %s", host, text_errno(error));
	if (is_short_of_files(error))
		err_advise(err, &net_hints[NET_FILES]);
	return -1;
}

int resolve_silent(const char *host, enum err_kind kind, struct err *err)
{
	err_set(err, kind, "resolver does not answer for host name %s", host);
	err_advise(err, &net_hints[NET_RESOLVER]);
	return -1;
}

int resolve(const char *host, uint16_t port, int family, struct addrinfo **addresses_r,
	    struct err *err)
{
	struct addrinfo hints = {
		.ai_family = family,
		.ai_socktype = SOCK_STREAM,
		.ai_flags = AI_NUMERICSERV,
	};
	char service[8];

	if (endpoint_host_is_address(host))
		hints.ai_flags |= AI_NUMERICHOST;
	if (check_zone(host, err))
		return -1;
	snprintf(service, sizeof(service), "%u", port);
	int rc = look_up(host, service, &hints, addresses_r);
	switch (rc) {
	case 0:
		drop_repeated(*addresses_r);
		return 0;
	case EAI_NONAME:
		return set_no_such_name(host, family, err);
	case EAI_NODATA:
	case EAI_ADDRFAMILY:
		return err_set(err, ERR_NAME, "host name %s has no%s address", host,
			       family_words(family));
	case EAI_AGAIN:
		return resolve_silent(host, ERR_LOCAL, err);
	case EAI_SYSTEM:
		return set_broken(host, errno, err);
	default:
		return err_set(err, ERR_LOCAL, "resolver failed for host name %s: %s", host,
			       gai_strerror(rc));
	}
}

void address_set_port(struct sockaddr_storage *address, uint16_t port)
{
	if (address->ss_family == AF_INET)
		((struct sockaddr_in *)address)->sin_port = htons(port);
	else
		((struct sockaddr_in6 *)address)->sin6_port = htons(port);
}

void address_text(const struct sockaddr *sa, socklen_t len, char text[ADDRESS_TEXT_SIZE])
{
	char host[INET6_ADDRSTRLEN + 16], port[8];

	if (getnameinfo(sa, len, host, sizeof(host), port, sizeof(port),
			NI_NUMERICHOST | NI_NUMERICSERV))
		snprintf(text, ADDRESS_TEXT_SIZE, "unknown address");
	else
		snprintf(text, ADDRESS_TEXT_SIZE, sa->sa_family == AF_INET6 ? "[%s]:%s" : "%s:%s",
			 host, port);
}

void address_host_text(const struct sockaddr *sa, socklen_t len, char text[ADDRESS_TEXT_SIZE])
{
	if (getnameinfo(sa, len, text, ADDRESS_TEXT_SIZE, NULL, 0, NI_NUMERICHOST))
		snprintf(text, ADDRESS_TEXT_SIZE, "unknown address");
}
