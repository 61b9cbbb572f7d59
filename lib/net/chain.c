/* chain.c - the certificates that a server has sent, and which of them is to blame */
#include "net/chain.h"

#include <arpa/inet.h>
#include <stdio.h>

#include "base/span.h"
#include "net/net_hint.h"

enum { SAN_SIZE = 128, SANS_SHOWN = 64 };

void chain_read(struct chain *c, const gnutls_datum_t *der, unsigned int count)
{
	*c = (struct chain){0};
	while (c->count < count && c->count < CHAIN_MAX) {
		gnutls_x509_crt_t *crt = &c->crt[c->count];
		if (gnutls_x509_crt_init(crt) < 0)
			return;
		if (gnutls_x509_crt_import(*crt, &der[c->count], GNUTLS_X509_FMT_DER) < 0) {
			gnutls_x509_crt_deinit(*crt);
			return;
		}
		c->count++;
	}
}

void chain_free(struct chain *c)
{
	for (unsigned int i = 0; i < c->count; i++)
		gnutls_x509_crt_deinit(c->crt[i]);
	c->count = 0;
}

void chain_format_date(time_t when, char date[CHAIN_DATE_SIZE])
{
	struct tm tm;

	if (!gmtime_r(&when, &tm) || !strftime(date, CHAIN_DATE_SIZE, "%Y-%m-%d", &tm))
		snprintf(date, CHAIN_DATE_SIZE, "?");
}

/* GnuTLS says -1, which is a date, too. */
static time_t date_of(time_t date)
{
	return date == (time_t)-1 ? 0 : date;
}

time_t chain_start_of(gnutls_x509_crt_t crt)
{
	return date_of(gnutls_x509_crt_get_activation_time(crt));
}

time_t chain_end_of(gnutls_x509_crt_t crt)
{
	return date_of(gnutls_x509_crt_get_expiration_time(crt));
}

const char *chain_subject(gnutls_x509_crt_t crt, char name[CHAIN_NAME_SIZE])
{
	size_t size = CHAIN_NAME_SIZE;

	if (gnutls_x509_crt_get_dn(crt, name, &size) < 0 || !*name)
		snprintf(name, CHAIN_NAME_SIZE, "one without a name");
	return name;
}

const char *chain_issuer(gnutls_x509_crt_t crt, char name[CHAIN_NAME_SIZE])
{
	size_t size = CHAIN_NAME_SIZE;

	if (gnutls_x509_crt_get_issuer_dn(crt, name, &size) < 0 || !*name)
		snprintf(name, CHAIN_NAME_SIZE, "unknown");
	return name;
}

/* The alternative name number i for people, or "" if it is none of a host or too long to show.
 * Returns 0, or -1 when there are no more. */
static int san_text(gnutls_x509_crt_t leaf, unsigned int i, char text[SAN_SIZE])
{
	char san[SAN_SIZE] = "";
	size_t size = sizeof(san) - 1;
	int type = gnutls_x509_crt_get_subject_alt_name(leaf, i, san, &size, NULL);

	text[0] = '\0';
	if (type == GNUTLS_SAN_DNSNAME)
		snprintf(text, SAN_SIZE, "%s", san);
	else if (type == GNUTLS_SAN_IPADDRESS && (size == 4 || size == 16))
		inet_ntop(size == 4 ? AF_INET : AF_INET6, san, text, SAN_SIZE);
	return type < 0 && type != GNUTLS_E_SHORT_MEMORY_BUFFER ? -1 : 0;
}

bool chain_hosts(gnutls_x509_crt_t crt, struct buf *out)
{
	char san[SAN_SIZE];
	bool all = true;

	for (unsigned int i = 0; all && i < SANS_SHOWN && !san_text(crt, i, san); i++)
		if (san[0])
			all = !buf_printf(out, "%s%s", out->len ? ", " : "", san);
	return all;
}

static bool is_self_signed(gnutls_x509_crt_t crt)
{
	return gnutls_x509_crt_check_issuer(crt, crt) != 0;
}

static bool calls_itself_root(const char *name)
{
	return span_contains(span_of(name), "root");
}

/* The last one's issuer is not known: that of a leaf that comes alone is more often than not one
 * that was to be sent with it, unless its name says otherwise. */
void chain_blame_issuer(const struct chain *c, struct err *err)
{
	char name[CHAIN_NAME_SIZE];

	if (!c->count) {
		err_set(err, ERR_CERTIFICATE, "certificate's issuer is not trusted");
	} else if (is_self_signed(c->crt[0])) {
		err_set(err, ERR_CERTIFICATE, "certificate is self-signed and not trusted: %s",
			chain_subject(c->crt[0], name));
		err_advise(err, &net_hints[CERT_SELF_SIGNED]);
	} else {
		chain_issuer(c->crt[c->count - 1], name);
		bool alone = c->count == 1 && !calls_itself_root(name);
		err_set(err, ERR_CERTIFICATE, "%s: %s",
			alone ? "intermediate not sent" : "root not trusted", name);
		err_advise(err, &net_hints[alone ? CERT_NO_INTERMEDIATE : CERT_ROOT]);
	}
}

