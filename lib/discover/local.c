/* local.c - gathers the listeners of this host's servers */
#include "discover/local.h"

#include <errno.h>
#include <netdb.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/child.h"
#include "base/file.h"
#include "base/span.h"
#include "base/text.h"
#include "base/xalloc.h"
#include "net/resolve.h"

enum { OUTPUT_MAX = 4 << 20, FILE_MAX = 1 << 20, LIST_MAX = 64 << 10 };

/* ---- programs and files ---- */

char *local_find_program(const char *name)
{
	const char *path = getenv("PATH");
	char *list = xasprintf("%s:/usr/sbin:/sbin:/usr/bin:/bin:/usr/local/sbin:/usr/local/bin",
			       path ? path : "");
	struct span rest = span_of(list), directory;
	char *found = NULL;

	while (!found && span_next(&rest, ':', &directory)) {
		char *file = xasprintf("%.*s/%s", (int)directory.len, directory.at, name);
		if (directory.len && access(file, X_OK) == 0)
			found = file;
		else
			free(file);
	}
	free(list);
	return found;
}

int local_ask(struct local *l, char **argv, struct buf *out_r)
{
	char *name = argv[0], *program = local_find_program(name);

	*out_r = (struct buf){0};
	if (!program)
		return err_set(l->err, ERR_LOCAL, "there is no %s here: %s is not installed", name,
			       l->program);
	argv[0] = program;
	int rc = child_output(argv, OUTPUT_MAX, l->until_us, out_r, l->err);
	argv[0] = name;
	free(program);
	return rc;
}

int local_read(struct local *l, const char *path, struct buf *text_r)
{
	return file_read_all(text_r, FILE_MAX, 0, "", path, &l->settings->common.limit, l->err);
}

/* ---- listeners ---- */

static void add_one(struct local *l, const struct local_listener *like, const char *host,
		    uint16_t port)
{
	l->listener = xmake_room(l->listener, l->listeners, sizeof(*l->listener));
	struct local_listener *x = &l->listener[l->listeners++];
	*x = *like;
	x->host = xstrdup(host);
	x->port = port;
}

static uint16_t read_port(const char *text)
{
	uint64_t port;

	if (text_parse_uint(text, strlen(text), UINT16_MAX, &port) == 0)
		return (uint16_t)port;
	const struct servent *service = getservbyname(text, "tcp");
	return service ? ntohs((uint16_t)service->s_port) : 0;
}

void local_add(struct local *l, const struct local_listener *like, const char *host,
	       const char *port)
{
	uint16_t number = read_port(port);
	char *bare = host[0] == '[' ? xstrndup(host + 1, strcspn(host + 1, "]")) : xstrdup(host);

	if (!number)
		found_note(l->found, "%s: \"%s\" is neither a port nor a service of /etc/services",
			   l->program, port);
	else if (!*bare || !strcmp(bare, "*"))
		add_one(l, like, "0.0.0.0", number);
	else
		add_one(l, like, bare, number);
	free(bare);
}

/* A name, such as localhost. */
static void add_addresses(struct local *l, const struct local_listener *named)
{
	struct addrinfo *list = NULL;
	struct err err = {0};
	char text[ADDRESS_TEXT_SIZE];

	if (resolve(named->host, named->port, AF_UNSPEC, &list, &err)) {
		found_note(l->found, "%s listens at %s: %s", l->program, named->host, err.text);
		return;
	}
	for (const struct addrinfo *a = list; a; a = a->ai_next) {
		address_host_text(a->ai_addr, a->ai_addrlen, text);
		add_one(l, named, text, named->port);
	}
	freeaddrinfo(list);
}

/* Each name becomes its addresses. */
static void look_up(struct local *l)
{
	struct local_listener *given = l->listener;
	size_t count = l->listeners;

	l->listener = NULL;
	l->listeners = 0;
	for (size_t i = 0; i < count; i++) {
		if (endpoint_host_is_address(given[i].host))
			add_one(l, &given[i], given[i].host, given[i].port);
		else
			add_addresses(l, &given[i]);
		free(given[i].host);
	}
	free(given);
}

static bool is_any(const char *address)
{
	return !strcmp(address, "0.0.0.0") || !strcmp(address, "::");
}

static int compare(const void *a, const void *b)
{
	const struct local_listener *x = a, *y = b;

	if (x->port != y->port)
		return x->port < y->port ? -1 : 1;
	if (x->mode != y->mode)
		return x->mode < y->mode ? -1 : 1;
	if (x->lmtp != y->lmtp)
		return x->lmtp ? 1 : -1;
	if (x->max_size != y->max_size)
		return x->max_size < y->max_size ? -1 : 1;
	return strcmp(x->host, y->host);
}

static bool is_same_connector(const struct local_listener *a, const struct local_listener *b)
{
	return a->port == b->port && a->mode == b->mode && a->lmtp == b->lmtp &&
	       a->max_size == b->max_size;
}

