/* leaf.c - what a server's own certificate says, and the one that a file holds */
#include "net/leaf.h"

#include <stdio.h>
#include <string.h>

#include "base/buf.h"
#include "base/file.h"
#include "net/chain.h"

enum { FILE_MAX = 256 * 1024 };

/* GnuTLS's function for it encodes the certificate anew. */
static void read_fingerprint(struct leaf *leaf, gnutls_x509_crt_t crt)
{
	size_t size = sizeof(leaf->fingerprint);
	gnutls_datum_t der;

	if (gnutls_x509_crt_export2(crt, GNUTLS_X509_FMT_DER, &der) < 0)
		return;
	gnutls_fingerprint(GNUTLS_DIG_SHA256, &der, leaf->fingerprint, &size);
	gnutls_free(der.data);
}

void leaf_read(struct leaf *leaf, gnutls_x509_crt_t crt)
{
	size_t subject_size = sizeof(leaf->subject);

	*leaf = (struct leaf){.begins = chain_start_of(crt), .expires = chain_end_of(crt)};
	if (gnutls_x509_crt_get_dn(crt, leaf->subject, &subject_size) < 0)
		snprintf(leaf->subject, sizeof(leaf->subject), "(too long to show)");
	read_fingerprint(leaf, crt);
}

/* Servers want their own certificate first in a file, but not all do. */
static gnutls_x509_crt_t own_of(gnutls_x509_crt_t *crt, unsigned int count)
{
	for (unsigned int i = 0; i < count; i++)
		if (gnutls_x509_crt_get_ca_status(crt[i], NULL) <= 0)
			return crt[i];
	return crt[0];
}

static int read_pem(struct leaf *leaf, const struct buf *text)
{
	const gnutls_datum_t pem = {(unsigned char *)text->data, (unsigned int)text->len};
	gnutls_x509_crt_t *crt = NULL;
	unsigned int count = 0;

	if (gnutls_x509_crt_list_import2(&crt, &count, &pem, GNUTLS_X509_FMT_PEM, 0) < 0 || !count)
		return -1;
	leaf_read(leaf, own_of(crt, count));
	for (unsigned int i = 0; i < count; i++)
		gnutls_x509_crt_deinit(crt[i]);
	gnutls_free(crt);
	return 0;
}

int leaf_read_file(struct leaf *leaf, const char *path, const struct limit *limit, struct err *err)
{
	struct buf text = BUF_INIT(FILE_MAX);

	int rc = file_read_all(&text, FILE_MAX, 0, "", path, limit, err);
	if (rc == 0 && (!text.len || read_pem(leaf, &text)))
		rc = err_set(err, ERR_USAGE, "%s holds no certificate in PEM form", path);
	buf_wipe(&text);
	return rc;
}

enum renewal leaf_compare(const struct leaf *file, const struct leaf *served, time_t now)
{
	if (!memcmp(file->fingerprint, served->fingerprint, sizeof(file->fingerprint)))
		return RENEWAL_SERVED;
	if (!file->begins || !served->begins || file->begins == served->begins)
		return RENEWAL_ANOTHER;
	if (file->begins < served->begins)
		return RENEWAL_OUTRUN;
	return file->begins > now ? RENEWAL_NOT_YET : RENEWAL_NOT_LOADED;
}

const char *renewal_name(enum renewal renewal)
{
	static const char *const names[] = {
		[RENEWAL_UNKNOWN] = "",
		[RENEWAL_SERVED] = "served",
		[RENEWAL_NOT_LOADED] = "not_loaded",
		[RENEWAL_NOT_YET] = "not_yet",
		[RENEWAL_OUTRUN] = "outrun",
		[RENEWAL_ANOTHER] = "another",
	};

	return names[renewal];
}
