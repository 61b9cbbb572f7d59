/* fuzz_parsers.c - all that reads bytes of a stranger, fed with any bytes, and what must hold
 * whatever they are
 *
 * The first byte of an input chooses the parser. "make check" runs it with mutate.c; tests/fuzz/run
 * with libFuzzer. */
#include "fuzz.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/base64.h"
#include "base/blot.h"
#include "base/command.h"
#include "base/journal.h"
#include "base/json.h"
#include "base/text.h"
#include "base/xalloc.h"
#include "config/accounts.h"
#include "config/connectors.h"
#include "judge/threshold.h"
#include "judge/verdict.h"
#include "mail/bounce.h"
#include "mail/date.h"
#include "mail/encoded_word.h"
#include "mail/imap/imap_list.h"
#include "mail/imap/imap_parse.h"
#include "mail/imap/imap_quota.h"
#include "mail/message.h"
#include "mail/pop3/pop3_parse.h"
#include "mail/sasl/sasl.h"
#include "mail/sasl/scram.h"
#include "mail/smtp/ehlo_rules.h"
#include "mail/smtp/queue_id.h"
#include "mail/smtp/smtp_hint.h"
#include "mail/smtp/smtp_parse.h"
#include "mail/smtp/smtp_refusal.h"
#include "mail/trace.h"
#include "net/endpoint.h"
#include "net/trust.h"
#include "oauth/token_answer.h"
#include "oauth/token_cache.h"
#include "report/escape.h"
#include "report/report.h"

static bool inside(struct span s, const char *bytes, size_t len)
{
	return !s.len ||
	       (s.at >= bytes && s.at <= bytes + len && s.len <= (size_t)(bytes + len - s.at));
}

static void imap_response(const char *bytes, size_t len)
{
	static struct imap_uids uids;
	struct imap_response r;
	struct imap_fetch fetch;
	uint32_t number;

	if (imap_parse_response(bytes, len, &r))
		return;
	MUST(inside(r.tag, bytes, len) && inside(r.words, bytes, len) &&
	     inside(r.code, bytes, len));
	MUST(inside(r.text, bytes, len) && inside(r.name, bytes, len) &&
	     inside(r.rest, bytes, len));
	if (imap_parse_fetch(r.rest, &fetch) == 0 && fetch.has_body)
		MUST(inside(fetch.body, bytes, len));
	memset(&uids, 0, sizeof(uids));
	imap_parse_search(r.rest, &uids);
	imap_parse_esearch(r.rest, "a1", &uids);
	MUST(uids.count <= IMAP_SEARCH_MAX);
	imap_code_number(r.code, "UIDNEXT", &number);
	const struct hint *hint = imap_hint(r.code, r.text);
	MUST(!hint || strlen(hint->text) < 160);
}

static void imap_list(const char *bytes, size_t len)
{
	struct imap_folder folder;
	struct imap_sought sought = {.use = "\\Junk"};
	struct buf shown = BUF_INIT(4 * IMAP_NAME_SIZE);

	if (imap_parse_list((struct span){bytes, len}, &folder))
		return;
	MUST(strlen(folder.name) < IMAP_NAME_SIZE && !strpbrk(folder.name, "\r\n"));
	MUST(inside(folder.attributes, bytes, len));
	imap_sought_note(&sought, &folder);
	MUST(!sought.by_use.count || !strcmp(sought.by_use.name[0], folder.name));
	MUST(!sought.by_name.count || !strcmp(sought.by_name.name[0], folder.name));
	MUST(imap_folder_format(folder.name, &shown) == 0);
	buf_free(&shown);
}

static void imap_quota(const char *bytes, size_t len)
{
	struct imap_quota quota = {0};
	struct buf words = BUF_INIT(100);

	imap_parse_quota((struct span){bytes, len}, &quota);
	MUST(!quota.full || quota.limit);
	MUST(imap_quota_format(&quota, &words) == 0);
	buf_free(&words);
}

static void imap_capabilities(const char *bytes, size_t len)
{
	struct imap_capabilities caps = {0};

	imap_parse_capabilities((struct span){bytes, len}, &caps);
	imap_parse_capabilities((struct span){bytes, len}, &caps);
	MUST(memchr(caps.mechanisms, '\0', sizeof(caps.mechanisms)));
}

static void imap_literal(const char *bytes, size_t len)
{
	uint32_t size = 0;

	imap_line_is_data(bytes, len);
	if (imap_line_literal(bytes, len, 1000, &size) == 1)
		MUST(size <= 1000 && len >= 3);
}

