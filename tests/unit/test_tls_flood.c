/* test_tls_flood.c - what is taken from a server that sends TLS without end and without data:
 * before the certificate is verified, and after */
#include "net/tls.h"

#include <fcntl.h>
#include <pthread.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/clock.h"
#include "tls_peer.h"
#include "unit.h"

#define HOST  "mail.test.example"
#define TLS12 "NORMAL:-VERS-ALL:+VERS-TLS1.2"
#define TLS13 TLS_PEER_SEALS

enum {
	SECONDS = 20,
	MUCH = 16 << 20,
	/* that a socket pair holds, which nobody has read */
	ON_ITS_WAY = 1 << 20,
	RECORD_HEAD = 5,
	RECORD_MAX = 16384,
};

static struct pki_cert root, good;

static void make_certificates(void)
{
	pki_issue(&root, &(struct pki_spec){.cn = "Test Root", .ca = true}, NULL);
	pki_issue(&good, &(struct pki_spec){.cn = "x", .dns = HOST}, &root);
}

/* ---- one session ---- */

static struct tls tls;
static struct err err;
static struct timeline timeline;

static int start(int fd)
{
	static const struct tls_options options = {.trust_any = true};

	err = (struct err){0};
	timeline = (struct timeline){0};
	timeline_begin(&timeline, &err, SECONDS * US_PER_S, clock_us() + SECONDS * US_PER_S, 0);
	step(&timeline, "tls");
	return tls_start(&tls, fd, HOST, &options, &timeline, &err);
}

/* ---- servers that speak in the clear ---- */

/* TLS 1.2, a session without an identifier, ECDHE-ECDSA-AES128-GCM-SHA256 */
#define SERVER_HELLO                                                                               \
	"\x16\x03\x03\x00\x2a\x02\x00\x00\x26\x03\x03"                                             \
	"01234567890123456789012345678901"                                                         \
	"\x00\xc0\x2b\x00"

struct flood {
	const char *hello; /* NULL: none */
	unsigned char type;
	size_t len;                /* of each record's body, zeros but for */
	unsigned char message[10]; /* its beginning: in the first record, or in */
	bool again;                /* all of them */
	const char *text;          /* of the error; NULL: any, for GnuTLS finds it first */

	int fd;
	size_t sent;
};

static void *send_flood(void *arg)
{
	static unsigned char record[RECORD_HEAD + RECORD_MAX];
	struct flood *f = arg;

	if (f->hello && send(f->fd, f->hello, sizeof(SERVER_HELLO) - 1, MSG_NOSIGNAL) < 0)
		return NULL;
	memset(record, 0, sizeof(record));
	memcpy(record, (unsigned char[]){f->type, 3, 3, f->len >> 8, f->len & 0xff}, RECORD_HEAD);
	memcpy(record + RECORD_HEAD, f->message, sizeof(f->message));
	while (f->sent < MUCH) {
		ssize_t n = send(f->fd, record, RECORD_HEAD + f->len, MSG_NOSIGNAL);
		if (n < 0)
			break;
		f->sent += (size_t)n;
		if (!f->again)
			memset(record + RECORD_HEAD, 0, sizeof(f->message));
	}
	return NULL;
}

static const struct flood floods[] = {
	/* a Certificate of 16 MB */
	{.hello = SERVER_HELLO,
	 .type = 22,
	 .len = RECORD_MAX,
	 .message = {11, 0xff, 0xff, 0xff},
	 .text = "TLS handshake larger than 256 KiB"},
	/* the same in many records */
	{.hello = SERVER_HELLO,
	 .type = 22,
	 .len = 10,
	 .message = {11, 0xff, 0xff, 0xff},
	 .text = "TLS handshake larger than 256 KiB"},
	/* a ServerHello */
	{.type = 22,
	 .len = RECORD_MAX,
	 .message = {2, 0xff, 0xff, 0xff},
	 .text = "TLS handshake larger than 256 KiB"},
	/* just too large: GnuTLS counts only this message, and not its head */
	{.hello = SERVER_HELLO,
	 .type = 22,
	 .len = RECORD_MAX,
	 .message = {11, 0x04, 0x00, 0x00},
	 .text = "TLS handshake larger than 256 KiB"},
	/* HelloRequest, warnings, empty records, change_cipher_spec */
	{.type = 22, .len = 4, .again = true},
	{.hello = SERVER_HELLO, .type = 22, .len = 4, .again = true},
	{.type = 21, .len = 2, .message = {1, 0x64}, .again = true},
	{.type = 22, .len = 0, .again = true},
	{.type = 20, .len = 1, .message = {1}, .again = true},
	{.hello = SERVER_HELLO, .type = 20, .len = 1, .message = {1}, .again = true},
};

START_TEST(test_tls_start__takes_no_more_than_a_handshake_needs)
{
	struct flood f = floods[_i];
	pthread_t thread;
	int fds[2];

	ck_assert_int_eq(socketpair(AF_UNIX, SOCK_STREAM, 0, fds), 0);
	ck_assert_int_eq(fcntl(fds[0], F_SETFL, O_NONBLOCK), 0);
	f.fd = fds[1];
	ck_assert_int_eq(pthread_create(&thread, NULL, send_flood, &f), 0);
	ck_assert_int_eq(start(fds[0]), -1);
	tls_free(&tls);
	close(fds[0]);
	pthread_join(thread, NULL);
	close(fds[1]);
	ck_assert_msg(err.kind == ERR_TLS, "%s", err.text);
	ck_assert_uint_lt(f.sent, TLS_NO_DATA_MAX + ON_ITS_WAY);
	if (f.text)
		ck_assert_str_eq(err.text, f.text);
}
END_TEST

/* ---- servers that know what TLS is ---- */

