/* connector_status.h - what a connector's test came to, in the words of Test-SmtpConnectivity
 *
 *   Success            all steps done
 *   Unable to connect  no such name; refused, silent or cut off before the greeting was read
 *   Transient error    4xx
 *   Permanent error    5xx; protocol, TLS, certificate or requirement violated; silent or cut off
 *                      later on
 *   External error     the test itself could not be carried out: resolver silent, no route, local
 *                      limits */
#ifndef MAILFLOW_CONNECTOR_STATUS_H
#define MAILFLOW_CONNECTOR_STATUS_H

#include "base/timeline.h"

enum connector_status {
	STATUS_SUCCESS,
	STATUS_UNABLE,
	STATUS_TRANSIENT,
	STATUS_PERMANENT,
	STATUS_EXTERNAL,
};
enum { CONNECTOR_STATUSES = STATUS_EXTERNAL + 1 };

/* "Success", "Unable to connect", "Transient error", "Permanent error", "External error" */
const char *connector_status_name(enum connector_status status);

/* From the error (may be none) and the timeline, which tells whether the server had greeted. */
enum connector_status connector_status_of(const struct err *err, const struct timeline *tl);

#endif