/* ---- whether they are there ---- */

/* An address of this host answers at once: connected, or refused. */
static bool refuses(const struct local_listener *x, int64_t until_us)
{
	const char *address = !strcmp(x->host, "0.0.0.0") ? "127.0.0.1"
			      : !strcmp(x->host, "::")    ? "::1"
							  : x->host;
	struct addrinfo *at = NULL;
	struct err err = {0};

	if (resolve(address, x->port, AF_UNSPEC, &at, &err))
		return false;
	int fd = socket(at->ai_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	int error = fd >= 0 && connect(fd, at->ai_addr, at->ai_addrlen) ? errno : 0;
	struct pollfd p = {.fd = fd, .events = POLLOUT};
	socklen_t size = sizeof(error);
	if (error == EINPROGRESS && poll(&p, 1, deadline_left_ms(until_us)) > 0)
		getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &size);
	freeaddrinfo(at);
	if (fd >= 0)
		close(fd);
	return error == ECONNREFUSED;
}

static void note_silent(struct local *l, const struct local_listener *x)
{
	enum { PATIENCE_S = 1 };
	bool ipv6 = strchr(x->host, ':');

	if (refuses(x, clock_us() + PATIENCE_S * US_PER_S))
		found_note(l->found, "nothing listens at %s%s%s:%u: is %s running?",
			   ipv6 ? "[" : "", x->host, ipv6 ? "]" : "", (unsigned int)x->port,
			   l->program);
}

/* ---- what they come to ---- */

/* The name of this host in what is printed: as --server says, or the server itself. */
static const char *host_name(const struct local *l)
{
	return l->settings->server ? l->settings->server : l->name ? l->name : "localhost";
}

static void add_endpoint(const struct local *l, const struct local_listener *x)
{
	const struct found_endpoint e = {.service = x->service,
					 .host = xstrdup(is_any(x->host) ? host_name(l) : x->host),
					 .port = x->port,
					 .mode = x->mode};

	found_add_endpoint(l->found, &e);
}

/* Those of one port and kind; all addresses of this host are those of localhost, too. */
static void add_connector(const struct local *l, const struct local_listener *first, size_t count)
{
	struct buf list = BUF_INIT(LIST_MAX);
	struct found_connector c = {
		.mode = first->mode, .lmtp = first->lmtp, .max_size = first->max_size};

	for (size_t i = 0; i < count; i++) {
		bool ipv6 = strchr(first[i].host, ':');
		buf_printf(&list, "%s%s%s%s:%u", i ? ", " : "", ipv6 ? "[" : "", first[i].host,
			   ipv6 ? "]" : "", (unsigned int)first[i].port);
		if (is_any(first[i].host) && !c.server)
			c.server = xstrdup(l->settings->server ? l->settings->server : "localhost");
	}
	c.name = xasprintf("%s %u", l->program, (unsigned int)first->port);
	c.bindings = list.data;
	if (first->mode != TLS_MODE_PLAINTEXT && strcmp(host_name(l), "localhost") != 0)
		c.certificate_name = xstrdup(host_name(l));
	found_add_connector(l->found, &c);
}

void local_free(struct local *l)
{
	for (size_t i = 0; i < l->listeners; i++)
		free(l->listener[i].host);
	free(l->listener);
	free(l->name);
	l->listener = NULL;
	l->listeners = 0;
	l->name = NULL;
}

/* No plugin would read a file with what is no name of a host, such as a macro. */
static int check_names(struct local *l)
{
	const char *given = l->settings->server;

	if (given && !endpoint_is_host(given))
		return err_set(l->err, ERR_USAGE, "--server: \"%.80s\" is no name of a host",
			       given);
	if (l->name && !endpoint_is_host(l->name)) {
		if (!given)
			found_note(l->found,
				   "%s calls itself \"%.80s\", which is no name of a host: give "
				   "--server",
				   l->program, l->name);
		free(l->name);
		l->name = NULL;
	}
	return 0;
}

int local_finish(struct local *l, const char *const *units)
{
	if (check_names(l)) {
		local_free(l);
		return -1;
	}
	look_up(l);
	if (l->listeners)
		qsort(l->listener, l->listeners, sizeof(*l->listener), compare);
	for (size_t i = 0, count; i < l->listeners; i += count) {
		const struct local_listener *first = &l->listener[i];
		for (count = 1; i + count < l->listeners; count++)
			if (!is_same_connector(first, &first[count]))
				break;
		for (size_t k = 0; k < count; k++) {
			add_endpoint(l, &first[k]);
			note_silent(l, &first[k]);
		}
		if (first->service == FOUND_SMTP)
			add_connector(l, first, count);
	}
	local_service_note(l, units);
	local_free(l);
	return 0;
}
