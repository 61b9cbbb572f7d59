/* smtp_server.c - an SMTP server for thousands of clients at once, to measure and to test clients
 * with
 *
 *   smtp_server [-c CERTIFICATE -k KEY] [-d MILLISECONDS] [-s] [-w WORKERS] [ADDRESS:]PORT
 *
 * Listens on all of 127.0.0.0/8 (or ADDRESS), so that 127.1.0.1, 127.1.0.2 and so on are as many
 * servers. Speaks EHLO, STARTTLS (with -c and -k), MAIL, RCPT, RSET, NOOP and QUIT, and takes no
 * mail. -d waits before each greeting, -s accepts and never says anything. Prints "ready" when it
 * listens, and ends with its parent or by a signal. One event loop a process; WORKERS of them
 * (default 1). It serves nobody but tests: what it cannot do, it ends the connection for. */
#include <arpa/inet.h>
#include <errno.h>
#include <gnutls/gnutls.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/epoll.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { LINE_SIZE = 1024, EVENTS = 256, BACKLOG = 8192, ACCEPT_AT_ONCE = 64 };

struct client {
	int fd;
	gnutls_session_t tls; /* NULL: in the clear */
	bool handshake;       /* not finished yet */
	int64_t greet_ms;     /* when to greet */
	struct client *next;  /* in the queue of those to be greeted */
	size_t len;
	char line[LINE_SIZE];
};

struct server {
	int listener, epoll;
	long delay_ms;
	bool silent, offers_tls;
	gnutls_certificate_credentials_t credentials;
	gnutls_priority_t priority;
	struct client *first, **last; /* to be greeted, in order of time */
};

static int64_t now_ms(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (int64_t)ts.tv_sec * 1000 + ts.tv_nsec / 1000000;
}

static void drop(struct client *c)
{
	if (c->tls)
		gnutls_deinit(c->tls);
	close(c->fd);
	free(c);
}

/* Answers are short and the socket's buffer is empty: what does not fit at once is an error. */
static int say(struct client *c, const char *text)
{
	size_t len = strlen(text);
	ssize_t n = c->tls ? gnutls_record_send(c->tls, text, len)
			   : send(c->fd, text, len, MSG_NOSIGNAL);

	return n == (ssize_t)len ? 0 : -1;
}

static int start_tls(struct server *s, struct client *c)
{
	if (!s->offers_tls || c->tls)
		return say(c, "454 4.7.0 TLS not available\r\n");
	if (say(c, "220 2.0.0 Ready to start TLS\r\n") ||
	    gnutls_init(&c->tls, GNUTLS_SERVER | GNUTLS_NONBLOCK))
		return -1;
	gnutls_priority_set(c->tls, s->priority);
	gnutls_credentials_set(c->tls, GNUTLS_CRD_CERTIFICATE, s->credentials);
	gnutls_transport_set_int(c->tls, c->fd);
	c->handshake = true;
	return 0;
}

static bool is_command(const char *line, const char *verb)
{
	size_t len = strlen(verb);

	return strncasecmp(line, verb, len) == 0 &&
	       (!line[len] || line[len] == ' ' || line[len] == ':');
}

/* 0 to go on, -1 to end the connection */
static int answer(struct server *s, struct client *c, const char *line)
{
	if (is_command(line, "EHLO"))
		return say(c,
			   s->offers_tls && !c->tls
				   ? "250-bench.example\r\n250-PIPELINING\r\n250-SIZE 10485760\r\n"
				     "250-STARTTLS\r\n250 8BITMIME\r\n"
				   : "250-bench.example\r\n250-PIPELINING\r\n250-SIZE 10485760\r\n"
				     "250 8BITMIME\r\n");
	if (is_command(line, "STARTTLS"))
		return start_tls(s, c);
	if (is_command(line, "QUIT")) {
		say(c, "221 2.0.0 Bye\r\n");
		return -1;
	}
	if (is_command(line, "HELO") || is_command(line, "MAIL FROM") ||
	    is_command(line, "RCPT TO") || is_command(line, "RSET") || is_command(line, "NOOP"))
		return say(c, "250 2.0.0 Ok\r\n");
	return say(c, "502 5.5.2 Not here\r\n");
}

/* All whole lines that are here. What stands behind STARTTLS in the clear is not looked at. */
static int use_lines(struct server *s, struct client *c)
{
	char *lf;

	while ((lf = memchr(c->line, '\n', c->len)) != NULL) {
		size_t used = (size_t)(lf - c->line) + 1;
		bool in_clear = !c->tls;
		*lf = '\0';
		if (lf > c->line && lf[-1] == '\r')
			lf[-1] = '\0';
		if (answer(s, c, c->line))
			return -1;
		if (in_clear && c->tls)
			used = c->len;
		c->len -= used;
		memmove(c->line, c->line + used, c->len);
	}
	return c->len == sizeof(c->line) ? -1 : 0;
}

static int shake_hands(struct client *c)
{
	int rc = gnutls_handshake(c->tls);

	if (rc == GNUTLS_E_SUCCESS)
		c->handshake = false;
	return rc == GNUTLS_E_SUCCESS || !gnutls_error_is_fatal(rc) ? 0 : -1;
}

/* Bytes read, 0 when there are none now, -1 at the end. */
static ssize_t take(struct client *c)
{
	char *to = c->line + c->len;
	size_t room = sizeof(c->line) - c->len;

	if (c->tls) {
		ssize_t n = gnutls_record_recv(c->tls, to, room);
		return n > 0 ? n : n == 0 ? -1 : gnutls_error_is_fatal((int)n) ? -1 : 0;
	}
	ssize_t n = recv(c->fd, to, room, 0);
	return n > 0 ? n : n < 0 && errno == EAGAIN ? 0 : -1;
}

