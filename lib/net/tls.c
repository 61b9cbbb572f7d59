/* tls.c - TLS on a non-blocking socket by GnuTLS.
 *
 * Policy (one place, every path goes through it): TLS 1.2 or newer, the certificate checked after
 * the handshake and before a byte is exchanged (certificate.h), no resumption, no renegotiation.
 * GnuTLS never sleeps here: io_wait does. */
#include "net/tls.h"

#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>

#include "base/clock.h"
#include "net/certificate.h"
#include "net/endpoint.h"
#include "net/io.h"
#include "net/net_hint.h"
#include "net/spoken.h"

/* Plain NORMAL of GnuTLS 3.7 accepts TLS 1.0 and RSA keys of 1,024 bits. Its groups and ciphers,
 * the cheapest first: the key of the first group (X25519) is made before the server is asked, and
 * AES-128-GCM's key schedule hashes with SHA-256, which processors know. */
static const char PRIORITY[] =
	"NORMAL:-VERS-ALL:+VERS-TLS1.3:+VERS-TLS1.2:%PROFILE_MEDIUM:-GROUP-ALL:+GROUP-X25519:"
	"+GROUP-SECP256R1:+GROUP-SECP384R1:+GROUP-SECP521R1:+GROUP-X448:+GROUP-FFDHE2048:"
	"+GROUP-FFDHE3072:+GROUP-FFDHE4096:-CIPHER-ALL:+AES-128-GCM:+AES-256-GCM:"
	"+CHACHA20-POLY1305:+AES-128-CCM:+AES-256-CCM:+AES-128-CBC:+AES-256-CBC";

/* Behind a session ticket GnuTLS wants to be asked again, though more has come already: that is not
 * waited for, and what is_over counts is its end. */
static bool has_come(const struct tls *tls)
{
	return tls->ahead_len && !gnutls_record_get_direction(tls->session);
}

static int wait_direction(struct tls *tls, int64_t deadline_us)
{
	return io_wait_for_peer(
		tls->fd, gnutls_record_get_direction(tls->session) ? POLLOUT : POLLIN, deadline_us);
}

/* ---- what comes in ---- */

static void note_heard(struct tls *tls, const char *bytes, size_t len)
{
	size_t room = sizeof(tls->heard) - tls->heard_len;

	if (len > room)
		len = room;
	memcpy(tls->heard + tls->heard_len, bytes, len);
	tls->heard_len += len;
}

/* GnuTLS keeps a handshake message, of up to 16 MB, until it is whole, and nothing is verified
 * before that. A certificate chain has some KiB; session tickets, alerts and empty records are
 * small, but may come without end. */
static bool is_over(const struct tls *tls)
{
	return tls->no_data >= TLS_NO_DATA_MAX;
}

/* As much as is there: GnuTLS asks for five bytes of a record, and then for what they announce.
 * Returns as recv. */
static ssize_t read_ahead(struct tls *tls)
{
	ssize_t n = recv(tls->fd, tls->ahead, sizeof(tls->ahead), 0);

	tls->ahead_at = 0;
	tls->ahead_len = n > 0 ? (size_t)n : 0;
	note_heard(tls, tls->ahead, tls->ahead_len);
	return n;
}

/* gnutls_pull_func: all that is ever read passes here. */
static ssize_t pull(gnutls_transport_ptr_t transport, void *bytes, size_t size)
{
	struct tls *tls = transport;
	ssize_t n = 1;

	if (is_over(tls)) {
		errno = EMSGSIZE;
		return -1;
	}
	if (!tls->ahead_len)
		n = read_ahead(tls);
	if (n <= 0)
		return n;
	if (size > tls->ahead_len)
		size = tls->ahead_len;
	memcpy(bytes, tls->ahead + tls->ahead_at, size);
	tls->ahead_at += size;
	tls->ahead_len -= size;
	tls->no_data += size;
	return (ssize_t)size;
}

/* The rest of the line may have come by now. */
static void hear_more(struct tls *tls)
{
	char bytes[TLS_HEARD_MAX];
	ssize_t n = recv(tls->fd, bytes, sizeof(bytes), MSG_DONTWAIT);

	if (n > 0)
		note_heard(tls, bytes, (size_t)n);
}

/* So many bytes of a line are quoted: few, so that there is room for a hint, and whole words if
 * that leaves enough. */
