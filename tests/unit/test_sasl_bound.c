/* test_sasl_bound.c - a logon that is bound to the TLS channel, against a small SMTP server of
 * GnuTLS and GNU SASL, which knows its own end of the channel */
#include <gsasl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/base64.h"
#include "base/clock.h"
#include "mail/smtp/smtp.h"
#include "tls_peer.h"
#include "unit.h"

#define TLS13     "NORMAL:-VERS-ALL:+VERS-TLS1.3"
#define TLS12     "NORMAL:-VERS-ALL:+VERS-TLS1.2"
#define TLS12_OLD TLS12 ":%NO_SESSION_HASH" /* without the extended master secret */
#define BOTH      "SCRAM-SHA-1-PLUS SCRAM-SHA-256-PLUS SCRAM-SHA-256"

static struct pki_cert leaf;
static const struct pki_cert *const chain[] = {&leaf, NULL};

/* What the server is like. */
static bool other_channel, other_password, wrong_signature;

/* ---- the server ---- */

static void say(gnutls_session_t session, const char *status, const char *text)
{
	char line[2048];
	int len = snprintf(line, sizeof(line), "%s %s\r\n", status, text);

	ck_assert_int_eq(gnutls_record_send(session, line, (size_t)len), len);
}

/* A line without its end; false at the end of the stream. */
static bool hear(gnutls_session_t session, char *line, size_t size)
{
	size_t len = 0;

	while (len + 1 < size && gnutls_record_recv(session, line + len, 1) == 1)
		if (line[len++] == '\n') {
			line[len - 2] = '\0';
			return true;
		}
	return false;
}

/* RFC 9266 section 2; the server calculates it by TLS' own function. */
static void export_channel(gnutls_session_t session, struct buf *channel)
{
	static const char label[] = "EXPORTER-Channel-Binding";
	enum { CHANNEL_SIZE = 32 };
	char bytes[CHANNEL_SIZE];

	PKI_CHECK(gnutls_prf_rfc5705(session, strlen(label), label, 0, "", sizeof(bytes), bytes));
	buf_append(channel, bytes, sizeof(bytes));
}

/* RFC 5929 section 3 */
static void find_unique(gnutls_session_t session, struct buf *channel)
{
	gnutls_datum_t cb = {0};

	PKI_CHECK(gnutls_session_channel_binding(session, GNUTLS_CB_TLS_UNIQUE, &cb));
	buf_append(channel, (const char *)cb.data, cb.size);
	gnutls_free(cb.data);
}

static void tell_channel(Gsasl_session *s, gnutls_session_t session)
{
	bool exporter = gnutls_protocol_get_version(session) >= GNUTLS_TLS1_3;
	struct buf channel = BUF_INIT(128), text = BUF_INIT(256);

	if (exporter)
		export_channel(session, &channel);
	else
		find_unique(session, &channel);
	channel.data[0] ^= other_channel;
	base64_encode(&text, channel.data, channel.len);
	gsasl_property_set(s, exporter ? GSASL_CB_TLS_EXPORTER : GSASL_CB_TLS_UNIQUE,
			   buf_str(&text));
	buf_free(&channel);
	buf_free(&text);
}

/* "v=..." in base64: another first character of the signature. */
static void forge(const char *text, struct buf *forged)
{
	struct buf message = BUF_INIT(256);

	ck_assert_int_eq(base64_decode(&message, text, strlen(text)), 0);
	message.data[2] = message.data[2] == 'A' ? 'B' : 'A';
	base64_encode(forged, message.data, message.len);
	buf_free(&message);
}

static void converse(Gsasl_session *s, gnutls_session_t session, char *said)
{
	char line[2048], *output;
	int rc = GSASL_NEEDS_MORE;

	snprintf(line, sizeof(line), "%s", said);
	while (rc == GSASL_NEEDS_MORE) {
		rc = gsasl_step64(s, line, &output);
		if (rc != GSASL_OK && rc != GSASL_NEEDS_MORE) {
			say(session, "535", gsasl_strerror_name(rc));
			return;
		}
		struct buf forged = BUF_INIT(256);
		if (rc == GSASL_OK && wrong_signature)
			forge(output, &forged);
		say(session, "334", forged.len ? buf_str(&forged) : output);
		buf_free(&forged);
		gsasl_free(output);
		if (!hear(session, line, sizeof(line)))
			return;
	}
	say(session, "235", "in");
}

