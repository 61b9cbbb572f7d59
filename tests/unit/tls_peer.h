/* tls_peer.h - a TLS server in a thread of the test, at the other end of a socket pair or of a
 * connection */
#ifndef MAILFLOW_UNIT_TLS_PEER_H
#define MAILFLOW_UNIT_TLS_PEER_H

#include <gnutls/crypto.h>
#include <gnutls/gnutls.h>
#include <pthread.h>

#include "pki.h"

struct tls_peer {
	const struct pki_cert *const *chain; /* what it sends; NULL-terminated */
	const char *priority;                /* NULL: NORMAL, and SHA-1 and short keys */
	/* After the handshake; NULL: nothing. Afterwards close_notify is sent, unless cut is set.
	 */
	void (*serve)(struct tls_peer *peer, gnutls_session_t session);
	bool cut;
	bool wants_certificate; /* of the client */
	bool tcp;               /* fd and server_fd are connected already */

	int fd; /* the client's end, non-blocking; closed by the test */
	int server_fd;
	int handshake; /* how the server's handshake ended */
	char sni[256]; /* the name that the client sent, or "" */
	pthread_t thread;
};

void tls_peer_start(struct tls_peer *peer);
/* Wait until the server is done: close fd before, or have it end by itself. */
void tls_peer_join(struct tls_peer *peer);

/* ---- records that GnuTLS does not send ---- */

/* As a priority: what is sealed here. */
#define TLS_PEER_SEALS "NORMAL:-VERS-ALL:+VERS-TLS1.3:-CIPHER-ALL:+AES-128-GCM"

enum { TLS_PEER_SEALED_MAX = 16384 + 64 };

struct tls_peer_seal {
	gnutls_aead_cipher_hd_t cipher;
	gnutls_datum_t iv; /* the session's */
	unsigned char number[8];
};

/* Records sealed by hand with the session's key: what follows is all sealed so. */
void tls_peer_seal_begin(struct tls_peer_seal *s, gnutls_session_t session);
/* A record (RFC 8446 section 5.2) with those bytes, 16384 at most. Returns its size. */
size_t tls_peer_seal(struct tls_peer_seal *s, unsigned char type, const void *bytes, size_t len,
		     unsigned char record[TLS_PEER_SEALED_MAX]);
void tls_peer_seal_end(struct tls_peer_seal *s);

#endif
