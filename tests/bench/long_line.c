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
 * Times are measured as well, without what timers and processors make this program late by: what a
 * host says is taken to be said so much sooner as this program was late with what that host has
 * heard last. And the servers are not counted as answering at once there: what they take
 * themselves is added up along the way that makes the count.
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
 *   servers_ms TIME                                   what the servers took of that
 */
#include <arpa/inet.h>
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

#include "unread.h"

enum { PORTS_MAX = 8, CONNECTIONS_MAX = 64, CHUNK_MAX = 65536 };
enum { PAUSE_US = 50000, DRAIN_US = 2000000 };

/* The clocks count halves of a round trip. */
enum { HALF = 1, TRIP = 2 };

enum side { CLIENT, SERVERS };

/* When something arrives. */
struct arrival {
	int64_t clock;      /* by the clocks */
	int64_t us;         /* by the machine's */
	int64_t servers_us; /* what the servers have taken of that */
};

struct host {
	struct arrival newest; /* of what it has read */
	int64_t late_us;       /* with what it was last given */
};

struct chunk {
	struct chunk *next;
	struct arrival arrives;
	uint64_t start; /* bytes of the stream before it */
	size_t len;     /* 0: the end of the stream, which counts as a byte, as in TCP */
	unsigned char bytes[];
};

/* One direction of a connection. */
struct way {
	enum side sender, reader;
	int from, to;                /* -1: not there yet, or no longer */
	struct arrival earliest;     /* nothing leaves before */
	struct chunk *first, **last; /* passed on and not known to be read, then under way */
	struct chunk *under_way;     /* the first that is; NULL: none */
	uint64_t taken, passed;
	size_t bytes, lines;
	bool ended; /* by the sender */
};

struct connection {
	int port;
	int64_t begun, ended; /* by the client's clock */
	int64_t open_us;      /* when the server hears of it; 0: it has */
	struct way way[2];    /* by who sends */
};

struct line {
	FILE *record;
	int64_t half_us, start_us;
	int listener[PORTS_MAX], port[PORTS_MAX], ports;
	struct connection connection[CONNECTIONS_MAX];
	int connections;
	struct host host[2];
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

static int64_t later(int64_t a, int64_t b)
{
	return a > b ? a : b;
}

static int64_t sooner(int64_t a, int64_t b)
{
	return a < b ? a : b;
}

/* Of two at the same time by the clocks it is the second that is answered. */
static struct arrival later_of(struct arrival a, struct arrival b)
{
	bool same = a.clock == b.clock;

	return a.clock > b.clock || (same && a.us > b.us) ? a : b;
}

static struct arrival after(struct arrival a, int halves, int64_t us)
{
	return (struct arrival){a.clock + halves, a.us + us, a.servers_us};
}

static double in_trips(int64_t halves)
{
	return (double)halves / TRIP;
}

/* ---- what a host has read ---- */

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
		struct host *reader = &l->host[w->reader];
		reader->newest = later_of(reader->newest, w->first->arrives);
		if (w->reader == CLIENT)
			c->ended = later(c->ended, w->first->arrives.clock);
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

static void learn(struct line *l, enum side reader)
{
	for (struct connection *c = l->connection; c < l->connection + l->connections; c++)
		learn_way(l, c, &c->way[reader == CLIENT ? SERVERS : CLIENT]);
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
	       unread(l->diag, fd) == UNREAD_GONE;
}

/* When something leaves that a host has said at the time now. */
static struct arrival leaves(const struct line *l, const struct way *w, int64_t now)
{
	const struct host *sender = &l->host[w->sender];
	struct arrival heard = later_of(sender->newest, w->earliest);
	int64_t said_us = later(now - sender->late_us, heard.us);

	if (w->sender == SERVERS)
		heard.servers_us += said_us - heard.us;
	heard.us = said_us;
	return heard;
}

/* Take what the sender has said, or its end, at the time now. */
static void take(struct line *l, struct connection *c, struct way *w, int64_t now)
{
	static unsigned char bytes[CHUNK_MAX];

	ssize_t n = recv(w->from, bytes, sizeof(bytes), 0);
	if (n == 0 && has_closed(l, w->from))
		set_read(l, c, &c->way[w->reader], 0);
	learn(l, w->sender);
	size_t len = n > 0 ? (size_t)n : 0;
	struct chunk *chunk = malloc(sizeof(*chunk) + len);
	if (!chunk)
		die("malloc");
	struct arrival left = leaves(l, w, now);
	*chunk = (struct chunk){
		.arrives = after(left, HALF, l->half_us), .start = w->taken, .len = len};
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
		(double)(now - l->start_us) / 1000, c->port, len, in_trips(left.clock),
		in_trips(chunk->arrives.clock));
}

