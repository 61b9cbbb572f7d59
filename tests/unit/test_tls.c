/* test_tls.c - TLS with a server in the same process: what is refused and in which words, names and
 * addresses, time */
#include "net/tls.h"

#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/clock.h"
#include "tls_peer.h"
#include "unit.h"

#define HOST       "mail.test.example"
#define LONG_LABEL "a-label-of-nearly-as-many-characters-as-a-label-can-have"

enum { SECONDS = 10 };

static struct pki_cert root, inter, good, expired, expired_today, future, wrong_purpose,
	self_signed, by_nobody, nobody, inter_expired, by_inter_expired, not_ca, by_not_ca, narrow,
	by_narrow, shortest, below_shortest, by_shortest, rsa_1024, sha1, address_4, address_6,
	address_as_name, nameless, wildcard, longer, long_name;
static struct trust trust;
static char bundle[64];

static void make_certificates(void)
{
	pki_issue(&root, &(struct pki_spec){.cn = "Test Root", .ca = true}, NULL);
	pki_issue(&inter, &(struct pki_spec){.cn = "Test Intermediate", .ca = true}, &root);
	pki_issue(&good, &(struct pki_spec){.cn = "good", .dns = HOST}, &inter);
	pki_issue(&expired,
		  &(struct pki_spec){.cn = "x", .dns = HOST, .from_day = -9, .to_day = -3}, &inter);
	pki_issue(&expired_today,
		  &(struct pki_spec){.cn = "x", .dns = HOST, .from_day = -9, .to_day = -1}, &inter);
	pki_issue(&future, &(struct pki_spec){.cn = "x", .dns = HOST, .from_day = 3, .to_day = 9},
		  &inter);
	pki_issue(&wrong_purpose,
		  &(struct pki_spec){.cn = "x", .dns = HOST, .purpose = GNUTLS_KP_TLS_WWW_CLIENT},
		  &inter);
	pki_issue(&self_signed, &(struct pki_spec){.cn = HOST, .dns = HOST}, NULL);
	pki_issue(&nobody, &(struct pki_spec){.cn = "Nobody", .ca = true}, NULL);
	pki_issue(&by_nobody, &(struct pki_spec){.cn = "x", .dns = HOST}, &nobody);
	pki_issue(&inter_expired,
		  &(struct pki_spec){.cn = "Old CA", .ca = true, .from_day = -9, .to_day = -3},
		  &root);
	pki_issue(&by_inter_expired, &(struct pki_spec){.cn = "x", .dns = HOST}, &inter_expired);
	pki_issue(&not_ca, &(struct pki_spec){.cn = "No CA", .dns = HOST}, &root);
	pki_issue(&by_not_ca, &(struct pki_spec){.cn = "x", .dns = HOST}, &not_ca);
	pki_issue(&narrow,
		  &(struct pki_spec){.cn = "Narrow", .ca = true, .permitted = "else.example"},
		  &root);
	pki_issue(&by_narrow, &(struct pki_spec){.cn = "x", .dns = HOST}, &narrow);
	pki_issue(&shortest,
		  &(struct pki_spec){.cn = "Shortest", .ca = true, .issues_leaves_only = true},
		  &root);
	pki_issue(&below_shortest, &(struct pki_spec){.cn = "Below", .ca = true}, &shortest);
	pki_issue(&by_shortest, &(struct pki_spec){.cn = "x", .dns = HOST}, &below_shortest);
	pki_issue(&rsa_1024, &(struct pki_spec){.cn = "x", .dns = HOST, .rsa_bits = 1024}, &inter);
	pki_issue(&sha1, &(struct pki_spec){.cn = "x", .dns = HOST, .digest = GNUTLS_DIG_SHA1},
		  &inter);
	pki_issue(&address_4, &(struct pki_spec){.cn = "x", .ip = "192.0.2.1"}, &inter);
	pki_issue(&address_6, &(struct pki_spec){.cn = "x", .dns = HOST, .ip = "2001:db8::1"},
		  &inter);
	pki_issue(&address_as_name, &(struct pki_spec){.cn = "192.0.2.1", .dns = "192.0.2.1"},
		  &inter);
	pki_issue(&nameless, &(struct pki_spec){.cn = HOST}, &inter);
	pki_issue(&wildcard, &(struct pki_spec){.cn = "x", .dns = "*.test.example"}, &inter);
	pki_issue(&longer, &(struct pki_spec){.cn = "x", .dns = HOST ".evil.example"}, &inter);
	pki_issue(&long_name,
		  &(struct pki_spec){.cn = "x", .dns = LONG_LABEL "." LONG_LABEL "." LONG_LABEL},
		  &inter);
}

