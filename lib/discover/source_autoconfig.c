/* source_autoconfig.c - what a domain publishes for mail clients, or a file of that kind */
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/xalloc.h"
#include "discover/autoconfig.h"
#include "discover/sources.h"
#include "http/http.h"

enum { ANSWER_MAX = 1 << 20, STATUS_OK = 200 };

/* The operand, unless it is a URL. */
static const char *domain_of(const struct discover_settings *s)
{
	return strstr(s->operand, "://") ? NULL : s->operand;
}

/* One of the two places where clients look. Returns 0, 1 where there is no such file, or -1. */
static int ask(const struct discover_settings *s, const char *url, struct timeline *tl,
	       struct found *found, struct err *err)
{
	const struct http_request request = {.url = url,
					     .ca_file = s->common.ca_file,
					     .answer_max = ANSWER_MAX,
					     .until_us = tl->deadline_us};
	struct http_answer answer = {0};

	int rc = http_ask(&request, &answer, err);
	if (rc == 0 && answer.status != STATUS_OK)
		rc = err_set(err, ERR_REFUSED, "%s: status %ld", url, answer.status) ? 1 : 0;
	else if (rc == 0 &&
		 autoconfig_parse(buf_str(&answer.body), answer.body.len, domain_of(s), found, err))
		rc = err_prefix(err, "%s: ", url);
	http_answer_free(&answer);
	return rc;
}

/* A host or a file that is not there leaves the other place. */
static bool is_elsewhere(int rc, const struct err *err)
{
	return rc > 0 || err->kind == ERR_NAME || err->kind == ERR_CONNECT;
}

static int fetch(const struct discover_settings *s, struct timeline *tl, struct found *found,
		 struct err *err)
{
	static const char *const places[] = {
		"https://autoconfig.%s/mail/config-v1.1.xml",
		"https://%s/.well-known/autoconfig/mail/config-v1.1.xml",
	};
	int rc = 0;

	for (size_t i = 0; i < sizeof(places) / sizeof(places[0]); i++) {
		const char *place = strchr(places[i], '%');
		char *url = xasprintf("%.*s%s%s", (int)(place - places[i]), places[i], s->operand,
				      place + strlen("%s"));
		struct err this = {0};
		rc = ask(s, url, tl, found, &this);
		free(url);
		if (i == 0 || rc <= 0)
			*err = this;
		if (rc == 0 || !is_elsewhere(rc, &this))
			break;
	}
	return rc ? -1 : 0;
}

static int read_file(const struct discover_settings *s, struct found *found, struct err *err)
{
	struct buf text;

	int rc = file_read_all(&text, ANSWER_MAX, 0, "", s->operand, &s->common.limit, err);
	if (rc == 0 && autoconfig_parse(buf_str(&text), text.len, NULL, found, err))
		rc = err_prefix(err, "%s: ", s->operand);
	buf_free(&text);
	return rc;
}

int source_autoconfig(const struct discover_settings *s, struct found *found, struct timeline *tl,
		      struct err *err)
{
	timeline_leg(tl, "http_", 0);
	if (strstr(s->operand, "://"))
		return ask(s, s->operand, tl, found, err) ? -1 : 0;
	bool is_file = strchr(s->operand, '/') || !strchr(s->operand, '.') ||
		       file_exists(s->operand, &s->common.limit, err) > 0;
	if (err->kind)
		return -1;
	return is_file ? read_file(s, found, err) : fetch(s, tl, found, err);
}