/* lines separated by LF, as one reply */
static void smtp_reply(const char *bytes, size_t len)
{
	struct smtp_reply reply = SMTP_REPLY_INIT;
	struct smtp_capabilities caps;
	int complete = 0;

	for (size_t at = 0; at < len && complete == 0;) {
		const char *lf = memchr(bytes + at, '\n', len - at);
		size_t n = lf ? (size_t)(lf - bytes) - at : len - at;
		complete = smtp_reply_add(&reply, bytes + at, n);
		at += n + 1;
	}
	MUST(reply.text.len <= SMTP_REPLY_MAX && reply.lines <= SMTP_REPLY_LINES_MAX);
	MUST(strlen(reply.enhanced) < sizeof(reply.enhanced));
	if (complete == 1) {
		MUST(reply.code >= 200 && reply.code <= 599);
		smtp_parse_capabilities(buf_str(&reply.text), &caps);
		MUST(memchr(caps.mechanisms, '\0', sizeof(caps.mechanisms)));
		const struct hint *hint = smtp_hint(&reply, "AUTH");
		MUST(!hint || strlen(hint->text) < 160);
		MUST(*smtp_refused_name(smtp_refused_what(&reply, "", "a@b.example")));
	}
	smtp_reply_free(&reply);
}

static void pop3_reply(const char *bytes, size_t len)
{
	struct pop3_reply r;
	struct span span;
	uint32_t number;
	uint64_t size;

	if (pop3_parse_reply(bytes, len, &r))
		return;
	MUST(inside(r.words, bytes, len) && inside(r.code, bytes, len) &&
	     inside(r.text, bytes, len));
	if (pop3_parse_stat(r.text, &number, &size) == 0)
		MUST(size <= POP3_SIZE_MAX);
	span = pop3_parse_timestamp(r.text);
	MUST(inside(span, bytes, len));
	MUST(!span.len || (span.at[0] == '<' && span.at[span.len - 1] == '>'));
	pop3_is_system(&r);
	pop3_is_in_use(&r);
	pop3_is_too_soon(&r);
	pop3_is_busy(&r);
	const struct hint *hint = pop3_hint(&r);
	MUST(!hint || strlen(hint->text) < 160);
}

static void pop3_line(const char *bytes, size_t len)
{
	struct span line = {bytes, len}, uid;
	struct pop3_capabilities caps = {0};
	uint32_t number;
	uint64_t size;

	if (pop3_line_ends(&line))
		return;
	MUST(inside(line, bytes, len) && line.len <= len);
	if (pop3_parse_list(line, &number, &size) == 0)
		MUST(number && size <= POP3_SIZE_MAX);
	if (pop3_parse_uidl(line, &number, &uid) == 0) {
		MUST(number && uid.len && uid.len <= 255 && inside(uid, bytes, len));
		MUST(pop3_uid_compare(uid, uid) == 0);
	}
	if (pop3_parse_uidl_answer(line, 4, &uid) > 0)
		MUST(uid.len && uid.len <= 255 && inside(uid, bytes, len));
	if (pop3_parse_list_answer(line, 4, &size) > 0)
		MUST(size <= POP3_SIZE_MAX);
	MUST(pop3_parse_stat_count(line, &number) || pop3_parse_stat(line, &number, &size));
	pop3_number_impossible(line);
	pop3_parse_capability(line, &caps);
	MUST(memchr(caps.mechanisms, '\0', sizeof(caps.mechanisms)));
}

/* The rules up to the first NUL byte, the answer behind it. */
static void ehlo_rules(const char *bytes, size_t len)
{
	char *text = strndup(bytes, len), *answer;
	struct ehlo_rules rules = {0};
	struct err err = {0};

	MUST(text);
	size_t used = strlen(text) < len ? strlen(text) + 1 : len;
	answer = strndup(bytes + used, len - used);
	MUST(answer);
	if (ehlo_rules_add(&rules, text, used & 1, &err))
		MUST(err.kind == ERR_USAGE && err.text[0]);
	else if (ehlo_rules_check(&rules, answer, answer, &err))
		MUST(err.kind == ERR_PROTOCOL && err.text[0]);
	ehlo_rules_free(&rules);
	free(text);
	free(answer);
}

static void encoded_words(const char *bytes, size_t len)
{
	char *text = malloc(len ? len : 1);

	MUST(text);
	MUST(encoded_words_decode(bytes, len, text) <= len);
	free(text);
}

/* A message counts as ours only when the token is there: twice, though once perhaps encoded. */
static void message(const char *bytes, size_t len)
{
	static const char token[] = "0123456789abcdef0123456789abcdef";
	struct message_header h;

	message_header_parse(bytes, len, &h);
	message_is_stale(&h, 2000000000, 3600);
	if (message_is_ours(&h, token)) {
		MUST(memmem(bytes, len, token, TOKEN_LEN));
		MUST(!strcmp(message_token(&h), token));
		MUST(message_changes(&h) < MESSAGE_TEXT_CHANGED);
	}
	if (message_body_has_token(bytes, len, token))
		MUST(memmem(bytes, len, token, TOKEN_LEN));
}

/* A bounce is ours only when the token is there, and its texts end. */
static void bounce(const char *bytes, size_t len)
{
	struct buf words = BUF_INIT(400);
	struct bounce b;

	if (bounce_parse(bytes, len, &b))
		return;
	const char *token = bounce_token(&b);
	bounce_format(&b, &words);
	MUST(!token || memmem(bytes, len, token, TOKEN_LEN));
	MUST(words.len && strlen(b.status) < sizeof(b.status) &&
	     strlen(b.remote) < sizeof(b.remote));
	buf_free(&words);
}

