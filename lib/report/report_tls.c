/* report_tls.c - what is told of a connection's TLS: the session, the certificates as they were
 * sent, and the command that shows the same without this program */
#include "report/report.h"

#include <stdio.h>
#include <string.h>

#include "base/steps.h"

enum { LINE_MAX_SIZE = 2048, NAME_SIZE = 32 };

/* ---- the certificates ---- */

static void put_dates(struct buf *line, time_t begins, time_t expires)
{
	char from[CHAIN_DATE_SIZE] = "?", until[CHAIN_DATE_SIZE] = "?";

	if (begins)
		chain_format_date(begins, from);
	if (expires)
		chain_format_date(expires, until);
	buf_printf(line, ", %s to %s", from, until);
}

static void put_link(const struct chain_link *link, const char *name, struct buf *out)
{
	struct buf line = BUF_INIT(LINE_MAX_SIZE);
	char fingerprint[2 * FINGERPRINT_SIZE + 1];

	fingerprint_format(link->fingerprint, fingerprint);
	buf_printf(&line, "%s, issued by %s%s%s", link->subject, link->issuer,
		   link->hosts[0] ? ", for " : "", link->hosts);
	report_line(out, name, buf_str(&line));
	buf_clear(&line);
	buf_printf(&line, "%s, signed by %s", link->key, link->signature);
	put_dates(&line, link->begins, link->expires);
	buf_printf(&line, ", serial %s, SHA-256 %s", link->serial, fingerprint);
	report_line(out, name, buf_str(&line));
	buf_free(&line);
}

void report_chain(const struct chain_seen *seen, const char *leg, struct buf *out)
{
	char name[NAME_SIZE];

	if (!seen || !seen->sent)
		return;
	for (unsigned int i = 0; i < seen->count; i++) {
		snprintf(name, sizeof(name), "%ssent %u of %u", leg, i + 1, seen->sent);
		put_link(&seen->link[i], name, out);
	}
	snprintf(name, sizeof(name), "%sOCSP", leg);
	report_line(out, name, seen->staple);
}

/* ---- by hand ---- */

/* In single quotes where a shell would make something else of it. */
static void put_word(struct buf *out, const char *word)
{
	static const char plain[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
				    "0123456789._-/:@";
	bool quote = word[strspn(word, plain)] != '\0';

	buf_append_str(out, quote ? " '" : " ");
	for (; *word; word++) {
		if (*word == '\'')
			buf_append_str(out, "'\\'");
		buf_append_char(out, *word);
	}
	buf_append_str(out, quote ? "'" : "");
}

static void put_option(struct buf *out, const char *option, const char *value)
{
	if (!value || !*value)
		return;
	buf_printf(out, " %s", option);
	put_word(out, value);
}

static bool failed_by_tls(const struct result *r)
{
	bool in_step = r->err.kind != ERR_NONE && !strcmp(step_bare(r->err.step), "tls");

	return in_step || r->err.kind == ERR_TLS || r->err.kind == ERR_CERTIFICATE;
}

static const char *starttls_word(const struct result *r, bool on_smtp)
{
	if (on_smtp || !r->protocol)
		return "smtp";
	return !strcmp(r->protocol, "pop") ? "pop3" : r->protocol;
}

void report_by_hand(const struct result *r, struct buf *out)
{
	bool on_smtp = result_failed_on_smtp(r);
	const struct endpoint *e = on_smtp ? &r->smtp_endpoint : &r->endpoint;
	const char *sni = on_smtp ? r->smtp_sni : r->sni;
	char label[ENDPOINT_LABEL_SIZE], name[ENDPOINT_HOST_SIZE] = "";

	if (!failed_by_tls(r))
		return;
	endpoint_label(e, label);
	if (!endpoint_host_is_address(e->host))
		endpoint_name(e->host, name);
	buf_append_str(out, "openssl s_client");
	put_option(out, "-connect", !on_smtp && r->one_address[0] ? r->one_address : label);
	if (e->mode == TLS_MODE_STARTTLS)
		put_option(out, "-starttls", starttls_word(r, on_smtp));
	put_option(out, "-servername", sni ? sni : name);
	put_option(out, "-CAfile", r->ca_file);
}

/* ---- all of it ---- */

static void put_session(const struct result *r, const struct tls_info *tls, const char *leg,
			struct buf *out)
{
	char name[NAME_SIZE], date[CHAIN_DATE_SIZE], expiry[EXPIRY_TEXT_SIZE];
	const char *looked_at = r->trust_any ? report_not_verified : "certificate not accepted";
	struct buf line = BUF_INIT(LINE_MAX_SIZE);

	if (!tls->established)
		return;
	buf_printf(&line, "%s, %s", tls->description,
		   tls->verified ? "certificate verified" : looked_at);
	snprintf(name, sizeof(name), "%sTLS", leg);
	report_line(out, name, buf_str(&line));
	buf_clear(&line);
	if (tls->leaf.expires) {
		expiry_format(&tls->leaf, expiry);
		chain_format_date(tls->leaf.expires, date);
		buf_printf(&line, "%s, %s (%s)", tls->leaf.subject, expiry, date);
		snprintf(name, sizeof(name), "%scertificate", leg);
		report_line(out, name, buf_str(&line));
	}
	buf_free(&line);
}

/* What a server that has refused it was offered, too. */
static void put_offer(const struct result *r, struct buf *out)
{
	const struct tls_info *failed = result_failed_on_smtp(r) ? &r->smtp_tls : &r->tls;
	bool refused = failed_by_tls(r) && !failed->established;
	struct buf offer = BUF_INIT(LINE_MAX_SIZE);

	if (!refused && !r->tls.established && !r->smtp_tls.established)
		return;
	tls_format_offer(&offer);
	report_line(out, refused ? "TLS offered and refused" : "TLS offered", buf_str(&offer));
	buf_free(&offer);
}

void report_tls(const struct result *r, int verbosity, struct buf *out)
{
	struct buf by_hand = BUF_INIT(LINE_MAX_SIZE);

	put_session(r, &r->tls, "", out);
	put_session(r, &r->smtp_tls, "SMTP ", out);
	report_by_hand(r, &by_hand);
	report_line(out, "try", buf_str(&by_hand));
	buf_free(&by_hand);
	if (verbosity < 2)
		return;
	put_offer(r, out);
	report_chain(r->seen, "", out);
	report_chain(r->smtp_seen, "SMTP ", out);
}
