/* imap.c - the IMAP dialog: greeting to TLS, and logout */
#include "mail/imap/imap.h"

#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "mail/imap/imap_command.h"
#include "net/net_hint.h"

void imap_init(struct imap *s, struct timeline *tl, struct err *err, struct buf *transcript)
{
	memset(s, 0, offsetof(struct imap, uids)); /* pages that nobody needs are not touched */
	s->uids.count = 0;
	s->uids.cut = false;
	s->aside = -1;
	s->conn = CONN_INIT(tl, err, transcript, "imap");
	s->response = BUF_INIT(IMAP_RESPONSE_MAX);
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

int imap_finish_capability(struct imap *s)
{
	if (imap_finish(s, ERR_PROTOCOL))
		return -1;
	if (!s->caps.known)
		return err_set(s->conn.err, ERR_PROTOCOL, "server does not tell its capabilities");
	return 0;
}

int imap_capability(struct imap *s)
{
	if (step(s->conn.tl, "capability"))
		return -1;
	if (s->caps.known)
		return 0;
	return imap_send(s, "CAPABILITY") || imap_finish_capability(s) ? -1 : 0;
}

int imap_starttls(struct imap *s, const char *host, const struct tls_options *tls)
{
	struct imap_response r;

	if (step(s->conn.tl, "starttls"))
		return -1;
	if (!s->caps.starttls) {
		err_set(s->conn.err, ERR_TLS, "server does not offer STARTTLS");
		err_advise(s->conn.err, &net_hints[NET_NO_STARTTLS]);
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
		imap_forsake(s);
		timeline_leg(tl, tl->prefix, CONN_GOODBYE_US);
		if (step(tl, "logout") == 0 && imap_send(s, "LOGOUT") == 0 && await) {
			timeline_leg(tl, tl->prefix, conn_patience(&s->conn, CONN_GOODBYE_US));
			conn_part(&s->conn, imap_finish(s, ERR_REFUSED) == 0);
		}
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
	imap_forsake(s);
	imap_watch_clear(&s->watch);
}
