/* tls.c - TLS on a non-blocking socket by GnuTLS, and what to make of the certificate.
 *
 * Policy (one place, every path goes through it): TLS 1.2 or newer, chain, name, dates and purpose
 * verified after the handshake and before a byte is exchanged, no resumption, no renegotiation.
 * GnuTLS never sleeps here: io_wait does. */
#include "net/tls.h"

#include <arpa/inet.h>
#include <poll.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>

#include <gnutls/x509.h>

#include "base/clock.h"
#include "net/endpoint.h"
#include "net/io.h"

/* Plain NORMAL of GnuTLS 3.7 accepts TLS 1.0 and RSA keys of 1,024 bits. Its groups and ciphers,
 * the cheapest first: the key of the first group (X25519) is made before the server is asked, and
 * AES-128-GCM's key schedule hashes with SHA-256, which processors know. */
static const char PRIORITY[] =
	"NORMAL:-VERS-ALL:+VERS-TLS1.3:+VERS-TLS1.2:%PROFILE_MEDIUM:-GROUP-ALL:+GROUP-X25519:"
	"+GROUP-SECP256R1:+GROUP-SECP384R1:+GROUP-SECP521R1:+GROUP-X448:+GROUP-FFDHE2048:"
	"+GROUP-FFDHE3072:+GROUP-FFDHE4096:-CIPHER-ALL:+AES-128-GCM:+AES-256-GCM:"
	"+CHACHA20-POLY1305:+AES-128-CCM:+AES-256-CCM:+AES-128-CBC:+AES-256-CBC";

static int wait_direction(struct tls *tls, int fd, int64_t deadline_us)
{
	return io_wait(fd, gnutls_record_get_direction(tls->session) ? POLLOUT : POLLIN,
		       deadline_us);
}

static int no_safe_version(struct err *err)
{
	return err_set(err, ERR_TLS, "server offers no TLS version that is safe (1.2 or newer)");
}

/* what a handshake error means to a person */
static int handshake_error(struct tls *tls, int rc, struct err *err)
{
	switch (rc) {
	case GNUTLS_E_FATAL_ALERT_RECEIVED:
	case GNUTLS_E_WARNING_ALERT_RECEIVED: {
		const char *name = gnutls_alert_get_name(gnutls_alert_get(tls->session));
		if (gnutls_alert_get(tls->session) == GNUTLS_A_PROTOCOL_VERSION)
			return no_safe_version(err);
		return err_set(err, ERR_TLS, "server refused the TLS handshake: %s",
			       name ? name : "unknown alert");
	}
	case GNUTLS_E_UNSUPPORTED_VERSION_PACKET:
		return no_safe_version(err);
	case GNUTLS_E_UNEXPECTED_PACKET_LENGTH:
	case GNUTLS_E_UNEXPECTED_PACKET:
	case GNUTLS_E_RECORD_OVERFLOW:
		err_set(err, ERR_TLS, "the answer to the TLS handshake is not TLS");
		err_hint(err, "does this port want plain text or STARTTLS first? see -T");
		return -1;
	case GNUTLS_E_PREMATURE_TERMINATION:
	case GNUTLS_E_PULL_ERROR:
	case GNUTLS_E_PUSH_ERROR:
		return err_set(err, ERR_TLS,
			       "server closed the connection during the TLS handshake");
	default:
		return err_set(err, ERR_TLS, "TLS handshake failed: %s", gnutls_strerror(rc));
	}
}

static int handshake(struct tls *tls, int fd, struct timeline *tl, struct err *err)
{
	for (;;) {
		int rc = gnutls_handshake(tls->session);
		if (rc == GNUTLS_E_SUCCESS)
			return 0;
		if (gnutls_error_is_fatal(rc))
			return handshake_error(tls, rc, err);
		int ready = rc == GNUTLS_E_AGAIN ? wait_direction(tls, fd, tl->deadline_us) : 1;
		if (ready == 0 || clock_us() >= tl->deadline_us)
			return timeline_timed_out(tl, "TLS handshake not finished");
		if (ready < 0)
			return err_set(err, ERR_LOCAL, "poll failed during the TLS handshake");
	}
}

