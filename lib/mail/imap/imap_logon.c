/* imap_logon.c - logging on over IMAP: AUTHENTICATE, or LOGIN unless the server says LOGINDISABLED
 *
 * Nothing is sent without TLS unless the caller says so. Password and answers are hidden (conn.h)
 * before they are sent. */
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "mail/imap/imap.h"
#include "mail/imap/imap_command.h"
#include "mail/imap/imap_quote.h"
#include "mail/sasl/exchange.h"
#include "mail/sasl/logon.h"
#include "mail/sasl/no_way.h"

enum { LOGIN_MAX = 16384 }; /* a LOGIN command */

/* ---- AUTHENTICATE ---- */

/* An exchange, and the newest response of it. */
struct authentication {
	struct imap *s;
	struct imap_response *response;
};

static int check_unasked(void *session)
{
	struct authentication *a = session;

	return imap_check_unasked(a->s);
}

static int read_reply(void *session, struct sasl_reply *reply_r)
{
	struct authentication *a = session;
	struct imap_response *r = a->response;

	if (imap_await(a->s, IMAP_CONTINUATION, r))
		return -1;
	*reply_r = (struct sasl_reply){SASL_CHALLENGE, r->text.at, r->text.len};
	if (r->kind == IMAP_TAGGED)
		reply_r->outcome = r->status == IMAP_OK ? SASL_SUCCESS : SASL_FAILURE;
	return 0;
}

/* With the initial response in the command where the server has SASL-IR (RFC 4959). */
static int authenticate(struct imap *s, const struct mechanism *m, const struct credentials *who,
			struct imap_response *r, struct sasl_trace *trace)
{
	struct authentication a = {s, r};
	char command[64];

	trace->begun = true; /* what fails here is no matter of the mechanism */
	if (imap_begin(s))
		return -1;
	snprintf(command, sizeof(command), "%s AUTHENTICATE", s->tag);
	const struct sasl_carrier carrier = {
		.conn = &s->conn,
		.session = &a,
		.service = "imap",
		.command = command,
		.line_max = s->caps.sasl_ir ? SIZE_MAX : 0,
		.check = check_unasked,
		.read = read_reply,
	};
	int rc = sasl_exchange(&carrier, m, who, trace);
	if (!trace->begun)
		imap_unsend(s);
	return rc;
}

/* ---- LOGIN ---- */

/* The command on its way. */
struct login {
	struct imap *s;
	struct buf line;  /* what is to be sent next */
	struct buf shown; /* all of it so far, as the transcript gets it */
};

static int too_long(struct imap *s)
{
	return err_set(s->conn.err, ERR_USAGE, "user name or password too long");
}

static int send_line(struct login *l)
{
	if (imap_check_unasked(l->s) ||
	    conn_write(&l->s->conn, l->line.data, l->line.len, buf_str(&l->shown)))
		return -1;
	buf_clear(&l->line);
	return 0;
}

/* A synchronising literal: its size, and its bytes when the server has asked for them. */
static int add_literal(struct login *l, const char *text)
{
	struct imap_response r;

	if (buf_printf(&l->line, "{%zu}\r\n", strlen(text)))
		return too_long(l->s);
	if (send_line(l) || imap_await(l->s, IMAP_CONTINUATION, &r))
		return -1;
	if (r.kind == IMAP_TAGGED)
		return imap_refused(l->s, ERR_AUTH, &r);
	return buf_append_str(&l->line, text) ? too_long(l->s) : 0;
}

/* An argument: quoted, or a literal where it has bytes that cannot be quoted. */
static int add_argument(struct login *l, const char *text, const char *shown)
{
	if (buf_printf(&l->shown, " %s", shown) || buf_append_char(&l->line, ' '))
		return too_long(l->s);
	if (!imap_can_quote(text))
		return add_literal(l, text);
	return imap_quote(&l->line, text) ? too_long(l->s) : 0;
}

static int write_login(struct login *l, const struct credentials *who)
{
	if (buf_printf(&l->line, "%s LOGIN", l->s->tag) ||
	    buf_append_str(&l->shown, buf_str(&l->line)))
		return too_long(l->s);
	if (add_argument(l, who->username, who->username) ||
	    add_argument(l, who->password->value, "****"))
		return -1;
	return buf_append_str(&l->line, "\r\n") ? too_long(l->s) : send_line(l);
}

