/* conn.h - a byte stream to one server, in the clear or over TLS, read line by line
 *
 * Every call waits until timeline.deadline_us at most. What was read but not used when TLS starts
 * is an attack and ends the connection. */
#ifndef MAILFLOW_CONN_H
#define MAILFLOW_CONN_H

#include <netdb.h>
#include <netinet/in.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/blot.h"
#include "base/buf.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/timeline.h"
#include "net/chain_seen.h"
#include "net/endpoint.h"
#include "net/resolve.h"
#include "net/tls.h"

enum {
	CONN_LINE_MAX = 65536,
	CONN_GATHERED_MAX = 65536,
	CONN_TRANSCRIPT_MAX = 262144,
	CONN_KNOWN_MAX = 8, /* addresses of a host that are remembered */
};

/* What a host was resolved to, for as long as the struct lives. */
struct conn_known {
	char host[ENDPOINT_HOST_SIZE];
	int family;
	size_t count;                           /* 0: not known */
	struct sockaddr_in6 at[CONN_KNOWN_MAX]; /* or a sockaddr_in; without the port */
};

/* A connection that was begun ahead. */
struct conn_ahead {
	bool pending; /* not taken over yet: fd is it */
	int fd;
	uint16_t port;
	int64_t since_us;     /* absolute, as all three; 0: it was not begun ahead */
	int64_t connected_us; /* once it is taken over */
	int64_t heard_us;     /* when something had come by then; 0: nothing had */
};

/* What is to be begun as soon as this one is connected. */
struct conn_beside {
	struct conn *conn; /* NULL: nothing */
	const struct endpoint *endpoint;
	int family;
};

struct conn {
	int fd; /* -1 while not open; CONN_INIT sets that */
	bool tls_on;
	bool eof;          /* the server has closed its side */
	bool write_failed; /* a part of a command may have been sent: nothing may follow it */
	bool has_spoken;   /* something has been sent */
	struct tls tls;
	struct buf in;                   /* read and not yet used */
	size_t in_off;                   /* start of the unused part of in */
	size_t scanned;                  /* bytes of that part known to hold no LF */
	uint64_t bytes_in;               /* read from the server so far, after decryption */
	int64_t connect_us;              /* what connecting took */
	int64_t asked_us;                /* since when an answer is awaited, absolute; 0: none is */
	int64_t quickest_us;             /* what the quickest answer took; 0: there was none */
	struct endpoint peer;            /* what was connected to, once that was tried */
	char address[ADDRESS_TEXT_SIZE]; /* the address that answered */
	char local[ADDRESS_TEXT_SIZE];   /* our end of the connection to it */
	char tried[256];         /* the addresses that did not, with the reason; may be empty */
	struct timeline *tl;     /* borrowed */
	struct err *err;         /* borrowed */
	struct buf *transcript;  /* borrowed; NULL: none is kept */
	struct chain_seen *seen; /* the certificates, borrowed; NULL: nobody wants them */
	const char *leg;         /* name in the transcript: "imap", "smtp" */
	struct blot hidden;      /* what is secret */
	bool gathering;          /* conn_gather */
	struct buf out;          /* what has been gathered */
	struct conn_known known;
	struct conn_ahead ahead;
	struct conn_beside beside;
};

#define CONN_INIT(timeline, error, log, leg_name)                                                  \
	((struct conn){.fd = -1,                                                                   \
		       .in = BUF_INIT(CONN_LINE_MAX + 4098),                                       \
		       .out = BUF_INIT(CONN_GATHERED_MAX),                                         \
		       .tl = (timeline),                                                           \
		       .err = (error),                                                             \
		       .transcript = (log),                                                        \
		       .leg = (leg_name)})

/* Resolve and connect: the steps "resolve" and "connect", and with TLS_MODE_IMPLICIT "tls".
 * Addresses are tried in the resolver's order, each with its share of the deadline; what they are
 * is remembered, and not asked for again. family as in resolve(). Returns 0 or -1 with the error
 * set.
 *
 * What conn_begin has begun to this end point is taken over: as the first address's try, whose
 * share of the time begins now. If it was refused, the next one is tried. If it had been there and
 * the server has closed it since without a word, it is made anew, once. Its "connect" takes from
 * its own beginning until it was connected, by the kernel's clock, and not for as long as it was
 * left alone then. */