static void make_trust(void)
{
	struct buf pem = BUF_INIT(65536);
	struct err err = {0};

	pki_add_pem(&root, &pem);
	pki_write_file(pem.data, pem.len, bundle);
	if (trust_load(&trust, bundle, NULL, &err))
		exit(1);
	unlink(bundle);
	buf_free(&pem);
}

/* ---- one session ---- */

struct client {
	struct tls tls;
	struct err err;
	struct timeline tl;
	int fd;
};

static int start(struct client *c, int fd, const char *host, const struct tls_options *o,
		 int64_t limit_us)
{
	memset(c, 0, sizeof(*c));
	c->fd = fd;
	timeline_begin(&c->tl, &c->err, limit_us, clock_us() + limit_us, 0);
	step(&c->tl, "tls");
	return tls_start(&c->tls, fd, host, o, &c->tl, &c->err);
}

static int start_peer(struct client *c, struct tls_peer *peer, const char *host,
		      const struct tls_options *o)
{
	tls_peer_start(peer);
	return start(c, peer->fd, host, o, SECONDS * US_PER_S);
}

static void stop(struct client *c, struct tls_peer *peer)
{
	tls_free(&c->tls);
	close(peer->fd);
	tls_peer_join(peer);
}

static const struct tls_options verified = {.trust = &trust};

/* ---- certificates ---- */

static const struct {
	const struct pki_cert *chain[4];
	const char *host;
	const char *certificate_name;
	const char *text; /* of the error, in part; NULL: accepted */
	const char *hint;
} certificates[] = {
	{{&good, &inter}, HOST, NULL, NULL, NULL},
	{{&good, &inter}, "MAIL.Test.Example", NULL, NULL, NULL},
	{{&good, &inter}, HOST ".", NULL, NULL, NULL},
	{{&good, &inter}, "192.0.2.1", HOST, NULL, NULL},
	{{&good, &inter}, "192.0.2.1", HOST ".", NULL, NULL},
	{{&good, &inter},
	 "127.0.0.1",
	 NULL,
	 "certificate is for " HOST ", not for 127.0.0.1",
	 "--certificate-name"},
	{{&good, &inter},
	 "other.test.example",
	 NULL,
	 "certificate is for " HOST ", not for other.test.example",
	 "--certificate-name"},
	{{&good, &inter}, HOST, "other.test.example", "not for other.test.example", ""},
	{{&good, &inter}, "test.example", NULL, "not for test.example", ""},
	{{&good, &inter}, "x." HOST, NULL, "not for x." HOST, ""},
	{{&good, &inter}, "", NULL, "not for", ""},
	{{&longer, &inter}, HOST, NULL, "not for " HOST, ""},
	{{&long_name, &inter}, HOST, NULL, "not for " HOST, ""},
	{{&wildcard, &inter}, HOST, NULL, NULL, NULL},
	{{&wildcard, &inter}, "a.b.test.example", NULL, "not for a.b.test.example", ""},
	{{&wildcard, &inter}, "test.example", NULL, "not for test.example", ""},
	/* the common name is no name to go by */
	{{&nameless, &inter}, HOST, NULL, "certificate is not for " HOST ", and names no host", ""},
	/* addresses are compared as addresses, and with addresses only */
	{{&address_4, &inter}, "192.0.2.1", NULL, NULL, NULL},
	{{&address_4, &inter}, "192.0.2.2", NULL, "is for 192.0.2.1, not for 192.0.2.2", ""},
	{{&address_4, &inter}, HOST, NULL, "is for 192.0.2.1, not for " HOST, ""},
	{{&address_4, &inter}, HOST, "192.0.2.1", NULL, NULL},
	{{&address_4, &inter}, "::ffff:192.0.2.1", NULL, "not for ::ffff:192.0.2.1", ""},
	{{&address_6, &inter}, "2001:db8::1", NULL, NULL, NULL},
	{{&address_6, &inter}, "2001:DB8:0:0:0:0:0:1", NULL, NULL, NULL},
	{{&address_6, &inter},
	 "2001:db8::2",
	 NULL,
	 "is for " HOST ", 2001:db8::1, not for 2001:db8::2",
	 ""},
	{{&address_as_name, &inter}, "192.0.2.1", NULL, "not for 192.0.2.1", ""},
	/* the other reasons */
	{{&expired, &inter}, HOST, NULL, "certificate expired 3 days ago (", ""},
	{{&expired_today, &inter}, HOST, NULL, "certificate expired 1 day ago (", ""},
	{{&by_inter_expired, &inter_expired}, HOST, NULL, "CN=Old CA has expired 3 days ago (", ""},
	{{&future, &inter}, HOST, NULL, "certificate is not valid before ", "clock"},
	{{&wrong_purpose, &inter}, HOST, NULL, "not meant for servers", ""},
	{{&self_signed},
	 HOST,
	 NULL,
	 "self-signed and not trusted: CN=",
	 "--ca-file=FILE trusts it"},
	{{&by_nobody}, HOST, NULL, "intermediate not sent: CN=Nobody", "--ca-file=FILE"},
	/* nothing is missing above a CA that has signed itself */
	{{&by_nobody, &nobody},
	 HOST,
	 NULL,
	 "root not trusted: CN=Nobody",
	 "=is it an internal CA? --ca-file=FILE trusts it"},
	{{&good},
	 HOST,
	 NULL,
	 "intermediate not sent: CN=Test Intermediate",
	 "send its whole chain"},
	{{&by_not_ca, &not_ca}, HOST, NULL, "issued by one that is not a CA: CN=No CA", ""},
	{{&by_narrow, &narrow}, HOST, NULL, "name constraints of CN=Narrow exclude", "by a CA"},
	{{&by_shortest, &below_shortest, &shortest},
	 HOST,
	 NULL,
	 "path length of CN=Shortest allows no CA below it",
	 "by a CA"},
	{{&rsa_1024, &inter}, HOST, NULL, "RSA 1024 of CN=", "issued anew"},
	{{&sha1, &inter}, HOST, NULL, "SHA1 of CN=", "issued anew"},
	/* of several reasons the one that has to be mended first */
	{{&expired}, HOST, NULL, "intermediate not sent", ""},
	{{&expired, &inter}, "other.test.example", NULL, "expired", ""},
};

