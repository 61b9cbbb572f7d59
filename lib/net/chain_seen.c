/* chain_seen.c - the certificates as a server has sent them */
#include "net/chain_seen.h"

#include <stdio.h>
#include <string.h>

#include <gnutls/ocsp.h>

#include "base/buf.h"

static void put_hex(const unsigned char *bytes, size_t len, char *text, size_t size)
{
	text[0] = '\0';
	for (size_t i = 0; i < len && 2 * i + 2 < size; i++)
		snprintf(text + 2 * i, size - 2 * i, "%02x", bytes[i]);
}

void fingerprint_format(const unsigned char fingerprint[FINGERPRINT_SIZE],
			char text[2 * FINGERPRINT_SIZE + 1])
{
	put_hex(fingerprint, FINGERPRINT_SIZE, text, 2 * FINGERPRINT_SIZE + 1);
}

static void read_serial(struct chain_link *link, gnutls_x509_crt_t crt)
{
	unsigned char serial[SERIAL_SIZE / 2];
	size_t size = sizeof(serial);

	if (gnutls_x509_crt_get_serial(crt, serial, &size) == 0)
		put_hex(serial, size, link->serial, sizeof(link->serial));
}

static void read_key(struct chain_link *link, gnutls_x509_crt_t crt)
{
	unsigned int bits = 0;
	int key = gnutls_x509_crt_get_pk_algorithm(crt, &bits);
	int signature = gnutls_x509_crt_get_signature_algorithm(crt);
	const char *name = signature < 0 ? NULL : gnutls_sign_get_name(signature);

	if (key >= 0)
		snprintf(link->key, sizeof(link->key), "%s %u", gnutls_pk_get_name(key), bits);
	snprintf(link->signature, sizeof(link->signature), "%s", name ? name : "");
}

static void read_link(struct chain_link *link, gnutls_x509_crt_t crt)
{
	struct buf hosts = BUF_INIT(HOSTS_SIZE - sizeof(", ..."));
	struct leaf leaf;

	leaf_read(&leaf, crt);
	link->begins = leaf.begins;
	link->expires = leaf.expires;
	memcpy(link->fingerprint, leaf.fingerprint, sizeof(link->fingerprint));
	chain_subject(crt, link->subject);
	chain_issuer(crt, link->issuer);
	bool all = chain_hosts(crt, &hosts);
	snprintf(link->hosts, sizeof(link->hosts), "%s%s", buf_str(&hosts), all ? "" : ", ...");
	buf_free(&hosts);
	read_serial(link, crt);
	read_key(link, crt);
}

/* RFC 6960: what it says of the leaf, and until when. */
static void read_response(gnutls_ocsp_resp_t response, char staple[STAPLE_SIZE])
{
	static const char *const words[] = {
		[GNUTLS_OCSP_CERT_GOOD] = "good",
		[GNUTLS_OCSP_CERT_REVOKED] = "revoked",
		[GNUTLS_OCSP_CERT_UNKNOWN] = "unknown to its issuer",
	};
	unsigned int status;
	time_t until;
	char date[CHAIN_DATE_SIZE] = "?";

	if (gnutls_ocsp_resp_get_single(response, 0, NULL, NULL, NULL, NULL, &status, NULL, &until,
					NULL, NULL) < 0 ||
	    status >= sizeof(words) / sizeof(words[0])) {
		snprintf(staple, STAPLE_SIZE, "stapled, but says nothing of it");
		return;
	}
	if (until != (time_t)-1)
		chain_format_date(until, date);
	snprintf(staple, STAPLE_SIZE, "%s, until %s", words[status], date);
}

static void read_staple(struct chain_seen *seen, gnutls_session_t session)
{
	gnutls_datum_t der = {0};
	gnutls_ocsp_resp_t response;

	snprintf(seen->staple, sizeof(seen->staple), "none stapled");
	if (gnutls_ocsp_status_request_get2(session, 0, &der) < 0 || !der.size ||
	    gnutls_ocsp_resp_init(&response) < 0)
		return;
	snprintf(seen->staple, sizeof(seen->staple), "stapled, but cannot be read");
	if (gnutls_ocsp_resp_import(response, &der) == 0)
		read_response(response, seen->staple);
	gnutls_ocsp_resp_deinit(response);
}

void chain_seen_read(struct chain_seen *seen, gnutls_session_t session)
{
	unsigned int sent = 0;
	const gnutls_datum_t *der = session ? gnutls_certificate_get_peers(session, &sent) : NULL;
	struct chain chain;

	*seen = (struct chain_seen){0};
	if (!der)
		return;
	seen->sent = sent;
	chain_read(&chain, der, sent);
	for (; seen->count < chain.count && seen->count < CHAIN_SEEN_MAX; seen->count++)
		read_link(&seen->link[seen->count], chain.crt[seen->count]);
	chain_free(&chain);
	read_staple(seen, session);
}
