/* smtp_reach.c - one target's test: as far as asked for and no farther, each answer held against
 * what is expected
 *
 * What a server offers is judged by its last answer to EHLO: the one inside TLS, where there is
 * TLS. */
#include "mail/smtp/smtp_reach.h"

#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "mail/smtp/smtp_refusal.h"

/* ---- names ---- */

static const char *const through_names[] = {
	[SMTP_THROUGH_BANNER] = "banner", [SMTP_THROUGH_EHLO] = "ehlo",
	[SMTP_THROUGH_TLS] = "tls",       [SMTP_THROUGH_AUTH] = "auth",
	[SMTP_THROUGH_MAIL] = "mail",     [SMTP_THROUGH_RCPT] = "rcpt",
};

enum { THROUGH_NAMES = sizeof(through_names) / sizeof(through_names[0]) };

int smtp_through_parse(const char *text, enum smtp_through *through_r, struct err *err)
{
	for (int i = SMTP_THROUGH_BANNER; i < THROUGH_NAMES; i++) {
		if (text_equal_nocase(text, strlen(text), through_names[i])) {
			*through_r = (enum smtp_through)i;
			return 0;
		}
	}
	return err_set(err, ERR_USAGE, "\"%.40s\" is none of banner, ehlo, tls, auth, mail, rcpt",
		       text);
}

const char *smtp_through_name(enum smtp_through through)
{
	return through > SMTP_THROUGH_DEFAULT && (int)through < THROUGH_NAMES
		       ? through_names[through]
		       : "default";
}

const char *smtp_reach_done(const struct smtp_reach *p)
{
	switch (p->through) {
	case SMTP_THROUGH_BANNER:
		return "greets";
	case SMTP_THROUGH_AUTH:
		return "logged on";
	case SMTP_THROUGH_MAIL:
		return "sender accepted";
	case SMTP_THROUGH_RCPT:
		return p->expect_reject ? "recipient rejected as expected" : "recipient accepted";
	case SMTP_THROUGH_TLS:
		return "TLS ok";
	default:
		return "answers EHLO";
	}
}

/* ---- what was said ---- */

/* Append the newest reply as it came: "250-mx.example.org", "250 SIZE". */
static void note_reply(struct smtp *s, struct buf *details)
{
	const struct smtp_reply *r = &s->reply;
	struct buf text = BUF_INIT(4 * SMTP_REPLY_MAX);
	struct span rest, line;
	int rc = 0;

	smtp_shown_text(s, &text);
	rest = span_of(buf_str(&text));
	while (r->lines && !rc && span_next(&rest, '\n', &line)) {
		char mark = rest.at || !r->complete ? '-' : ' ';
		rc = buf_printf(details, "%d%c%.*s\n", r->code, mark, (int)line.len, line.at);
	}
	buf_free(&text);
}

static void note_failure(struct smtp *s, struct buf *details)
{
	buf_clear(details);
	note_reply(s, details);
}

/* ---- greeting and EHLO held against what is expected ---- */

/* RFC 5321 sections 4.2 and 4.1.1.1: the server's name is the first word of both. */
static int check_name(struct smtp *s, const char *fqdn)
{
	struct span text = span_of(buf_str(&s->reply.text)), line = span_cut(&text, '\n');
	struct span name = span_next_word(&line);
	char words[SMTP_NAME_SIZE + 64];

	if (!fqdn || endpoint_same_host(name.at, name.len, fqdn))
		return 0;
	snprintf(words, sizeof(words), "the name is not %s, but", fqdn);
	conn_err_server(&s->conn, ERR_PROTOCOL, words, name.at, name.len);
	return err_fault(s->conn.err, "smtp-name-wrong");
}

static int greet(struct smtp *s, const struct smtp_reach *p)
{
	if (smtp_greeting(s) || check_name(s, p->fqdn))
		return -1;
	note_reply(s, p->details);
	return 0;
}

static bool wants_starttls(const struct smtp_reach *p)
{
	return p->account.endpoint->mode == TLS_MODE_STARTTLS && p->through >= SMTP_THROUGH_TLS;
}

/* EHLO, and where TLS is wanted STARTTLS and EHLO again. clear keeps what the first one said. */
static int negotiate(struct smtp *s, const struct smtp_reach *p, struct buf *clear)
{
	if (smtp_ehlo(s))
		return -1;
	/* the answer to HELO offers nothing */
	if (s->caps.known)
		buf_append_str(clear, buf_str(&s->reply.text));
	if (wants_starttls(p) && smtp_starttls(s, p->tls_host, p->account.tls))
		return -1;
	if (check_name(s, p->fqdn))
		return -1;
	if (!p->rules)
		return 0;
	return ehlo_rules_check(p->rules, buf_str(clear),
				s->caps.known ? buf_str(&s->reply.text) : "", s->conn.err);
}

/* ---- sender and recipient ---- */

static bool needs_smtputf8(const struct smtp_reach *p)
{
	return !text_is_ascii(p->mailfrom) ||
	       (p->through >= SMTP_THROUGH_RCPT && !text_is_ascii(p->rcptto));
}

static bool expects_reject(const struct smtp_reach *p)
{
	return p->expect_reject && p->through >= SMTP_THROUGH_RCPT;
}