static void trace(const char *bytes, size_t len)
{
	struct buf words = BUF_INIT(600);
	struct trace t;

	trace_parse(bytes, len, &t);
	MUST(!t.has_hop || (t.slowest_s >= 0 && t.by[0]));
	trace_format_hop(&t, &words);
	trace_format_checks(&t, &words);
	buf_free(&words);
}

static void queue_id(const char *bytes, size_t len)
{
	MUST(inside(smtp_queue_id((struct span){bytes, len}), bytes, len));
}

static void date(const char *bytes, size_t len)
{
	struct buf b = BUF_INIT(100);
	time_t when, again;

	if (date_parse(bytes, len, &when) == 0 && date_format(&b, when) == 0)
		MUST(date_parse(buf_str(&b), b.len, &again) == 0 && again == when);
	buf_free(&b);
}

static void clean(const char *bytes, size_t len)
{
	char dst[64];
	size_t n = text_clean(dst, sizeof(dst), bytes, len);

	MUST(n < sizeof(dst) && dst[n] == '\0' && strlen(dst) == n);
	for (size_t i = 0; i < n; i++)
		MUST((unsigned char)dst[i] >= ' ' && dst[i] != 0x7f && !strchr("|<>", dst[i]));
}

/* The field is one for a reader of RFC 4180, and begins no formula. */
static void csv_field(const char *bytes, size_t len)
{
	struct buf out = BUF_INIT(4 * len + 8);
	char *text = strndup(bytes, len);

	MUST(text && escape_csv(&out, text) == 0);
	const char *at = buf_str(&out), *end = at + out.len;
	bool quoted = *at == '"';
	at += quoted;
	end -= quoted;
	MUST(at <= end && (at == end || !strchr("=+-@", *at)));
	for (; at < end; at++) {
		MUST(!strchr("\r\n", *at) && (quoted || !strchr(",;\"", *at)));
		if (*at == '"')
			MUST(++at < end && *at == '"');
	}
	MUST(!quoted || *end == '"');
	buf_free(&out);
	free(text);
}

/* Nothing is left that could end the text or begin an element. */
static void html_text(const char *bytes, size_t len)
{
	struct buf out = BUF_INIT(8 * len + 8);
	char *text = strndup(bytes, len);

	MUST(text && escape_html(&out, text) == 0);
	const char *html = buf_str(&out);
	MUST(!strpbrk(html, "<>\"'\r\n"));
	for (; (html = strchr(html, '&')) != NULL; html++)
		MUST(strspn(html + 1, "#abcdefghijklmnopqrstuvwxyz39") == strcspn(html + 1, ";"));
	buf_free(&out);
	free(text);
}

static void metric_label(const char *bytes, size_t len)
{
	struct buf out = BUF_INIT(4 * len + 8);
	char *text = strndup(bytes, len);

	MUST(text && escape_label(&out, text) == 0);
	for (const char *at = buf_str(&out); *at; at++) {
		MUST(!strchr("\r\n\"", *at));
		if (*at == '\\')
			MUST(*++at == '\\' || *at == '"');
	}
	buf_free(&out);
	free(text);
}

/* The fields that a journal reads are those that were written, whatever is in them. */
static const char *journal_value(const char *at, const char *bytes, size_t len)
{
	MUST(*at == '=' || *at == '\n');
	if (*at++ == '\n') {
		uint64_t size = 0;
		for (size_t i = 0; i < sizeof(size); i++)
			size |= (uint64_t)(unsigned char)*at++ << 8 * i;
		MUST(size == len);
	} else {
		MUST(!memchr(bytes, '\n', len));
	}
	MUST(memcmp(at, bytes, len) == 0 && at[len] == '\n');
	return at + len + 1;
}

static void journal_record(const char *bytes, size_t len)
{
	struct buf out = BUF_INIT(2 * len + 64);

	MUST(journal_field(&out, "MESSAGE", bytes, len) == 0);
	MUST(journal_field(&out, "MAILFLOW_CONTEXT", bytes, len) == 0);
	const char *at = buf_str(&out);
	MUST(strncmp(at, "MESSAGE", 7) == 0);
	at = journal_value(at + 7, bytes, len);
	MUST(strncmp(at, "MAILFLOW_CONTEXT", 16) == 0);
	MUST(journal_value(at + 16, bytes, len) == out.data + out.len);
	buf_free(&out);
}

/* The quote that ends the string whose first quote is at, or NULL. */
static const char *string_end(const char *at)
{
	for (at++; *at && *at != '"'; at++) {
		if ((unsigned char)*at < ' ')
			return NULL;
		at += *at == '\\' && at[1];
	}
	return *at ? at : NULL;
}

/* Strings that end, brackets that are closed in their order, and nothing behind the last. */
static bool is_json(const char *at)
{
	char open[64];
	size_t depth = 0;

	for (; *at; at++) {
		if (*at == '{' || *at == '[')
			open[depth++] = *at == '{' ? '}' : ']';
		else if ((*at == '}' || *at == ']') && (!depth || open[--depth] != *at))
			return false;
		else if (*at == '"' && !(at = string_end(at)))
			return false;
	}
	return !depth && at[-1] == '\n' && at[-2] == '}';
}