static void serve(struct tls_peer *peer, gnutls_session_t session)
{
	Gsasl *ctx;
	Gsasl_session *s;
	char line[2048];

	(void)peer;
	if (!hear(session, line, sizeof(line)))
		return;
	char *mechanism = strchr(line, ' ') + 1, *initial = strchr(mechanism, ' ');
	*initial++ = '\0';
	ck_assert_int_eq(gsasl_init(&ctx), GSASL_OK);
	ck_assert_int_eq(gsasl_server_start(ctx, mechanism, &s), GSASL_OK);
	gsasl_property_set(s, GSASL_PASSWORD, other_password ? "other" : "pencil");
	gsasl_property_set(s, GSASL_SCRAM_ITER, "4096");
	if (strstr(mechanism, "-PLUS"))
		tell_channel(s, session);
	converse(s, session, initial);
	gsasl_finish(s);
	gsasl_done(ctx);
	hear(session, line, sizeof(line));
}

/* ---- the client ---- */

static const struct row {
	const char *priority, *offered, *mechanism, *says;
	bool other_channel, other_password, wrong_signature;
} rows[] = {
	{TLS13, BOTH, "SCRAM-SHA-256-PLUS", "", false, false, false},
	{TLS12, BOTH, "SCRAM-SHA-256-PLUS", "", false, false, false},
	{TLS13, "SCRAM-SHA-1-PLUS SCRAM-SHA-256", "SCRAM-SHA-1-PLUS", "", false, false, false},
	{TLS12, "SCRAM-SHA-1-PLUS SCRAM-SHA-256", "SCRAM-SHA-1-PLUS", "", false, false, false},
	/* tls-unique is worth nothing there */
	{TLS12_OLD, BOTH, "SCRAM-SHA-256", "", false, false, false},
	{TLS13, "SCRAM-SHA-1", "SCRAM-SHA-1", "", false, false, false},
	/* somebody in between */
	{TLS13, "SCRAM-SHA-256-PLUS", "SCRAM-SHA-256-PLUS", "535", true, false, false},
	{TLS12, "SCRAM-SHA-256-PLUS", "SCRAM-SHA-256-PLUS", "535", true, false, false},
	{TLS13, "SCRAM-SHA-256-PLUS", "SCRAM-SHA-256-PLUS", "535", false, true, false},
	{TLS13, BOTH, "SCRAM-SHA-256-PLUS", "has not proved that it knows the password", false,
	 false, true},
	{TLS13, "SCRAM-SHA-1", "SCRAM-SHA-1", "has not proved that it knows the password", false,
	 false, true},
};

START_TEST(test_smtp_login__bound_to_the_channel)
{
	static char value[] = "pencil";
	const struct row *row = &rows[_i];
	const struct secret password = {value};
	const struct credentials who = {.username = "user", .password = &password};
	const struct tls_options options = {.trust_any = true};
	struct tls_peer peer = {.chain = chain, .priority = row->priority, .serve = serve};
	struct timeline tl = {0};
	struct err err = {0};
	struct smtp s = SMTP_INIT(&tl, &err, NULL);

	other_channel = row->other_channel;
	other_password = row->other_password;
	wrong_signature = row->wrong_signature;
	timeline_begin(&tl, &err, 20 * US_PER_S, clock_us() + 20 * US_PER_S, 0);
	timeline_leg(&tl, "", 10 * US_PER_S);
	tls_peer_start(&peer);
	s.conn.fd = peer.fd;
	ck_assert_msg(conn_start_tls(&s.conn, "localhost", &options) == 0, "%s", err.text);
	sasl_add_mechanisms(s.caps.mechanisms, span_of(row->offered));
	int rc = smtp_login(&s, &who, false);
	ck_assert_msg(!*row->says == !rc, "%s", err.text);
	ck_assert_msg(strstr(err.text, row->says) != NULL, "%s", err.text);
	ck_assert_str_eq(logon_name(&s.logon), row->mechanism);
	smtp_free(&s);
	tls_peer_join(&peer);
}
END_TEST

static void setup(void)
{
	pki_issue(&leaf, &(struct pki_spec){.cn = "localhost", .dns = "localhost"}, NULL);
}

static void teardown(void)
{
	pki_free(&leaf);
}

UNIT_MAIN_FIXTURE("sasl_bound", setup, teardown, ROWS(test_smtp_login__bound_to_the_channel, rows))
