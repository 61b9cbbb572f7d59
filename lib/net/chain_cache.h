/* chain_cache.h - certificates that were found good in this run, so that the same chain need not be
 * read and verified again for each of a thousand addresses of one server
 *
 * A verdict depends on the chain, the name that is expected, what the server has stapled, the trust
 * anchors and the time. The first three, byte for byte, are the key; the anchors are one set for
 * the run, and the run is short. Only good verdicts are kept: each bad one is found anew, with its
 * words. Threads share it. */
#ifndef MAILFLOW_CHAIN_CACHE_H
#define MAILFLOW_CHAIN_CACHE_H

#include <gnutls/gnutls.h>
#include <stdbool.h>

#include "net/leaf.h"

enum { CHAIN_KEY_SIZE = 32 };

struct chain_cache;

struct chain_cache *chain_cache_new(void);
/* Accepts NULL. */
void chain_cache_free(struct chain_cache *v);

/* The key of what the peer of this session has sent, for that name. Returns 0 or a negative GnuTLS
 * error. */
int chain_cache_key(gnutls_session_t session, const char *name,
		    unsigned char key_r[CHAIN_KEY_SIZE]);

/* Whether the chain of that key was found good; then *leaf_r is what was added with it. */
bool chain_cache_find(struct chain_cache *v, const unsigned char key[CHAIN_KEY_SIZE],
		      struct leaf *leaf_r);
void chain_cache_add(struct chain_cache *v, const unsigned char key[CHAIN_KEY_SIZE],
		     const struct leaf *leaf);

#endif
