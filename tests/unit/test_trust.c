/* test_trust.c - anchors on demand come to the same verdict as a full load of the same bundle; and
 * what a bundle may look like */
#include "net/trust.h"

#include <stdio.h>
#include <string.h>
#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <gnutls/x509.h>

#include "base/buf.h"
#include "base/text.h"
#include "pki.h"
#include "tls_peer.h"
#include "unit.h"

enum { BUNDLE_MAX = 8 * 1024 * 1024, MEMBERS = 8 };

#define HOST "mail.test.example"
#define LEAF .dns = HOST

/* ---- the certificates ---- */

static struct pki_cert root, stranger, inter, good, expired, future, wrong_name, wrong_purpose,
	inter_expired, by_inter_expired, self_signed, old_root, twin, twin_old_signed, plain,
	plain_other, by_plain, by_twin, twin_other, root_expired, by_root_expired, root_renewed,
	not_ca, by_not_ca, short_ca, below_short, by_below_short, narrow_ca, by_narrow,
	by_narrow_outside, rsa_1024, rsa_1024_root, by_rsa_1024_root, sha1, sha1_root, by_sha1_root,
	sha1_inter, by_sha1_inter, v1_root, by_v1_root, long_root, by_long_root, nameless_root,
	by_nameless_root, by_stranger, inter_again, future_root, by_future_root;

static void make_chains(void)
{
	pki_issue(&root, &(struct pki_spec){.cn = "Test Root", .ca = true}, NULL);
	pki_issue(&stranger, &(struct pki_spec){.cn = "Stranger", .ca = true}, NULL);
	pki_issue(&inter, &(struct pki_spec){.cn = "Test Intermediate", .ca = true}, &root);
	/* the same key and name, signed by another root */
	pki_issue(&inter_again,
		  &(struct pki_spec){.cn = "Test Intermediate", .ca = true, .same_key = &inter},
		  &stranger);
	pki_issue(&inter_expired,
		  &(struct pki_spec){
			  .cn = "Old Intermediate", .ca = true, .from_day = -20, .to_day = -2},
		  &root);
	pki_issue(&good, &(struct pki_spec){.cn = "good", LEAF}, &inter);
	pki_issue(&expired,
		  &(struct pki_spec){.cn = "expired", LEAF, .from_day = -20, .to_day = -2}, &inter);
	pki_issue(&future, &(struct pki_spec){.cn = "future", LEAF, .from_day = 2, .to_day = 20},
		  &inter);
	pki_issue(&wrong_name, &(struct pki_spec){.cn = "wrong", .dns = "other.test.example"},
		  &inter);
	pki_issue(&wrong_purpose,
		  &(struct pki_spec){.cn = "client", LEAF, .purpose = GNUTLS_KP_TLS_WWW_CLIENT},
		  &inter);
	pki_issue(&by_inter_expired, &(struct pki_spec){.cn = "leaf", LEAF}, &inter_expired);
	pki_issue(&by_stranger, &(struct pki_spec){.cn = "leaf", LEAF}, &stranger);
	pki_issue(&self_signed, &(struct pki_spec){.cn = HOST, LEAF}, NULL);
}

static void make_roots(void)
{
	pki_issue(&old_root, &(struct pki_spec){.cn = "Old Root", .ca = true}, NULL);
	pki_issue(&twin, &(struct pki_spec){.cn = "Twin", .ca = true}, NULL);
	pki_issue(&twin_other, &(struct pki_spec){.cn = "Twin", .ca = true}, NULL);
	pki_issue(&twin_old_signed, &(struct pki_spec){.cn = "Twin", .ca = true, .same_key = &twin},
		  &old_root);
	pki_issue(&by_twin, &(struct pki_spec){.cn = "leaf", LEAF}, &twin);
	pki_issue(&plain, &(struct pki_spec){.cn = "Plain", .ca = true, .no_key_ids = true}, NULL);
	pki_issue(&plain_other, &(struct pki_spec){.cn = "Plain", .ca = true, .no_key_ids = true},
		  NULL);
	pki_issue(&by_plain, &(struct pki_spec){.cn = "leaf", LEAF, .no_key_ids = true}, &plain);
	pki_issue(&root_expired,
		  &(struct pki_spec){.cn = "Renewed", .ca = true, .from_day = -20, .to_day = -2},
		  NULL);
	pki_issue(&root_renewed,
		  &(struct pki_spec){.cn = "Renewed", .ca = true, .same_key = &root_expired}, NULL);
	pki_issue(&by_root_expired, &(struct pki_spec){.cn = "leaf", LEAF}, &root_expired);
	pki_issue(&future_root,
		  &(struct pki_spec){.cn = "Future", .ca = true, .from_day = 2, .to_day = 9}, NULL);
	pki_issue(&by_future_root, &(struct pki_spec){.cn = "leaf", LEAF}, &future_root);
	pki_issue(&v1_root, &(struct pki_spec){.cn = "Version 1", .version_1 = true}, NULL);
	pki_issue(&by_v1_root, &(struct pki_spec){.cn = "leaf", LEAF}, &v1_root);
	pki_issue(&long_root, &(struct pki_spec){.cn = "Long", .ca = true, .units = 20}, NULL);
	pki_issue(&by_long_root, &(struct pki_spec){.cn = "leaf", LEAF}, &long_root);
	pki_issue(&nameless_root, &(struct pki_spec){.cn = NULL, .ca = true}, NULL);
	pki_issue(&by_nameless_root, &(struct pki_spec){.cn = "leaf", LEAF}, &nameless_root);
}

