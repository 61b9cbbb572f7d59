/* token_cache.c - tokens kept between runs */
#include "oauth/token_cache.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/file.h"
#include "base/file_lock.h"
#include "base/file_writer.h"
#include "base/interrupt.h"
#include "base/json.h"
#include "base/text.h"
#include "base/xalloc.h"

#define COMMON_DIRECTORY "/var/cache/mailflow"

enum {
	FILE_MAX = 64 * 1024,
	VERSION = 1,
	OWN_MODE = 0600,
	OTHERS = 077,
	SKEW_S = 300, /* how far clocks of machines that share a directory may differ */
};

/* FNV-1a, 64 bits: no two tokens of a site are likely to get the same file, and where they do its
 * key tells. */
uint64_t token_cache_mark(const char *text)
{
	uint64_t hash = 0xcbf29ce484222325;

	for (; *text; text++)
		hash = (hash ^ (unsigned char)*text) * 0x100000001b3;
	return hash >> 1; /* as a number of JSON it is read signed */
}

/* ---- the directory ---- */

static int check_directory(const char *path, struct err *err)
{
	struct stat st;

	if (stat(path, &st)) {
		err_set(err, ERR_LOCAL, "no cache: %s: %s", path, text_errno(errno));
		err_hint(err, "install -d -m 2770 -g mailflow %s", path);
		return -1;
	}
	if (!S_ISDIR(st.st_mode))
		return err_set(err, ERR_LOCAL, "no cache: %s is no directory", path);
	if (st.st_mode & S_IWOTH)
		return err_set(err, ERR_LOCAL,
			       "no cache: every user of this machine can write to %s", path);
	if (st.st_uid != geteuid() && st.st_uid != 0)
		return err_set(err, ERR_LOCAL, "no cache: %s is another user's", path);
	return 0;
}

/* That of the person, or of the service. */
static char *name_directory(const char *directory)
{
	const char *home = getenv("XDG_CACHE_HOME");

	if (directory)
		return xstrdup(directory);
	return home && *home == '/' ? xasprintf("%s/mailflow", home) : xstrdup(COMMON_DIRECTORY);
}

/* In $XDG_CACHE_HOME, which need not be there either. */
static void make_directory(const char *path)
{
	const char *home = getenv("XDG_CACHE_HOME");

	if (mkdir(path, 0700) && errno == ENOENT && mkdir(home, 0700) == 0)
		mkdir(path, 0700);
}

bool token_cache_is_at_hand(const char *directory)
{
	char *path = name_directory(directory);
	bool is_at_hand = file_is_at_hand(path);

	free(path);
	return is_at_hand;
}

int token_cache_open(struct token_cache *c, const char *directory, const char *key, struct err *err)
{
	char *path = name_directory(directory);

	*c = (struct token_cache){.lock = -1};
	if (!directory && strcmp(path, COMMON_DIRECTORY) != 0)
		make_directory(path);
	int rc = check_directory(path, err);
	if (rc == 0) {
		c->key = xstrdup(key);
		c->path = xasprintf("%s/token-%u-%016llx", path, (unsigned int)geteuid(),
				    (unsigned long long)token_cache_mark(key));
		c->lock_path = xasprintf("%s.lock", c->path);
	}
	free(path);
	return rc;
}

void token_cache_close(struct token_cache *c)
{
	if (c->path)
		token_cache_unlock(c);
	free(c->path);
	free(c->lock_path);
	free(c->key);
	*c = (struct token_cache){.lock = -1};
}

/* ---- reading ---- */

static int not_used(const struct token_cache *c, const char *why, struct err *err)
{
	return err_set(err, ERR_LOCAL, "the cache is not used: %s %s", c->path, why);
}

