/* trust.c - trust anchors on demand: the bundle is indexed by subject, and only what a chain needs
 * is imported.
 *
 * GnuTLS looks an anchor up by comparing encoded Names byte by byte, so an index of encoded
 * subjects finds all that it could find. Subjects in the chain count as well as issuers: a
 * certificate of the chain may itself be in the bundle, and ends the chain there. */
#include "config.h"

#include "net/trust.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include <gnutls/x509.h>

#include "base/file.h"
#include "base/xalloc.h"

enum { BUNDLE_MAX = 8 << 20 };

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

/* ---- base64, for the index alone: what it gets wrong is not found, and what is found is decoded
 * and read by GnuTLS, whose own decoder would take a quarter of a whole check's time here. ---- */

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

/* A certificate that is being decoded. */
struct head {
	const unsigned char *at, *end; /* base64 that is yet to come */
	unsigned char *bytes;          /* with room for all that it can become */
	size_t len;
};

/* One group of four whose characters stand apart: line ends between them (lines may have any
 * length, and blanks at their end). Returns the bits, or -1 at the padding, the end, or what does
 * not belong there. */
static int32_t gather_group(struct head *h, const unsigned char value[256])
{
	int32_t bits = 0;

	for (int n = 0; n < 4; h->at++) {
		if (h->at == h->end)
			return -1;
		unsigned int v = value[*h->at];
		if (v != NOT_BASE64) {
			bits = bits << 6 | (int32_t)v;
			n++;
		} else if (!memchr("\n\r \t", *h->at, 4)) {
			return -1;
		}
	}
	return bits;
}

static unsigned char *put_group(unsigned char *to, uint32_t bits)
{
	*to++ = (unsigned char)(bits >> 16);
	*to++ = (unsigned char)(bits >> 8);
	*to++ = (unsigned char)bits;
	return to;
}

/* Groups that stand together, at most count; returns how many are left. */
static int decode_run(struct head *h, const unsigned char value[256], int count)
{
	const unsigned char *p = h->at, *end = h->end;
	unsigned char *to = h->bytes + h->len;

	for (; count && end - p >= 4; count--, p += 4) {
		uint32_t a = value[p[0]], b = value[p[1]], c = value[p[2]], d = value[p[3]];
		if ((a | b | c | d) & NOT_BASE64)
			break;
		to = put_group(to, a << 18 | b << 12 | c << 6 | d);
	}
	h->len = (size_t)(to - h->bytes);
	h->at = p;
	return count;
}

/* Decode up to count groups more. Returns false when there is no more. */
static bool decode_more(struct head *h, const unsigned char value[256], int count)
{
	size_t before = h->len;

	while ((count = decode_run(h, value, count))) {
		int32_t bits = gather_group(h, value);
		if (bits < 0)
			break;
		put_group(h->bytes + h->len, (uint32_t)bits);
		h->len += 3;
		count--;
	}
	return h->len > before;
}

/* Decode as much as tells the subject. The bytes of room hold what the largest block becomes. */
static int index_certificate(struct trust_anchor *a, const unsigned char value[256],
			     unsigned char *room)
{
	enum { FIRST = 64, MORE = 16 }; /* groups: subjects seldom end within the first 192 bytes */
	struct head h = {a->base64.data, a->base64.data + a->base64.size, room, 0};
	gnutls_datum_t subject, issuer;

	for (int count = FIRST; decode_more(&h, value, count); count = MORE) {
		gnutls_datum_t der = {h.bytes, (unsigned int)h.len};
		if (trust_parse_names(&der, &subject, &issuer))
			continue;
		a->subject = (gnutls_datum_t){xmalloc(subject.size), subject.size};
		memcpy(a->subject.data, subject.data, subject.size);
		return 0;
	}
	return -1;
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

static void index_bundle(struct trust *t)
{
	unsigned char value[256];
	unsigned char *decoded = xmalloc(t->bundle.len + 1);
	gnutls_datum_t base64;
	size_t room = 0;

	make_base64_table(value);
	for (const char *at = buf_str(&t->bundle); next_block(&at, &base64);) {
		if (t->count == room) {
			room = room ? 2 * room : 256;
			t->anchor = xreallocarray(t->anchor, room, sizeof(*t->anchor));
		}
		t->anchor[t->count] = (struct trust_anchor){.base64 = base64};
		if (!index_certificate(&t->anchor[t->count], value, decoded))
			t->count++;
	}
	free(decoded);
}

int trust_load(struct trust *t, const char *path, const struct limit *limit, struct err *err)
{
	if (file_read_all(&t->bundle, BUNDLE_MAX, 0, "CA file ", path, limit, err)) {
		trust_free(t);
		return -1;
	}
	index_bundle(t);
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

/* The subjects and issuers of a chain. Returns how many there are in *name_r, which the caller
 * frees. */
static size_t list_names(const gnutls_datum_t *chain, unsigned int chain_len,
			 gnutls_datum_t **name_r)
{
	gnutls_datum_t *name = xmalloc(2 * chain_len * sizeof(*name) + 1);
	size_t count = 0;

	for (unsigned int i = 0; i < chain_len; i++)
		if (!trust_parse_names(&chain[i], &name[count], &name[count + 1]))
			count += 2;
	*name_r = name;
	return count;
}

static bool is_named(const gnutls_datum_t *name, size_t count, const gnutls_datum_t *wanted)
{
	for (size_t i = 0; i < count; i++)
		if (same_name(&name[i], wanted))
			return true;
	return false;
}

/* Returns 1, or a negative GnuTLS error. */
static int add_anchor(const struct trust_anchor *a, gnutls_certificate_credentials_t credentials)
{
	gnutls_datum_t der;
	int rc = gnutls_base64_decode2(&a->base64, &der);

	if (rc < 0)
		return rc;
	rc = gnutls_certificate_set_x509_trust_mem(credentials, &der, GNUTLS_X509_FMT_DER);
	gnutls_free(der.data);
	return rc;
}

int trust_add_anchors(const struct trust *t, const gnutls_datum_t *chain, unsigned int chain_len,
		      gnutls_certificate_credentials_t credentials)
{
	gnutls_datum_t *name;
	size_t names = list_names(chain, chain_len, &name);
	int count = 0;

	for (size_t i = 0; i < t->count; i++)
		if (is_named(name, names, &t->anchor[i].subject))
			count += add_anchor(&t->anchor[i], credentials) > 0;
	free(name);
	return count;
}

void trust_free(struct trust *t)
{
	for (size_t i = 0; i < t->count; i++)
		free(t->anchor[i].subject.data);
	free(t->anchor);
	buf_free(&t->bundle);
	*t = (struct trust){0};
}
