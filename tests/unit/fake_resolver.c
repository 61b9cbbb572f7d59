/* fake_resolver.c - a resolver that says what the tests want, for those that are linked with
 * --wrap=getaddrinfo: several.example has three addresses and says one twice, four.example has but
 * IPv4's, nowhere.example does not exist, silent.example is not answered for, and hung.example
 * never comes back */
#include <check.h>
#include <netdb.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include "net/endpoint.h"
#include "net/resolve.h"

enum { HUNG_S = 600 };

int __real_getaddrinfo(const char *host, const char *service, const struct addrinfo *hints,
		       struct addrinfo **list_r);
int __wrap_getaddrinfo(const char *host, const char *service, const struct addrinfo *hints,
		       struct addrinfo **list_r);

/* The addresses in one list, as a resolver gives them; those of another family than asked for are
 * left out. */
static int list_of(const char *const *addresses, const struct addrinfo *hints,
		   struct addrinfo **list_r)
{
	struct addrinfo only = {.ai_flags = AI_NUMERICHOST,
				.ai_socktype = SOCK_STREAM,
				.ai_family = hints->ai_family};

	*list_r = NULL;
	for (; *addresses; addresses++) {
		if (__real_getaddrinfo(*addresses, NULL, &only, list_r))
			continue;
		while (*list_r)
			list_r = &(*list_r)->ai_next;
	}
	return 0;
}

int __wrap_getaddrinfo(const char *host, const char *service, const struct addrinfo *hints,
		       struct addrinfo **list_r)
{
	static const char *const several[] = {"127.0.0.1", "::1", "127.0.0.2", "127.0.0.1", NULL};
	static const char *const four[] = {"127.0.0.4", NULL};

	/* an address is never looked up: the resolver would be waited for in the main thread */
	ck_assert(!endpoint_host_is_address(host) || hints->ai_flags & AI_NUMERICHOST);
	if (!strcmp(host, "several.example"))
		return list_of(several, hints, list_r);
	if (!strcasecmp(host, "four.example"))
		return hints->ai_family == AF_INET6 ? EAI_NODATA : list_of(four, hints, list_r);
	if (!strcmp(host, "nowhere.example"))
		return EAI_NONAME;
	if (!strcmp(host, "silent.example"))
		return EAI_AGAIN;
	if (!strcmp(host, "hung.example"))
		return sleep(HUNG_S), EAI_AGAIN;
	return __real_getaddrinfo(host, service, hints, list_r);
}