static void make_limits(void)
{
	pki_issue(&not_ca, &(struct pki_spec){.cn = "No CA", LEAF}, &root);
	pki_issue(&by_not_ca, &(struct pki_spec){.cn = "leaf", LEAF}, &not_ca);
	pki_issue(&short_ca,
		  &(struct pki_spec){.cn = "Short", .ca = true, .issues_leaves_only = true}, &root);
	pki_issue(&below_short, &(struct pki_spec){.cn = "Below Short", .ca = true}, &short_ca);
	pki_issue(&by_below_short, &(struct pki_spec){.cn = "leaf", LEAF}, &below_short);
	pki_issue(&narrow_ca,
		  &(struct pki_spec){.cn = "Narrow", .ca = true, .permitted = "test.example"},
		  &root);
	pki_issue(&by_narrow, &(struct pki_spec){.cn = HOST, LEAF}, &narrow_ca);
	pki_issue(&by_narrow_outside, &(struct pki_spec){.cn = "x", .dns = "mail.outside.example"},
		  &narrow_ca);
	pki_issue(&rsa_1024, &(struct pki_spec){.cn = "weak", LEAF, .rsa_bits = 1024}, &inter);
	pki_issue(&rsa_1024_root,
		  &(struct pki_spec){.cn = "Weak Root", .ca = true, .rsa_bits = 1024}, NULL);
	pki_issue(&by_rsa_1024_root, &(struct pki_spec){.cn = "leaf", LEAF}, &rsa_1024_root);
	pki_issue(&sha1, &(struct pki_spec){.cn = "sha1", LEAF, .digest = GNUTLS_DIG_SHA1}, &inter);
	pki_issue(&sha1_root,
		  &(struct pki_spec){.cn = "SHA-1", .ca = true, .digest = GNUTLS_DIG_SHA1}, NULL);
	pki_issue(&by_sha1_root, &(struct pki_spec){.cn = "leaf", LEAF}, &sha1_root);
	pki_issue(&sha1_inter,
		  &(struct pki_spec){.cn = "SHA-1 I", .ca = true, .digest = GNUTLS_DIG_SHA1},
		  &root);
	pki_issue(&by_sha1_inter, &(struct pki_spec){.cn = "leaf", LEAF}, &sha1_inter);
}

/* ---- verdicts ---- */

/* expected: 0, or a bit that must be among those of the verdict */
enum { GOOD = 0 };

