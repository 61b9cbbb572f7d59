/* imap.c - the IMAP dialog: commands, greeting to TLS, and logout.
 *
 * Responses are read and noted in imap_response.c. */
#include "mail/imap/imap.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <gnutls/crypto.h>

#include "base/clock.h"
#include "base/text.h"
#include "mail/imap/imap_command.h"

enum { IMAP_LINE_MAX = 8192 }; /* a command */

void imap_init(struct imap *s, struct timeline *tl, struct err *err, struct buf *transcript)
{
	memset(s, 0, sizeof(*s));
	s->aside = -1;
	s->conn = CONN_INIT(tl, err, transcript, "imap");
	s->response = BUF_INIT(IMAP_RESPONSE_MAX);
}

/* ---- commands ---- */

/* Each tag is random: one that can be guessed can be answered before its command is sent
 * (CVE-2026-42246). */
static int new_tag(struct imap *s)
{
	unsigned char random[4];
	int rc = gnutls_rnd(GNUTLS_RND_RANDOM, random, sizeof(random));

	if (rc < 0)
		return err_set(s->conn.err, ERR_LOCAL, "no random numbers: %s",
			       gnutls_strerror(rc));
	snprintf(s->tag, sizeof(s->tag), "m%02x%02x%02x%02x%u", random[0], random[1], random[2],
		 random[3], ++s->commands);
	return 0;
}

static int too_much(struct imap *s)
{
	return err_set(s->conn.err, ERR_PROTOCOL, "answer larger than %d bytes", IMAP_COMMAND_MAX);
}

int imap_check_unasked(struct imap *s)
{
	uint64_t begun = s->conn.bytes_in;
	struct imap_response r;
	int waiting;

	while ((waiting = conn_wait(&s->conn, 0)) > 0) {
		if (imap_read(s, &r))
			return -1;
		if (r.kind != IMAP_UNTAGGED)
			return imap_not_a_response(s, "an answer that nothing was asked for:");
		if (s->conn.bytes_in - begun > IMAP_COMMAND_MAX)
			return too_much(s);
	}
	return waiting;
}

int imap_begin(struct imap *s)
{
	if (imap_check_unasked(s) || new_tag(s))
		return -1;
	s->caps_told = false;
	return 0;
}

int imap_send(struct imap *s, const char *fmt, ...)
{
	struct buf line = BUF_INIT(IMAP_LINE_MAX);
	va_list ap;

	if (imap_begin(s))
		return -1;
	va_start(ap, fmt);
	bool full = buf_printf(&line, "%s ", s->tag) || buf_vprintf(&line, fmt, ap) ||
		    buf_append_str(&line, "\r\n");
	va_end(ap);
	int rc = full ? err_set(s->conn.err, ERR_LOCAL, "command longer than %d bytes",
				IMAP_LINE_MAX)
		      : conn_write(&s->conn, line.data, line.len, NULL);
	buf_free(&line);
	return rc;
}

int imap_await(struct imap *s, enum imap_kind kind, struct imap_response *r)
{
	uint64_t begun = s->conn.bytes_in - s->passed_over;

	for (;;) {
		if (imap_read(s, r))
			return -1;
		if (r->kind == IMAP_TAGGED || r->kind == kind)
			return 0;
		if (r->kind == IMAP_CONTINUATION)
			return imap_not_a_response(s, "continuation not asked for:");
		if (s->conn.bytes_in - s->passed_over - begun > IMAP_COMMAND_MAX)
			return too_much(s);
	}
}

int imap_refused(struct imap *s, enum err_kind kind, const struct imap_response *r)
{
	const char *limit = imap_limit(r->code, r->text, s->selected);

	conn_err_server(&s->conn, limit ? ERR_THROTTLED : kind, "", r->words.at, r->words.len);
	err_hint(s->conn.err, "%s", limit ? limit : imap_hint(r->code, r->text));
	return -1;
}