/* Holds what is expected; is it, where that begins with '='. */
static void assert_hint(const char *hint, const char *expected)
{
	if (*expected == '=')
		ck_assert_str_eq(hint, expected + 1);
	else
		ck_assert_msg(strstr(hint, expected) != NULL, "%s: %s", expected, hint);
}

START_TEST(test_tls_start__verifies_the_certificate)
{
	struct client c;
	struct tls_peer peer = {.chain = certificates[_i].chain};
	const struct tls_options o = {.trust = &trust,
				      .certificate_name = certificates[_i].certificate_name};
	const char *text = certificates[_i].text;

	int rc = start_peer(&c, &peer, certificates[_i].host, &o);
	ck_assert_msg(rc == (text ? -1 : 0), "row %d: %s", _i, c.err.text);
	ck_assert_int_eq(c.tls.info.verified, text == NULL);
	ck_assert_int_eq(c.err.kind, text ? ERR_CERTIFICATE : ERR_NONE);
	if (text) {
		ck_assert_msg(strstr(c.err.text, text) != NULL, "row %d: %s", _i, c.err.text);
		assert_hint(c.err.hint, certificates[_i].hint);
	}
	stop(&c, &peer);
}
END_TEST

/* -k: whatever it is, TLS stands, and nobody says that it was verified */
START_TEST(test_tls_start__trust_any_accepts_all)
{
	struct client c;
	struct tls_peer peer = {.chain = certificates[_i].chain};
	const struct tls_options o = {.trust_any = true};

	ck_assert_msg(start_peer(&c, &peer, certificates[_i].host, &o) == 0, "row %d: %s", _i,
		      c.err.text);
	ck_assert(c.tls.info.established);
	ck_assert(!c.tls.info.verified);
	stop(&c, &peer);
}
END_TEST

/* GnuTLS says -1 of a date that it cannot read, as some of its builds do not see before; that is no
 * date of 1969. Replaced by the linker: */
