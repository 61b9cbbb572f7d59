/* client_certificate.c - the certificate that this client shows to a server that asks for one, and
 * its key */
#include "net/client_certificate.h"

#include <stdint.h>
#include <string.h>

#include <gnutls/x509.h>

#include "base/buf.h"
#include "base/file.h"

enum { FILE_MAX = 256 * 1024 };

/* What follows the name of an object may be the PIN (RFC 7512 section 2.3: "?pin-value="). */
static int refuse(const char *option, const char *path, int rc, struct err *err)
{
	size_t shown = gnutls_url_is_supported(path) ? strcspn(path, "?") : strlen(path);

	return err_set(err, ERR_USAGE, "--%s: %.*s: %s", option, (int)shown, path,
		       gnutls_strerror(rc));
}

/* A file's text, which may hold a key. */
static int read_text(struct buf *text, const char *option, const char *path,
		     const struct limit *limit, struct err *err)
{
	if (file_read_all(text, FILE_MAX, 0, "", path, limit, err))
		return err_prefix(err, "--%s: ", option);
	return 0;
}

/* ---- the certificate ---- */

static void look_at(struct client_certificate *c)
{
	gnutls_x509_crt_t leaf;

	if (gnutls_pcert_export_x509(&c->chain[0], &leaf) < 0)
		return;
	c->expires = gnutls_x509_crt_get_expiration_time(leaf);
	c->for_clients = gnutls_x509_crt_check_key_purpose(leaf, GNUTLS_KP_TLS_WWW_CLIENT, 0) != 0;
	gnutls_x509_crt_deinit(leaf);
}

static int load_url(struct client_certificate *c, const char *url)
{
	c->count = CLIENT_CHAIN_MAX;
	return gnutls_pcert_list_import_x509_file(c->chain, &c->count, url, GNUTLS_X509_FMT_PEM,
						  NULL, NULL, 0);
}

static int load_text(struct client_certificate *c, const struct buf *text)
{
	const gnutls_datum_t pem = {(unsigned char *)text->data, (unsigned int)text->len};

	c->count = CLIENT_CHAIN_MAX;
	return gnutls_pcert_list_import_x509_raw(c->chain, &c->count, &pem, GNUTLS_X509_FMT_PEM, 0);
}

static int load_chain(struct client_certificate *c, const char *cert, const struct limit *limit,
		      struct err *err)
{
	struct buf text = BUF_INIT(FILE_MAX);
	int rc = 0;

	if (gnutls_url_is_supported(cert))
		rc = load_url(c, cert);
	else if (read_text(&text, "client-cert", cert, limit, err) == 0)
		rc = load_text(c, &text);
	buf_wipe(&text);
	if (err->kind || rc < 0) {
		c->count = 0;
		return err->kind ? -1 : refuse("client-cert", cert, rc, err);
	}
	look_at(c);
	return 0;
}

/* ---- the key ---- */

/* In a file. */
static int refuse_key(const char *option, const char *path, int rc, struct err *err)
{
	if (rc == GNUTLS_E_REQUESTED_DATA_NOT_AVAILABLE ||
	    rc == GNUTLS_E_BASE64_UNEXPECTED_HEADER_ERROR) {
		err_set(err, ERR_USAGE, "--%s: %s: there is no key in it", option, path);
		if (!strcmp(option, "client-cert"))
			err_hint(err, "give --client-key=FILE");
		return -1;
	}
	if (rc == GNUTLS_E_DECRYPTION_FAILED)
		return err_set(err, ERR_USAGE,
			       "--%s: %s: the key is encrypted, and nobody is asked for its "
			       "password",
			       option, path);
	return refuse(option, path, rc, err);
}

static int load_key(struct client_certificate *c, const char *key, const char *option,
		    const struct limit *limit, struct err *err)
{
	struct buf text = BUF_INIT(FILE_MAX);
	bool is_url = gnutls_url_is_supported(key);

	int rc = gnutls_privkey_init(&c->key);
	if (rc == 0 && is_url) {
		rc = gnutls_privkey_import_url(c->key, key, 0);
	} else if (rc == 0 && read_text(&text, option, key, limit, err) == 0) {
		const gnutls_datum_t pem = {(unsigned char *)text.data, (unsigned int)text.len};
		rc = gnutls_privkey_import_x509_raw(c->key, &pem, GNUTLS_X509_FMT_PEM, NULL, 0);
	}
	buf_wipe(&text);
	if (err->kind)
		return -1;
	if (rc < 0)
		return is_url ? refuse(option, key, rc, err) : refuse_key(option, key, rc, err);
	return 0;
}

static int check_pair(const struct client_certificate *c, struct err *err)
{
	unsigned char mine[64], theirs[64];
	size_t mine_size = sizeof(mine), theirs_size = sizeof(theirs);
	gnutls_pubkey_t public;

	int rc = gnutls_pubkey_init(&public);
	if (rc < 0)
		return err_set(err, ERR_LOCAL, "%s", gnutls_strerror(rc));
	rc = gnutls_pubkey_import_privkey(public, c->key, 0, 0);
	if (rc == 0)
		rc = gnutls_pubkey_get_key_id(public, 0, mine, &mine_size);
	if (rc == 0)
		rc = gnutls_pubkey_get_key_id(c->chain[0].pubkey, 0, theirs, &theirs_size);
	gnutls_pubkey_deinit(public);
	if (rc == 0 && (mine_size != theirs_size || memcmp(mine, theirs, mine_size) != 0))
		return err_set(err, ERR_USAGE,
			       "--client-key is not that of the certificate of --client-cert");
	return 0; /* a token may keep its public key to itself */
}

int client_certificate_load(struct client_certificate *c, const char *cert, const char *key,
			    const struct limit *limit, struct err *err)
{
	*c = (struct client_certificate){0};
	int rc = load_chain(c, cert, limit, err);
	if (rc == 0)
		rc = load_key(c, key ? key : cert, key ? "client-key" : "client-cert", limit, err);
	if (rc == 0)
		rc = check_pair(c, err);
	if (rc)
		client_certificate_free(c);
	return rc;
}

/* ---- the handshake ---- */

/* gnutls_certificate_retrieve_function3: nothing of it is the session's to free. */
static int show(gnutls_session_t session, const struct gnutls_cert_retr_st *info,
		gnutls_pcert_st **chain_r, unsigned int *count_r, gnutls_ocsp_data_st **ocsp_r,
		unsigned int *ocsp_count_r, gnutls_privkey_t *key_r, unsigned int *flags_r)
{
	const struct client_certificate *c = gnutls_session_get_ptr(session);

	(void)info;
	*chain_r = (gnutls_pcert_st *)(uintptr_t)c->chain;
	*count_r = c->count;
	*ocsp_r = NULL;
	*ocsp_count_r = 0;
	*key_r = c->key;
	*flags_r = 0;
	return 0;
}

void client_certificate_use(const struct client_certificate *c, gnutls_session_t session,
			    gnutls_certificate_credentials_t credentials)
{
	gnutls_session_set_ptr(session, (void *)(uintptr_t)c);
	gnutls_certificate_set_retrieve_function3(credentials, show);
}

void client_certificate_free(struct client_certificate *c)
{
	for (unsigned int i = 0; i < c->count; i++)
		gnutls_pcert_deinit(&c->chain[i]);
	if (c->key)
		gnutls_privkey_deinit(c->key);
	*c = (struct client_certificate){0};
}
