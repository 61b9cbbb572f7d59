/* smtp_auth.c - logging on over SMTP (RFC 4954)
 *
 * Nothing is sent without TLS unless the caller says so, and nothing that was sent here is ever
 * shown: not in the transcript, and not in an error text when a server quotes it. */
#include "mail/smtp.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "mail/sasl.h"

enum {
	/* RFC 5321 section 4.5.3.1.4: 512 with CRLF, which RFC 4954 section 4 applies to initial
	   responses */
	COMMAND_LINE_MAX = 510,
	RESPONSE_MAX = 65536,
};

/* Send a response behind prefix ("AUTH PLAIN " or "") and read what is answered. */
static int send_response(struct smtp *s, const char *prefix, const char *response)
{
	struct buf line = BUF_INIT(RESPONSE_MAX);
	struct buf *transcript = s->conn.transcript;
	size_t mark = transcript ? transcript->len : 0;
	char shown[32];
	int rc;

	snprintf(shown, sizeof(shown), "%s****", prefix);
	if (buf_printf(&line, "%s%s\r\n", prefix, response))
		rc = err_set(s->conn.err, ERR_USAGE, "user name or password too long for AUTH");
	else
		rc = smtp_write(s, &line, shown);
	s->hiding = true;
	if (rc == 0)
		rc = smtp_read_reply(s);
	buf_wipe(&line);
	secret_blot(&s->reply.text, 0, response);
	secret_blot(transcript, mark, response);
	return rc;
}

/* AUTH with the initial response where the mechanism has one and the line can take it. */
static int begin_auth(struct smtp *s, struct sasl *sasl, const char *mechanism)
{
	char *response = NULL;
	int rc;

	if (!sasl_client_first(mechanism))
		return smtp_command(s, "AUTH %s", mechanism);
	if (sasl_answer(sasl, "", &response, s->conn.err))
		return -1;
	if (strlen("AUTH PLAIN ") + strlen(response) <= COMMAND_LINE_MAX) {
		rc = send_response(s, "AUTH PLAIN ", response);
	} else {
		rc = smtp_command(s, "AUTH %s", mechanism);
		if (rc == 0 && s->reply.code == 334)
			rc = send_response(s, "", response);
	}
	secret_wipe_str(response);
	free(response);
	return rc;
}

/* Answer a 334. */
static int continue_auth(struct smtp *s, struct sasl *sasl)
{
	char *response = NULL;

	if (sasl_answer(sasl, buf_str(&s->reply.text), &response, s->conn.err)) {
		smtp_command(s, "*"); /* section 4: ends the exchange, so that QUIT is understood */
		return -1;
	}
	int rc = send_response(s, "", response);
	secret_wipe_str(response);
	free(response);
	return rc;
}

static int judge_auth(struct smtp *s)
{
	switch (s->reply.code) {
	case 235:
		return 0;
	case 504: /* mechanism not known */
	case 530: /* another one, or TLS, is wanted */
	case 534:
	case 535:
	case 538:
		return smtp_fail(s, ERR_AUTH, "AUTH");
	default:
		return smtp_fail(s, smtp_error_kind(s->reply.code), "AUTH");
	}
}

static int authenticate(struct smtp *s, const char *mechanism, const struct credentials *who)
{
	struct buf *transcript = s->conn.transcript;
	size_t mark = transcript ? transcript->len : 0;
	struct sasl sasl = {0};

	int rc = sasl_begin(&sasl, mechanism, who, s->conn.err) || begin_auth(s, &sasl, mechanism);
	while (!rc && s->reply.code == 334)
		rc = continue_auth(s, &sasl);
	sasl_free(&sasl);
	s->hiding = false;
	secret_blot(&s->reply.text, 0, who->password->value);
	secret_blot(transcript, mark, who->password->value);
	return rc ? -1 : judge_auth(s);
}

static bool is_offered(const struct smtp *s, const char *mechanism)
{
	for (const char *p = s->caps.mechanisms; *p;) {
		size_t len = strcspn(p, " ");
		if (text_equal_nocase(p, len, mechanism))
			return true;
		p += len + strspn(p + len, " ");
	}
	return false;
}

static int no_mechanism(struct smtp *s)
{
	if (s->mechanism && s->caps.mechanisms[0])
		return err_set(s->conn.err, ERR_AUTH, "AUTH %s is not offered, only %s",
			       s->mechanism, s->caps.mechanisms);
	if (s->caps.mechanisms[0])
		return err_set(s->conn.err, ERR_AUTH,
			       "no usable way to log on: the server offers %s", s->caps.mechanisms);
	err_set(s->conn.err, ERR_AUTH, "the server offers no way to log on (no AUTH)");
	if (!s->conn.tls_on)
		err_hint(s->conn.err, "servers often offer it only after STARTTLS");
	return -1;
}

int smtp_login(struct smtp *s, const struct credentials *who, bool plaintext_ok)
{
	if (!who->username)
		return 0;
	if (step(s->conn.tl, "login"))
		return -1;
	if (!s->conn.tls_on && !plaintext_ok)
		return err_set(s->conn.err, ERR_AUTH,
			       "password not sent: the connection is not encrypted");
	const char *mechanism = s->mechanism ? s->mechanism : sasl_choose(s->caps.mechanisms);
	if (!mechanism || !is_offered(s, mechanism))
		return no_mechanism(s);
	return authenticate(s, mechanism, who);
}
