/* autoconfig_fetch.c - asks web servers for it by HTTPS */
#include "discover/autoconfig_fetch.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/clock.h"
#include "base/xalloc.h"
#include "discover/autoconfig.h"
#include "net/idna.h"

enum {
	ANSWER_MAX = 1 << 20,
	REDIRECTIONS = 3, /* some send their users on to whom they have their mail from */
	STATUS_OK = 200,
	STATUS_SERVER_ERROR = 500,
};

/* Some web servers have a page for whatever they are asked. */
static bool is_page(const struct http_answer *a)
{
	return !strcasecmp(a->type, "text/html") || !strcasecmp(a->type, "application/xhtml+xml");
}

static enum autoconfig_fetched read_answer(const struct http_answer *a, const char *domain,
					   struct found *found, struct err *err)
{
	if (a->status != STATUS_OK) {
		err_set(err, ERR_REFUSED, "status %ld", a->status);
		return a->status < STATUS_SERVER_ERROR ? AUTOCONFIG_NONE : AUTOCONFIG_FAILED;
	}
	if (autoconfig_parse(buf_str(&a->body), a->body.len, domain, found, err) == 0)
		return AUTOCONFIG_READ;
	if (!is_page(a))
		return AUTOCONFIG_FAILED;
	err_hint(err, "it is a page for people");
	return AUTOCONFIG_NONE;
}

enum autoconfig_fetched autoconfig_fetch_url(const char *url, const char *domain,
					     struct http_request how, struct found *found,
					     struct err *err)
{
	struct http_answer answer = {0};
	enum autoconfig_fetched fetched = AUTOCONFIG_FAILED;

	how.url = url;
	how.accept = "application/xml, text/xml";
	how.redirections = REDIRECTIONS;
	how.answer_max = ANSWER_MAX;
	if (http_ask(&how, &answer, err) == 0) {
		fetched = read_answer(&answer, domain, found, err);
		err_prefix(err, "%s: ", url);
	} else if (err->kind == ERR_NAME || err->kind == ERR_CONNECT) {
		fetched = AUTOCONFIG_NONE;
	}
	http_answer_free(&answer);
	return fetched;
}

/* What another place could not change. */
static bool is_final(const struct err *err)
{
	return err->kind == ERR_USAGE || err->kind == ERR_LOCAL || err->kind == ERR_ENDED;
}

enum autoconfig_fetched autoconfig_fetch(const char *domain, struct http_request how,
					 struct found *found, struct err *err)
{
	static const char *const places[][2] = {
		{"https://autoconfig.", "/mail/config-v1.1.xml"},
		{"https://", "/.well-known/autoconfig/mail/config-v1.1.xml"},
	};
	enum { PLACES = sizeof(places) / sizeof(places[0]) };
	enum autoconfig_fetched fetched = AUTOCONFIG_NONE;
	int64_t until_us = how.until_us;
	char host[ENDPOINT_HOST_SIZE];

	if (idna_ascii(domain, host)) {
		err_set(err, ERR_USAGE, "\"%.80s\" can be no name in DNS", domain);
		return AUTOCONFIG_FAILED;
	}
	for (size_t i = 0; i < PLACES; i++) {
		char *url = xasprintf("%s%s%s", places[i][0], host, places[i][1]);
		struct err this = {0};
		how.until_us = clock_us() + (until_us - clock_us()) / (int64_t)(PLACES - i);
		enum autoconfig_fetched here = autoconfig_fetch_url(url, domain, how, found, &this);
		free(url);
		if (i == 0 || here < fetched || here == AUTOCONFIG_READ) {
			*err = this;
			fetched = here;
		}
		if (here == AUTOCONFIG_READ || is_final(&this))
			return here;
	}
	return fetched;
}
