/* trust.c - trust anchors on demand: the bundle is indexed by subject, and only what a chain needs
 * is imported. It is not kept: to give a process memory for it takes longer than to read it.
 *
 * GnuTLS looks an anchor up by comparing encoded Names byte by byte, so an index of encoded
 * subjects finds all that it could find. Subjects in the chain count as well as issuers: a
 * certificate of the chain may itself be in the bundle, and ends the chain there. */
#include "config.h"

#include "net/trust.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <gnutls/x509.h>

#include "base/file.h"
#include "base/span.h"
#include "base/xalloc.h"

enum { BUNDLE_MAX = 8 << 20, PIECE = 16384 };

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

/* What each character stands for in each place of a group of four, or NOT_BASE64: for line ends,
 * the padding and all else. */
struct base64_table {
	uint32_t bits[4][256];
};

enum { NOT_BASE64 = 1 << 24 };

static void make_base64_table(struct base64_table *t)
{
	static const char alphabet[] =
		"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

	for (int place = 0; place < 4; place++) {
		for (int c = 0; c < 256; c++)
			t->bits[place][c] = NOT_BASE64;
		for (uint32_t i = 0; i < 64; i++)
			t->bits[place][(unsigned char)alphabet[i]] = i << (18 - 6 * place);
	}
}

/* One group of four whose characters stand apart: line ends between them (lines may have any
 * length, and blanks at their end). Returns its bits, or NOT_BASE64 at the padding, or at what does
 * not belong there: the dashes of the end line at last. */
static uint32_t gather_group(const unsigned char **at, const struct base64_table *t)
{
	uint32_t bits = 0;

	for (int n = 0; n < 4; ++*at) {
		uint32_t more = t->bits[n][**at];
		if (more != NOT_BASE64) {
			bits |= more;
			n++;
		} else if (!memchr("\n\r \t", **at, 4)) {
			return NOT_BASE64;
		}
	}
	return bits;
}

/* Decode up to count groups from *at on. Returns the end of the bytes. */
static unsigned char *decode_groups(const unsigned char **at, const struct base64_table *t,
				    int count, unsigned char *to)
{
	for (const unsigned char *p = *at; count; count--, *at = p) {
		uint32_t bits =
			t->bits[0][p[0]] | t->bits[1][p[1]] | t->bits[2][p[2]] | t->bits[3][p[3]];
		p += 4;
		if (bits & NOT_BASE64) { /* few groups do not stand together */
			bits = gather_group(at, t);
			if (bits & NOT_BASE64)
				break;
			p = *at;
		}
		*to++ = (unsigned char)(bits >> 16);
		*to++ = (unsigned char)(bits >> 8);
		*to++ = (unsigned char)bits;
	}
	return to;
}

/* Decode as much as tells the subject, into room for all of the certificate. The base64 stands
 * before an end line. Returns 0, or -1: it is no certificate. */