int tls_days_left(time_t expires, time_t now)
{
	enum { DAY = 86400 };

	return (int)(((long long)expires - (long long)now) / DAY);
}

static void format_date(time_t when, char date[16])
{
	struct tm tm;

	if (!gmtime_r(&when, &tm) || !strftime(date, 16, "%Y-%m-%d", &tm))
		snprintf(date, 16, "?");
}

/* "3 days ago (2026-11-18)"; which of the chain, if it is not the leaf */
static void describe_expired(const gnutls_datum_t *chain, unsigned int chain_len, struct err *err)
{
	time_t now = time(NULL);

	for (unsigned int i = 0; i < chain_len; i++) {
		gnutls_x509_crt_t crt;
		char date[16], name[128] = "";
		size_t size = sizeof(name);

		if (gnutls_x509_crt_init(&crt) < 0)
			continue;
		time_t end = gnutls_x509_crt_import(crt, &chain[i], GNUTLS_X509_FMT_DER) < 0
				     ? now
				     : gnutls_x509_crt_get_expiration_time(crt);
		if (end < now) {
			int days = (int)((now - end) / 86400);
			format_date(end, date);
			gnutls_x509_crt_get_dn(crt, name, &size);
			err_set(err, ERR_CERTIFICATE, "%scertificate%s%s expired %d day%s ago (%s)",
				i ? "issuer's " : "", i ? " " : "", i ? name : "", days,
				days == 1 ? "" : "s", date);
		}
		gnutls_x509_crt_deinit(crt);
	}
	err_set(err, ERR_CERTIFICATE, "a certificate of the chain has expired");
}

enum { SAN_SIZE = 128, SANS_SHOWN = 64 };

/* The alternative name number i for people, or "" if it is none of a host or too long to show.
 * Returns 0, or -1 when there are no more. */
static int san_text(gnutls_x509_crt_t leaf, unsigned int i, char text[SAN_SIZE])
{
	char san[SAN_SIZE] = "";
	size_t size = sizeof(san) - 1;
	int type = gnutls_x509_crt_get_subject_alt_name(leaf, i, san, &size, NULL);

	text[0] = '\0';
	if (type == GNUTLS_SAN_DNSNAME)
		snprintf(text, SAN_SIZE, "%s", san);
	else if (type == GNUTLS_SAN_IPADDRESS && (size == 4 || size == 16))
		inet_ntop(size == 4 ? AF_INET : AF_INET6, san, text, SAN_SIZE);
	return type < 0 && type != GNUTLS_E_SHORT_MEMORY_BUFFER ? -1 : 0;
}

/* "certificate is for a.example, b.example, not for HOST" */
static void describe_owner(gnutls_x509_crt_t leaf, const char *host, struct err *err)
{
	char names[160] = "", san[SAN_SIZE];
	size_t used = 0;

	for (unsigned int i = 0; i < SANS_SHOWN && used < sizeof(names) && !san_text(leaf, i, san);
	     i++)
		if (san[0])
			used += (size_t)snprintf(names + used, sizeof(names) - used, "%s%s",
						 used ? ", " : "", san);
	if (used)
		err_set(err, ERR_CERTIFICATE, "certificate is not for %s, but for %s", host, names);
	else
		err_set(err, ERR_CERTIFICATE, "certificate is not for %s, and names no host", host);
	err_hint(err, "--certificate-name says which name to expect");
}

static void describe_issuer(gnutls_x509_crt_t leaf, struct err *err)
{
	char issuer[128] = "unknown";
	size_t size = sizeof(issuer);

	if (gnutls_x509_crt_check_issuer(leaf, leaf)) {
		err_set(err, ERR_CERTIFICATE, "certificate is self-signed and not trusted");
	} else {
		gnutls_x509_crt_get_issuer_dn(leaf, issuer, &size);
		err_set(err, ERR_CERTIFICATE, "certificate's issuer is not trusted: %s", issuer);
	}
	err_hint(err, "is an intermediate missing? --ca-file=FILE trusts other CAs");
}

/* One text for the most telling of the reasons. GnuTLS sets several bits at once: a wrong name or
 * date is said only when the chain itself is sound. */
static int certificate_error(unsigned int status, const gnutls_datum_t *chain,
			     unsigned int chain_len, gnutls_x509_crt_t leaf, const char *host,
			     struct err *err)
{
	char date[16];