/* A failure all of whose texts are these bytes, of a mailbox or a connector; text is a copy. */
static void fill(struct result *r, const char *text, bool is_connector)
{
	snprintf(r->label, sizeof(r->label), "%s", text);
	snprintf(r->endpoint.host, sizeof(r->endpoint.host), "%s", text);
	snprintf(r->note, sizeof(r->note), "%s", text);
	snprintf(r->tried, sizeof(r->tried), "%s", text);
	snprintf(r->tls.leaf.subject, sizeof(r->tls.leaf.subject), "%s", text);
	snprintf(r->tls.description, sizeof(r->tls.description), "%s", text);
	r->tls.established = true;
	snprintf(r->queue_id, sizeof(r->queue_id), "%s", text);
	r->account = r->scenario = text;
	r->connector = is_connector ? text : NULL;
	r->binding = is_connector ? text : NULL;
	r->transcript = r->details = BUF_INIT(1 << 20);
	buf_append_str(&r->transcript, text);
	buf_append_str(&r->details, text);
	r->timeline.count = 1;
	r->timeline.total_us = r->timeline.step[0].duration_us = 1000;
	r->timeline.step[0].outcome = STEP_FAILED;
	snprintf(r->timeline.step[0].name, STEP_NAME_SIZE, "imap_login");
	err_set_server(&r->err, ERR_AUTH, "", text, strlen(text));
	err_hint(&r->err, "%s", text);
}

/* Whatever a server says, a report commands no terminal, and stays what it is. The first byte
 * chooses. */
static void reports(const char *bytes, size_t len)
{
	size_t formats = 0, choice = len ? (unsigned char)*bytes : 0;
	struct verdict_rules rules = {.protocol = "imap"};
	struct result r = {0};
	struct buf out = BUF_INIT(4 << 20);
	char *text = strndup(bytes, len);

	MUST(text);
	while (report_formats[formats].name)
		formats++;
	const struct report_format *format = &report_formats[choice % formats];
	fill(&r, text, choice / formats % 2);
	result_plan(&r, "imap_login", "log on as %s", text);
	verdict_judge(&r, &rules);
	format->write(&(struct report){.program = "check",
				       .program_version = "1",
				       .service = "IMAP",
				       .protocol = "imap",
				       .results = &r,
				       .count = 1,
				       .rules = &rules,
				       .exposed = text,
				       .site = text,
				       .monitoring = choice / formats / 2 % 2,
				       .verbosity = 3},
		      &out);
	for (const char *at = buf_str(&out); *at; at++)
		MUST((unsigned char)*at >= ' ' ? *at != 0x7f : *at == '\n' || *at == '\r');
	MUST(strlen(buf_str(&out)) == out.len && out.len && out.data[out.len - 1] == '\n');
	MUST(format->write != report_json || is_json(buf_str(&out)));
	buf_free(&out);
	result_free(&r);
	free(text);
}

/* A secret up to the first LF, and what is said behind it: neither the secret comes through,
 * where it is long enough to be looked for everywhere, nor a piece of it. The stars that stand for
 * it might put one together. */
static void blot(const char *bytes, size_t len)
{
	const char *lf = memchr(bytes, '\n', len);
	char *secret = strndup(bytes, lf ? (size_t)(lf - bytes) : len);
	struct blot b = {0};

	MUST(secret);
	size_t secret_len = strlen(secret), used = lf ? (size_t)(lf + 1 - bytes) : len;
	size_t piece = secret_len < BLOT_PIECE ? secret_len : BLOT_PIECE, out_len;
	blot_add(&b, secret, NULL);
	for (int reply = 0; reply < 2 && !blot_is_empty(&b); reply++) {
		blot_heard(&b, bytes + used, len - used);
		const char *out = blot_text(&b, bytes + used, len - used, reply, &out_len);
		MUST(out_len <= 4 * (len - used) && out[out_len] == '\0');
		for (size_t i = 0; piece >= 6 && !strchr(secret, '*') && i + piece <= secret_len;
		     i++)
			MUST(!memmem(out, out_len, secret + i, piece));
	}
	blot_free(&b);
	free(secret);
}

/* what comes out is read again as what it was */
static void range(const char *bytes, size_t len)
{
	struct buf b = BUF_INIT(200);
	struct err err = {0};
	struct range r, again;

	if (range_parse(bytes, len, &r, &err) == 0) {
		MUST(!err.kind && range_format(&r, &b) == 0);
		MUST(range_parse(buf_str(&b), b.len, &again, &err) == 0);
		MUST(again.inside == r.inside);
	} else {
		MUST(err.kind == ERR_USAGE && err.text[0]);
	}
	buf_free(&b);
}