/* A reader that has gone does not matter. */
static void pass_on(struct line *l, struct way *w, int64_t now)
{
	struct chunk *c = w->under_way;
	size_t done = 0;

	learn(l, w->reader);
	l->host[w->reader].late_us = now_us() - c->arrives.us;
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
	struct arrival begun = l->host[CLIENT].newest;
	begun.us = now - l->host[CLIENT].late_us;
	struct connection *c = &l->connection[l->connections++];
	*c = (struct connection){
		.port = l->port[i],
		.begun = begun.clock,
		.ended = begun.clock,
		.open_us = begun.us + (TRIP + HALF) * l->half_us,
		.way = {{CLIENT, SERVERS, fd, -1, after(begun, TRIP, TRIP * l->half_us),
			 .last = &c->way[CLIENT].first},
			{SERVERS, CLIENT, -1, fd,
			 after(begun, TRIP + HALF, (TRIP + HALF) * l->half_us),
			 .last = &c->way[SERVERS].first}},
	};
}

static void open_server(struct line *l, struct connection *c, int64_t now)
{
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0), one = 1;
	struct sockaddr_in at;
	socklen_t len = sizeof(at);

	if (getsockname(c->way[SERVERS].to, (struct sockaddr *)&at, &len))
		die("getsockname");
	at.sin_port = htons((uint16_t)c->port);
	if (fd < 0 || connect(fd, (struct sockaddr *)&at, len))
		die("connect");
	setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof(one));
	c->way[SERVERS].from = c->way[CLIENT].to = fd;
	l->host[SERVERS].late_us = now_us() - c->open_us;
	c->open_us = 0;
	arrive(l, now);
}

/* What poll looks at, in this order: listeners, then two a connection, then the command. */
static void watch(const struct line *l, struct pollfd *watched)
{
	for (int i = 0; i < l->ports; i++)
		*watched++ = (struct pollfd){.fd = l->listener[i], .events = POLLIN};
	for (const struct connection *c = l->connection; c < l->connection + l->connections; c++)
		for (const struct way *w = c->way; w < c->way + 2; w++)
			*watched++ =
				(struct pollfd){.fd = w->ended ? -1 : w->from, .events = POLLIN};
	*watched = (struct pollfd){.fd = l->command, .events = POLLIN};
}

static void hear(struct line *l, const struct pollfd *heard, int64_t now)
{
	int connections = l->connections;

	for (int i = 0; i < l->ports; i++)
		if (heard++->revents)
			begin(l, i, now);
	for (struct connection *c = l->connection; c < l->connection + connections; c++)
		for (struct way *w = c->way; w < c->way + 2; w++)
			if (heard++->revents)
				take(l, c, w, now);
}

static void deliver(struct line *l, int64_t now)
{
	for (struct connection *c = l->connection; c < l->connection + l->connections; c++) {
		if (c->open_us && c->open_us <= now)
			open_server(l, c, now);
		for (struct way *w = c->way; w < c->way + 2; w++)
			while (w->under_way && w->under_way->arrives.us <= now)
				pass_on(l, w, now);
	}
}

/* When something is to be done next. */
static int64_t next_us(const struct line *l)
{
	int64_t next = INT64_MAX;

	for (const struct connection *c = l->connection; c < l->connection + l->connections; c++) {
		if (c->open_us)
			next = sooner(next, c->open_us);
		for (const struct way *w = c->way; w < c->way + 2; w++)
			if (w->under_way)
				next = sooner(next, w->under_way->arrives.us);
	}
	return next;
}

static bool lasts(const struct line *l)
{
	for (const struct connection *c = l->connection; c < l->connection + l->connections; c++)
		if (!c->way[CLIENT].ended || !c->way[SERVERS].ended)
			return true;
	return l->under_way;
}

/* Until the command has ended, and what it has said last has been heard. Returns when it ended,
 * without what this program was late by. */
static int64_t run(struct line *l)
{
	struct pollfd polled[PORTS_MAX + 2 * CONNECTIONS_MAX + 1];
	int64_t ended_us = 0, now;

	do {
		int64_t until = ended_us ? ended_us + DRAIN_US : INT64_MAX;
		int64_t rest = later(sooner(until, next_us(l)) - now_us(), 0);
		struct timespec patience = {rest / 1000000, rest % 1000000 * 1000};
		nfds_t count = (nfds_t)(l->ports + 2 * l->connections + 1);

		watch(l, polled);
		if (ppoll(polled, count, rest < INT32_MAX ? &patience : NULL, NULL) < 0)
			die("ppoll");
		now = now_us();
		if (polled[count - 1].revents) {
			ended_us = now - l->host[CLIENT].late_us;
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
			in_trips(c->begun), in_trips(c->ended), c->way[CLIENT].bytes,
			c->way[CLIENT].lines, c->way[SERVERS].bytes, c->way[SERVERS].lines);
	const struct arrival *end = &l->host[CLIENT].newest;
	fprintf(l->record, "trips %.1f\npauses %ld\nwall_ms %.1f\nservers_ms %.1f\n",
		in_trips(end->clock), l->pauses, (double)(ended_us - l->start_us) / 1000,
		(double)end->servers_us / 1000);
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
	if (!l.record)
		die(argv[1]);
	l.diag = unread_begin();
	pid_t pid = start(&l, argv + 3);
	sum_up(&l, run(&l));
	if (waitpid(pid, &status, 0) != pid || fclose(l.record))
		die("long_line");
	return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}
