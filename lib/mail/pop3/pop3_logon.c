/* pop3_logon.c - logging on over POP3: USER and PASS, AUTH (RFC 5034), APOP; and the whole way from
 * connecting to it.
 *
 * Nothing is sent without TLS unless the caller says so. Password and answers are hidden (conn.h)
 * before they are sent. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <gnutls/crypto.h>

#include "base/clock.h"
#include "base/text.h"
#include "mail/pop3/pop3.h"
#include "mail/pop3/pop3_command.h"
#include "mail/sasl/exchange.h"
#include "mail/sasl/logon.h"
#include "mail/sasl/no_way.h"

enum {
	AUTH_LINE_MAX = 253, /* RFC 5034 section 4: 255 with CRLF */
	MD5_SIZE = 16,
};

/* ---- AUTH ---- */

static int check_unasked(void *session)
{
	return pop3_check_unasked(session);
}

static int read_reply(void *session, struct sasl_reply *reply_r)
{
	struct pop3 *s = session;

	if (pop3_read_reply(s, true))
		return -1;
	*reply_r = (struct sasl_reply){SASL_FAILURE, s->reply.text.at, s->reply.text.len};
	if (s->reply.status == POP3_CONTINUATION)
		reply_r->outcome = SASL_CHALLENGE;
	else if (s->reply.status == POP3_OK)
		reply_r->outcome = SASL_SUCCESS;
	return 0;
}

/* Servers without AUTH-RESP-CODE do not get the initial response in the command: some take that for
 * a syntax error (Exchange), which could not be told from a wrong password. */
static int authenticate(struct pop3 *s, const struct mechanism *m, const struct credentials *who,
			struct sasl_trace *trace)
{
	const struct sasl_carrier carrier = {
		.conn = &s->conn,
		.session = s,
		.service = "pop",
		.command = "AUTH",
		.line_max = s->caps.auth_resp_code ? AUTH_LINE_MAX : 0,
		.check = check_unasked,
		.read = read_reply,
	};
	return sasl_exchange(&carrier, m, who, trace);
}

/* ---- USER and PASS ---- */

/* Send a secret behind before, and read what is said to it. */
static int say_secret(struct pop3 *s, const char *before, const char *secret)
{
	if (pop3_gather(s))
		return -1;
	int rc = pop3_put_secret(s, before, secret);
	return pop3_send_gathered(s) || rc || pop3_read_reply(s, false) ? -1 : 0;
}

/* RFC 6856 section 2.1: names and passwords beyond ASCII. A server that refuses is asked to log on
 * all the same. */
static bool wants_utf8(const struct pop3 *s, const struct credentials *who)
{
	return s->caps.utf8 &&
	       !(text_is_ascii(who->username) && text_is_ascii(who->password->value));
}

static int user_then_pass(struct pop3 *s, const struct credentials *who, struct sasl_trace *trace)
{
	if ((wants_utf8(s, who) && pop3_command(s, "UTF8")) ||
	    pop3_command(s, "USER %s", who->username))
		return -1;
	if (s->reply.status != POP3_OK)
		return 0; /* the caller judges */
	trace->responded = true;
	return say_secret(s, "PASS ", who->password->value);
}

/* The answer to PASS is read, and that to USER stays the newest: the other says no more than that
 * there was no name before it. */
static int pass_over_pass(struct pop3 *s)
{
	struct buf user = BUF_INIT(CONN_LINE_MAX);

	int rc = buf_append(&user, s->line.data, s->line.len);
	pop3_skip_replies(s);
	buf_clear(&s->line);
	rc = rc || buf_append(&s->line, user.data, user.len);
	buf_free(&user);
	return rc || pop3_parse_reply(buf_str(&s->line), s->line.len, &s->reply) ? -1 : 0;
}

