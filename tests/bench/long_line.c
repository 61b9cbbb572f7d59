/* long_line.c - runs a client over a long line to servers of this machine, and counts the round
 * trips that it needed
 *
 *   long_line RECORD MILLISECONDS COMMAND [ARGUMENT...]
 *
 * "@PORT@" in the command's words becomes a port that leads to that PORT, of the address that it
 * is asked at, over a line with MILLISECONDS of round trip: what is said takes half of them each
 * way. Connecting, which costs nothing here, is made to cost what it does there: what a client
 * says can leave it one round trip after it has begun to connect, and the server hears of it half
 * a trip later, so that its greeting comes after two. Exit code and output are the command's; IPv4
 * only.
 *
 * Round trips are counted by logical clocks (Lamport), not measured, in halves. There are two
 * hosts, the client and the machine with all the servers; each has a clock that stands at the
 * latest arrival among all that it has read so far, on any connection. What a host sends arrives
 * half a trip after what its clock shows, and on a new connection after the end of the handshake
 * at the earliest. The client's clock at its end is the count: what is on the critical path, what
 * is under way at the same time once, and what came and was not read not at all. No processor and
 * no timer moves a clock, so servers count as answering at once. What a host has read is known
 * from the kernel (sock_diag(7)), so the order in which things happen to be passed on does not
 * matter.
 *
 * What is waited for beside the line is seen, too: a client that looks once more for a message
 * pays a round trip each time, and if nothing was under way for longer than PAUSE_US before
 * something is said, by either host, that is a pause. Right for a client of one thread.
 *
 * RECORD, a line each, trips with one decimal:
 *   sent|received TIME_MS PORT BYTES LEAVES ARRIVES   as it passes; 0 BYTES: the end of the stream
 *   connection PORT BEGUN ENDED SENT_BYTES SENT_LINES RECEIVED_BYTES RECEIVED_LINES
 *   trips COUNT
 *   pauses COUNT
 *   wall_ms TIME                                      from the start of the command to its end
 */
#include <arpa/inet.h>
#include <linux/inet_diag.h>
#include <linux/netlink.h>
#include <linux/sock_diag.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { PORTS_MAX = 8, CONNECTIONS_MAX = 64, CHUNK_MAX = 65536 };
enum { PAUSE_US = 50000, DRAIN_US = 2000000 };

/* The clocks count halves of a round trip. */
enum { HALF = 1, TRIP = 2 };

enum host { CLIENT, SERVERS };

struct chunk {
	struct chunk *next;
	long arrives;   /* by the clocks */
	int64_t due_us; /* by the machine's */
	uint64_t start; /* bytes of the stream before it */
	size_t len;     /* 0: the end of the stream, which counts as a byte, as in TCP */
	unsigned char bytes[];
};

/* One direction of a connection. */
struct way {
	enum host sender, reader;
	int from, to; /* -1: not there yet, or no longer */
	long earliest;
	int64_t earliest_us;         /* nothing leaves before */
	struct chunk *first, **last; /* passed on and not known to be read, then under way */
	struct chunk *under_way;     /* the first that is; NULL: none */
	uint64_t taken, passed;
	size_t bytes, lines;
	bool ended; /* by the sender */
};

struct connection {
	int port;
	long begun, ended; /* by the client's clock */
	int64_t open_us;   /* when the server hears of it; 0: it has */
	struct way up, down;
};

struct line {
	FILE *record;
	int64_t half_us, start_us;
	int listener[PORTS_MAX], port[PORTS_MAX], ports;
	struct connection connection[CONNECTIONS_MAX];
	int connections;
	long clock[2]; /* of each host */
	int under_way; /* chunks, and connections to be opened */
	int64_t quiet_since_us;
	long pauses;
	int diag;    /* netlink socket */
	int command; /* pidfd; -1: it has ended */
};

static void die(const char *what)
{
	perror(what);
	exit(3);
}

static int64_t now_us(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000000 + t.tv_nsec / 1000;
}

static long later(long a, long b)
{
	return a > b ? a : b;
}

static int64_t later_us(int64_t a, int64_t b)
{
	return a > b ? a : b;
}

static int64_t sooner_us(int64_t a, int64_t b)
{
	return a < b ? a : b;
}

static double in_trips(long halves)
{
	return (double)halves / TRIP;
}

/* ---- what a host has read ---- */

