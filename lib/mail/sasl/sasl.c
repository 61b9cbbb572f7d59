/* sasl.c - SASL exchanges by GNU SASL: PLAIN (RFC 4616) and LOGIN
 *
 * Every copy of the password that is made here, or by the library where it can be reached, is wiped
 * before it is freed. Whether the connection is fit for a password is the caller's to judge. */
#include "mail/sasl/sasl.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

bool sasl_client_first(const char *mechanism)
{
	return !strcmp(mechanism, "PLAIN");
}

int sasl_begin(struct sasl *s, const char *mechanism, const struct credentials *who,
	       struct err *err)
{
	*s = (struct sasl){.library = sasl_library(err)};
	if (!s->library)
		return -1;
	int rc = s->library->gsasl_init(&s->ctx);
	if (rc == GSASL_OK)
		rc = s->library->gsasl_client_start(s->ctx, mechanism, &s->session);
	if (rc != GSASL_OK) {
		err_set(err, ERR_LOCAL, "GNU SASL cannot do %s: %s", mechanism,
			s->library->gsasl_strerror(rc));
		sasl_free(s);
		return -1;
	}
	s->library->gsasl_property_set(s->session, GSASL_AUTHID, who->username);
	s->library->gsasl_property_set(s->session, GSASL_PASSWORD, who->password->value);
	return 0;
}

/* bytes from GNU SASL that may hold the password */
static void release(const struct sasl *s, char *bytes, size_t len)
{
	if (bytes)
		explicit_bzero(bytes, len);
	s->library->gsasl_free(bytes);
}

int sasl_answer(struct sasl *s, const char *challenge, char **response_r, struct err *err)
{
	char *question = NULL, *answer = NULL;
	size_t question_len = 0, answer_len = 0;

	if (s->complete)
		return err_set(err, ERR_PROTOCOL,
			       "the server asks for more after the end of AUTH %s",
			       s->library->gsasl_mechanism_name(s->session));
	/* Challenges of PLAIN and LOGIN mean nothing, and some servers send a bare "Username:". */
	if (s->library->gsasl_base64_from(challenge, strlen(challenge), &question, &question_len) !=
	    GSASL_OK)
		question_len = 0;
	int rc = s->library->gsasl_step(s->session, question_len ? question : "", question_len,
					&answer, &answer_len);
	s->complete = rc != GSASL_NEEDS_MORE;
	if (rc == GSASL_OK || rc == GSASL_NEEDS_MORE) {
		int encoded = s->library->gsasl_base64_to(answer, answer_len, response_r, NULL);
		rc = encoded == GSASL_OK ? GSASL_OK : encoded;
	}
	release(s, answer, answer_len);
	s->library->gsasl_free(question);
	if (rc != GSASL_OK)
		return err_set(err, ERR_PROTOCOL, "AUTH %s: %s",
			       s->library->gsasl_mechanism_name(s->session),
			       s->library->gsasl_strerror(rc));
	return 0;
}

void sasl_free(struct sasl *s)
{
	if (s->session) {
		/* The library frees its copy of the password as it is; it hands it out as const. */
		const char *password = s->library->gsasl_property_fast(s->session, GSASL_PASSWORD);
		if (password)
			explicit_bzero((char *)(uintptr_t)password, strlen(password));
		s->library->gsasl_finish(s->session);
	}
	if (s->ctx)
		s->library->gsasl_done(s->ctx);
	*s = (struct sasl){0};
}