/* The server has the password then, also where it does not want the name. */
static int user_and_pass(struct pop3 *s, const struct credentials *who, struct sasl_trace *trace)
{
	bool utf8 = wants_utf8(s, who);

	if (pop3_gather(s))
		return -1;
	int rc = (utf8 && pop3_put(s, "UTF8")) || pop3_put(s, "USER %s", who->username) ||
		 pop3_put_secret(s, "PASS ", who->password->value);
	trace->responded = true;
	if (pop3_send_gathered(s) || rc)
		return -1;
	if ((utf8 && pop3_read_reply(s, false)) || pop3_read_reply(s, false))
		return -1;
	return s->reply.status == POP3_OK ? pop3_read_reply(s, false) : pass_over_pass(s);
}

static int user_pass(struct pop3 *s, const struct credentials *who, struct sasl_trace *trace)
{
	if (strpbrk(who->password->value, "\r\n"))
		return err_set(s->conn.err, ERR_USAGE,
			       "POP3 cannot transmit a password with a line end");
	trace->begun = true;
	return s->caps.pipelining ? user_and_pass(s, who, trace) : user_then_pass(s, who, trace);
}

/* ---- APOP (RFC 1939 section 7) ---- */

static int digest(struct pop3 *s, const struct credentials *who, char hex[2 * MD5_SIZE + 1])
{
	struct buf text = BUF_INIT(8192);
	unsigned char md5[MD5_SIZE];

	int rc = buf_printf(&text, "%s%s", s->timestamp, who->password->value);
	if (rc)
		err_set(s->conn.err, ERR_USAGE, "password too long");
	else if (gnutls_hash_fast(GNUTLS_DIG_MD5, text.data, text.len, md5) < 0)
		rc = err_set(s->conn.err, ERR_LOCAL,
			     "MD5, which APOP needs, is not allowed on this machine");
	buf_wipe(&text);
	for (size_t i = 0; rc == 0 && i < MD5_SIZE; i++)
		snprintf(hex + 2 * i, 3, "%02x", md5[i]);
	return rc;
}

static int apop_logon(struct pop3 *s, const struct credentials *who, struct sasl_trace *trace)
{
	char hex[2 * MD5_SIZE + 1];
	struct buf command = BUF_INIT(1024);

	if (!s->timestamp[0]) {
		err_set(s->conn.err, ERR_AUTH, "server does not offer APOP");
		err_hint(s->conn.err, "%s",
			 s->conn.tls_on ? "it does not work after STLS" : "leave out --auth=APOP");
		return -1;
	}
	if (digest(s, who, hex))
		return -1;
	int rc = buf_printf(&command, "APOP %s ", who->username);
	if (rc)
		err_set(s->conn.err, ERR_USAGE, "user name too long");
	else
		rc = say_secret(s, buf_str(&command), hex);
	trace->begun = trace->responded = true;
	buf_free(&command);
	return rc;
}

/* ---- the choice ---- */

static int no_way_to_log_on(void *session)
{
	struct pop3 *s = session;

	return logon_no_way(&s->conn, s->caps.mechanisms, "no USER, no SASL");
}

static enum pop3_refusal classify(const struct pop3_reply *reply)
{
	if (pop3_is_too_soon(reply))
		return POP3_TOO_SOON;
	if (pop3_is_in_use(reply))
		return POP3_IN_USE;
	return pop3_is_busy(reply) ? POP3_BUSY : POP3_FOR_GOOD;
}

/* The delay counts from the last logon; or else, as the server has it, from now. */
static int refused_for_delay(struct pop3 *s)
{
	int64_t now = clock_us();

	if (!s->login_delay_s)
		s->login_delay_s = s->caps.login_delay_s;
	int64_t delay_us = s->login_delay_s * US_PER_S;
	s->not_before_us = s->logged_on_us + delay_us;
	if (!s->logged_on_us || s->not_before_us <= now)
		s->not_before_us = now + delay_us;
	conn_err_server(&s->conn, ERR_THROTTLED, "", s->reply.words.at, s->reply.words.len);
	if (delay_us)
		err_hint(s->conn.err, "%u s between two logons", s->login_delay_s);
	err_advise(s->conn.err, pop3_hint(&s->reply));
	s->insists = *s->conn.err;
	return -1;
}