static void endpoint(const char *bytes, size_t len)
{
	char *text = strndup(bytes, len);
	char label[ENDPOINT_LABEL_SIZE];
	struct endpoint e;
	struct err err = {0};

	MUST(text);
	if (endpoint_parse(text, &e, &err) == 0) {
		endpoint_label(&e, label);
		MUST(!err.kind && e.host[0] && !strpbrk(e.host, " \t\r\n|<>;"));
	} else {
		MUST(err.kind == ERR_USAGE && err.text[0]);
	}
	message_address_valid(text);
	free(text);
}

static void names(const char *bytes, size_t len)
{
	gnutls_datum_t der = {.data = (unsigned char *)(uintptr_t)bytes, .size = (unsigned int)len};
	gnutls_datum_t part[2];

	if (trust_parse_names(&der, &part[0], &part[1]))
		return;
	for (int i = 0; i < 2; i++) {
		struct span span = {(const char *)part[i].data, part[i].size};
		MUST(part[i].size && inside(span, bytes, len));
	}
}

/* What is base64 comes back as it was. */
static void base64(const char *bytes, size_t len)
{
	struct buf decoded = BUF_INIT(len), encoded = BUF_INIT(len);

	if (base64_decode(&decoded, bytes, len) == 0) {
		MUST(base64_encode(&encoded, decoded.data, decoded.len) == 0);
		MUST(encoded.len == len && !memcmp(buf_str(&encoded), bytes, len));
	}
	buf_free(&decoded);
	buf_free(&encoded);
}

static void json(const char *bytes, size_t len)
{
	struct buf text = BUF_INIT(len);
	uint64_t number;

	if (json_text((struct span){bytes, len}, "scope", &text) == 0)
		MUST(text.len < len && strlen(buf_str(&text)) == text.len);
	json_number((struct span){bytes, len}, "exp", &number);
	buf_free(&text);
}

static void scram(const char *bytes, size_t len)
{
	struct span message = {bytes, len}, nonce = {"abc", 3};
	struct scram_work work;
	struct err err = {0};

	if (scram_check_first(message, nonce, &work, &err) == 0) {
		MUST(inside(work.salt, bytes, len) && work.salt.len);
		MUST(work.iterations >= SCRAM_ITERATIONS_MIN &&
		     work.iterations <= SCRAM_ITERATIONS_MAX);
	} else {
		MUST(err.kind == ERR_PROTOCOL);
	}
	nonce = scram_nonce(message);
	MUST(!nonce.len || inside(nonce, bytes, len));
	MUST(scram_refusal(message).len <= len);
}

/* As a string: what a person may have written. */
static void logon_words(const char *bytes, size_t len)
{
	char *text = xstrndup(bytes, len), list[SASL_MECHANISMS_SIZE];
	struct command command;
	struct err err = {0};

	MUST(mechanisms_parse(list, text, FORM_SASL, &err) == 0 || err.kind == ERR_USAGE);
	MUST(memchr(list, '\0', sizeof(list)));
	err = (struct err){0};
	MUST(command_parse(&command, text, "user", &err) == 0 || err.kind == ERR_USAGE);
	command_free(&command);
	sasl_token_expires(text);
	free(text);
}

/* A mechanism's number, and its challenges, parted by LF: each is answered, or wrong. */
static void challenges(const char *bytes, size_t len)
{
	static const char *const names[] = {"CRAM-MD5", "DIGEST-MD5",  "SCRAM-SHA-256",
					    "NTLM",     "OAUTHBEARER", "XOAUTH2"};
	static char value[] = "secret";
	const struct secret secret = {.value = value};
	const struct credentials who = {.username = "user", .password = &secret, .token = &secret};
	const struct tls_binding none = {0};
	const struct sasl_terms terms = {
		.who = &who, .service = "imap", .host = "host", .binding = &none};
	size_t number = len ? (unsigned char)bytes[0] % (sizeof(names) / sizeof(names[0])) : 0;
	const struct mechanism *m = mechanism_find(span_of(names[number]));
	struct span rest = {bytes + (len ? 1 : 0), len ? len - 1 : 0}, challenge = {"", 0};
	struct err err = {0};
	struct sasl s;
	bool more = true;

	MUST(sasl_begin(&s, m, &terms, &err) == 0);
	if (!m->client_first)
		more = span_next(&rest, '\n', &challenge);
	for (; more && err.kind == ERR_NONE; more = span_next(&rest, '\n', &challenge)) {
		struct buf text = BUF_INIT(2 * challenge.len + 8);
		char *response = NULL;
		base64_encode(&text, challenge.at, challenge.len);
		int rc = sasl_answer(&s, buf_str(&text), &response, &err);
		MUST((rc == 0) == (response != NULL) && (rc == 0) == (err.kind == ERR_NONE));
		free(response);
		buf_free(&text);
	}
	sasl_free(&s);
}

/* Nothing that could end a line, or be a line of its own. */
static bool is_one_word(const char *text)
{
	for (; *text; text++)
		if (*text <= ' ' || *text > '~')
			return false;
	return true;
}

