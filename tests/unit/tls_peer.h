/* tls_peer.h - a TLS server in a thread of the test, at the other end of a socket pair or of a
 * connection */
#ifndef MAILFLOW_UNIT_TLS_PEER_H
#define MAILFLOW_UNIT_TLS_PEER_H

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

#endif