/* How long another session has had the maildrop is for the caller to say, who waits for it. */
static int logon_refused(struct pop3 *s, const struct sasl_trace *trace)
{
	s->pipelined =
		false; /* it was answered: nothing has broken, and a secret is not said again */
	if (s->refusal == POP3_IN_USE)
		return conn_err_server(&s->conn, ERR_REFUSED, "", s->reply.words.at,
				       s->reply.words.len);
	if (s->refusal == POP3_TOO_SOON)
		return refused_for_delay(s);
	pop3_refused(s, pop3_is_system(&s->reply) ? ERR_REFUSED : ERR_AUTH);
	sasl_note_told(s->conn.err, trace);
	err_hint(s->conn.err, "wrong user or password?");
	return -1;
}

/* The command is not known where it was refused before anything secret was said, or the words say
 * so. */
static enum logon_end judge(struct pop3 *s, const struct sasl_trace *trace)
{
	if (s->reply.status == POP3_OK)
		return LOGON_DONE;
	s->refusal = classify(&s->reply);
	logon_refused(s, trace);
	if (s->refusal != POP3_FOR_GOOD || pop3_is_system(&s->reply) || trace->cancelled)
		return LOGON_OVER;
	if (s->reply.code.len)
		return LOGON_REFUSED;
	return !trace->responded || pop3_is_not_known(&s->reply) ? LOGON_NOT_SO : LOGON_REFUSED;
}

static enum logon_end attempt(void *session, const struct mechanism *m,
			      const struct credentials *who)
{
	struct pop3 *s = session;
	struct sasl_trace trace = {0};
	int rc;

	s->refusal = POP3_FOR_GOOD;
	if (m->form == FORM_POP_APOP)
		rc = apop_logon(s, who, &trace);
	else if (m->form == FORM_POP_USER)
		rc = user_pass(s, who, &trace);
	else
		rc = authenticate(s, m, who, &trace);
	if (rc)
		return trace.begun ? LOGON_OVER : LOGON_NOT_SO;
	return sasl_end(&trace, judge(s, &trace));
}

/* ---- logged on ---- */

/* Whether a server may have kept back before the logon what it says behind it: RFC 2449 has it so
 * for the delay, and proxies do not know what those behind them can do. */
static bool may_say_more(const struct pop3_capabilities *caps)
{
	return caps->known && (caps->delay_by_user || !caps->top || !caps->uidl);
}

/* How one logs on is not said any more then. */
static int ask_for_more(struct pop3 *s)
{
	struct pop3_capabilities before = s->caps;

	if (pop3_capability(s))
		return -1;
	struct pop3_capabilities now = s->caps;
	s->caps = before;
	if (!now.known)
		return 0;
	s->caps.top = now.top;
	s->caps.uidl = now.uidl;
	s->caps.pipelining = now.pipelining;
	if (now.login_delay_s)
		s->caps.login_delay_s = now.login_delay_s;
	return 0;
}

/* The delay (RFC 2449 section 6.5) is kept to only where the server has insisted on it: Courier
 * announces 10 s, Gmail 300 s, and neither does. */
static int logged_on(struct pop3 *s)
{
	bool first = !s->logged_on_us;

	s->logged_on_us = clock_us();
	if (first && may_say_more(&s->caps) && ask_for_more(s))
		return -1;
	s->login_delay_s = s->caps.login_delay_s;
	if (s->insists.kind)
		s->not_before_us = s->logged_on_us + s->login_delay_s * US_PER_S;
	return 0;
}

int pop3_login(struct pop3 *s, const struct credentials *who, bool plaintext_ok)
{
	s->refusal = POP3_FOR_GOOD;
	if (step(s->conn.tl, "login"))
		return -1;
	if (!s->conn.tls_on && !plaintext_ok)
		return err_set(s->conn.err, ERR_TLS, "no password is sent without TLS");
	/* of APOP the timestamp tells, of USER only CAPA */
	bool has_user = s->caps.user || !s->caps.known;
	const struct logon l = {
		.conn = &s->conn,
		.session = s,
		.offered = s->caps.mechanisms,
		.forms = FORM_POP_APOP | (has_user ? FORM_POP_USER : 0),
		.attempt = attempt,
		.no_way = no_way_to_log_on,
	};
	return logon_run(&l, who, &s->logon) ? logon_failed(&s->conn, who->username) : logged_on(s);
}