static const struct {
	const char *name;
	const struct pki_cert *chain[MEMBERS], *bundle[MEMBERS];
	unsigned int expected;
} chains[] = {
	{"good", {&good, &inter}, {&root}, GOOD},
	{"good, with its root", {&good, &inter, &root}, {&root}, GOOD},
	{"good, with all of the bundle's", {&good, &inter, &root}, {&inter, &root, &good}, GOOD},
	{"directly below the root", {&by_twin}, {&twin}, GOOD},
	{"expired", {&expired, &inter}, {&root}, GNUTLS_CERT_EXPIRED},
	{"not yet valid", {&future, &inter}, {&root}, GNUTLS_CERT_NOT_ACTIVATED},
	{"wrong name", {&wrong_name, &inter}, {&root}, GNUTLS_CERT_UNEXPECTED_OWNER},
	{"wrong purpose", {&wrong_purpose, &inter}, {&root}, GNUTLS_CERT_PURPOSE_MISMATCH},
	{"expired intermediate", {&by_inter_expired, &inter_expired}, {&root}, GNUTLS_CERT_EXPIRED},
	{"expired intermediate in the bundle",
	 {&by_inter_expired},
	 {&inter_expired},
	 GNUTLS_CERT_EXPIRED},
	{"missing intermediate", {&good}, {&root}, GNUTLS_CERT_SIGNER_NOT_FOUND},
	{"intermediate only in the bundle", {&good}, {&inter, &root}, GOOD},
	{"intermediate in the bundle without its root", {&good, &inter}, {&inter}, GOOD},
	{"the same, not sent", {&good}, {&inter}, GOOD},
	{"leaf in the bundle", {&good, &inter}, {&good}, GNUTLS_CERT_SIGNER_NOT_FOUND},
	{"leaf in the bundle, alone", {&good}, {&good}, GOOD},
	{"expired leaf in the bundle, alone", {&expired}, {&expired}, GNUTLS_CERT_EXPIRED},
	{"unknown root", {&by_stranger}, {&root}, GNUTLS_CERT_SIGNER_NOT_FOUND},
	{"unknown root, sent", {&by_stranger, &stranger}, {&root}, GNUTLS_CERT_SIGNER_NOT_FOUND},
	{"unknown root behind a trusted one",
	 {&by_stranger, &stranger, &root},
	 {&root},
	 GNUTLS_CERT_SIGNER_NOT_FOUND},
	{"self-signed", {&self_signed}, {&root}, GNUTLS_CERT_SIGNER_NOT_FOUND},
	{"self-signed, trusted", {&self_signed}, {&self_signed, &root}, GOOD},
	{"equal subjects, the right one last", {&by_twin}, {&twin_other, &twin}, GOOD},
	{"equal subjects, the right one first", {&by_twin}, {&twin, &twin_other}, GOOD},
	/* GnuTLS then takes the last one that it finds */
	{"equal subjects, no key ids, the right one last",
	 {&by_plain},
	 {&plain_other, &plain},
	 GOOD},
	{"equal subjects, no key ids, the right one first",
	 {&by_plain},
	 {&plain, &plain_other},
	 GNUTLS_CERT_SIGNATURE_FAILURE},
	{"equal subjects, only the wrong one", {&by_twin}, {&twin_other}, GNUTLS_CERT_INVALID},
	{"cross-signed, the old root trusted", {&by_twin, &twin_old_signed}, {&old_root}, GOOD},
	{"cross-signed, the new root trusted", {&by_twin, &twin_old_signed}, {&twin}, GOOD},
	{"cross-signed, both trusted",
	 {&by_twin, &twin_old_signed},
	 {&old_root, &twin, &twin_other},
	 GOOD},
	{"cross-signed, none trusted",
	 {&by_twin, &twin_old_signed},
	 {&root},
	 GNUTLS_CERT_SIGNER_NOT_FOUND},
	{"cross-signed intermediate", {&good, &inter_again}, {&stranger}, GOOD},
	{"cross-signed intermediate, both sent", {&good, &inter_again, &inter}, {&stranger}, GOOD},
	{"expired root", {&by_root_expired}, {&root_expired}, GNUTLS_CERT_EXPIRED},
	{"root not yet valid", {&by_future_root}, {&future_root}, GNUTLS_CERT_NOT_ACTIVATED},
	{"renewed root", {&by_root_expired}, {&root_renewed}, GOOD},
	{"renewed root, the expired one sent",
	 {&by_root_expired, &root_expired},
	 {&root_renewed},
	 GOOD},
	{"issued by what is no CA", {&by_not_ca, &not_ca}, {&root}, GNUTLS_CERT_SIGNER_NOT_CA},
	{"path too long", {&by_below_short, &below_short, &short_ca}, {&root}, GNUTLS_CERT_INVALID},
	{"within name constraints", {&by_narrow, &narrow_ca}, {&root}, GOOD},
	{"outside of name constraints",
	 {&by_narrow_outside, &narrow_ca},
	 {&root},
	 GNUTLS_CERT_INVALID},
	{"RSA key of 1,024 bits", {&rsa_1024, &inter}, {&root}, GNUTLS_CERT_INSECURE_ALGORITHM},
	{"root's RSA key of 1,024 bits",
	 {&by_rsa_1024_root},
	 {&rsa_1024_root},
	 GNUTLS_CERT_INSECURE_ALGORITHM},
	{"signed with SHA-1", {&sha1, &inter}, {&root}, GNUTLS_CERT_INSECURE_ALGORITHM},
	{"intermediate signed with SHA-1",
	 {&by_sha1_inter, &sha1_inter},
	 {&root},
	 GNUTLS_CERT_INSECURE_ALGORITHM},
	{"root signed with SHA-1", {&by_sha1_root}, {&sha1_root}, GOOD},
	{"X.509v1 root", {&by_v1_root}, {&v1_root}, GOOD},
	{"root of a long name", {&by_long_root}, {&long_root}, GOOD},
	{"root without a name", {&by_nameless_root}, {&nameless_root}, GOOD},
	{"in no order", {&good, &root, &inter}, {&root}, GOOD},
	{"certificates twice", {&good, &inter, &inter, &root, &root}, {&root, &root}, GOOD},
	{"leaf twice", {&good, &good, &inter}, {&root}, GOOD},
	{"others' certificates between",
	 {&good, &stranger, &by_twin, &inter, &long_root},
	 {&root, &long_root},
	 GOOD},
	{"others' trusted root, and no issuer",
	 {&good, &long_root},
	 {&root, &long_root},
	 GNUTLS_CERT_SIGNER_NOT_FOUND},
};

/* The test's CA certificates, and before them the machine's. */
static void write_bundle(const struct pki_cert *const *members, bool with_machine, char path[64])
{
	struct buf pem = BUF_INIT(BUNDLE_MAX);
	gnutls_datum_t system = {0};

	if (with_machine && gnutls_load_file(trust_default_path(), &system) == 0)
		ck_assert_int_eq(buf_append(&pem, system.data, system.size), 0);
	gnutls_free(system.data);
	for (; *members; members++)
		pki_add_pem(*members, &pem);
	pki_write_file(pem.data, pem.len, path);
	buf_free(&pem);
}

static gnutls_certificate_credentials_t empty_credentials(void)
{
	gnutls_certificate_credentials_t credentials;

	PKI_CHECK(gnutls_certificate_allocate_credentials(&credentials));
	return credentials;
}

static gnutls_certificate_credentials_t full_load(const char *path)
{
	gnutls_certificate_credentials_t credentials = empty_credentials();

	PKI_CHECK(gnutls_certificate_set_x509_trust_file(credentials, path, GNUTLS_X509_FMT_PEM));
	return credentials;
}

/* Writes the file into a FIFO; waitpid() it. */
static pid_t start_writer(const char *from, const char *fifo)
{
	gnutls_datum_t text;
	pid_t writer = fork();

	if (writer)
		return writer;
	PKI_CHECK(gnutls_load_file(from, &text));
	int fd = open(fifo, O_WRONLY);
	for (size_t done = 0; done < text.size;) {
		ssize_t n = write(fd, text.data + done, text.size - done);
		if (n < 0)
			_exit(1);
		done += (size_t)n;
	}
	_exit(0);
}

