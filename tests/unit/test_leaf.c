/* test_leaf.c - a file's certificate, whatever else stands in it, beside the one that is served */
#include "net/leaf.h"

#include <string.h>
#include <unistd.h>

#include "base/buf.h"
#include "pki.h"
#include "unit.h"

static struct pki_cert root, now_served, renewed;

static void make_certificates(void)
{
	pki_issue(&root, &(struct pki_spec){.cn = "Root", .ca = true}, NULL);
	pki_issue(&now_served,
		  &(struct pki_spec){
			  .cn = "served", .dns = "a.example", .from_day = -80, .to_day = 9},
		  &root);
	pki_issue(&renewed, &(struct pki_spec){.cn = "renewed", .dns = "a.example"}, &root);
}

static void free_certificates(void)
{
	pki_free(&root);
	pki_free(&now_served);
	pki_free(&renewed);
}

static int read_text(struct leaf *leaf, const char *text, size_t len, struct err *err)
{
	char path[64];

	pki_write_file(text, len, path);
	int rc = leaf_read_file(leaf, path, NULL, err);
	unlink(path);
	return rc;
}

static int read_pems(struct leaf *leaf, const struct pki_cert *a, const struct pki_cert *b)
{
	struct buf pem = BUF_INIT(64 * 1024);
	struct err err = {0};

	buf_append_str(&pem, "Bag Attributes\n-----BEGIN PRIVATE KEY-----\nbm9uZQ==\n"
			     "-----END PRIVATE KEY-----\n");
	pki_add_pem(a, &pem);
	if (b)
		pki_add_pem(b, &pem);
	int rc = read_text(leaf, buf_str(&pem), pem.len, &err);
	buf_free(&pem);
	return rc;
}

START_TEST(test_leaf_read_file__finds_the_servers_own)
{
	struct leaf leaf;

	ck_assert_int_eq(read_pems(&leaf, &renewed, NULL), 0);
	ck_assert_str_eq(leaf.subject, "CN=renewed");
	ck_assert_int_eq(leaf.expires, gnutls_x509_crt_get_expiration_time(renewed.crt));
	ck_assert_int_eq(leaf.begins, gnutls_x509_crt_get_activation_time(renewed.crt));
	ck_assert_int_eq(read_pems(&leaf, &renewed, &root), 0);
	ck_assert_str_eq(leaf.subject, "CN=renewed");
	ck_assert_int_eq(read_pems(&leaf, &root, &renewed), 0);
	ck_assert_str_eq(leaf.subject, "CN=renewed");
	/* a server may show its CA's */
	ck_assert_int_eq(read_pems(&leaf, &root, NULL), 0);
	ck_assert_str_eq(leaf.subject, "CN=Root");
}
END_TEST

START_TEST(test_leaf_read_file__no_certificate)
{
	static const char *const texts[] = {
		"", "\n", "-----BEGIN CERTIFICATE-----\nbm9uZQ==\n-----END CERTIFICATE-----\n",
		"-----BEGIN PRIVATE KEY-----\nbm9uZQ==\n-----END PRIVATE KEY-----\n"};
	struct leaf leaf;

	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		struct err err = {0};
		ck_assert_int_eq(read_text(&leaf, texts[i], strlen(texts[i]), &err), -1);
		ck_assert_int_eq(err.kind, ERR_USAGE);
		ck_assert_msg(strstr(err.text, "holds no certificate in PEM form") != NULL, "%s",
			      err.text);
	}
}
END_TEST

START_TEST(test_leaf_compare__what_became_of_a_renewal)
{
	struct leaf old, new;
	time_t now = time(NULL);

	leaf_read(&old, now_served.crt);
	leaf_read(&new, renewed.crt);
	ck_assert_int_eq(leaf_compare(&new, &new, now), RENEWAL_SERVED);
	ck_assert_int_eq(leaf_compare(&new, &old, now), RENEWAL_NOT_LOADED);
	ck_assert_int_eq(leaf_compare(&old, &new, now), RENEWAL_OUTRUN);
	ck_assert_int_eq(leaf_compare(&new, &old, new.begins - 1), RENEWAL_NOT_YET);
	old.begins = new.begins;
	ck_assert_int_eq(leaf_compare(&new, &old, now), RENEWAL_ANOTHER);
	old.begins = 0;
	ck_assert_int_eq(leaf_compare(&new, &old, now), RENEWAL_ANOTHER);
	ck_assert_int_eq(leaf_compare(&old, &new, now), RENEWAL_ANOTHER);
}
END_TEST

UNIT_MAIN_FIXTURE("leaf", make_certificates, free_certificates,
		  ONCE(test_leaf_read_file__finds_the_servers_own),
		  ONCE(test_leaf_read_file__no_certificate),
		  ONCE(test_leaf_compare__what_became_of_a_renewal))