/* A status, and what a token endpoint answers with it. */
static void token_answer(const char *bytes, size_t len)
{
	static const long statuses[] = {200, 302, 400, 401, 429, 503};
	size_t number =
		len ? (unsigned char)bytes[0] % (sizeof(statuses) / sizeof(statuses[0])) : 0;
	struct http_answer answer = {.status = statuses[number], .body = BUF_INIT(len + 1)};
	struct blot secrets = {0};
	struct token token;
	struct err err = {0};

	if (len)
		buf_append(&answer.body, bytes + 1, len - 1);
	blot_add(&secrets, "wh1sper-it-softly", NULL);
	if (token_answer_take(&answer, "https://a", 1000000, &secrets, &token, &err) == 0) {
		MUST(token.access.value[0] && is_one_word(token.access.value));
		MUST(!token.refresh.value || is_one_word(token.refresh.value));
		MUST(!err.kind && answer.status == 200);
	} else {
		MUST(err.kind && !strncmp(err.text, "https://a: ", strlen("https://a: ")));
		MUST(!strstr(err.text, "wh1sper-it-softly"));
	}
	token_free(&token);
	blot_free(&secrets);
	http_answer_free(&answer);
}

static void cached_token(const char *bytes, size_t len)
{
	struct cached_token cached;

	if (token_cache_parse((struct span){bytes, len}, "k", &cached))
		MUST(!cached.token.access.value && !cached.token.refresh.value);
	MUST(cached.token.issued >= 0 && cached.failed_ms >= 0);
	cached_token_free(&cached);
}

/* ---- files of accounts and of connectors ---- */

/* To be read by its name "-". */
static const char *as_standard_input(const char *bytes, size_t len)
{
	static int fd = -1;

	if (fd < 0)
		fd = memfd_create("input", MFD_CLOEXEC);
	MUST(fd >= 0 && ftruncate(fd, 0) == 0 && pwrite(fd, bytes, len, 0) == (ssize_t)len);
	MUST(lseek(fd, 0, SEEK_SET) == 0 && dup2(fd, STDIN_FILENO) == STDIN_FILENO);
	return "-";
}

static void check_read(int rc, const struct err *err)
{
	MUST((rc == 0) == (err->kind == ERR_NONE));
	MUST(rc == 0 || (err->kind == ERR_USAGE && err->text[0]));
}

static void check_section(const struct section *s, size_t name_max)
{
	MUST(s->name[0] && strlen(s->name) <= name_max && s->line && !(s->own & ~s->keys));
}

static void check_endpoints(const struct endpoint_list *l)
{
	for (size_t i = 0; i < l->count; i++)
		MUST(l->item[i].host[0] && !strpbrk(l->item[i].host, " \t\r\n"));
}

static void check_secrets(const struct account_logon *l)
{
	MUST(!(l->password_file && l->password.value));
	MUST(!!l->token_file + !!l->token_command + !!l->provider <= 1);
}

static void account_file(const char *bytes, size_t len)
{
	const struct limit limit = {.until_us = clock_us() + US_PER_S, .us = US_PER_S};
	struct accounts accounts;
	struct err err = {0};
	int rc = accounts_read(&accounts, as_standard_input(bytes, len), &limit, &err);

	check_read(rc, &err);
	MUST(rc || accounts.count);
	for (size_t i = 0; rc == 0 && i < accounts.count; i++) {
		const struct account *a = &accounts.item[i];
		check_section(&a->section, ACCOUNT_NAME_MAX);
		check_endpoints(&a->front);
		check_endpoints(&a->behind);
		check_secrets(&a->mailbox_logon);
		check_secrets(&a->smtp_logon);
		MUST(!a->smtp_logon.password.value || account_has_smtp_secret(a));
	}
	accounts_free(&accounts);
}

static void connector_file(const char *bytes, size_t len)
{
	const struct limit limit = {.until_us = clock_us() + US_PER_S, .us = US_PER_S};
	struct endpoint_list bare = {0};
	struct connectors connectors;
	struct err err = {0};
	int rc = connectors_read(&connectors, &bare, as_standard_input(bytes, len), &limit, &err);

	check_read(rc, &err);
	MUST(rc || connectors.count || bare.count);
	check_endpoints(&bare);
	for (size_t i = 0; rc == 0 && i < connectors.count; i++) {
		const struct connector *k = &connectors.item[i];
		check_section(&k->section, CONNECTOR_NAME_MAX);
		MUST(k->server || k->bindings);
		MUST(!k->no_auth || !k->auth[0]);
		MUST(!connector_has_secret(k) || !connector_lacks_secret(k));
		for (size_t b = 0; b < k->bindings; b++)
			MUST(k->binding[b].port && (!k->binding[b].any || k->server));
	}
	free(bare.item);
	connectors_free(&connectors);
}

