/* credentials.h - who logs on, and with what */
#ifndef MAILFLOW_CREDENTIALS_H
#define MAILFLOW_CREDENTIALS_H

#include "base/secret.h"

struct credentials {
	const char *username;          /* borrowed; NULL: do not log on */
	const struct secret *password; /* borrowed */
};

#endif