/* What cannot be read twice is kept. */
static int load_from_fifo(struct trust *trust, const char *path, struct err *err)
{
	char fifo[80];

	snprintf(fifo, sizeof(fifo), "%s.%d", "/tmp/mailflow-trust-fifo", (int)getpid());
	unlink(fifo);
	ck_assert_int_eq(mkfifo(fifo, 0600), 0);
	pid_t writer = start_writer(path, fifo);
	int rc = trust_load(trust, fifo, NULL, err);
	waitpid(writer, NULL, 0);
	unlink(fifo);
	return rc;
}

static int load_from_file(struct trust *trust, const char *path, struct err *err)
{
	return trust_load(trust, path, NULL, err);
}

static int (*const loads[])(struct trust *trust, const char *path,
			    struct err *err) = {load_from_file, load_from_fifo};

static gnutls_certificate_credentials_t on_demand(const char *path, const gnutls_datum_t *chain,
						  unsigned int chain_len)
{
	gnutls_certificate_credentials_t credentials = empty_credentials();
	struct trust trust = {0};
	struct err err = {0};

	ck_assert_msg(trust_load(&trust, path, NULL, &err) == 0, "%s", err.text);
	PKI_CHECK(trust_add_anchors(&trust, chain, chain_len, credentials));
	trust_free(&trust);
	return credentials;
}

/* The verdict on a chain as it is, by the anchors in the credentials. */
static unsigned int verdict(gnutls_certificate_credentials_t credentials,
			    const gnutls_datum_t *chain, unsigned int count)
{
	gnutls_x509_crt_t crt[16];
	gnutls_x509_trust_list_t list;
	unsigned int status = 0;
	gnutls_typed_vdata_st data[] = {
		{.type = GNUTLS_DT_DNS_HOSTNAME, .data = (unsigned char *)(uintptr_t)HOST},
		{.type = GNUTLS_DT_KEY_PURPOSE_OID,
		 .data = (unsigned char *)(uintptr_t)GNUTLS_KP_TLS_WWW_SERVER},
	};

	for (unsigned int i = 0; i < count; i++) {
		PKI_CHECK(gnutls_x509_crt_init(&crt[i]));
		PKI_CHECK(gnutls_x509_crt_import(crt[i], &chain[i], GNUTLS_X509_FMT_DER));
	}
	gnutls_certificate_get_trust_list(credentials, &list);
	PKI_CHECK(gnutls_x509_trust_list_verify_crt2(
		list, crt, count, data, 2, GNUTLS_PROFILE_TO_VFLAGS(GNUTLS_PROFILE_MEDIUM), &status,
		NULL));
	for (unsigned int i = 0; i < count; i++)
		gnutls_x509_crt_deinit(crt[i]);
	return status;
}

static unsigned int chain_of(const struct pki_cert *const *members, gnutls_datum_t der[MEMBERS])
{
	unsigned int count = 0;

	for (; members[count]; count++)
		der[count] = members[count]->der;
	return count;
}

/* Every bit of the two, and that they are what they must be: two wrong verdicts are equal, too. */
static void assert_equal(const char *name, unsigned int lazy, unsigned int full,
			 unsigned int expected)
{
	gnutls_datum_t words = {0};

	gnutls_certificate_verification_status_print(full, GNUTLS_CRT_X509, &words, 0);
	ck_assert_msg(lazy == full, "%s: 0x%x on demand, 0x%x by a full load", name, lazy, full);
	ck_assert_msg(expected ? (full & expected) != 0 : full == 0, "%s: 0x%x: %s", name, full,
		      (const char *)words.data);
	gnutls_free(words.data);
}

START_TEST(test_trust_add_anchors__verdict_of_a_full_load)
{
	char path[64];
	gnutls_datum_t der[MEMBERS];
	unsigned int count = chain_of(chains[_i].chain, der);

	write_bundle(chains[_i].bundle, false, path);
	gnutls_certificate_credentials_t lazy = on_demand(path, der, count), full = full_load(path);
	assert_equal(chains[_i].name, verdict(lazy, der, count), verdict(full, der, count),
		     chains[_i].expected);
	gnutls_certificate_free_credentials(lazy);
	gnutls_certificate_free_credentials(full);
	unlink(path);
}
END_TEST

static unsigned int verdict_on_peer(gnutls_session_t session,
				    gnutls_certificate_credentials_t credentials)
{
	unsigned int status = 0;
	gnutls_typed_vdata_st data[] = {
		{.type = GNUTLS_DT_DNS_HOSTNAME, .data = (unsigned char *)(uintptr_t)HOST},
		{.type = GNUTLS_DT_KEY_PURPOSE_OID,
		 .data = (unsigned char *)(uintptr_t)GNUTLS_KP_TLS_WWW_SERVER},
	};

	gnutls_credentials_clear(session);
	PKI_CHECK(gnutls_credentials_set(session, GNUTLS_CRD_CERTIFICATE, credentials));
	PKI_CHECK(gnutls_certificate_verify_peers(session, data, 2, &status));
	return status;
}

