/* sasl_library.c - loads GNU SASL, once */
#include "config.h"

#include "mail/sasl/sasl_library.h"

#include <dlfcn.h>
#include <errno.h>
#include <pthread.h>
#include <stdbool.h>
#include <stddef.h>
#include <string.h>

#include "base/text.h"

#define FUNCTION(name)                                                                             \
	{                                                                                          \
#name, offsetof(struct sasl_library, name)                                         \
	}

static const struct {
	const char *name;
	size_t offset;
} functions[] = {
	FUNCTION(gsasl_init),          FUNCTION(gsasl_done),           FUNCTION(gsasl_client_start),
	FUNCTION(gsasl_finish),        FUNCTION(gsasl_step),           FUNCTION(gsasl_property_set),
	FUNCTION(gsasl_property_fast), FUNCTION(gsasl_mechanism_name), FUNCTION(gsasl_strerror),
	FUNCTION(gsasl_free),
};

/* Written by load() alone. */
static struct sasl_library library;
static struct err load_err;
static pthread_once_t loaded = PTHREAD_ONCE_INIT;

static void set_load_error(void)
{
	const char *why = dlerror();

	err_set(&load_err, ERR_LOCAL, "GNU SASL cannot be loaded: %s",
		why ? why : "unknown reason");
	if (why && strstr(why, text_errno(ENOENT)))
		err_hint(&load_err, "install it: Debian calls it libgsasl18");
}

static void load(void)
{
	void *handle = dlopen(GSASL_SONAME, RTLD_NOW | RTLD_LOCAL);

	if (!handle) {
		set_load_error();
		return;
	}
	for (size_t i = 0; i < sizeof(functions) / sizeof(functions[0]); i++) {
		void *function = dlsym(handle, functions[i].name);
		if (!function) {
			set_load_error();
			return;
		}
		memcpy((char *)&library + functions[i].offset, &function, sizeof(function));
	}
}

const struct sasl_library *sasl_library(struct err *err)
{
	pthread_once(&loaded, load);
	if (load_err.kind == ERR_NONE)
		return &library;
	*err = load_err;
	return NULL;
}
