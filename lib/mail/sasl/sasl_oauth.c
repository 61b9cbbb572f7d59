/* sasl_oauth.c - OAuth 2.0 tokens over SASL: OAUTHBEARER (RFC 7628), and XOAUTH2, which Google made
 * before it and Microsoft took over
 *
 * A token that is refused is answered with a challenge that says why, in JSON, and has to be
 * answered before the server says no. */
#include "mail/sasl/sasl.h"

#include <stdio.h>
#include <string.h>

#include "base/base64.h"
#include "base/json.h"

enum { TEXT_MAX = 120 };

static int too_long(struct err *err)
{
	return err_set(err, ERR_USAGE, "user name or token too long");
}

/* ---- what the server says of a refusal ---- */

static void add_member(struct span json, const char *name, struct buf *out)
{
	struct buf text = BUF_INIT(TEXT_MAX);

	if (json_text(json, name, &text) == 0 && text.len)
		buf_printf(out, "%s%s %s", out->len ? ", " : "", name, buf_str(&text));
	buf_free(&text);
}

/* RFC 7628 section 3.2.2; what is no such object says nothing. */
static void note_refusal(struct sasl *s, struct span json)
{
	struct buf told = BUF_INIT(SASL_TOLD_SIZE - 1);

	add_member(json, "status", &told);
	add_member(json, "scope", &told);
	add_member(json, "schemes", &told);
	snprintf(s->told, sizeof(s->told), "%s", buf_str(&told));
	buf_free(&told);
	s->complete = false; /* yes would be a contradiction */
	s->over = true;
}

/* ---- the mechanisms ---- */

static int append_token(const struct sasl *s, struct buf *answer)
{
	return buf_append_str(answer, "auth=Bearer ") ||
			       buf_append_str(answer, s->terms.who->token->value) ||
			       buf_append_str(answer, "\1\1")
		       ? -1
		       : 0;
}

/* RFC 5801 section 4: in the header "," and "=" are not what they are. */
static int append_escaped(struct buf *answer, const char *name)
{
	int rc = 0;

	for (; *name && rc == 0; name++)
		rc = *name == ','   ? buf_append_str(answer, "=2C")
		     : *name == '=' ? buf_append_str(answer, "=3D")
				    : buf_append_char(answer, *name);
	return rc;
}

/* RFC 7628 section 3.1. Whom the token is for, the token says; a server may have that said, too. */
int sasl_answer_oauthbearer(struct sasl *s, struct span challenge, struct buf *answer,
			    struct err *err)
{
	const struct credentials *who = s->terms.who;

	if (s->answers) {
		note_refusal(s, challenge);
		return buf_append_char(answer, '\1');
	}
	if (buf_append_str(answer, "n,a=") ||
	    append_escaped(answer, who->authzid ? who->authzid : who->username) ||
	    buf_printf(answer, ",\1host=%s\1port=%u\1", s->terms.host, s->terms.port) ||
	    append_token(s, answer))
		return too_long(err);
	s->complete = s->reason_may_follow = true;
	return 0;
}

int sasl_answer_xoauth2(struct sasl *s, struct span challenge, struct buf *answer, struct err *err)
{
	if (s->answers) {
		note_refusal(s, challenge);
		return 0;
	}
	if (buf_printf(answer, "user=%s\1", s->terms.who->username) || append_token(s, answer))
		return too_long(err);
	s->complete = s->reason_may_follow = true;
	return 0;
}

/* ---- JWT ---- */

/* base64url without padding (RFC 7515 section 2) in that of RFC 4648 section 4 */
static int decode_url(struct span text, struct buf *out)
{
	struct buf plain = BUF_INIT(text.len + 4);

	for (; text.len; span_skip(&text, 1))
		buf_append_char(&plain, *text.at == '-' ? '+' : *text.at == '_' ? '/' : *text.at);
	while (plain.len % 4)
		buf_append_char(&plain, '=');
	int rc = base64_decode(out, buf_str(&plain), plain.len);
	buf_wipe(&plain);
	return rc;
}

uint64_t sasl_token_expires(const char *token)
{
	struct span rest = span_of(token), payload;
	uint64_t expires = 0; /* as long as nothing says so */

	span_cut(&rest, '.');
	payload = span_cut(&rest, '.');
	if (!payload.len || !rest.len)
		return expires;
	struct buf claims = BUF_INIT(payload.len);
	if (decode_url(payload, &claims) == 0)
		json_number((struct span){buf_str(&claims), claims.len}, "exp", &expires);
	buf_wipe(&claims);
	return expires;
}
