/* tls.h - TLS on a connected socket, verified: chain, name, dates, purpose */
#ifndef MAILFLOW_TLS_H
#define MAILFLOW_TLS_H

#include <gnutls/gnutls.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>
#include <time.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/timeline.h"
#include "net/chain_cache.h"
#include "net/client_certificate.h"
#include "net/trust.h"

struct tls_options {
	bool trust_any;               /* -k: no verification at all */
	const struct trust *trust;    /* anchors; not used with trust_any */
	const char *certificate_name; /* name that the certificate must carry; NULL: the host
					 connected to */
	bool of_submission; /* it is for the SMTP leg of a mailbox test, which has its own option */
	const char *sni;    /* name to send; NULL: the host connected to, unless an address */
	const struct client_certificate *client; /* shown where the server asks; NULL: none */
	struct chain_cache
		*chain_cache; /* those of this run that are shared; NULL: each chain is verified */
	const struct leaf *renewed; /* what the server should serve by now; NULL: nobody knows */
};

/* What the handshake showed. */
struct tls_info {
	bool established;
	bool verified;
	char description[96]; /* "TLS1.3 ECDHE-X25519 ..." as GnuTLS describes the session */
	struct leaf leaf;
	enum renewal renewal; /* the certificate of tls_options.renewed beside it */
};

enum {
	TLS_BINDING_MAX = 64,
	TLS_HEARD_MAX = 64,
	TLS_AHEAD_MAX = 2048,
	TLS_NO_DATA_MAX = 256 * 1024
};

/* Stays where it is from tls_start to tls_free: the session points to it. */
struct tls {
	gnutls_session_t session;
	gnutls_certificate_credentials_t credentials;
	bool usable;    /* tls_start has succeeded: before that nothing is read or written */
	bool ended;     /* close_notify has been sent */
	bool stuck;     /* a write has failed: GnuTLS may hold the rest of it, and would send that
			   before, and count it as, whatever is written next */
	int fd;         /* borrowed */
	size_t no_data; /* bytes that came since the last data */
	char heard[TLS_HEARD_MAX]; /* the first bytes that came, of whatever kind */
	size_t heard_len;
	char ahead[TLS_AHEAD_MAX]; /* what has come, but was not asked for by GnuTLS yet */
	size_t ahead_at, ahead_len;
	struct tls_info info;
};

/* Handshake on the non-blocking fd and verify, all before tl->deadline_us. host is the one
 * connected to. Returns 0, or -1: ERR_TIMEOUT, ERR_TLS (also where the server sends TLS_NO_DATA_MAX
 * bytes, or what is not TLS; its first bytes are quoted then), ERR_CERTIFICATE, ERR_CLOSED. On
 * failure tls->info still tells what was seen, and the caller calls tls_free. */
int tls_start(struct tls *tls, int fd, const char *host, const struct tls_options *options,
	      struct timeline *tl, struct err *err);

enum { TLS_TIMED_OUT = -2 };

/* Read at most size bytes / write at most len bytes before the absolute deadline. Return the number
 * of bytes, 0 at the end of the stream (tls_read: only after a close_notify), TLS_TIMED_OUT without
 * an error set, or -1 with ERR_CLOSED or ERR_TLS (also where the server sends TLS_NO_DATA_MAX bytes
 * with no data in them: alerts, session tickets, empty records). Once a write has failed, also by
 * its time, all others do. */
ssize_t tls_read(struct tls *tls, void *bytes, size_t size, int64_t deadline_us, struct err *err);
ssize_t tls_write(struct tls *tls, const void *bytes, size_t len, int64_t deadline_us,
		  struct err *err);

/* Whether tls_read would return data without looking at the socket. */
bool tls_pending(const struct tls *tls);

/* What a logon can be bound to, so that nobody in between can pass it on (RFC 5056): "tls-exporter"
 * in TLS 1.3 (RFC 9266), before it "tls-unique", which is worth something with the extended master
 * secret alone (RFC 7627). */
struct tls_binding {
	bool is_exporter; /* else it is tls-unique */
	unsigned char bytes[TLS_BINDING_MAX];
	size_t len; /* 0: there is none */
};

/* Whether the session has one, and which it is. */
bool tls_can_bind(const struct tls *tls);
void tls_bind(const struct tls *tls, struct tls_binding *binding_r);

/* Send close_notify if that does not block. Once, and only where the handshake is done and no write
 * has failed. */
void tls_bye(struct tls *tls);

/* Free everything. Accepts a zeroed struct. */
void tls_free(struct tls *tls);

/* What is offered to servers: "TLS1.3 TLS1.2, AES-128-GCM AES-256-GCM ...". Nothing where GnuTLS
 * knows none of it. */
void tls_format_offer(struct buf *out);

/* Whole days until expires, or as a negative number since then. */
int tls_days_left(time_t expires, time_t now);

#endif
