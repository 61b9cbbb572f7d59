/* http.c - one question to a web server and its answer, by libcurl */
#include "http/http.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "base/interrupt.h"
#include "base/span.h"
#include "base/text.h"
#include "http/http_library.h"

enum { HEADERS_MAX = 64 * 1024 };

/* ---- URLs ---- */

static bool is_this_machine(struct span host)
{
	char name[64];
	struct in_addr four;

	if (host.len >= sizeof(name))
		return false;
	snprintf(name, sizeof(name), "%.*s", (int)host.len, host.at);
	if (inet_pton(AF_INET, name, &four) == 1)
		return ntohl(four.s_addr) >> IN_CLASSA_NSHIFT == IN_LOOPBACKNET;
	return span_is(host, "localhost") || span_is(host, "[::1]");
}

/* What stands before the port. */
static struct span host_of(struct span authority)
{
	struct span rest = authority;

	if (span_starts(authority, "[")) {
		const char *end = memchr(authority.at, ']', authority.len);
		return (struct span){authority.at, end ? (size_t)(end - authority.at) + 1 : 0};
	}
	return span_cut(&rest, ':');
}

/* libcurl reads URLs likewise; what it might read in another way is refused. */
int http_origin(const char *url, char origin[HTTP_ORIGIN_SIZE], struct err *err)
{
	bool is_https = text_starts_nocase(url, strlen(url), "https://");
	bool is_http = text_starts_nocase(url, strlen(url), "http://");
	const char *at = strstr(url, "://");

	if ((!is_https && !is_http) || !at)
		return err_set(err, ERR_USAGE, "\"%.80s\" does not begin with https://", url);
	at += strlen("://");
	struct span authority = {at, strcspn(at, "/?#")};
	struct span host = host_of(authority);
	if (memchr(authority.at, '@', authority.len) || strpbrk(url, " \t\\"))
		return err_set(err, ERR_USAGE, "a user, a blank or a backslash in a URL");
	for (const char *c = url; *c; c++)
		if ((unsigned char)*c <= ' ' || (unsigned char)*c >= 0x7f)
			return err_set(err, ERR_USAGE, "a character that no URL has");
	if (!host.len || authority.len > HTTP_ORIGIN_SIZE - sizeof("https://"))
		return err_set(err, ERR_USAGE, "\"%.80s\" has no host", url);
	if (is_http && !is_this_machine(host))
		return err_set(err, ERR_USAGE, "\"%.80s\": without TLS only this machine is asked",
			       url);
	snprintf(origin, HTTP_ORIGIN_SIZE, "%s%.*s", is_https ? "https://" : "http://",
		 (int)authority.len, authority.at);
	return 0;
}

/* ---- what libcurl calls ---- */

struct receiving {
	struct http_answer *answer;
	size_t header_bytes;
	bool is_too_large;
};

static size_t take_body(char *bytes, size_t size, size_t count, void *ctx)
{
	struct receiving *r = ctx;

	(void)size; /* 1, always */
	r->is_too_large = buf_append(&r->answer->body, bytes, count) != 0;
	return r->is_too_large ? 0 : count;
}

static size_t take_header(char *bytes, size_t size, size_t count, void *ctx)
{
	struct receiving *r = ctx;

	(void)bytes;
	(void)size;
	r->header_bytes += count;
	r->is_too_large = r->header_bytes > HEADERS_MAX;
	return r->is_too_large ? 0 : count;
}

/* Signals are held; libcurl asks this at least once a second. */
static int is_over(void *ctx, curl_off_t a, curl_off_t b, curl_off_t c, curl_off_t d)
{
	(void)ctx, (void)a, (void)b, (void)c, (void)d;
	return interrupt_poll(-1, 0, clock_us()) < 0 && interrupt_name();
}

/* ---- asking ---- */

static void set_security(const struct http_library *l, CURL *handle, const struct http_request *q)
{
	bool is_https = text_starts_nocase(q->url, strlen(q->url), "https:");

	l->curl_easy_setopt(handle, CURLOPT_PROTOCOLS_STR, is_https ? "https" : "http");
	l->curl_easy_setopt(handle, CURLOPT_REDIR_PROTOCOLS_STR, "https");
	l->curl_easy_setopt(handle, CURLOPT_FOLLOWLOCATION, q->redirections ? 1L : 0L);
	l->curl_easy_setopt(handle, CURLOPT_MAXREDIRS, (long)q->redirections);
	l->curl_easy_setopt(handle, CURLOPT_SSL_VERIFYPEER, 1L);
	l->curl_easy_setopt(handle, CURLOPT_SSL_VERIFYHOST, 2L);
	l->curl_easy_setopt(handle, CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2);
	if (q->ca_file)
		l->curl_easy_setopt(handle, CURLOPT_CAINFO, q->ca_file);
	if (!is_https) /* a proxy would be another machine */
		l->curl_easy_setopt(handle, CURLOPT_PROXY, "");
}

static void set_limits(const struct http_library *l, CURL *handle, const struct http_request *q,
		       struct receiving *r)
{
	long left_ms = deadline_left_ms(q->until_us);

	l->curl_easy_setopt(handle, CURLOPT_TIMEOUT_MS, left_ms ? left_ms : 1L);
	l->curl_easy_setopt(handle, CURLOPT_NOSIGNAL, 1L);
	l->curl_easy_setopt(handle, CURLOPT_QUICK_EXIT, 1L); /* a resolver may not come back */
	l->curl_easy_setopt(handle, CURLOPT_NOPROGRESS, q->in_worker ? 1L : 0L);
	l->curl_easy_setopt(handle, CURLOPT_XFERINFOFUNCTION, is_over);
	l->curl_easy_setopt(handle, CURLOPT_WRITEFUNCTION, take_body);
	l->curl_easy_setopt(handle, CURLOPT_WRITEDATA, r);
	l->curl_easy_setopt(handle, CURLOPT_HEADERFUNCTION, take_header);
	l->curl_easy_setopt(handle, CURLOPT_HEADERDATA, r);
}