static size_t quoted_len(const char *words, size_t len)
{
	enum { QUOTED_MAX = 20 };
	size_t cut = QUOTED_MAX;

	if (len <= QUOTED_MAX)
		return len;
	while (cut > QUOTED_MAX / 2 && words[cut] != ' ')
		cut--;
	return words[cut] == ' ' ? cut : QUOTED_MAX;
}

/* Quotes the first line that was spoken instead. */
static int set_not_tls(struct tls *tls, struct err *err)
{
	hear_more(tls);
	const char *words = tls->heard, *end = tls->heard + tls->heard_len;
	while (words < end && (*words == '\r' || *words == '\n'))
		words++;
	size_t len = 0;
	while (words + len < end && words[len] && words[len] != '\r' && words[len] != '\n')
		len++;
	size_t quoted = quoted_len(words, len);
	return err_set(err, ERR_TLS, "no TLS here, but \"%.*s%s\"", (int)quoted, words,
		       quoted < len ? "..." : "");
}

/* ---- what goes out ---- */

#ifndef MSG_MORE
#define MSG_MORE 0
#endif

/* In TLS 1.3 the message says nothing, and is there for what stands in between (RFC 8446 appendix
 * D.4). */
static bool is_change_cipher_spec(const giovec_t *record, int count)
{
	static const unsigned char change_cipher_spec[] = {20, 3, 3, 0, 1, 1};

	return count == 1 && record->iov_len == sizeof(change_cipher_spec) &&
	       !memcmp(record->iov_base, change_cipher_spec, sizeof(change_cipher_spec));
}

/* gnutls_vec_push_func, as GnuTLS's own; but what a further message always follows goes out with
 * that, and wakes nobody before it. */
static ssize_t push(gnutls_transport_ptr_t transport, const giovec_t *record, int count)
{
	const struct tls *tls = transport;
	struct msghdr message = {.msg_iov = (struct iovec *)(uintptr_t)record, /* only read */
				 .msg_iovlen = (size_t)count};
	int more = is_change_cipher_spec(record, count) ? MSG_MORE : 0;

	return sendmsg(tls->fd, &message, MSG_NOSIGNAL | more);
}

/* ---- the handshake ---- */

static int no_safe_version(struct err *err)
{
	err_set(err, ERR_TLS, "server offers no TLS version that is safe (1.2 or newer)");
	err_advise(err, &net_hints[TLS_OLD_VERSION]);
	return -1;
}

/* Once a server has asked for a certificate, what it does not like is that it got none, or which:
 * it says so in one of many ways (RFC 8446 section 6.2; GnuTLS: decode_error). */
static bool wanted_certificate(const struct tls *tls, gnutls_alert_description_t alert)
{
	if (alert == GNUTLS_A_CERTIFICATE_REQUIRED)
		return true;
	/* behind the handshake it may be about something else */
	return !tls->info.established &&
	       gnutls_certificate_client_get_request_status(tls->session) > 0;
}

static const struct hint *certificate_hint(const struct tls *tls)
{
	bool shown = gnutls_certificate_get_ours(tls->session) != NULL;

	return &net_hints[shown ? TLS_CERTIFICATE_REFUSED : TLS_WANTS_CERTIFICATE];
}

static void advise_alert(const struct tls *tls, gnutls_alert_description_t alert, struct err *err)
{
	if (wanted_certificate(tls, alert))
		err_advise(err, certificate_hint(tls));
	else if (alert == GNUTLS_A_HANDSHAKE_FAILURE || alert == GNUTLS_A_INSUFFICIENT_SECURITY)
		err_advise(err, &net_hints[TLS_NO_CIPHER]);
	else if (alert == GNUTLS_A_UNRECOGNIZED_NAME)
		err_advise(err, &net_hints[TLS_NAME_UNKNOWN]);
	else if (alert == GNUTLS_A_INTERNAL_ERROR)
		err_advise(err, &net_hints[TLS_SERVER_FAULT]);
}

static int alerted(const struct tls *tls, struct err *err)
{
	gnutls_alert_description_t alert = gnutls_alert_get(tls->session);
	const char *name = gnutls_alert_get_name(alert);

	if (alert == GNUTLS_A_PROTOCOL_VERSION)
		return no_safe_version(err);
	err_set(err, ERR_TLS, "server refused the TLS handshake: %s",
		name ? name : "unknown alert");
	advise_alert(tls, alert, err);
	return -1;
}

static int closed_in_handshake(const struct tls *tls, struct err *err)
{
	err_set(err, ERR_TLS, "server closed the connection during the TLS handshake");
	if (gnutls_certificate_client_get_request_status(tls->session) > 0)
		err_advise(err, certificate_hint(tls));
	if (!tls->heard_len)
		err_advise(err, &net_hints[NET_CLOSED_AT_ONCE]);
	return -1;
}