	if (status & GNUTLS_CERT_SIGNER_NOT_FOUND) {
		describe_issuer(leaf, err);
	} else if (status & GNUTLS_CERT_EXPIRED) {
		describe_expired(chain, chain_len, err);
	} else if (status & GNUTLS_CERT_NOT_ACTIVATED) {
		format_date(gnutls_x509_crt_get_activation_time(leaf), date);
		err_set(err, ERR_CERTIFICATE, "certificate is not valid before %s", date);
		err_hint(err, "is this machine's clock right?");
	} else if (status & GNUTLS_CERT_UNEXPECTED_OWNER) {
		describe_owner(leaf, host, err);
	} else if (status & GNUTLS_CERT_INSECURE_ALGORITHM) {
		err_set(err, ERR_CERTIFICATE, "certificate chain has too weak a key or signature");
	} else if (status & GNUTLS_CERT_PURPOSE_MISMATCH) {
		err_set(err, ERR_CERTIFICATE, "certificate is not meant for servers (key purpose)");
	} else if (status & GNUTLS_CERT_SIGNER_NOT_CA) {
		err_set(err, ERR_CERTIFICATE, "certificate was issued by one that is not a CA");
	} else if (status & GNUTLS_CERT_REVOKED) {
		err_set(err, ERR_CERTIFICATE, "certificate has been revoked");
	} else {
		gnutls_datum_t words = {0};
		gnutls_certificate_verification_status_print(status, GNUTLS_CRT_X509, &words, 0);
		err_set(err, ERR_CERTIFICATE, "certificate not acceptable: %s",
			words.data ? (const char *)words.data : "unknown reason");
		gnutls_free(words.data);
	}
	return -1;
}

/* Name or address as GnuTLS wants it. address is where a binary address is kept meanwhile. */
static gnutls_typed_vdata_st expected_owner(const char *name, unsigned char address[16])
{
	gnutls_typed_vdata_st data = {.type = GNUTLS_DT_DNS_HOSTNAME};
	char host[INET6_ADDRSTRLEN];

	/* the zone (fe80::1%eth0) is this machine's affair */
	snprintf(host, sizeof(host), "%.*s", (int)strcspn(name, "%"), name);
	if (inet_pton(AF_INET, name, address) == 1)
		data = (gnutls_typed_vdata_st){
			.type = GNUTLS_DT_IP_ADDRESS, .data = address, .size = 4};
	else if (strlen(host) == strcspn(name, "%") && inet_pton(AF_INET6, host, address) == 1)
		data = (gnutls_typed_vdata_st){
			.type = GNUTLS_DT_IP_ADDRESS, .data = address, .size = 16};
	else
		data.data = (unsigned char *)(uintptr_t)name; /* only read */
	return data;
}

static bool has_dns_name(gnutls_x509_crt_t leaf)
{
	char name[256];
	int rc = 0;

	for (unsigned int i = 0; rc >= 0 || rc == GNUTLS_E_SHORT_MEMORY_BUFFER; i++) {
		size_t size = sizeof(name);
		rc = gnutls_x509_crt_get_subject_alt_name(leaf, i, name, &size, NULL);
		if (rc == GNUTLS_SAN_DNSNAME)
			return true;
	}
	return false;
}

static int verify_chain(struct tls *tls, const char *name, const struct tls_options *options,
			const gnutls_datum_t *chain, unsigned int chain_len, gnutls_x509_crt_t leaf,
			struct err *err)
{
	unsigned char address[16];
	unsigned int status = GNUTLS_CERT_INVALID;
	gnutls_typed_vdata_st data[] = {
		expected_owner(name, address),
		{.type = GNUTLS_DT_KEY_PURPOSE_OID,
		 .data = (unsigned char *)(uintptr_t)GNUTLS_KP_TLS_WWW_SERVER},
	};

