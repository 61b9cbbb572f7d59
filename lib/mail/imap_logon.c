/* imap_logon.c - logging on over IMAP: AUTHENTICATE PLAIN, LOGIN, or neither where the server says
 * LOGINDISABLED.
 *
 * Nothing is sent without TLS unless the caller says so. Password and answers are hidden (conn.h)
 * before they are sent, until the logon has succeeded. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "mail/imap.h"
#include "mail/imap_command.h"
#include "mail/sasl.h"

/* ---- AUTHENTICATE ---- */

static void free_answer(char *answer)
{
	if (answer)
		secret_wipe_str(answer);
	free(answer);
}

/* Send an answer, behind before. */
static int say(struct imap *s, const char *before, const char *answer)
{
	char shown[80];

	snprintf(shown, sizeof(shown), "%s****", before);
	conn_hide(&s->conn, answer, NULL);
	return imap_check_unasked(s) ? -1 : conn_write_secret(&s->conn, before, answer, shown);
}

/* The client's part of the exchange until the tagged answer.
 * A challenge that cannot be answered (an OAuth server's error in JSON, say) is cancelled with "*",
 * and the final NO is awaited. */
static int sasl_exchange(struct imap *s, struct sasl *sasl, struct imap_response *r)
{
	struct err ignored = {0};

	for (;;) {
		char *answer = NULL;
		if (imap_await(s, IMAP_CONTINUATION, r))
			return -1;
		if (r->kind == IMAP_TAGGED)
			return 0;
		char *challenge = strndup(r->text.at, r->text.len);
		int rc = !challenge || sasl_answer(sasl, challenge, &answer, &ignored)
				 ? conn_printf(&s->conn, "*")
				 : say(s, "", answer);
		free(challenge);
		free_answer(answer);
		if (rc)
			return -1;
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

	if (imap_begin(s))
		return -1;
	snprintf(command, sizeof(command), "%s AUTHENTICATE PLAIN", s->tag);
	if (sasl_begin(&sasl, "PLAIN", who, s->conn.err))
		return -1;
	if (!s->caps.sasl_ir) {
		rc = conn_printf(&s->conn, "%s", command);
	} else if ((rc = sasl_answer(&sasl, "", &answer, s->conn.err)) == 0) {
		snprintf(command + strlen(command), sizeof(command) - strlen(command), " ");
		rc = say(s, command, answer);
	}
	free_answer(answer);
	if (rc == 0)
		rc = sasl_exchange(s, &sasl, r);
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
	for (; *str; str++) {
		bool special = *str == '"' || *str == '\\';
		if ((special && buf_append_char(b, '\\')) || buf_append_char(b, *str))
			return -1;
	}
	return 0;
}

/* One astring of LOGIN (RFC 3501 section 9): quoted, or a synchronising literal where it has bytes
 * that cannot be quoted. line holds what is to be sent so far; shown likewise, masked. */
static int add_astring(struct imap *s, struct buf *line, struct buf *shown, const char *str,
		       bool secret)
{
	struct imap_response r;

	if (buf_printf(shown, " %s", secret ? "****" : str))
		return too_long(s);
	if (imap_can_quote(str)) {
		if (buf_append_str(line, " \"") || append_escaped(line, str) ||
		    buf_append_char(line, '"'))
			return too_long(s);
		return 0;
	}
	if (buf_printf(line, " {%zu}\r\n", strlen(str)))
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
	struct buf line = BUF_INIT(16384), shown = BUF_INIT(16384);

	/* all its memory at once: growing would leave pieces of the password behind */
	buf_reserve(&line, line.max);
	int rc = imap_begin(s) || buf_printf(&line, "%s LOGIN", s->tag) ||
		 buf_append_str(&shown, buf_str(&line)) ||
		 add_astring(s, &line, &shown, who->username, false) ||
		 add_astring(s, &line, &shown, who->password->value, true) ||
		 (buf_append_str(&line, "\r\n") && too_long(s)) || imap_check_unasked(s) ||
		 conn_write(&s->conn, line.data, line.len, buf_str(&shown)) ||
		 imap_await(s, IMAP_TAGGED, r);
	buf_wipe(&line);
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
	conn_hide(&s->conn, who->password->value, who->username);
	if (sasl_offers(s->caps.mechanisms, "PLAIN"))
		rc = authenticate_plain(s, who, &r);
	else if (!s->caps.logindisabled)
		rc = login_command(s, who, &r);
	else
		rc = no_way_to_log_on(s);
	if (rc)
		return -1;
	if (r.status != IMAP_OK) {
		imap_refused(s, ERR_AUTH, &r);
		err_hint(s->conn.err, "wrong user or password?");
		return -1;
	}
	conn_unhide(&s->conn);
	s->logged_on = true;
	return imap_capability(s);
}

/* What the connection before has shown. */
static void forget_session(struct imap *s)
{
	s->caps = (struct imap_capabilities){0};
	s->caps_told = false;
	s->tag[0] = '\0';
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
