/* http.h - one question to a web server and its answer, of a bounded size and within a limit
 *
 * HTTPS, verified as libcurl does; HTTP only to this machine itself. Redirections are not followed
 * unless that is asked for: what is sent may be secret. libcurl is loaded for the first question.
 * For helper programs only: the plugins do not link this folder. */
#ifndef MAILFLOW_HTTP_H
#define MAILFLOW_HTTP_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/err.h"

enum { HTTP_ORIGIN_SIZE = 280 };

struct http_request {
	const char *url;
	const char *form;          /* posted, application/x-www-form-urlencoded; NULL: GET */
	const char *authorization; /* value of that header field; NULL: none */
	const char *accept;        /* media types that are wanted; NULL: JSON */
	const char *ca_file;       /* PEM; NULL: the system's */
	unsigned int redirections; /* so many are followed, by HTTPS alone; with secrets: none */
	bool in_worker;            /* asked in another thread than the main one */
	size_t answer_max;         /* bytes of the body that are taken */
	int64_t until_us;          /* absolute */
};

/* Zeroed: none. */
struct http_answer {
	long status;
	int64_t retry_after_s;           /* 0: it does not say */
	char type[64];                   /* media type, "" if it does not say; not cleaned */
	char leads_to[HTTP_ORIGIN_SIZE]; /* where a redirection goes, without its path; or "" */
	struct buf body;
};

/* "https://HOST[:PORT]" of a URL. Returns 0, or -1 with ERR_USAGE: neither https: nor http:, a user
 * or a control character in it, no host, or http: to anywhere but this machine (localhost,
 * 127.0.0.0/8, ::1). */
int http_origin(const char *url, char origin[HTTP_ORIGIN_SIZE], struct err *err);

/* Ask; in the main thread a signal ends that, too. Any status is an answer. Returns 0, or -1 with
 * an error that names the origin: ERR_USAGE (URL, --ca-file), ERR_NAME, ERR_CONNECT, ERR_TIMEOUT,
 * ERR_TLS, ERR_CERTIFICATE, ERR_PROTOCOL, ERR_ENDED, ERR_LOCAL (no libcurl). The answer is the
 * caller's to free in both cases. */
int http_ask(const struct http_request *request, struct http_answer *answer_r, struct err *err);

/* Wipe and free; accepts a zeroed one. */
void http_answer_free(struct http_answer *a);

#endif