/* The bytes that the other end of this socket, a process of this machine, has not read yet; -1:
 * that end is gone. */
static long unread(int diag, int fd)
{
	struct sockaddr_in here, there;
	socklen_t len = sizeof(here);

	if (getsockname(fd, (struct sockaddr *)&here, &len) ||
	    getpeername(fd, (struct sockaddr *)&there, &len))
		return -1;
	struct {
		struct nlmsghdr head;
		struct inet_diag_req_v2 request;
	} ask = {.head = {.nlmsg_len = sizeof(ask),
			  .nlmsg_type = SOCK_DIAG_BY_FAMILY,
			  .nlmsg_flags = NLM_F_REQUEST},
		 .request = {.sdiag_family = AF_INET,
			     .sdiag_protocol = IPPROTO_TCP,
			     .idiag_states = ~0U,
			     .id = {.idiag_sport = there.sin_port,
				    .idiag_dport = here.sin_port,
				    .idiag_src = {there.sin_addr.s_addr},
				    .idiag_dst = {here.sin_addr.s_addr},
				    .idiag_cookie = {INET_DIAG_NOCOOKIE, INET_DIAG_NOCOOKIE}}}};
	struct {
		struct nlmsghdr head;
		struct inet_diag_msg found;
		char more[4096];
	} answer;
	if (send(diag, &ask, sizeof(ask), 0) < 0 || recv(diag, &answer, sizeof(answer), 0) < 0)
		die("sock_diag");
	return answer.head.nlmsg_type == SOCK_DIAG_BY_FAMILY ? (long)answer.found.idiag_rqueue : -1;
}

static void forget_first(struct way *w)
{
	struct chunk *c = w->first;

	w->first = c->next;
	if (!w->first)
		w->last = &w->first;
	free(c);
}

/* All that has been passed on but for so many bytes is read: that moves the reader's clock. */
static void set_read(struct line *l, struct connection *c, struct way *w, uint64_t left)
{
	while (w->first != w->under_way && w->first->start + left < w->passed) {
		l->clock[w->reader] = later(l->clock[w->reader], w->first->arrives);
		if (w->reader == CLIENT)
			c->ended = later(c->ended, w->first->arrives);
		forget_first(w);
	}
}

static void learn_way(struct line *l, struct connection *c, struct way *w)
{
	if (w->first == w->under_way || w->to < 0)
		return;
	long left = unread(l->diag, w->to);
	if (left >= 0)
		set_read(l, c, w, (uint64_t)left);
}

static void learn(struct line *l, enum host reader)
{
	for (struct connection *c = l->connection; c < l->connection + l->connections; c++)
		learn_way(l, c, reader == CLIENT ? &c->down : &c->up);
}

/* ---- what is under way ---- */

static void set_out(struct line *l, int64_t now)
{
	if (!l->under_way++ && l->connections && now - l->quiet_since_us > PAUSE_US)
		l->pauses++;
}

static void arrive(struct line *l, int64_t now)
{
	if (!--l->under_way)
		l->quiet_since_us = now;
}

/* Whether the other end of this socket, which has said that it says no more, is gone. It has read
 * all then: what closes with something unread sends a reset (RFC 2525 section 2.17). */
static bool has_closed(const struct line *l, int fd)
{
	int error = 0;
	socklen_t len = sizeof(error);

	return !getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &len) && !error &&
	       unread(l->diag, fd) < 0;
}

/* Take what the sender has said, or its end, at the time now. */
static void take(struct line *l, struct connection *c, struct way *w, int64_t now)
{
	static unsigned char bytes[CHUNK_MAX];

	ssize_t n = recv(w->from, bytes, sizeof(bytes), 0);
	if (n == 0 && has_closed(l, w->from))
		set_read(l, c, w->sender == CLIENT ? &c->down : &c->up, 0);
	learn(l, w->sender);
	size_t len = n > 0 ? (size_t)n : 0;
	struct chunk *chunk = malloc(sizeof(*chunk) + len);
	if (!chunk)
		die("malloc");
	long leaves = later(l->clock[w->sender], w->earliest);
	*chunk = (struct chunk){.arrives = leaves + HALF,
				.due_us = later_us(now, w->earliest_us) + l->half_us,
				.start = w->taken,
				.len = len};
	memcpy(chunk->bytes, bytes, len);
	*w->last = chunk;
	w->last = &chunk->next;
	if (!w->under_way)
		w->under_way = chunk;
	w->taken += len ? len : 1;
	w->bytes += len;
	for (size_t i = 0; i < len; i++)
		w->lines += bytes[i] == '\n';
	w->ended = !len;
	set_out(l, now);
	fprintf(l->record, "%s %.1f %d %zu %.1f %.1f\n", w->sender == CLIENT ? "sent" : "received",
		(double)(now - l->start_us) / 1000, c->port, len, in_trips(leaves),
		in_trips(chunk->arrives));
}

