/* token_get.c - the token that is asked for, from the cache or from the provider */
#include "oauth/token_get.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>

#include "base/file.h"
#include "base/text.h"
#include "base/xalloc.h"
#include "oauth/device_code.h"
#include "oauth/token_cache.h"
#include "oauth/token_request.h"

enum {
	/* a token is renewed when so much of it is left, or a tenth of its time if that is less */
	RENEW_S = 300,
	/* and used until so much is left, or a twentieth: who gets it has to log on with it */
	SPARE_S = 30,
	REFUSED_S = 60,     /* for so long who was refused does not ask again */
	RETRY_MAX_S = 3600, /* whoever asks to wait longer is asked all the same */
};

struct getting {
	struct oauth_settings *settings;
	struct token_cache cache;
	bool has_cache;
	struct cached_token cached;
	int64_t begun_ms;
	struct buf *notes;
};

static int64_t now_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_REALTIME, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static int64_t now_s(void)
{
	return now_ms() / 1000;
}

/* A line for the person; what it says has no secrets in it. */
static void note(const struct getting *g, const struct err *why, const char *prefix)
{
	char shown[sizeof(why->text) + sizeof(why->hint)];

	text_clean(shown, sizeof(shown), why->text, strlen(why->text));
	buf_printf(g->notes, "%s%s%s%s%s\n", prefix, shown, why->hint[0] ? " (" : "", why->hint,
		   why->hint[0] ? ")" : "");
}

/* ---- how good a token is ---- */

static int64_t least(int64_t a, int64_t b)
{
	return a < b ? a : b;
}

static int64_t share(const struct token *t, int64_t part, int64_t most)
{
	return least((t->expires - t->issued) / part, most);
}

static bool is_usable(const struct token *t)
{
	return secret_is_set(&t->access) && t->expires - share(t, 20, SPARE_S) > now_s();
}

static bool is_fresh(const struct token *t)
{
	return secret_is_set(&t->access) && t->expires - share(t, 10, RENEW_S) > now_s();
}

/* ---- the cache ---- */

/* Everything that makes a token another one. */
static char *describe(const struct oauth_settings *s)
{
	bool is_personal = oauth_grant_is_personal(s->grant);

	return xasprintf("%s\n%s\n%s\n%s\n%s\n%s", oauth_grant_name(s->grant),
			 s->token_address ? s->token_address : "", s->client_id ? s->client_id : "",
			 s->key_file ? s->key_file : "", s->scopes ? s->scopes : "",
			 is_personal && s->username ? s->username : "");
}

static void open_cache(struct getting *g)
{
	struct err err = {0};
	char *key = describe(g->settings);

	g->has_cache = !g->settings->no_cache &&
		       token_cache_open(&g->cache, g->settings->cache, key, &err) == 0;
	if (err.kind)
		note(g, &err, "");
	free(key);
}

static void read_cache(struct getting *g, bool says)
{
	struct err err = {0};

	cached_token_free(&g->cached);
	if (g->has_cache && token_cache_read(&g->cache, &g->cached, &err) && says)
		note(g, &err, "");
}

/* Whether the token that is kept will do where there is no other. */
static bool will_do(const struct getting *g)
{
	return !g->settings->renew && is_usable(&g->cached.token);
}

/* Returns 0 when the lock is held, or not needed; 1 when it is not to be had, and the old token
 * will do; -1 with the error set. */
static int lock_cache(struct getting *g, struct err *err)
{
	struct oauth_settings *s = g->settings;
	struct err busy = {0};
	int64_t until_us = will_do(g) ? clock_us() : s->limit.until_us;

	if (!g->has_cache || token_cache_lock(&g->cache, until_us, &busy) == 0)
		return 0;
	if (busy.kind == ERR_LOCAL) {
		note(g, &busy, "");
		g->has_cache = false;
		return 0;
	}
	if (busy.kind == ERR_TIMEOUT && will_do(g))
		return 1;
	*err = busy;
	return -1;
}

