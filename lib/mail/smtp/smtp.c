/* smtp.c - the client side of SMTP (RFC 5321), one function for each part of the dialog
 *
 * No pipelining: one command, one reply, in the order of the RFC. What was learnt before TLS is not
 * used after it. AUTH is in smtp_logon.c. */
#include "mail/smtp/smtp.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/text.h"
#include "mail/message.h"

enum { COMMAND_MAX = 1024, MESSAGE_MAX = 1 << 20 };

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
	return conn_err_server(&s->conn, ERR_PROTOCOL, "not an SMTP reply:", line, len);
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

int smtp_fail(struct smtp *s, enum err_kind kind, const char *verb)
{
	struct smtp_reply shown = s->reply;
	struct buf words = BUF_INIT(5 * SMTP_REPLY_MAX);

	/* before its lines are joined: a secret may begin in one and go on in the next */
	shown.text = BUF_INIT(4 * SMTP_REPLY_MAX);
	smtp_shown_text(s, &shown.text);
	bool limits = smtp_limit(s->reply.code, s->reply.enhanced) != NULL;
	smtp_reply_join(&shown, &words);
	err_set_server(s->conn.err, limits ? ERR_THROTTLED : kind, verb, buf_str(&words),
		       words.len);
	err_hint(s->conn.err, "%s", smtp_hint(s->reply.code, s->reply.enhanced));
	buf_free(&words);
	buf_free(&shown.text);
	return -1;
}

enum err_kind smtp_error_kind(int code)
{
	return code / 100 == 4 ? ERR_TRANSIENT : code / 100 == 5 ? ERR_REFUSED : ERR_PROTOCOL;
}

/* 0 if the newest reply has the code that says yes to the command (RFC 5321 section 4.3.2: another
 * one of its class, such as 221, does not), else -1 with the error made from it, as by smtp_fail().
 */
static int expect(struct smtp *s, int code, const char *verb)
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
	return smtp_fail(s, s->reply.code == 421 ? ERR_TRANSIENT : ERR_PROTOCOL,
			 s->reply.code == 421 ? "" : "a reply that nothing was asked for:");
}

/* shown as in conn_write */
static int send_lines(struct smtp *s, const struct buf *bytes, const char *shown)
{
	if (smtp_check_unasked(s))
		return -1;
	if (conn_write(&s->conn, bytes->data, bytes->len, shown)) {
		s->ended = true;
		return -1;
	}
	return 0;
}

/* Send a line (without CRLF) and read the reply. */
__attribute__((format(printf, 2, 3))) static int command(struct smtp *s, const char *fmt, ...)
{
	struct buf line = BUF_INIT(COMMAND_MAX);
	va_list ap;
	int rc;

	va_start(ap, fmt);
	rc = buf_vprintf(&line, fmt, ap);
	va_end(ap);
	if (rc || buf_append_str(&line, "\r\n"))
		rc = err_set(s->conn.err, ERR_USAGE, "SMTP command longer than %d bytes",
			     COMMAND_MAX);
	else
		rc = send_lines(s, &line, NULL) || smtp_read_reply(s);
	buf_free(&line);
	return rc ? -1 : 0;
}

/* ---- greeting and EHLO ---- */

int smtp_greeting(struct smtp *s)
{
	if (step(s->conn.tl, "greeting") || smtp_read_reply(s)) {
		if (s->lmtp && !s->conn.bytes_in) /* no port of LMTP waits for TLS to begin */
			s->conn.err->hint[0] = '\0';
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
		return expect(s, 250, "HELO");
	}
	if (expect(s, 250, verb))
		return -1;
	smtp_parse_capabilities(buf_str(&s->reply.text), &s->caps);
	return 0;
}

/* ---- STARTTLS (RFC 3207) ---- */

