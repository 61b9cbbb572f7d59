/* sources.h - where discovery looks; each is a function that adds to what was found */
#ifndef MAILFLOW_SOURCES_H
#define MAILFLOW_SOURCES_H

#include "discover/discover_settings.h"

/* Add to what was found; settings are read only. Steps are taken on the timeline. A source that may
 * be kept waiting runs in a worker. Returns 0, or -1 with the error set. */
typedef int source_fn(const struct discover_settings *s, struct found *found, struct timeline *tl,
		      struct err *err);

/* A directory; who takes a domain's mail; where its users find theirs. */
source_fn source_ldap, source_mx, source_srv;

/* What a domain publishes for mail clients, or a file of that kind: in the main thread. */
source_fn source_autoconfig;

/* The servers of this host: in the main thread, before others are started. */
source_fn source_postfix, source_dovecot, source_exim, source_cyrus, source_opensmtpd;
/* Whichever of them are here. */
source_fn source_local;

#endif