/* The same where it counts: on what a server sent in a handshake. */
START_TEST(test_trust_add_anchors__verdict_of_a_full_load_on_a_server)
{
	struct tls_peer peer = {.chain = chains[_i].chain};
	gnutls_certificate_credentials_t none = empty_credentials();
	gnutls_session_t session;
	unsigned int count;
	char path[64];

	write_bundle(chains[_i].bundle, true, path);
	tls_peer_start(&peer);
	PKI_CHECK(fcntl(peer.fd, F_SETFL, 0)); /* may block */
	PKI_CHECK(gnutls_init(&session, GNUTLS_CLIENT | GNUTLS_NO_SIGNAL));
	PKI_CHECK(gnutls_priority_set_direct(
		session, "NORMAL:%VERIFY_ALLOW_SIGN_WITH_SHA1:%PROFILE_MEDIUM", NULL));
	PKI_CHECK(gnutls_credentials_set(session, GNUTLS_CRD_CERTIFICATE, none));
	gnutls_transport_set_int(session, peer.fd);
	PKI_CHECK(gnutls_handshake(session));
	const gnutls_datum_t *sent = gnutls_certificate_get_peers(session, &count);
	ck_assert_uint_eq(sent[0].size, chains[_i].chain[0]->der.size);
	gnutls_certificate_credentials_t lazy = on_demand(path, sent, count),
					 full = full_load(path);
	unsigned int by_lazy = verdict_on_peer(session, lazy),
		     by_full = verdict_on_peer(session, full);
	ck_assert_msg(by_lazy == by_full, "%s: 0x%x on demand, 0x%x by a full load",
		      chains[_i].name, by_lazy, by_full);
	gnutls_deinit(session);
	close(peer.fd);
	tls_peer_join(&peer);
	gnutls_certificate_free_credentials(none);
	gnutls_certificate_free_credentials(lazy);
	gnutls_certificate_free_credentials(full);
	unlink(path);
}
END_TEST

/* More issuers of one name than anybody has: none is left out. */
START_TEST(test_trust_add_anchors__any_number_of_equal_subjects)
{
	const struct pki_spec spec = {.cn = "Twin", .ca = true, .same_key = &twin_other};
	struct buf pem = BUF_INIT(BUNDLE_MAX);
	char path[64];

	for (size_t i = 0; i < 40; i++) {
		struct pki_cert other;
		pki_issue(&other, &spec, NULL);
		pki_add_pem(&other, &pem);
		pki_free(&other);
	}
	pki_add_pem(&twin, &pem);
	pki_write_file(pem.data, pem.len, path);
	gnutls_certificate_credentials_t lazy = on_demand(path, &by_twin.der, 1),
					 full = full_load(path);
	assert_equal("many twins", verdict(lazy, &by_twin.der, 1), verdict(full, &by_twin.der, 1),
		     GOOD);
	gnutls_certificate_free_credentials(lazy);
	gnutls_certificate_free_credentials(full);
	buf_free(&pem);
	unlink(path);
}
END_TEST

/* ---- the machine's own bundle ---- */

static gnutls_x509_crt_t *machine;
static unsigned int machine_count; /* 0 where there is no bundle */

static void load_machine(void)
{
	gnutls_datum_t pem;

	if (gnutls_load_file(trust_default_path(), &pem) < 0)
		return;
	PKI_CHECK(gnutls_x509_crt_list_import2(&machine, &machine_count, &pem, GNUTLS_X509_FMT_PEM,
					       0));
	gnutls_free(pem.data);
}

START_TEST(test_trust_load__finds_all_of_the_machine)
{
	struct trust trust = {0};
	struct err err = {0};

	if (!machine_count)
		return;
	ck_assert_msg(loads[_i](&trust, trust_default_path(), &err) == 0, "%s", err.text);
	ck_assert_uint_eq(trust.count, machine_count);
	trust_free(&trust);
}
END_TEST

/* Each of them as if a server had sent it: trusted, yet not for our name, and more, as a full load
 * has it. */
START_TEST(test_trust_add_anchors__verdict_on_each_of_the_machine)
{
	struct trust trust = {0};
	struct err err = {0};

	if (!machine_count)
		return;
	gnutls_certificate_credentials_t full = full_load(trust_default_path());
	ck_assert_int_eq(loads[_i](&trust, trust_default_path(), &err), 0);
	for (unsigned int i = 0; i < machine_count; i++) {
		gnutls_certificate_credentials_t lazy = empty_credentials();
		gnutls_datum_t der;
		PKI_CHECK(gnutls_x509_crt_export2(machine[i], GNUTLS_X509_FMT_DER, &der));
		ck_assert_int_ge(trust_add_anchors(&trust, &der, 1, lazy), 1);
		assert_equal("a CA certificate of the machine", verdict(lazy, &der, 1),
			     verdict(full, &der, 1), GNUTLS_CERT_INVALID);
		gnutls_free(der.data);
		gnutls_certificate_free_credentials(lazy);
	}
	gnutls_certificate_free_credentials(full);
	trust_free(&trust);
}
END_TEST

static void assert_names(gnutls_x509_crt_t crt)
{
	gnutls_datum_t der, dn, issuer_dn, subject, issuer;

	PKI_CHECK(gnutls_x509_crt_export2(crt, GNUTLS_X509_FMT_DER, &der));
	PKI_CHECK(gnutls_x509_crt_get_raw_dn(crt, &dn));
	PKI_CHECK(gnutls_x509_crt_get_raw_issuer_dn(crt, &issuer_dn));
	ck_assert_int_eq(trust_parse_names(&der, &subject, &issuer), 0);
	ck_assert_uint_eq(subject.size, dn.size);
	ck_assert_mem_eq(subject.data, dn.data, dn.size);
	ck_assert_uint_eq(issuer.size, issuer_dn.size);
	ck_assert_mem_eq(issuer.data, issuer_dn.data, issuer_dn.size);
	gnutls_free(der.data);
	gnutls_free(dn.data);
	gnutls_free(issuer_dn.data);
}