static void write_cache(struct getting *g)
{
	struct err err = {0};

	if (g->has_cache &&
	    token_cache_write(&g->cache, &g->cached, g->settings->limit.until_us, &err))
		note(g, &err, "the token is not kept: ");
}

/* ---- asking ---- */

/* The refresh token that the file holds, unless one that stems from it is kept. */
static int choose_refresh_token(struct getting *g, struct secret *given, struct err *err)
{
	struct oauth_settings *s = g->settings;

	if (!s->refresh_token_file)
		return 0;
	if (secret_read_token(given, s->refresh_token_file, &s->limit, err))
		return err_prefix(err, "--refresh-token-file: ");
	if (given->exposed)
		buf_printf(g->notes, "warning: every user of this machine can read %s\n",
			   s->refresh_token_file);
	uint64_t origin = token_cache_mark(given->value);
	if (g->cached.origin != origin || !secret_is_set(&g->cached.token.refresh)) {
		g->cached.origin = origin;
		return secret_set_token(&g->cached.token.refresh, given->value, err);
	}
	return 0;
}

/* What is kept of a new token: its refresh token may be the old one still. */
static void keep(struct getting *g, struct token *t)
{
	struct token *kept = &g->cached.token;

	if (!secret_is_set(&t->refresh)) {
		t->refresh = kept->refresh;
		kept->refresh = (struct secret){0};
	}
	token_free(kept);
	*kept = *t;
	*t = (struct token){0};
	g->cached.failed_ms = g->cached.retry_at = 0;
	g->cached.failure = (struct err){0};
}

static int sign_in(struct getting *g, struct token *t, struct err *err)
{
	token_cache_unlock(&g->cache); /* a person takes what time it takes */
	if (device_code_sign_in(g->settings, t, err))
		return -1;
	return lock_cache(g, err) < 0 ? -1 : 0;
}

/* asks is "asked" or "would ask" */
static void describe_question(const struct oauth_settings *s, const char *asks, struct buf *lines)
{
	buf_printf(lines, "%s %s by %s", asks,
		   s->token_address ? s->token_address : "what the key file says",
		   oauth_grant_name(s->grant));
	if (s->client_id)
		buf_printf(lines, ", as client %s", s->client_id);
	if (oauth_grant_is_personal(s->grant) && s->username)
		buf_printf(lines, ", for user %s", s->username);
	if (s->scopes)
		buf_printf(lines, ", scope %s", s->scopes);
	buf_append_char(lines, '\n');
}

static int ask(struct getting *g, struct token *t, int64_t *retry_after, struct err *err)
{
	struct oauth_settings *s = g->settings;
	struct secret given = {0};
	const char *exposed = NULL;
	enum oauth_grant grant = s->grant;

	int rc = choose_refresh_token(g, &given, err);
	secret_free(&given);
	if (rc)
		return -1;
	if (grant == GRANT_DEVICE_CODE && secret_is_set(&g->cached.token.refresh))
		grant = GRANT_REFRESH_TOKEN;
	if (s->verbosity)
		describe_question(s, "asked", g->notes);
	if (grant != GRANT_DEVICE_CODE)
		rc = token_request(s, grant, &g->cached.token.refresh, t, &exposed, retry_after,
				   err);
	if (exposed)
		buf_printf(g->notes, "warning: every user of this machine can read %s\n", exposed);
	bool signs_in = s->grant == GRANT_DEVICE_CODE &&
			(grant == GRANT_DEVICE_CODE || (rc && err->kind == ERR_AUTH));
	if (!signs_in || !device_code_has_person())
		return grant == GRANT_DEVICE_CODE ? device_code_nobody(s, err) : rc;
	*err = (struct err){0};
	token_free(t);
	return sign_in(g, t, err);
}

static void keep_failure(struct getting *g, int64_t retry_after, const struct err *err)
{
	g->cached.failed_ms = now_ms();
	g->cached.retry_at = retry_after ? now_s() + least(retry_after, RETRY_MAX_S) : 0;
	g->cached.failure = *err;
	write_cache(g);
}

