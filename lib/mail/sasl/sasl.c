/* sasl.c - PLAIN, LOGIN and EXTERNAL, and for each mechanism who answers
 *
 * Every copy of the password that is made here is wiped before it is freed. Whether the connection
 * is fit for a password is the caller's to judge. */
#include "mail/sasl/sasl.h"

#include <stdlib.h>
#include <string.h>

#include "base/base64.h"
#include "base/xalloc.h"

enum { RESPONSE_MAX = 12288, BASE64_MAX = RESPONSE_MAX / 3 * 4 };

static int too_long(struct err *err)
{
	return err_set(err, ERR_USAGE, "user name or password too long");
}

/* RFC 4616 section 2 */
static int answer_plain(struct sasl *s, struct span challenge, struct buf *answer, struct err *err)
{
	const struct credentials *who = s->terms.who;

	(void)challenge;
	s->complete = true;
	if (buf_append_str(answer, who->authzid ? who->authzid : "") ||
	    buf_append_char(answer, '\0') || buf_append_str(answer, who->username) ||
	    buf_append_char(answer, '\0') || buf_append_str(answer, who->password->value))
		return too_long(err);
	return 0;
}

/* draft-murchison-sasl-login-00: the user name, then the password, whatever the prompts say */
static int answer_login(struct sasl *s, struct span challenge, struct buf *answer, struct err *err)
{
	const struct credentials *who = s->terms.who;

	(void)challenge;
	s->complete = s->answers == 1;
	return buf_append_str(answer, s->complete ? who->password->value : who->username)
		       ? too_long(err)
		       : 0;
}

/* RFC 4422 appendix A: who that is the certificate has said. */
static int answer_external(struct sasl *s, struct span challenge, struct buf *answer,
			   struct err *err)
{
	const struct credentials *who = s->terms.who;

	(void)challenge;
	s->complete = true;
	return buf_append_str(answer, who->authzid ? who->authzid : "") ? too_long(err) : 0;
}

static int answer_gnu(struct sasl *s, struct span challenge, struct buf *answer, struct err *err)
{
	return sasl_gnu_answer(&s->gnu, challenge, answer, &s->complete, err);
}

static const struct {
	const char *mechanism;
	sasl_answer_fn *answer;
} own[] = {
	{"PLAIN", answer_plain},          {"LOGIN", answer_login},
	{"EXTERNAL", answer_external},    {"OAUTHBEARER", sasl_answer_oauthbearer},
	{"XOAUTH2", sasl_answer_xoauth2},
};

int sasl_begin(struct sasl *s, const struct mechanism *mechanism, const struct sasl_terms *terms,
	       struct err *err)
{
	*s = (struct sasl){.mechanism = mechanism, .terms = *terms, .answer = answer_gnu};
	for (size_t i = 0; i < sizeof(own) / sizeof(own[0]); i++)
		if (!strcmp(own[i].mechanism, mechanism->name))
			s->answer = own[i].answer;
	return s->answer == answer_gnu ? sasl_gnu_begin(&s->gnu, mechanism, &s->terms, err) : 0;
}

static char *encode(const struct buf *bytes)
{
	struct buf text = BUF_INIT(BASE64_MAX);

	base64_encode(&text, bytes->data, bytes->len); /* fits: bytes has its maximum */
	return text.data ? text.data : xstrdup("");
}

static int decode(const struct sasl *s, const char *challenge, struct buf *question,
		  struct err *err)
{
	if (base64_decode(question, challenge, strlen(challenge)) == 0)
		return 0;
	if (!s->mechanism->lenient)
		return err_set(err, ERR_PROTOCOL, "AUTH %s: the server's challenge is no base64",
			       s->mechanism->name);
	/* some servers send a bare "Username:" */
	buf_clear(question);
	return 0;
}

static int answer(struct sasl *s, const char *challenge, struct buf *response, struct err *err)
{
	struct buf question = BUF_INIT(strlen(challenge));

	int rc = decode(s, challenge, &question, err);
	if (rc == 0)
		rc = s->answer(s, (struct span){buf_str(&question), question.len}, response, err);
	buf_free(&question);
	return rc;
}

int sasl_answer(struct sasl *s, const char *challenge, char **response_r, struct err *err)
{
	struct buf response = BUF_INIT(RESPONSE_MAX);

	if (s->over)
		return err_set(err, ERR_PROTOCOL,
			       "the server asks for more after the end of AUTH %s",
			       s->mechanism->name);
	/* all its memory at once: growing would leave pieces of the password behind */
	buf_reserve(&response, response.max);
	int rc = answer(s, challenge, &response, err);
	if (rc == 0) {
		*response_r = encode(&response);
		s->answers++;
		s->over = s->over || (s->complete && !s->reason_may_follow);
	}
	buf_wipe(&response);
	return rc;
}

void sasl_free(struct sasl *s)
{
	sasl_gnu_free(&s->gnu);
	*s = (struct sasl){0};
}
