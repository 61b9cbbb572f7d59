/* chat_network.c - a resolver and routes as a chat wants them: preloaded, they stand before the
 * system's.
 *
 * $CHAT_RESOLVER holds a line for each name that it knows: NAME MILLISECONDS [ADDRESS...]. The
 * answer comes after that time, or never if the time is negative; without an address there is none
 * for now (EAI_AGAIN). A name is taken as it is written, and addresses and all other names are
 * passed on. $CHAT_UNREACHABLE holds addresses, with a blank between them. The journal of the
 * machine is not there: it is none of the tests'. */
#include <dlfcn.h>
#include <errno.h>
#include <netdb.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

/* ---- the resolver ---- */

typedef int getaddrinfo_fn(const char *host, const char *service, const struct addrinfo *hints,
			   struct addrinfo **list_r);

/* What is behind NAME and a blank on its line, or NULL. */
static const char *find_answer(const char *host)
{
	const char *line = getenv("CHAT_RESOLVER");
	size_t len = strlen(host);

	for (; line; line = strchr(line, '\n') ? strchr(line, '\n') + 1 : NULL)
		if (!strncmp(line, host, len) && line[len] == ' ')
			return line + len + 1;
	return NULL;
}

static void wait_ms(long ms)
{
	const struct timespec time = {.tv_sec = ms / 1000, .tv_nsec = ms % 1000 * 1000000};

	nanosleep(&time, NULL);
	while (ms < 0)
		pause();
}

/* Append what the system makes of one address. */
static int add_address(getaddrinfo_fn *real, const char *text, size_t len, const char *service,
		       const struct addrinfo *hints, struct addrinfo **list)
{
	struct addrinfo numeric = *hints;
	char address[64] = "";

	while (*list)
		list = &(*list)->ai_next;
	numeric.ai_flags |= AI_NUMERICHOST;
	memcpy(address, text, len < sizeof(address) ? len : sizeof(address) - 1);
	int rc = real(address, service, &numeric, list);
	return rc == EAI_ADDRFAMILY ? 0 : rc; /* not of the family that is asked for */
}

int getaddrinfo(const char *host, const char *service, const struct addrinfo *hints,
		struct addrinfo **list_r)
{
	getaddrinfo_fn *real = (getaddrinfo_fn *)dlsym(RTLD_NEXT, "getaddrinfo");
	const char *answer = find_answer(host);
	char *at;

	if (!answer)
		return real(host, service, hints, list_r);
	wait_ms(strtol(answer, &at, 10));
	if (*at != ' ')
		return EAI_AGAIN;
	for (*list_r = NULL; *at == ' ';) {
		size_t len = strcspn(++at, " \n");
		int rc = add_address(real, at, len, service, hints, list_r);
		if (rc)
			return rc;
		at += len;
	}
	return *list_r ? 0 : EAI_NODATA;
}

/* ---- routes ---- */

#define JOURNAL "/run/systemd/journal/socket"

typedef int connect_fn(int fd, const struct sockaddr *address, socklen_t len);

int connect(int fd, const struct sockaddr *address, socklen_t len)
{
	connect_fn *real = (connect_fn *)dlsym(RTLD_NEXT, "connect");
	const char *word = getenv("CHAT_UNREACHABLE");
	char host[64];

	if (address->sa_family == AF_UNIX && len > offsetof(struct sockaddr_un, sun_path) &&
	    !strcmp(((const struct sockaddr_un *)address)->sun_path, JOURNAL)) {
		errno = ENOENT;
		return -1;
	}
	if (!word || getnameinfo(address, len, host, sizeof(host), NULL, 0, NI_NUMERICHOST))
		return real(fd, address, len);
	for (; *word; word += strcspn(word, " "), word += *word == ' ')
		if (strcspn(word, " ") == strlen(host) && !strncmp(word, host, strlen(host))) {
			errno = EHOSTUNREACH;
			return -1;
		}
	return real(fd, address, len);
}
