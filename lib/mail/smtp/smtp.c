/* smtp.c - the client side of SMTP (RFC 5321), one function for each part of the dialog
 *
 * One command, one reply, in the order of the RFC. What was learnt before TLS is not used after it.
 * AUTH is in smtp_logon.c, the message in smtp_send.c. */
#include "mail/smtp/smtp.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "mail/smtp/smtp_command.h"
#include "mail/smtp/smtp_hint.h"
#include "net/net_hint.h"
#include "net/spoken.h"

enum { COMMAND_MAX = 1024 };

/* ---- replies ---- */

/* The dialog cannot go on: what came is not a reply. */
static int malformed(struct smtp *s, const char *line, size_t len)
{
	if (s->reply.lines >= SMTP_REPLY_LINES_MAX || s->reply.text.len + len >= SMTP_REPLY_MAX)
		return err_set(s->conn.err, ERR_PROTOCOL, "a reply without end (%u lines so far)",
			       s->reply.lines);
	if (s->reply.lines)
		return conn_err_server(&s->conn, ERR_PROTOCOL,
				       "a reply that changes or loses its code:", line, len);
	conn_err_server(&s->conn, ERR_PROTOCOL, "not an SMTP reply:", line, len);
	if (!s->conn.has_spoken)
		err_advise(s->conn.err, spoken_other_hint(line, len));
	return -1;
}

int smtp_read_reply(struct smtp *s)
{
	const char *line;
	size_t len;
	int complete = 0;

	smtp_reply_clear(&s->reply);
	while (!complete) {
		if (conn_read_line(&s->conn, &line, &len)) {
			s->ended = true;
			return -1;
		}
		complete = smtp_reply_add(&s->reply, line, len);
		if (complete < 0) {
			s->ended = true;
			return malformed(s, line, len);
		}
	}
	if (s->reply.code == 421)
		s->ended = true;
	return 0;
}

void smtp_shown_text(struct smtp *s, struct buf *text)
{
	size_t len;
	const char *shown = conn_shown(&s->conn, buf_str(&s->reply.text), s->reply.text.len, &len);

	buf_append(text, shown, len);
}

/* Whether the running step is that command: nobody needs to be told twice. */
static bool step_says(const struct smtp *s, const char *verb)
{
	static const struct {
		const char *step, *verb;
	} same[] = {
		{"smtp_starttls", "STARTTLS"},
		{"smtp_login", "AUTH"},
		{"smtp_mail", "MAIL FROM"},
		{"smtp_rcpt", "RCPT TO"},
	};
	const char *running = atomic_load(&s->conn.tl->running);

	for (size_t i = 0; running && i < sizeof(same) / sizeof(same[0]); i++)
		if (!strcmp(running, same[i].step))
			return !strcmp(verb, same[i].verb);
	return false;
}

int smtp_fail(struct smtp *s, enum err_kind kind, const char *verb)
{
	struct smtp_reply shown = s->reply;
	struct buf words = BUF_INIT(5 * SMTP_REPLY_MAX);

	/* before its lines are joined: a secret may begin in one and go on in the next */
	shown.text = BUF_INIT(4 * SMTP_REPLY_MAX);
	smtp_shown_text(s, &shown.text);
	bool limits = smtp_limit(&s->reply) != NULL;
	smtp_reply_join(&shown, &words);
	err_set_server(s->conn.err, limits ? ERR_THROTTLED : kind, step_says(s, verb) ? "" : verb,
		       buf_str(&words), words.len);
	err_advise(s->conn.err, smtp_hint(&s->reply, verb));
	buf_free(&words);
	buf_free(&shown.text);
	return -1;
}

enum err_kind smtp_error_kind(int code)
{
	return code / 100 == 4 ? ERR_TRANSIENT : code / 100 == 5 ? ERR_REFUSED : ERR_PROTOCOL;
}

int smtp_expect(struct smtp *s, int code, const char *verb)
{
	if (s->reply.code == code)
		return 0;
	return smtp_fail(s, smtp_error_kind(s->reply.code), verb);
}

/* ---- commands ---- */

/* A server that gives up says so unasked, and closes: its words are worth more than a broken pipe.
 * Any other reply that is here before the command would be taken for the answer to it. */
int smtp_check_unasked(struct smtp *s)
{
	int waiting = conn_wait(&s->conn, 0);

	if (waiting == 0)
		return 0;
	if (waiting < 0 || smtp_read_reply(s)) {
		s->ended = true;
		return -1;
	}
	s->ended = true;
	if (s->reply.code == 421)
		return smtp_fail(s, ERR_TRANSIENT, "");
	smtp_fail(s, ERR_PROTOCOL, "a reply that nothing was asked for:");
	err_unhint(s->conn.err); /* it is of no command */
	return -1;
}