/* what a handshake error means to a person */
static int handshake_error(struct tls *tls, int rc, struct err *err)
{
	if (is_over(tls))
		rc = GNUTLS_E_HANDSHAKE_TOO_LARGE;
	switch (rc) {
	case GNUTLS_E_FATAL_ALERT_RECEIVED:
	case GNUTLS_E_WARNING_ALERT_RECEIVED:
		return alerted(tls, err);
	case GNUTLS_E_UNSUPPORTED_VERSION_PACKET:
		return no_safe_version(err);
	case GNUTLS_E_UNEXPECTED_PACKET_LENGTH:
	case GNUTLS_E_UNEXPECTED_PACKET:
	case GNUTLS_E_RECORD_OVERFLOW:
		return err_set(err, ERR_TLS, "the answer to the TLS handshake is not TLS");
	case GNUTLS_E_HANDSHAKE_TOO_LARGE:
		return err_set(err, ERR_TLS, "TLS handshake larger than %d KiB",
			       TLS_NO_DATA_MAX / 1024);
	case GNUTLS_E_PREMATURE_TERMINATION:
	case GNUTLS_E_PULL_ERROR:
	case GNUTLS_E_PUSH_ERROR:
		return closed_in_handshake(tls, err);
	default:
		return err_set(err, ERR_TLS, "TLS handshake failed: %s", gnutls_strerror(rc));
	}
}

static int handshake(struct tls *tls, struct timeline *tl, struct err *err)
{
	for (;;) {
		int rc = gnutls_handshake(tls->session);
		if (rc == GNUTLS_E_SUCCESS)
			return 0;
		bool is_tls = spoken_is_tls(tls->heard, tls->heard_len);
		if (gnutls_error_is_fatal(rc))
			return is_tls ? handshake_error(tls, rc, err) : set_not_tls(tls, err);
		bool waits = rc == GNUTLS_E_AGAIN && !has_come(tls);
		int ready = waits ? wait_direction(tls, tl->deadline_us) : 1;
		if (ready == 0 || clock_us() >= tl->deadline_us)
			return is_tls ? timeline_timed_out(tl, "TLS handshake not finished")
				      : set_not_tls(tls, err);
		if (ready < 0)
			return err_set(err, ERR_LOCAL, "poll failed during the TLS handshake");
	}
}

int tls_days_left(time_t expires, time_t now)
{
	enum { DAY = 86400 };

	return (int)(((long long)expires - (long long)now) / DAY);
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

void tls_format_offer(struct buf *out)
{
	const unsigned int *versions, *ciphers;

	pthread_once(&priority_once, read_priority);
	int count = priority_rc < 0 ? 0 : gnutls_priority_protocol_list(priority, &versions);
	for (int i = 0; i < count; i++)
		buf_printf(out, "%s%s", i ? " " : "", gnutls_protocol_get_name(versions[i]));
	count = priority_rc < 0 ? 0 : gnutls_priority_cipher_list(priority, &ciphers);
	for (int i = 0; i < count; i++)
		buf_printf(out, "%s%s", i ? " " : ", ", gnutls_cipher_get_name(ciphers[i]));
}

static int prepare(struct tls *tls, const char *host, const struct tls_options *options)
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
	if (rc == 0 && options->client)
		client_certificate_use(options->client, tls->session, tls->credentials);
	/* RFC 6066 section 3: an address is never sent as a server name */
	const char *sni = options->sni                     ? options->sni
			  : endpoint_host_is_address(host) ? NULL
							   : host;
	if (rc == 0 && sni)
		rc = gnutls_server_name_set(tls->session, GNUTLS_NAME_DNS, sni,
					    endpoint_name_len(sni, strlen(sni)));
	if (rc == 0) {
		gnutls_transport_set_ptr(tls->session, tls);
		gnutls_transport_set_pull_function(tls->session, pull);
		gnutls_transport_set_vec_push_function(tls->session, push);
		gnutls_handshake_set_max_packet_length(tls->session, TLS_NO_DATA_MAX);
	}
	return rc;
}

int tls_start(struct tls *tls, int fd, const char *host, const struct tls_options *options,
	      struct timeline *tl, struct err *err)
{
	*tls = (struct tls){.fd = fd};
	int rc = prepare(tls, host, options);
	if (rc < 0)
		return err_set(err, ERR_LOCAL, "TLS cannot be set up: %s", gnutls_strerror(rc));
	if (handshake(tls, tl, err))
		return -1;
	describe_session(tls);
	if (certificate_check(tls, host, options, err))
		return -1;
	tls->usable = true;
	return 0;
}

