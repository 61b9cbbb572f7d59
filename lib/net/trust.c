/* trust.c - trust anchors on demand: the bundle is indexed by subject, and only what a chain needs
 * is imported.
 *
 * GnuTLS looks an anchor up by comparing encoded Names byte by byte, so an index of encoded
 * subjects finds all that it could find. Subjects in the chain count as well as issuers: a
 * certificate of the chain may itself be in the bundle, and ends the chain there. */
#include "config.h"

#include "net/trust.h"

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include <gnutls/x509.h>

#include "base/xalloc.h"
#include "base/text.h"

/* bytes that hold the subjects of nearly all certificates */
enum { HEAD_SIZE = 448 };

enum {
	DER_INTEGER = 0x02,
	DER_SEQUENCE = 0x30,
	DER_VERSION = 0xa0, /* [0] */
};

struct der {
	unsigned char *at, *end;
};

/* Step over one element; its whole encoding goes to *element_r. With inside, step into it instead,
 * and do not ask that all of it is there. Lengths of indefinite form are not DER. */
static int der_next(struct der *d, unsigned char tag, bool inside, gnutls_datum_t *element_r)
{
	unsigned char *p = d->at;
	size_t len;

	if (d->end - p < 2 || *p++ != tag)
		return -1;
	len = *p++;
	if (len & 0x80) {
		unsigned int bytes = len & 0x7f;
		if (bytes < 1 || bytes > 3 || d->end - p < (long)bytes)
			return -1;
		for (len = 0; bytes; bytes--)
			len = len << 8 | *p++;
	}
	if (inside) {
		d->at = p;
		return 0;
	}
	if ((size_t)(d->end - p) < len)
		return -1;
	if (element_r)
		*element_r = (gnutls_datum_t){d->at, (unsigned int)(p + len - d->at)};
	d->at = p + len;
	return 0;
}

int trust_parse_names(const gnutls_datum_t *der, gnutls_datum_t *subject_r,
		      gnutls_datum_t *issuer_r)
{
	if (!der->size)
		return -1;
	struct der d = {der->data, der->data + der->size};
	if (der_next(&d, DER_SEQUENCE, true, NULL) || der_next(&d, DER_SEQUENCE, true, NULL))
		return -1;
	if (d.at < d.end && *d.at == DER_VERSION && der_next(&d, DER_VERSION, false, NULL))
		return -1;
	if (der_next(&d, DER_INTEGER, false, NULL) ||  /* serialNumber */
	    der_next(&d, DER_SEQUENCE, false, NULL) || /* signature */
	    der_next(&d, DER_SEQUENCE, false, issuer_r) ||
	    der_next(&d, DER_SEQUENCE, false, NULL) || /* validity */
	    der_next(&d, DER_SEQUENCE, false, subject_r))
		return -1;
	return 0;
}

/* The value of a base64 character, or NOT_BASE64: for line ends, the padding and all else. */
enum { NOT_BASE64 = 0x40 };

static void make_base64_table(unsigned char value[256])
{
	static const char alphabet[] =
		"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

	memset(value, NOT_BASE64, 256);
	for (unsigned char i = 0; i < 64; i++)
		value[(unsigned char)alphabet[i]] = i;
}

/* One group of four whose characters stand apart: line ends between them (lines may have any
 * length, and blanks at their end). 0, or -1 at the padding, the end, or what does not belong
 * there. */
static int gather_group(const unsigned char value[256], const unsigned char **at,
			const unsigned char *end, unsigned int group[4])
{
	for (int n = 0; n < 4; (*at)++) {
		if (*at == end)
			return -1;
		unsigned int v = value[**at];
		if (v != NOT_BASE64)
			group[n++] = v;
		else if (!memchr("\n\r \t", **at, 4))
			return -1;
	}
	return 0;
}

static void put_group(unsigned char *to, unsigned int a, unsigned int b, unsigned int c,
		      unsigned int d)
{
	to[0] = (unsigned char)(a << 2 | b >> 4);
	to[1] = (unsigned char)(b << 4 | c >> 2);
	to[2] = (unsigned char)(c << 6 | d);
}

/* Decode whole groups of base64 up to size bytes, the padding, or what does not belong there.
 * GnuTLS's decoder would take a quarter of a whole check's time for this. It serves the index
 * alone: what it gets wrong is not found, and what is found is decoded and read by GnuTLS. */
static size_t decode_head(const unsigned char value[256], const gnutls_datum_t *base64,
			  unsigned char *head, size_t size)
{
	const unsigned char *p = base64->data, *end = p + base64->size;
	size_t len = 0;

	while (end - p >= 4 && len + 3 <= size) {
		unsigned int a = value[p[0]], b = value[p[1]], c = value[p[2]], d = value[p[3]],
			     g[4];
		if (((a | b | c | d) & NOT_BASE64) == 0) {
			put_group(head + len, a, b, c, d);
			p += 4;
		} else if (!gather_group(value, &p, end, g)) {
			put_group(head + len, g[0], g[1], g[2], g[3]);
		} else {
			break;
		}
		len += 3;
	}
	return len;
}

static int decode_subject(struct trust_anchor *a, const unsigned char value[256],
			  unsigned char *head, size_t size)
{
	gnutls_datum_t der = {head, (unsigned int)decode_head(value, &a->base64, head, size)};
	gnutls_datum_t subject, issuer;

	if (trust_parse_names(&der, &subject, &issuer))
		return -1;
	a->subject = (gnutls_datum_t){xmalloc(subject.size), subject.size};
	memcpy(a->subject.data, subject.data, subject.size);
	return 0;
}