time_t __real_gnutls_x509_crt_get_expiration_time(gnutls_x509_crt_t crt);
time_t __wrap_gnutls_x509_crt_get_expiration_time(gnutls_x509_crt_t crt);
time_t __real_gnutls_x509_crt_get_activation_time(gnutls_x509_crt_t crt);
time_t __wrap_gnutls_x509_crt_get_activation_time(gnutls_x509_crt_t crt);
static bool dates_unreadable;

time_t __wrap_gnutls_x509_crt_get_expiration_time(gnutls_x509_crt_t crt)
{
	return dates_unreadable ? (time_t)-1 : __real_gnutls_x509_crt_get_expiration_time(crt);
}

time_t __wrap_gnutls_x509_crt_get_activation_time(gnutls_x509_crt_t crt)
{
	return dates_unreadable ? (time_t)-1 : __real_gnutls_x509_crt_get_activation_time(crt);
}

static const struct {
	const struct pki_cert *leaf;
	bool trust_any;
	const char *text;
} unreadable[] = {
	{&good, true, ""},
	{&expired, false, "certificate has an end date that cannot be read"},
	{&future, false, "certificate has a start date that cannot be read"},
};

START_TEST(test_tls_start__dates_that_cannot_be_read)
{
	struct client c;
	struct tls_peer peer = {
		.chain = (const struct pki_cert *const[]){unreadable[_i].leaf, &inter, NULL}};
	const struct tls_options o = {.trust_any = unreadable[_i].trust_any, .trust = &trust};

	dates_unreadable = true;
	start_peer(&c, &peer, HOST, &o);
	dates_unreadable = false;
	ck_assert_str_eq(c.err.text, unreadable[_i].text);
	ck_assert_int_eq(c.tls.info.leaf.expires, 0);
	stop(&c, &peer);
}
END_TEST

START_TEST(test_tls_start__tells_what_it_saw)
{
	struct client c;
	struct tls_peer peer = {.chain = (const struct pki_cert *const[]){&expired, &inter, NULL}};
	time_t end = gnutls_x509_crt_get_expiration_time(expired.crt);

	ck_assert_int_eq(start_peer(&c, &peer, HOST, &verified), -1);
	ck_assert(c.tls.info.established);
	ck_assert_int_eq(c.tls.info.leaf.expires, end);
	ck_assert_str_eq(c.tls.info.leaf.subject, "CN=x");
	ck_assert_msg(strstr(c.tls.info.description, "TLS1.3") != NULL, "%s",
		      c.tls.info.description);
	tls_free(&c.tls);
	ck_assert(c.tls.info.established); /* the reports come later */
	stop(&c, &peer);
}
END_TEST

/* ---- server names ---- */

static const struct {
	const char *host, *sni, *expected;
} names[] = {
	{HOST, NULL, HOST},
	{HOST, "sni.test.example", "sni.test.example"},
	{HOST ".", NULL, HOST},
	{HOST, "sni.test.example.", "sni.test.example"},
	{"192.0.2.1", NULL, ""},
	{"2001:db8::1", NULL, ""},
	{"192.0.2.1", "sni.test.example", "sni.test.example"},
};

START_TEST(test_tls_start__sends_names_but_no_addresses)
{
	struct client c;
	struct tls_peer peer = {.chain = (const struct pki_cert *const[]){&good, &inter, NULL}};
	const struct tls_options o = {.trust_any = true, .sni = names[_i].sni};

	ck_assert_int_eq(start_peer(&c, &peer, names[_i].host, &o), 0);
	stop(&c, &peer);
	ck_assert_str_eq(peer.sni, names[_i].expected);
}
END_TEST

/* ---- versions ---- */

static const struct {
	const char *priority;
	const char *text; /* of the error; NULL: accepted */
} versions[] = {
	{"NORMAL:-VERS-ALL:+VERS-TLS1.3", NULL},
	{"NORMAL:-VERS-ALL:+VERS-TLS1.2", NULL},
	{"NORMAL:-VERS-ALL:+VERS-TLS1.1", "no TLS version that is safe"},
	{"NORMAL:-VERS-ALL:+VERS-TLS1.0", "no TLS version that is safe"},
};

