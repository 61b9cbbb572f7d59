/* http_library.h - libcurl, loaded when something is asked: that takes longer than all else that a
 * helper program does */
#ifndef MAILFLOW_HTTP_LIBRARY_H
#define MAILFLOW_HTTP_LIBRARY_H

#define CURL_DISABLE_TYPECHECK /* its macros want to be the functions */
#include <curl/curl.h>

#include "base/err.h"

/* What is used of it. */
struct http_library {
	__typeof__(curl_global_init) *curl_global_init;
	__typeof__(curl_easy_init) *curl_easy_init;
	__typeof__(curl_easy_setopt) *curl_easy_setopt;
	__typeof__(curl_easy_perform) *curl_easy_perform;
	__typeof__(curl_easy_getinfo) *curl_easy_getinfo;
	__typeof__(curl_easy_cleanup) *curl_easy_cleanup;
	__typeof__(curl_easy_strerror) *curl_easy_strerror;
	__typeof__(curl_slist_append) *curl_slist_append;
	__typeof__(curl_slist_free_all) *curl_slist_free_all;
};

/* Until the program ends; from any thread. Returns NULL with ERR_LOCAL where it is not
 * installed, or does not start. */
const struct http_library *http_library(struct err *err);

#endif