static int not_offered(struct smtp *s)
{
	/* Cisco's inspection of SMTP writes XXXXXXXA over STARTTLS, and X over other keywords */
	bool masked = strstr(buf_str(&s->reply.text), "XXXX") != NULL;

	err_set(s->conn.err, ERR_TLS, "STARTTLS is not offered by the server");
	err_hint(s->conn.err, "%s",
		 masked    ? "a firewall on the way masks keywords: XXXX"
		 : s->lmtp ? "-T plaintext if this LMTP server has no TLS"
			   : "-T ssl for TLS from the first byte, -T plaintext for none");
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

/* ---- mail ---- */

bool smtp_recipient_valid(const char *address, bool lmtp)
{
	size_t len = strlen(address);

	return message_address_valid(address) || text_equal_nocase(address, len, "postmaster") ||
	       (lmtp && message_local_part_valid(address, len));
}

/* An address that would break out of its angle brackets is never sent. */
static int not_an_address(struct smtp *s, const char *address)
{
	return err_set(s->conn.err, ERR_USAGE, "not a mail address: %s", address);
}

int smtp_mail(struct smtp *s, const char *from, uint64_t size, bool utf8)
{
	char parameter[32] = "";

	if (*from && !message_address_valid(from))
		return not_an_address(s, from);
	if (utf8 && !s->caps.smtputf8)
		return err_set(s->conn.err, ERR_REFUSED,
			       "the server does not take non-ASCII addresses (no SMTPUTF8)");
	if (size && s->caps.size)
		snprintf(parameter, sizeof(parameter), " SIZE=%llu", (unsigned long long)size);
	if (command(s, "MAIL FROM:<%s>%s%s", from, parameter, utf8 ? " SMTPUTF8" : ""))
		return -1;
	return expect(s, 250, "MAIL FROM");
}

int smtp_rcpt(struct smtp *s, const char *to)
{
	if (!smtp_recipient_valid(to, s->lmtp))
		return not_an_address(s, to);
	if (command(s, "RCPT TO:<%s>", to))
		return -1;
	/* 251: it forwards; 252: it does not know, but tries */
	if (s->reply.code == 251 || s->reply.code == 252)
		return 0;
	return expect(s, 250, "RCPT TO");
}

int smtp_dot_stuff(struct buf *b, const char *bytes, size_t len)
{
	const char *end = bytes + len;

	for (const char *line = bytes; line < end;) {
		const char *lf = memchr(line, '\n', (size_t)(end - line));
		const char *next = lf ? lf + 1 : end;
		if ((*line == '.' && buf_append_char(b, '.')) ||
		    buf_append(b, line, (size_t)(next - line)))
			return -1;
		line = next;
	}
	if (len && (len < 2 || memcmp(end - 2, "\r\n", 2)) && buf_append_str(b, "\r\n"))
		return -1;
	return buf_append_str(b, ".\r\n");
}

static int send_message(struct smtp *s, const struct buf *message)
{
	struct buf stuffed = BUF_INIT(MESSAGE_MAX);
	char shown[64];

	if (command(s, "DATA") || expect(s, 354, "DATA"))
		return -1;
	snprintf(shown, sizeof(shown), "(the message, %zu bytes)", message->len);
	int rc = smtp_dot_stuff(&stuffed, buf_str(message), message->len);
	if (rc)
		err_set(s->conn.err, ERR_LOCAL, "message larger than %d bytes", MESSAGE_MAX);
	else
		rc = send_lines(s, &stuffed, shown);
	buf_free(&stuffed);
	if (rc || smtp_read_reply(s))
		return -1;
	return expect(s, 250, "end of DATA");
}

int smtp_send(struct smtp *s, const char *from, const char *to, const struct buf *message)
{
	bool utf8 = !text_is_ascii(from) || !text_is_ascii(to);

	if (step(s->conn.tl, "send") || smtp_mail(s, from, message->len, utf8) || smtp_rcpt(s, to))
		return -1;
	return send_message(s, message);
}

/* ---- the end ---- */

/* Whether a further command can be understood. */
static bool can_speak(const struct smtp *s)
{
	return conn_can_write(&s->conn) && !s->ended;
}

/* Send a command of the end, and read the answer. -1 where none came within its patience; then the
 * answer to the next one would be taken for it. */
static int say_goodbye(struct smtp *s, const char *words)
{
	timeline_leg(s->conn.tl, s->conn.tl->prefix, conn_patience(&s->conn, CONN_GOODBYE_US));
	return step(s->conn.tl, "logout") ? -1 : command(s, "%s", words);
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

void smtp_free(struct smtp *s)
{
	smtp_reply_free(&s->reply);
	conn_close(&s->conn);
}
