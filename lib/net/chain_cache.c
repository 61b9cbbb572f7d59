/* chain_cache.c - a bounded table by SHA-256 digests, behind a lock */
#include "net/chain_cache.h"

#include <gnutls/crypto.h>
#include <pthread.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/xalloc.h"

enum { SLOTS = 8192, PROBES = 8 }; /* when no slot is free nearby, a verdict is simply not kept */

struct chain_cache {
	pthread_mutex_t lock;
	struct slot {
		bool used;
		unsigned char key[CHAIN_KEY_SIZE];
		struct leaf leaf;
	} slot[SLOTS];
};

struct chain_cache *chain_cache_new(void)
{
	struct chain_cache *v = xcalloc(1, sizeof(*v));

	pthread_mutex_init(&v->lock, NULL);
	return v;
}

void chain_cache_free(struct chain_cache *v)
{
	if (!v)
		return;
	pthread_mutex_destroy(&v->lock);
	free(v);
}

/* Length first, so that no two lists of parts look alike. */
static int add_part(gnutls_hash_hd_t hash, const void *bytes, size_t len)
{
	uint64_t size = len;
	int rc = gnutls_hash(hash, &size, sizeof(size));

	return rc < 0 || !len ? rc : gnutls_hash(hash, bytes, len);
}

int chain_cache_key(gnutls_session_t session, const char *name, unsigned char key_r[CHAIN_KEY_SIZE])
{
	unsigned int chain_len = 0;
	const gnutls_datum_t *chain = gnutls_certificate_get_peers(session, &chain_len);
	gnutls_hash_hd_t hash;
	int rc = gnutls_hash_init(&hash, GNUTLS_DIG_SHA256);

	if (rc < 0)
		return rc;
	rc = add_part(hash, name, strlen(name));
	for (unsigned int i = 0; rc >= 0 && i < chain_len; i++) {
		gnutls_datum_t staple = {0};
		if (gnutls_ocsp_status_request_get2(session, i, &staple) < 0)
			staple = (gnutls_datum_t){0};
		rc = add_part(hash, chain[i].data, chain[i].size);
		if (rc >= 0)
			rc = add_part(hash, staple.data, staple.size);
	}
	gnutls_hash_deinit(hash, key_r);
	return rc;
}

/* Where the key is (its slot is used), or where it may go; NULL if there is no room. */
static struct slot *find(struct chain_cache *v, const unsigned char key[CHAIN_KEY_SIZE])
{
	size_t start = (size_t)(key[0] << 8 | key[1]);

	for (size_t i = 0; i < PROBES; i++) {
		struct slot *slot = &v->slot[(start + i) % SLOTS];
		if (!slot->used || !memcmp(slot->key, key, CHAIN_KEY_SIZE))
			return slot;
	}
	return NULL;
}

bool chain_cache_find(struct chain_cache *v, const unsigned char key[CHAIN_KEY_SIZE],
		      struct leaf *leaf_r)
{
	pthread_mutex_lock(&v->lock);
	const struct slot *slot = find(v, key);
	bool found = slot && slot->used;
	if (found)
		*leaf_r = slot->leaf;
	pthread_mutex_unlock(&v->lock);
	return found;
}

void chain_cache_add(struct chain_cache *v, const unsigned char key[CHAIN_KEY_SIZE],
		     const struct leaf *leaf)
{
	pthread_mutex_lock(&v->lock);
	struct slot *slot = find(v, key);
	if (slot && !slot->used) {
		*slot = (struct slot){.used = true, .leaf = *leaf};
		memcpy(slot->key, key, CHAIN_KEY_SIZE);
	}
	pthread_mutex_unlock(&v->lock);
}