static const struct {
	const char *priority;
	unsigned int bytes;
	bool accepted;
} chains[] = {
	{TLS12, 200 << 10, true},  {TLS13, 200 << 10, true},  {TLS12, 257 << 10, false},
	{TLS13, 257 << 10, false}, {TLS12, 400 << 10, false}, {TLS13, 400 << 10, false},
};

START_TEST(test_tls_start__bounds_the_chain)
{
	struct pki_cert large = {0};
	const struct pki_cert *const chain[] = {&large, NULL};
	struct tls_peer peer = {.chain = chain, .priority = chains[_i].priority};

	pki_issue(&large, &(struct pki_spec){.cn = "x", .dns = HOST, .padding = chains[_i].bytes},
		  &root);
	tls_peer_start(&peer);
	int rc = start(peer.fd);
	ck_assert_msg(rc == (chains[_i].accepted ? 0 : -1), "%s", err.text);
	ck_assert_str_eq(err.text, chains[_i].accepted ? "" : "TLS handshake larger than 256 KiB");
	ck_assert_int_eq(err.kind, chains[_i].accepted ? ERR_NONE : ERR_TLS);
	tls_free(&tls);
	close(peer.fd);
	tls_peer_join(&peer);
	pki_free(&large);
}
END_TEST

static void warn(struct tls_peer *peer, gnutls_session_t session)
{
	(void)peer;
	while (gnutls_alert_send(session, GNUTLS_AL_WARNING, GNUTLS_A_USER_CANCELED) == 0)
		;
}

static void update_keys(struct tls_peer *peer, gnutls_session_t session)
{
	(void)peer;
	while (gnutls_session_key_update(session, 0) == 0)
		;
}

/* Records with len bytes of one type, as many as the client takes. The first begins with message.
 */
static void send_sealed(struct tls_peer *peer, gnutls_session_t session, unsigned char type,
			size_t len, const char *message)
{
	static unsigned char plain[RECORD_MAX], record[TLS_PEER_SEALED_MAX];
	struct tls_peer_seal seal;

	tls_peer_seal_begin(&seal, session);
	memset(plain, 0, sizeof(plain));
	memcpy(plain, message, strlen(message));
	for (size_t sent = 0; sent < MUCH; sent += RECORD_HEAD + len) {
		size_t size = tls_peer_seal(&seal, type, plain, len, record);
		if (send(peer->server_fd, record, size, MSG_NOSIGNAL) < 0)
			break;
		memset(plain, 0, len);
	}
	tls_peer_seal_end(&seal);
}

static void send_ticket(struct tls_peer *peer, gnutls_session_t session)
{
	send_sealed(peer, session, 22, RECORD_MAX, "\x04\xff\xff\xff");
}

static void send_empty(struct tls_peer *peer, gnutls_session_t session)
{
	send_sealed(peer, session, 23, 0, "");
}

static const struct {
	const char *priority;
	void (*serve)(struct tls_peer *peer, gnutls_session_t session);
	const char *text; /* NULL: any, for GnuTLS finds it first */
} chatter[] = {
	{TLS12, warn, "server sends 256 KiB of TLS without data"},
	{TLS13, send_empty, NULL},
	{TLS13, update_keys, NULL},
	{TLS13, send_ticket, "server sends 256 KiB of TLS without data"},
};

START_TEST(test_tls_read__bounds_what_comes_without_data)
{
	static const struct pki_cert *const chain[] = {&good, NULL};
	struct tls_peer peer = {.chain = chain,
				.priority = chatter[_i].priority,
				.serve = chatter[_i].serve,
				.cut = true};
	char byte;

	tls_peer_start(&peer);
	ck_assert_int_eq(start(peer.fd), 0);
	ck_assert_int_eq(tls_read(&tls, &byte, 1, timeline.deadline_us, &err), -1);
	ck_assert_int_eq(err.kind, ERR_TLS);
	ck_assert_uint_le(tls.no_data, TLS_NO_DATA_MAX + RECORD_MAX);
	if (chatter[_i].text)
		ck_assert_str_eq(err.text, chatter[_i].text);
	tls_free(&tls);
	close(peer.fd);
	tls_peer_join(&peer);
}
END_TEST

static void send_data(struct tls_peer *peer, gnutls_session_t session)
{
	static const char line[1000];

	(void)peer;
	for (size_t sent = 0; sent < 4 * TLS_NO_DATA_MAX; sent += sizeof(line))
		if (gnutls_record_send(session, line, sizeof(line)) < 0)
			break;
}

START_TEST(test_tls_read__takes_any_amount_of_data)
{
	static const struct pki_cert *const chain[] = {&good, NULL};
	struct tls_peer peer = {.chain = chain, .serve = send_data};
	char bytes[4096];
	size_t len = 0;
	ssize_t n;

	tls_peer_start(&peer);
	ck_assert_int_eq(start(peer.fd), 0);
	while ((n = tls_read(&tls, bytes, sizeof(bytes), timeline.deadline_us, &err)) > 0)
		len += (size_t)n;
	ck_assert_int_eq(n, 0);
	ck_assert_uint_ge(len, 4 * TLS_NO_DATA_MAX);
	tls_free(&tls);
	close(peer.fd);
	tls_peer_join(&peer);
}
END_TEST

int main(void)
{
	const struct unit_case cases[] = {
		ROWS(test_tls_start__takes_no_more_than_a_handshake_needs, floods),
		ROWS(test_tls_start__bounds_the_chain, chains),
		ROWS(test_tls_read__bounds_what_comes_without_data, chatter),
		ONCE(test_tls_read__takes_any_amount_of_data),
	};

	make_certificates();
	return unit_run_cases("tls_flood", NULL, NULL, cases, sizeof(cases) / sizeof(cases[0]));
}