START_TEST(test_trust_parse_names__as_gnutls_reads_them)
{
	const struct pki_cert *const ours[] = {&root,      &good,          &v1_root,
					       &long_root, &nameless_root, &rsa_1024};

	for (size_t i = 0; i < sizeof(ours) / sizeof(ours[0]); i++)
		assert_names(ours[i]->crt);
	for (unsigned int i = 0; i < machine_count; i++)
		assert_names(machine[i]);
}
END_TEST

START_TEST(test_trust_parse_names__every_shorter_one_is_bad)
{
	const gnutls_datum_t *whole = &good.der;
	gnutls_datum_t subject, issuer;

	ck_assert_int_eq(trust_parse_names(whole, &subject, &issuer), 0);
	unsigned int needed = (unsigned int)(subject.data + subject.size - whole->data);
	ck_assert_uint_lt(needed, whole->size);
	for (unsigned int len = 0; len < needed; len++) {
		unsigned char *copy = malloc(
			len ? len : 1); /* its end is watched by the sanitizers and valgrind */
		memcpy(copy, whole->data, len);
		ck_assert_int_eq(trust_parse_names(&(gnutls_datum_t){copy, len}, &subject, &issuer),
				 -1);
		free(copy);
	}
	ck_assert_int_eq(
		trust_parse_names(&(gnutls_datum_t){whole->data, needed}, &subject, &issuer), 0);
}
END_TEST

#define DER(text)                                                                                  \
	{                                                                                          \
		(unsigned char *)(uintptr_t)(text), sizeof(text) - 1                               \
	}

static const gnutls_datum_t not_certificates[] = {
	{NULL, 0},
	DER(""),
	DER("\x30"),
	DER("\x30\x80"),                     /* indefinite length */
	DER("\x30\x84\xff\xff\xff\xff"),     /* four bytes of length */
	DER("\x30\x83\xff\xff"),             /* length cut off */
	DER("\x31\x10\x30\x10"),             /* a set */
	DER("\x30\x10\x30\x10\xa0\x7f\x02"), /* version longer than what is there */
	DER("\x30\x10\x30\x10\x02\x83\xff\xff\xff"),
	DER("\x30\x10\x30\x10\x02\x01\x01\x30\x00\x30\x00\x30\x00"),         /* no subject */
	DER("\x30\x10\x30\x10\x02\x01\x01\x30\x00\x30\x00\x30\x00\x31\x00"), /* subject is no
										sequence */
	DER("-----BEGIN CERTIFICATE-----"),
};

START_TEST(test_trust_parse_names__rejects)
{
	gnutls_datum_t subject, issuer;

	ck_assert_int_eq(trust_parse_names(&not_certificates[_i], &subject, &issuer), -1);
}
END_TEST

START_TEST(test_trust_parse_names__empty_names)
{
	gnutls_datum_t der = DER("\x30\x10\x30\x10\x02\x01\x01\x30\x00\x30\x00\x30\x00\x30\x00"),
		       subject, issuer;

	ck_assert_int_eq(trust_parse_names(&der, &subject, &issuer), 0);
	ck_assert_uint_eq(subject.size, 2);
	ck_assert_uint_eq(issuer.size, 2);
}
END_TEST

/* ---- what a file may look like ---- */

/* One block with lines of that many characters (0: a single one). */
static void add_block(struct buf *pem, const struct pki_cert *c, const char *label, size_t width,
		      const char *line_end)
{
	gnutls_datum_t text;

	PKI_CHECK(gnutls_base64_encode2(&c->der, &text));
	ck_assert_int_eq(buf_printf(pem, "-----BEGIN %s-----%s", label, line_end), 0);
	for (size_t at = 0; at < text.size;) {
		size_t n = width && text.size - at > width ? width : text.size - at;
		ck_assert_int_eq(
			buf_append(pem, text.data + at, n) || buf_append_str(pem, line_end), 0);
		at += n;
	}
	ck_assert_int_eq(buf_printf(pem, "-----END %s-----%s", label, line_end), 0);
	gnutls_free(text.data);
}

static const struct {
	const char *label;
	size_t width;
	const char *line_end;
} layouts[] = {
	{"CERTIFICATE", 64, "\n"},      {"CERTIFICATE", 64, "\r\n"},
	{"X509 CERTIFICATE", 64, "\n"}, {"CERTIFICATE", 76, "\n"},
	{"CERTIFICATE", 76, "\r\n"},    {"CERTIFICATE", 0, "\n"},
	{"CERTIFICATE", 0, "\r\n"},     {"CERTIFICATE", 1, "\n"},
	{"CERTIFICATE", 65, "\n"},      {"CERTIFICATE", 65, "\r\n"},
	{"CERTIFICATE", 63, " \n"},     {"CERTIFICATE", 64, "\t\r\n"},
	{"CERTIFICATE", 2, "\n\n"},     {"CERTIFICATE", 61, "\r\n\r\n"},
};

