/* sasl_library.c - loads GNU SASL, once */
#include "config.h"

#include "mail/sasl/sasl_library.h"

#include <pthread.h>

#include "base/library.h"

static const struct library_symbol symbols[] = {
	LIBRARY_SYMBOL(struct sasl_library, gsasl_init),
	LIBRARY_SYMBOL(struct sasl_library, gsasl_done),
	LIBRARY_SYMBOL(struct sasl_library, gsasl_client_start),
	LIBRARY_SYMBOL(struct sasl_library, gsasl_finish),
	LIBRARY_SYMBOL(struct sasl_library, gsasl_step),
	LIBRARY_SYMBOL(struct sasl_library, gsasl_property_set),
	LIBRARY_SYMBOL(struct sasl_library, gsasl_property_fast),
	LIBRARY_SYMBOL(struct sasl_library, gsasl_strerror),
	LIBRARY_SYMBOL(struct sasl_library, gsasl_strerror_name),
	LIBRARY_SYMBOL(struct sasl_library, gsasl_saslprep),
	LIBRARY_SYMBOL(struct sasl_library, gsasl_free),

	{0},
};

static const struct library gsasl = {
	.name = "GNU SASL", .file = GSASL_SONAME, .package = "libgsasl18", .symbols = symbols};

/* Written by load() alone. */
static struct sasl_library library;
static struct err load_err;
static pthread_once_t loaded = PTHREAD_ONCE_INIT;

static void load(void)
{
	library_load(&gsasl, &library, &load_err);
}

const struct sasl_library *sasl_library(struct err *err)
{
	pthread_once(&loaded, load);
	if (load_err.kind == ERR_NONE)
		return &library;
	*err = load_err;
	return NULL;
}