START_TEST(test_tls_start__wants_tls_1_2)
{
	struct client c;
	struct tls_peer peer = {.chain = (const struct pki_cert *const[]){&good, &inter, NULL},
				.priority = versions[_i].priority};
	const char *text = versions[_i].text;

	ck_assert_int_eq(start_peer(&c, &peer, HOST, &verified), text ? -1 : 0);
	if (text) {
		ck_assert_int_eq(c.err.kind, ERR_TLS);
		ck_assert_msg(strstr(c.err.text, text) != NULL, "%s", c.err.text);
		ck_assert(!c.tls.info.established);
	}
	stop(&c, &peer);
}
END_TEST

/* TLS 1.3 tells of it behind the handshake (RFC 8446 section 4.4.2.4). */
START_TEST(test_tls_start__server_that_wants_a_certificate)
{
	struct client c;
	struct tls_peer peer = {.chain = (const struct pki_cert *const[]){&good, &inter, NULL},
				.priority = versions[_i].priority,
				.wants_certificate = true};
	char byte;

	if (start_peer(&c, &peer, HOST, &verified) == 0)
		ck_assert_int_eq(tls_read(&c.tls, &byte, 1, clock_us() + US_PER_S, &c.err), -1);
	ck_assert_int_eq(c.err.kind, ERR_TLS);
	ck_assert_msg(c.err.id && !strcmp(c.err.id, "tls-client-certificate"), "%s", c.err.text);
	stop(&c, &peer);
}
END_TEST

/* ---- servers that do not play along ---- */

static void make_pair(int fds[2])
{
	ck_assert_int_eq(socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, fds), 0);
}

START_TEST(test_tls_start__silent_server_ends_at_the_deadline)
{
	struct client c;
	int fds[2];
	int64_t begun = clock_us();

	make_pair(fds);
	ck_assert_int_eq(start(&c, fds[0], HOST, &verified, 200 * US_PER_MS), -1);
	int64_t took = clock_us() - begun;
	ck_assert_int_eq(c.err.kind, ERR_RUN_TIMEOUT);
	ck_assert_msg(strstr(c.err.text, "TLS handshake not finished") != NULL, "%s", c.err.text);
	ck_assert_int_ge(took, 200 * US_PER_MS);
	ck_assert_int_lt(took, 2 * US_PER_S);
	/* a session without keys carries nothing, in either direction */
	ck_assert_int_eq(tls_write(&c.tls, "secret", 6, clock_us() + US_PER_S, &c.err), -1);
	ck_assert_int_eq(tls_read(&c.tls, (char[4]){0}, 4, clock_us() + US_PER_S, &c.err), -1);
	tls_free(&c.tls);
	char seen[4096];
	ssize_t n = read(fds[1], seen, sizeof(seen));
	ck_assert_int_gt(n, 0); /* the ClientHello, and nothing else */
	ck_assert_ptr_null(memmem(seen, (size_t)n, "secret", 6));
	close(fds[0]);
	close(fds[1]);
}
END_TEST