int conn_open(struct conn *c, const struct endpoint *endpoint, int family,
	      const struct tls_options *tls);

/* The same for addresses that are already known (one target of --all-addresses): step "connect" [+
 * "tls"]. */
int conn_open_addresses(struct conn *c, const struct addrinfo *addresses,
			const struct endpoint *endpoint, const struct tls_options *tls);

/* Begin a connection ahead of the time, while the thread has something else to do: for conn_open,
 * which takes it over. c is not open. Only TCP is begun, and only where that needs no waiting: to
 * an address, or to a name that c has been connected to before; otherwise nothing happens. Nothing
 * is said, no step is taken, and no error recorded. conn_close lets go of it without a word:
 * conn_claim is for leaving as the protocol wants it. */
void conn_begin(struct conn *c, const struct endpoint *endpoint, int family);

/* The same, as soon as first is connected: conn_open(first) does it, before its TLS. Then names are
 * known, too, that are the same as first's. Borrows both, and endpoint, until first is connected or
 * closed. */
void conn_begin_beside(struct conn *c, struct conn *first, const struct endpoint *endpoint,
		       int family);

/* Where a connection that was begun is not needed after all: whether it is there by now, and open
 * from now on, for the greeting to be read (conn_greeting_patience) and the last command to be
 * said. Else it is let go. Never waits. */
bool conn_claim(struct conn *c);

/* Whether it was begun ahead, and nothing has been said on it since, not even TLS's hello: if the
 * server has grown tired of waiting (an end, a 421), a new connection is worth one try. */
bool conn_was_ahead(const struct conn *c);

/* In the step "greeting", before it is read: of a connection that was begun ahead it takes from
 * when that was connected until the server spoke, and not for as long as nobody listened. (By the
 * kernel's clock, which ticks some milliseconds wide; if more came later, until that came.) Does
 * nothing for others, and where TLS came first. */
void conn_note_greeting(struct conn *c);

/* The step "tls" after a positive answer to STARTTLS or STLS. Bytes that are already here fail it
 * with ERR_PROTOCOL. host is the name connected to. */
int conn_start_tls(struct conn *c, const char *host, const struct tls_options *options);

/* From now on until conn_close whatever is shown of what the server says is without this secret, in
 * whatever form it comes back (base/blot.h): the transcript, conn_err_server and conn_shown. What
 * is read is as it came, and understood so. Called before a secret is sent; username as in
 * blot_add. */
void conn_hide(struct conn *c, const char *secret, const char *username);

/* Words of what was read last, without what is hidden, for all that shows them; need not be
 * terminated, and are valid until the next call. */
const char *conn_shown(struct conn *c, const char *words, size_t len, size_t *len_r);

/* Record such words, which begin with their status if they have one, as err_set_server does. */
int conn_err_server(struct conn *c, enum err_kind kind, const char *prefix, const char *words,
		    size_t len);

/* One line without its CRLF (or LF); *line_r is valid until the next call. Lines of more than
 * CONN_LINE_MAX bytes and lines with a NUL byte are ERR_PROTOCOL, the end of the stream is
 * ERR_CLOSED; there is no line then. */
int conn_read_line(struct conn *c, const char **line_r, size_t *len_r);

/* The same for a line of a message, in which nothing is impossible: NUL bytes pass, and a line of
 * more than CONN_LINE_MAX bytes comes in pieces; *ends_r tells whether this one is the last. */
int conn_read_piece(struct conn *c, const char **piece_r, size_t *len_r, bool *ends_r);

/* Whatever bytes are here, at most size of them, once there are any. For another protocol's parser:
 * nothing of it is transcribed. Returns how many, or -1, also at the end. */
ssize_t conn_read_some(struct conn *c, void *bytes, size_t size);

/* Append exactly len bytes to b (an IMAP literal); -1 also when b's maximum is reached
 * (ERR_PROTOCOL). */
int conn_read_bytes(struct conn *c, struct buf *b, size_t len);

