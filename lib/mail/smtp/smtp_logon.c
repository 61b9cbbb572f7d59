/* smtp_logon.c - logging on over SMTP (RFC 4954), and the whole way from connecting to it
 *
 * Nothing is sent without TLS unless the caller says so. Password and answers are hidden (conn.h)
 * before they are sent. */
#include "mail/smtp/smtp.h"

#include <string.h>

#include "mail/sasl/exchange.h"
#include "mail/sasl/logon.h"
#include "mail/sasl/no_way.h"

/* RFC 5321 section 4.5.3.1.4: 512 with CRLF; RFC 4954 section 4: with an initial response, too */
enum { COMMAND_LINE_MAX = 510 };

static int check_unasked(void *session)
{
	return smtp_check_unasked(session);
}

/* RFC 4954 sections 4 and 6 */
static enum sasl_outcome outcome(int code)
{
	switch (code) {
	case 334:
		return SASL_CHALLENGE;
	case 235:
		return SASL_SUCCESS;
	case 501:
		return SASL_CANCELLED;
	default:
		return SASL_FAILURE;
	}
}

static int read_reply(void *session, struct sasl_reply *reply_r)
{
	struct smtp *s = session;

	if (smtp_read_reply(s))
		return -1;
	*reply_r = (struct sasl_reply){outcome(s->reply.code), buf_str(&s->reply.text),
				       s->reply.text.len};
	return 0;
}

static int fail(struct smtp *s, const struct sasl_trace *trace)
{
	switch (s->reply.code) {
	case 504: /* mechanism not known */
	case 530: /* another one, or TLS, is wanted */
	case 534:
	case 535:
	case 538:
		smtp_fail(s, ERR_AUTH, "AUTH");
		break;
	default:
		smtp_fail(s, smtp_error_kind(s->reply.code), "AUTH");
	}
	sasl_note_told(s->conn.err, trace);
	return -1;
}

/* RFC 4954 section 6: the command, or this mechanism, is not known; what is none of its own codes
 * may be about the password. */
static enum logon_end judge(const struct smtp *s)
{
	switch (s->reply.code) {
	case 500:
	case 502:
	case 504:
		return LOGON_NOT_SO;
	case 530:
	case 534:
	case 538:
		return LOGON_OVER;
	default:
		return s->reply.code >= 500 ? LOGON_REFUSED : LOGON_OVER;
	}
}

static enum logon_end attempt(void *session, const struct mechanism *m,
			      const struct credentials *who)
{
	struct smtp *s = session;
	struct sasl_trace trace;
	const struct sasl_carrier carrier = {
		.conn = &s->conn,
		.session = s,
		.service = "smtp",
		.command = "AUTH",
		.line_max = COMMAND_LINE_MAX,
		.check = check_unasked,
		.read = read_reply,
	};

	if (sasl_exchange(&carrier, m, who, &trace))
		return trace.begun ? LOGON_OVER : LOGON_NOT_SO;
	if (s->reply.code == 235)
		return LOGON_DONE;
	fail(s, &trace);
	return trace.cancelled ? LOGON_OVER : sasl_end(&trace, judge(s));
}

static int no_mechanism(void *session)
{
	struct smtp *s = session;

	return logon_no_way(&s->conn, s->caps.mechanisms, "no AUTH");
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
	const struct logon l = {
		.conn = &s->conn,
		.session = s,
		.offered = s->caps.mechanisms,
		.attempt = attempt,
		.no_way = no_mechanism,
	};
	return logon_run(&l, who, &s->logon) ? logon_failed(&s->conn, who->username) : 0;
}

/* What is answered to those who say nothing for too long: 421 with 4.4.2 or 4.4.1, or without an
 * enhanced code. With another one it tells of load or policy, and would do so again. */
static bool is_idle_limit(const struct smtp_reply *r)
{
	return r->code == 421 && (!r->enhanced[0] || !strncmp(r->enhanced, "4.4.", 4));
}

/* A connection that was begun ahead may have been given up by the server, since nobody said a word:
 * that says nothing about the server, and a new one does. */
static int greet(struct smtp *s, const struct mail_account *a)
{
	struct err given_up = {0}, *err;

	if (logon_connect(&s->conn, a))
		return -1;
	if (!conn_was_ahead(&s->conn))
		return smtp_greeting(s);
	err = conn_set_err(&s->conn, &given_up);
	int rc = smtp_greeting(s) || smtp_check_unasked(s);
	conn_set_err(&s->conn, err);
	if (rc == 0)
		return 0;
	if (given_up.kind == ERR_CLOSED || is_idle_limit(&s->reply)) {
		conn_close(&s->conn);
		s->ended = false;
		return logon_connect(&s->conn, a) ? -1 : smtp_greeting(s);
	}
	*err = given_up;
	return -1;
}

int smtp_log_on(struct smtp *s, const struct mail_account *a)
{
	bool starttls = a->endpoint->mode == TLS_MODE_STARTTLS;

	timeline_leg(s->conn.tl, s->conn.tl->prefix, a->limit_us);
	if (greet(s, a) || smtp_ehlo(s))
		return -1;
	if (starttls && smtp_starttls(s, a->endpoint->host, a->tls))
		return -1;
	return smtp_login(s, &a->who, a->endpoint->mode == TLS_MODE_PLAINTEXT);
}
