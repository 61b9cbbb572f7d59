/* chain_seen.h - the certificates as a server has sent them, for whoever wants to see all of it */
#ifndef MAILFLOW_CHAIN_SEEN_H
#define MAILFLOW_CHAIN_SEEN_H

#include <gnutls/gnutls.h>
#include <time.h>

#include "net/chain.h"
#include "net/leaf.h"

enum { CHAIN_SEEN_MAX = 8, HOSTS_SIZE = 256, SERIAL_SIZE = 48, KEY_SIZE = 48, STAPLE_SIZE = 64 };

/* What one says; nothing of it is cleaned. */
struct chain_link {
	char subject[CHAIN_NAME_SIZE], issuer[CHAIN_NAME_SIZE];
	char hosts[HOSTS_SIZE];   /* that it is for: "a.example, 192.0.2.1"; "": none */
	char serial[SERIAL_SIZE]; /* hexadecimal */
	char key[KEY_SIZE];       /* "RSA 2048" */
	char signature[KEY_SIZE]; /* by which it was issued: "ECDSA-SHA256" */
	time_t begins, expires;   /* 0: it cannot be read */
	unsigned char fingerprint[FINGERPRINT_SIZE];
};

/* Zeroed: nothing was sent. */
struct chain_seen {
	struct chain_link link[CHAIN_SEEN_MAX]; /* leaf first */
	unsigned int count, sent;               /* of them; there may be more than there is room */
	char staple[STAPLE_SIZE];               /* OCSP: "none stapled", "good, until 2026-12-01" */
};

/* What the peer of this session has shown in its handshake, whatever came of it. */
void chain_seen_read(struct chain_seen *seen, gnutls_session_t session);

/* As 64 hexadecimal digits. */
void fingerprint_format(const unsigned char fingerprint[FINGERPRINT_SIZE],
			char text[2 * FINGERPRINT_SIZE + 1]);

#endif
