/* device_code.c - a person signs in on another device */
#include "oauth/device_code.h"

#include <pwd.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/interrupt.h"
#include "base/json.h"
#include "base/text.h"
#include "oauth/token_request.h"

#define GRANT_TYPE "urn:ietf:params:oauth:grant-type:device_code"

enum {
	FIELD_MAX = 1024,
	SHOWN_MAX = 300,
	INTERVAL_S = 5, /* RFC 8628 section 3.2: if it says nothing */
	SLOWER_S = 5,   /* section 3.5 */
	INTERVAL_MAX_S = 300,
	EXPIRES_MAX_S = 3600,
	ANSWER_S = 30, /* of one question */
};

/* A code that the provider has given out. */
struct device_code {
	struct buf code; /* secret */
	char user_code[SHOWN_MAX], address[SHOWN_MAX];
	uint64_t interval_s;
	int64_t until_us;
};

bool device_code_has_person(void)
{
	return isatty(STDERR_FILENO);
}

int device_code_nobody(const struct oauth_settings *s, struct err *err)
{
	const struct passwd *user = getpwuid(geteuid());

	err_set(err, ERR_AUTH, "nobody has signed in%s%s", s->username ? " as " : "",
		s->username ? s->username : "");
	err_hint(err, "run this once on a terminal, as %s", user ? user->pw_name : "this user");
	return err_fault(err, "token-nobody");
}

/* ---- the code ---- */

static int take_shown(struct span json, const char *name, char shown[SHOWN_MAX])
{
	struct buf text = BUF_INIT(FIELD_MAX);

	int rc = json_text(json, name, &text);
	text_show(shown, SHOWN_MAX, buf_str(&text), text.len);
	buf_free(&text);
	return rc || !shown[0] ? -1 : 0;
}

/* Google says verification_url, as a draft did. */
static int take_code(const struct oauth_settings *s, struct device_code *d, struct span json)
{
	uint64_t expires_s;

	if (json_text(json, "device_code", &d->code) ||
	    take_shown(json, "user_code", d->user_code) ||
	    json_number(json, "expires_in", &expires_s) || expires_s > EXPIRES_MAX_S ||
	    (take_shown(json, "verification_uri", d->address) &&
	     take_shown(json, "verification_url", d->address)))
		return -1;
	if (json_number(json, "interval", &d->interval_s) || !d->interval_s)
		d->interval_s = INTERVAL_S;
	d->until_us = clock_us() + (int64_t)expires_s * US_PER_S;
	if (s->limit.is_given && s->limit.until_us < d->until_us)
		d->until_us = s->limit.until_us;
	return 0;
}

static int64_t answer_until(int64_t until_us)
{
	int64_t most_us = clock_us() + ANSWER_S * US_PER_S;

	return most_us < until_us ? most_us : until_us;
}

static int refuse_code(struct token_request *r, const struct http_answer *answer, struct err *err)
{
	bool is_object = span_starts((struct span){buf_str(&answer->body), answer->body.len}, "{");
	char name[SHOWN_MAX];

	token_answer_error(answer, name, sizeof(name));
	if (answer->status == 200 && is_object && !*name)
		return err_set(err, ERR_PROTOCOL, "%s: it answered 200 with what is no device code",
			       r->origin);
	return token_answer_refuse(answer, r->origin, &r->secrets, err);
}

static int get_code(struct oauth_settings *s, struct device_code *d, struct err *err)
{
	struct token_request r;
	struct http_answer answer = {0};

	int rc = token_request_begin(&r, s, s->device_address, err) ||
		 token_request_add_client(&r, err) ||
		 (s->scopes && token_request_add(&r, "scope", s->scopes, err)) ||
		 token_request_send(&r, answer_until(s->limit.until_us), &answer, err);
	if (rc == 0 && take_code(s, d, (struct span){buf_str(&answer.body), answer.body.len}))
		rc = refuse_code(&r, &answer, err);
	http_answer_free(&answer);
	token_request_free(&r);
	return rc ? -1 : 0;
}

/* To standard error, which is a terminal: standard output is for the token. */
static void tell(const struct oauth_settings *s, const struct device_code *d)
{
	struct buf words = BUF_INIT(4 * SHOWN_MAX);

	buf_printf(&words, "To sign in%s%.100s, open %s\nand enter the code %s\n",
		   s->username ? " as " : "", s->username ? s->username : "", d->address,
		   d->user_code);
	interrupt_write(STDERR_FILENO, buf_str(&words), words.len, clock_us() + US_PER_S);
	buf_free(&words);
}

/* ---- waiting ---- */

static int add_code(struct token_request *r, struct oauth_settings *s, const struct device_code *d,
		    struct err *err)
{
	return token_request_begin(r, s, s->token_address, err) ||
			       token_request_add(r, "grant_type", GRANT_TYPE, err) ||
			       token_request_add_secret(r, "device_code", buf_str(&d->code), err) ||
			       token_request_add_client(r, err)
		       ? -1
		       : 0;
}

/* Whether to ask once more, and how much later. */
static bool is_pending(struct device_code *d, const struct http_answer *answer)
{
	char name[SHOWN_MAX];

	token_answer_error(answer, name, sizeof(name));
	if (!strcmp(name, "slow_down"))
		d->interval_s += SLOWER_S;
	if (d->interval_s > INTERVAL_MAX_S)
		d->interval_s = INTERVAL_MAX_S;
	return !strcmp(name, "authorization_pending") || !strcmp(name, "slow_down");
}

/* Returns 1 where nobody has signed in yet. A question that is not answered is asked again, and the
 * less often (RFC 8628 section 3.5). */
static int poll_once(struct oauth_settings *s, struct device_code *d, struct token *token_r,
		     struct err *err)
{
	struct token_request r;
	struct http_answer answer = {0};
	int64_t now = (int64_t)time(NULL);

	int rc = add_code(&r, s, d, err);
	if (rc == 0)
		rc = token_request_send(&r, answer_until(d->until_us), &answer, err);
	if (rc == 0 && is_pending(d, &answer)) {
		rc = 1;
	} else if (rc && err->kind == ERR_TIMEOUT && clock_us() < d->until_us) {
		d->interval_s *= 2;
		*err = (struct err){0};
		rc = 1;
	} else if (rc == 0) {
		rc = token_answer_take(&answer, r.origin, now, &r.secrets, token_r, err);
	}
	http_answer_free(&answer);
	token_request_free(&r);
	return rc;
}

static int await(struct oauth_settings *s, struct device_code *d, struct token *token_r,
		 struct err *err)
{
	int64_t begun_us = clock_us();
	int rc = 1;

	while (rc > 0) {
		int64_t next_us = clock_us() + (int64_t)d->interval_s * US_PER_S;
		if (next_us > d->until_us) {
			err_set(err, ERR_AUTH, "nobody has signed in in time");
			return err_fault(err, "token-nobody");
		}
		if (interrupt_poll(-1, 0, next_us) < 0 && interrupt_name())
			return interrupt_set_err(err, "while somebody was to sign in", begun_us);
		rc = poll_once(s, d, token_r, err);
	}
	return rc;
}

int device_code_sign_in(struct oauth_settings *s, struct token *token_r, struct err *err)
{
	struct device_code d = {.code = BUF_INIT(FIELD_MAX)};

	int rc = get_code(s, &d, err);
	if (rc == 0) {
		int64_t begun_us = clock_us();
		tell(s, &d);
		rc = await(s, &d, token_r, err);
		if (!s->limit.is_given) /* a person's time is none of the run's */
			s->limit.until_us += clock_us() - begun_us;
	}
	buf_wipe(&d.code);
	return rc;
}