static struct curl_slist *set_question(const struct http_library *l, CURL *handle,
				       const struct http_request *q)
{
	struct buf field = BUF_INIT(64 * 1024);

	buf_printf(&field, "Accept: %s", q->accept ? q->accept : "application/json");
	struct curl_slist *fields = l->curl_slist_append(NULL, buf_str(&field));
	buf_clear(&field);
	if (q->authorization && buf_printf(&field, "Authorization: %s", q->authorization) == 0)
		fields = l->curl_slist_append(fields, buf_str(&field));
	buf_wipe(&field);
	l->curl_easy_setopt(handle, CURLOPT_URL, q->url);
	l->curl_easy_setopt(handle, CURLOPT_HTTPHEADER, fields);
	l->curl_easy_setopt(handle, CURLOPT_USERAGENT, "mailflow-plugins");
	if (q->form)
		l->curl_easy_setopt(handle, CURLOPT_POSTFIELDS, q->form);
	return fields;
}

static enum err_kind kind_of(CURLcode code)
{
	switch (code) {
	case CURLE_COULDNT_RESOLVE_HOST:
	case CURLE_COULDNT_RESOLVE_PROXY:
		return ERR_NAME;
	case CURLE_COULDNT_CONNECT:
		return ERR_CONNECT;
	case CURLE_OPERATION_TIMEDOUT:
		return ERR_TIMEOUT;
	case CURLE_PEER_FAILED_VERIFICATION:
		return ERR_CERTIFICATE;
	case CURLE_SSL_CONNECT_ERROR:
	case CURLE_SSL_CIPHER:
		return ERR_TLS;
	case CURLE_SSL_CACERT_BADFILE:
	case CURLE_URL_MALFORMAT:
		return ERR_USAGE;
	case CURLE_GOT_NOTHING:
	case CURLE_RECV_ERROR:
	case CURLE_SEND_ERROR:
	case CURLE_PARTIAL_FILE:
		return ERR_CLOSED;
	default:
		return ERR_PROTOCOL;
	}
}

static int set_failed(CURLcode code, const char *words, const struct receiving *r,
		      const char *origin, int64_t begun_us, struct err *err)
{
	if (code == CURLE_ABORTED_BY_CALLBACK)
		return interrupt_set_err(err, "while a web server was asked", begun_us);
	if (r->is_too_large)
		return err_set(err, ERR_PROTOCOL, "%s: its answer is larger than %zu bytes", origin,
			       r->answer->body.max);
	err_set(err, kind_of(code), "%s: %s", origin, words);
	if (code == CURLE_PEER_FAILED_VERIFICATION)
		err_hint(err, "has it expired, or is its CA not trusted here? --ca-file");
	return -1;
}

static void take_answer(const struct http_library *l, CURL *handle, struct http_answer *a)
{
	curl_off_t retry_after = 0;
	char *type = NULL, *leads_to = NULL;
	struct err ignored = {0};

	l->curl_easy_getinfo(handle, CURLINFO_RESPONSE_CODE, &a->status);
	l->curl_easy_getinfo(handle, CURLINFO_RETRY_AFTER, &retry_after);
	l->curl_easy_getinfo(handle, CURLINFO_CONTENT_TYPE, &type);
	l->curl_easy_getinfo(handle, CURLINFO_REDIRECT_URL, &leads_to);
	a->retry_after_s = retry_after > 0 ? (int64_t)retry_after : 0;
	if (type)
		snprintf(a->type, sizeof(a->type), "%.*s", (int)strcspn(type, "; \t"), type);
	if (leads_to && http_origin(leads_to, a->leads_to, &ignored))
		snprintf(a->leads_to, sizeof(a->leads_to), "elsewhere");
}

int http_ask(const struct http_request *q, struct http_answer *a, struct err *err)
{
	char origin[HTTP_ORIGIN_SIZE], words[CURL_ERROR_SIZE] = "";
	struct receiving receiving = {.answer = a};
	int64_t begun_us = clock_us();

	*a = (struct http_answer){.body = BUF_INIT(q->answer_max)};
	buf_reserve(&a->body, q->answer_max); /* growing would leave pieces of secrets behind */
	if (http_origin(q->url, origin, err))
		return -1;
	const struct http_library *l = http_library(err);
	CURL *handle = l ? l->curl_easy_init() : NULL;
	if (!handle)
		return err_set(err, ERR_LOCAL, "libcurl does not start");
	set_security(l, handle, q);
	set_limits(l, handle, q, &receiving);
	l->curl_easy_setopt(handle, CURLOPT_ERRORBUFFER, words);
	struct curl_slist *fields = set_question(l, handle, q);
	CURLcode code = l->curl_easy_perform(handle);
	if (code == CURLE_OK)
		take_answer(l, handle, a);
	else
		set_failed(code, *words ? words : l->curl_easy_strerror(code), &receiving, origin,
			   begun_us, err);
	l->curl_slist_free_all(fields);
	l->curl_easy_cleanup(handle);
	return err->kind ? -1 : 0;
}

void http_answer_free(struct http_answer *a)
{
	buf_wipe(&a->body);
	*a = (struct http_answer){0};
}