/* A reader that has gone does not matter. */
static void pass_on(struct line *l, struct way *w, int64_t now)
{
	struct chunk *c = w->under_way;
	size_t done = 0;

	learn(l, w->reader);
	while (done < c->len) {
		ssize_t n = send(w->to, c->bytes + done, c->len - done, MSG_NOSIGNAL);
		if (n < 0)
			break;
		done += (size_t)n;
	}
	if (!c->len)
		shutdown(w->to, SHUT_WR);
	w->passed += c->len ? c->len : 1;
	w->under_way = c->next;
	arrive(l, now);
}

/* ---- connections ---- */

static void begin(struct line *l, int i, int64_t now)
{
	int fd = accept(l->listener[i], NULL, NULL), one = 1;

	if (fd < 0 || l->connections == CONNECTIONS_MAX)
		die("accept");
	learn(l, CLIENT);
	setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof(one));
	set_out(l, now);
	long begun = l->clock[CLIENT];
	struct connection *c = &l->connection[l->connections++];
	*c = (struct connection){
		.port = l->port[i],
		.begun = begun,
		.ended = begun,
		.open_us = now + 3 * l->half_us,
		.up = {CLIENT, SERVERS, fd, -1, begun + TRIP, now + 2 * l->half_us,
		       .last = &c->up.first},
		.down = {SERVERS, CLIENT, -1, fd, begun + TRIP + HALF, .last = &c->down.first},
	};
}

static void open_server(struct line *l, struct connection *c, int64_t now)
{
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0), one = 1;
	struct sockaddr_in at;
	socklen_t len = sizeof(at);

	if (getsockname(c->down.to, (struct sockaddr *)&at, &len))
		die("getsockname");
	at.sin_port = htons((uint16_t)c->port);
	if (fd < 0 || connect(fd, (struct sockaddr *)&at, len))
		die("connect");
	setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof(one));
	c->down.from = c->up.to = fd;
	c->open_us = 0;
	arrive(l, now);
}

/* What poll looks at, in this order: listeners, then two a connection, then the command. */
static void watch(const struct line *l, struct pollfd *watched)
{
	for (int i = 0; i < l->ports; i++)
		*watched++ = (struct pollfd){.fd = l->listener[i], .events = POLLIN};
	for (const struct connection *c = l->connection; c < l->connection + l->connections; c++) {
		*watched++ = (struct pollfd){.fd = c->up.ended ? -1 : c->up.from, .events = POLLIN};
		*watched++ =
			(struct pollfd){.fd = c->down.ended ? -1 : c->down.from, .events = POLLIN};
	}
	*watched = (struct pollfd){.fd = l->command, .events = POLLIN};
}

static void hear(struct line *l, const struct pollfd *heard, int64_t now)
{
	int connections = l->connections;

	for (int i = 0; i < l->ports; i++)
		if (heard++->revents)
			begin(l, i, now);
	for (struct connection *c = l->connection; c < l->connection + connections; c++) {
		if (heard++->revents)
			take(l, c, &c->up, now);
		if (heard++->revents)
			take(l, c, &c->down, now);
	}
}

static void deliver(struct line *l, int64_t now)
{
	for (struct connection *c = l->connection; c < l->connection + l->connections; c++) {
		if (c->open_us && c->open_us <= now)
			open_server(l, c, now);
		while (c->up.under_way && c->up.under_way->due_us <= now)
			pass_on(l, &c->up, now);
		while (c->down.under_way && c->down.under_way->due_us <= now)
			pass_on(l, &c->down, now);
	}
}

/* When something is to be done next. */
static int64_t next_us(const struct line *l)
{
	int64_t next = INT64_MAX;

	for (const struct connection *c = l->connection; c < l->connection + l->connections; c++) {
		if (c->open_us)
			next = sooner_us(next, c->open_us);
		if (c->up.under_way)
			next = sooner_us(next, c->up.under_way->due_us);
		if (c->down.under_way)
			next = sooner_us(next, c->down.under_way->due_us);
	}
	return next;
}

