/* service_account.c - a service account of Google's, from its file */
#include "oauth/service_account.h"

#include <sys/stat.h>

#include "base/file.h"
#include "base/json.h"

enum { FILE_MAX = 64 * 1024, FIELD_MAX = 512 };

static int import_pem(struct service_account *a, const struct buf *pem, struct err *err)
{
	const gnutls_datum_t text = {(unsigned char *)pem->data, (unsigned int)pem->len};

	int rc = gnutls_privkey_init(&a->key);
	if (rc == 0)
		rc = gnutls_privkey_import_x509_raw(a->key, &text, GNUTLS_X509_FMT_PEM, NULL, 0);
	return rc < 0 ? err_set(err, ERR_USAGE, "its private_key: %s", gnutls_strerror(rc)) : 0;
}

static int import_key(struct service_account *a, struct span json, struct err *err)
{
	struct buf pem = BUF_INIT(json.len);

	buf_reserve(&pem, json.len); /* growing would leave pieces behind */
	int rc = json_text(json, "private_key", &pem)
			 ? err_set(err, ERR_USAGE, "it has no private_key")
			 : import_pem(a, &pem, err);
	buf_wipe(&pem);
	return rc;
}

static int take(struct service_account *a, struct span json, struct err *err)
{
	a->email = a->key_id = a->token_url = BUF_INIT(FIELD_MAX);
	if (json_text(json, "client_email", &a->email))
		return err_set(err, ERR_USAGE, "not the key file of a service account (JSON)");
	if (import_key(a, json, err))
		return -1;
	json_text(json, "private_key_id", &a->key_id);
	json_text(json, "token_uri", &a->token_url);
	return 0;
}

int service_account_load(struct service_account *a, const char *path, const struct limit *limit,
			 struct err *err)
{
	struct buf text;
	struct stat st;

	*a = (struct service_account){0};
	int rc = file_read_all(&text, FILE_MAX, 0, "", path, limit, err);
	if (rc == 0 && take(a, (struct span){buf_str(&text), text.len}, err))
		rc = err_prefix(err, "%s: ", path);
	buf_wipe(&text);
	/* it has been read: it is at hand */
	a->exposed = rc == 0 && stat(path, &st) == 0 && st.st_mode & S_IROTH;
	return rc ? err_prefix(err, "--key-file: ") : 0;
}

void service_account_free(struct service_account *a)
{
	buf_free(&a->email);
	buf_free(&a->key_id);
	buf_free(&a->token_url);
	if (a->key)
		gnutls_privkey_deinit(a->key);
	*a = (struct service_account){0};
}