/* What to do about it; NULL: what the code's hint says. */
static const char *refusal_hint(enum smtp_refused what)
{
	switch (what) {
	case SMTP_REFUSED_SENDER:
		return "--mailfrom=ADDRESS: a sender that this server takes";
	case SMTP_REFUSED_CLIENT:
		return "test it from a client that this server takes mail from";
	case SMTP_REFUSED_DOMAIN:
		return "--rcptto=ADDRESS: one whose domain exists and takes mail";
	case SMTP_REFUSED_OTHER:
		return "whether the server relays is not said";
	default:
		return NULL;
	}
}

/* The newest reply refuses, but not what was to be refused: whether the server relays is open. */
static int not_tested(struct smtp *s, enum smtp_refused what)
{
	struct err *err = s->conn.err;
	const char *hint = refusal_hint(what);
	char verb[64];

	snprintf(verb, sizeof(verb), "not tested, %s:", smtp_refused_name(what));
	smtp_fail(s, smtp_error_kind(s->reply.code), verb);
	if (hint) {
		err_unhint(err);
		err_hint(err, "%s", hint);
	}
	return err_fault(err, "smtp-not-tested");
}

/* MAIL or RCPT has failed. Returns 1 where the recipient was refused for good, as it should be,
 * else -1 with the error set. */
static int judge_refusal(struct smtp *s, const struct smtp_reach *p, const struct err *refusal,
			 bool at_recipient)
{
	bool refused = refusal->kind == ERR_TRANSIENT || refusal->kind == ERR_THROTTLED ||
		       refusal->kind == ERR_REFUSED;

	if (!expects_reject(p) || !refused || s->reply.code < 400) {
		*s->conn.err = *refusal;
		return -1;
	}
	enum smtp_refused what = smtp_refused_what(&s->reply, p->mailfrom, p->rcptto);
	if (what == SMTP_REFUSED_RECIPIENT && at_recipient)
		return 1;
	return not_tested(s, what == SMTP_REFUSED_RECIPIENT ? SMTP_REFUSED_SENDER : what);
}

/* MAIL, or RCPT. Its error is recorded apart at first, for a refusal may be what is wanted. Returns
 * 1 where the server has refused as it should, 0 where it has accepted, -1 with the error set. */
static int offer(struct smtp *s, const struct smtp_reach *p, bool at_recipient)
{
	struct err refusal = {0}, *err = conn_set_err(&s->conn, &refusal);
	int rc = step(s->conn.tl, at_recipient ? "rcpt" : "mail");

	if (rc == 0)
		rc = at_recipient ? smtp_rcpt(s, p->rcptto)
				  : smtp_mail(s, p->mailfrom, 0, needs_smtputf8(p));
	conn_set_err(&s->conn, err);
	return rc ? judge_refusal(s, p, &refusal, at_recipient) : 0;
}

static int unexpectedly_accepted(struct smtp *s)
{
	smtp_fail(s, ERR_PROTOCOL, "accepted, but was to be rejected (--expect-reject):");
	err_hint(s->conn.err, "does the server relay for everybody?");
	return err_fault(s->conn.err, "smtp-open-relay");
}

static int envelope(struct smtp *s, const struct smtp_reach *p)
{
	if (offer(s, p, false))
		return -1;
	if (p->through < SMTP_THROUGH_RCPT)
		return 0;
	int refused = offer(s, p, true);
	if (refused == 0 && expects_reject(p))
		return unexpectedly_accepted(s);
	return refused < 0 ? -1 : 0;
}

/* ---- the whole ---- */

static int connect_to(struct smtp *s, const struct smtp_reach *p)
{
	const struct mail_account *a = &p->account;
	struct endpoint e = *a->endpoint;

	timeline_leg(s->conn.tl, s->conn.tl->prefix, a->limit_us);
	if (!p->address)
		return conn_open(&s->conn, &e, a->family, a->tls);
	snprintf(e.host, sizeof(e.host), "%s", p->tls_host);
	return conn_open_addresses(&s->conn, p->address, &e, a->tls);
}

static int dialog(struct smtp *s, const struct smtp_reach *p, struct buf *clear)
{
	if (connect_to(s, p))
		return -1;
	logon_hide(&s->conn, &p->account.who);
	if (greet(s, p))
		return -1;
	if (p->through == SMTP_THROUGH_BANNER)
		return 0;
	if (negotiate(s, p, clear))
		return -1;
	if (p->through >= SMTP_THROUGH_AUTH &&
	    smtp_login(s, &p->account.who, p->account.endpoint->mode == TLS_MODE_PLAINTEXT))
		return -1;
	return p->through >= SMTP_THROUGH_MAIL ? envelope(s, p) : 0;
}

int smtp_reach(struct smtp *s, const struct smtp_reach *p)
{
	struct buf clear = BUF_INIT(SMTP_REPLY_MAX);
	int rc = dialog(s, p, &clear);

	if (rc)
		note_failure(s, p->details);
	else if (p->through > SMTP_THROUGH_BANNER)
		note_reply(s, p->details);
	buf_free(&clear);
	return rc;
}

void smtp_reach_leave(struct smtp *s, const struct smtp_reach *p)
{
	if (p->through >= SMTP_THROUGH_MAIL)
		smtp_reset_and_quit(s);
	else
		smtp_quit(s);
}