/* The next byte, which stays to be read. Returns 0 or -1. */
int conn_peek(struct conn *c, char *byte_r);

/* Wait until data can be read (1) or until_us, absolute, bounded by the deadline (0); -1 on errors.
 * Passing until_us is not an error. */
int conn_wait(struct conn *c, int64_t until_us);

/* Whether bytes are here that nobody has asked for yet. Never waits. */
bool conn_has_input(struct conn *c);

/* Whether what is written can be sent whole: it is open, its TLS (if it has begun) works,
 * and no write has failed. */
bool conn_can_write(const struct conn *c);
/* The same as a result: 0, or -1 with the error set. */
int conn_check_write(struct conn *c);

/* Send all bytes; once that has failed, also by its time, nothing more is sent (ERR_CLOSED). shown
 * replaces them in the transcript (NULL: as they are, for bytes without secrets): "LOGIN user
 * ****". */
int conn_write(struct conn *c, const void *bytes, size_t len, const char *shown);
/* A line: the formatted text and CRLF. For text without secrets. At most 8 KiB. */
int conn_printf(struct conn *c, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

/* The same for a line that ends in a secret, hidden from now on: the transcript gets before
 * and "****". At most 16 KiB (ERR_USAGE). */
int conn_write_secret(struct conn *c, const char *before, const char *secret);

/* From now on what is written is only kept, so that several commands go out in one write: with
 * conn_send_gathered. At most CONN_GATHERED_MAX bytes (ERR_LOCAL). Nothing may be waited for in
 * between. */
void conn_gather(struct conn *c);
/* Send them, as conn_write does: also where one of them could not be kept, for those before it are
 * whole. */
int conn_send_gathered(struct conn *c);

/* After recv or send has failed with that error: wait until it may be tried again (0), until_us has
 * passed (TLS_TIMED_OUT), or -1 with the error set. For conn.c and conn_write.c. */
int conn_wait_after(struct conn *c, int error, short events, int64_t until_us);

/* Add to the transcript what side, 'S' or 'C', has said: for conn.c. */
void conn_transcribe(struct conn *c, char side, const char *bytes, size_t len);

/* The kind of the recorded error, if it concerns this connection and not another end point
 * (err->where). */
enum err_kind conn_error(const struct conn *c);

/* Whether one may still speak: it can be written to, and no error is recorded that leaves what is
 * in the stream in doubt. */
bool conn_can_speak(const struct conn *c);

/* From now on errors, also those of passed deadlines, are recorded in err. Returns where they went
 * before. */
struct err *conn_set_err(struct conn *c, struct err *err);

/* What a server may take for its goodbye at the most, and what a run keeps for that. */
#define CONN_GOODBYE_US (2 * US_PER_S)

/* How long to wait for the answer to a command that ends the session (QUIT, LOGOUT) where nothing
 * depends on it, in microseconds: a few times what the quickest of the server's answers took (where
 * nothing was asked yet, what connecting took), and some milliseconds, 20 ms and most_us at most.
 * Where that answer took more than 10 ms, as on a long line, it is not waited for, only
 * read if it is there. */
int64_t conn_patience(struct conn *c, int64_t most_us);

/* How long to wait for the greeting of a connection that is only there to be left: half a second
 * and a few times what connecting took. To leave before it leaves a line in the server's log. */
int64_t conn_greeting_patience(const struct conn *c);

/* After that command: end our side in good order, close_notify and FIN, and give the server a
 * moment to do the same, so that the connection does not end in a RST. answered false: no answer
 * came in time, and until the server closes it is waited for once more, as long as conn_patience()
 * says (moves the leg's deadline). Records no errors. Only conn_close may follow. */
void conn_part(struct conn *c, bool answered);

/* Let go of the connection without a word: the server takes the session to last until the socket is
 * closed, which is returned and now the caller's (-1: it was not open). Else as conn_close. */
int conn_set_aside(struct conn *c);

/* Close, in good order as far as that needs no waiting; accepts a conn that was never opened. Keeps
 * info, address, local, tried, and what addresses are known. May be opened again. */
void conn_close(struct conn *c);

#endif