static int index_certificate(struct trust_anchor *a, const unsigned char value[256])
{
	unsigned char head[HEAD_SIZE];

	if (!decode_subject(a, value, head, sizeof(head)))
		return 0;
	unsigned char *whole = xmalloc(a->base64.size);
	int rc = decode_subject(a, value, whole, a->base64.size);
	free(whole);
	return rc;
}

/* Whether what follows "-----BEGIN " on its line says that a certificate comes. */
static bool is_certificate_label(const char *label, size_t len)
{
	static const char *const labels[] = {"CERTIFICATE-----", "X509 CERTIFICATE-----"};

	while (len && (label[len - 1] == '\r' || label[len - 1] == ' ' || label[len - 1] == '\t'))
		len--;
	for (size_t i = 0; i < sizeof(labels) / sizeof(labels[0]); i++)
		if (len == strlen(labels[i]) && !memcmp(label, labels[i], len))
			return true;
	return false;
}

/* The next block of certificates from *at on: *base64_r is what stands between its lines. A block
 * that breaks off where the next one begins is passed over. */
static bool next_block(const char **at, gnutls_datum_t *base64_r)
{
	static const char begin[] = "-----BEGIN ", end[] = "-----END ";

	for (;;) {
		const char *label = strstr(*at, begin);
		if (!label)
			return false;
		label += sizeof(begin) - 1;
		const char *body = strchr(label, '\n');
		const char *after = body ? strchr(body, '-') : NULL; /* base64 has none */
		if (!after)
			return false;
		*at = after;
		if (strncmp(after, end, sizeof(end) - 1)) {
			*at += strncmp(after, begin, sizeof(begin) - 1) ? 1 : 0;
			continue;
		}
		if (is_certificate_label(label, (size_t)(body - label))) {
			/* GnuTLS reads through const data only */
			*base64_r = (gnutls_datum_t){(unsigned char *)(uintptr_t)(body + 1),
						     (unsigned int)(after - body - 1)};
			return true;
		}
	}
}

int trust_load(struct trust *t, const char *path, struct err *err)
{
	gnutls_datum_t base64;
	unsigned char value[256];
	size_t room = 0;

	errno = 0;
	if (gnutls_load_file(path, &t->bundle) < 0)
		return err_set(err, ERR_USAGE, "cannot read CA file %s: %s", path,
			       errno ? text_errno(errno) : "not a readable file");
	make_base64_table(value);
	/* gnutls_load_file puts a NUL behind the data */
	for (const char *at = (const char *)t->bundle.data; next_block(&at, &base64);) {
		if (t->count == room) {
			room = room ? 2 * room : 256;
			t->anchor = xreallocarray(t->anchor, room, sizeof(*t->anchor));
		}
		t->anchor[t->count] = (struct trust_anchor){.base64 = base64};
		if (!index_certificate(&t->anchor[t->count], value))
			t->count++;
	}
	if (!t->count) {
		trust_free(t);
		return err_set(err, ERR_USAGE, "CA file %s holds no certificate in PEM form", path);
	}
	return 0;
}

const char *trust_default_path(void)
{
	return CA_BUNDLE;
}

static bool same_name(const gnutls_datum_t *a, const gnutls_datum_t *b)
{
	return a->size == b->size && !memcmp(a->data, b->data, a->size);
}

static bool chain_names(const gnutls_datum_t *chain, unsigned int chain_len,
			const gnutls_datum_t *name)
{
	for (unsigned int i = 0; i < chain_len; i++) {
		gnutls_datum_t subject, issuer;
		if (!trust_parse_names(&chain[i], &subject, &issuer) &&
		    (same_name(&issuer, name) || same_name(&subject, name)))
			return true;
	}
	return false;
}

static int import(const struct trust_anchor *a, gnutls_x509_crt_t *crt_r)
{
	gnutls_datum_t der;
	int rc = gnutls_base64_decode2(&a->base64, &der);

	if (rc < 0)
		return rc;
	rc = gnutls_x509_crt_init(crt_r);
	if (rc == 0 && (rc = gnutls_x509_crt_import(*crt_r, &der, GNUTLS_X509_FMT_DER)) < 0)
		gnutls_x509_crt_deinit(*crt_r);
	gnutls_free(der.data);
	return rc;
}

int trust_add_anchors(const struct trust *t, const gnutls_datum_t *chain, unsigned int chain_len,
		      gnutls_certificate_credentials_t credentials)
{
	gnutls_x509_crt_t *crt = NULL;
	size_t count = 0, room = 0;

	for (size_t i = 0; i < t->count; i++) {
		if (!chain_names(chain, chain_len, &t->anchor[i].subject))
			continue;
		if (count == room) {
			room = room ? 2 * room : 4;
			crt = xreallocarray(crt, room, sizeof(crt[0]));
		}
		if (import(&t->anchor[i], &crt[count]) == 0)
			count++;
	}
	int rc = count ? gnutls_certificate_set_x509_trust(credentials, crt, (int)count) : 0;
	for (size_t i = 0; i < count; i++) /* set_x509_trust has made its own copies */
		gnutls_x509_crt_deinit(crt[i]);
	free(crt);
	return rc;
}

void trust_free(struct trust *t)
{
	for (size_t i = 0; i < t->count; i++)
		free(t->anchor[i].subject.data);
	free(t->anchor);
	gnutls_free(t->bundle.data);
	*t = (struct trust){0};
}