const struct fuzz_target fuzz_targets[] = {
	{account_file,
	 "[defaults]\nendpoint = mail.example.org:993:SSL, [::1]\nusername = %u*master\n"
	 "password-file = /etc/%u%%\n[alice@example.org]\nsmtp-password = a b\nenabled = no\n"
	 "[bob]\nUSERNAME=b\noauth-token-command = get '%u'\nsmtp-auth = none\nmailto = b@c\n"},
	{connector_file,
	 "mail.example.org:25\n; a\n[Front]\nserver = mx.example.org\n"
	 "bindings = 0.0.0.0:25, [::]:25 10.0.0.7:587\nrequire = 8BITMIME, SIZE>=10\n"
	 "auth = scram-sha-256, plain\nusername = u\nprovider = google\nthrough = auth\n"
	 "[defaults]\nconnection-type = tls\npassword-file = x\n"},
	{token_answer,
	 "\x00{\"access_token\":\"t0ken\",\"token_type\":\"Bearer\",\"expires_in\":3599,"
	 "\"refresh_token\":\"r\"}"},
	{token_answer,
	 "\x02{\"error\":\"invalid_client\",\"error_description\":\"wh1sper-it-softly\\r\\n\"}"},
	{cached_token, "{\"key\":\"k\",\"access_token\":\"t\",\"refresh_token\":\"r\",\"issued\":1,"
		       "\"expires\":2,\"failure_kind\":5,\"failure\":\"x\",\"version\":1}"},
	{challenges, "\x06<1896.697170952@postoffice.reston.mci.net>"},
	{challenges,
	 "\x07realm=\"a\",nonce=\"OA6MG9tEQGm2hh\",qop=\"auth\",algorithm=md5-sess,charset=utf-8\n"
	 "rspauth=ea40f60335c427b5527b84dbabcdfffd"},
	{challenges, "\x08r=abc,s=QSXCR+Q6sek8bf92,i=4096\nv=rmF9pqV8S7suAoZWja4dJRkFsKQ="},
	{challenges, "\x0a{\"status\":\"401\",\"scope\":\"x\"}\n"},
	{base64, "QUJDREVGRw=="},
	{json, "{\"status\":\"401\",\"x\":[{\"scope\":1}],\"scope\":\"a\\u00e4\\n\",\"exp\":1.5}"},
	{scram, "r=abcdef,s=QSXCR+Q6sek8bf92,i=4096,x=y"},
	{logon_words, "SCRAM-SHA-256, plain"},
	{logon_words, "a 'b %u' \"c%%\""},
	{logon_words, "a.eyJleHAiOjEuNX0.c"},
	{imap_response,
	 "* 12 FETCH (UID 4 FLAGS (\\Seen) BODY[HEADER.FIELDS (DATE)] {5}\r\nabcde X \"q\\\"\")"},
	{imap_response, "* SEARCH 1 2 4294967295 (MODSEQ 7)"},
	{imap_response, "* ESEARCH (TAG \"a\") UID ALL 1:3,5,9:7"},
	{imap_response, "a1 NO [AUTHENTICATIONFAILED] Authentication failed. throttled"},
	{imap_response, "* OK [UIDNEXT 42] next"},
	{imap_capabilities,
	 "IMAP4rev1 STARTTLS AUTH=PLAIN AUTH=LOGIN SASL-IR IDLE UIDPLUS LOGINDISABLED"},
	{imap_list, "(\\Junk \\X) \"/\" \"Entw&APw-rfe \\\"&2D3eAA-\" (\"X\" (1))"},
	{imap_list, "() NIL {4}\r\nJunk"},
	{imap_quota, "\"a b\" (STORAGE 10240 10240 MESSAGE 1 0)"},
	{imap_literal, "* LIST (\\Noselect) \"/{3}\" {999}"},
	{smtp_reply, "250-mx.example.test\n250-SIZE 1000\n250-AUTH PLAIN LOGIN\n250 STARTTLS"},
	{smtp_reply, "550-5.1.1 no such user\n550 5.1.1 here"},
	{pop3_reply, "+OK ready <1896.697170952@dbc.mtview.ca.us>"},
	{pop3_reply, "-ERR [IN-USE] Maildrop already locked"},
	{pop3_reply, "+OK 2 320"},
	{pop3_line, "2 whqtswO00WBw418f9t5JxYwZ"},
	{pop3_line, "SASL PLAIN LOGIN"},
	{pop3_line, "..LOGIN-DELAY 900 USER"},
	{bounce,
	 "Content-Type: multipart/report; report-type=delivery-status; boundary=\"x\"\n\n"
	 "--x\n\nhi\n--x\nContent-Type: message/delivery-status\n\nReporting-MTA: dns; a\n\n"
	 "Action: failed\nStatus: 5.2.2\nDiagnostic-Code: smtp; 552 5.2.2 full\n\n--x\n"
	 "Content-Type: text/rfc822-headers\n\n"
	 "Message-ID: <0123456789abcdef0123456789abcdef@a>\n"
	 "X-Mailflow-Probe: 0123456789abcdef0123456789abcdef\n--x--\n"},
	{trace, "Received: from a (b) by c with ESMTP; Sat, 21 Nov 2020 07:30:57 +0000\n"
		"Authentication-Results: c (x) 1; spf=pass (y) a=b; dkim=none; dmarc=fail\n"
		"Date: Sat, 21 Nov 2020 07:30:17 +0000\n"},
	{queue_id, "250 2.6.0 <a@b> [InternalId=12, Hostname=c] Queued mail for delivery"},
	{queue_id, "250 2.0.0 4ADBtX1q Message accepted for delivery id=1 qp 2"},
	{ehlo_rules, "8BITMIME,AUTH=LOGIN SIZE>=10485760"},
	{message, "Date: Sat, 21 Nov 2020 07:30:57 +0000\r\n"
		  "Subject: Mailflow probe\r\n 0123456789abcdef0123456789abcdef\r\n"
		  "Message-ID: <0123456789abcdef0123456789abcdef@a>\r\n"
		  "X-Mailflow-Probe: 0123456789abcdef0123456789abcdef\r\n\r\n"
		  "Token: 0123456789abcdef0123456789abcdef\r\n"},
	{encoded_words, "a =?utf-8?Q?=C3=A4_b?=\t=?x?B?TWFpbA==?= =?y?q?c?="},
	{date, "Sat, 21 (c(o)mment) Nov 2020 07:30:57 -0330"},
	{clean, "a\x1b[31m\xc3\xbc\xe2\x80\xae|<b>\t\r\n\xff\xf0\x9f\x98\x80"},
	{csv_field, " \"=1\";-1, \xef\xbc\x9d|<b>"},
	{html_text, "<script>&amp; \"x\" 'y'\xff"},
	{reports, "\x0eNO a\n<b>\"x\" | =1; \xe2\x80\xae\xff"},
	{reports, "\x03NO \x1b[31m<script>\"x\" | =1; \\ \xe2\x80\xae\xff"},
	{metric_label, "C:\\ \"x\"\n"},
	{journal_record, "one line\nMESSAGE=another\n"},
	{blot,
	 "geheim\"-7=\n535-LOGIN \"geheim\\\"-7=\" Z2VoZWltIi03PQ== geheim...\n535 geheim\"-7="},
	{blot, "correct horse battery\na1 NO t horse batter Y29ycmVjdCBob3JzZSBiYXR0ZXJ5 {6}"},
	{blot, "OK\n* OK it is OK (\"OK\") {2}"},
	{range, "@~:10.25"},
	{endpoint, "[::1%lo]:993:SSL"},
	{fuzz_binding, "[fe80::1%3]:25"},
	{fuzz_binding, "127.0.0.1:65535"},
	{fuzz_binding, ":::2525"},
	{fuzz_autoconfig,
	 "<?xml version=\"1.0\"?><clientConfig version=\"1.1\"><emailProvider id=\"x\">"
	 "<incomingServer type=\"imap\"><hostname>imap.%EMAILDOMAIN%</hostname>"
	 "<port>993</port><socketType>SSL</socketType></incomingServer>"
	 "<outgoingServer type=\"smtp\"><hostname>a&#46;b</hostname><port>25</port>"
	 "<socketType>plain</socketType></outgoingServer></emailProvider></clientConfig>"},
	{fuzz_doveconf, "protocols = imap pop3\nlisten = *, ::\nssl = no\nservice imap-login {\n"
			"inet_listener imaps {\naddress = 127.0.0.1\nport = 993\nssl = yes\n}\n}\n"
			"service lmtp {\nunix_listener x {\n}\n}\nhostname = a\n"},
	{fuzz_exim, "local_interfaces = <; ::1 ; 127.0.0.1.2525; [::1]:25\n"
		    "daemon_smtp_ports = 25 : 465\ntls_on_connect_ports = 465\n"
		    "tls_advertise_hosts = *\nprimary_hostname = a\nmessage_size_limit = 50M\n"},
	{fuzz_postconf, "smtp inet n - y - - smtpd\n[::1]:465 inet n - n - - smtpd\n\f"
			"[::1]:465/inet/smtpd_tls_wrappermode = yes\n\f"
			"inet_interfaces = all, ::1\ninet_protocols = ipv4\nmyhostname = a\n"
			"smtpd_tls_security_level = may\nmessage_size_limit = 10\n"},
	{fuzz_cyrus, "SERVICES {\n imap cmd=\"imapd -s\" listen=\"[::1]:993\"\n lmtp cmd=lmtpd "
		     "listen=/run/lmtp # x\n}\n\ftls_server_cert: a\n"},
	{fuzz_opensmtpd, "listen on 127.0.0.1 port 25 tls \\\n pki a hostname b\n"
			 "listen on socket\nlisten on lo smtps # c\n"},
	{endpoint, "probe+x@mail.example.test"},
	{names, "\x30\x2a\x30\x28\xa0\x03\x02\x01\x02\x02\x01\x01\x30\x03\x06\x01\x2a\x30\x04\x31"
		"\x02\x30\x20"
		"\x30\x04\x17\x00\x17\x00\x30\x04\x31\x02\x30\x20\x30\x05"},
};

const int fuzz_rounds = 20000;
const size_t fuzz_target_count = sizeof(fuzz_targets) / sizeof(fuzz_targets[0]);

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
	if (!len)
		return 0;
	/* memory of just that size, so that a byte too far is seen */
	char *copy = malloc(len - 1 ? len - 1 : 1);
	MUST(copy);
	memcpy(copy, bytes + 1, len - 1);
	fuzz_targets[bytes[0] % fuzz_target_count].parse(copy, len - 1);
	free(copy);
	return 0;
}