static void blame_end(gnutls_x509_crt_t crt, bool is_leaf, time_t now, struct err *err)
{
	char name[CHAIN_NAME_SIZE], date[CHAIN_DATE_SIZE];
	time_t end = chain_end_of(crt);
	const char *whose = is_leaf ? "certificate" : chain_subject(crt, name);

	if (!end) {
		err_set(err, ERR_CERTIFICATE, "%s has an end date that cannot be read", whose);
	} else if (end < now) {
		int days = (int)((now - end) / 86400);
		chain_format_date(end, date);
		err_set(err, ERR_CERTIFICATE, "%s %sexpired %d day%s ago (%s)", whose,
			is_leaf ? "" : "has ", days, days == 1 ? "" : "s", date);
	}
}

/* What was not sent is a trusted CA. */
void chain_blame_expired(const struct chain *c, struct err *err)
{
	time_t now = time(NULL);
	char name[CHAIN_NAME_SIZE] = "a CA";

	for (unsigned int i = 0; i < c->count; i++)
		blame_end(c->crt[i], i == 0, now, err);
	if (c->count)
		chain_issuer(c->crt[c->count - 1], name);
	err_set(err, ERR_CERTIFICATE, "%s has expired", name);
	err_advise(err, &net_hints[CERT_EXPIRED]);
}

static bool blame_key(gnutls_x509_crt_t crt, struct err *err)
{
	char name[CHAIN_NAME_SIZE];
	unsigned int bits = 0;
	int algorithm = gnutls_x509_crt_get_pk_algorithm(crt, &bits);

	if (algorithm < 0 ||
	    gnutls_pk_bits_to_sec_param(algorithm, bits) >= GNUTLS_SEC_PARAM_MEDIUM)
		return false;
	err_set(err, ERR_CERTIFICATE, "%s %u of %s is too weak a key",
		gnutls_pk_get_name(algorithm), bits, chain_subject(crt, name));
	return true;
}

/* Nobody looks at the signature by which a root has signed itself. */
static bool blame_signature(gnutls_x509_crt_t crt, struct err *err)
{
	char name[CHAIN_NAME_SIZE];
	int algorithm = gnutls_x509_crt_get_signature_algorithm(crt);

	if (algorithm < 0 || is_self_signed(crt) ||
	    gnutls_sign_is_secure2(algorithm, GNUTLS_SIGN_FLAG_SECURE_FOR_CERTS))
		return false;
	err_set(err, ERR_CERTIFICATE, "%s of %s is too weak a signature",
		gnutls_sign_get_name(algorithm), chain_subject(crt, name));
	return true;
}

void chain_blame_weak(const struct chain *c, struct err *err)
{
	bool found = false;

	for (unsigned int i = 0; i < c->count && !found; i++)
		found = blame_key(c->crt[i], err) || blame_signature(c->crt[i], err);
	err_set(err, ERR_CERTIFICATE, "certificate chain has too weak a key or signature");
	err_advise(err, &net_hints[CERT_WEAK]);
}

void chain_blame_no_ca(const struct chain *c, struct err *err)
{
	char name[CHAIN_NAME_SIZE] = "its issuer";

	for (unsigned int i = c->count; i-- > 1;)
		if (gnutls_x509_crt_get_ca_status(c->crt[i], NULL) <= 0)
			chain_subject(c->crt[i], name);
	err_set(err, ERR_CERTIFICATE, "certificate was issued by one that is not a CA: %s", name);
	err_advise(err, &net_hints[CERT_NO_CA]);
}

/* The CA may have no CAs, or not so many, below it (RFC 5280 section 4.2.1.9). */
static bool blame_path_length(gnutls_x509_crt_t ca, int below, struct err *err)
{
	char name[CHAIN_NAME_SIZE];
	unsigned int is_ca = 0;
	int most = -1;

	if (gnutls_x509_crt_get_basic_constraints(ca, NULL, &is_ca, &most) < 0 || most < 0 ||
	    below <= most)
		return false;
	err_set(err, ERR_CERTIFICATE, "path length of %s allows %s below it",
		chain_subject(ca, name), most ? "not so many CAs" : "no CA");
	return true;
}

/* Section 4.2.1.10. */
static bool blame_name_constraints(gnutls_x509_crt_t ca, gnutls_x509_crt_t leaf, struct err *err)
{
	gnutls_x509_name_constraints_t names;
	char name[CHAIN_NAME_SIZE];

	if (gnutls_x509_name_constraints_init(&names) < 0)
		return false;
	bool excluded =
		gnutls_x509_crt_get_name_constraints(ca, names, 0, NULL) >= 0 &&
		(!gnutls_x509_name_constraints_check_crt(names, GNUTLS_SAN_DNSNAME, leaf) ||
		 !gnutls_x509_name_constraints_check_crt(names, GNUTLS_SAN_IPADDRESS, leaf));
	gnutls_x509_name_constraints_deinit(names);
	if (excluded)
		err_set(err, ERR_CERTIFICATE, "name constraints of %s exclude this name",
			chain_subject(ca, name));
	return excluded;
}

void chain_blame_constraints(const struct chain *c, struct err *err)
{
	bool found = false;

	for (unsigned int i = 1; i < c->count && !found; i++)
		found = blame_path_length(c->crt[i], (int)i - 1, err) ||
			blame_name_constraints(c->crt[i], c->crt[0], err);
	err_set(err, ERR_CERTIFICATE,
		"a CA of the chain may not issue it (name constraints or path length)");
	err_advise(err, &net_hints[CERT_CONSTRAINTS]);
}