static bool lasts(const struct line *l)
{
	for (const struct connection *c = l->connection; c < l->connection + l->connections; c++)
		if (!c->up.ended || !c->down.ended)
			return true;
	return l->under_way;
}

/* Until the command has ended, and what it has said last has been heard. Returns when it ended. */
static int64_t run(struct line *l)
{
	struct pollfd polled[PORTS_MAX + 2 * CONNECTIONS_MAX + 1];
	int64_t ended_us = 0, now;

	do {
		int64_t until = ended_us ? ended_us + DRAIN_US : INT64_MAX;
		int64_t rest = later_us(sooner_us(until, next_us(l)) - now_us(), 0);
		struct timespec patience = {rest / 1000000, rest % 1000000 * 1000};
		nfds_t count = (nfds_t)(l->ports + 2 * l->connections + 1);

		watch(l, polled);
		if (ppoll(polled, count, rest < INT32_MAX ? &patience : NULL, NULL) < 0)
			die("ppoll");
		now = now_us();
		if (polled[count - 1].revents) {
			ended_us = now;
			l->command = -1;
		}
		hear(l, polled, now);
		deliver(l, now);
	} while (!ended_us || (lasts(l) && now < ended_us + DRAIN_US));
	return ended_us;
}

/* ---- the command ---- */

/* The port of a new line to that port, of the address that it is asked at. */
static int add_port(struct line *l, int port)
{
	struct sockaddr_in at = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_ANY)};
	socklen_t len = sizeof(at);
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	if (fd < 0 || l->ports == PORTS_MAX || bind(fd, (struct sockaddr *)&at, len) ||
	    listen(fd, CONNECTIONS_MAX) || getsockname(fd, (struct sockaddr *)&at, &len))
		die("listen");
	l->port[l->ports] = port;
	l->listener[l->ports++] = fd;
	return ntohs(at.sin_port);
}

/* Put a port where the word has "@PORT@". Returns the word, or a new one. */
static char *with_port(struct line *l, char *word)
{
	char *at = strchr(word, '@'), *end = NULL, *changed;
	long port = at ? strtol(at + 1, &end, 10) : 0;

	if (port < 1 || port > 65535 || *end != '@')
		return word;
	if (asprintf(&changed, "%.*s%d%s", (int)(at - word), word, add_port(l, (int)port),
		     end + 1) < 0)
		die("asprintf");
	return changed;
}

static pid_t start(struct line *l, char **command)
{
	for (char **word = command; *word; word++)
		*word = with_port(l, *word);
	l->start_us = l->quiet_since_us = now_us();
	pid_t pid = fork();
	if (pid == 0) {
		execvp(command[0], command);
		perror(command[0]);
		_exit(127);
	}
	l->command = pid < 0 ? -1 : (int)syscall(SYS_pidfd_open, pid, 0);
	if (l->command < 0)
		die(command[0]);
	return pid;
}

static void sum_up(const struct line *l, int64_t ended_us)
{
	for (const struct connection *c = l->connection; c < l->connection + l->connections; c++)
		fprintf(l->record, "connection %d %.1f %.1f %zu %zu %zu %zu\n", c->port,
			in_trips(c->begun), in_trips(c->ended), c->up.bytes, c->up.lines,
			c->down.bytes, c->down.lines);
	fprintf(l->record, "trips %.1f\npauses %ld\nwall_ms %.1f\n", in_trips(l->clock[CLIENT]),
		l->pauses, (double)(ended_us - l->start_us) / 1000);
}

int main(int argc, char **argv)
{
	static struct line l;
	int status;

	if (argc < 4) {
		fprintf(stderr, "usage: long_line RECORD MILLISECONDS COMMAND [ARGUMENT...]\n");
		return 3;
	}
	l.record = fopen(argv[1], "we");
	l.half_us = strtol(argv[2], NULL, 10) * 1000 / TRIP;
	l.diag = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_SOCK_DIAG);
	if (!l.record || l.diag < 0)
		die(argv[1]);
	pid_t pid = start(&l, argv + 3);
	sum_up(&l, run(&l));
	if (waitpid(pid, &status, 0) != pid || fclose(l.record))
		die("long_line");
	return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}