static int decode_subject(const char *base64, const struct base64_table *t, unsigned char *room,
			  gnutls_datum_t *subject_r)
{
	enum { FIRST = 80, MORE = 24 }; /* groups: half of all subjects end within 240 bytes */
	const unsigned char *at = (const unsigned char *)base64;
	unsigned char *end = room, *before = NULL;
	gnutls_datum_t issuer;

	for (int count = FIRST; end != before; count = MORE) {
		before = end;
		end = decode_groups(&at, t, count, end);
		gnutls_datum_t der = {room, (unsigned int)(end - room)};
		if (trust_parse_names(&der, subject_r, &issuer) == 0)
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

/* ---- the bundle ---- */

/* The next block of certificates from *at on: *base64_r is what stands between its lines, its end
 * goes to *at. A block that breaks off where the next one begins is passed over. Returns false if
 * there is none; what comes behind *at may be the start of one. */
static bool next_block(const char **at, const char *end, struct span *base64_r)
{
	static const char begins[] = "-----BEGIN ", ends[] = "-----END ";
	const size_t begins_len = sizeof(begins) - 1, ends_len = sizeof(ends) - 1;
	const char *begin, *body, *after;

	while ((begin = memmem(*at, (size_t)(end - *at), begins, begins_len))) {
		const char *label = begin + begins_len;
		*at = begin;
		body = memchr(label, '\n', (size_t)(end - label));
		after = body ? memchr(body, '-', (size_t)(end - body)) : NULL; /* base64 has none */
		if (!after || (size_t)(end - after) < begins_len)
			return false;
		*at = after;
		if (!memcmp(after, ends, ends_len) &&
		    is_certificate_label(label, (size_t)(body - label))) {
			*base64_r = (struct span){body + 1, (size_t)(after - body - 1)};
			return true;
		}
		*at += memcmp(after, begins, begins_len) ? 1 : 0;
	}
	*at = (size_t)(end - *at) < begins_len ? *at : end - begins_len + 1;
	return false;
}

/* Tells Names apart: what has the same hash by chance is imported, and no issuer of anything. */
static uint64_t hash_name(const gnutls_datum_t *name)
{
	uint64_t hash = name->size, word = 0;

	for (size_t i = 0; i < name->size; i += sizeof(word)) {
		size_t left = name->size - i;
		memcpy(&word, name->data + i, left < sizeof(word) ? left : sizeof(word));
		hash = (hash ^ word) * 0x9e3779b97f4a7c15;
		hash ^= hash >> 32;
	}
	return hash;
}

static void add_to_index(struct trust *t, const gnutls_datum_t *subject, size_t at, size_t len)
{
	if (t->count == t->room) {
		t->room = t->room ? 2 * t->room : 256;
		t->anchor = xreallocarray(t->anchor, t->room, sizeof(*t->anchor));
	}
	t->anchor[t->count++] = (struct trust_anchor){at, len, hash_name(subject)};
}

/* What is being read: a window moves over the file, which is cheaper than memory for all of it. */
struct scan {
	struct buf window;
	size_t start;    /* of the window in the file */
	struct buf room; /* for a certificate */
	struct base64_table base64;
};

/* Index the blocks that are whole, and move the window on. */
static void index_window(struct trust *t, struct scan *s)
{
	const char *at = s->window.data, *end = at + s->window.len;
	struct span base64;
	gnutls_datum_t subject;

	buf_reserve(&s->room, s->window.len);
	while (next_block(&at, end, &base64))
		if (!decode_subject(base64.at, &s->base64, (unsigned char *)s->room.data, &subject))
			add_to_index(t, &subject, s->start + (size_t)(base64.at - s->window.data),
				     base64.len);
	size_t done = (size_t)(at - s->window.data);
	if (!t->open)
		buf_append(&t->text, s->window.data, done);
	buf_consume(&s->window, done);
	s->start += done;
}

static int scan_file(struct trust *t, struct scan *s, struct file *f, struct err *err)
{
	ssize_t n;

	do {
		/* what is left over is part of a block; a long one is not looked at too often */
		size_t size = PIECE + s->window.len;
		buf_reserve(&s->window, size);
		n = file_read(f, s->window.data + s->window.len, size, err);
		if (n < 0 || file_refuse_larger(f, BUNDLE_MAX, err))
			return -1;
		s->window.len += (size_t)n;
		if (!s->start &&
		    file_refuse_utf16(f->kind, f->path, s->window.data, s->window.len, err))
			return -1;
		index_window(t, s);
	} while (n);
	return 0;
}

int trust_load(struct trust *t, const char *path, const struct limit *limit, struct err *err)
{
	struct scan scan = {.window = BUF_INIT(2 * BUNDLE_MAX + PIECE),
			    .room = BUF_INIT(2 * BUNDLE_MAX + PIECE)};
	struct file f;

	*t = (struct trust){.text = BUF_INIT(BUNDLE_MAX)};
	if (file_open(&f, "CA file ", path, limit, err))
		return -1;
	t->open = f.at_hand;
	t->fd = f.fd;
	buf_reserve(&scan.window, 2 * PIECE); /* for as much as comes of usual files: to grow */
	buf_reserve(&scan.room, 2 * PIECE);   /* means to copy */
	make_base64_table(&scan.base64);
	int rc = scan_file(t, &scan, &f, err);
	if (!t->open)
		file_close(&f);
	buf_free(&scan.window);
	buf_free(&scan.room);
	if (!rc && !t->count)
		rc = err_set(err, ERR_USAGE, "CA file %s holds no certificate in PEM form", path);
	if (rc)
		trust_free(t);
	return rc;
}

const char *trust_default_path(void)
{
	return CA_BUNDLE;
}

/* ---- anchors ---- */

/* The subjects and issuers of a chain, by their hashes. Returns how many there are in *name_r,
 * which the caller frees. */
static size_t list_names(const gnutls_datum_t *chain, unsigned int chain_len, uint64_t **name_r)
{
	uint64_t *name = xmalloc(2 * chain_len * sizeof(*name) + 1);
	size_t count = 0;

	for (unsigned int i = 0; i < chain_len; i++) {
		gnutls_datum_t subject, issuer;
		if (trust_parse_names(&chain[i], &subject, &issuer))
			continue;
		name[count++] = hash_name(&subject);
		name[count++] = hash_name(&issuer);
	}
	*name_r = name;
	return count;
}

static bool is_named(const uint64_t *name, size_t count, uint64_t wanted)
{
	for (size_t i = 0; i < count; i++)
		if (name[i] == wanted)
			return true;
	return false;
}

/* What stands in the bundle there, to be freed; NULL if it does no longer. */
static char *read_text(const struct trust *t, const struct trust_anchor *a)
{
	char *text = xmalloc(a->len);

	if (!t->open) {
		memcpy(text, t->text.data + a->at, a->len);
	} else if (pread(t->fd, text, a->len, (off_t)a->at) != (ssize_t)a->len) {
		free(text);
		return NULL;
	}
	return text;
}

/* Returns 1, or a negative GnuTLS error. */
static int add_anchor(const struct trust *t, const struct trust_anchor *a,
		      gnutls_certificate_credentials_t credentials)
{
	char *text = read_text(t, a);
	gnutls_datum_t base64 = {(unsigned char *)text, (unsigned int)a->len}, der;

	if (!text)
		return GNUTLS_E_FILE_ERROR;
	int rc = gnutls_base64_decode2(&base64, &der);
	free(text);
	if (rc < 0)
		return rc;
	rc = gnutls_certificate_set_x509_trust_mem(credentials, &der, GNUTLS_X509_FMT_DER);
	gnutls_free(der.data);
	return rc;
}

int trust_add_anchors(const struct trust *t, const gnutls_datum_t *chain, unsigned int chain_len,
		      gnutls_certificate_credentials_t credentials)
{
	uint64_t *name;
	size_t names = list_names(chain, chain_len, &name);
	int count = 0;

	for (size_t i = 0; i < t->count; i++)
		if (is_named(name, names, t->anchor[i].subject))
			count += add_anchor(t, &t->anchor[i], credentials) > 0;
	free(name);
	return count;
}

void trust_free(struct trust *t)
{
	if (t->open)
		close(t->fd);
	free(t->anchor);
	buf_free(&t->text);
	*t = (struct trust){0};
}
