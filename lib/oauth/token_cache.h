/* token_cache.h - tokens kept between runs, one file each, that only their user can read
 *
 * Files are replaced as a whole, and read without waiting for anybody; who is about to ask the
 * provider holds a lock meanwhile, so that of many programs at once one asks. A refresh that has
 * failed is kept, too: those who waited for it need not try again. */
#ifndef MAILFLOW_TOKEN_CACHE_H
#define MAILFLOW_TOKEN_CACHE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "oauth/token_answer.h"

struct token_cache {
	char *path, *lock_path; /* owned */
	char *key;              /* whose token it is; owned */
	int lock;               /* descriptor; -1: not held */
};

/* What a file holds. Zeroed: nothing. */
struct cached_token {
	struct token token;
	uint64_t origin;   /* of the refresh token: what that stems from; see token_cache_mark */
	int64_t failed_ms; /* when a try has failed, milliseconds since 1970; 0: it has not */
	int64_t retry_at;  /* seconds since 1970: the provider asks to wait until then */
	struct err failure;
};

/* The cache of the token that key describes, a text without control characters but LF. directory
 * NULL: that in $XDG_CACHE_HOME, which is made, or /var/cache/mailflow. Returns 0, or -1 with
 * ERR_LOCAL: there is no such directory, or others can write to it. */
int token_cache_open(struct token_cache *c, const char *directory, const char *key,
		     struct err *err);

/* Whether its directory can be reached without asking a file system that may not answer. */
bool token_cache_is_at_hand(const char *directory);

/* Read the file. Returns 0, also where there is none, or -1 with ERR_LOCAL and nothing in
 * *cached_r: it is corrupt, somebody else's, or others can read it. */
int token_cache_read(const struct token_cache *c, struct cached_token *cached_r, struct err *err);

/* The same of a file's text. Returns 0, or -1 with nothing in *cached_r: it is corrupt, or not of
 * that key. */
int token_cache_parse(struct span text, const char *key, struct cached_token *cached_r);

/* Wait for the lock until the absolute deadline. Returns 0, or -1: ERR_TIMEOUT when another process
 * holds it, ERR_ENDED, ERR_LOCAL. */
int token_cache_lock(struct token_cache *c, int64_t until_us, struct err *err);
void token_cache_unlock(struct token_cache *c);

/* Replace the file. Returns 0, or -1 as file_replace. */
int token_cache_write(const struct token_cache *c, const struct cached_token *cached,
		      int64_t until_us, struct err *err);

/* A number for a text, such as a refresh token, that tells whether it is still the same one. */
uint64_t token_cache_mark(const char *text);

/* Both accept a zeroed one (its lock may be 0 then). */
void token_cache_close(struct token_cache *c);
void cached_token_free(struct cached_token *cached);

#endif