/* Nothing that another user may have written, or read. */
static int check_file(const struct token_cache *c, int fd, struct err *err)
{
	struct stat st;

	if (fstat(fd, &st))
		return not_used(c, text_errno(errno), err);
	if (!S_ISREG(st.st_mode))
		return not_used(c, "is no regular file", err);
	if (st.st_uid != geteuid())
		return not_used(c, "is another user's", err);
	if (st.st_mode & OTHERS)
		return not_used(c, "can be read or written by others", err);
	return 0;
}

static int read_text(const struct token_cache *c, int fd, struct buf *text, struct err *err)
{
	ssize_t n = 1;

	buf_reserve(text, FILE_MAX);
	while (n && text->len < FILE_MAX) {
		n = read(fd, text->data + text->len, FILE_MAX - text->len);
		if (n < 0)
			return not_used(c, text_errno(errno), err);
		text->len += (size_t)n;
	}
	return text->len < FILE_MAX ? 0 : not_used(c, "is too large", err);
}

static int64_t number(struct span json, const char *name)
{
	uint64_t value;

	return json_number(json, name, &value) == 0 && value < INT64_MAX ? (int64_t)value : 0;
}

static void take_words(struct span json, const char *name, char *words, size_t size)
{
	struct buf text = BUF_INIT(size - 1);

	json_text(json, name, &text);
	snprintf(words, size, "%s", buf_str(&text));
	buf_free(&text);
}

static void take_token(struct span json, const char *name, struct secret *secret)
{
	struct buf text = BUF_INIT(json.len);
	struct err ignored = {0};

	buf_reserve(&text, json.len); /* growing would leave pieces behind */
	if (json_string(json, name, &text) == 0)
		secret_set_token(secret, buf_str(&text), &ignored);
	buf_wipe(&text);
}

/* The version is the last member: who can read it has found the whole to be well-formed. */
static bool is_whole(struct span json, const char *key)
{
	struct buf text = BUF_INIT(json.len);

	bool is_ours = number(json, "version") == VERSION && json_text(json, "key", &text) == 0 &&
		       !strcmp(buf_str(&text), key);
	buf_free(&text);
	return is_ours;
}

static void take_all(struct span json, struct cached_token *cached)
{
	take_token(json, "access_token", &cached->token.access);
	take_token(json, "refresh_token", &cached->token.refresh);
	cached->token.issued = number(json, "issued");
	cached->token.expires = number(json, "expires");
	cached->origin = (uint64_t)number(json, "origin");
	cached->failed_ms = number(json, "failed_ms");
	cached->retry_at = number(json, "retry_at");
	cached->failure.kind = (enum err_kind)number(json, "failure_kind");
	take_words(json, "failure", cached->failure.text, sizeof(cached->failure.text));
	take_words(json, "hint", cached->failure.hint, sizeof(cached->failure.hint));
}

int token_cache_parse(struct span text, const char *key, struct cached_token *cached)
{
	*cached = (struct cached_token){0};
	if (!is_whole(text, key))
		return -1;
	take_all(text, cached);
	return 0;
}

int token_cache_read(const struct token_cache *c, struct cached_token *cached, struct err *err)
{
	struct buf text = BUF_INIT(FILE_MAX);
	int64_t latest = (int64_t)time(NULL) + SKEW_S;

	*cached = (struct cached_token){0};
	int fd = open(c->path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY);
	if (fd < 0)
		return errno == ENOENT ? 0 : not_used(c, text_errno(errno), err);
	int rc = check_file(c, fd, err) || read_text(c, fd, &text, err);
	close(fd);
	if (rc == 0 && token_cache_parse((struct span){buf_str(&text), text.len}, c->key, cached))
		rc = not_used(c, "is corrupt", err);
	buf_wipe(&text);
	if (rc == 0 && (cached->token.issued > latest || cached->failed_ms / 1000 > latest)) {
		cached_token_free(cached);
		rc = not_used(c, "is from the future: is the clock right?", err);
	}
	return rc ? -1 : 0;
}

/* ---- the lock ---- */