static const struct {
	const char *bytes;
	bool closes;
	enum err_kind kind;
	const char *text, *id; /* of the hint; NULL: whatever */
} strangers[] = {
	{"", true, ERR_TLS, "server closed the connection during the TLS handshake",
	 "closed-at-once"},
	{"* OK IMAP4rev1 ready\r\n", false, ERR_TLS, "no TLS here, but \"* OK IMAP4rev1 ready\""},
	{"220 mx.example ESMTP\r\n", true, ERR_TLS, "no TLS here, but \"220 mx.example ESMTP\""},
	{"\r\n+OK\r\nsecond\r\n", true, ERR_TLS, "no TLS here, but \"+OK\""},
	{"HTTP/1.1 400 Bad Request\r\nServer: x\r\n\r\n", true, ERR_TLS,
	 "no TLS here, but \"HTTP/1.1 400 Bad...\""},
	{"SSH-2.0-dropbear_2022.83\r\n", true, ERR_TLS,
	 "no TLS here, but \"SSH-2.0-dropbear_202...\""},
	{"no", true, ERR_TLS, "no TLS here, but \"no\""},
	{"* O", false, ERR_TLS, "no TLS here, but \"* O\""},
	{"\x16\x03\x03 garbage", true, ERR_TLS, "the answer to the TLS handshake is not TLS"},
	{"\x15\x03\x01\x00\x02\x02\x28", true, ERR_TLS,
	 "server refused the TLS handshake: ", "tls-cipher"},
	{"\x15\x03\x01\x00\x02\x02\x47", true, ERR_TLS,
	 "server refused the TLS handshake: ", "tls-cipher"},
	{"\x15\x03\x01\x00\x02\x02\x50", true, ERR_TLS,
	 "server refused the TLS handshake: ", "tls-server-fault"},
	{"\x15\x03\x01\x00\x02\x02\x70", true, ERR_TLS,
	 "server refused the TLS handshake: ", "tls-server-name"},
	{"\x15\x03\x01\x00\x02\x02\x46", true, ERR_TLS, "no TLS version that is safe",
	 "tls-version"},
	{"\x16\x03\x03", true, ERR_TLS, "server closed the connection during the TLS handshake"},
	{"\x16\x03\x03", false, ERR_RUN_TIMEOUT, "TLS handshake not finished"},
	/* a warning, and then nothing */
	{"\x15\x03\x01\x00\x02\x01\x70", false, ERR_RUN_TIMEOUT, "TLS handshake not finished"},
	/* CVE-2020-24659: no_renegotiation where there is nothing to renegotiate yet */
	{"\x15\x03\x01\x00\x02\x01\x64", false, ERR_RUN_TIMEOUT, "TLS handshake not finished"},
	{"\x15\x03\x01\x00\x02\x01\x64", true, ERR_TLS, "server closed the connection"},
};

START_TEST(test_tls_start__server_that_does_not_shake_hands)
{
	struct client c;
	int fds[2];
	const char *bytes = strangers[_i].bytes;
	size_t len = bytes[0] == '\x15' ? 7 : strlen(bytes);

	make_pair(fds);
	ck_assert_int_eq(write(fds[1], bytes, len), len);
	if (strangers[_i].closes)
		shutdown(fds[1], SHUT_WR);
	int64_t limit = strangers[_i].kind == ERR_RUN_TIMEOUT ? US_PER_S / 5 : SECONDS * US_PER_S;
	ck_assert_int_eq(start(&c, fds[0], HOST, &verified, limit), -1);
	ck_assert_msg(c.err.kind == strangers[_i].kind, "row %d: kind %d: %s", _i, c.err.kind,
		      c.err.text);
	ck_assert_msg(strstr(c.err.text, strangers[_i].text) != NULL, "row %d: %s", _i, c.err.text);
	if (strangers[_i].id)
		ck_assert_str_eq(c.err.id ? c.err.id : "", strangers[_i].id);
	tls_free(&c.tls);
	close(fds[0]);
	close(fds[1]);
}
END_TEST

START_TEST(test_tls_free__accepts_a_zeroed_one)
{
	struct tls tls = {0};

	tls_free(&tls);
	ck_assert(!tls_pending(&tls));
}
END_TEST

/* ---- data ---- */

static void greet(struct tls_peer *peer, gnutls_session_t session)
{
	(void)peer;
	gnutls_record_send(session, "hello", 5);
}

static void echo(struct tls_peer *peer, gnutls_session_t session)
{
	char bytes[64];
	ssize_t n;

	(void)peer;
	while ((n = gnutls_record_recv(session, bytes, sizeof(bytes))) > 0)
		gnutls_record_send(session, bytes, (size_t)n);
}

static void renegotiate(struct tls_peer *peer, gnutls_session_t session)
{
	(void)peer;
	gnutls_rehandshake(session);
	gnutls_handshake(session);
}

static void wait_for_close(struct tls_peer *peer, gnutls_session_t session)
{
	struct pollfd pfd = {
		.fd = peer->server_fd}; /* POLLHUP only: nothing is taken from the socket */

	(void)session;
	poll(&pfd, 1, SECONDS * 1000);
}

static struct tls_peer good_peer(void (*serve)(struct tls_peer *, gnutls_session_t))
{
	static const struct pki_cert *const chain[] = {&good, &inter, NULL};

	return (struct tls_peer){.chain = chain, .serve = serve};
}