int smtp_send_bytes(struct smtp *s, const void *bytes, size_t len, const char *shown)
{
	if (smtp_check_unasked(s))
		return -1;
	if (conn_write(&s->conn, bytes, len, shown)) {
		s->ended = true;
		return -1;
	}
	return 0;
}

__attribute__((format(printf, 2, 0))) static int say(struct smtp *s, const char *fmt, va_list ap)
{
	struct buf line = BUF_INIT(COMMAND_MAX);
	int rc = buf_vprintf(&line, fmt, ap);

	if (rc || buf_append_str(&line, "\r\n"))
		rc = err_set(s->conn.err, ERR_USAGE, "SMTP command longer than %d bytes",
			     COMMAND_MAX);
	else
		rc = smtp_send_bytes(s, line.data, line.len, NULL);
	buf_free(&line);
	return rc;
}

int smtp_say(struct smtp *s, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	int rc = say(s, fmt, ap);
	va_end(ap);
	return rc;
}

/* Send a line, and read the reply. */
__attribute__((format(printf, 2, 3))) static int command(struct smtp *s, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	int rc = say(s, fmt, ap);
	va_end(ap);
	return rc ? -1 : smtp_read_reply(s);
}

/* ---- greeting and EHLO ---- */

static int read_greeting(struct smtp *s)
{
	if (step(s->conn.tl, "greeting"))
		return -1;
	conn_note_greeting(&s->conn);
	return smtp_read_reply(s);
}

int smtp_greeting(struct smtp *s)
{
	if (read_greeting(s)) {
		if (s->lmtp && !s->conn.bytes_in) /* no port of LMTP waits for TLS to begin */
			err_unhint(s->conn.err);
		return -1;
	}
	if (s->reply.code == 220)
		return 0;
	return smtp_fail(s, smtp_error_kind(s->reply.code), "");
}

bool smtp_name_usable(const char *name)
{
	size_t labels = 0;

	for (const char *p = name; *p; labels++) {
		size_t len = strcspn(p, ".");
		if (!len || len > 63 || p[0] == '-' || p[len - 1] == '-' ||
		    strspn(p, "-0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ") <
			    len)
			return false;
		p += len;
		if (*p && !*++p) /* a dot at the end */
			return false;
	}
	const char *last = strrchr(name, '.');
	/* 192.0.2.1 without brackets is no name */
	return labels >= 2 && strspn(last + 1, "0123456789") < strlen(last + 1);
}

void smtp_own_name(const struct smtp *s, char name[SMTP_NAME_SIZE])
{
	struct sockaddr_storage local;
	socklen_t size = sizeof(local);
	char text[INET6_ADDRSTRLEN] = "127.0.0.1";
	bool v6;

	if (!gethostname(name, SMTP_NAME_SIZE) && memchr(name, '\0', SMTP_NAME_SIZE) &&
	    smtp_name_usable(name))
		return;
	if (getsockname(s->conn.fd, (struct sockaddr *)&local, &size))
		local.ss_family = AF_UNSPEC;
	v6 = local.ss_family == AF_INET6;
	if (v6)
		inet_ntop(AF_INET6, &((struct sockaddr_in6 *)&local)->sin6_addr, text,
			  sizeof(text));
	else if (local.ss_family == AF_INET)
		inet_ntop(AF_INET, &((struct sockaddr_in *)&local)->sin_addr, text, sizeof(text));
	snprintf(name, SMTP_NAME_SIZE, "[%s%s]", v6 ? "IPv6:" : "", text);
}

/* RFC 5321 section 4.1.4: what an old server may answer to EHLO; 502 and 504 are seen from relays
 * and proxies */
static bool ehlo_unknown(int code)
{
	return code == 500 || code == 502 || code == 504 || code == 550;
}

int smtp_ehlo(struct smtp *s)
{
	const char *verb = s->lmtp ? "LHLO" : "EHLO";
	char name[SMTP_NAME_SIZE];

	if (step(s->conn.tl, "capability"))
		return -1;
	smtp_own_name(s, name);
	s->caps = (struct smtp_capabilities){0};
	if (command(s, "%s %s", verb, name))
		return -1;
	if (!s->lmtp && ehlo_unknown(s->reply.code)) {
		if (command(s, "HELO %s", name))
			return -1;
		return smtp_expect(s, 250, "HELO");
	}
	if (smtp_expect(s, 250, verb))
		return -1;
	smtp_parse_capabilities(buf_str(&s->reply.text), &s->caps);
	return 0;
}

/* ---- STARTTLS (RFC 3207) ---- */

