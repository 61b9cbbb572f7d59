/* autoconfig_fetch.h - what a domain publishes for mail clients, fetched from where they look */
#ifndef MAILFLOW_AUTOCONFIG_FETCH_H
#define MAILFLOW_AUTOCONFIG_FETCH_H

#include "discover/found.h"
#include "http/http.h"

enum autoconfig_fetched {
	AUTOCONFIG_FAILED = -1, /* something is there, and clients cannot use it */
	AUTOCONFIG_READ = 0,
	AUTOCONFIG_NONE, /* no such host, nobody answers there, or there is no such file */
};

/* Ask that URL. how is a request of which url and answer_max are set here; domain (NULL: not known)
 * as in autoconfig_parse. Where nothing is read the error says why: of http_ask, or ERR_REFUSED, or
 * as autoconfig_parse. */
enum autoconfig_fetched autoconfig_fetch_url(const char *url, const char *domain,
					     struct http_request how, struct found *found,
					     struct err *err);

/* The same at both places of a domain, until one of them has it: each has its share of the time
 * that is left. Of two errors the one stays that tells more. */
enum autoconfig_fetched autoconfig_fetch(const char *domain, struct http_request how,
					 struct found *found, struct err *err);

#endif