START_TEST(test_tls_read__end_only_after_close_notify)
{
	for (int cut = 0; cut < 2; cut++) {
		struct client c;
		struct tls_peer peer = good_peer(greet);
		char bytes[16];
		int64_t deadline = clock_us() + SECONDS * US_PER_S;

		peer.cut = cut;
		ck_assert_int_eq(start_peer(&c, &peer, HOST, &verified), 0);
		ck_assert_int_eq(tls_read(&c.tls, bytes, 2, deadline, &c.err), 2);
		ck_assert(tls_pending(&c.tls));
		ck_assert_int_eq(tls_read(&c.tls, bytes + 2, sizeof(bytes) - 2, deadline, &c.err),
				 3);
		ck_assert(!tls_pending(&c.tls));
		ck_assert_mem_eq(bytes, "hello", 5);
		ck_assert_int_eq(tls_read(&c.tls, bytes, sizeof(bytes), deadline, &c.err),
				 cut ? -1 : 0);
		ck_assert_int_eq(c.err.kind, cut ? ERR_CLOSED : ERR_NONE);
		stop(&c, &peer);
	}
}
END_TEST

START_TEST(test_tls_read__deadline_is_no_error)
{
	struct client c;
	struct tls_peer peer = good_peer(echo);
	char bytes[16];
	int64_t begun = clock_us();

	ck_assert_int_eq(start_peer(&c, &peer, HOST, &verified), 0);
	ck_assert_int_eq(tls_read(&c.tls, bytes, sizeof(bytes), begun, &c.err), TLS_TIMED_OUT);
	begun = clock_us();
	ck_assert_int_eq(tls_read(&c.tls, bytes, sizeof(bytes), begun + 100 * US_PER_MS, &c.err),
			 TLS_TIMED_OUT);
	ck_assert_int_ge(clock_us() - begun, 100 * US_PER_MS);
	ck_assert_int_eq(c.err.kind, ERR_NONE);
	/* and the session goes on */
	ck_assert_int_eq(tls_write(&c.tls, "ping", 4, clock_us() + US_PER_S, &c.err), 4);
	ck_assert_int_eq(
		tls_read(&c.tls, bytes, sizeof(bytes), clock_us() + SECONDS * US_PER_S, &c.err), 4);
	stop(&c, &peer);
}
END_TEST

START_TEST(test_tls_write__server_that_takes_nothing)
{
	static char much[1024 * 1024];
	struct client c;
	struct tls_peer peer = good_peer(wait_for_close);
	size_t sent = 0;
	ssize_t n;

	ck_assert_int_eq(start_peer(&c, &peer, HOST, &verified), 0);
	int64_t deadline = clock_us() + 300 * US_PER_MS;
	while ((n = tls_write(&c.tls, much + sent, sizeof(much) - sent, deadline, &c.err)) > 0)
		sent += (size_t)n;
	ck_assert_int_eq(n, TLS_TIMED_OUT);
	ck_assert_int_eq(c.err.kind, ERR_NONE);
	ck_assert_int_lt(clock_us() - deadline, 2 * US_PER_S);
	peer.cut = true;
	stop(&c, &peer);
}
END_TEST

/* ---- floods: what says nothing may come without end ---- */

static void *send_warnings(void *arg)
{
	static const char warning[] = "\x15\x03\x01\x00\x02\x01\x64";
	const int *fd = arg;

	while (send(*fd, warning, sizeof(warning) - 1, MSG_NOSIGNAL) > 0)
		;
	return NULL;
}

START_TEST(test_tls_start__flood_of_warnings_ends_at_the_deadline)
{
	struct client c;
	pthread_t thread;
	int fds[2];
	int64_t begun = clock_us();

	make_pair(fds);
	ck_assert_int_eq(fcntl(fds[1], F_SETFL, 0), 0);
	ck_assert_int_eq(pthread_create(&thread, NULL, send_warnings, &fds[1]), 0);
	ck_assert_int_eq(start(&c, fds[0], HOST, &verified, 200 * US_PER_MS), -1);
	int64_t took = clock_us() - begun;
	/* GnuTLS 3.7 gives up at the second one, others may not */
	ck_assert_msg(c.err.kind == ERR_TLS || c.err.kind == ERR_RUN_TIMEOUT, "%s", c.err.text);
	ck_assert_int_lt(took, 2 * US_PER_S);
	tls_free(&c.tls);
	close(fds[0]);
	pthread_join(thread, NULL);
	close(fds[1]);
}
END_TEST