static int login_command(struct imap *s, const struct credentials *who, struct imap_response *r)
{
	struct login l = {.s = s, .line = BUF_INIT(LOGIN_MAX), .shown = BUF_INIT(LOGIN_MAX)};

	if (imap_begin(s))
		return -1;
	/* all its memory at once: growing would leave pieces of the password behind */
	buf_reserve(&l.line, l.line.max);
	int rc = write_login(&l, who);
	buf_wipe(&l.line);
	buf_free(&l.shown);
	return rc ? -1 : imap_await(s, IMAP_TAGGED, r);
}

/* ---- the choice ---- */

static int no_way_to_log_on(void *session)
{
	struct imap *s = session;

	return logon_no_way(&s->conn, s->offered, "LOGINDISABLED");
}

/* Whether BAD is about this account, not the command: Exchange. */
static bool is_about_account(const struct imap_response *r)
{
	return span_contains(r->text, "authenticated but not connected");
}

/* NO that is no matter of the credentials (RFC 5530 section 3): no other way would help. */
static bool is_for_now(const struct imap_response *r)
{
	static const char *const codes[] = {"UNAVAILABLE", "LIMIT", "INUSE", "SERVERBUG"};

	for (size_t i = 0; i < sizeof(codes) / sizeof(codes[0]); i++)
		if (imap_code_is(r->code, codes[i]))
			return true;
	return false;
}

/* BAD says that the server does not know this way, unless it answers "*". */
static enum logon_end judge(struct imap *s, const struct imap_response *r,
			    const struct sasl_trace *trace)
{
	if (r->status == IMAP_OK)
		return LOGON_DONE;
	imap_refused(s, ERR_AUTH, r);
	sasl_note_told(s->conn.err, trace);
	err_hint(s->conn.err, "wrong user or password?");
	if (r->status == IMAP_NO)
		return is_for_now(r) ? LOGON_OVER : LOGON_REFUSED;
	return trace->cancelled || is_about_account(r) ? LOGON_OVER : LOGON_NOT_SO;
}

static enum logon_end attempt(void *session, const struct mechanism *m,
			      const struct credentials *who)
{
	struct imap *s = session;
	struct imap_response r;
	struct sasl_trace trace = {0};
	bool by_command = m->form == FORM_IMAP_LOGIN;

	s->caps.known = false; /* they may differ after the logon: the answer tells, or they are
				  asked for */
	if (by_command ? login_command(s, who, &r) : authenticate(s, m, who, &r, &trace))
		return by_command || trace.begun ? LOGON_OVER : LOGON_NOT_SO;
	return sasl_end(&trace, judge(s, &r, &trace));
}

int imap_login(struct imap *s, const struct credentials *who, bool plaintext_ok)
{
	if (step(s->conn.tl, "login"))
		return -1;
	if (!s->conn.tls_on && !plaintext_ok)
		return err_set(s->conn.err, ERR_TLS, "no password is sent without TLS");
	if (s->preauth) {
		err_set(s->conn.err, ERR_AUTH,
			"server let the session in without a logon (PREAUTH)");
		err_hint(s->conn.err, "it seems to trust anybody who connects");
		return err_fault(s->conn.err, "imap-preauth");
	}
	snprintf(s->offered, sizeof(s->offered), "%s", s->caps.mechanisms);
	const struct logon l = {
		.conn = &s->conn,
		.session = s,
		.offered = s->offered,
		.forms = s->caps.logindisabled ? 0 : FORM_IMAP_LOGIN,
		.attempt = attempt,
		.no_way = no_way_to_log_on,
	};
	if (logon_run(&l, who, &s->logon))
		return logon_failed(&s->conn, who->username);
	s->logged_on = true;
	return 0;
}

/* What the connection before has shown. */
static void forget_session(struct imap *s)
{
	s->caps = (struct imap_capabilities){0};
	s->caps_told = false;
	imap_forsake(s);
	s->open_count = 0;
	s->greeted = s->preauth = s->bye = s->parting = s->logged_on = s->selected = false;
	imap_watch_clear(&s->watch);
}

int imap_log_on(struct imap *s, const struct mail_account *a)
{
	bool starttls = a->endpoint->mode == TLS_MODE_STARTTLS;

	forget_session(s);
	timeline_leg(s->conn.tl, s->conn.tl->prefix, a->limit_us);
	if (logon_connect(&s->conn, a) || imap_greeting(s, starttls) || imap_capability(s))
		return -1;
	if (starttls && imap_starttls(s, a->endpoint->host, a->tls))
		return -1;
	if (!a->who.username)
		return 0;
	return imap_login(s, &a->who, a->endpoint->mode == TLS_MODE_PLAINTEXT);
}