int imap_finish(struct imap *s, enum err_kind kind)
{
	struct imap_response r;

	if (imap_await(s, IMAP_TAGGED, &r))
		return -1;
	return r.status == IMAP_OK ? 0 : imap_refused(s, kind, &r);
}

int imap_finish_somehow(struct imap *s, bool *refused_r)
{
	struct imap_response r;

	if (imap_await(s, IMAP_TAGGED, &r))
		return -1;
	bool refused = r.status != IMAP_OK;
	if (refused && (!refused_r || imap_limit(r.code, r.text, s->selected)))
		return imap_refused(s, ERR_REFUSED, &r);
	if (refused)
		imap_note_odd(s, r.words);
	if (refused_r)
		*refused_r = refused;
	return 0;
}

int imap_simple(struct imap *s, const char *command, enum err_kind kind)
{
	if (imap_send(s, "%s", command))
		return -1;
	return imap_finish(s, kind);
}

/* ---- greeting to TLS ---- */

int imap_greeting(struct imap *s, bool starttls_follows)
{
	struct imap_response r;

	if (step(s->conn.tl, "greeting") || imap_read_greeting(s, &r))
		return -1;
	s->greeted = true;
	s->preauth = r.status == IMAP_PREAUTH;
	/* CVE-2020-12398 and its kin: STARTTLS is impossible now */
	if (s->preauth && starttls_follows)
		return conn_err_server(&s->conn, ERR_TLS, "logged on before TLS:", r.words.at,
				       r.words.len);
	return 0;
}

int imap_capability(struct imap *s)
{
	if (step(s->conn.tl, "capability"))
		return -1;
	if (s->caps.known)
		return 0;
	if (imap_simple(s, "CAPABILITY", ERR_PROTOCOL))
		return -1;
	if (!s->caps.known)
		return err_set(s->conn.err, ERR_PROTOCOL, "server does not tell its capabilities");
	return 0;
}

int imap_starttls(struct imap *s, const char *host, const struct tls_options *tls)
{
	struct imap_response r;

	if (step(s->conn.tl, "starttls"))
		return -1;
	if (!s->caps.starttls) {
		err_set(s->conn.err, ERR_TLS, "server does not offer STARTTLS");
		err_hint(s->conn.err, "-T ssl for TLS from the first byte, -T plaintext for none");
		return -1;
	}
	if (imap_send(s, "STARTTLS") || imap_await(s, IMAP_TAGGED, &r))
		return -1;
	if (r.status != IMAP_OK)
		return imap_refused(s, ERR_TLS, &r);
	/* what was learnt in the clear may have been made up by anybody (RFC 3501 section 6.2.1) */
	s->caps = (struct imap_capabilities){0};
	s->exists = s->uidnext = s->arrivals = 0;
	if (conn_start_tls(&s->conn, host, tls))
		return -1;
	return imap_capability(s);
}

/* ---- the end ---- */

void imap_logout(struct imap *s)
{
	struct timeline *tl = s->conn.tl;

	if (conn_can_speak(&s->conn) && s->greeted && !s->bye) {
		/* if it did not answer before, do not wait for it again */
		bool await = !err_is_timeout(conn_error(&s->conn));
		struct err ignored = {0}, *err = conn_set_err(&s->conn, &ignored);
		s->parting = true;
		timeline_leg(tl, tl->prefix, conn_patience(&s->conn, CONN_GOODBYE_US));
		if (step(tl, "logout") == 0 && await)
			conn_part(&s->conn, imap_simple(s, "LOGOUT", ERR_REFUSED) == 0);
		else if (ignored.kind == ERR_NONE)
			imap_send(s, "LOGOUT");
		conn_set_err(&s->conn, err);
	}
	conn_close(&s->conn);
}

void imap_set_aside(struct imap *s)
{
	s->aside = conn_set_aside(&s->conn);
}

void imap_free(struct imap *s)
{
	conn_close(&s->conn);
	if (s->aside >= 0)
		close(s->aside);
	buf_wipe(&s->response); /* servers quote secrets */
	imap_collect_end(&s->collect);
}
