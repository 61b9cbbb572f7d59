/* http_library.c - loads libcurl, once */
#include "config.h"

#include "http/http_library.h"

#include <pthread.h>

#include "base/library.h"

static const struct library_symbol symbols[] = {
	LIBRARY_SYMBOL(struct http_library, curl_global_init),
	LIBRARY_SYMBOL(struct http_library, curl_easy_init),
	LIBRARY_SYMBOL(struct http_library, curl_easy_setopt),
	LIBRARY_SYMBOL(struct http_library, curl_easy_perform),
	LIBRARY_SYMBOL(struct http_library, curl_easy_getinfo),
	LIBRARY_SYMBOL(struct http_library, curl_easy_cleanup),
	LIBRARY_SYMBOL(struct http_library, curl_easy_strerror),
	LIBRARY_SYMBOL(struct http_library, curl_slist_append),
	LIBRARY_SYMBOL(struct http_library, curl_slist_free_all),
	{0},
};

static const struct library libcurl = {
	.name = "libcurl", .file = CURL_SONAME, .package = "libcurl3-gnutls", .symbols = symbols};

/* Written by load() alone. */
static struct http_library library;
static struct err load_err;
static pthread_once_t loaded = PTHREAD_ONCE_INIT;

static void load(void)
{
	if (library_load(&libcurl, &library, &load_err) == 0 &&
	    library.curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK)
		err_set(&load_err, ERR_LOCAL, "libcurl does not start");
}

const struct http_library *http_library(struct err *err)
{
	pthread_once(&loaded, load);
	if (load_err.kind == ERR_NONE)
		return &library;
	*err = load_err;
	return NULL;
}