/* A chain of two that verifies only when both certificates of the bundle are found. */
static void assert_bundle_good(const struct buf *pem, size_t count)
{
	struct trust trust = {0};
	struct err err = {0};
	gnutls_datum_t der[] = {good.der, by_long_root.der};
	char path[64];

	pki_write_file(pem->data, pem->len, path);
	ck_assert_msg(trust_load(&trust, path, NULL, &err) == 0, "%s", err.text);
	ck_assert_uint_eq(trust.count, count);
	trust_free(&trust);
	for (unsigned int i = 0; i < 2; i++) {
		gnutls_certificate_credentials_t lazy = on_demand(path, &der[i], 1);
		ck_assert_uint_eq(verdict(lazy, &der[i], 1), GOOD);
		gnutls_certificate_free_credentials(lazy);
	}
	unlink(path);
}

START_TEST(test_trust_load__takes_blocks_of_any_layout)
{
	struct buf pem = BUF_INIT(BUNDLE_MAX);

	for (int i = 0; i < 2; i++)
		add_block(&pem, i ? &long_root : &inter, layouts[_i].label, layouts[_i].width,
			  layouts[_i].line_end);
	assert_bundle_good(&pem, 2);
	buf_free(&pem);
}
END_TEST

START_TEST(test_trust_load__passes_over_what_is_no_certificate)
{
	struct buf pem = BUF_INIT(BUNDLE_MAX);

	buf_append_str(&pem,
		       "# Subject: CN=Test ----- with dashes ------\r\nBag Attributes: <Empty>\n\n"
		       "-----BEGIN CERTIFICATE----\n-----BEGIN\n--------------\n");
	add_block(&pem, &root, "TRUSTED CERTIFICATE", 64, "\n");
	add_block(&pem, &root, "PRIVATE KEY", 64, "\n");
	add_block(&pem, &inter, "CERTIFICATE", 64, "\n");
	buf_append_str(&pem, "-----BEGIN CERTIFICATE-----\n-----END CERTIFICATE-----\n");
	buf_append_str(&pem, "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n");
	buf_append_str(&pem, "-----BEGIN CERTIFICATE-----\n(*&^%\n-----END CERTIFICATE-----\n");
	buf_append_str(&pem, "between the blocks\n");
	add_block(&pem, &long_root, "CERTIFICATE", 64, "\n");
	buf_append_str(&pem, "-----BEGIN CERTIFICATE-----");
	assert_bundle_good(&pem, 2);
	buf_free(&pem);
}
END_TEST

/* What breaks off costs itself, and not the next one. */
START_TEST(test_trust_load__truncated_block)
{
	struct buf pem = BUF_INIT(BUNDLE_MAX);

	add_block(&pem, &inter, "CERTIFICATE", 64, "\n");
	add_block(&pem, &root, "CERTIFICATE", 64, "\n");
	buf_truncate(&pem, pem.len - 200);
	buf_append_str(&pem, "\n");
	add_block(&pem, &long_root, "CERTIFICATE", 64, "\n");
	add_block(&pem, &root, "CERTIFICATE", 64, "\n");
	buf_truncate(&pem, pem.len - 30);
	assert_bundle_good(&pem, 2);
	buf_free(&pem);
}
END_TEST

/* Where a read of the file ends, a block goes on in the next one, whatever it is cut in: at every
 * byte near its ends, and at some of each place in a line between them. */
START_TEST(test_trust_load__finds_blocks_across_reads)
{
	enum { READ = 16384, NEAR = 24, STEP = 37 };
	struct buf pem = BUF_INIT(BUNDLE_MAX);

	add_block(&pem, &inter, "CERTIFICATE", 64, "\r\n");
	const size_t second = pem.len;
	add_block(&pem, &long_root, "CERTIFICATE", 64, "\n");
	for (size_t at = 0; at <= pem.len + 1;) {
		const size_t before = READ - at;
		struct buf whole = BUF_INIT(BUNDLE_MAX);
		buf_reserve(&whole, before);
		memset(whole.data, before % 2 ? '-' : '\n', before);
		whole.len = before;
		buf_append(&whole, pem.data, pem.len);
		assert_bundle_good(&whole, 2);
		buf_free(&whole);
		bool near = at < NEAR || at + NEAR > pem.len ||
			    (at + NEAR > second && at < second + NEAR);
		at += near ? 1 : STEP;
	}
	buf_free(&pem);
}
END_TEST

/* Longer than any read. */
START_TEST(test_trust_load__finds_what_stands_behind_a_long_block)
{
	struct buf pem = BUF_INIT(BUNDLE_MAX);

	add_block(&pem, &inter, "CERTIFICATE", 64, "\n");
	buf_append_str(&pem, "-----BEGIN CERTIFICATE-----\n");
	for (int i = 0; i < 20000; i++)
		buf_append_str(&pem, "MIIB\n");
	buf_append_str(&pem, "-----END CERTIFICATE-----\n");
	add_block(&pem, &long_root, "CERTIFICATE", 64, "\n");
	assert_bundle_good(&pem, 2);
	buf_free(&pem);
}
END_TEST

/* The file is read once more when an anchor is wanted, unless it was not at hand and all of it was
 * kept (valgrind): what is not there any more is none. */
