/* leaf.h - what a server's own certificate says, and whether it is the one that a file holds by now
 */
#ifndef MAILFLOW_LEAF_H
#define MAILFLOW_LEAF_H

#include <gnutls/x509.h>
#include <time.h>

#include "base/clock.h"
#include "base/err.h"

enum { SUBJECT_SIZE = 128, FINGERPRINT_SIZE = 32 };

struct leaf {
	char subject[SUBJECT_SIZE];                  /* not cleaned */
	time_t begins, expires;                      /* notBefore, notAfter; 0: it cannot be read */
	unsigned char fingerprint[FINGERPRINT_SIZE]; /* SHA-256 of it all */
};

void leaf_read(struct leaf *leaf, gnutls_x509_crt_t crt);

/* The certificate of a file in PEM form, which may hold its chain and its key, too: the first that
 * is no CA's. Returns 0, or -1: ERR_USAGE where there is none, else as file_read_all. */
int leaf_read_file(struct leaf *leaf, const char *path, const struct limit *limit, struct err *err);

/* What became of a renewal: the file's certificate beside the one that is served. */
enum renewal {
	RENEWAL_UNKNOWN = 0, /* nobody has asked */
	RENEWAL_SERVED,      /* it is the same */
	RENEWAL_NOT_LOADED,  /* the file's is newer: the server has not been told */
	RENEWAL_NOT_YET,     /* the same, but it is not valid before a later time */
	RENEWAL_OUTRUN,      /* the server's is newer */
	RENEWAL_ANOTHER,     /* both are of one time, or it cannot be told */
};

enum renewal leaf_compare(const struct leaf *file, const struct leaf *served, time_t now);

/* For programs: "served", "not_loaded", "not_yet", "outrun", "another"; "" for RENEWAL_UNKNOWN. */
const char *renewal_name(enum renewal renewal);

#endif
