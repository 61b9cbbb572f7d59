/* tls_peer.c - a TLS server in a thread of the test, by GnuTLS with blocking calls */
#include "tls_peer.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

static const char ANYTHING[] = "NORMAL:%VERIFY_ALLOW_SIGN_WITH_SHA1:%PROFILE_VERY_WEAK";

static void take_sni(struct tls_peer *peer, gnutls_session_t session)
{
	unsigned int type;
	size_t size = sizeof(peer->sni);

	if (gnutls_server_name_get(session, peer->sni, &size, &type, 0) < 0)
		peer->sni[0] = '\0';
}

static void *serve(void *arg)
{
	struct tls_peer *peer = arg;
	gnutls_certificate_credentials_t credentials = pki_server(peer->chain);
	gnutls_session_t session;
	int rc;

	PKI_CHECK(gnutls_init(&session, GNUTLS_SERVER | GNUTLS_NO_SIGNAL));
	PKI_CHECK(gnutls_priority_set_direct(session, peer->priority ? peer->priority : ANYTHING,
					     NULL));
	PKI_CHECK(gnutls_credentials_set(session, GNUTLS_CRD_CERTIFICATE, credentials));
	if (peer->wants_certificate)
		gnutls_certificate_server_set_request(session, GNUTLS_CERT_REQUIRE);
	gnutls_handshake_set_max_packet_length(session, 1 << 24); /* it bounds what is sent, too */
	gnutls_transport_set_int(session, peer->server_fd);
	do
		rc = gnutls_handshake(session);
	while (rc < 0 && !gnutls_error_is_fatal(rc));
	peer->handshake = rc;
	take_sni(peer, session);
	if (rc == 0 && peer->serve)
		peer->serve(peer, session);
	if (rc < 0)
		gnutls_alert_send_appropriate(session, rc);
	else if (!peer->cut)
		gnutls_bye(session, GNUTLS_SHUT_WR);
	gnutls_deinit(session);
	gnutls_certificate_free_credentials(credentials);
	close(peer->server_fd);
	return NULL;
}

static void connect_pair(struct tls_peer *peer)
{
	int fds[2];

	if (socketpair(AF_UNIX, SOCK_STREAM, 0, fds) || fcntl(fds[0], F_SETFL, O_NONBLOCK)) {
		perror("socketpair");
		exit(1);
	}
	peer->fd = fds[0];
	peer->server_fd = fds[1];
}

void tls_peer_start(struct tls_peer *peer)
{
	if (!peer->tcp)
		connect_pair(peer);
	if (pthread_create(&peer->thread, NULL, serve, peer)) {
		perror("pthread_create");
		exit(1);
	}
}

void tls_peer_join(struct tls_peer *peer)
{
	pthread_join(peer->thread, NULL);
}

void tls_peer_seal_begin(struct tls_peer_seal *s, gnutls_session_t session)
{
	gnutls_datum_t mac, key;

	PKI_CHECK(gnutls_record_get_state(session, 0, &mac, &s->iv, &key, s->number));
	PKI_CHECK(gnutls_aead_cipher_init(&s->cipher, GNUTLS_CIPHER_AES_128_GCM, &key));
}

size_t tls_peer_seal(struct tls_peer_seal *s, unsigned char type, const void *bytes, size_t len,
		     unsigned char record[TLS_PEER_SEALED_MAX])
{
	enum { HEAD = 5, TAG = 16 };
	size_t body = len + 1 + TAG;
	unsigned char head[HEAD] = {23, 3, 3, (unsigned char)(body >> 8), (unsigned char)body};
	unsigned char plain[16384 + 1], nonce[12];

	memcpy(plain, bytes, len);
	plain[len] = type;
	memcpy(record, head, HEAD);
	memcpy(nonce, s->iv.data, sizeof(nonce));
	for (int i = 0; i < 8; i++)
		nonce[4 + i] ^= s->number[i];
	PKI_CHECK(gnutls_aead_cipher_encrypt(s->cipher, nonce, sizeof(nonce), head, HEAD, TAG,
					     plain, len + 1, record + HEAD, &body));
	for (int i = 7; i >= 0 && !++s->number[i]; i--)
		;
	return HEAD + body;
}

void tls_peer_seal_end(struct tls_peer_seal *s)
{
	gnutls_aead_cipher_deinit(s->cipher);
}