static void warn_for_ever(struct tls_peer *peer, gnutls_session_t session)
{
	(void)peer;
	while (gnutls_alert_send(session, GNUTLS_AL_WARNING, GNUTLS_A_USER_CANCELED) == 0)
		;
}

/* RFC 8446 section 6 knows no warnings: each alert ends the session; before that, so many do. */
static const char *const flooded[] = {"NORMAL:-VERS-ALL:+VERS-TLS1.3",
				      "NORMAL:-VERS-ALL:+VERS-TLS1.2"};

START_TEST(test_tls_read__flood_of_warnings_ends)
{
	struct client c;
	struct tls_peer peer = good_peer(warn_for_ever);
	char bytes[16];

	peer.priority = flooded[_i];
	ck_assert_int_eq(start_peer(&c, &peer, HOST, &verified), 0);
	int64_t deadline = clock_us() + SECONDS * US_PER_S;
	ck_assert_int_eq(tls_read(&c.tls, bytes, sizeof(bytes), deadline, &c.err), -1);
	ck_assert_int_eq(c.err.kind, ERR_TLS);
	ck_assert_int_lt(clock_us(), deadline);
	peer.cut = true;
	stop(&c, &peer);
}
END_TEST

START_TEST(test_tls_read__renegotiation_is_refused)
{
	struct client c;
	struct tls_peer peer = good_peer(renegotiate);
	char bytes[16];

	peer.priority = "NORMAL:-VERS-ALL:+VERS-TLS1.2";
	ck_assert_int_eq(start_peer(&c, &peer, HOST, &verified), 0);
	ck_assert_int_eq(tls_read(&c.tls, bytes, sizeof(bytes), clock_us() + US_PER_S, &c.err), -1);
	ck_assert_int_eq(c.err.kind, ERR_TLS);
	ck_assert_msg(strstr(c.err.text, "renegotiation") != NULL, "%s", c.err.text);
	stop(&c, &peer);
}
END_TEST

/* ---- days ---- */

enum { DAY = 86400 };

static const struct {
	long long left;
	int days;
} lefts[] = {
	{0, 0},
	{1, 0},
	{DAY - 1, 0},
	{DAY, 1},
	{90LL * DAY, 90},
	{90LL * DAY - 1, 89},
	{-1, 0},
	{1 - DAY, 0},
	{-DAY, -1},
	{-DAY - 1, -1},
	{-2LL * DAY, -2},
	{-2LL * DAY + 1, -1},
	{36500LL * DAY, 36500},
	{-36500LL * DAY, -36500},
};

START_TEST(test_tls_days_left__whole_days_only)
{
	static const time_t now = 1700000000;

	ck_assert_int_eq(tls_days_left((time_t)(now + lefts[_i].left), now), lefts[_i].days);
}
END_TEST

int main(void)
{
	make_certificates();
	make_trust();
	const struct unit_case cases[] = {
		ROWS(test_tls_start__verifies_the_certificate, certificates),
		ROWS(test_tls_start__trust_any_accepts_all, certificates),
		ROWS(test_tls_start__dates_that_cannot_be_read, unreadable),
		ONCE(test_tls_start__tells_what_it_saw),
		ROWS(test_tls_start__sends_names_but_no_addresses, names),
		ROWS(test_tls_start__wants_tls_1_2, versions),
		TIMES(test_tls_start__server_that_wants_a_certificate, 2),
		ONCE(test_tls_start__silent_server_ends_at_the_deadline),
		ROWS(test_tls_start__server_that_does_not_shake_hands, strangers),
		ONCE(test_tls_free__accepts_a_zeroed_one),
		ONCE(test_tls_read__end_only_after_close_notify),
		ONCE(test_tls_read__deadline_is_no_error),
		ONCE(test_tls_write__server_that_takes_nothing),
		ONCE(test_tls_start__flood_of_warnings_ends_at_the_deadline),
		ROWS(test_tls_read__flood_of_warnings_ends, flooded),
		ONCE(test_tls_read__renegotiation_is_refused),
		ROWS(test_tls_days_left__whole_days_only, lefts),
	};
	int rc = unit_run_cases("tls", NULL, NULL, cases, sizeof(cases) / sizeof(cases[0]));
	trust_free(&trust);
	return rc;
}