/* ---- from connecting to it ---- */

/* Whether a new connection may fare better than one that was begun ahead: that had nothing to say
 * for too long, or was one too many beside the session before. */
static bool is_for_its_age(enum err_kind kind)
{
	return kind == ERR_CLOSED || kind == ERR_REFUSED || kind == ERR_TRANSIENT;
}

static int greet(struct pop3 *s, const struct mail_account *a)
{
	struct err given_up = {0}, *err;

	if (logon_connect(&s->conn, a))
		return -1;
	if (!conn_was_ahead(&s->conn))
		return pop3_greeting(s);
	err = conn_set_err(&s->conn, &given_up);
	int rc = pop3_greeting(s) || pop3_check_unasked(s);
	conn_set_err(&s->conn, err);
	if (rc == 0)
		return 0;
	if (is_for_its_age(given_up.kind)) {
		pop3_close(s);
		return logon_connect(&s->conn, a) ? -1 : pop3_greeting(s);
	}
	*err = given_up;
	return -1;
}

/* The delay between two logons can be kept to from the connection on: by who counts addresses. */
static int not_greeted(struct pop3 *s)
{
	if (conn_error(&s->conn) != ERR_THROTTLED || !pop3_is_too_soon(&s->reply))
		return -1;
	s->refusal = POP3_TOO_SOON;
	return refused_for_delay(s);
}

void pop3_begin_next(struct pop3 *s, const struct mail_account *a)
{
	if (s->not_before_us > clock_us()) /* the server would see it idle */
		return;
	s->next.known = s->conn.known;
	conn_begin(&s->next, a->endpoint, a->family);
}

/* What was begun ahead, if anything, is now the session's connection. */
static void take_next(struct pop3 *s)
{
	if (!s->next.ahead.pending)
		return;
	s->next.err = s->conn.err;
	s->next.seen = s->conn.seen;
	s->conn = s->next;
	s->next = CONN_INIT(s->conn.tl, s->conn.err, s->conn.transcript, s->conn.leg);
}

void pop3_leave_next(struct pop3 *s, const struct mail_account *a)
{
	struct timeline *tl = s->conn.tl;
	struct err ignored = {0};

	take_next(s);
	if (!conn_claim(&s->conn))
		return;
	logon_hide(&s->conn, &a->who);
	struct err *err = conn_set_err(&s->conn, &ignored);
	timeline_leg(tl, tl->prefix, conn_greeting_patience(&s->conn));
	timeline_hold(tl, step(tl, "logout") == 0);
	bool tls = a->endpoint->mode == TLS_MODE_IMPLICIT;
	if ((!tls || conn_start_tls(&s->conn, a->endpoint->host, a->tls) == 0) &&
	    pop3_greeting(s) == 0)
		pop3_part_for_good(s);
	timeline_hold(tl, false);
	conn_close(&s->conn);
	conn_set_err(&s->conn, err);
}

/* Up to what the server can do, which is asked for once a run in the clear, and once behind TLS. */
static int negotiate(struct pop3 *s, const struct mail_account *a)
{
	bool starttls = a->endpoint->mode == TLS_MODE_STARTTLS;

	if (!s->caps_last && pop3_capability(s))
		return -1;
	if (starttls && pop3_stls(s, a->endpoint->host, a->tls))
		return -1;
	s->caps_last = true;
	return 0;
}

static int log_on_once(struct pop3 *s, const struct mail_account *a)
{
	s->refusal = POP3_FOR_GOOD;
	s->cut_off = 0;
	timeline_leg(s->conn.tl, s->conn.tl->prefix, a->limit_us);
	take_next(s);
	if (greet(s, a))
		return not_greeted(s);
	if (negotiate(s, a))
		return -1;
	if (!a->who.username)
		return 0;
	return pop3_login(s, &a->who, a->endpoint->mode == TLS_MODE_PLAINTEXT);
}

int pop3_log_on(struct pop3 *s, const struct mail_account *a)
{
	int rc = log_on_once(s, a);

	return rc && pop3_distrust(s) ? log_on_once(s, a) : rc;
}