	int rc = trust_add_anchors(options->trust, chain, chain_len, tls->credentials);
	if (rc >= 0)
		rc = gnutls_certificate_verify_peers(tls->session, data, 2, &status);
	if (rc < 0)
		return err_set(err, ERR_CERTIFICATE, "certificate could not be verified: %s",
			       gnutls_strerror(rc));
	/* RFC 9525 section 2: the common name, where GnuTLS looks in the end, is not a name to go
	 * by */
	if (status == 0 && data[0].type == GNUTLS_DT_DNS_HOSTNAME && !has_dns_name(leaf))
		status = GNUTLS_CERT_UNEXPECTED_OWNER;
	if (status != 0)
		return certificate_error(status, chain, chain_len, leaf, name, err);
	return 0;
}

/* What the leaf says, for the reports; then all is verified. */
static int read_chain(struct tls *tls, const char *name, const struct tls_options *options,
		      const gnutls_datum_t *chain, unsigned int chain_len, struct err *err)
{
	struct leaf *said = &tls->info.leaf;
	size_t size = sizeof(said->subject);
	gnutls_x509_crt_t leaf;

	int rc = gnutls_x509_crt_init(&leaf);
	if (rc < 0)
		return err_set(err, ERR_LOCAL, "%s", gnutls_strerror(rc));
	rc = gnutls_x509_crt_import(leaf, &chain[0], GNUTLS_X509_FMT_DER);
	if (rc < 0) {
		err_set(err, ERR_CERTIFICATE, "server's certificate cannot be read: %s",
			gnutls_strerror(rc));
	} else {
		said->expires = gnutls_x509_crt_get_expiration_time(leaf);
		if (gnutls_x509_crt_get_dn(leaf, said->subject, &size) < 0)
			snprintf(said->subject, sizeof(said->subject), "(too long to show)");
		rc = options->trust_any
			     ? 0
			     : verify_chain(tls, name, options, chain, chain_len, leaf, err);
	}
	gnutls_x509_crt_deinit(leaf);
	return rc < 0 ? -1 : 0;
}

static int check_certificate(struct tls *tls, const char *host, const struct tls_options *options,
			     struct err *err)
{
	const char *name = options->certificate_name ? options->certificate_name : host;
	unsigned int chain_len = 0;
	const gnutls_datum_t *chain = gnutls_certificate_get_peers(tls->session, &chain_len);
	unsigned char key[VERDICT_KEY_SIZE];

	if (!chain || !chain_len)
		return err_set(err, ERR_CERTIFICATE, "server sent no certificate");
	bool keyed = options->verdicts && !options->trust_any &&
		     verdicts_key(tls->session, name, key) == 0;
	if (!keyed || !verdicts_find(options->verdicts, key, &tls->info.leaf)) {
		if (read_chain(tls, name, options, chain, chain_len, err))
			return -1;
		if (keyed)
			verdicts_add(options->verdicts, key, &tls->info.leaf);
	}
	tls->info.verified = !options->trust_any;
	return 0;
}

static void describe_session(struct tls *tls)
{
	char *description = gnutls_session_get_desc(tls->session);

	if (description)
		snprintf(tls->info.description, sizeof(tls->info.description), "%s", description);
	gnutls_free(description);
	tls->info.established = true;
}

/* The priorities are read once for all sessions, and are read-only then. */
static gnutls_priority_t priority;
static int priority_rc;
static pthread_once_t priority_once = PTHREAD_ONCE_INIT;

static void read_priority(void)
{
	priority_rc = gnutls_priority_init(&priority, PRIORITY, NULL);
}

static int set_priority(gnutls_session_t session)
{
	pthread_once(&priority_once, read_priority);
	return priority_rc < 0 ? priority_rc : gnutls_priority_set(session, priority);
}

static int prepare(struct tls *tls, int fd, const char *host, const struct tls_options *options)
{
	/* NO_TICKETS: nothing is ever resumed. KEY_SHARE_TOP: one key pair made instead of two. */
	int rc = gnutls_init(&tls->session, GNUTLS_CLIENT | GNUTLS_NONBLOCK | GNUTLS_NO_SIGNAL |
						    GNUTLS_NO_TICKETS | GNUTLS_KEY_SHARE_TOP);
	if (rc == 0)
		rc = set_priority(tls->session);
	if (rc == 0)
		rc = gnutls_certificate_allocate_credentials(&tls->credentials);
	if (rc == 0)
		rc = gnutls_credentials_set(tls->session, GNUTLS_CRD_CERTIFICATE, tls->credentials);
	/* RFC 6066 section 3: an address is never sent as a server name */
	const char *sni = options->sni                     ? options->sni
			  : endpoint_host_is_address(host) ? NULL
							   : host;
	if (rc == 0 && sni)
		rc = gnutls_server_name_set(tls->session, GNUTLS_NAME_DNS, sni, strlen(sni));
	if (rc == 0)
		gnutls_transport_set_int(tls->session, fd);
	return rc;
}