START_TEST(test_trust_add_anchors__not_what_has_gone)
{
	gnutls_certificate_credentials_t credentials = empty_credentials();
	struct trust trust = {0};
	struct err err = {0};
	char path[64];

	write_bundle((const struct pki_cert *const[]){&inter, &root, NULL}, false, path);
	ck_assert_int_eq(trust_load(&trust, path, NULL, &err), 0);
	unlink(path); /* of a file that is replaced nothing is lost */
	ck_assert_int_eq(trust_add_anchors(&trust, &good.der, 1, credentials), 1);
	trust_free(&trust);

	write_bundle((const struct pki_cert *const[]){&inter, &root, NULL}, false, path);
	ck_assert_int_eq(trust_load(&trust, path, NULL, &err), 0);
	PKI_CHECK(truncate(path, 20));
	ck_assert_int_eq(trust_add_anchors(&trust, &good.der, 1, credentials), trust.open ? 0 : 1);
	trust_free(&trust);
	gnutls_certificate_free_credentials(credentials);
	unlink(path);
}
END_TEST

/* Names are in the part that is there; the import then fails: the certificate does not count. */
START_TEST(test_trust_add_anchors__not_what_cannot_be_imported)
{
	struct buf pem = BUF_INIT(BUNDLE_MAX);
	struct pki_cert cut = root;
	char path[64];

	cut.der.size -= 60;
	add_block(&pem, &cut, "CERTIFICATE", 64, "\n");
	pki_write_file(pem.data, pem.len, path);
	gnutls_certificate_credentials_t lazy = on_demand(path, &inter.der, 1);
	ck_assert_uint_ne(verdict(lazy, &inter.der, 1) & GNUTLS_CERT_SIGNER_NOT_FOUND, 0);
	gnutls_certificate_free_credentials(lazy);
	buf_free(&pem);
	unlink(path);
}
END_TEST

static void assert_refused(const char *path, const char *words)
{
	struct trust trust = {0};
	struct err err = {0};

	ck_assert_int_eq(trust_load(&trust, path, NULL, &err), -1);
	ck_assert_int_eq(err.kind, ERR_USAGE);
	ck_assert_msg(strstr(err.text, words) != NULL, "%s", err.text);
	ck_assert_msg(strstr(err.text, path) != NULL, "%s", err.text);
	ck_assert_uint_eq(trust.count, 0);
	trust_free(&trust);
}

START_TEST(test_trust_load__refuses_files_without_certificates)
{
	static const char *const contents[] = {
		"",
		"\n",
		"hello\n",
		"-----BEGIN CERTIFICATE-----",
		"-----BEGIN CERTIFICATE-----\n",
		"-----BEGIN CERTIFICATE-----\nMIIB\n",
		"-----END CERTIFICATE-----\n",
		"-----BEGIN ",
		"-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n",
		"-----BEGIN CERTIFICATE-----\n=\n-----END CERTIFICATE-----\n",
		"-----BEGIN CERTIFICATE----- -----END CERTIFICATE-----\n",
	};
	char path[64];

	for (size_t i = 0; i < sizeof(contents) / sizeof(contents[0]); i++) {
		pki_write_file(contents[i], strlen(contents[i]), path);
		assert_refused(path, "no certificate in PEM form");
		unlink(path);
	}
	/* DER is none */
	pki_write_file((const char *)root.der.data, root.der.size, path);
	assert_refused(path, "no certificate in PEM form");
	unlink(path);
}
END_TEST

START_TEST(test_trust_load__says_why_it_cannot_read)
{
	assert_refused("/nonexistent/ca.pem", text_errno(ENOENT));
	assert_refused("/tmp", text_errno(EISDIR));
	assert_refused("/dev/zero", "larger than 8388608 bytes");
}
END_TEST

START_TEST(test_trust_free__accepts_a_zeroed_one)
{
	struct trust trust = {0};

	trust_free(&trust);
	ck_assert_ptr_null(trust.anchor);
}
END_TEST

int main(void)
{
	make_chains();
	make_roots();
	make_limits();
	load_machine();
	const struct unit_case cases[] = {
		ROWS(test_trust_add_anchors__verdict_of_a_full_load, chains),
		ROWS(test_trust_add_anchors__verdict_of_a_full_load_on_a_server, chains),
		ONCE(test_trust_add_anchors__any_number_of_equal_subjects),
		ROWS(test_trust_add_anchors__verdict_on_each_of_the_machine, loads),
		ONCE(test_trust_add_anchors__not_what_cannot_be_imported),
		ONCE(test_trust_add_anchors__not_what_has_gone),
		ONCE(test_trust_parse_names__as_gnutls_reads_them),
		ONCE(test_trust_parse_names__every_shorter_one_is_bad),
		ROWS(test_trust_parse_names__rejects, not_certificates),
		ONCE(test_trust_parse_names__empty_names),
		ROWS(test_trust_load__finds_all_of_the_machine, loads),
		ROWS(test_trust_load__takes_blocks_of_any_layout, layouts),
		ONCE(test_trust_load__passes_over_what_is_no_certificate),
		ONCE(test_trust_load__truncated_block),
		ONCE(test_trust_load__finds_blocks_across_reads),
		ONCE(test_trust_load__finds_what_stands_behind_a_long_block),
		ONCE(test_trust_load__refuses_files_without_certificates),
		ONCE(test_trust_load__says_why_it_cannot_read),
		ONCE(test_trust_free__accepts_a_zeroed_one),
	};
	return unit_run_cases("trust", NULL, NULL, cases, sizeof(cases) / sizeof(cases[0]));
}
