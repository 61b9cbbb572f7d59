/* autoconfig.h - Thunderbird's format for what mail clients should be set to (config-v1.1.xml) */
#ifndef MAILFLOW_AUTOCONFIG_H
#define MAILFLOW_AUTOCONFIG_H

#include "base/err.h"
#include "discover/found.h"

/* Add the incoming and outgoing servers of such a text; domain (NULL: not known) stands for
 * %EMAILDOMAIN%. Servers of other kinds (Exchange's own) are passed over. Returns 0, or -1 with
 * ERR_PROTOCOL: no XML, another format, a document type of its own, no server in it. */
int autoconfig_parse(const char *text, size_t len, const char *domain, struct found *found,
		     struct err *err);

#endif