/* The client has sent something. */
static int serve(struct server *s, struct client *c)
{
	for (;;) {
		if (c->handshake && shake_hands(c))
			return -1;
		if (c->handshake)
			return 0;
		ssize_t n = take(c);
		if (n <= 0)
			return (int)n;
		c->len += (size_t)n;
		if (s->silent)
			c->len = 0;
		else if (use_lines(s, c))
			return -1;
	}
}

static int listen_to(struct server *s, struct client *c)
{
	struct epoll_event event = {.events = EPOLLIN, .data.ptr = c};

	return epoll_ctl(s->epoll, EPOLL_CTL_ADD, c->fd, &event);
}

static void greet(struct server *s, struct client *c)
{
	if ((!s->silent && say(c, "220 bench.example ESMTP\r\n")) || listen_to(s, c))
		drop(c);
}

static void accept_some(struct server *s)
{
	int on = 1;

	for (int i = 0; i < ACCEPT_AT_ONCE; i++) {
		int fd = accept4(s->listener, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);
		if (fd < 0)
			return;
		setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
		struct client *c = calloc(1, sizeof(*c));
		if (!c) {
			close(fd);
			return;
		}
		c->fd = fd;
		c->greet_ms = now_ms() + s->delay_ms;
		if (!s->delay_ms) {
			greet(s, c);
			continue;
		}
		*s->last = c;
		s->last = &c->next;
	}
}

/* Greet those whose time has come. Returns how long epoll_wait may sleep. */
static int greet_due(struct server *s)
{
	int64_t now = now_ms();

	while (s->first && s->first->greet_ms <= now) {
		struct client *c = s->first;
		s->first = c->next;
		if (!s->first)
			s->last = &s->first;
		greet(s, c);
	}
	return s->first ? (int)(s->first->greet_ms - now) : -1;
}

static void loop(struct server *s)
{
	struct epoll_event events[EVENTS], event = {.events = EPOLLIN | EPOLLEXCLUSIVE};

	s->epoll = epoll_create1(EPOLL_CLOEXEC);
	s->last = &s->first;
	if (s->epoll < 0 || epoll_ctl(s->epoll, EPOLL_CTL_ADD, s->listener, &event))
		return;
	for (;;) {
		int n = epoll_wait(s->epoll, events, EVENTS, greet_due(s));
		if (n < 0 && errno != EINTR)
			return;
		for (int i = 0; i < n; i++) {
			struct client *c = events[i].data.ptr;
			if (!c)
				accept_some(s);
			else if (serve(s, c))
				drop(c);
		}
	}
}

static int open_listener(const char *text)
{
	const char *colon = strrchr(text, ':');
	char host[64] = "127.0.0.0";
	struct sockaddr_in address = {.sin_family = AF_INET};
	int on = 1;

	address.sin_port = htons((uint16_t)strtoul(colon ? colon + 1 : text, NULL, 10));
	address.sin_addr.s_addr = htonl(INADDR_ANY);
	if (colon) {
		snprintf(host, sizeof(host), "%.*s", (int)(colon - text), text);
		if (inet_pton(AF_INET, host, &address.sin_addr) != 1)
			return -1;
	}
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	if (fd < 0 || setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on)) ||
	    bind(fd, (struct sockaddr *)&address, sizeof(address)) || listen(fd, BACKLOG))
		return -1;
	return fd;
}

static int load_certificate(struct server *s, const char *certificate, const char *key)
{
	if (gnutls_certificate_allocate_credentials(&s->credentials) ||
	    gnutls_certificate_set_x509_key_file(s->credentials, certificate, key,
						 GNUTLS_X509_FMT_PEM) < 0)
		return -1;
	return gnutls_priority_init(&s->priority, "NORMAL", NULL);
}

static void raise_limits(void)
{
	struct rlimit files;

	if (getrlimit(RLIMIT_NOFILE, &files) == 0) {
		files.rlim_cur = files.rlim_max;
		setrlimit(RLIMIT_NOFILE, &files);
	}
}

static int usage(void)
{
	fprintf(stderr, "usage: smtp_server [-c CERTIFICATE -k KEY] [-d MILLISECONDS] [-s] [-w "
			"WORKERS] [ADDRESS:]PORT\n");
	return 2;
}

int main(int argc, char **argv)
{
	struct server s = {0};
	const char *certificate = NULL, *key = NULL;
	long workers = 1;

	for (int c; (c = getopt(argc, argv, "c:k:d:sw:")) != -1;) {
		switch (c) {
		case 'c':
			certificate = optarg;
			break;
		case 'k':
			key = optarg;
			break;
		case 'd':
			s.delay_ms = strtol(optarg, NULL, 10);
			break;
		case 's':
			s.silent = true;
			break;
		case 'w':
			workers = strtol(optarg, NULL, 10);
			break;
		default:
			return usage();
		}
	}
	if (optind != argc - 1 || !certificate != !key)
		return usage();
	s.offers_tls = certificate != NULL;
	if (s.offers_tls && load_certificate(&s, certificate, key)) {
		fprintf(stderr, "smtp_server: certificate or key cannot be read\n");
		return 1;
	}
	raise_limits();
	signal(SIGPIPE, SIG_IGN); /* GnuTLS sends without MSG_NOSIGNAL */
	if ((s.listener = open_listener(argv[optind])) < 0) {
		perror("smtp_server");
		return 1;
	}
	prctl(PR_SET_PDEATHSIG, SIGTERM);
	for (long i = 1; i < workers; i++)
		if (fork() == 0) {
			prctl(PR_SET_PDEATHSIG, SIGTERM);
			loop(&s);
			return 1;
		}
	printf("ready\n");
	fflush(stdout);
	loop(&s);
	return 1;
}