/* Whether the file is another one than it was then; one that cannot be looked at may be. */
static bool has_changed(const char *path, int64_t since_ms)
{
	struct stat st;

	if (!path || !strcmp(path, "-"))
		return false;
	return !file_is_at_hand(path) || stat(path, &st) ||
	       (int64_t)st.st_mtim.tv_sec * 1000 + st.st_mtim.tv_nsec / 1000000 >= since_ms;
}

/* The provider has refused what is still the same: to ask in vain with each check looks like an
 * attack. */
static bool is_refused(const struct getting *g)
{
	const struct oauth_settings *s = g->settings;
	const struct cached_token *c = &g->cached;
	const char *const files[] = {s->client_secret_file, s->client_cert, s->client_key,
				     s->key_file, s->refresh_token_file};

	if (c->failure.kind != ERR_AUTH || s->renew || device_code_has_person() ||
	    now_ms() - c->failed_ms > REFUSED_S * 1000)
		return false;
	for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++)
		if (has_changed(files[i], c->failed_ms))
			return false;
	return true;
}

/* Somebody has tried while this process waited, or the provider is not to be asked now. */
static bool has_failed(const struct getting *g)
{
	const struct cached_token *c = &g->cached;

	return c->failure.kind &&
	       (c->failed_ms >= g->begun_ms || c->retry_at > now_s() || is_refused(g));
}

static int fail_again(const struct getting *g, struct err *err)
{
	const struct cached_token *c = &g->cached;
	int64_t left = c->retry_at - now_s();

	*err = c->failure;
	if (left > 0) {
		err_unhint(err);
		err_hint(err, "not asked again: it asks to wait %lld s more", (long long)left);
	} else if (c->failed_ms < g->begun_ms) {
		buf_printf(g->notes,
			   "not asked again within %d s, but for another secret, or with "
			   "--renew\n",
			   REFUSED_S);
	}
	return -1;
}

/* With the lock held. */
static int renew(struct getting *g, struct err *err)
{
	struct token t = {0};
	int64_t retry_after = 0;

	if (has_failed(g))
		return fail_again(g, err);
	int rc = ask(g, &t, &retry_after, err);
	if (rc == 0) {
		keep(g, &t);
		write_cache(g);
	} else if (err->kind != ERR_ENDED && err->kind != ERR_USAGE) {
		keep_failure(g, retry_after, err);
	}
	token_free(&t);
	return rc;
}

static int get(struct getting *g, struct err *err)
{
	read_cache(g, true);
	if (!g->settings->renew && is_fresh(&g->cached.token))
		return 0;
	int rc = lock_cache(g, err);
	if (rc)
		return rc < 0 ? -1 : 0;
	read_cache(g, false);
	if (!g->settings->renew && is_fresh(&g->cached.token))
		return 0;
	if (renew(g, err) == 0)
		return 0;
	if (!will_do(g) || err->kind == ERR_USAGE)
		return -1;
	note(g, err, "the token was not renewed: ");
	*err = (struct err){0};
	return 0;
}

int token_get(struct oauth_settings *s, struct token *token_r, struct buf *notes, struct err *err)
{
	struct getting g = {.settings = s, .cache = {.lock = -1}, .notes = notes};

	g.begun_ms = now_ms();
	open_cache(&g);
	int rc = get(&g, err);
	*token_r = g.cached.token;
	g.cached.token = (struct token){0};
	cached_token_free(&g.cached);
	token_cache_close(&g.cache);
	return rc;
}

/* ---- what would be done ---- */

void token_get_describe(struct oauth_settings *s, struct buf *lines)
{
	struct getting g = {.settings = s, .cache = {.lock = -1}, .notes = lines};
	const struct token *t = &g.cached.token;

	open_cache(&g);
	read_cache(&g, true);
	if (!s->renew && is_fresh(t))
		buf_printf(lines, "would print the token in %s, good for %lld s more\n",
			   g.cache.path, (long long)(t->expires - now_s()));
	else
		describe_question(s, "would ask", lines);
	cached_token_free(&g.cached);
	token_cache_close(&g.cache);
}
