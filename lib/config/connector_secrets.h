/* connector_secrets.h - what the connectors, and the end points of -H, are logged on to with
 *
 * A secret of the options is for the user of the options. */
#ifndef MAILFLOW_CONNECTOR_SECRETS_H
#define MAILFLOW_CONNECTOR_SECRETS_H

#include "config/connector_settings.h"

/* Make c->logons: read secrets, get tokens, and ask for the password of the options where somebody
 * cannot do without. Once, before any thread is started. Returns 0, or -1 with the error set. */
int connector_secrets_find(struct connector_settings *c, struct err *err);

#endif
