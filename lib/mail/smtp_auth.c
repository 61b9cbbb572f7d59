/* smtp_auth.c - logging on over SMTP (RFC 4954)
 *
 * Nothing is sent without TLS unless the caller says so. Password and answers are hidden (conn.h)
 * before they are sent, until the logon has succeeded. */
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

struct exchange {
	struct sasl sasl;
	char *response; /* the last one; owned, or NULL */
};

static void forget_response(struct exchange *x)
{
	if (x->response)
		secret_wipe_str(x->response);
	free(x->response);
	x->response = NULL;
}

/* Send the response behind prefix ("AUTH PLAIN " or "") and read what is answered. */
static int send_response(struct smtp *s, const struct exchange *x, const char *prefix)
{
	struct buf line = BUF_INIT(RESPONSE_MAX);
	char shown[32];
	int rc;

	snprintf(shown, sizeof(shown), "%s****", prefix);
	conn_hide(&s->conn, x->response, NULL);
	if (buf_printf(&line, "%s%s\r\n", prefix, x->response))
		rc = err_set(s->conn.err, ERR_USAGE, "user name or password too long for AUTH");
	else
		rc = smtp_write(s, &line, shown);
	if (rc == 0)
		rc = smtp_read_reply(s);
	buf_wipe(&line);
	return rc;
}

/* AUTH with the initial response where the mechanism has one and the line can take it. */
static int begin_auth(struct smtp *s, struct exchange *x, const char *mechanism)
{
	if (!sasl_client_first(mechanism))
		return smtp_command(s, "AUTH %s", mechanism);
	if (sasl_answer(&x->sasl, "", &x->response, s->conn.err))
		return -1;
	if (strlen("AUTH PLAIN ") + strlen(x->response) <= COMMAND_LINE_MAX)
		return send_response(s, x, "AUTH PLAIN ");
	if (smtp_command(s, "AUTH %s", mechanism))
		return -1;
	return s->reply.code == 334 ? send_response(s, x, "") : 0;
}

/* RFC 4954 section 4: "*" ends the exchange, and is answered by 501. A server that had already made
 * up its mind (and said so in JSON, as for OAuth) gives its reason then, which tells more than that
 * there was no answer to its question. */
static int cancel_auth(struct smtp *s, const struct err *why)
{
	if (smtp_command(s, "*"))
		return -1;
	if (s->reply.code / 100 >= 4 && s->reply.code != 501)
		return 0; /* the caller judges */
	*s->conn.err = *why;
	return -1;
}

/* Answer a 334. */
static int continue_auth(struct smtp *s, struct exchange *x)
{
	struct err why = {0};
	char *response = NULL;

	if (sasl_answer(&x->sasl, buf_str(&s->reply.text), &response, &why))
		return cancel_auth(s, &why);
	forget_response(x);
	x->response = response;
	return send_response(s, x, "");
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
	struct exchange x = {0};

	conn_hide(&s->conn, who->password->value, who->username);
	int rc = sasl_begin(&x.sasl, mechanism, who, s->conn.err) || begin_auth(s, &x, mechanism);
	while (!rc && s->reply.code == 334)
		rc = continue_auth(s, &x);
	sasl_free(&x.sasl);
	forget_response(&x);
	if (rc || judge_auth(s))
		return -1;
	conn_unhide(&s->conn);
	return 0;
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