static int open_lock(struct token_cache *c, struct err *err)
{
	struct stat st;

	c->lock = open(c->lock_path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK,
		       OWN_MODE);
	if (c->lock < 0)
		return err_set(err, ERR_LOCAL, "no cache: %s: %s", c->lock_path, text_errno(errno));
	if (fstat(c->lock, &st) == 0 && S_ISREG(st.st_mode) && st.st_uid == geteuid())
		return 0;
	token_cache_unlock(c);
	return err_set(err, ERR_LOCAL, "no cache: %s is another user's", c->lock_path);
}

int token_cache_lock(struct token_cache *c, int64_t until_us, struct err *err)
{
	int64_t begun_us = clock_us();

	if (open_lock(c, err))
		return -1;
	int error = file_lock(c->lock, until_us);
	if (!error)
		return 0;
	token_cache_unlock(c);
	if (error == EINTR)
		return interrupt_set_err(err, "while another process asked for the token",
					 begun_us);
	if (error != EWOULDBLOCK)
		return err_set(err, ERR_LOCAL, "no cache: %s: %s", c->lock_path, text_errno(error));
	return err_set(err, ERR_TIMEOUT, "another process asks for the token, since %.3g s",
		       (double)(clock_us() - begun_us) / (double)US_PER_S);
}

/* The file stays: who removed it would take the lock away from those who wait for it. */
void token_cache_unlock(struct token_cache *c)
{
	if (c->lock >= 0)
		close(c->lock);
	c->lock = -1;
}

/* ---- writing ---- */

static int add_text(struct buf *out, const char *name, const char *text)
{
	return buf_printf(out, "\"%s\":", name) || json_quote(out, text) ||
			       buf_append_char(out, ',')
		       ? -1
		       : 0;
}

static int add_number(struct buf *out, const char *name, int64_t value)
{
	return buf_printf(out, "\"%s\":%lld,", name, (long long)value);
}

static int format(struct buf *out, const struct token_cache *c, const struct cached_token *cached)
{
	const struct token *t = &cached->token;

	if (buf_append_char(out, '{') || add_text(out, "key", c->key) ||
	    (t->access.value && add_text(out, "access_token", t->access.value)) ||
	    (t->refresh.value && add_text(out, "refresh_token", t->refresh.value)) ||
	    add_number(out, "issued", t->issued) || add_number(out, "expires", t->expires) ||
	    add_number(out, "origin", (int64_t)cached->origin) ||
	    add_number(out, "failed_ms", cached->failed_ms) ||
	    add_number(out, "retry_at", cached->retry_at) ||
	    add_number(out, "failure_kind", cached->failure.kind) ||
	    add_text(out, "failure", cached->failure.text) ||
	    add_text(out, "hint", cached->failure.hint))
		return -1;
	return buf_printf(out, "\"version\":%d}\n", VERSION);
}

/* What is not used is not what a new one may inherit owner and mode from. */
static void remove_unused(const struct token_cache *c)
{
	struct stat st;

	if (lstat(c->path, &st) == 0 &&
	    (!S_ISREG(st.st_mode) || st.st_uid != geteuid() || st.st_mode & OTHERS))
		unlink(c->path);
}

int token_cache_write(const struct token_cache *c, const struct cached_token *cached,
		      int64_t until_us, struct err *err)
{
	struct buf text = BUF_INIT(FILE_MAX);

	buf_reserve(&text, FILE_MAX); /* growing would leave pieces behind */
	int rc = format(&text, c, cached)
			 ? err_set(err, ERR_LOCAL, "no cache: the token is too long")
			 : 0;
	if (rc == 0) {
		remove_unused(c);
		rc = file_replace(c->path, text.data, text.len, until_us, err);
	}
	buf_wipe(&text);
	return rc;
}

void cached_token_free(struct cached_token *cached)
{
	token_free(&cached->token);
	*cached = (struct cached_token){0};
}
