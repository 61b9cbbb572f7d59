/* token_request.h - a question to a token endpoint: for a token, by one of the grants
 *
 * Says who asks by a secret, or by an assertion that a certificate's key signs (RFC 7523 section
 * 2.2). */
#ifndef MAILFLOW_TOKEN_REQUEST_H
#define MAILFLOW_TOKEN_REQUEST_H

#include "base/blot.h"
#include "base/buf.h"
#include "http/http.h"
#include "oauth/oauth_settings.h"
#include "oauth/token_answer.h"

/* One that is being put together, for an address of the settings, which are borrowed. */
struct token_request {
	struct oauth_settings *settings;
	const char *url;
	char origin[HTTP_ORIGIN_SIZE];
	struct buf form;
	struct buf authorization; /* value of the header field; empty: none */
	struct blot secrets;      /* of what is sent: no error shows them */
	const char *exposed;      /* a file with a secret that others can read; NULL: none */
};

/* Begin one to url. Returns 0, or -1 as http_origin. */
int token_request_begin(struct token_request *r, struct oauth_settings *s, const char *url,
			struct err *err);

/* Put a field into it, which may be a secret. Returns 0, or -1 with ERR_USAGE: it becomes too
 * long. */
int token_request_add(struct token_request *r, const char *name, const char *value,
		      struct err *err);
int token_request_add_secret(struct token_request *r, const char *name, const char *value,
			     struct err *err);

/* Say who asks. Reads secret, or certificate and key. Returns 0, or -1 with ERR_USAGE. */
int token_request_add_client(struct token_request *r, struct err *err);

/* Send it, until the absolute deadline at most; as http_ask. */
int token_request_send(struct token_request *r, int64_t until_us, struct http_answer *answer_r,
		       struct err *err);

/* Wipe and free; accepts a zeroed one. */
void token_request_free(struct token_request *r);

/* All of it: get a token by the grant, GRANT_REFRESH_TOKEN with that refresh token; not by
 * GRANT_DEVICE_CODE. exposed_r becomes a file that should not be readable by others, or stays.
 * retry_after_r becomes the seconds that the provider asks to wait, or stays. Returns 0, or -1 as
 * token_answer_take and http_ask; the token is the caller's in both cases. */
int token_request(struct oauth_settings *s, enum oauth_grant grant, const struct secret *refresh,
		  struct token *token_r, const char **exposed_r, int64_t *retry_after_r,
		  struct err *err);

#endif
