/* imap_logon.c - logging on over IMAP: AUTHENTICATE PLAIN, LOGIN, or neither where the server says
 * LOGINDISABLED.
 *
 * Nothing is sent without TLS unless the caller says so. While logging on, password and answers are
 * blotted out of whatever the server says. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "mail/imap.h"
#include "mail/imap_command.h"
#include "mail/sasl.h"

/* ---- AUTHENTICATE ---- */

static void forget_answer(struct imap *s, char *answer)
{
	s->hidden[1] = NULL;
	if (answer)
		secret_wipe_str(answer);
	free(answer);
}

/* The client's part of the exchange until the tagged answer; answer (owned) is what has been sent.
 * A challenge that cannot be answered (an OAuth server's error in JSON, say) is cancelled with "*",
 * and the final NO is awaited. */
static int sasl_exchange(struct imap *s, struct sasl *sasl, char *answer, struct imap_response *r)
{
	struct err ignored = {0};

	for (;;) {
		s->hidden[1] = answer;
		int rc = imap_await(s, IMAP_CONTINUATION, r);
		forget_answer(s, answer);
		answer = NULL;
		if (rc || r->kind == IMAP_TAGGED)
			return rc;
		char *challenge = strndup(r->text.at, r->text.len);
		rc = !challenge || sasl_answer(sasl, challenge, &answer, &ignored)
			     ? conn_printf(&s->conn, "*")
			     : conn_write_secret(&s->conn, "", answer, "****");
		free(challenge);
		if (rc) {
			forget_answer(s, answer);
			return -1;
		}
	}
}

/* AUTHENTICATE PLAIN, with the first answer in the command where the server has SASL-IR (RFC 4959).
 */
static int authenticate_plain(struct imap *s, const struct credentials *who,
			      struct imap_response *r)
{
	struct sasl sasl = {0};
	char command[64];
	char *answer = NULL;
	int rc;

	snprintf(command, sizeof(command), "%s AUTHENTICATE PLAIN", imap_next_tag(s));
	if (sasl_begin(&sasl, "PLAIN", who, s->conn.err))
		return -1;
	if (!s->caps.sasl_ir) {
		rc = conn_printf(&s->conn, "%s", command);
	} else if ((rc = sasl_answer(&sasl, "", &answer, s->conn.err)) == 0) {
		char shown[80];
		snprintf(shown, sizeof(shown), "%s ****", command);
		snprintf(command + strlen(command), sizeof(command) - strlen(command), " ");
		rc = conn_write_secret(&s->conn, command, answer, shown);
	}
	if (rc == 0)
		rc = sasl_exchange(s, &sasl, answer, r);
	else
		forget_answer(s, answer);
	sasl_free(&sasl);
	return rc;
}

/* ---- LOGIN ---- */

static int too_long(struct imap *s)
{
	return err_set(s->conn.err, ERR_USAGE, "user name or password too long");
}

/* What stands between the quotes of a quoted string. */
static int append_escaped(struct buf *b, const char *str)
{
	int full = 0;

	for (; *str; str++) {
		if (*str == '"' || *str == '\\')
			full |= buf_append_char(b, '\\');
		full |= buf_append_char(b, *str);
	}
	return full;
}

/* One astring of LOGIN (RFC 3501 section 9): quoted, or a synchronising literal where it has bytes
 * that cannot be quoted. line holds what is to be sent so far; shown likewise, masked. */
static int add_astring(struct imap *s, struct buf *line, struct buf *shown, const char *str,
		       bool secret)
{
	struct imap_response r;
	int full = buf_append_str(shown, secret ? " ****" : " ");

	if (!secret)
		full |= buf_append_str(shown, str);
	if (imap_can_quote(str)) {
		full |= buf_append_str(line, " \"") | append_escaped(line, str) |
			buf_append_char(line, '"');
		return full ? too_long(s) : 0;
	}
	full |= buf_printf(line, " {%zu}\r\n", strlen(str));
	if (full)
		return too_long(s);
	if (conn_write(&s->conn, line->data, line->len, buf_str(shown)) ||
	    imap_await(s, IMAP_CONTINUATION, &r))
		return -1;
	if (r.kind == IMAP_TAGGED)
		return imap_refused(s, ERR_AUTH, &r);
	buf_clear(line);
	return buf_append_str(line, str) ? too_long(s) : 0;
}