static int not_offered(struct smtp *s)
{
	/* Cisco's inspection of SMTP writes XXXXXXXA over STARTTLS, and X over other keywords */
	bool masked = strstr(buf_str(&s->reply.text), "XXXX") != NULL;

	err_set(s->conn.err, ERR_TLS, "server does not offer STARTTLS");
	if (masked)
		err_hint(s->conn.err, "a firewall on the way masks keywords: XXXX");
	if (s->lmtp)
		err_hint(s->conn.err, "-T plaintext if this LMTP server has no TLS");
	err_advise(s->conn.err, &net_hints[NET_NO_STARTTLS]);
	return -1;
}

int smtp_starttls(struct smtp *s, const char *host, const struct tls_options *tls)
{
	if (step(s->conn.tl, "starttls"))
		return -1;
	if (!s->caps.starttls)
		return not_offered(s);
	if (command(s, "STARTTLS"))
		return -1;
	if (s->reply.code != 220)
		return smtp_fail(s, s->reply.code / 100 == 4 ? ERR_TRANSIENT : ERR_TLS, "STARTTLS");
	/* section 4.2: nothing learnt in the clear may be used any more */
	s->caps = (struct smtp_capabilities){0};
	smtp_reply_clear(&s->reply);
	if (conn_start_tls(&s->conn, host, tls)) {
		s->ended = true;
		return -1;
	}
	return smtp_ehlo(s);
}

/* ---- the end ---- */

/* Whether a further command can be understood. */
static bool can_speak(const struct smtp *s)
{
	return conn_can_write(&s->conn) && !s->ended;
}

/* Send a command of the end, for which there is time whatever the patience for its answer, and read
 * that. -1 where none came; then the answer to the next one would be taken for it. */
static int say_goodbye(struct smtp *s, const char *words)
{
	struct timeline *tl = s->conn.tl;

	timeline_leg(tl, tl->prefix, CONN_GOODBYE_US);
	if (step(tl, "logout") || smtp_say(s, "%s", words))
		return -1;
	timeline_leg(tl, tl->prefix, conn_patience(&s->conn, CONN_GOODBYE_US));
	return smtp_read_reply(s);
}

static void leave(struct smtp *s, bool reset)
{
	struct err ignored = {0}, *err;

	if (can_speak(s)) {
		err = conn_set_err(&s->conn, &ignored);
		int rc = reset ? say_goodbye(s, "RSET") : 0;
		if (rc == 0 && !s->ended)
			rc = say_goodbye(s, "QUIT");
		else if (err_is_timeout(ignored.kind))
			conn_printf(&s->conn, "QUIT");
		conn_part(&s->conn, rc == 0);
		conn_set_err(&s->conn, err);
		s->ended = true;
	}
	conn_close(&s->conn);
}

void smtp_quit(struct smtp *s)
{
	leave(s, false);
}

void smtp_reset_and_quit(struct smtp *s)
{
	leave(s, true);
}

void smtp_say_quit(struct smtp *s)
{
	struct err ignored = {0}, *err;

	if (!can_speak(s))
		return;
	err = conn_set_err(&s->conn, &ignored);
	timeline_leg(s->conn.tl, s->conn.tl->prefix, CONN_GOODBYE_US);
	s->parting = step(s->conn.tl, "logout") == 0 && conn_printf(&s->conn, "QUIT") == 0;
	s->ended = true;
	conn_set_err(&s->conn, err);
}

void smtp_part(struct smtp *s)
{
	struct err ignored = {0}, *err = conn_set_err(&s->conn, &ignored);
	bool answered = false;

	if (s->parting) {
		timeline_leg(s->conn.tl, s->conn.tl->prefix,
			     conn_patience(&s->conn, CONN_GOODBYE_US));
		while (!answered && smtp_read_reply(s) == 0)
			answered = s->reply.code == 221;
		conn_part(&s->conn, answered);
	}
	s->parting = false;
	conn_close(&s->conn);
	conn_set_err(&s->conn, err);
}

void smtp_leave_unused(struct smtp *s, const struct mail_account *a)
{
	struct timeline *tl = s->conn.tl;
	struct err ignored = {0}, *err;

	if (!conn_claim(&s->conn))
		return;
	logon_hide(&s->conn, &a->who);
	err = conn_set_err(&s->conn, &ignored);
	timeline_leg(tl, tl->prefix, conn_greeting_patience(&s->conn));
	timeline_hold(tl, true); /* of no leg's steps is any of this */
	if (a->endpoint->mode != TLS_MODE_IMPLICIT ||
	    conn_start_tls(&s->conn, a->endpoint->host, a->tls) == 0)
		smtp_greeting(s);
	if (s->reply.complete)
		smtp_say_quit(s);
	smtp_part(s);
	timeline_hold(tl, false);
	conn_set_err(&s->conn, err);
}

void smtp_free(struct smtp *s)
{
	smtp_reply_free(&s->reply);
	conn_close(&s->conn);
}