int tls_start(struct tls *tls, int fd, const char *host, const struct tls_options *options,
	      struct timeline *tl, struct err *err)
{
	*tls = (struct tls){0};
	int rc = prepare(tls, fd, host, options);
	if (rc < 0)
		return err_set(err, ERR_LOCAL, "TLS cannot be set up: %s", gnutls_strerror(rc));
	if (handshake(tls, fd, tl, err))
		return -1;
	describe_session(tls);
	if (check_certificate(tls, host, options, err))
		return -1;
	tls->usable = true;
	return 0;
}

/* -1 or TLS_TIMED_OUT for a result that is not a number of bytes; 0 means try again */
static ssize_t transfer_error(struct tls *tls, int fd, ssize_t rc, int64_t deadline_us,
			      struct err *err)
{
	if (rc == GNUTLS_E_AGAIN || rc == GNUTLS_E_INTERRUPTED) {
		int ready = wait_direction(tls, fd, deadline_us);
		if (ready < 0)
			return err_set(err, ERR_LOCAL, "poll failed");
		/* records that hold no data (session tickets) may come without end */
		return ready && clock_us() < deadline_us ? 0 : TLS_TIMED_OUT;
	}
	if (rc == GNUTLS_E_REHANDSHAKE)
		return err_set(err, ERR_TLS,
			       "server asked for TLS renegotiation, which is refused");
	if (rc == GNUTLS_E_PREMATURE_TERMINATION || rc == GNUTLS_E_PULL_ERROR ||
	    rc == GNUTLS_E_PUSH_ERROR)
		return err_set(err, ERR_CLOSED, "server cut the connection (no TLS close_notify)");
	if (rc == GNUTLS_E_FATAL_ALERT_RECEIVED) {
		const char *name = gnutls_alert_get_name(gnutls_alert_get(tls->session));
		return err_set(err, ERR_TLS, "server sent the TLS alert: %s",
			       name ? name : "unknown");
	}
	if (!gnutls_error_is_fatal((int)rc))
		return clock_us() < deadline_us ? 0 : TLS_TIMED_OUT;
	return err_set(err, ERR_TLS, "TLS failed: %s", gnutls_strerror((int)rc));
}

static int not_established(struct err *err)
{
	return err_set(err, ERR_TLS, "TLS does not stand");
}

ssize_t tls_read(struct tls *tls, int fd, void *bytes, size_t size, int64_t deadline_us,
		 struct err *err)
{
	if (!tls->session || !tls->usable)
		return not_established(err);
	for (;;) {
		ssize_t rc = gnutls_record_recv(tls->session, bytes, size);
		if (rc >= 0)
			return rc;
		rc = transfer_error(tls, fd, rc, deadline_us, err);
		if (rc)
			return rc;
	}
}

ssize_t tls_write(struct tls *tls, int fd, const void *bytes, size_t len, int64_t deadline_us,
		  struct err *err)
{
	if (!tls->session || !tls->usable)
		return not_established(err);
	for (;;) {
		ssize_t rc = gnutls_record_send(tls->session, bytes, len);
		if (rc >= 0)
			return rc;
		rc = transfer_error(tls, fd, rc, deadline_us, err);
		if (rc)
			return rc;
	}
}

bool tls_pending(const struct tls *tls)
{
	return tls->session && gnutls_record_check_pending(tls->session) > 0;
}

void tls_free(struct tls *tls)
{
	if (tls->session) {
		if (tls->info.established)
			gnutls_bye(tls->session, GNUTLS_SHUT_WR); /* non-blocking: sent or not */
		gnutls_deinit(tls->session);
	}
	if (tls->credentials)
		gnutls_certificate_free_credentials(tls->credentials);
	tls->session = NULL;
	tls->credentials = NULL;
	tls->usable = false;
}