/* -1 or TLS_TIMED_OUT for a result that is not a number of bytes; 0 means try again */
static ssize_t transfer_error(struct tls *tls, ssize_t rc, int64_t deadline_us, struct err *err)
{
	if (is_over(tls))
		return err_set(err, ERR_TLS, "server sends %d KiB of TLS without data",
			       TLS_NO_DATA_MAX / 1024);
	if (rc == GNUTLS_E_AGAIN || rc == GNUTLS_E_INTERRUPTED) {
		if (has_come(tls))
			return 0;
		if (clock_us() >= deadline_us) /* a look at what is there already */
			return TLS_TIMED_OUT;
		int ready = wait_direction(tls, deadline_us);
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
		gnutls_alert_description_t alert = gnutls_alert_get(tls->session);
		const char *name = gnutls_alert_get_name(alert);
		err_set(err, ERR_TLS, "server sent the TLS alert: %s", name ? name : "unknown");
		advise_alert(tls, alert, err);
		return -1;
	}
	if (!gnutls_error_is_fatal((int)rc))
		return clock_us() < deadline_us ? 0 : TLS_TIMED_OUT;
	return err_set(err, ERR_TLS, "TLS failed: %s", gnutls_strerror((int)rc));
}

static int not_established(struct err *err)
{
	return err_set(err, ERR_TLS, "the TLS connection is broken");
}

ssize_t tls_read(struct tls *tls, void *bytes, size_t size, int64_t deadline_us, struct err *err)
{
	if (!tls->session || !tls->usable)
		return not_established(err);
	for (;;) {
		ssize_t rc = gnutls_record_recv(tls->session, bytes, size);
		if (rc >= 0) {
			tls->no_data = 0;
			return rc;
		}
		rc = transfer_error(tls, rc, deadline_us, err);
		if (rc)
			return rc;
	}
}

ssize_t tls_write(struct tls *tls, const void *bytes, size_t len, int64_t deadline_us,
		  struct err *err)
{
	if (!tls->session || !tls->usable)
		return not_established(err);
	if (tls->stuck)
		return err_set(err, ERR_CLOSED,
			       "nothing more is sent: an earlier command was cut off");
	for (;;) {
		ssize_t rc = gnutls_record_send(tls->session, bytes, len);
		if (rc >= 0)
			return rc;
		rc = transfer_error(tls, rc, deadline_us, err);
		if (rc) {
			tls->stuck = true;
			return rc;
		}
	}
}

bool tls_pending(const struct tls *tls)
{
	return tls->session && gnutls_record_check_pending(tls->session) > 0;
}

bool tls_can_bind(const struct tls *tls)
{
	if (!tls->session || !tls->usable)
		return false;
	return gnutls_protocol_get_version(tls->session) >= GNUTLS_TLS1_3 ||
	       gnutls_session_get_flags(tls->session) & GNUTLS_SFLAGS_EXT_MASTER_SECRET;
}

void tls_bind(const struct tls *tls, struct tls_binding *binding_r)
{
	*binding_r = (struct tls_binding){0};
	if (!tls_can_bind(tls))
		return;
	binding_r->is_exporter = gnutls_protocol_get_version(tls->session) >= GNUTLS_TLS1_3;
	gnutls_datum_t bytes = {0};
	int rc = gnutls_session_channel_binding(
		tls->session,
		binding_r->is_exporter ? GNUTLS_CB_TLS_EXPORTER : GNUTLS_CB_TLS_UNIQUE, &bytes);
	if (rc == 0 && bytes.size <= sizeof(binding_r->bytes)) {
		memcpy(binding_r->bytes, bytes.data, bytes.size);
		binding_r->len = bytes.size;
	}
	gnutls_free(bytes.data);
}

void tls_bye(struct tls *tls)
{
	if (!tls->session || !tls->info.established || tls->ended || tls->stuck)
		return;
	tls->ended = true;
	gnutls_bye(tls->session, GNUTLS_SHUT_WR); /* non-blocking: sent or not */
}

void tls_free(struct tls *tls)
{
	if (tls->session)
		gnutls_deinit(tls->session);
	if (tls->credentials)
		gnutls_certificate_free_credentials(tls->credentials);
	tls->session = NULL;
	tls->credentials = NULL;
	tls->usable = tls->stuck = false;
}
