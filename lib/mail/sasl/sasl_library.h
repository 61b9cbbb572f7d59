/* sasl_library.h - GNU SASL, loaded when a logon uses a mechanism that only it can do
 *
 * It and the libraries that it brings along take longer to load than a logon by PLAIN takes, which
 * is what most sites use. */
#ifndef MAILFLOW_SASL_LIBRARY_H
#define MAILFLOW_SASL_LIBRARY_H

#include <gsasl.h>

#include "base/err.h"

/* What is used of it. */
struct sasl_library {
	__typeof__(gsasl_init) *gsasl_init;
	__typeof__(gsasl_done) *gsasl_done;
	__typeof__(gsasl_client_start) *gsasl_client_start;
	__typeof__(gsasl_finish) *gsasl_finish;
	__typeof__(gsasl_step) *gsasl_step;
	__typeof__(gsasl_property_set) *gsasl_property_set;
	__typeof__(gsasl_property_fast) *gsasl_property_fast;
	__typeof__(gsasl_strerror) *gsasl_strerror;
	__typeof__(gsasl_strerror_name) *gsasl_strerror_name;
	__typeof__(gsasl_saslprep) *gsasl_saslprep;
	__typeof__(gsasl_free) *gsasl_free;
};

/* For all threads, until the program ends. Returns NULL with ERR_LOCAL where it is
 * not installed. */
const struct sasl_library *sasl_library(struct err *err);

#endif
