/* sasl.c - PLAIN and LOGIN, and for each mechanism who answers
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
	(void)challenge;
	s->complete = true;
	if (buf_append_char(answer, '\0') || buf_append_str(answer, s->who->username) ||
	    buf_append_char(answer, '\0') || buf_append_str(answer, s->who->password->value))
		return too_long(err);
	return 0;
}

/* draft-murchison-sasl-login-00: the user name, then the password, whatever the prompts say */
static int answer_login(struct sasl *s, struct span challenge, struct buf *answer, struct err *err)
{
	(void)challenge;
	s->complete = s->answers == 1;
	const char *text = s->complete ? s->who->password->value : s->who->username;
	return buf_append_str(answer, text) ? too_long(err) : 0;
}

static const struct {
	const char *mechanism;
	sasl_answer_fn *answer;
} own[] = {
	{"PLAIN", answer_plain},
	{"LOGIN", answer_login},
};

static int answer_gnu(struct sasl *s, struct span challenge, struct buf *answer, struct err *err)
{
	return sasl_gnu_answer(&s->gnu, challenge, answer, &s->complete, err);
}

bool sasl_client_first(const char *mechanism)
{
	return !strcmp(mechanism, "PLAIN");
}

int sasl_begin(struct sasl *s, const char *mechanism, const struct credentials *who,
	       struct err *err)
{
	*s = (struct sasl){.mechanism = mechanism, .who = who, .answer = answer_gnu};
	for (size_t i = 0; i < sizeof(own) / sizeof(own[0]); i++)
		if (!strcmp(own[i].mechanism, mechanism))
			s->answer = own[i].answer;
	return s->answer == answer_gnu ? sasl_gnu_begin(&s->gnu, mechanism, who, err) : 0;
}

static char *encode(const struct buf *bytes)
{
	struct buf text = BUF_INIT(BASE64_MAX);

	if (base64_encode(&text, bytes->data, bytes->len))
		return NULL; /* cannot be: bytes has its maximum */
	return text.data ? text.data : xstrdup("");
}

int sasl_answer(struct sasl *s, const char *challenge, char **response_r, struct err *err)
{
	struct buf question = BUF_INIT(strlen(challenge)), answer = BUF_INIT(RESPONSE_MAX);

	if (s->complete)
		return err_set(err, ERR_PROTOCOL,
			       "the server asks for more after the end of AUTH %s", s->mechanism);
	/* Challenges of PLAIN and LOGIN mean nothing, and some servers send a bare "Username:". */
	if (base64_decode(&question, challenge, strlen(challenge)))
		buf_clear(&question);
	/* all its memory at once: growing would leave pieces of the password behind */
	buf_reserve(&answer, answer.max);
	int rc = s->answer(s, (struct span){buf_str(&question), question.len}, &answer, err);
	if (rc == 0) {
		*response_r = encode(&answer);
		s->answers++;
	}
	buf_wipe(&answer);
	buf_free(&question);
	return rc;
}

void sasl_free(struct sasl *s)
{
	sasl_gnu_free(&s->gnu);
	*s = (struct sasl){0};
}