static int login_command(struct imap *s, const struct credentials *who, struct imap_response *r)
{
	struct buf line = BUF_INIT(16384), shown = BUF_INIT(16384), escaped = BUF_INIT(16384);

	/* all their memory at once: growing would leave pieces of the password behind */
	buf_reserve(&line, line.max);
	buf_reserve(&escaped, escaped.max);
	append_escaped(&escaped, who->password->value);
	s->hidden[1] = buf_str(&escaped);
	int rc = buf_printf(&line, "%s LOGIN", imap_next_tag(s)) ||
		 buf_append_str(&shown, buf_str(&line)) ||
		 add_astring(s, &line, &shown, who->username, false) ||
		 add_astring(s, &line, &shown, who->password->value, true) ||
		 (buf_append_str(&line, "\r\n") && too_long(s)) ||
		 conn_write(&s->conn, line.data, line.len, buf_str(&shown)) ||
		 imap_await(s, IMAP_TAGGED, r);
	s->hidden[1] = NULL;
	buf_wipe(&line);
	buf_wipe(&escaped);
	buf_free(&shown);
	return rc ? -1 : 0;
}

/* ---- the choice ---- */

static int no_way_to_log_on(struct imap *s)
{
	err_set(s->conn.err, ERR_AUTH, "server allows no password logon (LOGINDISABLED; AUTH: %s)",
		s->caps.mechanisms[0] ? s->caps.mechanisms : "none");
	err_hint(s->conn.err, s->conn.tls_on ? "it may want OAuth or Kerberos"
					     : "it may want TLS first: see -T");
	return -1;
}

int imap_login(struct imap *s, const struct credentials *who, bool plaintext_ok)
{
	struct imap_response r;

	if (step(s->conn.tl, "login"))
		return -1;
	if (!s->conn.tls_on && !plaintext_ok)
		return err_set(s->conn.err, ERR_TLS, "no password is sent without TLS");
	if (s->preauth) {
		err_set(s->conn.err, ERR_AUTH,
			"server let the session in without a logon (PREAUTH)");
		err_hint(s->conn.err, "it seems to trust anybody who connects");
		return -1;
	}
	int rc;
	s->caps.known = false; /* they may differ after the logon: the answer tells, or they are
				  asked for */
	s->hidden[0] = who->password->value;
	if (sasl_offers(s->caps.mechanisms, "PLAIN"))
		rc = authenticate_plain(s, who, &r);
	else if (!s->caps.logindisabled)
		rc = login_command(s, who, &r);
	else
		rc = no_way_to_log_on(s);
	s->hidden[0] = NULL;
	if (rc)
		return -1;
	if (r.status != IMAP_OK) {
		imap_refused(s, ERR_AUTH, &r);
		err_hint(s->conn.err, "wrong user or password?");
		return -1;
	}
	s->logged_on = true;
	return imap_capability(s);
}

/* What the connection before has shown. */
static void forget_session(struct imap *s)
{
	s->caps = (struct imap_capabilities){0};
	s->greeted = s->preauth = s->bye = s->parting = s->logged_on = s->selected = false;
	s->watch.count = 0;
}

int imap_log_on(struct imap *s, const struct imap_account *a)
{
	bool starttls = a->endpoint->mode == TLS_MODE_STARTTLS;

	forget_session(s);
	timeline_leg(s->conn.tl, s->conn.tl->prefix, a->limit_us);
	if (conn_open(&s->conn, a->endpoint, a->family, a->tls))
		return -1;
	if (imap_greeting(s, starttls) || imap_capability(s))
		return -1;
	if (starttls && imap_starttls(s, a->endpoint->host, a->tls))
		return -1;
	return imap_login(s, &a->who, a->endpoint->mode == TLS_MODE_PLAINTEXT);
}
