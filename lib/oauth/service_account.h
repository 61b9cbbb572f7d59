/* service_account.h - a service account of Google's: the file with its key, which their console
 * gives out */
#ifndef MAILFLOW_SERVICE_ACCOUNT_H
#define MAILFLOW_SERVICE_ACCOUNT_H

#include <gnutls/abstract.h>
#include <stdbool.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/err.h"

/* Zeroed: none. */
struct service_account {
	struct buf email, key_id, token_url;
	gnutls_privkey_t key;
	bool exposed; /* every user of this machine can read the file */
};

/* Read the file (JSON). Returns 0, or -1 with ERR_USAGE: not such a file; else as
 * file_read_all. */
int service_account_load(struct service_account *a, const char *path, const struct limit *limit,
			 struct err *err);

/* Accepts a zeroed one. */
void service_account_free(struct service_account *a);

#endif
